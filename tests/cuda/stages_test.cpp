// The stages with tensors on a device, without a GPU: blocks on the host, behind the C interface, against the CPU.
#include <bit>
#include <cmath>
#include <cstring>

#include "cuda/block/array.h"
#include "host_device.h"
#include "scmp/scmp_model.h"
#include "shim.h"
#include "stage_cases.h"
#include "tensor/dtype.h"

using namespace test;
namespace cuda = scmp::cuda;

namespace {

// --- Numbers --------------------------------------------------------------------------------------------------------

template <class T> void same_rounding(T value) {
    const std::uint16_t half = scmp::round_to<scmp::F16>(value).bits, upper = scmp::round_to<scmp::BF16>(value).bits;
    const std::uint16_t got_half = cuda::rounded_to_16_bits(SCMP_DTYPE_F16, value);
    const std::uint16_t got_upper = cuda::rounded_to_16_bits(SCMP_DTYPE_BF16, value);
    check(got_half == half && got_upper == upper,
          format("%a becomes %04x and %04x, not %04x and %04x", double(value), got_half, got_upper, half, upper));
}

void roundings() {
    Random random("roundings");
    for (std::uint64_t bits = 0; bits < std::uint64_t(1) << 32; bits += std::uint64_t(random.whole(1, 6000)))
        same_rounding(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    for (int i = 0; i < 400000; i++) {
        const auto bits = static_cast<std::uint64_t>(random.whole(0, INT64_MAX)) * 2 + random.chance(50);
        same_rounding(std::bit_cast<double>(bits));
        same_rounding(std::ldexp(random.normal(), int(random.whole(-160, 135))));
    }
    // All that 16 bits hold, and what is halfway between two of them.
    for (std::uint32_t bits = 0; bits < 1U << 16; bits++)
        for (const float value :
             {scmp::to_f32(scmp::F16{std::uint16_t(bits)}), scmp::to_f32(scmp::BF16{std::uint16_t(bits)}),
              std::bit_cast<float>(bits << 16 | 0x8000U), std::bit_cast<float>(bits << 16 | 0x8001U),
              std::bit_cast<float>(bits << 16 | 0x7fffU)}) {
            same_rounding(value);
            same_rounding(double(value));
            same_rounding(double(value) * (1 + 0x1p-40));
            same_rounding((double(value) + double(std::nextafter(value, 1e9F))) / 2);
        }
}

void divisions() {
    Random random("divisions");
    for (int i = 0; i < 100000; i++) {
        const std::int64_t a = random.whole(0, random.chance(50) ? 1000 : INT64_MAX);
        const std::int64_t b = random.whole(1, random.chance(50) ? 1000 : random.chance(50) ? UINT32_MAX : INT64_MAX);
        const cuda::Quotient got = cuda::divided(a, b);
        check(got.whole == a / b && got.rest == a % b, format("%lld / %lld", (long long)a, (long long)b));
    }
}

// --- Calls ----------------------------------------------------------------------------------------------------------

// Its device's memory is the host's.
class HostMemory final : public DeviceMemory {
public:
    explicit HostMemory(int index) : device_(SCMP_DEVICE_CUDA_0 + index) {}
    std::int32_t device() const override { return device_; }
    std::shared_ptr<std::byte> put(const std::vector<std::byte> &bytes) override {
        std::shared_ptr<std::byte> memory(new std::byte[bytes.size()], std::default_delete<std::byte[]>());
        std::copy(bytes.begin(), bytes.end(), memory.get());
        return memory;
    }
    void get(const std::byte *from, std::vector<std::byte> &bytes) override {
        std::copy_n(from, bytes.size(), bytes.begin());
    }

private:
    std::int32_t device_;
};

struct Bench {
    HostDevice host;
    HostMemory memory{1};
    Ctx ctx, cpu = context();

    explicit Bench(const std::string &name) : host(name) {
        Random random(name);
        cuda::Device device = host.device(1);
        device.full_grid = random.whole(1, 40);
        ctx = on(device);
    }
    // But what contexts keep.
    void nothing_is_left() {
        scmp_ctx_clear_cache(ctx);
        check_left_alone(host);
    }
};

void stages() {
    Bench bench("stages");
    compare_stages(bench.ctx, bench.cpu, bench.memory, "stages", 600, [&] { bench.nothing_is_left(); });
}

// The largest x over the least scale, and times the largest: saturated in 16 bits, else refused where it is infinite.
void smoothing_at_the_ends() {
    Bench bench("ends");
    const std::vector<scmp_dtype> floats = {SCMP_DTYPE_F32, SCMP_DTYPE_F16, SCMP_DTYPE_BF16, SCMP_DTYPE_F64};
    int refused = 0, written = 0;
    for (const scmp_dtype x : floats)
        for (const scmp_dtype s : floats)
            for (const scmp_dtype out : floats)
                for (const bool divide : {true, false}) {
                    Call call;
                    call.what = format("%s %s %s to %s", scmp_dtype_name(x), divide ? "/" : "*", scmp_dtype_name(s),
                                       scmp_dtype_name(out));
                    const auto range = scmp::positive_range(s);
                    call.inputs = {Array(x, {2, 3}, {1, 2, 3, 4, -scmp::positive_range(x).largest, 0}),
                                   Array(s, {3}, {1, divide ? range.least : range.largest, 2})};
                    call.outputs = {canary(out, {2, 3})};
                    call.run = [divide](scmp_ctx *ctx, const Views &in, const Views &to) {
                        return (divide ? scmp_smooth_activation : scmp_smooth_weight)(ctx, in[0], in[1], to[0]);
                    };
                    Random random(call.what);
                    const Answer want = answer(bench.cpu, call);
                    for (int i = 0; i < 4; i++) same(answer(bench.ctx, call, bench.memory, random), want, call.what);
                    (want.status == SCMP_OK ? written : refused)++;
                    check(out == SCMP_DTYPE_F32 || out == SCMP_DTYPE_F64 || want.status == SCMP_OK,
                          call.what + " is refused");
                }
    check(refused > 20 && written > 64, format("%d refused, %d written", refused, written));
    bench.nothing_is_left();
}

void calibrations() {
    Bench bench("calibrations");
    compare_calibrations(bench.ctx, bench.cpu, bench.memory, "calibrations", 400, [&] { bench.nothing_is_left(); });
}

// --- Failures -------------------------------------------------------------------------------------------------------

// Calls that succeed and use the device for everything that they can use it for.
std::vector<Call> sound_calls(scmp_ctx *cpu, const Product &product, const Resolved &resolved) {
    std::vector<Call> calls;
    for (int kind = 0; kind < 6; kind++)
        for (int number = 0, found = 0; found < 4; number++) {
            check(number < 1000, format("no sound call of kind %d", kind));
            Random random(format("sound call %d %d", kind, number));
            Call call = kind == 0   ? random_apply(random)
                        : kind == 1 ? random_scales_from(random)
                        : kind == 2 ? random_ranges(random, product, resolved)
                        : kind == 3 ? random_quantize(random, cpu, product, resolved)
                        : kind == 4 ? random_count(random, cpu, product, resolved)
                                    : random_dequantize(random, cpu, product, resolved);
            if (answer(cpu, call).status != SCMP_OK) continue;
            calls.push_back(std::move(call));
            found++;
        }
    return calls;
}

// Lets each allocation or launch of a call fail once: `arm` says which.
template <class Arm> void fail_each(Bench &bench, const Call &call, scmp_status status, std::int64_t number, Arm arm) {
    const auto place = [&] { return Random("places of " + call.what); }; // the same each time
    for (std::int64_t i = 0; i < number; i++) {
        arm(i);
        Random random = place();
        const Answer got = answer(bench.ctx, call, bench.memory, random);
        arm(-1);
        check(got.status == status, format("%s, failure %d of %d: %s", call.what.c_str(), int(i), int(number),
                                           scmp_status_string(got.status)));
        for (std::size_t k = 0; k < call.outputs.size(); k++)
            if (!call.outputs[k].absent()) same(got.outputs[k], call.outputs[k], call.what + ", left alone");
        bench.nothing_is_left();
    }
}

void failures(const Product &product) {
    Bench bench("failures");
    const Resolved resolved(bench.cpu, product);
    std::int64_t allocations = 0, launches = 0;
    for (const Call &call : sound_calls(bench.cpu, product, resolved)) {
        bench.host.fail_allocation(-1); // counts from 0 again
        bench.host.fail_launch(-1);
        Random random("places of " + call.what);
        same(answer(bench.ctx, call, bench.memory, random), answer(bench.cpu, call), call.what);
        allocations += bench.host.allocations();
        launches += bench.host.launches();
        fail_each(bench, call, SCMP_ERROR_OUT_OF_MEMORY, bench.host.allocations(),
                  [&](std::int64_t i) { bench.host.fail_allocation(i); });
        bench.host.fail_launch(-1);
        same(answer(bench.ctx, call, bench.memory, random = Random("places of " + call.what)), answer(bench.cpu, call),
             call.what + ", after all that");
        fail_each(bench, call, SCMP_ERROR_DEVICE, bench.host.launches(),
                  [&](std::int64_t i) { bench.host.fail_launch(i); });
    }
    check(allocations > 100 && launches > 50,
          format("%lld allocations and %lld launches are few", (long long)allocations, (long long)launches));
}

void every_step_may_fail() {
    for (int i = 0; i < 12; i++) {
        Random random(format("failing product %d", i));
        failures(random_product(random, {.rows = 6, .d = 20, .batch = 2, .most_prec = 6, .zero_sizes = false}));
    }
}

void a_calibration_outlives_failures() {
    Bench bench("failing calibration");
    Calib calib;
    ok(scmp_calib_create(bench.ctx, 3, SCMP_DTYPE_F32, calib.out()));
    const Array x(SCMP_DTYPE_F32, {2, 3}, {1, -5, 2, -3, 4, 0}), more(SCMP_DTYPE_F32, {2, 3}, {9, 9, 9, 9, 9, 9});
    scmp_tensor x_view = x.view(), more_view = more.view();
    x_view.device = more_view.device = bench.memory.device();
    ok(scmp_calib_observe(calib, &x_view, nullptr));
    const std::int64_t allocations = bench.host.allocations(), launches = bench.host.launches();
    check(allocations > 2 && launches > 0, "the device has nothing to do");
    for (std::int64_t i = 0; i < allocations; i++) {
        bench.host.fail_allocation(i);
        fails(scmp_calib_observe(calib, &more_view, nullptr), SCMP_ERROR_OUT_OF_MEMORY);
    }
    bench.host.fail_allocation(-1);
    for (std::int64_t i = 0; i < launches; i++) {
        bench.host.fail_launch(i);
        fails(scmp_calib_observe(calib, &more_view, nullptr), SCMP_ERROR_DEVICE, {"was to fail"});
    }
    bench.host.fail_launch(-1);
    bench.nothing_is_left();
    Array act = canary(SCMP_DTYPE_F32, {3});
    const scmp_tensor act_view = act.view();
    ok(scmp_calib_act_scales(calib, &act_view));
    same(act, Array(SCMP_DTYPE_F32, {3}, {3, 5, 2}), "act");
    check(scmp_calib_rows(calib) == 2, "other rows");
}

// --- Places ---------------------------------------------------------------------------------------------------------

void overlaps_are_found_on_one_device() {
    Bench bench("overlaps");
    Array x(SCMP_DTYPE_F32, {4, 3}, std::vector<double>(12, 1.5));
    const Array s(SCMP_DTYPE_F32, {3}, {1, 2, 4});
    scmp_tensor here = x.view(), there = x.view(), shifted = x.view();
    const scmp_tensor scales = s.view();
    there.device = shifted.device = bench.memory.device();
    shifted.data = static_cast<float *>(shifted.data) + 1;
    shifted.shape[0] = there.shape[0] = here.shape[0] = 3;
    fails(scmp_smooth_weight(bench.ctx, &there, &scales, &shifted), SCMP_ERROR_OVERLAP, {"out overlaps x"});
    // The same address on two devices is other memory, but for a device that is the host.
    ok(scmp_smooth_weight(bench.ctx, &there, &scales, &here));
    same(x, Array(SCMP_DTYPE_F32, {4, 3}, {1.5, 3, 6, 1.5, 3, 6, 1.5, 3, 6, 1.5, 1.5, 1.5}), "x");
}

void other_places_are_refused() {
    Bench bench("places");
    Array x(SCMP_DTYPE_F32, {2, 3}, std::vector<double>(6, 1.5)), y = canary(SCMP_DTYPE_F32, {2, 3});
    const Array s(SCMP_DTYPE_F32, {3}, {1, 2, 4});
    scmp_tensor from = x.view(), to = y.view(), scales = s.view();
    from.device = SCMP_DEVICE_CUDA_0 + 2;
    fails(scmp_smooth_weight(bench.ctx, &from, &scales, &to), SCMP_ERROR_UNSUPPORTED, {"x is on device 3", "device 2"});
    from.device = bench.memory.device();
    fails(scmp_smooth_weight(bench.cpu, &from, &scales, &to), SCMP_ERROR_UNSUPPORTED, {"x is on device 2"});
    // Sequences and tables are the host's alone.
    Array draws = canary(SCMP_DTYPE_I32, {8});
    scmp_tensor out = draws.view();
    out.device = bench.memory.device();
    scmp_generator generator;
    scmp_generator_init(&generator);
    fails(scmp_generator_draws(bench.ctx, &generator, 8, &out), SCMP_ERROR_UNSUPPORTED, {"out is on device 2", "only"});
    untouched(y, "y");
    untouched(draws, "draws");
}

void host_tensors_stay_there() {
    Bench bench("host only");
    for (int i = 0; i < 20; i++) {
        Random random(format("host only %d", i));
        const Product product = random_product(random, {.rows = 5, .d = 9, .batch = 2, .most_prec = 6});
        const Resolved resolved(bench.cpu, product);
        for (const Call &call : {random_apply(random), random_quantize(random, bench.cpu, product, resolved),
                                 random_count(random, bench.cpu, product, resolved)})
            same(answer(bench.ctx, call), answer(bench.cpu, call), call.what);
    }
    check(bench.host.launches() == 0 && bench.host.allocations() == 0, "the device was asked");
}

} // namespace

int main(int argc, char **argv) {
    return run("cuda_stages",
               {{"roundings to 16 bits", roundings},
                {"divisions", divisions},
                {"stages, any options and places", stages},
                {"smoothing at the ends of ranges", smoothing_at_the_ends},
                {"calibrations", calibrations},
                {"every step may fail", every_step_may_fail},
                {"a calibration outlives failures", a_calibration_outlives_failures},
                {"overlaps are found on one device", overlaps_are_found_on_one_device},
                {"other places are refused", other_places_are_refused},
                {"host tensors stay there", host_tensors_stay_there}},
               argc, argv);
}
