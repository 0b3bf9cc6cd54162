// The memory of products on a GPU, on the host's devices: workspaces, what is kept from call to call, and what is left
// once something has failed.
#include <cstdlib>
#include <memory>

#include "shim.h"

using namespace test;
namespace cuda = scmp::cuda;

namespace {

struct AlignedFree {
    void operator()(void *memory) const { std::free(memory); }
};

void a_workspace_of_the_callers() {
    HostDevice host("workspace");
    for (int i = 0; i < 100; i++) {
        Random random("workspace " + std::to_string(i));
        Product product = random_product(random, small_limits);
        within(product.text(), [&] {
            const cuda::Device device = any_device(host, random);
            const Ctx ctx = on(device);
            OnDevice x(product, device.index);
            const Result want = multiply(reference(), x.product);
            const Resolved resolved(ctx, x.product);
            scmp_report report;
            scmp_report_init(&report);
            ok(x.multiply(ctx, resolved, &report), "from the pool");
            const std::uint64_t needed = report.bytes_device;
            if (needed == 0) return;
            // A block of exactly that size, which a sanitizer watches over, at an address that is not that of the
            // start.
            const std::uint64_t shift = random.chance(50) ? 0 : std::uint64_t(random.whole(1, 255));
            const std::unique_ptr<void, AlignedFree> block(std::aligned_alloc(256, needed + 512));
            void *start = static_cast<std::byte *>(block.get()) + shift;
            const std::uint64_t enough = needed + (shift == 0 ? 0 : 256 - shift);
            ok(scmp_ctx_set_cuda_workspace(ctx, start, enough));
            const std::int64_t allocations = host.allocations();
            for (int again = 0; again < 2; again++) ok(x.multiply(ctx, resolved, &report), "from the workspace");
            check(host.allocations() == allocations, "memory comes from somewhere else");
            check(report.bytes_device == needed, "another number in the workspace");
            ok(scmp_ctx_synchronize(ctx));
            x.is(want);
            x.clear();
            ok(scmp_ctx_set_cuda_workspace(ctx, start, enough - 1));
            fails(x.multiply(ctx, resolved), SCMP_ERROR_OUT_OF_MEMORY, {std::to_string(enough - 1)});
            ok(scmp_ctx_synchronize(ctx));
            x.is_untouched();
            ok(scmp_ctx_set_cuda_workspace(ctx, nullptr, 0));
            ok(x.multiply(ctx, resolved), "from the pool again");
            ok(scmp_ctx_synchronize(ctx));
            x.is(want);
        });
        check_left_alone(host);
    }
    HostDevice other("workspace arguments");
    const Ctx ctx = on(other.device(0));
    int somewhere = 0;
    fails(scmp_ctx_set_cuda_workspace(ctx, nullptr, 5), SCMP_ERROR_INVALID_ARGUMENT, {"NULL", "5"});
    fails(scmp_ctx_set_cuda_workspace(ctx, &somewhere, 0), SCMP_ERROR_INVALID_ARGUMENT, {"bytes = 0"});
    ok(scmp_ctx_set_cuda_workspace(ctx, &somewhere, 4));
    fails(OnDevice(product_of("one", 1, 1, 1), 0).multiply(ctx), SCMP_ERROR_OUT_OF_MEMORY, {"4 bytes", "at least"});
    // Other devices than the context's own have their pools.
    ok(OnDevice(product_of("one", 1, 1, 1), 1).multiply(ctx));
}

Ctx keeping(const cuda::Device &device, std::uint64_t bytes) {
    return on(device, [=](scmp_ctx_options &options) { options.cache_bytes = bytes; });
}

void what_is_kept_has_a_limit() {
    HostDevice host("kept");
    const OnDevice x(product_of("kept", 4, 3, 300), 0);
    const Result want = multiply(reference(), x.product);
    // A cache that keeps nothing: what is left is the report of operands that are not finite.
    {
        const Ctx ctx = keeping(host.device(0), 0);
        for (int again = 0; again < 2; again++) ok(x.multiply(ctx));
        check(host.blocks_held() == 1, format("%zu blocks are held", host.blocks_held()));
        check(scmp_ctx_cache_bytes(ctx) == 0, "something is cached");
        x.is(want);
    }
    const Ctx ctx = keeping(host.device(0), 100000);
    for (int length = 1; length <= 256; length += 5) {
        OnDevice short_streams = x;
        short_streams.product.options.stoc_len = length;
        ok(short_streams.multiply(ctx));
        ok(scmp_ctx_synchronize(ctx)); // before its memory is gone
        const std::uint64_t kept = gpus_of(ctx).cached_bytes();
        check(kept <= 100000, format("%llu bytes are kept", (unsigned long long)kept));
    }
    ok(x.multiply(ctx));
    const std::size_t held = host.blocks_held();
    scmp_ctx_clear_cache(ctx);
    check(scmp_ctx_cache_bytes(ctx) == 0, "something is still cached");
    check(host.blocks_held() == 1 && held > 1, "clearing the cache gives nothing back");
    scmp_ctx_trim(ctx);
    check(host.trims() == 1, "the pool is not trimmed");
    ok(x.multiply(ctx));
    ok(scmp_ctx_synchronize(ctx));
    x.is(want);
}

// An allocator of a context that fails once.
struct HostMemory {
    std::int64_t calls = 0, failing = -1, live = 0;

    void use_in(scmp_ctx_options &options) {
        options.allocator_user = this;
        options.alloc = [](void *user, std::size_t size, std::size_t alignment) -> void * {
            auto &self = *static_cast<HostMemory *>(user);
            if (self.calls++ == self.failing) return nullptr;
            self.live++;
            return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
        };
        options.free = [](void *user, void *memory, std::size_t, std::size_t) {
            static_cast<HostMemory *>(user)->live--;
            std::free(memory);
        };
    }
};

// A call, or packing and a call, of which one thing after another fails.
struct Failing {
    Product product;
    bool in_host_memory = false; // else on a device
    bool packed_first = false;
    int own = 1; // device of the context; the operands' is 1

    void each_fails() {
        HostMemory memory;
        HostDevice host("failures");
        cuda::Device device = host.device(own);
        device.full_grid = 100; // kernels are separate
        device.table_bytes = 0; // and tables take turns
        OnDevice x(product, 1);
        if (in_host_memory) x.device = SCMP_DEVICE_CPU;
        const Result want = multiply(reference(), product);
        const auto make = [&] { return on(device, [&](scmp_ctx_options &options) { memory.use_in(options); }); };
        const auto attempt = [&](scmp_ctx *ctx) {
            const Resolved resolved(ctx, x.product);
            if (!packed_first) return x.multiply(ctx, resolved);
            Packed packed;
            const scmp_tensor b = x.view(x.product.b);
            const scmp_status status = scmp_packed_create(ctx, &b, resolved.get(), packed.out());
            return status != SCMP_OK ? status : x.multiply(ctx, packed);
        };
        const auto each = [&](const char *what, auto &&count, auto &&fail_at, std::int64_t least, scmp_status status) {
            std::int64_t number = 0;
            {
                const Ctx ctx = make();
                const std::int64_t before = count();
                ok(attempt(ctx));
                number = count() - before;
                ok(scmp_ctx_synchronize(ctx));
                x.clear();
            }
            check(number >= least, format("only %lld %s can fail", (long long)number, what));
            for (std::int64_t i = 0; i < number; i++) {
                const Ctx ctx = make(); // which has kept nothing yet
                fail_at(i);
                fails(attempt(ctx), status, {}, format("%s %lld", what, (long long)i));
                fail_at(-1);
                host.finish();
                x.is_untouched();
                check(host.shared_held() == 0 && !host.in_use() && host.wrong().empty(), "something is left over");
                ok(attempt(ctx), "after a failure");
                ok(scmp_ctx_synchronize(ctx));
                x.is(want);
                x.clear();
            }
        };
        each(
            "allocations on the device", [&] { return host.allocations(); },
            [&](std::int64_t i) { host.fail_allocation(i); }, 8, SCMP_ERROR_OUT_OF_MEMORY);
        each(
            "allocations on the host", [&] { return memory.calls; },
            [&](std::int64_t i) { memory.calls = 0, memory.failing = i; }, 20, SCMP_ERROR_OUT_OF_MEMORY);
        each(
            "launches", [&] { return host.launches(); }, [&](std::int64_t i) { host.fail_launch(i); }, 4,
            SCMP_ERROR_DEVICE);
        each(
            "downloads", [&] { return host.downloads(); }, [&](std::int64_t i) { host.fail_download(i); },
            (in_host_memory ? 2 : 0) + (packed_first ? 1 : 0), SCMP_ERROR_DEVICE);
        check_left_alone(host);
        check(memory.live == 0, "host memory is left over");
    }
};

void every_failure_leaves_all_as_it_was() {
    Random random("failures");
    Product plain = product_of("failures", 5, 4, 30), chunks = plain, groups = plain;
    chunks.options.chunk_d = 8; // written in several steps
    groups.options.group_a = 2; // quantized in three
    groups.options.mode = SCMP_MODE_UNIPOLAR;
    groups.smooth = random_scales(random, 30, SCMP_DTYPE_F64); // uploaded
    for (const Product &product : {plain, chunks, groups})
        for (const bool packed_first : {false, true}) {
            within("in host memory", [&] { Failing{product, true, packed_first, 1}.each_fails(); });
            within("on the device", [&] { Failing{product, false, packed_first, 1}.each_fails(); });
            within("on another device", [&] { Failing{product, false, packed_first, 0}.each_fails(); });
        }
}

} // namespace

int main(int argc, char **argv) {
    return run("cuda_memory",
               {{"a workspace of the caller's", a_workspace_of_the_callers},
                {"what is kept has a limit", what_is_kept_has_a_limit},
                {"every failure leaves all as it was", every_failure_leaves_all_as_it_was}},
               argc, argv);
}
