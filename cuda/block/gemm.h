// Integer products of bytes, which put right what the faster count kernels leave out (cuda/block/bits.h,
// cuda/block/bytes.h): codes become bytes by looking them up, and their products are added to the sums by mma m16n8k32.
//
// Sums wrap modulo 2^32, so that only the whole must fit: it is a count.
#pragma once

#include "cuda/block/matrix_tile.h"

namespace scmp::cuda {

// --- what codes stand for: a block takes one row after another ------------------------------------------------------

// Tables by pair of sequences, each with an entry for every signed code -codes + 1 .. codes - 1.
template <class T> struct LookUpArgs {
    static constexpr const char *what = "launching a look-up";

    const std::int16_t *codes; // (rows, stride)
    std::int64_t rows, stride;
    std::int64_t d0, d1; // inner indices to look up
    const std::int32_t *slot_of_d;
    const std::int32_t *pair_of_slot;
    const T *table; // (pairs, planes, 2 number - 1)
    int number;     // of codes
    int planes;
    std::int64_t padded; // at least d1 - d0; what is behind becomes 0
    T *to;               // (rows, planes, padded)
};

template <class T, class Block> SCMP_DEVICE void run_block(const Block &block, const LookUpArgs<T> &args) {
    const int signed_codes = 2 * args.number - 1;
    for (std::int64_t row = block.index(); row < args.rows; row += block.count())
        block.each_thread([&](int t) {
            for (std::int64_t i = t; i < args.padded; i += threads) {
                const std::int64_t d = args.d0 + i;
                const bool exists = d < args.d1;
                const std::int64_t pair = exists ? args.pair_of_slot[args.slot_of_d[d]] : 0;
                const int code = exists ? args.codes[row * args.stride + d] : 0;
                const T *table = args.table + pair * args.planes * signed_codes + (args.number - 1 + code);
                for (int plane = 0; plane < args.planes; plane++)
                    args.to[(row * args.planes + plane) * args.padded + i] =
                        exists ? table[plane * signed_codes] : T(0);
            }
        });
}

// --- products -------------------------------------------------------------------------------------------------------

struct GemmArgs {
    static constexpr const char *what = "launching a product of bytes";
    static constexpr int least_blocks = 2;

    Tiling tiling;        // d counts bytes
    const std::int8_t *a; // (batch, n, d1), d1 a multiple of unit_bytes, aligned to that
    const std::int8_t *b; // (batch, m, d1)
    std::int32_t *sums;   // (batch, n, m), added to
};

struct GemmStage {
    StageSide a, b;
};

// Units of a stage from byte d on; what does not exist is 0.
SCMP_DEVICE void load_units(int t, const std::int8_t *bytes, std::int64_t row0, std::int64_t rows, std::int64_t stride,
                            std::int64_t d, std::int64_t d1, StageSide &side) {
    static_assert(threads % stage_units == 0);
    const int unit = t % stage_units;
    const std::int64_t at = d + unit * unit_bytes;
    for (int row = t / stage_units; row < matrix_rows; row += threads / stage_units) {
        const bool exists = row0 + row < rows && at < d1;
        side.of[StageSide::at(row, unit)] =
            exists ? *reinterpret_cast<const std::uint64_t *>(bytes + (row0 + row) * stride + at) : 0;
    }
}

template <class Block> SCMP_DEVICE void run_block(const Block &block, const GemmArgs &args) {
    const Tiling &tiling = args.tiling;
    auto &stage = *static_cast<GemmStage *>(block.shared());
    constexpr int stage_bytes = stage_units * unit_bytes;
    for (std::int64_t i = block.index(); i < tiling.tiles(matrix_rows, matrix_columns); i += block.count()) {
        const TilePlace at = tiling.place(i, matrix_rows, matrix_columns);
        const std::int8_t *a = args.a + at.batch * tiling.n * tiling.d1;
        const std::int8_t *b = args.b + at.batch * tiling.m * tiling.d1;
        typename Block::template PerThread<WarpSums> sums(block);
        typename Block::template PerThread<WarpLeft> left(block);
        typename Block::template PerThread<WarpRight> right(block);
        for (std::int64_t d = at.d0; d < at.d1; d += stage_bytes) {
            block.each_thread([&](int t) {
                load_units(t, a, at.n0, tiling.n, tiling.d1, d, at.d1, stage.a);
                load_units(t, b, at.m0, tiling.m, tiling.d1, d, at.d1, stage.b);
            });
            for (int step = 0; step < stage_steps; step++) {
                block.each_lane([&](int t) {
                    warp_left_of(t, left[t],
                                 [&](int row) { return stage.a.of[StageSide::at(row, step * step_units + t % 4)]; });
                    warp_right_of(t, step, stage.b, right[t]);
                });
                block.multiply_bytes(sums, left, right);
            }
            block.barrier();
        }
        const TileSums to(args.sums, tiling, at);
        block.each_thread([&](int t) {
            each_warp_sum(t, sums[t], [&](int row, int column, std::int32_t sum) { to.add(block, row, column, sum); });
        });
    }
}

} // namespace scmp::cuda
