// The common part of the byte kernels: how codes of both sides are laid out, and counts that do not fit a byte.
//
// Everything here is in an unnamed namespace and included by one file per instruction set, which supplies the vectors
// V; nothing has external linkage, so that no code compiled for one instruction set can end up in another's.
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
#define SCMP_LAMBDA __attribute__((always_inline))

// Calls f(integral_constant) for 0 .. N: indices that are constants keep arrays of vectors in registers.
template <class F, int... I> SCMP_INLINE void unroll(std::integer_sequence<int, I...>, F &&f) {
    (f(std::integral_constant<int, I>{}), ...);
}
template <int N, class F> SCMP_INLINE void unroll(F &&f) {
    unroll(std::make_integer_sequence<int, N>{}, f);
}

// A method is one way to count tasks: it says where the counts come from. See byte_kernel.h.
struct Method {
    const char *name;
    std::int64_t task_panels; // panels in one task
    // The slots of the same names of a Kernel.
    std::size_t (*left_bytes)(const Plan &plan, std::int64_t d);
    void (*pack_left)(const Plan &plan, const std::int16_t *a, std::int64_t a_stride, std::int64_t rows, std::int64_t d,
                      std::byte *left);
    std::size_t (*scratch_bytes)(const Plan &plan);
    void (*count)(const Task &task);
};

constexpr int block_d = 64; // inner indices that are added in 16 bits
constexpr int slab_d = 8;   // inner indices that level rows or tables are written for at a time; divides block_d
constexpr std::uint8_t sign_bit = 128; // of a signed code's byte
static_assert(block_d / 2 * 510 < 1 << 15);

// This is not base/divide.h's: what is compiled for one instruction set shares no code with the rest.
constexpr std::int64_t round_up(std::int64_t d, int to) {
    return (d + to - 1) / to * to;
}
inline int magnitude(int code) {
    return code < 0 ? -code : code;
}

// True where some count may be 256: then 255 is counted, and the missing one is added by itself.
inline bool has_full(const streams::CountTables &tables) {
    return tables.streams.stoc_len == 256;
}

// More than 128 right codes fit a byte only without signs.
inline bool has_signs(const streams::CountTables &tables) {
    return tables.right_codes() <= 128;
}

// --- the left operand -----------------------------------------------------------------------------------------------

inline __m128i load_codes(const std::int16_t *codes) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i *>(codes));
}
inline void store_left(void *to, __m128i v) {
    _mm_storeu_si128(static_cast<__m128i *>(to), v);
}

// A piece of a row of a in the form that the inner loops read, over some inner indices: where in a table or in level
// rows the row of its code starts, and the bytes that turn the signs of each pair of inner indices: 0xFE for negative
// codes, twice.
template <int number> struct Turned {
    static constexpr int size = number;
    std::uint16_t offset[size];
    std::uint32_t turn[size / 2];

    // Eight codes; offset = magnitude << shift.
    SCMP_INLINE void write(const std::int16_t *codes, int shift, int at) {
        const __m128i code = load_codes(codes);
        store_left(offset + at, _mm_sll_epi16(_mm_abs_epi16(code), _mm_cvtsi32_si128(shift)));
        const __m128i negative = _mm_srai_epi16(code, 15);
        const __m128i bytes = _mm_and_si128(_mm_packs_epi16(negative, negative), _mm_set1_epi8(-2));
        store_left(turn + at / 2, _mm_unpacklo_epi16(bytes, bytes));
    }
};

// The left operand of one task: pieces as (pieces, rows), then the bits of full codes as (blocks, rows).
template <class Piece> struct LeftRows {
    static constexpr int size = Piece::size;
    Piece *all;
    std::uint64_t *full;
    std::int64_t rows;

    LeftRows(const std::byte *data, std::int64_t number, std::int64_t d)
        : all(reinterpret_cast<Piece *>(const_cast<std::byte *>(data))),
          full(reinterpret_cast<std::uint64_t *>(all + number * (round_up(d, size) / size))), rows(number) {}

    static std::size_t bytes(const streams::CountTables &tables, std::int64_t number, std::int64_t d) {
        const std::int64_t blocks = has_full(tables) ? round_up(d, block_d) / block_d : 0;
        return std::size_t(number) *
               (std::size_t(round_up(d, size) / size) * sizeof(Piece) + std::size_t(blocks) * sizeof *full);
    }
    Piece *at(std::int64_t d0) const { return all + d0 / size * rows; }
    std::uint64_t *full_at(std::int64_t d0) const { return full + d0 / block_d * rows; }
};

// Bit i: the magnitude of codes[i] is at least least[i]; eight of each.
inline std::uint64_t reaching(const std::int16_t *codes, const std::int16_t *least) {
    const __m128i below = _mm_cmpgt_epi16(load_codes(least), _mm_abs_epi16(load_codes(codes)));
    return static_cast<std::uint64_t>(~_mm_movemask_epi8(_mm_packs_epi16(below, below)) & 0xFF);
}

// Method::left_bytes and Method::pack_left of a method that takes the left operand in pieces. shift(): the binary
// logarithm of the distance from one code's row to the next.
template <class Piece> std::size_t left_rows_bytes(const Plan &plan, std::int64_t d) {
    return LeftRows<Piece>::bytes(*plan.tables, plan.rows, d);
}
template <class Piece, int (*shift)(const streams::CountTables &)>
void pack_left_rows(const Plan &plan, const std::int16_t *a, std::int64_t a_stride, std::int64_t rows, std::int64_t d,
                    std::byte *out) {
    const streams::CountTables &tables = *plan.tables;
    const LeftRows<Piece> left(out, rows, d);
    const int to_row = shift(tables);
    constexpr int size = Piece::size;
    for (std::int64_t d0 = 0; d0 < d; d0 += block_d) {
        const int some = static_cast<int>(d - d0 < block_d ? d - d0 : block_d);
        const int pieces = static_cast<int>(round_up(some, size)) / size;
        std::int16_t full[block_d];
        for (int i = 0; i < block_d && has_full(tables); i++) {
            const int pair = tables.streams.pair_of(d0 + (i < some ? i : 0));
            const bool none = i >= some || tables.full_right[std::size_t(pair)] >= int(tables.right_codes());
            full[i] = none ? std::int16_t(INT16_MAX) : tables.full_left[std::size_t(pair)];
        }
        std::int16_t padded[block_d] = {};
        for (std::int64_t n = 0; n < rows; n++) {
            const std::int16_t *codes = a + n * a_stride + d0;
            if (some < block_d) {
                std::memcpy(padded, codes, std::size_t(some) * sizeof *codes);
                codes = padded;
            }
            for (int p = 0; p < pieces; p++)
                for (int i = 0; i < size; i += 8) left.at(d0)[p * rows + n].write(codes + p * size + i, to_row, i);
            if (!has_full(tables)) continue;
            std::uint64_t bits = 0;
            for (int i = 0; i < block_d; i += 8) bits |= reaching(codes + i, full + i) << i;
            left.full_at(d0)[n] = bits;
        }
    }
}

// --- the right operand ----------------------------------------------------------------------------------------------

// A panel is (d, columns) bytes of codes: magnitude, and the sign in bit 7 where there are signs; with zeros up to a
// multiple of slab_d inner indices. Within each vector the columns are ordered such that interleaving two vectors'
// bytes (low and high halves of each 128-bit lane) gives 16-bit words in the order of the columns.
template <class V> struct Panel {
    using Vec = typename V::Vec;
    static constexpr int width = sizeof(Vec);
    static constexpr int vectors = V::panel_vectors;
    static constexpr int columns = vectors * width;

    static constexpr int byte_of_column(int column) {
        const int half = column % width / (width / 2);
        const int word = column % (width / 2);
        return column / width * width + word / 8 * 16 + half * 8 + word % 8;
    }
    static std::size_t bytes(std::int64_t d) { return std::size_t(round_up(d, slab_d)) * columns; }

    // Codes of two columns, eight inner indices each, as bytes.
    static SCMP_INLINE __m128i code_bytes(const std::int16_t *first, const std::int16_t *second) {
        const __m128i a = load_codes(first), b = load_codes(second);
        const __m128i sign = _mm_and_si128(_mm_packs_epi16(a, b), _mm_set1_epi8(static_cast<char>(sign_bit)));
        return _mm_or_si128(_mm_packus_epi16(_mm_abs_epi16(a), _mm_abs_epi16(b)), sign);
    }

    // Eight columns and eight inner indices, transposed. columns_at: eight rows of b.
    static SCMP_INLINE void transpose(const std::int16_t *const *columns_at, std::int64_t i, std::uint8_t *out) {
        __m128i pair[4], four[4], eight[4];
        for (int k = 0; k < 4; k++) { // bytes of column 2k, then 2k + 1; interleaved
            const __m128i both = code_bytes(columns_at[2 * k] + i, columns_at[2 * k + 1] + i);
            pair[k] = _mm_unpacklo_epi8(both, _mm_srli_si128(both, 8));
        }
        for (int k = 0; k < 2; k++) {
            four[2 * k] = _mm_unpacklo_epi16(pair[2 * k], pair[2 * k + 1]);
            four[2 * k + 1] = _mm_unpackhi_epi16(pair[2 * k], pair[2 * k + 1]);
        }
        for (int k = 0; k < 2; k++) {
            eight[2 * k] = _mm_unpacklo_epi32(four[k], four[2 + k]);
            eight[2 * k + 1] = _mm_unpackhi_epi32(four[k], four[2 + k]);
        }
        for (int k = 0; k < 4; k++) {
            _mm_storel_epi64(reinterpret_cast<__m128i *>(out + 2 * k * columns), eight[k]);
            _mm_storel_epi64(reinterpret_cast<__m128i *>(out + (2 * k + 1) * columns), _mm_srli_si128(eight[k], 8));
        }
    }

    static void pack(const std::int16_t *q, std::int64_t q_stride, std::int64_t rows, std::int64_t d,
                     std::byte *panel) {
        auto *out = reinterpret_cast<std::uint8_t *>(panel);
        constexpr std::int16_t zeros[block_d] = {};
        std::int16_t padded[8][slab_d] = {};
        for (std::int64_t d0 = 0; d0 < d; d0 += block_d) { // both sides of a block stay in the first-level cache
            const std::int64_t some = d - d0 < block_d ? d - d0 : block_d;
            for (int m = 0; m < columns; m += 8) {
                const std::int16_t *from[8], *tail[8];
                for (int k = 0; k < 8; k++) {
                    from[k] = m + k < rows ? q + (m + k) * q_stride + d0 : zeros;
                    tail[k] = padded[k];
                    const std::int64_t whole = some / slab_d * slab_d;
                    std::memcpy(padded[k], from[k] + whole, std::size_t(some - whole) * sizeof *q);
                }
                std::uint8_t *to = out + d0 * columns + byte_of_column(m);
                std::int64_t i = 0;
                for (; i + slab_d <= some; i += slab_d) transpose(from, i, to + i * columns);
                if (i < some) transpose(tail, 0, to + i * columns);
            }
        }
    }

    // The interleaved signs of one vector's columns and a pair of inner indices: low and high half.
    template <bool is_signed> static SCMP_INLINE void signs(const std::uint8_t *codes, Vec &low, Vec &high) {
        if constexpr (is_signed) {
            const Vec first = V::signs(V::load(codes)), second = V::signs(V::load(codes + columns));
            low = V::unpack_low(first, second);
            high = V::unpack_high(first, second);
        } else {
            low = high = V::ones();
        }
    }

    // --- full pairs ----------------------------------------------------------------------------------------------

    // Adds what 256 exceeds 255 by to a row's sums: the signs of the columns whose code is full, times that of a's.
    template <bool is_signed>
    static void add_full_columns(const std::uint8_t *codes, int least, bool negative, std::int32_t *sums) {
        const Vec turn = V::set_bytes(negative && is_signed ? 0xFE : 0);
        for (int v = 0; v < vectors; v++) {
            const Vec code = V::load(codes + v * width);
            const Vec ones = V::at_least(is_signed ? V::without_sign(code) : code, static_cast<std::uint8_t>(least));
            if (!V::any(ones)) continue;
            const Vec sign = V::turned(is_signed ? V::signs(code) : V::ones(), turn);
            const Vec low = V::multiply_add(V::unpack_low(ones, V::zero()), V::unpack_low(sign, V::zero()));
            const Vec high = V::multiply_add(V::unpack_high(ones, V::zero()), V::unpack_high(sign, V::zero()));
            V::add_to_sums(low, sums + v * width);
            V::add_to_sums(high, sums + v * width + width / 2);
        }
    }

    // Adds the full pairs of all rows of a task and one panel.
    template <bool is_signed, class Piece>
    static void add_full(const Task &task, const std::uint8_t *panel, const LeftRows<Piece> &left, std::int32_t *sums) {
        const streams::CountTables &tables = *task.plan.tables;
        if (!has_full(tables)) return;
        for (std::int64_t d0 = 0; d0 < task.d; d0 += block_d)
            for (std::int64_t n = 0; n < task.rows; n++)
                for (std::uint64_t bits = left.full_at(d0)[n]; bits != 0; bits &= bits - 1) {
                    const std::int64_t d = d0 + __builtin_ctzll(bits);
                    add_full_columns<is_signed>(panel + d * columns,
                                                tables.full_right[std::size_t(tables.streams.pair_of(d))],
                                                task.a[n * task.a_stride + d] < 0, sums + n * columns);
                }
    }
};

// Method::count of a method that counts one panel after another.
template <class Counter, bool is_signed> void count_panels_of(const Task &task) {
    for (std::int64_t p = 0; p < task.panels; p++)
        Counter::template count_panel<is_signed>(
            task, reinterpret_cast<const std::uint8_t *>(task.panel + std::size_t(p) * task.panel_stride),
            task.sums + p * task.rows * Counter::columns);
}
template <class Counter> void count_panels(const Task &task) {
    if (has_signs(*task.plan.tables))
        count_panels_of<Counter, true>(task);
    else
        count_panels_of<Counter, false>(task);
}

} // namespace
} // namespace scmp::count
