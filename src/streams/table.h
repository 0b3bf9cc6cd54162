// Count tables (Spec 2): for each distinct pair of sequences, which levels give which number of left ones, which right
// levels a draw lets through; from these the counts themselves.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "base/memory.h"
#include "streams/sequence.h"

namespace scmp::streams {

// Levels that operands may have and their boundaries, ascending; boundary[0] is 0. Code c stands for boundary[c].
using Boundaries = Vector<std::uint16_t>;

// A left level x matters only through k(x), the number of ones in its stream; a table row is one such number. Different
// levels may share a table row, so a table has at most min(levels, L + 1) of them; table row 0 has k = 0.
struct CountTables {
    explicit CountTables(std::pmr::memory_resource &memory) : left_boundary(&memory), right_boundary(&memory) {}

    StreamSet streams;
    Boundaries left_boundary, right_boundary; // of the codes
    int max_table_rows = 1;                   // most table rows of any pair

    Buffer<std::uint16_t> row_of_code;    // (pairs, left codes): table row of a left code
    Buffer<std::int32_t> table_row_count; // (pairs,)
    Buffer<std::uint16_t> ones_of_row;    // (pairs, max_table_rows): k of each table row, ascending
    Buffer<std::int16_t> first_code; // (pairs, L): least right code whose stream has a one at this draw; codes if none
    Buffer<std::int16_t> full_left;  // (pairs,): least left code whose stream is all ones; codes if none
    Buffer<std::int16_t> full_right; // (pairs,): the same of the right codes
    Buffer<std::byte> prepared;      // the counts in the form of the kernel prepared_for; else empty
    const void *prepared_for = nullptr; // the kernel whose form it is

    std::size_t left_codes() const noexcept { return left_boundary.size(); }
    std::size_t right_codes() const noexcept { return right_boundary.size(); }
    int pairs() const noexcept { return streams.pairs; }
    const std::uint16_t *table_rows_of(int pair) const noexcept {
        return &row_of_code[std::size_t(pair) * left_codes()];
    }
    const std::uint16_t *ones_of(int pair) const noexcept {
        return &ones_of_row[std::size_t(pair) * std::size_t(max_table_rows)];
    }
    const std::int16_t *first_codes_of(int pair) const noexcept {
        return &first_code[std::size_t(pair) * std::size_t(streams.stoc_len)];
    }
    std::uint64_t bytes() const noexcept;
};

// Inner indices first .. first + count of a configuration.
struct IndexRange {
    std::int64_t first, count;
};

// Fills in everything but the prepared counts, in the memory that the tables were made with. Both code lists have at
// most 2^15 - 1 entries.
void build_tables(const Config &config, const StreamShape &shape, IndexRange indices,
                  std::span<const std::uint16_t> left_boundary, std::span<const std::uint16_t> right_boundary,
                  CountTables &out);

// Calls visit(row, counts) for the table rows of one pair in ascending order, `counts` holding C over all right
// codes: it grows by one with every draw below y. `running` has a place for each right code.
template <class Visit>
void for_each_row(const CountTables &tables, int pair, std::span<std::uint16_t> running, Visit visit) {
    const std::uint16_t *ones = tables.ones_of(pair);
    const std::int16_t *first = tables.first_codes_of(pair);
    std::fill(running.begin(), running.end(), std::uint16_t(0));
    for (int row = 0, i = 0; row < tables.table_row_count[std::size_t(pair)]; row++) {
        for (; i < ones[row]; i++)
            for (auto c = std::size_t(first[i]); c < running.size(); c++) running[c]++;
        visit(row, running);
    }
}

} // namespace scmp::streams
