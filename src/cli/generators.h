// The types of generators as the program knows them: the flags that describe one, and what the reference RTL makes of
// it. A new type is an entry in generators.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "scmp/scmp.h"

namespace cli {

// As scmp sequence takes them.
struct GeneratorFlags {
    std::string type, side = "left", seed, taps;
    std::optional<std::uint32_t> start;
    bool zero_state = false;
};

// A generator as the library takes it, with what it points to; it stays where it is.
struct GivenGenerator {
    scmp_generator generator;
    std::vector<std::uint32_t> seeds;
    std::vector<std::int32_t> taps;

    GivenGenerator() { scmp_generator_init(&generator); }
    GivenGenerator(const GivenGenerator &) = delete;
    GivenGenerator &operator=(const GivenGenerator &) = delete;
};

// The parameters of scmp_array that describe the generator of one side.
struct RtlGenerator {
    int kind = 0, zero_state = 0;
    std::vector<std::uint32_t> seeds;
    std::uint32_t taps = 0, first = 0;
};

struct GeneratorType {
    std::string name, seed_about;   // seed_about: what its --seed is
    std::vector<std::string> flags; // that go with it
    bool needs_seed;
    void (*fill)(const GeneratorFlags &flags, GivenGenerator &out);
    // Of an entry of a configuration's pool; nothing where the RTL has no such generator.
    std::optional<RtlGenerator> (*rtl)(const nlohmann::json &entry);
};

const std::vector<GeneratorType> &generator_types();
std::vector<std::string> generator_names();
const GeneratorType *find_generator_type(const std::string &name); // NULL where there is none

// True where an object has no keys but these.
bool has_only(const nlohmann::json &object, const std::vector<std::string> &known);

} // namespace cli
