// The count by residuals in bytes (Spec 2), the code of one block each. It needs no matrix instruction but that of
// signed bytes.
//
// Of a stream of L draws, k ones on the left and r = |R| on the right, C is about k r / L. With u = round(k / sqrt L)
// and v = round(r / sqrt L) the product u v is a product of bytes (cuda/block/gemm.h), and what is left, e = C - u v,
// is small: by the Frechet bounds C is within L / 4 of k r / L, and rounding adds less than sqrt L + 1/4. So |e| <= 127
// for L <= 400 whatever the sequences are, at L = 256 at most 80; the default sequences have 15 there (docs/cuda.md).
//
// A word of cuda/block/swar.h has the residuals of four rows; adding 0x80808080 to a window of 127 / max |e| inner
// indices makes bytes of them that can be told apart, and widened to 16 bits.
#pragma once

#include "cuda/block/swar.h"

namespace scmp::cuda {

constexpr int residual_stoc_len = 400; // the longest stream of which a residual surely fits

// Codes of a table's row: whole words.
SCMP_DEVICE int residual_stride(int codes) {
    return (codes + 3) / 4 * 4;
}

// --- tables: a block takes one slot after another -------------------------------------------------------------------

struct ResidualsArgs {
    static constexpr const char *what = "launching residuals";

    const std::int32_t *pair_of_slot; // (slots,)
    std::int64_t slots;
    int stoc_len, max_table_rows, right_codes;
    const std::uint16_t *ones_of_row; // (pairs, max_table_rows)
    const std::int16_t *first_code;   // (pairs, L)
    const std::int8_t *u;             // (pairs, max_table_rows)
    const std::int8_t *v;             // (pairs, right_codes)
    std::uint8_t *table;   // (slots, 2 max_table_rows, residual_stride): 128 + e of the rows, then 128 - e of the rows
    std::int32_t *largest; // raised to max |e|
};

template <class Block> SCMP_DEVICE void run_block(const Block &block, const ResidualsArgs &args) {
    auto *largest = static_cast<int *>(block.shared());
    const int stride = residual_stride(args.right_codes);
    for (std::int64_t slot = block.index(); slot < args.slots; slot += block.count()) {
        const std::int64_t pair = args.pair_of_slot[slot];
        const std::uint16_t *ones = args.ones_of_row + pair * args.max_table_rows;
        const std::int8_t *u = args.u + pair * args.max_table_rows;
        const std::int8_t *v = args.v + pair * args.right_codes;
        const std::int16_t *first = args.first_code + pair * args.stoc_len;
        std::uint8_t *table = args.table + slot * 2 * args.max_table_rows * stride;
        block.each_thread([&](int t) {
            int most = 0;
            for (int code = t; code < stride; code += threads) {
                const bool exists = code < args.right_codes;
                int count = 0;
                int draw = 0;
                for (int row = 0; row < args.max_table_rows; row++) {
                    for (; draw < ones[row]; draw++) count += first[draw] <= code ? 1 : 0;
                    const bool used = exists && (row == 0 || ones[row] > 0); // a pair may have fewer rows
                    const int e = used ? count - u[row] * v[code] : 0;
                    table[row * stride + code] = static_cast<std::uint8_t>(128 + e);
                    table[(args.max_table_rows + row) * stride + code] = static_cast<std::uint8_t>(128 - e);
                    const int size = e < 0 ? -e : e;
                    most = size > most ? size : most;
                }
            }
            largest[t] = most;
        });
        reduce(block, largest, [](int a, int b) { return a > b ? a : b; });
        block.each_thread([&](int t) {
            if (t == 0) block.raise(args.largest, largest[0]);
        });
    }
}

// --- count ----------------------------------------------------------------------------------------------------------

struct BytesArgs {
    static constexpr const char *what = "launching the count by bytes";
    static constexpr int least_blocks = 2;

    Tiling tiling;
    const std::int16_t *rows; // (batch, n, rows_stride) rows of the tables, from inner index d0 on
    std::int64_t rows_stride;
    const std::int16_t *b; // (batch, m, stride) signed codes of the segment
    std::int64_t stride;
    const std::int32_t *slot_of_d;
    const std::uint8_t *table;
    const std::int32_t *largest; // max |e|
    int right_codes, max_table_rows;
    std::int32_t *sums; // (batch, n, m), added to
};

struct SwarBytes {
    using Args = BytesArgs;
    static constexpr int rows = 128;
    static constexpr int next = 4;
    static constexpr int most_windows = 256; // that a sum of 16 bits has room for: 256 * 255 < 2^16
    struct Sums {
        std::uint32_t window[warp_columns];                  // of four rows
        std::uint32_t even[warp_columns], odd[warp_columns]; // of rows 0 and 2, of 1 and 3; 128 too much a window
    };

    static SCMP_DEVICE int window(const Args &args) {
        const int largest = *args.largest;
        return largest < 8 ? 16 : 127 / largest;
    }
    // Row 0 has no residual, nor has code 0.
    static SCMP_DEVICE int row(const Args &args, std::int64_t n, std::int64_t d) {
        return args.rows[n * args.rows_stride + d - args.tiling.d0];
    }
    // Four codes of four rows at a time, turned round.
    static SCMP_DEVICE void fill(int t, const Args &args, std::int64_t d, int k, SwarTile<rows> &tile) {
        const int words = residual_stride(args.right_codes) / next;
        const auto *table = reinterpret_cast<const std::uint32_t *>(args.table) +
                            std::int64_t(args.slot_of_d[d]) * 2 * args.max_table_rows * words;
        each_table_word(t, words, [&](int word, int lane) {
            std::uint32_t of_row[4];
            SCMP_UNROLL
            for (int r = 0; r < 4; r++) of_row[r] = table[tile.rows[k][lane * 4 + r] * words + word];
            SCMP_UNROLL
            for (int c = 0; c < 4; c++) {
                std::uint32_t turned = 0;
                SCMP_UNROLL
                for (int r = 0; r < 4; r++) turned |= (of_row[r] >> (8 * c) & 0xffU) << (8 * r);
                tile.words()[word_at<next>(word * 4 + c, lane)] = turned - 0x80808080U;
            }
        });
    }
    static SCMP_DEVICE void widen(Sums &sums) {
        SCMP_UNROLL
        for (int c = 0; c < warp_columns; c++) {
            const std::uint32_t bytes = sums.window[c] + 0x80808080U;
            sums.even[c] += bytes & 0x00ff00ffU;
            sums.odd[c] += bytes >> 8 & 0x00ff00ffU;
            sums.window[c] = 0;
        }
    }
    template <class Block>
    static SCMP_DEVICE void flush(const Block &block, int t, const TileSums &to, int windows, Sums &sums) {
        add_swar<4>(block, t, to, [&](int r, int c) {
            const std::uint32_t pair = r % 2 == 0 ? sums.even[c] : sums.odd[c];
            return static_cast<int>(r < 2 ? pair & 0xffffU : pair >> 16) - 128 * windows;
        });
        SCMP_UNROLL
        for (int c = 0; c < warp_columns; c++) sums.even[c] = sums.odd[c] = 0;
    }
};

template <class Block> SCMP_DEVICE void run_block(const Block &block, const BytesArgs &args) {
    swar_block<SwarBytes>(block, args);
}

} // namespace scmp::cuda
