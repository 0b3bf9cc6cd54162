// Reads and quantizes pairs of operands; see pair.h.
#include "pair.h"

#include <algorithm>
#include <cmath>

#include "../failure.h"
#include "../signals.h"
#include "ideal.h"

namespace cli::search {
namespace {

scmp_quantized views(OperandPair &pair, int side, bool bipolar) {
    scmp_quantized out;
    scmp_quantized_init(&out);
    out.scale = &pair.scale[side].view;
    out.zero_point = bipolar ? nullptr : &pair.zero_point[side].view;
    out.row_sum = bipolar ? nullptr : &pair.row_sum[side].view;
    return out;
}

void quantize(scmp_ctx *ctx, const scmp_matmul_options &options, OperandPair &pair) {
    const bool bipolar = options.mode == SCMP_MODE_BIPOLAR;
    for (const int side : {0, 1}) {
        const scmp_tensor &x = pair.operand(side);
        const scmp_side which = side == 0 ? SCMP_SIDE_LEFT : SCMP_SIDE_RIGHT;
        scmp_tensor scale_shape;
        check(scmp_scale_shape(&x, which, &options, &scale_shape));
        pair.level[side] = make_array(SCMP_DTYPE_I32, shape_of(x));
        pair.scale[side] = make_array(SCMP_DTYPE_F64, shape_of(scale_shape));
        if (bipolar) {
            pair.sign[side] = make_array(SCMP_DTYPE_I8, shape_of(x));
        } else {
            auto rows = shape_of(x);
            rows.pop_back();
            pair.zero_point[side] = make_array(SCMP_DTYPE_F64, shape_of(scale_shape));
            pair.row_sum[side] = make_array(SCMP_DTYPE_I64, rows);
        }
        scmp_quantized out = views(pair, side, bipolar);
        out.level = &pair.level[side].view;
        if (bipolar) out.sign = &pair.sign[side].view;
        check(scmp_quantize(ctx, &x, which, &options, nullptr, &out), which == SCMP_SIDE_LEFT ? "a" : "b");
    }
}

// Levels with their signs.
std::vector<std::int32_t> signed_levels(const OperandPair &pair, int side) {
    const Array &level = pair.level[side], &sign = pair.sign[side];
    std::vector<std::int32_t> out(element_count(level.view));
    for (std::size_t i = 0; i < out.size(); i++)
        out[i] = level.as<std::int32_t>()[i] * (sign.memory ? sign.as<std::int8_t>()[i] : 1);
    return out;
}

// The product with the nearest integer to every ideal count in place of counts.
std::vector<float> nearest_product(scmp_ctx *ctx, const scmp_matmul_options &options, OperandPair &pair,
                                   const Advance &advance) {
    const Ideal ideal(options);
    const std::int64_t levels = ideal.levels(), d = pair.d();
    std::vector<std::int32_t> count(std::size_t(levels * levels));
    for (std::int64_t x = 0; x < levels; x++)
        for (std::int64_t y = 0; y < levels; y++)
            count[std::size_t(x * levels + y)] = std::int32_t(std::lround(ideal(x, y)));
    const auto a = signed_levels(pair, 0), b = signed_levels(pair, 1);
    const std::int64_t batches = pair.batches(), rows = pair.rows(0), columns = pair.rows(1);
    const bool chunked = options.chunk_d > 0 && options.chunk_d < d;
    const std::int64_t chunk = chunked ? options.chunk_d : std::max<std::int64_t>(d, 1);
    auto shape = shape_of(pair.a.view);
    shape.back() = columns;
    const Array y = make_array(SCMP_DTYPE_F32, shape);
    if (chunked) shape.insert(shape.begin(), (d + chunk - 1) / chunk);
    const Array sums = make_array(SCMP_DTYPE_I64, shape);
    std::fill_n(sums.as<std::int64_t>(), element_count(sums.view), 0);
    for (std::int64_t n = 0; n < batches * rows; n++) {
        check_cancelled();
        advance(double(n) / double(batches * rows));
        for (std::int64_t m = 0; m < columns; m++) {
            const std::int32_t *left = a.data() + n * d, *right = b.data() + (n / rows * columns + m) * d;
            for (std::int64_t i = 0; i < d; i++) {
                const std::int64_t c = count[std::size_t(std::abs(left[i]) * levels + std::abs(right[i]))];
                sums.as<std::int64_t>()[(i / chunk * batches * rows + n) * columns + m] +=
                    (left[i] < 0) != (right[i] < 0) ? -c : c;
            }
        }
    }
    const bool bipolar = options.mode == SCMP_MODE_BIPOLAR;
    const scmp_quantized qa = views(pair, 0, bipolar), qb = views(pair, 1, bipolar);
    check(scmp_dequantize(ctx, &sums.view, &qa, &qb, d, &options, &y.view));
    return {y.as<float>(), y.as<float>() + element_count(y.view)};
}

} // namespace

OperandPair read_pair(scmp_ctx *ctx, const scmp_matmul_options &options, const std::string &a, const std::string &b,
                      const Advance &advance) {
    OperandPair pair;
    pair.name = a + " x " + b;
    pair.a = read_npy(a);
    pair.b = read_npy(b);
    const scmp_tensor &left = pair.a.view, &right = pair.b.view;
    if (left.rank != right.rank || (left.rank != 2 && left.rank != 3) ||
        (left.rank == 3 && left.shape[0] != right.shape[0]))
        fail(SCMP_ERROR_INVALID_SHAPE, a, " has shape ", shape_text(left), ", ", b, " has shape ", shape_text(right),
             "; (N, D) and (M, D), or (BH, N, D) and (BH, M, D) are needed");
    if (left.shape[left.rank - 1] != right.shape[right.rank - 1])
        fail(SCMP_ERROR_D_MISMATCH, b, " has D = ", right.shape[right.rank - 1], ", ", a, " has D = ", pair.d());
    quantize(ctx, options, pair);
    pair.exact = exact_product(widen(ctx, left, "a"), widen(ctx, right, "b"), advance);
    pair.quantized_db = compare(pair.exact, quantized_product(ctx, left, right, options, advance)).sqnr_db;
    pair.nearest_db = compare(pair.exact, nearest_product(ctx, options, pair, advance).data()).sqnr_db;
    if (!std::isfinite(pair.nearest_db))
        fail(SCMP_ERROR_INVALID_ARGUMENT, pair.name, " has no error to make smaller: is an operand all zero?");
    return pair;
}

} // namespace cli::search
