// Other accumulation and analysis (scmp_model.h, sections 4 and 5) against the circuit and plain formulas.
#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "support/circuit.h"
#include "support/test.h"

using namespace test;

namespace {

constexpr int rounds = 60;

template <class Body> void many(const char *name, Body &&body) {
    const Ctx ctx = context();
    for (int round = 0; round < rounds; round++) {
        Random random(format("%s %d", name, round));
        const Circuit circuit(ctx, random, 6);
        within(circuit.about, [&] { body(ctx, circuit, random); });
    }
}

void near(double got, double want, const char *what) {
    check(std::fabs(got - want) <= 1e-12 * std::max(1.0, std::fabs(want)),
          format("%s is %.17g, expected %.17g", what, got, want));
}

// --- OR and MUX ----------------------------------------------------------------------------------------------------

void or_is_the_circuit() {
    many("or", [](scmp_ctx *ctx, const Circuit &c, Random &random) {
        const std::int64_t group = random.chance(10) ? INT64_MAX : random.whole(1, c.d + 1);
        Array got = canary(SCMP_DTYPE_I64, {c.n, c.m}), want(SCMP_DTYPE_I64, {c.n, c.m}),
              one = canary(SCMP_DTYPE_I64, {c.n, c.m});
        for (std::int64_t o = 0; o < want.count(); o++) {
            int sum = 0;
            for (int t = 0; t < c.stoc_len; t++)
                for (const int sign : {1, -1}) {
                    std::vector<bool> set(std::size_t(c.d), false); // by group
                    for (std::int64_t d = 0; d < c.d; d++) {
                        const Wires w = c.wires(o / c.m, o % c.m, d);
                        if (w.sign == sign && w.and_bit[std::size_t(t)] != 0) set[std::size_t(d / group)] = true;
                    }
                    sum += sign * int(std::count(set.begin(), set.end(), true));
                }
            want.set(o, sum);
        }
        const scmp_tensor view = got.view(), one_view = one.view();
        ok(scmp_count_or(ctx, &c.a, &c.b, &c.options, c.d_offset, group, &view), "scmp_count_or");
        same(got, want, format("OR over groups of %lld", static_cast<long long>(group)));
        ok(scmp_count_or(ctx, &c.a, &c.b, &c.options, c.d_offset, 1, &one_view), "scmp_count_or");
        same(one, c.sums(ctx), "OR over groups of one");
    });
}

void mux_is_the_circuit() {
    many("mux", [](scmp_ctx *ctx, const Circuit &c, Random &random) {
        const std::int64_t group = random.whole(1, c.d + 2);
        const bool given = random.chance(60);
        Array select(SCMP_DTYPE_I16, {c.stoc_len});
        for (std::int64_t t = 0; t < c.stoc_len; t++)
            select.set(t, given ? double(random.whole(0, group - 1)) : double(t % group));
        Array got = canary(SCMP_DTYPE_I32, {c.n, c.m}), want(SCMP_DTYPE_I32, {c.n, c.m});
        for (std::int64_t o = 0; o < want.count(); o++) {
            int sum = 0;
            for (std::int64_t first = 0; first < c.d; first += group)
                for (int t = 0; t < c.stoc_len; t++) {
                    const std::int64_t d = first + select.whole(t);
                    if (d >= c.d) continue;
                    const Wires w = c.wires(o / c.m, o % c.m, d);
                    sum += w.sign * w.and_bit[std::size_t(t)];
                }
            want.set(o, sum);
        }
        const scmp_tensor view = got.view(), select_view = select.view();
        ok(scmp_count_mux(ctx, &c.a, &c.b, &c.options, c.d_offset, group, given ? &select_view : nullptr, &view),
           "scmp_count_mux");
        same(got, want, format("MUX over groups of %d", int(group)));
    });
}

// --- correlation, error, discrepancy -------------------------------------------------------------------------------

std::vector<int> draws_of(scmp_ctx *ctx, const Circuit &c, scmp_side side, std::int64_t d) {
    const Array draws(SCMP_DTYPE_I32, {c.stoc_len});
    const scmp_tensor view = draws.view();
    ok(scmp_sequence(ctx, &c.options, side, d, &view), "scmp_sequence");
    return {draws.as<std::int32_t>(), draws.as<std::int32_t>() + c.stoc_len};
}

// What inner index d_offset would see on the right if its element had this generator: in a pool of one, behind the
// element's permutation, complement and mask.
std::vector<int> right_draws(scmp_ctx *ctx, const Circuit &c, const scmp_generator &generator) {
    std::size_t needed = 0;
    std::string text;
    scmp_element element{};
    std::vector<std::int32_t> permutation;
    if (c.options.config != nullptr) {
        ok(scmp_config_to_json(ctx, c.options.config, c.d_offset + 1, nullptr, 0, &needed), "scmp_config_to_json");
        text.resize(needed);
        ok(scmp_config_to_json(ctx, c.options.config, c.d_offset + 1, text.data(), needed, &needed),
           "scmp_config_to_json");
        text.pop_back();
        const auto entry = nlohmann::json::parse(text)["sng"]["k"].back();
        element.complement = entry["complement"].get<bool>() ? 1 : 0;
        if (!entry["scramble"].is_null()) {
            permutation = entry["scramble"].get<std::vector<std::int32_t>>();
            element.permutation = permutation.data();
        }
    }
    scmp_config_desc desc;
    scmp_config_desc_init(&desc);
    desc.sc_prec = c.options.sc_prec;
    desc.generators = &generator;
    desc.generator_count = 1;
    desc.left = desc.right = &element;
    desc.left_count = desc.right_count = 1;
    desc.uniform = 1;
    if (c.options.config != nullptr && text.find("scramble_mode") != std::string::npos)
        for (int mode = 1; mode <= 5; mode++)
            if (nlohmann::json::parse(text)["scramble_mode"] == scmp_scramble_name(scmp_scramble(mode)))
                desc.scramble = scmp_scramble(mode);
    Config config;
    ok(scmp_config_create(ctx, &desc, config.out()), "scmp_config_create");
    scmp_matmul_options options = c.options;
    options.config = config;
    const Array draws(SCMP_DTYPE_I32, {c.stoc_len});
    const scmp_tensor view = draws.view();
    ok(scmp_sequence(ctx, &options, SCMP_SIDE_RIGHT, c.d_offset, &view), "scmp_sequence");
    return {draws.as<std::int32_t>(), draws.as<std::int32_t>() + c.stoc_len};
}

Array random_boundaries(const Circuit &c, Random &random) {
    Array list(SCMP_DTYPE_I16, {random.whole(1, 6)});
    for (std::int64_t i = 0; i < list.count(); i++) list.set(i, double(random.whole(0, c.rng_levels)));
    return list;
}

// The paper's formula, from the numbers a, b, c, d of cycles in which both, left, right, none are 1.
double scc(int a, int b, int c, int d) {
    const double n = a + b + c + d;
    const double excess = double(a) * d - double(b) * c;
    if (excess == 0) return 0;
    if (excess > 0) return excess / (n * std::min(a + b, a + c) - double(a + b) * (a + c));
    return excess / (double(a + b) * (a + c) - n * std::max(a - d, 0));
}

void correlation_is_the_formula() {
    many("scc", [](scmp_ctx *ctx, const Circuit &c, Random &random) {
        const Array x = random_boundaries(c, random), y = random_boundaries(c, random);
        Array got = canary(SCMP_DTYPE_F64, {x.count(), y.count()});
        const scmp_tensor xv = x.view(), yv = y.view(), out = got.view();
        ok(scmp_stream_correlation(ctx, &c.options, c.d_offset, &xv, &yv, &out), "scmp_stream_correlation");
        const auto left = draws_of(ctx, c, SCMP_SIDE_LEFT, c.d_offset),
                   right = draws_of(ctx, c, SCMP_SIDE_RIGHT, c.d_offset);
        for (std::int64_t i = 0; i < got.count(); i++) {
            int cells[2][2] = {}, position = 0;
            for (const int draw : left) {
                const int l = draw < x.get(i / y.count()), r = right[std::size_t(position)] < y.get(i % y.count());
                cells[l][r]++;
                position += l;
            }
            near(got.get(i), scc(cells[1][1], cells[1][0], cells[0][1], cells[0][0]), "SCC");
            check(std::fabs(got.get(i)) <= 1, "SCC beyond 1");
        }
    });
}

struct Error {
    double abs = 0, max = -1, square = 0, bias = 0, weight = 0;
};

void table_error_is_the_formula() {
    many("error", [](scmp_ctx *ctx, const Circuit &c, Random &random) {
        const bool all = random.chance(30), weighted = !all && random.chance(60);
        const Array x = random_boundaries(c, random), y = random_boundaries(c, random);
        Array wx(SCMP_DTYPE_F32, x.shape), wy(SCMP_DTYPE_I64, y.shape);
        for (std::int64_t i = 0; i < wx.count(); i++) wx.set(i, i == 0 ? 1 : random.chance(30) ? 0 : random.real());
        for (std::int64_t i = 0; i < wy.count(); i++) wy.set(i, i == 0 ? 3 : double(random.whole(0, 9)));
        const Array rows = all ? Array(SCMP_DTYPE_I16, {c.rng_levels + 1}) : x, columns = all ? rows : y;
        const scmp_tensor xv = x.view(), yv = y.view(), wxv = wx.view(), wyv = wy.view();
        const std::int64_t height = rows.count(), width = columns.count();
        Error want;
        for (std::int64_t d = 0; d < c.d; d++) {
            Array table(SCMP_DTYPE_I32, {height, width});
            const scmp_tensor view = table.view();
            ok(scmp_count_table(ctx, &c.options, c.d_offset + d, all ? nullptr : &xv, all ? nullptr : &yv, &view),
               "scmp_count_table");
            for (std::int64_t i = 0; i < table.count(); i++) {
                const double bx = all ? double(i / width) : x.get(i / width);
                const double by = all ? double(i % width) : y.get(i % width);
                const double error = table.get(i) - bx * by * c.stoc_len / double(c.rng_levels) / c.rng_levels;
                const double weight = weighted ? wx.get(i / width) * wy.get(i % width) : 1;
                want.weight += weight;
                want.abs += weight * std::fabs(error);
                want.square += weight * error * error;
                want.bias += weight * error;
                if (weight > 0) want.max = std::max(want.max, std::fabs(error));
            }
        }
        scmp_table_error got;
        scmp_table_error_init(&got);
        ok(scmp_count_table_error(ctx, &c.options, c.d_offset, c.d, all ? nullptr : &xv, all ? nullptr : &yv,
                                  weighted ? &wxv : nullptr, weighted ? &wyv : nullptr, &got),
           "scmp_count_table_error");
        near(got.mean_abs, want.abs / want.weight, "mean_abs");
        near(got.max_abs, want.max, "max_abs");
        near(got.rms, std::sqrt(want.square / want.weight), "rms");
        near(got.bias, want.bias / want.weight, "bias");
        // The place of the largest error has it.
        const Array px(SCMP_DTYPE_I32, {1}, {double(got.max_x)}), py(SCMP_DTYPE_I32, {1}, {double(got.max_y)});
        Array one(SCMP_DTYPE_I32, {1, 1});
        const scmp_tensor pxv = px.view(), pyv = py.view(), onev = one.view();
        ok(scmp_count_table(ctx, &c.options, got.max_d, &pxv, &pyv, &onev), "scmp_count_table");
        near(std::fabs(one.get(0) - double(got.max_x) * got.max_y * c.stoc_len / double(c.rng_levels) / c.rng_levels),
             want.max, "error at the place of the largest");
    });
}

// A random Sobol generator, with the memory of its seeds.
struct Sobol {
    std::vector<std::uint32_t> seeds;
    scmp_generator generator;

    Sobol(int p, Random &random) {
        for (int i = 0; i < p; i++) seeds.push_back(std::uint32_t(2 * random.whole(0, (1 << i) - 1) + 1));
        scmp_generator_init(&generator);
        generator.sobol_seeds = seeds.data();
        generator.sobol_seed_count = p;
        generator.sobol_start = std::uint32_t(random.whole(0, (1 << p) - 1));
    }
};

// Boundaries 0 .. G, each there by chance, ascending.
Array some_ascending(const Circuit &c, Random &random) {
    std::vector<double> list;
    for (int g = 0; g <= c.rng_levels; g++)
        if (random.chance(20)) list.push_back(g);
    return Array(SCMP_DTYPE_I16, {std::int64_t(list.size())}, list);
}

Array random_weights(Shape shape, Random &random, double least) {
    Array weights(SCMP_DTYPE_F64, std::move(shape));
    for (std::int64_t i = 0; i < weights.count(); i++)
        weights.set(i, random.chance(20) ? 0 : least + (1 - least) * random.real());
    return weights;
}

// Against the tables of configurations that have each candidate on the right of every index.
void scores_are_the_formula() {
    many("score", [](scmp_ctx *ctx, const Circuit &c, Random &random) {
        const int p = c.options.sc_prec;
        std::vector<Sobol> candidates;
        for (int i = 0; i < 4; i++) candidates.emplace_back(p, random);
        std::vector<scmp_generator> generators;
        for (Sobol &candidate : candidates) {
            candidate.generator.sobol_seeds = candidate.seeds.data();
            generators.push_back(candidate.generator);
        }
        scmp_generator lfsr;
        scmp_generator_init(&lfsr);
        lfsr.type = SCMP_GENERATOR_MT19937;
        lfsr.seed = 7;
        generators.push_back(lfsr);

        const bool all = random.chance(20), plain = all || random.chance(30);
        const Array x = some_ascending(c, random), y = some_ascending(c, random);
        const std::int64_t rows = all ? c.rng_levels + 1 : x.count(), columns = all ? rows : y.count();
        const std::int64_t sums = plain ? 0 : random.whole(0, 3), count = std::int64_t(generators.size());
        const Array target = random_weights({rows, columns}, random, -3);
        const Array square = random_weights({rows, columns}, random, 0);
        const Array sum = random_weights({sums, rows, columns}, random, -1);
        const scmp_tensor xv = x.view(), yv = y.view(), tv = target.view(), sv = square.view(), mv = sum.view();
        scmp_score_weights weights;
        scmp_score_weights_init(&weights);
        if (!all) weights.x = &xv, weights.y = &yv;
        if (!plain) weights.target = &tv, weights.square = &sv, weights.sum = &mv;
        Array squares = canary(SCMP_DTYPE_F64, {count}), errors = canary(SCMP_DTYPE_F64, {count, sums});
        const scmp_tensor squares_view = squares.view(), errors_view = errors.view();
        ok(scmp_score_generators(ctx, &c.options, c.d_offset, generators.data(), generators.size(),
                                 all ? nullptr : &weights, &squares_view, plain ? nullptr : &errors_view),
           "scmp_score_generators");

        const std::vector<int> left = draws_of(ctx, c, SCMP_SIDE_LEFT, c.d_offset);
        for (std::int64_t i = 0; i < count; i++) {
            const std::vector<int> right = right_draws(ctx, c, generators[std::size_t(i)]);
            double want = 0;
            std::vector<double> wanted(std::size_t(sums), 0);
            for (std::int64_t cell = 0; cell < rows * columns; cell++) {
                const int bx = all ? int(cell / columns) : int(x.whole(cell / columns));
                const int by = all ? int(cell % columns) : int(y.whole(cell % columns));
                const auto ones = std::count_if(left.begin(), left.end(), [bx](int draw) { return draw < bx; });
                const auto got =
                    std::count_if(right.begin(), right.begin() + ones, [by](int draw) { return draw < by; });
                const double ideal = double(bx) * by * c.stoc_len / (double(c.rng_levels) * c.rng_levels);
                const double error = double(got) - (plain ? ideal : target.get(cell));
                want += (plain ? 1 : square.get(cell)) * error * error;
                for (std::int64_t t = 0; t < sums; t++)
                    wanted[std::size_t(t)] += sum.get(t * rows * columns + cell) * error;
            }
            near(squares.get(i), want, "squares");
            for (std::int64_t t = 0; t < sums; t++)
                check(std::fabs(errors.get(i * sums + t) - wanted[std::size_t(t)]) < 1e-9,
                      format("sum %d of candidate %d", int(t), int(i)));
        }
    });
}

void discrepancy_is_the_formula() {
    many("discrepancy", [](scmp_ctx *ctx, const Circuit &c, Random &) {
        for (const scmp_side side : {SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT}) {
            const auto draws = draws_of(ctx, c, side, c.d_offset);
            double want = 0, got = -1;
            for (int x = 0; x <= c.rng_levels; x++) {
                const auto below = std::count_if(draws.begin(), draws.end(), [x](int draw) { return draw < x; });
                want = std::max(want, std::fabs(double(below) / c.stoc_len - double(x) / c.rng_levels));
            }
            ok(scmp_sequence_discrepancy(ctx, &c.options, side, c.d_offset, &got), "scmp_sequence_discrepancy");
            near(got, want, "discrepancy");
        }
    });
    // Full Sobol sequences have every number once: no error at all.
    const Ctx ctx = context();
    double got = -1;
    ok(scmp_sequence_discrepancy(ctx, nullptr, SCMP_SIDE_RIGHT, 0, &got), "scmp_sequence_discrepancy");
    check(got == 0, "discrepancy of a full sequence");
}

// --- lint ----------------------------------------------------------------------------------------------------------

struct Finding {
    scmp_lint_code code;
    std::int64_t index;
    std::string sentence;
};

std::vector<Finding> lint(const std::string &config, int sc_prec, int stoc_len, std::int64_t d) {
    const Ctx ctx = context();
    scmp_matmul_options options = defaults();
    options.sc_prec = sc_prec;
    options.stoc_len = stoc_len;
    Config handle;
    if (config[0] == '{')
        ok(scmp_config_create_json(ctx, config.data(), config.size(), sc_prec, handle.out()), config);
    else
        ok(scmp_config_create_named(ctx, config.c_str(), sc_prec, handle.out()), config);
    options.config = handle;
    std::vector<Finding> found;
    std::int32_t count = -1, again = -1;
    ok(scmp_lint(
           ctx, &options, d,
           [](void *user, scmp_lint_code code, std::int64_t index, const char *sentence) {
               static_cast<std::vector<Finding> *>(user)->push_back({code, index, sentence});
           },
           &found, &count),
       "scmp_lint");
    check(count == std::int32_t(found.size()), "number of findings");
    ok(scmp_lint(ctx, &options, d, nullptr, nullptr, &again), "scmp_lint");
    check(again == count, "number of findings without a callback");
    return found;
}

// Findings as "code index", one after another.
void finds(const std::string &config, int sc_prec, int stoc_len, std::int64_t d, const std::string &want,
           const std::vector<std::string> &words = {}) {
    std::string got, sentences;
    for (const Finding &finding : lint(config, sc_prec, stoc_len, d)) {
        got += format("%s%s %d", got.empty() ? "" : ", ", scmp_lint_name(finding.code), int(finding.index));
        sentences += finding.sentence + "\n";
    }
    check(got == want, config + " has [" + got + "], expected [" + want + "]\n" + sentences);
    for (const std::string &word : words)
        check(sentences.find(word) != std::string::npos, "no '" + word + "' in " + sentences);
}

// A configuration with one left and one right element for `d` inner indices.
std::string config(const std::string &pool, int left, int right, int d) {
    std::string q, k;
    for (int i = 0; i < d; i++) {
        q += format("%s{\"rng_id\": %d}", i > 0 ? "," : "", left);
        k += format("%s{\"rng_id\": %d}", i > 0 ? "," : "", right);
    }
    return "{\"rng_pool\": [" + pool + "], \"sng\": {\"q\": [" + q + "], \"k\": [" + k + "]}}";
}

void lint_finds() {
    const std::string sobol = R"({"type": "sobol"})", sobol7 = R"({"type": "sobol", "start": 7})";
    finds("sobol_simple", 8, 256, 3, "first_draw_zero 0", {"both sides is 0 at 3 of 3", "at least one"});
    finds("sobol_simple", 8, 256, 0, "");
    finds("sobol_tuned", 8, 256, 4, "first_draw_zero 0", {"the left side", "mean error"});
    // Below 5 bits the default seeds of both sides are the same.
    finds("sobol_simple", 4, 16, 2, "same_generator 0, equal_generators 1, first_draw_zero 0", {"2 of 2"});
    finds("sobol_simple", 4, 8, 17, "same_generator 0, equal_generators 1, masks_repeat 16, first_draw_zero 0",
          {"16 scramble masks for 17", "2 of 17"});
    // A start of 7 on both sides: the mask of index 14 (bit-reversed 7) makes it 0.
    finds(config(sobol7 + "," + sobol7, 0, 0, 3), 4, 16, 3, "same_generator 0");
    finds(config(sobol7 + "," + sobol7, 0, 1, 3), 4, 16, 3, "same_generator 0, equal_generators 1");
    finds(config(sobol + "," + sobol7, 1, 0, 3), 4, 16, 3, "first_draw_zero 0", {"the right side"});
    // Unused generators are nobody's mistake.
    finds(config(sobol7 + "," + sobol7 + R"(, {"type": "lfsr", "seed": 1, "taps": [3]})", 0, 0, 1), 4, 16, 1,
          "same_generator 0");
    // Maximal: 15 states, so that 15 cycles are fine and 16 are not.
    const std::string maximal = R"({"type": "lfsr", "seed": 5},)" + sobol7;
    finds(config(maximal, 0, 1, 1), 4, 16, 1, "repeated_states 0, beyond_period 0",
          {"period of 15", "draw 0 again at 15"});
    finds(config(maximal, 0, 1, 1), 4, 15, 1, "");
    // With the zero state it is 16; 0 is then a state like another, and may be the first.
    const std::string full = R"({"type": "lfsr", "seed": 5, "zero_state": true},)" + sobol7;
    finds(config(full, 0, 1, 1), 4, 16, 1, "");
    const std::string from_zero = R"({"type": "lfsr", "seed": 0, "zero_state": true},)" + sobol7;
    finds(config(from_zero, 0, 1, 1), 4, 16, 1, "first_draw_zero 0", {"the left side"});
    const std::string plain = R"({"type": "lfsr", "seed": 5},)";
    finds(config(plain + full, 0, 1, 1), 4, 8, 1, "");
    // Not maximal with it: 1, 0, 8, 4, 2.
    const std::string five = R"({"type": "lfsr", "seed": 1, "taps": [0], "zero_state": true},)" + sobol7;
    finds(config(five, 0, 1, 1), 4, 8, 1, "repeated_states 0, not_maximal 0, beyond_period 0",
          {"period 5", "have 16", "again at 5"});
    // Tap 0 alone rotates: 1, 8, 4, 2.
    const std::string rotates = R"({"type": "lfsr", "seed": 1, "taps": [0]},)" + sobol7;
    finds(config(rotates, 0, 1, 1), 4, 8, 1, "repeated_states 0, not_maximal 0, beyond_period 0",
          {"period 4", "have 15", "again at 4"});
    // Tap 3 alone shifts zeros in: 1, 0, 0, ...
    const std::string dies = R"({"type": "lfsr", "seed": 1, "taps": [3]},)" + sobol7;
    finds(config(dies, 0, 1, 1), 4, 8, 1, "zero_state 0, repeated_states 0, not_maximal 0, beyond_period 0",
          {"state 0 at draw 1"});
    // Random numbers repeat.
    const std::string chance = R"({"type": "true_random", "seed": 3},)" + sobol7;
    const auto found = lint(config(chance, 0, 1, 1), 4, 16, 1);
    check(!found.empty() && found[0].code == SCMP_LINT_REPEATED_STATES, "16 random numbers of 4 bits are different");
}

// The bias of the sentence is that of the table, without the boundary 0.
void lint_names_the_bias() {
    const auto found = lint("sobol_simple", 8, 256, 1);
    Array some(SCMP_DTYPE_I32, {256});
    for (int i = 0; i < 256; i++) some.set(i, i + 1);
    const scmp_tensor view = some.view();
    scmp_table_error error;
    scmp_table_error_init(&error);
    ok(scmp_count_table_error(context(), nullptr, 0, 1, &view, &view, nullptr, nullptr, &error),
       "scmp_count_table_error");
    check(error.bias > 0, "the default has no positive bias");
    check(found.at(0).sentence.find(format("%+.4f ones", error.bias)) != std::string::npos, found.at(0).sentence);
}

} // namespace

int main(int argc, char **argv) {
    return run("model analysis",
               {{"OR is the circuit", or_is_the_circuit},
                {"MUX is the circuit", mux_is_the_circuit},
                {"correlation is the formula", correlation_is_the_formula},
                {"error of tables is the formula", table_error_is_the_formula},
                {"scores are the formula", scores_are_the_formula},
                {"discrepancy is the formula", discrepancy_is_the_formula},
                {"lint finds", lint_finds},
                {"lint names the bias", lint_names_the_bias}},
               argc, argv);
}
