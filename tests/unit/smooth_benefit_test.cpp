// What SmoothQuant does to the error of the array itself, not only of quantization: it lowers it where activations have
// outlier channels, and on operands of a trained network it does what is written here.
#include <cmath>
#include <cstdio>

#include "support/handles.h"
#include "support/npy.h"
#include "support/product.h"
#include "support/test.h"

using namespace test;

namespace {

// a @ b.T in f64, rows of every batch entry.
std::vector<double> exact_product(const Array &a, const Array &b) {
    const std::size_t rank = a.shape.size();
    const std::int64_t n = a.shape[rank - 2], m = b.shape[rank - 2], d = a.shape[rank - 1];
    const Array left = converted(a, SCMP_DTYPE_F64), right = converted(b, SCMP_DTYPE_F64);
    std::vector<double> out;
    for (std::int64_t row = 0; row < left.count() / d; row++)
        for (std::int64_t column = 0; column < m; column++) {
            const double *x = left.as<double>() + row * d, *y = right.as<double>() + (row / n * m + column) * d;
            double sum = 0;
            for (std::int64_t i = 0; i < d; i++) sum += x[i] * y[i];
            out.push_back(sum);
        }
    return out;
}

struct Error {
    double mse, sqnr; // mean squared error, and signal to noise in dB
};

Error error_of(const Array &y, const std::vector<double> &exact) {
    double noise = 0, signal = 0;
    for (std::int64_t i = 0; i < y.count(); i++) {
        const double want = exact[std::size_t(i)];
        noise += (y.get(i) - want) * (y.get(i) - want);
        signal += want * want;
    }
    return {noise / double(y.count()), 10 * std::log10(signal / noise)};
}

Array last_two(const Array &x) {
    return x.shape.size() == 2 ? x : reshaped(x, {x.shape[0] * x.shape[1], x.shape[2]});
}

// Scales with alpha 0.5 from activations and weights; heads share them, because their inner indices do.
Array scales_of(scmp_ctx *ctx, const Array &activations, const Array &weights) {
    const Array rows = last_two(activations), weight_rows = last_two(weights);
    const scmp_tensor x = rows.view(), w = weight_rows.view();
    Calib calib;
    ok(scmp_calib_create(ctx, rows.shape[1], SCMP_DTYPE_F32, calib.out()), "scmp_calib_create");
    ok(scmp_calib_observe(calib, &x, nullptr), "scmp_calib_observe");
    Array scales = canary(SCMP_DTYPE_F32, {rows.shape[1]});
    const scmp_tensor out = scales.view();
    ok(scmp_smooth_scales(calib, &w, 1, 0.5, &out), "scmp_smooth_scales");
    return scales;
}

// --- Outlier channels -----------------------------------------------------------------------------------------------

// Activations with five channels 60 times as large as the others, and weights without.
Product with_outliers(scmp_granularity granularity, int number) {
    Random random("outliers " + std::to_string(number), 1);
    const bool heads = granularity == SCMP_GRANULARITY_PER_HEAD;
    constexpr std::int64_t n = 128, m = 64, d = 256;
    Product product;
    product.a = Array(SCMP_DTYPE_F32, heads ? Shape{2, n, d} : Shape{n, d});
    product.b = Array(SCMP_DTYPE_F32, heads ? Shape{2, m, d} : Shape{m, d});
    product.options.granularity = granularity;
    for (std::int64_t i = 0; i < product.a.count(); i++) product.a.set(i, random.normal() * (i % d % 51 == 7 ? 60 : 1));
    for (std::int64_t i = 0; i < product.b.count(); i++) product.b.set(i, random.normal());
    return product;
}

struct Ratio {
    const char *config;
    std::int32_t stoc_len;
    double ratio; // MSE with smoothing / MSE without
};

// Mean MSE of eight products with smoothing against without, as measured.
const std::vector<std::pair<scmp_granularity, std::vector<Ratio>>> ratios = {
    {SCMP_GRANULARITY_PER_TENSOR,
     {{"sobol_simple", 64, 0.650},
      {"sobol_simple", 128, 0.622},
      {"sobol_simple", 256, 0.759},
      {"sobol_unbiased", 256, 0.617},
      {"sobol_tuned", 64, 0.855},
      {"sobol_tuned", 128, 0.751},
      {"sobol_tuned", 256, 0.623}}},
    {SCMP_GRANULARITY_PER_ROW,
     {{"sobol_simple", 64, 0.389},
      {"sobol_simple", 128, 0.378},
      {"sobol_simple", 256, 0.307},
      {"sobol_unbiased", 256, 0.360},
      {"sobol_tuned", 64, 0.482},
      {"sobol_tuned", 128, 0.374},
      {"sobol_tuned", 256, 0.348}}},
    {SCMP_GRANULARITY_PER_HEAD,
     {{"sobol_simple", 64, 0.726},
      {"sobol_simple", 128, 0.711},
      {"sobol_simple", 256, 0.918},
      {"sobol_unbiased", 256, 0.717},
      {"sobol_tuned", 64, 0.889},
      {"sobol_tuned", 128, 0.813},
      {"sobol_tuned", 256, 0.702}}},
};

void outliers(scmp_granularity granularity, const std::vector<Ratio> &measured) {
    const Ctx ctx = context(2);
    constexpr int products = 8;
    std::vector<double> plain(measured.size()), smoothed(measured.size());
    for (int number = 0; number < products; number++) {
        Product product = with_outliers(granularity, number);
        const std::vector<double> exact = exact_product(product.a, product.b);
        const Array scales = scales_of(ctx, product.a, product.b);
        for (std::size_t i = 0; i < measured.size(); i++) {
            product.config_name = measured[i].config;
            product.options.stoc_len = measured[i].stoc_len;
            product.smooth = {};
            plain[i] += error_of(multiply(ctx, product).y, exact).mse / products;
            product.smooth = scales;
            smoothed[i] += error_of(multiply(ctx, product).y, exact).mse / products;
        }
    }
    for (std::size_t i = 0; i < measured.size(); i++) {
        const double ratio = smoothed[i] / plain[i];
        const std::string what = format("%s, %d cycles: MSE %.1f, smoothed %.1f, %.3f of it", measured[i].config,
                                        measured[i].stoc_len, plain[i], smoothed[i], ratio);
        std::printf("    %s\n", what.c_str());
        check(std::fabs(ratio - measured[i].ratio) < 0.02, what + format("; %.3f was measured", measured[i].ratio));
        check(ratio < 1, what);
    }
}

// --- A trained network ----------------------------------------------------------------------------------------------

struct Measured {
    const char *linear; // "" for attention
    scmp_granularity granularity;
    const char *config;
    std::int32_t stoc_len;
    double plain, smoothed; // dB
};

// SQNR against the float product, as measured on tests/data/minilm; bit-exactness makes it repeatable. Smoothing helps
// where the activations alone have outliers (0_mlp_up, 5_q). It helps little, or does harm, where the weight has one in
// the same channel (0_mlp_down), and in attention, whose ranges are balanced already.
const std::vector<Measured> measurements = {
    {"0_mlp_up", SCMP_GRANULARITY_PER_TENSOR, "sobol_simple", 64, -4.775, 0.567},
    {"0_mlp_up", SCMP_GRANULARITY_PER_TENSOR, "sobol_simple", 256, -6.039, 4.031},
    {"0_mlp_up", SCMP_GRANULARITY_PER_TENSOR, "sobol_tuned", 64, 2.555, 5.070},
    {"0_mlp_up", SCMP_GRANULARITY_PER_TENSOR, "sobol_tuned", 256, 6.153, 11.540},
    {"0_mlp_up", SCMP_GRANULARITY_PER_ROW, "sobol_simple", 64, 17.326, 18.937},
    {"0_mlp_up", SCMP_GRANULARITY_PER_ROW, "sobol_simple", 256, 18.870, 24.911},
    {"0_mlp_up", SCMP_GRANULARITY_PER_ROW, "sobol_tuned", 64, 18.844, 20.272},
    {"0_mlp_up", SCMP_GRANULARITY_PER_ROW, "sobol_tuned", 256, 28.528, 31.278},
    {"0_mlp_down", SCMP_GRANULARITY_PER_TENSOR, "sobol_simple", 64, -3.189, -2.137},
    {"0_mlp_down", SCMP_GRANULARITY_PER_TENSOR, "sobol_simple", 256, -12.298, -9.507},
    {"0_mlp_down", SCMP_GRANULARITY_PER_TENSOR, "sobol_tuned", 64, 21.983, 22.156},
    {"0_mlp_down", SCMP_GRANULARITY_PER_TENSOR, "sobol_tuned", 256, 21.022, 20.357},
    {"0_mlp_down", SCMP_GRANULARITY_PER_ROW, "sobol_simple", 64, 24.598, 25.305},
    {"0_mlp_down", SCMP_GRANULARITY_PER_ROW, "sobol_simple", 256, 23.209, 22.055},
    {"0_mlp_down", SCMP_GRANULARITY_PER_ROW, "sobol_tuned", 64, 27.725, 28.947},
    {"0_mlp_down", SCMP_GRANULARITY_PER_ROW, "sobol_tuned", 256, 36.376, 36.371},
    {"5_q", SCMP_GRANULARITY_PER_TENSOR, "sobol_simple", 64, 4.749, 10.678},
    {"5_q", SCMP_GRANULARITY_PER_TENSOR, "sobol_simple", 256, 12.183, 19.919},
    {"5_q", SCMP_GRANULARITY_PER_TENSOR, "sobol_tuned", 64, 7.525, 13.017},
    {"5_q", SCMP_GRANULARITY_PER_TENSOR, "sobol_tuned", 256, 16.857, 23.069},
    {"5_q", SCMP_GRANULARITY_PER_ROW, "sobol_simple", 64, 15.267, 19.724},
    {"5_q", SCMP_GRANULARITY_PER_ROW, "sobol_simple", 256, 24.294, 29.696},
    {"5_q", SCMP_GRANULARITY_PER_ROW, "sobol_tuned", 64, 17.359, 21.861},
    {"5_q", SCMP_GRANULARITY_PER_ROW, "sobol_tuned", 256, 27.534, 32.405},
    {"", SCMP_GRANULARITY_PER_HEAD, "sobol_simple", 64, 20.768, 20.523},
    {"", SCMP_GRANULARITY_PER_HEAD, "sobol_simple", 256, 33.151, 33.085},
    {"", SCMP_GRANULARITY_PER_HEAD, "sobol_tuned", 64, 25.525, 25.253},
    {"", SCMP_GRANULARITY_PER_HEAD, "sobol_tuned", 256, 36.229, 36.020},
};

Array sample(const std::string &name) {
    return read_npy(data_path("data/minilm/" + name + ".npy"));
}

void trained_network(const Measured &measured) {
    const Ctx ctx = context(2);
    Product product;
    Array calibration;
    const std::string linear = measured.linear;
    if (linear.empty()) {
        product.a = calibration = sample("attn_q_0");
        product.b = sample("attn_k_0");
    } else {
        product.a = sample("eval_" + linear);
        product.b = sample("weight_" + linear);
        calibration = sample("calib_" + linear);
    }
    product.options.granularity = measured.granularity;
    product.options.stoc_len = measured.stoc_len;
    product.config_name = measured.config;
    const std::vector<double> exact = exact_product(product.a, product.b);
    const Error plain = error_of(multiply(ctx, product).y, exact);
    product.smooth = scales_of(ctx, calibration, product.b);
    const Error smoothed = error_of(multiply(ctx, product).y, exact);
    std::printf("    %.3f dB, smoothed %.3f dB\n", plain.sqnr, smoothed.sqnr);
    check(std::fabs(plain.sqnr - measured.plain) < 0.002 && std::fabs(smoothed.sqnr - measured.smoothed) < 0.002,
          format("%.3f dB and smoothed %.3f dB; %.3f and %.3f were measured", plain.sqnr, smoothed.sqnr, measured.plain,
                 measured.smoothed));
}

} // namespace

int main(int argc, char **argv) {
    std::vector<Case> cases;
    for (const auto &[granularity, measured] : ratios)
        cases.push_back({std::string("outlier channels, ") + scmp_granularity_name(granularity),
                         [granularity = granularity, &measured = measured] { outliers(granularity, measured); }});
    for (const Measured &measured : measurements) {
        const std::string linear = *measured.linear != 0 ? measured.linear : "attention";
        cases.push_back({"MiniLM " + linear + ", " + scmp_granularity_name(measured.granularity) + ", " +
                             measured.config + ", " + std::to_string(measured.stoc_len) + " cycles",
                         [&measured] { trained_network(measured); }});
    }
    return run("smooth_benefit", cases, argc, argv);
}
