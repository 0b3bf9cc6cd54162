// Accumulation that merges the streams of groups of inner indices before it counts (docs/model.md, section 3).
#pragma once

#include <cstdint>

#include "model/multiplier.h"

namespace scmp::model {

// Both fill sums (n, m).
void count_or(const Operands &operands, std::int64_t group, std::int32_t *sums, std::pmr::memory_resource &memory);
// select: (L,) which of a group each cycle counts.
void count_mux(const Operands &operands, std::int64_t group, const std::int32_t *select, std::int32_t *sums,
               std::pmr::memory_resource &memory);

} // namespace scmp::model
