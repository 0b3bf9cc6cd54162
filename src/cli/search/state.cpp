// The state of a search as JSON; see state.h.
#include "state.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "../failure.h"
#include "../json_file.h"

namespace cli::search {
namespace {

using Json = nlohmann::ordered_json;

constexpr int state_version = 1;

bool valid(const Found &found, int sc_prec) {
    const Candidate &candidate = found.candidate;
    if (!std::isfinite(found.cost) || candidate.seeds.size() != std::size_t(sc_prec) || candidate.start >> sc_prec != 0)
        return false;
    for (std::size_t i = 0; i < candidate.seeds.size(); i++)
        if (candidate.seeds[i] % 2 == 0 || candidate.seeds[i] >> (i + 1) != 0) return false;
    return true;
}

} // namespace

std::string state_text(const State &state) {
    Json out;
    out["format"] = "scmp-search";
    out["format_version"] = state_version;
    out["problem"] = state.problem;
    out["seed"] = state.seed;
    out["rounds"] = state.rounds;
    out["evaluations"] = state.evaluations;
    out["best"] = Json::array();
    for (const Found &found : state.best)
        out["best"].push_back(
            {{"cost", found.cost}, {"seeds", found.candidate.seeds}, {"start", found.candidate.start}});
    return out.dump(1) + "\n";
}

State parse_state(const std::string &path, const std::string &text, int sc_prec) {
    try {
        const Json json = parse_json<Json>(text);
        if (json.at("format") != "scmp-search" || json.at("format_version") != state_version)
            fail(SCMP_ERROR_FORMAT, "it is none, or of a later version");
        State state;
        state.problem = json.at("problem").get<std::string>();
        state.seed = whole<std::uint64_t>(json.at("seed"), "seed");
        state.rounds = whole<std::uint64_t>(json.at("rounds"), "rounds");
        state.evaluations = whole<std::uint64_t>(json.at("evaluations"), "evaluations");
        if (json.at("best").size() > most_found) fail(SCMP_ERROR_FORMAT, "it has more than ", most_found, " entries");
        for (const Json &entry : json.at("best")) {
            Found found{entry.at("cost").get<double>(), {{}, whole<std::uint32_t>(entry.at("start"), "start")}};
            for (const Json &seed : entry.at("seeds"))
                found.candidate.seeds.push_back(whole<std::uint32_t>(seed, "a seed"));
            if (!valid(found, sc_prec))
                fail(SCMP_ERROR_FORMAT, "entry ", state.best.size(), " is no Sobol generator of sc_prec = ", sc_prec);
            state.best.push_back(std::move(found));
        }
        if (!std::is_sorted(state.best.begin(), state.best.end()) || (state.rounds > 0) == state.best.empty())
            fail(SCMP_ERROR_FORMAT, "its entries are not in order");
        return state;
    } catch (const nlohmann::json::exception &error) {
        fail(SCMP_ERROR_FORMAT, path, " is no state of a search: ", one_line(error.what()));
    } catch (const Failure &failure) {
        fail(failure.status(), path, " is no state of a search: ", failure.what());
    }
}

} // namespace cli::search
