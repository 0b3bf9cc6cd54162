// The scmp program: from the command line to a verb, and from its failure to one line and an exit code.
#include <algorithm>
#include <cstdio>
#include <new>
#include <sstream>
#include <string>
#include <vector>

#include "failure.h"
#include "files.h"
#include "report_json.h"
#include "signals.h"
#include "verbs.h"

namespace {

using Words = std::vector<std::string>;

// --- errors ---------------------------------------------------------------------------------------------------------

// --json, and standard output is not where an array goes.
bool wants_json(const Words &words) {
    const auto goes_out = [](const std::string &word) {
        return word == "-o" || word == "--output" || word == "--counts";
    };
    bool json = false, taken = false;
    for (std::size_t i = 0; i < words.size(); i++) {
        json |= words[i] == "--json";
        taken |= words[i] == "-o-" || words[i] == "--output=-" || words[i] == "--counts=-";
        taken |= i > 0 && goes_out(words[i - 1]) && cli::is_standard_output(words[i]);
    }
    return json && !taken;
}

// The one form that every error has.
int report(const Words &words, scmp_status status, const std::string &sentence, int exit_code) {
    const std::string line = cli::one_line(sentence);
    std::fprintf(stderr, "scmp: %s\n", line.c_str());
    if (!wants_json(words)) return exit_code;
    const nlohmann::ordered_json json = {
        {"status", scmp_status_string(status)}, {"message", line}, {"exit_code", exit_code}};
    try {
        cli::print(cli::json_text(json));
    } catch (const cli::Failure &) { // the line has said it
    }
    return exit_code;
}

// --- help -----------------------------------------------------------------------------------------------------------

// Help fits a terminal of 80 columns: names, then descriptions.
constexpr std::size_t name_width = 26, description_width = 79 - name_width;

std::string wrapped(const std::string &description) {
    std::istringstream words(description);
    std::string out, word;
    std::size_t column = 0;
    while (words >> word) {
        const bool fits = column + 1 + word.size() <= description_width;
        if (!out.empty()) out += fits ? ' ' : '\n';
        column = (fits && !out.empty() ? column + 1 : 0) + word.size();
        out += word;
    }
    return out;
}

void describe(CLI::App &app, cli::Action &action) {
    app.name("scmp");
    app.description("Matrix products exactly as a stochastic-computing array would compute them.");
    app.set_version_flag("-V,--version",
                         cli::text("scmp ", scmp_version(), " (specification ", scmp_spec_version(), ")"));
    app.require_subcommand(1);
    app.footer("scmp help VERB says more about each. Arrays are .npy files; - is standard\n"
               "output (or input). Numbers are decimal: 010 is 10.\n"
               "Exit codes: 0; 2 for a command line that is wrong whatever the files hold;\n"
               "1 for what depends on files or the machine. An error is one line on standard\n"
               "error, with --json also an object on standard output that has its status.");
    cli::add_matmul(app, action);
    cli::add_calibrate(app, action);
    cli::add_scales(app, action);
    cli::add_smooth(app, action);
    cli::add_quantize(app, action);
    cli::add_sequence(app, action);
    cli::add_sweep(app, action);
    cli::add_search(app, action);
    cli::add_export(app, action);
    cli::add_verify(app, action);
    cli::add_info(app, action);
    app.get_formatter()->column_width(name_width);
    for (CLI::App *verb : app.get_subcommands({})) {
        verb->footer("");
        for (CLI::Option *option : verb->get_options()) option->description(wrapped(option->get_description()));
    }
}

// --- words that are none --------------------------------------------------------------------------------------------

// The verb of this name; an error with the one that was meant.
CLI::App &verb_named(const CLI::App &app, const std::string &name) {
    Words names = {"help"};
    for (const CLI::App *verb : app.get_subcommands([](const CLI::App *) { return true; }))
        names.push_back(verb->get_name());
    if (name == "help" || std::find(names.begin(), names.end(), name) == names.end())
        cli::wrong_usage("there is no verb '", name, "'", cli::did_you_mean(name, names), " (see scmp --help)");
    return *app.get_subcommand(name);
}

std::string help_of(const CLI::App &verb) {
    return verb.get_name() == "scmp" ? "scmp --help" : "scmp " + verb.get_name() + " --help";
}

// An option, less its value; an error with the one that was meant.
const CLI::Option &option_named(const CLI::App &app, const std::string &word) {
    const bool is_long = word.starts_with("--");
    const std::string name = is_long ? word.substr(0, word.find('=')) : word.substr(0, 2);
    if (const CLI::Option *option = app.get_option_no_throw(name)) return *option;
    Words names;
    for (const CLI::Option *option : app.get_options([](const CLI::Option *) { return true; }))
        for (const std::string &candidate : option->get_lnames()) names.push_back("--" + candidate);
    cli::wrong_usage("there is no option ", is_long ? name : word, cli::did_you_mean(is_long ? name : word, names),
                     " (see ", help_of(app), ")");
}

// Refuses unknown options before the parser takes what follows them for something else.
void check_options(const CLI::App &app, const Words &words, std::size_t from) {
    for (std::size_t i = from; i < words.size() && words[i] != "--"; i++) {
        const std::string &word = words[i];
        if (word.size() < 2 || word[0] != '-') continue;
        const CLI::Option &option = option_named(app, word);
        const bool has_value = word.starts_with("--") ? word.find('=') != std::string::npos : word.size() > 2;
        if (option.get_items_expected_min() == 0 || has_value) continue;
        i++;
        if (i < words.size() && words[i].empty()) cli::wrong_usage(word, ": its value is empty");
    }
}

// The arguments that a verb needs and was not given.
std::string missing(const CLI::App &verb) {
    Words names;
    for (const CLI::Option *option : verb.get_options([](const CLI::Option *) { return true; }))
        if (option->get_required() && option->count() == 0)
            names.push_back(option->get_positional() ? option->get_name(true) : option->get_name());
    return cli::text(verb.get_name(), " needs ", cli::joined(names));
}

std::string explained(const CLI::ParseError &error, const CLI::App &app) {
    const auto verbs = app.get_subcommands();
    const CLI::App &verb = verbs.empty() ? app : *verbs[0];
    std::string sentence = error.what();
    if (dynamic_cast<const CLI::RequiredError *>(&error) != nullptr) sentence = missing(verb);
    if (dynamic_cast<const CLI::ExtrasError *>(&error) != nullptr)
        sentence = cli::text("'", cli::joined(verb.remaining(), "', '"), "': more than ", verb.get_name(), " takes");
    return sentence + " (see " + help_of(verb) + ")";
}

// --- the program ----------------------------------------------------------------------------------------------------

int help(const CLI::App &app, const Words &words) {
    if (words.size() > 2) cli::wrong_usage("help is about one verb, not about ", words.size() - 1);
    const bool all = words.size() == 1 || words[1] == "help" || words[1] == "--help" || words[1] == "-h";
    cli::print(all ? app.help() : verb_named(app, words[1]).help("scmp"));
    return 0;
}

int run(const Words &words) {
    CLI::App app;
    cli::Action action;
    describe(app, action);
    if (words.empty()) {
        std::fputs(app.help().c_str(), stderr);
        return cli::exit_wrong_usage;
    }
    if (words[0] == "help") return help(app, words);
    if (words[0].starts_with('-'))
        check_options(app, words, 0);
    else
        check_options(verb_named(app, words[0]), words, 1);
    try {
        app.parse(Words(words.rbegin(), words.rend()));
    } catch (const CLI::CallForVersion &version) {
        cli::print(std::string(version.what()) + "\n");
        return 0;
    } catch (const CLI::CallForHelp &) {
        cli::print(app.help());
        return 0;
    } catch (const CLI::ParseError &error) {
        cli::wrong_usage(explained(error, app));
    }
    action();
    return 0;
}

int run_or_report(const Words &words) {
    try {
        return run(words);
    } catch (const cli::Failure &failure) {
        return report(words, failure.status(), failure.what(), failure.exit_code());
    } catch (const std::bad_alloc &) {
        return report(words, SCMP_ERROR_OUT_OF_MEMORY, "there is not enough memory", cli::exit_failed);
    } catch (const std::exception &error) {
        return report(words, SCMP_ERROR_INTERNAL, error.what(), cli::exit_failed);
    }
}

} // namespace

void cli::print(const std::string &text) {
    Output out("-");
    out.write(text);
}

int main(int argc, char **argv) {
    cli::open_standard_streams();
    try {
        cli::catch_signals();
        return run_or_report(Words(argv + std::min(argc, 1), argv + argc));
    } catch (...) { // no memory for the words, or for the report
        std::fputs("scmp: there is not enough memory\n", stderr);
        return cli::exit_failed;
    }
}
