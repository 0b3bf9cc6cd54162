// The CUDA backend without a GPU: its blocks on the host, alone and as whole products behind the C interface, against
// the CPU.
#include <bit>
#include <cmath>

#include "cuda/block/quantize.h"
#include "quantize/quantize.h"
#include "shim.h"
#include "tensor/dtype.h"

using namespace test;
namespace cuda = scmp::cuda;

namespace {

// --- Numbers --------------------------------------------------------------------------------------------------------

void same_bits(double got, double want, const std::string &what) {
    if (std::bit_cast<std::uint64_t>(got) != std::bit_cast<std::uint64_t>(want))
        fail(format("%s: %a, not %a", what.c_str(), got, want));
}

void halves() {
    for (std::uint32_t bits = 0; bits < 1U << 16; bits++) {
        const float got = cuda::half_to_float(static_cast<std::uint16_t>(bits));
        const float want = scmp::to_f32(scmp::F16{static_cast<std::uint16_t>(bits)});
        check(std::bit_cast<std::uint32_t>(got) == std::bit_cast<std::uint32_t>(want),
              format("half %04x: %a, not %a", bits, double(got), double(want)));
    }
}

const std::vector<scmp::quantize::Rule> rules = {scmp::quantize::Rule::B1, scmp::quantize::Rule::B2,
                                                 scmp::quantize::Rule::B3, scmp::quantize::Rule::U1,
                                                 scmp::quantize::Rule::U2};

float any_float(Random &random) {
    switch (random.whole(0, 4)) {
    case 0:
        return 0;
    case 1:
        return static_cast<float>(random.normal());
    case 2:
        return static_cast<float>(random.normal() * 1e-6);
    case 3:
        return static_cast<float>(random.whole(-512, 512)) * 0.5F;
    default:
        return static_cast<float>(std::ldexp(random.normal(), static_cast<int>(random.whole(-140, 120))));
    }
}

void scales_and_levels() {
    Random random("scales");
    for (int i = 0; i < 200000; i++) {
        const scmp::quantize::Rule rule = random.one_of(rules);
        const int q_max = (1 << random.whole(1, 10)) - 1;
        float low = any_float(random) + 0.0F, high = any_float(random) + 0.0F;
        if (low > high) std::swap(low, high);
        if (random.chance(2)) low = __builtin_inff(), high = -__builtin_inff();
        const auto want = scmp::quantize::scope_scale(rule, {low, high}, q_max);
        const auto got = cuda::scale_of(rule, {low, high, 1}, q_max);
        const std::string what =
            format("rule %d, q_max %d, (%a, %a)", static_cast<int>(rule), q_max, double(low), double(high));
        same_bits(got.scale, want.scale, what + ": scale");
        same_bits(got.zero_point, want.zero_point, what + ": zero point");
        same_bits(double(got.factor), double(want.factor), what + ": factor");
        same_bits(double(got.shift), double(want.shift), what + ": shift");
        const float x = random.chance(50) ? any_float(random) : want.factor * (float(random.whole(-300, 300)) + 0.5F);
        std::int16_t level = 0;
        scmp::portable_rows.quantize.quantize(rule, &x, 1, want, q_max, &level);
        check(cuda::level(rule, x, want, q_max) == level, what + format(": the level of %a", double(x)));
    }
}

// --- Products -------------------------------------------------------------------------------------------------------

// The same product with operands and results that the device may have: in host memory or in its own, anywhere.
struct DeviceOperands {
    std::vector<Strided> kept;
    scmp_tensor a, b, y, counts;

    DeviceOperands(const Product &product, std::int32_t device, Random &random) {
        const auto place = [&](Strided strided, scmp_tensor &view) {
            kept.push_back(std::move(strided));
            view = kept.back().view;
            if (random.chance(60)) view.device = device;
        };
        kept.reserve(4);
        place(strided(product.a, random), a);
        place(strided(product.b, random), b);
        place(strided_canary(SCMP_DTYPE_F32, product.y_shape(), random), y);
        place(strided_canary(random.chance(50) ? SCMP_DTYPE_I32 : SCMP_DTYPE_I64, product.y_shape(), random), counts);
    }
};

void products(const std::string &name, int number, const Limits &limits) {
    const Ctx reference = context({SCMP_BACKEND_REFERENCE, ""});
    HostDevice host(name + " host");
    for (int i = 0; i < number; i++) {
        Random random(name + " " + std::to_string(i));
        const Product product = random_product(random, limits);
        within(product.text(), [&] {
            const Result want = multiply(reference, product);
            const cuda::Device device = any_device(host, random);
            const Ctx ctx = on(device);
            const Result got = multiply(ctx, product);
            same(got.y, want.y, "y");
            same(got.sum, want.sum, "sums");

            const Resolved options(ctx, product);
            const DeviceOperands placed(product, SCMP_DEVICE_CUDA_0 + device.index, random);
            const scmp_call call = call_with(product.chunked() ? nullptr : &placed.counts);
            ok(scmp_matmul(ctx, &placed.a, &placed.b, options.get(), &call, &placed.y), "scmp_matmul, placed");
            ok(scmp_ctx_synchronize(ctx));
            same(gathered(placed.kept[2]), want.y, "y, placed");
            gaps_untouched(placed.kept[2], "y, placed");
            if (!product.chunked()) {
                same(converted(gathered(placed.kept[3]), SCMP_DTYPE_I64), want.sum, "sums, placed");
                gaps_untouched(placed.kept[3], "sums, placed");
            }
        });
        check_left_alone(host);
    }
}

void small_products() {
    products("cuda small", 800, {.rows = 9, .d = 40, .batch = 3, .most_prec = 8});
}

void wide_products() {
    products("cuda wide", 50, {.rows = 5, .d = 12, .batch = 2});
}

void products_of_several_tiles() {
    products("cuda tiles", 60, {.rows = 150, .d = 70, .batch = 2, .most_prec = 5, .zero_sizes = false});
}

// --- Errors ---------------------------------------------------------------------------------------------------------

struct Small {
    Array a{SCMP_DTYPE_F32, {3, 20}}, b{SCMP_DTYPE_F32, {2, 20}}, y = canary(SCMP_DTYPE_F32, {3, 2});

    Small() {
        Random random("errors");
        a = random_values(random, {3, 20});
        b = random_values(random, {2, 20});
    }
    scmp_status multiply(scmp_ctx *ctx, std::int32_t device = SCMP_DEVICE_CPU) {
        scmp_tensor ta = a.view(), tb = b.view(), ty = y.view();
        ta.device = device;
        return scmp_matmul(ctx, &ta, &tb, nullptr, nullptr, &ty);
    }
};

void non_finite_is_found() {
    HostDevice host("non-finite");
    const Ctx ctx = on(host.device(0)), cpu = context();
    for (const bool left : {true, false})
        for (const double value : {std::nan(""), double(INFINITY), -double(INFINITY)}) {
            Small small;
            (left ? small.a : small.b).set(27, value);
            check(small.multiply(cpu) == SCMP_ERROR_NON_FINITE, "the CPU takes it");
            const std::string sentence = scmp_last_error();
            fails(small.multiply(ctx), SCMP_ERROR_NON_FINITE, {sentence});
            if (left) fails(small.multiply(ctx, SCMP_DEVICE_CUDA_0), SCMP_ERROR_NON_FINITE, {"a "});
            untouched(small.y, "y");
        }
}

// What a product leaves on the device for the next one is found by its own tables alone: one context, several streams.
void what_is_kept_is_its_products() {
    HostDevice host("kept tables host");
    {
        const Ctx ctx = on(host.device(0));
        Product product = product_of("kept tables", 5, 7, 20);
        for (const int round : {1, 2})
            for (const int stoc_len : {64, 100, 256})
                for (const auto scramble : {SCMP_SCRAMBLE_BITREV, SCMP_SCRAMBLE_COUNTER}) {
                    product.options.stoc_len = stoc_len;
                    product.options.scramble = scramble;
                    const Result want = multiply(reference(), product), got = multiply(ctx, product);
                    within(format("round %d, %s", round, product.text().c_str()), [&] {
                        same(got.sum, want.sum, "sums");
                        same(got.y, want.y, "y");
                    });
                }
    }
    check_left_alone(host);
}

} // namespace

int main(int argc, char **argv) {
    return run("cuda",
               {{"halves become floats", halves},
                {"scales and levels are the CPU's", scales_and_levels},
                {"small products, any options and places", small_products},
                {"products of up to ten bits", wide_products},
                {"products of several tiles", products_of_several_tiles},
                {"what is not finite is found", non_finite_is_found},
                {"what is kept is its product's", what_is_kept_is_its_products}},
               argc, argv);
}
