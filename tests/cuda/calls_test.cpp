// What products on a GPU do besides numbers, on the host's devices: what waits and what does not, errors that come
// later, several devices, packed operands, launches.
#include <cstring>

#include "base/error.h"
#include "cuda/block/count.h"
#include "cuda/host/counter.h"
#include "shim.h"

using namespace test;
namespace cuda = scmp::cuda;

namespace {

// --- Waiting --------------------------------------------------------------------------------------------------------

void calls_on_the_device_wait_for_nothing() {
    HostDevice host("waiting");
    for (int i = 0; i < 300; i++) {
        Random random("waiting " + std::to_string(i));
        OnDevice x(random_product(random, small_limits), 0);
        within(x.product.text(), [&] {
            cuda::Device device = any_device(host, random);
            x.device = SCMP_DEVICE_CUDA_0 + device.index;
            const Ctx ctx = on(device);
            const Result want = multiply(reference(), x.product);
            const Resolved resolved(ctx, x.product);
            ok(x.multiply(ctx, resolved), "the first call");
            x.is_untouched(); // the device has not even begun
            const std::int64_t uploads = host.uploads(), downloads = host.downloads();
            for (int again = 0; again < 2; again++) ok(x.multiply(ctx, resolved), "the same call again");
            check(host.uploads() == uploads, "an equal call uploads something");
            check(host.downloads() == downloads, "a call waits for the device");
            ok(scmp_ctx_synchronize(ctx), "scmp_ctx_synchronize");
            check(host.downloads() == downloads + 1, "scmp_ctx_synchronize waits for nothing, or twice");
            x.is(want);
        });
        check_left_alone(host);
    }
}

void smoothing_scales_are_known_by_their_values() {
    HostDevice host("scales");
    const Ctx ctx = on(host.device(0));
    OnDevice x(product_of("scales", 4, 3, 10), 0);
    x.product.smooth = Array(SCMP_DTYPE_F32, {10}, {1, 2, 0.5, 1, 4, 1, 2, 2, 1, 1});
    ok(x.multiply(ctx));
    const std::int64_t uploads = host.uploads();
    ok(x.multiply(ctx));
    check(host.uploads() == uploads, "the same scales are uploaded again");
    x.product.smooth.set(3, 8);
    ok(x.multiply(ctx));
    check(host.uploads() == uploads + 1, "other scales are not uploaded");
    ok(scmp_ctx_synchronize(ctx));
    x.is(multiply(reference(), x.product));
}

// --- Errors that come later -----------------------------------------------------------------------------------------

void what_is_not_finite_is_told_later() {
    HostDevice host("later");
    for (int i = 0; i < 200; i++) {
        Random random("later " + std::to_string(i));
        const Product product = random_product(random, small_limits);
        if (product.a.count() == 0 || product.b.count() == 0) continue;
        within(product.text(), [&] {
            const cuda::Device device = any_device(host, random);
            const Ctx ctx = on(device);
            OnDevice good(product, device.index), bad = good, worse = good;
            const bool left = random.chance(50);
            Array &wrong = left ? bad.product.a : bad.product.b;
            wrong.set(random.whole(0, wrong.count() - 1), random.chance(50) ? std::nan("") : -double(INFINITY));
            worse.product.a.set(0, std::nan(""));
            worse.product.b.set(0, std::nan(""));
            ok(good.multiply(ctx));
            ok(bad.multiply(ctx), "a call that nobody waits for");
            ok(worse.multiply(ctx), "another one");
            const Result want = multiply(reference(), product);
            fails(scmp_ctx_synchronize(ctx), SCMP_ERROR_NON_FINITE, {left ? "a of call 2" : "b of call 2", "of the 3"});
            bad.is_untouched();
            worse.is_untouched();
            good.is(want);
            ok(scmp_ctx_synchronize(ctx), "what has been told");
            good.clear();
            ok(good.multiply(ctx), "after that");
            ok(worse.multiply(ctx));
            fails(scmp_ctx_synchronize(ctx), SCMP_ERROR_NON_FINITE, {"each of a and b of call 2 of the 2"});
            good.is(want);
        });
        check_left_alone(host);
    }
}

void empty_products_are_looked_at_too() {
    HostDevice host("empty");
    const Ctx ctx = on(host.device(0));
    OnDevice x(product_of("empty", 4, 0, 10), 0);
    ok(x.multiply(ctx));
    ok(scmp_ctx_synchronize(ctx));
    x.product.a.set(17, std::nan(""));
    ok(x.multiply(ctx));
    fails(scmp_ctx_synchronize(ctx), SCMP_ERROR_NON_FINITE, {"a of call 1 of the 1"});
}

// One thing in host memory is enough for a call to tell itself, and nothing is left for later.
void calls_that_wait_tell_themselves() {
    HostDevice host("themselves");
    const Ctx ctx = on(host.device(0));
    for (int what = 0; what < 4; what++) {
        OnDevice x(product_of("themselves", 4, 3, 10), 0);
        x.product.b.set(5, INFINITY);
        scmp_tensor a = x.view(x.product.a), b = x.view(x.product.b), y = x.view(x.y), counts = x.view(x.counts);
        scmp_tensor *const all[] = {&a, &b, &y, &counts};
        all[what]->device = SCMP_DEVICE_CPU;
        const scmp_call call = call_with(&counts);
        fails(scmp_matmul(ctx, &a, &b, nullptr, &call, &y), SCMP_ERROR_NON_FINITE, {"b has"});
        x.is_untouched();
        ok(scmp_ctx_synchronize(ctx), "what has been told");
    }
}

void synchronizing_without_a_gpu() {
    ok(scmp_ctx_synchronize(context()));
    HostDevice host("nothing to wait for");
    const Ctx ctx = on(host.device(0));
    ok(scmp_ctx_synchronize(ctx));
    check(host.downloads() == 0, "it waits where nothing was done");
    host.fail_download(0);
    OnDevice x(product_of("download", 4, 3, 10), 0);
    ok(x.multiply(ctx));
    fails(scmp_ctx_synchronize(ctx), SCMP_ERROR_DEVICE, {"was to fail"});
    host.fail_download(-1);
    ok(scmp_ctx_synchronize(ctx));
}

// --- Several devices ------------------------------------------------------------------------------------------------

void the_operands_device_computes() {
    HostDevice host("devices");
    const Product product = product_of("devices", 3, 4, 20);
    const Result want = multiply(reference(), product);
    {
        const Ctx ctx = on(host.device(2));
        OnDevice here(product, 2), there(product, 0), nowhere(product, HostDevice::devices);
        for (int round = 0; round < 2; round++) {
            here.clear();
            there.clear();
            const std::int64_t before[2] = {host.launches_on(2), host.launches_on(0)};
            ok(here.multiply(ctx));
            check(host.launches_on(2) > before[0] && host.launches_on(0) == before[1], "another device computes");
            const std::int64_t middle = host.launches_on(2);
            ok(there.multiply(ctx));
            check(host.launches_on(2) == middle && host.launches_on(0) > before[1], "another device computes");
            check(!host.in_use(), "the current device is not restored");
            ok(scmp_ctx_synchronize(ctx));
            here.is(want);
            there.is(want);
        }
        const std::int64_t before = host.launches_on(2);
        same(multiply(ctx, product).y, want.y, "y, all in host memory");
        check(host.launches_on(2) > before, "the context's own device does not compute");
        fails(nowhere.multiply(ctx), SCMP_ERROR_UNSUPPORTED, {"device = 4"});

        // Each device has its report of operands that are not finite.
        there.product.a.set(3, INFINITY);
        there.clear();
        ok(there.multiply(ctx));
        fails(scmp_ctx_synchronize(ctx), SCMP_ERROR_NON_FINITE, {"a of call 1"});
        there.is_untouched();

        there.product = product;
        scmp_tensor a = there.view(product.a), b = here.view(product.b), y = here.view(here.y);
        fails(scmp_matmul(ctx, &a, &b, nullptr, nullptr, &y), SCMP_ERROR_UNSUPPORTED,
              {"a is on device 1", "b on device 3"});
        b.device = SCMP_DEVICE_CPU;
        fails(scmp_matmul(ctx, &a, &b, nullptr, nullptr, &y), SCMP_ERROR_UNSUPPORTED,
              {"a is on device 1", "y on device 3"});
        check(host.closed() == 0, "a device is closed too early");
    }
    check(host.closed() == 2, "devices stay open");
    check_left_alone(host);
    OnDevice there(product, 2);
    fails(there.multiply(context()), SCMP_ERROR_UNSUPPORTED, {"a is on device 3"});
}

void the_stream_is_the_callers() {
    HostDevice host("stream");
    const Ctx ctx = on(host.device(0));
    int first = 0, second = 0;
    ok(scmp_ctx_set_cuda_stream(ctx, &first));
    check(gpus_of(ctx).own().device().stream == &first, "the stream is another one");
    check(host.followed().empty(), "there is nothing to come after");
    ok(OnDevice(product_of("stream", 3, 4, 20), 0).multiply(ctx));
    ok(scmp_ctx_set_cuda_stream(ctx, &first));
    check(host.followed().empty(), "a stream comes after itself");
    ok(scmp_ctx_set_cuda_stream(ctx, &second));
    check(host.followed() == std::vector<void *>{&first}, "the new stream does not come after the old one");
    ok(scmp_ctx_set_cuda_stream(ctx, nullptr));
    check(gpus_of(ctx).own().device().stream == nullptr, "the stream stays");
    fails(scmp_ctx_set_cuda_stream(context(), nullptr), SCMP_ERROR_UNSUPPORTED, {"cpu"});
    fails(scmp_ctx_set_cuda_stream(nullptr, nullptr), SCMP_ERROR_INVALID_ARGUMENT, {"ctx"});
}

// --- Packed right operands ------------------------------------------------------------------------------------------

void packed_operands_stay_on_the_device() {
    HostDevice host("packed");
    for (int i = 0; i < 300; i++) {
        Random random("packed " + std::to_string(i));
        OnDevice x(random_product(random, small_limits), 0);
        within(x.product.text(), [&] {
            const cuda::Device device = any_device(host, random);
            x.device = SCMP_DEVICE_CUDA_0 + device.index;
            const Result want = multiply(reference(), x.product);
            Ctx maker = on(device), ctx = on(host.device(static_cast<int>(random.whole(0, 3))));
            Packed packed;
            if (random.chance(50)) x.device = SCMP_DEVICE_CPU;
            ok(x.pack(maker, packed.out()), "scmp_packed_create");
            x.device = SCMP_DEVICE_CUDA_0 + device.index;
            if (random.chance(50)) maker = {};
            check(scmp_packed_bytes(packed) >= std::uint64_t(x.product.b.count()) * 2, "bytes of the packed operand");
            ok(x.multiply(ctx, packed), "scmp_matmul_packed");
            const std::int64_t uploads = host.uploads(), downloads = host.downloads();
            ok(x.multiply(ctx, packed), "scmp_matmul_packed");
            check(host.uploads() == uploads && host.downloads() == downloads, "the second call waits");
            ok(scmp_ctx_synchronize(ctx));
            x.is(want);
            x.clear();
            x.device = SCMP_DEVICE_CPU;
            ok(x.multiply(ctx, packed), "from host memory");
            x.is(want);
        });
        check_left_alone(host);
    }
}

void packed_operands_and_errors() {
    HostDevice host("packed errors");
    const Ctx ctx = on(host.device(1)), cpu = context();
    OnDevice x(product_of("packed", 3, 4, 20), 1);
    Packed packed, of_cpu;
    x.product.b.set(30, std::nan(""));
    fails(x.pack(ctx, packed.out()), SCMP_ERROR_NON_FINITE, {"b has"});
    check(packed == nullptr && host.shared_held() == 0, "a packed operand is left over");
    ok(scmp_ctx_synchronize(ctx), "what has been told");
    x.product.b.set(30, 1);
    ok(x.pack(ctx, packed.out()));
    const scmp_tensor b = x.product.b.view();
    ok(scmp_packed_create(cpu, &b, nullptr, of_cpu.out()));
    fails(x.multiply(ctx, of_cpu), SCMP_ERROR_INVALID_ARGUMENT, {"cpu", "cuda"});
    x.device = SCMP_DEVICE_CPU;
    fails(x.multiply(cpu, packed), SCMP_ERROR_INVALID_ARGUMENT, {"cuda", "cpu"});
    x.device = SCMP_DEVICE_CUDA_0;
    fails(x.multiply(ctx, packed), SCMP_ERROR_UNSUPPORTED, {"a is on device 1", "device 2"});
    x.device = SCMP_DEVICE_CUDA_0 + 1;
    x.product.a.set(1, INFINITY);
    ok(x.multiply(ctx, packed));
    fails(scmp_ctx_synchronize(ctx), SCMP_ERROR_NON_FINITE, {"a of call 2 of the 2"}); // the first packed b
    x.is_untouched();
    check(host.shared_held() == 1 + 1, "levels and scales");
    scmp_packed_destroy(&packed.pointer);
    check(host.shared_held() == 0 && !host.in_use() && host.wrong().empty(), "its memory is not given back");
}

// --- Launches -------------------------------------------------------------------------------------------------------

std::int64_t launches_of(HostDevice &host, scmp_ctx *ctx, OnDevice &x) {
    const Resolved resolved(ctx, x.product);
    ok(x.multiply(ctx, resolved));
    const std::int64_t before = host.launches();
    ok(x.multiply(ctx, resolved));
    const std::int64_t after = host.launches();
    ok(scmp_ctx_synchronize(ctx));
    return after - before;
}

void launches() {
    HostDevice host("launches");
    Product rows = product_of("launches", 5, 7, 90), groups = rows, tensor = rows, chunks = rows, unipolar = rows;
    groups.options.group_b = 2;
    tensor.options.granularity = SCMP_GRANULARITY_PER_TENSOR;
    chunks.options.chunk_d = 30;
    unipolar.options.mode = SCMP_MODE_UNIPOLAR;
    struct Row {
        const Product &product;
        std::int64_t full_grid;
        std::size_t table_bytes;
        std::int64_t launches;
    };
    // Where the grid is small a block has whole sums, and writes what they give: no launch for values.
    const Row table[] = {
        {rows, 1, 1 << 20, 1 + 1},       {rows, 9, 1 << 20, 1 + 2},   {unipolar, 1, 1 << 20, 1 + 1},
        {unipolar, 9, 1 << 20, 1 + 2},   {groups, 1, 1 << 20, 4 + 1}, {tensor, 1, 1 << 20, 6 + 1},
        {chunks, 1, 1 << 20, 1 + 3 * 2}, {rows, 1, 0, 1 + 1},
    };
    for (const Row &row : table) {
        cuda::Device device = host.device(0);
        device.full_grid = row.full_grid;
        device.table_bytes = row.table_bytes;
        const Ctx ctx = on(device);
        OnDevice x(row.product, 0);
        within(row.product.text(), [&] {
            const std::int64_t got = launches_of(host, ctx, x);
            check(got == row.launches, format("%lld launches, not %lld", (long long)got, (long long)row.launches));
            x.is(multiply(reference(), row.product));
        });
    }
}

// More levels than scmp_matmul can ask for.
void too_many_levels() {
    scmp::Memory memory({});
    scmp::streams::CountTables tables(memory);
    tables.right_boundary.resize(cuda::most_codes);
    cuda::check_codes(tables);
    tables.right_boundary.resize(cuda::most_codes + 1);
    try {
        cuda::check_codes(tables);
    } catch (const scmp::Error &error) {
        check(error.status() == SCMP_ERROR_UNSUPPORTED && std::strstr(error.what(), "1025") != nullptr, error.what());
        return;
    }
    fail("1025 levels are taken");
}

void the_report_and_the_log_name_the_kernel() {
    HostDevice host("report");
    std::string line;
    const Ctx ctx = on(host.device(0), [&](scmp_ctx_options &options) {
        options.log_level = SCMP_LOG_INFO;
        options.log_user = &line;
        options.log = [](void *to, scmp_log_level, const char *text) { *static_cast<std::string *>(to) += text; };
    });
    scmp_report report;
    scmp_report_init(&report);
    ok(OnDevice(product_of("report", 3, 2, 20), 0).multiply(ctx, &report));
    check(report.backend == SCMP_BACKEND_CUDA && std::strcmp(report.kernel, "cuda_rows16") == 0 && report.tables == 1,
          format("backend %d, kernel %s, %d tables", static_cast<int>(report.backend), report.kernel, report.tables));
    check(report.bytes_device > 0 && report.bytes_peak > 0, "no memory");
    for (const char *word : {"N=3 M=2 D=20", "cuda/cuda cuda_rows16", "on the device "})
        check(line.find(word) != std::string::npos, std::string(word) + " is not in: " + line);
}

// --- Contents -------------------------------------------------------------------------------------------------------

void contents_on_the_device_have_the_hash_of_the_host() {
    HostDevice host("hash");
    Random random("hash");
    const Ctx ctx = on(host.device(0));
    for (const Shape &shape : {Shape{0, 4}, Shape{3, 5}, Shape{200, 1000}}) {
        Array array(SCMP_DTYPE_F32, shape);
        for (std::int64_t i = 0; i < array.count(); i++) array.set(i, random.normal());
        const Strided elsewhere = strided(array, random);
        for (scmp_tensor tensor : {array.view(), elsewhere.view}) {
            std::uint64_t here[2] = {1, 2}, there[2] = {3, 4};
            ok(scmp_tensor_hash(reference(), &tensor, here), "scmp_tensor_hash");
            tensor.device = SCMP_DEVICE_CUDA_0;
            ok(scmp_tensor_hash(ctx, &tensor, there), "scmp_tensor_hash on the device");
            check(here[0] == there[0] && here[1] == there[1], text(shape) + " has another hash on the device");
        }
    }
    check_left_alone(host);
}

} // namespace

int main(int argc, char **argv) {
    return run("cuda_calls",
               {{"calls on the device wait for nothing", calls_on_the_device_wait_for_nothing},
                {"smoothing scales are known by their values", smoothing_scales_are_known_by_their_values},
                {"what is not finite is told later", what_is_not_finite_is_told_later},
                {"empty products are looked at too", empty_products_are_looked_at_too},
                {"calls that wait tell themselves", calls_that_wait_tell_themselves},
                {"synchronizing without a GPU", synchronizing_without_a_gpu},
                {"the operands' device computes", the_operands_device_computes},
                {"the stream is the caller's", the_stream_is_the_callers},
                {"packed operands stay on the device", packed_operands_stay_on_the_device},
                {"packed operands and errors", packed_operands_and_errors},
                {"launches", launches},
                {"too many levels", too_many_levels},
                {"the report and the log name the kernel", the_report_and_the_log_name_the_kernel},
                {"contents on the device have the hash of the host", contents_on_the_device_have_the_hash_of_the_host}},
               argc, argv);
}
