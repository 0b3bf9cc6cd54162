// Linear feedback shift registers; see lfsr.h.
#include "streams/lfsr.h"

#include <algorithm>
#include <bit>
#include <cstdio>

#include "base/error.h"
#include "streams/bits.h"
#include "streams/json_fields.h"

namespace scmp::streams {
namespace {

struct Fields {
    std::uint64_t seed;
    std::uint32_t taps;       // a mask, see lfsr.h
    std::uint32_t zero_state; // 1: state 0 is inserted after state 1
    std::uint64_t unused;
};

// A generator as it was written, and the writer's name of the taps.
struct Input {
    const char *taps_name;
    WideSeed seed{};
    IntegerList taps{};
    bool zero_state = false;
};

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

std::uint16_t checked_taps(const IntegerList &taps, int sc_prec, const Place &place, const char *field) {
    if (!taps.given) {
        const std::uint16_t first = lfsr_tap_set(sc_prec, 0);
        if (first == 0)
            fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s is missing, an LFSR of sc_prec = %d has no default taps",
                 place.list, place.index, field, sc_prec);
        return first;
    }
    if (taps.count < 1 || taps.count > sc_prec)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s has %lld positions, an LFSR of sc_prec = %d has 1 .. %d taps",
             place.list, place.index, field, ll(taps.count), sc_prec, sc_prec);
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < std::size_t(taps.count); i++) {
        const std::int64_t tap = taps.values[i];
        if (tap < 0 || tap >= sc_prec)
            fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s[%zu] = %lld is outside 0 .. %d%s", place.list, place.index,
                 field, i, ll(tap), sc_prec - 1, ConvertedTaps(taps, sc_prec).text);
        if ((mask >> tap & 1U) != 0)
            fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s[%zu] = %lld appears twice", place.list, place.index, field, i,
                 ll(tap));
        mask |= 1U << tap;
    }
    return static_cast<std::uint16_t>(mask);
}

Generator checked(const Input &input, int sc_prec, const Place &place) {
    check_given(input.seed, "lfsr", place);
    const std::uint64_t largest = all_ones(sc_prec);
    const std::uint64_t least = input.zero_state ? 0 : 1;
    const WideSeed &seed = input.seed;
    if (seed.negative || seed.magnitude < least || seed.magnitude > largest)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].seed = %s%llu is outside %d .. %lld, an LFSR's seeds at sc_prec = %d",
             place.list, place.index, seed.negative ? "-" : "", static_cast<unsigned long long>(seed.magnitude),
             int(least), ll(static_cast<long long>(largest)), sc_prec);
    const std::uint16_t taps = checked_taps(input.taps, sc_prec, place, input.taps_name);
    return generator_of(SCMP_GENERATOR_LFSR, Fields{seed.magnitude, taps, input.zero_state ? 1U : 0U, 0});
}

Generator from_desc(const scmp_generator &desc, int sc_prec, const Place &place) {
    Input input{"lfsr_taps"};
    input.seed = {true, false, desc.seed};
    input.taps = list_of(desc.lfsr_taps, desc.lfsr_tap_count);
    input.zero_state = desc.lfsr_zero_state != 0;
    return checked(input, sc_prec, place);
}

constexpr std::string_view keys[] = {"seed", "taps", "zero_state"};

Generator from_json(const json::Object &entry, int sc_prec, const Place &place) {
    Input input{"taps"};
    input.seed = wide_seed(find(entry, "seed"), place, "seed");
    input.taps = integer_list(find(entry, "taps"), place, "taps");
    input.zero_state = flag(find(entry, "zero_state"), place, "zero_state");
    return checked(input, sc_prec, place);
}

void append_json(const Generator &generator, int /*sc_prec*/, std::pmr::string &text) {
    const auto fields = fields_of<Fields>(generator);
    text += R"(, "seed": )";
    append(text, fields.seed);
    text += R"(, "taps": )";
    std::array<std::uint8_t, max_prec> taps{};
    int count = 0;
    for (int bit = max_prec - 1; bit >= 0; bit--)
        if ((fields.taps >> bit & 1) != 0) taps[std::size_t(count++)] = static_cast<std::uint8_t>(bit);
    append_list(text, taps, count);
    if (fields.zero_state != 0) text += R"(, "zero_state": true)";
}

std::uint32_t lfsr_step(std::uint32_t state, std::uint32_t taps, int sc_prec) noexcept {
    const auto feedback = static_cast<std::uint32_t>(std::popcount(state & taps)) & 1U;
    return state >> 1 | feedback << (sc_prec - 1);
}

// The inserted zero state (Model 5): the fed-back bit is inverted where all bits but the last are 0, in the states
// 0, 1.
void draw(const Generator &generator, int sc_prec, std::span<std::uint16_t> out) {
    const auto fields = fields_of<Fields>(generator);
    auto state = static_cast<std::uint32_t>(fields.seed);
    const std::uint32_t top = 1U << (sc_prec - 1);
    for (std::uint16_t &value : out) {
        value = static_cast<std::uint16_t>(state);
        state = lfsr_step(state, fields.taps, sc_prec);
        if (fields.zero_state != 0 && value <= 1) state ^= top;
    }
}

int most_different(const Generator &generator, int sc_prec) noexcept {
    const int full = 1 << sc_prec;
    return fields_of<Fields>(generator).zero_state != 0 ? full : full - 1;
}

// "7,5,4,3", from the highest position on.
struct TapsText {
    explicit TapsText(std::uint32_t taps) noexcept {
        std::size_t used = 0;
        for (int bit = max_prec - 1; bit >= 0; bit--)
            if ((taps >> bit & 1) != 0)
                used += std::size_t(std::snprintf(text + used, sizeof text - used, used > 0 ? ",%d" : "%d", bit));
    }
    char text[2 * max_prec] = "";
};

CycleText cycle_text(const Generator &generator) noexcept {
    const auto fields = fields_of<Fields>(generator);
    CycleText out;
    std::snprintf(out.generator, sizeof out.generator, "an LFSR%s with taps %s and seed %llu",
                  fields.zero_state != 0 ? " with zero state" : "", TapsText(fields.taps).text,
                  static_cast<unsigned long long>(fields.seed));
    if ((fields.taps & 1) == 0) out.hint = "; bit 0, which is shifted out, is not tapped";
    return out;
}

// Whatever its seed, all states of an LFSR with maximal taps are one cycle.
std::size_t cycle_key(const Generator &generator) noexcept {
    const auto fields = fields_of<Fields>(generator);
    return fields.taps * std::size_t(2) + fields.zero_state;
}

constexpr Cycle cycle = {"an LFSR", "maximal taps", cycle_key, cycle_text};

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

constinit const GeneratorType lfsr_type = {
    SCMP_GENERATOR_LFSR, "lfsr", keys, from_desc, from_json, append_json, draw, most_different, &cycle,
};

Generator lfsr_generator(std::uint64_t seed, std::uint16_t taps) {
    return generator_of(SCMP_GENERATOR_LFSR, Fields{seed, taps, 0, 0});
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
