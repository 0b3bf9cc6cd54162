// Lookups of 16-bit words (VPERMI2W), for few rows of a where bytes cannot be shuffled: from the same prepared tables
// as the byte lookups, whose row for a left code is then 64 words of two counts.
//
// A column's code, halved, finds a word; the lower bit says which of its two counts is meant. VPMADDUBSW with the sign
// in that byte and 0 in the other makes it a signed word, without any interleaving. A negative code of a complements
// it: (v ^ -1) = -v - 1, so the sums start at the number of negative codes of the block.
#pragma once

#include "count/byte_rows.h"

namespace scmp::count {
namespace {

struct Flipped {
    static constexpr int size = block_d;
    std::uint16_t offset[size];
    std::int32_t flip[size];      // -1 where the code is negative, else 0
    std::int16_t start[size / 8]; // how many of each eight are negative

    SCMP_INLINE void write(const std::int16_t *codes, int shift, int at) {
        const __m128i code = load_codes(codes);
        store_left(offset + at, _mm_sll_epi16(_mm_abs_epi16(code), _mm_cvtsi32_si128(shift)));
        const __m128i negative = _mm_srai_epi16(code, 15);
        store_left(flip + at, _mm_unpacklo_epi16(negative, negative));
        store_left(flip + at + 4, _mm_unpackhi_epi16(negative, negative));
        start[at / 8] = static_cast<std::int16_t>(__builtin_popcount(unsigned(_mm_movemask_epi8(negative))) / 2);
    }
    std::int16_t negatives() const {
        int all = 0;
        for (const std::int16_t some : start) all += some;
        return static_cast<std::int16_t>(all);
    }
};

template <class V> struct WordLookup {
    using Vec = typename V::Vec;
    using P = Panel<V>;
    static constexpr int width = P::width, columns = P::columns;
    static constexpr int halves = 2 * P::vectors; // of vectors: each has width / 2 columns

    // The panel's codes of one inner index, taken apart: which word, and the sign in the byte that is meant.
    struct Columns {
        Vec word[halves], sign[halves];
    };
    static std::size_t scratch_bytes(const Plan &) { return block_d * sizeof(Columns); }

    template <bool is_signed> static void expand(const std::uint8_t *codes, Columns &to) {
        for (int v = 0; v < P::vectors; v++) {
            const Vec code = V::load(codes + v * width);
            const Vec sign = is_signed ? V::signs(code) : V::ones();
            const Vec even = V::where_even(code, sign), odd = V::where_odd(code, sign);
            to.word[2 * v] = V::halved(V::unpack_low(code, V::zero()));
            to.word[2 * v + 1] = V::halved(V::unpack_high(code, V::zero()));
            to.sign[2 * v] = V::unpack_low(even, odd);
            to.sign[2 * v + 1] = V::unpack_high(even, odd);
        }
    }

    // `count` rows of a against the panel; table rows of `wide` * 128 bytes.
    template <bool is_signed, int wide, int count>
    static SCMP_INLINE void add_rows(const Columns *all, const std::uint8_t *const *table, int d, const Flipped *left,
                                     std::int32_t *sums_out) {
        Vec sums[count][halves];
        unroll<count>([&](auto k) SCMP_LAMBDA {
            unroll<halves>([&](auto h)
                               SCMP_LAMBDA { sums[k][h] = is_signed ? V::set_words(left[k].negatives()) : V::zero(); });
        });
        for (int i = 0; i < d; i++) {
            Vec word[halves], sign[halves];
            unroll<halves>([&](auto h) SCMP_LAMBDA {
                word[h] = all[i].word[h];
                sign[h] = all[i].sign[h];
            });
            unroll<count>([&](auto k) SCMP_LAMBDA {
                const typename V::template Table<wide> counts(table[i] + left[k].offset[i]);
                const Vec flip = is_signed ? V::broadcast(left[k].flip + i) : V::zero();
                unroll<halves>([&](auto h) SCMP_LAMBDA {
                    const Vec signed_counts = V::multiply_add(counts(word[h]), sign[h]);
                    sums[k][h] = V::add_words(sums[k][h], is_signed ? V::turned(signed_counts, flip) : signed_counts);
                });
            });
        }
        unroll<count>([&](auto k) SCMP_LAMBDA {
            unroll<halves>([&](auto h)
                               SCMP_LAMBDA { V::add_to_sums(sums[k][h], sums_out + k * columns + h * (width / 2)); });
        });
    }

    template <bool is_signed, int wide>
    static void add_block(const Task &task, const Columns *all, const std::uint8_t *const *table, int d,
                          const Flipped *left, std::int32_t *sums) {
        std::int64_t n = 0;
        for (; n + 4 <= task.rows; n += 4) add_rows<is_signed, wide, 4>(all, table, d, left + n, sums + n * columns);
        for (; n < task.rows; n++) add_rows<is_signed, wide, 1>(all, table, d, left + n, sums + n * columns);
    }

    template <bool is_signed> static void count_panel(const Task &task, const std::uint8_t *panel, std::int32_t *sums) {
        const streams::CountTables &tables = *task.plan.tables;
        const LeftRows<Flipped> left(task.left, task.rows, task.d);
        auto *all = reinterpret_cast<Columns *>(task.scratch);
        const std::uint8_t *table[block_d];
        std::memset(sums, 0, std::size_t(task.rows) * columns * sizeof *sums);
        for (std::int64_t d0 = 0; d0 < task.d; d0 += block_d) {
            const int some = static_cast<int>(task.d - d0 < block_d ? task.d - d0 : block_d);
            for (int i = 0; i < some; i++) {
                table[i] = LevelRows<V>::table_of(tables, tables.streams.pair_of(d0 + i));
                expand<is_signed>(panel + (d0 + i) * columns, all[i]);
            }
            add_block<is_signed, table_halves<is_signed>>(task, all, table, some, left.at(d0), sums);
        }
        P::template add_full<is_signed>(task, panel, left, sums);
    }

    static constexpr Method method = {
        .name = V::lookup_name,
        .task_panels = 1,
        .left_bytes = left_rows_bytes<Flipped>,
        .pack_left = pack_left_rows<Flipped, LevelRows<V>::table_shift>,
        .scratch_bytes = scratch_bytes,
        .count = count_panels<WordLookup>,
    };
};

} // namespace
} // namespace scmp::count
