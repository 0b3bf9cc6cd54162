// The arithmetic of rules B1 to U2, one scope and one row at a time, as Spec 4 writes it.
#include "quantize/quantize.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace scmp::quantize {
namespace {

constexpr double floor64 = 1e-5;
constexpr float floor32 = 1e-5F;

// A zero becomes +0.0.
double plain_zero(double value) {
    return value == 0 ? 0.0 : value;
}

// Clamping first and rounding then gives the same as the other order, since the limits are integers.
template <class T> T clamp_round(T value, T low, T high) {
    return std::nearbyint(std::clamp(value, low, high));
}

float abs_max(Range range) {
    return std::max(std::fabs(range.min), std::fabs(range.max));
}

// 1.5 * 2^23: adding it to a float of magnitude below 2^22 leaves that float, rounded to nearest even, in the low bits
// of the sum's mantissa.
constexpr float rounding_magic = 12582912.0F;
constexpr std::int32_t rounding_bits = 0x4B400000;
static_assert(std::bit_cast<std::int32_t>(rounding_magic) == rounding_bits);

std::int32_t round_small(float value) {
    return std::bit_cast<std::int32_t>(value + rounding_magic) - rounding_bits;
}

// The row loop, with the rule's arithmetic inlined so that it vectorises. Sums stay in int32 for a block of 2^16 levels
// of at most 2^10.
template <class Value>
std::int64_t quantize_with(const float *x, std::int64_t d, float low, float high, std::int16_t *q, Value value) {
    constexpr std::int64_t block = std::int64_t(1) << 16;
    std::int64_t total = 0;
    for (std::int64_t start = 0; start < d; start += block) {
        const std::int64_t end = std::min(d, start + block);
        std::int32_t sum = 0;
        for (std::int64_t i = start; i < end; i++) {
            float v = value(x[i]);
            v = v < low ? low : v;
            v = v > high ? high : v;
            const std::int32_t level = round_small(v);
            q[i] = static_cast<std::int16_t>(level);
            sum += level;
        }
        total += sum;
    }
    return total;
}

} // namespace

ScopeScale scope_scale(Rule rule, Range range, int q_max) {
    const bool empty = range.min > range.max;
    ScopeScale s;
    switch (rule) {
    case Rule::B1:
        s.scale = std::max(empty ? 0.0 : double(abs_max(range)), floor64) / q_max;
        s.factor = static_cast<float>(1.0 / s.scale);
        break;
    case Rule::B2:
    case Rule::B3: {
        const float scale = std::max(empty ? 0.0F : abs_max(range), floor32) / static_cast<float>(q_max);
        s.scale = scale;
        s.factor = rule == Rule::B2 ? 1.0F / scale : scale;
        break;
    }
    case Rule::U1: {
        const double width = empty ? 0.0 : double(range.max) - double(range.min);
        s.scale = std::max(width, floor64) / q_max;
        s.factor = static_cast<float>(1.0 / s.scale);
        if (!empty) s.zero_point = plain_zero(clamp_round(-double(range.min) / s.scale, 0.0, double(q_max)));
        break;
    }
    case Rule::U2: {
        const float width = empty ? 0.0F : range.max - range.min;
        const float scale = std::max(width, floor32) / static_cast<float>(q_max);
        s.scale = scale;
        s.factor = scale;
        if (!empty) s.zero_point = plain_zero(clamp_round(-range.min / scale, 0.0F, static_cast<float>(q_max)));
        break;
    }
    }
    s.shift = static_cast<float>(s.zero_point);
    return s;
}

void level_boundaries(Rule rule, int q_max, int rng_levels, std::span<std::uint16_t> out) {
    const auto grid = static_cast<float>(rng_levels);
    const auto top = static_cast<float>(q_max);
    const bool divide = rule == Rule::B3 || rule == Rule::U2;
    for (std::size_t q = 0; q < out.size(); q++) {
        const auto level = static_cast<float>(q);
        const float boundary = divide ? level * grid / top : level * (grid / top);
        out[q] = static_cast<std::uint16_t>(std::nearbyint(boundary));
    }
}

// Independent lanes let the compiler use vector minimum and maximum without reassociating anything.
RowRange row_range(const float *x, std::int64_t d) {
    constexpr std::int64_t lanes = 16;
    constexpr std::uint32_t exponent = 0x7F800000;
    float low[lanes];
    float high[lanes];
    std::uint32_t bad[lanes] = {};
    std::fill_n(low, lanes, Range{}.min);
    std::fill_n(high, lanes, Range{}.max);
    const auto take = [&](std::int64_t lane, float value) {
        low[lane] = value < low[lane] ? value : low[lane];
        high[lane] = value > high[lane] ? value : high[lane];
        bad[lane] |= std::uint32_t((std::bit_cast<std::uint32_t>(value) & exponent) == exponent);
    };
    std::int64_t i = 0;
    for (; i + lanes <= d; i += lanes)
        for (std::int64_t lane = 0; lane < lanes; lane++) take(lane, x[i + lane]);
    for (; i < d; i++) take(0, x[i]);

    Range range;
    std::uint32_t any_bad = 0;
    for (std::int64_t lane = 0; lane < lanes; lane++) {
        range = combine(range, {low[lane], high[lane]});
        any_bad |= bad[lane];
    }
    return {range, any_bad == 0};
}

std::int64_t quantize_row(Rule rule, const float *x, std::int64_t d, const ScopeScale &scale, int q_max,
                          std::int16_t *q) {
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

} // namespace scmp::quantize
