// One left and one right operand that a search is for: quantized, with the exact product.
#pragma once

#include <string>
#include <vector>

#include "../accuracy.h"
#include "../npy.h"

namespace cli::search {

struct OperandPair {
    std::string name;
    Array a, b;
    Array level[2], sign[2], scale[2], zero_point[2],
        row_sum[2];            // by side; zero_point, row_sum: unipolar, sign: bipolar
    std::vector<double> exact; // a @ b.T
    double nearest_db = 0;     // SQNR of nearest-integer counts
    double quantized_db = 0;   // and of the exact product of the quantized operands

    std::int64_t d() const noexcept { return a.view.shape[a.view.rank - 1]; }
    const scmp_tensor &operand(int side) const noexcept { return side == 0 ? a.view : b.view; }
    std::int64_t batches() const noexcept { return a.view.rank == 3 ? a.view.shape[0] : 1; }
    std::int64_t rows(int side) const noexcept { return operand(side).shape[operand(side).rank - 2]; }
};

// Reads two files and quantizes them; the products with which a search's are compared are made here.
OperandPair read_pair(scmp_ctx *ctx, const scmp_matmul_options &options, const std::string &a, const std::string &b,
                      const Advance &advance);

} // namespace cli::search
