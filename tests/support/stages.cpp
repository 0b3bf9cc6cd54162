// Calls of the stages with arrays of the right shapes.
#include "support/stages.h"

#include "support/test.h"

namespace test {

scmp_quantized Levels::arrays() {
    scmp_quantized arrays;
    scmp_quantized_init(&arrays);
    const auto point = [](Array &array, scmp_tensor &view, const scmp_tensor *&slot) {
        if (array.absent()) return;
        view = array.view();
        slot = &view;
    };
    point(level, views_[0], arrays.level);
    point(boundary, views_[1], arrays.boundary);
    point(sign, views_[2], arrays.sign);
    point(scale, views_[3], arrays.scale);
    point(zero_point, views_[4], arrays.zero_point);
    point(row_sum, views_[5], arrays.row_sum);
    return arrays;
}

Shape scale_shape(const Array &x, scmp_side side, const scmp_matmul_options &options) {
    const scmp_tensor view = x.view();
    scmp_tensor shape;
    ok(scmp_scale_shape(&view, side, &options, &shape), "scmp_scale_shape");
    check(shape.dtype == (options.granularity == SCMP_GRANULARITY_PER_TENSOR ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32),
          "dtype of the scale shape");
    return Shape(shape.shape, shape.shape + shape.rank);
}

Levels all_levels(const Array &x, scmp_side side, const scmp_matmul_options &options) {
    Levels out;
    const scmp_dtype numbers = options.granularity == SCMP_GRANULARITY_PER_TENSOR ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32;
    const Shape scales = scale_shape(x, side, options);
    out.level = canary(SCMP_DTYPE_I16, x.shape);
    out.boundary = canary(SCMP_DTYPE_I16, x.shape);
    out.scale = canary(numbers, scales);
    if (options.mode == SCMP_MODE_BIPOLAR) {
        out.sign = canary(SCMP_DTYPE_I8, x.shape);
    } else {
        out.zero_point = canary(numbers, scales);
        out.row_sum = canary(SCMP_DTYPE_F32, Shape(x.shape.begin(), x.shape.end() - 1));
    }
    return out;
}

Array ranges_of(scmp_ctx *ctx, const Array &x, scmp_side side, const scmp_matmul_options &options) {
    Shape shape = scale_shape(x, side, options);
    shape.push_back(2);
    Array ranges = canary(SCMP_DTYPE_F32, shape);
    const scmp_tensor view = x.view(), out = ranges.view();
    ok(scmp_ranges(ctx, &view, side, &options, &out), "scmp_ranges");
    return ranges;
}

void quantize(scmp_ctx *ctx, const Array &x, scmp_side side, const scmp_matmul_options &options, const Array *ranges,
              Levels &out) {
    const scmp_tensor view = x.view();
    scmp_tensor ranges_view;
    if (ranges != nullptr) ranges_view = ranges->view();
    const scmp_quantized arrays = out.arrays();
    ok(scmp_quantize(ctx, &view, side, &options, ranges != nullptr ? &ranges_view : nullptr, &arrays), "scmp_quantize");
}

Array count(scmp_ctx *ctx, Levels &a, Levels &b, const scmp_matmul_options &options, const Shape &shape,
            scmp_dtype dtype) {
    Array sums = canary(dtype, shape);
    const scmp_tensor out = sums.view();
    const scmp_quantized left = a.arrays(), right = b.arrays();
    ok(scmp_count(ctx, &left, &right, &options, 0, 0, &out), "scmp_count");
    return sums;
}

Array dequantize(scmp_ctx *ctx, const Array &sums, Levels &a, Levels &b, std::int64_t d,
                 const scmp_matmul_options &options, const Shape &shape) {
    Array y = canary(SCMP_DTYPE_F32, shape);
    const scmp_tensor in = sums.view(), out = y.view();
    const scmp_quantized left = a.arrays(), right = b.arrays();
    ok(scmp_dequantize(ctx, &in, &left, &right, d, &options, &out), "scmp_dequantize");
    return y;
}

} // namespace test
