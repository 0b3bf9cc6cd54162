// The stages by themselves (section 8 of the header).
#include <array>
#include <optional>

#include "api/c_boundary.h"
#include "api/stages.h"
#include "api/stream_spec.h"
#include "base/sized_struct.h"
#include "product/host_copy.h"

namespace scmp::api {
namespace {

Shape scale_shape(const quantize::Scopes &scopes, int rank) {
    Shape shape;
    if (scopes.kind == quantize::ScopeKind::chunk) shape.add(scopes.chunks());
    if (scopes.kind == quantize::ScopeKind::head || (scopes.kind == quantize::ScopeKind::row && rank == 3))
        shape.add(scopes.batch);
    if (scopes.kind == quantize::ScopeKind::row || scopes.kind == quantize::ScopeKind::chunk) shape.add(scopes.rows);
    return shape;
}

Shape row_shape(const View &x) {
    Shape shape;
    if (x.rank == 3) shape.add(x.shape[0]);
    shape.add(operand_of(x).rows);
    return shape;
}

bool is_integer(scmp_dtype dtype) {
    return dtype == SCMP_DTYPE_I32 || dtype == SCMP_DTYPE_I64;
}

// --- ranges and quantize -------------------------------------------------------------------------------------------

// An operand under its options.
struct OperandPlan {
    scmp_ctx &ctx;
    View x;
    std::optional<smooth::Scales> smooth;
    ProductSpec spec;
    quantize::OperandSpec operand;

    OperandPlan(scmp_ctx &context, const scmp_tensor *tensor, scmp_side side, const scmp_matmul_options *given)
        : ctx(context) {
        check_side(side);
        const scmp_matmul_options options = options_or_defaults(given);
        spec = resolve_options(options);
        x = api::operand(tensor, "x", ctx.resources.tensor_device());
        check_rank(spec, x.rank);
        check_d(spec, x.d());
        smooth = read_smooth(options, x, "x", ctx.memory, &ctx);
        if (smooth) spec.smooth = &*smooth;
        operand = spec.operand(x, side, "x");
    }
    OperandPlan(const OperandPlan &) = delete;
    OperandPlan &operator=(const OperandPlan &) = delete;

    Shape range_shape() const {
        Shape shape = scale_shape(operand.scopes, x.rank);
        shape.add(2);
        return shape;
    }
};

// Ranges from a caller: finite and in order, or empty.
Buffer<quantize::Range> given_ranges(const View &view, Memory &memory) {
    const Buffer<float> pairs = floats_of<float>(view, memory);
    Buffer<quantize::Range> ranges(memory, pairs.size() / 2);
    for (std::size_t i = 0; i < ranges.size(); i++) {
        const float low = pairs[2 * i];
        const float high = pairs[2 * i + 1];
        const bool empty = low == quantize::Range{}.min && high == quantize::Range{}.max;
        const bool sound = all_finite(&pairs[2 * i], 2) && low <= high;
        if (!empty && !sound)
            fail(SCMP_ERROR_INVALID_ARGUMENT, "ranges[%zu] = (%g, %g) is neither finite and in order nor (inf, -inf)",
                 i, double(low), double(high));
        ranges[i] = {low, high};
    }
    return ranges;
}

// The arrays that a caller wants from quantization, checked before anything is written.
struct QuantizedOutputs {
    struct Slot {
        const char *name;
        const scmp_tensor *tensor;
        View view{};
    };
    std::int32_t device; // where they may be besides host memory
    std::array<Slot, 6> slots;

    QuantizedOutputs(const scmp_quantized &q, std::int32_t given_device)
        : device(given_device), slots{{{"level", q.level},
                                       {"boundary", q.boundary},
                                       {"sign", q.sign},
                                       {"scale", q.scale},
                                       {"zero_point", q.zero_point},
                                       {"row_sum", q.row_sum}}} {}

    void check(const OperandPlan &plan, std::initializer_list<const View *> inputs) {
        const std::span<const std::int64_t> full(plan.x.shape.data(), std::size_t(plan.x.rank));
        const Shape scales = scale_shape(plan.operand.scopes, plan.x.rank);
        const Shape rows = row_shape(plan.x);
        const bool wide = plan.operand.scopes.kind == quantize::ScopeKind::tensor;
        check_slot(0, plan.spec.q_max <= 255 ? level_types : wide_level_types, full);
        check_slot(1, draw_types, full);
        check_slot(2, {SCMP_DTYPE_I8}, full);
        check_slot(3, wide ? wide_types : real_types, scales.span());
        check_slot(4, real_types, scales.span());
        check_slot(5, row_sum_types, rows.span());
        if (plan.spec.bipolar() && (slots[4].tensor != nullptr || slots[5].tensor != nullptr))
            fail(SCMP_ERROR_UNSUPPORTED, "%s is wanted, which mode bipolar does not have",
                 slots[4].tensor != nullptr ? "zero_point" : "row_sum");
        if (!plan.spec.bipolar() && slots[2].tensor != nullptr)
            fail(SCMP_ERROR_UNSUPPORTED, "sign is wanted, which mode unipolar does not have");
        for (std::size_t i = 0; i < slots.size(); i++) {
            if (slots[i].tensor == nullptr) continue;
            for (const View *view : inputs)
                if (view != nullptr) check_apart(slots[i].view, slots[i].name, *view, "an input");
            for (std::size_t j = 0; j < i; j++)
                if (slots[j].tensor != nullptr) check_apart(slots[i].view, slots[i].name, slots[j].view, slots[j].name);
        }
    }

    product::QuantizedViews views() const {
        const auto wanted = [&](std::size_t i) { return slots[i].tensor == nullptr ? nullptr : &slots[i].view; };
        return {wanted(0), wanted(1), wanted(2), wanted(3), wanted(4), wanted(5)};
    }

private:
    static constexpr std::initializer_list<scmp_dtype> level_types = {SCMP_DTYPE_U8, SCMP_DTYPE_I16, SCMP_DTYPE_I32};
    static constexpr std::initializer_list<scmp_dtype> wide_level_types = {SCMP_DTYPE_I16, SCMP_DTYPE_I32};
    static constexpr std::initializer_list<scmp_dtype> real_types = {SCMP_DTYPE_F32, SCMP_DTYPE_F64};
    static constexpr std::initializer_list<scmp_dtype> wide_types = {SCMP_DTYPE_F64};
    static constexpr std::initializer_list<scmp_dtype> row_sum_types = {SCMP_DTYPE_F32, SCMP_DTYPE_I32, SCMP_DTYPE_I64};

    void check_slot(std::size_t i, std::initializer_list<scmp_dtype> types, std::span<const std::int64_t> shape) {
        if (slots[i].tensor != nullptr) slots[i].view = output(slots[i].tensor, slots[i].name, types, shape, device);
    }
};

} // namespace

scmp_quantized read_quantized(const scmp_quantized *given, const char *name) {
    require(given, name);
    scmp_quantized quantized;
    read_sized(given, name, quantized);
    return quantized;
}

namespace {

// --- dequantize ----------------------------------------------------------------------------------------------------

product::Factors given_factors(scmp_ctx &ctx, const scmp_quantized *given, const char *name, const ProductSpec &spec,
                               const quantize::Scopes &scopes, int rank, const View &y) {
    Memory &memory = ctx.memory;
    const scmp_quantized quantized = read_quantized(given, name);
    const Shape scales = scale_shape(scopes, rank);
    const auto list = [&](const scmp_tensor *tensor, const char *what) {
        const View view = input(tensor, what, {SCMP_DTYPE_F32, SCMP_DTYPE_F64}, ctx.resources.tensor_device());
        check_shape(view, what, scales.span());
        check_apart(y, "y", view, what);
        return floats_of<double>(product::HostCopy(ctx.resources, view, memory).view(), memory);
    };
    const bool left = name[0] == 'a';
    quantize::Quantized values{scopes, spec.rule(scopes.d), {}, {}, {}, {}};
    values.scale = list(quantized.scale, left ? "a.scale" : "b.scale");
    Buffer<float> rounded_sums;
    if (!spec.bipolar()) {
        values.zero_point = list(quantized.zero_point, left ? "a.zero_point" : "b.zero_point");
        const char *what = left ? "a.row_sum" : "b.row_sum";
        const View view = input(quantized.row_sum, what, {SCMP_DTYPE_F32, SCMP_DTYPE_I32, SCMP_DTYPE_I64},
                                ctx.resources.tensor_device());
        Shape rows;
        if (rank == 3) rows.add(scopes.batch);
        rows.add(scopes.rows);
        check_shape(view, what, rows.span());
        check_apart(y, "y", view, what);
        const product::HostCopy here(ctx.resources, view, memory);
        if (is_integer(view.dtype))
            values.row_sum = integers_of<std::int64_t>(here.view(), memory);
        else
            rounded_sums = floats_of<float>(here.view(), memory);
    }
    product::Factors factors = product::factors_of(values, memory);
    if (rounded_sums.size() > 0) factors.row_sum = std::move(rounded_sums);
    return factors;
}

void dequantize_stage(scmp_ctx &ctx, const scmp_tensor *sums_tensor, const scmp_quantized *a, const scmp_quantized *b,
                      std::int64_t d, const scmp_matmul_options &options, const scmp_tensor *y_tensor) {
    const ProductSpec spec = resolve_options(options);
    if (d < 0) fail(SCMP_ERROR_INVALID_SHAPE, "d = %lld is negative", ll(d));
    check_d(spec, d);
    const View sums = input(sums_tensor, "sums", sum_types, ctx.resources.tensor_device());
    const bool chunked = spec.chunked(d);
    const int rank = sums.rank - (chunked ? 1 : 0);
    if (rank != 2 && rank != 3)
        fail(SCMP_ERROR_INVALID_SHAPE, "sums has rank %d, it must be %s", sums.rank, chunked ? "3" : "2 or 3");
    check_rank(spec, rank);
    const count::Segments segments = spec.segments(d);
    if (chunked && sums.shape[0] != segments.number())
        fail(SCMP_ERROR_INVALID_SHAPE, "sums has %lld chunks, D = %lld with chunk_d = %lld has %lld", ll(sums.shape[0]),
             ll(d), ll(spec.chunk_d), ll(segments.number()));
    const auto shape = std::span(sums.shape).first(std::size_t(sums.rank)).last(std::size_t(rank));
    const View y = output(y_tensor, "y", {SCMP_DTYPE_F32}, shape, ctx.resources.tensor_device());
    check_apart(y, "y", sums, "sums");

    // Scopes see an operand's shape: (rows, d) or (BH, rows, d).
    const std::int64_t batch = rank == 3 ? shape[0] : 1;
    const std::int64_t n = shape[std::size_t(rank - 2)];
    const std::int64_t m = shape[std::size_t(rank - 1)];
    const auto factors = [&](const scmp_quantized *given, const char *name, scmp_side side, std::int64_t rows) {
        const View x = rank == 3 ? contiguous_view(SCMP_DTYPE_F32, nullptr, {batch, rows, d})
                                 : contiguous_view(SCMP_DTYPE_F32, nullptr, {rows, d});
        return given_factors(ctx, given, name, spec, spec.scopes(x, side), rank, y);
    };
    const product::Factors fa = factors(a, "a", SCMP_SIDE_LEFT, n);
    const product::Factors fb = factors(b, "b", SCMP_SIDE_RIGHT, m);

    product::Resources &resources = ctx.resources;
    Monitor monitor = resources.monitor();
    resources.slots().dequantize(resources, {spec, fa, fb, batch, n, m, d}, sums, y, resources.work(monitor));
}

} // namespace
} // namespace scmp::api

using namespace scmp;
using namespace scmp::api;

extern "C" {

scmp_status scmp_scale_shape(const scmp_tensor *x, scmp_side side, const scmp_matmul_options *options,
                             scmp_tensor *out) {
    return c_boundary([&] {
        require(x, "x");
        require(out, "out");
        check_side(side);
        const ProductSpec spec = resolve_options(options_or_defaults(options));
        scmp_tensor sizes = *x;
        sizes.device = SCMP_DEVICE_CPU;
        for (std::int64_t &stride : sizes.strides) stride = 0;
        char nothing = 0; // only the shape counts: the view must not need the data, wherever it is
        sizes.data = &nothing;
        const View view = checked_view(sizes, "x");
        check_matrix(view, "x");
        check_rank(spec, view.rank);
        const Shape shape = scale_shape(spec.scopes(view, side), view.rank);
        const scmp_dtype dtype = spec.granularity == SCMP_GRANULARITY_PER_TENSOR ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32;
        *out = scmp_tensor_nd(dtype, nullptr, static_cast<std::int32_t>(shape.rank), shape.sizes.data());
    });
}

scmp_status scmp_ranges(scmp_ctx *ctx, const scmp_tensor *x, scmp_side side, const scmp_matmul_options *options,
                        const scmp_tensor *ranges) {
    return c_boundary([&] {
        require(ctx, "ctx");
        const OperandPlan plan(*ctx, x, side, options);
        const View out =
            output(ranges, "ranges", {SCMP_DTYPE_F32}, plan.range_shape().span(), ctx->resources.tensor_device());
        check_apart(out, "ranges", plan.x, "x");
        product::Resources &resources = ctx->resources;
        Monitor monitor = resources.monitor();
        resources.slots().ranges(resources, plan.operand, out, resources.work(monitor));
    });
}

scmp_status scmp_quantize(scmp_ctx *ctx, const scmp_tensor *x, scmp_side side, const scmp_matmul_options *options,
                          const scmp_tensor *ranges, const scmp_quantized *out) {
    return c_boundary([&] {
        require(ctx, "ctx");
        const scmp_quantized wanted = read_quantized(out, "out");
        const OperandPlan plan(*ctx, x, side, options);
        Buffer<quantize::Range> given;
        View ranges_view;
        if (ranges != nullptr) {
            ranges_view = input(ranges, "ranges", {SCMP_DTYPE_F32}, ctx->resources.tensor_device());
            check_shape(ranges_view, "ranges", plan.range_shape().span());
            given = given_ranges(product::HostCopy(ctx->resources, ranges_view, ctx->memory).view(), ctx->memory);
        }
        QuantizedOutputs outputs(wanted, ctx->resources.tensor_device());
        outputs.check(plan, {&plan.x, ranges == nullptr ? nullptr : &ranges_view});
        product::Resources &resources = ctx->resources;
        Monitor monitor = resources.monitor();
        resources.slots().quantize(resources, plan.operand, given.span(),
                                   plan.spec.level_boundaries(plan.operand.by.rule, ctx->memory), outputs.views(),
                                   resources.work(monitor));
    });
}

scmp_status scmp_count(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                       const scmp_matmul_options *options, int64_t d_offset, int32_t accumulate,
                       const scmp_tensor *sums) {
    return c_boundary([&] {
        require(ctx, "ctx");
        count_stage(*ctx, a, b, options_or_defaults(options), d_offset, accumulate != 0, sums);
    });
}

scmp_status scmp_dequantize(scmp_ctx *ctx, const scmp_tensor *sums, const scmp_quantized *a, const scmp_quantized *b,
                            int64_t d, const scmp_matmul_options *options, const scmp_tensor *y) {
    return c_boundary([&] {
        require(ctx, "ctx");
        dequantize_stage(*ctx, sums, a, b, d, options_or_defaults(options), y);
    });
}

} // extern "C"
