// Few rows of a against many columns, without byte shuffles: the other way round, level rows of b's codes.
//
// For eight rows of a and eight inner indices ("slab") the signed counts with every code byte of b are written out as
// 16-bit words: (8, 256 bytes, 8 rows of a), 32 KiB, from prepared tables. Each column then adds, per inner index, the
// eight words of its own code byte. One such table serves all panels of the task.
#pragma once

#include "count/byte_rows.h"

namespace scmp::count {
namespace {

template <class V> struct FewRows {
    using P = Panel<V>;
    static constexpr int columns = P::columns;
    static constexpr int together = 8; // rows of a
    static constexpr std::size_t table_bytes = 256 * together * sizeof(std::int16_t);

    static __m128i load(const void *p) { return _mm_loadu_si128(static_cast<const __m128i *>(p)); }
    static void store(void *p, __m128i v) { _mm_storeu_si128(static_cast<__m128i *>(p), v); }

    // --- the table of one inner index ------------------------------------------------------------------------------

    // 16 codes' counts of eight rows of a, transposed and signed: out[code][row]; sign: 0 or -1 for each row.
    static SCMP_INLINE void transpose(const std::uint8_t *const *counts, int code, __m128i sign, std::int16_t *out,
                                      std::int16_t *negated) {
        __m128i two[8], four[8], eight[8];
        for (int k = 0; k < 4; k++) {
            const __m128i x = load(counts[2 * k] + code), y = load(counts[2 * k + 1] + code);
            two[k] = _mm_unpacklo_epi8(x, y);
            two[4 + k] = _mm_unpackhi_epi8(x, y);
        }
        for (int half = 0; half < 2; half++)
            for (int k = 0; k < 2; k++) {
                const __m128i x = two[half * 4 + 2 * k], y = two[half * 4 + 2 * k + 1];
                four[half * 4 + k] = _mm_unpacklo_epi16(x, y);
                four[half * 4 + 2 + k] = _mm_unpackhi_epi16(x, y);
            }
        for (int quarter = 0; quarter < 4; quarter++) {
            eight[quarter * 2] = _mm_unpacklo_epi32(four[quarter * 2], four[quarter * 2 + 1]);
            eight[quarter * 2 + 1] = _mm_unpackhi_epi32(four[quarter * 2], four[quarter * 2 + 1]);
        }
        const __m128i zero = _mm_setzero_si128();
        for (int i = 0; i < 16; i++) {
            const __m128i words =
                i % 2 == 0 ? _mm_unpacklo_epi8(eight[i / 2], zero) : _mm_unpackhi_epi8(eight[i / 2], zero);
            const __m128i value = _mm_sub_epi16(_mm_xor_si128(words, sign), sign);
            store(out + (code + i) * together, value);
            if (negated != nullptr) store(negated + (code + i) * together, _mm_sub_epi16(zero, value));
        }
    }

    // rows: how many of the eight there are; codes: of the first one at this inner index.
    template <bool is_signed>
    static void write_table(const streams::CountTables &tables, int pair, const std::int16_t *codes,
                            std::int64_t stride, int rows, std::int16_t *out) {
        const std::size_t row_bytes = LevelRows<V>::table_row_bytes(tables);
        const std::uint8_t *table = LevelRows<V>::table_of(tables, pair);
        const std::uint8_t *counts[together];
        alignas(16) std::int16_t sign[together];
        for (int k = 0; k < together; k++) {
            const int code = k < rows ? codes[k * stride] : 0;
            counts[k] = table + std::size_t(magnitude(code)) * row_bytes;
            sign[k] = code < 0 ? -1 : 0;
        }
        std::int16_t *negated = is_signed ? out + sign_bit * together : nullptr;
        for (int code = 0; code < int(row_bytes); code += 16) transpose(counts, code, load(sign), out, negated);
        if (!has_full(tables)) return;
        for (int k = 0; k < rows; k++) {
            if (magnitude(codes[k * stride]) < tables.full_left[std::size_t(pair)]) continue;
            for (int code = tables.full_right[std::size_t(pair)]; code < int(tables.right_codes()); code++) {
                const int one = sign[k] < 0 ? -1 : 1;
                out[code * together + k] = static_cast<std::int16_t>(out[code * together + k] + one);
                if (is_signed)
                    negated[code * together + k] = static_cast<std::int16_t>(negated[code * together + k] - one);
            }
        }
    }

    // --- counting --------------------------------------------------------------------------------------------------

    // The scratch of one worker: the tables of a slab, and the sums of eight rows for each byte of the panels, in 16
    // and 32 bits.
    struct Scratch {
        std::int16_t *tables;
        std::int16_t *words;
        std::int32_t *sums;

        Scratch(const Task &task) {
            tables = reinterpret_cast<std::int16_t *>(task.scratch);
            words = reinterpret_cast<std::int16_t *>(task.scratch + slab_d * table_bytes);
            sums = reinterpret_cast<std::int32_t *>(words + task.plan.panels * columns * together);
        }
    };
    static std::size_t scratch_bytes(const Plan &plan) {
        return slab_d * table_bytes + std::size_t(plan.panels) * columns * together * 6;
    }

    // One slab and one panel: words[byte] += the tables' words of the codes of this byte.
    static void add_slab(const std::int16_t *tables, const std::uint8_t *codes, std::int16_t *words) {
        const auto *bytes = reinterpret_cast<const std::uint8_t *>(tables);
        for (int m = 0; m < columns; m++, codes++, words += together) {
            __m128i sum = load(words);
            unroll<slab_d>([&](auto i) SCMP_LAMBDA {
                const std::size_t entry = std::size_t(codes[i * columns]) * (together * sizeof *words);
                sum = _mm_add_epi16(sum, load(bytes + i * table_bytes + entry));
            });
            store(words, sum);
        }
    }

    static void add_words(std::int64_t number, std::int16_t *words, std::int32_t *sums) {
        for (std::int64_t m = 0; m < number; m++, words += together, sums += together) {
            const __m128i word = load(words);
            const __m128i sign = _mm_srai_epi16(word, 15);
            store(sums, _mm_add_epi32(load(sums), _mm_unpacklo_epi16(word, sign)));
            store(sums + 4, _mm_add_epi32(load(sums + 4), _mm_unpackhi_epi16(word, sign)));
            store(words, _mm_setzero_si128());
        }
    }

    // Eight rows from n on, all panels.
    template <bool is_signed> static void count_rows(const Task &task, std::int64_t n) {
        const streams::CountTables &tables = *task.plan.tables;
        const Scratch scratch(task);
        const int rows = static_cast<int>(task.rows - n < together ? task.rows - n : together);
        const std::int64_t number = task.panels * columns;
        std::memset(scratch.words, 0, std::size_t(number) * together * sizeof *scratch.words);
        std::memset(scratch.sums, 0, std::size_t(number) * together * sizeof *scratch.sums);
        for (std::int64_t d0 = 0; d0 < task.d; d0 += slab_d) {
            for (int i = 0; i < slab_d; i++) {
                std::int16_t *table = scratch.tables + std::size_t(i) * (table_bytes / sizeof *table);
                if (d0 + i < task.d)
                    write_table<is_signed>(tables, tables.streams.pair_of(d0 + i), task.a + n * task.a_stride + d0 + i,
                                           task.a_stride, rows, table);
                else
                    std::memset(table, 0, together * sizeof *table); // the panel has code 0 there
            }
            for (std::int64_t p = 0; p < task.panels; p++) {
                const auto *codes = reinterpret_cast<const std::uint8_t *>(task.panel) + d0 * columns +
                                    std::size_t(p) * task.panel_stride;
                if (p + 2 < task.panels) // panels are far apart; their next lines would be waited for
                    for (int i = 0; i < slab_d * columns; i += 64)
                        _mm_prefetch(reinterpret_cast<const char *>(codes + 2 * task.panel_stride + i), _MM_HINT_T0);
                add_slab(scratch.tables, codes, scratch.words + p * columns * together);
            }
            if ((d0 + slab_d) % block_d == 0 || d0 + slab_d >= task.d) add_words(number, scratch.words, scratch.sums);
        }
        for (std::int64_t p = 0; p < task.panels; p++)
            for (int k = 0; k < rows; k++) {
                std::int32_t *to = task.sums + (p * task.rows + n + k) * columns;
                for (int m = 0; m < columns; m++)
                    to[m] = scratch.sums[(p * columns + P::byte_of_column(m)) * together + k];
            }
    }

    static void count(const Task &task) {
        const auto count_some = has_signs(*task.plan.tables) ? count_rows<true> : count_rows<false>;
        for (std::int64_t n = 0; n < task.rows; n += together) count_some(task, n);
    }

    static constexpr Method method = {
        .name = V::lookup_name,
        .task_panels = 4096 / columns, // one table serves them all
        .left_bytes = [](const Plan &, std::int64_t) { return std::size_t(0); },
        .pack_left = nullptr,
        .scratch_bytes = scratch_bytes,
        .count = count,
    };
};

} // namespace
} // namespace scmp::count
