// Lookups: counts by byte shuffles (VPERMI2B) from prepared tables, whose row for a left code is two vectors.
//
// Four rows of a and two vectors of columns at a time: their 16-bit sums stay in registers for a block of inner
// indices, and each table row that is loaded serves both vectors.
#pragma once

#include "count/byte_rows.h"

namespace scmp::count {
namespace {

template <class V> struct ByteLookup {
    using Vec = typename V::Vec;
    using P = Panel<V>;
    static constexpr int width = P::width, vectors = P::vectors, columns = P::columns;

    static std::size_t scratch_bytes(const Plan &) { return std::size_t(block_d) * columns; } // signs
    struct Block {
        int d; // inner indices, rounded up to an even number
        const std::uint8_t *codes;
        const Vec *signs; // (d / 2, vectors, low and high)
        const std::uint8_t *table[block_d];
    };

    // `count` rows of a against the panel; table rows of `wide` * 128 bytes.
    template <bool is_signed, int wide, int count>
    static SCMP_INLINE void add_rows(const Block &block, const Turned<block_d> *left, std::int32_t *sums_out) {
        Vec sums[count][vectors][2];
        unroll<count>([&](auto k) SCMP_LAMBDA {
            unroll<vectors>([&](auto v) SCMP_LAMBDA { sums[k][v][0] = sums[k][v][1] = V::zero(); });
        });
        const Vec *sign = block.signs;
        for (int i = 0; i < block.d; i += 2, sign += vectors * 2) {
            const std::uint8_t *codes = block.codes + i * columns;
            Vec first[vectors], second[vectors], low_signs[vectors], high_signs[vectors];
            unroll<vectors>([&](auto v) SCMP_LAMBDA {
                first[v] = V::load(codes + v * width);
                second[v] = V::load(codes + columns + v * width);
                low_signs[v] = is_signed ? sign[v * 2] : V::ones();
                high_signs[v] = is_signed ? sign[v * 2 + 1] : V::ones();
            });
            unroll<count>([&](auto k) SCMP_LAMBDA {
                const typename V::template Table<wide> x(block.table[i] + left[k].offset[i]);
                const typename V::template Table<wide> y(block.table[i + 1] + left[k].offset[i + 1]);
                const Vec turn = is_signed ? V::broadcast(left[k].turn + i / 2) : V::zero();
                unroll<vectors>([&](auto v) SCMP_LAMBDA {
                    const Vec a = x(first[v]), b = y(second[v]);
                    const Vec low = is_signed ? V::turned(low_signs[v], turn) : low_signs[v];
                    const Vec high = is_signed ? V::turned(high_signs[v], turn) : high_signs[v];
                    sums[k][v][0] = V::add_words(sums[k][v][0], V::multiply_add(V::unpack_low(a, b), low));
                    sums[k][v][1] = V::add_words(sums[k][v][1], V::multiply_add(V::unpack_high(a, b), high));
                });
            });
        }
        unroll<count>([&](auto k) SCMP_LAMBDA {
            unroll<vectors>([&](auto v) SCMP_LAMBDA {
                V::add_to_sums(sums[k][v][0], sums_out + k * columns + v * width);
                V::add_to_sums(sums[k][v][1], sums_out + k * columns + v * width + width / 2);
            });
        });
    }

    template <bool is_signed, int wide>
    static void add_block(const Block &block, const Turned<block_d> *left, std::int64_t rows, std::int32_t *sums) {
        constexpr int together = wide == 1 ? 4 : 2;
        std::int64_t n = 0;
        for (; n + together <= rows; n += together)
            add_rows<is_signed, wide, together>(block, left + n, sums + n * columns);
        for (; n < rows; n++) add_rows<is_signed, wide, 1>(block, left + n, sums + n * columns);
    }

    // A block's inner indices: their tables and signs.
    template <bool is_signed>
    static Block block_at(const Task &task, const std::uint8_t *panel, std::int64_t d0, Vec *signs) {
        const streams::CountTables &tables = *task.plan.tables;
        const int some = static_cast<int>(task.d - d0 < block_d ? task.d - d0 : block_d);
        Block block;
        block.d = static_cast<int>(round_up(some, 2));
        block.codes = panel + d0 * columns;
        block.signs = signs;
        for (int i = 0; i < block.d; i++)
            block.table[i] = LevelRows<V>::table_of(tables, tables.streams.pair_of(d0 + (i < some ? i : 0)));
        if constexpr (is_signed)
            for (int i = 0; i < block.d; i += 2)
                for (int v = 0; v < vectors; v++, signs += 2)
                    P::template signs<true>(block.codes + i * columns + v * width, signs[0], signs[1]);
        return block;
    }

    template <bool is_signed> static void count_panel(const Task &task, const std::uint8_t *panel, std::int32_t *sums) {
        constexpr std::int64_t near_rows = 256; // whose sums stay in a near cache
        const LeftRows<Turned<block_d>> left(task.left, task.rows, task.d);
        std::memset(sums, 0, std::size_t(task.rows) * columns * sizeof *sums);
        for (std::int64_t n = 0; n < task.rows; n += near_rows) {
            const std::int64_t rows = task.rows - n < near_rows ? task.rows - n : near_rows;
            for (std::int64_t d0 = 0; d0 < task.d; d0 += block_d) {
                const Block block = block_at<is_signed>(task, panel, d0, reinterpret_cast<Vec *>(task.scratch));
                add_block<is_signed, table_halves<is_signed>>(block, left.at(d0) + n, rows, sums + n * columns);
            }
        }
        P::template add_full<is_signed>(task, panel, left, sums);
    }

    static constexpr Method method = {
        .name = V::lookup_name,
        .task_panels = 1,
        .left_bytes = left_rows_bytes<Turned<block_d>>,
        .pack_left = pack_left_rows<Turned<block_d>, LevelRows<V>::table_shift>,
        .scratch_bytes = scratch_bytes,
        .count = count_panels<ByteLookup>,
    };
};

} // namespace
} // namespace scmp::count
