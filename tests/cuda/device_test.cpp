// The CUDA backend on the machine's own GPUs: operands and results in device memory, against the reference. (Golden
// vectors and property tests run on a GPU too where there is one, with operands in host memory.)
#include "cuda/host/choice.h"
#include "cuda/host/runtime.h"
#include "stage_cases.h"
#include "support/handles.h"
#include "support/product.h"
#include "support/test.h"

using namespace test;
namespace cuda = scmp::cuda;

namespace {

void needs_device() {
    if (cuda::device_count() == 0) throw Skip("this machine has no CUDA device");
}

// A copy of an array in a device's memory, and back.
class OnDevice {
public:
    OnDevice(const cuda::Device &device, const Array &array)
        : device_(device), array_(array), memory_(device, array.bytes.data(), array.bytes.size()) {}
    scmp_tensor view() const {
        scmp_tensor tensor = array_.view();
        tensor.data = memory_.data();
        tensor.device = SCMP_DEVICE_CUDA_0 + device_.index;
        return tensor;
    }
    Array fetched() const {
        Array out = array_;
        if (!out.bytes.empty()) device_.download(device_, out.bytes.data(), memory_.data(), out.bytes.size());
        return out;
    }

private:
    const cuda::Device &device_;
    Array array_;
    cuda::DeviceBuffer<std::byte> memory_;
};

Ctx context_on(int index, const char *kernel = nullptr) {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.kernel = kernel;
    options.backend = SCMP_BACKEND_CUDA;
    options.device = index;
    Ctx ctx;
    ok(scmp_ctx_create(&options, ctx.out()));
    return ctx;
}

// Products that are forced to one count method, operands and results in device memory.
void products_on(const cuda::Device &device, cuda::CountMethod method, scmp_ctx *reference) {
    const Ctx ctx = context_on(0, cuda::method_name(method)); // operands are elsewhere where there are several devices
    for (int i = 0; i < 150; i++) {
        Random random("device " + std::to_string(i));
        const Limits wide{.rows = 20, .d = 40, .batch = 2}, large{.rows = 90, .d = 200, .batch = 2, .most_prec = 8};
        const Product product = random_product(random, i % 3 == 0 ? wide : large);
        within(std::string(cuda::method_name(method)) + ": " + product.text(), [&] {
            const Result want = multiply(reference, product);
            const cuda::InUse in_use(device);
            const OnDevice a(device, product.a), b(device, product.b);
            const OnDevice y(device, canary(SCMP_DTYPE_F32, product.y_shape()));
            const scmp_tensor a_view = a.view(), b_view = b.view(), y_view = y.view();
            const Resolved resolved(ctx, product);
            ok(scmp_matmul(ctx, &a_view, &b_view, resolved.get(), nullptr, &y_view));
            ok(scmp_ctx_synchronize(ctx));
            same(y.fetched(), want.y, "y");
        });
    }
}

void tensors_in_device_memory() {
    needs_device();
    const Ctx reference = context({SCMP_BACKEND_REFERENCE, ""});
    for (int index = 0; index < cuda::device_count(); index++)
        for (const cuda::CountMethod method : cuda::all_methods) {
            const cuda::Device device = cuda::open_device(index);
            if (cuda::runs(method, device.capability)) products_on(device, method, reference);
        }
}

// Errors that come later, packed operands, a workspace of the size that the report gives.
void calls_that_do_not_wait() {
    needs_device();
    const Ctx reference = context({SCMP_BACKEND_REFERENCE, ""});
    const cuda::Device device = cuda::open_device(0);
    const Ctx ctx = context_on(0);
    for (int i = 0; i < 100; i++) {
        Random random("device calls " + std::to_string(i));
        const Product product =
            random_product(random, {.rows = 90, .d = 200, .batch = 2, .most_prec = 8, .zero_sizes = false});
        within(product.text(), [&] {
            const Result want = multiply(reference, product);
            const cuda::InUse in_use(device);
            Array wrong = product.a;
            wrong.set(random.whole(0, wrong.count() - 1), __builtin_nan(""));
            const OnDevice a(device, product.a), b(device, product.b), bad(device, wrong);
            const OnDevice y(device, canary(SCMP_DTYPE_F32, product.y_shape())), untold(device, y.fetched());
            const scmp_tensor a_view = a.view(), b_view = b.view(), y_view = y.view();
            const scmp_tensor bad_view = bad.view(), untold_view = untold.view();
            const Resolved resolved(ctx, product);
            scmp_report report;
            scmp_report_init(&report);
            const scmp_call call = call_with(nullptr, &report);
            ok(scmp_matmul(ctx, &a_view, &b_view, resolved.get(), &call, &y_view));
            ok(scmp_matmul(ctx, &bad_view, &b_view, resolved.get(), &call, &untold_view));
            fails(scmp_ctx_synchronize(ctx), SCMP_ERROR_NON_FINITE, {"a of call 2 of the 2"});
            same(y.fetched(), want.y, "y");
            untouched(untold.fetched(), "y of a product that is not finite");
            ok(scmp_ctx_synchronize(ctx), "what has been told");

            const cuda::DeviceBuffer<std::byte> workspace(device, std::size_t(report.bytes_device));
            ok(scmp_ctx_set_cuda_workspace(ctx, workspace.data(), report.bytes_device));
            Packed packed;
            ok(scmp_packed_create(ctx, &b_view, resolved.get(), packed.out()));
            ok(scmp_matmul_packed(ctx, &a_view, packed, nullptr, &untold_view));
            ok(scmp_matmul(ctx, &a_view, &b_view, resolved.get(), nullptr, &y_view), "in the workspace");
            ok(scmp_ctx_synchronize(ctx));
            same(untold.fetched(), want.y, "y, packed");
            same(y.fetched(), want.y, "y, in the workspace");
            ok(scmp_ctx_set_cuda_workspace(ctx, nullptr, 0));
        });
    }
}

// A GPU's memory for tensors of stages.
class GpuMemory final : public DeviceMemory {
public:
    explicit GpuMemory(int index) : device_(cuda::open_device(index)) {}
    std::int32_t device() const override { return SCMP_DEVICE_CUDA_0 + device_.index; }
    std::shared_ptr<std::byte> put(const std::vector<std::byte> &bytes) override {
        const cuda::InUse in_use(device_);
        using Held = cuda::DeviceBuffer<std::byte>;
        const std::shared_ptr<Held> memory(new Held(device_, bytes.data(), bytes.size()), [this](Held *held) {
            const cuda::InUse again(device_);
            delete held;
        });
        device_.wait(device_);
        return {memory, memory->data()};
    }
    void get(const std::byte *from, std::vector<std::byte> &bytes) override {
        const cuda::InUse in_use(device_);
        if (!bytes.empty()) device_.download(device_, bytes.data(), from, bytes.size());
    }

private:
    cuda::Device device_;
};

void stages() {
    needs_device();
    const Ctx cpu = context();
    for (int index = 0; index < cuda::device_count(); index++) {
        GpuMemory memory(index);
        compare_stages(context_on(index), cpu, memory, "device stages", 200, [] {});
    }
}

void calibrations() {
    needs_device();
    const Ctx cpu = context();
    for (int index = 0; index < cuda::device_count(); index++) {
        GpuMemory memory(index);
        compare_calibrations(context_on(index), cpu, memory, "device calibrations", 100, [] {});
    }
}

void devices_that_are_not_there() {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.backend = SCMP_BACKEND_CUDA;
    options.device = cuda::device_count();
    const std::string word = options.device > 0 ? "device = " : "cuda"; // or that there is none at all
    Ctx ctx;
    fails(scmp_ctx_create(&options, ctx.out()), SCMP_ERROR_UNSUPPORTED, {word});
    options.device = -1;
    fails(scmp_ctx_create(&options, ctx.out()), SCMP_ERROR_UNSUPPORTED, {word});
}

} // namespace

int main(int argc, char **argv) {
    return run("cuda_device",
               {{"tensors in device memory, by every count method", tensors_in_device_memory},
                {"calls that do not wait", calls_that_do_not_wait},
                {"stages, any options and places", stages},
                {"calibrations", calibrations},
                {"devices that are not there", devices_that_are_not_there}},
               argc, argv);
}
