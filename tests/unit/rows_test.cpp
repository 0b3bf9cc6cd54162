// What happens to one row at a time, on every instruction set: ranges, levels, values, statistics, smoothing. Lengths
// around the widths of vectors, every dtype and layout, values where rounding turns; against the reference backend to
// the bit, and against the formulas written out here.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "support/handles.h"
#include "support/stages.h"
#include "support/test.h"

using namespace test;

namespace {

const std::vector<scmp_dtype> floats = {SCMP_DTYPE_F32, SCMP_DTYPE_F16, SCMP_DTYPE_BF16, SCMP_DTYPE_F64};

std::vector<std::int64_t> lengths() {
    std::vector<std::int64_t> all;
    for (std::int64_t d = 0; d <= 70; d++) all.push_back(d);
    // Blocks of the vector loops, and pieces that rows are read in.
    for (const std::int64_t d : {127, 128, 129, 1023, 2049, 16384, 16387}) all.push_back(d);
    return all;
}

// Finite values of one kind in every dtype.
double value(Random &random, int kind) {
    switch (kind) {
    case 0:
        return random.normal() * 3;
    case 1: // quotients at ties of a scale that is a power of two
        return double(random.whole(-254, 254)) / 2;
    case 2: // subnormals of every dtype
        return std::ldexp(double(random.whole(-9, 9)), int(random.whole(-149, -120)));
    case 3: // subnormals of f16, and the last place of its largest numbers
        return random.chance(50) ? std::ldexp(double(random.whole(-2049, 2049)), -25) : random.real() * 65504;
    case 4:
        return random.chance(50) ? 0.0 : -0.0;
    default:
        return random.chance(50) ? 60000.0 : -60000.0;
    }
}
constexpr int value_kinds = 6;

Array rows(Random &random, std::int64_t count, std::int64_t d, scmp_dtype dtype, int kind) {
    Array x(dtype, {count, d});
    for (std::int64_t i = 0; i < x.count(); i++) x.set(i, value(random, kind));
    if (kind == 1 && d > 0) x.set(0, 127); // the scale of the first row is 1
    return x;
}

// Calls body(random, x, text) for rows of every length, dtype and kind of value.
template <class Body> void for_rows(const std::string &name, Body &&body) {
    for (const std::int64_t d : lengths())
        for (const scmp_dtype dtype : floats)
            for (int kind = 0; kind < (d <= 129 ? value_kinds : 2); kind++) {
                Random random(
                    format("%s %lld %s %d", name.c_str(), static_cast<long long>(d), scmp_dtype_name(dtype), kind));
                within(random.text(), [&] { body(random, rows(random, 3, d, dtype, kind)); });
            }
}

struct Contexts {
    std::vector<Ctx> all; // the reference first
    std::vector<std::string> names;

    Contexts() {
        for (const Engine &engine : engines()) {
            all.push_back(context(engine));
            names.push_back(engine.name());
        }
    }
};

// The same view one byte further, where no element is aligned.
struct Misaligned {
    std::vector<std::byte> bytes;
    scmp_tensor view;

    explicit Misaligned(const Array &array) : bytes(array.bytes.size() + 1), view(array.view()) {
        if (!array.bytes.empty()) std::memcpy(bytes.data() + 1, array.bytes.data(), array.bytes.size());
        view.data = bytes.data() + 1;
    }
};

// --- Ranges and levels ----------------------------------------------------------------------------------------------

void same_levels(const Levels &got, const Levels &want, const std::string &what) {
    same(got.level, want.level, what + ": level");
    same(got.boundary, want.boundary, what + ": boundary");
    same(got.sign, want.sign, what + ": sign");
    same(got.scale, want.scale, what + ": scale");
    same(got.zero_point, want.zero_point, what + ": zero point");
    same(got.row_sum, want.row_sum, what + ": row sum");
}

std::vector<scmp_matmul_options> all_rules() {
    std::vector<scmp_matmul_options> all(5, defaults());
    all[1].mode = SCMP_MODE_UNIPOLAR;
    all[2].granularity = SCMP_GRANULARITY_PER_TENSOR;
    all[3].granularity = SCMP_GRANULARITY_PER_TENSOR;
    all[3].mode = SCMP_MODE_UNIPOLAR;
    all[4].chunk_d = 7;
    return all;
}

void ranges_are_least_and_largest() {
    const Contexts contexts;
    for_rows("ranges", [&](Random &random, const Array &x) {
        const Array values = converted(x, SCMP_DTYPE_F32);
        const std::int64_t d = x.shape[1];
        Array want(SCMP_DTYPE_F32, {3, 2});
        for (std::int64_t r = 0; r < 3; r++) {
            float low = HUGE_VALF, high = -HUGE_VALF;
            for (std::int64_t i = 0; i < d; i++) {
                low = std::min(low, values.as<float>()[r * d + i]);
                high = std::max(high, values.as<float>()[r * d + i]);
            }
            want.set(2 * r, low + 0.0F); // -0.0 counts as 0.0
            want.set(2 * r + 1, high + 0.0F);
        }
        const Strided elsewhere = strided(x, random);
        const Misaligned unaligned(x);
        for (std::size_t i = 0; i < contexts.all.size(); i++)
            for (const scmp_tensor &view : {x.view(), elsewhere.view, unaligned.view}) {
                Array got = canary(SCMP_DTYPE_F32, {3, 2});
                const scmp_tensor out = got.view();
                ok(scmp_ranges(contexts.all[i], &view, SCMP_SIDE_LEFT, nullptr, &out), "scmp_ranges");
                same(got, want, contexts.names[i] + ": ranges");
            }
    });
}

// Spec 4, B3 and U2, for one row.
void check_levels(const float *x, std::int64_t d, bool bipolar, const Levels &got, std::int64_t row) {
    float low = HUGE_VALF, high = -HUGE_VALF;
    for (std::int64_t i = 0; i < d; i++) low = std::min(low, x[i]), high = std::max(high, x[i]);
    const float top = bipolar ? 127.0F : 255.0F;
    const float width = d == 0 ? 0.0F : bipolar ? std::max(std::fabs(low), std::fabs(high)) : high - low;
    const float scale = std::max(width, 1e-5F) / top;
    const float zero = bipolar || d == 0 ? 0.0F : std::clamp(std::nearbyint(-low / scale), 0.0F, top);
    check(got.scale.get(row) == double(scale), format("scale of row %d", int(row)));
    if (!bipolar) check(got.zero_point.get(row) == double(zero), format("zero point of row %d", int(row)));
    for (std::int64_t i = 0; i < d; i++) {
        const float q = std::clamp(std::nearbyint(x[i] / scale + zero), bipolar ? -top : 0.0F, top);
        const std::int64_t at = row * d + i;
        const std::int64_t level = got.level.whole(at) * (bipolar ? got.sign.whole(at) : 1);
        check(level == std::int64_t(q),
              format("level %lld at [%d, %d] of %g / %g, not %g", static_cast<long long>(level), int(row), int(i),
                     double(x[i]), double(scale), double(q)));
    }
}

void levels_follow_the_rules() {
    const Contexts contexts;
    for_rows("levels", [&](Random &random, const Array &x) {
        const Array values = converted(x, SCMP_DTYPE_F32);
        const std::int64_t d = x.shape[1];
        const Strided elsewhere = strided(x, random);
        const Misaligned unaligned(x);
        const Array scales = random_scales(random, d, random.one_of(floats));
        const scmp_tensor smooth = scales.view();
        for (scmp_matmul_options options : all_rules()) {
            for (const bool smoothed : {false, true}) {
                options.smooth = smoothed ? &smooth : nullptr;
                const Levels outline = all_levels(x, SCMP_SIDE_LEFT, options);
                Levels want;
                for (std::size_t i = 0; i < contexts.all.size(); i++)
                    for (const scmp_tensor &view : {x.view(), elsewhere.view, unaligned.view}) {
                        Levels got = outline;
                        const scmp_quantized arrays = got.arrays();
                        ok(scmp_quantize(contexts.all[i], &view, SCMP_SIDE_LEFT, &options, nullptr, &arrays),
                           "scmp_quantize");
                        if (want.level.absent()) want = got;
                        same_levels(got, want, contexts.names[i] + ", " + text(options));
                    }
                if (smoothed || options.granularity != SCMP_GRANULARITY_PER_ROW || options.chunk_d > 0) continue;
                for (std::int64_t r = 0; r < 3; r++)
                    check_levels(values.as<float>() + r * d, d, options.mode == SCMP_MODE_BIPOLAR, want, r);
            }
        }
    });
}

// --- Values from sums -----------------------------------------------------------------------------------------------

void values_are_the_same() {
    const Contexts contexts;
    for (const std::int64_t m : lengths()) {
        Random random(format("values %lld", static_cast<long long>(m)));
        within(random.text(), [&] {
            constexpr std::int64_t n = 2, d = 9;
            for (const scmp_matmul_options &options : all_rules()) {
                const std::int64_t chunks = options.chunk_d > 0 ? 2 : 1;
                Array sums(SCMP_DTYPE_I32, options.chunk_d > 0 ? Shape{chunks, n, m} : Shape{n, m});
                for (std::int64_t i = 0; i < sums.count(); i++) // beyond 2^24, where f32(S) rounds
                    sums.set(
                        i, double(random.whole(-1, 1) * random.whole(0, (std::int64_t(1) << random.whole(1, 31)) - 1)));
                const auto side = [&](std::int64_t count, scmp_side which) {
                    const Array x(SCMP_DTYPE_F32, {count, d});
                    Levels levels = all_levels(x, which, options);
                    for (std::int64_t i = 0; i < levels.scale.count(); i++) levels.scale.set(i, random.real() + 1e-3);
                    for (std::int64_t i = 0; i < levels.zero_point.count(); i++)
                        levels.zero_point.set(i, double(random.whole(0, 255)));
                    for (std::int64_t i = 0; i < levels.row_sum.count(); i++)
                        levels.row_sum.set(i, double(random.whole(0, 1 << 20)));
                    return levels;
                };
                Levels a = side(n, SCMP_SIDE_LEFT), b = side(m, SCMP_SIDE_RIGHT);
                const Array want = dequantize(contexts.all[0], sums, a, b, d, options, {n, m});
                for (std::size_t i = 1; i < contexts.all.size(); i++)
                    same(dequantize(contexts.all[i], sums, a, b, d, options, {n, m}), want,
                         contexts.names[i] + ", " + text(options));
                if (options.granularity != SCMP_GRANULARITY_PER_ROW || options.mode != SCMP_MODE_BIPOLAR || chunks > 1)
                    continue;
                const float c = 127.0F * 127.0F / 256.0F; // Spec 5
                for (std::int64_t i = 0; i < n * m; i++) {
                    const float sa = a.scale.as<float>()[i / m], sb = b.scale.as<float>()[i % m];
                    const float y = float(sums.as<std::int32_t>()[i]) * c * (sa * sb);
                    check(want.as<float>()[i] == y, format("value %d is %g, not %g", int(i), want.get(i), double(y)));
                }
            }
        });
    }
}

// Where a product writes: contiguous, strided and unaligned outputs hold the same.
void outputs_lie_anywhere() {
    const Contexts contexts;
    for (const std::int64_t m : {1, 15, 64, 257}) {
        Random random(format("outputs %d", int(m)));
        const Array a = rows(random, 3, 33, SCMP_DTYPE_F32, 0), b = rows(random, m, 33, SCMP_DTYPE_F32, 0);
        const scmp_tensor left = a.view(), right = b.view();
        for (scmp_matmul_options options : all_rules()) {
            Array want;
            for (std::size_t i = 0; i < contexts.all.size(); i++) {
                within(random.text() + ", " + contexts.names[i] + ", " + text(options), [&] {
                    Array y = canary(SCMP_DTYPE_F32, {3, m});
                    const scmp_tensor there = y.view();
                    ok(scmp_matmul(contexts.all[i], &left, &right, &options, nullptr, &there), "scmp_matmul");
                    if (want.absent()) want = y;
                    same(y, want, "contiguous");
                    Strided elsewhere = strided_canary(SCMP_DTYPE_F32, {3, m}, random);
                    ok(scmp_matmul(contexts.all[i], &left, &right, &options, nullptr, &elsewhere.view), "scmp_matmul");
                    same(gathered(elsewhere), want, "strided");
                    gaps_untouched(elsewhere, "strided");
                    Misaligned unaligned(canary(SCMP_DTYPE_F32, {3, m}));
                    ok(scmp_matmul(contexts.all[i], &left, &right, &options, nullptr, &unaligned.view), "scmp_matmul");
                    check(std::memcmp(unaligned.view.data, want.bytes.data(), want.bytes.size()) == 0, "unaligned");
                });
            }
        }
    }
}

// --- Smoothing ------------------------------------------------------------------------------------------------------

using Apply = scmp_status (*)(scmp_ctx *, const scmp_tensor *, const scmp_tensor *, const scmp_tensor *);

// Spec 6: one operation in the working type, one rounding, f16 saturates.
Array smoothed(const Array &x, const Array &s, bool divide, scmp_dtype to) {
    Array out(to, x.shape);
    const bool wide = x.dtype == SCMP_DTYPE_F64 || s.dtype == SCMP_DTYPE_F64;
    for (std::int64_t i = 0; i < x.count(); i++) {
        const double v = x.get(i), by = s.get(i % x.shape.back());
        double y = divide ? v / by : v * by;
        if (!wide) y = divide ? double(float(v) / float(by)) : double(float(v) * float(by));
        if (to == SCMP_DTYPE_F16) y = std::clamp(y, -65504.0, 65504.0);
        out.set(i, y);
    }
    return out;
}

void smoothing_rounds_once() {
    const Contexts contexts;
    for_rows("smoothing", [&](Random &random, const Array &x) {
        Array s = random_scales(random, x.shape[1], random.one_of(floats));
        for (std::int64_t i = 0; i < s.count(); i += 5) s.set(i, std::ldexp(1.0, int(random.whole(-8, 8))));
        const scmp_tensor by = s.view();
        const Strided from_elsewhere = strided(x, random);
        const Misaligned unaligned(x);
        for (const scmp_dtype to : floats)
            for (const bool divide : {true, false}) {
                const Array want = smoothed(x, s, divide, to);
                const Apply apply = divide ? scmp_smooth_activation : scmp_smooth_weight;
                for (std::size_t i = 0; i < contexts.all.size(); i++)
                    within(format("%s, %s to %s, s %s", contexts.names[i].c_str(), divide ? "divided" : "multiplied",
                                  scmp_dtype_name(to), scmp_dtype_name(s.dtype)),
                           [&] {
                               for (const scmp_tensor &view : {x.view(), from_elsewhere.view, unaligned.view}) {
                                   Array out = canary(to, x.shape);
                                   const scmp_tensor there = out.view();
                                   ok(apply(contexts.all[i], &view, &by, &there), "applying scales");
                                   same(out, want, "contiguous");
                               }
                               const scmp_tensor view = x.view();
                               Strided elsewhere = strided_canary(to, x.shape, random);
                               ok(apply(contexts.all[i], &view, &by, &elsewhere.view), "applying scales");
                               same(gathered(elsewhere), want, "strided");
                               if (to != x.dtype) return;
                               const Array in_place = x;
                               const scmp_tensor both = in_place.view();
                               ok(apply(contexts.all[i], &both, &by, &both), "applying scales");
                               same(in_place, want, "in place");
                           });
            }
    });
}

// Every f16 and bf16 is read exactly, and every f32 near one is rounded to it: through a product with 1.
void sixteen_bits_round_and_widen() {
    const Contexts contexts;
    const Array one(SCMP_DTYPE_F32, {64}, std::vector<double>(64, 1.0));
    const scmp_tensor by = one.view();
    for (const scmp_dtype dtype : {SCMP_DTYPE_F16, SCMP_DTYPE_BF16}) {
        Array all(dtype, {1024, 64}), near(SCMP_DTYPE_F32, {1024, 64});
        for (std::int64_t i = 0; i < all.count(); i++) {
            const auto bits = std::uint16_t(i);
            std::memcpy(all.bytes.data() + 2 * i, &bits, 2);
            if (!std::isfinite(all.get(i))) all.set(i, 1.0);
        }
        Random random("sixteen bits");
        for (std::int64_t i = 0; i < near.count(); i++) { // halfway to the next, and a last place on either side
            const double next = all.get(i ^ 1), half = (all.get(i) + next) / 2;
            const float towards = random.chance(50) ? HUGE_VALF : -HUGE_VALF;
            near.set(i, random.chance(50) ? half : double(std::nextafter(float(half), towards)));
        }
        for (std::size_t i = 0; i < contexts.all.size(); i++) {
            Array wide = canary(SCMP_DTYPE_F32, all.shape), narrow = canary(dtype, all.shape);
            const scmp_tensor in = all.view(), close = near.view(), f32 = wide.view(), out = narrow.view();
            ok(scmp_smooth_weight(contexts.all[i], &in, &by, &f32), "widening");
            same(wide, converted(all, SCMP_DTYPE_F32), contexts.names[i] + ": widened");
            ok(scmp_smooth_weight(contexts.all[i], &close, &by, &out), "rounding");
            same(narrow, smoothed(near, one, false, dtype), contexts.names[i] + ": rounded");
        }
    }
}

void statistics_are_maxima() {
    const Contexts contexts;
    for_rows("statistics", [&](Random &random, const Array &x) {
        const Strided elsewhere = strided(x, random);
        const Misaligned unaligned(x);
        const std::int64_t d = x.shape[1];
        for (const scmp_dtype kept : {SCMP_DTYPE_F32, SCMP_DTYPE_F64}) {
            const Array values = converted(kept == SCMP_DTYPE_F32 ? converted(x, SCMP_DTYPE_F32) : x, SCMP_DTYPE_F64);
            Array want(SCMP_DTYPE_F64, {d});
            for (std::int64_t i = 0; i < values.count(); i++)
                want.set(i % d, std::max(want.get(i % d), std::fabs(values.get(i))));
            for (std::size_t i = 0; i < contexts.all.size(); i++)
                for (const scmp_tensor &view : {x.view(), elsewhere.view, unaligned.view}) {
                    Calib calib;
                    ok(scmp_calib_create(contexts.all[i], d, kept, calib.out()), "scmp_calib_create");
                    ok(scmp_calib_observe(calib, &view, nullptr), "scmp_calib_observe");
                    Array got = canary(SCMP_DTYPE_F64, {d});
                    const scmp_tensor out = got.view();
                    ok(scmp_calib_act_scales(calib, &out), "scmp_calib_act_scales");
                    same(got, want, contexts.names[i] + ": maxima");
                }
        }
    });
}

// --- What is not finite ---------------------------------------------------------------------------------------------

void one_bad_value_is_found_anywhere() {
    const Contexts contexts;
    const double inf = HUGE_VAL, nan = std::numeric_limits<double>::quiet_NaN();
    for (const scmp_dtype dtype : floats)
        for (std::int64_t d = 1; d <= 70; d++) {
            Random random(format("bad %s %d", scmp_dtype_name(dtype), int(d)));
            const Array good = rows(random, 2, d, dtype, 0);
            Array scales(SCMP_DTYPE_F32, {d}, std::vector<double>(std::size_t(d), 2.0));
            const scmp_tensor by = scales.view();
            const std::int64_t at = random.whole(0, 2 * d - 1);
            for (const double bad : {nan, inf, -inf})
                for (std::size_t i = 0; i < contexts.all.size(); i++)
                    within(format("%s, %s, %g at %d of %d", random.text().c_str(), contexts.names[i].c_str(), bad,
                                  int(at), int(d)),
                           [&] {
                               scmp_ctx *ctx = contexts.all[i];
                               Array x = good;
                               x.set(at, bad);
                               const std::string place = format("[%d,%d]", int(at / d), int(at % d));
                               const Strided elsewhere = strided(x, random);
                               for (const scmp_tensor &view : {x.view(), elsewhere.view}) {
                                   const Array ranges = canary(SCMP_DTYPE_F32, {2, 2}),
                                               levels = canary(SCMP_DTYPE_I16, {2, d});
                                   const Array out = canary(dtype, {2, d}), act = canary(SCMP_DTYPE_F32, {d});
                                   const scmp_tensor to_ranges = ranges.view(), to_levels = levels.view();
                                   const scmp_tensor to_out = out.view();
                                   scmp_quantized arrays;
                                   scmp_quantized_init(&arrays);
                                   arrays.level = &to_levels;
                                   fails(scmp_ranges(ctx, &view, SCMP_SIDE_LEFT, nullptr, &to_ranges),
                                         SCMP_ERROR_NON_FINITE, {place}, "scmp_ranges");
                                   fails(scmp_quantize(ctx, &view, SCMP_SIDE_LEFT, nullptr, nullptr, &arrays),
                                         SCMP_ERROR_NON_FINITE, {place}, "scmp_quantize");
                                   fails(scmp_smooth_activation(ctx, &view, &by, &to_out), SCMP_ERROR_NON_FINITE,
                                         {place}, "scmp_smooth_activation");
                                   Calib calib;
                                   ok(scmp_calib_create(ctx, d, SCMP_DTYPE_F32, calib.out()), "scmp_calib_create");
                                   fails(scmp_calib_observe(calib, &view, nullptr), SCMP_ERROR_NON_FINITE, {place},
                                         "scmp_calib_observe");
                                   check(scmp_calib_rows(calib) == 0, "rows counted all the same");
                                   untouched(ranges, "ranges");
                                   untouched(levels, "levels");
                                   untouched(out, "out");
                               }
                           });
        }
}

// Rows that no work item has alone and that no one has all of: an item is about 2^17 elements. Each row's numbers are
// its own.
void rows_of_several_work_items() {
    const struct {
        std::int64_t batch, rows, d;
    } shapes[] = {
        {1, 5, std::int64_t(1) << 17},       // a row each
        {2, 3, (std::int64_t(1) << 17) + 5}, // a row each, on either side of a batch entry
        {1, 7, 50000},                       // two rows, the last one alone
        {3, 5, 30000},                       // four, across batch entries
    };
    for (const int threads : {1, 3}) {
        const Ctx ctx = context(threads);
        for (const auto &shape : shapes)
            for (const auto &[dtype, by_given_ranges] : {std::pair{SCMP_DTYPE_F32, false},
                                                         {SCMP_DTYPE_F32, true},
                                                         {SCMP_DTYPE_F16, true},
                                                         {SCMP_DTYPE_F64, false}}) {
                const std::int64_t batch = shape.batch, rows = shape.rows, d = shape.d;
                Array x(dtype, {batch, rows, d});
                for (std::int64_t row = 0; row < batch * rows; row++) {
                    x.set(row * d, double(127 * (row + 1)));    // the scale is row + 1
                    x.set(row * d + d - 1, double(-(row + 1))); // level -1
                }
                const scmp_matmul_options options = defaults();
                const Array ranges = ranges_of(ctx, x, SCMP_SIDE_LEFT, options);
                Levels levels = all_levels(x, SCMP_SIDE_LEFT, options);
                quantize(ctx, x, SCMP_SIDE_LEFT, options, by_given_ranges ? &ranges : nullptr, levels);
                within(format("%d x %d x %d, %d threads", int(batch), int(rows), int(d), threads), [&] {
                    for (std::int64_t row = 0; row < batch * rows; row++) {
                        const double scale = double(row + 1);
                        check(ranges.get(2 * row) == -scale && ranges.get(2 * row + 1) == 127 * scale,
                              format("the range of row %d is %g .. %g", int(row), ranges.get(2 * row),
                                     ranges.get(2 * row + 1)));
                        check(levels.scale.get(row) == scale,
                              format("the scale of row %d is %g", int(row), levels.scale.get(row)));
                        check(levels.level.get(row * d) == 127 && levels.level.get(row * d + 1) == 0 &&
                                  levels.level.get(row * d + d - 1) == 1,
                              format("levels of row %d", int(row)));
                    }
                });
            }
    }
}

// Long rows are looked through a block at a time; the sentence has the place in the whole.
void one_bad_value_in_a_long_row() {
    const Ctx ctx = context();
    const std::int64_t d = 5000;
    for (const scmp_dtype dtype : floats)
        for (const std::int64_t at : {std::int64_t(0), std::int64_t(1023), std::int64_t(1024), std::int64_t(4999)}) {
            Array x(dtype, {3, d});
            x.set(d + at, std::numeric_limits<double>::quiet_NaN());
            x.set(2 * d + 1, std::numeric_limits<double>::infinity());
            const scmp_tensor view = x.view();
            const Array ranges = canary(SCMP_DTYPE_F32, {3, 2});
            const scmp_tensor out = ranges.view();
            fails(scmp_ranges(ctx, &view, SCMP_SIDE_LEFT, nullptr, &out), SCMP_ERROR_NON_FINITE,
                  {format("[1,%d]", int(at)), "2 of 15000"}, scmp_dtype_name(dtype));
        }
}

// Statistics walk over rows in pieces too.
void statistics_of_long_rows() {
    const Ctx ctx = context();
    const std::int64_t d = 5000;
    for (const scmp_dtype dtype : floats) {
        Array x(dtype, {3, d});
        for (const std::int64_t at : {std::int64_t(0), std::int64_t(1023), std::int64_t(1024), d - 1}) {
            x.set(at, 2);
            x.set(d + at, -3);
            x.set(2 * d + at, 1);
        }
        Calib calib;
        ok(scmp_calib_create(ctx, d, SCMP_DTYPE_F32, calib.out()), "scmp_calib_create");
        const scmp_tensor view = x.view();
        ok(scmp_calib_observe(calib, &view, nullptr), "scmp_calib_observe");
        Array act = canary(SCMP_DTYPE_F32, {d});
        const scmp_tensor out = act.view();
        ok(scmp_calib_act_scales(calib, &out), "scmp_calib_act_scales");
        for (std::int64_t i = 0; i < d; i++) {
            const bool set = i == 0 || i == 1023 || i == 1024 || i == d - 1;
            check(act.get(i) == (set ? 3 : 0),
                  format("%s: the maximum at %d is %g", scmp_dtype_name(dtype), int(i), act.get(i)));
        }
    }
}

} // namespace

int main(int argc, char **argv) {
    return run("rows",
               {{"ranges are the least and largest", ranges_are_least_and_largest},
                {"levels follow the rules", levels_follow_the_rules},
                {"values are the same", values_are_the_same},
                {"outputs lie anywhere", outputs_lie_anywhere},
                {"smoothing rounds once", smoothing_rounds_once},
                {"sixteen bits round and widen", sixteen_bits_round_and_widen},
                {"statistics are maxima", statistics_are_maxima},
                {"one bad value is found anywhere", one_bad_value_is_found_anywhere},
                {"one bad value in a long row", one_bad_value_in_a_long_row},
                {"rows of several work items", rows_of_several_work_items},
                {"statistics of long rows", statistics_of_long_rows}},
               argc, argv);
}
