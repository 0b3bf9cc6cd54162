// Measures of sequences and count tables (docs/model.md, section 4).
#pragma once

#include <cstdint>
#include <span>

#include "base/memory.h"
#include "scmp/scmp_model.h"
#include "streams/sequence.h"

namespace scmp::model {

// One inner index's sequences, (L,) each.
struct Pair {
    std::span<const std::uint16_t> left, right;
    int rng_levels;
};

// Stochastic cross-correlation of the streams of x and y; out is (x, y).
void correlation(const Pair &pair, std::span<const std::uint16_t> x, std::span<const std::uint16_t> y, double *out,
                 std::pmr::memory_resource &memory);

// Boundaries with their weights.
struct Weighted {
    std::span<const std::uint16_t> boundary;
    std::span<const double> weight;
};

// Sums of errors over pairs of boundaries; `worst` is the largest |error|.
struct ErrorSums {
    double weight = 0, signed_error = 0, abs_error = 0, square = 0;
    double worst = -1;
    std::int64_t worst_d = 0;
    int worst_x = 0, worst_y = 0;

    void add(const ErrorSums &other, double times) noexcept;
};
ErrorSums table_error(const Pair &pair, std::int64_t d, const Weighted &x, const Weighted &y,
                      std::pmr::memory_resource &memory);

double discrepancy(std::span<const std::uint16_t> sequence, int rng_levels, std::pmr::memory_resource &memory);

} // namespace scmp::model
