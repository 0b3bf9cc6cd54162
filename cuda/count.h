// Count tables and the portable count kernel on a GPU (Spec 2), the code of one block each.
//
// A block counts a tile of Rows rows of a against 128 rows of b. For one inner index at a time it puts into shared
// memory what every level of b gives with each of its rows of a, signs of a included: entry [level][row]. A column of
// the tile then costs one read of neighbouring words, whatever its level: the lanes of a warp take different rows of
// the same level, so that banks do not conflict.
//
// No sum overflows: an entry is at most L <= 2^10 in magnitude (int16), a sum at most D * L <= 2^31 - 1 (checked at the
// door), and so is every partial sum, in whatever order parts are added.
#pragma once

#include "cuda/block.h"
#include "cuda/dequantize.h"

namespace scmp::cuda {

// --- tables: a block takes one pair after another -------------------------------------------------------------------

struct TableArgs {
    const std::int32_t *pair_of_slot; // (slots,) which pair of sequences has its table in which place
    std::int64_t slots;
    int stoc_len, max_rows, right_codes;
    const std::uint16_t *ones_of_row; // (pairs, max_rows), ascending, then 0 where a pair has fewer rows
    const std::int16_t *first_code;   // (pairs, L) least right code that has a one at this draw
    std::uint16_t *table;             // (slots, max_rows, right_codes)
};

// A thread follows one right code through all rows: its count grows by one with every draw below.
template <class Block> SCMP_DEVICE void table_block(const Block &block, const TableArgs &args) {
    for (std::int64_t slot = block.index(); slot < args.slots; slot += block.count()) {
        const std::int64_t pair = args.pair_of_slot[slot];
        const std::uint16_t *ones = args.ones_of_row + pair * args.max_rows;
        const std::int16_t *first = args.first_code + pair * args.stoc_len;
        std::uint16_t *table = args.table + slot * args.max_rows * args.right_codes;
        block.each_thread([&](int t) {
            for (int code = t; code < args.right_codes; code += threads) {
                int count = 0;
                int draw = 0;
                for (int row = 0; row < args.max_rows; row++) {
                    for (; draw < ones[row]; draw++) count += first[draw] <= code ? 1 : 0;
                    table[row * args.right_codes + code] = static_cast<std::uint16_t>(count);
                }
            }
        });
    }
}

// --- count ----------------------------------------------------------------------------------------------------------

constexpr int tile_columns = 128;
constexpr int tile_d = 16; // inner indices whose codes are in shared memory at a time

struct CountArgs {
    const std::int16_t *a, *b; // (batch, n, stride), (batch, m, stride) signed codes of the segment
    std::int64_t batch, n, m;
    std::int64_t stride;          // from row to row
    std::int64_t d0, d1;          // inner indices of the segment to count
    std::int64_t splits, split_d; // parts of them that blocks take on, and their size
    const std::int32_t *slot_of_d;
    const std::int32_t *pair_of_slot;
    const std::uint16_t *row_of_code; // (pairs, left_codes)
    const std::uint16_t *table;       // (slots, max_rows, right_codes)
    int left_codes, right_codes, max_rows;
    std::int32_t
        *sums; // (batch, n, m), added to; NULL: a block has the whole sums of its tile and writes what they give
    ValuesArgs values; // where sums is NULL
};

// What a count kernel does with the sum of one place of its tile.
template <class Block>
SCMP_DEVICE void give(const Block &block, const CountArgs &args, std::int64_t batch, std::int64_t n, std::int64_t m,
                      std::int32_t sum) {
    if (args.sums != nullptr)
        block.add(args.sums + (batch * args.n + n) * args.m + m, sum);
    else
        write_result(args.values, batch, n, m, sum);
}

// Tiles are numbered with the rows of a innermost, so that blocks which run at the same time share rows of b.
SCMP_DEVICE std::int64_t tiles_of(std::int64_t size, std::int64_t tile) {
    return (size + tile - 1) / tile;
}

// Rows of a tile: as many as the product has use for, as far as the table of one inner index stays below 34 KiB.
inline int tile_rows(std::int64_t n, int right_codes) {
    if (n <= 16 || right_codes > 512) return 16;
    return n <= 32 || right_codes > 256 ? 32 : 64;
}
constexpr int most_codes = 1024;

// Two neighbouring rows' counts: what one lane reads at a time.
struct alignas(4) TwoCounts {
    std::int16_t of_row[2];
};

template <int Rows> struct alignas(16) CountTile {
    static constexpr int lanes = Rows / 2;             // threads that share a column
    static constexpr int groups = threads / lanes;     // columns at a time
    static constexpr int each = tile_columns / groups; // columns of a thread
    static constexpr int stride = lanes + 1;           // odd: neighbouring levels start in different banks

    std::int16_t a[Rows][tile_d];
    std::int16_t b[tile_columns][tile_d];

    // [right_codes][stride], right behind.
    SCMP_DEVICE TwoCounts *counts() { return reinterpret_cast<TwoCounts *>(this + 1); }
    SCMP_DEVICE const TwoCounts *counts() const { return reinterpret_cast<const TwoCounts *>(this + 1); }

    static constexpr std::int64_t bytes(int right_codes) {
        return std::int64_t(sizeof(CountTile)) + std::int64_t(sizeof(TwoCounts)) * right_codes * stride;
    }
};

template <int Rows> struct TileSums { std::int32_t of[CountTile<Rows>::each][2]; };

// Where a tile is.
struct TilePlace {
    std::int64_t batch, n0, m0, d0, d1;
};
template <int Rows> SCMP_DEVICE TilePlace tile_place(const CountArgs &args, std::int64_t tile) {
    const std::int64_t row_tiles = tiles_of(args.n, Rows);
    const std::int64_t column_tiles = tiles_of(args.m, tile_columns);
    const std::int64_t rest = tile / row_tiles / column_tiles;
    const std::int64_t d0 = args.d0 + rest % args.splits * args.split_d;
    return {rest / args.splits, tile % row_tiles * Rows, tile / row_tiles % column_tiles * tile_columns, d0,
            d0 + args.split_d < args.d1 ? d0 + args.split_d : args.d1};
}

// Codes of `rows` rows from row0 on, inner indices d .. d + tile_d; what does not exist is 0.
SCMP_DEVICE void load_codes(int t, const std::int16_t *codes, std::int64_t row0, std::int64_t rows, std::int64_t stride,
                            std::int64_t d, std::int64_t d1, int tile_size, std::int16_t (*tile)[tile_d]) {
    for (int i = t; i < tile_size * tile_d; i += threads) {
        const int r = i / tile_d;
        const int k = i % tile_d;
        const bool exists = row0 + r < rows && d + k < d1;
        tile[r][k] = exists ? codes[(row0 + r) * stride + d + k] : std::int16_t(0);
    }
}

// counts[code][row] of inner index d, which is column k of the loaded codes.
template <int Rows>
SCMP_DEVICE void fill_counts(int t, const CountArgs &args, std::int64_t d, int k, CountTile<Rows> &tile) {
    constexpr int lanes = 32;
    const std::int64_t slot = args.slot_of_d[d];
    const std::uint16_t *row_of_code = args.row_of_code + std::int64_t(args.pair_of_slot[slot]) * args.left_codes;
    for (int r = t / lanes; r < Rows; r += threads / lanes) {
        const int q = tile.a[r][k];
        const std::int64_t row = slot * args.max_rows + row_of_code[q < 0 ? -q : q];
        const std::uint16_t *from = args.table + row * args.right_codes;
        for (int code = t % lanes; code < args.right_codes; code += lanes) {
            const int count = q < 0 ? -int(from[code]) : int(from[code]);
            tile.counts()[code * CountTile<Rows>::stride + r / 2].of_row[r % 2] = static_cast<std::int16_t>(count);
        }
    }
}

template <int Rows> SCMP_DEVICE void add_counts(int t, int k, const CountTile<Rows> &tile, TileSums<Rows> &sums) {
    using Tile = CountTile<Rows>;
    const int lane = t % Tile::lanes;
    const int group = t / Tile::lanes;
    for (int c = 0; c < Tile::each; c++) {
        const int q = tile.b[group + c * Tile::groups][k];
        const TwoCounts two = tile.counts()[(q < 0 ? -q : q) * Tile::stride + lane];
        sums.of[c][0] += q < 0 ? -int(two.of_row[0]) : int(two.of_row[0]);
        sums.of[c][1] += q < 0 ? -int(two.of_row[1]) : int(two.of_row[1]);
    }
}

template <int Rows, class Block> SCMP_DEVICE void count_block(const Block &block, const CountArgs &args) {
    using Tile = CountTile<Rows>;
    if (args.sums == nullptr && refused(block, args.values.verdict)) return;
    auto &tile = *static_cast<Tile *>(block.shared());
    const std::int64_t tiles = args.batch * args.splits * tiles_of(args.n, Rows) * tiles_of(args.m, tile_columns);
    for (std::int64_t i = block.index(); i < tiles; i += block.count()) {
        const TilePlace at = tile_place<Rows>(args, i);
        const std::int16_t *a = args.a + at.batch * args.n * args.stride;
        const std::int16_t *b = args.b + at.batch * args.m * args.stride;
        typename Block::template PerThread<TileSums<Rows>> sums(block);
        for (std::int64_t d = at.d0; d < at.d1; d += tile_d) {
            block.each_thread([&](int t) {
                load_codes(t, a, at.n0, args.n, args.stride, d, at.d1, Rows, tile.a);
                load_codes(t, b, at.m0, args.m, args.stride, d, at.d1, tile_columns, tile.b);
            });
            for (int k = 0; k < tile_d && d + k < at.d1; k++) {
                block.each_thread([&](int t) { fill_counts<Rows>(t, args, d + k, k, tile); });
                block.each_thread([&](int t) { add_counts<Rows>(t, k, tile, sums[t]); });
            }
        }
        block.each_thread([&](int t) {
            const std::int64_t row = at.n0 + t % Tile::lanes * 2;
            for (int c = 0; c < Tile::each; c++) {
                const std::int64_t column = at.m0 + t / Tile::lanes + c * Tile::groups;
                if (column >= args.m) continue;
                if (row < args.n) give(block, args, at.batch, row, column, sums[t].of[c][0]);
                if (row + 1 < args.n) give(block, args, at.batch, row + 1, column, sums[t].of[c][1]);
            }
        });
    }
}

} // namespace scmp::cuda
