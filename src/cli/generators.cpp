// The table of generator types; see generators.h.
#include "generators.h"

#include <algorithm>

#include "numbers.h"

namespace cli {
namespace {

using Json = nlohmann::json;

// --- sobol ---------------------------------------------------------------------------------------------------------

void fill_sobol(const GeneratorFlags &flags, GivenGenerator &out) {
    out.generator.sobol_side = flags.side == "right" ? SCMP_SIDE_RIGHT : SCMP_SIDE_LEFT;
    out.generator.sobol_start = flags.start.value_or(0);
    if (flags.seed.empty()) return;
    out.seeds = parse_list<std::uint32_t>("--seed", flags.seed);
    out.generator.sobol_seeds = out.seeds.data();
    out.generator.sobol_seed_count = std::int32_t(out.seeds.size());
}

std::optional<RtlGenerator> sobol_rtl(const Json &entry) {
    if (!has_only(entry, {"type", "seed", "start"})) return std::nullopt;
    RtlGenerator out;
    out.seeds = entry.at("seed").get<std::vector<std::uint32_t>>();
    out.first = entry.value("start", 0U);
    return out;
}

// --- lfsr ----------------------------------------------------------------------------------------------------------

void fill_lfsr(const GeneratorFlags &flags, GivenGenerator &out) {
    out.generator.type = SCMP_GENERATOR_LFSR;
    out.generator.seed = parse_number<std::uint64_t>("--seed", flags.seed);
    out.generator.lfsr_zero_state = flags.zero_state ? 1 : 0;
    if (flags.taps.empty()) return;
    out.taps = parse_list<std::int32_t>("--taps", flags.taps);
    out.generator.lfsr_taps = out.taps.data();
    out.generator.lfsr_tap_count = std::int32_t(out.taps.size());
}

std::optional<RtlGenerator> lfsr_rtl(const Json &entry) {
    if (!has_only(entry, {"type", "seed", "taps", "zero_state"})) return std::nullopt;
    RtlGenerator out;
    out.kind = 1;
    for (const std::uint32_t tap : entry.at("taps").get<std::vector<std::uint32_t>>()) out.taps |= 1U << tap;
    out.first = entry.at("seed").get<std::uint32_t>();
    out.zero_state = entry.value("zero_state", false) ? 1 : 0;
    return out;
}

// --- true_random ---------------------------------------------------------------------------------------------------

// A Python seed may be negative, and means its absolute value.
void fill_true_random(const GeneratorFlags &flags, GivenGenerator &out) {
    out.generator.type = SCMP_GENERATOR_MT19937;
    out.generator.seed = parse_number<std::uint64_t>("--seed", flags.seed.substr(flags.seed.starts_with('-') ? 1 : 0));
}

std::optional<RtlGenerator> no_rtl(const Json & /*entry*/) {
    return std::nullopt;
}

} // namespace

const std::vector<GeneratorType> &generator_types() {
    static const std::vector<GeneratorType> types = {
        {"sobol", "p odd numbers m_0,m_1,...", {"--seed", "--start"}, false, fill_sobol, sobol_rtl},
        {"lfsr",
         "1..2^p-1, or from 0 with --zero-state",
         {"--seed", "--taps", "--zero-state"},
         true,
         fill_lfsr,
         lfsr_rtl},
        {"true_random", "Python's seed, any sign", {"--seed"}, true, fill_true_random, no_rtl},
    };
    return types;
}

std::vector<std::string> generator_names() {
    std::vector<std::string> names;
    for (const GeneratorType &type : generator_types()) names.push_back(type.name);
    return names;
}

const GeneratorType *find_generator_type(const std::string &name) {
    for (const GeneratorType &type : generator_types())
        if (type.name == name) return &type;
    return nullptr;
}

bool has_only(const Json &object, const std::vector<std::string> &known) {
    for (const auto &[key, value] : object.items())
        if (std::find(known.begin(), known.end(), key) == known.end()) return false;
    return true;
}

} // namespace cli
