// Launches the stages that turn an operand into levels.
#include "cuda/host/operand.h"

#include <memory>

#include "base/error.h"

namespace scmp::cuda {
namespace {

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
                  .how = ElementSource::plain,
                  .wide = given.smoothing.wide,
                  .s32 = nullptr,
                  .s64 = nullptr};
    out.place = DeviceInput(device, &given.view, work.memory);
    if (!on_device(given.view)) {
        out.source.data = out.place.array().data;
        out.source.stride_batch = x.rows * x.d;
        out.source.stride_row = x.d;
        out.source.stride_d = 1;
    }
    if (given.smoothing.how == Smoothing::none) return;
    out.source.how = given.smoothing.how == Smoothing::divide ? ElementSource::divided : ElementSource::multiplied;
    const bool wide = given.smoothing.wide;
    const void *scales = wide ? static_cast<const void *>(given.smoothing.s64) : given.smoothing.s32;
    const std::size_t bytes = std::size_t(x.d) * (wide ? sizeof(double) : sizeof(float));
    if (device.cache != nullptr)
        out.smooth = device.cache->copy(scales, bytes);
    else
        out.smooth = std::make_shared<DeviceBuffer<std::byte>>(device, static_cast<const std::byte *>(scales), bytes);
    out.source.s32 = reinterpret_cast<const float *>(out.smooth->data());
    out.source.s64 = reinterpret_cast<const double *>(out.smooth->data());
}

LevelsArgs levels_args(const Quantizing &by, const Levels &x) {
    return {.x = x.source,
            .lines = x.lines,
            .kind = x.scopes.kind,
            .rule = by.rule,
            .q_max = by.q_max,
            .scales = x.scales.data(),
            .q = x.q.data(),
            .row_sum = x.row_sum.data(),
            .non_finite = x.non_finite};
}

} // namespace

Levels placed(const Device &device, const OperandSpec &given, Flag non_finite, const Work &work, Owner owner) {
    const quantize::Scopes &scopes = given.scopes;
    Levels out;
    out.scopes = scopes;
    out.non_finite = non_finite;
    place_operand(device, given.source, work, out);
    out.lines = {.rows = scopes.batch * scopes.rows,
                 .d = scopes.d,
                 .chunk_d =
                     std::max<std::int64_t>(scopes.kind == quantize::ScopeKind::chunk ? scopes.chunk_d : scopes.d, 1),
                 .chunks = scopes.chunks()};
    out.scales = DeviceBuffer<quantize::ScopeScale>(device, std::size_t(scopes.entries()), owner);
    out.q = DeviceBuffer<std::int16_t>(device, std::size_t(out.lines.rows * out.lines.d), owner);
    if (!quantize::is_bipolar(given.by.rule))
        out.row_sum = DeviceBuffer<float>(device, std::size_t(out.lines.rows), owner);
    return out;
}

void find_scales(const Device &device, const Quantizing &by, Levels &x, LineRange *combined) {
    const std::int64_t lines = x.lines.number();
    const DeviceBuffer<LineRange> ranges(device, std::size_t(lines));
    const std::size_t shared = sizeof(LineRange) * threads;
    if (lines > 0) device.launch(device, grid_of(lines, shared), RangesArgs{x.source, x.lines, ranges.data()});
    const std::int64_t entries = x.scopes.entries();
    if (entries > 0)
        device.launch(device, grid_of(entries, shared),
                      ScalesArgs{.kind = x.scopes.kind,
                                 .lines = lines,
                                 .rows = x.scopes.rows,
                                 .group = x.scopes.group,
                                 .entries = entries,
                                 .rule = by.rule,
                                 .q_max = by.q_max,
                                 .ranges = ranges.data(),
                                 .scales = x.scales.data(),
                                 .non_finite = x.non_finite,
                                 .combined = combined});
}

void quantize_levels(const Device &device, const Quantizing &by, Levels &x, std::int64_t *exact_sum) {
    const std::int64_t lines = x.lines.number();
    LevelsArgs args = levels_args(by, x);
    args.exact_sum = exact_sum;
    if (lines > 0) device.launch(device, grid_of(lines, sizeof(std::int64_t) * threads), args);
}

void quantize_operands(const Device &device, const Quantizing &by, Levels *a, Levels *b) {
    LinesArgs together{};
    std::int64_t lines = 0;
    Levels *const operands[2] = {a, b};
    for (int i = 0; i < 2; i++) {
        Levels *x = operands[i];
        if (x == nullptr) continue;
        if (x->scopes.lines_are_scopes()) {
            together.operand[i] = levels_args(by, *x);
            together.scales[i] = x->scales.data();
            lines += x->lines.number();
        } else {
            find_scales(device, by, *x);
            quantize_levels(device, by, *x);
        }
    }
    if (lines > 0) device.launch(device, grid_of(lines, lines_shared), together);
}

void fail_non_finite(const Device &device, const quantize::Source &x, std::pmr::memory_resource &memory) {
    Buffer<std::byte> copy;
    View here = x.view;
    if (on_device(here)) {
        copy = fetched_elements(device, here, memory);
        here = contiguous_like(here, copy.data());
    }
    require_finite(here, {}, true, x.name);
    require_finite(here, x.smoothing, true, x.name);
    fail(SCMP_ERROR_NON_FINITE,
         "%s has a value that is NaN or infinite, as given or once it is smoothed (%lld elements)", x.name,
         ll(x.view.count));
}

} // namespace scmp::cuda
