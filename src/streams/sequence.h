// Number sequences (Spec 3): draws of a generator, and what the circuit of an inner index sees after permutation,
// complement, scramble and rescale; the distinct pairs of such sequences over a range of inner indices.
#pragma once

#include <cstdint>
#include <span>

#include "base/memory.h"
#include "streams/config.h"

namespace scmp::streams {

// The first out.size() <= 2^p draws of a generator.
void draw(const Generator &generator, int sc_prec, std::span<std::uint16_t> out);

std::uint32_t scramble_mask(scmp_scramble mode, std::int64_t d, int sc_prec);
bool scramble_applies(scmp_scramble mode, int sc_prec, int stoc_len, int rng_levels);
inline std::uint32_t rescale(std::uint32_t value, int sc_prec, int rng_levels) {
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(value) * static_cast<std::uint64_t>(rng_levels)) >>
                                      sc_prec);
}

// The shape of every sequence of one product. `scramble` is resolved: never NOT_GIVEN.
struct StreamShape {
    int sc_prec = 8;
    int stoc_len = 256;
    int rng_levels = 256;
    scmp_scramble scramble = SCMP_SCRAMBLE_BITREV;

    bool operator==(const StreamShape &) const = default;
};

// The L draws that the circuit of inner index d sees on one side; out.size() == L.
void sequence(const Config &config, const StreamShape &shape, scmp_side side, std::int64_t d,
              std::span<std::uint16_t> out);

// The same for a generator that an element of inner index d is given instead of its own.
void sequence_of(const Generator &generator, const Element &element, const StreamShape &shape, std::int64_t d,
                 std::span<std::uint16_t> out);

// The distinct (left, right) sequence pairs of the inner indices d_offset .. d_offset + d, and which index has which.
struct StreamSet {
    std::int64_t d = 0;
    int stoc_len = 0;
    int pairs = 0;               // 0 only where d is 0
    Buffer<std::int32_t> index;  // (d,) pair of each inner index, numbered by first appearance; empty where pairs <= 1
    Buffer<std::uint16_t> left;  // (pairs, L)
    Buffer<std::uint16_t> right; // (pairs, L)

    int pair_of(std::int64_t i) const noexcept { return index.size() == 0 ? 0 : index[static_cast<std::size_t>(i)]; }
    const std::uint16_t *left_of(int pair) const noexcept {
        return left.data() + std::size_t(pair) * std::size_t(stoc_len);
    }
    const std::uint16_t *right_of(int pair) const noexcept {
        return right.data() + std::size_t(pair) * std::size_t(stoc_len);
    }
    std::uint64_t bytes() const noexcept { return index.size() * 4 + (left.size() + right.size()) * 2; }
};

// Pairs are told apart by what defines them (generators, permutations, complements, mask), so one generator pair under
// a scramble has at most 2^p of them. Entries up to d_offset + d exist (checked in src/api).
StreamSet stream_set(const Config &config, const StreamShape &shape, std::int64_t d_offset, std::int64_t d,
                     std::pmr::memory_resource &memory);

} // namespace scmp::streams
