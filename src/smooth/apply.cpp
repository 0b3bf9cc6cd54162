// Applies scales a piece of a row at a time: read, divide or multiply in the working type, round once, write.
#include "smooth/apply.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/error.h"
#include "tensor/row_access.h"

namespace scmp::smooth {

namespace {

constexpr std::int64_t piece = 2048; // elements of a row that are worked on at once

// True where a number too large for an output type becomes its largest one (R of Spec 6); else it is an error.
bool saturates(scmp_dtype out) {
    return out == SCMP_DTYPE_F16 || out == SCMP_DTYPE_BF16;
}

// Values of x below this are finite in the type of `out` once smoothed, whichever scale meets them: half of what would
// do, since this is rounded, too. Of outputs that saturate nothing but x itself is asked.
double finite_below(const View &x, const Smoothing &smoothing, const Scales &scales, const View &out) {
    if (saturates(out.dtype)) return std::numeric_limits<double>::infinity();
    const bool wide = smoothing.wide && out.dtype == SCMP_DTYPE_F64;
    const double half = positive_range(wide ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32).largest / 2;
    const auto [least, largest] = std::minmax_element(scales.s64.begin(), scales.s64.end());
    const double bound = smoothing.how == Smoothing::divide ? half * *least : half / *largest;
    const bool any = bound > positive_range(x.dtype == SCMP_DTYPE_F64 ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32).largest;
    return any ? std::numeric_limits<double>::infinity() : bound;
}

// W: a type that holds x's values exactly.
template <class W> bool all_below(const View &x, W limit, const RowAccess &access) noexcept {
    std::array<W, piece> block;
    const std::int64_t d = x.d();
    Walk from = row_walk(x);
    for (std::int64_t row = 0, rows = x.rows(); row < rows; ++row, from.next()) {
        const bool there = in_place<W>(from.address(), x.dtype, x.stride_d(), d);
        for (std::int64_t d0 = 0; d0 < d; d0 += piece) {
            const std::int64_t count = std::min(d - d0, piece);
            const W *values = reinterpret_cast<const W *>(from.address()) + d0;
            if (!there) {
                access.read({from.address(), x.dtype, x.stride_d()}, {}, d0, count, block.data());
                values = block.data();
            }
            if (!access.below(values, count, limit)) return false;
        }
    }
    return true;
}

// W: the working type. Rows of that type are written by the loop that smooths, but not onto what it reads.
template <class W>
void apply_in(const View &x, const Smoothing &smoothing, const RowAccess &access, const View &out) noexcept {
    std::array<W, piece> block;
    const std::int64_t d = x.d();
    const bool onto_x = same_elements(x, out);
    Walk from = row_walk(x), to = row_walk(out);
    for (std::int64_t row = 0, rows = x.rows(); row < rows; ++row, from.next(), to.next()) {
        const bool there = !onto_x && in_place<W>(to.address(), out.dtype, out.stride_d(), d);
        for (std::int64_t d0 = 0; d0 < d; d0 += piece) {
            const std::int64_t count = std::min(d - d0, piece);
            W *values = there ? reinterpret_cast<W *>(to.address()) + d0 : block.data();
            access.read({from.address(), x.dtype, x.stride_d()}, smoothing, d0, count, values);
            if (there) continue;
            std::byte *begin = to.address() + d0 * out.stride_d() * out.element_size();
            access.write({begin, out.dtype, out.stride_d()}, values, count);
        }
    }
}

} // namespace

void check_apply(const View &x, const Scales &scales, const View &out) {
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
}

void check_values(const View &x, const Smoothing &smoothing, scmp_dtype out) {
    require_finite(x, {}, false, "x");
    if (!saturates(out)) require_finite(x, smoothing, out == SCMP_DTYPE_F32, "x");
}

void apply(const View &x, Smoothing::How how, const Scales &scales, const RowAccess &access, const View &out) {
    check_apply(x, scales, out);
    if (x.count == 0) return;
    const Smoothing smoothing = scales.smoothing(how, x.dtype);
    const double bound = finite_below(x, smoothing, scales, out);
    const bool good =
        x.dtype == SCMP_DTYPE_F64 ? all_below(x, bound, access) : all_below(x, static_cast<float>(bound), access);
    if (!good) check_values(x, smoothing, out.dtype);
    if (smoothing.wide)
        apply_in<double>(x, smoothing, access, out);
    else
        apply_in<float>(x, smoothing, access, out);
}

} // namespace scmp::smooth
