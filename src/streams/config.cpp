// Configurations by name and from the public structs.
#include "streams/config.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>

#include "base/error.h"
#include "base/sized_struct.h"
#include "streams/bits.h"
#include "streams/config_rules.h"
#include "streams/lfsr.h"
#include "streams/sobol.h"

namespace scmp::streams {
namespace {

constexpr const char *config_names[] = {"sobol_simple", "sobol_antithetic", "sobol_altseed",
                                        "lfsr_default", "sobol_unbiased",   "sobol_tuned"};

constexpr const char *scramble_names[] = {nullptr, "bitrev", "counter", "off", "always_bitrev", "always_counter"};

Element plain_element(std::int32_t generator, int sc_prec) {
    Element element;
    element.generator = generator;
    for (int i = 0; i < sc_prec; i++) element.permutation[std::size_t(i)] = static_cast<std::uint8_t>(i);
    return element;
}

// m_i = 2^(i+1) - 1, the largest that there are.
Generator altseed_sobol(int sc_prec) {
    SobolSeeds seeds{};
    for (int i = 0; i < sc_prec; i++) seeds[std::size_t(i)] = static_cast<std::uint16_t>(all_ones(i + 1));
    return sobol_generator(seeds);
}

// The table of Spec 7.
std::optional<Generator> tuned_sobol(int sc_prec) {
    switch (sc_prec) {
    case 4:
        return sobol_generator({1, 3, 3, 15}, 11);
    case 5:
        return sobol_generator({1, 3, 7, 11, 25}, 26);
    case 6:
        return sobol_generator({1, 3, 7, 9, 19, 39}, 52);
    case 7:
        return sobol_generator({1, 3, 5, 15, 27, 61, 69}, 108);
    case 8:
        return sobol_generator({1, 3, 7, 9, 19, 57, 115, 153}, 212);
    // Beyond the table: found by scmp search (docs/search.md).
    case 9:
        return sobol_generator({1, 3, 1, 15, 31, 9, 125, 231, 497}, 171);
    case 10:
        return sobol_generator({1, 1, 3, 7, 15, 29, 55, 223, 511, 895}, 711);
    default:
        return std::nullopt;
    }
}

Generator default_lfsr(int sc_prec) {
    const std::uint16_t taps = lfsr_tap_set(sc_prec, 0);
    if (taps == 0)
        fail(SCMP_ERROR_INVALID_CONFIG,
             "lfsr_default is not defined at sc_prec = %d, an LFSR of that width has no default taps", sc_prec);
    return lfsr_generator(all_ones(sc_prec) >= 125 ? 125 : 1, taps);
}

void check_array(const void *array, std::size_t count, const char *name, const char *count_name) {
    if (count > SCMP_D_TIMES_L_MAX)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "%s = %zu is beyond %d", count_name, count, SCMP_D_TIMES_L_MAX);
    if (count > 0 && array == nullptr)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "%s is NULL, but %s = %zu", name, count_name, count);
}

void pool_from_desc(const scmp_config_desc &desc, Config &out) {
    check_array(desc.generators, desc.generator_count, "generators", "generator_count");
    out.pool.reserve(desc.generator_count);
    for (std::size_t i = 0; i < desc.generator_count; i++)
        out.pool.push_back(generator_from_array(desc.generators, out.sc_prec, i));
}

void elements_from_desc(const scmp_element *elements, std::size_t count, const char *name, const Config &config,
                        Vector<Element> &out) {
    out.reserve(count);
    for (std::size_t i = 0; i < count; i++) {
        if (elements[i].reserved[0] != 0 || elements[i].reserved[1] != 0)
            fail(SCMP_ERROR_UNSUPPORTED, "%s[%zu] has reserved members that are not 0: a newer library is needed", name,
                 i);
        ElementInput input;
        input.generator = elements[i].generator;
        input.complement = elements[i].complement != 0;
        input.permutation = list_of(elements[i].permutation, config.sc_prec);
        out.push_back(checked_element(input, config.sc_prec, config.pool.size(), {c_names, name, i}));
    }
}

} // namespace

std::int64_t Config::d_max() const noexcept {
    if (uniform) return std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::min(left.size(), right.size()));
}

int config_name_count() {
    return static_cast<int>(std::size(config_names));
}

const char *config_name(int index) {
    return index >= 0 && index < config_name_count() ? config_names[index] : "unknown";
}

const char *scramble_name(scmp_scramble scramble) {
    const auto index = static_cast<std::int64_t>(scramble);
    return index >= 1 && index < std::ssize(scramble_names) ? scramble_names[index] : "unknown";
}

bool scramble_from_name(std::string_view name, scmp_scramble &out) {
    for (std::size_t i = 1; i < std::size(scramble_names); i++) {
        if (name != scramble_names[i]) continue;
        out = static_cast<scmp_scramble>(i);
        return true;
    }
    return false;
}

void config_named(std::string_view name, int sc_prec, Config &out) {
    const Generator left_sobol = sobol_generator(default_sobol_seeds(SCMP_SIDE_LEFT, sc_prec));
    const Generator right_sobol = sobol_generator(default_sobol_seeds(SCMP_SIDE_RIGHT, sc_prec));
    Element left = plain_element(0, sc_prec);
    Element right = plain_element(1, sc_prec);
    out.sc_prec = sc_prec;
    out.uniform = true;
    if (name == "sobol_simple") {
        out.pool = {left_sobol, right_sobol};
    } else if (name == "sobol_antithetic") {
        out.pool = {left_sobol, right_sobol};
        right.complement = true;
    } else if (name == "sobol_altseed") {
        out.pool = {left_sobol, altseed_sobol(sc_prec)};
    } else if (name == "lfsr_default") {
        out.pool = {default_lfsr(sc_prec)};
        right.generator = 0;
        std::reverse(right.permutation.begin(), right.permutation.begin() + sc_prec);
    } else if (name == "sobol_unbiased") {
        out.pool = {left_sobol, right_sobol};
        out.scramble = SCMP_SCRAMBLE_ALWAYS_BITREV;
    } else if (name == "sobol_tuned") {
        const std::optional<Generator> tuned = tuned_sobol(sc_prec);
        if (!tuned)
            fail(SCMP_ERROR_INVALID_CONFIG, "sobol_tuned exists for sc_prec 4 .. 10, not for sc_prec = %d", sc_prec);
        out.pool = {left_sobol, *tuned};
        out.scramble = SCMP_SCRAMBLE_OFF;
    } else {
        fail(SCMP_ERROR_INVALID_CONFIG, "no configuration is named \"%s\"", Quoted(name).text);
    }
    out.left = {left};
    out.right = {right};
}

Generator generator_from_desc(const scmp_generator &desc, int sc_prec, std::size_t index) {
    const GeneratorType *type = find_type(desc.type);
    if (type == nullptr)
        fail(SCMP_ERROR_INVALID_CONFIG, "generators[%zu].type = %d is no generator type", index,
             static_cast<int>(desc.type));
    return type->from_desc(desc, sc_prec, {c_names, c_names.pool, index});
}

Generator generator_from_array(const scmp_generator *array, int sc_prec, std::size_t index) {
    scmp_generator generator;
    read_sized_entry(array, "generators", index, generator);
    return generator_from_desc(generator, sc_prec, index);
}

void config_from_desc(const scmp_config_desc &desc, Config &out) {
    if (desc.sc_prec < 1 || desc.sc_prec > max_prec)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "sc_prec = %d is outside 1 .. %d", desc.sc_prec, max_prec);
    const auto scramble = static_cast<std::int64_t>(desc.scramble);
    if (scramble < 0 || scramble >= std::ssize(scramble_names))
        fail(SCMP_ERROR_INVALID_ARGUMENT, "scramble = %lld is no scramble mode", ll(scramble));
    check_array(desc.left, desc.left_count, "left", "left_count");
    check_array(desc.right, desc.right_count, "right", "right_count");
    out.uniform = desc.uniform != 0;
    if (out.uniform && (desc.left_count == 0 || desc.right_count == 0))
        fail(SCMP_ERROR_INVALID_CONFIG,
             "a uniform configuration needs left[0] and right[0], left_count = %zu, right_count = %zu", desc.left_count,
             desc.right_count);
    out.sc_prec = desc.sc_prec;
    out.scramble = desc.scramble;
    pool_from_desc(desc, out);
    elements_from_desc(desc.left, out.uniform ? 1 : desc.left_count, c_names.left, out, out.left);
    elements_from_desc(desc.right, out.uniform ? 1 : desc.right_count, c_names.right, out, out.right);
}

} // namespace scmp::streams
