// Flags that several verbs share; see flags.h.
#include "flags.h"

#include <algorithm>

#include "failure.h"
#include "names.h"
#include "numbers.h"
#include "scmp/scmp_model.h"

namespace cli {
namespace {

// "" where the word is one of them.
std::string none_of(const std::string &word, const std::vector<std::string> &words) {
    if (std::find(words.begin(), words.end(), word) != words.end()) return "";
    return "'" + word + "' is none of " + joined(words) + did_you_mean(word, words);
}

} // namespace

void add_operands(CLI::App &verb, std::string &a, std::string &b) {
    verb.add_option("A", a, "left operand (N, D) or (BH, N, D): f16, f32, f64")->required()->type_name(".npy");
    verb.add_option("B", b, "right operand (M, D) or (BH, M, D)")->required()->type_name(".npy");
}

Machine MachineFlags::machine() const {
    Machine machine;
    machine.backend = backend;
    machine.threads = threads.value_or(SCMP_NOT_GIVEN);
    return machine;
}

void add_machine(CLI::App &verb, MachineFlags &flags) {
    const auto backends = names(scmp_backend_name);
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
        target = parse_number<Number>(flag, words.at(0), least);
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

scmp_backend backend_named(const std::string &name) {
    return named(name, scmp_backend_name);
}

} // namespace cli
