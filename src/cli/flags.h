// How flags take their values, and the flags that several verbs share beside the options of a product (options.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "progress.h"
#include "scmp/scmp.h"
#include "text.h"

namespace cli {

// The operands of a product by name.
void add_operands(CLI::App &verb, std::string &a, std::string &b);

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

scmp_backend backend_named(const std::string &name);

} // namespace cli
