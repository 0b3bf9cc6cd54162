// Python's generator; see mt19937.h.
#include "streams/mt19937.h"

#include <random>

#include "streams/json_fields.h"

namespace scmp::streams {
namespace {

struct Fields {
    std::uint64_t seed, unused[2]; // the absolute value of Python's
};

Generator checked(const WideSeed &seed, const Place &place) {
    check_given(seed, "true_random", place);
    return generator_of(SCMP_GENERATOR_MT19937, Fields{seed.magnitude, {}});
}

Generator from_desc(const scmp_generator &desc, int /*sc_prec*/, const Place &place) {
    return checked({true, false, desc.seed}, place);
}

constexpr std::string_view keys[] = {"seed"};

Generator from_json(const json::Object &entry, int /*sc_prec*/, const Place &place) {
    return checked(wide_seed(find(entry, "seed"), place, "seed"), place);
}

void append_json(const Generator &generator, int /*sc_prec*/, std::pmr::string &text) {
    text += R"(, "seed": )";
    append(text, fields_of<Fields>(generator).seed);
}

// Seeds MT19937 as CPython's random.seed(integer) does: init_by_array of Matsumoto and Nishimura's reference code
// (mt19937ar, 2002), where the key is the integer in 32-bit words, least significant first.
struct PythonSeed {
    using result_type = std::uint32_t;

    std::uint64_t seed;

    template <class Iterator> void generate(Iterator state, Iterator end) const {
        const std::size_t n = std::size_t(end - state);
        const std::array<std::uint32_t, 2> key{static_cast<std::uint32_t>(seed),
                                               static_cast<std::uint32_t>(seed >> 32)};
        const std::size_t words = key[1] != 0 ? 2 : 1;
        const auto mixed = [&](std::size_t i) -> std::uint32_t { return state[i - 1] ^ state[i - 1] >> 30; };

        state[0] = 19650218U;
        for (std::size_t i = 1; i < n; i++) state[i] = 1812433253U * mixed(i) + static_cast<std::uint32_t>(i);
        // Two rounds over the state without its first word, which follows the last; the key is never longer than that.
        std::size_t i = 1;
        const auto advance = [&] {
            if (++i < n) return;
            state[0] = state[n - 1];
            i = 1;
        };
        for (std::size_t k = 0; k < n; k++, advance()) {
            const std::size_t word = k % words;
            state[i] = (state[i] ^ mixed(i) * 1664525U) + key[word] + static_cast<std::uint32_t>(word);
        }
        for (std::size_t k = 1; k < n; k++, advance())
            state[i] = (state[i] ^ mixed(i) * 1566083941U) - static_cast<std::uint32_t>(i);
        state[0] = 0x80000000U;
    }
};

// randint(0, 2^p - 1) draws p + 1 bits, as many as 2^p has, until they are below 2^p.
void draw(const Generator &generator, int sc_prec, std::span<std::uint16_t> out) {
    PythonSeed seed{fields_of<Fields>(generator).seed};
    std::mt19937 engine(seed);
    for (std::uint16_t &value : out) {
        std::uint32_t bits = 0;
        do bits = static_cast<std::uint32_t>(engine()) >> (32 - (sc_prec + 1));
        while (bits >> sc_prec != 0);
        value = static_cast<std::uint16_t>(bits);
    }
}

// Random numbers come again.
int most_different(const Generator & /*generator*/, int /*sc_prec*/) noexcept {
    return 0;
}

} // namespace

constinit const GeneratorType mt19937_type = {
    SCMP_GENERATOR_MT19937, "true_random", keys, from_desc, from_json, append_json, draw, most_different, nullptr,
};

} // namespace scmp::streams
