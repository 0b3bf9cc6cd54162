// Quantization (Spec 4): rules, ranges of scopes, levels and their boundaries.
#pragma once

#include <cstdint>
#include <span>

#include "base/memory.h"
#include "scmp/scmp.h"
#include "tensor/row_access.h"

namespace scmp::quantize {

// The rules of Spec 4 by their names there.
enum class Rule { B1, B2, B3, U1, U2 };

constexpr bool is_bipolar(Rule rule) {
    return rule == Rule::B1 || rule == Rule::B2 || rule == Rule::B3;
}

// The elements that share a scope: all, a batch entry, a row (or group of rows), a row of a chunk.
enum class ScopeKind : std::int32_t { tensor, head, row, chunk };

// Minimum and maximum of a scope; what an empty scope has makes combining by minimum and maximum work.
struct Range {
    float min = __builtin_inff();
    float max = -__builtin_inff();
};
inline Range combine(Range a, Range b) {
    return {a.min < b.min ? a.min : b.min, a.max > b.max ? a.max : b.max};
}

// The numbers that a scope's range becomes: the scale and zero point, which are reported and dequantize, and the two
// that levels are computed with.
struct ScopeScale {
    double scale = 0;      // f32 value but for the wide rules
    double zero_point = 0; // unipolar
    float factor = 0;      // reciprocal rules multiply by it, the others divide by it
    float shift = 0;       // f32 of zero_point
};
ScopeScale scope_scale(Rule rule, Range range, int q_max);

// The boundaries of the levels 0 .. q_max on the grid of G, ascending (some may be equal); out.size() == q_max + 1.
void level_boundaries(Rule rule, int q_max, int rng_levels, std::span<std::uint16_t> out);

// --- one row: slots of a backend, compiled once for each instruction set (row_loops.h) -----------------------------

struct RowRange {
    Range range;
    bool finite = true; // where false, the range is of no consequence
};
// Zeros are +0.0.
using RowRangeFunction = RowRange (*)(const float *x, std::int64_t d);

// Signed levels q of one row: -q_max .. q_max (bipolar) or 0 .. q_max. Returns their sum.
using QuantizeRowFunction = std::int64_t (*)(Rule rule, const float *x, std::int64_t d, const ScopeScale &scale,
                                             int q_max, std::int16_t *q);

struct RowFunctions {
    const RowAccess *access;
    RowRangeFunction range;
    QuantizeRowFunction quantize;
};

} // namespace scmp::quantize
