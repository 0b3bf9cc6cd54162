// Draws of one generator, and what Spec 3 says of generators as such: default Sobol seeds, maximal LFSR tap sets.
#include <algorithm>
#include <bit>
#include <random>

#include "streams/bits.h"
#include "streams/sequence.h"

namespace scmp::streams {
namespace {

// Gray-code order: between draws t and t + 1 one direction number is flipped, that of the lowest zero bit of t. As t
// stops at 2^p - 2, that bit is always below p.
void draw_sobol(const Generator &generator, int sc_prec, std::span<std::uint16_t> out) {
    std::array<std::uint32_t, max_prec> direction{};
    for (int i = 0; i < sc_prec; i++)
        direction[std::size_t(i)] = std::uint32_t(generator.sobol_seeds[std::size_t(i)]) << (sc_prec - 1 - i);
    std::uint32_t state = generator.sobol_start;
    for (std::uint32_t t = 0; t < out.size(); t++) {
        out[t] = static_cast<std::uint16_t>(state);
        if (t + 1 < out.size()) state ^= direction[std::size_t(std::countr_one(t))];
    }
}

std::uint32_t lfsr_step(std::uint32_t state, std::uint32_t taps, int sc_prec) noexcept {
    const auto feedback = static_cast<std::uint32_t>(std::popcount(state & taps)) & 1U;
    return state >> 1 | feedback << (sc_prec - 1);
}

// The inserted zero state (Model 5): the fed-back bit is inverted where all bits but the last are 0, in the states
// 0, 1.
void draw_lfsr(const Generator &generator, int sc_prec, std::span<std::uint16_t> out) {
    auto state = static_cast<std::uint32_t>(generator.seed);
    const std::uint32_t top = 1U << (sc_prec - 1);
    for (std::uint16_t &value : out) {
        value = static_cast<std::uint16_t>(state);
        state = lfsr_step(state, generator.lfsr_taps, sc_prec);
        if (generator.lfsr_zero_state && value <= 1) state ^= top;
    }
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
void draw_true_random(const Generator &generator, int sc_prec, std::span<std::uint16_t> out) {
    PythonSeed seed{generator.seed};
    std::mt19937 engine(seed);
    for (std::uint16_t &value : out) {
        std::uint32_t bits = 0;
        do bits = static_cast<std::uint32_t>(engine()) >> (32 - (sc_prec + 1));
        while (bits >> sc_prec != 0);
        value = static_cast<std::uint16_t>(bits);
    }
}

// Bit 0 is tapped, so a step can be undone and every state lies on a cycle: the period is the way back to state 1.
bool is_maximal(std::uint32_t taps, int sc_prec) noexcept {
    std::uint32_t period = 1;
    for (std::uint32_t state = lfsr_step(1, taps, sc_prec); state != 1; period++)
        state = lfsr_step(state, taps, sc_prec);
    return period == all_ones(sc_prec);
}

// Walks the maximal tap sets in canonical order until `visit(taps)` returns false. Among sets of one size, ascending
// lists compare lexicographically as their masks do with bit 0 in the highest place, the greater mask first.
template <class Visit> void for_each_tap_set(int sc_prec, Visit visit) {
    const std::uint32_t ends = 1U | 1U << (sc_prec - 1);
    for (int size = 2; size <= sc_prec; size += 2)
        for (std::uint32_t mirrored = all_ones(sc_prec); mirrored != 0; mirrored--) {
            const std::uint32_t taps = bit_reverse(mirrored, sc_prec);
            if ((taps & ends) != ends || std::popcount(taps) != size || !is_maximal(taps, sc_prec)) continue;
            if (!visit(static_cast<std::uint16_t>(taps))) return;
        }
}

} // namespace

void draw(const Generator &generator, int sc_prec, std::span<std::uint16_t> out) {
    switch (generator.type) {
    case SCMP_GENERATOR_SOBOL:
        return draw_sobol(generator, sc_prec, out);
    case SCMP_GENERATOR_LFSR:
        return draw_lfsr(generator, sc_prec, out);
    case SCMP_GENERATOR_MT19937:
        return draw_true_random(generator, sc_prec, out);
    }
}

std::array<std::uint16_t, max_prec> default_sobol_seeds(scmp_side side, int sc_prec) {
    std::array<std::uint16_t, max_prec> seeds{};
    std::fill_n(seeds.begin(), sc_prec, std::uint16_t(1));
    if (side == SCMP_SIDE_LEFT) return seeds;
    if (sc_prec >= 5) seeds[4] = 9;
    if (sc_prec >= 7) seeds[6] = 41;
    if (sc_prec == 8) seeds[7] = 255;
    return seeds;
}

int lfsr_tap_set_count(int sc_prec) {
    int count = 0;
    for_each_tap_set(sc_prec, [&](std::uint16_t) {
        count++;
        return true;
    });
    return count;
}

std::uint16_t lfsr_tap_set(int sc_prec, int index) {
    std::uint16_t found = 0;
    for_each_tap_set(sc_prec, [&](std::uint16_t taps) {
        if (index-- > 0) return true;
        found = taps;
        return false;
    });
    return found;
}

} // namespace scmp::streams
