// Generators and configurations as data (Spec 3 and 7): which generator, permutation and complement an inner index
// uses.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/memory.h"
#include "scmp/scmp.h"

namespace scmp::streams {

constexpr int max_prec = SCMP_SC_PREC_MAX;

// One generator of the pool, with its defaults filled in for the configuration's p: what its type (generator_type.h)
// keeps in it. Equal fields are equal sequences.
struct Generator {
    scmp_generator_type type = SCMP_GENERATOR_SOBOL;
    std::array<std::uint64_t, 3> fields{};

    bool operator==(const Generator &) const = default;
};

// The generator of one inner index on one side, and how it is used. Without a permutation, `permutation` is the
// identity 0 .. p-1, zeros behind it.
struct Element {
    std::int32_t generator = 0;
    bool complement = false;
    std::array<std::uint8_t, max_prec> permutation{};

    bool operator==(const Element &) const = default;
};

struct Config {
    explicit Config(std::pmr::memory_resource &memory) : pool(&memory), left(&memory), right(&memory) {}

    int sc_prec = 8;
    scmp_scramble scramble = SCMP_SCRAMBLE_NOT_GIVEN;
    bool uniform = false; // left[0] and right[0] serve every inner index
    Vector<Generator> pool;
    Vector<Element> left, right;

    // Number of inner indices that have an element on both sides.
    std::int64_t d_max() const noexcept;
    const Element &element(scmp_side side, std::int64_t d) const noexcept {
        const Vector<Element> &elements = side == SCMP_SIDE_LEFT ? left : right;
        return elements[uniform ? 0 : static_cast<std::size_t>(d)];
    }

    bool operator==(const Config &) const = default;
};

// Each fills `out` (fresh, made with its memory) or throws an Error: INVALID_CONFIG, FORMAT (not JSON),
// INVALID_ARGUMENT. `sc_prec` is already known to be 1 .. 10.
void config_named(std::string_view name, int sc_prec, Config &out);
void config_from_json(std::string_view text, int sc_prec, Config &out);
void config_from_desc(const scmp_config_desc &desc, Config &out);

// One generator of a pool from the public struct; `index` is for the error sentence ("generators[3]: ...").
Generator generator_from_desc(const scmp_generator &desc, int sc_prec, std::size_t index);
// Entry `index` of an array of them.
Generator generator_from_array(const scmp_generator *array, int sc_prec, std::size_t index);

// JSON text for the first d inner indices, of which there are so many, in the shape that config_from_json reads.
std::pmr::string config_to_json(const Config &config, std::int64_t d, std::pmr::memory_resource &memory);

int config_name_count();
const char *config_name(int index);

// Scramble modes by their names in files ("bitrev", ...); the enumeration's NOT_GIVEN is no name.
const char *scramble_name(scmp_scramble scramble); // "unknown" for none
bool scramble_from_name(std::string_view name, scmp_scramble &out);

} // namespace scmp::streams
