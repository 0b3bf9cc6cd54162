// Puts the stages of a product on a device one after another.
#include "cuda/product.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "cuda/count.h"
#include "cuda/dequantize.h"
#include "cuda/quantize.h"

namespace scmp::cuda {
namespace {

constexpr std::int64_t most_blocks = std::int64_t(1) << 30; // blocks go on to further work by themselves

Grid grid_of(std::int64_t items, std::size_t shared_bytes) {
    return {std::min(items, most_blocks), shared_bytes};
}

bool on_device(const View &view) {
    return view.device != SCMP_DEVICE_CPU;
}

// --- operands -------------------------------------------------------------------------------------------------------

// The elements of a host view one after another.
Buffer<std::byte> packed_elements(const View &view, std::pmr::memory_resource &memory) {
    const auto size = std::size_t(view.element_size());
    Buffer<std::byte> packed(memory, std::size_t(view.count) * size);
    std::byte *to = packed.data();
    Walk walk = row_walk(view);
    for (std::int64_t row = 0, rows = view.count == 0 ? 0 : view.rows(); row < rows; row++, walk.next())
        for (std::int64_t d = 0; d < view.d(); d++, to += size)
            std::memcpy(to, walk.address() + d * view.stride_d() * std::int64_t(size), size);
    return packed;
}

// An operand and what quantization makes of it.
struct Levels {
    quantize::Scopes scopes;
    DeviceBuffer<std::byte> copy; // empty where the operand is on the device
    DeviceBuffer<float> s32;
    DeviceBuffer<double> s64;
    Source source{};
    Lines lines{};
    ScopeKind kind{};
    DeviceBuffer<quantize::ScopeScale> scales;
    DeviceBuffer<std::int16_t> q;
    DeviceBuffer<float> row_sum;
};

ScopeKind kind_of(quantize::Scopes::Kind kind) {
    switch (kind) {
    case quantize::Scopes::tensor:
        return ScopeKind::tensor;
    case quantize::Scopes::head:
        return ScopeKind::head;
    case quantize::Scopes::chunk:
        return ScopeKind::chunk;
    case quantize::Scopes::row:
        break;
    }
    return ScopeKind::row;
}

void place_operand(const Device &device, const quantize::Source &given, const Work &work, Levels &out) {
    const Operand x = operand_of(given.view);
    out.source = {.data = reinterpret_cast<const unsigned char *>(x.data),
                  .dtype = x.dtype,
                  .batch = x.batch,
                  .rows = x.rows,
                  .d = x.d,
                  .stride_batch = x.stride_batch,
                  .stride_row = x.stride_row,
                  .stride_d = x.stride_d,
                  .how = Source::plain,
                  .wide = given.smoothing.wide,
                  .s32 = nullptr,
                  .s64 = nullptr};
    if (!on_device(given.view)) {
        const auto bytes = std::size_t(given.view.count * given.view.element_size());
        if (given.view.contiguous()) {
            out.copy = DeviceBuffer<std::byte>(device, given.view.data, bytes);
        } else {
            const Buffer<std::byte> packed = packed_elements(given.view, work.memory);
            out.copy = DeviceBuffer<std::byte>(device, packed.data(), bytes);
        }
        out.source.data = reinterpret_cast<const unsigned char *>(out.copy.data());
        out.source.stride_batch = x.rows * x.d;
        out.source.stride_row = x.d;
        out.source.stride_d = 1;
    }
    if (given.smoothing.how == Smoothing::none) return;
    out.source.how = given.smoothing.how == Smoothing::divide ? Source::divided : Source::multiplied;
    if (given.smoothing.wide)
        out.s64 = DeviceBuffer<double>(device, given.smoothing.s64, std::size_t(x.d));
    else
        out.s32 = DeviceBuffer<float>(device, given.smoothing.s32, std::size_t(x.d));
    out.source.s32 = out.s32.data();
    out.source.s64 = out.s64.data();
}

// Ranges and scales of every scope.
Levels scaled(const Device &device, const Job &job, const quantize::Source &given, const quantize::Scopes &scopes,
              std::int32_t *non_finite, const Work &work) {
    Levels out;
    out.scopes = scopes;
    place_operand(device, given, work, out);
    out.kind = kind_of(scopes.kind);
    out.lines = {.rows = scopes.batch * scopes.rows,
                 .d = scopes.d,
                 .chunk_d =
                     std::max<std::int64_t>(scopes.kind == quantize::Scopes::chunk ? scopes.chunk_d : scopes.d, 1),
                 .chunks = scopes.chunks()};
    const std::int64_t lines = out.lines.rows * out.lines.chunks;
    const DeviceBuffer<LineRange> ranges(device, std::size_t(lines));
    const std::size_t shared = sizeof(LineRange) * threads;
    if (lines > 0) device.ranges(device, grid_of(lines, shared), {out.source, out.lines, ranges.data()});
    const std::int64_t entries = scopes.entries();
    out.scales = DeviceBuffer<quantize::ScopeScale>(device, std::size_t(entries));
    if (entries > 0)
        device.scales(device, grid_of(entries, shared),
                      {.kind = out.kind,
                       .lines = lines,
                       .rows = scopes.rows,
                       .group = scopes.group,
                       .entries = entries,
                       .rule = job.rule,
                       .q_max = job.q_max,
                       .ranges = ranges.data(),
                       .scales = out.scales.data(),
                       .non_finite = non_finite});
    return out;
}

void quantize_levels(const Device &device, const Job &job, Levels &x) {
    const std::int64_t lines = x.lines.rows * x.lines.chunks;
    x.q = DeviceBuffer<std::int16_t>(device, std::size_t(x.lines.rows * x.lines.d));
    if (!quantize::is_bipolar(job.rule)) x.row_sum = DeviceBuffer<float>(device, std::size_t(x.lines.rows));
    if (lines == 0) return;
    device.levels(device, grid_of(lines, sizeof(std::int64_t) * threads),
                  {.x = x.source,
                   .lines = x.lines,
                   .kind = x.kind,
                   .rule = job.rule,
                   .q_max = job.q_max,
                   .scales = x.scales.data(),
                   .q = x.q.data(),
                   .row_sum = x.row_sum.data()});
}

// Throws NON_FINITE. The place of what is not finite is known where the operand is in host memory.
void require_finite_operand(std::int32_t non_finite, const quantize::Source &x) {
    if (non_finite == 0) return;
    if (!on_device(x.view)) {
        require_finite(x.view, {}, true, x.name);
        require_finite(x.view, x.smoothing, true, x.name);
    }
    fail(SCMP_ERROR_NON_FINITE,
         "%s has a value that is NaN or infinite, as given or once it is smoothed (%lld elements)", x.name,
         ll(x.view.count));
}

// --- tables
// -----------------------------------------------------------------------------------------------------------

// Inner indices d0 .. d1 of a segment, whose tables fit at the same time: those of pairs[first_slot ...].
struct Part {
    std::int64_t d0, d1;
    std::int64_t first_slot, slots;
};

// Which pair of sequences has its table in which place, while the parts of a segment take turns.
struct Slots {
    explicit Slots(std::pmr::memory_resource &memory) : parts(&memory), of_d(&memory), pairs(&memory) {}

    Vector<Part> parts;
    Vector<std::int32_t> of_d;  // by inner index: the slot within its part
    Vector<std::int32_t> pairs; // part after part
};

Slots slots_of(const streams::CountTables &tables, std::int64_t d, std::int64_t most,
               std::pmr::memory_resource &memory) {
    Slots slots(memory);
    Vector<std::int64_t> place(std::size_t(tables.pairs()), -1, &memory); // in `pairs`
    Part part{0, 0, 0, 0};
    for (std::int64_t i = 0; i < d; i++) {
        const int pair = tables.streams.pair_of(i);
        std::int64_t &at = place[std::size_t(pair)];
        if (at < part.first_slot) { // not in this part, or in none
            if (part.slots == most) {
                slots.parts.push_back(part);
                part = {i, i, part.first_slot + part.slots, 0};
            }
            at = part.first_slot + part.slots++;
            slots.pairs.push_back(pair);
        }
        slots.of_d.push_back(static_cast<std::int32_t>(at - part.first_slot));
        part.d1 = i + 1;
    }
    if (part.slots > 0) slots.parts.push_back(part);
    return slots;
}

// Counts segments, with what that needs on the device.
class Counter {
public:
    Counter(const Device &device, const Job &job, const Levels &a, const Levels &b, const Work &work)
        : device_(device), job_(job), a_(a), b_(b), tables_(*job.tables),
          slots_(slots_of(tables_, tables_.streams.d, most_slots(), work.memory)), rows_(tile_rows(n(), codes())) {
        if (codes() > most_codes)
            fail(SCMP_ERROR_UNSUPPORTED, "%d levels are more than the GPU's %d", codes(), most_codes);
        of_d_ = copy(slots_.of_d.data(), slots_.of_d.size());
        pairs_ = copy(slots_.pairs.data(), slots_.pairs.size());
        row_of_code_ = copy(tables_.row_of_code.data(), tables_.row_of_code.size());
        ones_of_row_ = copy(tables_.ones_of_row.data(), tables_.ones_of_row.size());
        first_code_ = copy(tables_.first_code.data(), tables_.first_code.size());
        std::int64_t most = 0;
        for (const Part &part : slots_.parts) most = std::max(most, part.slots);
        expanded_ = DeviceBuffer<std::uint16_t>(device, std::size_t(most * tables_.max_rows * codes()));
    }

    const char *kernel() const { return rows_ == 64 ? "cuda_rows64" : rows_ == 32 ? "cuda_rows32" : "cuda_rows16"; }

    // Adds the sums of a segment.
    void add(std::int64_t segment, std::int32_t *sums) {
        const std::int64_t length = job_.segments.length(segment);
        for (const Part &part : slots_.parts) {
            if (part.d0 >= length) break;
            expand(part);
            count(part, std::min(part.d1, length), job_.segments.begin(segment), sums);
        }
    }

private:
    template <class T> DeviceBuffer<T> copy(const T *from, std::size_t count) const {
        return DeviceBuffer<T>(device_, from, count);
    }
    int codes() const { return static_cast<int>(tables_.right_codes()); }
    std::int64_t n() const { return a_.scopes.rows; }
    std::int64_t most_slots() const {
        const std::size_t each = std::size_t(tables_.max_rows) * tables_.right_codes() * sizeof(std::uint16_t);
        return std::max<std::int64_t>(1, std::int64_t(device_.table_bytes / each));
    }

    // Tables of the only part stay from segment to segment.
    void expand(const Part &part) {
        if (expanded_part_ == &part) return;
        expanded_part_ = &part;
        device_.table(device_, grid_of(part.slots, 0),
                      {.pair_of_slot = pairs_.data() + part.first_slot,
                       .slots = part.slots,
                       .stoc_len = tables_.streams.stoc_len,
                       .max_rows = tables_.max_rows,
                       .right_codes = codes(),
                       .ones_of_row = ones_of_row_.data(),
                       .first_code = first_code_.data(),
                       .table = expanded_.data()});
    }

    void count(const Part &part, std::int64_t d1, std::int64_t begin, std::int32_t *sums) const {
        CountArgs args{.a = a_.q.data() + begin,
                       .b = b_.q.data() + begin,
                       .batch = a_.scopes.batch,
                       .n = n(),
                       .m = b_.scopes.rows,
                       .stride = a_.scopes.d,
                       .d0 = part.d0,
                       .d1 = d1,
                       .splits = 1,
                       .split_d = d1 - part.d0,
                       .slot_of_d = of_d_.data(),
                       .pair_of_slot = pairs_.data() + part.first_slot,
                       .row_of_code = row_of_code_.data(),
                       .table = expanded_.data(),
                       .left_codes = static_cast<int>(tables_.left_codes()),
                       .right_codes = codes(),
                       .max_rows = tables_.max_rows,
                       .sums = sums};
        // Few tiles leave most of a device idle: then several blocks share one, each with a part of the inner
        // dimension.
        const std::int64_t tiles = args.batch * tiles_of(args.n, rows_) * tiles_of(args.m, tile_columns);
        const std::int64_t wanted = std::max<std::int64_t>(1, device_.full_grid / tiles);
        args.split_d = tiles_of(tiles_of(args.split_d, wanted), tile_d) * tile_d;
        args.splits = tiles_of(d1 - part.d0, args.split_d);
        const std::int64_t shared = rows_ == 64   ? CountTile<64>::bytes(codes())
                                    : rows_ == 32 ? CountTile<32>::bytes(codes())
                                                  : CountTile<16>::bytes(codes());
        device_.count(device_, grid_of(tiles * args.splits, std::size_t(shared)), rows_, args);
    }

    const Device &device_;
    const Job &job_;
    const Levels &a_, &b_;
    const streams::CountTables &tables_;
    Slots slots_;
    int rows_;
    DeviceBuffer<std::int32_t> of_d_, pairs_;
    DeviceBuffer<std::uint16_t> row_of_code_, ones_of_row_;
    DeviceBuffer<std::int16_t> first_code_;
    DeviceBuffer<std::uint16_t> expanded_; // (slots, max_rows, right codes) of the part at hand
    const Part *expanded_part_ = nullptr;
};

// --- results
// ----------------------------------------------------------------------------------------------------------

// Where the values of one output go: to it, or to a contiguous copy on the device that is fetched at the end.
template <class T> class Target {
public:
    Target(const Device &device, const View *view, scmp_dtype dtype, std::pmr::memory_resource &memory)
        : device_(device), view_(view) {
        if (view == nullptr) return;
        const Operand out = operand_of(*view);
        if (on_device(*view)) {
            output_ = {reinterpret_cast<unsigned char *>(view->data), view->dtype, out.stride_batch, out.stride_row,
                       out.stride_d};
            return;
        }
        copy_ = DeviceBuffer<T>(device, std::size_t(view->count));
        fetched_ = Buffer<T>(memory, std::size_t(view->count));
        output_ = {reinterpret_cast<unsigned char *>(copy_.data()), dtype, out.rows * out.d, out.d, 1};
    }

    const Output &output() const { return output_; }

    void fetch() {
        if (copy_.data() == nullptr) return;
        device_.download(device_, fetched_.data(), copy_.data(), fetched_.size() * sizeof(T));
    }
    void write() const {
        if (fetched_.size() > 0) write_view(*view_, fetched_.data());
    }

private:
    const Device &device_;
    const View *view_;
    DeviceBuffer<T> copy_;
    Buffer<T> fetched_;
    Output output_{};
};

} // namespace

const char *multiply(const Device &device, const Job &job, const Work &work) {
    const InUse in_use(device);
    const DeviceBuffer<std::int32_t> non_finite(device, 2);
    device.clear(device, non_finite.data(), 2 * sizeof(std::int32_t));
    Levels a = scaled(device, job, job.a, job.scopes_a, non_finite.data(), work);
    Levels b = scaled(device, job, job.b, job.scopes_b, non_finite.data() + 1, work);
    std::int32_t flags[2];
    device.download(device, flags, non_finite.data(), sizeof flags);
    require_finite_operand(flags[0], job.a);
    require_finite_operand(flags[1], job.b);
    work.monitor.check(0.2); // the last time: from here on results go to device memory

    const std::int64_t batch = job.scopes_a.batch;
    const std::int64_t n = job.scopes_a.rows;
    const std::int64_t m = job.scopes_b.rows;
    const std::int64_t all = batch * n * m;
    if (all == 0) return "";
    quantize_levels(device, job, a);
    quantize_levels(device, job, b);

    Target<float> y(device, job.y, SCMP_F32, work.memory);
    Target<std::int32_t> counts(device, job.counts, SCMP_I32, work.memory);
    const DeviceBuffer<std::int32_t> sums(device, std::size_t(all));
    std::optional<Counter> counter;
    if (job.tables != nullptr) counter.emplace(device, job, a, b, work);
    const std::int64_t segments = job.segments.number();
    for (std::int64_t segment = 0; segment < std::max<std::int64_t>(segments, 1); segment++) {
        device.clear(device, sums.data(), std::size_t(all) * sizeof(std::int32_t));
        if (counter && segments > 0) counter->add(segment, sums.data());
        device.values(device, grid_of(tiles_of(all, threads), 0),
                      {.form = job.form,
                       .c = dequantize::unit(job.q_max, job.stoc_len),
                       .batch = batch,
                       .n = n,
                       .m = m,
                       .d = job.scopes_a.d,
                       .chunk = segment,
                       .chunked = segments > 1,
                       .sums = sums.data(),
                       .scale_a = a.scales.data(),
                       .scale_b = b.scales.data(),
                       .row_sum_a = a.row_sum.data(),
                       .row_sum_b = b.row_sum.data(),
                       .y = y.output(),
                       .counts = counts.output()});
    }
    y.fetch();
    counts.fetch();
    y.write();
    counts.write();
    work.monitor.stop(1.0); // the whole call is done; too late to cancel
    return counter ? counter->kernel() : "";
}

} // namespace scmp::cuda
