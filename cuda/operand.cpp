// Launches the stages that turn an operand into levels.
#include "cuda/operand.h"

#include <cstring>

#include "base/error.h"

namespace scmp::cuda {
namespace {

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

} // namespace

Levels scaled(const Device &device, const quantize::Source &given, const quantize::Scopes &scopes, const Quantizing &by,
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
                       .rule = by.rule,
                       .q_max = by.q_max,
                       .ranges = ranges.data(),
                       .scales = out.scales.data(),
                       .non_finite = non_finite});
    return out;
}

void quantize_levels(const Device &device, const Quantizing &by, Levels &x) {
    const std::int64_t lines = x.lines.rows * x.lines.chunks;
    x.q = DeviceBuffer<std::int16_t>(device, std::size_t(x.lines.rows * x.lines.d));
    if (!quantize::is_bipolar(by.rule)) x.row_sum = DeviceBuffer<float>(device, std::size_t(x.lines.rows));
    if (lines == 0) return;
    device.levels(device, grid_of(lines, sizeof(std::int64_t) * threads),
                  {.x = x.source,
                   .lines = x.lines,
                   .kind = x.kind,
                   .rule = by.rule,
                   .q_max = by.q_max,
                   .scales = x.scales.data(),
                   .q = x.q.data(),
                   .row_sum = x.row_sum.data()});
}

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

} // namespace scmp::cuda
