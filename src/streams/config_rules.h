// Entries of configurations as they were written, in C or in JSON, and the one place that checks elements (Spec 3);
// generator_type.h has generators.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/quoted.h"
#include "streams/config.h"

namespace scmp::streams {

// The writer's names of things, for the error sentences.
struct FieldNames {
    const char *pool, *left, *right, *generator, *permutation;
};
inline constexpr FieldNames c_names{"generators", "left", "right", "generator", "permutation"};
inline constexpr FieldNames json_names{"rng_pool", "sng.q", "sng.k", "rng_id", "scramble"};

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

// The numbers of an array of the public structs; NULL: not given.
template <class Integer> IntegerList list_of(const Integer *values, std::int32_t count) {
    IntegerList list;
    if (values == nullptr) return list;
    list.given = true;
    list.count = count;
    std::copy_n(values, std::clamp<std::int32_t>(count, 0, max_prec), list.values.begin());
    return list;
}

// A seed of up to 64 bits and a sign.
struct WideSeed {
    bool given = false;
    bool negative = false;
    std::uint64_t magnitude = 0;
};

struct ElementInput {
    std::int64_t generator = 0;
    bool complement = false;
    IntegerList permutation;
};

// Both throw INVALID_CONFIG with a sentence that names the entry.
void check_given(const WideSeed &seed, const char *type, const Place &place);
Element checked_element(const ElementInput &input, int sc_prec, std::size_t pool_size, const Place &place);

} // namespace scmp::streams
