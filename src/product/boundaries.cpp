// Checks boundaries and lists them.
#include "product/boundaries.h"

#include <algorithm>

#include "base/error.h"

namespace scmp::product {

void check_boundary(std::int32_t value, std::size_t index, int rng_levels, const char *name) {
    if (value < 0 || value > rng_levels)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "%s.boundary has %d at index %zu, it must be in 0 .. %d", name, value, index,
             rng_levels);
}

void check_sign(std::int32_t value, std::size_t index, const char *name) {
    if (value < -1 || value > 1)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "%s.sign has %d at index %zu, it must be -1, 0 or 1", name, value, index);
}

void check_totals(std::span<const std::int64_t> totals) {
    for (std::size_t i = 0; i < totals.size(); i++)
        if (totals[i] != static_cast<std::int32_t>(totals[i]))
            fail(SCMP_ERROR_INVALID_ARGUMENT, "the total %lld at index %zu of sums does not fit I32", ll(totals[i]), i);
}

void check_sums(std::span<const std::int64_t> sums) {
    for (std::size_t i = 0; i < sums.size(); i++)
        if (sums[i] != static_cast<std::int32_t>(sums[i]))
            fail(SCMP_ERROR_INVALID_ARGUMENT, "sums has %lld at index %zu, beyond what any product gives", ll(sums[i]),
                 i);
}

Vector<std::uint16_t> list_boundaries(Vector<std::int16_t> &marks, std::span<const std::uint16_t> levels,
                                      std::pmr::memory_resource &memory) {
    Vector<std::uint16_t> boundaries(&memory);
    marks[0] = 1;
    std::size_t left = std::size_t(std::count(marks.begin(), marks.end(), 1));
    for (std::size_t i = 0; i < levels.size(); i++)
        if (marks[levels[i]] == 1 && (i == 0 || levels[i] != levels[i - 1])) left--;
    if (left == 0)
        boundaries.assign(levels.begin(), levels.end());
    else
        for (std::size_t g = 0; g < marks.size(); g++)
            if (marks[g] == 1) boundaries.push_back(static_cast<std::uint16_t>(g));
    for (std::size_t c = boundaries.size(); c-- > 0;) marks[boundaries[c]] = static_cast<std::int16_t>(c);
    return boundaries;
}

} // namespace scmp::product
