// Configurations: by name, as JSON and as data they are the same; rules are enforced; caches never change a result.
#include <algorithm>
#include <cstring>
#include <limits>
#include <set>

#include <nlohmann/json.hpp>

#include "scmp/scmp_model.h"
#include "support/handles.h"
#include "support/product.h"
#include "support/test.h"

using json = nlohmann::json;
using namespace test;

namespace {

Config named(scmp_ctx *ctx, const char *name, int sc_prec) {
    Config config;
    ok(scmp_config_create_named(ctx, name, sc_prec, config.out()), name);
    return config;
}

Config from_json(scmp_ctx *ctx, const std::string &text, int sc_prec) {
    Config config;
    ok(scmp_config_create_json(ctx, text.data(), text.size(), sc_prec, config.out()), text);
    return config;
}

// The JSON text of the first d inner indices.
std::string to_json(scmp_ctx *ctx, const scmp_config *config, std::int64_t d) {
    std::size_t needed = 0;
    ok(scmp_config_to_json(ctx, config, d, nullptr, 0, &needed), "scmp_config_to_json, size");
    std::string text(needed, '#');
    std::size_t again = 0;
    ok(scmp_config_to_json(ctx, config, d, text.data(), needed, &again), "scmp_config_to_json");
    check(again == needed && text.back() == 0 && std::strlen(text.c_str()) == needed - 1, "the size it said");
    text.pop_back();
    return text;
}

// What each circuit sees under a configuration: short streams, so that its scramble mode matters.
std::vector<Array> sequences(scmp_ctx *ctx, const scmp_config *config, std::int64_t d) {
    std::vector<Array> all;
    scmp_matmul_options options = defaults();
    options.config = config;
    options.sc_prec = scmp_config_sc_prec(config);
    options.mode = SCMP_MODE_UNIPOLAR; // which has a sc_prec of 1
    for (const std::int32_t length : {1 << options.sc_prec, std::max(1, (1 << options.sc_prec) / 4)})
        for (const scmp_side side : {SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT})
            for (std::int64_t i = 0; i < d; i++) {
                options.stoc_len = length;
                all.push_back(canary(SCMP_DTYPE_I16, {length}));
                const scmp_tensor view = all.back().view();
                ok(scmp_sequence(ctx, &options, side, i, &view), "scmp_sequence");
            }
    return all;
}

void same_config(scmp_ctx *ctx, const scmp_config *got, const scmp_config *want, std::int64_t d,
                 const std::string &what) {
    check(scmp_config_sc_prec(got) == scmp_config_sc_prec(want), what + ": sc_prec");
    const std::vector<Array> a = sequences(ctx, got, d), b = sequences(ctx, want, d);
    for (std::size_t i = 0; i < a.size(); i++) same(a[i], b[i], what + ", sequence " + std::to_string(i));
}

// --- Names, JSON and data -------------------------------------------------------------------------------------------

struct Preset {
    const char *name;
    int least = 1, most = SCMP_SC_PREC_MAX;
};
const std::vector<Preset> presets = {{"sobol_simple"},    {"sobol_antithetic"}, {"sobol_altseed"},
                                     {"lfsr_default", 2}, {"sobol_unbiased"},   {"sobol_tuned", 4}};

struct Tuned {
    std::vector<std::uint32_t> seeds;
    std::uint32_t start;
};
// docs/semantics.md, section 7.
const std::vector<Tuned> tuned = {{{1, 3, 3, 15}, 11},
                                  {{1, 3, 7, 11, 25}, 26},
                                  {{1, 3, 7, 9, 19, 39}, 52},
                                  {{1, 3, 5, 15, 27, 61, 69}, 108},
                                  {{1, 3, 7, 9, 19, 57, 115, 153}, 212},
                                  {{1, 3, 1, 15, 31, 9, 125, 231, 497}, 171},
                                  {{1, 1, 3, 7, 15, 29, 55, 223, 511, 895}, 711}};

// A preset written out by the words of Spec 3 and 7, as JSON for d inner indices.
json written_out(const std::string &name, int p, std::int64_t d) {
    json pool = {{{"type", "sobol"}, {"seed_type", "q"}}, {{"type", "sobol"}, {"seed_type", "k"}}};
    json left = {{"rng_id", 0}}, right = {{"rng_id", 1}}, config;
    std::vector<int> seeds, reversed;
    for (int i = 0; i < p; i++) {
        seeds.push_back((2 << i) - 1);
        reversed.push_back(p - 1 - i);
    }
    if (name == "sobol_antithetic") right["complement"] = true;
    if (name == "sobol_altseed") pool[1] = {{"type", "sobol"}, {"seed", seeds}};
    if (name == "sobol_unbiased") config["scramble_mode"] = "always_bitrev";
    if (name == "sobol_tuned") {
        const Tuned &of = tuned.at(std::size_t(p - 4));
        pool[1] = {{"type", "sobol"}, {"seed", of.seeds}, {"start", of.start}};
        config["scramble_mode"] = "off";
    }
    if (name == "lfsr_default") {
        pool = {{{"type", "lfsr"}, {"seed", p >= 7 ? 125 : 1}}};
        right = {{"rng_id", 0}, {"scramble", reversed}};
    }
    config["rng_pool"] = pool;
    config["sng"]["q"] = json(std::size_t(d), left);
    config["sng"]["k"] = json(std::size_t(d), right);
    return config;
}

// The same as data. Owns what the description points at.
struct Described {
    std::vector<scmp_generator> pool;
    std::vector<std::uint32_t> seeds;
    std::vector<std::int32_t> reversed;
    scmp_element left{}, right{};
    scmp_config_desc desc;

    Described(const std::string &name, int p) : pool(2) {
        for (int i = 0; i < p; i++) {
            seeds.push_back((2u << i) - 1);
            reversed.push_back(p - 1 - i);
        }
        for (scmp_generator &generator : pool) scmp_generator_init(&generator);
        pool[1].sobol_side = SCMP_SIDE_RIGHT;
        right.generator = 1;
        scmp_config_desc_init(&desc);
        if (name == "sobol_antithetic") right.complement = 1;
        if (name == "sobol_unbiased") desc.scramble = SCMP_SCRAMBLE_ALWAYS_BITREV;
        if (name == "sobol_tuned") {
            desc.scramble = SCMP_SCRAMBLE_OFF;
            seeds = tuned.at(std::size_t(p - 4)).seeds;
            pool[1].sobol_start = tuned.at(std::size_t(p - 4)).start;
        }
        if (name == "sobol_altseed" || name == "sobol_tuned") {
            pool[1].sobol_seeds = seeds.data();
            pool[1].sobol_seed_count = p;
        }
        if (name == "lfsr_default") {
            pool.resize(1);
            pool[0].type = SCMP_GENERATOR_LFSR;
            pool[0].seed = p >= 7 ? 125 : 1;
            right = {0, 0, reversed.data(), {}};
        }
        desc.sc_prec = p;
        desc.generators = pool.data();
        desc.generator_count = pool.size();
        desc.left = &left;
        desc.right = &right;
        desc.left_count = desc.right_count = 1;
        desc.uniform = 1;
    }
    Described(const Described &) = delete;
};

void names_are_listed() {
    check(scmp_config_name_count() == std::int32_t(presets.size()), "number of names");
    for (std::size_t i = 0; i < presets.size(); i++)
        check(std::string(scmp_config_name(std::int32_t(i))) == presets[i].name,
              std::string("name ") + presets[i].name);
    for (const std::int32_t bad : {-1, scmp_config_name_count()})
        check(std::string(scmp_config_name(bad)) == "unknown", "a name for a bad index");
}

void names_json_and_data_agree() {
    const Ctx ctx = context();
    const std::int64_t d = 11;
    for (const Preset &preset : presets)
        for (int p = preset.least; p <= preset.most; p++)
            within(std::string(preset.name) + " at sc_prec " + std::to_string(p), [&] {
                const Config by_name = named(ctx, preset.name, p);
                check(scmp_config_sc_prec(by_name) == p, "sc_prec");
                check(scmp_config_d_max(by_name) == std::numeric_limits<std::int64_t>::max(), "it serves any D");
                const Config by_json = from_json(ctx, written_out(preset.name, p, d).dump(), p);
                check(scmp_config_d_max(by_json) == d, "D of the JSON");
                same_config(ctx, by_json, by_name, d, "JSON");
                const Described data(preset.name, p);
                Config by_data;
                ok(scmp_config_create(ctx, &data.desc, by_data.out()), "scmp_config_create");
                check(scmp_config_d_max(by_data) == std::numeric_limits<std::int64_t>::max(),
                      "uniform data serve any D");
                same_config(ctx, by_data, by_name, d, "data");
            });
    // The default of every call is the first name.
    Random random("default");
    Product product;
    product.a = random_values(random, {5, 20});
    product.b = random_values(random, {4, 20});
    product.options.stoc_len = 50;
    const Result want = multiply(ctx, product);
    product.config_name = "sobol_simple";
    const Result got = multiply(ctx, product);
    same(got.sum, want.sum, "sobol_simple against no configuration");
}

void data_by_element_agree_with_json() {
    // Different elements at each inner index, every kind of generator, as data and as JSON.
    const Ctx ctx = context();
    const int p = 6;
    const std::vector<std::uint32_t> seeds = {1, 3, 5, 11, 25, 7};
    const std::vector<std::int32_t> taps = {5, 0}, swap = {5, 4, 3, 0, 1, 2};
    std::vector<scmp_generator> pool(4);
    for (scmp_generator &generator : pool) scmp_generator_init(&generator);
    pool[0].sobol_seeds = seeds.data();
    pool[0].sobol_seed_count = p;
    pool[0].sobol_start = 17;
    pool[1].type = SCMP_GENERATOR_LFSR;
    pool[1].seed = 33;
    pool[1].lfsr_taps = taps.data();
    pool[1].lfsr_tap_count = 2;
    pool[2].type = SCMP_GENERATOR_MT19937;
    pool[2].seed = 0xffffffffffffffffu;
    pool[3].sobol_side = SCMP_SIDE_RIGHT;
    const std::vector<scmp_element> left = {{0, 0, nullptr, {}}, {1, 1, nullptr, {}}, {2, 0, swap.data(), {}}};
    const std::vector<scmp_element> right = {
        {3, 1, swap.data(), {}}, {2, 0, nullptr, {}}, {1, 0, swap.data(), {}}, {0, 0, nullptr, {}}};
    scmp_config_desc desc;
    scmp_config_desc_init(&desc);
    desc.sc_prec = p;
    desc.generators = pool.data();
    desc.generator_count = pool.size();
    desc.left = left.data();
    desc.left_count = left.size();
    desc.right = right.data();
    desc.right_count = right.size();
    desc.scramble = SCMP_SCRAMBLE_COUNTER;
    Config by_data;
    ok(scmp_config_create(ctx, &desc, by_data.out()), "scmp_config_create");
    check(scmp_config_d_max(by_data) == 3, "the shorter list ends it");
    const std::string text = R"({
        "metadata": {"made": "by hand", "list": [1, null, {}]},
        "config": {
            "scramble_mode": "counter",
            "rng_pool": [
                {"type": "sobol", "seed": [1, 3, 5, 11, 25, 7], "start": 17, "seed_type": null},
                {"seed": 33, "taps": [5, 0]},
                {"type": "true_random", "seed": 18446744073709551615},
                {"type": "sobol", "seed_type": "k", "seed": null, "start": null}],
            "sng": {
                "q": [{"rng_id": 0}, {"rng_id": 1, "complement": true, "scramble": null},
                      {"rng_id": 2, "scramble": [5, 4, 3, 0, 1, 2], "complement": false}],
                "k": [{"rng_id": 3, "complement": true, "scramble": [5, 4, 3, 0, 1, 2]}, {"rng_id": 2},
                      {"rng_id": 1, "scramble": [5, 4, 3, 0, 1, 2]}, {"rng_id": 0}]}}})";
    const Config by_json = from_json(ctx, text, p);
    same_config(ctx, by_json, by_data, 3, "JSON against data");
    same_config(ctx, from_json(ctx, json::parse(text)["config"].dump(), p), by_data, 3, "the configuration itself");
    // Text ends where its length says.
    Config config;
    const std::string longer = text + "}}} no JSON";
    ok(scmp_config_create_json(ctx, longer.data(), text.size(), p, config.out()), "text that goes on");
    same_config(ctx, config, by_data, 3, "text that goes on");
}

void json_goes_around() {
    const Ctx ctx = context();
    for (const Preset &preset : presets) {
        const int p = std::min(preset.most, 8);
        const Config config = named(ctx, preset.name, p);
        const std::string text = to_json(ctx, config, 5);
        const Config back = from_json(ctx, text, p);
        check(scmp_config_d_max(back) == 5, "entries that were asked for");
        same_config(ctx, back, config, 5, preset.name);
        check(to_json(ctx, back, 5) == text, "the same text again");
    }
    for (int i = 0; i < 60; i++) {
        Random random("around " + std::to_string(i));
        within(random.text(), [&] {
            const int p = int(random.whole(1, 10));
            const Config config = from_json(ctx, random_config(random, p, 4), p);
            const Config back = from_json(ctx, to_json(ctx, config, 4), p);
            same_config(ctx, back, config, 4, "random configuration");
        });
    }
    // Too little room: nothing is written.
    const Config config = named(ctx, "sobol_simple", 8);
    std::size_t needed = 0;
    ok(scmp_config_to_json(ctx, config, 2, nullptr, 0, &needed), "scmp_config_to_json");
    std::string small(needed - 1, '#');
    std::size_t again = 0;
    fails(scmp_config_to_json(ctx, config, 2, small.data(), small.size(), &again), SCMP_ERROR_INVALID_ARGUMENT,
          {std::to_string(needed - 1), std::to_string(needed)}, "a buffer that is a byte too small");
    check(small == std::string(needed - 1, '#'), "the small buffer was written");
}

// --- The inserted zero state ----------------------------------------------------------------------------------------

std::vector<int> draws_of(scmp_ctx *ctx, const scmp_generator &generator, int p) {
    Array draws(SCMP_DTYPE_I32, {1 << p});
    const scmp_tensor view = draws.view();
    ok(scmp_generator_draws(ctx, &generator, p, &view), "scmp_generator_draws");
    std::vector<int> values;
    for (std::int64_t i = 0; i < draws.count(); i++) values.push_back(int(draws.get(i)));
    return values;
}

// With every maximal tap set and from every seed all 2^p numbers come once, in the order of the LFSR without the
// option, a 0 put in behind the 1.
void zero_state_makes_the_period_full() {
    const Ctx ctx = context();
    for (int p = 2; p <= 10; p++) {
        const std::int32_t sets = scmp_lfsr_tap_set_count(p);
        check(sets > 0, "no tap sets");
        for (std::int32_t set = 0; set < sets; set++) {
            std::int32_t taps[SCMP_SC_PREC_MAX], count = 0;
            ok(scmp_lfsr_tap_set(p, set, taps, &count), "scmp_lfsr_tap_set");
            scmp_generator generator;
            scmp_generator_init(&generator);
            generator.type = SCMP_GENERATOR_LFSR;
            generator.lfsr_taps = taps;
            generator.lfsr_tap_count = count;
            generator.seed = 1;
            std::vector<int> want = {1, 0}; // the cycle from 1 on
            const std::vector<int> plain = draws_of(ctx, generator, p);
            want.insert(want.end(), plain.begin() + 1, plain.end() - 1);
            check(std::set<int>(want.begin(), want.end()).size() == want.size(), "the cycle has a number twice");
            generator.lfsr_zero_state = 1;
            for (int seed = 0; seed < 1 << p; seed += p < 7 ? 1 : 37) {
                generator.seed = std::uint64_t(seed);
                const std::vector<int> got = draws_of(ctx, generator, p);
                std::vector<int> cycle = want;
                std::rotate(cycle.begin(), std::find(cycle.begin(), cycle.end(), seed), cycle.end());
                check(got == cycle, format("p = %d, tap set %d, seed %d", p, set, seed));
            }
        }
    }
}

// The formula of docs/model.md, for taps that are not maximal too; and it is part of what a generator is.
void zero_state_is_the_formula() {
    const Ctx ctx = context();
    for (int i = 0; i < 200; i++) {
        Random random("zero state " + std::to_string(i));
        within(random.text(), [&] {
            const int p = int(random.whole(1, 10));
            const auto mask = int(random.whole(1, (1 << p) - 1));
            std::vector<std::int32_t> taps;
            for (int bit = 0; bit < p; bit++)
                if ((mask >> bit & 1) != 0) taps.push_back(bit);
            int state = int(random.whole(0, (1 << p) - 1));
            scmp_generator generator;
            scmp_generator_init(&generator);
            generator.type = SCMP_GENERATOR_LFSR;
            generator.seed = std::uint64_t(state);
            generator.lfsr_taps = taps.data();
            generator.lfsr_tap_count = std::int32_t(taps.size());
            generator.lfsr_zero_state = 1;
            std::vector<int> want;
            for (int t = 0; t < 1 << p; t++) {
                want.push_back(state);
                int feedback = state >> 1 == 0 ? 1 : 0;
                for (const int tap : taps) feedback ^= state >> tap & 1;
                state = state >> 1 | feedback << (p - 1);
            }
            check(draws_of(ctx, generator, p) == want, format("p = %d, taps %d", p, mask));
        });
    }
    // Two generators that differ in nothing else are different, and their pairs of sequences are.
    const std::string text = R"({"rng_pool": [{"seed": 5}, {"seed": 5, "zero_state": true}], "sng": {
        "q": [{"rng_id": 0}, {"rng_id": 1}], "k": [{"rng_id": 0}, {"rng_id": 0}]}, "scramble_mode": "off"})";
    scmp_matmul_options options = defaults();
    options.sc_prec = 4;
    const Config config = from_json(ctx, text, 4);
    options.config = config;
    std::int32_t tables = 0;
    ok(scmp_table_index(ctx, &options, 2, nullptr, &tables), "scmp_table_index");
    check(tables == 2, "a generator with the option counts as one without");
    check(to_json(ctx, config, 2).find(R"("taps": [3, 0], "zero_state": true})") != std::string::npos,
          "no zero_state in " + to_json(ctx, config, 2));
    // False is the default, null is absent.
    for (const char *value : {"false", "null"})
        same_config(
            ctx,
            from_json(ctx,
                      R"({"rng_pool": [{"seed": 5, "zero_state": )" + std::string(value) +
                          R"(}], "sng": {"q": [{"rng_id": 0}], "k": [{"rng_id": 0}]}})",
                      4),
            from_json(ctx, R"({"rng_pool": [{"seed": 5}], "sng": {"q": [{"rng_id": 0}], "k": [{"rng_id": 0}]}})", 4), 1,
            value);
}

// --- Rules ----------------------------------------------------------------------------------------------------------

struct BadJson {
    const char *text;
    scmp_status status;
    std::vector<std::string> words;
};

// One element a side, and a pool of one.
#define WITH_GENERATOR(generator)                                                                                      \
    R"({"rng_pool": [)" generator R"(], "sng": {"q": [{"rng_id": 0}], "k": [{"rng_id": 0}]}})"
#define WITH_ELEMENT(element) R"({"rng_pool": [{"type": "sobol"}], "sng": {"q": [{"rng_id": 0}], "k": [)" element "]}}"

const std::vector<BadJson> bad_json = {
    {"", SCMP_ERROR_FORMAT, {}},
    {"{", SCMP_ERROR_FORMAT, {}},
    {"{\"rng_pool\": [}", SCMP_ERROR_FORMAT, {}},
    {"{} trailing", SCMP_ERROR_FORMAT, {}},
    {"\"\xff\"", SCMP_ERROR_FORMAT, {}},
    {"[1, 2]", SCMP_ERROR_INVALID_CONFIG, {}},
    {"17", SCMP_ERROR_INVALID_CONFIG, {}},
    {"{}", SCMP_ERROR_INVALID_CONFIG, {"rng_pool"}},
    {R"({"rng_pool": []})", SCMP_ERROR_INVALID_CONFIG, {"sng"}},
    {R"({"rng_pool": {}, "sng": {"q": [], "k": []}})", SCMP_ERROR_INVALID_CONFIG, {"rng_pool"}},
    {R"({"rng_pool": [{"type": "sobol"}], "sng": {"q": []}})", SCMP_ERROR_INVALID_CONFIG, {"k"}},
    {R"({"rng_pool": [{"type": "sobol"}], "sng": {"q": [], "k": [], "v": []}})", SCMP_ERROR_INVALID_CONFIG, {"v"}},
    {R"({"rng_pool": [{"type": "sobol"}], "sng": {"q": [], "k": []}, "extra": 1})",
     SCMP_ERROR_INVALID_CONFIG,
     {"extra"}},
    {R"({"rng_pool": [{"type": "sobol"}], "sng": {"q": [], "k": []}, "scramble_mode": "sideways"})",
     SCMP_ERROR_INVALID_CONFIG,
     {"scramble_mode"}},
    {WITH_GENERATOR(R"({"type": "halton"})"), SCMP_ERROR_INVALID_CONFIG, {"rng_pool[0]", "sobol", "lfsr"}},
    {WITH_GENERATOR(R"({"type": 3})"), SCMP_ERROR_INVALID_CONFIG, {"type"}},
    {WITH_GENERATOR("7"), SCMP_ERROR_INVALID_CONFIG, {"rng_pool"}},
    {WITH_GENERATOR(R"({"type": "sobol", "colour": 1})"), SCMP_ERROR_INVALID_CONFIG, {"colour"}},
    {WITH_GENERATOR(R"({"type": "sobol", "seed_type": "x"})"), SCMP_ERROR_INVALID_CONFIG, {"rng_pool[0].seed_type"}},
    {WITH_GENERATOR(R"({"type": "sobol", "seed": [1, 3, 6, 1]})"), SCMP_ERROR_INVALID_CONFIG, {"6"}},
    {WITH_GENERATOR(R"({"type": "sobol", "seed": [1, 3, 9, 1]})"), SCMP_ERROR_INVALID_CONFIG, {"9"}},
    {WITH_GENERATOR(R"({"type": "sobol", "seed": [3, 3, 1, 1]})"), SCMP_ERROR_INVALID_CONFIG, {"3"}},
    {WITH_GENERATOR(R"({"type": "sobol", "seed": [1, 3, 5]})"), SCMP_ERROR_INVALID_CONFIG, {"3", "4"}},
    {WITH_GENERATOR(R"({"type": "sobol", "seed": 5})"), SCMP_ERROR_INVALID_CONFIG, {"seed"}},
    {WITH_GENERATOR(R"({"type": "sobol", "start": 16})"), SCMP_ERROR_INVALID_CONFIG, {"16"}},
    {WITH_GENERATOR(R"({"type": "sobol", "start": -1})"), SCMP_ERROR_INVALID_CONFIG, {"start"}},
    {WITH_GENERATOR(R"({"type": "lfsr"})"), SCMP_ERROR_INVALID_CONFIG, {"seed"}},
    {WITH_GENERATOR(R"({"type": "lfsr", "seed": 0})"), SCMP_ERROR_INVALID_CONFIG, {"seed", "0"}},
    {WITH_GENERATOR(R"({"type": "lfsr", "seed": 16})"), SCMP_ERROR_INVALID_CONFIG, {"16", "15"}},
    {WITH_GENERATOR(R"({"type": "lfsr", "seed": 0, "zero_state": false})"), SCMP_ERROR_INVALID_CONFIG, {"1 .. 15"}},
    {WITH_GENERATOR(R"({"type": "lfsr", "seed": 16, "zero_state": true})"), SCMP_ERROR_INVALID_CONFIG, {"0 .. 15"}},
    {WITH_GENERATOR(R"({"type": "lfsr", "seed": -1, "zero_state": true})"), SCMP_ERROR_INVALID_CONFIG, {"-1"}},
    {WITH_GENERATOR(R"({"type": "lfsr", "seed": 1, "zero_state": 1})"),
     SCMP_ERROR_INVALID_CONFIG,
     {"rng_pool[0].zero_state", "true or false"}},
    {WITH_GENERATOR(R"({"type": "sobol", "zero_state": false})"), SCMP_ERROR_INVALID_CONFIG, {"zero_state", "sobol"}},
    {WITH_GENERATOR(R"({"type": "true_random", "seed": 1, "zero_state": true})"),
     SCMP_ERROR_INVALID_CONFIG,
     {"zero_state", "true_random"}},
    {WITH_GENERATOR(R"({"type": "lfsr", "seed": 1.5})"), SCMP_ERROR_INVALID_CONFIG, {"seed"}},
    {WITH_GENERATOR(R"({"type": "lfsr", "seed": 1, "taps": [4, 0]})"), SCMP_ERROR_INVALID_CONFIG, {"4"}},
    {WITH_GENERATOR(R"({"type": "lfsr", "seed": 1, "taps": [3, -1]})"), SCMP_ERROR_INVALID_CONFIG, {"-1"}},
    {WITH_GENERATOR(R"({"type": "lfsr", "seed": 1, "taps": [3, 0, 3]})"), SCMP_ERROR_INVALID_CONFIG, {"3"}},
    {WITH_GENERATOR(R"({"type": "true_random", "seed": 18446744073709551616})"), SCMP_ERROR_INVALID_CONFIG, {"seed"}},
    {WITH_GENERATOR(R"({"type": "true_random"})"), SCMP_ERROR_INVALID_CONFIG, {"seed"}},
    {WITH_ELEMENT("{}"), SCMP_ERROR_INVALID_CONFIG, {"rng_id"}},
    {WITH_ELEMENT("4"), SCMP_ERROR_INVALID_CONFIG, {"k"}},
    {WITH_ELEMENT(R"({"rng_id": 1})"), SCMP_ERROR_INVALID_CONFIG, {"1"}},
    {WITH_ELEMENT(R"({"rng_id": -1})"), SCMP_ERROR_INVALID_CONFIG, {"rng_id"}},
    {WITH_ELEMENT(R"({"rng_id": "0"})"), SCMP_ERROR_INVALID_CONFIG, {"rng_id"}},
    {WITH_ELEMENT(R"({"rng_id": 0, "mirror": true})"), SCMP_ERROR_INVALID_CONFIG, {"mirror"}},
    {WITH_ELEMENT(R"({"rng_id": 0, "scramble": [0, 1, 2]})"), SCMP_ERROR_INVALID_CONFIG, {"3", "4"}},
    {WITH_ELEMENT(R"({"rng_id": 0, "scramble": [0, 1, 2, 2]})"), SCMP_ERROR_INVALID_CONFIG, {"2"}},
    {WITH_ELEMENT(R"({"rng_id": 0, "scramble": [0, 1, 2, 4]})"), SCMP_ERROR_INVALID_CONFIG, {"4"}},
    {WITH_ELEMENT(R"({"rng_id": 0, "complement": "yes"})"), SCMP_ERROR_INVALID_CONFIG, {"complement"}},
};

void bad_json_is_refused() {
    const Ctx ctx = context();
    scmp_config *const sentinel = reinterpret_cast<scmp_config *>(std::uintptr_t(0x10));
    for (const BadJson &bad : bad_json) {
        scmp_config *config = sentinel;
        fails(scmp_config_create_json(ctx, bad.text, std::strlen(bad.text), 4, &config), bad.status, bad.words,
              std::string("JSON ") + bad.text);
        check(config == sentinel, "the handle changed after an error");
    }
    // Deep nesting neither overflows a stack nor takes long.
    for (const char *bracket : {"[", "{\"a\":"}) {
        std::string deep;
        for (int i = 0; i < 100000; i++) deep += bracket;
        scmp_config *config = sentinel;
        fails(scmp_config_create_json(ctx, deep.data(), deep.size(), 4, &config), SCMP_ERROR_FORMAT, {}, "deep JSON");
    }
}

void entries_must_last() {
    const Ctx ctx = context();
    Random random("entries");
    Product product;
    product.a = random_values(random, {2, 5});
    product.b = random_values(random, {3, 5});
    product.config_json = written_out("sobol_simple", 8, 4).dump();
    Array y = canary(SCMP_DTYPE_F32, {2, 3});
    const scmp_tensor a = product.a.view(), b = product.b.view(), out = y.view();
    Resolved resolved(ctx, product);
    const auto words = std::vector<std::string>{"4", "5"};
    fails(scmp_matmul(ctx, &a, &b, resolved.get(), nullptr, &out), SCMP_ERROR_INVALID_CONFIG, words,
          "4 entries for D = 5");
    untouched(y, "y");
    scmp_packed *packed = nullptr;
    fails(scmp_packed_create(ctx, &b, resolved.get(), &packed), SCMP_ERROR_INVALID_CONFIG, words, "packing");
    // Chunks need as many as a chunk has.
    resolved->chunk_d = 4;
    ok(scmp_matmul(ctx, &a, &b, resolved.get(), nullptr, &out), "chunks of 4");
    resolved->chunk_d = 5;
    fails(scmp_matmul(ctx, &a, &b, resolved.get(), nullptr, &out), SCMP_ERROR_INVALID_CONFIG, words, "one chunk of 5");
}

void the_calls_scramble_wins() {
    const Ctx ctx = context();
    for (const auto mode : {SCMP_SCRAMBLE_BITREV, SCMP_SCRAMBLE_COUNTER, SCMP_SCRAMBLE_OFF, SCMP_SCRAMBLE_ALWAYS_BITREV,
                            SCMP_SCRAMBLE_ALWAYS_COUNTER}) {
        json text = written_out("sobol_simple", 8, 30);
        text["scramble_mode"] = scmp_scramble_name(mode);
        Random random("scramble");
        Product product;
        product.a = random_values(random, {4, 30});
        product.b = random_values(random, {3, 30});
        product.options.stoc_len = 80;
        scmp_report report;
        scmp_report_init(&report);
        product.options.scramble = mode;
        const Result want = multiply(ctx, product, &report);
        check(report.scramble == mode, "the report's scramble is not the call's");
        product.options.scramble = SCMP_SCRAMBLE_NOT_GIVEN;
        product.config_json = text.dump();
        same(multiply(ctx, product, &report).sum, want.sum, "the configuration's mode");
        check(report.scramble == mode, "the report's scramble is not the configuration's");
        product.options.scramble = SCMP_SCRAMBLE_COUNTER;
        multiply(ctx, product, &report);
        check(report.scramble == SCMP_SCRAMBLE_COUNTER, "the configuration's scramble won");
    }
}

// --- Caches ---------------------------------------------------------------------------------------------------------

Ctx with_cache(std::uint64_t bytes) {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.backend = SCMP_BACKEND_CPU;
    options.threads = 1;
    options.cache_bytes = bytes;
    Ctx ctx;
    ok(scmp_ctx_create(&options, ctx.out()), "scmp_ctx_create");
    return ctx;
}

void equal_calls_share_tables() {
    const Ctx ctx = with_cache(256 << 20);
    check(scmp_ctx_cache_misses(ctx) == 0 && scmp_ctx_cache_bytes(ctx) == 0, "a new context has a cache");
    Random random("misses");
    Product product;
    product.a = random_values(random, {4, 30});
    product.b = random_values(random, {3, 30});
    product.options.stoc_len = 80;
    const Result first = multiply(ctx, product);
    check(scmp_ctx_cache_misses(ctx) == 1, "misses after one call");
    check(scmp_ctx_cache_bytes(ctx) > 0, "nothing is kept");
    same(multiply(ctx, product).sum, first.sum, "the second call");
    check(scmp_ctx_cache_misses(ctx) == 1, "misses after two equal calls");
    // Everything that changes a table makes another.
    const std::vector<std::pair<const char *, void (*)(scmp_matmul_options &)>> changes = {
        {"stoc_len", [](scmp_matmul_options &o) { o.stoc_len = 81; }},
        {"rng_levels", [](scmp_matmul_options &o) { o.rng_levels = 200; }},
        {"scramble", [](scmp_matmul_options &o) { o.scramble = SCMP_SCRAMBLE_COUNTER; }},
        {"scramble off", [](scmp_matmul_options &o) { o.scramble = SCMP_SCRAMBLE_OFF; }},
        {"sc_prec", [](scmp_matmul_options &o) { o.sc_prec = 7; }},
        {"mode", [](scmp_matmul_options &o) { o.mode = SCMP_MODE_UNIPOLAR; }},
    };
    for (const auto &[what, change] : changes) {
        Product other = product;
        change(other.options);
        const Ctx fresh = with_cache(256 << 20);
        same(multiply(ctx, other).sum, multiply(fresh, other).sum, std::string("after another ") + what);
        same(multiply(ctx, product).sum, first.sum, "and back");
    }
    scmp_ctx_clear_cache(ctx);
    check(scmp_ctx_cache_bytes(ctx) == 0, "a cleared cache holds bytes");
    const std::uint64_t misses = scmp_ctx_cache_misses(ctx);
    same(multiply(ctx, product).sum, first.sum, "after clearing");
    check(scmp_ctx_cache_misses(ctx) == misses + 1, "misses after clearing");
}

void limits_change_nothing() {
    const Ctx unlimited = with_cache(std::uint64_t(1) << 40);
    for (const std::uint64_t bytes : {std::uint64_t(0), std::uint64_t(1000), std::uint64_t(100000)}) {
        const Ctx limited = with_cache(bytes);
        for (int i = 0; i < 150; i++) {
            Random random("limit " + std::to_string(i));
            const Product product = random_product(random);
            within(product.text(), [&] {
                const Result want = multiply(unlimited, product), got = multiply(limited, product);
                same(got.sum, want.sum, "sum with a limit of " + std::to_string(bytes));
                same(got.y, want.y, "y with a limit of " + std::to_string(bytes));
                check(scmp_ctx_cache_bytes(limited) <= bytes,
                      std::to_string(scmp_ctx_cache_bytes(limited)) + " bytes are kept, more than the limit");
            });
        }
    }
}

void configurations_come_and_go() {
    // A new configuration may have the address of one that is gone: tables must not be mistaken for its.
    const Ctx ctx = with_cache(256 << 20);
    Random random("come and go");
    Product product;
    product.a = random_values(random, {6, 12});
    product.b = random_values(random, {5, 12});
    for (int i = 0; i < 40; i++) {
        product.config_json = random_config(random, 8, 12);
        const Ctx fresh = with_cache(0);
        const Result want = multiply(fresh, product);
        same(multiply(ctx, product).sum, want.sum, "configuration " + std::to_string(i));
        same(multiply(ctx, product).sum, want.sum, "configuration " + std::to_string(i) + " again");
    }
}

void destroyed_configurations_serve_packed_operands() {
    const Ctx ctx = context();
    Random random("packed lives");
    Product product;
    product.a = random_values(random, {6, 12});
    product.b = random_values(random, {5, 12});
    product.config_json = random_config(random, 8, 12);
    const Result want = multiply(ctx, product);
    Packed packed;
    const scmp_tensor a = product.a.view(), b = product.b.view();
    {
        const Resolved resolved(ctx, product);
        ok(scmp_packed_create(ctx, &b, resolved.get(), packed.out()), "scmp_packed_create");
    }
    scmp_ctx_clear_cache(ctx);
    for (int i = 0; i < 3; i++) {
        Array y = canary(SCMP_DTYPE_F32, want.y.shape);
        const scmp_tensor out = y.view();
        ok(scmp_matmul_packed(ctx, &a, packed, nullptr, &out), "scmp_matmul_packed");
        same(y, want.y, "y after the configuration is gone");
    }
}

void tables_are_shared() {
    const Ctx ctx = context();
    const auto tables = [&](const Product &product, std::int64_t d) {
        Resolved resolved(ctx, product);
        Array index = canary(SCMP_DTYPE_I32, {d});
        const scmp_tensor view = index.view();
        std::int32_t number = -1;
        ok(scmp_table_index(ctx, resolved.get(), d, &view, &number), "scmp_table_index");
        // Inner indices have the same table exactly where their tables are equal.
        std::vector<Array> full;
        for (std::int64_t i = 0; i < std::min<std::int64_t>(d, 24); i++) {
            Array table = canary(SCMP_DTYPE_I16, {5, 5});
            const Array points(SCMP_DTYPE_I16, {5}, {0, 1, 3, 7, 8});
            const scmp_tensor out = table.view(), at = points.view();
            ok(scmp_count_table(ctx, resolved.get(), i, &at, &at, &out), "scmp_count_table");
            full.push_back(table);
            check(index.whole(i) >= 0 && index.whole(i) < number, "an index beyond the number of tables");
            for (std::int64_t j = 0; j < i; j++)
                if (index.whole(i) == index.whole(j))
                    same(full[std::size_t(i)], full[std::size_t(j)], "tables with one index");
        }
        return number;
    };
    Product product;
    product.options.sc_prec = 4;
    check(tables(product, 100) == 1, "a full stream on the full grid has more than one table");
    product.options.stoc_len = 8;
    check(tables(product, 100) == 16, "under scramble there are 2^p tables");
    check(tables(product, 5) == 5, "or as many as inner indices");
    product.options.scramble = SCMP_SCRAMBLE_OFF;
    check(tables(product, 100) == 1, "without scramble there is one");
    product.options.scramble = SCMP_SCRAMBLE_NOT_GIVEN;
    Random random("tables");
    product.config_json = random_config(random, 4, 24);
    check(tables(product, 24) <= 24, "tables of a configuration");
}

} // namespace

int main(int argc, char **argv) {
    return run("config",
               {
                   {"names are listed", names_are_listed},
                   {"names, JSON and data agree", names_json_and_data_agree},
                   {"data by element agree with JSON", data_by_element_agree_with_json},
                   {"JSON goes around", json_goes_around},
                   {"the zero state makes the period full", zero_state_makes_the_period_full},
                   {"the zero state is the formula", zero_state_is_the_formula},
                   {"bad JSON is refused", bad_json_is_refused},
                   {"entries must last for D", entries_must_last},
                   {"the call's scramble mode wins", the_calls_scramble_wins},
                   {"equal calls share tables", equal_calls_share_tables},
                   {"cache limits change no result", limits_change_nothing},
                   {"configurations come and go", configurations_come_and_go},
                   {"packed operands outlive their configuration", destroyed_configurations_serve_packed_operands},
                   {"inner indices share tables", tables_are_shared},
               },
               argc, argv);
}
