// Any arguments for the stages by themselves: an error with a sentence and outputs as they were, or the same bits from
// every engine, which hold together.
#include "options.h"
#include "scmp/scmp_model.h"

namespace {

Shape scale_shape(const scmp_tensor &x, scmp_side side, const scmp_matmul_options &options) {
    scmp_tensor shape;
    shape.rank = -7;
    if (CALL(scmp_scale_shape, &x, side, &options, &shape) == SCMP_OK)
        return Shape(shape.shape, shape.shape + shape.rank);
    require(shape.rank == -7, "an error leaves the output as it was");
    return {2};
}

// The hash of a tensor is that of its elements one behind the other, wherever they are.
void hash(const Engines &engines, const Tensor &x) {
    std::vector<std::uint8_t> elements;
    x.each([&](const std::uint8_t *at) { elements.insert(elements.end(), at, at + scmp_dtype_size(x.view.dtype)); });
    const scmp_tensor in_order = scmp_tensor_1d(SCMP_DTYPE_U8, elements.data(), std::ssize(elements));
    std::uint64_t want[2];
    require(CALL(scmp_tensor_hash, Engines::cpu().ctx, &in_order, want) == SCMP_OK, "bytes have a hash");
    engines.both({}, [&](scmp_ctx *ctx) {
        std::uint64_t got[2] = {7, 7};
        const scmp_status status = CALL(scmp_tensor_hash, ctx, &x.view, got);
        if (status == SCMP_OK)
            require(got[0] == want[0] && got[1] == want[1], "strides make no difference");
        else
            require(got[0] == 7 && got[1] == 7, "an error leaves the hash as it was");
        return status;
    });
}

// Sides of the product, or none.
scmp_side side_of(Bytes &bytes) {
    return static_cast<scmp_side>(bytes.pick({0, 0, 1, 2}));
}

scmp_quantized point_at(Bytes &bytes, std::initializer_list<const Tensor *> arrays) {
    scmp_quantized quantized;
    scmp_quantized_init(&quantized);
    const scmp_tensor **slots[] = {&quantized.level, &quantized.boundary,   &quantized.sign,
                                   &quantized.scale, &quantized.zero_point, &quantized.row_sum};
    std::size_t i = 0;
    for (const Tensor *array : arrays) *slots[i++] = array == nullptr ? nullptr : array->maybe(bytes);
    if (bytes.rarely(64)) quantized.size = bytes.byte() % sizeof quantized;
    return quantized;
}

void quantize(Bytes &bytes, const Engines &engines, const Shape &shape, const Options &given) {
    scmp_matmul_options options = given.options;
    const Tensor x(bytes, {SCMP_DTYPE_F32, SCMP_DTYPE_F64, SCMP_DTYPE_F16, SCMP_DTYPE_BF16}, shape, {Fill::real});
    const Tensor smooth(bytes, {SCMP_DTYPE_F32, SCMP_DTYPE_F64, SCMP_DTYPE_F16, SCMP_DTYPE_BF16}, {shape.back()},
                        {Fill::positive});
    if (bytes.rarely(4)) options.smooth = &smooth.view;
    const scmp_side side = side_of(bytes);
    const Shape scales = scale_shape(x.view, side, options);
    Shape range_shape = scales;
    range_shape.push_back(2);
    Tensor ranges(bytes, {SCMP_DTYPE_F32}, range_shape, {bytes.byte() % 2 == 0 ? Fill::nothing : Fill::real});
    if (bytes.byte() % 4 > 0)
        engines.both({&ranges},
                     [&](scmp_ctx *ctx) { return CALL(scmp_ranges, ctx, &x.view, side, &options, &ranges.view); });
    const bool bipolar = options.mode == SCMP_MODE_BIPOLAR;
    Tensor level(bytes, {SCMP_DTYPE_I16, SCMP_DTYPE_I32, SCMP_DTYPE_U8}, shape),
        boundary(bytes, {SCMP_DTYPE_I16, SCMP_DTYPE_I32}, shape);
    Tensor sign(bytes, {SCMP_DTYPE_I8}, shape), scale(bytes, {SCMP_DTYPE_F64, SCMP_DTYPE_F32}, scales);
    Tensor zero_point(bytes, {SCMP_DTYPE_F32, SCMP_DTYPE_F64}, scales);
    Tensor row_sum(bytes, {SCMP_DTYPE_F32, SCMP_DTYPE_I32, SCMP_DTYPE_I64}, Shape(shape.begin(), shape.end() - 1));
    const bool odd = bytes.rarely(16); // what the mode does not have
    const scmp_quantized out =
        point_at(bytes, {&level, &boundary, bipolar || odd ? &sign : nullptr, &scale,
                         !bipolar || odd ? &zero_point : nullptr, !bipolar || odd ? &row_sum : nullptr});
    const scmp_tensor *by = bytes.byte() % 2 == 0 ? nullptr : &ranges.view;
    const scmp_matmul_options *as = bytes.rarely(16) ? nullptr : &options;
    engines.both({&level, &boundary, &sign, &scale, &zero_point, &row_sum},
                 [&](scmp_ctx *ctx) { return CALL(scmp_quantize, ctx, &x.view, side, as, by, &out); });
    hash(engines, x);
}

void count(Bytes &bytes, const Engines &engines, const Shape &shape_a, const Shape &shape_b, const Options &given) {
    const std::int64_t d = shape_a.back();
    const int most = given.grid;
    const Tensor a(bytes, {SCMP_DTYPE_I16, SCMP_DTYPE_I32}, shape_a, {Fill::whole, most});
    const Tensor b(bytes, {SCMP_DTYPE_I16, SCMP_DTYPE_I32}, shape_b, {Fill::whole, most});
    const Tensor sign_a(bytes, {SCMP_DTYPE_I8}, shape_a, {Fill::sign}),
        sign_b(bytes, {SCMP_DTYPE_I8}, shape_b, {Fill::sign});
    const scmp_quantized left = point_at(bytes, {nullptr, &a, &sign_a});
    const scmp_quantized right = point_at(bytes, {nullptr, &b, &sign_b});
    Shape shape_y = shape_a;
    shape_y.back() = shape_b[shape_b.size() - 2];
    const std::int64_t chunk = given.options.chunk_d;
    if (chunk > 0 && chunk < d) shape_y.insert(shape_y.begin(), (d + chunk - 1) / chunk);
    const auto d_offset = bytes.pick<std::int64_t>({0, 1, 7, 1024, -1, largest});
    Tensor sums(bytes, {SCMP_DTYPE_I32, SCMP_DTYPE_I64}, shape_y,
                {bytes.byte() % 2 == 0 ? Fill::nothing : Fill::whole, 9});
    const std::int32_t accumulate = bytes.byte() % 2;
    engines.both({&sums}, [&](scmp_ctx *ctx) {
        return CALL(scmp_count, ctx, &left, &right, &given.options, d_offset, accumulate, &sums.view);
    });
}

void dequantize(Bytes &bytes, const Engines &engines, const Shape &shape_a, const Shape &shape_b,
                const Options &given) {
    const std::int64_t d = shape_a.back();
    const Tensor a(bytes, {SCMP_DTYPE_F32}, shape_a), b(bytes, {SCMP_DTYPE_F32}, shape_b);
    const Shape scales_a = scale_shape(a.view, SCMP_SIDE_LEFT, given.options);
    const Shape scales_b = scale_shape(b.view, SCMP_SIDE_RIGHT, given.options);
    const Shape rows_a(shape_a.begin(), shape_a.end() - 1), rows_b(shape_b.begin(), shape_b.end() - 1);
    const Tensor scale_a(bytes, {SCMP_DTYPE_F64, SCMP_DTYPE_F32}, scales_a, {Fill::positive});
    const Tensor scale_b(bytes, {SCMP_DTYPE_F64, SCMP_DTYPE_F32}, scales_b, {Fill::positive});
    const Tensor zero_a(bytes, {SCMP_DTYPE_F64, SCMP_DTYPE_F32}, scales_a, {Fill::real});
    const Tensor zero_b(bytes, {SCMP_DTYPE_F64, SCMP_DTYPE_F32}, scales_b, {Fill::real});
    const Tensor sum_a(bytes, {SCMP_DTYPE_F32, SCMP_DTYPE_I32, SCMP_DTYPE_I64}, rows_a, {Fill::whole, 999});
    const Tensor sum_b(bytes, {SCMP_DTYPE_F32, SCMP_DTYPE_I32, SCMP_DTYPE_I64}, rows_b, {Fill::whole, 999});
    scmp_quantized left, right;
    scmp_quantized_init(&left);
    scmp_quantized_init(&right);
    left.scale = scale_a.maybe(bytes);
    right.scale = scale_b.maybe(bytes);
    left.zero_point = zero_a.maybe(bytes);
    right.zero_point = zero_b.maybe(bytes);
    left.row_sum = sum_a.maybe(bytes);
    right.row_sum = sum_b.maybe(bytes);
    Shape shape_y = shape_a;
    shape_y.back() = shape_b[shape_b.size() - 2];
    Shape shape_sums = shape_y;
    const std::int64_t chunk = given.options.chunk_d;
    if (chunk > 0 && chunk < d) shape_sums.insert(shape_sums.begin(), (d + chunk - 1) / chunk);
    const Tensor sums(bytes, {SCMP_DTYPE_I32, SCMP_DTYPE_I64}, shape_sums, {Fill::whole, 3000});
    Tensor y(bytes, {SCMP_DTYPE_F32}, shape_y);
    const auto whole_d = bytes.pick<std::int64_t>({d, d, d + 1, 0, -1, largest});
    engines.both({&y}, [&](scmp_ctx *ctx) {
        return CALL(scmp_dequantize, ctx, &sums.view, &left, &right, whole_d, &given.options, &y.view);
    });
}

void boundaries(Bytes &bytes, const Options &given) {
    const int p = width(given.options.sc_prec);
    const std::int64_t levels = std::int64_t(1) << (given.options.mode == SCMP_MODE_BIPOLAR ? p - 1 : p);
    Tensor out(bytes, {SCMP_DTYPE_I16, SCMP_DTYPE_I32}, {bytes.rarely(16) ? bytes.number(0, 9) : levels});
    const scmp_status status = CALL(scmp_level_boundaries, &given.options, &out.view);
    out.written(status);
    if (status != SCMP_OK) return;
    int last = 0;
    out.each([&](const std::uint8_t *element) {
        std::int16_t boundary = 0; // little-endian
        std::memcpy(&boundary, element, sizeof boundary);
        require(boundary >= last && boundary <= given.grid, "boundaries ascend and stay on the grid");
        last = boundary;
    });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    Bytes bytes(data, size);
    const Engines engines(bytes);
    const std::int64_t n = bytes.number(0, 5), m = bytes.number(0, 5), d = bytes.number(0, 9);
    const std::int64_t d_b = bytes.rarely(16) ? bytes.number(0, 9) : d;
    Shape shape_a = {n, d}, shape_b = {m, d_b};
    if (bytes.byte() % 4 == 1) {
        const std::int64_t batch = bytes.number(0, 3);
        shape_a.insert(shape_a.begin(), batch);
        shape_b.insert(shape_b.begin(), batch);
    }
    const Options given(bytes, 3 * n, d);
    switch (bytes.byte() % 4) {
    case 0:
        quantize(bytes, engines, shape_a, given);
        break;
    case 1:
        count(bytes, engines, shape_a, shape_b, given);
        break;
    case 2:
        dequantize(bytes, engines, shape_a, shape_b, given);
        break;
    default:
        boundaries(bytes, given);
    }
    return 0;
}
