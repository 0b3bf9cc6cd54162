// The loops of ranges and levels (Spec 4). Included by one file per instruction set; nothing here has external linkage,
// so that no code compiled for one instruction set can end up in another's.
#pragma once

#include <cstdint>
#include <utility>

#include "quantize/quantize.h"

namespace scmp::row_loops {
namespace {

#if defined(__AVX512F__)
constexpr int vector_bytes = 64;
#elif defined(__AVX2__)
constexpr int vector_bytes = 32;
#else
constexpr int vector_bytes = 16;
#endif
constexpr int lanes = vector_bytes / 4;
using Floats [[gnu::vector_size(vector_bytes)]] = float;
using Words [[gnu::vector_size(vector_bytes)]] = std::uint32_t;

[[gnu::always_inline]] inline Floats smaller(Floats a, Floats b) {
    return a < b ? a : b;
}
[[gnu::always_inline]] inline Floats larger(Floats a, Floats b) {
    return a > b ? a : b;
}

template <int step, class V, int... i> [[gnu::always_inline]] inline V turned(V v, std::integer_sequence<int, i...>) {
    return __builtin_shufflevector(v, v, ((i + step) % lanes)...);
}
// One vector's lanes combined: lane 0 has them all.
template <int step = lanes / 2, class V, class Combine> [[gnu::always_inline]] inline V across(V v, Combine combine) {
    v = combine(v, turned<step>(v, std::make_integer_sequence<int, lanes>{}));
    if constexpr (step > 1) return across<step / 2>(v, combine);
    return v;
}

// An account of the values that were seen. The least and largest ignore NaN; `marks` gets its top bit from any value
// whose exponent is all ones.
struct Seen {
    Floats low = Floats{} + __builtin_inff();
    Floats high = Floats{} - __builtin_inff();
    Words marks = {};

    [[gnu::always_inline]] void take(const float *x) {
        Floats values;
        __builtin_memcpy(&values, x, sizeof values);
        low = smaller(values, low);
        high = larger(values, high);
        Words bits;
        __builtin_memcpy(&bits, x, sizeof bits);
        marks |= (bits & 0x7FFFFFFFU) + 0x00800000U;
    }
    [[gnu::always_inline]] void take(const Seen &other) {
        low = smaller(low, other.low);
        high = larger(high, other.high);
        marks |= other.marks;
    }
};

// Nothing depends on the order, so vectors may overlap. Zeros become +0.0, whichever came first.
quantize::RowRange row_range(const float *x, std::int64_t d) {
    if (d < lanes) {
        float padded[lanes];
        if (d == 0) return {};
        for (int i = 0; i < lanes; i++) padded[i] = x[i < d ? i : 0];
        return row_range(padded, lanes);
    }
    Seen first, second;
    std::int64_t i = 0;
    for (; i + 2 * lanes <= d; i += 2 * lanes) {
        first.take(x + i);
        second.take(x + i + lanes);
    }
    if (i + lanes <= d) first.take(x + i);
    first.take(x + d - lanes);
    first.take(second);
    const Floats low = across(first.low, smaller);
    const Floats high = across(first.high, larger);
    const Words marks = across(first.marks, [](Words a, Words b) { return a | b; });
    return {{low[0] + 0.0F, high[0] + 0.0F}, marks[0] >> 31 == 0};
}

// 1.5 * 2^23: adding it to a float of magnitude below 2^22 leaves that float, rounded to nearest even, in the low bits
// of the sum's mantissa.
constexpr float rounding_magic = 12582912.0F;
constexpr std::int32_t rounding_bits = 0x4B400000;
static_assert(__builtin_bit_cast(std::int32_t, rounding_magic) == rounding_bits);

// The rule's arithmetic inlined into the loop, so that it vectorises. Sums stay in int32 for a block of 2^16 levels of
// at most 2^10. Clamping first and rounding then gives the same as the other order, since the limits are integers.
template <class Value>
[[gnu::always_inline]] inline std::int64_t quantize_with(const float *__restrict x, std::int64_t d, float low,
                                                         float high, std::int16_t *__restrict q, Value value) {
    constexpr std::int64_t block = std::int64_t(1) << 16;
    std::int64_t total = 0;
    for (std::int64_t start = 0; start < d; start += block) {
        const std::int64_t end = d < start + block ? d : start + block;
        std::int32_t sum = 0;
        for (std::int64_t i = start; i < end; i++) {
            float v = value(x[i]);
            v = v < low ? low : v;
            v = v > high ? high : v;
            const std::int32_t level = __builtin_bit_cast(std::int32_t, v + rounding_magic) - rounding_bits;
            q[i] = static_cast<std::int16_t>(level);
            sum += level;
        }
        total += sum;
    }
    return total;
}

std::int64_t quantize_row(quantize::Rule rule, const float *x, std::int64_t d, const quantize::ScopeScale &scale,
                          int q_max, std::int16_t *q) {
    using quantize::Rule;
    const auto top = static_cast<float>(q_max);
    const float factor = scale.factor;
    const float shift = scale.shift;
    switch (rule) {
    case Rule::B1:
    case Rule::B2:
        return quantize_with(x, d, -top, top, q, [=](float v) { return v * factor; });
    case Rule::B3:
        return quantize_with(x, d, -top, top, q, [=](float v) { return v / factor; });
    case Rule::U1:
        return quantize_with(x, d, 0.0F, top, q, [=](float v) { return v * factor + shift; });
    case Rule::U2:
        return quantize_with(x, d, 0.0F, top, q, [=](float v) { return v / factor + shift; });
    }
    return 0;
}

} // namespace
} // namespace scmp::row_loops
