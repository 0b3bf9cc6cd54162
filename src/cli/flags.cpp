// Flags that several verbs share; see flags.h.
#include "flags.h"

#include <algorithm>
#include <string_view>

#include "failure.h"
#include "numbers.h"

namespace cli {
namespace {

// The names of enumeration values from `first` on; the library says where they end.
template <class Enumeration> std::vector<std::string> names(const char *(*name)(Enumeration), int first) {
    std::vector<std::string> out;
    for (int value = first; std::string_view(name(Enumeration(value))) != "unknown"; value++)
        out.emplace_back(name(Enumeration(value)));
    return out;
}

// Only after the command line was checked against names().
template <class Enumeration>
Enumeration named(const std::string &word, const char *(*name)(Enumeration), int first = 0) {
    int value = first;
    while (word != name(Enumeration(value)) && std::string_view(name(Enumeration(value))) != "unknown") value++;
    return Enumeration(value);
}

template <class T> void take(T &option, const std::optional<T> &flag, const char *name) {
    if (!flag) return;
    // The library would read this number as "not given".
    if (*flag == SCMP_NOT_GIVEN) fail(SCMP_ERROR_INVALID_ARGUMENT, name, " is ", *flag, ", which is out of its range");
    option = *flag;
}

// "" where the word is one of them.
std::string none_of(const std::string &word, const std::vector<std::string> &words) {
    if (std::find(words.begin(), words.end(), word) != words.end()) return "";
    return "'" + word + "' is none of " + joined(words) + did_you_mean(word, words);
}

} // namespace

scmp_matmul_options ProductFlags::options() const {
    scmp_matmul_options options;
    scmp_matmul_options_init(&options);
    if (!granularity.empty()) options.granularity = granularity_named(granularity);
    if (!mode.empty()) options.mode = named(mode, scmp_mode_name);
    if (!scramble.empty()) options.scramble = named(scramble, scmp_scramble_name, SCMP_SCRAMBLE_BITREV);
    take(options.sc_prec, sc_prec, "sc_prec");
    take(options.stoc_len, stoc_len, "stoc_len");
    take(options.rng_levels, rng_levels, "rng_levels");
    options.chunk_d = chunk_d.value_or(options.chunk_d);
    options.group_a = group_a.value_or(options.group_a);
    options.group_b = group_b.value_or(options.group_b);
    options.halve = halve ? 1 : 0;
    return options;
}

void check_options(scmp_ctx *ctx, const scmp_matmul_options &options) {
    std::int32_t tables = 0;
    check_flags(scmp_table_index(ctx, &options, 1, nullptr, &tables));
    for (const scmp_side side : {SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT}) {
        scmp_tensor scales;
        const float number = 0;
        const scmp_tensor matrix = scmp_tensor_2d(SCMP_DTYPE_F32, &number, 1, 1);
        const scmp_tensor batch = scmp_tensor_3d(SCMP_DTYPE_F32, &number, 1, 1, 1);
        // per_head is for batches, chunks are for matrices: it is wrong only where both are refused.
        if (scmp_scale_shape(&batch, side, &options, &scales) != SCMP_OK)
            check_flags(scmp_scale_shape(&matrix, side, &options, &scales));
    }
}

void add_granularity(CLI::App &verb, ProductFlags &flags) {
    verb.add_option("--granularity", flags.granularity, "what shares a scale: per_row (default), per_tensor, per_head")
        ->check(one_of(granularity_names()))
        ->type_name("G");
}

void add_quantization(CLI::App &verb, ProductFlags &flags) {
    verb.add_option("--mode", flags.mode, "bipolar (sign and magnitude, default) or unipolar (zero point)")
        ->check(one_of(mode_names()))
        ->type_name("MODE");
    add_number(verb, "--chunk-d", flags.chunk_d,
               "own scales for every C inner indices; per_row, bipolar, 2-D (default: none)", {0})
        ->type_name("C");
    verb.add_flag("--halve", flags.halve, "bipolar: 2^(p-1) for each of --stoc-len and --rng-levels that is not given");
}

void add_grid(CLI::App &verb, ProductFlags &flags) {
    add_number(verb, "--sc-prec", flags.sc_prec,
               text("precision p in bits, ", scmp_sc_prec_min_bipolar(), "..", scmp_sc_prec_max(), ", unipolar from ",
                    scmp_sc_prec_min_unipolar(), " (default 8)"),
               {0})
        ->type_name("P");
    add_number(verb, "--rng-levels", flags.rng_levels, text("grid size, 1..", SCMP_RNG_LEVELS_MAX, " (default 2^p)"),
               {0})
        ->type_name("G");
}

void add_stoc_len(CLI::App &verb, ProductFlags &flags) {
    add_number(verb, "--stoc-len", flags.stoc_len, "stream length in cycles, 1..2^p (default 2^p)", {0})
        ->type_name("L");
}

void add_groups(CLI::App &verb, ProductFlags &flags) {
    add_number(verb, "--group-a", flags.group_a, "per_row: rows of A that share a scale (default 1)")->type_name("g");
    add_number(verb, "--group-b", flags.group_b, "per_row: rows of B that share a scale (default 1)")->type_name("g");
}

void add_scramble(CLI::App &verb, ProductFlags &flags) {
    verb.add_option("--scramble", flags.scramble,
                    "xor mask by inner index: " + joined(scramble_names()) + " (default: the config's, else bitrev)")
        ->check(one_of(scramble_names()))
        ->type_name("MODE");
}

void add_operands(CLI::App &verb, std::string &a, std::string &b) {
    verb.add_option("A", a, "left operand (N, D) or (BH, N, D): f16, f32, f64")->required()->type_name(".npy");
    verb.add_option("B", b, "right operand (M, D) or (BH, M, D)")->required()->type_name(".npy");
}

void add_product(CLI::App &verb, ProductFlags &flags, std::string &config, std::string &smooth) {
    add_granularity(verb, flags);
    add_grid(verb, flags);
    add_stoc_len(verb, flags);
    add_quantization(verb, flags);
    add_groups(verb, flags);
    verb.add_option("--config", config,
                    "generators: a JSON file, or a preset: " + joined(preset_names()) + " (default sobol_simple)")
        ->type_name("NAME|FILE");
    add_scramble(verb, flags);
    verb.add_option("--smooth", smooth, "SmoothQuant scales (D,): the product of A/s and B*s")->type_name("S.npy");
}

Machine MachineFlags::machine() const {
    Machine machine;
    machine.backend = backend;
    take(machine.threads, threads, "threads");
    return machine;
}

void add_machine(CLI::App &verb, MachineFlags &flags) {
    const auto backends = names(scmp_backend_name, 0);
    verb.add_option("--backend", flags.backend, "who computes: " + joined(backends) + " (default auto)")
        ->check(one_of(backends))
        ->type_name("NAME");
    add_number(verb, "--threads", flags.threads, "threads to use (default: all that the process may run on)", {0})
        ->type_name("T");
}

CLI::Validator one_of(const std::vector<std::string> &words) {
    return {[words](const std::string &word) { return none_of(word, words); }, ""};
}

void check_words(const std::string &flag, const std::vector<std::string> &given,
                 const std::vector<std::string> &words) {
    for (const std::string &word : given)
        if (const std::string wrong = none_of(word, words); !wrong.empty()) wrong_usage(flag, ": ", wrong);
}

template <class Number>
CLI::Option *add_number(CLI::App &verb, const std::string &flag, std::optional<Number> &target,
                        const std::string &about, std::optional<Number> least) {
    const auto take = [flag, &target, least](const CLI::results_t &words) {
        target = parse_number<Number>(flag, words.at(0));
        if (least && *target < *least) wrong_usage(flag, ": ", *target, " is less than ", *least);
        return true;
    };
    return verb.add_option(flag, take, about);
}

template CLI::Option *add_number(CLI::App &, const std::string &, std::optional<std::int32_t> &, const std::string &,
                                 std::optional<std::int32_t>);
template CLI::Option *add_number(CLI::App &, const std::string &, std::optional<std::int64_t> &, const std::string &,
                                 std::optional<std::int64_t>);
template CLI::Option *add_number(CLI::App &, const std::string &, std::optional<std::uint32_t> &, const std::string &,
                                 std::optional<std::uint32_t>);
template CLI::Option *add_number(CLI::App &, const std::string &, std::optional<std::uint64_t> &, const std::string &,
                                 std::optional<std::uint64_t>);
template CLI::Option *add_number(CLI::App &, const std::string &, std::optional<double> &, const std::string &,
                                 std::optional<double>);

CLI::Option *add_list(CLI::App &verb, const std::string &flag, std::vector<std::string> &target,
                      const std::string &about) {
    const auto take = [flag, &target](const CLI::results_t &lists) {
        for (const std::string &list : lists)
            for (std::string &word : parse_words(flag, list)) target.push_back(std::move(word));
        return true;
    };
    return verb.add_option(flag, take, about)
        ->expected(1, CLI::detail::expected_max_vector_size)
        ->allow_extra_args(false);
}

std::vector<std::string> granularity_names() {
    return names(scmp_granularity_name, 0);
}

std::vector<std::string> mode_names() {
    return names(scmp_mode_name, 0);
}

std::vector<std::string> scramble_names() {
    return names(scmp_scramble_name, SCMP_SCRAMBLE_BITREV);
}

scmp_backend backend_named(const std::string &name) {
    return named(name, scmp_backend_name);
}

scmp_granularity granularity_named(const std::string &name) {
    return named(name, scmp_granularity_name);
}

} // namespace cli
