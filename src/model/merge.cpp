// OR and MUX, by the cycles in which the right generator is enabled: other cycles have no AND bit.
#include "model/merge.h"

#include <algorithm>
#include <bit>

namespace scmp::model {
namespace {

// Enabled cycles of one element of a: in the i-th of them the right generator shows its i-th draw.
class EnabledCycles {
public:
    EnabledCycles(const Operands &operands, std::pmr::memory_resource &memory)
        : operands_(operands), cycles_(memory, std::size_t(operands.stoc_len())) {}

    std::span<const std::uint16_t> of(std::int64_t n, std::int64_t d) noexcept {
        const std::uint16_t *left = operands_.streams.left_of(operands_.streams.pair_of(d));
        const int x = operands_.left(n, d);
        std::size_t ones = 0;
        for (int t = 0; t < operands_.stoc_len(); t++)
            if (left[t] < x) cycles_[ones++] = static_cast<std::uint16_t>(t);
        return {cycles_.data(), ones};
    }
    const std::uint16_t *right(std::int64_t d) const noexcept {
        return operands_.streams.right_of(operands_.streams.pair_of(d));
    }

private:
    const Operands &operands_;
    Buffer<std::uint16_t> cycles_;
};

} // namespace

void count_or(const Operands &operands, std::int64_t group, std::int32_t *sums, std::pmr::memory_resource &memory) {
    const auto words = std::size_t(operands.stoc_len() + 63) / 64;
    // The merged streams of a group for each row of b, positive and negative.
    Buffer<std::uint64_t> merged(memory, std::size_t(operands.m) * 2 * words);
    EnabledCycles enabled(operands, memory);
    std::fill_n(sums, operands.n * operands.m, 0);
    for (std::int64_t n = 0; n < operands.n; n++)
        for (std::int64_t first = 0, last = 0; first < operands.d; first = last) {
            last = group < operands.d - first ? first + group : operands.d;
            std::fill_n(merged.data(), merged.size(), std::uint64_t(0));
            for (std::int64_t d = first; d < last; d++) {
                const std::span<const std::uint16_t> cycles = enabled.of(n, d);
                const std::uint16_t *right = enabled.right(d);
                for (std::int64_t m = 0; m < operands.m; m++) {
                    const std::size_t down = operands.sign(n, m, d) < 0 ? 1 : 0;
                    std::uint64_t *stream = merged.data() + (std::size_t(m) * 2 + down) * words;
                    const int y = operands.right(m, d);
                    for (std::size_t i = 0; i < cycles.size(); i++)
                        if (right[i] < y) stream[cycles[i] / 64] |= std::uint64_t(1) << cycles[i] % 64;
                }
            }
            for (std::int64_t m = 0; m < operands.m; m++) {
                const std::uint64_t *up = merged.data() + std::size_t(m) * 2 * words;
                for (std::size_t w = 0; w < words; w++)
                    sums[n * operands.m + m] += std::popcount(up[w]) - std::popcount(up[words + w]);
            }
        }
}

void count_mux(const Operands &operands, std::int64_t group, const std::int32_t *select, std::int32_t *sums,
               std::pmr::memory_resource &memory) {
    EnabledCycles enabled(operands, memory);
    std::fill_n(sums, operands.n * operands.m, 0);
    for (std::int64_t n = 0; n < operands.n; n++)
        for (std::int64_t d = 0; d < operands.d; d++) {
            const std::span<const std::uint16_t> cycles = enabled.of(n, d);
            const std::uint16_t *right = enabled.right(d);
            const std::int64_t place = d % group;
            for (std::int64_t m = 0; m < operands.m; m++) {
                const int y = operands.right(m, d);
                std::int32_t count = 0;
                for (std::size_t i = 0; i < cycles.size(); i++)
                    count += select[cycles[i]] == place && right[i] < y ? 1 : 0;
                sums[n * operands.m + m] += operands.sign(n, m, d) * count;
            }
        }
}

} // namespace scmp::model
