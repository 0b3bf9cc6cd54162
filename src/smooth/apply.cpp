// Applies scales a piece of a row at a time: read, divide or multiply in the working type, round once, write.
#include "smooth/apply.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "tensor/rows.h"

namespace scmp::smooth {

namespace {

// W: the working type.
template <class W> void apply_in(const View &x, const Smoothing &smoothing, const View &out) noexcept {
    std::array<W, 1024> block;
    const std::int64_t d = x.d();
    Walk from = row_walk(x), to = row_walk(out);
    for (std::int64_t row = 0, rows = x.rows(); row < rows; ++row, from.next(), to.next())
        for (std::int64_t d0 = 0; d0 < d; d0 += std::ssize(block)) {
            const std::int64_t count = std::min<std::int64_t>(d - d0, std::ssize(block));
            read({from.address(), x.dtype, x.stride_d()}, smoothing, d0, count, block.data());
            std::byte *begin = to.address() + d0 * out.stride_d() * out.element_size();
            write({begin, out.dtype, out.stride_d()}, block.data(), count);
        }
}

} // namespace

void apply(const View &x, Smoothing::How how, const Scales &scales, const View &out) {
    if (x.rank < 1) fail(SCMP_ERROR_INVALID_SHAPE, "x has rank 0, what is smoothed is (..., D)");
    if (!is_float(x.dtype)) fail(SCMP_ERROR_INVALID_DTYPE, "x is %s, not a float", dtype_name(x.dtype));
    if (!is_float(out.dtype)) fail(SCMP_ERROR_INVALID_DTYPE, "out is %s, not a float", dtype_name(out.dtype));
    if (x.d() != scales.d())
        fail(SCMP_ERROR_D_MISMATCH, "x has D = %lld, the scales have D = %lld", ll(x.d()), ll(scales.d()));
    if (!out.same_shape(x))
        fail(SCMP_ERROR_INVALID_SHAPE, "out (rank %d, %lld elements) is not of the shape of x (rank %d, %lld elements)",
             out.rank, ll(out.count), x.rank, ll(x.count));
    if (overlaps_itself(out))
        fail(SCMP_ERROR_OVERLAP, "elements of out overlap one another (%lld elements)", ll(out.count));
    if (!same_elements(x, out) && overlap(x, out))
        fail(SCMP_ERROR_OVERLAP, "out overlaps x (%lld elements each) and is not the same view", ll(x.count));
    require_finite(x, {}, false, "x");
    if (x.count == 0) return;
    const Smoothing smoothing = scales.smoothing(how, x.dtype);
    if (smoothing.wide)
        apply_in<double>(x, smoothing, out);
    else
        apply_in<float>(x, smoothing, out);
}

} // namespace scmp::smooth
