// Random products, and the call that every test compares with.
#include "support/product.h"

#include <algorithm>
#include <cmath>

#include "support/test.h"

namespace test {
namespace {

std::string list(const std::vector<std::int64_t> &numbers) {
    std::string all;
    for (const std::int64_t number : numbers) all += (all.empty() ? "[" : ", ") + std::to_string(number);
    return all.empty() ? "[]" : all + "]";
}

std::string random_generator(Random &random, int sc_prec) {
    const std::int64_t full = std::int64_t(1) << sc_prec;
    switch (random.whole(0, 3)) {
    case 0:
        return format(R"({"type": "sobol", "seed_type": "%s", "start": %lld})", random.chance(50) ? "q" : "k",
                      static_cast<long long>(random.whole(0, full - 1)));
    case 1: {
        std::vector<std::int64_t> seeds;
        seeds.reserve(std::size_t(sc_prec));
        for (int i = 0; i < sc_prec; i++) seeds.push_back(2 * random.whole(0, (std::int64_t(1) << i) - 1) + 1);
        return R"({"type": "sobol", "seed": )" + list(seeds) + "}";
    }
    case 2:
        if (sc_prec > 1 && random.chance(30))
            return format(R"({"type": "lfsr", "seed": %lld, "zero_state": true})",
                          static_cast<long long>(random.whole(0, full - 1)));
        if (sc_prec > 1)
            return format(R"({"type": "lfsr", "seed": %lld})", static_cast<long long>(random.whole(1, full - 1)));
        [[fallthrough]];
    default:
        return format(R"({"type": "true_random", "seed": %lld})", static_cast<long long>(random.whole(0, 1 << 30)));
    }
}

std::string random_element(Random &random, int sc_prec, std::int64_t generators) {
    std::string element = R"({"rng_id": )" + std::to_string(random.whole(0, generators - 1));
    if (random.chance(50)) {
        std::vector<std::int64_t> permutation;
        permutation.reserve(std::size_t(sc_prec));
        for (int i = 0; i < sc_prec; i++) permutation.push_back(i);
        for (std::size_t i = permutation.size(); i-- > 1;)
            std::swap(permutation[i], permutation[std::size_t(random.whole(0, std::int64_t(i)))]);
        element += R"(, "scramble": )" + list(permutation);
    }
    if (random.chance(30)) element += R"(, "complement": true)";
    return element + "}";
}

std::int64_t random_size(Random &random, std::int64_t most, bool zero) {
    if (zero && random.chance(3)) return 0;
    return random.chance(15) ? 1 : random.whole(1, most);
}

} // namespace

std::string text(const scmp_matmul_options &options) {
    std::string all = std::string(scmp_granularity_name(options.granularity)) + " " + scmp_mode_name(options.mode);
    const auto add = [&all](const char *name, std::int64_t value, std::int64_t usual) {
        if (value != usual) all += std::string(" ") + name + "=" + std::to_string(value);
    };
    add("sc_prec", options.sc_prec, 8);
    add("stoc_len", options.stoc_len, SCMP_NOT_GIVEN);
    add("rng_levels", options.rng_levels, SCMP_NOT_GIVEN);
    add("chunk_d", options.chunk_d, 0);
    add("group_a", options.group_a, 1);
    add("group_b", options.group_b, 1);
    if (options.scramble != SCMP_SCRAMBLE_NOT_GIVEN)
        all += std::string(" scramble=") + scmp_scramble_name(options.scramble);
    return all;
}

void halve(scmp_matmul_options &options) {
    if (options.mode != SCMP_MODE_BIPOLAR) return;
    for (std::int32_t *open : {&options.stoc_len, &options.rng_levels})
        if (*open == SCMP_NOT_GIVEN) *open = 1 << (options.sc_prec - 1);
}

scmp_call call_with(const scmp_tensor *counts, scmp_report *report) {
    scmp_call call;
    scmp_call_init(&call);
    call.counts = counts;
    call.report = report;
    return call;
}

scmp_matmul_options defaults() {
    scmp_matmul_options options;
    scmp_matmul_options_init(&options);
    return options;
}

Shape Product::y_shape() const {
    Shape shape = a.shape;
    shape.back() = b.shape[b.shape.size() - 2];
    return shape;
}

Shape Product::sum_shape() const {
    Shape shape = y_shape();
    if (chunked()) shape.insert(shape.begin(), chunks());
    return shape;
}

std::string Product::text() const {
    std::string all = about + ": a " + scmp_dtype_name(a.dtype) + test::text(a.shape) + " b " +
                      scmp_dtype_name(b.dtype) + test::text(b.shape) + " " + test::text(options);
    if (!config_name.empty()) all += " config=" + config_name;
    if (!config_json.empty()) all += " config=" + config_json.substr(0, 600);
    if (!smooth.absent()) all += std::string(" smooth=") + scmp_dtype_name(smooth.dtype);
    return all;
}

Resolved::Resolved(scmp_ctx *ctx, const Product &product) : smooth_(product.smooth), options_(product.options) {
    if (!product.config_json.empty())
        ok(scmp_config_create_json(ctx, product.config_json.data(), product.config_json.size(), options_.sc_prec,
                                   config_.out()),
           "scmp_config_create_json");
    else if (!product.config_name.empty())
        ok(scmp_config_create_named(ctx, product.config_name.c_str(), options_.sc_prec, config_.out()),
           "scmp_config_create_named");
    options_.config = config_;
    smooth_view_ = smooth_.view();
    if (!smooth_.absent()) options_.smooth = &smooth_view_;
}

Result multiply(scmp_ctx *ctx, const Product &product, scmp_report *report) {
    Result result = {canary(SCMP_DTYPE_F32, product.y_shape()), {}};
    const scmp_tensor a = product.a.view(), b = product.b.view(), y = result.y.view();
    const Resolved options(ctx, product);
    scmp_call call = call_with(nullptr, report);
    scmp_tensor sum;
    if (!product.chunked()) {
        result.sum = canary(SCMP_DTYPE_I64, product.y_shape());
        sum = result.sum.view();
        call.counts = &sum;
    }
    ok(scmp_matmul(ctx, &a, &b, options.get(), &call, &y), "scmp_matmul");
    return result;
}

Array random_values(Random &random, Shape shape, scmp_dtype dtype) {
    Array array(dtype, std::move(shape));
    const double scale = std::ldexp(1, int(random.whole(-6, 6)));
    const bool ties = random.chance(15), positive = random.chance(20), heavy = random.chance(30);
    const bool wild = dtype != SCMP_DTYPE_F16 && random.chance(5);
    for (std::int64_t i = 0; i < array.count(); i++) {
        double value = ties ? double(random.whole(-127, 127)) / 2 : random.normal();
        if (heavy) value *= value * value;
        if (positive) value = std::fabs(value);
        if (random.chance(5)) value = random.chance(50) ? 0.0 : -0.0;
        if (random.chance(2)) value *= 60;
        if (random.chance(2)) value *= 1e-30;
        if (wild && random.chance(10)) value = random.normal() * 3e37;
        array.set(i, std::clamp(value * scale, dtype == SCMP_DTYPE_F16 ? -65504.0 : -3e38,
                                dtype == SCMP_DTYPE_F16 ? 65504.0 : 3e38));
    }
    return array;
}

Array random_scales(Random &random, std::int64_t d, scmp_dtype dtype, bool powers_of_two) {
    Array scales(dtype, {d});
    for (std::int64_t i = 0; i < d; i++)
        scales.set(i, powers_of_two ? std::ldexp(1, int(random.whole(-6, 6))) : std::exp2(6 * random.real() - 3));
    return scales;
}

std::string random_config(Random &random, int sc_prec, std::int64_t entries) {
    const std::int64_t generators = random.whole(1, 4);
    std::string json = R"({"rng_pool": [)";
    for (std::int64_t i = 0; i < generators; i++) json += (i == 0 ? "" : ", ") + random_generator(random, sc_prec);
    json += R"(], "sng": {)";
    for (const char *side : {"q", "k"}) {
        json += std::string(*side == 'q' ? "\"" : ", \"") + side + "\": [";
        const bool alike = random.chance(30);
        const std::string first = random_element(random, sc_prec, generators);
        for (std::int64_t i = 0; i < entries + random.whole(0, 2); i++)
            json += (i == 0 ? "" : ", ") + (alike ? first : random_element(random, sc_prec, generators));
        json += "]";
    }
    json += "}";
    if (random.chance(40))
        json += std::string(R"(, "scramble_mode": ")") + scmp_scramble_name(scmp_scramble(random.whole(1, 5))) + "\"";
    return json + "}";
}

Product random_product(Random &random, const Limits &limits) {
    Product product;
    scmp_matmul_options &options = product.options;
    const bool batched = random.chance(35);
    options.mode = random.chance(35) ? SCMP_MODE_UNIPOLAR : SCMP_MODE_BIPOLAR;
    const bool bipolar = options.mode == SCMP_MODE_BIPOLAR;
    options.granularity = random.chance(50) ? SCMP_GRANULARITY_PER_ROW : SCMP_GRANULARITY_PER_TENSOR;
    if (batched && bipolar && random.chance(30)) options.granularity = SCMP_GRANULARITY_PER_HEAD;
    options.sc_prec = random.chance(40) ? std::min(8, limits.most_prec)
                                        : std::int32_t(random.whole(bipolar ? 2 : 1, limits.most_prec));
    const std::int64_t full = std::int64_t(1) << options.sc_prec;
    if (random.chance(60))
        options.stoc_len =
            std::int32_t(random.chance(30) ? std::max<std::int64_t>(full / 4, 1) : random.whole(1, full));
    if (random.chance(50))
        options.rng_levels = std::int32_t(random.chance(50) ? std::int64_t(1) << random.whole(0, options.sc_prec + 1)
                                                            : random.whole(1, random.chance(10) ? 16384 : 3 * full));
    if (random.chance(30)) halve(options);
    if (random.chance(50)) options.scramble = scmp_scramble(random.whole(1, 5));
    if (random.chance(40)) options.group_a = random.whole(1, limits.rows + 1);
    if (random.chance(40)) options.group_b = random.whole(1, limits.rows + 1);

    const std::int64_t n = random_size(random, limits.rows, limits.zero_sizes);
    const std::int64_t m = random_size(random, limits.rows, limits.zero_sizes);
    const std::int64_t d = random_size(random, limits.d, limits.zero_sizes);
    const std::int64_t batch = random_size(random, limits.batch, limits.zero_sizes);
    if (limits.chunks && bipolar && !batched && options.granularity == SCMP_GRANULARITY_PER_ROW && random.chance(40))
        options.chunk_d = random.whole(1, d + 3);

    const std::vector<scmp_dtype> dtypes = {SCMP_DTYPE_F32, SCMP_DTYPE_F32,  SCMP_DTYPE_F32,
                                            SCMP_DTYPE_F16, SCMP_DTYPE_BF16, SCMP_DTYPE_F64};
    product.a = random_values(random, batched ? Shape{batch, n, d} : Shape{n, d}, random.one_of(dtypes));
    product.b = random_values(random, batched ? Shape{batch, m, d} : Shape{m, d}, random.one_of(dtypes));
    if (limits.smooth && random.chance(25)) {
        product.smooth = random_scales(random, d, random.one_of(dtypes));
        // Large values must stay finite after they are smoothed.
        for (Array *x : {&product.a, &product.b})
            for (std::int64_t i = 0; i < x->count(); i++) x->set(i, std::clamp(x->get(i), -1e30, 1e30));
    }
    if (limits.configs && random.chance(40)) {
        std::vector<std::string> names = {"sobol_simple", "sobol_antithetic", "sobol_altseed", "sobol_unbiased"};
        if (options.sc_prec >= 4) names.emplace_back("sobol_tuned");
        if (options.sc_prec >= 2) names.emplace_back("lfsr_default");
        if (random.chance(40))
            product.config_name = random.one_of(names);
        else
            product.config_json = random_config(random, options.sc_prec, product.chunked() ? options.chunk_d : d);
    }
    product.about = random.text();
    return product;
}

} // namespace test
