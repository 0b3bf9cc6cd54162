// Division of sizes that rounds up: sizes are not negative, divisors positive.
#pragma once

#include <concepts>
#include <type_traits>

namespace scmp {

// How many parts of size `b` hold `a`.
template <std::integral T> constexpr T ceil_divide(T a, std::type_identity_t<T> b) noexcept {
    return (a + b - 1) / b;
}

// The next multiple of `step`.
template <std::integral T> constexpr T round_up(T a, std::type_identity_t<T> step) noexcept {
    return ceil_divide(a, step) * step;
}

} // namespace scmp
