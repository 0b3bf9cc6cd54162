// Accumulators of finite width: what they hold in the end, how often they overflow, how wide they must be.
#pragma once

#include <cstdint>

#include "model/multiplier.h"
#include "scmp/scmp_model.h"

namespace scmp::model {

// Levels of an adder tree over d leaves, theirs included.
int tree_levels(std::int64_t d) noexcept;

struct Accumulated {
    Buffer<std::int64_t> sums;            // (n, m)
    Buffer<std::int64_t> overflows;       // (n, m)
    Buffer<std::int64_t> level_overflows; // (tree_levels(d),); zeros but for the tree
    int width = 1;                        // least one without overflows
};
Accumulated accumulate(const Operands &operands, const scmp_accumulator &accumulator,
                       std::pmr::memory_resource &memory);

// The least width without overflows on any operands of d inner indices.
int safe_width(const scmp_accumulator &accumulator, std::int64_t d, int stoc_len) noexcept;

} // namespace scmp::model
