// Observes and merges activation statistics.
#include "smooth/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "base/error.h"
#include "tensor/row_access.h"

namespace scmp::smooth {

namespace {

constexpr std::int64_t piece = 1024;                      // elements of a row that are converted at once
constexpr std::int64_t elements_between_checks = 1 << 20; // 4 MiB of f32

template <class W> Vector<W> &maxima(Calibration &calibration) {
    if constexpr (std::is_same_v<W, double>)
        return calibration.max64;
    else
        return calibration.max32;
}

std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b) {
    return a > std::numeric_limits<std::uint64_t>::max() - b ? std::numeric_limits<std::uint64_t>::max() : a + b;
}

// One row, a piece at a time: where it is, if it is contiguous there and of type W, else converted.
template <class W> bool take_row(const Run &row, const RowFunctions &functions, std::span<W> max) noexcept {
    const std::int64_t d = std::ssize(max);
    if (in_place<W>(row.data, row.dtype, row.stride, d))
        return functions.take(reinterpret_cast<const W *>(row.data), d, max.data());
    bool finite = true;
    for (std::int64_t d0 = 0; d0 < d; d0 += piece) {
        const std::int64_t count = std::min(d - d0, piece);
        std::array<W, piece> block;
        functions.access->read(row, {}, d0, count, block.data());
        finite &= functions.take(block.data(), count, max.data() + d0);
    }
    return finite;
}

template <class W>
void observe_in(Calibration &calibration, const View &x, const View *mask, const RowFunctions &functions,
                Monitor &monitor, const char *name) {
    std::pmr::memory_resource &memory = *maxima<W>(calibration).get_allocator().resource();
    Vector<W> max(maxima<W>(calibration), &memory);
    Vector<W> unused(mask != nullptr ? max.size() : 0, W{0}, &memory); // of the rows that do not count
    std::uint64_t counted = 0;
    bool finite = true;
    std::int64_t until_check = elements_between_checks;
    Walk rows = row_walk(x);
    Walk flags = mask != nullptr ? Walk(*mask, mask->rank) : rows;
    for (std::int64_t row = 0, end = x.rows(); row < end; ++row, rows.next()) {
        bool counts = true;
        if (mask != nullptr) {
            counts = *flags.address() != std::byte{0};
            flags.next();
        }
        counted += counts;
        finite &= take_row<W>({rows.address(), x.dtype, x.stride_d()}, functions, counts ? max : unused);
        until_check -= x.d() + 1;
        if (until_check > 0) continue;
        monitor.check(0.0);
        until_check = elements_between_checks;
    }
    if (!finite) require_finite(x, {}, !calibration.wide, name);
    maxima<W>(calibration).swap(max);
    calibration.rows = saturated_sum(calibration.rows, counted);
}

} // namespace

std::size_t array_length(std::int64_t d) {
    if (d > std::numeric_limits<std::ptrdiff_t>::max() / static_cast<std::ptrdiff_t>(sizeof(double)))
        throw std::bad_alloc();
    return static_cast<std::size_t>(d);
}

Calibration::Calibration(std::pmr::memory_resource &memory, std::int64_t size, bool in_f64)
    : d(size), wide(in_f64), max32(wide ? 0 : array_length(d), 0.0f, &memory),
      max64(wide ? array_length(d) : 0, 0.0, &memory) {}

View Calibration::act() const noexcept {
    return contiguous_view(dtype(), wide ? static_cast<const void *>(max64.data()) : max32.data(), {d});
}

void check_observation(const Calibration &calibration, const View &x, const View *mask, const char *name) {
    if (x.rank < 1) fail(SCMP_ERROR_INVALID_SHAPE, "%s has rank 0, observations are (..., D)", name);
    if (!is_float(x.dtype))
        fail(SCMP_ERROR_INVALID_DTYPE, "%s is %s, observations are floats", name, dtype_name(x.dtype));
    if (x.d() != calibration.d)
        fail(SCMP_ERROR_D_MISMATCH, "%s has D = %lld, the statistics have D = %lld", name, ll(x.d()),
             ll(calibration.d));
    if (mask == nullptr) return;
    if (mask->dtype != SCMP_DTYPE_U8 && mask->dtype != SCMP_DTYPE_I8)
        fail(SCMP_ERROR_INVALID_DTYPE, "row_mask is %s, masks are u8 or i8", dtype_name(mask->dtype));
    if (mask->rank != x.rank - 1)
        fail(SCMP_ERROR_INVALID_SHAPE, "row_mask has rank %d, the leading shape of %s has rank %d", mask->rank, name,
             x.rank - 1);
    for (int axis = 0; axis < mask->rank; ++axis) {
        const auto i = static_cast<std::size_t>(axis);
        if (mask->shape[i] != x.shape[i])
            fail(SCMP_ERROR_INVALID_SHAPE, "row_mask has size %lld in dimension %d, %s has %lld", ll(mask->shape[i]),
                 axis, name, ll(x.shape[i]));
    }
}

void observe(Calibration &calibration, const View &x, const View *mask, const RowFunctions &functions, Monitor &monitor,
             const char *name) {
    check_observation(calibration, x, mask, name);
    if (calibration.d == 0 && mask == nullptr) // nothing to look at, however many rows
        calibration.rows = saturated_sum(calibration.rows, static_cast<std::uint64_t>(x.rows()));
    else if (calibration.wide)
        observe_in<double>(calibration, x, mask, functions, monitor, name);
    else
        observe_in<float>(calibration, x, mask, functions, monitor, name);
}

void take_maxima(Calibration &calibration, const View &maxima, std::uint64_t rows, const RowFunctions &functions,
                 const char *name) {
    const std::uint64_t all = saturated_sum(calibration.rows, rows);
    Monitor no_monitor;
    observe(calibration, maxima, nullptr, functions, no_monitor, name); // one more row: they are not negative
    calibration.rows = all;
}

void merge(Calibration &calibration, const Calibration &from, const RowFunctions &functions) {
    if (calibration.d != from.d)
        fail(SCMP_ERROR_D_MISMATCH, "the statistics have D = %lld, those to merge have D = %lld", ll(calibration.d),
             ll(from.d));
    take_maxima(calibration, from.act(), from.rows, functions, "from");
}

void write_act(const Calibration &calibration, const View &out) {
    if (out.rank != 1) fail(SCMP_ERROR_INVALID_SHAPE, "act has rank %d, maxima are (D,)", out.rank);
    if (!is_float(out.dtype)) fail(SCMP_ERROR_INVALID_DTYPE, "act is %s, maxima are floats", dtype_name(out.dtype));
    if (out.d() != calibration.d)
        fail(SCMP_ERROR_D_MISMATCH, "act has D = %lld, the statistics have D = %lld", ll(out.d()), ll(calibration.d));
    if (calibration.wide && out.dtype == SCMP_DTYPE_F32) require_finite(calibration.act(), {}, true, "act");
    if (calibration.wide)
        write_view(out, calibration.max64.data());
    else
        write_view(out, calibration.max32.data());
}

} // namespace scmp::smooth
