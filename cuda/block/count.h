// Count tables and the portable count kernels on a GPU (Spec 2), the code of one block each.
//
// Where a has few rows, a block counts a tile of 16 or 32 of them against 128 rows of b. For one inner index at a time
// it puts into shared memory what every level of b gives with each of its rows of a, signs of a included: entry
// [level][row]. A column of the tile then costs one read of neighbouring words, whatever its level: the lanes of a warp
// take different rows of the same level, so that banks do not conflict. Where it has more, cuda/block/swar.h, with
// the counts of two rows in a word.
//
// No sum overflows: an entry is at most L <= 2^10 in magnitude (int16), a sum at most D * L <= 2^31 - 1 (checked in
// src/api), and so is every partial sum, in whatever order parts are added; a window of 32767 / L entries fits 16 bits.
#pragma once

#include "cuda/block/dequantize.h"
#include "cuda/block/swar.h"

namespace scmp::cuda {

// --- tables: a block takes one pair after another -------------------------------------------------------------------

struct TableArgs {
    static constexpr const char *what = "launching tables";

    const std::int32_t *pair_of_slot; // (slots,) which pair of sequences has its table in which place
    std::int64_t slots;
    int stoc_len, max_table_rows, right_codes;
    const std::uint16_t *ones_of_row; // (pairs, max_table_rows), ascending, then 0 where a pair has fewer rows
    const std::int16_t *first_code;   // (pairs, L) least right code that has a one at this draw
    std::uint16_t *table;             // (slots, max_table_rows, table_stride)
};

// Counts of a table's row: whole words.
SCMP_DEVICE int table_stride(int right_codes) {
    return (right_codes + 1) / 2 * 2;
}

// A thread follows one right code through all rows: its count grows by one with every draw below.
template <class Block> SCMP_DEVICE void run_block(const Block &block, const TableArgs &args) {
    for (std::int64_t slot = block.index(); slot < args.slots; slot += block.count()) {
        const std::int64_t pair = args.pair_of_slot[slot];
        const std::uint16_t *ones = args.ones_of_row + pair * args.max_table_rows;
        const std::int16_t *first = args.first_code + pair * args.stoc_len;
        const int stride = table_stride(args.right_codes);
        std::uint16_t *table = args.table + slot * args.max_table_rows * stride;
        block.each_thread([&](int t) {
            for (int code = t; code < args.right_codes; code += threads) {
                int count = 0;
                int draw = 0;
                for (int row = 0; row < args.max_table_rows; row++) {
                    for (; draw < ones[row]; draw++) count += first[draw] <= code ? 1 : 0;
                    table[row * stride + code] = static_cast<std::uint16_t>(count);
                }
            }
        });
    }
}

// --- count ----------------------------------------------------------------------------------------------------------

constexpr int tile_columns = 128;
constexpr int tile_d = 16; // inner indices whose codes are in shared memory at a time

struct CountArgs {
    static constexpr const char *what = "launching the count by rows";
    static constexpr int least_blocks = 2;

    Tiling tiling;
    const std::int16_t *a, *b; // (batch, n, stride), (batch, m, stride) signed codes of the segment
    std::int64_t stride;       // from row to row
    const std::int32_t *slot_of_d;
    const std::int32_t *pair_of_slot;
    const std::uint16_t *row_of_code; // (pairs, left_codes)
    const std::uint16_t *table;       // (slots, max_table_rows, table_stride)
    int left_codes, right_codes, max_table_rows, stoc_len;
    // (batch, n, m), added to; NULL, not by SWAR: a block has the whole sums of its tile and writes what they
    // give.
    std::int32_t *sums;
    ValuesArgs values; // where sums is NULL
};
// The arguments of the kernel of a tile of `Rows` rows, 16 or 32, and of that of 64 by SWAR.
template <int Rows> struct CountTileArgs : CountArgs {};
struct SwarCountArgs : CountArgs {};

// Delivers the sum of one place of a count kernel's tile; does nothing where there is no such place.
template <class Block>
SCMP_DEVICE void give(const Block &block, const CountArgs &args, const TilePlace &at, int row, int column,
                      std::int32_t sum) {
    if (args.sums != nullptr)
        TileSums(args.sums, args.tiling, at).add(block, row, column, sum);
    else if (at.n0 + row < args.tiling.n && at.m0 + column < args.tiling.m)
        write_result(args.values, at.batch, at.n0 + row, at.m0 + column, sum);
}

// Rows of a tile: as many as the product has use for, as far as the table of one inner index stays below 34 KiB. From
// 64 on they are counted by SWAR.
inline int tile_rows(std::int64_t n, int right_codes) {
    if (n <= 16 || right_codes > 512) return 16;
    return n <= 32 || right_codes > swar_codes ? 32 : 64;
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

template <int Rows> struct RowSums { std::int32_t of[CountTile<Rows>::each][2]; };

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
        const std::int64_t row = slot * args.max_table_rows + row_of_code[q < 0 ? -q : q];
        const std::uint16_t *from = args.table + row * table_stride(args.right_codes);
        for (int code = t % lanes; code < args.right_codes; code += lanes) {
            const int count = q < 0 ? -int(from[code]) : int(from[code]);
            tile.counts()[code * CountTile<Rows>::stride + r / 2].of_row[r % 2] = static_cast<std::int16_t>(count);
        }
    }
}

template <int Rows> SCMP_DEVICE void add_counts(int t, int k, const CountTile<Rows> &tile, RowSums<Rows> &sums) {
    using Tile = CountTile<Rows>;
    const int lane = t % Tile::lanes;
    const int group = t / Tile::lanes;
    SCMP_UNROLL
    for (int c = 0; c < Tile::each; c++) {
        const int q = tile.b[group + c * Tile::groups][k];
        const TwoCounts two = tile.counts()[(q < 0 ? -q : q) * Tile::stride + lane];
        sums.of[c][0] += q < 0 ? -int(two.of_row[0]) : int(two.of_row[0]);
        sums.of[c][1] += q < 0 ? -int(two.of_row[1]) : int(two.of_row[1]);
    }
}

template <int Rows, class Block> SCMP_DEVICE void run_block(const Block &block, const CountTileArgs<Rows> &args) {
    using Tile = CountTile<Rows>;
    if (args.sums == nullptr && refused(block, args.values.non_finite)) return;
    auto &tile = *static_cast<Tile *>(block.shared());
    const Tiling &tiling = args.tiling;
    for (std::int64_t i = block.index(); i < tiling.tiles(Rows, tile_columns); i += block.count()) {
        const TilePlace at = tiling.place(i, Rows, tile_columns);
        const std::int16_t *a = args.a + at.batch * tiling.n * args.stride;
        const std::int16_t *b = args.b + at.batch * tiling.m * args.stride;
        typename Block::template PerThread<RowSums<Rows>> sums(block);
        for (std::int64_t d = at.d0; d < at.d1; d += tile_d) {
            block.each_thread([&](int t) {
                load_codes(t, a, at.n0, tiling.n, args.stride, d, at.d1, Rows, tile.a);
                load_codes(t, b, at.m0, tiling.m, args.stride, d, at.d1, tile_columns, tile.b);
            });
            for (int k = 0; k < tile_d && d + k < at.d1; k++) {
                block.each_thread([&](int t) { fill_counts<Rows>(t, args, d + k, k, tile); });
                block.each_thread([&](int t) { add_counts<Rows>(t, k, tile, sums[t]); });
            }
        }
        block.each_thread([&](int t) {
            SCMP_UNROLL
            for (int c = 0; c < Tile::each; c++)
                for (int r = 0; r < 2; r++)
                    give(block, args, at, t % Tile::lanes * 2 + r, t / Tile::lanes + c * Tile::groups,
                         sums[t].of[c][r]);
        });
    }
}

struct SwarCounts {
    using Args = CountArgs;
    static constexpr int rows = 64;
    static constexpr int next = 2;
    static constexpr int most_windows = 4096; // the sums have room for all
    struct Sums {
        std::uint32_t window[warp_columns]; // of two rows
        std::int32_t of[warp_columns][2];
    };

    static SCMP_DEVICE int window(const Args &args) { return 32767 / args.stoc_len; }
    // Row 0 counts nothing, so that the sign has a place.
    static SCMP_DEVICE int row(const Args &args, std::int64_t n, std::int64_t d) {
        const int q = args.a[n * args.stride + d];
        const std::int64_t pair = args.pair_of_slot[args.slot_of_d[d]];
        const int row = args.row_of_code[pair * args.left_codes + (q < 0 ? -q : q)];
        return q < 0 ? -row : row;
    }
    // Two codes of two rows at a time.
    static SCMP_DEVICE void fill(int t, const Args &args, std::int64_t d, int k, SwarTile<rows> &tile) {
        const int words = table_stride(args.right_codes) / next;
        const auto *of_row = reinterpret_cast<const std::uint32_t *>(args.table) +
                             std::int64_t(args.slot_of_d[d]) * args.max_table_rows * words;
        each_table_word(t, words, [&](int word, int lane) {
            const int row0 = tile.rows[k][lane * 2];
            const int row1 = tile.rows[k][lane * 2 + 1];
            const std::uint32_t counts0 = of_row[(row0 < 0 ? -row0 : row0) * words + word];
            const std::uint32_t counts1 = of_row[(row1 < 0 ? -row1 : row1) * words + word];
            const std::uint32_t sign0 = row0 < 0 ? ~0U : 1U;
            const std::uint32_t sign1 = row1 < 0 ? ~0U << 16 : 1U << 16;
            SCMP_UNROLL
            for (int c = 0; c < 2; c++)
                tile.words()[word_at<next>(word * 2 + c, lane)] =
                    (counts0 >> (16 * c) & 0xffffU) * sign0 + (counts1 >> (16 * c) & 0xffffU) * sign1;
        });
    }
    static SCMP_DEVICE void widen(Sums &sums) {
        SCMP_UNROLL
        for (int c = 0; c < warp_columns; c++) {
            const int low = static_cast<std::int16_t>(sums.window[c] & 0xffffU);
            sums.of[c][0] += low;
            sums.of[c][1] += static_cast<std::int32_t>(sums.window[c] - static_cast<std::uint32_t>(low)) >> 16;
            sums.window[c] = 0;
        }
    }
    template <class Block>
    static SCMP_DEVICE void flush(const Block &block, int t, const TileSums &to, int, Sums &sums) {
        add_swar<2>(block, t, to, [&](int r, int c) { return sums.of[c][r]; });
        SCMP_UNROLL
        for (int c = 0; c < warp_columns; c++) // NOLINT(modernize-loop-convert): as above, and unrolled
            sums.of[c][0] = sums.of[c][1] = 0;
    }
};

template <class Block> SCMP_DEVICE void run_block(const Block &block, const SwarCountArgs &args) {
    swar_block<SwarCounts>(block, args);
}

} // namespace scmp::cuda
