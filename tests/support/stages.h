// The stages of a product called one by one, and what is between them.
#pragma once

#include "support/product.h"

namespace test {

// One quantized operand. An array without elements is not asked for, or not there.
struct Levels {
    Array level, boundary, sign, scale, zero_point, row_sum;

    // The struct that the library takes; it points into this object.
    scmp_quantized arrays();

private:
    scmp_tensor views_[6];
};

// Everything that the mode has, as canaries of the right shapes, for scmp_quantize to fill.
Levels all_levels(const Array &x, scmp_side side, const scmp_matmul_options &options);

Shape scale_shape(const Array &x, scmp_side side, const scmp_matmul_options &options);
Array ranges_of(scmp_ctx *ctx, const Array &x, scmp_side side, const scmp_matmul_options &options);
// ranges: NULL for the operand's own.
void quantize(scmp_ctx *ctx, const Array &x, scmp_side side, const scmp_matmul_options &options, const Array *ranges,
              Levels &out);
Array count(scmp_ctx *ctx, Levels &a, Levels &b, const scmp_matmul_options &options, const Shape &shape,
            scmp_dtype dtype = SCMP_DTYPE_I64);
Array dequantize(scmp_ctx *ctx, const Array &sums, Levels &a, Levels &b, std::int64_t d,
                 const scmp_matmul_options &options, const Shape &shape);

} // namespace test
