// The straightforward way to the sums on a GPU, the code of one block: one table lookup for each product, a thread for
// each output. The baseline that a kernel has to beat.
#pragma once

#include "cuda/block/block.h"

struct GatherArgs {
    const std::int8_t *a; // (batch, n, d) signed levels
    const std::int8_t *b; // (batch, d, m) likewise: neighbouring threads read neighbouring levels
    std::int64_t batch, n, m, d;
    const std::uint16_t *table;      // (tables, levels, levels)
    const std::int32_t *table_start; // (d,) first entry of the table of each inner index
    int levels;
    std::int32_t *sums; // (batch, n, m)
};

SCMP_DEVICE std::int32_t gather_sum(const GatherArgs &args, std::int64_t output) {
    const std::int64_t row = output / args.m; // batch included
    const std::int64_t column = output % args.m;
    const std::int8_t *a = args.a + row * args.d;
    const std::int8_t *b = args.b + row / args.n * args.d * args.m + column;
    std::int32_t sum = 0;
    for (std::int64_t d = 0; d < args.d; d++) {
        const int x = a[d];
        const int y = b[d * args.m];
        const int entry = args.table_start[d] + (x < 0 ? -x : x) * args.levels + (y < 0 ? -y : y);
        const int count = args.table[entry];
        sum += (x < 0) == (y < 0) ? count : -count;
    }
    return sum;
}

template <class Block> SCMP_DEVICE void gather_block(const Block &block, const GatherArgs &args) {
    using scmp::cuda::threads;
    const std::int64_t outputs = args.batch * args.n * args.m;
    for (std::int64_t first = block.index() * threads; first < outputs; first += block.count() * threads)
        block.each_thread([&](int t) {
            if (first + t < outputs) args.sums[first + t] = gather_sum(args, first + t);
        });
}
