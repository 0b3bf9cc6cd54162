// Generators that repeat before their type must are told of, once; all others are not. Taps of data books are
// converted.
#include <algorithm>
#include <set>

#include "scmp/scmp_model.h"
#include "support/handles.h"
#include "support/product.h"
#include "support/test.h"

using namespace test;

namespace {

// A context whose warnings are kept.
struct Warned {
    std::vector<std::string> lines;
    Ctx ctx;

    explicit Warned(scmp_log_level level = SCMP_LOG_WARNING) {
        scmp_ctx_options options;
        scmp_ctx_options_init(&options);
        options.backend = SCMP_BACKEND_CPU;
        options.threads = 1;
        options.log_level = level;
        options.log_user = this;
        options.log = [](void *self, scmp_log_level of, const char *line) {
            if (of == SCMP_LOG_WARNING) static_cast<Warned *>(self)->lines.emplace_back(line);
        };
        ok(scmp_ctx_create(&options, ctx.out()), "scmp_ctx_create");
    }
    Warned(const Warned &) = delete;
    Warned &operator=(const Warned &) = delete;
};

struct Lfsr {
    std::vector<std::int32_t> taps;
    std::uint64_t seed = 1;
    bool zero_state = false;
    scmp_generator generator{};

    const scmp_generator &get() {
        scmp_generator_init(&generator);
        generator.type = SCMP_GENERATOR_LFSR;
        generator.seed = seed;
        generator.lfsr_taps = taps.empty() ? nullptr : taps.data();
        generator.lfsr_tap_count = std::int32_t(taps.size());
        generator.lfsr_zero_state = zero_state ? 1 : 0;
        return generator;
    }
};

// One pool for every inner index; the generators named are in use, the first on the left, the last on the right.
scmp_status create(scmp_ctx *ctx, const std::vector<scmp_generator> &pool, int sc_prec, scmp_config **out,
                   std::vector<std::int32_t> used = {}) {
    if (used.empty()) used = {0, std::int32_t(pool.size()) - 1};
    scmp_element left{}, right{};
    left.generator = used.front();
    right.generator = used.back();
    scmp_config_desc desc;
    scmp_config_desc_init(&desc);
    desc.sc_prec = sc_prec;
    desc.generators = pool.data();
    desc.generator_count = pool.size();
    desc.left = &left;
    desc.right = &right;
    desc.left_count = desc.right_count = 1;
    desc.uniform = 1;
    return scmp_config_create(ctx, &desc, out);
}

std::string warning_of(scmp_ctx *ctx, Lfsr lfsr, int sc_prec) {
    Config config;
    ok(create(ctx, {lfsr.get()}, sc_prec, config.out()), "scmp_config_create");
    return scmp_config_warning(config);
}

// The draws of a full stream by the formula of Spec 3 and Model 5.
std::vector<int> draws_of(const Lfsr &lfsr, int sc_prec) {
    std::vector<int> draws;
    int state = int(lfsr.seed);
    for (int t = 0; t < 1 << sc_prec; t++) {
        draws.push_back(state);
        int feedback = lfsr.zero_state && state >> 1 == 0 ? 1 : 0;
        for (const std::int32_t tap : lfsr.taps) feedback ^= state >> tap & 1;
        state = state >> 1 | feedback << (sc_prec - 1);
    }
    return draws;
}

// Every tap set, seed and zero state of small widths: a warning exactly where the draws say so, with the numbers.
void warnings_are_the_early_repetitions() {
    const Ctx ctx = context();
    int told = 0, silent = 0;
    for (const int p : {1, 2, 3, 4, 5})
        for (int mask = 1; mask < 1 << p; mask++)
            for (const bool zero_state : {false, true})
                for (int seed = zero_state ? 0 : 1; seed < 1 << p; seed++) {
                    Lfsr lfsr{{}, std::uint64_t(seed), zero_state};
                    for (int bit = 0; bit < p; bit++)
                        if ((mask >> bit & 1) != 0) lfsr.taps.push_back(bit);
                    const std::vector<int> draws = draws_of(lfsr, p);
                    std::size_t different = 0;
                    std::set<int> seen;
                    while (different < draws.size() && seen.insert(draws[different]).second) different++;
                    const std::size_t most = (std::size_t(1) << p) - (zero_state ? 0 : 1);
                    const std::string got = warning_of(ctx, lfsr, p);
                    const std::string where =
                        format("p %d, taps %x, seed %d, zero state %d: ", p, mask, seed, zero_state);
                    if (different >= most) {
                        check(got.empty(), where + got);
                        silent++;
                        continue;
                    }
                    const auto first = std::find(draws.begin(), draws.end(), draws[different]) - draws.begin();
                    const std::string want =
                        format("repeats after %zu draws (period %zu", different, different - std::size_t(first));
                    check(got.find(want) != std::string::npos, where + got + ", not " + want);
                    check(got.find(format("of %d bits after %zu", p, most)) != std::string::npos, where + got);
                    check((got.find("bit 0") != std::string::npos) == ((mask & 1) == 0), where + got);
                    told++;
                }
    check(told > 1000 && silent > 400, format("%d with a warning, %d without", told, silent));
}

void maximal_taps_are_silent() {
    const Ctx ctx = context();
    for (int p = 2; p <= 10; p++)
        for (std::int32_t set = 0; set < scmp_lfsr_tap_set_count(p); set++)
            for (const bool zero_state : {false, true}) {
                Lfsr lfsr{std::vector<std::int32_t>(std::size_t(p)), 1, zero_state};
                std::int32_t count = 0;
                ok(scmp_lfsr_tap_set(p, set, lfsr.taps.data(), &count), "scmp_lfsr_tap_set");
                lfsr.taps.resize(std::size_t(count));
                check(warning_of(ctx, lfsr, p).empty(), format("maximal taps %d of width %d", set, p));
            }
    for (std::int32_t i = 0; i < scmp_config_name_count(); i++) {
        Config config;
        ok(scmp_config_create_named(ctx, scmp_config_name(i), 8, config.out()), scmp_config_name(i));
        check(scmp_config_warning(config)[0] == 0, scmp_config_name(i));
    }
    check(scmp_config_warning(nullptr)[0] == 0, "no configuration");
}

// Odd seeds always give a permutation, true_random may repeat: neither is told of.
void other_generators_are_silent() {
    const Ctx ctx = context();
    Random random("sobol seeds");
    for (int i = 0; i < 300; i++) {
        const int p = int(random.whole(1, 10));
        std::vector<std::uint32_t> seeds;
        for (int bit = 0; bit < p; bit++) seeds.push_back(std::uint32_t(random.whole(0, (1 << bit) - 1)) * 2 + 1);
        scmp_generator sobol, twister;
        scmp_generator_init(&sobol);
        sobol.sobol_seeds = seeds.data();
        sobol.sobol_seed_count = p;
        sobol.sobol_start = std::uint32_t(random.whole(0, (1 << p) - 1));
        scmp_generator_init(&twister);
        twister.type = SCMP_GENERATOR_MT19937;
        twister.seed = std::uint64_t(i);
        Array draws = canary(SCMP_DTYPE_I16, {1 << p});
        const scmp_tensor view = draws.view();
        ok(scmp_generator_draws(ctx, &sobol, p, &view), "scmp_generator_draws");
        std::set<std::int64_t> seen;
        for (std::int64_t t = 0; t < draws.count(); t++) seen.insert(draws.whole(t));
        check(seen.size() == std::size_t(1) << p, "a Sobol sequence has a number twice");
        Config config;
        ok(create(ctx, {sobol, twister}, p, config.out()), "scmp_config_create");
        check(scmp_config_warning(config)[0] == 0, scmp_config_warning(config));
    }
}

void the_sentence_names_the_generator() {
    Warned warned;
    Lfsr good{{}, 9}, stuck{{1}, 5}, short_cycle{{7, 0}, 3}, unused{{2}, 1};
    const std::vector<scmp_generator> pool = {good.get(), stuck.get(), unused.get(), short_cycle.get()};
    Config config;
    ok(create(warned.ctx, pool, 8, config.out(), {1, 3}), "scmp_config_create");
    const std::string want =
        "generators[1], an LFSR with taps 1 and seed 5, repeats after 8 draws (period 7 from draw 1 "
        "on), maximal taps of 8 bits after 255; bit 0, which is shifted out, is not tapped; 1 more of "
        "the generators repeat early";
    check(scmp_config_warning(config) == want, scmp_config_warning(config));
    check(warned.lines == std::vector<std::string>{want}, "the log's lines");
    Config last;
    ok(create(warned.ctx, pool, 8, last.out(), {0, 3}), "scmp_config_create");
    check(scmp_config_warning(last) ==
              std::string("generators[3], an LFSR with taps 7,0 and seed 3, repeats after 63 draws "
                          "(period 63), maximal taps of 8 bits after 255"),
          scmp_config_warning(last));
    Config none;
    ok(create(warned.ctx, pool, 8, none.out(), {0, 0}), "scmp_config_create");
    check(scmp_config_warning(none)[0] == 0, "generators that no element uses");
    const std::string json = R"({"rng_pool": [{"type": "lfsr", "seed": 0, "taps": [0], "zero_state": true}],)"
                             R"( "sng": {"q": [{"rng_id": 0}], "k": [{"rng_id": 0}]}})";
    Config from_json;
    ok(scmp_config_create_json(warned.ctx, json.data(), json.size(), 4, from_json.out()), "JSON");
    check(
        std::string(scmp_config_warning(from_json)).starts_with("rng_pool[0], an LFSR with zero state with taps 0 and"),
        scmp_config_warning(from_json));
    const std::string beyond =
        R"({"rng_pool": [{"type": "lfsr", "seed": 1}, {"type": "lfsr", "seed": 1, "taps": [0]}],)"
        R"( "sng": {"q": [{"rng_id": 0}, {"rng_id": 1}], "k": [{"rng_id": 0}]}})";
    Config longer;
    ok(scmp_config_create_json(warned.ctx, beyond.data(), beyond.size(), 4, longer.out()), "JSON");
    check(scmp_config_warning(longer)[0] == 0, "a generator of entries that the other side lacks");
}

// --- How often ------------------------------------------------------------------------------------------------------

void a_configuration_is_told_of_once_by_each_context() {
    Warned first, second, verbose(SCMP_LOG_DEBUG);
    const Ctx silent = context();
    Random random("warnings");
    const Array a = random_values(random, {2, 3}), b = random_values(random, {4, 3});
    const Array y = canary(SCMP_DTYPE_F32, {2, 4}), numbers = canary(SCMP_DTYPE_I32, {256});
    const scmp_tensor va = a.view(), vb = b.view(), out = y.view(), sequence = numbers.view();
    Lfsr bad{{1}, 5};
    Config config;
    ok(create(silent, {bad.get()}, 8, config.out()), "a context without a log");
    scmp_matmul_options options = defaults();
    options.config = config;
    const auto use = [&](scmp_ctx *ctx) {
        for (int i = 0; i < 3; i++) ok(scmp_matmul(ctx, &va, &vb, &options, nullptr, &out), "scmp_matmul");
        Packed packed;
        ok(scmp_packed_create(ctx, &vb, &options, packed.out()), "scmp_packed_create");
        ok(scmp_sequence(ctx, &options, SCMP_SIDE_LEFT, 0, &sequence), "scmp_sequence");
    };
    use(silent);
    use(first.ctx);
    check(first.lines.size() == 1, format("%zu lines of a context that uses it", first.lines.size()));
    use(second.ctx);
    use(verbose.ctx);
    check(second.lines.size() == 1 && verbose.lines.size() == 1, "lines of other contexts");
    // The same again, made for every call, is the same; another one is another.
    for (int i = 0; i < 100; i++) {
        Config again;
        ok(create(first.ctx, {bad.get()}, 8, again.out()), "the same again");
    }
    check(first.lines.size() == 1, "the same configuration is told of again");
    Lfsr other{{1}, 6};
    Config another;
    for (int i = 0; i < 2; i++) ok(create(first.ctx, {other.get()}, 8, another.out()), "another one");
    check(first.lines.size() == 2, "another configuration is told of once");
    // Good ones are silent.
    Lfsr maximal;
    maximal.seed = 7;
    Config good;
    ok(create(first.ctx, {maximal.get()}, 8, good.out()), "default taps");
    options.config = good;
    use(first.ctx);
    options.config = nullptr;
    use(first.ctx);
    check(first.lines.size() == 2, "a warning of nothing");
}

void draws_of_one_generator_are_told_of() {
    Warned warned;
    Lfsr bad{{1}, 5}, good{{}, 5};
    const Array draws = canary(SCMP_DTYPE_I16, {16});
    const scmp_tensor out = draws.view();
    ok(scmp_generator_draws(warned.ctx, &good.get(), 8, &out), "scmp_generator_draws");
    check(warned.lines.empty(), "default taps");
    ok(scmp_generator_draws(warned.ctx, &bad.get(), 8, &out), "scmp_generator_draws");
    check(warned.lines.size() == 1 && warned.lines[0].find("repeats after 8 draws") != std::string::npos, "the log");
}

// --- Taps of data books ---------------------------------------------------------------------------------------------

// XAPP 052's taps for these widths (and of width 10: x^10 + x^7 + 1).
const std::vector<std::vector<std::int32_t>> one_based = {{2, 1}, {3, 2},       {4, 3}, {5, 3}, {6, 5},
                                                          {7, 6}, {8, 6, 5, 4}, {9, 5}, {10, 7}};

void one_based_taps_are_converted() {
    const Ctx ctx = context();
    for (const std::vector<std::int32_t> &given : one_based) {
        const int p = given[0];
        Lfsr lfsr{given, 1}, ours{{}, 1};
        std::string list;
        for (const std::int32_t tap : given) {
            ours.taps.push_back(p - tap);
            list += format(list.empty() ? "%d" : ",%d", p - tap);
        }
        scmp_config *none = nullptr;
        fails(create(ctx, {lfsr.get()}, p, &none), SCMP_ERROR_INVALID_CONFIG,
              {format("lfsr_taps[0] = %d is outside 0 .. %d", p, p - 1), "counted from 1 of a left-shifting register",
               format("are %d - t here, %s;", p, list.c_str()), "XNOR", "complement"},
              format("width %d", p));
        // What the sentence says to write is maximal.
        check(warning_of(ctx, ours, p).empty(), format("width %d: %s repeats early", p, list.c_str()));
        std::string in_json;
        for (const std::int32_t tap : given) in_json += format(in_json.empty() ? "%d" : ", %d", tap);
        const std::string json = R"({"rng_pool": [{"type": "lfsr", "seed": 1, "taps": [)" + in_json +
                                 R"(]}], "sng": {"q": [{"rng_id": 0}], "k": [{"rng_id": 0}]}})";
        fails(scmp_config_create_json(ctx, json.data(), json.size(), p, &none), SCMP_ERROR_INVALID_CONFIG,
              {"rng_pool[0].taps[0]", format("here, %s;", list.c_str())}, json);
    }
}

// The data book's register, bit t of which is worth 2^(t-1): its numbers are ours with the bits in reverse order, and
// with XNOR feedback the complement of those.
void converted_taps_are_the_same_register() {
    for (const std::vector<std::int32_t> &given : one_based)
        for (const bool xnor : {false, true}) {
            const int p = given[0], ones = (1 << p) - 1;
            const auto reversed = [&](int value) {
                int out = 0;
                for (int bit = 0; bit < p; bit++) out |= (value >> bit & 1) << (p - 1 - bit);
                return out;
            };
            Lfsr ours{{}, std::uint64_t(reversed(xnor ? ones ^ 2 : 2))};
            for (const std::int32_t tap : given) ours.taps.push_back(p - tap);
            int state = 2;
            for (const int draw : draws_of(ours, p)) {
                check((xnor ? ones ^ state : state) == reversed(draw), format("width %d, xnor %d", p, xnor));
                int feedback = xnor ? 1 : 0;
                for (const std::int32_t tap : given) feedback ^= state >> (tap - 1) & 1;
                state = (state << 1 | feedback) & ones;
            }
        }
}

void other_taps_out_of_range_are_not_converted() {
    const Ctx ctx = context();
    for (const std::vector<std::int32_t> &taps : {std::vector<std::int32_t>{9, 5}, {8, 0}, {-1}, {8, 6, -5}, {100}}) {
        Lfsr lfsr{taps, 1};
        scmp_config *none = nullptr;
        fails(create(ctx, {lfsr.get()}, 8, &none), SCMP_ERROR_INVALID_CONFIG, {"is outside 0 .. 7"}, "taps");
        check(std::string(scmp_last_error()).find("counted") == std::string::npos, scmp_last_error());
    }
}

} // namespace

int main(int argc, char **argv) {
    return run("period",
               {
                   {"warnings are the early repetitions", warnings_are_the_early_repetitions},
                   {"maximal taps are silent", maximal_taps_are_silent},
                   {"other generators are silent", other_generators_are_silent},
                   {"the sentence names the generator", the_sentence_names_the_generator},
                   {"a configuration is told of once", a_configuration_is_told_of_once_by_each_context},
                   {"draws of one generator are told of", draws_of_one_generator_are_told_of},
                   {"one-based taps are converted", one_based_taps_are_converted},
                   {"converted taps are the same register", converted_taps_are_the_same_register},
                   {"other taps out of range are not converted", other_taps_out_of_range_are_not_converted},
               },
               argc, argv);
}
