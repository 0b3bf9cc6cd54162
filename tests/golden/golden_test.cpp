// Every reference vector of the specification, bit for bit, on every backend and instruction set of this machine, and
// on the device that the CUDA backend's tests have on the host.
#include <algorithm>
#include <cfenv>
#include <cstdio>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "../cuda/host_context.h"
#include "../cuda/host_device.h"
#include "scmp/scmp_model.h"
#include "support/array.h"
#include "support/handles.h"
#include "support/npy.h"
#include "support/product.h"
#include "support/stages.h"
#include "support/test.h"

using json = nlohmann::json;
using namespace test;

namespace {

// Who computes.
struct Machine {
    std::string name;
    std::function<Ctx(int threads)> context;
    std::vector<int> threads;
    std::int32_t device; // that tensors of stages are said to be on
};

Machine machine_of(const Engine &engine) {
    return {engine.name(), [engine](int threads) { return context(engine, threads); }, {1, 3}, SCMP_DEVICE_CPU};
}

// The CUDA backend without a GPU. `host` must live on.
Machine shim(HostDevice &host) {
    const auto make = [&host](int threads) {
        scmp_ctx_options options;
        scmp_ctx_options_init(&options);
        options.threads = threads;
        scmp::cuda::Device device = host.device(0);
        device.full_grid = 8;
        return context_on(device, options);
    };
    return {"cuda_shim", make, {1}, SCMP_DEVICE_CUDA_0};
}

std::string path(const std::string &name) {
    return data_path("golden/" + name);
}

// What the index's numbers are does not depend on how this program was started.
json index(const std::string &name) {
    std::fenv_t environment;
    std::fegetenv(&environment);
    std::fesetenv(FE_DFL_ENV);
    json parsed = json::parse(read_text(path(name)));
    std::fesetenv(&environment);
    return parsed;
}

// An array of an index entry, whose files are relative to `folder`.
Array load(const json &entry, const std::string &key, const std::string &folder = "") {
    return read_npy(path(folder + entry.at("files").at(key).get<std::string>()));
}

scmp_scramble scramble_named(const std::string &name) {
    for (int mode = SCMP_SCRAMBLE_BITREV; mode <= SCMP_SCRAMBLE_ALWAYS_COUNTER; mode++)
        if (name == scmp_scramble_name(scmp_scramble(mode))) return scmp_scramble(mode);
    fail("no scramble mode is called " + name);
}

scmp_granularity granularity_named(const std::string &name) {
    for (const auto granularity : {SCMP_GRANULARITY_PER_ROW, SCMP_GRANULARITY_PER_TENSOR, SCMP_GRANULARITY_PER_HEAD})
        if (name == scmp_granularity_name(granularity)) return granularity;
    fail("no granularity is called " + name);
}

scmp_matmul_options options_of(const json &params) {
    scmp_matmul_options options = defaults();
    bool halved = false;
    for (const auto &[key, value] : params.items()) {
        if (key == "granularity")
            options.granularity = granularity_named(value);
        else if (key == "mode")
            options.mode = value == "unipolar" ? SCMP_MODE_UNIPOLAR : SCMP_MODE_BIPOLAR;
        else if (key == "sc_prec")
            options.sc_prec = value;
        else if (key == "stoc_len")
            options.stoc_len = value;
        else if (key == "rng_levels")
            options.rng_levels = value;
        else if (key == "chunk_d")
            options.chunk_d = value;
        else if (key == "group_a")
            options.group_a = value;
        else if (key == "group_b")
            options.group_b = value;
        else if (key == "halve_bipolar_stoc_len")
            halved = value.get<bool>();
        else if (key == "scramble")
            options.scramble = scramble_named(value);
        else
            fail("the manifest has an option that this test does not know: " + key);
    }
    if (halved) halve(options);
    return options;
}

Product product_of(const json &entry) {
    Product product;
    product.about = entry.at("name");
    product.a = load(entry, "a");
    product.b = load(entry, "b");
    product.options = options_of(entry.at("params"));
    if (entry["files"].contains("s")) product.smooth = load(entry, "s");
    if (entry["files"].contains("config")) product.config_json = read_text(path(entry["files"]["config"]));
    return product;
}

// The product by the stages.
Result by_stages(scmp_ctx *ctx, const Product &product) {
    const Resolved resolved(ctx, product);
    Levels a = all_levels(product.a, SCMP_SIDE_LEFT, *resolved.get()),
           b = all_levels(product.b, SCMP_SIDE_RIGHT, *resolved.get());
    quantize(ctx, product.a, SCMP_SIDE_LEFT, *resolved.get(), nullptr, a);
    quantize(ctx, product.b, SCMP_SIDE_RIGHT, *resolved.get(), nullptr, b);
    Array sum = count(ctx, a, b, *resolved.get(), product.sum_shape());
    Array y = dequantize(ctx, sum, a, b, product.d(), *resolved.get(), product.y_shape());
    return {std::move(y), std::move(sum)};
}

void product_case(const Machine &machine, const json &entry) {
    const Product product = product_of(entry);
    within(product.text(), [&] {
        const Array y = load(entry, "y"), sum = load(entry, "sum");
        for (const int threads : machine.threads) {
            const Ctx ctx = machine.context(threads);
            const Result got = multiply(ctx, product);
            if (!product.chunked()) same(got.sum, sum, "sum");
            same(got.y, y, "y");
            const ViewsOn device(machine.device);
            const Result staged = by_stages(ctx, product);
            same(staged.sum, sum, "sum by stages");
            same(staged.y, y, "y by stages");
        }
    });
}

// --- Sequences ------------------------------------------------------------------------------------------------------

template <class T> std::vector<T> numbers(const json &entry, const char *key) {
    return entry.contains(key) ? entry.at(key).get<std::vector<T>>() : std::vector<T>();
}

void draws_case(scmp_ctx *ctx, const json &entry, const Array &want) {
    const auto seeds = numbers<std::uint32_t>(entry, "seeds");
    const auto taps = numbers<std::int32_t>(entry, "taps");
    scmp_generator generator;
    scmp_generator_init(&generator);
    const std::string kind = entry.at("kind");
    if (kind == "sobol") {
        generator.sobol_seeds = seeds.data();
        generator.sobol_seed_count = std::int32_t(seeds.size());
    } else {
        generator.type = kind == "lfsr" ? SCMP_GENERATOR_LFSR : SCMP_GENERATOR_MT19937;
        const std::int64_t seed = entry.at("seed");
        generator.seed = std::uint64_t(seed < 0 ? -seed : seed);
        if (kind == "lfsr") {
            generator.lfsr_taps = taps.data();
            generator.lfsr_tap_count = std::int32_t(taps.size());
        }
    }
    const auto draw = [&](scmp_dtype dtype) {
        Array out = canary(dtype, want.shape);
        const scmp_tensor view = out.view();
        ok(scmp_generator_draws(ctx, &generator, entry.at("p"), &view), "scmp_generator_draws");
        return out;
    };
    same(draw(SCMP_DTYPE_I32), want, "draws");
    same(converted(draw(SCMP_DTYPE_I16), SCMP_DTYPE_I32), want, "draws as I16");

    // The defaults are what the index says they are.
    const std::string file = entry.at("file");
    if (file.rfind("sobol_left", 0) == 0 || file.rfind("sobol_right", 0) == 0) {
        scmp_generator_init(&generator);
        generator.sobol_side = file.rfind("sobol_left", 0) == 0 ? SCMP_SIDE_LEFT : SCMP_SIDE_RIGHT;
        same(draw(SCMP_DTYPE_I32), want, "draws of the side's default Sobol");
        std::vector<std::uint32_t> side(seeds.size());
        ok(scmp_sobol_seeds(generator.sobol_side, entry.at("p"), side.data()), "scmp_sobol_seeds");
        check(side == seeds, "other default seeds than the index has");
    }
    if (kind == "lfsr") {
        generator.lfsr_taps = nullptr;
        generator.lfsr_tap_count = 0;
        same(draw(SCMP_DTYPE_I32), want, "draws with default taps");
    }
}

// The product whose options and configuration a sequence entry is about.
Product streams_of(const json &entry) {
    Product product;
    product.options.sc_prec = entry.at("p");
    product.options.stoc_len = entry.at("L");
    product.options.rng_levels = entry.at("G");
    product.options.scramble = scramble_named(entry.at("scramble"));
    if (entry.at("config") == "lfsr") {
        const int p = product.options.sc_prec;
        json reversed = json::array(), left = json::array(), right = json::array();
        for (int i = 0; i < p; i++) reversed.push_back(p - 1 - i);
        for (int d = 0; d < entry.at("D"); d++) {
            left.push_back({{"rng_id", 0}});
            right.push_back({{"rng_id", 0}, {"scramble", reversed}});
        }
        product.config_json =
            json{{"rng_pool", {{{"type", "lfsr"}, {"seed", 5}}}}, {"sng", {{"q", left}, {"k", right}}}}.dump();
    } else {
        check(entry.at("config") == "default", "a configuration that this test does not know");
    }
    return product;
}

void prefix_case(scmp_ctx *ctx, const json &entry, const Array &want) {
    const Resolved resolved(ctx, streams_of(entry));
    const scmp_side side = entry.at("side") == "left" ? SCMP_SIDE_LEFT : SCMP_SIDE_RIGHT;
    for (std::int64_t d = 0; d < want.shape[0]; d++) {
        Array out = canary(SCMP_DTYPE_I32, {want.shape[1]});
        const scmp_tensor view = out.view();
        ok(scmp_sequence(ctx, resolved.get(), side, d, &view), "scmp_sequence");
        same(out, reshaped(slice(want, 0, d, 1), {want.shape[1]}), "inner index " + std::to_string(d));
    }
}

void count_case(scmp_ctx *ctx, const json &entry, const Array &want) {
    const Resolved resolved(ctx, streams_of(entry));
    for (std::int64_t d = 0; d < want.shape[0]; d++) {
        const Array table = reshaped(slice(want, 0, d, 1), {want.shape[1], want.shape[2]});
        Array out = canary(SCMP_DTYPE_I32, table.shape);
        scmp_tensor view = out.view();
        ok(scmp_count_table(ctx, resolved.get(), d, nullptr, nullptr, &view), "scmp_count_table");
        same(out, table, "inner index " + std::to_string(d));

        // Every other boundary, backwards, against all of them.
        std::vector<double> chosen;
        for (std::int64_t x = want.shape[1] - 1; x >= 0; x -= 2) chosen.push_back(double(x));
        const std::int64_t count = std::int64_t(chosen.size());
        const Array rows(SCMP_DTYPE_I16, {count}, chosen);
        const scmp_tensor rows_view = rows.view();
        Array some = canary(SCMP_DTYPE_I16, {count, table.shape[1]});
        view = some.view();
        ok(scmp_count_table(ctx, resolved.get(), d, &rows_view, nullptr, &view), "scmp_count_table of some rows");
        for (std::int64_t i = 0; i < count; i++)
            same(converted(slice(some, 0, i, 1), SCMP_DTYPE_I32),
                 slice(table, 0, std::int64_t(chosen[std::size_t(i)]), 1), "some rows");
    }
}

void sequence_case(const Machine &machine, const json &entry) {
    const std::string file = entry.at("file"), kind = entry.at("kind");
    within(file, [&] {
        const Ctx ctx = machine.context(1);
        const Array want = read_npy(path("sequences/" + file));
        if (kind == "prefix")
            prefix_case(ctx, entry, want);
        else if (kind == "count")
            count_case(ctx, entry, want);
        else
            draws_case(ctx, entry, want);
    });
}

void taps_case() {
    const json widths = index("sequences/lfsr_taps.json");
    check(!widths.empty(), "no widths");
    for (const auto &[width, sets] : widths.items()) {
        const int p = std::stoi(width);
        within("width " + width, [&, &all = sets] {
            check(scmp_lfsr_tap_set_count(p) == std::int32_t(all.size()), "another number of tap sets");
            for (std::size_t i = 0; i < all.size(); i++) {
                std::vector<std::int32_t> taps(std::size_t(p), -1);
                std::int32_t count = -1;
                ok(scmp_lfsr_tap_set(p, std::int32_t(i), taps.data(), &count), "scmp_lfsr_tap_set");
                taps.resize(std::size_t(count));
                check(taps == all[i].get<std::vector<std::int32_t>>(), "tap set " + std::to_string(i) + " differs");
            }
        });
    }
}

// --- Quantizers -----------------------------------------------------------------------------------------------------

void same_levels(const Levels &got, const Levels &want, const std::string &what) {
    same(got.boundary, want.boundary, what + ": boundary");
    same(got.sign, want.sign, what + ": sign");
    same(got.scale, want.scale, what + ": scale");
    same(got.zero_point, want.zero_point, what + ": zero point");
    same(got.row_sum, want.row_sum, what + ": row sum");
}

// Levels with boundaries: each boundary is the one that the rule gives the level.
void levels_agree(const Array &level, const Array &boundary, const scmp_matmul_options &options) {
    const std::int64_t full = std::int64_t(1) << options.sc_prec;
    Array table = canary(SCMP_DTYPE_I32, {options.mode == SCMP_MODE_BIPOLAR ? full / 2 : full});
    scmp_tensor view = table.view();
    view.device = SCMP_DEVICE_CPU; // no context, no device
    ok(scmp_level_boundaries(&options, &view), "scmp_level_boundaries");
    for (std::int64_t i = 0; i < level.count(); i++) {
        const std::int64_t q = level.whole(i);
        check(q >= 0 && q < table.count(), "level " + std::to_string(q) + " is out of range");
        check(table.whole(q) == boundary.whole(i), format("element %d: level %d has boundary %d, not %d", int(i),
                                                          int(q), int(boundary.whole(i)), int(table.whole(q))));
    }
}

// From the operand's own ranges, and from those that scmp_ranges gives, on both sides.
void quantize_all_ways(scmp_ctx *ctx, const Array &x, const scmp_matmul_options &options, const Levels &want) {
    for (const scmp_side side : {SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT}) {
        Levels own = want;
        for (Array *array : {&own.boundary, &own.sign, &own.scale, &own.zero_point, &own.row_sum})
            std::fill(array->bytes.begin(), array->bytes.end(), std::byte(0xa5));
        own.level = canary(SCMP_DTYPE_I32, x.shape);
        Levels given = own;
        quantize(ctx, x, side, options, nullptr, own);
        same_levels(own, want, "own ranges");
        levels_agree(own.level, own.boundary, options);
        const Array ranges = ranges_of(ctx, x, side, options);
        quantize(ctx, x, side, options, &ranges, given);
        same_levels(given, want, "given ranges");
        same(given.level, own.level, "levels");
    }
}

void quantize_case(const Machine &machine, const json &entry) {
    within(entry.at("name").get<std::string>(), [&] {
        const Ctx ctx = machine.context(1);
        const ViewsOn device(machine.device);
        const std::string rule = entry.at("rule");
        Array x = load(entry, "x", "quantize/");
        Levels want;
        want.boundary = load(entry, "boundary", "quantize/");
        want.scale = load(entry, "scale", "quantize/");
        scmp_matmul_options options = defaults();
        options.sc_prec = entry.at("p");
        options.rng_levels = entry.at("G");
        if (rule[0] == 'U') {
            options.mode = SCMP_MODE_UNIPOLAR;
            want.zero_point = load(entry, "zp", "quantize/");
            want.row_sum = load(entry, "row_sum", "quantize/");
        } else {
            want.sign = load(entry, "sign", "quantize/");
        }
        if (rule[1] == '1') options.granularity = SCMP_GRANULARITY_PER_TENSOR;
        if (entry.contains("group")) options.group_a = options.group_b = entry["group"];
        if (rule != "B2") return quantize_all_ways(ctx, x, options, want);

        // Rule B2 by rows is that of heads with one row each, and of chunks that are whole rows.
        const std::int64_t rows = x.shape[0], d = x.shape[1];
        const auto heads = [&](Array array) { return reshaped(std::move(array), {rows, 1, d}); };
        Levels by_head = want;
        by_head.boundary = heads(want.boundary);
        by_head.sign = heads(want.sign);
        options.granularity = SCMP_GRANULARITY_PER_HEAD;
        quantize_all_ways(ctx, heads(x), options, by_head);

        options.granularity = SCMP_GRANULARITY_PER_ROW;
        options.chunk_d = d;
        const auto twice = [&](const Array &array) {
            Array out(array.dtype, {rows, 2 * d});
            for (std::int64_t i = 0; i < out.count(); i++) out.set(i, array.get(i / (2 * d) * d + i % d));
            return out;
        };
        Levels by_chunk = want;
        by_chunk.boundary = twice(want.boundary);
        by_chunk.sign = twice(want.sign);
        by_chunk.scale = Array(SCMP_DTYPE_F32, {2, rows});
        for (std::int64_t i = 0; i < 2 * rows; i++) by_chunk.scale.set(i, want.scale.get(i % rows));
        quantize_all_ways(ctx, twice(x), options, by_chunk);
    });
}

// --- SmoothQuant ----------------------------------------------------------------------------------------------------

void smooth_case(const Machine &machine, const json &entry) {
    within(entry.at("name").get<std::string>(), [&] {
        const Ctx ctx = machine.context(1);
        const ViewsOn device(machine.device);
        const std::string storage_name = entry.at("storage");
        const scmp_dtype storage = storage_name == "f16"    ? SCMP_DTYPE_F16
                                   : storage_name == "bf16" ? SCMP_DTYPE_BF16
                                   : storage_name == "f64"  ? SCMP_DTYPE_F64
                                                            : SCMP_DTYPE_F32;
        const scmp_dtype working = storage == SCMP_DTYPE_F64 ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32;
        const double alpha = entry.at("alpha"), eps = entry.at("eps");
        const auto get = [&](const char *key) { return load(entry, key, "smoothquant/"); };
        const auto stored = [&](const char *key) { return converted(get(key), storage); };
        const Array a = stored("a"), a2 = stored("a2"), b = stored("b"), act = get("act"), s = get("s");
        const scmp_tensor a_view = a.view(), a2_view = a2.view(), b_view = b.view(), act_view = act.view();

        Calib calib;
        ok(scmp_calib_create(ctx, s.count(), working, calib.out()), "scmp_calib_create");
        ok(scmp_calib_observe(calib, &a_view, nullptr), "scmp_calib_observe");
        ok(scmp_calib_observe(calib, &a2_view, nullptr), "scmp_calib_observe");
        Array maxima = canary(working, act.shape);
        scmp_tensor view = maxima.view();
        ok(scmp_calib_act_scales(calib, &view), "scmp_calib_act_scales");
        same(maxima, act, "act");

        const int ulps = storage == SCMP_DTYPE_F64 && alpha != 0 && alpha != 0.5 && alpha != 1 ? 2 : 0;
        check(eps == scmp_smooth_eps(), "a vector with another eps than the default");
        const auto scales_are = [&](scmp_dtype dtype, const Array &want) {
            Array scales = canary(dtype, s.shape), from_array = canary(dtype, s.shape);
            const scmp_tensor out = scales.view(), from_array_out = from_array.view();
            ok(scmp_smooth_scales(calib, &b_view, 1, alpha, &out), "scmp_smooth_scales");
            close_in_ulps(converted(scales, want.dtype), want, ulps,
                          std::string("scales as ") + scmp_dtype_name(dtype));
            ok(scmp_smooth_scales_from(ctx, &act_view, &b_view, 1, alpha, eps, &from_array_out),
               "scmp_smooth_scales_from");
            same(from_array, scales, "scales from the array of maxima");
        };
        scales_are(working, s);
        scales_are(storage, get("s_rounded"));

        const auto applied_is = [&](auto apply, const Array &x, const Array &scales, const char *want) {
            Array out = canary(storage, x.shape);
            const scmp_tensor x_view = x.view(), scales_view = scales.view(), out_view = out.view();
            ok(apply(ctx, &x_view, &scales_view, &out_view), want);
            same(converted(out, get(want).dtype), get(want), want);
            Array in_place = x;
            const scmp_tensor both = in_place.view();
            ok(apply(ctx, &both, &scales_view, &both), want);
            same(in_place, out, std::string(want) + " in place");
        };
        applied_is(scmp_smooth_activation, a, s, "a_over_s");
        applied_is(scmp_smooth_weight, b, s, "b_times_s");
        if (entry["files"].contains("big"))
            applied_is(scmp_smooth_activation, stored("big"),
                       Array(SCMP_DTYPE_F32, s.shape, std::vector<double>(std::size_t(s.count()), 0.25)),
                       "big_over_quarter");
    });
}

// SCMP_TEST_ROUNDING: the mode that everything here runs in, from the first number that is read.
bool set_rounding() {
    const char *name = std::getenv("SCMP_TEST_ROUNDING");
    if (name == nullptr) return true;
    const std::string mode = name;
    if (mode == "up") return std::fesetround(FE_UPWARD) == 0;
    if (mode == "down") return std::fesetround(FE_DOWNWARD) == 0;
    if (mode == "to_zero") return std::fesetround(FE_TOWARDZERO) == 0;
    return mode == "nearest" && std::fesetround(FE_TONEAREST) == 0;
}

} // namespace

int main(int argc, char **argv) try {
    if (!set_rounding()) return 1;
    std::vector<Case> cases;
    const json products = index("manifest.json"), sequences = index("sequences/index.json");
    const json quantizers = index("quantize/index.json"), smoothing = index("smoothquant/index.json");
    HostDevice host("golden");
    std::vector<Machine> machines;
    for (const Engine &engine : engines()) machines.push_back(machine_of(engine));
    machines.push_back(shim(host));
    for (const Machine &machine : machines) {
        const auto add = [&](const std::string &name, std::function<void()> body) {
            cases.push_back({machine.name + "/" + name, std::move(body)});
        };
        for (const json &entry : products) add(entry.at("name"), [=] { product_case(machine, entry); });
        // Sequences, quantizers and smoothing are the same code on every CPU engine, but are asked of each.
        for (const json &entry : sequences) add(entry.at("file"), [=] { sequence_case(machine, entry); });
        for (const json &entry : quantizers) add(entry.at("name"), [=] { quantize_case(machine, entry); });
        for (const json &entry : smoothing)
            add("smooth_" + entry.at("name").get<std::string>(), [=] { smooth_case(machine, entry); });
    }
    cases.push_back({"lfsr_tap_sets", taps_case});
    return run("golden", cases, argc, argv);
} catch (const std::exception &error) { // what the indices lack
    std::fprintf(stderr, "golden: %s\n", error.what());
    return 1;
}
