// scmp sequence: what the circuit of one inner index sees on one side (Spec 3), as an array or for a test bench.
#include <algorithm>
#include <memory>

#include "configs.h"
#include "failure.h"
#include "files.h"
#include "flags.h"
#include "generators.h"
#include "npy.h"
#include "number_text.h"
#include "numbers.h"
#include "options.h"
#include "scmp/scmp_model.h"
#include "verbs.h"

namespace cli {
namespace {

struct Arguments {
    std::string output, config, permutation, format = "npy";
    GeneratorFlags generator;
    std::optional<std::int64_t> index;
    bool complement = false;
    ProductOptions product;
};

// A generator's flags say nothing about another kind of generator, nor about a configuration.
void check_usage(const Arguments &arguments) {
    const GeneratorFlags &generator = arguments.generator;
    const std::string &type = generator.type;
    if (type.empty() == arguments.config.empty()) wrong_usage("one of --type and --config is required, not both");
    const auto belongs = [&](bool given, const char *flag, bool goes) {
        if (given && !goes)
            wrong_usage(flag, type.empty() ? " does not go with --config" : " does not go with --type " + type);
    };
    const GeneratorType *known = find_generator_type(type);
    const auto goes_with_type = [&](const char *flag) {
        return known != nullptr && std::find(known->flags.begin(), known->flags.end(), flag) != known->flags.end();
    };
    belongs(!generator.seed.empty(), "--seed", goes_with_type("--seed"));
    belongs(generator.start.has_value(), "--start", goes_with_type("--start"));
    belongs(!generator.taps.empty(), "--taps", goes_with_type("--taps"));
    belongs(generator.zero_state, "--zero-state", goes_with_type("--zero-state"));
    belongs(!arguments.permutation.empty(), "--permutation", known != nullptr);
    belongs(arguments.complement, "--complement", known != nullptr);
    if (known != nullptr && known->needs_seed && generator.seed.empty()) wrong_usage("--type ", type, " needs --seed");
}

// One generator for every inner index of both sides.
Config uniform_config(scmp_ctx *ctx, const Arguments &arguments, std::int32_t sc_prec) {
    GivenGenerator given;
    find_generator_type(arguments.generator.type)->fill(arguments.generator, given);
    scmp_element element{};
    element.complement = arguments.complement ? 1 : 0;
    std::vector<std::int32_t> permutation;
    if (!arguments.permutation.empty()) {
        permutation = parse_list<std::int32_t>("--permutation", arguments.permutation);
        // The library takes the length for granted.
        if (std::int64_t(permutation.size()) != sc_prec)
            throw Failure(SCMP_ERROR_INVALID_CONFIG,
                          text("--permutation has ", permutation.size(), " entries, sc_prec is ", sc_prec),
                          exit_wrong_usage);
        element.permutation = permutation.data();
    }
    scmp_config_desc desc;
    scmp_config_desc_init(&desc);
    desc.sc_prec = sc_prec;
    desc.generators = &given.generator;
    desc.generator_count = 1;
    desc.left = desc.right = &element;
    desc.left_count = desc.right_count = 1;
    desc.uniform = 1;
    Config config;
    check_flags(scmp_config_create(ctx, &desc, config.out()));
    return config;
}

// Says what the numbers are, to a reader of the file alone.
std::vector<std::string> notes(const Arguments &arguments, const scmp_matmul_options &options, std::int32_t levels,
                               std::size_t length) {
    const GeneratorFlags &generator = arguments.generator;
    const std::string source = generator.type.empty()
                                   ? "config " + arguments.config
                                   : generator.type + (generator.seed.empty() ? "" : " seed " + generator.seed) +
                                         (generator.zero_state ? " with zero state" : "");
    return {text("scmp ", scmp_version(), ", specification ", scmp_spec_version()),
            text(one_line(source), ", ", arguments.generator.side, " side, inner index ", arguments.index.value_or(0),
                 ", sc_prec ", options.sc_prec, ", stoc_len ", length, ", rng_levels ", levels),
            arguments.generator.side == "right"
                ? "one number a draw, first draw first; this side draws in cycles with a left 1 only"
                : "one number a cycle, first cycle first",
            "the stream of boundary x has a 1 where number < x"};
}

void run(const Arguments &arguments) {
    check_usage(arguments);
    scmp_matmul_options options = arguments.product.for_library();
    // Sequences do not depend on the mode; this one allows every width.
    options.mode = SCMP_MODE_UNIPOLAR;
    Session session("sequence");
    check_options(session.ctx(), options);
    const Config config = arguments.generator.type.empty()
                              ? load_config(session.ctx(), arguments.config, options.sc_prec)
                              : uniform_config(session.ctx(), arguments, options.sc_prec);
    options.config = config.get();
    const std::int32_t full = std::int32_t(1) << options.sc_prec; // sc_prec was checked with the configuration
    const std::int32_t levels = options.rng_levels == SCMP_NOT_GIVEN ? full : options.rng_levels;
    const std::int32_t length = options.stoc_len == SCMP_NOT_GIVEN ? full : options.stoc_len;
    // A length out of its range is the library's to refuse.
    const Array numbers = make_array(SCMP_DTYPE_I32, {std::clamp(length, 0, full)});
    check(scmp_sequence(session.ctx(), &options, arguments.generator.side == "right" ? SCMP_SIDE_RIGHT : SCMP_SIDE_LEFT,
                        arguments.index.value_or(0), &numbers.view));
    Output out(arguments.output);
    const auto comment = notes(arguments, options, levels, std::size_t(length));
    if (arguments.format == "memh") out.write(memh_text(numbers, bits_for(levels - 1), comment));
    if (arguments.format == "csv") out.write(csv_text(numbers, "cycle", comment));
    if (arguments.format == "npy") write_npy(out, numbers);
    commit(std::move(out));
}

} // namespace

void add_sequence(CLI::App &app, Action &action) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App &verb = *app.add_subcommand("sequence", "the numbers that one circuit compares boundaries with");
    verb.add_option("-o,--output", arguments->output, "result; - is standard output")->required()->type_name("R");
    verb.add_option("--format", arguments->format, "npy (int32, default), memh (for $readmemh), csv (cycle,value)")
        ->check(one_of({"npy", "memh", "csv"}))
        ->type_name("FORMAT");
    verb.add_option("--type", arguments->generator.type, "generator: " + joined(generator_names()))
        ->check(one_of(generator_names()))
        ->type_name("TYPE");
    verb.add_option("--config", arguments->config,
                    "in place of --type: a JSON file, or a preset: " + joined(preset_names()))
        ->type_name("NAME|FILE");
    verb.add_option("--side", arguments->generator.side,
                    "left (default) or right: whose default Sobol seeds, or config entries")
        ->check(one_of({"left", "right"}))
        ->type_name("SIDE");
    add_number(verb, "--index", arguments->index, "inner index: config entry and scramble mask (default 0)", {0})
        ->type_name("d");
    std::vector<std::string> seeds;
    for (const GeneratorType &type : generator_types()) seeds.push_back(type.name + ": " + type.seed_about);
    verb.add_option("--seed", arguments->generator.seed, joined(seeds, "; "))->type_name("SEED");
    add_number(verb, "--start", arguments->generator.start, "sobol: state before the first draw (default 0)")
        ->type_name("s");
    verb.add_option("--taps", arguments->generator.taps,
                    "lfsr: bit positions from the LSB, with commas (default: maximal length)")
        ->type_name("LIST");
    verb.add_flag("--zero-state", arguments->generator.zero_state,
                  "lfsr: state 0 comes between 1 and 2^(p-1), period 2^p (default 2^p - 1); seed 0 is then allowed");
    verb.add_option("--permutation", arguments->permutation, "out bit i = in bit LIST[i]; p numbers with commas")
        ->type_name("LIST");
    verb.add_flag("--complement", arguments->complement, "r becomes 2^p - 1 - r");
    add_options(verb, verb_sequence, arguments->product);
    verb.callback([arguments, &action] { action = [arguments] { run(*arguments); }; });
}

} // namespace cli
