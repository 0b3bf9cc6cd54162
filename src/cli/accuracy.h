// How far a product is from the exact one: the double-precision product of the operands, and the exact product of what
// quantization leaves of them.
#pragma once

#include <vector>

#include "advance.h"
#include "npy.h"
#include "scmp/scmp.h"

namespace cli {

// An operand in double precision, C order, (batch, rows, d).
struct Operand {
    std::int64_t batch = 1, rows = 0, d = 0;
    std::vector<double> values;
};

// Any strides, any float dtype; finite, or it is an error, which calls it `name`.
Operand widen(scmp_ctx *ctx, const scmp_tensor &view, const char *name);

// a @ b.T for each batch entry.
std::vector<double> exact_product(const Operand &a, const Operand &b, const Advance &advance);

// The same for the quantized operands: levels, less their zero points, times their scales. No stream is involved, so
// this is what the product tends to as streams become ideal.
std::vector<double> quantized_product(scmp_ctx *ctx, const scmp_tensor &a, const scmp_tensor &b,
                                      const scmp_matmul_options &options, const Advance &advance);

// The index in an array of the scale shape of the number of a row of one chunk of one batch entry.
std::size_t scale_index(const scmp_matmul_options &options, std::int64_t rows, std::int64_t batch, std::int64_t row,
                        std::int64_t chunk);

struct Errors {
    double mse = 0;      // mean of the squared error; NaN where there is nothing
    double sqnr_db = 0;  // 10 log10 of the energy of the reference over that of the error; infinite without error, NaN
                         // where the reference is all 0
    double relative = 0; // Frobenius norm of the error over that of the reference; NaN where both are 0
};

Errors compare(const std::vector<double> &reference, const std::vector<double> &result);
Errors compare(const std::vector<double> &reference, const float *result);

} // namespace cli
