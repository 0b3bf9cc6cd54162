// Counts multipliers without walking through their cycles one by one.
#include "model/counts.h"

#include <algorithm>

namespace scmp::model {

RowCounts::RowCounts(const Operands &operands, std::pmr::memory_resource &memory)
    : operands_(operands), below_(memory, std::size_t(operands.shape.rng_levels) + 1) {}

void RowCounts::count(std::int64_t n, std::int64_t d, std::int32_t *counts) noexcept {
    const int pair = operands_.streams.pair_of(d);
    const std::uint16_t *left = operands_.streams.left_of(pair);
    const std::uint16_t *right = operands_.streams.right_of(pair);
    const int x = operands_.left(n, d);
    const auto ones = std::count_if(left, left + operands_.stoc_len(), [x](int draw) { return draw < x; });
    // One pass over the grid serves all rows of b; for few of them it costs more than looking at each draw.
    if (operands_.m * ones < ones + std::ssize(below_.span())) {
        for (std::int64_t m = 0; m < operands_.m; m++) {
            const int y = operands_.right(m, d);
            counts[m] =
                static_cast<std::int32_t>(std::count_if(right, right + ones, [y](int draw) { return draw < y; }));
        }
        return;
    }
    std::fill_n(below_.data(), below_.size(), std::uint16_t(0));
    for (std::int64_t i = 0; i < ones; i++) below_[right[i] + 1U]++;
    for (std::size_t g = 1; g < below_.size(); g++) below_[g] = static_cast<std::uint16_t>(below_[g] + below_[g - 1]);
    for (std::int64_t m = 0; m < operands_.m; m++) counts[m] = below_[std::size_t(operands_.right(m, d))];
}

} // namespace scmp::model
