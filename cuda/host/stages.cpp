// Launches the stages and takes their results to where they are wanted.
#include "cuda/host/stages.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>

#include "base/divide.h"
#include "base/error.h"
#include "cuda/block/dequantize.h"
#include "cuda/host/operand.h"
#include "cuda/host/result.h"
#include "cuda/host/stage.h"
#include "product/boundaries.h"
#include "product/host_copy.h"
#include "smooth/apply.h"

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

} // namespace

Buffer<std::byte> fetch(Resources &resources, const View &view, std::pmr::memory_resource &memory) {
    const Device &device = own_device(resources);
    const Stage stage(device);
    return fetched_elements(device, view, memory);
}

void store(Resources &resources, const View &view, const std::byte *elements) {
    const Device &device = own_device(resources);
    const Stage stage(device);
    put_elements(device, view, elements);
}

// --- calibration and smoothing --------------------------------------------------------------------------------------

namespace {

void find_maxima(const Device &device, MaximaArgs args) {
    const std::size_t shared = std::size_t(threads) * (args.wide ? sizeof(double) : sizeof(float));
    device.launch(device, grid_of(column_tiles(args.d) * args.splits, shared), args);
}

// The absolute maxima of x (..., D) by inner index over the rows that count, as (D,) of the statistics' type. `flags`:
// one byte a row, in host memory; NULL: every row counts. Throws NON_FINITE where a value of any row is not finite in
// that type.
Buffer<std::byte> maxima_of(const Device &device, const product::MaximaSpec &spec, const std::byte *flags,
                            std::pmr::memory_resource &memory) {
    const Stage stage(device);
    const View &x = spec.x;
    const scmp_dtype dtype = spec.statistics.dtype();
    const std::int64_t d = x.d();
    const std::int64_t rows = x.rows();
    const auto bytes = std::size_t(d * size_of(dtype));
    Buffer<std::byte> found(memory, bytes);
    std::fill_n(found.data(), bytes, std::byte{0});
    if (x.count == 0) return found;

    const View mask_view = contiguous_view(SCMP_DTYPE_U8, flags, {rows});
    const DeviceInput placed_mask(device, flags == nullptr ? nullptr : &mask_view, memory);
    const DeviceFlag non_finite(device);
    const std::int64_t tiles = std::max<std::int64_t>(1, column_tiles(d));
    const std::int64_t most_splits = std::max<std::int64_t>(1, 2 * device.full_grid / tiles);
    const std::int64_t split_rows = std::max(least_rows, ceil_divide(rows, most_splits));
    const std::int64_t splits = ceil_divide(rows, split_rows);
    const DeviceBuffer<std::byte> parts(device, std::size_t(splits) * bytes), all(device, bytes);
    MaximaArgs args{.rows = array_of(x, x.data, x.rank - 1),
                    .d = d,
                    .stride_d = x.stride_d(),
                    .mask = placed_mask.array(),
                    .splits = splits,
                    .split_rows = split_rows,
                    .wide = dtype == SCMP_DTYPE_F64,
                    .maxima = parts.data(),
                    .non_finite = non_finite.flag()};
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
    if (non_finite.raised()) {
        Buffer<std::byte> copy = fetched_elements(device, x, memory);
        require_finite(contiguous_like(x, copy.data()), {}, !spec.statistics.wide, spec.name);
        fail_changed(spec.name);
    }
    device.download(device, found.data(), args.maxima, bytes);
    return found;
}

} // namespace

void maxima(Resources &resources, const product::MaximaSpec &spec, const Work &work) {
    smooth::check_observation(spec.statistics, spec.x, spec.mask, spec.name);
    std::optional<product::HostCopy> mask;
    if (spec.mask != nullptr) mask.emplace(resources, *spec.mask, work.memory);
    if (!on_device(spec.x))
        return cpu_slots.maxima(resources, {spec.statistics, spec.x, mask ? &mask->view() : nullptr, spec.name}, work);
    work.monitor.check(0.0);
    Buffer<std::byte> flags;
    auto rows = static_cast<std::uint64_t>(spec.x.rows());
    if (mask) {
        flags = contiguous_elements(mask->view(), work.memory);
        rows -= static_cast<std::uint64_t>(std::count(flags.data(), flags.data() + flags.size(), std::byte{0}));
    }
    const Buffer<std::byte> found = maxima_of(own_device(resources), spec, flags.data(), work.memory);
    smooth::take_maxima(spec.statistics, contiguous_view(spec.statistics.dtype(), found.data(), {spec.x.d()}), rows,
                        resources.backend.row_functions.smooth, spec.name);
}

void smooth(Resources &resources, const product::SmoothSpec &spec, const View &out, const Work &work) {
    const View &x = spec.x;
    if (!on_device(x) && !on_device(out)) return cpu_slots.smooth(resources, spec, out, work);
    smooth::check_apply(x, spec.scales, out);
    if (x.count == 0) return;
    const Device &device = own_device(resources);
    const Stage stage(device);
    const Smoothing smoothing = spec.scales.smoothing(spec.how, x.dtype);
    const auto d = std::size_t(x.d());
    const DeviceInput from(device, &x, work.memory);
    DeviceOutput to(device, &out, false, work.memory);
    DeviceBuffer<float> s32;
    DeviceBuffer<double> s64;
    if (smoothing.wide)
        s64 = DeviceBuffer<double>(device, smoothing.s64, d);
    else
        s32 = DeviceBuffer<float>(device, smoothing.s32, d);
    const DeviceFlag non_finite(device);
    SmoothArgs args{.looks = true,
                    .x = from.array(),
                    .out = to.array(),
                    .d = x.d(),
                    .how = smoothing.how == Smoothing::divide ? ElementSource::divided : ElementSource::multiplied,
                    .wide = smoothing.wide,
                    .s32 = s32.data(),
                    .s64 = s64.data(),
                    .non_finite = non_finite.flag()};
    launch(device, x.count, args);
    if (non_finite.raised()) {
        Buffer<std::byte> copy = elements_of(device, x, work.memory);
        smooth::check_values(contiguous_like(x, copy.data()), smoothing, out.dtype);
        fail_changed("x");
    }
    args.looks = false;
    launch(device, x.count, args);
    to.fetch();
    device.wait(device);
    to.write();
}

// --- ranges and quantization ----------------------------------------------------------------------------------------

void ranges(Resources &resources, const OperandSpec &x, const View &out, const Work &work) {
    if (!on_device(x.source.view) && !on_device(out)) return cpu_slots.ranges(resources, x, out, work);
    const Device &device = own_device(resources);
    const Stage stage(device);
    const std::int64_t entries = x.scopes.entries();
    const DeviceFlag non_finite(device);
    const DeviceBuffer<LineRange> found(device, std::size_t(entries));
    Levels levels = placed(device, x, non_finite.flag(), work);
    find_scales(device, x.by, levels, found.data());
    DeviceOutput to(device, &out, false, work.memory);
    if (non_finite.raised()) fail_non_finite(device, x.source, work.memory);
    work.monitor.check(0.5); // the last time: from here on results are written
    static_assert(offsetof(LineRange, min) == 0 && offsetof(LineRange, max) == sizeof(float));
    constexpr std::int64_t stride = sizeof(LineRange) / sizeof(float);
    launch(device, 2 * entries, CopyArgs{row_starts(SCMP_DTYPE_F32, found.data(), entries, stride, 2), to.array()});
    to.fetch();
    device.wait(device);
    to.write();
    work.monitor.stop(1.0);
}

namespace {

// The outputs of quantization on the device, in the order of QuantizedViews.
std::array<DeviceOutput, 6> device_outputs(const Device &device, const product::QuantizedViews &out,
                                           std::pmr::memory_resource &memory) {
    const auto device_output = [&](const View *view) { return DeviceOutput(device, view, false, memory); };
    return {device_output(out.level), device_output(out.boundary),   device_output(out.sign),
            device_output(out.scale), device_output(out.zero_point), device_output(out.row_sum)};
}

bool any_on_device(const product::QuantizedViews &out) {
    const std::array all = {out.level, out.boundary, out.sign, out.scale, out.zero_point, out.row_sum};
    return std::any_of(all.begin(), all.end(), [](const View *view) { return view != nullptr && on_device(*view); });
}

} // namespace

void quantize(Resources &resources, const OperandSpec &x, std::span<const quantize::Range> given,
              std::span<const std::uint16_t> boundaries, const product::QuantizedViews &out, const Work &work) {
    if (!on_device(x.source.view) && !any_on_device(out))
        return cpu_slots.quantize(resources, x, given, boundaries, out, work);
    Vector<quantize::ScopeScale> given_scales(&work.memory);
    for (const quantize::Range &range : given)
        given_scales.push_back(quantize::scope_scale(x.by.rule, range, x.by.q_max));
    const Device &device = own_device(resources);
    const Stage stage(device);
    const quantize::Scopes &scopes = x.scopes;
    const std::int64_t entries = scopes.entries();
    const std::int64_t rows = scopes.batch * scopes.rows;
    const DeviceFlag non_finite(device);
    Levels levels = placed(device, x, non_finite.flag(), work);
    find_scales(device, x.by, levels);
    if (non_finite.raised()) fail_non_finite(device, x.source, work.memory);
    if (!given_scales.empty()) levels.scales = uploaded<quantize::ScopeScale>(device, given_scales);
    const DeviceBuffer<std::int64_t> row_sum(device, out.row_sum == nullptr ? 0 : std::size_t(rows));
    const DeviceBuffer<std::uint16_t> boundary_of = uploaded(device, boundaries);
    std::array<DeviceOutput, 6> to = device_outputs(device, out, work.memory);
    quantize_levels(device, x.by, levels, row_sum.data());
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
    for (DeviceOutput &output : to) output.fetch();
    device.wait(device);
    for (const DeviceOutput &output : to) output.write();
    work.monitor.stop(1.0);
}

// --- dequantization -------------------------------------------------------------------------------------------------

namespace {

// Scales and zero points as the device has them.
Vector<quantize::ScopeScale> scales_of(const product::Factors &factors, std::pmr::memory_resource &memory) {
    Vector<quantize::ScopeScale> scales(&memory);
    const auto add = [&](double scale, double zero_point) {
        scales.push_back({scale, zero_point, 0, static_cast<float>(zero_point)});
    };
    if (factors.scale.size() == 0) add(factors.tensor_scale, factors.tensor_zero_point);
    for (std::size_t i = 0; i < factors.scale.size(); i++)
        add(double(factors.scale[i]), factors.zero_point.size() > 0 ? double(factors.zero_point[i]) : 0.0);
    return scales;
}

// Factors of one operand on the device.
struct PlacedFactors {
    DeviceBuffer<quantize::ScopeScale> scales;
    DeviceBuffer<float> row_sums;

    PlacedFactors(const Device &device, const product::Factors &factors, std::pmr::memory_resource &memory)
        : scales(uploaded<quantize::ScopeScale>(device, scales_of(factors, memory))),
          row_sums(uploaded(device, factors.row_sum.span())) {}
};

} // namespace

void dequantize(Resources &resources, const product::DequantizeSpec &spec, const View &sums, const View &y,
                const Work &work) {
    if (!on_device(sums) && !on_device(y)) return cpu_slots.dequantize(resources, spec, sums, y, work);
    const Device &device = own_device(resources);
    const Stage stage(device);
    const DeviceInput from(device, &sums, work.memory);
    const DeviceBuffer<std::int32_t> narrow(device, std::size_t(sums.count));
    const DeviceFlag too_large(device);
    launch(device, sums.count,
           NarrowArgs{.sums = from.array(), .narrow = narrow.data(), .too_large = too_large.flag()});
    if (too_large.raised()) {
        product::check_sums(integers_on<std::int64_t>(device, sums, work.memory).span());
        fail_changed("sums");
    }
    const std::int64_t all = spec.batch * spec.n * spec.m;
    if (all == 0) return;
    const PlacedFactors a(device, spec.a, work.memory), b(device, spec.b, work.memory);
    Target<float> to(device, &y, SCMP_DTYPE_F32, work.memory);
    const std::int64_t chunks = spec.chunks();
    const DeviceBuffer<float> running(device, chunks > 1 ? std::size_t(all) : 0);
    work.monitor.check(0.5); // the last time: from here on results are written
    for (std::int64_t chunk = 0; chunk < chunks; chunk++)
        launch(device, all,
               ValuesArgs{.form = spec.spec.form(),
                          .c = dequantize::unit(spec.spec.q_max, spec.spec.streams.stoc_len),
                          .batch = spec.batch,
                          .n = spec.n,
                          .m = spec.m,
                          .d = spec.d,
                          .chunk = chunk,
                          .chunks = chunks,
                          .running = running.data(),
                          .sums = narrow.data() + chunk * all,
                          .scale_a = a.scales.data(),
                          .scale_b = b.scales.data(),
                          .row_sum_a = a.row_sums.data(),
                          .row_sum_b = b.row_sums.data(),
                          .y = to.output(),
                          .counts = {},
                          .non_finite = {}});
    to.fetch();
    device.wait(device);
    to.write();
    work.monitor.stop(1.0);
}

} // namespace scmp::cuda
