// scmp_matmul and packed right operands.
#include "api/product.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "api/c_boundary.h"
#include "api/check.h"

struct scmp_packed {
    explicit scmp_packed(const scmp::Allocator &allocator) : memory(allocator) {}

    scmp::Memory memory;
    scmp::api::Numbers numbers{};
    scmp::api::ConfigRef config;
    scmp::api::SmoothScales smooth;
    scmp::api::Right right;                // the data only on the CPU
    std::optional<scmp::cuda::Packed> gpu; // on a GPU
    scmp_backend backend = SCMP_BACKEND_AUTO;
    const char *isa = ""; // of its backend
    std::array<std::int64_t, SCMP_MAX_RANK> shape{};
};

namespace scmp::api {
namespace {

// Outputs of one call, checked: there is at least one, they fit, and they are apart from everything else.
class CheckedOutputs {
public:
    CheckedOutputs(const Numbers &numbers, const View &a, std::int64_t m, const scmp_tensor *counts,
                   const scmp_tensor *y, std::int32_t device = SCMP_DEVICE_CPU) {
        if (y == nullptr && counts == nullptr)
            fail(SCMP_ERROR_INVALID_ARGUMENT, "y is NULL and counts is NULL, there is nothing to compute");
        if (counts != nullptr && numbers.chunked(a.d()))
            fail(SCMP_ERROR_UNSUPPORTED, "counts with 0 < chunk_d = %lld < D = %lld: each output has several sums",
                 ll(numbers.chunk_d), ll(a.d()));
        std::array<std::int64_t, 3> sizes = {a.rank == 3 ? a.shape[0] : 1, operand_of(a).rows, m};
        const auto shape = std::span(sizes).last(std::size_t(a.rank));
        if (y != nullptr) y_ = output(y, "y", {SCMP_DTYPE_F32}, shape, device);
        if (counts != nullptr) counts_ = output(counts, "counts", sum_types, shape, device);
        if (y_ && counts_) check_apart(*y_, "y", *counts_, "counts");
    }

    void check_input(const View &view, const char *name) const {
        if (y_) check_apart(*y_, "y", view, name);
        if (counts_) check_apart(*counts_, "counts", view, name);
    }
    Outputs get(bool observed) const { return {y_ ? &*y_ : nullptr, counts_ ? &*counts_ : nullptr, observed}; }

private:
    std::optional<View> y_, counts_;
};

void check_report(const scmp_report *report) {
    if (report != nullptr)
        check_struct_size(report->size, sizeof *report, sizeof *report, "scmp_report", "scmp_report_init");
}

scmp_report new_report() {
    scmp_report report;
    scmp_report_init(&report);
    return report;
}

// Where the tensors of a call may be besides host memory: on the one GPU that some of them are on, or the context's
// own.
struct Named {
    const scmp_tensor *tensor; // or NULL
    const char *name;
};
std::int32_t device_of(const scmp_ctx &ctx, std::initializer_list<Named> tensors) {
    if (!ctx.gpu) return SCMP_DEVICE_CPU;
    const Named *first = nullptr;
    for (const Named &each : tensors) {
        if (each.tensor == nullptr || each.tensor->device < SCMP_DEVICE_CUDA_0) continue;
        if (first == nullptr) first = &each;
        if (each.tensor->device != first->tensor->device)
            fail(SCMP_ERROR_UNSUPPORTED,
                 "%s is on device %d and %s on device %d: tensors of one call are in host memory or on one GPU",
                 first->name, first->tensor->device, each.name, each.tensor->device);
    }
    return first == nullptr ? ctx.tensor_device() : first->tensor->device;
}

cuda::Gpu &gpu_at(scmp_ctx &ctx, std::int32_t device) {
    return ctx.gpu.at(device - SCMP_DEVICE_CUDA_0);
}

// The end of a product: the log's line and the caller's report.
void tell(const scmp_ctx &ctx, const View &a, std::int64_t m, Stopwatch &watch, scmp_report &report, scmp_report *out) {
    report.ms_total = watch.lap();
    log_product(ctx, a, m, report);
    if (out != nullptr) *out = report;
}

void matmul(scmp_ctx &ctx, const scmp_tensor *a_tensor, const scmp_tensor *b_tensor, const scmp_matmul_options &options,
            const scmp_tensor *y) {
    Stopwatch watch;
    ctx.memory.begin_call();
    Numbers numbers = resolve_numbers(options);
    check_report(options.report);
    const std::int32_t device =
        device_of(ctx, {{a_tensor, "a"}, {b_tensor, "b"}, {y, "y"}, {options.counts, "counts"}});
    const View a = operand(a_tensor, "a", device);
    const View b = operand(b_tensor, "b", device);
    check_pair(a, b);
    numbers.check_rank(a.rank);
    numbers.check_d(a.d());
    const SmoothScales smooth = read_smooth(options, a, "a", ctx.memory);
    const CheckedOutputs outputs(numbers, a, operand_of(b).rows, options.counts, y, device);
    outputs.check_input(a, "a");
    outputs.check_input(b, "b");
    if (options.smooth != nullptr) outputs.check_input(input(options.smooth, "smooth"), "smooth");
    const ConfigRef config = resolve_config(ctx, options, numbers);
    check_config_entries(config, 0, std::min(a.d(), numbers.segments(a.d()).chunk));

    Monitor monitor = ctx.monitor();
    const Work work{ctx.worker_threads(), monitor, ctx.memory};
    scmp_report report = new_report();
    if (ctx.gpu) {
        multiply_on_gpu(ctx, gpu_at(ctx, device), numbers, config, a, {&b, nullptr}, smooth, outputs.get(false), work,
                        report);
        tell(ctx, a, operand_of(b).rows, watch, report, options.report);
        return;
    }
    monitor.pass(0.0, 0.1);
    const Right right = make_right(ctx, numbers, b, smooth, work, report);
    monitor.pass(0.1, 0.2);
    const bool observed = options.report != nullptr || logs_products(ctx);
    multiply(ctx, numbers, config, a, smooth, right, outputs.get(observed), work, report);
    describe(ctx, numbers, report);
    tell(ctx, a, right.m, watch, report, options.report);
}

void pack(scmp_ctx &ctx, const scmp_tensor *b_tensor, const scmp_matmul_options &options, scmp_packed &packed) {
    Numbers numbers = resolve_numbers(options);
    const std::int32_t device = device_of(ctx, {{b_tensor, "b"}});
    const View b = operand(b_tensor, "b", device);
    numbers.check_rank(b.rank);
    numbers.check_d(b.d());
    packed.smooth = read_smooth(options, b, "b", packed.memory);
    packed.config = resolve_config(ctx, options, numbers);
    check_config_entries(packed.config, 0, std::min(b.d(), numbers.segments(b.d()).chunk));
    Monitor monitor = ctx.monitor();
    const Work work{ctx.worker_threads(), monitor, packed.memory};
    if (ctx.gpu) {
        const quantize::Scopes scopes = numbers.scopes(b, SCMP_SIDE_RIGHT);
        packed.right.m = scopes.rows;
        packed.right.rank = b.rank;
        packed.gpu.emplace(gpu_at(ctx, device),
                           quantize::Source{b, smoothing_on(packed.smooth, SCMP_SIDE_RIGHT, b.dtype), "b"}, scopes,
                           quantizing(numbers, b.d()), work);
    } else {
        scmp_report unused = new_report();
        packed.right = make_right(ctx, numbers, b, packed.smooth, work, unused);
    }
    packed.numbers = numbers;
    packed.backend = ctx.backend.id;
    packed.isa = ctx.backend.isa;
    packed.shape = b.shape;
}

// The shape of a packed operand as a view that the checks of a pair understand.
View packed_view(const scmp_packed &packed) {
    View view;
    view.rank = packed.right.rank;
    view.shape = packed.shape;
    return view;
}

// Whom a context or a packed operand counts with.
const char *counting(scmp_backend backend, bool on_gpu) {
    return scmp_backend_name(on_gpu ? SCMP_BACKEND_CUDA : backend);
}

void check_packed_for(const scmp_ctx &ctx, const scmp_packed &packed) {
    if (ctx.backend.id == packed.backend && std::string_view(ctx.backend.isa) == packed.isa &&
        bool(ctx.gpu) == packed.gpu.has_value())
        return;
    fail(SCMP_ERROR_INVALID_ARGUMENT, "packed was made for backend %s (%s), the context runs %s (%s)",
         counting(packed.backend, packed.gpu.has_value()), packed.isa, counting(ctx.backend.id, bool(ctx.gpu)),
         ctx.backend.isa);
}

void matmul_packed(scmp_ctx &ctx, const scmp_tensor *a_tensor, const scmp_packed &packed, const scmp_tensor *counts,
                   scmp_report *report_out, const scmp_tensor *y) {
    Stopwatch watch;
    ctx.memory.begin_call();
    check_report(report_out);
    check_packed_for(ctx, packed);
    const std::int32_t device = packed.gpu ? SCMP_DEVICE_CUDA_0 + packed.gpu->device.index : SCMP_DEVICE_CPU;
    const View a = operand(a_tensor, "a", device);
    check_pair(a, packed_view(packed));
    const CheckedOutputs outputs(packed.numbers, a, packed.right.m, counts, y, device);
    outputs.check_input(a, "a");

    Monitor monitor = ctx.monitor();
    scmp_report report = new_report();
    const Work work{ctx.worker_threads(), monitor, ctx.memory};
    if (packed.gpu) {
        multiply_on_gpu(ctx, gpu_at(ctx, device), packed.numbers, packed.config, a, {nullptr, &*packed.gpu},
                        packed.smooth, outputs.get(false), work, report);
        tell(ctx, a, packed.right.m, watch, report, report_out);
        return;
    }
    monitor.pass(0.0, 0.2);
    const bool observed = report_out != nullptr || logs_products(ctx);
    multiply(ctx, packed.numbers, packed.config, a, packed.smooth, packed.right, outputs.get(observed), work, report);
    describe(ctx, packed.numbers, report);
    tell(ctx, a, packed.right.m, watch, report, report_out);
}

} // namespace
} // namespace scmp::api

using namespace scmp;
using namespace scmp::api;

extern "C" {

scmp_status scmp_matmul(scmp_ctx *ctx, const scmp_tensor *a, const scmp_tensor *b, const scmp_matmul_options *options,
                        const scmp_tensor *y) {
    return c_boundary([&] {
        require(ctx, "ctx");
        matmul(*ctx, a, b, options_or_defaults(options), y);
    });
}

scmp_status scmp_packed_create(scmp_ctx *ctx, const scmp_tensor *b, const scmp_matmul_options *options,
                               scmp_packed **out) {
    return c_boundary([&] {
        require(ctx, "ctx");
        require(out, "out");
        PendingHandle<scmp_packed> pending(ctx->memory.allocator());
        pack(*ctx, b, options_or_defaults(options), *pending);
        *out = pending.release();
    });
}

void scmp_packed_destroy(scmp_packed **packed) {
    if (packed == nullptr || *packed == nullptr) return;
    destroy_handle(std::exchange(*packed, nullptr));
}

uint64_t scmp_packed_bytes(const scmp_packed *packed) {
    if (packed == nullptr) return 0;
    return sizeof(scmp_packed) + packed->memory.bytes() + (packed->gpu ? packed->gpu->levels.bytes() : 0);
}

scmp_tensor scmp_packed_shape(const scmp_packed *packed) {
    if (packed == nullptr) return scmp_tensor_nd(SCMP_DTYPE_F32, nullptr, -1, nullptr);
    return scmp_tensor_nd(SCMP_DTYPE_F32, nullptr, packed->right.rank, packed->shape.data());
}

scmp_status scmp_matmul_packed(scmp_ctx *ctx, const scmp_tensor *a, const scmp_packed *packed,
                               const scmp_tensor *counts, scmp_report *report, const scmp_tensor *y) {
    return c_boundary([&] {
        require(ctx, "ctx");
        require(packed, "packed");
        matmul_packed(*ctx, a, *packed, counts, report, y);
    });
}

} // extern "C"
