// Correlation, error and discrepancy, from numbers of draws below each boundary.
#include "model/analysis.h"

#include <algorithm>
#include <cmath>

namespace scmp::model {
namespace {

// How many of some draws are below each boundary.
class Below {
public:
    Below(int rng_levels, std::pmr::memory_resource &memory) : count_(memory, std::size_t(rng_levels) + 1) { clear(); }

    void clear() noexcept { std::fill_n(count_.data(), count_.size(), std::uint16_t(0)); }
    void add(std::uint16_t draw) noexcept { count_[draw + 1U]++; }
    // After the last draw.
    void finish() noexcept {
        for (std::size_t g = 1; g < count_.size(); g++)
            count_[g] = static_cast<std::uint16_t>(count_[g] + count_[g - 1]);
    }
    int operator[](std::size_t boundary) const noexcept { return count_[boundary]; }

private:
    Buffer<std::uint16_t> count_;
};

double scc(std::int64_t length, std::int64_t left, std::int64_t right, std::int64_t both) noexcept {
    const std::int64_t excess = both * length - left * right; // ad - bc of the paper
    if (excess == 0) return 0;
    const std::int64_t most = excess > 0 ? length * std::min(left, right) - left * right
                                         : left * right - length * std::max<std::int64_t>(left + right - length, 0);
    return double(excess) / double(most);
}

} // namespace

void correlation(const Pair &pair, std::span<const std::uint16_t> x, std::span<const std::uint16_t> y, double *out,
                 std::pmr::memory_resource &memory) {
    Below both(pair.rng_levels, memory), right(pair.rng_levels, memory);
    for (const std::uint16_t boundary : x) {
        both.clear();
        right.clear();
        std::size_t ones = 0;
        for (const std::uint16_t draw : pair.left) {
            right.add(pair.right[ones]);
            if (draw >= boundary) continue;
            both.add(pair.right[ones]);
            ones++;
        }
        both.finish();
        right.finish();
        for (const std::uint16_t other : y)
            *out++ = scc(std::ssize(pair.left), std::int64_t(ones), right[other], both[other]);
    }
}

void ErrorSums::add(const ErrorSums &other, double times) noexcept {
    weight += other.weight * times;
    signed_error += other.signed_error * times;
    abs_error += other.abs_error * times;
    square += other.square * times;
    if (other.worst <= worst) return;
    worst = other.worst;
    worst_d = other.worst_d;
    worst_x = other.worst_x;
    worst_y = other.worst_y;
}

ErrorSums table_error(const Pair &pair, std::int64_t d, const Weighted &x, const Weighted &y,
                      std::pmr::memory_resource &memory) {
    const double grid = pair.rng_levels;
    const auto length = double(pair.left.size());
    ErrorSums sums;
    Below below(pair.rng_levels, memory);
    for (std::size_t i = 0; i < x.boundary.size(); i++) {
        const int left = x.boundary[i];
        const auto ones = std::count_if(pair.left.begin(), pair.left.end(), [left](int draw) { return draw < left; });
        below.clear();
        std::for_each_n(pair.right.begin(), ones, [&](std::uint16_t draw) { below.add(draw); });
        below.finish();
        for (std::size_t j = 0; j < y.boundary.size(); j++) {
            const int right = y.boundary[j];
            const double weight = x.weight[i] * y.weight[j];
            const double error = below[std::size_t(right)] - double(left) * right * length / (grid * grid);
            sums.weight += weight;
            sums.signed_error += weight * error;
            sums.abs_error += weight * std::fabs(error);
            sums.square += weight * error * error;
            if (weight > 0 && std::fabs(error) > sums.worst) {
                sums.worst = std::fabs(error);
                sums.worst_d = d;
                sums.worst_x = left;
                sums.worst_y = right;
            }
        }
    }
    return sums;
}

double discrepancy(std::span<const std::uint16_t> sequence, int rng_levels, std::pmr::memory_resource &memory) {
    Below below(rng_levels, memory);
    for (const std::uint16_t draw : sequence) below.add(draw);
    below.finish();
    const std::int64_t length = std::ssize(sequence);
    std::int64_t worst = 0; // times L * G, so that it is exact
    for (std::int64_t x = 0; x <= rng_levels; x++)
        worst = std::max(worst, std::abs(std::int64_t(below[std::size_t(x)]) * rng_levels - x * length));
    return double(worst) / (double(length) * rng_levels);
}

} // namespace scmp::model
