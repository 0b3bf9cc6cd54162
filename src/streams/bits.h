// Small operations on p-bit numbers.
#pragma once

#include <cstdint>

namespace scmp::streams {

constexpr std::uint32_t bit_reverse(std::uint32_t value, int width) noexcept {
    std::uint32_t reversed = 0;
    for (int i = 0; i < width; i++) reversed |= (value >> i & 1U) << (width - 1 - i);
    return reversed;
}

// The largest p-bit number, 2^p - 1.
constexpr std::uint32_t all_ones(int width) noexcept {
    return (1U << width) - 1U;
}

} // namespace scmp::streams
