// Flags that several verbs share, and what they mean to the library. What is not given stays at the library's default.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "configs.h"
#include "progress.h"
#include "scmp/scmp.h"
#include "text.h"

namespace cli {

struct ProductFlags {
    std::string granularity, mode, scramble;
    std::optional<std::int32_t> sc_prec, stoc_len, rng_levels;
    std::optional<std::int64_t> chunk_d, group_a, group_b;
    bool halve = false;

    // Configuration, smoothing and outputs are left out.
    scmp_matmul_options options() const;
};

// Refuses what no operands of any shape could be computed with, as wrong usage.
void check_options(scmp_ctx *ctx, const scmp_matmul_options &options);

// Each adds the flags it is named after.
void add_granularity(CLI::App &verb, ProductFlags &flags);
void add_quantization(CLI::App &verb, ProductFlags &flags); // mode, chunk_d, halve
void add_grid(CLI::App &verb, ProductFlags &flags);         // sc_prec, rng_levels
void add_stoc_len(CLI::App &verb, ProductFlags &flags);
void add_groups(CLI::App &verb, ProductFlags &flags);
void add_scramble(CLI::App &verb, ProductFlags &flags);

// The operands of a product by name, and every flag that says what is computed.
void add_operands(CLI::App &verb, std::string &a, std::string &b);
void add_product(CLI::App &verb, ProductFlags &flags, std::string &config, std::string &smooth);

struct MachineFlags {
    std::string backend;
    std::optional<std::int32_t> threads;

    Machine machine() const;
};
void add_machine(CLI::App &verb, MachineFlags &flags);

// Checks a flag against a list that its description spells out.
CLI::Validator one_of(const std::vector<std::string> &words);

// The same for the words of a list.
void check_words(const std::string &flag, const std::vector<std::string> &given, const std::vector<std::string> &words);

// A flag that takes a number (numbers.h says which), none below `least`.
template <class Number>
CLI::Option *add_number(CLI::App &verb, const std::string &flag, std::optional<Number> &target,
                        const std::string &about, std::optional<Number> least = {});

// A flag that takes words with commas between them, and may be repeated.
CLI::Option *add_list(CLI::App &verb, const std::string &flag, std::vector<std::string> &target,
                      const std::string &about);

// Spelled-out names of enumeration values, as flags take them.
std::vector<std::string> granularity_names();
std::vector<std::string> mode_names();
std::vector<std::string> scramble_names();
scmp_backend backend_named(const std::string &name);
scmp_granularity granularity_named(const std::string &name);

} // namespace cli
