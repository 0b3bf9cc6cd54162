// A generator or element as somebody wrote it, in C or in JSON, and the one place that checks it (Spec 3).
#pragma once

#include <array>
#include <cstdint>

#include "base/quoted.h"
#include "streams/config.h"

namespace scmp::streams {

// What the writer calls things, for the error sentences.
struct FieldNames {
    const char *pool, *left, *right;
    const char *sobol_seeds, *sobol_start, *seed, *taps;
    const char *generator, *permutation;
};
inline constexpr FieldNames c_names{"generators", "left",      "right",     "sobol_seeds", "sobol_start",
                                    "seed",       "lfsr_taps", "generator", "permutation"};
inline constexpr FieldNames json_names{"rng_pool", "sng.q", "sng.k",  "seed",    "start",
                                       "seed",     "taps",  "rng_id", "scramble"};

// An entry of a list: "rng_pool[2]".
struct Place {
    const FieldNames &names;
    const char *list;
    std::size_t index;
};

// A list of at most p numbers. Where it is longer, `values` has its beginning.
struct IntegerList {
    bool given = false;
    std::int64_t count = 0;
    std::array<std::int64_t, max_prec> values{};
};

struct GeneratorInput {
    scmp_generator_type type = SCMP_GENERATOR_SOBOL;
    scmp_side sobol_side = SCMP_SIDE_LEFT; // whose default seeds
    IntegerList sobol_seeds;
    std::int64_t sobol_start = 0;
    bool seed_given = false;
    bool seed_negative = false; // then `seed` is its absolute value
    std::uint64_t seed = 0;
    IntegerList taps;
    bool lfsr_zero_state = false;
};

struct ElementInput {
    std::int64_t generator = 0;
    bool complement = false;
    IntegerList permutation;
};

// Both throw INVALID_CONFIG with a sentence that names the entry.
Generator checked_generator(const GeneratorInput &input, int sc_prec, const Place &place);
Element checked_element(const ElementInput &input, int sc_prec, std::size_t pool_size, const Place &place);

} // namespace scmp::streams
