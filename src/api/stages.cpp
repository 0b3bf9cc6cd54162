// The stages by themselves (section 8 of the header).
#include <algorithm>
#include <array>

#include "api/c_boundary.h"
#include "api/places.h"
#include "api/product.h"
#include "api/stages.h"
#include "api/stream_plan.h"
#include "cuda/host/stages.h"

namespace scmp::api {
namespace {

Shape scale_shape(const quantize::Scopes &scopes, int rank) {
    Shape shape;
    if (scopes.kind == quantize::Scopes::chunk) shape.add(scopes.chunks());
    if (scopes.kind == quantize::Scopes::head || (scopes.kind == quantize::Scopes::row && rank == 3))
        shape.add(scopes.batch);
    if (scopes.kind == quantize::Scopes::row || scopes.kind == quantize::Scopes::chunk) shape.add(scopes.rows);
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
    Numbers numbers;
    View x;
    quantize::Scopes scopes;
    SmoothScales smooth;
    scmp_side side;

    OperandPlan(scmp_ctx &ctx, const scmp_tensor *tensor, scmp_side given_side, const scmp_matmul_options *given)
        : side(given_side) {
        check_side(side);
        const scmp_matmul_options options = options_or_defaults(given);
        numbers = resolve_numbers(options);
        x = operand(tensor, "x", ctx.tensor_device());
        numbers.check_rank(x.rank);
        numbers.check_d(x.d());
        smooth = read_smooth(options, x, "x", ctx.memory, &ctx);
        scopes = numbers.scopes(x, side);
    }

    cuda::Quantizing quantizing() const { return {numbers.rule(x.d()), numbers.q_max}; }
    quantize::Source source() const { return {x, smoothing_on(smooth, side, x.dtype), "x"}; }
    Shape range_shape() const {
        Shape shape = scale_shape(scopes, x.rank);
        shape.add(2);
        return shape;
    }
};

// Finds in a copy what the device has found.
void refuse_non_finite(scmp_ctx &ctx, const quantize::Source &x) {
    const OnHost here(ctx, x.view, ctx.memory);
    require_finite(here.view(), {}, true, x.name);
    require_finite(here.view(), x.smoothing, true, x.name);
}

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
        const Shape scales = scale_shape(plan.scopes, plan.x.rank);
        const Shape rows = row_shape(plan.x);
        const bool wide = plan.scopes.kind == quantize::Scopes::tensor;
        check_slot(0, plan.numbers.q_max <= 255 ? level_types : wide_level_types, full);
        check_slot(1, draw_types, full);
        check_slot(2, {SCMP_DTYPE_I8}, full);
        check_slot(3, wide ? wide_types : real_types, scales.span());
        check_slot(4, real_types, scales.span());
        check_slot(5, row_sum_types, rows.span());
        if (plan.numbers.bipolar() && (slots[4].tensor != nullptr || slots[5].tensor != nullptr))
            fail(SCMP_ERROR_UNSUPPORTED, "%s is wanted, which mode bipolar does not have",
                 slots[4].tensor != nullptr ? "zero_point" : "row_sum");
        if (!plan.numbers.bipolar() && slots[2].tensor != nullptr)
            fail(SCMP_ERROR_UNSUPPORTED, "sign is wanted, which mode unipolar does not have");
        for (std::size_t i = 0; i < slots.size(); i++) {
            if (slots[i].tensor == nullptr) continue;
            for (const View *view : inputs)
                if (view != nullptr) check_apart(slots[i].view, slots[i].name, *view, "an input");
            for (std::size_t j = 0; j < i; j++)
                if (slots[j].tensor != nullptr) check_apart(slots[i].view, slots[i].name, slots[j].view, slots[j].name);
        }
    }

    bool any_on_device() const {
        return std::any_of(slots.begin(), slots.end(), [](const Slot &slot) { return on_device(slot.view); });
    }
    cuda::QuantizedViews views() const {
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

// Writes what was asked for. All memory is taken before anything is written.
void write_quantized(const QuantizedOutputs &outputs, const quantize::Quantized &levels,
                     std::span<const std::uint16_t> boundaries, Memory &memory) {
    const auto &slots = outputs.slots;
    const std::int64_t d = levels.scopes.d;
    Buffer<std::int32_t> values(memory, std::size_t(d));
    const auto write_levels = [&](std::size_t slot, auto value) {
        const View &view = slots[slot].view;
        if (slots[slot].tensor == nullptr || view.count == 0) return;
        Walk walk = row_walk(view);
        for (const std::int16_t *q = levels.q.data(); q < levels.q.data() + levels.q.size(); q += d, walk.next()) {
            std::transform(q, q + d, values.data(), value);
            write({walk.address(), view.dtype, view.stride_d()}, values.data(), d);
        }
    };
    const auto magnitude = [](int q) { return q < 0 ? -q : q; };
    write_levels(0, magnitude);
    write_levels(1, [&](int q) { return boundaries[std::size_t(magnitude(q))]; });
    write_levels(2, [](int q) { return (q > 0) - (q < 0); });
    if (slots[3].tensor != nullptr) write_view(slots[3].view, levels.scale.data());
    if (slots[4].tensor != nullptr) write_view(slots[4].view, levels.zero_point.data());
    if (slots[5].tensor != nullptr) write_view(slots[5].view, levels.row_sum.data());
}

} // namespace

void check_quantized(const scmp_quantized *quantized, const char *name) {
    require(quantized, name);
    check_struct_size(quantized->size, sizeof *quantized, sizeof *quantized, "scmp_quantized", "scmp_quantized_init");
}

namespace {

// --- dequantize ----------------------------------------------------------------------------------------------------

Factors given_factors(scmp_ctx &ctx, const scmp_quantized *quantized, const char *name, const Numbers &numbers,
                      const quantize::Scopes &scopes, int rank, const View &y) {
    Memory &memory = ctx.memory;
    check_quantized(quantized, name);
    const Shape scales = scale_shape(scopes, rank);
    const auto list = [&](const scmp_tensor *tensor, const char *what) {
        const View view = input(tensor, what, {SCMP_DTYPE_F32, SCMP_DTYPE_F64}, ctx.tensor_device());
        check_shape(view, what, scales.span());
        check_apart(y, "y", view, what);
        return floats_of<double>(OnHost(ctx, view, memory).view(), memory);
    };
    const bool left = name[0] == 'a';
    quantize::Quantized values{scopes, numbers.rule(scopes.d), {}, {}, {}, {}};
    values.scale = list(quantized->scale, left ? "a.scale" : "b.scale");
    Buffer<float> rounded_sums;
    if (!numbers.bipolar()) {
        values.zero_point = list(quantized->zero_point, left ? "a.zero_point" : "b.zero_point");
        const char *what = left ? "a.row_sum" : "b.row_sum";
        const View view =
            input(quantized->row_sum, what, {SCMP_DTYPE_F32, SCMP_DTYPE_I32, SCMP_DTYPE_I64}, ctx.tensor_device());
        Shape rows;
        if (rank == 3) rows.add(scopes.batch);
        rows.add(scopes.rows);
        check_shape(view, what, rows.span());
        check_apart(y, "y", view, what);
        const OnHost here(ctx, view, memory);
        if (is_integer(view.dtype))
            values.row_sum = integers_of<std::int64_t>(here.view(), memory);
        else
            rounded_sums = floats_of<float>(here.view(), memory);
    }
    Factors factors = factors_of(values, memory);
    if (rounded_sums.size() > 0) factors.row_sum = std::move(rounded_sums);
    return factors;
}

// Sums of any integer dtype as 32-bit ones, which hold whatever a product gives.
Buffer<std::int32_t> narrow_sums(const View &sums, Memory &memory) {
    const Buffer<std::int64_t> wide = integers_of<std::int64_t>(sums, memory);
    Buffer<std::int32_t> narrow(memory, wide.size());
    for (std::size_t i = 0; i < wide.size(); i++) {
        if (wide[i] != static_cast<std::int32_t>(wide[i]))
            fail(SCMP_ERROR_INVALID_ARGUMENT, "sums has %lld at index %zu, beyond what any product gives", ll(wide[i]),
                 i);
        narrow[i] = static_cast<std::int32_t>(wide[i]);
    }
    return narrow;
}

// Factors as the device has them.
Vector<quantize::ScopeScale> scales_of(const Factors &factors, Memory &memory) {
    Vector<quantize::ScopeScale> scales(&memory);
    const auto add = [&](double scale, double zero_point) {
        scales.push_back({scale, zero_point, 0, static_cast<float>(zero_point)});
    };
    if (factors.scale.size() == 0) add(factors.tensor_scale, factors.tensor_zero_point);
    for (std::size_t i = 0; i < factors.scale.size(); i++)
        add(double(factors.scale[i]), factors.zero_point.size() > 0 ? double(factors.zero_point[i]) : 0.0);
    return scales;
}

template <class T> bool is_array_of(const View &view, scmp_dtype dtype) {
    return view.dtype == dtype && view.contiguous() && reinterpret_cast<std::uintptr_t>(view.data) % alignof(T) == 0;
}

void dequantize_stage(scmp_ctx &ctx, const scmp_tensor *sums_tensor, const scmp_quantized *a, const scmp_quantized *b,
                      std::int64_t d, const scmp_matmul_options &options, const scmp_tensor *y_tensor) {
    const Numbers numbers = resolve_numbers(options);
    if (d < 0) fail(SCMP_ERROR_INVALID_SHAPE, "d = %lld is negative", ll(d));
    numbers.check_d(d);
    const View sums = input(sums_tensor, "sums", sum_types, ctx.tensor_device());
    const bool chunked = numbers.chunked(d);
    const int rank = sums.rank - (chunked ? 1 : 0);
    if (rank != 2 && rank != 3)
        fail(SCMP_ERROR_INVALID_SHAPE, "sums has rank %d, it must be %s", sums.rank, chunked ? "3" : "2 or 3");
    numbers.check_rank(rank);
    const count::Segments segments = numbers.segments(d);
    if (chunked && sums.shape[0] != segments.number())
        fail(SCMP_ERROR_INVALID_SHAPE, "sums has %lld chunks, D = %lld with chunk_d = %lld has %lld", ll(sums.shape[0]),
             ll(d), ll(numbers.chunk_d), ll(segments.number()));
    const auto shape = std::span(sums.shape).first(std::size_t(sums.rank)).last(std::size_t(rank));
    const View y = output(y_tensor, "y", {SCMP_DTYPE_F32}, shape, ctx.tensor_device());
    check_apart(y, "y", sums, "sums");

    // Scopes see an operand's shape: (rows, d) or (BH, rows, d).
    const std::int64_t batch = rank == 3 ? shape[0] : 1;
    const std::int64_t n = shape[std::size_t(rank - 2)];
    const std::int64_t m = shape[std::size_t(rank - 1)];
    const auto factors = [&](const scmp_quantized *given, const char *name, scmp_side side, std::int64_t rows) {
        const View x = rank == 3 ? contiguous_view(SCMP_DTYPE_F32, nullptr, {batch, rows, d})
                                 : contiguous_view(SCMP_DTYPE_F32, nullptr, {rows, d});
        return given_factors(ctx, given, name, numbers, numbers.scopes(x, side), rank, y);
    };
    const Factors fa = factors(a, "a", SCMP_SIDE_LEFT, n);
    const Factors fb = factors(b, "b", SCMP_SIDE_RIGHT, m);

    if (on_device(sums) || on_device(y)) {
        Monitor monitor = ctx.monitor();
        const Vector<quantize::ScopeScale> scales_a = scales_of(fa, ctx.memory), scales_b = scales_of(fb, ctx.memory);
        const cuda::Dequantizing by{.form = form_of(numbers),
                                    .c = dequantize::unit(numbers.q_max, numbers.streams.stoc_len),
                                    .batch = batch,
                                    .n = n,
                                    .m = m,
                                    .d = d,
                                    .chunks = chunked ? segments.number() : 1,
                                    .a = {scales_a, fa.row_sum.span()},
                                    .b = {scales_b, fb.row_sum.span()}};
        if (!cuda::dequantize_sums(gpu_of(ctx), by, sums, y, {ctx.worker_threads(), monitor, ctx.memory}))
            narrow_sums(OnHost(ctx, sums, ctx.memory).view(), ctx.memory); // finds which
        return;
    }

    // Nothing can fail beyond narrowed sums, so values may go straight into y.
    const bool direct_sums = is_array_of<std::int32_t>(sums, SCMP_DTYPE_I32),
               direct_y = is_array_of<float>(y, SCMP_DTYPE_F32);
    const Buffer<std::int32_t> narrowed = direct_sums ? Buffer<std::int32_t>() : narrow_sums(sums, ctx.memory);
    const auto *from = direct_sums ? reinterpret_cast<const std::int32_t *>(sums.data) : narrowed.data();
    Buffer<float> staged = direct_y ? Buffer<float>() : Buffer<float>(ctx.memory, std::size_t(y.count));
    float *to = direct_y ? reinterpret_cast<float *>(y.data) : staged.data();
    if (chunked) std::fill_n(to, y.count, 0.0F);
    if (y.count == 0) return;
    for (std::int64_t segment = 0; segment < (chunked ? segments.number() : 1); segment++)
        for (std::int64_t entry = 0; entry < batch; entry++) {
            const dequantize::Terms terms = terms_of(numbers, fa, fb, n, m, d, entry, segment);
            for (std::int64_t r = 0; r < n; r++) {
                const std::int64_t at = (entry * n + r) * m;
                ctx.backend.rows.dequantize(terms, r, 0, m, from + segment * y.count + at, chunked, to + at);
            }
        }
    if (!direct_y) write_view(y, to);
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
        const Numbers numbers = resolve_numbers(options_or_defaults(options));
        scmp_tensor sizes = *x;
        sizes.device = SCMP_DEVICE_CPU;
        for (std::int64_t &stride : sizes.strides) stride = 0;
        char nothing = 0; // only the shape counts: the view must not need the data, wherever it is
        sizes.data = &nothing;
        const View view = checked_view(sizes, "x");
        check_matrix(view, "x");
        numbers.check_rank(view.rank);
        const Shape shape = scale_shape(numbers.scopes(view, side), view.rank);
        const scmp_dtype dtype = numbers.granularity == SCMP_GRANULARITY_PER_TENSOR ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32;
        *out = scmp_tensor_nd(dtype, nullptr, static_cast<std::int32_t>(shape.rank), shape.sizes.data());
    });
}

scmp_status scmp_ranges(scmp_ctx *ctx, const scmp_tensor *x, scmp_side side, const scmp_matmul_options *options,
                        const scmp_tensor *ranges) {
    return c_boundary([&] {
        require(ctx, "ctx");
        const OperandPlan plan(*ctx, x, side, options);
        const View out = output(ranges, "ranges", {SCMP_DTYPE_F32}, plan.range_shape().span(), ctx->tensor_device());
        check_apart(out, "ranges", plan.x, "x");
        Monitor monitor = ctx->monitor();
        const Work work{ctx->worker_threads(), monitor, ctx->memory};
        if (on_device(plan.x) || on_device(out)) {
            if (!cuda::ranges(gpu_of(*ctx), plan.source(), plan.scopes, plan.quantizing(), out, work))
                refuse_non_finite(*ctx, plan.source());
            return;
        }
        const Buffer<quantize::Range> found =
            quantize::ranges(plan.source(), plan.scopes, ctx->backend.rows.quantize, work);
        Buffer<float> pairs(ctx->memory, found.size() * 2);
        for (std::size_t i = 0; i < found.size(); i++) {
            pairs[2 * i] = found[i].min;
            pairs[2 * i + 1] = found[i].max;
        }
        write_view(out, pairs.data());
    });
}

scmp_status scmp_quantize(scmp_ctx *ctx, const scmp_tensor *x, scmp_side side, const scmp_matmul_options *options,
                          const scmp_tensor *ranges, const scmp_quantized *out) {
    return c_boundary([&] {
        require(ctx, "ctx");
        check_quantized(out, "out");
        const OperandPlan plan(*ctx, x, side, options);
        Buffer<quantize::Range> given;
        View ranges_view;
        if (ranges != nullptr) {
            ranges_view = input(ranges, "ranges", {SCMP_DTYPE_F32}, ctx->tensor_device());
            check_shape(ranges_view, "ranges", plan.range_shape().span());
            given = given_ranges(OnHost(*ctx, ranges_view, ctx->memory).view(), ctx->memory);
        }
        QuantizedOutputs outputs(*out, ctx->tensor_device());
        outputs.check(plan, {&plan.x, ranges == nullptr ? nullptr : &ranges_view});
        const quantize::Rule rule = plan.numbers.rule(plan.x.d());
        Monitor monitor = ctx->monitor();
        const Work work{ctx->worker_threads(), monitor, ctx->memory};
        if (on_device(plan.x) || outputs.any_on_device()) {
            Vector<quantize::ScopeScale> scales(&ctx->memory);
            for (const quantize::Range &range : given.span())
                scales.push_back(quantize::scope_scale(rule, range, plan.numbers.q_max));
            if (!cuda::quantize(gpu_of(*ctx), plan.source(), plan.scopes, plan.quantizing(), scales,
                                level_boundaries(plan.numbers, rule, ctx->memory), outputs.views(), work))
                refuse_non_finite(*ctx, plan.source());
            return;
        }
        const quantize::Quantized levels =
            quantize::quantize(plan.source(), plan.scopes, rule, plan.numbers.q_max,
                               ranges == nullptr ? nullptr : given.data(), ctx->backend.rows.quantize, work);
        write_quantized(outputs, levels, level_boundaries(plan.numbers, rule, ctx->memory), ctx->memory);
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
