// The formula of Spec 6 ("compute"), one rounding at a time in the working type.
#include "smooth/scales.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "base/error.h"

namespace scmp::smooth {

namespace {

// x^exponent for x > 0 and an exponent in 0..1.
template <class W> W power(W x, double exponent) {
    if (exponent == 0) return W{1};
    if (exponent == 1) return x;
    if (exponent == 0.5) return std::sqrt(x); // correctly rounded in W
    return static_cast<W>(std::pow(static_cast<double>(x), exponent));
}

template <class W> W scale(W act, W wmax, double alpha, W eps) {
    const W pa = power(std::max(act, eps), alpha);
    const W pw = power(std::max(wmax, eps), 1 - alpha);
    return std::max(pa / pw, eps);
}

// The scales of an operand must be positive and finite, whatever the type that holds them.
template <class W> W nearest_scale(W s, scmp_dtype dtype) {
    constexpr scmp_dtype working = sizeof(W) == sizeof(double) ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32;
    const PositiveRange own = positive_range(working), wanted = positive_range(dtype);
    return std::clamp(s, static_cast<W>(std::max(own.least, wanted.least)),
                      static_cast<W>(std::min(own.largest, wanted.largest)));
}

// eps as the working type has it.
double checked_eps(double eps, bool wide) {
    const double rounded = wide ? eps : static_cast<double>(static_cast<float>(eps));
    if (!(rounded > 0) || std::isinf(rounded))
        fail(SCMP_ERROR_INVALID_ARGUMENT, "eps = %g, it must be positive and finite in %s", eps, wide ? "f64" : "f32");
    return rounded;
}

template <class W>
void compute_in(const View &act, const Vector<W> &wmax, double alpha, double eps, const View &out,
                std::pmr::memory_resource &memory) {
    Vector<W> s(wmax.size(), W{0}, &memory);
    read({act.data, act.dtype, act.stride_d()}, {}, 0, act.d(), s.data());
    for (std::size_t d = 0; d < s.size(); ++d) {
        if (s[d] < 0)
            fail(SCMP_ERROR_INVALID_ARGUMENT, "act[%zu] = %g, maxima of magnitudes are not negative", d,
                 static_cast<double>(s[d]));
        s[d] = nearest_scale(scale(s[d], wmax[d], alpha, static_cast<W>(eps)), out.dtype);
    }
    write_view(out, s.data());
}

void check_act_and_out(const View &act, const View &out) {
    if (act.rank != 1) fail(SCMP_ERROR_INVALID_SHAPE, "act has rank %d, maxima are (D,)", act.rank);
    if (!is_float(act.dtype)) fail(SCMP_ERROR_INVALID_DTYPE, "act is %s, maxima are floats", dtype_name(act.dtype));
    if (out.rank != 1) fail(SCMP_ERROR_SCALES_NOT_1D, "scales have rank %d, they are (D,)", out.rank);
    if (!is_float(out.dtype)) fail(SCMP_ERROR_INVALID_DTYPE, "scales are %s, not floats", dtype_name(out.dtype));
    if (out.d() != act.d())
        fail(SCMP_ERROR_D_MISMATCH, "scales have D = %lld, act has D = %lld", ll(out.d()), ll(act.d()));
    require_finite(act, {}, false, "act");
}

void check_weight(const View &weight, std::size_t i, std::int64_t d) {
    if (weight.rank != 2 && weight.rank != 3)
        fail(SCMP_ERROR_INVALID_SHAPE, "weights[%zu] has rank %d, weights are (M, D) or (BH, M, D)", i, weight.rank);
    if (!is_float(weight.dtype))
        fail(SCMP_ERROR_INVALID_DTYPE, "weights[%zu] is %s, weights are floats", i, dtype_name(weight.dtype));
    if (weight.d() != d)
        fail(SCMP_ERROR_D_MISMATCH, "weights[%zu] has D = %lld, act has D = %lld", i, ll(weight.d()), ll(d));
}

} // namespace

void compute_scales(const View &act, std::span<const View> weights, const ScaleRule &rule, const View &out,
                    std::pmr::memory_resource &memory, const TakeWeight &take) {
    const double alpha = rule.alpha;
    if (!(alpha >= 0 && alpha <= 1)) fail(SCMP_ERROR_INVALID_ALPHA, "alpha = %g, which is not in [0, 1]", alpha);
    if (weights.empty()) fail(SCMP_ERROR_INVALID_ARGUMENT, "there are 0 weights, scales need at least 1");
    check_act_and_out(act, out);
    bool wide = act.dtype == SCMP_DTYPE_F64;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        check_weight(weights[i], i, act.d());
        wide = wide || weights[i].dtype == SCMP_DTYPE_F64;
    }
    const double floor = checked_eps(rule.eps, wide);
    // The maxima of weights are statistics like those of activations, and exact in the working type.
    Calibration wmax(memory, act.d(), wide);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        char name[40];
        std::snprintf(name, sizeof name, "weights[%zu]", i);
        take(wmax, weights[i], name);
    }
    if (wide)
        compute_in(act, wmax.max64, alpha, floor, out, memory);
    else
        compute_in(act, wmax.max32, alpha, floor, out, memory);
}

Scales read_scales(const View &view, std::int64_t d, const char *operand, std::pmr::memory_resource &memory) {
    if (view.rank != 1) fail(SCMP_ERROR_SCALES_NOT_1D, "smoothing scales have rank %d, they are (D,)", view.rank);
    if (!is_float(view.dtype))
        fail(SCMP_ERROR_INVALID_DTYPE, "smoothing scales are %s, not floats", dtype_name(view.dtype));
    if (view.d() != d)
        fail(SCMP_ERROR_D_MISMATCH, "smoothing scales have D = %lld, %s has D = %lld", ll(view.d()), operand, ll(d));
    Scales scales(memory);
    scales.wide = view.dtype == SCMP_DTYPE_F64;
    scales.s64.resize(array_length(d));
    read({view.data, view.dtype, view.stride_d()}, {}, 0, d, scales.s64.data());
    const auto good = [](double s) { return s > 0 && s < std::numeric_limits<double>::infinity(); };
    const auto first = std::find_if_not(scales.s64.begin(), scales.s64.end(), good);
    if (first != scales.s64.end())
        fail(SCMP_ERROR_INVALID_SCALES,
             "%lld of %lld smoothing scales are not positive and finite, the first is %g at index %lld",
             ll(d - std::count_if(first, scales.s64.end(), good) - (first - scales.s64.begin())), ll(d), *first,
             ll(first - scales.s64.begin()));
    if (!scales.wide) {
        scales.s32.resize(array_length(d));
        read({view.data, view.dtype, view.stride_d()}, {}, 0, d, scales.s32.data());
    }
    return scales;
}

} // namespace scmp::smooth
