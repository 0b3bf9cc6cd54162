// SmoothQuant: statistics, scales in closed form, identities, and smoothing inside a product against smoothing by hand.
#include <algorithm>
#include <cmath>

#include "support/directory.h"
#include "support/handles.h"
#include "support/npy.h"
#include "support/product.h"
#include "support/test.h"

using namespace test;

namespace {

const std::vector<scmp_dtype> floats = {SCMP_DTYPE_F32, SCMP_DTYPE_F16, SCMP_DTYPE_BF16, SCMP_DTYPE_F64};

Array scales_from(scmp_ctx *ctx, const Array &act, const std::vector<Array> &weights, double alpha, scmp_dtype dtype,
                  double eps = SCMP_SMOOTH_EPS) {
    std::vector<scmp_tensor> views;
    for (const Array &weight : weights) views.push_back(weight.view());
    Array scales = canary(dtype, act.shape);
    const scmp_tensor in = act.view(), out = scales.view();
    ok(scmp_smooth_scales_from(ctx, &in, views.data(), views.size(), alpha, eps, &out), "scmp_smooth_scales_from");
    return scales;
}

using Apply = scmp_status (*)(scmp_ctx *, const scmp_tensor *, const scmp_tensor *, const scmp_tensor *);

Array applied(scmp_ctx *ctx, Apply apply, const Array &x, const Array &scales, scmp_dtype dtype) {
    Array out = canary(dtype, x.shape);
    const scmp_tensor in = x.view(), s = scales.view(), to = out.view();
    ok(apply(ctx, &in, &s, &to), "applying scales");
    return out;
}

void observe(scmp_calib *calib, const Array &x) {
    const scmp_tensor view = x.view();
    ok(scmp_calib_observe(calib, &view, nullptr), "scmp_calib_observe");
}

Array maxima(const scmp_calib *calib, scmp_dtype dtype = SCMP_DTYPE_F64) {
    Array out = canary(dtype, {scmp_calib_d(calib)});
    const scmp_tensor view = out.view();
    ok(scmp_calib_act_scales(calib, &view), "scmp_calib_act_scales");
    return out;
}

// max |x| of each column, over all leading axes.
Array column_maxima(const Array &x) {
    Array out(SCMP_DTYPE_F64, {x.shape.back()});
    for (std::int64_t i = 0; i < x.count(); i++)
        out.set(i % x.shape.back(), std::max(out.get(i % x.shape.back()), std::fabs(x.get(i))));
    return out;
}

// --- Statistics -----------------------------------------------------------------------------------------------------

void statistics_are_maxima() {
    const Ctx ctx = context();
    for (int i = 0; i < 60; i++) {
        Random random("statistics " + std::to_string(i));
        within(random.text(), [&] {
            const std::int64_t d = random.whole(1, 30);
            const scmp_dtype kept = random.chance(50) ? SCMP_DTYPE_F32 : SCMP_DTYPE_F64;
            Calib calib;
            ok(scmp_calib_create(ctx, d, kept, calib.out()), "scmp_calib_create");
            check(scmp_calib_d(calib) == d && scmp_calib_dtype(calib) == kept && scmp_calib_rows(calib) == 0,
                  "new statistics are not empty ones");
            same(maxima(calib), Array(SCMP_DTYPE_F64, {d}), "maxima of nothing");
            Array want(SCMP_DTYPE_F64, {d});
            std::uint64_t rows = 0;
            for (int batch = 0; batch < 4; batch++) {
                Shape shape;
                for (std::int64_t rank = random.whole(0, 3); rank > 0; rank--) shape.push_back(random.whole(0, 4));
                rows += std::uint64_t(count_of(shape));
                shape.push_back(d);
                const Array x = random_values(random, shape, random.one_of(floats));
                const Strided view = strided(x, random);
                ok(scmp_calib_observe(calib, &view.view, nullptr), "scmp_calib_observe");
                const Array rounded = kept == SCMP_DTYPE_F32 ? converted(x, SCMP_DTYPE_F32) : x;
                const Array larger = column_maxima(converted(rounded, SCMP_DTYPE_F64));
                for (std::int64_t j = 0; j < d; j++) want.set(j, std::max(want.get(j), larger.get(j)));
            }
            same(maxima(calib), want, "maxima");
            same(maxima(calib, SCMP_DTYPE_F32), converted(want, SCMP_DTYPE_F32), "maxima as f32");
            check(scmp_calib_rows(calib) == rows, "rows");
        });
    }
}

void masked_rows_do_not_count() {
    const Ctx ctx = context();
    const Array x(SCMP_DTYPE_F32, {2, 2, 3}, {1, -2, 3, 40, 50, 60, -5, 1, 2, 70, 80, 90});
    const scmp_tensor view = x.view();
    for (const scmp_dtype dtype : {SCMP_DTYPE_U8, SCMP_DTYPE_I8}) {
        const Array mask(dtype, {2, 2}, {1, 0, 3, 0});
        const scmp_tensor mask_view = mask.view();
        Calib calib;
        ok(scmp_calib_create(ctx, 3, SCMP_DTYPE_F32, calib.out()), "scmp_calib_create");
        ok(scmp_calib_observe(calib, &view, &mask_view), "scmp_calib_observe");
        same(maxima(calib), Array(SCMP_DTYPE_F64, {3}, {5, 2, 3}), "maxima of the rows that count");
        check(scmp_calib_rows(calib) == 2, "rows that count");
        // A mask that lies elsewhere: the columns of this one, backwards.
        const Array wide(dtype, {2, 4}, {9, 0, 9, 1, 9, 1, 9, 0});
        scmp_tensor strided_mask = wide.view();
        strided_mask.data = static_cast<std::byte *>(strided_mask.data) + 3;
        strided_mask.shape[1] = 2;
        strided_mask.strides[1] = -2;
        ok(scmp_calib_observe(calib, &view, &strided_mask), "scmp_calib_observe with a strided mask");
        same(maxima(calib), Array(SCMP_DTYPE_F64, {3}, {70, 80, 90}), "maxima after a strided mask");
        check(scmp_calib_rows(calib) == 4, "rows after a strided mask");
    }
}

void merging_has_no_order() {
    const Ctx ctx = context(), other = context();
    for (int i = 0; i < 40; i++) {
        Random random("merge " + std::to_string(i));
        within(random.text(), [&] {
            const std::int64_t d = random.whole(0, 20);
            std::vector<Array> batches;
            for (int batch = 0; batch < 5; batch++)
                batches.push_back(random_values(random, {random.whole(0, 6), d}, random.one_of(floats)));
            const auto of = [&](std::vector<std::size_t> which, scmp_ctx *where) {
                Calib calib;
                ok(scmp_calib_create(where, d, SCMP_DTYPE_F32, calib.out()), "scmp_calib_create");
                for (const std::size_t batch : which) observe(calib, batches[batch]);
                return calib;
            };
            const auto merge = [](scmp_calib *into, const scmp_calib *from) {
                ok(scmp_calib_merge(into, from), "scmp_calib_merge");
            };
            const Calib all = of({0, 1, 2, 3, 4}, ctx);
            Calib left = of({3}, ctx), right = of({2, 0}, other), last = of({4, 1}, ctx);
            merge(left, right);
            merge(left, last);
            Calib backwards = of({}, other), pair = of({1}, ctx), rest = of({0, 2}, ctx);
            merge(pair, of({4}, other));
            merge(rest, of({3}, ctx));
            merge(rest, pair);
            merge(backwards, rest);
            for (const Calib *merged : {&left, &backwards}) {
                same(maxima(*merged), maxima(all), "merged statistics");
                check(scmp_calib_rows(*merged) == scmp_calib_rows(all), "rows of merged statistics");
            }
            merge(left, left);
            same(maxima(left), maxima(all), "merged with itself");
        });
    }
    // Finer statistics are rounded into coarser ones.
    Calib fine, coarse;
    ok(scmp_calib_create(ctx, 1, SCMP_DTYPE_F64, fine.out()), "scmp_calib_create");
    ok(scmp_calib_create(ctx, 1, SCMP_DTYPE_F32, coarse.out()), "scmp_calib_create");
    observe(fine, Array(SCMP_DTYPE_F64, {1}, {0.1}));
    ok(scmp_calib_merge(coarse, fine), "scmp_calib_merge");
    same(maxima(coarse), Array(SCMP_DTYPE_F64, {1}, {double(0.1f)}), "f64 statistics in f32 ones");
    ok(scmp_calib_merge(fine, coarse), "scmp_calib_merge");
    same(maxima(fine), Array(SCMP_DTYPE_F64, {1}, {double(0.1f)}), "f32 statistics in f64 ones: 0.1f is above 0.1");
}

// --- Files ----------------------------------------------------------------------------------------------------------

void saved_statistics_come_back() {
    const Ctx ctx = context();
    const Directory directory;
    const std::string path = directory / "stats";
    for (const scmp_dtype kept : {SCMP_DTYPE_F32, SCMP_DTYPE_F64})
        for (const std::int64_t d : {0, 1, 33}) {
            Random random("save " + std::to_string(d));
            Calib calib, back;
            ok(scmp_calib_create(ctx, d, kept, calib.out()), "scmp_calib_create");
            observe(calib, random_values(random, {7, d}, kept));
            ok(scmp_calib_save(calib, path.c_str()), "scmp_calib_save");
            for (const std::int64_t wanted : {std::int64_t(SCMP_NOT_GIVEN), d}) {
                ok(scmp_calib_load(ctx, path.c_str(), wanted, back.out()), "scmp_calib_load");
                same(maxima(back), maxima(calib), "maxima from the file");
                check(scmp_calib_rows(back) == 7 && scmp_calib_d(back) == d && scmp_calib_dtype(back) == kept,
                      "rows, D and dtype from the file");
            }
            // What was read is written as the same bytes, and replaces what was there.
            write_text(directory / "copy", "something else");
            ok(scmp_calib_save(back, (directory / "copy").c_str()), "scmp_calib_save over a file");
            check(read_text(path) == read_text(directory / "copy"), "a saved copy has other bytes");
            scmp_calib *none = nullptr;
            fails(scmp_calib_load(ctx, path.c_str(), d + 1, &none), SCMP_ERROR_D_MISMATCH,
                  {std::to_string(d), std::to_string(d + 1)}, "another D");
            check(none == nullptr, "a handle after an error");
        }
}

void the_file_is_what_the_header_says() {
    const Ctx ctx = context();
    const Directory directory;
    Calib calib;
    ok(scmp_calib_create(ctx, 2, SCMP_DTYPE_F32, calib.out()), "scmp_calib_create");
    observe(calib, Array(SCMP_DTYPE_F32, {3, 2}, {1, -4, 2.5, 0, -2, 3}));
    ok(scmp_calib_save(calib, (directory / "stats").c_str()), "scmp_calib_save");
    const std::string bytes = read_text(directory / "stats");
    std::uint64_t length = 0;
    for (int i = 7; i >= 0; i--)
        length = length << 8 | std::uint64_t(static_cast<unsigned char>(bytes.at(std::size_t(i))));
    check(bytes.size() == 8 + length + 8, "length of the file");
    const std::string header = bytes.substr(8, length), data = bytes.substr(8 + length);
    same(
        Array(SCMP_DTYPE_F32, {2}, {2.5, 4}),
        [&] {
            Array array(SCMP_DTYPE_F32, {2});
            std::copy(data.begin(), data.end(), reinterpret_cast<char *>(array.bytes.data()));
            return array;
        }(),
        "data of the file");
    // 64-bit FNV-1a over "F32", 0, "3", 0 and the data.
    std::uint64_t hash = 14695981039346656037u;
    for (const char c : std::string("F32\0003\000", 6) + data)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    for (const std::string &part :
         {std::string("\"act_scales\""), std::string("\"scmp-calib\""), std::string("\"F32\""),
          std::string("\"rows\":\"3\""), std::string("\"format_version\":\"1\""),
          format("\"spec_version\":\"%d\"", SCMP_SPEC_VERSION), format("\"library_version\":\"%s\"", scmp_version()),
          format("\"checksum\":\"%016llx\"", static_cast<unsigned long long>(hash))})
        check(header.find(part) != std::string::npos, "the header has no " + part + ": " + header);
}

void damaged_files_are_refused() {
    const Ctx ctx = context();
    const Directory directory;
    Random random("damage");
    Calib calib;
    ok(scmp_calib_create(ctx, 5, SCMP_DTYPE_F32, calib.out()), "scmp_calib_create");
    observe(calib, random_values(random, {4, 5}));
    ok(scmp_calib_save(calib, (directory / "stats").c_str()), "scmp_calib_save");
    const std::string good = read_text(directory / "stats");
    const auto refused = [&](const std::string &bytes, const std::string &what) {
        write_text(directory / "bad", bytes);
        scmp_calib *none = nullptr;
        fails(scmp_calib_load(ctx, (directory / "bad").c_str(), SCMP_NOT_GIVEN, &none), SCMP_ERROR_FORMAT,
              {directory / "bad"}, what);
        check(none == nullptr, "a handle after an error");
    };
    for (std::size_t length = 0; length < good.size(); length++)
        refused(good.substr(0, length), "the first " + std::to_string(length) + " bytes");
    refused(good + "x", "a byte too many");
    refused(std::string(good.size(), '\0'), "zeros");
    refused("\xff\xff\xff\xff\xff\xff\xff\x7f" + good.substr(8), "an absurd header length");
    // The data and its checksum.
    for (std::size_t i = good.size() - 20; i < good.size(); i++) {
        std::string bytes = good;
        bytes[i] = char(bytes[i] ^ 1);
        refused(bytes, "one bit of the data");
    }
    const auto replaced = [&](const std::string &from, const std::string &to) {
        const std::size_t at = good.find(from);
        check(at != std::string::npos, "the file has no " + from);
        std::string bytes = good;
        refused(bytes.replace(at, from.size(), to), from + " replaced by " + to);
    };
    replaced("\"rows\":\"4\"", "\"rows\":\"5\"");
    replaced("\"format_version\":\"1\"", "\"format_version\":\"9\"");
    replaced("scmp-calib", "scmp-other");
    replaced("act_scales", "bct_scales");
    replaced("\"F32\"", "\"F16\"");
    replaced("[5]", "[6]");
    scmp_calib *none = nullptr;
    fails(scmp_calib_load(ctx, (directory / "nowhere").c_str(), SCMP_NOT_GIVEN, &none), SCMP_ERROR_IO,
          {directory / "nowhere"}, "a file that is not there");
    fails(scmp_calib_save(calib, (directory / "nowhere/stats").c_str()), SCMP_ERROR_IO, {directory / "nowhere"},
          "a directory that is not there");
    // A save that fails leaves what was there.
    check(read_text(directory / "stats") == good, "the first file changed");
    check(directory.files() == 2, "files that nobody asked for");
}

// --- Scales ---------------------------------------------------------------------------------------------------------

void scales_in_closed_form() {
    const Ctx ctx = context();
    for (int i = 0; i < 100; i++) {
        Random random("closed form " + std::to_string(i));
        within(random.text(), [&] {
            const std::int64_t d = random.whole(1, 25);
            const scmp_dtype weight_type = random.one_of(floats);
            // Some columns are zero: there eps stands in.
            Array act = converted(column_maxima(random_values(random, {4, d})), SCMP_DTYPE_F32);
            act.set(random.whole(0, d - 1), 0);
            std::vector<Array> weights;
            for (std::int64_t count = random.whole(1, 3); count > 0; count--)
                weights.push_back(random_values(random, {random.whole(1, 6), d}, weight_type));
            for (Array &weight : weights) weight.set(random.whole(0, d - 1), 0);
            const double eps = random.chance(50) ? SCMP_SMOOTH_EPS : 1e-3;
            const bool wide = weight_type == SCMP_DTYPE_F64;
            const scmp_dtype working = wide ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32;
            const auto in_working = [wide](double value) { return wide ? value : double(float(value)); };
            Array zero(working, {d}), half(working, {d}), one(working, {d});
            for (std::int64_t j = 0; j < d; j++) {
                double wmax = 0;
                for (const Array &weight : weights)
                    for (std::int64_t row = 0; row < weight.shape[0]; row++)
                        wmax = std::max(wmax, std::fabs(weight.get(row * d + j)));
                const double least = in_working(eps), a = std::max(act.get(j), least), w = std::max(wmax, least);
                zero.set(j, std::max(in_working(1 / w), least));
                one.set(j, std::max(in_working(a), least));
                // The quotient of two f32 rounded from their f64 quotient is the correctly rounded one.
                half.set(j, std::max(in_working(in_working(std::sqrt(a)) / in_working(std::sqrt(w))), least));
            }
            same(scales_from(ctx, act, weights, 0, working, eps), zero, "alpha 0 is 1 / wmax");
            same(scales_from(ctx, act, weights, 0.5, working, eps), half, "alpha 0.5 is the quotient of square roots");
            same(scales_from(ctx, act, weights, 1, working, eps), one, "alpha 1 is act");
            // Asked for in another type: one rounding, f16 saturates.
            const scmp_dtype narrow = random.one_of(floats);
            Array want(narrow, {d});
            for (std::int64_t j = 0; j < d; j++)
                want.set(j, narrow == SCMP_DTYPE_F16 ? std::min(half.get(j), 65504.0) : half.get(j));
            if (!wide || narrow != SCMP_DTYPE_F32)
                same(scales_from(ctx, act, weights, 0.5, narrow, eps), want,
                     std::string("as ") + scmp_dtype_name(narrow));
        });
    }
}

void scales_between_the_ends() {
    // Another alpha: f64 pow, rounded to f32 once each. Both may miss the last bit of pow in f64, hardly ever one in
    // f32.
    const Ctx ctx = context();
    Random random("between");
    Array act(SCMP_DTYPE_F32, {50}), weight(SCMP_DTYPE_F32, {1, 50});
    for (std::int64_t j = 0; j < 50; j++) {
        act.set(j, std::exp2(8 * random.real() - 4));
        weight.set(j, std::exp2(8 * random.real() - 6));
    }
    for (const double alpha : {0.1, 0.25, 0.6, 0.85, 0.999}) {
        Array want(SCMP_DTYPE_F32, {50});
        for (std::int64_t j = 0; j < 50; j++)
            want.set(j, double(float(std::pow(act.get(j), alpha)) / float(std::pow(weight.get(j), 1 - alpha))));
        close_in_ulps(scales_from(ctx, act, {weight}, alpha, SCMP_DTYPE_F32), want, 1,
                      "alpha " + std::to_string(alpha));
    }
}

void half_balances_both_sides() {
    // With alpha 0.5 the maxima of a / s and b * s are the same in every channel, up to rounding.
    const Ctx ctx = context();
    Random random("balance");
    Array a(SCMP_DTYPE_F64, {20, 40}), b(SCMP_DTYPE_F64, {10, 40});
    for (Array *x : {&a, &b})
        for (std::int64_t i = 0; i < x->count(); i++) x->set(i, random.normal() * std::exp2(double(i % 40) / 5 - 4));
    const Array s = scales_from(ctx, column_maxima(a), {b}, 0.5, SCMP_DTYPE_F64);
    const Array left = column_maxima(applied(ctx, scmp_smooth_activation, a, s, SCMP_DTYPE_F64));
    const Array right = column_maxima(applied(ctx, scmp_smooth_weight, b, s, SCMP_DTYPE_F64));
    close_in_ulps(left, right, 4, "channel maxima after smoothing");
}

void statistics_and_arrays_give_the_same_scales() {
    const Ctx ctx = context();
    for (int i = 0; i < 30; i++) {
        Random random("both ways " + std::to_string(i));
        within(random.text(), [&] {
            const scmp_dtype kept = random.chance(50) ? SCMP_DTYPE_F32 : SCMP_DTYPE_F64;
            const std::int64_t d = random.whole(1, 20);
            Calib calib;
            ok(scmp_calib_create(ctx, d, kept, calib.out()), "scmp_calib_create");
            observe(calib, random_values(random, {5, d}));
            const Array weight = random_values(random, {4, d}, random.one_of(floats));
            const scmp_tensor view = weight.view();
            const double alpha = random.real();
            Array scales = canary(kept, {d});
            const scmp_tensor out = scales.view();
            ok(scmp_smooth_scales(calib, &view, 1, alpha, &out), "scmp_smooth_scales");
            same(scales, scales_from(ctx, maxima(calib, kept), {weight}, alpha, kept), "scales");
        });
    }
}

// --- Applying -------------------------------------------------------------------------------------------------------

void applying_is_one_operation_and_one_rounding() {
    const Ctx ctx = context();
    for (int i = 0; i < 200; i++) {
        Random random("apply " + std::to_string(i));
        within(random.text(), [&] {
            const std::int64_t d = random.whole(1, 20);
            Shape shape = {random.whole(0, 3), random.whole(1, 4), d};
            shape.erase(shape.begin(), shape.begin() + random.whole(0, 2));
            const Array x = random_values(random, shape, random.one_of(floats));
            const Array s = random_scales(random, d, random.one_of(floats));
            const bool wide = x.dtype == SCMP_DTYPE_F64 || s.dtype == SCMP_DTYPE_F64;
            const scmp_dtype working = wide ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32, out = random.one_of(floats);
            Array quotient(working, shape), product(working, shape);
            for (std::int64_t j = 0; j < x.count(); j++) {
                // f64 arithmetic on f32 values and one rounding to f32 is exactly f32 arithmetic.
                quotient.set(j, x.get(j) / s.get(j % d));
                product.set(j, x.get(j) * s.get(j % d));
            }
            const auto rounded = [&](const Array &exact, scmp_dtype dtype) {
                const double most = dtype == SCMP_DTYPE_F16    ? 65504.0
                                    : dtype == SCMP_DTYPE_BF16 ? 0x1.fep127
                                                               : HUGE_VAL;
                Array all(dtype, shape);
                for (std::int64_t j = 0; j < exact.count(); j++) all.set(j, std::clamp(exact.get(j), -most, most));
                return all;
            };
            // What is infinite in f32 or f64 is refused.
            const auto gives = [&](Apply apply, const scmp_tensor &from, const scmp_tensor &scales, const Strided &to,
                                   const Array &exact, const std::string &what) {
                const Array want = rounded(exact, to.view.dtype), before = gathered(to);
                bool finite = true;
                for (std::int64_t j = 0; j < want.count(); j++) finite = finite && std::isfinite(want.get(j));
                const scmp_status status = apply(ctx, &from, &scales, &to.view);
                if (!finite) fails(status, SCMP_ERROR_NON_FINITE, {"x has", "after smoothing"}, what);
                check(finite == (status == SCMP_OK), what + ": " + scmp_status_string(status));
                same(gathered(to), finite ? want : before, what);
            };
            const Strided from = strided(x, random), scales = strided(s, random);
            for (const auto &[apply, exact] :
                 {std::pair(&scmp_smooth_activation, &quotient), {&scmp_smooth_weight, &product}}) {
                const scmp_tensor there = x.view(), by = s.view();
                for (const auto &[x_view, s_view] : {std::pair(there, by), {from.view, scales.view}}) {
                    const Strided to = strided_canary(out, shape, random);
                    gives(apply, x_view, s_view, to, *exact, "apart");
                    gaps_untouched(to, "apart");
                }
            }
            gives(scmp_smooth_weight, from.view, scales.view, from, product, "in place");
        });
    }
}

void identities() {
    const Ctx ctx = context(2);
    for (int i = 0; i < 200; i++) {
        Random random("identity " + std::to_string(i));
        Limits limits;
        limits.smooth = false;
        Product product = random_product(random, limits);
        // Far from the ends of f32, so that a power of two costs no bit.
        for (Array *x : {&product.a, &product.b})
            for (std::int64_t j = 0; j < x->count(); j++)
                x->set(j, std::fabs(x->get(j)) < 1e-20 ? 0 : std::clamp(x->get(j), -1e20, 1e20));
        within(product.text(), [&] {
            const Result plain = multiply(ctx, product);
            Product ones = product;
            ones.smooth = Array(random.one_of(floats), {product.d()}, std::vector<double>(std::size_t(product.d()), 1));
            const Result by_ones = multiply(ctx, ones);
            same(by_ones.y, plain.y, "scales of 1: y");
            same(by_ones.sum, plain.sum, "scales of 1: sum");

            const Array s = random_scales(random, product.d(), SCMP_DTYPE_F32, true);
            for (Array *x : {&product.a, &product.b}) {
                const Array there = applied(ctx, scmp_smooth_weight, *x, s, SCMP_DTYPE_F64);
                same(applied(ctx, scmp_smooth_activation, there, s, x->dtype), *x, "times s and through s again");
            }
            // One power of two for all channels scales one side up and the other down: levels are the same, and so is
            // the product, where no range is at the floor.
            Product doubled = product;
            doubled.smooth = Array(SCMP_DTYPE_F32, {product.d()}, std::vector<double>(std::size_t(product.d()), 2));
            const bool above_floor = [&] {
                for (const Array *x : {&product.a, &product.b})
                    for (std::int64_t j = 0; j < x->count(); j++)
                        if (std::fabs(x->get(j)) < 1e-3) return false;
                return true;
            }();
            if (above_floor) same(multiply(ctx, doubled).sum, plain.sum, "scales of 2: sum");
        });
    }
}

void smoothing_inside_equals_by_hand() {
    for (const Engine &engine : engines()) {
        const Ctx ctx = context(engine, 2);
        int seen = 0;
        for (int i = 0; i < 800; i++) {
            Random random("by hand " + std::to_string(i));
            Product product = random_product(random);
            if (product.smooth.absent()) continue;
            seen++;
            within(product.text(), [&] {
                const Result got = multiply(ctx, product);
                const bool wide = product.smooth.dtype == SCMP_DTYPE_F64;
                Product by_hand = product;
                by_hand.smooth = {};
                by_hand.a = applied(ctx, scmp_smooth_activation, product.a, product.smooth,
                                    wide || product.a.dtype == SCMP_DTYPE_F64 ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32);
                by_hand.b = applied(ctx, scmp_smooth_weight, product.b, product.smooth,
                                    wide || product.b.dtype == SCMP_DTYPE_F64 ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32);
                const Result want = multiply(ctx, by_hand);
                same(got.sum, want.sum, "sum");
                same(got.y, want.y, "y");
            });
        }
        check(seen > 100, "too few smoothed products: " + std::to_string(seen));
    }
}

} // namespace

int main(int argc, char **argv) {
    return run("smooth",
               {
                   {"statistics are column maxima", statistics_are_maxima},
                   {"masked rows do not count", masked_rows_do_not_count},
                   {"merging has no order", merging_has_no_order},
                   {"saved statistics come back", saved_statistics_come_back},
                   {"the file is what the header says", the_file_is_what_the_header_says},
                   {"damaged files are refused", damaged_files_are_refused},
                   {"scales in closed form at alpha 0, 0.5 and 1", scales_in_closed_form},
                   {"scales between the ends", scales_between_the_ends},
                   {"alpha 0.5 balances both sides", half_balances_both_sides},
                   {"statistics and arrays give the same scales", statistics_and_arrays_give_the_same_scales},
                   {"applying is one operation and one rounding", applying_is_one_operation_and_one_rounding},
                   {"smoothing identities", identities},
                   {"smooth in a product equals smoothing by hand", smoothing_inside_equals_by_hand},
               },
               argc, argv);
}
