// A flag in device memory, by which kernels tell one another, and in the end the host, that something is wrong.
#pragma once

#include <cstdint>

#include "cuda/block/block.h"

namespace scmp::cuda {

// Raised by writing its mark, so that a flag whose mark is the number of a call need not be cleared between calls. What
// one kernel raises the next ones see.
struct Flag {
    constexpr Flag() = default;
    constexpr Flag(std::int32_t *place, std::int32_t value = 1) : at(place), mark(value) {}

    // All threads that raise it write the same.
    SCMP_DEVICE void raise() const {
        if (at != nullptr) *at = mark;
    }
    SCMP_DEVICE bool raised() const { return at != nullptr && *at == mark; }

    std::int32_t *at = nullptr; // NULL: not of interest
    std::int32_t mark = 1;
};

} // namespace scmp::cuda
