// The stages by themselves on the CPU: ranges, quantization, dequantization, smoothing, statistics.
#include <algorithm>

#include "product/boundaries.h"
#include "product/cpu.h"
#include "smooth/apply.h"
#include "tensor/copy.h"

namespace scmp::product::cpu {
namespace {

// Writes what was asked for. All memory is taken before anything is written.
void write_quantized(const QuantizedViews &out, const quantize::Quantized &levels,
                     std::span<const std::uint16_t> boundaries, std::pmr::memory_resource &memory) {
    const std::int64_t d = levels.scopes.d;
    Buffer<std::int32_t> values(memory, std::size_t(d));
    const auto write_levels = [&](const View *view, auto value) {
        if (view == nullptr || view->count == 0) return;
        Walk walk = row_walk(*view);
        for (const std::int16_t *q = levels.q.data(); q < levels.q.data() + levels.q.size(); q += d, walk.next()) {
            std::transform(q, q + d, values.data(), value);
            write({walk.address(), view->dtype, view->stride_d()}, values.data(), d);
        }
    };
    const auto magnitude = [](int q) { return q < 0 ? -q : q; };
    write_levels(out.level, magnitude);
    write_levels(out.boundary, [&](int q) { return boundaries[std::size_t(magnitude(q))]; });
    write_levels(out.sign, [](int q) { return (q > 0) - (q < 0); });
    if (out.scale != nullptr) write_view(*out.scale, levels.scale.data());
    if (out.zero_point != nullptr) write_view(*out.zero_point, levels.zero_point.data());
    if (out.row_sum != nullptr) write_view(*out.row_sum, levels.row_sum.data());
}

// Sums of any integer dtype as 32-bit ones, which hold whatever a product gives.
Buffer<std::int32_t> narrow_sums(const View &sums, std::pmr::memory_resource &memory) {
    const Buffer<std::int64_t> wide = integers_of<std::int64_t>(sums, memory);
    check_sums(wide.span());
    Buffer<std::int32_t> narrow(memory, wide.size());
    std::transform(wide.data(), wide.data() + wide.size(), narrow.data(),
                   [](std::int64_t sum) { return static_cast<std::int32_t>(sum); });
    return narrow;
}

template <class T> bool is_array_of(const View &view, scmp_dtype dtype) {
    return view.dtype == dtype && view.contiguous() && reinterpret_cast<std::uintptr_t>(view.data) % alignof(T) == 0;
}

} // namespace

void ranges(Resources &resources, const quantize::OperandSpec &x, const View &out, const Work &work) {
    const Buffer<quantize::Range> found = quantize::ranges(x, resources.backend.row_functions.quantize, work);
    Buffer<float> pairs(work.memory, found.size() * 2);
    for (std::size_t i = 0; i < found.size(); i++) {
        pairs[2 * i] = found[i].min;
        pairs[2 * i + 1] = found[i].max;
    }
    write_view(out, pairs.data());
}

void quantize(Resources &resources, const quantize::OperandSpec &x, std::span<const quantize::Range> given,
              std::span<const std::uint16_t> boundaries, const QuantizedViews &out, const Work &work) {
    const quantize::Quantized levels =
        quantize::quantize(x, given.empty() ? nullptr : given.data(), resources.backend.row_functions.quantize, work);
    write_quantized(out, levels, boundaries, work.memory);
}

// Nothing can fail beyond narrowed sums, so values may go straight into y.
void dequantize(Resources &resources, const DequantizeSpec &spec, const View &sums, const View &y, const Work &work) {
    const bool direct_sums = is_array_of<std::int32_t>(sums, SCMP_DTYPE_I32),
               direct_y = is_array_of<float>(y, SCMP_DTYPE_F32);
    const Buffer<std::int32_t> narrowed = direct_sums ? Buffer<std::int32_t>() : narrow_sums(sums, work.memory);
    const auto *from = direct_sums ? reinterpret_cast<const std::int32_t *>(sums.data) : narrowed.data();
    Buffer<float> staged = direct_y ? Buffer<float>() : Buffer<float>(work.memory, std::size_t(y.count));
    float *to = direct_y ? reinterpret_cast<float *>(y.data) : staged.data();
    const bool chunked = spec.spec.chunked(spec.d);
    if (chunked) std::fill_n(to, y.count, 0.0F);
    if (y.count == 0) return;
    for (std::int64_t segment = 0; segment < spec.chunks(); segment++)
        for (std::int64_t entry = 0; entry < spec.batch; entry++) {
            const dequantize::Terms terms = spec.terms(entry, segment);
            for (std::int64_t r = 0; r < spec.n; r++) {
                const std::int64_t at = (entry * spec.n + r) * spec.m;
                resources.backend.row_functions.dequantize(terms, {r, 0, spec.m}, from + segment * y.count + at,
                                                           chunked, to + at);
            }
        }
    if (!direct_y) write_view(y, to);
}

void smooth(Resources &resources, const SmoothSpec &spec, const View &out, const Work &) {
    smooth::apply(spec.x, spec.how, spec.scales, *resources.backend.row_functions.access, out);
}

void maxima(Resources &resources, const MaximaSpec &spec, const Work &work) {
    smooth::observe(spec.statistics, spec.x, spec.mask, resources.backend.row_functions.smooth, work.monitor,
                    spec.name);
}

} // namespace scmp::product::cpu
