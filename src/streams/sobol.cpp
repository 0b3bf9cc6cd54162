// Sobol generators; see sobol.h.
#include "streams/sobol.h"

#include <algorithm>
#include <bit>

#include "base/error.h"
#include "streams/bits.h"
#include "streams/json_fields.h"

namespace scmp::streams {
namespace {

struct Fields {
    SobolSeeds seeds;
    std::uint16_t start, unused;
};

// A generator as it was written, and the writer's names of the fields.
struct Input {
    const char *seeds_name, *start_name;
    scmp_side side = SCMP_SIDE_LEFT; // whose default seeds
    IntegerList seeds{};
    std::int64_t start = 0;
};

SobolSeeds checked_seeds(const IntegerList &seeds, int sc_prec, const Place &place, const char *field) {
    if (seeds.count != sc_prec)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s has %lld numbers, a Sobol generator of sc_prec = %d needs %d",
             place.list, place.index, field, ll(seeds.count), sc_prec, sc_prec);
    SobolSeeds checked{};
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

Generator checked(const Input &input, int sc_prec, const Place &place) {
    const SobolSeeds seeds = input.seeds.given ? checked_seeds(input.seeds, sc_prec, place, input.seeds_name)
                                               : default_sobol_seeds(input.side, sc_prec);
    const std::int64_t largest = all_ones(sc_prec);
    if (input.start < 0 || input.start > largest)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].%s = %lld is outside 0 .. %lld", place.list, place.index,
             input.start_name, ll(input.start), ll(largest));
    return sobol_generator(seeds, static_cast<std::uint16_t>(input.start));
}

Generator from_desc(const scmp_generator &desc, int sc_prec, const Place &place) {
    if (desc.sobol_side != SCMP_SIDE_LEFT && desc.sobol_side != SCMP_SIDE_RIGHT)
        fail(SCMP_ERROR_INVALID_CONFIG, "%s[%zu].sobol_side = %d is no side", place.list, place.index,
             static_cast<int>(desc.sobol_side));
    Input input{"sobol_seeds", "sobol_start"};
    input.side = desc.sobol_side;
    input.seeds = list_of(desc.sobol_seeds, desc.sobol_seed_count);
    input.start = desc.sobol_start;
    return checked(input, sc_prec, place);
}

constexpr std::string_view keys[] = {"seed", "seed_type", "start"};

scmp_side seed_type(const json::Value *value, const Place &place) {
    if (value == nullptr || is_text(*value, "q")) return SCMP_SIDE_LEFT;
    if (is_text(*value, "k")) return SCMP_SIDE_RIGHT;
    fail_field(place, "seed_type", "\"q\" or \"k\"");
}

Generator from_json(const json::Object &entry, int sc_prec, const Place &place) {
    Input input{"seed", "start"};
    input.side = seed_type(find(entry, "seed_type"), place);
    input.seeds = integer_list(find(entry, "seed"), place, "seed");
    if (const json::Value *start = find(entry, "start")) input.start = integer(*start, place, "start");
    return checked(input, sc_prec, place);
}

void append_json(const Generator &generator, int sc_prec, std::pmr::string &text) {
    const auto fields = fields_of<Fields>(generator);
    text += R"(, "seed": )";
    append_list(text, fields.seeds, sc_prec);
    text += R"(, "start": )";
    append(text, fields.start);
}

// Gray-code order: between draws t and t + 1 one direction number is flipped, that of the lowest zero bit of t. As t
// stops at 2^p - 2, that bit is always below p.
void draw(const Generator &generator, int sc_prec, std::span<std::uint16_t> out) {
    const auto fields = fields_of<Fields>(generator);
    std::array<std::uint32_t, max_prec> direction{};
    for (int i = 0; i < sc_prec; i++)
        direction[std::size_t(i)] = std::uint32_t(fields.seeds[std::size_t(i)]) << (sc_prec - 1 - i);
    std::uint32_t state = fields.start;
    for (std::uint32_t t = 0; t < out.size(); t++) {
        out[t] = static_cast<std::uint16_t>(state);
        if (t + 1 < out.size()) state ^= direction[std::size_t(std::countr_one(t))];
    }
}

// Seeds are odd, so each new direction number has a bit that none before has.
int most_different(const Generator & /*generator*/, int sc_prec) noexcept {
    return 1 << sc_prec;
}

} // namespace

constinit const GeneratorType sobol_type = {
    SCMP_GENERATOR_SOBOL, "sobol", keys, from_desc, from_json, append_json, draw, most_different, nullptr,
};

Generator sobol_generator(const SobolSeeds &seeds, std::uint16_t start) {
    return generator_of(SCMP_GENERATOR_SOBOL, Fields{seeds, start, 0});
}

SobolSeeds default_sobol_seeds(scmp_side side, int sc_prec) {
    SobolSeeds seeds{};
    std::fill_n(seeds.begin(), sc_prec, std::uint16_t(1));
    if (side == SCMP_SIDE_LEFT) return seeds;
    if (sc_prec >= 5) seeds[4] = 9;
    if (sc_prec >= 7) seeds[6] = 41;
    if (sc_prec == 8) seeds[7] = 255;
    return seeds;
}

} // namespace scmp::streams
