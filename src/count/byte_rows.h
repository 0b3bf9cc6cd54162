// Level rows: for a few inner indices ("slab") and one vector of a panel's columns, the counts of every left code,
// written out so that each row of a then adds, per inner index, the row of its own code.
//
// A slab has eight inner indices. Its rows, (8, left codes, width) bytes, are meant to stay in the first-level cache or
// just beyond; the 16-bit sums of the task's rows pass by from the second-level cache, once per slab, and so do the
// offsets into the level rows, which is why they are made once for all panels and in this order (LeftRows). The row of
// a code is that of the code before plus one for each further draw that lets the column's level through.
#pragma once

#include "count/byte_panel.h"

namespace scmp::count {
namespace {

// Halves of 128 codes that a row of prepared tables has: codes without signs are those of more than 128 levels.
template <bool is_signed> constexpr int table_halves = is_signed ? 1 : 2;

template <class V> struct LevelRows {
    using Vec = typename V::Vec;
    using P = Panel<V>;
    static constexpr int width = P::width, columns = P::columns;

    // --- writing ---------------------------------------------------------------------------------------------------

    // Calls visit(code, counts) for every left code of a pair's table in ascending order, with the counts, at most 255,
    // of `count` vectors of right codes.
    template <int count, bool is_signed, class Visit>
    static SCMP_INLINE void for_each_code(const streams::CountTables &tables, int pair,
                                          const std::uint8_t *const *codes, Visit visit) {
        const std::uint16_t *row_of = tables.table_rows_of(pair);
        const std::uint16_t *ones = tables.ones_of(pair);
        const std::int16_t *first = tables.first_codes_of(pair);
        const auto most = static_cast<int>(tables.right_codes()) - 1;
        const auto left_codes = static_cast<int>(tables.left_codes());
        Vec level[count], running[count];
        unroll<count>([&](auto v) SCMP_LAMBDA {
            const Vec code = V::load(codes[v]);
            level[v] = V::comparable(is_signed ? V::without_sign(code) : code);
            running[v] = V::zero();
        });
        const auto draw = [&](int i, auto add) SCMP_LAMBDA {
            if (!is_signed && first[i] > most) return; // a draw that no level lets through; signed ones are below 128
            const Vec threshold = V::threshold(static_cast<std::uint8_t>(first[i]));
            unroll<count>([&](auto v) SCMP_LAMBDA { running[v] = add(running[v], level[v], threshold); });
        };
        for (int code = 0, i = 0; code < left_codes; code++) {
            const int end = ones[row_of[code]];
            for (; i < end && i < 255; i++) draw(i, V::count_from);
            for (; i < end; i++) draw(i, V::count_last);
            visit(code, running);
        }
    }

    // The level rows of `count` neighbouring inner indices that share a table, from `codes` of the panel on.
    template <int count, bool is_signed>
    static void write(const streams::CountTables &tables, int pair, const std::uint8_t *codes, std::uint8_t *out) {
        const std::size_t stride = tables.left_codes() * width;
        const std::uint8_t *from[count];
        for (int i = 0; i < count; i++) from[i] = codes + i * columns;
        for_each_code<count, is_signed>(tables, pair, from, [&](int code, const Vec *counts) SCMP_LAMBDA {
            unroll<count>([&](auto i) SCMP_LAMBDA { V::store(out + i * stride + code * width, counts[i]); });
        });
    }

    template <bool is_signed>
    static void write_slab(const Task &task, const std::uint8_t *codes, std::int64_t d0, std::uint8_t *out) {
        const streams::CountTables &tables = *task.plan.tables;
        constexpr int together = V::rows_together;
        const std::size_t stride = tables.left_codes() * width;
        const auto pair_of = [&](std::int64_t i) { return tables.streams.pair_of(i < task.d ? i : task.d - 1); };
        for (int i = 0; i < slab_d; i += together) {
            const int pair = pair_of(d0 + i);
            bool same = true;
            for (int k = 1; k < together; k++) same = same && pair_of(d0 + i + k) == pair;
            if (same)
                write<together, is_signed>(tables, pair, codes + i * columns, out + std::size_t(i) * stride);
            else
                for (int k = i; k < i + together; k++)
                    write<1, is_signed>(tables, pair_of(d0 + k), codes + k * columns, out + std::size_t(k) * stride);
        }
    }

    // --- prepared tables: (pairs, left codes, table_row_bytes) -----------------------------------------------------

    static constexpr std::size_t table_row_bytes(const streams::CountTables &tables) {
        return tables.right_codes() <= 128 ? 128 : 256;
    }
    static int table_shift(const streams::CountTables &tables) { return __builtin_ctzll(table_row_bytes(tables)); }
    static std::size_t table_bytes(const streams::CountTables &tables) {
        return tables.left_codes() * table_row_bytes(tables);
    }
    static const std::uint8_t *table_of(const streams::CountTables &tables, int pair) {
        return reinterpret_cast<const std::uint8_t *>(tables.prepared.data()) + std::size_t(pair) * table_bytes(tables);
    }

    // A table row is a level row of columns that have each code once.
    static void prepare(const streams::CountTables &tables, std::byte *out) {
        std::uint8_t each_code[256];
        const std::uint8_t *codes[256 / width];
        for (int code = 0; code < 256; code++) each_code[code] = static_cast<std::uint8_t>(code);
        for (int v = 0; v < 256 / width; v++) codes[v] = each_code + v * width;
        auto *table = reinterpret_cast<std::uint8_t *>(out);
        for (int pair = 0; pair < tables.pairs(); pair++, table += table_bytes(tables))
            if (table_row_bytes(tables) == 128)
                for_each_code<128 / width, false>(tables, pair, codes, [&](int code, const Vec *counts) {
                    std::memcpy(table + code * 128, counts, 128);
                });
            else
                for_each_code<256 / width, false>(tables, pair, codes, [&](int code, const Vec *counts) {
                    std::memcpy(table + code * 256, counts, 256);
                });
    }

    // --- adding ----------------------------------------------------------------------------------------------------

    // Adds a slab to the 16-bit sums of all rows: from zero in the first slab of a block; in the last one the sums go
    // on to the 32-bit sums. codes and sums: of this vector.
    template <bool is_signed, bool first, bool last>
    static void add_slab(const Task &task, const Turned<slab_d> *left, const std::uint8_t *codes,
                         const std::uint8_t *level_rows, std::int16_t *words, std::int32_t *sums) {
        const std::size_t stride = task.plan.tables->left_codes() * width;
        Vec signs[slab_d / 2][2];
        for (int p = 0; p < slab_d / 2; p++)
            P::template signs<is_signed>(codes + 2 * p * columns, signs[p][0], signs[p][1]);
        for (std::int64_t n = 0; n < task.rows; n++, left++, words += width, sums += columns) {
            Vec low = first ? V::zero() : V::load(words);
            Vec high = first ? V::zero() : V::load(words + width / 2);
            unroll<slab_d / 2>([&](auto p) SCMP_LAMBDA {
                const std::uint8_t *rows = level_rows + 2 * p * stride;
                const Vec x = V::load(rows + left->offset[2 * p]);
                const Vec y = V::load(rows + stride + left->offset[2 * p + 1]);
                Vec low_signs = signs[p][0], high_signs = signs[p][1];
                if constexpr (is_signed) {
                    const Vec turn = V::broadcast(left->turn + p);
                    low_signs = V::turned(low_signs, turn);
                    high_signs = V::turned(high_signs, turn);
                }
                low = V::add_words(low, V::multiply_add(V::unpack_low(x, y), low_signs));
                high = V::add_words(high, V::multiply_add(V::unpack_high(x, y), high_signs));
            });
            if constexpr (last) {
                V::add_to_sums(low, sums);
                V::add_to_sums(high, sums + width / 2);
            } else {
                V::store(words, low);
                V::store(words + width / 2, high);
            }
        }
    }

    static int vector_shift(const streams::CountTables &) { return __builtin_ctz(width); }
    static std::size_t slab_bytes(const streams::CountTables &tables) {
        return std::size_t(slab_d) * tables.left_codes() * width;
    }
    static std::size_t scratch_bytes(const Plan &plan) {
        return slab_bytes(*plan.tables) + std::size_t(plan.rows) * width * sizeof(std::int16_t);
    }

    template <bool is_signed> static void count_panel(const Task &task, const std::uint8_t *panel, std::int32_t *sums) {
        const LeftRows<Turned<slab_d>> left(task.left, task.rows, task.d);
        auto *slab = reinterpret_cast<std::uint8_t *>(task.scratch);
        auto *words = reinterpret_cast<std::int16_t *>(task.scratch + slab_bytes(*task.plan.tables));
        std::memset(sums, 0, std::size_t(task.rows) * columns * sizeof *sums);
        for (int m = 0; m < columns; m += width)
            for (std::int64_t d0 = 0; d0 < task.d; d0 += slab_d) {
                const std::uint8_t *codes = panel + d0 * columns + m;
                const bool first = d0 % block_d == 0;
                const bool last = (d0 + slab_d) % block_d == 0 || d0 + slab_d >= task.d;
                write_slab<is_signed>(task, codes, d0, slab);
                const auto add = first ? (last ? add_slab<is_signed, true, true> : add_slab<is_signed, true, false>)
                                       : (last ? add_slab<is_signed, false, true> : add_slab<is_signed, false, false>);
                add(task, left.at(d0), codes, slab, words, sums + m);
            }
        P::template add_full<is_signed>(task, panel, left, sums);
    }

    static constexpr Method method = {
        .name = V::level_rows_name,
        .task_panels = 1,
        .left_bytes = left_rows_bytes<Turned<slab_d>>,
        .pack_left = pack_left_rows<Turned<slab_d>, vector_shift>,
        .scratch_bytes = scratch_bytes,
        .count = count_panels<LevelRows>,
    };
};

} // namespace
} // namespace scmp::count
