// Tensors of any rank in device memory: where their elements are, how numbers are read from them and rounded to them.
#pragma once

#include "cuda/block/elements.h"
#include "cuda/block/flag.h"

namespace scmp::cuda {

// The elements of a tensor in C order. Strides in elements.
struct Array {
    unsigned char *data = nullptr; // of element 0; NULL: not wanted
    scmp_dtype dtype = SCMP_DTYPE_F32;
    std::int32_t size = 4; // bytes of an element
    std::int32_t axes = 1; // at least 1; neighbours that are one axis in memory are merged
    std::int64_t count = 0;
    std::int64_t shape[SCMP_MAX_RANK] = {}, strides[SCMP_MAX_RANK] = {};
};

// A GPU divides 64-bit numbers slowly, and they are rarely that large.
struct Quotient {
    std::int64_t whole, rest;
};
SCMP_DEVICE Quotient divided(std::int64_t a, std::int64_t b) {
    if ((a | b) >> 32 != 0) return {a / b, a % b};
    const auto small_a = static_cast<std::uint32_t>(a);
    const auto small_b = static_cast<std::uint32_t>(b);
    return {small_a / small_b, small_a % small_b};
}

SCMP_DEVICE unsigned char *place(const Array &x, std::int64_t i) {
    std::int64_t offset = 0;
    for (int axis = x.axes - 1; axis > 0; axis--) {
        const Quotient at = divided(i, x.shape[axis]);
        offset += at.rest * x.strides[axis];
        i = at.whole;
    }
    return x.data + (offset + i * x.strides[0]) * x.size;
}

// Calls body(i) for every i below `count`, each on one thread of the grid.
template <class Block, class Body> SCMP_DEVICE void each_element(const Block &block, std::int64_t count, Body &&body) {
    for (std::int64_t first = block.index() * threads; first < count; first += block.count() * threads)
        block.each_thread([&](int t) {
            if (first + t < count) body(first + t);
        });
}

// --- integers -------------------------------------------------------------------------------------------------------

SCMP_DEVICE std::int64_t integer(const Array &x, std::int64_t i) {
    const unsigned char *from = place(x, i);
    switch (x.dtype) {
    case SCMP_DTYPE_I8:
        return load<std::int8_t>(from);
    case SCMP_DTYPE_U8:
        return *from;
    case SCMP_DTYPE_I16:
        return load<std::int16_t>(from);
    case SCMP_DTYPE_I32:
        return load<std::int32_t>(from);
    default:
        return load<std::int64_t>(from);
    }
}

// The value is known to fit.
SCMP_DEVICE void set_integer(const Array &x, std::int64_t i, std::int64_t value) {
    unsigned char *to = place(x, i);
    switch (x.size) {
    case 1:
        *to = static_cast<unsigned char>(value);
        break;
    case 2:
        store(to, static_cast<std::int16_t>(value));
        break;
    case 4:
        store(to, static_cast<std::int32_t>(value));
        break;
    default:
        store(to, value);
    }
}

// --- floats ---------------------------------------------------------------------------------------------------------

SCMP_DEVICE std::uint64_t bits_of_double(double value) {
#if defined(__CUDA_ARCH__)
    return static_cast<std::uint64_t>(__double_as_longlong(value));
#else
    return std::bit_cast<std::uint64_t>(value);
#endif
}

SCMP_DEVICE bool is_finite(double value) {
    return (bits_of_double(value) >> 52 & 0x7ffU) != 0x7ffU;
}

// An IEEE format with the leading bit of significands implied.
struct Format {
    int fraction_bits, bias;
};

// The bits of a magnitude in a narrower format, nearest to those it has in a wider one, ties to even. They may have run
// past the narrow format's largest exponent.
SCMP_DEVICE std::uint32_t narrowed(std::uint64_t magnitude, Format from, Format to) {
    const std::uint64_t leading_bit = std::uint64_t(1) << from.fraction_bits;
    const int given_exponent = static_cast<int>(magnitude >> from.fraction_bits);
    const std::uint64_t fraction = magnitude & (leading_bit - 1);
    const std::uint64_t significand = given_exponent > 0 ? fraction | leading_bit : fraction;
    const int exponent = (given_exponent > 1 ? given_exponent : 1) - from.bias + to.bias;
    // Below 1 the result is subnormal: further bits are dropped, and the exponent stays.
    const int dropped = from.fraction_bits - to.fraction_bits + (exponent < 1 ? 1 - exponent : 0);
    if (dropped > from.fraction_bits + 1) return 0; // below half of the least subnormal
    const std::uint64_t last = significand >> dropped & 1;
    const std::uint64_t rounded = (significand + (std::uint64_t(1) << (dropped - 1)) - 1 + last) >> dropped;
    // The leading bit counts up the exponent by one, and so does a carry.
    return (static_cast<std::uint32_t>(exponent > 1 ? exponent - 1 : 0) << to.fraction_bits) +
           static_cast<std::uint32_t>(rounded);
}

// R of Spec 6 for 16-bit types: they saturate; a NaN stays one.
SCMP_DEVICE std::uint16_t rounded_to_16_bits(scmp_dtype dtype, std::uint64_t bits, Format from, int sign_bit) {
    const bool half = dtype == SCMP_DTYPE_F16;
    const std::uint64_t sign = bits >> sign_bit;
    const std::uint64_t magnitude = bits & ((std::uint64_t(1) << sign_bit) - 1);
    const std::uint64_t infinity = ((std::uint64_t(1) << (sign_bit - from.fraction_bits)) - 1) << from.fraction_bits;
    std::uint32_t result = half ? 0x7e00U : 0x7fc0U;
    if (magnitude <= infinity) {
        const std::uint32_t largest = half ? 0x7bffU : 0x7f7fU;
        const std::uint32_t nearest = narrowed(magnitude, from, half ? Format{10, 15} : Format{7, 127});
        result = nearest < largest ? nearest : largest;
    }
    return static_cast<std::uint16_t>(static_cast<std::uint32_t>(sign) << 15 | result);
}
SCMP_DEVICE std::uint16_t rounded_to_16_bits(scmp_dtype dtype, float value) {
    return rounded_to_16_bits(dtype, bits_of_float(value), {23, 127}, 31);
}
SCMP_DEVICE std::uint16_t rounded_to_16_bits(scmp_dtype dtype, double value) {
    return rounded_to_16_bits(dtype, bits_of_double(value), {52, 1023}, 63);
}

// Exactly, but for f64 as float, which rounds to nearest.
template <class T> SCMP_DEVICE T real(scmp_dtype dtype, const unsigned char *from) {
    if (dtype == SCMP_DTYPE_F64) return static_cast<T>(load<double>(from));
    return narrow_element(dtype, from);
}

// One rounding.
template <class T> SCMP_DEVICE void set_real(scmp_dtype dtype, unsigned char *to, T value) {
    if (dtype == SCMP_DTYPE_F64)
        store(to, static_cast<double>(value));
    else if (dtype == SCMP_DTYPE_F32)
        store(to, static_cast<float>(value));
    else
        store(to, rounded_to_16_bits(dtype, value));
}

// --- copies ---------------------------------------------------------------------------------------------------------

// Elements from one place to another, of one dtype.
struct CopyArgs {
    static constexpr const char *what = "launching a copy";

    Array from, to;
};

template <class T> SCMP_DEVICE void copy_element(const CopyArgs &args, std::int64_t i) {
    store(place(args.to, i), load<T>(place(args.from, i)));
}

template <class Block> SCMP_DEVICE void run_block(const Block &block, const CopyArgs &args) {
    each_element(block, args.to.count, [&](std::int64_t i) {
        switch (args.to.size) {
        case 1:
            return copy_element<std::uint8_t>(args, i);
        case 2:
            return copy_element<std::uint16_t>(args, i);
        case 4:
            return copy_element<std::uint32_t>(args, i);
        default:
            return copy_element<std::uint64_t>(args, i);
        }
    });
}

} // namespace scmp::cuda
