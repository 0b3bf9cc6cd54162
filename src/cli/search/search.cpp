// scmp search: seeds and start of a right Sobol generator whose count table is good for given operands, or for all
// levels.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <iomanip>
#include <memory>

#include <nlohmann/json.hpp>

#include "../configs.h"
#include "../failure.h"
#include "../files.h"
#include "../flags.h"
#include "../options.h"
#include "../verbs.h"
#include "comparison.h"
#include "run.h"

namespace cli::search {
namespace {

using Json = nlohmann::ordered_json;

constexpr double default_seconds = 60;
constexpr std::uint64_t default_seed = 1;
constexpr std::int64_t default_entries = 1024;
constexpr std::size_t state_limit = std::size_t(1) << 20;

struct Arguments {
    std::vector<std::string> operands;
    std::string output, state;
    std::optional<std::uint64_t> seed, evaluations;
    std::optional<double> seconds;
    std::optional<std::int64_t> entries;
    std::optional<std::int32_t> threads;
    ProductOptions product;
};

void check_usage(const Arguments &arguments) {
    if (arguments.operands.size() % 2 != 0)
        wrong_usage("operands come in pairs, A B; there are ", arguments.operands.size(), " files");
    if (arguments.seconds && !(*arguments.seconds > 0)) wrong_usage("--seconds must be more than 0");
    check_inputs(arguments.operands);
    check_outputs({arguments.output, arguments.state});
    if (arguments.state == "-") wrong_usage("--state must be a file");
}

State load_state(const Arguments &arguments, const Problem &problem) {
    State fresh{checksum(problem), arguments.seed.value_or(default_seed), 0, 0, {}};
    std::error_code ignored;
    if (arguments.state.empty() || !std::filesystem::exists(arguments.state, ignored)) return fresh;
    if (!std::filesystem::is_regular_file(arguments.state, ignored))
        fail(SCMP_ERROR_IO, arguments.state, " is no regular file: a state is written and read again");
    State state = parse_state(arguments.state, read_text(arguments.state, state_limit), problem.sc_prec());
    if (state.problem != fresh.problem)
        fail(SCMP_ERROR_INVALID_ARGUMENT, arguments.state, " is the state of a search with other operands or options");
    if (state.seed != fresh.seed)
        fail(SCMP_ERROR_INVALID_ARGUMENT, arguments.state, " is the state of a search with --seed ", state.seed);
    return state;
}

void save_state(const Arguments &arguments, const State &state) {
    if (arguments.state.empty()) return;
    Output out(arguments.state);
    out.write(state_text(state));
    commit(std::move(out));
}

void optimise(Session &session, const Arguments &arguments, const Problem &problem, State &state) {
    using Clock = std::chrono::steady_clock;
    Budget budget{arguments.seconds, arguments.evaluations};
    if (!budget.seconds && !budget.evaluations) budget.seconds = default_seconds;
    auto saved = Clock::now();
    std::uint64_t rounds = state.rounds;
    run_rounds(problem, budget, scmp_ctx_threads(session.ctx()), state, [&](double share) {
        if (state.rounds != rounds && Clock::now() - saved > std::chrono::seconds(2)) {
            save_state(arguments, state);
            saved = Clock::now();
            rounds = state.rounds;
        }
        if (!state.best.empty())
            session.progress().label(text("search: round ", state.rounds, ", error ", std::setprecision(4),
                                          state.best[0].cost, " of nearest integers'"));
        session.progress().show(share);
    });
    save_state(arguments, state);
}

// --- what came of it -----------------------------------------------------------------------------------------------

std::string number(double value, int digits) {
    if (std::isnan(value)) return "-";
    std::ostringstream out;
    out << std::fixed << std::setprecision(digits) << value;
    return out.str();
}

std::string seeds_text(const Candidate &candidate) {
    std::string out;
    for (const std::uint32_t seed : candidate.seeds) out += (out.empty() ? "" : ",") + std::to_string(seed);
    return out;
}

std::string summary(const Problem &problem, const State &state, const Candidate &best,
                    const std::vector<Measured> &lines) {
    std::vector<std::string> options;
    const Json found = options_json(ProductOptions(problem.options), &Places::found);
    for (const auto &[name, value] : found.items())
        options.push_back(value.is_string() ? value.get<std::string>() : name + " " + value.dump());
    std::ostringstream out;
    out << joined(options) << "; "
        << (problem.pairs.empty()
                ? std::string("all levels alike")
                : text(problem.pairs.size(), problem.pairs.size() == 1 ? " pair of operands" : " pairs of operands"))
        << '\n'
        << state.rounds << " rounds, " << state.evaluations << " evaluations"
        << (Space(problem).small() && state.rounds == round_count(Space(problem))
                ? ", which are all that there are"
                : text("; the same again: --seed ", state.seed, " --evaluations ", state.evaluations))
        << "\n\n"
        << std::left << std::setw(26) << "" << (problem.pairs.empty() ? "RMS error in ones" : "table error  SQNR in dB")
        << '\n';
    for (const Measured &line : lines) {
        out << std::setw(26) << line.name;
        if (problem.pairs.empty())
            out << (line.cost ? number(problem.nearest_rms * std::sqrt(*line.cost), 4) : "-") << '\n';
        else
            out << std::setw(13) << (line.cost ? "x " + number(*line.cost, 3) : "-") << number(line.db.value(), 2)
                << '\n';
    }
    out << "\nright Sobol seeds " << seeds_text(best) << ", start " << best.start << '\n';
    return out.str();
}

// The configuration, beside what it was found for.
std::string result_text(Session &session, const Arguments &arguments, const Problem &problem, const State &state,
                        const Best &best) {
    std::int64_t entries = arguments.entries.value_or(problem.pairs.empty() ? default_entries : 1);
    for (const OperandPair &pair : problem.pairs)
        if (!arguments.entries) entries = std::max(entries, pair.d());
    const Config config = config_of(session.ctx(), problem.sc_prec(), best.candidate);
    Json about = {{"made_by", text("scmp search ", scmp_version())}, {"specification", scmp_spec_version()}};
    about.update(options_json(ProductOptions(problem.options), &Places::found));
    about["operands"] = checksum(problem);
    about["seed"] = state.seed;
    about["rounds"] = state.rounds;
    about["evaluations"] = state.evaluations;
    about["table_error"] = *best.measured.cost;
    if (best.measured.db && std::isfinite(*best.measured.db)) about["sqnr_db"] = *best.measured.db;
    return "{\"metadata\": " + about.dump() + ",\n\"config\": " + config_json(session.ctx(), config.get(), entries) +
           "}\n";
}

void run(const Arguments &arguments) {
    check_usage(arguments);
    Machine machine;
    machine.threads = arguments.threads.value_or(SCMP_NOT_GIVEN);
    Session session("search: operands", machine);
    check_options(session.ctx(), arguments.product.for_library());
    const Problem problem =
        make_problem(session.ctx(), arguments.product.for_library(), arguments.operands, session.advance());
    State state = load_state(arguments, problem);
    Output out(arguments.output); // a directory that is not there is said now
    optimise(session, arguments, problem, state);
    std::vector<Measured> lines = measured_presets(session.ctx(), problem);
    const Best best = best_of(session.ctx(), problem, state);
    lines.push_back(best.measured);
    for (Measured &bound : bounds(problem)) lines.push_back(std::move(bound));
    out.write(result_text(session, arguments, problem, state, best));
    // An error here is one before the configuration has its name.
    if (!is_standard_output(arguments.output)) print(summary(problem, state, best.candidate, lines));
    commit(std::move(out));
}

} // namespace
} // namespace cli::search

namespace cli {

void add_search(CLI::App &app, Action &action) {
    const auto arguments = std::make_shared<search::Arguments>();
    CLI::App &verb = *app.add_subcommand("search", "Sobol seeds with a good count table");
    verb.add_option(
            "OPERANDS", arguments->operands,
            "pairs A B as matmul takes them: the search looks for the best mean SQNR of their products; without "
            "any, for the least mean square error over all pairs of levels")
        ->type_name(".npy...");
    verb.add_option("-o,--output", arguments->output, "the configuration, for --config; - is standard output")
        ->required()
        ->type_name("CONFIG.json");
    add_number(verb, "--seed", arguments->seed, text("of the search's own chance (default ", search::default_seed, ")"))
        ->type_name("S");
    add_number(verb, "--seconds", arguments->seconds,
               "search for this long (default 60, where --evaluations is not given), but at least for one round, "
               "which takes minutes at 10 bits; widths up to 6 end before, when all there is was looked at")
        ->type_name("T");
    add_number(verb, "--evaluations", arguments->evaluations,
               "search until this many tables were scored. The same seed and number find the same on any machine, "
               "with any number of threads; a time does not",
               {1})
        ->type_name("E");
    verb.add_option(
            "--state", arguments->state,
            "keep what was found in this file, every two seconds, and go on from it where it is there: a search "
            "that was interrupted finds what it would have found")
        ->type_name("FILE");
    add_number(
        verb, "--entries", arguments->entries,
        text("inner indices in the configuration (default: D of the operands, or ", search::default_entries, ")"), {1})
        ->type_name("D");
    add_number(verb, "--threads", arguments->threads, "threads to use (default: all that the process may run on)", {0})
        ->type_name("T");
    add_options(verb, verb_search, arguments->product);
    verb.callback([arguments, &action] { action = [arguments] { search::run(*arguments); }; });
}

} // namespace cli
