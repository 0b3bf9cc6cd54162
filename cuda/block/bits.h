// The count as products of 1-bit matrices (Spec 2), the code of one block.
//
// Only how many of the first k draws of b's sequence are below y counts, so C = |T & R|, where T has its lowest k bits
// set (a thermometer of k(x)), R[i] = [rb[i] < y], and |.| is the number of ones. A negative operand takes the
// complement of its stream, over the stream's length; with a', b' for those,
//     sa sb C = |a' & b'| - [sb < 0] |a'| - sb [sa < 0] |R|:
//     sb < 0 alone:  |T & ~R| = |T| - C.     sa < 0 alone:  |~T & R| = |R| - C.
//     both:          |~T & ~R| - |~T| + |R| = (|~T| - |R| + C) - |~T| + |R| = C.
// The last two terms are products of a number of a and one of b: cuda/block/gemm.h adds them. T is made in registers;
// R, with both signs, is looked up by code. Streams are padded to a power of two; beyond their length R is 0, and T
// anything.
//
// Sums wrap modulo 2^32, so that only the whole must fit: it is a count.
#pragma once

#include <cstddef>

#include "cuda/block/matrix_tile.h"

namespace scmp::cuda {

// --- right streams: a block takes one slot after another ------------------------------------------------------------

struct StreamsArgs {
    static constexpr const char *what = "launching streams";

    const std::int32_t *pair_of_slot; // (slots,)
    std::int64_t slots;
    int stoc_len, codes;
    int bits;                       // of a stream here: 16 .. 1024, a power of two
    const std::int16_t *first_code; // (pairs, L)
    std::uint16_t *streams;         // (slots, 2 codes - 1, bits / 16): of the signed codes from -codes + 1 on
};

template <class Block> SCMP_DEVICE void run_block(const Block &block, const StreamsArgs &args) {
    const int words = args.bits / 16;
    const int size = (2 * args.codes - 1) * words;
    for (std::int64_t slot = block.index(); slot < args.slots; slot += block.count())
        block.each_thread([&](int t) {
            const std::int16_t *first = args.first_code + std::int64_t(args.pair_of_slot[slot]) * args.stoc_len;
            for (int i = t; i < size; i += threads) {
                const int code = i / words - (args.codes - 1);
                unsigned word = 0;
                for (int bit = 0; bit < 16; bit++) {
                    const int draw = i % words * 16 + bit;
                    if (draw >= args.stoc_len) break;
                    const bool one = first[draw] <= (code < 0 ? -code : code);
                    word |= (one != (code < 0) ? 1U : 0U) << bit;
                }
                args.streams[slot * size + i] = static_cast<std::uint16_t>(word);
            }
        });
}

// --- count ----------------------------------------------------------------------------------------------------------

struct BitsArgs {
    static constexpr const char *what = "launching the count by bits";
    static constexpr int least_blocks = 2;

    Tiling tiling;
    const std::int16_t *ones; // (batch, n, ones_stride) signed numbers of left ones, from inner index d0 on
    std::int64_t ones_stride;
    const std::int16_t *b; // (batch, m, stride) signed codes of the segment
    std::int64_t stride;
    const std::int32_t *slot_of_d;
    const std::uint16_t *streams;
    int codes;
    std::int32_t *sums; // (batch, n, m), added to
};
// The arguments of the kernel of streams of `Bits` bits, a power of two from 16 to 1024; By is one of those below.
template <int Bits, class By> struct CountBitsArgs : BitsArgs {};

// How streams of so many bits fall into units.
template <int Bits> struct StreamUnits {
    static constexpr int stage_d = stage_units * 64 / Bits;    // inner indices of a stage
    static constexpr int step_d = Bits < 256 ? 256 / Bits : 1; // neighbours that are next to each other below

    // The inner index of the stage that a unit begins with, and the bit of it.
    static SCMP_DEVICE int d(int unit) { return unit * 64 / Bits; }
    static SCMP_DEVICE int bit(int unit) { return unit * 64 % Bits; }
    // The place of the ones of an inner index of the stage: lanes of a warp read without bank conflicts.
    static SCMP_DEVICE int ones_at(int row, int d) { return (d / step_d * matrix_rows + row) * step_d + d % step_d; }
};

template <int Bits> struct BitsStage {
    alignas(16) unsigned char right[stage_units * matrix_columns * unit_bytes];
    alignas(16) std::int16_t ones[matrix_rows * StreamUnits<Bits>::stage_d];
    std::int16_t b[matrix_columns][StreamUnits<Bits>::stage_d];
};

inline std::size_t bits_stage_bytes(int bits) {
    return stage_units * matrix_columns * unit_bytes +
           2 * sizeof(std::int16_t) * matrix_rows * (stage_units * 64 / bits);
}
static_assert(sizeof(BitsStage<16>) == 48 * 1024);

SCMP_DEVICE std::uint32_t left_word(int ones, int first_bit) {
    const int sign = ones >> 31;
    return thermometer((ones ^ sign) - sign - first_bit) ^ static_cast<std::uint32_t>(sign);
}

// A unit of a left stream, or of several.
template <int Bits> SCMP_DEVICE std::uint64_t left_unit(const BitsStage<Bits> &stage, int row, int unit) {
    using Units = StreamUnits<Bits>;
    const std::int16_t *ones = stage.ones + Units::ones_at(row, Units::d(unit));
    if constexpr (Bits == 16) {
        std::uint64_t all = 0;
        for (int i = 0; i < 4; i++) all |= std::uint64_t(left_word(ones[i], 0) & 0xffffU) << (16 * i);
        return all;
    } else if constexpr (Bits == 32) {
        return left_word(ones[0], 0) | std::uint64_t(left_word(ones[1], 0)) << 32;
    } else {
        const int k = ones[0];
        return left_word(k, Units::bit(unit)) | std::uint64_t(left_word(k, Units::bit(unit) + 32)) << 32;
    }
}

// Two units of the right streams of column `column` of the tile.
template <int Bits>
SCMP_DEVICE UnitPair right_units(const BitsArgs &args, const BitsStage<Bits> &stage, int column, int unit,
                                 std::int64_t d0, std::int64_t d1) {
    using Units = StreamUnits<Bits>;
    constexpr int piece = Bits < 128 ? Bits : 128; // bits of an inner index among these
    const auto first = Units::d(unit);
    UnitPair pair{};
    for (int i = 0; i < 128 / piece; i++) {
        const int d = first + i;
        if (d0 + d >= d1) break;
        const std::int64_t row =
            std::int64_t(args.slot_of_d[d0 + d]) * (2 * args.codes - 1) + (args.codes - 1 + stage.b[column][d]);
        const std::uint16_t *stream = args.streams + row * (Bits / 16) + Units::bit(unit) / 16;
        if constexpr (piece == 128)
            pair = *reinterpret_cast<const UnitPair *>(stream);
        else if constexpr (piece == 64)
            pair.of[i] = *reinterpret_cast<const std::uint64_t *>(stream);
        else if constexpr (piece == 32)
            pair.of[i / 2] |= std::uint64_t(*reinterpret_cast<const std::uint32_t *>(stream)) << (32 * (i % 2));
        else
            pair.of[i / 4] |= std::uint64_t(*stream) << (16 * (i % 4));
    }
    return pair;
}

// Left ones and right codes of the stage from inner index d on; none where there is no row, column or index.
template <int Bits>
SCMP_DEVICE void load_stage(int t, const BitsArgs &args, const TilePlace &at, std::int64_t d, BitsStage<Bits> &stage) {
    using Units = StreamUnits<Bits>;
    static_assert(threads % Units::stage_d == 0 && matrix_rows == matrix_columns);
    const int k = t % Units::stage_d;
    const int first = t / Units::stage_d;
    const bool inside = d + k < at.d1;
    const std::int64_t rows = inside ? args.tiling.n - at.n0 : 0;
    const std::int64_t columns = inside ? args.tiling.m - at.m0 : 0;
    const std::int16_t *ones =
        args.ones + (at.batch * args.tiling.n + at.n0) * args.ones_stride + (d - args.tiling.d0) + k;
    const std::int16_t *b = args.b + (at.batch * args.tiling.m + at.m0) * args.stride + d + k;
    for (int i = first; i < matrix_rows; i += threads / Units::stage_d) {
        stage.ones[Units::ones_at(i, k)] = i < rows ? ones[i * args.ones_stride] : std::int16_t(0);
        stage.b[i][k] = i < columns ? b[i * args.stride] : std::int16_t(0);
    }
}

// Multiplies by warps, mma m16n8k256.
struct BitsByWarp {
    using Sums = WarpSums;
    template <class Block> static constexpr bool has_code = Block::multiplies_bits;

    static SCMP_DEVICE void put(unsigned char *right, int column, int unit, const UnitPair &pair) {
        *reinterpret_cast<UnitPair *>(right + StageSide::at(column, unit) * unit_bytes) = pair;
    }
    template <class Block> static SCMP_DEVICE void written(const Block &, int) {}
    template <int Bits, class Block>
    static SCMP_DEVICE void multiply(const Block &block, const BitsStage<Bits> &stage,
                                     typename Block::template PerThread<Sums> &sums) {
        typename Block::template PerThread<WarpLeft> left(block);
        typename Block::template PerThread<WarpRight> right(block);
        SCMP_UNROLL
        for (int step = 0; step < stage_steps; step++) {
            block.each_lane([&](int t) {
                warp_left_of(t, left[t], [&](int row) { return left_unit(stage, row, step * step_units + t % 4); });
                warp_right_of(t, step, *reinterpret_cast<const StageSide *>(stage.right), right[t]);
            });
            block.multiply_bits(sums, left, right);
        }
    }
    template <class To> static SCMP_DEVICE void each_sum(int t, const Sums &sums, To &&to) {
        each_warp_sum(t, sums, to);
    }
};

// Multiplies by groups of four warps, wgmma m64n128k256.
struct BitsByGroup {
    using Sums = GroupSums;
    template <class Block> static constexpr bool has_code = Block::multiplies_group_bits;

    static SCMP_DEVICE void put(unsigned char *right, int column, int unit, const UnitPair &pair) {
        struct alignas(8) Words {
            std::uint32_t of[2];
        };
        Words low, high;
        for (int i = 0; i < 2; i++) put_unit(pair.of[i], low.of[i], high.of[i]);
        unsigned char *at = right + unit / step_units * group_step_bytes + column * 16 + unit % step_units * 4;
        *reinterpret_cast<Words *>(at) = low;
        *reinterpret_cast<Words *>(at + half_bytes) = high;
    }
    template <class Block> static SCMP_DEVICE void written(const Block &block, int t) { block.group_written(t); }
    template <int Bits, class Block>
    static SCMP_DEVICE void multiply(const Block &block, const BitsStage<Bits> &stage,
                                     typename Block::template PerThread<Sums> &sums) {
        typename Block::template PerThread<GroupLeft> left(block);
        block.each_lane([&](int t) {
            const int row = t / 32 * 16 + t % 32 / 4;
            SCMP_UNROLL
            for (int step = 0; step < group_steps; step++)
                for (int half = 0; half < 2; half++) {
                    LeftFragment &to = left[t].of[step];
                    put_unit(left_unit(stage, row + half * 8, step * step_units + t % 4), to.of[half], to.of[half + 2]);
                }
        });
        block.multiply_group_bits(sums, left, stage.right);
    }
    template <class To> static SCMP_DEVICE void each_sum(int t, const Sums &sums, To &&to) {
        each_group_sum(t, sums, to);
    }
};
static_assert(group_steps == stage_steps &&
              group_step_bytes * group_steps == stage_units * matrix_columns * unit_bytes);

template <class By, int Bits, class Block>
SCMP_DEVICE void fill_stage(const Block &block, const BitsArgs &args, const TilePlace &at, std::int64_t d,
                            BitsStage<Bits> &stage) {
    block.each_thread([&](int t) { load_stage(t, args, at, d, stage); });
    block.each_thread([&](int t) {
        static_assert(threads == 2 * matrix_columns && step_units == 4);
        const int column = t / 2;
        SCMP_ROLLED
        for (int step = 0; step < stage_steps; step++) {
            const int unit = step * step_units + t % 2 * 2;
            By::put(stage.right, column, unit, right_units(args, stage, column, unit, d, at.d1));
        }
        By::written(block, t);
    });
}

// Launched only where it has code (cuda/host/choice.cpp).
template <int Bits, class By, class Block>
SCMP_DEVICE void run_block(const Block &block, const CountBitsArgs<Bits, By> &args) {
    if constexpr (By::template has_code<Block>) {
        using Units = StreamUnits<Bits>;
        auto &stage = *static_cast<BitsStage<Bits> *>(block.shared());
        for (std::int64_t i = block.index(); i < args.tiling.tiles(matrix_rows, matrix_columns); i += block.count()) {
            const TilePlace at = args.tiling.place(i, matrix_rows, matrix_columns);
            typename Block::template PerThread<typename By::Sums> sums(block);
            for (std::int64_t d = at.d0; d < at.d1; d += Units::stage_d) {
                fill_stage<By>(block, args, at, d, stage);
                By::template multiply<Bits>(block, stage, sums);
                block.barrier();
            }
            const TileSums to(args.sums, args.tiling, at);
            block.each_thread([&](int t) {
                By::each_sum(t, sums[t],
                             [&](int row, int column, std::int32_t sum) { to.add(block, row, column, sum); });
            });
        }
    }
}

} // namespace scmp::cuda
