// One descriptor for each type of generator: its name and fields in files, its rules, its draws, how they repeat. A new
// type is a file that defines one and a line in the list of generator_type.cpp.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/json.h"
#include "streams/config_rules.h"

namespace scmp::streams {

// Parts of the warning about a generator that repeats before its type must.
struct CycleText {
    char generator[96] = ""; // "an LFSR with taps 5,0 and seed 1"
    const char *hint = "";   // what is wrong with it, where that is known
};

// Types whose draws are their states, which go through a cycle.
struct Cycle {
    const char *noun; // "an LFSR"
    const char *best; // what makes the cycle as long as can be: "maximal taps"
    // Below cycle_keys. Generators of one type with the same key go through the same states where the cycle is as long
    // as can be.
    std::size_t (*key)(const Generator &generator) noexcept;
    CycleText (*text)(const Generator &generator) noexcept;
};
constexpr std::size_t cycle_keys = std::size_t(2) << max_prec;

struct GeneratorType {
    scmp_generator_type id;
    const char *name;                       // in files
    std::span<const std::string_view> keys; // of its entry in a file, beside "type"; those of other types are refused
    // Both check by the rules of Spec 3, and throw INVALID_CONFIG with a sentence that names the entry.
    Generator (*from_desc)(const scmp_generator &desc, int sc_prec, const Place &place);
    Generator (*from_json)(const json::Object &entry, int sc_prec, const Place &place);
    // Writes what follows the type in its entry: from_json reads it back.
    void (*append_json)(const Generator &generator, int sc_prec, std::pmr::string &text);
    // The first out.size() <= 2^p draws.
    void (*draw)(const Generator &generator, int sc_prec, std::span<std::uint16_t> out);
    // How many draws are all different at best; 0 where they need not be.
    int (*most_different)(const Generator &generator, int sc_prec) noexcept;
    const Cycle *cycle; // NULL: the draws of this type never repeat early, or may
};

std::span<const GeneratorType *const> generator_types() noexcept;

// NULL where there is none.
const GeneratorType *find_type(scmp_generator_type id) noexcept;
const GeneratorType *find_type(std::string_view name) noexcept;

// The type of a generator that was checked.
const GeneratorType &type_of(const Generator &generator) noexcept;

// The fields that a type keeps in a generator. They have no padding, so that equal bits are equal fields.
template <class Fields> Generator generator_of(scmp_generator_type type, const Fields &fields) noexcept {
    static_assert(std::has_unique_object_representations_v<Fields>);
    return {type, std::bit_cast<decltype(Generator::fields)>(fields)};
}
template <class Fields> Fields fields_of(const Generator &generator) noexcept {
    return std::bit_cast<Fields>(generator.fields);
}

} // namespace scmp::streams
