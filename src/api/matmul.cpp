// scmp_matmul and packed right operands.
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "api/c_boundary.h"
#include "api/check.h"
#include "api/resolve.h"
#include "base/sized_struct.h"
#include "product/pipeline.h"
#include "product/report.h"

struct scmp_packed {
    explicit scmp_packed(const scmp::Allocator &allocator) : memory(allocator) {}

    scmp::Memory memory;
    std::optional<scmp::smooth::Scales> smooth;
    scmp::product::ProductSpec spec{}; // without outputs
    scmp::product::Packed operand;
    scmp_backend backend = SCMP_BACKEND_AUTO; // that it was packed for
    const char *isa = "";
    int rank = 2;
    std::array<std::int64_t, SCMP_MAX_RANK> shape{};
};

namespace scmp::api {
namespace {

// Outputs of one call, checked: there is at least one, they fit, and they are apart from one another.
product::Outputs checked_outputs(const ProductSpec &spec, const View &a, std::int64_t m, const scmp_tensor *counts,
                                 const scmp_tensor *y) {
    if (y == nullptr && counts == nullptr)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "y is NULL and counts is NULL, there is nothing to compute");
    if (counts != nullptr && spec.chunked(a.d()))
        fail(SCMP_ERROR_UNSUPPORTED, "counts with 0 < chunk_d = %lld < D = %lld: each output has several sums",
             ll(spec.chunk_d), ll(a.d()));
    std::array<std::int64_t, 3> sizes = {a.rank == 3 ? a.shape[0] : 1, operand_of(a).rows, m};
    const auto shape = std::span(sizes).last(std::size_t(a.rank));
    product::Outputs outputs;
    if (y != nullptr) outputs.y = output(y, "y", {SCMP_DTYPE_F32}, shape, spec.device);
    if (counts != nullptr) outputs.counts = output(counts, "counts", sum_types, shape, spec.device);
    if (outputs.y && outputs.counts) check_apart(*outputs.y, "y", *outputs.counts, "counts");
    return outputs;
}

void check_apart_from(const product::Outputs &outputs, const View &input, const char *name) {
    if (outputs.y) check_apart(*outputs.y, "y", input, name);
    if (outputs.counts) check_apart(*outputs.counts, "counts", input, name);
}

// The further outputs of a call.
scmp_call read_call(const scmp_call *given) {
    scmp_call call;
    scmp_call_init(&call);
    read_sized(given, "call", call);
    if (call.report != nullptr) check_sized(call.report, "report");
    return call;
}

scmp_report new_report() {
    scmp_report report;
    scmp_report_init(&report);
    return report;
}

// The place of a call's tensors besides host memory: on the one device that some of them are on, or the context's own.
struct Named {
    const scmp_tensor *tensor; // or NULL
    const char *name;
};
std::int32_t device_of(const scmp_ctx &ctx, std::initializer_list<Named> tensors) {
    const std::int32_t own = ctx.resources.tensor_device();
    if (own == SCMP_DEVICE_CPU) return own;
    const Named *first = nullptr;
    for (const Named &each : tensors) {
        if (each.tensor == nullptr || each.tensor->device <= SCMP_DEVICE_CPU) continue;
        if (first == nullptr) first = &each;
        if (each.tensor->device != first->tensor->device)
            fail(SCMP_ERROR_UNSUPPORTED,
                 "%s is on device %d and %s on device %d: tensors of one call are in host memory or on one GPU",
                 first->name, first->tensor->device, each.name, each.tensor->device);
    }
    return first == nullptr ? own : first->tensor->device;
}

void matmul(scmp_ctx &ctx, const scmp_tensor *a_tensor, const scmp_tensor *b_tensor, const scmp_matmul_options &options,
            const scmp_call &call, const scmp_tensor *y) {
    product::Stopwatch watch;
    ctx.memory.begin_call();
    ProductSpec spec = resolve_options(options);
    spec.device = device_of(ctx, {{a_tensor, "a"}, {b_tensor, "b"}, {y, "y"}, {call.counts, "counts"}});
    const View a = operand(a_tensor, "a", spec.device);
    const View b = operand(b_tensor, "b", spec.device);
    check_pair(a, b);
    check_rank(spec, a.rank);
    check_d(spec, a.d());
    const std::optional<smooth::Scales> smooth = read_smooth(options, a, "a", ctx.memory);
    if (smooth) spec.smooth = &*smooth;
    spec.outputs = checked_outputs(spec, a, operand_of(b).rows, call.counts, y);
    check_apart_from(spec.outputs, a, "a");
    check_apart_from(spec.outputs, b, "b");
    if (options.smooth != nullptr) check_apart_from(spec.outputs, input(options.smooth, "smooth"), "smooth");
    resolve_config(ctx, options, spec);
    check_config_entries(spec, 0, spec.table_d(a.d()));
    spec.observed = call.report != nullptr || product::logs_products(ctx.resources);

    scmp_report report = new_report();
    product::multiply(ctx.resources, spec, a, {&b, nullptr}, watch, report);
    write_sized(call.report, report);
}

void pack(scmp_ctx &ctx, const scmp_tensor *b_tensor, const scmp_matmul_options &options, scmp_packed &packed) {
    ProductSpec spec = resolve_options(options);
    spec.device = device_of(ctx, {{b_tensor, "b"}});
    const View b = operand(b_tensor, "b", spec.device);
    check_rank(spec, b.rank);
    check_d(spec, b.d());
    packed.smooth = read_smooth(options, b, "b", packed.memory);
    if (packed.smooth) spec.smooth = &*packed.smooth;
    resolve_config(ctx, options, spec);
    check_config_entries(spec, 0, spec.table_d(b.d()));
    packed.operand = product::pack(ctx.resources, spec, b, packed.memory);
    packed.spec = spec;
    packed.backend = ctx.resources.backend.id;
    packed.isa = ctx.resources.backend.isa;
    packed.rank = b.rank;
    packed.shape = b.shape;
}

// The shape of a packed operand as a view that the checks of a pair understand.
View shape_view(const scmp_packed &packed) {
    View view;
    view.rank = packed.rank;
    view.shape = packed.shape;
    return view;
}

void check_packed_for(const Backend &backend, const scmp_packed &packed) {
    if (backend.id == packed.backend && std::string_view(backend.isa) == packed.isa) return;
    fail(SCMP_ERROR_INVALID_ARGUMENT, "packed was made for backend %s (%s), the context runs %s (%s)",
         backend_name(packed.backend), packed.isa, backend_name(backend.id), backend.isa);
}

void matmul_packed(scmp_ctx &ctx, const scmp_tensor *a_tensor, const scmp_packed &packed, const scmp_call &call,
                   const scmp_tensor *y) {
    product::Stopwatch watch;
    ctx.memory.begin_call();
    check_packed_for(ctx.resources.backend, packed);
    ProductSpec spec = packed.spec;
    spec.device = packed.operand.device;
    const View a = operand(a_tensor, "a", spec.device);
    check_pair(a, shape_view(packed));
    spec.outputs = checked_outputs(spec, a, packed.operand.scopes.rows, call.counts, y);
    check_apart_from(spec.outputs, a, "a");
    spec.observed = call.report != nullptr || product::logs_products(ctx.resources);

    scmp_report report = new_report();
    product::multiply(ctx.resources, spec, a, {nullptr, &packed.operand}, watch, report);
    write_sized(call.report, report);
}

} // namespace
} // namespace scmp::api

using namespace scmp;
using namespace scmp::api;

extern "C" {

scmp_status scmp_matmul(scmp_ctx *ctx, const scmp_tensor *a, const scmp_tensor *b, const scmp_matmul_options *options,
                        const scmp_call *call, const scmp_tensor *y) {
    return c_boundary([&] {
        require(ctx, "ctx");
        matmul(*ctx, a, b, options_or_defaults(options), read_call(call), y);
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
    return sizeof(scmp_packed) + packed->memory.bytes() + packed->operand.device_bytes;
}

scmp_tensor scmp_packed_shape(const scmp_packed *packed) {
    if (packed == nullptr) return scmp_tensor_nd(SCMP_DTYPE_F32, nullptr, -1, nullptr);
    return scmp_tensor_nd(SCMP_DTYPE_F32, nullptr, packed->rank, packed->shape.data());
}

scmp_status scmp_matmul_packed(scmp_ctx *ctx, const scmp_tensor *a, const scmp_packed *packed, const scmp_call *call,
                               const scmp_tensor *y) {
    return c_boundary([&] {
        require(ctx, "ctx");
        require(packed, "packed");
        matmul_packed(*ctx, a, *packed, read_call(call), y);
    });
}

} // extern "C"
