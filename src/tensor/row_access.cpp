// Rows of integers, whole views, and the search for what is not finite; float rows with the portable loops.
#include "tensor/row_access.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "base/error.h"
#include "tensor/row_loops.h"

namespace scmp {

namespace {

template <class To, class From>
void write_elements(const OutputRun &run, const From *__restrict values, std::int64_t count) noexcept {
    constexpr std::int64_t size = sizeof(To);
    std::byte *__restrict to = run.data;
    if (run.stride == 1) // a step known to the compiler
        for (std::int64_t i = 0; i < count; ++i) store(to + i * size, static_cast<To>(values[i]));
    else
        for (std::int64_t i = 0; i < count; ++i) store(to + i * run.stride * size, static_cast<To>(values[i]));
}

template <class From> void write_integers(const OutputRun &run, const From *values, std::int64_t count) noexcept {
    if (run.dtype == SCMP_DTYPE_F32)
        write_elements<float>(run, values, count);
    else if (run.dtype == SCMP_DTYPE_F64)
        write_elements<double>(run, values, count);
    else
        with_integer_type(run.dtype, [&](auto zero) { write_elements<decltype(zero)>(run, values, count); });
}

template <class Out> void read_integer_run(const Run &run, std::int64_t count, Out *out) noexcept {
    with_integer_type(run.dtype, [&](auto zero) {
        using T = decltype(zero);
        for (std::int64_t i = 0; i < count; ++i)
            out[i] = static_cast<Out>(load<T>(run.data + i * run.stride * static_cast<std::int64_t>(sizeof(T))));
    });
}

// True where values are f64 as smoothing leaves them.
bool is_wide(const View &view, const Smoothing &smoothing) noexcept {
    return view.dtype == SCMP_DTYPE_F64 || (smoothing.wide && smoothing.how != Smoothing::none);
}

template <class From> void write_all(const View &view, const From *values) noexcept {
    if (view.count == 0) return;
    Walk walk = row_walk(view);
    for (std::int64_t row = 0, rows = view.rows(); row < rows; ++row, walk.next())
        write({walk.address(), view.dtype, view.stride_d()}, values + row * view.d(), view.d());
}

// Looks through rows a block at a time; W holds the values without another rounding, from `limit` on they are bad.
template <class W> NonFinite find_beyond(const View &view, const Smoothing &smoothing, W limit) noexcept {
    std::array<W, 1024> block;
    NonFinite found;
    if (view.count == 0) return found;
    const std::int64_t d = view.d();
    Walk walk = row_walk(view);
    for (std::int64_t row = 0, rows = view.rows(); row < rows; ++row, walk.next())
        for (std::int64_t d0 = 0; d0 < d; d0 += std::ssize(block)) {
            const std::int64_t count = std::min<std::int64_t>(d - d0, std::ssize(block));
            read({walk.address(), view.dtype, view.stride_d()}, smoothing, d0, count, block.data());
            if (portable_access.below(block.data(), count, limit)) continue;
            for (std::int64_t i = 0; i < count; ++i) {
                const W value = block[static_cast<std::size_t>(i)];
                if (std::abs(value) < limit) continue;
                if (found.count++ > 0) continue;
                found.first = row * d + d0 + i;
                found.value = static_cast<double>(value);
            }
        }
    return found;
}

} // namespace

constinit const RowAccess portable_access = row_loops::row_access;

void read(const Run &run, const Smoothing &smoothing, std::int64_t d0, std::int64_t count, float *out) noexcept {
    portable_access.read(run, smoothing, d0, count, out);
}
void read(const Run &run, const Smoothing &smoothing, std::int64_t d0, std::int64_t count, double *out) noexcept {
    portable_access.read(run, smoothing, d0, count, out);
}

void read_integers(const Run &run, std::int64_t count, std::int32_t *out) noexcept {
    read_integer_run(run, count, out);
}
void read_integers(const Run &run, std::int64_t count, std::int64_t *out) noexcept {
    read_integer_run(run, count, out);
}

void write(const OutputRun &run, const float *values, std::int64_t count) noexcept {
    portable_access.write(run, values, count);
}
void write(const OutputRun &run, const double *values, std::int64_t count) noexcept {
    portable_access.write(run, values, count);
}
void write(const OutputRun &run, const std::int32_t *values, std::int64_t count) noexcept {
    write_integers(run, values, count);
}
void write(const OutputRun &run, const std::int64_t *values, std::int64_t count) noexcept {
    write_integers(run, values, count);
}

void write_view(const View &view, const float *values) noexcept {
    write_all(view, values);
}
void write_view(const View &view, const double *values) noexcept {
    write_all(view, values);
}
void write_view(const View &view, const std::int32_t *values) noexcept {
    write_all(view, values);
}
void write_view(const View &view, const std::int64_t *values) noexcept {
    write_all(view, values);
}

bool all_finite(const float *values, std::int64_t count) noexcept {
    return portable_access.below(values, count, std::numeric_limits<float>::infinity());
}

NonFinite find_non_finite(const View &view, const Smoothing &smoothing, bool as_f32) noexcept {
    // From here on a double rounds to an infinite float: halfway between the largest float and 2^128.
    constexpr double f32_overflow = 0x1.ffffffp127;
    if (!is_wide(view, smoothing)) return find_beyond(view, smoothing, std::numeric_limits<float>::infinity());
    return find_beyond(view, smoothing, as_f32 ? f32_overflow : std::numeric_limits<double>::infinity());
}

void require_finite(const View &view, const Smoothing &smoothing, bool as_f32, const char *name) {
    const NonFinite found = find_non_finite(view, smoothing, as_f32);
    if (found.count == 0) return;
    std::array<std::int64_t, max_rank> place{};
    std::int64_t rest = found.first;
    for (int axis = view.rank - 1; axis >= 0; --axis) {
        const auto i = static_cast<std::size_t>(axis);
        place[i] = rest % view.shape[i];
        rest /= view.shape[i];
    }
    std::array<char, max_rank * 21> text{}; // the digits of an int64, a sign and a comma for each axis
    std::size_t used = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(view.rank); ++i)
        used += static_cast<std::size_t>(
            std::snprintf(text.data() + used, text.size() - used, i > 0 ? ",%lld" : "%lld", ll(place[i])));
    fail(SCMP_ERROR_NON_FINITE, "%s has %lld of %lld values that are not finite%s%s, the first is %g at [%s]", name,
         ll(found.count), ll(view.count), as_f32 && is_wide(view, smoothing) ? " in f32" : "",
         smoothing.how == Smoothing::none ? "" : " after smoothing", found.value, text.data());
}

} // namespace scmp
