// The circuit itself, cycle by cycle (Spec 2): what every other kernel must equal.
#include <algorithm>
#include <cstdlib>

#include "count/kernel.h"

namespace scmp::count {
namespace {

constexpr int columns = 16;

// One multiplier: the left bit enables the right generator, which advances only then.
int multiply(const std::uint16_t *left, const std::uint16_t *right, int stoc_len, int x, int y) {
    int ones = 0;
    int position = 0;
    for (int cycle = 0; cycle < stoc_len; cycle++) {
        const bool enable = left[cycle] < x;
        if (!enable) continue;
        const bool right_bit = right[position] < y;
        position++;
        if (right_bit) ones++;
    }
    return ones;
}

std::size_t panel_bytes(std::int64_t d) {
    return std::size_t(d) * columns * sizeof(std::int16_t);
}

void pack(const std::int16_t *q, std::int64_t q_stride, std::int64_t rows, std::int64_t d, std::byte *panel) {
    auto *out = reinterpret_cast<std::int16_t *>(panel);
    for (std::int64_t m = 0; m < columns; m++, out += d)
        if (m < rows)
            std::copy_n(q + m * q_stride, d, out);
        else
            std::fill_n(out, d, std::int16_t(0));
}

void count(const Task &task) {
    const streams::CountTables &tables = *task.plan.tables;
    const auto *b = reinterpret_cast<const std::int16_t *>(task.panel);
    for (std::int64_t n = 0; n < task.rows; n++)
        for (std::int64_t m = 0; m < columns; m++) {
            std::int32_t sum = 0;
            for (std::int64_t d = 0; d < task.d; d++) {
                const int qa = task.a[n * task.a_stride + d];
                const int qb = b[m * task.d + d];
                const int x = tables.left_boundary[std::size_t(std::abs(qa))];
                const int y = tables.right_boundary[std::size_t(std::abs(qb))];
                const int pair = tables.streams.pair_of(d);
                const int ones = multiply(tables.streams.left_of(pair), tables.streams.right_of(pair),
                                          tables.streams.stoc_len, x, y);
                sum += (qa < 0) != (qb < 0) ? -ones : ones;
            }
            task.sums[n * columns + m] = sum;
        }
}

} // namespace

const Kernel reference_kernel = {
    .name = "reference_cycles",
    .columns = columns,
    .max_rows = 64,
    .min_rows = 1,
    .task_products = std::int64_t(1) << 20,
    .fits = [](const Demand &) { return true; },
    .panel_bytes = panel_bytes,
    .pack = pack,
    .task_panels = [](std::int64_t) { return std::int64_t(1); },
    .prepare_pays = [](const streams::CountTables &, std::int64_t, double) { return false; },
    .prepared_bytes = [](const streams::CountTables &) { return std::size_t(0); },
    .prepare = [](const streams::CountTables &, std::byte *) {},
    .left_bytes = [](const Plan &, std::int64_t) { return std::size_t(0); },
    .pack_left = nullptr,
    .method = [](const Plan &) { return "reference_cycles"; },
    .scratch_bytes = [](const Plan &) { return std::size_t(0); },
    .count = count,
};

} // namespace scmp::count
