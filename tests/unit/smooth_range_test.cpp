// The ends of number ranges in smoothing: scales stay positive and finite in every type, results that are too large
// saturate in 16 bits and are errors in f32 and f64, as in the product.
#include <cmath>
#include <limits>

#include "support/handles.h"
#include "support/product.h"
#include "support/test.h"

using namespace test;

namespace {

const std::vector<scmp_dtype> floats = {SCMP_DTYPE_F32, SCMP_DTYPE_F16, SCMP_DTYPE_BF16, SCMP_DTYPE_F64};
const double f32_max = std::numeric_limits<float>::max(), f64_max = std::numeric_limits<double>::max();

double largest(scmp_dtype dtype) {
    return dtype == SCMP_DTYPE_F16    ? 65504.0
           : dtype == SCMP_DTYPE_BF16 ? 0x1.fep127
           : dtype == SCMP_DTYPE_F32  ? f32_max
                                      : f64_max;
}
double least(scmp_dtype dtype) {
    return dtype == SCMP_DTYPE_F16    ? 0x1p-24
           : dtype == SCMP_DTYPE_BF16 ? 0x1p-133
           : dtype == SCMP_DTYPE_F32  ? 0x1p-149
                                      : 0x1p-1074;
}

template <class Body> void on_every_engine(Body &&body) {
    for (const Engine &engine : engines()) {
        const Ctx ctx = context(engine);
        within(engine.name(), [&] { body(ctx); });
    }
}

// --- Scales ---------------------------------------------------------------------------------------------------------

Array scales_of(scmp_ctx *ctx, const Array &act, const Array &weight, double alpha, double eps, scmp_dtype dtype) {
    Array out = canary(dtype, act.shape);
    const scmp_tensor in = act.view(), w = weight.view(), to = out.view();
    ok(scmp_smooth_scales_from(ctx, &in, &w, 1, alpha, eps, &to), "scmp_smooth_scales_from");
    return out;
}

// alpha = 1: the scales are the maxima themselves, alpha = 0: one over the weights' maxima.
void scales_are_positive_and_finite_in_every_type() {
    on_every_engine([&](scmp_ctx *ctx) {
        for (const scmp_dtype dtype : floats)
            within(scmp_dtype_name(dtype), [&] {
                const double most = largest(dtype);
                const auto nearest = [&](double s) { return std::min(std::max(s, least(dtype)), most); };
                const Array one(SCMP_DTYPE_F32, {1, 3}, {1, 1, 1});
                same(scales_of(ctx, Array(SCMP_DTYPE_F32, {3}, {f32_max, 1, 0}), one, 1, 1e-5, dtype),
                     Array(dtype, {3}, {nearest(f32_max), 1, double(1e-5F)}), "the largest f32");
                // Smallest scales: eps alone.
                same(scales_of(ctx, Array(SCMP_DTYPE_F32, {3}, {0, 0x1p-140, 1}), one, 1, 0x1p-149, dtype),
                     Array(dtype, {3}, {nearest(0x1p-149), nearest(0x1p-140), 1}), "the least f32");
                const Array wide_one(SCMP_DTYPE_F64, {1, 3}, {1, 1, 1});
                same(scales_of(ctx, Array(SCMP_DTYPE_F64, {3}, {1e300, 1e-300, 0}), wide_one, 1, 0x1p-1074, dtype),
                     Array(dtype, {3}, {nearest(1e300), nearest(1e-300), nearest(0x1p-1074)}), "f64 beyond f32");
                // The quotient overflows in its working type: 1 / 2^-149 in f32, 1 / 2^-1074 in f64.
                same(scales_of(ctx, Array(SCMP_DTYPE_F32, {3}, {1, 1, 1}),
                               Array(SCMP_DTYPE_F32, {1, 3}, {0, 1, 0x1p-140}), 0, 0x1p-149, dtype),
                     Array(dtype, {3}, {nearest(f32_max), 1, nearest(f32_max)}), "a quotient beyond f32");
                same(scales_of(ctx, Array(SCMP_DTYPE_F64, {3}, {1, 1, 1}), Array(SCMP_DTYPE_F32, {1, 3}, {0, 1, 0.5}),
                               0, 0x1p-1074, dtype),
                     Array(dtype, {3}, {nearest(f64_max), 1, 2}), "a quotient beyond f64");
                // Just below and above where rounding leaves the type.
                if (dtype == SCMP_DTYPE_F64) return;
                same(scales_of(ctx, Array(SCMP_DTYPE_F64, {3}, {most, std::nextafter(most, HUGE_VAL), 2 * most}),
                               wide_one, 1, 1e-5, dtype),
                     Array(dtype, {3}, {most, most, most}), "at the largest of the type");
                const double tiny = least(dtype);
                same(scales_of(ctx, Array(SCMP_DTYPE_F64, {3}, {tiny, tiny / 2, 1.5 * tiny}), wide_one, 1, 0x1p-1074,
                               dtype),
                     Array(dtype, {3}, {tiny, tiny, 2 * tiny}), "at the least of the type");
            });
    });
}

// What was written is taken back: by the product, and by the two halves.
void scales_go_where_they_are_used() {
    const Ctx ctx = context();
    const Array act(SCMP_DTYPE_F32, {3}, {f32_max, 1, 0}), weight(SCMP_DTYPE_F32, {2, 3}, {1, 1, 1, 1, 1, 1});
    const Array x(SCMP_DTYPE_F32, {1, 3}, {1, 2, 0x1p-20});
    for (const scmp_dtype dtype : floats) {
        const Array s = scales_of(ctx, act, weight, 1, 1e-9, dtype);
        Array y = canary(SCMP_DTYPE_F32, {1, 2}), smoothed = canary(SCMP_DTYPE_BF16, {1, 3});
        const scmp_tensor a = x.view(), b = weight.view(), scales = s.view(), out = y.view(), to = smoothed.view();
        ok(scmp_smooth_activation(ctx, &a, &scales, &to), "the activation's half");
        scmp_matmul_options options = defaults();
        options.smooth = &scales;
        ok(scmp_matmul(ctx, &a, &b, &options, nullptr, &out), "the product");
    }
}

// --- Maxima ---------------------------------------------------------------------------------------------------------

void maxima_are_finite_in_every_type() {
    const Ctx ctx = context();
    Calib calib;
    ok(scmp_calib_create(ctx, 2, SCMP_DTYPE_F64, calib.out()), "scmp_calib_create");
    const Array x(SCMP_DTYPE_F64, {1, 2}, {1, -1e300});
    const scmp_tensor view = x.view();
    ok(scmp_calib_observe(calib, &view, nullptr), "scmp_calib_observe");
    for (const scmp_dtype dtype : floats) {
        const Array act = canary(dtype, {2});
        const scmp_tensor out = act.view();
        if (dtype == SCMP_DTYPE_F32) {
            fails(scmp_calib_act_scales(calib, &out), SCMP_ERROR_NON_FINITE, {"act", "1e+300", "f32", "[1]"}, "as f32");
            untouched(act, "act");
        } else {
            ok(scmp_calib_act_scales(calib, &out), scmp_dtype_name(dtype));
            same(act, Array(dtype, {2}, {1, std::min(1e300, largest(dtype))}), scmp_dtype_name(dtype));
        }
    }
}

// --- Applying -------------------------------------------------------------------------------------------------------

using Apply = scmp_status (*)(scmp_ctx *, const scmp_tensor *, const scmp_tensor *, const scmp_tensor *);

// Ones, but for one place: there x and s are as extreme as their types allow.
struct Extreme {
    Array x, s;
    std::int64_t place = 77, d = 37; // [1,37]
    bool divide;

    Extreme(scmp_dtype type, scmp_dtype scale_type, bool how, double sign)
        : x(type, {2, 40}, std::vector<double>(80, 1)), s(scale_type, {40}, std::vector<double>(40, 1)), divide(how) {
        x.set(place, sign * largest(type));
        x.set(d, 0);
        s.set(d, how ? least(scale_type) : largest(scale_type));
    }
    Apply apply() const { return divide ? scmp_smooth_activation : scmp_smooth_weight; }
    // In the working type.
    double result() const {
        const double value = x.get(place), by = s.get(d);
        if (x.dtype == SCMP_DTYPE_F64 || s.dtype == SCMP_DTYPE_F64) return divide ? value / by : value * by;
        return divide ? double(float(value) / float(by)) : double(float(value) * float(by));
    }
    std::string text(scmp_dtype out) const {
        return format("%s %s %s to %s", scmp_dtype_name(x.dtype), divide ? "/" : "*", scmp_dtype_name(s.dtype),
                      scmp_dtype_name(out));
    }
};

template <class Body> void for_extremes(Body &&body) {
    for (const scmp_dtype x : floats)
        for (const scmp_dtype s : floats)
            for (const bool divide : {true, false})
                for (const double sign : {1.0, -1.0}) body(Extreme(x, s, divide, sign));
}

void check_extreme(scmp_ctx *ctx, const Extreme &extreme, scmp_dtype dtype) {
    const double result = extreme.result(), rounded = dtype == SCMP_DTYPE_F32 ? double(float(result)) : result;
    const bool narrow = dtype == SCMP_DTYPE_F16 || dtype == SCMP_DTYPE_BF16;
    Array want(dtype, {2, 40}, std::vector<double>(80, 1));
    want.set(extreme.place, std::isfinite(rounded) || narrow
                                ? std::copysign(std::min(std::fabs(rounded), largest(dtype)), rounded)
                                : 0);
    want.set(extreme.d, 0);
    const scmp_tensor in = extreme.x.view(), by = extreme.s.view();
    const auto into = [&](const scmp_tensor &x, const Array &out, const Array &before) {
        const scmp_tensor to = out.view();
        const scmp_status status = extreme.apply()(ctx, &x, &by, &to);
        if (narrow || std::isfinite(rounded)) {
            ok(status, extreme.text(dtype));
            return same(out, want, extreme.text(dtype));
        }
        fails(status, SCMP_ERROR_NON_FINITE, {"x has 1 of 80 values", "after smoothing", "[1,37]"},
              extreme.text(dtype));
        check(out == before, "the output changed: " + extreme.text(dtype));
    };
    const Array fresh = canary(dtype, {2, 40});
    const Array out = fresh;
    into(in, out, fresh);
    if (dtype != extreme.x.dtype) return;
    const Array in_place = extreme.x;
    into(in_place.view(), in_place, extreme.x);
}

void results_saturate_or_are_errors() {
    on_every_engine([&](scmp_ctx *ctx) {
        for_extremes([&](const Extreme &extreme) {
            for (const scmp_dtype dtype : floats) check_extreme(ctx, extreme, dtype);
        });
    });
}

void overflow_begins_where_rounding_does() {
    on_every_engine([&](scmp_ctx *ctx) {
        const Array one(SCMP_DTYPE_F64, {1}, {1});
        const scmp_tensor by = one.view();
        for (const double x : {f32_max, 0x1.fffffefp127, -0x1.fffffefp127, 0x1.ffffffp127, -0x1.ffffffp127}) {
            const Array value(SCMP_DTYPE_F64, {1, 1}, {x});
            Array out = canary(SCMP_DTYPE_F32, {1, 1});
            const scmp_tensor in = value.view(), to = out.view();
            const bool fits = std::fabs(x) < 0x1.ffffffp127;
            for (const Apply apply : {scmp_smooth_activation, scmp_smooth_weight}) {
                const scmp_status status = apply(ctx, &in, &by, &to);
                if (fits) {
                    ok(status, format("%a", x));
                    same(out, Array(SCMP_DTYPE_F32, {1, 1}, {std::copysign(f32_max, x)}), format("%a", x));
                } else {
                    fails(status, SCMP_ERROR_NON_FINITE, {"in f32", "[0,0]"}, format("%a", x));
                }
            }
        }
    });
}

// Of x itself nothing saturates.
void what_is_not_finite_before_is_an_error_in_every_type() {
    on_every_engine([&](scmp_ctx *ctx) {
        for (const scmp_dtype dtype : floats)
            for (const double bad : {HUGE_VAL, -HUGE_VAL, std::nan("")}) {
                const Array x(SCMP_DTYPE_F32, {1, 2}, {1, bad}), s(SCMP_DTYPE_F32, {2}, {1, 2}),
                    out = canary(dtype, {1, 2});
                const scmp_tensor in = x.view(), by = s.view(), to = out.view();
                for (const Apply apply : {scmp_smooth_activation, scmp_smooth_weight})
                    fails(apply(ctx, &in, &by, &to), SCMP_ERROR_NON_FINITE, {"x has 1 of 2", "[0,1]"},
                          scmp_dtype_name(dtype));
                untouched(out, "out");
            }
    });
}

// The product with `smooth` is that of the smoothed operands, and refuses what they cannot be.
void the_product_agrees() {
    const Ctx ctx = context();
    for_extremes([&](const Extreme &extreme) {
        within(extreme.text(SCMP_DTYPE_F32), [&] {
            const Array ones(SCMP_DTYPE_F32, {3, 40}, std::vector<double>(120, 1));
            const Array &a = extreme.divide ? extreme.x : ones, &b = extreme.divide ? ones : extreme.x;
            const Array left = canary(SCMP_DTYPE_F32, a.shape), right = canary(SCMP_DTYPE_F32, b.shape);
            const scmp_tensor va = a.view(), vb = b.view(), by = extreme.s.view();
            const scmp_tensor va_smooth = left.view(), vb_smooth = right.view();
            const scmp_status status_a = scmp_smooth_activation(ctx, &va, &by, &va_smooth);
            const scmp_status status_b = scmp_smooth_weight(ctx, &vb, &by, &vb_smooth);
            Array y = canary(SCMP_DTYPE_F32, {a.shape[0], b.shape[0]}), want = y;
            const scmp_tensor out = y.view(), by_hand = want.view();
            scmp_matmul_options options = defaults();
            options.smooth = &by;
            const scmp_status status = scmp_matmul(ctx, &va, &vb, &options, nullptr, &out);
            const scmp_status expected = status_a != SCMP_OK ? status_a : status_b;
            check(status == expected, format("the product says %s, smoothing first %s", scmp_status_string(status),
                                             scmp_status_string(expected)));
            if (status != SCMP_OK) return untouched(y, "y");
            options.smooth = nullptr;
            ok(scmp_matmul(ctx, &va_smooth, &vb_smooth, &options, nullptr, &by_hand), "smoothed first");
            same(y, want, "the product");
        });
    });
}

} // namespace

int main(int argc, char **argv) {
    return run("smooth_range",
               {
                   {"scales are positive and finite in every type", scales_are_positive_and_finite_in_every_type},
                   {"scales go where they are used", scales_go_where_they_are_used},
                   {"maxima are finite in every type", maxima_are_finite_in_every_type},
                   {"results saturate in 16 bits and are errors beyond", results_saturate_or_are_errors},
                   {"overflow begins where rounding does", overflow_begins_where_rounding_does},
                   {"what is not finite before is an error", what_is_not_finite_before_is_an_error_in_every_type},
                   {"the product agrees", the_product_agrees},
               },
               argc, argv);
}
