// Properties of products on random shapes, options and configurations: the same bits whoever computes them, however the
// operands lie in memory, and in however many pieces. A failure prints the seed that repeats it.
#include <algorithm>
#include <cmath>

#include "scmp/scmp_model.h"
#include "support/handles.h"
#include "support/product.h"
#include "support/stages.h"
#include "support/test.h"

using namespace test;

namespace {

// Runs `body(random, product)` on so many random products.
template <class Body> void for_products(const std::string &name, int count, const Limits &limits, Body &&body) {
    for (int i = 0; i < count; i++) {
        Random random(name + " " + std::to_string(i));
        const Product product = random_product(random, limits);
        within(product.text(), [&] { body(random, product); });
    }
}

void same_result(const Result &got, const Result &want, const std::string &what) {
    same(got.sum, want.sum, what + ": sum");
    same(got.y, want.y, what + ": y");
}

// --- Who computes ---------------------------------------------------------------------------------------------------

void engines_agree() {
    std::vector<Ctx> contexts;
    std::vector<std::string> names;
    for (const Engine &engine : engines()) {
        contexts.push_back(context(engine, 2));
        names.push_back(engine.name());
    }
    check(contexts.size() >= 2, "there is nothing to compare the reference with");
    for_products("engines", 3000, {}, [&](Random &, const Product &product) {
        const Result want = multiply(contexts[0], product);
        for (std::size_t i = 1; i < contexts.size(); i++)
            same_result(multiply(contexts[i], product), want, names[i] + " against the reference");
    });
}

void larger_shapes_agree() {
    // Beyond the blocks of the kernels: many rows, and an inner dimension beyond 2^p.
    const Ctx reference = context({SCMP_BACKEND_REFERENCE, ""});
    std::vector<Ctx> contexts;
    for (const Engine &engine : engines())
        if (engine.backend != SCMP_BACKEND_REFERENCE) contexts.push_back(context(engine, 2));
    const Limits limits = {.rows = 70, .d = 600, .batch = 2, .most_prec = 5, .zero_sizes = false};
    for_products("larger", 60, limits, [&](Random &, const Product &product) {
        const Result want = multiply(reference, product);
        for (const Ctx &ctx : contexts) same_result(multiply(ctx, product), want, scmp_ctx_isa(ctx));
    });
}

void threads_agree() {
    const Limits limits = {.rows = 40, .d = 60, .batch = 4};
    for (const Engine &engine : engines()) {
        if (engine.backend == SCMP_BACKEND_REFERENCE) continue;
        const Ctx one = context(engine, 1), two = context(engine, 2), seven = context(engine, 7);
        check(scmp_ctx_threads(seven) == 7, "a context with 7 threads says otherwise");
        for_products("threads", 200, limits, [&](Random &, const Product &product) {
            const Result want = multiply(one, product);
            same_result(multiply(two, product), want, engine.name() + ", 2 threads against 1");
            same_result(multiply(seven, product), want, engine.name() + ", 7 threads against 1");
        });
    }
}

// --- The circuit, simulated here ------------------------------------------------------------------------------------

Array sequence(scmp_ctx *ctx, const scmp_matmul_options &options, scmp_side side, std::int64_t d, std::int32_t length) {
    Array out = canary(SCMP_DTYPE_I32, {length});
    const scmp_tensor view = out.view();
    ok(scmp_sequence(ctx, &options, side, d, &view), "scmp_sequence");
    return out;
}

// Spec 2, word by word: the left bit enables the right generator.
std::int64_t circuit(const Array &left, const Array &right, std::int64_t x, std::int64_t y) {
    std::int64_t ones = 0, drawn = 0;
    for (std::int64_t t = 0; t < left.count(); t++)
        if (left.whole(t) < x && right.whole(drawn++) < y) ones++;
    return ones;
}

void sums_are_the_circuits() {
    const Ctx ctx = context(2);
    const Limits limits = {.rows = 4, .d = 12, .most_prec = 7};
    for_products("circuit", 500, limits, [&](Random &, const Product &product) {
        Resolved resolved(ctx, product);
        const scmp_matmul_options &options = *resolved.get();
        Levels a = all_levels(product.a, SCMP_SIDE_LEFT, options), b = all_levels(product.b, SCMP_SIDE_RIGHT, options);
        quantize(ctx, product.a, SCMP_SIDE_LEFT, options, nullptr, a);
        quantize(ctx, product.b, SCMP_SIDE_RIGHT, options, nullptr, b);
        const Array sums = count(ctx, a, b, options, product.sum_shape());

        scmp_report report;
        scmp_report_init(&report);
        multiply(ctx, product, &report);

        const Shape y = product.y_shape();
        const std::int64_t d = product.d(), m = y.back(), n = y[y.size() - 2],
                           rows = count_of(y) / std::max<std::int64_t>(m, 1);
        const std::int64_t chunk = product.chunked() ? options.chunk_d : std::max<std::int64_t>(d, 1);
        std::vector<Array> left, right;
        for (std::int64_t i = 0; i < std::min(chunk, d); i++) {
            left.push_back(sequence(ctx, options, SCMP_SIDE_LEFT, i, report.stoc_len));
            right.push_back(sequence(ctx, options, SCMP_SIDE_RIGHT, i, report.stoc_len));
        }
        const bool bipolar = options.mode == SCMP_MODE_BIPOLAR;
        Array want(SCMP_DTYPE_I64, product.sum_shape());
        for (std::int64_t at = 0; at < rows * m; at++) {
            const std::int64_t row_a = at / m, row_b = row_a / n * m + at % m;
            for (std::int64_t i = 0; i < d; i++) {
                const std::int64_t ea = row_a * d + i, eb = row_b * d + i;
                const std::int64_t sign = bipolar ? a.sign.whole(ea) * b.sign.whole(eb) : 1;
                want.as<std::int64_t>()[i / chunk * rows * m + at] +=
                    sign * circuit(left[std::size_t(i % chunk)], right[std::size_t(i % chunk)], a.boundary.whole(ea),
                                   b.boundary.whole(eb));
            }
        }
        same(sums, want, "scmp_count against a simulation of its sequences");
    });
}

// --- The stages -----------------------------------------------------------------------------------------------------

void stages_are_the_product() {
    for (const Engine &engine : engines()) {
        const Ctx ctx = context(engine, 2);
        for_products("stages", 600, {}, [&](Random &random, const Product &product) {
            const Result want = multiply(ctx, product);
            Resolved resolved(ctx, product);
            const scmp_matmul_options &options = *resolved.get();
            Levels a = all_levels(product.a, SCMP_SIDE_LEFT, options),
                   b = all_levels(product.b, SCMP_SIDE_RIGHT, options);
            const bool given = random.chance(50);
            const Array ranges_a = ranges_of(ctx, product.a, SCMP_SIDE_LEFT, options);
            const Array ranges_b = ranges_of(ctx, product.b, SCMP_SIDE_RIGHT, options);
            quantize(ctx, product.a, SCMP_SIDE_LEFT, options, given ? &ranges_a : nullptr, a);
            quantize(ctx, product.b, SCMP_SIDE_RIGHT, options, given ? &ranges_b : nullptr, b);
            const Array sums =
                count(ctx, a, b, options, product.sum_shape(), random.chance(50) ? SCMP_DTYPE_I64 : SCMP_DTYPE_I32);
            if (!product.chunked()) same(converted(sums, SCMP_DTYPE_I64), want.sum, "sums by stages");
            same(dequantize(ctx, sums, a, b, product.d(), options, product.y_shape()), want.y, "y by stages");
        });
    }
}

// Counting in parts of D, into one array of sums; for unipolar the row sums are added too.
void parts_add_up() {
    const Ctx ctx = context(2);
    Limits limits;
    limits.chunks = limits.zero_sizes = false;
    for_products("parts", 600, limits, [&](Random &random, const Product &product) {
        const Result want = multiply(ctx, product);
        Resolved resolved(ctx, product);
        scmp_matmul_options options = *resolved.get();
        const int last = int(product.a.shape.size()) - 1;
        const Array ranges_a = ranges_of(ctx, product.a, SCMP_SIDE_LEFT, options);
        const Array ranges_b = ranges_of(ctx, product.b, SCMP_SIDE_RIGHT, options);
        Levels a = all_levels(product.a, SCMP_SIDE_LEFT, options), b = all_levels(product.b, SCMP_SIDE_RIGHT, options);
        // Only what a whole D has; boundaries and signs come from the parts.
        quantize(ctx, product.a, SCMP_SIDE_LEFT, options, nullptr, a);
        quantize(ctx, product.b, SCMP_SIDE_RIGHT, options, nullptr, b);
        if (options.mode == SCMP_MODE_UNIPOLAR) {
            a.row_sum = Array(SCMP_DTYPE_I64, a.row_sum.shape);
            b.row_sum = Array(SCMP_DTYPE_I64, b.row_sum.shape);
        }
        Array sums(random.chance(50) ? SCMP_DTYPE_I64 : SCMP_DTYPE_I32, product.y_shape());
        for (std::int64_t at = 0; at < product.d();) {
            const std::int64_t size = random.whole(1, product.d() - at);
            scmp_matmul_options part_options = options;
            const Array smooth = product.smooth.absent() ? Array() : slice(product.smooth, 0, at, size);
            const scmp_tensor smooth_view = smooth.view();
            if (options.smooth != nullptr) part_options.smooth = &smooth_view;
            const auto part = [&](const Array &x, scmp_side side, const Array &ranges, Levels &whole) {
                const Array columns = slice(x, last, at, size);
                Levels levels = all_levels(columns, side, part_options);
                if (options.mode == SCMP_MODE_UNIPOLAR) levels.row_sum = canary(SCMP_DTYPE_I64, levels.row_sum.shape);
                quantize(ctx, columns, side, part_options, &ranges, levels);
                same(levels.boundary, slice(whole.boundary, last, at, size), "boundaries of a part");
                for (std::int64_t i = 0; i < levels.row_sum.count(); i++)
                    whole.row_sum.as<std::int64_t>()[i] += levels.row_sum.as<std::int64_t>()[i];
                return levels;
            };
            Levels left = part(product.a, SCMP_SIDE_LEFT, ranges_a, a),
                   right = part(product.b, SCMP_SIDE_RIGHT, ranges_b, b);
            const scmp_tensor view = sums.view();
            const scmp_quantized left_arrays = left.arrays(), right_arrays = right.arrays();
            ok(scmp_count(ctx, &left_arrays, &right_arrays, &part_options, at, 1, &view), "scmp_count of a part");
            at += size;
        }
        same(converted(sums, SCMP_DTYPE_I64), want.sum, "sums of parts");
        same(dequantize(ctx, sums, a, b, product.d(), options, product.y_shape()), want.y, "y from sums of parts");
    });
}

void ranges_combine() {
    // Ranges of parts of D, combined by minimum and maximum, are those of the whole; an empty part changes nothing.
    const Ctx ctx = context();
    Limits limits;
    limits.chunks = limits.smooth = limits.zero_sizes = false;
    for_products("ranges", 150, limits, [&](Random &random, const Product &product) {
        const std::int64_t cut = random.whole(0, product.d());
        const int last = int(product.a.shape.size()) - 1;
        const Array whole = ranges_of(ctx, product.a, SCMP_SIDE_LEFT, product.options);
        const Array first = ranges_of(ctx, slice(product.a, last, 0, cut), SCMP_SIDE_LEFT, product.options);
        const Array second =
            ranges_of(ctx, slice(product.a, last, cut, product.d() - cut), SCMP_SIDE_LEFT, product.options);
        for (std::int64_t i = 0; i < whole.count(); i++) {
            const double both =
                i % 2 == 0 ? std::min(first.get(i), second.get(i)) : std::max(first.get(i), second.get(i));
            check(whole.get(i) == both, "number " + std::to_string(i) + " of the ranges");
        }
        // What they say is the truth.
        const double least = *std::min_element(whole.as<float>(), whole.as<float>() + whole.count());
        double smallest = HUGE_VAL;
        const Array values = converted(product.a, SCMP_DTYPE_F32);
        for (std::int64_t i = 0; i < values.count(); i++) smallest = std::min(smallest, values.get(i));
        check(least == smallest, "the least of the ranges is not that of the operand");
    });
}

void values_beyond_given_ranges_saturate() {
    const Ctx ctx = context();
    scmp_matmul_options options = defaults();
    const Array x(SCMP_DTYPE_F32, {2, 4}, {-10, -1, 0.5, 10, 3, -2, 2, 1});
    const Array ranges(SCMP_DTYPE_F32, {2, 2}, {-1, 0.5, -2, 4});
    Levels got = all_levels(x, SCMP_SIDE_LEFT, options);
    quantize(ctx, x, SCMP_SIDE_LEFT, options, &ranges, got);
    // Scales 1/127 and 4/127: the larger magnitude counts. q = round(x / scale), at most 127 (Spec 4, B3).
    same(got.level, Array(SCMP_DTYPE_I16, {2, 4}, {127, 127, 64, 127, 95, 64, 64, 32}), "bipolar level");
    same(got.sign, Array(SCMP_DTYPE_I8, {2, 4}, {-1, -1, 1, 1, 1, -1, 1, 1}), "bipolar sign");
    same(got.scale, Array(SCMP_DTYPE_F32, {2}, {1.0 / 127, 4.0 / 127}), "bipolar scale");

    options.mode = SCMP_MODE_UNIPOLAR;
    got = all_levels(x, SCMP_SIDE_LEFT, options);
    quantize(ctx, x, SCMP_SIDE_LEFT, options, &ranges, got);
    // Scales 1.5/255 and 6/255, zero points 170 and 85 (U2).
    same(got.level, Array(SCMP_DTYPE_I16, {2, 4}, {0, 0, 255, 255, 212, 0, 170, 128}), "unipolar level");
    same(got.zero_point, Array(SCMP_DTYPE_F32, {2}, {170, 85}), "unipolar zero point");
    same(got.row_sum, Array(SCMP_DTYPE_F32, {2}, {510, 510}), "unipolar row sum");
}

void level_arrays_of_every_type_agree() {
    const Ctx ctx = context();
    Limits limits;
    limits.most_prec = 8;
    for_products("levels", 60, limits, [&](Random &, const Product &product) {
        Resolved resolved(ctx, product);
        const auto levels = [&](scmp_dtype level, scmp_dtype boundary, scmp_dtype number, scmp_dtype row_sum) {
            Levels out = all_levels(product.b, SCMP_SIDE_RIGHT, *resolved.get());
            out.level = canary(level, out.level.shape);
            out.boundary = canary(boundary, out.boundary.shape);
            out.scale = canary(number, out.scale.shape);
            if (!out.zero_point.absent()) out.zero_point = canary(number, out.zero_point.shape);
            if (!out.row_sum.absent()) out.row_sum = canary(row_sum, out.row_sum.shape);
            quantize(ctx, product.b, SCMP_SIDE_RIGHT, *resolved.get(), nullptr, out);
            return out;
        };
        const bool tensor = product.options.granularity == SCMP_GRANULARITY_PER_TENSOR;
        const Levels narrow =
            levels(SCMP_DTYPE_U8, SCMP_DTYPE_I16, tensor ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32, SCMP_DTYPE_I32);
        const Levels wide = levels(SCMP_DTYPE_I32, SCMP_DTYPE_I32, SCMP_DTYPE_F64, SCMP_DTYPE_I64);
        same(converted(narrow.level, SCMP_DTYPE_I32), wide.level, "level");
        same(converted(narrow.boundary, SCMP_DTYPE_I32), wide.boundary, "boundary");
        same(converted(narrow.scale, SCMP_DTYPE_F64), wide.scale, "scale");
        same(converted(narrow.row_sum, SCMP_DTYPE_I64), wide.row_sum, "row sum");
        const std::int64_t d = product.d();
        for (std::int64_t row = 0; row < wide.row_sum.count(); row++) {
            std::int64_t total = 0;
            for (std::int64_t i = 0; i < d; i++) total += wide.level.whole(row * d + i);
            check(total == wide.row_sum.whole(row), "a row sum is not the sum of the row's levels");
        }
    });
}

// --- Memory layouts -------------------------------------------------------------------------------------------------

void strided_views_equal_copies() {
    for (const Engine &engine : engines()) {
        const Ctx ctx = context(engine, 2);
        for_products("strided", 500, {}, [&](Random &random, const Product &product) {
            const Result want = multiply(ctx, product);
            const Strided a = strided(product.a, random), b = strided(product.b, random);
            const Strided y = strided_canary(SCMP_DTYPE_F32, product.y_shape(), random);
            const Strided sum =
                strided_canary(random.chance(50) ? SCMP_DTYPE_I64 : SCMP_DTYPE_I32, product.y_shape(), random);
            Resolved resolved(ctx, product);
            const scmp_call call = call_with(product.chunked() ? nullptr : &sum.view);
            Strided smooth;
            if (!product.smooth.absent()) {
                smooth = strided(product.smooth, random);
                resolved->smooth = &smooth.view;
            }
            ok(scmp_matmul(ctx, &a.view, &b.view, resolved.get(), &call, &y.view), "scmp_matmul of views");
            same(gathered(y), want.y, "y");
            gaps_untouched(y, "y");
            if (product.chunked()) return;
            same(converted(gathered(sum), SCMP_DTYPE_I64), want.sum, "sum");
            gaps_untouched(sum, "sum");
        });
    }
}

void transposed_views_equal_copies() {
    const Ctx ctx = context();
    for_products("transposed", 60, {}, [&](Random &, const Product &product) {
        const Result want = multiply(ctx, product);
        const Array a = swapped_last(product.a), b = swapped_last(product.b);
        Array y = canary(SCMP_DTYPE_F32, swapped_last(want.y).shape);
        const auto transposed = [](const Array &array) {
            scmp_tensor view = array.view();
            const int last = view.rank - 1;
            std::swap(view.shape[last], view.shape[last - 1]);
            std::swap(view.strides[last], view.strides[last - 1]);
            return view;
        };
        const scmp_tensor a_view = transposed(a), b_view = transposed(b), y_view = transposed(y);
        Resolved resolved(ctx, product);
        ok(scmp_matmul(ctx, &a_view, &b_view, resolved.get(), nullptr, &y_view),
           "scmp_matmul of column-major operands");
        same(swapped_last(y), want.y, "y");
    });
}

void broadcast_views_equal_copies() {
    const Ctx ctx = context(2);
    for_products("broadcast", 300, {}, [&](Random &random, Product product) {
        // One slice along a random axis of each operand stands for all of them.
        const auto broadcast = [&](Array &x, Array &one) {
            const int axis = int(random.whole(0, std::int64_t(x.shape.size()) - 1));
            const std::int64_t size = x.shape[std::size_t(axis)];
            if (size == 0) {
                one = x;
                return x.view();
            }
            one = slice(x, axis, 0, 1);
            std::int64_t inner = 1;
            for (std::size_t i = std::size_t(axis) + 1; i < x.shape.size(); i++) inner *= x.shape[i];
            for (std::int64_t i = 0; i < x.count(); i++) x.set(i, one.get(i / (inner * size) * inner + i % inner));
            scmp_tensor view = one.view();
            view.shape[axis] = size;
            view.strides[axis] = 0;
            return view;
        };
        Array one_a, one_b;
        const scmp_tensor a = broadcast(product.a, one_a), b = broadcast(product.b, one_b);
        const Result want = multiply(ctx, product);
        Array y = canary(SCMP_DTYPE_F32, want.y.shape);
        const scmp_tensor out = y.view();
        Resolved resolved(ctx, product);
        ok(scmp_matmul(ctx, &a, &b, resolved.get(), nullptr, &out), "scmp_matmul of broadcast operands");
        same(y, want.y, "y");
    });
}

void stages_take_strided_views() {
    const Ctx ctx = context(2);
    for_products("strided stages", 300, {}, [&](Random &random, const Product &product) {
        Resolved resolved(ctx, product);
        const scmp_matmul_options &options = *resolved.get();
        Levels want_a = all_levels(product.a, SCMP_SIDE_LEFT, options),
               want_b = all_levels(product.b, SCMP_SIDE_RIGHT, options);
        quantize(ctx, product.a, SCMP_SIDE_LEFT, options, nullptr, want_a);
        quantize(ctx, product.b, SCMP_SIDE_RIGHT, options, nullptr, want_b);
        const Array want = count(ctx, want_a, want_b, options, product.sum_shape());

        struct Outputs {
            Strided level, boundary, sign, scale, zero_point, row_sum;
            scmp_quantized arrays;
        };
        const auto strided_levels = [&](const Array &x, scmp_side side, const Levels &like, Outputs &out) {
            scmp_quantized_init(&out.arrays);
            const auto output = [&](const Array &as, Strided &to, const scmp_tensor *&slot) {
                if (as.absent()) return;
                to = strided_canary(as.dtype, as.shape, random);
                slot = &to.view;
            };
            output(like.level, out.level, out.arrays.level);
            output(like.boundary, out.boundary, out.arrays.boundary);
            output(like.sign, out.sign, out.arrays.sign);
            output(like.scale, out.scale, out.arrays.scale);
            output(like.zero_point, out.zero_point, out.arrays.zero_point);
            output(like.row_sum, out.row_sum, out.arrays.row_sum);
            const Strided in = strided(x, random);
            const Strided ranges = strided(ranges_of(ctx, x, side, options), random);
            ok(scmp_quantize(ctx, &in.view, side, &options, random.chance(50) ? &ranges.view : nullptr, &out.arrays),
               "scmp_quantize of views");
            const auto compare = [](const Strided &got, const Array &expected, const std::string &what) {
                if (expected.absent()) return;
                same(gathered(got), expected, what);
                gaps_untouched(got, what);
            };
            compare(out.level, like.level, "level");
            compare(out.boundary, like.boundary, "boundary");
            compare(out.sign, like.sign, "sign");
            compare(out.scale, like.scale, "scale");
            compare(out.zero_point, like.zero_point, "zero point");
            compare(out.row_sum, like.row_sum, "row sum");
        };
        Outputs a, b;
        strided_levels(product.a, SCMP_SIDE_LEFT, want_a, a);
        strided_levels(product.b, SCMP_SIDE_RIGHT, want_b, b);
        const Strided sums = strided_canary(SCMP_DTYPE_I32, product.sum_shape(), random);
        ok(scmp_count(ctx, &a.arrays, &b.arrays, &options, 0, 0, &sums.view), "scmp_count of views");
        same(converted(gathered(sums), SCMP_DTYPE_I64), want, "sums");
        gaps_untouched(sums, "sums");
        const Strided y = strided_canary(SCMP_DTYPE_F32, product.y_shape(), random);
        ok(scmp_dequantize(ctx, &sums.view, &a.arrays, &b.arrays, product.d(), &options, &y.view),
           "scmp_dequantize of views");
        same(gathered(y), multiply(ctx, product).y, "y");
        gaps_untouched(y, "y");
    });
}

void unaligned_operands_are_read() {
    const Ctx ctx = context();
    for_products("unaligned", 40, {}, [&](Random &, const Product &product) {
        const auto moved = [](const Array &array, std::vector<std::byte> &memory) {
            memory.assign(array.bytes.size() + 1, std::byte(0));
            std::copy(array.bytes.begin(), array.bytes.end(), memory.begin() + 1);
            scmp_tensor view = array.view();
            view.data = memory.data() + 1;
            return view;
        };
        std::vector<std::byte> a_memory, b_memory, y_memory;
        const Result want = multiply(ctx, product);
        Array y = canary(SCMP_DTYPE_F32, want.y.shape);
        const scmp_tensor a = moved(product.a, a_memory), b = moved(product.b, b_memory), out = moved(y, y_memory);
        Resolved resolved(ctx, product);
        ok(scmp_matmul(ctx, &a, &b, resolved.get(), nullptr, &out), "scmp_matmul of operands at odd addresses");
        std::copy(y_memory.begin() + 1, y_memory.end(), y.bytes.begin());
        same(y, want.y, "y");
    });
}

// --- Batches --------------------------------------------------------------------------------------------------------

void batches_are_loops() {
    const Ctx ctx = context(2);
    Limits limits;
    limits.batch = 4;
    int seen = 0;
    for_products("batches", 1500, limits, [&](Random &, const Product &product) {
        if (product.a.shape.size() != 3 || product.options.granularity == SCMP_GRANULARITY_PER_TENSOR) return;
        seen++;
        const Result want = multiply(ctx, product);
        for (std::int64_t i = 0; i < product.a.shape[0]; i++) {
            Product one = product;
            one.a = slice(product.a, 0, i, 1);
            one.b = slice(product.b, 0, i, 1);
            const Result got = multiply(ctx, one);
            same_result(got, {slice(want.y, 0, i, 1), slice(want.sum, 0, i, 1)}, "batch entry " + std::to_string(i));
            if (product.options.granularity == SCMP_GRANULARITY_PER_HEAD) continue;
            const auto flat = [](const Array &x) { return reshaped(x, {x.shape[1], x.shape[2]}); };
            one.a = flat(one.a);
            one.b = flat(one.b);
            same_result(multiply(ctx, one), {flat(got.y), flat(got.sum)}, "2-D, batch entry " + std::to_string(i));
        }
    });
    check(seen > 60, "too few batched products: " + std::to_string(seen));
}

// --- Packed operands ------------------------------------------------------------------------------------------------

Result multiply_packed(scmp_ctx *ctx, const Array &a, const scmp_packed *packed, const Product &product) {
    Result result = {canary(SCMP_DTYPE_F32, product.y_shape()), {}};
    const scmp_tensor a_view = a.view(), y = result.y.view();
    scmp_tensor sum;
    if (!product.chunked()) {
        result.sum = canary(SCMP_DTYPE_I64, product.y_shape());
        sum = result.sum.view();
    }
    const scmp_call call = call_with(product.chunked() ? nullptr : &sum);
    ok(scmp_matmul_packed(ctx, &a_view, packed, &call, &y), "scmp_matmul_packed");
    return result;
}

void packed_equals_unpacked() {
    for (const Engine &engine : engines()) {
        const Ctx ctx = context(engine, 2), other = context(engine, 1);
        for_products("packed", 500, {}, [&](Random &random, const Product &product) {
            Packed packed;
            {
                // Neither the context nor the configuration that it was made with lives on; b is overwritten.
                const Ctx made = context(engine, 2);
                Resolved resolved(made, product);
                Array b = product.b;
                const scmp_tensor view = b.view();
                ok(scmp_packed_create(made, &view, resolved.get(), packed.out()), "scmp_packed_create");
                std::fill(b.bytes.begin(), b.bytes.end(), std::byte(0x11));
            }
            const scmp_tensor shape = scmp_packed_shape(packed);
            check(Shape(shape.shape, shape.shape + shape.rank) == product.b.shape, "scmp_packed_shape");
            check(product.b.count() == 0 || scmp_packed_bytes(packed) > 0, "scmp_packed_bytes is 0");
            same_result(multiply_packed(ctx, product.a, packed, product), multiply(ctx, product), "packed");
            // Another left operand, by another context.
            Product again = product;
            Shape rows = product.a.shape;
            rows[rows.size() - 2] = random.whole(1, 12);
            again.a = random_values(random, rows, product.a.dtype);
            for (std::int64_t i = 0; i < again.a.count(); i++) again.a.set(i, std::clamp(again.a.get(i), -1e30, 1e30));
            same_result(multiply_packed(other, again.a, packed, again), multiply(other, again), "packed again");
        });
    }
}

// --- Sizes of 0, dtypes, signs of 0 ---------------------------------------------------------------------------------

void zero_sizes() {
    for (const Engine &engine : engines()) {
        const Ctx ctx = context(engine);
        const auto product = [&](Shape a, Shape b, scmp_granularity granularity, scmp_mode mode) {
            Product made;
            made.a = Array(SCMP_DTYPE_F32, std::move(a));
            made.b = Array(SCMP_DTYPE_F32, std::move(b));
            made.options.granularity = granularity;
            made.options.mode = mode;
            return multiply(ctx, made);
        };
        for (const auto granularity :
             {SCMP_GRANULARITY_PER_ROW, SCMP_GRANULARITY_PER_TENSOR, SCMP_GRANULARITY_PER_HEAD})
            for (const auto mode : {SCMP_MODE_BIPOLAR, SCMP_MODE_UNIPOLAR}) {
                if (granularity == SCMP_GRANULARITY_PER_HEAD && mode == SCMP_MODE_UNIPOLAR) continue;
                const Result none = product({2, 3, 0}, {2, 4, 0}, granularity, mode);
                same(none.y, Array(SCMP_DTYPE_F32, {2, 3, 4}), "D = 0 gives +0.0");
                same(none.sum, Array(SCMP_DTYPE_I64, {2, 3, 4}), "D = 0 gives sums of 0");
                check(product({2, 0, 5}, {2, 4, 5}, granularity, mode).y.bytes.empty(), "N = 0");
                check(product({2, 3, 5}, {2, 0, 5}, granularity, mode).y.bytes.empty(), "M = 0");
                check(product({0, 3, 5}, {0, 4, 5}, granularity, mode).y.bytes.empty(), "BH = 0");
                if (granularity != SCMP_GRANULARITY_PER_HEAD)
                    same(product({3, 0}, {4, 0}, granularity, mode).y, Array(SCMP_DTYPE_F32, {3, 4}), "2-D, D = 0");
            }
        // Without elements no address is needed.
        const scmp_tensor a = scmp_tensor_2d(SCMP_DTYPE_F32, nullptr, 0, 7),
                          b = scmp_tensor_2d(SCMP_DTYPE_F32, nullptr, 0, 7);
        const scmp_tensor y = scmp_tensor_2d(SCMP_DTYPE_F32, nullptr, 0, 0);
        ok(scmp_matmul(ctx, &a, &b, nullptr, nullptr, &y), "scmp_matmul of nothing");
    }
}

void narrow_types_are_widened() {
    const Ctx ctx = context();
    Limits limits;
    limits.smooth = false;
    for_products("widened", 100, limits, [&](Random &random, Product product) {
        const scmp_dtype narrow = random.chance(50) ? SCMP_DTYPE_F16 : SCMP_DTYPE_BF16;
        product.a = converted(product.a, SCMP_DTYPE_F32);
        for (std::int64_t i = 0; i < product.a.count(); i++)
            product.a.set(i, std::clamp(product.a.get(i), -60000.0, 60000.0));
        product.a = converted(product.a, narrow);
        const Result got = multiply(ctx, product);
        product.a = converted(product.a, SCMP_DTYPE_F32);
        same_result(got, multiply(ctx, product), "16-bit operands against the same numbers in f32");
        product.a = converted(product.a, SCMP_DTYPE_F64);
        same_result(got, multiply(ctx, product), "the same numbers in f64");
    });
    // An f64 between two f32 rounds to the nearest.
    Product product;
    product.a = Array(SCMP_DTYPE_F64, {1, 2}, {1.0 + 0x1p-25, 0.1});
    product.b = Array(SCMP_DTYPE_F32, {1, 2}, {0.7, 0.3});
    const Result got = multiply(ctx, product);
    product.a = converted(product.a, SCMP_DTYPE_F32);
    same_result(got, multiply(ctx, product), "f64 operands against rounded ones");
}

void the_largest_d() {
    // As long as sums may be: every product gives the most that it can.
    const Ctx ctx = context(2);
    constexpr std::int32_t length = 256;
    const std::int64_t d = SCMP_D_TIMES_L_MAX / length;
    scmp_matmul_options options = defaults();
    options.granularity = SCMP_GRANULARITY_PER_TENSOR;
    options.mode = SCMP_MODE_UNIPOLAR;
    options.stoc_len = length;
    options.rng_levels = 1; // every draw is 0, below a boundary of 1: all ones
    const float one = 1;
    scmp_tensor a = scmp_tensor_2d(SCMP_DTYPE_F32, &one, 1, d), b = scmp_tensor_2d(SCMP_DTYPE_F32, &one, 1, d);
    a.strides[1] = b.strides[1] = 0;
    Array sum = canary(SCMP_DTYPE_I32, {1, 1});
    const scmp_tensor out = sum.view();
    const scmp_call call = call_with(&out);
    // A constant operand has a range of 1e-5 and levels of 0 or 255; given ranges make them 255.
    const Array ranges(SCMP_DTYPE_F32, {2}, {0, 1});
    const scmp_tensor ranges_view = ranges.view();
    Array boundary = canary(SCMP_DTYPE_I16, {1, d});
    const scmp_tensor boundary_view = boundary.view();
    scmp_quantized levels;
    scmp_quantized_init(&levels);
    levels.boundary = &boundary_view;
    ok(scmp_quantize(ctx, &a, SCMP_SIDE_LEFT, &options, &ranges_view, &levels), "scmp_quantize");
    check(boundary.whole(0) == 1 && boundary.whole(d - 1) == 1, "boundaries of 1");
    ok(scmp_count(ctx, &levels, &levels, &options, 0, 0, &out), "scmp_count");
    same(sum, Array(SCMP_DTYPE_I32, {1, 1}, {double(d * length)}), "the largest sum");
    // A product of the same size, with counts of its own.
    options.rng_levels = SCMP_NOT_GIVEN;
    options.mode = SCMP_MODE_BIPOLAR;
    options.scramble = SCMP_SCRAMBLE_OFF;
    ok(scmp_matmul(ctx, &a, &b, &options, &call, nullptr), "scmp_matmul");
    Array table = canary(SCMP_DTYPE_I32, {1, 1});
    const Array top(SCMP_DTYPE_I16, {1}, {256});
    const scmp_tensor at = top.view(), table_view = table.view();
    ok(scmp_count_table(ctx, &options, 0, &at, &at, &table_view), "scmp_count_table");
    same(sum, Array(SCMP_DTYPE_I32, {1, 1}, {double(d * table.whole(0))}), "the sum of equal products");
}

void negative_zero_is_zero() {
    const Ctx ctx = context();
    for_products("zeros", 60, {}, [&](Random &, Product product) {
        const Result want = multiply(ctx, product);
        for (Array *x : {&product.a, &product.b})
            for (std::int64_t i = 0; i < x->count(); i++)
                if (x->get(i) == 0) x->set(i, std::signbit(x->get(i)) ? 0.0 : -0.0);
        same_result(multiply(ctx, product), want, "zeros of the other sign");
    });
    Product zeros;
    zeros.a = Array(SCMP_DTYPE_F32, {2, 3}, {-0.0, 0, -0.0, 1, 0, -0.0});
    zeros.b = Array(SCMP_DTYPE_F32, {1, 3}, {-0.0, -2, -0.0});
    same(multiply(ctx, zeros).y, Array(SCMP_DTYPE_F32, {2, 1}), "a sum of zero is +0.0");
}

void outputs_alone() {
    // y alone, sums alone, sums of 32 bits.
    const Ctx ctx = context();
    Limits limits;
    limits.chunks = false;
    for_products("outputs", 60, limits, [&](Random &, const Product &product) {
        const Result want = multiply(ctx, product);
        Resolved resolved(ctx, product);
        const scmp_tensor a = product.a.view(), b = product.b.view();
        Array y = canary(SCMP_DTYPE_F32, want.y.shape), sum = canary(SCMP_DTYPE_I32, want.y.shape);
        const scmp_tensor y_view = y.view(), sum_view = sum.view();
        ok(scmp_matmul(ctx, &a, &b, resolved.get(), nullptr, &y_view), "y alone");
        same(y, want.y, "y alone");
        const scmp_call call = call_with(&sum_view);
        ok(scmp_matmul(ctx, &a, &b, resolved.get(), &call, nullptr), "sums alone");
        same(converted(sum, SCMP_DTYPE_I64), want.sum, "sums alone");
    });
}

void chunks_of_all_of_d_are_none() {
    const Ctx ctx = context();
    Limits limits;
    limits.chunks = false;
    for_products("whole chunks", 300, limits, [&](Random &random, Product product) {
        if (product.options.mode != SCMP_MODE_BIPOLAR || product.options.granularity != SCMP_GRANULARITY_PER_ROW ||
            product.a.shape.size() != 2)
            return;
        const Result want = multiply(ctx, product);
        product.options.chunk_d = std::max<std::int64_t>(product.d(), 1) + random.whole(0, 3);
        same_result(multiply(ctx, product), want, "chunk_d >= D");
        product.options.chunk_d = -random.whole(0, 9);
        same_result(multiply(ctx, product), want, "chunk_d <= 0");
    });
}

} // namespace

int main(int argc, char **argv) {
    return run("property",
               {
                   {"every engine gives the reference's bits", engines_agree},
                   {"larger shapes give the reference's bits", larger_shapes_agree},
                   {"1, 2 and 7 threads give the same bits", threads_agree},
                   {"sums are those of the simulated circuit", sums_are_the_circuits},
                   {"the stages composed are the product", stages_are_the_product},
                   {"parts of D add up", parts_add_up},
                   {"ranges of parts combine", ranges_combine},
                   {"values beyond given ranges saturate", values_beyond_given_ranges_saturate},
                   {"level arrays of every type agree", level_arrays_of_every_type_agree},
                   {"strided views equal copies", strided_views_equal_copies},
                   {"transposed views equal copies", transposed_views_equal_copies},
                   {"broadcast views equal copies", broadcast_views_equal_copies},
                   {"stages take strided views", stages_take_strided_views},
                   {"operands need no alignment", unaligned_operands_are_read},
                   {"batches are loops", batches_are_loops},
                   {"packed equals unpacked", packed_equals_unpacked},
                   {"sizes of 0", zero_sizes},
                   {"the largest D", the_largest_d},
                   {"narrow types are widened", narrow_types_are_widened},
                   {"negative zero is zero", negative_zero_is_zero},
                   {"y or sums alone", outputs_alone},
                   {"chunks of all of D are none", chunks_of_all_of_d_are_none},
               },
               argc, argv);
}
