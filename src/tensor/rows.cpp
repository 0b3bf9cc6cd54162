// Loops over rows, one for each combination of element type, working type and smoothing, so that the contiguous ones
// become vector code.
#include "tensor/rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "base/error.h"

namespace scmp {

namespace {

template <class W, class T> W widen(T x) noexcept {
    if constexpr (std::is_same_v<W, double>)
        return to_f64(x);
    else
        return to_f32(x);
}

// W is the type that smoothing happens in; s is NULL where there is none.
template <class T, class W, Smoothing::How how, class Out>
[[gnu::always_inline]] inline void read_loop(const std::byte *from, std::int64_t step, const W *__restrict s,
                                             std::int64_t count, Out *__restrict out) noexcept {
    for (std::int64_t i = 0; i < count; ++i) {
        const W x = widen<W>(load<T>(from + i * step));
        W y = x;
        if constexpr (how == Smoothing::divide) y = x / s[i];
        if constexpr (how == Smoothing::multiply) y = x * s[i];
        out[i] = static_cast<Out>(y);
    }
}

template <class T, class W, Smoothing::How how, class Out>
void read_elements(const std::byte *from, std::int64_t stride, const W *s, std::int64_t count, Out *out) noexcept {
    constexpr std::int64_t size = sizeof(T);
    if (stride == 1) // a step known to the compiler
        read_loop<T, W, how>(from, size, s, count, out);
    else
        read_loop<T, W, how>(from, stride * size, s, count, out);
}

template <class T, class W, class Out>
void read_smoothed(const Run &run, Smoothing::How how, const W *s, std::int64_t d0, std::int64_t count,
                   Out *out) noexcept {
    const std::byte *from = run.data + d0 * run.stride * static_cast<std::int64_t>(sizeof(T));
    if (how == Smoothing::divide)
        read_elements<T, W, Smoothing::divide>(from, run.stride, s + d0, count, out);
    else if (how == Smoothing::multiply)
        read_elements<T, W, Smoothing::multiply>(from, run.stride, s + d0, count, out);
    else
        read_elements<T, W, Smoothing::none>(from, run.stride, static_cast<const W *>(nullptr), count, out);
}

template <class Out>
void read_run(const Run &run, const Smoothing &smoothing, std::int64_t d0, std::int64_t count, Out *out) noexcept {
    with_float_type(run.dtype, [&](auto zero) {
        using T = decltype(zero);
        if constexpr (std::is_same_v<T, double>) {
            read_smoothed<T, double>(run, smoothing.how, smoothing.s64, d0, count, out);
        } else {
            if (smoothing.wide)
                read_smoothed<T, double>(run, smoothing.how, smoothing.s64, d0, count, out);
            else
                read_smoothed<T, float>(run, smoothing.how, smoothing.s32, d0, count, out);
        }
    });
}

template <class To, class From> To converted(From x) noexcept {
    if constexpr (std::is_floating_point_v<From>)
        return round_to<To>(x);
    else
        return static_cast<To>(x);
}

template <class To, class From>
void write_elements(const OutputRun &run, const From *values, std::int64_t count) noexcept {
    constexpr std::int64_t size = sizeof(To);
    if (run.stride == 1) // a step known to the compiler
        for (std::int64_t i = 0; i < count; ++i) store(run.data + i * size, converted<To>(values[i]));
    else
        for (std::int64_t i = 0; i < count; ++i) store(run.data + i * run.stride * size, converted<To>(values[i]));
}

template <class From> void write_floats(const OutputRun &run, const From *values, std::int64_t count) noexcept {
    with_float_type(run.dtype, [&](auto zero) { write_elements<decltype(zero)>(run, values, count); });
}

template <class From> void write_integers(const OutputRun &run, const From *values, std::int64_t count) noexcept {
    if (run.dtype == SCMP_F32)
        write_elements<float>(run, values, count);
    else if (run.dtype == SCMP_F64)
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

template <class From> void write_all(const View &view, const From *values) noexcept {
    if (view.count == 0) return;
    Walk walk = row_walk(view);
    for (std::int64_t row = 0, rows = view.rows(); row < rows; ++row, walk.next())
        write({walk.address(), view.dtype, view.stride_d()}, values + row * view.d(), view.d());
}

// Counts without a branch, so that it becomes vector code: |x| < limit is false for a NaN too.
template <class T> bool all_below(const T *values, std::int64_t count, T limit) noexcept {
    std::int64_t bad = 0;
    for (std::int64_t i = 0; i < count; ++i) bad += !(std::abs(values[i]) < limit);
    return bad == 0;
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
            if (all_below(block.data(), count, limit)) continue;
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

void read(const Run &run, const Smoothing &smoothing, std::int64_t d0, std::int64_t count, float *out) noexcept {
    read_run(run, smoothing, d0, count, out);
}
void read(const Run &run, const Smoothing &smoothing, std::int64_t d0, std::int64_t count, double *out) noexcept {
    read_run(run, smoothing, d0, count, out);
}

bool rows_in_place(const Operand &x, const Smoothing &smoothing) noexcept {
    const bool aligned = reinterpret_cast<std::uintptr_t>(x.data) % alignof(float) == 0;
    return x.dtype == SCMP_F32 && smoothing.how == Smoothing::none && aligned && (x.stride_d == 1 || x.d <= 1);
}

const float *row_or_copy(const Operand &x, std::int64_t batch, std::int64_t row, const Smoothing &smoothing,
                         float *scratch) noexcept {
    if (rows_in_place(x, smoothing)) return reinterpret_cast<const float *>(x.row(batch, row));
    read_row(x, batch, row, smoothing, 0, x.d, scratch);
    return scratch;
}

void read_integers(const Run &run, std::int64_t count, std::int32_t *out) noexcept {
    read_integer_run(run, count, out);
}
void read_integers(const Run &run, std::int64_t count, std::int64_t *out) noexcept {
    read_integer_run(run, count, out);
}

void write(const OutputRun &run, const float *values, std::int64_t count) noexcept {
    write_floats(run, values, count);
}
void write(const OutputRun &run, const double *values, std::int64_t count) noexcept {
    write_floats(run, values, count);
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
    return all_below(values, count, std::numeric_limits<float>::infinity());
}
bool all_finite(const double *values, std::int64_t count) noexcept {
    return all_below(values, count, std::numeric_limits<double>::infinity());
}

NonFinite find_non_finite(const View &view, const Smoothing &smoothing, bool as_f32) noexcept {
    // From here on a double rounds to an infinite float: halfway between the largest float and 2^128.
    constexpr double f32_overflow = 0x1.ffffffp127;
    const bool wide = view.dtype == SCMP_F64 || (smoothing.wide && smoothing.how != Smoothing::none);
    if (!wide) return find_beyond(view, smoothing, std::numeric_limits<float>::infinity());
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
         ll(found.count), ll(view.count), as_f32 && view.dtype == SCMP_F64 ? " in f32" : "",
         smoothing.how == Smoothing::none ? "" : " after smoothing", found.value, text.data());
}

} // namespace scmp
