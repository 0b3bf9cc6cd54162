// Cuts products into tasks for a kernel.
#include "count/engine.h"

#include <algorithm>

namespace scmp::count {
namespace {

// A PanelMap knows where a panel starts: batch entries one after another, in each its segments, in each its panels.
class PanelMap {
public:
    PanelMap(const Kernel &kernel, Segments segments, std::int64_t panels)
        : panels_(std::size_t(panels)), segments_(segments), bytes_(kernel.panel_bytes) {
        const std::int64_t number = segments.number();
        full_ = number == 0 ? 0 : bytes_(segments.length(0));
        batch_ = number == 0 ? 0 : panels_ * (full_ * std::size_t(number - 1) + bytes_(segments.length(number - 1)));
    }

    std::size_t batch_bytes() const { return batch_; }
    std::size_t offset(std::int64_t batch, std::int64_t segment, std::int64_t panel) const {
        return batch_ * std::size_t(batch) + panels_ * full_ * std::size_t(segment) +
               bytes_(segments_.length(segment)) * std::size_t(panel);
    }

private:
    std::size_t panels_;
    Segments segments_;
    std::size_t (*bytes_)(std::int64_t);
    std::size_t full_ = 0;
    std::size_t batch_ = 0;
};

} // namespace

PackedRight pack_right(const Kernel &kernel, const Operand &b, const Work &work) {
    const Segments segments = b.segments;
    PackedRight packed{b.batch, b.rows, segments, kernel.columns, {}};
    const std::int64_t panels = packed.panels();
    const PanelMap map(kernel, segments, panels);
    if (segments.d == 0) return packed;
    packed.data = Buffer<std::byte>(work.memory, map.batch_bytes() * std::size_t(b.batch));
    std::byte *data = packed.data.data();
    parallel_for(work.threads, b.batch * panels, work.monitor, [&](std::int64_t item, int) {
        const std::int64_t entry = item / panels;
        const std::int64_t panel = item % panels;
        const std::int64_t m0 = panel * kernel.columns;
        const std::int16_t *first = b.codes + (entry * b.rows + m0) * segments.d;
        for (std::int64_t s = 0; s < segments.number(); s++)
            kernel.pack(first + segments.begin(s), segments.d, std::min<std::int64_t>(kernel.columns, b.rows - m0),
                        segments.length(s), data + map.offset(entry, s, panel));
    });
    return packed;
}

// Tasks are as large as the kernel's slots say, but small enough to be cancelled between two of them and to keep every
// thread busy: at least four for each thread, as long as they stay large enough to pay for what a kernel prepares per
// panel.
Blocking blocking(const Kernel &kernel, std::int64_t batch, std::int64_t n, std::int64_t m, std::int64_t d,
                  int threads) {
    const std::int64_t columns = kernel.columns;
    const std::int64_t products_per_row = columns * std::max<std::int64_t>(d, 1);
    const std::int64_t all_panels = ceil_divide(m, columns);
    std::int64_t rows =
        std::clamp<std::int64_t>(kernel.task_products / products_per_row, kernel.min_rows, kernel.max_rows);
    rows = std::clamp<std::int64_t>(n, 1, rows);
    while (threads > 1 && rows >= 2 * kernel.min_rows && batch * all_panels * ceil_divide(n, rows) < 4 * threads)
        rows = ceil_divide(rows, 2);
    const std::int64_t row_blocks = ceil_divide(n, rows);
    if (row_blocks > 1) rows = ceil_divide(n, row_blocks); // none is much smaller than the others
    std::int64_t panels = std::clamp<std::int64_t>(kernel.task_panels(rows), 1, std::max<std::int64_t>(all_panels, 1));
    while (threads > 1 && panels > 1 && batch * ceil_divide(all_panels, panels) * row_blocks < 4 * threads)
        panels = ceil_divide(panels, 2);
    const std::int64_t items = batch * ceil_divide(all_panels, panels) * row_blocks;
    return {rows, panels, items, static_cast<int>(std::clamp<std::int64_t>(items, 1, threads))};
}

namespace {

// A LeftMap knows where the rows of a task start: batch entries one after another, in each its segments, in each its
// blocks of rows.
class LeftMap {
public:
    LeftMap(const Kernel &kernel, const PackedLeft &left)
        : a_(left.a), plan_(left.plan), row_blocks_(left.row_blocks()) {
        const std::int64_t number = a_.segments.number();
        if (number == 0) return;
        full_ = kernel.left_bytes(plan_, a_.segments.length(0));
        last_ = kernel.left_bytes(plan_, a_.segments.length(number - 1));
        batch_ = std::size_t(row_blocks_) * (full_ * std::size_t(number - 1) + last_);
    }

    std::size_t bytes() const { return batch_ * std::size_t(a_.batch); }
    std::size_t offset(std::int64_t batch, std::int64_t segment, std::int64_t row_block) const {
        return batch_ * std::size_t(batch) + full_ * std::size_t(segment * row_blocks_) +
               (segment + 1 == a_.segments.number() ? last_ : full_) * std::size_t(row_block);
    }
    const std::int16_t *codes(std::int64_t batch, std::int64_t segment, std::int64_t row_block) const {
        return a_.codes + (batch * a_.rows + row_block * plan_.rows) * a_.segments.d + a_.segments.begin(segment);
    }
    std::int64_t rows(std::int64_t row_block) const { return std::min(plan_.rows, a_.rows - row_block * plan_.rows); }

private:
    const Operand &a_;
    const Plan &plan_;
    std::int64_t row_blocks_;
    std::size_t full_ = 0, last_ = 0;
    std::size_t batch_ = 0;
};

} // namespace

PackedLeft pack_left(const Kernel &kernel, const Blocking &blocking, const streams::CountTables &tables,
                     const Operand &a, const Work &work) {
    PackedLeft left{a, {&tables, blocking.rows, blocking.panels}, {}};
    const Segments segments = a.segments;
    const LeftMap map(kernel, left);
    if (map.bytes() == 0) return left;
    left.data = Buffer<std::byte>(work.memory, map.bytes());
    const std::int64_t row_blocks = left.row_blocks();
    parallel_for(work.threads, a.batch * segments.number() * row_blocks, work.monitor, [&](std::int64_t item, int) {
        const std::int64_t row_block = item % row_blocks;
        const std::int64_t segment = item / row_blocks % segments.number();
        const std::int64_t entry = item / row_blocks / segments.number();
        kernel.pack_left(left.plan, map.codes(entry, segment, row_block), segments.d, map.rows(row_block),
                         segments.length(segment), left.data.data() + map.offset(entry, segment, row_block));
    });
    return left;
}

void run(const Kernel &kernel, const Blocking &blocking, const PackedLeft &left, const PackedRight &right,
         const Work &work, const Emit &emit) {
    const Segments segments = right.segments;
    const std::int64_t all_panels = right.panels();
    const std::int64_t groups = ceil_divide(all_panels, blocking.panels);
    const std::int64_t row_blocks = left.row_blocks();
    const PanelMap panel_map(kernel, segments, all_panels);
    const LeftMap left_map(kernel, left);

    // Each worker's memory starts on cache lines of its own.
    constexpr std::size_t line = Buffer<std::byte>::alignment;
    const std::size_t sums_bytes = round_up(std::size_t(blocking.rows) * std::size_t(blocking.panels) *
                                                std::size_t(kernel.columns) * sizeof(std::int32_t),
                                            line);
    const std::size_t worker_bytes = sums_bytes + round_up(kernel.scratch_bytes(left.plan), line);
    Buffer<std::byte> space(work.memory, worker_bytes * std::size_t(blocking.workers));

    parallel_for(blocking.workers, blocking.items, work.monitor, [&](std::int64_t item, int worker) {
        std::byte *mine = space.data() + worker_bytes * std::size_t(worker);
        auto *sums = reinterpret_cast<std::int32_t *>(mine);
        const std::int64_t row_block = item % row_blocks;
        const std::int64_t first_panel = item / row_blocks % groups * blocking.panels;
        const std::int64_t panels = std::min(blocking.panels, all_panels - first_panel);
        const std::int64_t batch = item / (row_blocks * groups);
        const std::int64_t rows = left_map.rows(row_block);
        const auto emit_all = [&](std::int64_t segment) {
            for (std::int64_t p = 0; p < panels; p++) {
                const std::int64_t m0 = (first_panel + p) * kernel.columns;
                emit({.batch = batch,
                      .segment = segment,
                      .n0 = row_block * blocking.rows,
                      .rows = rows,
                      .m0 = m0,
                      .columns = std::min<std::int64_t>(kernel.columns, right.m - m0),
                      .sums = sums + p * rows * kernel.columns,
                      .stride = kernel.columns,
                      .worker = worker});
            }
        };
        if (segments.number() == 0) {
            std::fill_n(sums, panels * rows * kernel.columns, 0);
            emit_all(0);
        }
        for (std::int64_t segment = 0; segment < segments.number(); segment++) {
            kernel.count({.plan = left.plan,
                          .a = left_map.codes(batch, segment, row_block),
                          .a_stride = segments.d,
                          .left = left.data.data() + left_map.offset(batch, segment, row_block),
                          .rows = rows,
                          .panel = right.data.data() + panel_map.offset(batch, segment, first_panel),
                          .panel_stride = kernel.panel_bytes(segments.length(segment)),
                          .panels = panels,
                          .d = segments.length(segment),
                          .sums = sums,
                          .scratch = mine + sums_bytes});
            emit_all(segment);
        }
    });
}

} // namespace scmp::count
