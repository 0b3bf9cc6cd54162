// Boundaries that a caller gives: what they may be, and the list of those that occur, by which codes count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/memory.h"

namespace scmp::product {

// INVALID_ARGUMENT for boundaries outside 0 .. G and signs outside -1 .. 1; `name` is the operand's.
void check_boundary(std::int32_t value, std::size_t index, int rng_levels, const char *name);
void check_sign(std::int32_t value, std::size_t index, const char *name);
// INVALID_ARGUMENT for what does not fit 32 bits: totals of counts, and sums that a caller gives.
void check_totals(std::span<const std::int64_t> totals);
void check_sums(std::span<const std::int64_t> sums);

// The ascending list of boundaries that are marked by a 1, which begins with 0; their marks turn into their places in
// it. Where all that occur are boundaries of levels, those are the list, so that calls on other data find the same
// tables in the cache.
Vector<std::uint16_t> list_boundaries(Vector<std::int16_t> &marks, std::span<const std::uint16_t> levels,
                                      std::pmr::memory_resource &memory);

} // namespace scmp::product
