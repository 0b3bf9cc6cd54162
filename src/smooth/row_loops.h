// The loop of activation statistics (Spec 6, "accumulate"). Included by one file per instruction set; nothing here has
// external linkage, so that no code compiled for one instruction set can end up in another's.
#pragma once

#include <cstdint>
#include <type_traits>

#include "smooth/calibration.h"

namespace scmp::row_loops {
namespace {

// max = max(max, |x|); false where some x is not finite: its exponent is all ones, so that counting it up by one
// reaches the sign bit.
template <class W> bool take_maxima(const W *__restrict x, std::int64_t count, W *__restrict max) {
    using Bits = std::conditional_t<sizeof(W) == 8, std::uint64_t, std::uint32_t>;
    constexpr int fraction_bits = sizeof(W) == 8 ? 52 : 23;
    constexpr Bits sign = Bits(1) << (sizeof(W) * 8 - 1);
    Bits marks = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        const Bits bits = __builtin_bit_cast(Bits, x[i]) & ~sign;
        const W magnitude = __builtin_bit_cast(W, bits);
        marks |= bits + (Bits(1) << fraction_bits);
        max[i] = magnitude > max[i] ? magnitude : max[i];
    }
    return (marks & sign) == 0;
}

} // namespace
} // namespace scmp::row_loops
