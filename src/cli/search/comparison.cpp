// Measures presets and what was found; see comparison.h.
#include "comparison.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "../configs.h"
#include "../failure.h"
#include "scmp/scmp_model.h"

namespace cli::search {
namespace {

using Json = nlohmann::ordered_json;

// Seeds and start of a preset's right generator.
Candidate right_of(scmp_ctx *ctx, const Config &config) {
    const Json right = Json::parse(config_json(ctx, config.get(), 1)).at("rng_pool").at(1);
    return {right.at("seed").get<std::vector<std::uint32_t>>(), right.at("start").get<std::uint32_t>()};
}

double mean_db(const Problem &problem, double OperandPair::*number) {
    double total = 0;
    for (const OperandPair &pair : problem.pairs) total += pair.*number;
    return total / double(problem.pairs.size());
}

} // namespace

std::vector<Measured> measured_presets(scmp_ctx *ctx, const Problem &problem) {
    Evaluator evaluator(problem);
    std::vector<Measured> presets;
    for (const char *name : {"sobol_simple", "sobol_unbiased", "sobol_tuned"}) {
        Config config;
        // Some presets are made for some widths only.
        if (scmp_config_create_named(ctx, name, problem.sc_prec(), config.out()) != SCMP_OK) continue;
        Measured preset{name, {}, {}};
        const scmp_matmul_options &options = problem.options;
        const scmp_scramble scramble = preset.name == "sobol_tuned"      ? SCMP_SCRAMBLE_OFF
                                       : preset.name == "sobol_unbiased" ? SCMP_SCRAMBLE_ALWAYS_BITREV
                                                                         : SCMP_SCRAMBLE_BITREV;
        if (scmp_scramble_applies(scramble, options.sc_prec, options.stoc_len, options.rng_levels) == 0)
            preset.cost = evaluator.costs({{right_of(ctx, config)}})[0];
        if (!problem.pairs.empty()) preset.db = product_db(ctx, problem, config.get());
        if (preset.cost || preset.db) presets.push_back(std::move(preset));
    }
    return presets;
}

Best best_of(scmp_ctx *ctx, const Problem &problem, const State &state) {
    std::vector<Found> all = state.best;
    Config tuned;
    if (scmp_config_create_named(ctx, "sobol_tuned", problem.sc_prec(), tuned.out()) == SCMP_OK) {
        const Candidate preset = right_of(ctx, tuned);
        all.push_back({Evaluator(problem).costs({{preset}})[0], preset});
        std::stable_sort(all.begin(), all.end(), [](const Found &a, const Found &b) { return a.cost < b.cost; });
    }
    Best best{{}, {"found", {}, {}}};
    Measured &measured = best.measured;
    for (const Found &found : all) {
        const Config config = config_of(ctx, problem.sc_prec(), found.candidate);
        const std::optional<double> db =
            problem.pairs.empty() ? std::nullopt : std::optional(product_db(ctx, problem, config.get()));
        if (measured.cost && !(db && *db > *measured.db)) continue;
        best.candidate = found.candidate;
        measured.cost = found.cost;
        measured.db = db;
    }
    return best;
}

std::vector<Measured> bounds(const Problem &problem) {
    if (problem.pairs.empty()) return {{"nearest integer counts", 1.0, {}}};
    return {{"nearest integer counts", 1.0, mean_db(problem, &OperandPair::nearest_db)},
            {"exact product of levels", {}, mean_db(problem, &OperandPair::quantized_db)}};
}

} // namespace cli::search
