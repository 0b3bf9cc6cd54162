// Element types: their sizes, and conversions that are exact or round exactly once (Spec "Operands" and 6).
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "scmp/scmp.h"

namespace scmp {

// 16-bit floats as stored: IEEE binary16, and the upper half of a binary32.
struct F16 {
    std::uint16_t bits;
};
struct BF16 {
    std::uint16_t bits;
};

// Bytes of one element; 0 for no dtype.
constexpr std::int64_t size_of(scmp_dtype dtype) noexcept {
    switch (dtype) {
    case SCMP_DTYPE_I8:
    case SCMP_DTYPE_U8:
        return 1;
    case SCMP_DTYPE_F16:
    case SCMP_DTYPE_BF16:
    case SCMP_DTYPE_I16:
        return 2;
    case SCMP_DTYPE_F32:
    case SCMP_DTYPE_I32:
        return 4;
    case SCMP_DTYPE_F64:
    case SCMP_DTYPE_I64:
        return 8;
    }
    return 0;
}

constexpr bool is_float(scmp_dtype dtype) noexcept {
    return dtype == SCMP_DTYPE_F32 || dtype == SCMP_DTYPE_F16 || dtype == SCMP_DTYPE_BF16 || dtype == SCMP_DTYPE_F64;
}

// "f32"; "unknown" for no dtype.
constexpr const char *dtype_name(scmp_dtype dtype) noexcept {
    switch (dtype) {
    case SCMP_DTYPE_F32:
        return "f32";
    case SCMP_DTYPE_F16:
        return "f16";
    case SCMP_DTYPE_BF16:
        return "bf16";
    case SCMP_DTYPE_F64:
        return "f64";
    case SCMP_DTYPE_I8:
        return "i8";
    case SCMP_DTYPE_U8:
        return "u8";
    case SCMP_DTYPE_I16:
        return "i16";
    case SCMP_DTYPE_I32:
        return "i32";
    case SCMP_DTYPE_I64:
        return "i64";
    }
    return "unknown";
}

// The least positive and the largest number of a float type.
struct PositiveRange {
    double least, largest;
};
constexpr PositiveRange positive_range(scmp_dtype dtype) noexcept {
    switch (dtype) {
    case SCMP_DTYPE_F16:
        return {0x1p-24, 65504.0};
    case SCMP_DTYPE_BF16:
        return {0x1p-133, 0x1.fep127};
    case SCMP_DTYPE_F64:
        return {std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max()};
    default:
        return {std::numeric_limits<float>::denorm_min(), std::numeric_limits<float>::max()};
    }
}

// Calls `call` with a value of the element type of a float or integer dtype: with_float_type(dtype, [](auto zero) {
// using T = decltype(zero); ... }). The caller knows that the dtype is of that kind.
template <class Call> decltype(auto) with_float_type(scmp_dtype dtype, Call &&call) {
    switch (dtype) {
    case SCMP_DTYPE_F16:
        return call(F16{});
    case SCMP_DTYPE_BF16:
        return call(BF16{});
    case SCMP_DTYPE_F64:
        return call(double{});
    default:
        return call(float{});
    }
}
template <class Call> decltype(auto) with_integer_type(scmp_dtype dtype, Call &&call) {
    switch (dtype) {
    case SCMP_DTYPE_I8:
        return call(std::int8_t{});
    case SCMP_DTYPE_U8:
        return call(std::uint8_t{});
    case SCMP_DTYPE_I16:
        return call(std::int16_t{});
    case SCMP_DTYPE_I64:
        return call(std::int64_t{});
    default:
        return call(std::int32_t{});
    }
}

// Elements need no alignment.
template <class T> [[gnu::always_inline]] inline T load(const std::byte *from) noexcept {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}
template <class T> [[gnu::always_inline]] inline void store(std::byte *to, T value) noexcept {
    std::memcpy(to, &value, sizeof value);
}

// Conversions are always inlined: files compiled for one instruction set use them too and may leave no copy behind that
// others would call.
#define SCMP_CONVERSION [[gnu::always_inline]] inline

// To f32: exact, but for f64, which rounds to nearest and becomes infinite from 2^128 - 2^103 on.
SCMP_CONVERSION float to_f32(float x) noexcept {
    return x;
}
SCMP_CONVERSION float to_f32(double x) noexcept {
    return static_cast<float>(x);
}
SCMP_CONVERSION float to_f32(BF16 x) noexcept {
    return std::bit_cast<float>(static_cast<std::uint32_t>(x.bits) << 16);
}
// With masks out of sign bits in place of comparisons, so that compilers make vector code of loops over it.
SCMP_CONVERSION float to_f32(F16 x) noexcept {
    const std::int32_t magnitude = x.bits & 0x7fff;
    const std::int32_t below_normal = (magnitude - 0x400) >> 31;
    const std::int32_t below_infinity = (magnitude - 0x7c00) >> 31;
    const float subnormal = static_cast<float>(magnitude) * 0x1p-24f; // exact below 0x400
    const std::int32_t normal = ((magnitude << 13) + ((127 - 15) << 23)) | (~below_infinity & 0x7f800000);
    const std::int32_t result = (std::bit_cast<std::int32_t>(subnormal) & below_normal) | (normal & ~below_normal);
    return std::bit_cast<float>(static_cast<std::uint32_t>(result) | static_cast<std::uint32_t>(x.bits & 0x8000) << 16);
}

SCMP_CONVERSION double to_f64(double x) noexcept {
    return x;
}
template <class T> SCMP_CONVERSION double to_f64(T x) noexcept {
    return static_cast<double>(to_f32(x));
}

// The magnitude bits of a narrower binary format nearest to those of an f64, ties to even. The result may have run past
// the narrow format's largest exponent. Significands have their leading bit implied, exponents are biased by
// 2^(bits - 1) - 1, as in all IEEE formats.
template <int to_exponent_bits, int to_fraction_bits>
SCMP_CONVERSION constexpr std::uint32_t narrow_f64(std::uint64_t magnitude) noexcept {
    constexpr int from_fraction_bits = 52;
    constexpr int from_bias = 1023;
    constexpr int to_bias = (1 << (to_exponent_bits - 1)) - 1;
    constexpr std::uint64_t leading_bit = std::uint64_t(1) << from_fraction_bits;

    const int from_exponent = static_cast<int>(magnitude >> from_fraction_bits);
    const std::uint64_t fraction = magnitude & (leading_bit - 1);
    const std::uint64_t significand = from_exponent > 0 ? fraction | leading_bit : fraction;
    const int exponent = std::max(from_exponent, 1) - from_bias + to_bias; // below 1: subnormal in the narrow format
    const int dropped = from_fraction_bits - to_fraction_bits + std::max(1 - exponent, 0);
    if (dropped > from_fraction_bits + 1) return 0; // below half of the smallest subnormal
    const std::uint64_t last = (significand >> dropped) & 1;
    const std::uint64_t rounded = (significand + (std::uint64_t(1) << (dropped - 1)) - 1 + last) >> dropped;
    // A leading bit, and a carry out of the significand, count up the exponent.
    return (static_cast<std::uint32_t>(std::max(exponent, 1) - 1) << to_fraction_bits) +
           static_cast<std::uint32_t>(rounded);
}

// From f32 to 16 bits, with masks in place of branches for the same reason.
SCMP_CONVERSION BF16 f32_to_bf16(float x) noexcept {
    const auto bits = std::bit_cast<std::uint32_t>(x);
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    const std::uint32_t nan = (0x7f800000u - magnitude) >> 31;                           // 1 for a NaN
    const std::uint32_t rounded = (magnitude + 0x7fffu + ((magnitude >> 16) & 1)) >> 16; // carries go to the exponent
    const std::uint32_t above_largest = (0x7f7fu - rounded) >> 31;
    const std::uint32_t saturated = (rounded & (above_largest - 1)) | (0x7f7fu & -above_largest);
    const std::uint32_t result = (saturated & (nan - 1)) | (0x7fc0u & -nan);
    return BF16{static_cast<std::uint16_t>(((bits >> 16) & 0x8000u) | result)};
}
SCMP_CONVERSION F16 f32_to_f16(float x) noexcept {
    constexpr std::uint32_t bias = (127 - 15) << 10; // between the exponents of f32 and f16
    const auto bits = std::bit_cast<std::uint32_t>(x);
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    const std::uint32_t below_normal = (magnitude - 0x38800000u) >> 31; // 1 below 2^-14
    const std::uint32_t nan = (0x7f800000u - magnitude) >> 31;
    const std::uint32_t normal = ((magnitude + 0xfffu + ((magnitude >> 13) & 1)) >> 13) - bias;
    // Below 2^-14, f16 counts in steps of 2^-24, which is the last place of 0.5 in f32.
    const std::uint32_t subnormal = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - 0x3f000000u;
    const std::uint32_t rounded = (subnormal & -below_normal) | (normal & (below_normal - 1));
    const std::uint32_t above_largest = (0x7bffu - rounded) >> 31;
    const std::uint32_t saturated = (rounded & (above_largest - 1)) | (0x7bffu & -above_largest);
    const std::uint32_t result = (saturated & (nan - 1)) | (0x7e00u & -nan);
    return F16{static_cast<std::uint16_t>(((bits >> 16) & 0x8000u) | result)};
}

// From f32 or f64 to an element type, rounded once, to nearest even. f16 and bf16 saturate at their largest finite
// number, infinities included; f32 overflows to infinity. A NaN stays one.
template <class To, class From> SCMP_CONVERSION To round_to(From x) noexcept {
    static_assert(std::is_same_v<From, float> || std::is_same_v<From, double>);
    if constexpr (std::is_floating_point_v<To>) {
        return static_cast<To>(x);
    } else if constexpr (std::is_same_v<From, float>) {
        if constexpr (std::is_same_v<To, F16>)
            return f32_to_f16(x);
        else
            return f32_to_bf16(x);
    } else {
        constexpr bool half = std::is_same_v<To, F16>;
        constexpr std::uint64_t sign_bit = std::uint64_t(1) << 63;
        const auto bits = std::bit_cast<std::uint64_t>(x);
        const std::uint32_t sign = (bits & sign_bit) != 0 ? 0x8000u : 0u;
        std::uint32_t magnitude = half ? 0x7e00u : 0x7fc0u; // NaN
        if (!std::isnan(x)) {
            constexpr int exponent_bits = half ? 5 : 8;
            constexpr int fraction_bits = half ? 10 : 7;
            constexpr std::uint32_t largest = half ? 0x7bffu : 0x7f7fu;
            magnitude = std::min(narrow_f64<exponent_bits, fraction_bits>(bits & ~sign_bit), largest);
        }
        return To{static_cast<std::uint16_t>(sign | magnitude)};
    }
}

#undef SCMP_CONVERSION

} // namespace scmp
