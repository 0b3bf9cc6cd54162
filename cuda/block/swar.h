// Counting by SWAR, SIMD within a register: a word holds the numbers of several rows of a, and words are added as
// wholes. cuda/block/count.h and cuda/block/bytes.h share it; the code of one block.
//
// A block has a tile of rows of a against 256 columns, rows of b. For one inner index at a time it puts into shared
// memory what every code of b gives with its rows: [code][lane], a word for the rows of a lane, x0 + 2^s x1 + ... for
// signed x. Then each warp takes its columns one after another: its lanes read the words of the column's code, and add
// or subtract them. A sum of such words is the same of the sums, as long as each is within its s bits, which goes well
// for `window` inner indices; then the words are taken apart into wider sums.
//
// A column costs a warp one read of neighbouring words whatever its code is, and a quarter of a read for the codes; the
// words of an inner index cost as many as there are codes, to be read from tables and to be written: hence the many
// columns.
#pragma once

#include "cuda/block/tiling.h"

namespace scmp::cuda {

constexpr int swar_columns = 256; // of a tile: 32 of each warp
constexpr int swar_d = 8;         // inner indices whose codes are in shared memory at a time
constexpr int swar_codes = 256;   // more do not fit into shared memory
constexpr int warp_columns = 32;

template <int Rows> struct alignas(16) SwarTile {
    TilePlace at; // here it holds no registers
    std::int16_t rows[swar_d][Rows];
    alignas(16) std::uint32_t columns[swar_d][swar_columns];

    // [codes][32], right behind.
    SCMP_DEVICE std::uint32_t *words() { return reinterpret_cast<std::uint32_t *>(this + 1); }
    SCMP_DEVICE const std::uint32_t *words() const { return reinterpret_cast<const std::uint32_t *>(this + 1); }

    static SCMP_DEVICE std::int64_t bytes(int codes) {
        return std::int64_t(sizeof(SwarTile)) + std::int64_t(codes) * 32 * 4;
    }
};

// The place of a lane's word for a code: lanes that write the same row's codes, `Next` in a word of the table, and
// lanes that read one code's rows, use different banks.
template <int Next> SCMP_DEVICE std::uint32_t word_at(int code, int lane) {
    return static_cast<std::uint32_t>(code * 32 + ((code / Next ^ lane) & 31));
}
// The entry that lanes make of a column's code: the byte offset for lane 0, on top of it the sign. Another lane's
// differs by an xor.
template <int Next> SCMP_DEVICE std::uint32_t column_entry(int code) {
    const std::uint32_t sign = code < 0 ? 0xffff0000U : 0x10000U;
    return sign | word_at<Next>(code < 0 ? -code : code, 0) * 4;
}

template <int Rows>
SCMP_DEVICE void add_words(int t, int k, const SwarTile<Rows> &tile, std::uint32_t (&window)[warp_columns]) {
    struct alignas(16) Four {
        std::uint32_t of[4];
    };
    const auto *words = reinterpret_cast<const unsigned char *>(tile.words());
    const auto lane = static_cast<std::uint32_t>(t % 32 * 4);
    SCMP_UNROLL
    for (int c = 0; c < warp_columns; c += 4) {
        const Four entries = *reinterpret_cast<const Four *>(&tile.columns[k][t / 32 * warp_columns + c]);
        SCMP_UNROLL
        for (int i = 0; i < 4; i++) {
            const std::uint32_t entry = entries.of[i];
            const auto sign = static_cast<std::uint32_t>(static_cast<std::int32_t>(entry) >> 16);
            window[c + i] += *reinterpret_cast<const std::uint32_t *>(words + ((entry ^ lane) & 0xffffU)) * sign;
        }
    }
}

// Calls for(next, lane) for this thread's words of the table, `words` of a row, and lanes. Neighbouring threads take
// neighbouring words of the same row, as many as there are up to 32.
template <class For> SCMP_DEVICE void each_table_word(int t, int words, For &&each) {
    int shift = 0;
    while (shift < 5 && 1 << shift < words) shift++;
    SCMP_ROLLED
    for (int next = t & ((1 << shift) - 1); next < words; next += 1 << shift)
        for (int lane = t >> shift; lane < 32; lane += threads >> shift) each(next, lane);
}

// By has
//     Args                                      with tiling, b, stride, sums
//     rows, next                                of a tile; codes in a word of a table's row
//     Sums                                      of a thread, with window[warp_columns]
//     window(args), most_windows                inner indices of a window, windows until flush
//     row(args, n, d)                           what tile.rows has of a row of a (batch entries in a row) and index d
//     fill(t, args, d, k, tile)                 the words of d, which is number k of the loaded ones
//     widen(sums), flush(block, t, to, windows, sums)
template <class By>
SCMP_DEVICE void load_swar(int t, const typename By::Args &args, int from, SwarTile<By::rows> &tile) {
    const TilePlace &at = tile.at;
    const std::int64_t d = at.d0 + from;
    SCMP_ROLLED
    for (int i = t; i < By::rows * swar_d; i += threads) {
        const int k = i % swar_d;
        const std::int64_t n = at.n0 + i / swar_d;
        const bool exists = n < args.tiling.n && d + k < at.d1;
        tile.rows[k][i / swar_d] =
            exists ? static_cast<std::int16_t>(By::row(args, at.batch * args.tiling.n + n, d + k)) : std::int16_t(0);
    }
    const std::int16_t *b = args.b + at.batch * args.tiling.m * args.stride;
    SCMP_ROLLED
    for (int i = t; i < swar_columns * swar_d; i += threads) {
        const int k = i % swar_d;
        const std::int64_t m = at.m0 + i / swar_d;
        const bool exists = m < args.tiling.m && d + k < at.d1;
        tile.columns[k][i / swar_d] = column_entry<By::next>(exists ? b[m * args.stride + d + k] : 0);
    }
}

template <class By, class Block> SCMP_DEVICE void swar_block(const Block &block, const typename By::Args &args) {
    auto &tile = *static_cast<SwarTile<By::rows> *>(block.shared());
    const int window = By::window(args);
    for (std::int64_t i = block.index(); i < args.tiling.tiles(By::rows, swar_columns); i += block.count()) {
        block.each_thread([&](int t) {
            if (t == 0) tile.at = args.tiling.place(i, By::rows, swar_columns);
        });
        typename Block::template PerThread<typename By::Sums> sums(block);
        const int all = static_cast<int>(tile.at.d1 - tile.at.d0); // D * L is below 2^31
        for (int begin = 0; begin < all; begin += By::most_windows * window) {
            const int end = all - begin < By::most_windows * window ? all : begin + By::most_windows * window;
            int added = 0; // inner indices in the window
            for (int d = begin; d < end; d += swar_d) {
                block.each_thread([&](int t) { load_swar<By>(t, args, d, tile); });
                SCMP_ROLLED
                for (int k = 0; k < swar_d && d + k < end; k++) {
                    block.each_thread([&](int t) { By::fill(t, args, tile.at.d0 + d + k, k, tile); });
                    const bool full = ++added == window || d + k + 1 == end;
                    block.each_thread([&](int t) {
                        add_words(t, k, tile, sums[t].window);
                        if (full) By::widen(sums[t]);
                    });
                    if (full) added = 0;
                }
            }
            block.each_thread([&](int t) {
                const TileSums to(held(args.sums), args.tiling, tile.at);
                By::flush(block, t, to, (end - begin + window - 1) / window, sums[t]);
            });
        }
    }
}

// Adds value(r, c) of the rows of a lane and the columns of a warp.
template <int RowsOfLane, class Block, class Value>
SCMP_DEVICE void add_swar(const Block &block, int t, const TileSums &to, Value &&value) {
    const int columns = to.columns - t / 32 * warp_columns;
    std::int32_t *first = to.first + t % 32 * RowsOfLane * to.m + t / 32 * warp_columns;
    SCMP_UNROLL
    for (int r = 0; r < RowsOfLane; r++) {
        const bool exists = t % 32 * RowsOfLane + r < to.rows;
        SCMP_UNROLL
        for (int c = 0; c < warp_columns; c++)
            if (exists && c < columns) block.add(first + c, value(r, c));
        first += to.m;
    }
}

} // namespace scmp::cuda
