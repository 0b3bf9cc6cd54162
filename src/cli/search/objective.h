// The objective of a search: pairs of operands as weights of count-table errors. docs/search.md says why these weights.
#pragma once

#include <cstdint>
#include <vector>

#include "pair.h"

namespace cli::search {

// Weights over boundaries, as scmp_score_generators takes them; a cost of 1 is that of nearest-integer counts.
struct Weights {
    std::vector<std::int32_t> boundary; // ascending, those of the levels
    std::vector<double> target, square; // (boundaries, boundaries)
    std::vector<double> sum;            // (sums, boundaries, boundaries): each sum of errors is squared
    // The part that levels of one boundary add to every candidate's sums.
    double square_offset = 0;
    std::vector<double> sum_offset;

    std::int64_t size() const noexcept { return std::int64_t(boundary.size()); }
    double cost(double square_sum, const double *sums) const noexcept;
};

// The same over levels, (levels, levels): weights of the squares of errors, and of the errors in sums that are squared.
struct LevelWeights {
    std::vector<double> square;
    std::vector<std::vector<double>> sums;
};

// Weights of one pair, such that its nearest-integer counts cost 1.
LevelWeights pair_weights(const scmp_matmul_options &options, const OperandPair &pair);

// The boundary of each level; several levels may have the same.
Weights by_boundary(const scmp_matmul_options &options, const LevelWeights &weights);

} // namespace cli::search
