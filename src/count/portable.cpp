// Table code in portable C++ (GCC vector extensions): level rows by running counts, added 64 columns at a time.
//
// For one panel of 64 columns and a few inner indices at a time ("slab"), the kernel writes out, for every table row r
// (every number of left ones that some level has), the 64 signed counts sign(b) * C(r, b): row r is row r - 1 plus one
// for each further draw that lets the column's level through. Each row of a then adds, per inner index, the table row
// of its own level, complemented where its sign is negative: with s = 0 or -1, (r ^ s) = s ? -r - 1 : r, so a row of a
// owes the number of its negative codes at the end.
//
// Widths. A count is at most L <= 2^10. A slab has at most 16 inner indices, so an int16 partial sum is at most
// 16 * (1024 + 1) = 16400 < 2^15 in magnitude. Slabs are added in int32: any sum of some of the terms is at most
// D * L <= 2^31 - 1 in magnitude, which is checked in src/api (Spec 1).
//
// A task with few rows of a does not pay for writing out all level rows: its counts are looked up one by one in
// prepared tables, (pairs, table rows, right codes), if they are there.
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "count/kernel.h"

namespace scmp::count {
namespace {

constexpr int columns = 64;
constexpr int max_slab = 16;
constexpr std::size_t row_bytes = columns * sizeof(std::int16_t);
constexpr std::int64_t lookup_below = 32;                 // rows of a task
constexpr std::size_t slab_budget = std::size_t(1) << 18; // level rows that stay in a second-level cache

using Lane = std::int16_t __attribute__((vector_size(16)));
constexpr int lanes = columns / 8;

int slab_size(const streams::CountTables &tables) {
    const std::size_t fit = slab_budget / (std::size_t(tables.max_table_rows) * row_bytes);
    return static_cast<int>(std::clamp<std::size_t>(fit, 1, max_slab));
}

// Panel layout: (d, 64) signed codes.
std::size_t panel_bytes(std::int64_t d) {
    return std::size_t(d) * row_bytes;
}

void pack(const std::int16_t *q, std::int64_t q_stride, std::int64_t rows, std::int64_t d, std::byte *panel) {
    constexpr std::int64_t tile = 64; // so that both sides of the transpose stay in the first-level cache
    auto *out = reinterpret_cast<std::int16_t *>(panel);
    for (std::int64_t d0 = 0; d0 < d; d0 += tile) {
        const std::int64_t d1 = std::min(d, d0 + tile);
        for (std::int64_t m = 0; m < columns; m++)
            for (std::int64_t i = d0; i < d1; i++)
                out[i * columns + m] = m < rows ? q[m * q_stride + i] : std::int16_t(0);
    }
}

std::size_t table_size(const streams::CountTables &tables) {
    return std::size_t(tables.max_table_rows) * tables.right_codes();
}

std::size_t prepared_bytes(const streams::CountTables &tables) {
    return std::size_t(tables.pairs()) * table_size(tables) * sizeof(std::uint16_t);
}

void prepare(const streams::CountTables &tables, std::byte *out) {
    auto *table = reinterpret_cast<std::uint16_t *>(out);
    const std::size_t codes = tables.right_codes();
    for (int pair = 0; pair < tables.pairs(); pair++, table += table_size(tables)) {
        // The counts run in the last row's place, which is that of the last row, or of none.
        const std::span<std::uint16_t> running(table + table_size(tables) - codes, codes);
        streams::for_each_row(tables, pair, running, [&](int row, std::span<const std::uint16_t> counts) {
            std::uint16_t *to = table + std::size_t(row) * codes;
            if (to != counts.data()) std::copy(counts.begin(), counts.end(), to);
        });
    }
}

// Level rows of one slab.
std::size_t scratch_bytes(const Plan &plan) {
    const streams::CountTables &tables = *plan.tables;
    return std::size_t(slab_size(tables)) * std::size_t(tables.max_table_rows) * row_bytes;
}

// Writes the level rows of one inner index: rows * 64 signed counts.
void write_level_rows(const streams::CountTables &tables, int pair, const std::int16_t *codes, std::int16_t *out) {
    const std::uint16_t *ones = tables.ones_of(pair);
    const std::int16_t *first = tables.first_codes_of(pair);
    const int rows = tables.table_row_count[std::size_t(pair)];
    Lane level[lanes];
    Lane sign[lanes];
    Lane running[lanes];
    for (int v = 0; v < lanes; v++) {
        Lane code;
        std::memcpy(&code, codes + v * 8, sizeof code);
        const Lane negative = code < 0;
        level[v] = (code ^ negative) - negative;
        sign[v] = negative | 1;
        running[v] = Lane{};
    }
    std::memcpy(out, running, sizeof running);
    for (int r = 1; r < rows; r++) {
        for (int i = ones[r - 1]; i < ones[r]; i++) {
            const Lane threshold = Lane{} + static_cast<std::int16_t>(first[i] - 1);
            for (int v = 0; v < lanes; v++) running[v] += (level[v] > threshold) & sign[v];
        }
        std::memcpy(out + r * columns, running, sizeof running);
    }
}

// Adds a slab's level rows to the sums of every row of a.
void add_slab(const Task &task, const std::int16_t *level_rows, std::size_t stride, std::int64_t d0, int size) {
    const streams::CountTables &tables = *task.plan.tables;
    const std::uint16_t *row_of[max_slab];
    for (int i = 0; i < size; i++) row_of[i] = tables.table_rows_of(tables.streams.pair_of(d0 + i));
    for (std::int64_t n = 0; n < task.rows; n++) {
        const std::int16_t *a = task.a + n * task.a_stride + d0;
        Lane sum[lanes] = {};
        std::int32_t negatives = 0;
        for (int i = 0; i < size; i++) {
            const std::int32_t code = a[i];
            const std::int32_t negative = code >> 31;
            const std::uint32_t row = row_of[i][(code ^ negative) - negative];
            const std::int16_t *counts = level_rows + std::size_t(i) * stride + std::size_t(row) * columns;
            const Lane flip = Lane{} + static_cast<std::int16_t>(negative);
            negatives -= negative;
#pragma GCC unroll 8
            for (int v = 0; v < lanes; v++) {
                Lane term;
                std::memcpy(&term, counts + v * 8, sizeof term);
                sum[v] += term ^ flip;
            }
        }
        std::int16_t flat[columns];
        std::memcpy(flat, sum, sizeof flat);
        std::int32_t *sums = task.sums + n * columns;
        for (int m = 0; m < columns; m++) sums[m] += flat[m] + negatives;
    }
}

bool by_lookup(const Plan &plan) {
    return plan.rows < lookup_below && plan.tables->prepared_for == &portable_kernel;
}

// Every count by a lookup, for tasks of few rows.
void count_by_lookup(const Task &task) {
    const streams::CountTables &tables = *task.plan.tables;
    const auto *all = reinterpret_cast<const std::uint16_t *>(tables.prepared.data());
    const auto *codes = reinterpret_cast<const std::int16_t *>(task.panel);
    for (std::int64_t d = 0; d < task.d; d++, codes += columns) {
        const int pair = tables.streams.pair_of(d);
        const std::uint16_t *row_of = tables.table_rows_of(pair);
        const std::uint16_t *table = all + std::size_t(pair) * table_size(tables);
        std::uint16_t level[columns];
        std::int32_t sign[columns];
        for (int m = 0; m < columns; m++) {
            level[m] = static_cast<std::uint16_t>(std::abs(codes[m]));
            sign[m] = codes[m] < 0 ? -1 : 0;
        }
        for (std::int64_t n = 0; n < task.rows; n++) {
            const int code = task.a[n * task.a_stride + d];
            const std::uint16_t *counts = table + std::size_t(row_of[std::abs(code)]) * tables.right_codes();
            const std::int32_t flip = code < 0 ? -1 : 0;
            std::int32_t *sums = task.sums + n * columns;
            for (int m = 0; m < columns; m++) {
                const std::int32_t s = sign[m] ^ flip;
                sums[m] += (counts[level[m]] ^ s) - s;
            }
        }
    }
}

void count(const Task &task) {
    std::fill_n(task.sums, task.rows * columns, 0);
    const streams::CountTables &tables = *task.plan.tables;
    if (by_lookup(task.plan)) return count_by_lookup(task);

    const auto *codes = reinterpret_cast<const std::int16_t *>(task.panel);
    auto *level_rows = reinterpret_cast<std::int16_t *>(task.scratch);
    const std::size_t stride = std::size_t(tables.max_table_rows) * columns;
    const int slab = slab_size(tables);
    for (std::int64_t d0 = 0; d0 < task.d; d0 += slab) {
        const int size = static_cast<int>(std::min<std::int64_t>(slab, task.d - d0));
        for (int i = 0; i < size; i++)
            write_level_rows(tables, tables.streams.pair_of(d0 + i), codes + (d0 + i) * columns,
                             level_rows + std::size_t(i) * stride);
        add_slab(task, level_rows, stride, d0, size);
    }
}

} // namespace

const Kernel portable_kernel = {
    .name = "words_portable",
    .columns = columns,
    .max_rows = 1024,
    .min_rows = 64,
    .task_products = std::int64_t(1) << 28,
    .fits = [](const Demand &) { return true; },
    .panel_bytes = panel_bytes,
    .pack = pack,
    .task_panels = [](std::int64_t) { return std::int64_t(1); },
    .prepare_pays = [](const streams::CountTables &, std::int64_t rows, double) { return rows < lookup_below; },
    .prepared_bytes = prepared_bytes,
    .prepare = prepare,
    .left_bytes = [](const Plan &, std::int64_t) { return std::size_t(0); },
    .pack_left = nullptr,
    .method = [](const Plan &plan) { return by_lookup(plan) ? "lookup_portable" : "level_rows_portable"; },
    .scratch_bytes = scratch_bytes,
    .count = count,
};

} // namespace scmp::count
