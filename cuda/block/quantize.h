// Ranges, scales and levels of an operand on a GPU (Spec 4), the code of one block each.
//
// A line is one row of one chunk of the inner dimension (of all of it where there are no chunks). Lines are numbered
// chunk by chunk, in each the rows of all batch entries: where every line is a scope, that is the order of the scale
// shape.
#pragma once

#include "cuda/block/elements.h"
#include "cuda/block/flag.h"
#include "quantize/quantize.h"

namespace scmp::cuda {

struct Lines {
    std::int64_t rows;    // of all batch entries
    std::int64_t d;       // inner dimension
    std::int64_t chunk_d; // of a line but the last; d where there are no chunks, at least 1
    std::int64_t chunks;

    SCMP_DEVICE std::int64_t number() const { return rows * chunks; }
    SCMP_DEVICE std::int64_t row(std::int64_t line) const { return line % rows; }
    SCMP_DEVICE std::int64_t begin(std::int64_t line) const { return line / rows * chunk_d; }
    SCMP_DEVICE std::int64_t end(std::int64_t line) const {
        const std::int64_t end = begin(line) + chunk_d;
        return end < d ? end : d;
    }
};

struct LineRange {
    float min, max;
    std::int32_t finite;
};

SCMP_DEVICE LineRange empty_range() {
    return {float_of_bits(0x7f800000U), float_of_bits(0xff800000U), 1};
}
SCMP_DEVICE LineRange combined(const LineRange &a, const LineRange &b) {
    return {a.min < b.min ? a.min : b.min, a.max > b.max ? a.max : b.max, a.finite & b.finite};
}

// --- ranges: a block takes one line after another -------------------------------------------------------------------

struct RangesArgs {
    static constexpr const char *what = "launching ranges";

    ElementSource x;
    Lines lines;
    LineRange *ranges; // by line; zeros are +0.0
};

// found[0] becomes the range of a line; `found` has a place for each thread.
template <class Block>
SCMP_DEVICE void line_range(const Block &block, const ElementSource &x, const Lines &lines, std::int64_t line,
                            LineRange *found) {
    const unsigned char *row = row_start(x, lines.row(line));
    block.each_thread([&](int t) {
        LineRange mine = empty_range();
        for (std::int64_t d = lines.begin(line) + t; d < lines.end(line); d += threads) {
            const Element e = element(x, row, d);
            mine = combined(mine, {e.value, e.value, e.finite ? 1 : 0});
        }
        found[t] = mine;
    });
    reduce(block, found, [](const LineRange &a, const LineRange &b) { return combined(a, b); });
}
SCMP_DEVICE LineRange with_plain_zeros(const LineRange &range) {
    return {range.min + 0.0F, range.max + 0.0F, range.finite};
}

template <class Block> SCMP_DEVICE void run_block(const Block &block, const RangesArgs &args) {
    auto *found = static_cast<LineRange *>(block.shared());
    for (std::int64_t line = block.index(); line < args.lines.number(); line += block.count()) {
        line_range(block, args.x, args.lines, line, found);
        block.each_thread([&](int t) {
            if (t == 0) args.ranges[line] = with_plain_zeros(found[0]);
        });
    }
}

// --- scales: a block takes one entry of the scale shape after another -----------------------------------------------

// The lines of a scope follow one another: all lines, those of a batch entry, a group of rows, one.
struct ScalesArgs {
    static constexpr const char *what = "launching scales";

    quantize::ScopeKind kind;
    std::int64_t lines, rows; // rows: of one batch entry
    std::int64_t group;       // row: rows that share a scope
    std::int64_t entries;
    quantize::Rule rule;
    int q_max;
    const LineRange *ranges;
    quantize::ScopeScale *scales;  // by entry
    Flag non_finite;               // raised where a line has a value that is not finite
    LineRange *combined = nullptr; // by entry: the scopes' ranges; NULL: not wanted
};

SCMP_DEVICE double plain_zero(double value) {
    return value == 0 ? 0.0 : value;
}
SCMP_DEVICE float larger(float a, float b) {
    return a < b ? b : a;
}
SCMP_DEVICE double larger(double a, double b) {
    return a < b ? b : a;
}
SCMP_DEVICE float magnitude(float x) {
    return x < 0 ? -x : x;
}
// Rounded to nearest, ties to even, where |value| < 2^22 for f32 and < 2^51 for f64: the sum has no place for
// fractions.
SCMP_DEVICE float rounded(float value) {
    return (value + 12582912.0F) - 12582912.0F;
}
SCMP_DEVICE double rounded(double value) {
    return (value + 6755399441055744.0) - 6755399441055744.0;
}
// The limits are integers, so clamping before rounding gives the same as after.
template <class T> SCMP_DEVICE T clamp_round(T value, T high) {
    value = value < 0 ? T(0) : value;
    return rounded(value > high ? high : value);
}

SCMP_DEVICE quantize::ScopeScale scale_of(quantize::Rule rule, const LineRange &range, int q_max) {
    using quantize::Rule;
    constexpr double floor64 = 1e-5;
    constexpr float floor32 = 1e-5F;
    const bool empty = range.min > range.max;
    const float largest = empty ? 0.0F : larger(magnitude(range.min), magnitude(range.max));
    const auto top = static_cast<float>(q_max);
    quantize::ScopeScale s{};
    switch (rule) {
    case Rule::B1:
        s.scale = larger(double(largest), floor64) / q_max;
        s.factor = static_cast<float>(1.0 / s.scale);
        break;
    case Rule::B2:
    case Rule::B3: {
        const float scale = larger(largest, floor32) / top;
        s.scale = scale;
        s.factor = rule == Rule::B2 ? 1.0F / scale : scale;
        break;
    }
    case Rule::U1: {
        const double width = empty ? 0.0 : double(range.max) - double(range.min);
        s.scale = larger(width, floor64) / q_max;
        s.factor = static_cast<float>(1.0 / s.scale);
        if (!empty) s.zero_point = plain_zero(clamp_round(-double(range.min) / s.scale, double(q_max)));
        break;
    }
    case Rule::U2: {
        const float width = empty ? 0.0F : range.max - range.min;
        const float scale = larger(width, floor32) / top;
        s.scale = scale;
        s.factor = scale;
        if (!empty) s.zero_point = plain_zero(clamp_round(-range.min / scale, top));
        break;
    }
    }
    s.shift = static_cast<float>(s.zero_point);
    return s;
}

template <class Block> SCMP_DEVICE void run_block(const Block &block, const ScalesArgs &args) {
    auto *found = static_cast<LineRange *>(block.shared());
    for (std::int64_t entry = block.index(); entry < args.entries; entry += block.count()) {
        std::int64_t first = entry;
        std::int64_t end = entry + 1;
        if (args.kind == quantize::ScopeKind::tensor) {
            first = 0;
            end = args.lines;
        } else if (args.kind == quantize::ScopeKind::head) {
            first = entry * args.rows;
            end = first + args.rows;
        } else if (args.kind == quantize::ScopeKind::row) {
            const std::int64_t row = entry % args.rows;
            const std::int64_t start = row - row % args.group;
            first = entry - row + start;
            end = first + (args.group < args.rows - start ? args.group : args.rows - start);
        }
        block.each_thread([&](int t) {
            LineRange mine = empty_range();
            for (std::int64_t line = first + t; line < end; line += threads) mine = combined(mine, args.ranges[line]);
            found[t] = mine;
        });
        reduce(block, found, [](const LineRange &a, const LineRange &b) { return combined(a, b); });
        block.each_thread([&](int t) {
            if (t != 0) return;
            args.scales[entry] = scale_of(args.rule, found[0], args.q_max);
            if (args.combined != nullptr) args.combined[entry] = found[0];
            if (found[0].finite == 0) args.non_finite.raise();
        });
    }
}

// --- levels: a block takes one line after another -------------------------------------------------------------------

struct LevelsArgs {
    static constexpr const char *what = "launching levels";

    ElementSource x;
    Lines lines;
    quantize::ScopeKind kind;
    quantize::Rule rule;
    int q_max;
    const quantize::ScopeScale *scales;
    std::int16_t *q; // (batch, rows, d) signed levels
    float *row_sum;  // unipolar: by row; NULL: not wanted
    Flag non_finite; // where it is raised every level is 0: one that is not a level would lead out of a count table
    std::int64_t *exact_sum = nullptr; // by row; NULL: not wanted
};

SCMP_DEVICE std::int32_t level(quantize::Rule rule, float x, const quantize::ScopeScale &s, int q_max) {
    using quantize::Rule;
    const auto top = static_cast<float>(q_max);
    const bool reciprocal = rule == Rule::B1 || rule == Rule::B2 || rule == Rule::U1;
    const bool unipolar = rule == Rule::U1 || rule == Rule::U2;
    float v = reciprocal ? x * s.factor : x / s.factor;
    if (unipolar) v = v + s.shift;
    const float low = unipolar ? 0.0F : -top;
    v = v < low ? low : v;
    v = v > top ? top : v;
    return static_cast<std::int32_t>(rounded(v));
}

// Levels of a line and, where it is asked for, the sum of its row; `sums` has a place for each thread.
template <class Block>
SCMP_DEVICE void line_levels(const Block &block, const LevelsArgs &args, std::int64_t line,
                             const quantize::ScopeScale &scale, bool finite, std::int64_t *sums) {
    const std::int64_t row_index = args.lines.row(line);
    const unsigned char *row = row_start(args.x, row_index);
    block.each_thread([&](int t) {
        std::int64_t sum = 0;
        for (std::int64_t d = args.lines.begin(line) + t; d < args.lines.end(line); d += threads) {
            const std::int32_t q = finite ? level(args.rule, element(args.x, row, d).value, scale, args.q_max) : 0;
            args.q[row_index * args.lines.d + d] = static_cast<std::int16_t>(q);
            sum += q;
        }
        sums[t] = sum;
    });
    if (args.row_sum == nullptr && args.exact_sum == nullptr) return;
    reduce(block, sums, [](std::int64_t a, std::int64_t b) { return a + b; });
    block.each_thread([&](int t) {
        if (t != 0) return;
        if (args.row_sum != nullptr) args.row_sum[row_index] = static_cast<float>(sums[0]);
        if (args.exact_sum != nullptr) args.exact_sum[row_index] = sums[0];
    });
}

template <class Block> SCMP_DEVICE void run_block(const Block &block, const LevelsArgs &args) {
    auto *sums = static_cast<std::int64_t *>(block.shared());
    const bool finite = !args.non_finite.raised();
    for (std::int64_t line = block.index(); line < args.lines.number(); line += block.count()) {
        const std::int64_t entry = args.kind == quantize::ScopeKind::tensor ? 0
                                   : args.kind == quantize::ScopeKind::head ? args.lines.row(line) / args.x.rows
                                                                            : line;
        line_levels(block, args, line, args.scales[entry], finite, sums);
    }
}

// --- lines that are scopes: a block does all three for one line after another, of one operand and then the other ----

struct LinesArgs {
    static constexpr const char *what = "launching ranges and levels";

    LevelsArgs operand[2];           // one that is not there has no lines
    quantize::ScopeScale *scales[2]; // the operands', to be written
};

// The memory that threads share: ranges, and behind them sums.
constexpr std::size_t lines_shared = threads * (sizeof(LineRange) + sizeof(std::int64_t));

template <class Block> SCMP_DEVICE void run_block(const Block &block, const LinesArgs &args) {
    auto *sums = static_cast<std::int64_t *>(block.shared());
    auto *found = reinterpret_cast<LineRange *>(sums + threads);
    const std::int64_t lines_a = args.operand[0].lines.number();
    const std::int64_t all = lines_a + args.operand[1].lines.number();
    for (std::int64_t i = block.index(); i < all; i += block.count()) {
        const int which = i < lines_a ? 0 : 1;
        const LevelsArgs &x = args.operand[which];
        const std::int64_t line = which == 0 ? i : i - lines_a;
        line_range(block, x.x, x.lines, line, found);
        // Every thread computes the scale: that takes no longer than waiting for one that does. `found` is not written
        // before the next line.
        const LineRange range = with_plain_zeros(found[0]);
        const quantize::ScopeScale scale = scale_of(x.rule, range, x.q_max);
        block.each_thread([&](int t) {
            if (t != 0) return;
            args.scales[which][line] = scale;
            if (range.finite == 0) x.non_finite.raise();
        });
        line_levels(block, x, line, scale, range.finite != 0, sums);
    }
}

} // namespace scmp::cuda
