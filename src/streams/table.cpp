// Builds count tables from sequences.
#include "streams/table.h"

#include <algorithm>

namespace scmp::streams {
namespace {

// k(x) for each boundary: the number of left draws below it. `below` has rng_levels + 2 places.
void count_left_ones(const std::uint16_t *draws, int stoc_len, std::span<const std::uint16_t> boundary,
                     std::span<std::uint32_t> below, std::uint16_t *ones) {
    std::fill(below.begin(), below.end(), 0U);
    for (int t = 0; t < stoc_len; t++) below[draws[t] + 1U]++;
    for (std::size_t g = 1; g < below.size(); g++) below[g] += below[g - 1];
    for (std::size_t c = 0; c < boundary.size(); c++) ones[c] = static_cast<std::uint16_t>(below[boundary[c]]);
}

} // namespace

std::uint64_t CountTables::bytes() const noexcept {
    return streams.bytes() + row_of_code.size() * 2 + table_row_count.size() * 4 + ones_of_row.size() * 2 +
           (first_code.size() + full_left.size() + full_right.size()) * 2 + prepared.size() +
           (left_codes() + right_codes()) * 2;
}

void build_tables(const Config &config, const StreamShape &shape, IndexRange indices,
                  std::span<const std::uint16_t> left_boundary, std::span<const std::uint16_t> right_boundary,
                  CountTables &out) {
    std::pmr::memory_resource &memory = *out.left_boundary.get_allocator().resource();
    out.streams = stream_set(config, shape, indices.first, indices.count, memory);
    out.left_boundary.assign(left_boundary.begin(), left_boundary.end());
    out.right_boundary.assign(right_boundary.begin(), right_boundary.end());
    const auto pairs = std::size_t(out.pairs());
    const auto stoc_len = std::size_t(shape.stoc_len);
    const std::size_t codes = left_boundary.size();

    // Ones of every left code first; they become numbers of table rows in place once the most table rows are known.
    out.row_of_code = Buffer<std::uint16_t>(memory, pairs * codes);
    out.table_row_count = Buffer<std::int32_t>(memory, pairs);
    out.full_left = Buffer<std::int16_t>(memory, pairs);
    out.full_right = Buffer<std::int16_t>(memory, pairs);
    Buffer<std::uint32_t> below(memory, std::size_t(shape.rng_levels) + 2);
    out.max_table_rows = 1;
    for (std::size_t p = 0; p < pairs; p++) {
        std::uint16_t *ones = &out.row_of_code[p * codes];
        count_left_ones(out.streams.left_of(int(p)), shape.stoc_len, left_boundary, below.span(), ones);
        const auto full = std::find(ones, ones + codes, shape.stoc_len);
        out.full_left[p] = static_cast<std::int16_t>(full - ones);
        std::int32_t rows = 1;
        for (std::size_t c = 1; c < codes; c++) rows += ones[c] != ones[c - 1] ? 1 : 0;
        out.table_row_count[p] = rows;
        out.max_table_rows = std::max(out.max_table_rows, rows);
    }
    const auto max_table_rows = std::size_t(out.max_table_rows);
    out.ones_of_row = Buffer<std::uint16_t>(memory, pairs * max_table_rows);
    std::fill_n(out.ones_of_row.data(), out.ones_of_row.size(), std::uint16_t(0));
    for (std::size_t p = 0; p < pairs; p++) {
        std::uint16_t *code = &out.row_of_code[p * codes];
        std::uint16_t *ones_of_row = &out.ones_of_row[p * max_table_rows];
        std::uint16_t row = 0;
        for (std::size_t c = 0; c < codes; c++) {
            if (c > 0 && code[c] != ones_of_row[row]) row++;
            ones_of_row[row] = code[c];
            code[c] = row;
        }
    }

    // first_of_draw[g]: the least right code whose boundary is above draw g.
    Buffer<std::int16_t> first_of_draw(memory, std::size_t(shape.rng_levels));
    for (std::size_t g = 0, c = 0; g < first_of_draw.size(); g++) {
        while (c < right_boundary.size() && right_boundary[c] <= g) c++;
        first_of_draw[g] = static_cast<std::int16_t>(c);
    }
    out.first_code = Buffer<std::int16_t>(memory, pairs * stoc_len);
    for (std::size_t i = 0; i < out.first_code.size(); i++) out.first_code[i] = first_of_draw[out.streams.right[i]];
    for (std::size_t p = 0; p < pairs; p++)
        out.full_right[p] = *std::max_element(&out.first_code[p * stoc_len], &out.first_code[p * stoc_len] + stoc_len);
}

} // namespace scmp::streams
