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

// One generator of the pool, with its defaults filled in for the configuration's p. What its type does not use is zero,
// so that equality is equality of sequences' definitions.
struct Generator {
    scmp_generator_type type = SCMP_GENERATOR_SOBOL;
    std::array<std::uint16_t, max_prec> sobol_seeds{}; // m_0 .. m_{p-1}
    std::uint16_t sobol_start = 0;
    std::uint64_t seed = 0;       // LFSR, true_random
    std::uint16_t lfsr_taps = 0;  // bit i set: position i from the LSB is tapped
    bool lfsr_zero_state = false; // state 0 is inserted after state 1

    bool operator==(const Generator &) const = default;
};

// What one inner index uses on one side. Without a permutation, `permutation` is the identity 0 .. p-1, zeros behind
// it.
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

// Default Sobol seeds of a side (Spec 3), m_0 .. m_{p-1}.
std::array<std::uint16_t, max_prec> default_sobol_seeds(scmp_side side, int sc_prec);

// Maximal-length LFSR tap sets of a width in the canonical order of Spec 3, as bit masks: how many, and the index-th.
int lfsr_tap_set_count(int sc_prec);
std::uint16_t lfsr_tap_set(int sc_prec, int index);

// Scramble modes by their names in files ("bitrev", ...); the enumeration's NOT_GIVEN is no name.
const char *scramble_name(scmp_scramble scramble); // "unknown" for none
bool scramble_from_name(std::string_view name, scmp_scramble &out);

} // namespace scmp::streams
