// Makes random calls of the stages and compares what two contexts answer.
#include "stage_cases.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "support/test.h"

namespace test {
namespace {

const std::vector<scmp_dtype> floats = {SCMP_DTYPE_F32, SCMP_DTYPE_F16, SCMP_DTYPE_BF16, SCMP_DTYPE_F64};

// An array where a call may find it.
class Tensor {
public:
    Tensor(const Array &array, bool output, DeviceMemory &memory, Random &random) : memory_(memory) {
        if (array.absent()) return;
        // A canary's gaps are canaries too.
        const bool fresh = output && array == canary(array.dtype, array.shape);
        strided_ = fresh ? strided_canary(array.dtype, array.shape, random) : strided(array, random);
        fresh_ = fresh;
        view_ = strided_.view;
        if (!random.chance(65)) return;
        // Addresses need no alignment.
        const std::size_t shift = random.chance(20) ? 1 : 0;
        std::vector<std::byte> bytes(shift + strided_.storage.bytes.size());
        std::copy(strided_.storage.bytes.begin(), strided_.storage.bytes.end(), bytes.begin() + std::ptrdiff_t(shift));
        placed_ = memory.put(bytes);
        shift_ = shift;
        view_.device = memory.device();
        view_.data = placed_.get() + shift +
                     (static_cast<const std::byte *>(strided_.view.data) - strided_.storage.bytes.data());
    }

    const scmp_tensor *view() const { return strided_.view.rank < 0 ? nullptr : &view_; }
    Array values(const std::string &what) {
        if (view() == nullptr) return {};
        if (placed_) {
            std::vector<std::byte> bytes(shift_ + strided_.storage.bytes.size());
            memory_.get(placed_.get(), bytes);
            std::copy(bytes.begin() + std::ptrdiff_t(shift_), bytes.end(), strided_.storage.bytes.begin());
        }
        if (fresh_) gaps_untouched(strided_, what);
        return gathered(strided_);
    }

private:
    DeviceMemory &memory_;
    Strided strided_{{}, scmp_tensor_nd(SCMP_DTYPE_F32, nullptr, -1, nullptr)};
    bool fresh_ = false;
    scmp_tensor view_{};
    std::shared_ptr<std::byte> placed_;
    std::size_t shift_ = 0;
};

Shape random_shape(Random &random, std::int64_t d) {
    Shape shape;
    for (std::int64_t i = random.whole(0, 3); i > 0; i--) shape.push_back(random.chance(4) ? 0 : random.whole(1, 5));
    if (random.chance(10)) shape = {random.whole(60, 700)};
    shape.push_back(d);
    return shape;
}

std::int64_t random_d(Random &random) {
    return random.chance(5) ? 0 : random.chance(10) ? random.whole(60, 300) : random.whole(1, 50);
}

// Values with what is hard to round: subnormals, the ends of formats, zeros of both signs.
Array hard_values(Random &random, const Shape &shape, scmp_dtype dtype) {
    Array values = random_values(random, shape, dtype);
    const double largest = dtype == SCMP_DTYPE_F16 ? 65504.0 : dtype == SCMP_DTYPE_F64 ? 1e300 : 3.3e38;
    const bool hard = random.chance(60);
    for (std::int64_t i = 0; hard && i < values.count(); i++) {
        if (random.chance(8)) values.set(i, std::ldexp(random.normal(), int(random.whole(-150, -100))));
        if (random.chance(8)) values.set(i, std::ldexp(random.normal(), int(random.whole(-28, -10))));
        if (random.chance(3)) values.set(i, random.normal() < 0 ? -largest : largest);
        if (dtype == SCMP_DTYPE_F64 && random.chance(3))
            values.set(i, std::ldexp(random.normal(), int(random.whole(-1070, 900))));
    }
    return values;
}

// One in a hundred calls or so has something in it that is not finite.
void spoil(Random &random, Array &values) {
    if (values.count() == 0 || !random.chance(4)) return;
    const double wrong[] = {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                            -std::numeric_limits<double>::infinity(), 1e39};
    const double value = wrong[random.whole(0, values.dtype == SCMP_DTYPE_F64 ? 3 : 2)];
    for (std::int64_t i = random.whole(1, 3); i > 0; i--) values.set(random.whole(0, values.count() - 1), value);
}

} // namespace

// --- Answers --------------------------------------------------------------------------------------------------------

Answer answer(scmp_ctx *ctx, const Call &call) {
    Answer out;
    out.outputs = call.outputs;
    std::vector<scmp_tensor> views;
    views.reserve(call.inputs.size() + call.outputs.size());
    const auto pointer = [&](const Array &array) -> const scmp_tensor * {
        if (array.absent()) return nullptr;
        views.push_back(array.view());
        return &views.back();
    };
    Views in, results;
    for (const Array &array : call.inputs) in.push_back(pointer(array));
    for (const Array &array : out.outputs) results.push_back(pointer(array));
    if (call.in_place >= 0) in[std::size_t(call.in_place)] = results[0];
    out.status = call.run(ctx, in, results);
    if (out.status != SCMP_OK) out.sentence = scmp_last_error();
    return out;
}

Answer answer(scmp_ctx *ctx, const Call &call, DeviceMemory &memory, Random &random) {
    std::vector<Tensor> inputs, outputs;
    inputs.reserve(call.inputs.size());
    outputs.reserve(call.outputs.size());
    Views in, results;
    for (const Array &array : call.inputs) in.push_back(inputs.emplace_back(array, false, memory, random).view());
    for (const Array &array : call.outputs) results.push_back(outputs.emplace_back(array, true, memory, random).view());
    if (call.in_place >= 0) in[std::size_t(call.in_place)] = results[0];
    Answer out;
    out.status = call.run(ctx, in, results);
    if (out.status != SCMP_OK) out.sentence = scmp_last_error();
    for (Tensor &tensor : outputs) out.outputs.push_back(tensor.values(call.what));
    return out;
}

void same(const Answer &got, const Answer &want, const std::string &what) {
    check(got.status == want.status && got.sentence == want.sentence,
          format("%s: %s (%s), not %s (%s)", what.c_str(), scmp_status_string(got.status), got.sentence.c_str(),
                 scmp_status_string(want.status), want.sentence.c_str()));
    for (std::size_t i = 0; i < want.outputs.size(); i++)
        if (!want.outputs[i].absent()) same(got.outputs[i], want.outputs[i], what + ", output " + std::to_string(i));
}

// --- Smoothing ------------------------------------------------------------------------------------------------------

Call random_apply(Random &random) {
    const bool activation = random.chance(50);
    const std::int64_t d = random_d(random);
    const Shape shape = random_shape(random, d);
    Array x = hard_values(random, shape, random.one_of(floats));
    spoil(random, x);
    Array s = random_scales(random, random.chance(3) ? d + 1 : d, random.one_of(floats));
    if (s.count() > 0 && random.chance(30)) s.set(random.whole(0, s.count() - 1), random.chance(50) ? 6e-5 : 60000);
    if (s.count() > 0 && random.chance(3)) s.set(random.whole(0, s.count() - 1), random.chance(50) ? 0 : -1);
    Call call;
    call.what = activation ? "scmp_smooth_activation" : "scmp_smooth_weight";
    call.run = [activation](scmp_ctx *ctx, const Views &in, const Views &out) {
        return (activation ? scmp_smooth_activation : scmp_smooth_weight)(ctx, in[0], in[1], out[0]);
    };
    if (random.chance(30)) {
        call.outputs = {x};
        call.in_place = 0;
    } else {
        call.outputs = {canary(random.one_of(floats), shape)};
    }
    call.inputs = {std::move(x), std::move(s)};
    return call;
}

Call random_scales_from(Random &random) {
    const std::int64_t d = random_d(random);
    const std::vector<scmp_dtype> mostly_narrow = {SCMP_DTYPE_F32, SCMP_DTYPE_F16, SCMP_DTYPE_BF16, SCMP_DTYPE_F32,
                                                   SCMP_DTYPE_F64};
    Array act = hard_values(random, {d}, random.one_of(mostly_narrow));
    for (std::int64_t i = 0; i < d; i++) act.set(i, std::fabs(act.get(i)));
    if (d > 0 && random.chance(4)) act.set(random.whole(0, d - 1), -1);
    Call call;
    call.what = "scmp_smooth_scales_from";
    call.inputs = {std::move(act)};
    for (std::int64_t i = random.whole(1, 3); i > 0; i--) {
        Shape shape{random.chance(5) ? 0 : random.whole(1, 80), random.chance(2) ? d + 1 : d};
        if (random.chance(30)) shape.insert(shape.begin(), random.whole(1, 3));
        call.inputs.push_back(hard_values(random, shape, random.one_of(mostly_narrow)));
        spoil(random, call.inputs.back());
    }
    call.outputs = {canary(random.one_of(floats), {d})};
    const double alpha = random.one_of(std::vector<double>{0, 0.25, 0.5, 0.7, 1});
    call.run = [alpha](scmp_ctx *ctx, const Views &in, const Views &out) {
        std::vector<scmp_tensor> weights;
        for (std::size_t i = 1; i < in.size(); i++) weights.push_back(*in[i]);
        return scmp_smooth_scales_from(ctx, in[0], weights.data(), weights.size(), alpha, 1e-5, out[0]);
    };
    return call;
}

// --- Quantization ---------------------------------------------------------------------------------------------------

namespace {

struct Side {
    scmp_side side;
    const Array &x;
};
Side random_side(Random &random, const Product &product) {
    return random.chance(50) ? Side{SCMP_SIDE_LEFT, product.a} : Side{SCMP_SIDE_RIGHT, product.b};
}

// The options, with the smoothing scales where the call has its own.
scmp_matmul_options with_smooth(const Resolved &resolved, const scmp_tensor *smooth) {
    scmp_matmul_options options = *resolved.get();
    options.smooth = smooth;
    return options;
}

} // namespace

Call random_ranges(Random &random, const Product &product, const Resolved &resolved) {
    const Side side = random_side(random, product);
    Call call;
    call.what = "scmp_ranges";
    call.inputs = {side.x, product.smooth};
    spoil(random, call.inputs[0]);
    Shape shape = scale_shape(side.x, side.side, *resolved.get());
    shape.push_back(2);
    call.outputs = {canary(SCMP_DTYPE_F32, shape)};
    call.run = [&resolved, of = side.side](scmp_ctx *ctx, const Views &in, const Views &out) {
        const scmp_matmul_options options = with_smooth(resolved, in[1]);
        return scmp_ranges(ctx, in[0], of, &options, out[0]);
    };
    return call;
}

Call random_quantize(Random &random, scmp_ctx *cpu, const Product &product, const Resolved &resolved) {
    const Side side = random_side(random, product);
    const scmp_matmul_options &options = *resolved.get();
    const bool bipolar = options.mode == SCMP_MODE_BIPOLAR;
    Call call;
    call.what = "scmp_quantize";
    Array ranges;
    if (random.chance(40)) {
        ranges = ranges_of(cpu, side.x, side.side, options);
        for (std::int64_t i = 0; i < ranges.count(); i++)
            if (random.chance(40)) ranges.set(i, ranges.get(i) * 0.75);
        if (ranges.count() > 0 && random.chance(8)) ranges.set(0, std::numeric_limits<double>::quiet_NaN());
    }
    call.inputs = {side.x, product.smooth, ranges};
    spoil(random, call.inputs[0]);
    const Levels all = all_levels(side.x, side.side, options);
    const auto wanted = [&](const Array &like, const std::vector<scmp_dtype> &dtypes) {
        return like.absent() || random.chance(20) ? Array() : canary(random.one_of(dtypes), like.shape);
    };
    std::vector<scmp_dtype> level_types = {SCMP_DTYPE_I16, SCMP_DTYPE_I32};
    if (options.sc_prec - (bipolar ? 1 : 0) <= 8) level_types.push_back(SCMP_DTYPE_U8);
    const std::vector<scmp_dtype> reals = {SCMP_DTYPE_F32, SCMP_DTYPE_F64};
    call.outputs = {
        wanted(all.level, level_types),
        wanted(all.boundary, {SCMP_DTYPE_I16, SCMP_DTYPE_I32}),
        wanted(all.sign, {SCMP_DTYPE_I8}),
        wanted(all.scale, options.granularity == SCMP_GRANULARITY_PER_TENSOR ? std::vector{SCMP_DTYPE_F64} : reals),
        wanted(all.zero_point, reals),
        wanted(all.row_sum, {SCMP_DTYPE_F32, SCMP_DTYPE_I32, SCMP_DTYPE_I64})};
    call.run = [&resolved, of = side.side](scmp_ctx *ctx, const Views &in, const Views &out) {
        scmp_quantized arrays;
        scmp_quantized_init(&arrays);
        arrays.level = out[0], arrays.boundary = out[1], arrays.sign = out[2];
        arrays.scale = out[3], arrays.zero_point = out[4], arrays.row_sum = out[5];
        const scmp_matmul_options own = with_smooth(resolved, in[1]);
        return scmp_quantize(ctx, in[0], of, &own, in[2], &arrays);
    };
    return call;
}

// --- Counting and dequantization ------------------------------------------------------------------------------------

namespace {

std::int32_t grid_of(const scmp_matmul_options &options) {
    if (options.rng_levels != SCMP_NOT_GIVEN) return options.rng_levels;
    return 1 << options.sc_prec;
}

// Boundaries of levels, or any.
Array random_boundaries(Random &random, scmp_ctx *cpu, const Product &product, scmp_side side,
                        const scmp_matmul_options &options) {
    const Array &x = side == SCMP_SIDE_LEFT ? product.a : product.b;
    Array boundary = canary(random.chance(50) ? SCMP_DTYPE_I16 : SCMP_DTYPE_I32, x.shape);
    const std::int32_t grid = grid_of(options);
    if (random.chance(50)) {
        Levels levels;
        levels.boundary = boundary;
        quantize(cpu, x, side, options, nullptr, levels);
        boundary = levels.boundary;
    } else {
        for (std::int64_t i = 0; i < boundary.count(); i++) boundary.set(i, double(random.whole(0, grid)));
    }
    if (boundary.count() > 0 && random.chance(3))
        boundary.set(random.whole(0, boundary.count() - 1), random.chance(50) ? -1 : grid + 1);
    return boundary;
}

Array random_signs(Random &random, const Shape &shape) {
    if (random.chance(40)) return {};
    Array signs(SCMP_DTYPE_I8, shape);
    for (std::int64_t i = 0; i < signs.count(); i++) signs.set(i, double(random.whole(-1, 1)));
    if (signs.count() > 0 && random.chance(3))
        signs.set(random.whole(0, signs.count() - 1), random.chance(50) ? 2 : -2);
    return signs;
}

} // namespace

Call random_count(Random &random, scmp_ctx *cpu, const Product &product, const Resolved &resolved) {
    Call call;
    call.what = "scmp_count";
    call.inputs = {random_boundaries(random, cpu, product, SCMP_SIDE_LEFT, *resolved.get()),
                   random_signs(random, product.a.shape),
                   random_boundaries(random, cpu, product, SCMP_SIDE_RIGHT, *resolved.get()),
                   random_signs(random, product.b.shape)};
    const bool accumulate = random.chance(40);
    Array sums = canary(random.chance(50) ? SCMP_DTYPE_I32 : SCMP_DTYPE_I64, product.sum_shape());
    const double edge = random.chance(20) ? 2147483647.0 - double(random.whole(0, 300)) : 1000;
    for (std::int64_t i = 0; accumulate && i < sums.count(); i++)
        sums.set(i, random.chance(50) ? edge : -double(random.whole(0, 1000)));
    call.outputs = {sums};
    const std::int64_t offset =
        product.chunked() || !product.config_json.empty() || random.chance(70) ? 0 : random.whole(1, 1000);
    call.run = [&resolved, offset, accumulate](scmp_ctx *ctx, const Views &in, const Views &out) {
        scmp_quantized a, b;
        scmp_quantized_init(&a);
        scmp_quantized_init(&b);
        a.boundary = in[0], a.sign = in[1];
        b.boundary = in[2], b.sign = in[3];
        return scmp_count(ctx, &a, &b, resolved.get(), offset, accumulate, out[0]);
    };
    return call;
}

Call random_dequantize(Random &random, scmp_ctx *cpu, const Product &product, const Resolved &resolved) {
    const scmp_matmul_options &options = *resolved.get();
    const bool unipolar = options.mode == SCMP_MODE_UNIPOLAR;
    Call call;
    call.what = "scmp_dequantize";
    Array sums(random.chance(50) ? SCMP_DTYPE_I32 : SCMP_DTYPE_I64, product.sum_shape());
    for (std::int64_t i = 0; i < sums.count(); i++)
        sums.set(i, double(random.chance(5) ? random.whole(-2147483647, 2147483647) : random.whole(-100000, 100000)));
    if (sums.dtype == SCMP_DTYPE_I64 && sums.count() > 0 && random.chance(8))
        sums.set(random.whole(0, sums.count() - 1), 2147483648.0);
    call.inputs = {sums};
    const std::vector<scmp_dtype> reals = {SCMP_DTYPE_F32, SCMP_DTYPE_F64},
                                  row_sums = {SCMP_DTYPE_F32, SCMP_DTYPE_I32, SCMP_DTYPE_I64};
    for (const scmp_side side : {SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT}) {
        const Array &x = side == SCMP_SIDE_LEFT ? product.a : product.b;
        Levels levels = all_levels(x, side, options);
        quantize(cpu, x, side, options, nullptr, levels);
        call.inputs.push_back(random.chance(50) ? levels.scale : converted(levels.scale, random.one_of(reals)));
        call.inputs.push_back(unipolar ? converted(levels.zero_point, random.one_of(reals)) : Array());
        call.inputs.push_back(unipolar ? converted(levels.row_sum, random.one_of(row_sums)) : Array());
    }
    call.outputs = {canary(SCMP_DTYPE_F32, product.y_shape())};
    call.run = [&resolved, d = product.d()](scmp_ctx *ctx, const Views &in, const Views &out) {
        scmp_quantized a, b;
        scmp_quantized_init(&a);
        scmp_quantized_init(&b);
        a.scale = in[1], a.zero_point = in[2], a.row_sum = in[3];
        b.scale = in[4], b.zero_point = in[5], b.row_sum = in[6];
        return scmp_dequantize(ctx, in[0], &a, &b, d, resolved.get(), out[0]);
    };
    return call;
}

// --- Comparisons ----------------------------------------------------------------------------------------------------

void compare_stages(scmp_ctx *ctx, scmp_ctx *cpu, DeviceMemory &memory, const std::string &name, int number,
                    const std::function<void()> &after) {
    for (int i = 0; i < number; i++) {
        Random random(name + " " + std::to_string(i));
        // Few inner indices now and then, for boundaries that are more than the device counts.
        const Limits limits = random.chance(3) ? Limits{.rows = 60, .d = 50, .batch = 2, .chunks = false}
                                               : Limits{.rows = 9, .d = 40, .batch = 3, .most_prec = 8};
        Product product = random_product(random, limits);
        if (limits.rows == 60) product.options.rng_levels = 16384;
        within(product.text(), [&] {
            const Resolved resolved(cpu, product);
            const Call calls[] = {random_apply(random),
                                  random_scales_from(random),
                                  random_ranges(random, product, resolved),
                                  random_quantize(random, cpu, product, resolved),
                                  random_count(random, cpu, product, resolved),
                                  random_dequantize(random, cpu, product, resolved)};
            for (const Call &call : calls) {
                const Answer want = answer(cpu, call);
                for (int again = 0; again < 2; again++) same(answer(ctx, call, memory, random), want, call.what);
                after();
            }
        });
    }
}

void compare_calibrations(scmp_ctx *ctx, scmp_ctx *cpu, DeviceMemory &memory, const std::string &name, int number,
                          const std::function<void()> &after) {
    for (int i = 0; i < number; i++) {
        Random random(name + " " + std::to_string(i));
        const std::int64_t d = random_d(random);
        const scmp_dtype kept = random.chance(50) ? SCMP_DTYPE_F32 : SCMP_DTYPE_F64;
        Calib got, want;
        ok(scmp_calib_create(ctx, d, kept, got.out()));
        ok(scmp_calib_create(cpu, d, kept, want.out()));
        // The call's context is of no consequence: statistics have their own.
        const auto compare = [&](const Call &by_got, const Call &by_want) {
            within(random.text(), [&] {
                same(answer(ctx, by_got, memory, random), answer(cpu, by_want), by_got.what);
                check(scmp_calib_rows(got) == scmp_calib_rows(want),
                      format("%llu rows, not %llu", (unsigned long long)scmp_calib_rows(got),
                             (unsigned long long)scmp_calib_rows(want)));
                after();
            });
        };
        for (int part = 0; part < 3; part++) {
            const Shape shape = random_shape(random, random.chance(2) ? d + 1 : d);
            Call call;
            call.what = "scmp_calib_observe";
            call.inputs = {hard_values(random, shape, random.one_of(floats)), {}};
            if (kept == SCMP_DTYPE_F32 && random.chance(80)) // else many an f64 is too large for f32
                for (std::int64_t k = 0; k < call.inputs[0].count(); k++)
                    if (std::fabs(call.inputs[0].get(k)) > 1e38) call.inputs[0].set(k, 1);
            spoil(random, call.inputs[0]);
            if (random.chance(50)) {
                Array mask(random.chance(50) ? SCMP_DTYPE_U8 : SCMP_DTYPE_I8, Shape(shape.begin(), shape.end() - 1));
                for (std::int64_t k = 0; k < mask.count(); k++) mask.set(k, double(random.whole(0, 2)));
                call.inputs[1] = mask;
            }
            const auto run = [](const Calib &calib) {
                return [&calib](scmp_ctx *, const Views &in, const Views &) {
                    return scmp_calib_observe(calib, in[0], in[1]);
                };
            };
            Call other = call;
            call.run = run(got);
            other.run = run(want);
            compare(call, other);

            Call act;
            act.what = "scmp_calib_act_scales";
            act.outputs = {canary(random.one_of(floats), {d})};
            const auto write = [](const Calib &calib) {
                return [&calib](scmp_ctx *, const Views &, const Views &out) {
                    return scmp_calib_act_scales(calib, out[0]);
                };
            };
            other = act;
            act.run = write(got);
            other.run = write(want);
            compare(act, other);
        }
        Call scales;
        scales.what = "scmp_smooth_scales";
        scales.inputs = {random_values(random, {random.whole(1, 20), d}, random.one_of(floats))};
        scales.outputs = {canary(random.one_of(floats), {d})};
        const auto smooth = [](const Calib &calib) {
            return [&calib](scmp_ctx *, const Views &in, const Views &out) {
                return scmp_smooth_scales(calib, in[0], 1, 0.5, out[0]);
            };
        };
        Call other = scales;
        scales.run = smooth(got);
        other.run = smooth(want);
        compare(scales, other);
    }
}

} // namespace test
