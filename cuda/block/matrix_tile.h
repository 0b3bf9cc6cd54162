// The common part of the kernels on matrix instructions: a block's tile of 128 rows by 128 columns, and how a stage of
// four steps along the inner dimension lies in shared memory.
//
// A step is 32 bytes of a row, four units of 64 bits. The order of the inner dimension is free as long as both sides
// have the same, so lane i of a quad takes unit i: its low word for place i, its high word for place i + 4.
#pragma once

#include "cuda/block/tiling.h"

namespace scmp::cuda {

constexpr int matrix_rows = 128;
constexpr int matrix_columns = 128;
constexpr int stage_steps = 4;
constexpr int step_units = 4;
constexpr int stage_units = stage_steps * step_units; // of one row
constexpr int unit_bytes = 8;

// Two neighbouring units of a step.
struct alignas(16) UnitPair {
    std::uint64_t of[2];
};

// One side of a stage: [step][row][unit of the step].
struct alignas(16) StageSide {
    std::uint64_t of[stage_steps * matrix_rows * step_units];

    static SCMP_DEVICE int at(int row, int unit) {
        return (unit / step_units * matrix_rows + row) * step_units + unit % step_units;
    }
};

// Eight warps: four along the rows, two along the columns.
SCMP_DEVICE int warp_row(int t) {
    return t / 64 * (warp_left * 16);
}
SCMP_DEVICE int warp_column(int t) {
    return t / 32 % 2 * (warp_right * 8);
}
static_assert(4 * warp_left * 16 == matrix_rows && 2 * warp_right * 8 == matrix_columns);
SCMP_DEVICE void put_unit(std::uint64_t unit, std::uint32_t &low, std::uint32_t &high) {
    low = static_cast<std::uint32_t>(unit);
    high = static_cast<std::uint32_t>(unit >> 32);
}

// unit(row) is this lane's unit of a row of the tile.
template <class Unit> SCMP_DEVICE void warp_left_of(int t, WarpLeft &left, Unit &&unit) {
    const int row = warp_row(t) + t % 32 / 4;
    SCMP_UNROLL
    for (int i = 0; i < warp_left; i++)
        for (int half = 0; half < 2; half++)
            put_unit(unit(row + i * 16 + half * 8), left.of[i].of[half], left.of[i].of[half + 2]);
}
SCMP_DEVICE void warp_right_of(int t, int step, const StageSide &side, WarpRight &right) {
    const int column = warp_column(t) + t % 32 / 4;
    SCMP_UNROLL
    for (int j = 0; j < warp_right; j++)
        put_unit(side.of[StageSide::at(column + j * 8, step * step_units + t % 4)], right.of[j].of[0],
                 right.of[j].of[1]);
}

// Calls to(row, column, sum) for the sums of a thread, places within the tile.
template <class To> SCMP_DEVICE void each_warp_sum(int t, const WarpSums &sums, To &&to) {
    const int row = warp_row(t) + t % 32 / 4;
    const int column = warp_column(t) + t % 4 * 2;
    SCMP_UNROLL
    for (int i = 0; i < warp_left; i++)
        for (int j = 0; j < warp_right; j++)
            for (int r = 0; r < 4; r++) to(row + i * 16 + r / 2 * 8, column + j * 8 + r % 2, sums.of[i][j].of[r]);
}
template <class To> SCMP_DEVICE void each_group_sum(int t, const GroupSums &sums, To &&to) {
    const int row = t / 32 * 16 + t % 32 / 4; // two groups of four warps
    SCMP_UNROLL
    for (int j = 0; j < group_right; j++)
        for (int r = 0; r < 4; r++) to(row + r / 2 * 8, j * 8 + t % 4 * 2 + r % 2, sums.of[j].of[r]);
}

} // namespace scmp::cuda
