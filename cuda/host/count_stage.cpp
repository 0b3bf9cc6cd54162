// Counts boundaries that a caller gives on a GPU.
#include <algorithm>
#include <memory>
#include <optional>

#include "base/error.h"
#include "cuda/block/count.h"
#include "cuda/host/counter.h"
#include "cuda/host/stage.h"
#include "cuda/host/stages.h"
#include "product/boundaries.h"
#include "product/host_copy.h"

namespace scmp::cuda {
namespace {

using product::BoundaryOperand;
using product::CountSpec;

// Boundaries of an operand, with their signs, on their way to codes.
class DeviceCodes {
public:
    DeviceCodes(const Device &device, const BoundaryOperand &operand, int rng_levels, std::pmr::memory_resource &memory)
        : device_(device), operand_(operand), boundary_(device, &operand.boundary, memory),
          sign_(device, operand.has_sign ? &operand.sign : nullptr, memory),
          marks_(device, std::size_t(rng_levels) + 2), rng_levels_(rng_levels),
          codes_(device, std::size_t(operand.boundary.count)) {
        device.clear(device, marks_.data(), (std::size_t(rng_levels) + 2) * sizeof(std::int32_t));
        launch(device, operand.boundary.count,
               MarksArgs{.boundary = boundary_.array(),
                         .sign = sign_.array(),
                         .rng_levels = rng_levels,
                         .marks = marks_.data(),
                         .bad = marks_.data() + rng_levels + 1});
    }

    // By boundary, 0 .. rng_levels: 1 for those that occur. Throws INVALID_ARGUMENT where a boundary is off the grid,
    // or a sign is none; `name` is the operand's.
    Vector<std::int16_t> marks(const char *name, std::pmr::memory_resource &memory) const {
        Buffer<std::int32_t> found(memory, std::size_t(rng_levels_) + 2);
        device_.download(device_, found.data(), marks_.data(), found.size() * sizeof(std::int32_t));
        if (found[found.size() - 1] != 0) fail_elements(name, memory);
        Vector<std::int16_t> marks(found.size() - 1, 0, &memory);
        for (std::size_t i = 0; i < marks.size(); i++) marks[i] = static_cast<std::int16_t>(found[i]);
        return marks;
    }

    // Signed codes in C order; `code_of` by boundary.
    void encode(std::span<const std::int16_t> code_of) {
        code_of_ = DeviceBuffer<std::int16_t>(device_, code_of.data(), code_of.size());
        launch(device_, boundary_.array().count,
               CodesArgs{.boundary = boundary_.array(),
                         .sign = sign_.array(),
                         .code_of = code_of_.data(),
                         .codes = codes_.data()});
    }
    const std::int16_t *data() const { return codes_.data(); }

private:
    // Boundaries first, as the CPU looks for them.
    [[noreturn]] void fail_elements(const char *name, std::pmr::memory_resource &memory) const {
        const Buffer<std::int32_t> values = integers_on<std::int32_t>(device_, operand_.boundary, memory);
        for (std::size_t i = 0; i < values.size(); i++) product::check_boundary(values[i], i, rng_levels_, name);
        if (operand_.has_sign) {
            const Buffer<std::int32_t> signs = integers_on<std::int32_t>(device_, operand_.sign, memory);
            for (std::size_t i = 0; i < signs.size(); i++) product::check_sign(signs[i], i, name);
        }
        fail_changed(name);
    }

    const Device &device_;
    const BoundaryOperand &operand_;
    DeviceInput boundary_, sign_;
    DeviceBuffer<std::int32_t> marks_; // and behind them whether something is bad
    std::int32_t rng_levels_;
    DeviceBuffer<std::int16_t> code_of_, codes_;
};

bool any_on_device(const CountSpec &spec, const View &sums) {
    const auto there = [](const BoundaryOperand &x) {
        return on_device(x.boundary) || (x.has_sign && on_device(x.sign));
    };
    return on_device(sums) || there(spec.a) || there(spec.b);
}

// Copies of operands and sums, for the CPU.
void count_copies(Resources &resources, const CountSpec &spec, const View &sums, const Work &work) {
    const product::HostCopy boundary_a(resources, spec.a.boundary, work.memory);
    const product::HostCopy boundary_b(resources, spec.b.boundary, work.memory);
    BoundaryOperand a = spec.a, b = spec.b;
    a.boundary = boundary_a.view();
    b.boundary = boundary_b.view();
    std::optional<product::HostCopy> sign_a, sign_b;
    if (a.has_sign) a.sign = sign_a.emplace(resources, a.sign, work.memory).view();
    if (b.has_sign) b.sign = sign_b.emplace(resources, b.sign, work.memory).view();
    const product::OutputHostCopy here(resources, sums, spec.accumulate, work.memory);
    cpu_slots.count(resources,
                    {.spec = spec.spec,
                     .a = a,
                     .b = b,
                     .batch = spec.batch,
                     .n = spec.n,
                     .m = spec.m,
                     .segments = spec.segments,
                     .d_offset = spec.d_offset,
                     .accumulate = spec.accumulate},
                    here.view(), work);
    here.commit();
}

// Throws INVALID_ARGUMENT for the first total of what was counted and what is there that does not fit.
[[noreturn]] void fail_totals(const Device &device, const DeviceBuffer<std::int32_t> &counted, const View &sums,
                              std::pmr::memory_resource &memory) {
    Buffer<std::int64_t> totals = integers_on<std::int64_t>(device, sums, memory);
    Buffer<std::int32_t> more(memory, totals.size());
    device.download(device, more.data(), counted.data(), counted.bytes());
    for (std::size_t i = 0; i < totals.size(); i++) totals[i] += more[i];
    product::check_totals(totals.span());
    fail_changed("sums");
}

// Sums of codes to `sums`, on top of what is there where the spec says so.
void count_codes(const Device &device, const CountSpec &spec, const CountJob &job, const View &sums, const Work &work) {
    if (sums.count == 0) return;
    const std::int64_t all = spec.batch * spec.n * spec.m;
    const DeviceBuffer<std::int32_t> counted(device, std::size_t(sums.count));
    device.clear(device, counted.data(), counted.bytes());
    std::optional<Counter> counter;
    if (job.tables) counter.emplace(device, job, work);
    for (std::int64_t segment = 0; segment < spec.segments.number(); segment++)
        counter->add(segment, counted.data() + segment * all);
    DeviceOutput to(device, &sums, spec.accumulate, work.memory);
    TotalsArgs args{.counted = counted.data(),
                    .sums = to.array(),
                    .accumulate = spec.accumulate,
                    .looks = spec.accumulate,
                    .too_large = {}};
    if (spec.accumulate) {
        const DeviceFlag too_large(device);
        args.too_large = too_large.flag();
        launch(device, sums.count, args);
        if (too_large.raised()) fail_totals(device, counted, sums, work.memory);
        args.looks = false;
    }
    work.monitor.check(0.9); // the last time: from here on results are written
    launch(device, sums.count, args);
    to.fetch();
    device.wait(device);
    to.write();
    work.monitor.stop(1.0);
}

// Counts on the device, unless there are more codes than its kernels have room for: then it does nothing, and returns
// false.
bool count_on_device(Resources &resources, const CountSpec &spec, const View &sums, const Work &work) {
    const Device &device = own_device(resources);
    const Stage stage(device);
    const streams::StreamShape &streams = spec.spec.streams;
    DeviceCodes a(device, spec.a, streams.rng_levels, work.memory), b(device, spec.b, streams.rng_levels, work.memory);
    Vector<std::int16_t> marks_a = a.marks("a", work.memory), marks_b = b.marks("b", work.memory);
    const Vector<std::uint16_t> levels = spec.spec.level_boundaries(spec.spec.rule(spec.segments.d), work.memory);
    const Vector<std::uint16_t> list_a = product::list_boundaries(marks_a, levels, work.memory);
    const Vector<std::uint16_t> list_b = product::list_boundaries(marks_b, levels, work.memory);
    if (std::max(list_a.size(), list_b.size()) > std::size_t(most_codes)) return false;
    a.encode(marks_a);
    b.encode(marks_b);
    std::shared_ptr<const streams::CountTables> tables; // of the longest segment; NULL where D is 0
    if (spec.table_d() > 0)
        tables = resources.tables.get({spec.spec.config, streams, spec.d_offset, spec.table_d()}, list_a, list_b, {});
    work.monitor.check(0.1);
    count_codes(
        device, spec,
        {a.data(), b.data(), spec.batch, spec.n, spec.m, spec.segments.d, spec.segments, tables, spec.has_sign()}, sums,
        work);
    return true;
}

} // namespace

void count(Resources &resources, const CountSpec &spec, const View &sums, const Work &work) {
    if (!any_on_device(spec, sums)) return cpu_slots.count(resources, spec, sums, work);
    if (!count_on_device(resources, spec, sums, work)) count_copies(resources, spec, sums, work);
}

} // namespace scmp::cuda
