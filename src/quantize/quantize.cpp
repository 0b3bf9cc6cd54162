// The numbers that a scope's range becomes, and boundaries, by the rules B1 to U2 as Spec 4 writes them; row_loops.h
// has their levels.
#include "quantize/quantize.h"

#include <algorithm>
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

} // namespace scmp::quantize
