// Loops that read and write rows, one for each combination of element type, working type and smoothing, so that the
// contiguous ones become vector code. Included by one file per instruction set; nothing here has external linkage, so
// that no code compiled for one instruction set can end up in another's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#include "tensor/row_access.h"

namespace scmp::row_loops {
namespace {

template <class W, class T> [[gnu::always_inline]] inline W widen(T x) {
    if constexpr (std::is_same_v<W, double>)
        return to_f64(x);
    else
        return to_f32(x);
}

// W is the type that smoothing happens in; s is NULL where there is none.
template <class T, class W, Smoothing::How how, class Out>
[[gnu::always_inline]] inline void read_loop(const std::byte *from, std::int64_t step, const W *__restrict s,
                                             std::int64_t count, Out *__restrict out) {
    for (std::int64_t i = 0; i < count; ++i) {
        const W x = widen<W>(load<T>(from + i * step));
        W y = x;
        if constexpr (how == Smoothing::divide) y = x / s[i];
        if constexpr (how == Smoothing::multiply) y = x * s[i];
        out[i] = static_cast<Out>(y);
    }
}

#if defined(__AVX512F__)
// f16 has instructions of its own, which compilers do not find in loops. Sixteen at a time; returns how many were read.
template <Smoothing::How how>
[[gnu::always_inline]] inline std::int64_t read_halves(const std::byte *from, const float *s, std::int64_t count,
                                                       float *out) {
    std::int64_t i = 0;
    for (; i + 16 <= count; i += 16) {
        __m512 x = _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(from + i * 2)));
        if constexpr (how == Smoothing::divide) x = _mm512_div_ps(x, _mm512_loadu_ps(s + i));
        if constexpr (how == Smoothing::multiply) x = _mm512_mul_ps(x, _mm512_loadu_ps(s + i));
        _mm512_storeu_ps(out + i, x);
    }
    return i;
}
// Clamped first, since rounding to infinity is not wanted. A NaN stays one.
[[gnu::always_inline]] inline std::int64_t write_halves(const float *values, std::int64_t count, std::byte *to) {
    const __m512 largest = _mm512_set1_ps(65504.0F);
    const __m512 least = _mm512_set1_ps(-65504.0F);
    std::int64_t i = 0;
    for (; i + 16 <= count; i += 16) {
        const __m512 x = _mm512_max_ps(least, _mm512_min_ps(largest, _mm512_loadu_ps(values + i)));
        _mm256_storeu_si256(reinterpret_cast<__m256i *>(to + i * 2), _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
    }
    return i;
}
#endif

template <class T, class W, Smoothing::How how, class Out>
void read_elements(const std::byte *from, std::int64_t stride, const W *s, std::int64_t count, Out *out) {
    constexpr std::int64_t size = sizeof(T);
#if defined(__AVX512F__)
    if constexpr (std::is_same_v<T, F16> && std::is_same_v<W, float> && std::is_same_v<Out, float>)
        if (stride == 1) {
            const std::int64_t done = read_halves<how>(from, s, count, out);
            from += done * size;
            if constexpr (how != Smoothing::none) s += done;
            out += done;
            count -= done;
        }
#endif
    if (stride == 1) // a step known to the compiler
        read_loop<T, W, how>(from, size, s, count, out);
    else
        read_loop<T, W, how>(from, stride * size, s, count, out);
}

template <class T, class W, class Out>
void read_smoothed(const Run &run, Smoothing::How how, const W *s, std::int64_t d0, std::int64_t count, Out *out) {
    const std::byte *from = run.data + d0 * run.stride * static_cast<std::int64_t>(sizeof(T));
    if (how == Smoothing::divide)
        read_elements<T, W, Smoothing::divide>(from, run.stride, s + d0, count, out);
    else if (how == Smoothing::multiply)
        read_elements<T, W, Smoothing::multiply>(from, run.stride, s + d0, count, out);
    else
        read_elements<T, W, Smoothing::none>(from, run.stride, static_cast<const W *>(nullptr), count, out);
}

// The working type is f32 where neither the element nor the scales are f64.
template <class T, class Out>
void read_type(const Run &run, const Smoothing &smoothing, std::int64_t d0, std::int64_t count, Out *out) {
    if (smoothing.wide)
        read_smoothed<T, double>(run, smoothing.how, smoothing.s64, d0, count, out);
    else
        read_smoothed<T, float>(run, smoothing.how, smoothing.s32, d0, count, out);
}

template <class Out>
void read(const Run &run, const Smoothing &smoothing, std::int64_t d0, std::int64_t count, Out *out) {
    switch (run.dtype) {
    case SCMP_DTYPE_F16:
        return read_type<F16>(run, smoothing, d0, count, out);
    case SCMP_DTYPE_BF16:
        return read_type<BF16>(run, smoothing, d0, count, out);
    case SCMP_DTYPE_F64:
        return read_smoothed<double, double>(run, smoothing.how, smoothing.s64, d0, count, out);
    default:
        return read_type<float>(run, smoothing, d0, count, out);
    }
}

template <class To, class From>
[[gnu::always_inline]] inline void write_loop(const From *__restrict values, std::int64_t count,
                                              std::byte *__restrict to, std::int64_t step) {
    for (std::int64_t i = 0; i < count; ++i) store(to + i * step, round_to<To>(values[i]));
}

template <class To, class From> void write_type(const OutputRun &run, const From *values, std::int64_t count) {
    constexpr std::int64_t size = sizeof(To);
    std::byte *to = run.data;
#if defined(__AVX512F__)
    if constexpr (std::is_same_v<To, F16> && std::is_same_v<From, float>)
        if (run.stride == 1) {
            const std::int64_t done = write_halves(values, count, to);
            values += done;
            to += done * size;
            count -= done;
        }
#endif
    if (run.stride == 1) // a step known to the compiler
        write_loop<To>(values, count, to, size);
    else
        write_loop<To>(values, count, to, run.stride * size);
}

template <class From> void write(const OutputRun &run, const From *values, std::int64_t count) {
    switch (run.dtype) {
    case SCMP_DTYPE_F16:
        return write_type<F16>(run, values, count);
    case SCMP_DTYPE_BF16:
        return write_type<BF16>(run, values, count);
    case SCMP_DTYPE_F64:
        return write_type<double>(run, values, count);
    default:
        return write_type<float>(run, values, count);
    }
}

[[gnu::always_inline]] inline float magnitude(float x) {
    return __builtin_fabsf(x);
}
[[gnu::always_inline]] inline double magnitude(double x) {
    return __builtin_fabs(x);
}

// Counts without a branch, so that it becomes vector code: |x| < limit is false for a NaN too. The count is as wide as
// the values, for the same reason, and a block too short for it to wrap.
template <class T> bool all_below(const T *values, std::int64_t count, T limit) {
    using Count = std::conditional_t<sizeof(T) == 8, std::int64_t, std::int32_t>;
    constexpr std::int64_t block = std::int64_t(1) << 14;
    for (std::int64_t start = 0; start < count; start += block) {
        const std::int64_t end = start + block < count ? start + block : count;
        Count bad = 0;
        for (std::int64_t i = start; i < end; ++i) bad += !(magnitude(values[i]) < limit);
        if (bad != 0) return false;
    }
    return true;
}

constexpr RowAccess row_access = {
    .read32 = read<float>,
    .read64 = read<double>,
    .write32 = write<float>,
    .write64 = write<double>,
    .below32 = all_below<float>,
    .below64 = all_below<double>,
};

} // namespace
} // namespace scmp::row_loops
