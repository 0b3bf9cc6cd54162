// The rules of Spec 3 for generators and elements, and their error sentences.
#include "streams/config_rules.h"

#include <algorithm>
#include <cstdio>
#include <span>

#include "base/error.h"
#include "streams/bits.h"

namespace scmp::streams {
namespace {

using Seeds = std::array<std::uint16_t, max_prec>;

Seeds checked_sobol_seeds(const IntegerList &seeds, int sc_prec, const Place &place) {
    const char *field = place.names.sobol_seeds;
    if (seeds.count != sc_prec)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s has %lld numbers, a Sobol generator of sc_prec = %d needs %d",
             place.list, place.index, field, ll(seeds.count), sc_prec, sc_prec);
    Seeds checked{};
    for (int i = 0; i < sc_prec; i++) {
        const std::int64_t seed = seeds.values[std::size_t(i)];
        const std::int64_t largest = all_ones(i + 1);
        if (seed < 1 || seed > largest)
            fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s[%d] = %lld is outside 1 .. %lld", place.list, place.index,
                 field, i, ll(seed), ll(largest));
        if (seed % 2 == 0)
            fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s[%d] = %lld is even, Sobol seeds are odd", place.list,
                 place.index, field, i, ll(seed));
        checked[std::size_t(i)] = static_cast<std::uint16_t>(seed);
    }
    return checked;
}

void check_sobol(const GeneratorInput &input, int sc_prec, const Place &place, Generator &out) {
    out.sobol_seeds = input.sobol_seeds.given ? checked_sobol_seeds(input.sobol_seeds, sc_prec, place)
                                              : default_sobol_seeds(input.sobol_side, sc_prec);
    const std::int64_t largest = all_ones(sc_prec);
    if (input.sobol_start < 0 || input.sobol_start > largest)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s = %lld is outside 0 .. %lld", place.list, place.index,
             place.names.sobol_start, ll(input.sobol_start), ll(largest));
    out.sobol_start = static_cast<std::uint16_t>(input.sobol_start);
}

void check_seed_given(const GeneratorInput &input, const char *type, const Place &place) {
    if (!input.seed_given)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s is missing, a generator of type %s needs one", place.list,
             place.index, place.names.seed, type);
}

// Data books, Xilinx's XAPP 052 among them, count taps from 1 and shift to the left, so that tap p is always there: the
// same register has them at p - t here. What to write instead where that explains the numbers, else "".
struct ConvertedTaps {
    ConvertedTaps(const IntegerList &taps, int sc_prec) noexcept {
        const auto values = std::span(taps.values).first(std::size_t(taps.count));
        const auto one_based = [&](std::int64_t tap) { return tap >= 1 && tap <= sc_prec; };
        if (!std::all_of(values.begin(), values.end(), one_based)) return;
        std::size_t used = std::size_t(std::snprintf(
            text, sizeof text,
            ": taps counted from 1 of a left-shifting register, as XAPP 052 has them, are %d - t here, ", sc_prec));
        for (std::size_t i = 0; i < values.size(); i++)
            used += std::size_t(std::snprintf(text + used, sizeof text - used, i > 0 ? ",%d" : "%d",
                                              sc_prec - static_cast<int>(values[i])));
        std::snprintf(text + used, sizeof text - used, "; XNOR feedback is the complement");
    }
    char text[200] = "";
};

std::uint16_t checked_taps(const IntegerList &taps, int sc_prec, const Place &place) {
    if (!taps.given) {
        const std::uint16_t first = lfsr_tap_set(sc_prec, 0);
        if (first == 0)
            fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s is missing, an LFSR of sc_prec = %d has no default taps",
                 place.list, place.index, place.names.taps, sc_prec);
        return first;
    }
    if (taps.count < 1 || taps.count > sc_prec)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s has %lld positions, an LFSR of sc_prec = %d has 1 .. %d taps",
             place.list, place.index, place.names.taps, ll(taps.count), sc_prec, sc_prec);
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < std::size_t(taps.count); i++) {
        const std::int64_t tap = taps.values[i];
        if (tap < 0 || tap >= sc_prec)
            fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s[%zu] = %lld is outside 0 .. %d%s", place.list, place.index,
                 place.names.taps, i, ll(tap), sc_prec - 1, ConvertedTaps(taps, sc_prec).text);
        if ((mask >> tap & 1U) != 0)
            fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s[%zu] = %lld appears twice", place.list, place.index,
                 place.names.taps, i, ll(tap));
        mask |= 1U << tap;
    }
    return static_cast<std::uint16_t>(mask);
}

void check_lfsr(const GeneratorInput &input, int sc_prec, const Place &place, Generator &out) {
    check_seed_given(input, "lfsr", place);
    const std::uint64_t largest = all_ones(sc_prec);
    const std::uint64_t least = input.lfsr_zero_state ? 0 : 1;
    if (input.seed_negative || input.seed < least || input.seed > largest)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s = %s%llu is outside %d .. %lld, an LFSR's seeds at sc_prec = %d",
             place.list, place.index, place.names.seed, input.seed_negative ? "-" : "",
             static_cast<unsigned long long>(input.seed), int(least), ll(static_cast<long long>(largest)), sc_prec);
    out.seed = input.seed;
    out.lfsr_taps = checked_taps(input.taps, sc_prec, place);
    out.lfsr_zero_state = input.lfsr_zero_state;
}

std::array<std::uint8_t, max_prec> identity(int sc_prec) {
    std::array<std::uint8_t, max_prec> permutation{};
    for (int i = 0; i < sc_prec; i++) permutation[std::size_t(i)] = static_cast<std::uint8_t>(i);
    return permutation;
}

std::array<std::uint8_t, max_prec> checked_permutation(const IntegerList &list, int sc_prec, const Place &place) {
    if (!list.given) return identity(sc_prec);
    const char *field = place.names.permutation;
    if (list.count != sc_prec)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s has %lld numbers, a permutation at sc_prec = %d has %d", place.list,
             place.index, field, ll(list.count), sc_prec, sc_prec);
    std::array<std::uint8_t, max_prec> permutation{};
    std::uint32_t seen = 0;
    for (std::size_t i = 0; i < std::size_t(list.count); i++) {
        const std::int64_t bit = list.values[i];
        if (bit < 0 || bit >= sc_prec)
            fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s[%zu] = %lld is outside 0 .. %d", place.list, place.index, field,
                 i, ll(bit), sc_prec - 1);
        if ((seen >> bit & 1U) != 0)
            fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s[%zu] = %lld appears twice, which is no permutation", place.list,
                 place.index, field, i, ll(bit));
        seen |= 1U << bit;
        permutation[i] = static_cast<std::uint8_t>(bit);
    }
    return permutation;
}

} // namespace

Generator checked_generator(const GeneratorInput &input, int sc_prec, const Place &place) {
    Generator generator;
    generator.type = input.type;
    switch (input.type) {
    case SCMP_GENERATOR_SOBOL:
        check_sobol(input, sc_prec, place, generator);
        return generator;
    case SCMP_GENERATOR_LFSR:
        check_lfsr(input, sc_prec, place, generator);
        return generator;
    case SCMP_GENERATOR_MT19937:
        check_seed_given(input, "true_random", place);
        generator.seed = input.seed;
        return generator;
    }
    fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].type = %d is no generator type", place.list, place.index,
         static_cast<int>(input.type));
}

Element checked_element(const ElementInput &input, int sc_prec, std::size_t pool_size, const Place &place) {
    if (input.generator < 0 || std::uint64_t(input.generator) >= pool_size)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s = %lld names no generator, %s has %zu", place.list, place.index,
             place.names.generator, ll(input.generator), place.names.pool, pool_size);
    Element element;
    element.generator = static_cast<std::int32_t>(input.generator);
    element.complement = input.complement;
    element.permutation = checked_permutation(input.permutation, sc_prec, place);
    return element;
}

} // namespace scmp::streams
