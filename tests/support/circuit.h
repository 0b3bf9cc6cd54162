// Quantized operands at random, and the circuit of Spec 2 written out for them: what the functions of scmp_model.h are
// held against.
#pragma once

#include <vector>

#include "scmp/scmp_model.h"
#include "support/product.h"
#include "support/stages.h"

namespace test {

// One multiplier, all wires over all cycles.
struct Wires {
    std::vector<int> left_draw, left_bit, right_position, right_draw, right_bit, and_bit, partial;
    int sign = 0, count = 0;
};

struct Circuit {
    std::int64_t n, m, d, d_offset;
    int stoc_len, rng_levels;
    scmp_matmul_options options = defaults();
    Config config;
    Levels a_levels, b_levels; // boundary and sign alone
    scmp_quantized a, b;       // of them
    std::string about;

    // Sizes, options, configuration, boundaries and signs at random.
    Circuit(scmp_ctx *ctx, Random &random, int most_prec = 7);
    Circuit(const Circuit &) = delete;

    Wires wires(std::int64_t row_a, std::int64_t row_b, std::int64_t i) const;
    // The sums that scmp_count gives.
    Array sums(scmp_ctx *ctx) const;

private:
    std::vector<std::vector<int>> left_, right_; // draws of each inner index
};

} // namespace test
