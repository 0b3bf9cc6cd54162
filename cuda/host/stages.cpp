// Launches the stages and takes their results to where they are wanted.
#include "cuda/host/stages.h"

#include <algorithm>
#include <array>

#include "base/divide.h"
#include "cuda/block/dequantize.h"
#include "cuda/host/counter.h"
#include "cuda/host/result.h"

namespace scmp::cuda {
namespace {

constexpr std::int64_t least_rows = 64; // of a block that looks for maxima

template <class T> DeviceBuffer<T> uploaded(const Device &device, std::span<const T> values) {
    return DeviceBuffer<T>(device, values.data(), values.size());
}

// Elements 0 .. each - 1 of every row of a matrix on the device.
Array row_starts(scmp_dtype dtype, const void *data, std::int64_t rows, std::int64_t stride, std::int64_t each = 1) {
    Array array = array_of(dtype, data, rows * each);
    array.axes = 2;
    array.shape[0] = rows;
    array.strides[0] = stride;
    array.shape[1] = each;
    array.strides[1] = 1;
    return array;
}

void find_maxima(const Device &device, MaximaArgs args) {
    const std::size_t shared = std::size_t(threads) * (args.wide ? sizeof(double) : sizeof(float));
    device.launch(device, grid_of(column_tiles(args.d) * args.splits, shared), args);
}

} // namespace

Stage::~Stage() {
    try {
        device_.wait(device_);
    } catch (...) { // there is an error already, or nothing to say
    }
}

Buffer<std::byte> fetch(const Device &device, const View &view, std::pmr::memory_resource &memory) {
    const Stage stage(device);
    return fetched_elements(device, view, memory);
}

void put(const Device &device, const View &view, const std::byte *packed) {
    const Stage stage(device);
    put_elements(device, view, packed);
}

// --- calibration and smoothing --------------------------------------------------------------------------------------

std::optional<Buffer<std::byte>> maxima(const Device &device, const View &x, const std::byte *mask, scmp_dtype dtype,
                                        std::pmr::memory_resource &memory) {
    const Stage stage(device);
    const std::int64_t d = x.d();
    const std::int64_t rows = x.rows();
    const auto bytes = std::size_t(d * size_of(dtype));
    Buffer<std::byte> found(memory, bytes);
    std::fill_n(found.data(), bytes, std::byte{0});
    if (x.count == 0) return found;

    const Placed placed(device, &x, memory);
    const View mask_view = contiguous_view(SCMP_DTYPE_U8, mask, {rows});
    const Placed placed_mask(device, mask == nullptr ? nullptr : &mask_view, memory);
    const Alarm non_finite(device);
    const std::int64_t tiles = std::max<std::int64_t>(1, column_tiles(d));
    const std::int64_t most_splits = std::max<std::int64_t>(1, 2 * device.full_grid / tiles);
    const std::int64_t split_rows = std::max(least_rows, ceil_divide(rows, most_splits));
    const std::int64_t splits = ceil_divide(rows, split_rows);
    const DeviceBuffer<std::byte> parts(device, std::size_t(splits) * bytes), all(device, bytes);
    const bool there = on_device(x);
    MaximaArgs args{.rows = there ? array_of(x, x.data, x.rank - 1) : row_starts(x.dtype, placed.array().data, rows, d),
                    .d = d,
                    .stride_d = there ? x.stride_d() : 1,
                    .mask = placed_mask.array(),
                    .splits = splits,
                    .split_rows = split_rows,
                    .wide = dtype == SCMP_DTYPE_F64,
                    .maxima = parts.data(),
                    .non_finite = non_finite.data()};
    find_maxima(device, args);
    if (splits > 1) {
        args.rows = row_starts(dtype, parts.data(), splits, d);
        args.stride_d = 1;
        args.mask = {};
        args.splits = 1;
        args.split_rows = splits;
        args.maxima = all.data();
        find_maxima(device, args);
    }
    if (non_finite.is_set()) return std::nullopt;
    device.download(device, found.data(), args.maxima, bytes);
    return found;
}

bool apply(const Device &device, const View &x, const Smoothing &smoothing, const View &out,
           std::pmr::memory_resource &memory) {
    if (x.count == 0) return true;
    const Stage stage(device);
    const auto d = std::size_t(x.d());
    const Placed from(device, &x, memory);
    PlacedOutput to(device, &out, false, memory);
    DeviceBuffer<float> s32;
    DeviceBuffer<double> s64;
    if (smoothing.wide)
        s64 = DeviceBuffer<double>(device, smoothing.s64, d);
    else
        s32 = DeviceBuffer<float>(device, smoothing.s32, d);
    const Alarm non_finite(device);
    SmoothArgs args{.looks = true,
                    .x = from.array(),
                    .out = to.array(),
                    .d = x.d(),
                    .how = smoothing.how == Smoothing::divide ? Source::divided : Source::multiplied,
                    .wide = smoothing.wide,
                    .s32 = s32.data(),
                    .s64 = s64.data(),
                    .non_finite = non_finite.data()};
    launch(device, x.count, args);
    if (non_finite.is_set()) return false;
    args.looks = false;
    launch(device, x.count, args);
    to.fetch();
    device.wait(device);
    to.write();
    return true;
}

// --- ranges and quantization ----------------------------------------------------------------------------------------

bool ranges(const Device &device, const quantize::Source &x, const quantize::Scopes &scopes, const Quantizing &by,
            const View &out, const Work &work) {
    const Stage stage(device);
    const std::int64_t entries = scopes.entries();
    const Alarm non_finite(device);
    const DeviceBuffer<LineRange> found(device, std::size_t(entries));
    Levels levels = placed(device, x, scopes, by, {non_finite.data()}, work);
    find_scales(device, by, levels, found.data());
    PlacedOutput to(device, &out, false, work.memory);
    if (non_finite.is_set()) return false;
    work.monitor.check(0.5); // the last time: from here on results are written
    static_assert(offsetof(LineRange, min) == 0 && offsetof(LineRange, max) == sizeof(float));
    constexpr std::int64_t stride = sizeof(LineRange) / sizeof(float);
    launch(device, 2 * entries, CopyArgs{row_starts(SCMP_DTYPE_F32, found.data(), entries, stride, 2), to.array()});
    to.fetch();
    device.wait(device);
    to.write();
    work.monitor.stop(1.0);
    return true;
}

bool quantize(const Device &device, const quantize::Source &x, const quantize::Scopes &scopes, const Quantizing &by,
              std::span<const quantize::ScopeScale> given_scales, std::span<const std::uint16_t> boundaries,
              const QuantizedViews &out, const Work &work) {
    const Stage stage(device);
    const std::int64_t entries = scopes.entries();
    const std::int64_t rows = scopes.batch * scopes.rows;
    const Alarm non_finite(device);
    Levels levels = placed(device, x, scopes, by, {non_finite.data()}, work);
    find_scales(device, by, levels);
    if (non_finite.is_set()) return false;
    if (!given_scales.empty()) levels.scales = uploaded(device, given_scales);
    const DeviceBuffer<std::int64_t> row_sum(device, out.row_sum == nullptr ? 0 : std::size_t(rows));
    const DeviceBuffer<std::uint16_t> boundary_of = uploaded(device, boundaries);
    std::array<PlacedOutput, 6> to = {PlacedOutput(device, out.level, false, work.memory),
                                      PlacedOutput(device, out.boundary, false, work.memory),
                                      PlacedOutput(device, out.sign, false, work.memory),
                                      PlacedOutput(device, out.scale, false, work.memory),
                                      PlacedOutput(device, out.zero_point, false, work.memory),
                                      PlacedOutput(device, out.row_sum, false, work.memory)};
    quantize_levels(device, by, levels, row_sum.data());
    work.monitor.check(0.5); // the last time: from here on results are written
    launch(device, std::max({rows * scopes.d, entries, rows}),
           QuantizedArgs{.q = levels.q.data(),
                         .boundary_of = boundary_of.data(),
                         .count = rows * scopes.d,
                         .scales = levels.scales.data(),
                         .entries = entries,
                         .row_sums = row_sum.data(),
                         .rows = rows,
                         .level = to[0].array(),
                         .boundary = to[1].array(),
                         .sign = to[2].array(),
                         .scale = to[3].array(),
                         .zero_point = to[4].array(),
                         .row_sum = to[5].array()});
    for (PlacedOutput &output : to) output.fetch();
    device.wait(device);
    for (const PlacedOutput &output : to) output.write();
    work.monitor.stop(1.0);
    return true;
}

// --- counting -------------------------------------------------------------------------------------------------------

Codes::Codes(const Device &device, const View &boundary, const View *sign, int rng_levels, const Work &work)
    : device_(device), boundary_(device, &boundary, work.memory), sign_(device, sign, work.memory),
      marks_(device, std::size_t(rng_levels) + 2), rng_levels_(rng_levels),
      codes_(device, std::size_t(boundary.count)) {
    device.clear(device, marks_.data(), (std::size_t(rng_levels) + 2) * sizeof(std::int32_t));
    launch(device, boundary.count,
           MarksArgs{.boundary = boundary_.array(),
                     .sign = sign_.array(),
                     .rng_levels = rng_levels,
                     .marks = marks_.data(),
                     .bad = marks_.data() + rng_levels + 1});
}

std::optional<Vector<std::int16_t>> Codes::marks(std::pmr::memory_resource &memory) const {
    Buffer<std::int32_t> found(memory, std::size_t(rng_levels_) + 2);
    device_.download(device_, found.data(), marks_.data(), found.size() * sizeof(std::int32_t));
    if (found[found.size() - 1] != 0) return std::nullopt;
    Vector<std::int16_t> marks(found.size() - 1, 0, &memory);
    for (std::size_t i = 0; i < marks.size(); i++) marks[i] = static_cast<std::int16_t>(found[i]);
    return marks;
}

void Codes::encode(std::span<const std::int16_t> code_of) {
    code_of_ = uploaded(device_, code_of);
    launch(
        device_, boundary_.array().count,
        CodesArgs{
            .boundary = boundary_.array(), .sign = sign_.array(), .code_of = code_of_.data(), .codes = codes_.data()});
}

std::optional<Buffer<std::int32_t>> count(const Device &device, const Counting &job, bool accumulate, const View &sums,
                                          const Work &work) {
    const std::int64_t all = job.batch * job.n * job.m;
    if (sums.count == 0) return std::nullopt;
    const auto bytes = std::size_t(sums.count) * sizeof(std::int32_t);
    const DeviceBuffer<std::int32_t> counted(device, std::size_t(sums.count));
    device.clear(device, counted.data(), bytes);
    std::optional<Counter> counter;
    if (job.tables)
        counter.emplace(device,
                        CountJob{job.a.data(), job.b.data(), job.batch, job.n, job.m, job.segments.d, job.segments,
                                 job.tables, job.negative},
                        work);
    for (std::int64_t segment = 0; segment < job.segments.number(); segment++)
        counter->add(segment, counted.data() + segment * all);
    PlacedOutput to(device, &sums, accumulate, work.memory);
    TotalsArgs args{.counted = counted.data(), .sums = to.array(), .accumulate = accumulate, .too_large = nullptr};
    if (accumulate) {
        const Alarm too_large(device);
        args.too_large = too_large.data();
        launch(device, sums.count, args);
        if (too_large.is_set()) {
            Buffer<std::int32_t> given_up(work.memory, std::size_t(sums.count));
            device.download(device, given_up.data(), counted.data(), bytes);
            return given_up;
        }
        args.too_large = nullptr;
    }
    work.monitor.check(0.9); // the last time: from here on results are written
    launch(device, sums.count, args);
    to.fetch();
    device.wait(device);
    to.write();
    work.monitor.stop(1.0);
    return std::nullopt;
}

// --- dequantization -------------------------------------------------------------------------------------------------

bool dequantize_sums(const Device &device, const Dequantizing &by, const View &sums, const View &y, const Work &work) {
    const Stage stage(device);
    const Placed from(device, &sums, work.memory);
    const DeviceBuffer<std::int32_t> narrow(device, std::size_t(sums.count));
    const Alarm too_large(device);
    launch(device, sums.count,
           NarrowArgs{.sums = from.array(), .narrow = narrow.data(), .too_large = too_large.data()});
    if (too_large.is_set()) return false;
    const std::int64_t all = by.batch * by.n * by.m;
    if (all == 0) return true;
    const auto scale_a = uploaded(device, by.a.scales), scale_b = uploaded(device, by.b.scales);
    const auto row_sum_a = uploaded(device, by.a.row_sums), row_sum_b = uploaded(device, by.b.row_sums);
    Target<float> to(device, &y, SCMP_DTYPE_F32, work.memory);
    const DeviceBuffer<float> running(device, by.chunks > 1 ? std::size_t(all) : 0);
    work.monitor.check(0.5); // the last time: from here on results are written
    for (std::int64_t chunk = 0; chunk < by.chunks; chunk++)
        launch(device, all,
               ValuesArgs{.form = by.form,
                          .c = by.c,
                          .batch = by.batch,
                          .n = by.n,
                          .m = by.m,
                          .d = by.d,
                          .chunk = chunk,
                          .chunks = by.chunks,
                          .running = running.data(),
                          .sums = narrow.data() + chunk * all,
                          .scale_a = scale_a.data(),
                          .scale_b = scale_b.data(),
                          .row_sum_a = row_sum_a.data(),
                          .row_sum_b = row_sum_b.data(),
                          .y = to.output(),
                          .counts = {},
                          .verdict = {}});
    to.fetch();
    device.wait(device);
    to.write();
    work.monitor.stop(1.0);
    return true;
}

} // namespace scmp::cuda
