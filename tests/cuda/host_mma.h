// The matrix instructions of cuda/block/mma.h on the host, from what the PTX manual says of them ("Matrix Fragments for
// mma.m16n8k32", "... mma.m16n8k256", "... wgmma.mma_async.m64nNk256", "Shared Memory Matrix Layout"): which row and
// column each element of a register has, and how a descriptor is read.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "cuda/block/mma.h"
#include "support/test.h"

namespace test::mma {

// Elements of one kind of instruction: bytes or bits.
struct Kind {
    int in_word;  // elements of a register
    int k;        // inner size
    int k_of_one; // a group of four lanes has so many elements next to each other along the inner dimension
};
constexpr Kind bytes{4, 32, 4};
constexpr Kind bits{32, 256, 32};

struct Place {
    int row, column;
};
// Element number i of a lane's registers of A (m by k), of B (k by n), of C (m by n).
inline Place of_a(const Kind &kind, int lane, int i) {
    const int group = lane >> 2, thread = lane % 4, size = kind.in_word;
    const bool upper = (0 <= i && i < size) || (2 * size <= i && i < 3 * size);
    return {upper ? group : group + 8, thread * kind.k_of_one + i % size + (i < 2 * size ? 0 : kind.k / 2)};
}
inline Place of_b(const Kind &kind, int lane, int i) {
    const int group = lane >> 2, thread = lane % 4, size = kind.in_word;
    return {thread * kind.k_of_one + i % size + (i < size ? 0 : kind.k / 2), group};
}
inline Place of_c(int lane, int i) {
    const int group = lane >> 2, thread = lane % 4;
    return {i < 2 ? group : group + 8, thread * 2 + (i & 1)};
}

// Rows of 256 bits or 32 bytes.
using Row = std::array<std::uint32_t, 8>;

inline std::uint32_t product_of_words(const Kind &kind, std::uint32_t a, std::uint32_t b) {
    if (kind.in_word == 32) return static_cast<std::uint32_t>(__builtin_popcount(a & b));
    std::uint32_t sum = 0;
    for (int i = 0; i < 4; i++) {
        const int x = static_cast<std::int8_t>(a >> (8 * i)), y = static_cast<std::int8_t>(b >> (8 * i));
        sum += static_cast<std::uint32_t>(x * y);
    }
    return sum;
}
inline std::uint32_t product_of_rows(const Kind &kind, const Row &a, const Row &b) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < a.size(); i++) sum += product_of_words(kind, a[i], b[i]);
    return sum;
}

// A register's elements are neighbours (the test of layouts says so), so it is a word of a row.
inline void put(const Kind &kind, Row &row, int column, std::uint32_t word) {
    row[std::size_t(column / kind.in_word)] = word;
}

// One mma of a warp: sum(lane), left(lane), right(lane) are its fragments.
template <class Sum, class Left, class Right> void multiply(const Kind &kind, Sum &&sum, Left &&left, Right &&right) {
    Row a[16], b[8];
    for (int lane = 0; lane < 32; lane++) {
        for (int r = 0; r < 4; r++) {
            const Place at = of_a(kind, lane, r * kind.in_word);
            put(kind, a[at.row], at.column, left(lane).of[r]);
        }
        for (int r = 0; r < 2; r++) {
            const Place at = of_b(kind, lane, r * kind.in_word);
            put(kind, b[at.column], at.row, right(lane).of[r]);
        }
    }
    for (int lane = 0; lane < 32; lane++)
        for (int r = 0; r < 4; r++) {
            const Place at = of_c(lane, r);
            std::int32_t &to = sum(lane).of[r];
            to = static_cast<std::int32_t>(static_cast<std::uint32_t>(to) +
                                           product_of_rows(kind, a[at.row], b[at.column]));
        }
}

// 256 bits of column n of a matrix in shared memory, K-major and not swizzled: in units of 16 bytes its places are
// ((8, n), 2) : ((1, SBO), LBO).
inline Row column_of(std::uint64_t descriptor, int n, const unsigned char *shared) {
    const auto field = [&](int from) { return (descriptor >> from & 0x3fff) << 4; };
    check(descriptor >> 49 == 0, "a descriptor with a swizzle or a base offset");
    Row row;
    for (int half = 0; half < 2; half++)
        std::memcpy(&row[std::size_t(half) * 4],
                    shared + field(0) + std::size_t(n % 8) * 16 + std::size_t(n / 8) * field(32) +
                        std::size_t(half) * field(16),
                    16);
    return row;
}

// One wgmma m64n128k256 of four warps: lane counts 0 .. 127.
template <class Sum, class Left>
void multiply_group(std::uint64_t descriptor, const unsigned char *shared, Sum &&sum, Left &&left) {
    Row a[64];
    for (int lane = 0; lane < 128; lane++)
        for (int r = 0; r < 4; r++) {
            const Place at = of_a(bits, lane % 32, r * 32);
            put(bits, a[lane / 32 * 16 + at.row], at.column, left(lane).of[r]);
        }
    for (int n = 0; n < 128; n++) {
        const Row column = column_of(descriptor, n, shared);
        for (int m = 0; m < 64; m++) {
            // D: eight columns after eight columns, each as of an m16n8.
            const int lane = m / 16 * 32 + m % 8 * 4 + n % 8 / 2;
            std::int32_t &to = sum(lane, n / 8).of[m % 16 / 8 * 2 + n % 2];
            to = static_cast<std::int32_t>(static_cast<std::uint32_t>(to) + product_of_rows(bits, a[m], column));
        }
    }
}

} // namespace test::mma
