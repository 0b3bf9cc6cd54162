// See gather.h. Plain loops on purpose; compiled with -O3 -march=native, so the compiler may use gather instructions.
#include "gather.h"

#include <cstddef>

namespace {

template <bool one_table>
std::int32_t gather_sum(const GatherProblem &problem, const std::uint8_t *level_a, const std::int8_t *sign_a,
                        const std::uint8_t *level_b, const std::int8_t *sign_b) {
    const std::int32_t *table = problem.table.data();
    const std::int32_t *start = problem.table_start.data();
    const int levels = problem.levels;
    std::int32_t sum = 0;
    for (int d = 0; d < problem.d; d++) {
        const int entry = (one_table ? 0 : start[d]) + level_a[d] * levels + level_b[d];
        sum += sign_a[d] * sign_b[d] * table[entry];
    }
    return sum;
}

template <bool one_table> void gather_all(const GatherProblem &problem, std::int32_t *sums) {
    const auto width = static_cast<std::size_t>(problem.d);
    for (std::size_t n = 0; n < static_cast<std::size_t>(problem.n); n++) {
        for (std::size_t m = 0; m < static_cast<std::size_t>(problem.m); m++) {
            sums[n * static_cast<std::size_t>(problem.m) + m] =
                gather_sum<one_table>(problem, &problem.level_a[n * width], &problem.sign_a[n * width],
                                      &problem.level_b[m * width], &problem.sign_b[m * width]);
        }
    }
}

} // namespace

void gather_sums(const GatherProblem &problem, std::int32_t *sums) {
    if (problem.table_start.empty()) {
        gather_all<true>(problem, sums);
    } else {
        gather_all<false>(problem, sums);
    }
}
