// The stages by themselves (section 8 of the header).
#include <algorithm>
#include <array>

#include "api/door.h"
#include "api/product.h"
#include "api/stages.h"
#include "api/stream_plan.h"

namespace scmp::api {
namespace {

// A scale shape, and perhaps one more axis.
struct Shape {
    std::array<std::int64_t, 4> sizes{};
    std::size_t rank = 0;

    void add(std::int64_t size) { sizes[rank++] = size; }
    std::span<const std::int64_t> span() const { return {sizes.data(), rank}; }
};

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
    return dtype == SCMP_I32 || dtype == SCMP_I64;
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
        x = operand(tensor, "x");
        numbers.check_rank(x.rank);
        numbers.check_d(x.d());
        smooth = read_smooth(options, x, "x", ctx.memory);
        scopes = numbers.scopes(x, side);
    }

    quantize::Source source() const { return {x, smoothing_on(smooth, side, x.dtype), "x"}; }
    Shape range_shape() const {
        Shape shape = scale_shape(scopes, x.rank);
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
    std::array<Slot, 6> slots;

    explicit QuantizedOutputs(const scmp_quantized &q)
        : slots{{{"level", q.level},
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
        check_slot(2, {SCMP_I8}, full);
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

private:
    static constexpr std::initializer_list<scmp_dtype> level_types = {SCMP_U8, SCMP_I16, SCMP_I32};
    static constexpr std::initializer_list<scmp_dtype> wide_level_types = {SCMP_I16, SCMP_I32};
    static constexpr std::initializer_list<scmp_dtype> real_types = {SCMP_F32, SCMP_F64};
    static constexpr std::initializer_list<scmp_dtype> wide_types = {SCMP_F64};
    static constexpr std::initializer_list<scmp_dtype> row_sum_types = {SCMP_F32, SCMP_I32, SCMP_I64};

    void check_slot(std::size_t i, std::initializer_list<scmp_dtype> types, std::span<const std::int64_t> shape) {
        if (slots[i].tensor != nullptr) slots[i].view = output(slots[i].tensor, slots[i].name, types, shape);
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

// --- count ---------------------------------------------------------------------------------------------------------

// Boundaries become codes: an index into the ascending list of boundaries that occur, with the sign.
struct Codes {
    Buffer<std::int16_t> codes;
    Vector<std::uint16_t> boundaries; // ascending, begins with 0

    Codes(const BoundaryOperand &operand, const char *name, int rng_levels, std::span<const std::uint16_t> levels,
          Memory &memory)
        : codes(memory, std::size_t(operand.boundary.count)), boundaries(&memory) {
        const Buffer<std::int32_t> values = integers_of<std::int32_t>(operand.boundary, memory);
        Vector<std::int16_t> code_of(std::size_t(rng_levels) + 1, 0, &memory);
        for (std::size_t i = 0; i < values.size(); i++) {
            check_boundary(values[i], i, rng_levels, name);
            code_of[std::size_t(values[i])] = 1;
        }
        list_boundaries(code_of, levels);
        for (std::size_t i = 0; i < values.size(); i++) codes[i] = code_of[std::size_t(values[i])];
        if (operand.has_sign) apply_signs(integers_of<std::int32_t>(operand.sign, memory), name);
    }

private:
    // Where all that occur are boundaries of levels, those are the list, so that calls on other data find the same
    // tables in the cache. Turns marks into codes.
    void list_boundaries(Vector<std::int16_t> &marks, std::span<const std::uint16_t> levels) {
        marks[0] = 1;
        std::size_t left = std::size_t(std::count(marks.begin(), marks.end(), 1));
        for (std::size_t i = 0; i < levels.size(); i++)
            if (marks[levels[i]] == 1 && (i == 0 || levels[i] != levels[i - 1])) left--;
        if (left == 0)
            boundaries.assign(levels.begin(), levels.end());
        else
            for (std::size_t g = 0; g < marks.size(); g++)
                if (marks[g] == 1) boundaries.push_back(static_cast<std::uint16_t>(g));
        for (std::size_t c = boundaries.size(); c-- > 0;) marks[boundaries[c]] = static_cast<std::int16_t>(c);
    }

    void apply_signs(const Buffer<std::int32_t> &signs, const char *name) {
        for (std::size_t i = 0; i < signs.size(); i++) {
            check_sign(signs[i], i, name);
            codes[i] = static_cast<std::int16_t>(codes[i] * signs[i]);
        }
    }
};

// Collects blocks of sums, (segments, batch, N, M), on top of what is there.
struct SumStage {
    Buffer<std::int64_t> sums;
    std::int64_t batch, n, m;

    static void take(void *context, const count::Block &block) {
        auto &stage = *static_cast<SumStage *>(context);
        for (std::int64_t r = 0; r < block.rows; r++) {
            const std::int64_t row = (block.segment * stage.batch + block.batch) * stage.n + block.n0 + r;
            std::int64_t *to = stage.sums.data() + row * stage.m + block.m0;
            for (std::int64_t c = 0; c < block.columns; c++) to[c] += block.sums[r * block.stride + c];
        }
    }
};

} // namespace

void check_quantized(const scmp_quantized *quantized, const char *name) {
    require(quantized, name);
    check_struct_size(quantized->size, sizeof *quantized, sizeof *quantized, "scmp_quantized", "scmp_quantized_init");
}

BoundaryOperand::BoundaryOperand(const scmp_quantized *quantized, const char *name, const char *boundary_name,
                                 const char *sign_name) {
    check_quantized(quantized, name);
    boundary = input(quantized->boundary, boundary_name, draw_types);
    check_matrix(boundary, boundary_name);
    has_sign = quantized->sign != nullptr;
    if (!has_sign) return;
    sign = input(quantized->sign, sign_name, {SCMP_I8});
    check_shape(sign, sign_name, {boundary.shape.data(), std::size_t(boundary.rank)});
}

void check_boundary(std::int32_t value, std::size_t index, int rng_levels, const char *name) {
    if (value < 0 || value > rng_levels)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "%s.boundary has %d at index %zu, it must be in 0 .. %d", name, value, index,
             rng_levels);
}

void check_sign(std::int32_t value, std::size_t index, const char *name) {
    if (value < -1 || value > 1)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "%s.sign has %d at index %zu, it must be -1, 0 or 1", name, value, index);
}

void count_stage(scmp_ctx &ctx, const scmp_quantized *a_given, const scmp_quantized *b_given,
                 const scmp_matmul_options &options, std::int64_t d_offset, bool accumulate,
                 const scmp_tensor *sums_tensor) {
    Numbers numbers = resolve_numbers(options);
    const BoundaryOperand a(a_given, "a", "a.boundary", "a.sign");
    const BoundaryOperand b(b_given, "b", "b.boundary", "b.sign");
    check_pair(a.boundary, b.boundary);
    numbers.check_rank(a.boundary.rank);
    const std::int64_t d = a.boundary.d();
    numbers.check_d(d);
    if (d_offset < 0) fail(SCMP_ERROR_INVALID_ARGUMENT, "d_offset = %lld is negative", ll(d_offset));
    if (d_offset > 0 && numbers.chunked(d))
        fail(SCMP_ERROR_UNSUPPORTED,
             "d_offset = %lld with 0 < chunk_d = %lld < D = %lld: indices restart in each chunk", ll(d_offset),
             ll(numbers.chunk_d), ll(d));
    const ConfigRef config = resolve_config(ctx, options, numbers);
    const count::Segments segments = numbers.segments(d);
    const std::int64_t table_d = std::min(d, segments.chunk);
    check_config_entries(config, d_offset, table_d);

    const std::int64_t batch = operand_of(a.boundary).batch;
    const std::int64_t n = operand_of(a.boundary).rows;
    const std::int64_t m = operand_of(b.boundary).rows;
    Shape shape;
    if (numbers.chunked(d)) shape.add(segments.number());
    if (a.boundary.rank == 3) shape.add(batch);
    shape.add(n);
    shape.add(m);
    const View sums = output(sums_tensor, "sums", sum_types, shape.span());
    for (const BoundaryOperand *x : {&a, &b}) {
        check_apart(sums, "sums", x->boundary, "a boundary");
        if (x->has_sign) check_apart(sums, "sums", x->sign, "a sign");
    }

    const quantize::Rule rule = numbers.rule(d);
    const Vector<std::uint16_t> levels = level_boundaries(numbers, rule, ctx.memory);
    const int rng_levels = numbers.streams.rng_levels;
    const Codes codes_a(a, "a", rng_levels, levels, ctx.memory);
    const Codes codes_b(b, "b", rng_levels, levels, ctx.memory);

    Monitor monitor = ctx.monitor();
    const Work work{ctx.worker_threads(), monitor, ctx.memory};
    const count::Kernel &kernel = ctx.backend.kernel_for(
        {codes_a.boundaries.size(), codes_b.boundaries.size(), a.has_sign || b.has_sign, numbers.streams.stoc_len});
    const count::PackedRight packed =
        count::pack_right(kernel, codes_b.codes.data(), batch, m, segments, work.threads, monitor, ctx.memory);
    const count::Blocking blocking = count::blocking(kernel, batch, n, m, d, work.threads);
    const auto tables =
        ctx.tables.get({config, numbers.streams, d_offset, table_d}, codes_a.boundaries, codes_b.boundaries, kernel,
                       blocking.rows, double(batch) * double(n) * double(m) * double(d));

    SumStage stage{accumulate ? integers_of<std::int64_t>(sums, ctx.memory)
                              : Buffer<std::int64_t>(ctx.memory, std::size_t(sums.count)),
                   batch, n, m};
    if (!accumulate) std::fill_n(stage.sums.data(), stage.sums.size(), std::int64_t(0));
    if (segments.number() > 0) {
        const count::PackedLeft left = count::pack_left(kernel, blocking, *tables, codes_a.codes.data(), batch, n,
                                                        segments, work.threads, monitor, ctx.memory);
        count::run(kernel, blocking, left, packed, monitor, ctx.memory, SumStage::take, &stage);
    }
    if (sums.dtype == SCMP_I32)
        for (std::size_t i = 0; i < stage.sums.size(); i++)
            if (stage.sums[i] != static_cast<std::int32_t>(stage.sums[i]))
                fail(SCMP_ERROR_INVALID_ARGUMENT, "the total %lld at index %zu of sums does not fit I32",
                     ll(stage.sums[i]), i);
    write_view(sums, stage.sums.data());
}

namespace {

// --- dequantize ----------------------------------------------------------------------------------------------------

Factors given_factors(const scmp_quantized *quantized, const char *name, const Numbers &numbers,
                      const quantize::Scopes &scopes, int rank, const View &y, Memory &memory) {
    check_quantized(quantized, name);
    const Shape scales = scale_shape(scopes, rank);
    const auto list = [&](const scmp_tensor *tensor, const char *what) {
        const View view = input(tensor, what, {SCMP_F32, SCMP_F64});
        check_shape(view, what, scales.span());
        check_apart(y, "y", view, what);
        return floats_of<double>(view, memory);
    };
    const bool left = name[0] == 'a';
    quantize::Quantized values{scopes, numbers.rule(scopes.d), {}, {}, {}, {}};
    values.scale = list(quantized->scale, left ? "a.scale" : "b.scale");
    Buffer<float> rounded_sums;
    if (!numbers.bipolar()) {
        values.zero_point = list(quantized->zero_point, left ? "a.zero_point" : "b.zero_point");
        const char *what = left ? "a.row_sum" : "b.row_sum";
        const View view = input(quantized->row_sum, what, {SCMP_F32, SCMP_I32, SCMP_I64});
        Shape rows;
        if (rank == 3) rows.add(scopes.batch);
        rows.add(scopes.rows);
        check_shape(view, what, rows.span());
        check_apart(y, "y", view, what);
        if (is_integer(view.dtype))
            values.row_sum = integers_of<std::int64_t>(view, memory);
        else
            rounded_sums = floats_of<float>(view, memory);
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

template <class T> bool is_array_of(const View &view, scmp_dtype dtype) {
    return view.dtype == dtype && view.contiguous() && reinterpret_cast<std::uintptr_t>(view.data) % alignof(T) == 0;
}

void dequantize_stage(scmp_ctx &ctx, const scmp_tensor *sums_tensor, const scmp_quantized *a, const scmp_quantized *b,
                      std::int64_t d, const scmp_matmul_options &options, const scmp_tensor *y_tensor) {
    const Numbers numbers = resolve_numbers(options);
    if (d < 0) fail(SCMP_ERROR_INVALID_SHAPE, "d = %lld is negative", ll(d));
    numbers.check_d(d);
    const View sums = input(sums_tensor, "sums", sum_types);
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
    const View y = output(y_tensor, "y", {SCMP_F32}, shape);
    check_apart(y, "y", sums, "sums");

    // Scopes see an operand's shape: (rows, d) or (BH, rows, d).
    const std::int64_t batch = rank == 3 ? shape[0] : 1;
    const std::int64_t n = shape[std::size_t(rank - 2)];
    const std::int64_t m = shape[std::size_t(rank - 1)];
    const auto factors = [&](const scmp_quantized *given, const char *name, scmp_side side, std::int64_t rows) {
        const View x = rank == 3 ? contiguous_view(SCMP_F32, nullptr, {batch, rows, d})
                                 : contiguous_view(SCMP_F32, nullptr, {rows, d});
        return given_factors(given, name, numbers, numbers.scopes(x, side), rank, y, ctx.memory);
    };
    const Factors fa = factors(a, "a", SCMP_LEFT, n);
    const Factors fb = factors(b, "b", SCMP_RIGHT, m);

    // Nothing can fail beyond narrowed sums, so values may go straight into y.
    const bool direct_sums = is_array_of<std::int32_t>(sums, SCMP_I32), direct_y = is_array_of<float>(y, SCMP_F32);
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
    return door([&] {
        require(x, "x");
        require(out, "out");
        check_side(side);
        const Numbers numbers = resolve_numbers(options_or_defaults(options));
        scmp_tensor sizes = *x;
        sizes.data = nullptr;
        for (std::int64_t &stride : sizes.strides) stride = 0;
        char nothing = 0; // only the shape counts: the view must not need the data
        sizes.data = &nothing;
        const View view = checked_view(sizes, "x");
        check_matrix(view, "x");
        numbers.check_rank(view.rank);
        const Shape shape = scale_shape(numbers.scopes(view, side), view.rank);
        const scmp_dtype dtype = numbers.granularity == SCMP_PER_TENSOR ? SCMP_F64 : SCMP_F32;
        *out = scmp_tensor_nd(dtype, nullptr, static_cast<std::int32_t>(shape.rank), shape.sizes.data());
    });
}

scmp_status scmp_ranges(scmp_ctx *ctx, const scmp_tensor *x, scmp_side side, const scmp_matmul_options *options,
                        const scmp_tensor *ranges) {
    return door([&] {
        require(ctx, "ctx");
        const OperandPlan plan(*ctx, x, side, options);
        const View out = output(ranges, "ranges", {SCMP_F32}, plan.range_shape().span());
        check_apart(out, "ranges", plan.x, "x");
        Monitor monitor = ctx->monitor();
        const Buffer<quantize::Range> found = quantize::ranges(plan.source(), plan.scopes, ctx->backend.rows.quantize,
                                                               {ctx->worker_threads(), monitor, ctx->memory});
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
    return door([&] {
        require(ctx, "ctx");
        check_quantized(out, "out");
        const OperandPlan plan(*ctx, x, side, options);
        Buffer<quantize::Range> given;
        View ranges_view;
        if (ranges != nullptr) {
            ranges_view = input(ranges, "ranges", {SCMP_F32});
            check_shape(ranges_view, "ranges", plan.range_shape().span());
            given = given_ranges(ranges_view, ctx->memory);
        }
        QuantizedOutputs outputs(*out);
        outputs.check(plan, {&plan.x, ranges == nullptr ? nullptr : &ranges_view});
        const quantize::Rule rule = plan.numbers.rule(plan.x.d());
        Monitor monitor = ctx->monitor();
        const quantize::Quantized levels = quantize::quantize(
            plan.source(), plan.scopes, rule, plan.numbers.q_max, ranges == nullptr ? nullptr : given.data(),
            ctx->backend.rows.quantize, {ctx->worker_threads(), monitor, ctx->memory});
        write_quantized(outputs, levels, level_boundaries(plan.numbers, rule, ctx->memory), ctx->memory);
    });
}

scmp_status scmp_count(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                       const scmp_matmul_options *options, int64_t d_offset, int32_t accumulate,
                       const scmp_tensor *sums) {
    return door([&] {
        require(ctx, "ctx");
        count_stage(*ctx, a, b, options_or_defaults(options), d_offset, accumulate != 0, sums);
    });
}

scmp_status scmp_dequantize(scmp_ctx *ctx, const scmp_tensor *sums, const scmp_quantized *a, const scmp_quantized *b,
                            int64_t d, const scmp_matmul_options *options, const scmp_tensor *y) {
    return door([&] {
        require(ctx, "ctx");
        dequantize_stage(*ctx, sums, a, b, d, options_or_defaults(options), y);
    });
}

} // extern "C"
