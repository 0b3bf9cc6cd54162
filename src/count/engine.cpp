// Cuts products into tasks for a kernel.
#include "count/engine.h"

#include <algorithm>

namespace scmp::count {
namespace {

// Where a panel starts: batch entries one after another, in each its segments, in each its panels.
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

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) {
    return (a + b - 1) / b;
}

} // namespace

PackedRight pack_right(const Kernel &kernel, const std::int16_t *codes, std::int64_t batch, std::int64_t m,
                       Segments segments, int threads, Monitor &monitor, std::pmr::memory_resource &memory) {
    PackedRight packed{batch, m, segments, kernel.columns, {}};
    const std::int64_t panels = packed.panels();
    const PanelMap map(kernel, segments, panels);
    if (segments.d == 0) return packed;
    packed.data = Buffer<std::byte>(memory, map.batch_bytes() * std::size_t(batch));
    std::byte *data = packed.data.data();
    parallel_for(threads, batch * panels, monitor, [&](std::int64_t item, int) {
        const std::int64_t entry = item / panels;
        const std::int64_t panel = item % panels;
        const std::int64_t m0 = panel * kernel.columns;
        const std::int16_t *first = codes + (entry * m + m0) * segments.d;
        for (std::int64_t s = 0; s < segments.number(); s++)
            kernel.pack(first + segments.begin(s), segments.d, std::min<std::int64_t>(kernel.columns, m - m0),
                        segments.length(s), data + map.offset(entry, s, panel));
    });
    return packed;
}

// Tasks are as large as the kernel likes, but small enough to be cancelled between two of them and to keep every thread
// busy: at least four for each thread, while they do not become too small to pay for what a kernel prepares per panel.
Blocking blocking(const Kernel &kernel, std::int64_t batch, std::int64_t n, std::int64_t m, std::int64_t d,
                  int threads) {
    const std::int64_t columns = kernel.columns;
    const std::int64_t products_per_row = columns * std::max<std::int64_t>(d, 1);
    const std::int64_t panels = ceil_divide(m, columns);
    std::int64_t rows =
        std::clamp<std::int64_t>(kernel.task_products / products_per_row, kernel.min_rows, kernel.max_rows);
    rows = std::clamp<std::int64_t>(n, 1, rows);
    while (threads > 1 && rows >= 2 * kernel.min_rows && batch * panels * ceil_divide(n, rows) < 4 * threads)
        rows = ceil_divide(rows, 2);
    const std::int64_t items = batch * panels * ceil_divide(n, rows);
    return {rows, items, static_cast<int>(std::clamp<std::int64_t>(items, 1, threads))};
}

void run(const Product &product, const Blocking &blocking, Monitor &monitor, std::pmr::memory_resource &memory,
         EmitFunction emit, void *context) {
    const Kernel &kernel = *product.kernel;
    const PackedRight &b = *product.b;
    const Segments segments = b.segments;
    const std::int64_t panels = b.panels();
    const std::int64_t row_blocks = ceil_divide(product.n, blocking.rows);
    const PanelMap map(kernel, segments, panels);

    // Each worker's memory starts on cache lines of its own.
    constexpr std::size_t line = Buffer<std::byte>::alignment;
    const auto round_up = [](std::size_t bytes) { return (bytes + line - 1) / line * line; };
    const std::size_t sums_bytes =
        round_up(std::size_t(blocking.rows) * std::size_t(kernel.columns) * sizeof(std::int32_t));
    const std::size_t worker_bytes = sums_bytes + round_up(kernel.scratch_bytes(*product.tables, blocking.rows));
    Buffer<std::byte> space(memory, worker_bytes * std::size_t(blocking.workers));

    parallel_for(blocking.workers, blocking.items, monitor, [&](std::int64_t item, int worker) {
        std::byte *mine = space.data() + worker_bytes * std::size_t(worker);
        auto *sums = reinterpret_cast<std::int32_t *>(mine);
        const std::int64_t panel = item / row_blocks % panels;
        Block block{.batch = item / (row_blocks * panels),
                    .segment = 0,
                    .n0 = item % row_blocks * blocking.rows,
                    .rows = 0,
                    .m0 = panel * kernel.columns,
                    .columns = 0,
                    .sums = sums,
                    .stride = kernel.columns,
                    .worker = worker};
        block.rows = std::min(blocking.rows, product.n - block.n0);
        block.columns = std::min<std::int64_t>(kernel.columns, b.m - block.m0);
        if (segments.number() == 0) {
            std::fill_n(sums, block.rows * kernel.columns, 0);
            emit(context, block);
        }
        for (; block.segment < segments.number(); block.segment++) {
            kernel.count(
                {.tables = product.tables,
                 .a = product.a + (block.batch * product.n + block.n0) * segments.d + segments.begin(block.segment),
                 .a_stride = segments.d,
                 .rows = block.rows,
                 .panel = b.data.data() + map.offset(block.batch, block.segment, panel),
                 .d = segments.length(block.segment),
                 .sums = sums,
                 .scratch = mine + sums_bytes});
            emit(context, block);
        }
    });
}

} // namespace scmp::count
