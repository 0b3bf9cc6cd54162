// The vector kernels: counts as bytes, looked up or read from level rows, signed and added in pairs of inner indices.
// Included by one file per instruction set, which supplies the vectors; nothing here has external linkage, so that no
// code compiled for one instruction set can end up in another's.
//
// What it copes with: L <= 256; signed codes up to 127, or unsigned ones up to 255. Then a code fits a byte (sign in
// bit 7 where there are signs) and so does every count but 256 = C(x, y) where all 256 draws of both streams are ones.
// Tables and rows hold min(C, 255); "full" pairs are found and added by themselves (add_full).
//
// Panel. (d, columns) bytes, rounded up to an even number of inner indices with zeros: code 0 has no ones. Within each
// vector the columns are ordered such that interleaving two vectors' bytes (low and high halves of each 128-bit lane)
// gives 16-bit words in the order of the columns: see byte_of_column.
//
// The step. For inner indices i and i + 1 and one row of a: two vectors of counts, one byte for each column; their
// bytes interleaved, so that each 16-bit word has both counts of one column; multiplied by the two signs (+-1) and
// added as a pair (VPMADDUBSW); added to 16-bit sums. b's signs are interleaved once for a block of inner indices and
// all rows of a; a's two signs turn them by an xor with 0xFE, which takes 1 to -1 and back.
//
// Widths. A pair is at most 2 * 255 = 510 in magnitude. A block has at most 64 inner indices, 32 pairs: 32 * 510 =
// 16320 < 2^15 in 16 bits. Blocks are added in 32 bits, where any sum of some of the terms is bounded by D * L <= 2^31
// - 1, which is checked at the door (Spec 1).
//
// Where the counts come from. With a 128-entry byte shuffle (VBMI): from tables prepared per left level and right
// level, 128 bytes a left level. Without it, or where prepared tables exceed the cache: level rows, written for a few
// inner indices and all columns at a time: row r holds C(r, b) for each column, row r - 1 plus one for each further
// draw that lets the column's level through.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "count/kernel.h"

namespace scmp::count {
namespace {

#define SCMP_INLINE inline __attribute__((always_inline))

// Calls f(integral_constant) for 0 .. N: indices that are constants keep arrays of vectors in registers.
template <class F, int... I> SCMP_INLINE void unroll(std::integer_sequence<int, I...>, F &&f) {
    (f(std::integral_constant<int, I>{}), ...);
}
template <int N, class F> SCMP_INLINE void unroll(F &&f) {
    unroll(std::make_integer_sequence<int, N>{}, f);
}

constexpr int block_d = 64;            // inner indices that are added in 16 bits
constexpr int slab_d = 8;              // inner indices whose level rows are written at a time; divides block_d
constexpr std::uint8_t sign_bit = 128; // of a signed code's byte
static_assert(block_d / 2 * 510 < 1 << 15);

// What turns the signs of a pair, by the signs of a's two codes (first: 1, second: 2).
alignas(16) constexpr std::uint32_t turns[4] = {0, 0x00FE00FE, 0xFE00FE00, 0xFEFEFEFE};

template <class V> struct ByteKernel {
    using Vec = typename V::Vec;
    static constexpr int width = sizeof(Vec);
    static constexpr int vectors = 4;
    static constexpr int columns = vectors * width;

    // --- packing ---------------------------------------------------------------------------------------------------

    // The byte of a vector that holds a column such that unpacking restores the order.
    static constexpr int byte_of_column(int column) {
        const int half = column / (width / 2);
        const int word = column % (width / 2);
        return word / 8 * 16 + half * 8 + word % 8;
    }
    static std::int64_t padded(std::int64_t d) { return (d + 1) / 2 * 2; }
    static std::size_t panel_bytes(std::int64_t d) { return std::size_t(padded(d)) * columns; }

    static std::uint8_t code_byte(int code) { return static_cast<std::uint8_t>(code < 0 ? sign_bit | -code : code); }

    static void pack(const std::int16_t *q, std::int64_t q_stride, std::int64_t rows, std::int64_t d,
                     std::byte *panel) {
        constexpr std::int64_t tile = 64; // both sides of the transpose stay in the first-level cache
        auto *out = reinterpret_cast<std::uint8_t *>(panel);
        for (std::int64_t d0 = 0; d0 < d; d0 += tile) {
            const std::int64_t d1 = d0 + tile < d ? d0 + tile : d;
            for (int m = 0; m < columns; m++) {
                std::uint8_t *to = out + m / width * width + byte_of_column(m % width);
                if (m < rows)
                    for (std::int64_t i = d0; i < d1; i++) to[i * columns] = code_byte(q[m * q_stride + i]);
                else
                    for (std::int64_t i = d0; i < d1; i++) to[i * columns] = 0;
            }
        }
        if (padded(d) > d) std::memset(out + d * columns, 0, columns);
    }

    // --- level rows --------------------------------------------------------------------------------------------------

    // Calls visit(row, counts) for every row of a pair's table in ascending order, with the counts, at most 255, of
    // `count` vectors of codes: one more with every draw that lets a code's level through.
    template <int count, bool is_signed, class Visit>
    static SCMP_INLINE void for_level_rows(const streams::CountTables &tables, int pair, const std::uint8_t *codes,
                                           Visit visit) {
        const std::uint16_t *ones = tables.ones_of(pair);
        const std::int16_t *first = tables.first_codes_of(pair);
        const auto most = static_cast<int>(tables.right_codes()) - 1;
        Vec level[count], running[count];
        unroll<count>([&](auto v) SCMP_LAMBDA {
            const Vec code = V::load(codes + v * width);
            level[v] = is_signed ? V::without_sign(code) : code;
            running[v] = V::zero();
        });
        for (int row = 0, i = 0; row < tables.row_count[std::size_t(pair)]; row++) {
            for (; i < ones[row]; i++) {
                if (first[i] > most) continue; // a draw that no level lets through
                const Vec threshold = V::set_bytes(static_cast<std::uint8_t>(first[i]));
                unroll<count>([&](auto v) SCMP_LAMBDA { running[v] = V::count_from(running[v], level[v], threshold); });
            }
            visit(row, running);
        }
    }

    // --- prepared tables: (pairs, left codes, table_row) bytes
    // ----------------------------------------

    static constexpr std::size_t table_row(std::size_t right_codes) { return right_codes <= 128 ? 128 : 256; }
    static std::size_t table_bytes(const streams::CountTables &tables) {
        return tables.left_codes() * table_row(tables.right_codes());
    }
    static std::size_t prepared_bytes(const streams::CountTables &tables) {
        return std::size_t(tables.pairs()) * table_bytes(tables);
    }

    // A table row is a level row of columns that have each code once.
    static void prepare(const streams::CountTables &tables, std::byte *out) {
        const std::size_t row_bytes = table_row(tables.right_codes());
        std::uint8_t each_code[256];
        for (int code = 0; code < 256; code++) each_code[code] = static_cast<std::uint8_t>(code);
        auto *table = reinterpret_cast<std::uint8_t *>(out);
        for (int pair = 0; pair < tables.pairs(); pair++) {
            const std::uint16_t *row_of = tables.rows_of(pair);
            std::size_t code = 0; // rows ascend with the codes
            const auto write = [&](int row, const Vec *counts) {
                for (; code < tables.left_codes() && row_of[code] == row; code++, table += row_bytes)
                    std::memcpy(table, counts, row_bytes);
            };
            if (row_bytes == 128)
                for_level_rows<128 / width, false>(tables, pair, each_code, write);
            else
                for_level_rows<256 / width, false>(tables, pair, each_code, write);
        }
    }

    // --- scratch: signs, and without lookup level rows and 16-bit sums between slabs
    // -----------------------------------

    static constexpr std::size_t signs_bytes = std::size_t(block_d) * columns;
    static std::size_t slab_bytes(const streams::CountTables &tables) {
        return std::size_t(slab_d) * std::size_t(tables.max_rows) * columns;
    }
    static std::size_t words_bytes(std::int64_t rows) { return std::size_t(rows) * columns * 2; }
    static std::size_t scratch_bytes(const streams::CountTables &tables, std::int64_t rows) {
        return signs_bytes + (by_table(tables, rows) ? 0 : slab_bytes(tables) + words_bytes(rows));
    }
    // Without byte shuffles, looking counts up one by one pays only where level rows would serve a single row of a.
    static bool wants_prepared(std::int64_t rows) { return V::has_lookup || rows == 1; }
    static bool by_table(const streams::CountTables &tables, std::int64_t rows) {
        return wants_prepared(rows) && tables.prepared_for == &V::kernel();
    }

    // Of each pair of inner indices and each vector the interleaved signs, low half and high half.
    static void write_signs(const std::uint8_t *codes, int d, Vec *out) {
        for (int i = 0; i < d; i += 2, codes += 2 * columns)
            for (int v = 0; v < vectors; v++) {
                const Vec first = V::signs(V::load(codes + v * width));
                const Vec second = V::signs(V::load(codes + columns + v * width));
                *out++ = V::unpack_low(first, second);
                *out++ = V::unpack_high(first, second);
            }
    }

    // --- counting --------------------------------------------------------------------------------------------------

    struct Block {
        std::int64_t d0;           // within the segment
        int d, even;               // inner indices, at most block_d; rounded up to an even number
        const std::uint8_t *codes; // of the panel, at d0
        const Vec *signs;
        int pair[block_d];
        const std::uint8_t *source[block_d]; // prepared table or level rows of each inner index
        const std::uint16_t *row_of[block_d];
    };

    // Where sums of a row of a come from and go to: 16-bit sums of earlier slabs, 32-bit sums at the end of a block.
    struct Sums {
        std::int16_t *words;
        std::int32_t *sums;
        bool first, last;
    };

    // A block's codes of one row of a: where they stand, or with zeros behind them where the segment ends.
    struct RowCodes {
        const std::int16_t *codes;
        std::int16_t padded[block_d];

        SCMP_INLINE RowCodes(const Task &task, const Block &block, std::int64_t n) {
            codes = task.a + n * task.a_stride + block.d0;
            if (block.d == block_d) return;
            std::memset(padded, 0, sizeof padded);
            std::memcpy(padded, codes, std::size_t(block.d) * sizeof *codes);
            codes = padded;
        }
    };

    // `count` rows of a from n on against the panel, over inner indices from .. to (even numbers): counts from level
    // rows, or by lookup in table rows of `wide` * 128 bytes.
    template <bool is_signed, bool rows, int wide, int count>
    static void count_some(const Task &task, const Block &block, std::int64_t n, int from, int to, Sums out) {
        constexpr std::size_t step = rows ? columns : 128 * wide;
        std::uint16_t row[count][block_d];
        std::uint32_t negative[count][block_d / 16];
        for (int k = 0; k < count; k++) {
            const RowCodes codes(task, block, n + k);
            for (int i = from / 16 * 16; i < to; i += 16)
                negative[k][i / 16] = V::magnitudes(codes.codes + i, row[k] + i);
            if constexpr (rows)
                for (int i = from; i < to; i++) row[k][i] = block.row_of[i][row[k][i]];
        }
        Vec sums[count][vectors][2];
        unroll<count>([&](auto k) SCMP_LAMBDA {
            unroll<vectors>([&](auto v) SCMP_LAMBDA {
                for (int half = 0; half < 2; half++)
                    sums[k][v][half] =
                        out.first ? V::zero() : V::load(out.words + k * columns + v * width + half * (width / 2));
            });
        });
        const Vec *signs = block.signs + from / 2 * (vectors * 2);
        for (int i = from; i < to; i += 2, signs += vectors * 2) {
            const std::uint8_t *panel = block.codes + i * columns;
            const std::uint8_t *source[count][2];
            Vec turn[count];
            unroll<count>([&](auto k) SCMP_LAMBDA {
                source[k][0] = block.source[i] + row[k][i] * step;
                source[k][1] = block.source[i + 1] + row[k][i + 1] * step;
                if constexpr (is_signed) turn[k] = V::broadcast(turns + (negative[k][i / 16] >> i % 16 & 3));
            });
            const auto add = [&](auto k, auto v, Vec x, Vec y, Vec low, Vec high) SCMP_LAMBDA {
                if constexpr (is_signed) {
                    low = V::turned(low, turn[k]);
                    high = V::turned(high, turn[k]);
                }
                sums[k][v][0] = V::add_words(sums[k][v][0], V::multiply_add(V::unpack_low(x, y), low));
                sums[k][v][1] = V::add_words(sums[k][v][1], V::multiply_add(V::unpack_high(x, y), high));
            };
            const auto low_signs = [&](auto v) SCMP_LAMBDA { return is_signed ? signs[v * 2] : V::ones(); };
            const auto high_signs = [&](auto v) SCMP_LAMBDA { return is_signed ? signs[v * 2 + 1] : V::ones(); };
            if constexpr (rows) {
                unroll<vectors>([&](auto v) SCMP_LAMBDA {
                    const Vec low = low_signs(v), high = high_signs(v);
                    unroll<count>([&](auto k) SCMP_LAMBDA {
                        add(k, v, V::load(source[k][0] + v * width), V::load(source[k][1] + v * width), low, high);
                    });
                });
            } else {
                typename V::template Table<wide> table[count][2];
                unroll<count>([&](auto k) SCMP_LAMBDA {
                    table[k][0].read(source[k][0]);
                    table[k][1].read(source[k][1]);
                });
                unroll<vectors>([&](auto v) SCMP_LAMBDA {
                    const Vec first = V::load(panel + v * width), second = V::load(panel + columns + v * width);
                    const Vec low = low_signs(v), high = high_signs(v);
                    unroll<count>([&](auto k)
                                      SCMP_LAMBDA { add(k, v, table[k][0](first), table[k][1](second), low, high); });
                });
            }
        }
        unroll<count>([&](auto k) SCMP_LAMBDA {
            unroll<vectors>([&](auto v) SCMP_LAMBDA {
                for (int half = 0; half < 2; half++) {
                    const int at = k * columns + v * width + half * (width / 2);
                    if (out.last)
                        V::add_to_sums(sums[k][v][half], out.sums + at);
                    else
                        V::store(out.words + at, sums[k][v][half]);
                }
            });
        });
    }

    template <bool is_signed, bool rows, int wide>
    static void count_rows(const Task &task, const Block &block, int from, int to, Sums out) {
        constexpr int together = wide == 1 ? V::rows_together : 1;
        std::int64_t n = 0;
        const auto at = [&] {
            Sums here = out;
            here.sums += n * columns;
            if (rows) here.words += n * columns;
            return here;
        };
        for (; n + together <= task.rows; n += together)
            count_some<is_signed, rows, wide, together>(task, block, n, from, to, at());
        for (; n < task.rows; n++) count_some<is_signed, rows, wide, 1>(task, block, n, from, to, at());
    }

    // The level rows of one inner index: (rows, columns) bytes.
    template <bool is_signed>
    static void write_level_rows(const streams::CountTables &tables, int pair, const std::uint8_t *codes,
                                 std::uint8_t *out) {
        for_level_rows<vectors, is_signed>(tables, pair, codes, [&](int, const Vec *counts) SCMP_LAMBDA {
            unroll<vectors>([&](auto v) SCMP_LAMBDA { V::store(out + v * width, counts[v]); });
            out += columns;
        });
    }

    // --- full pairs --------------------------------------------------------------------------------------------------

    // Least codes whose streams are all ones, of an inner index; beyond all codes where there are none.
    struct Full {
        int left, right;
    };
    static Full full_codes(const streams::CountTables &tables, int pair) {
        const std::uint16_t *row_of = tables.rows_of(pair);
        const std::uint16_t *ones = tables.ones_of(pair);
        const std::int16_t *first = tables.first_codes_of(pair);
        Full full{static_cast<int>(tables.left_codes()), 0};
        while (full.left > 0 && ones[row_of[full.left - 1]] == 256) full.left--;
        for (int i = 0; i < 256; i++) full.right = first[i] > full.right ? first[i] : full.right;
        return full;
    }

    // Adds what 256 exceeds 255 by: the signs of the columns whose code is full, times that of a's.
    template <bool is_signed>
    static void add_full_columns(const std::uint8_t *codes, int least, bool negative, std::int32_t *sums) {
        const Vec threshold = V::set_bytes(static_cast<std::uint8_t>(least));
        const Vec turn = V::broadcast(turns + (negative ? 3 : 0));
        for (int v = 0; v < vectors; v++) {
            const Vec code = V::load(codes + v * width);
            const Vec ones = V::count_from(V::zero(), is_signed ? V::without_sign(code) : code, threshold);
            const Vec sign = V::turned(is_signed ? V::signs(code) : V::ones(), turn);
            const Vec low = V::multiply_add(V::unpack_low(ones, V::zero()), V::unpack_low(sign, V::zero()));
            const Vec high = V::multiply_add(V::unpack_high(ones, V::zero()), V::unpack_high(sign, V::zero()));
            V::add_to_sums(low, sums + v * width);
            V::add_to_sums(high, sums + v * width + width / 2);
        }
    }

    // Which inner indices of a block can have full pairs, and from which codes on.
    struct FullBlock {
        std::int16_t left[block_d]; // least full left code; beyond all codes where there are no full pairs
        std::uint8_t right[block_d];
        bool any = false;
    };
    static FullBlock full_block(const streams::CountTables &tables, const Block &block) {
        FullBlock all{};
        Full full{};
        for (int i = 0; i < block_d; i++) {
            all.left[i] = INT16_MAX;
            if (i >= block.d || tables.streams.stoc_len != 256) continue;
            if (i == 0 || block.pair[i] != block.pair[i - 1]) full = full_codes(tables, block.pair[i]);
            if (full.left >= int(tables.left_codes()) || full.right >= int(tables.right_codes())) continue;
            all.left[i] = static_cast<std::int16_t>(full.left);
            all.right[i] = static_cast<std::uint8_t>(full.right);
            all.any = true;
        }
        return all;
    }

    template <bool is_signed> static void add_full(const Task &task, const Block &block) {
        const FullBlock full = full_block(*task.tables, block);
        if (!full.any) return;
        for (std::int64_t n = 0; n < task.rows; n++) {
            const RowCodes row(task, block, n);
            for (int from = 0; from < block.d; from += 16)
                for (std::uint32_t found = V::reaching(row.codes + from, full.left + from); found != 0;
                     found &= found - 1) {
                    const int i = from + __builtin_ctz(found);
                    add_full_columns<is_signed>(block.codes + i * columns, full.right[i], row.codes[i] < 0,
                                                task.sums + n * columns);
                }
        }
    }

    // --- a task ------------------------------------------------------------------------------------------------------

    static constexpr std::array<std::uint8_t, columns> columns_of_bytes() {
        std::array<std::uint8_t, columns> all{};
        for (int m = 0; m < columns; m++) {
            const int at = m / width * width + byte_of_column(m % width);
            all[std::size_t(at)] = static_cast<std::uint8_t>(m);
        }
        return all;
    }

    // One inner index after another, each column's count by itself, in the order of the panel's bytes.
    template <bool is_signed> static void count_one_by_one(const Task &task, const Block &block) {
        static constexpr std::array<std::uint8_t, columns> column = columns_of_bytes();
        const std::size_t row_bytes = table_row(task.tables->right_codes());
        for (std::int64_t n = 0; n < task.rows; n++) {
            std::int32_t *sums = task.sums + n * columns;
            for (int i = 0; i < block.d; i++) {
                const int code = task.a[n * task.a_stride + block.d0 + i];
                const std::int32_t flip = code < 0 ? -1 : 0;
                const std::uint8_t *counts = block.source[i] + std::size_t(code < 0 ? -code : code) * row_bytes;
                const std::uint8_t *right = block.codes + i * columns;
                for (int m = 0; m < columns; m++) {
                    const std::int32_t sign = is_signed ? flip ^ -std::int32_t(right[m] >> 7) : flip;
                    const std::int32_t count = counts[is_signed ? right[m] & (sign_bit - 1) : right[m]];
                    sums[column[std::size_t(m)]] += (count ^ sign) - sign;
                }
            }
        }
    }

    template <bool is_signed> static void count_by_table(const Task &task, Block &block) {
        const streams::CountTables &tables = *task.tables;
        const auto *prepared = reinterpret_cast<const std::uint8_t *>(tables.prepared.data());
        for (int i = 0; i < block.even; i++)
            block.source[i] = prepared + std::size_t(block.pair[i]) * table_bytes(tables);
        if constexpr (V::has_lookup) {
            const Sums sums{nullptr, task.sums, true, true};
            if (is_signed || table_row(tables.right_codes()) == 128)
                count_rows<is_signed, false, 1>(task, block, 0, block.even, sums);
            else
                count_rows<false, false, 2>(task, block, 0, block.even, sums);
        } else {
            count_one_by_one<is_signed>(task, block);
        }
    }

    template <bool is_signed>
    static void count_by_rows(const Task &task, Block &block, std::uint8_t *slab, std::int16_t *words) {
        const streams::CountTables &tables = *task.tables;
        for (int from = 0; from < block.even; from += slab_d) {
            const int to = from + slab_d < block.even ? from + slab_d : block.even;
            for (int i = from; i < to; i++) {
                std::uint8_t *rows = slab + std::size_t(i - from) * std::size_t(tables.max_rows) * columns;
                write_level_rows<is_signed>(tables, block.pair[i], block.codes + i * columns, rows);
                block.source[i] = rows;
            }
            count_rows<is_signed, true, 1>(task, block, from, to, {words, task.sums, from == 0, to == block.even});
        }
    }

    template <bool is_signed> static void count_task(const Task &task) {
        const streams::CountTables &tables = *task.tables;
        const bool table = by_table(tables, task.rows);
        auto *signs = reinterpret_cast<Vec *>(task.scratch);
        auto *slab = reinterpret_cast<std::uint8_t *>(task.scratch + signs_bytes);
        auto *words = reinterpret_cast<std::int16_t *>(slab + (table ? 0 : slab_bytes(tables)));
        std::memset(task.sums, 0, std::size_t(task.rows) * columns * sizeof(std::int32_t));
        Block block{};
        block.signs = signs;
        for (block.d0 = 0; block.d0 < task.d; block.d0 += block_d) {
            block.d = static_cast<int>(task.d - block.d0 < block_d ? task.d - block.d0 : block_d);
            block.even = (block.d + 1) / 2 * 2;
            block.codes = reinterpret_cast<const std::uint8_t *>(task.panel) + block.d0 * columns;
            // An odd one out is paired with code 0, which has no ones in any table.
            for (int i = 0; i < block.even; i++) {
                block.pair[i] = i < block.d ? tables.streams.pair_of(block.d0 + i) : block.pair[i - 1];
                block.row_of[i] = tables.rows_of(block.pair[i]);
            }
            if (is_signed) write_signs(block.codes, block.even, signs);
            if (table)
                count_by_table<is_signed>(task, block);
            else
                count_by_rows<is_signed>(task, block, slab, words);
            add_full<is_signed>(task, block);
        }
    }

    // Whether codes have signs follows from how many there are: more than 128 right codes fit a byte only without.
    static void count(const Task &task) {
        if (task.tables->right_codes() <= 128)
            count_task<true>(task);
        else
            count_task<false>(task);
    }

    static bool fits(const Demand &demand) {
        const std::size_t most = demand.is_signed ? 128 : 256;
        return demand.stoc_len <= 256 && demand.left_codes <= most && demand.right_codes <= most;
    }
};

template <class V> constexpr Kernel byte_kernel(const char *name) {
    using K = ByteKernel<V>;
    return {
        .name = name,
        .columns = K::columns,
        .max_rows = V::has_lookup ? 512 : 1024,
        .min_rows = 64,
        .task_products = std::int64_t(1) << 30,
        .fits = K::fits,
        .panel_bytes = K::panel_bytes,
        .pack = K::pack,
        .wants_prepared = K::wants_prepared,
        .prepared_bytes = K::prepared_bytes,
        .prepare = K::prepare,
        .scratch_bytes = K::scratch_bytes,
        .count = K::count,
    };
}

} // namespace
} // namespace scmp::count
