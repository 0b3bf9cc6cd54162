// Scores right generators; see score.h.
#include "model/score.h"

#include <algorithm>
#include <numeric>

namespace scmp::model {
namespace {

void add_squares(const double *count, const double *target, const double *weight, std::size_t columns,
                 double *__restrict sums) noexcept {
    for (std::size_t y = 0; y < columns; y++) {
        const double error = count[y] - target[y];
        sums[y] += weight[y] * (error * error);
    }
}

void add_errors(const double *count, const double *target, const double *weight, std::size_t columns,
                double *__restrict sums) noexcept {
    for (std::size_t y = 0; y < columns; y++) sums[y] += weight[y] * (count[y] - target[y]);
}

} // namespace

Scorer::Scorer(std::span<const std::uint16_t> left, int rng_levels, const ScoreWeights &weights,
               std::pmr::memory_resource &memory)
    : weights_(weights), ones_(memory, weights.x.size()), first_of_(memory, std::size_t(rng_levels)),
      count_(memory, weights.y.size()), by_column_(memory, (1 + weights.sums) * weights.y.size()) {
    for (std::size_t i = 0; i < ones_.size(); i++)
        ones_[i] = static_cast<std::uint16_t>(
            std::count_if(left.begin(), left.end(), [&](std::uint16_t draw) { return draw < weights.x[i]; }));
    for (std::size_t g = 0, y = 0; g < first_of_.size(); g++) {
        while (y < weights.y.size() && weights.y[y] <= g) y++;
        first_of_[g] = static_cast<std::uint32_t>(y);
    }
}

void Scorer::score(std::span<const std::uint16_t> right, double &square, double *sums) {
    const std::size_t columns = weights_.y.size();
    std::fill_n(count_.data(), columns, 0.0);
    std::fill_n(by_column_.data(), by_column_.size(), 0.0);
    std::size_t draws = 0;
    for (std::size_t row = 0; row < ones_.size(); row++) {
        for (; draws < ones_[row]; draws++)
            for (std::size_t y = first_of_[right[draws]]; y < columns; y++) count_[y] += 1;
        const std::size_t at = row * columns;
        add_squares(count_.data(), weights_.target.data() + at, weights_.square.data() + at, columns,
                    by_column_.data());
        for (std::size_t t = 0; t < weights_.sums; t++)
            add_errors(count_.data(), weights_.target.data() + at,
                       weights_.sum.data() + t * ones_.size() * columns + at, columns,
                       by_column_.data() + (1 + t) * columns);
    }
    const auto total = [&](std::size_t i) {
        const double *column = by_column_.data() + i * columns;
        return std::accumulate(column, column + columns, 0.0);
    };
    square = total(0);
    for (std::size_t t = 0; t < weights_.sums; t++) sums[t] = total(1 + t);
}

} // namespace scmp::model
