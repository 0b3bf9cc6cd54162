// scmp sequence: what the circuit of one inner index sees on one side (Spec 3), as an array or for a test bench.
#include <algorithm>
#include <bit>
#include <charconv>
#include <memory>

#include "configs.h"
#include "failure.h"
#include "files.h"
#include "flags.h"
#include "npy.h"
#include "numbers.h"
#include "options.h"
#include "verbs.h"

namespace cli {
namespace {

struct Arguments {
    std::string output, type, config, side = "left", seed, taps, permutation, format = "npy";
    std::optional<std::uint32_t> start;
    std::optional<std::int64_t> index;
    bool complement = false, zero_state = false;
    ProductOptions product;
};

// A generator's flags say nothing about another kind of generator, nor about a configuration.
void check_usage(const Arguments &arguments) {
    const std::string &type = arguments.type;
    if (type.empty() == arguments.config.empty()) wrong_usage("one of --type and --config is required, not both");
    const auto belongs = [&](bool given, const char *flag, std::initializer_list<const char *> types) {
        if (!given) return;
        for (const char *candidate : types)
            if (type == candidate) return;
        wrong_usage(flag, type.empty() ? " does not go with --config" : " does not go with --type " + type);
    };
    belongs(!arguments.seed.empty(), "--seed", {"sobol", "lfsr", "true_random"});
    belongs(arguments.start.has_value(), "--start", {"sobol"});
    belongs(!arguments.taps.empty(), "--taps", {"lfsr"});
    belongs(arguments.zero_state, "--zero-state", {"lfsr"});
    belongs(!arguments.permutation.empty(), "--permutation", {"sobol", "lfsr", "true_random"});
    belongs(arguments.complement, "--complement", {"sobol", "lfsr", "true_random"});
    if (!type.empty() && type != "sobol" && arguments.seed.empty()) wrong_usage("--type ", type, " needs --seed");
}

// One integer; a Python seed may be negative, and means its absolute value.
std::uint64_t parse_seed(const std::string &word, bool may_be_negative) {
    const bool negative = may_be_negative && word.starts_with('-');
    return parse_number<std::uint64_t>("--seed", word.substr(negative ? 1 : 0));
}

// One generator for every inner index of both sides.
Config uniform_config(scmp_ctx *ctx, const Arguments &arguments, std::int32_t sc_prec) {
    scmp_generator generator;
    scmp_generator_init(&generator);
    const auto taps =
        arguments.taps.empty() ? std::vector<std::int32_t>() : parse_list<std::int32_t>("--taps", arguments.taps);
    std::vector<std::uint32_t> seeds;
    if (arguments.type == "sobol") {
        generator.sobol_side = arguments.side == "right" ? SCMP_SIDE_RIGHT : SCMP_SIDE_LEFT;
        generator.sobol_start = arguments.start.value_or(0);
        if (!arguments.seed.empty()) {
            seeds = parse_list<std::uint32_t>("--seed", arguments.seed);
            generator.sobol_seeds = seeds.data();
            generator.sobol_seed_count = std::int32_t(seeds.size());
        }
    } else {
        const bool random = arguments.type == "true_random";
        generator.type = random ? SCMP_GENERATOR_MT19937 : SCMP_GENERATOR_LFSR;
        generator.seed = parse_seed(arguments.seed, random);
        generator.lfsr_zero_state = arguments.zero_state ? 1 : 0;
        if (!taps.empty()) {
            generator.lfsr_taps = taps.data();
            generator.lfsr_tap_count = std::int32_t(taps.size());
        }
    }
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
    desc.generators = &generator;
    desc.generator_count = 1;
    desc.left = desc.right = &element;
    desc.left_count = desc.right_count = 1;
    desc.uniform = 1;
    Config config;
    check_flags(scmp_config_create(ctx, &desc, config.out()));
    return config;
}

// What the numbers are, for a reader of the file alone.
std::vector<std::string> notes(const Arguments &arguments, const scmp_matmul_options &options, std::int32_t levels,
                               std::size_t length) {
    const std::string source = arguments.type.empty()
                                   ? "config " + arguments.config
                                   : arguments.type + (arguments.seed.empty() ? "" : " seed " + arguments.seed) +
                                         (arguments.zero_state ? " with zero state" : "");
    return {text("scmp ", scmp_version(), ", specification ", scmp_spec_version()),
            text(one_line(source), ", ", arguments.side, " side, inner index ", arguments.index.value_or(0),
                 ", sc_prec ", options.sc_prec, ", stoc_len ", length, ", rng_levels ", levels),
            arguments.side == "right"
                ? "one number a draw, first draw first; this side draws in cycles with a left 1 only"
                : "one number a cycle, first cycle first",
            "the stream of boundary x has a 1 where number < x"};
}

// For $readmemh: as many digits as the largest number of the grid needs.
std::string memh_text(const Array &numbers, const std::vector<std::string> &comment, std::int32_t levels) {
    std::string out;
    for (const std::string &line : comment) out += "// " + line + '\n';
    const auto largest = std::uint32_t(std::max(levels - 1, 1));
    const std::size_t digits = std::size_t(std::bit_width(largest) + 3) / 4;
    for (std::size_t i = 0; i < element_count(numbers.view); i++) {
        char hex[8];
        const auto end = std::to_chars(hex, hex + sizeof hex, std::uint32_t(numbers.as<std::int32_t>()[i]), 16).ptr;
        const auto length = std::size_t(end - hex);
        out += std::string(digits > length ? digits - length : 0, '0') + std::string(hex, length) + '\n';
    }
    return out;
}

std::string csv_text(const Array &numbers, const std::vector<std::string> &comment) {
    std::string out;
    for (const std::string &line : comment) out += "# " + line + '\n';
    out += "cycle,value\n";
    for (std::size_t i = 0; i < element_count(numbers.view); i++)
        out += std::to_string(i) + ',' + std::to_string(numbers.as<std::int32_t>()[i]) + '\n';
    return out;
}

void run(const Arguments &arguments) {
    check_usage(arguments);
    scmp_matmul_options options = arguments.product.for_library();
    // Sequences do not depend on the mode; this one allows every width.
    options.mode = SCMP_MODE_UNIPOLAR;
    Session session("sequence");
    check_options(session.ctx(), options);
    const Config config = arguments.type.empty() ? load_config(session.ctx(), arguments.config, options.sc_prec)
                                                 : uniform_config(session.ctx(), arguments, options.sc_prec);
    options.config = config.get();
    const std::int32_t full = std::int32_t(1) << options.sc_prec; // sc_prec was checked with the configuration
    const std::int32_t levels = options.rng_levels == SCMP_NOT_GIVEN ? full : options.rng_levels;
    const std::int32_t length = options.stoc_len == SCMP_NOT_GIVEN ? full : options.stoc_len;
    // A length out of its range is the library's to refuse.
    const Array numbers = make_array(SCMP_DTYPE_I32, {std::clamp(length, 0, full)});
    check(scmp_sequence(session.ctx(), &options, arguments.side == "right" ? SCMP_SIDE_RIGHT : SCMP_SIDE_LEFT,
                        arguments.index.value_or(0), &numbers.view));
    Output out(arguments.output);
    const auto comment = notes(arguments, options, levels, std::size_t(length));
    if (arguments.format == "memh") out.write(memh_text(numbers, comment, levels));
    if (arguments.format == "csv") out.write(csv_text(numbers, comment));
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
    verb.add_option("--type", arguments->type, "generator: sobol, lfsr, true_random")
        ->check(one_of({"sobol", "lfsr", "true_random"}))
        ->type_name("TYPE");
    verb.add_option("--config", arguments->config,
                    "in place of --type: a JSON file, or a preset: " + joined(preset_names()))
        ->type_name("NAME|FILE");
    verb.add_option("--side", arguments->side, "left (default) or right: whose default Sobol seeds, or config entries")
        ->check(one_of({"left", "right"}))
        ->type_name("SIDE");
    add_number(verb, "--index", arguments->index, "inner index: config entry and scramble mask (default 0)", {0})
        ->type_name("d");
    verb.add_option("--seed", arguments->seed,
                    "sobol: p odd numbers m_0,m_1,...; lfsr: 1..2^p-1, or from 0 with --zero-state; true_random: "
                    "Python's seed, any sign")
        ->type_name("SEED");
    add_number(verb, "--start", arguments->start, "sobol: state before the first draw (default 0)")->type_name("s");
    verb.add_option("--taps", arguments->taps,
                    "lfsr: bit positions from the LSB, with commas (default: maximal length)")
        ->type_name("LIST");
    verb.add_flag("--zero-state", arguments->zero_state,
                  "lfsr: state 0 comes between 1 and 2^(p-1), period 2^p (default 2^p - 1); seed 0 is then allowed");
    verb.add_option("--permutation", arguments->permutation, "out bit i = in bit LIST[i]; p numbers with commas")
        ->type_name("LIST");
    verb.add_flag("--complement", arguments->complement, "r becomes 2^p - 1 - r");
    add_options(verb, verb_sequence, arguments->product);
    verb.callback([arguments, &action] { action = [arguments] { run(*arguments); }; });
}

} // namespace cli
