// Quantized operands with their streams, and the multiplier of one output and inner index, cycle by cycle (Spec 2).
#pragma once

#include <cstdint>

#include "base/memory.h"
#include "streams/sequence.h"

namespace scmp::model {

// Checked operands in C order. Where a sign is 0, so is the boundary.
struct Operands {
    std::int64_t n = 0, m = 0, d = 0;
    std::int64_t d_offset = 0;
    streams::StreamShape shape;
    streams::StreamSet streams;
    Buffer<std::uint16_t> a, b;         // boundaries, (n, d) and (m, d)
    Buffer<std::int8_t> sign_a, sign_b; // likewise; 1 where none are given

    int stoc_len() const noexcept { return shape.stoc_len; }
    int left(std::int64_t row, std::int64_t i) const noexcept { return a[std::size_t(row * d + i)]; }
    int right(std::int64_t row, std::int64_t i) const noexcept { return b[std::size_t(row * d + i)]; }
    int sign(std::int64_t row_a, std::int64_t row_b, std::int64_t i) const noexcept {
        return sign_a[std::size_t(row_a * d + i)] * sign_b[std::size_t(row_b * d + i)];
    }
};

// The wires of one multiplier in one cycle; `position` and `partial` are its two registers.
class Multiplier {
public:
    Multiplier(const streams::StreamSet &streams, std::int64_t d, int x, int y) noexcept
        : left_(streams.left_of(streams.pair_of(d))), right_(streams.right_of(streams.pair_of(d))), x_(x), y_(y) {}
    Multiplier(const Operands &operands, std::int64_t n, std::int64_t m, std::int64_t d) noexcept
        : Multiplier(operands.streams, d, operands.left(n, d), operands.right(m, d)) {}

    // Must be called for cycle 0, 1, 2, ...
    void clock(int cycle) noexcept {
        position += left_bit ? 1 : 0;
        left_draw = left_[cycle];
        left_bit = left_draw < x_;
        right_draw = right_[position];
        right_bit = right_draw < y_;
        partial += and_bit() ? 1 : 0;
    }
    bool and_bit() const noexcept { return left_bit && right_bit; }

    int left_draw = 0, right_draw = 0;
    int position = 0, partial = 0;
    bool left_bit = false, right_bit = false;

private:
    const std::uint16_t *left_;
    const std::uint16_t *right_;
    int x_, y_;
};

} // namespace scmp::model
