// Reads elements of an operand as the product sees them (Spec "Operands" and 6), wherever they lie in device memory.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "cuda/block/block.h"
#include "scmp/scmp.h"

namespace scmp::cuda {

// An operand in device memory, (batch, rows, d), with what smoothing does to it. Strides in elements.
struct ElementSource {
    enum How : std::int32_t { plain, divided, multiplied };

    const unsigned char *data;
    scmp_dtype dtype;
    std::int64_t batch, rows, d;
    std::int64_t stride_batch, stride_row, stride_d;
    How how;
    bool wide;         // smoothing happens in f64: s64 is read, else s32
    const float *s32;  // (d,)
    const double *s64; // (d,)
};

// Elements need no alignment: a GPU cannot load across one, so bytes are put together where an address is odd.
template <class T> SCMP_DEVICE T load(const unsigned char *from) {
    if (reinterpret_cast<std::uintptr_t>(from) % alignof(T) == 0) return *reinterpret_cast<const T *>(from);
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

template <class T> SCMP_DEVICE void store(unsigned char *to, T value) {
    if (reinterpret_cast<std::uintptr_t>(to) % alignof(T) == 0)
        *reinterpret_cast<T *>(to) = value;
    else
        std::memcpy(to, &value, sizeof value);
}

SCMP_DEVICE float float_of_bits(std::uint32_t bits) {
#if defined(__CUDA_ARCH__)
    return __uint_as_float(bits);
#else
    return std::bit_cast<float>(bits);
#endif
}
SCMP_DEVICE std::uint32_t bits_of_float(float value) {
#if defined(__CUDA_ARCH__)
    return __float_as_uint(value);
#else
    return std::bit_cast<std::uint32_t>(value);
#endif
}

SCMP_DEVICE bool is_finite(float value) {
    return (bits_of_float(value) & 0x7f800000U) != 0x7f800000U;
}

// IEEE binary16 is exact in binary32: below the smallest normal number it counts in steps of 2^-24.
SCMP_DEVICE float half_to_float(std::uint16_t half) {
    const std::uint32_t sign = (half & 0x8000U) << 16;
    const std::uint32_t exponent = (half >> 10) & 31U;
    const std::uint32_t fraction = half & 0x3ffU;
    if (exponent == 0) {
        const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
        return sign != 0 ? -magnitude : magnitude;
    }
    const std::uint32_t wide_exponent = exponent == 31 ? 255U : exponent + (127U - 15U);
    return float_of_bits(sign | wide_exponent << 23 | fraction << 13);
}

// Elements that are not f64, exactly.
SCMP_DEVICE float narrow_element(scmp_dtype dtype, const unsigned char *from) {
    if (dtype == SCMP_DTYPE_F16) return half_to_float(load<std::uint16_t>(from));
    if (dtype == SCMP_DTYPE_BF16) return float_of_bits(std::uint32_t(load<std::uint16_t>(from)) << 16);
    return load<float>(from);
}

struct Element {
    float value;
    bool finite; // as given and after smoothing
};

// Element d of the row that starts at `row`.
SCMP_DEVICE Element element(const ElementSource &x, const unsigned char *row, std::int64_t d) {
    const int size = x.dtype == SCMP_DTYPE_F64 ? 8 : x.dtype == SCMP_DTYPE_F32 ? 4 : 2;
    const unsigned char *from = row + d * x.stride_d * size;
    if (x.wide || x.dtype == SCMP_DTYPE_F64) {
        const double given = x.dtype == SCMP_DTYPE_F64 ? load<double>(from) : double(narrow_element(x.dtype, from));
        double smoothed = given;
        if (x.how == ElementSource::divided) smoothed = given / x.s64[d];
        if (x.how == ElementSource::multiplied) smoothed = given * x.s64[d];
        const auto value = static_cast<float>(smoothed);
        return {value, is_finite(value) && is_finite(static_cast<float>(given))};
    }
    float value = narrow_element(x.dtype, from);
    if (x.how == ElementSource::divided) value = value / x.s32[d];
    if (x.how == ElementSource::multiplied) value = value * x.s32[d];
    return {value, is_finite(value)};
}

SCMP_DEVICE const unsigned char *row_start(const ElementSource &x, std::int64_t row) {
    const int size = x.dtype == SCMP_DTYPE_F64 ? 8 : x.dtype == SCMP_DTYPE_F32 ? 4 : 2;
    return x.data + (row / x.rows * x.stride_batch + row % x.rows * x.stride_row) * size;
}

} // namespace scmp::cuda
