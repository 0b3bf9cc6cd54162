// Arrays of quantized operands and of sums on a GPU, as the stages of the C interface give and take them: the code of
// one block each.
#pragma once

#include "cuda/block/array.h"
#include "quantize/quantize.h"

namespace scmp::cuda {

// Levels, scales and sums become what a caller wants of them (Spec 4): all of it in one launch, so that an error before
// leaves every output alone.
struct QuantizedArgs {
    static constexpr const char *what = "launching quantized arrays";

    const std::int16_t *q;            // signed levels in C order
    const std::uint16_t *boundary_of; // by level, 0 .. q_max
    std::int64_t count;               // of levels
    const quantize::ScopeScale *scales;
    std::int64_t entries; // of the scale shape
    const std::int64_t *row_sums;
    std::int64_t rows;
    Array level, boundary, sign, scale, zero_point, row_sum; // those that have data are written
};

SCMP_DEVICE void set_real(const Array &x, std::int64_t i, double value) {
    set_real(x.dtype, place(x, i), value);
}

template <class Block> SCMP_DEVICE void run_block(const Block &block, const QuantizedArgs &args) {
    const std::int64_t most = args.count > args.entries ? args.count : args.entries;
    each_element(block, most > args.rows ? most : args.rows, [&](std::int64_t i) {
        if (i < args.count) {
            const int q = args.q[i];
            const int level = q < 0 ? -q : q;
            if (args.level.data != nullptr) set_integer(args.level, i, level);
            if (args.boundary.data != nullptr) set_integer(args.boundary, i, args.boundary_of[level]);
            if (args.sign.data != nullptr) set_integer(args.sign, i, q > 0 ? 1 : q < 0 ? -1 : 0);
        }
        if (i < args.entries) {
            if (args.scale.data != nullptr) set_real(args.scale, i, args.scales[i].scale);
            if (args.zero_point.data != nullptr) set_real(args.zero_point, i, args.scales[i].zero_point);
        }
        if (i < args.rows && args.row_sum.data != nullptr) {
            if (args.row_sum.dtype == SCMP_DTYPE_F32) // rounded once: not by way of f64
                store(place(args.row_sum, i), static_cast<float>(args.row_sums[i]));
            else
                set_integer(args.row_sum, i, args.row_sums[i]);
        }
    });
}

// Marks the boundaries that occur, and says whether all are on the grid and all signs are -1, 0 or 1.
struct MarksArgs {
    static constexpr const char *what = "launching marks of boundaries";

    Array boundary, sign; // sign may have no data
    std::int32_t rng_levels;
    std::int32_t *marks; // (G + 1,) set to 1
    Flag bad;
};

template <class Block> SCMP_DEVICE void run_block(const Block &block, const MarksArgs &args) {
    each_element(block, args.boundary.count, [&](std::int64_t i) {
        const std::int64_t value = integer(args.boundary, i);
        const std::int64_t sign = args.sign.data == nullptr ? 1 : integer(args.sign, i);
        if (value < 0 || value > args.rng_levels || sign < -1 || sign > 1)
            args.bad.raise();
        else
            args.marks[value] = 1;
    });
}

// Boundaries become codes with their signs.
struct CodesArgs {
    static constexpr const char *what = "launching codes";

    Array boundary, sign;        // as they were marked
    const std::int16_t *code_of; // by boundary, 0 .. G
    std::int16_t *codes;
};

template <class Block> SCMP_DEVICE void run_block(const Block &block, const CodesArgs &args) {
    each_element(block, args.boundary.count, [&](std::int64_t i) {
        const std::int64_t sign = args.sign.data == nullptr ? 1 : integer(args.sign, i);
        args.codes[i] = static_cast<std::int16_t>(args.code_of[integer(args.boundary, i)] * sign);
    });
}

// Sums of one call go to a caller's array, on top of what it holds where asked.
struct TotalsArgs {
    static constexpr const char *what = "launching totals";

    const std::int32_t *counted; // in C order
    Array sums;                  // I32 or I64
    bool accumulate;
    bool looks;     // for totals that do not fit; else writes
    Flag too_large; // raised where one does not fit
};

template <class Block> SCMP_DEVICE void run_block(const Block &block, const TotalsArgs &args) {
    each_element(block, args.sums.count, [&](std::int64_t i) {
        const std::int64_t total = args.counted[i] + (args.accumulate ? integer(args.sums, i) : 0);
        if (!args.looks)
            set_integer(args.sums, i, total);
        else if (args.sums.dtype == SCMP_DTYPE_I32 && total != static_cast<std::int32_t>(total))
            args.too_large.raise();
    });
}

// Sums of any integer dtype as 32-bit ones, which hold whatever a product gives.
struct NarrowArgs {
    static constexpr const char *what = "launching narrow sums";

    Array sums;
    std::int32_t *narrow; // in C order
    Flag too_large;       // raised where one does not fit
};

template <class Block> SCMP_DEVICE void run_block(const Block &block, const NarrowArgs &args) {
    each_element(block, args.sums.count, [&](std::int64_t i) {
        const std::int64_t sum = integer(args.sums, i);
        args.narrow[i] = static_cast<std::int32_t>(sum);
        if (sum != static_cast<std::int32_t>(sum)) args.too_large.raise();
    });
}

} // namespace scmp::cuda
