// The scmp program: from the command line to a verb, and from its failure to one line and an exit code.
#include <cstdio>
#include <new>
#include <sstream>
#include <string>

#include "failure.h"
#include "files.h"
#include "progress.h"
#include "verbs.h"

namespace {

// The one form that every error has.
int report(scmp_status status, const std::string &sentence, int exit_code) {
    std::fprintf(stderr, "scmp: %s: %s\n", scmp_status_string(status), cli::one_line(sentence).c_str());
    return exit_code;
}

// Help is this wide: names, then descriptions.
constexpr std::size_t name_width = 26, description_width = 72;

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
    app.set_version_flag("--version", cli::text("scmp ", scmp_version(), " (specification ", scmp_spec_version(), ")"));
    app.require_subcommand(1);
    app.footer("scmp VERB --help says more about each. Arrays are .npy files; - is standard output (or input).\n"
               "Exit codes: 0; 2 for a wrong command line, 1 for any other error, with one line on standard error.");
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

int run(int argc, char **argv) {
    CLI::App app;
    cli::Action action;
    describe(app, action);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForVersion &version) {
        cli::print(std::string(version.what()) + "\n");
        return 0;
    } catch (const CLI::CallForHelp &) {
        cli::print(app.help());
        return 0;
    } catch (const CLI::ParseError &error) {
        const auto verbs = app.get_subcommands();
        const std::string help = "scmp" + (verbs.empty() ? "" : " " + verbs[0]->get_name()) + " --help";
        return report(SCMP_ERROR_INVALID_ARGUMENT, std::string(error.what()) + " (see " + help + ")",
                      cli::exit_wrong_usage);
    }
    action();
    return 0;
}

} // namespace

void cli::print(const std::string &text) {
    Output out("-");
    out.write(text);
}

int main(int argc, char **argv) {
    cli::catch_signals();
    try {
        return run(argc, argv);
    } catch (const cli::Failure &failure) {
        return report(failure.status(), failure.what(), failure.exit_code());
    } catch (const std::bad_alloc &) {
        return report(SCMP_ERROR_OUT_OF_MEMORY, "there is not enough memory", cli::exit_failed);
    } catch (const std::exception &error) {
        return report(SCMP_ERROR_INTERNAL, error.what(), cli::exit_failed);
    }
}
