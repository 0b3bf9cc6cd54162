// Any operands and options: an error with a sentence, or the same bits from every engine, from a packed operand and
// from the stages one by one; and nothing is read or written beside the tensors (AddressSanitizer watches).
#include "options.h"

namespace {

struct Packed {
    scmp_packed *pointer = nullptr;
    Packed() = default;
    Packed(const Packed &) = delete;
    Packed &operator=(const Packed &) = delete;
    ~Packed() { scmp_packed_destroy(&pointer); }
};

// One operand of the stages: every array that its mode has.
struct Levels {
    Shape scale_shape;
    std::vector<std::int32_t> boundary;
    std::vector<std::int8_t> sign;
    std::vector<double> scale, zero_point;
    std::vector<std::int64_t> row_sum;
    scmp_tensor views[5];
    scmp_quantized quantized;

    Levels(scmp_ctx *ctx, const scmp_tensor &x, scmp_side side, const scmp_matmul_options &options, bool own_ranges) {
        scmp_tensor shape;
        require(CALL(scmp_scale_shape, &x, side, &options, &shape) == SCMP_OK, "an operand has a scale shape");
        scale_shape.assign(shape.shape, shape.shape + shape.rank);
        const Shape full(x.shape, x.shape + x.rank), rows(full.begin(), full.end() - 1);
        const bool bipolar = options.mode == SCMP_MODE_BIPOLAR;
        scmp_quantized_init(&quantized);
        quantized.boundary = array(0, SCMP_DTYPE_I32, boundary, full);
        quantized.scale = array(1, SCMP_DTYPE_F64, scale, scale_shape);
        if (bipolar) quantized.sign = array(2, SCMP_DTYPE_I8, sign, full);
        if (!bipolar) quantized.zero_point = array(3, SCMP_DTYPE_F64, zero_point, scale_shape);
        if (!bipolar) quantized.row_sum = array(4, SCMP_DTYPE_I64, row_sum, rows);
        Shape range_shape = scale_shape;
        range_shape.push_back(2);
        std::vector<float> ranges(std::size_t(count_of(range_shape)));
        const scmp_tensor range_view =
            scmp_tensor_nd(SCMP_DTYPE_F32, ranges.data(), std::int32_t(range_shape.size()), range_shape.data());
        require(CALL(scmp_ranges, ctx, &x, side, &options, &range_view) == SCMP_OK, "an operand has ranges");
        require(CALL(scmp_quantize, ctx, &x, side, &options, own_ranges ? nullptr : &range_view, &quantized) == SCMP_OK,
                "an operand can be quantized");
    }
    Levels(const Levels &) = delete;
    Levels &operator=(const Levels &) = delete;

    static std::int64_t count_of(const Shape &shape) {
        std::int64_t count = 1;
        for (const std::int64_t size : shape) count *= size;
        return count;
    }

private:
    template <class T>
    const scmp_tensor *array(int slot, scmp_dtype dtype, std::vector<T> &values, const Shape &shape) {
        values.resize(std::size_t(count_of(shape)));
        views[slot] = scmp_tensor_nd(dtype, values.data(), std::int32_t(shape.size()), shape.data());
        return &views[slot];
    }
};

std::vector<std::uint32_t> bits_of(const std::vector<float> &values) {
    std::vector<std::uint32_t> bits(values.size());
    std::transform(values.begin(), values.end(), bits.begin(),
                   [](float value) { return std::bit_cast<std::uint32_t>(value); });
    return bits;
}

// The stages give what the product gave.
void compare_stages(scmp_ctx *ctx, Bytes &bytes, const scmp_tensor &a, const scmp_tensor &b,
                    const scmp_matmul_options &options, const Tensor *y, const Tensor *counts) {
    const Levels left(ctx, a, SCMP_SIDE_LEFT, options, bytes.byte() % 2 == 0);
    const Levels right(ctx, b, SCMP_SIDE_RIGHT, options, bytes.byte() % 2 == 0);
    const std::int64_t d = a.shape[a.rank - 1];
    Shape shape(a.shape, a.shape + a.rank);
    shape.back() = b.shape[b.rank - 2];
    Shape sum_shape = shape;
    if (options.chunk_d > 0 && options.chunk_d < d)
        sum_shape.insert(sum_shape.begin(), (d + options.chunk_d - 1) / options.chunk_d);
    std::vector<std::int64_t> sums(std::size_t(Levels::count_of(sum_shape)));
    const scmp_tensor sum_view =
        scmp_tensor_nd(SCMP_DTYPE_I64, sums.data(), std::int32_t(sum_shape.size()), sum_shape.data());
    require(CALL(scmp_count, ctx, &left.quantized, &right.quantized, &options, 0, 0, &sum_view) == SCMP_OK,
            "what was quantized can be counted");
    std::vector<float> values(std::size_t(Levels::count_of(shape)));
    const scmp_tensor value_view =
        scmp_tensor_nd(SCMP_DTYPE_F32, values.data(), std::int32_t(shape.size()), shape.data());
    require(CALL(scmp_dequantize, ctx, &sum_view, &left.quantized, &right.quantized, d, &options, &value_view) ==
                SCMP_OK,
            "what was counted can be dequantized");
    if (y != nullptr) require(y->elements<std::uint32_t>() == bits_of(values), "the stages give the product's values");
    if (counts == nullptr) return;
    if (counts->view.dtype == SCMP_DTYPE_I64)
        require(counts->elements<std::int64_t>() == sums, "the stages give the product's sums");
    else
        require(counts->elements<std::int32_t>() == std::vector<std::int32_t>(sums.begin(), sums.end()),
                "the stages give the product's sums");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    Bytes bytes(data, size);
    const Engines engines(bytes);
    const bool batched = bytes.byte() % 4 == 1;
    const std::int64_t batch = bytes.number(0, 3), m = bytes.number(0, 20);
    const std::int64_t n = bytes.number(0, bytes.rarely(16) ? 150 : 6); // several blocks of rows
    const std::int64_t d = bytes.rarely(8) ? bytes.number(0, 60) : bytes.number(0, 9);
    const std::int64_t d_b = bytes.rarely(16) ? bytes.number(0, 9) : d;
    Shape shape_a = {n, d}, shape_b = {m, d_b}, shape_y = {n, m};
    if (batched)
        for (Shape *shape : {&shape_a, &shape_b, &shape_y}) shape->insert(shape->begin(), batch);
    Options given(bytes, (batched ? batch : 1) * n * (m + 15) / 16, d);
    scmp_matmul_options &options = given.options;
    const Tensor a(bytes, {SCMP_DTYPE_F32, SCMP_DTYPE_F64, SCMP_DTYPE_F16, SCMP_DTYPE_BF16}, shape_a, {Fill::real});
    const Tensor b(bytes, {SCMP_DTYPE_F32, SCMP_DTYPE_F64, SCMP_DTYPE_F16, SCMP_DTYPE_BF16}, shape_b, {Fill::real});
    const Tensor smooth(bytes, {SCMP_DTYPE_F32, SCMP_DTYPE_F64, SCMP_DTYPE_F16, SCMP_DTYPE_BF16}, {d},
                        {Fill::positive});
    Tensor y(bytes, {SCMP_DTYPE_F32}, shape_y), counts(bytes, {SCMP_DTYPE_I32, SCMP_DTYPE_I64}, shape_y);
    options.smooth = bytes.rarely(4) ? &smooth.view : nullptr;
    scmp_call call;
    scmp_call_init(&call);
    call.counts = bytes.byte() % 2 == 1 ? &counts.view : nullptr;
    scmp_report report;
    scmp_report_init(&report);
    if (bytes.rarely(64)) report.size = bytes.byte() % sizeof report;
    call.report = bytes.byte() % 2 == 1 ? &report : nullptr;
    const scmp_tensor *wanted = bytes.rarely(16) ? nullptr : &y.view;

    if (bytes.rarely(32) && y.memory.size() <= a.memory.size()) { // an output in an input's place
        scmp_tensor there = y.view;
        there.data = const_cast<std::uint8_t *>(a.memory.data());
        const std::vector<std::uint8_t> before = a.memory;
        const scmp_status status = CALL(scmp_matmul, engines.first.ctx, &a.view, &b.view, &options, &call, &there);
        require((status != SCMP_OK && a.memory == before) || y.empty() || a.empty(), "no output overlaps an input");
    }

    const scmp_tensor *left = bytes.rarely(64) ? nullptr : &a.view;
    const std::vector<std::uint8_t> y_before = y.memory, counts_before = counts.memory;
    const scmp_status status = engines.both(
        {&y, &counts}, [&](scmp_ctx *ctx) { return CALL(scmp_matmul, ctx, left, &b.view, &options, &call, wanted); });
    if (status == SCMP_OK && call.report != nullptr)
        require(report.stoc_len == given.length && report.rng_levels == given.grid, "the report has the numbers");
    const std::vector<std::uint8_t> y_after = y.memory, counts_after = counts.memory;

    y.put_back(y_before);
    counts.put_back(counts_before);
    Packed packed;
    scmp_status by_packed = CALL(scmp_packed_create, engines.first_ctx(), &b.view, &options, &packed.pointer);
    require((by_packed == SCMP_OK) == (packed.pointer != nullptr), "an error leaves the output as it was");
    if (by_packed == SCMP_OK) {
        by_packed = CALL(scmp_matmul_packed, engines.first_ctx(), left, packed.pointer, &call, wanted);
        y.written(by_packed);
        counts.written(by_packed);
    }
    require((status == SCMP_OK) == (by_packed == SCMP_OK), "packed or not, the product is right or wrong");
    require(y.memory == y_after && counts.memory == counts_after, "packed or not, the bits are the same");

    if (status != SCMP_OK || given.length > 256) return 0;
    compare_stages(engines.first.ctx, bytes, a.view, b.view, options, wanted == nullptr ? nullptr : &y,
                   call.counts == nullptr ? nullptr : &counts);
    return 0;
}
