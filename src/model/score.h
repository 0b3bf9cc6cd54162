// Errors of the count tables of many right generators beside one left sequence, as a search needs them (docs/model.md,
// section 4).
#pragma once

#include <cstdint>
#include <span>

#include "base/memory.h"

namespace scmp::model {

// Weights over boundaries of a (ascending) and of b (ascending); the arrays are (x, y), `sum` (sums, x, y).
struct ScoreWeights {
    std::span<const std::uint16_t> x, y;
    std::span<const double> target, square, sum;
    std::size_t sums;
};

class Scorer {
public:
    Scorer(std::span<const std::uint16_t> left, int rng_levels, const ScoreWeights &weights,
           std::pmr::memory_resource &memory);

    // `sums` has a place for each sum.
    void score(std::span<const std::uint16_t> right, double &square, double *sums);

private:
    ScoreWeights weights_;
    Buffer<std::uint16_t> ones_;     // of the left stream of each x
    Buffer<std::uint32_t> first_of_; // of each draw: the first y above it
    Buffer<double> count_;           // of each y, so far
    Buffer<double> by_column_;       // (1 + sums, y): columns are independent, so that they are added side by side
};

} // namespace scmp::model
