// scmp search: seeds and start of a right Sobol generator whose count table is good for given operands, or for all
// levels.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <iomanip>
#include <memory>

#include <nlohmann/json.hpp>

#include "failure.h"
#include "files.h"
#include "flags.h"
#include "search_run.h"
#include "sha256.h"
#include "verbs.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

// A change of the rounds is another search: states of the one are none of the other.
constexpr int search_version = 1;
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
    ProductFlags product;
};

// One way to make streams, measured: a line of the table that is printed.
struct Line {
    std::string name;
    std::optional<double> cost; // none: of no single table
    std::optional<double> db;
};

void check_usage(const Arguments &arguments) {
    if (arguments.operands.size() % 2 != 0)
        wrong_usage("operands come in pairs, A B; there are ", arguments.operands.size(), " files");
    if (arguments.seconds && !(*arguments.seconds > 0)) wrong_usage("--seconds must be more than 0");
    check_inputs(arguments.operands);
    check_outputs({arguments.output, arguments.state});
    if (arguments.state == "-") wrong_usage("--state must be a file");
}

// Everything that the result depends on but seed and budget.
std::string checksum(const Problem &problem) {
    const scmp_matmul_options &options = problem.options;
    std::string all = text(search_version, ' ', scmp_spec_version(), ' ', options.sc_prec, ' ', options.stoc_len, ' ',
                           options.rng_levels, ' ', int(options.mode), ' ', int(options.granularity), ' ',
                           options.chunk_d, ' ', options.group_a, ' ', options.group_b);
    for (const OperandPair &pair : problem.pairs)
        all += ' ' + sha256(npy_text(pair.a)) + ' ' + sha256(npy_text(pair.b));
    return sha256(all);
}

SearchState load_state(const Arguments &arguments, const Problem &problem) {
    SearchState fresh{checksum(problem), arguments.seed.value_or(default_seed), 0, 0, {}};
    std::error_code ignored;
    if (arguments.state.empty() || !std::filesystem::exists(arguments.state, ignored)) return fresh;
    if (!std::filesystem::is_regular_file(arguments.state, ignored))
        fail(SCMP_ERROR_IO, arguments.state, " is no regular file: a state is written and read again");
    SearchState state = parse_state(arguments.state, read_text(arguments.state, state_limit), problem.sc_prec());
    if (state.problem != fresh.problem)
        fail(SCMP_ERROR_INVALID_ARGUMENT, arguments.state, " is the state of a search with other operands or options");
    if (state.seed != fresh.seed)
        fail(SCMP_ERROR_INVALID_ARGUMENT, arguments.state, " is the state of a search with --seed ", state.seed);
    return state;
}

void save_state(const Arguments &arguments, const SearchState &state) {
    if (arguments.state.empty()) return;
    Output out(arguments.state);
    out.write(state_text(state));
    commit(std::move(out));
}

void search(Session &session, const Arguments &arguments, const Problem &problem, SearchState &state) {
    using Clock = std::chrono::steady_clock;
    Budget budget{arguments.seconds, arguments.evaluations};
    if (!budget.seconds && !budget.evaluations) budget.seconds = default_seconds;
    session.progress().part(0, 1);
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

// Seeds and start of a preset's right generator.
Candidate right_of(scmp_ctx *ctx, const Config &config) {
    std::size_t needed = 0;
    check(scmp_config_to_json(ctx, config.get(), 1, nullptr, 0, &needed));
    std::string json(needed, '\0');
    check(scmp_config_to_json(ctx, config.get(), 1, json.data(), needed, &needed));
    json.pop_back();
    const Json right = Json::parse(json).at("rng_pool").at(1);
    return {right.at("seed").get<std::vector<std::uint32_t>>(), right.at("start").get<std::uint32_t>()};
}

std::vector<Line> preset_lines(Session &session, const Problem &problem) {
    Evaluator evaluator(problem);
    std::vector<Line> lines;
    for (const char *name : {"sobol_simple", "sobol_unbiased", "sobol_tuned"}) {
        Config config;
        // Some presets are made for some widths only.
        if (scmp_config_create_named(session.ctx(), name, problem.sc_prec(), config.out()) != SCMP_OK) continue;
        Line line{name, {}, {}};
        const scmp_matmul_options &options = problem.options;
        const scmp_scramble scramble = line.name == "sobol_tuned"      ? SCMP_SCRAMBLE_OFF
                                       : line.name == "sobol_unbiased" ? SCMP_SCRAMBLE_ALWAYS_BITREV
                                                                       : SCMP_SCRAMBLE_BITREV;
        if (scmp_scramble_applies(scramble, options.sc_prec, options.stoc_len, options.rng_levels) == 0)
            line.cost = evaluator.costs({{right_of(session.ctx(), config)}})[0];
        if (!problem.pairs.empty()) line.db = product_db(session, problem, config.get());
        if (line.cost || line.db) lines.push_back(std::move(line));
    }
    return lines;
}

// The table's error ranks the best few nearly; where there are operands their product decides, and the preset for this
// width takes part.
Line best_line(Session &session, const Problem &problem, const SearchState &state, Candidate &best) {
    std::vector<Found> all = state.best;
    Config tuned;
    if (scmp_config_create_named(session.ctx(), "sobol_tuned", problem.sc_prec(), tuned.out()) == SCMP_OK) {
        const Candidate preset = right_of(session.ctx(), tuned);
        all.push_back({Evaluator(problem).costs({{preset}})[0], preset});
        std::stable_sort(all.begin(), all.end(), [](const Found &a, const Found &b) { return a.cost < b.cost; });
    }
    Line line{"found", {}, {}};
    for (const Found &found : all) {
        const Config config = search_config(session.ctx(), problem.sc_prec(), found.candidate);
        const std::optional<double> db =
            problem.pairs.empty() ? std::nullopt : std::optional(product_db(session, problem, config.get()));
        if (line.cost && !(db && *db > *line.db)) continue;
        best = found.candidate;
        line.cost = found.cost;
        line.db = db;
    }
    return line;
}

double mean_db(const Problem &problem, double OperandPair::*number) {
    double total = 0;
    for (const OperandPair &pair : problem.pairs) total += pair.*number;
    return total / double(problem.pairs.size());
}

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

std::string summary(const Problem &problem, const SearchState &state, const Candidate &best,
                    const std::vector<Line> &lines) {
    const scmp_matmul_options &options = problem.options;
    std::ostringstream out;
    out << scmp_mode_name(options.mode) << ", " << scmp_granularity_name(options.granularity) << ", sc_prec "
        << options.sc_prec << ", stoc_len " << options.stoc_len << ", rng_levels " << options.rng_levels << "; "
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
    for (const Line &line : lines) {
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

std::string config_text(Session &session, const Arguments &arguments, const Problem &problem, const SearchState &state,
                        const Candidate &best, const Line &found) {
    std::int64_t entries = arguments.entries.value_or(problem.pairs.empty() ? default_entries : 1);
    for (const OperandPair &pair : problem.pairs)
        if (!arguments.entries) entries = std::max(entries, pair.d());
    const Config config = search_config(session.ctx(), problem.sc_prec(), best);
    std::size_t needed = 0;
    check(scmp_config_to_json(session.ctx(), config.get(), entries, nullptr, 0, &needed));
    std::string json(needed, '\0');
    check(scmp_config_to_json(session.ctx(), config.get(), entries, json.data(), needed, &needed));
    json.pop_back();
    const scmp_matmul_options &options = problem.options;
    Json about = {{"made_by", text("scmp search ", scmp_version())},
                  {"specification", scmp_spec_version()},
                  {"mode", scmp_mode_name(options.mode)},
                  {"granularity", scmp_granularity_name(options.granularity)},
                  {"sc_prec", options.sc_prec},
                  {"stoc_len", options.stoc_len},
                  {"rng_levels", options.rng_levels},
                  {"operands", checksum(problem)},
                  {"seed", state.seed},
                  {"rounds", state.rounds},
                  {"evaluations", state.evaluations},
                  {"table_error", *found.cost}};
    if (found.db && std::isfinite(*found.db)) about["sqnr_db"] = *found.db;
    return "{\"metadata\": " + about.dump() + ",\n\"config\": " + json + "}\n";
}

void run(const Arguments &arguments) {
    check_usage(arguments);
    Machine machine;
    machine.threads = arguments.threads.value_or(SCMP_NOT_GIVEN);
    {
        Session session("search: operands", machine);
        check_options(session.ctx(), arguments.product.options());
        const Problem problem = make_problem(session, arguments.product.options(), arguments.operands);
        SearchState state = load_state(arguments, problem);
        Output out(arguments.output); // a directory that is not there is said now
        search(session, arguments, problem, state);
        Candidate best;
        std::vector<Line> lines = preset_lines(session, problem);
        const Line found = best_line(session, problem, state, best);
        lines.push_back(found);
        if (problem.pairs.empty()) {
            lines.push_back({"nearest integer counts", 1.0, {}});
        } else {
            lines.push_back({"nearest integer counts", 1.0, mean_db(problem, &OperandPair::nearest_db)});
            lines.push_back({"exact product of levels", {}, mean_db(problem, &OperandPair::quantized_db)});
        }
        out.write(config_text(session, arguments, problem, state, best, found));
        // An error here is one before the configuration has its name.
        if (!is_standard_output(arguments.output)) print(summary(problem, state, best, lines));
        commit(std::move(out));
    }
}

} // namespace

void add_search(CLI::App &app, Action &action) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App &verb = *app.add_subcommand("search", "Sobol seeds with a good count table");
    verb.add_option(
            "OPERANDS", arguments->operands,
            "pairs A B as matmul takes them: the search looks for the best mean SQNR of their products; without "
            "any, for the least mean square error over all pairs of levels")
        ->type_name(".npy...");
    verb.add_option("-o,--output", arguments->output, "the configuration, for --config; - is standard output")
        ->required()
        ->type_name("CONFIG.json");
    add_number(verb, "--seed", arguments->seed, text("of the search's own chance (default ", default_seed, ")"))
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
    add_number(verb, "--entries", arguments->entries,
               text("inner indices in the configuration (default: D of the operands, or ", default_entries, ")"), {1})
        ->type_name("D");
    add_number(verb, "--threads", arguments->threads, "threads to use (default: all that the process may run on)", {0})
        ->type_name("T");
    add_granularity(verb, arguments->product);
    add_grid(verb, arguments->product);
    add_stoc_len(verb, arguments->product);
    add_quantization(verb, arguments->product);
    add_groups(verb, arguments->product);
    verb.callback([arguments, &action] { action = [arguments] { run(*arguments); }; });
}

} // namespace cli
