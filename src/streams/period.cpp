// Walks a generator's draws until one comes again: at most 2^p of them.
#include "streams/period.h"

#include <array>
#include <bitset>
#include <cstdio>

#include "streams/generator_type.h"
#include "streams/sequence.h"

namespace scmp::streams {
namespace {

constexpr std::size_t most_draws = std::size_t(1) << max_prec;

bool repeats_early(const Generator &generator, int sc_prec, const Repetition &found) noexcept {
    return found.period > 0 && found.different() < most_different(generator, sc_prec);
}

Vector<char> in_use(const Config &config, std::pmr::memory_resource &memory) {
    Vector<char> used(config.pool.size(), 0, &memory);
    const std::int64_t entries = config.uniform ? 1 : config.d_max();
    for (const scmp_side side : {SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT})
        for (std::int64_t d = 0; d < entries; d++) used[std::size_t(config.element(side, d).generator)] = 1;
    return used;
}

} // namespace

Repetition repetition(const Generator &generator, int sc_prec) noexcept {
    std::array<std::uint16_t, most_draws> draws;
    std::array<std::int16_t, most_draws> seen_at;
    const std::size_t full = std::size_t(1) << sc_prec;
    draw(generator, sc_prec, {draws.data(), full});
    seen_at.fill(-1);
    Repetition found;
    for (std::size_t t = 0; t < full; t++) {
        std::int16_t &seen = seen_at[draws[t]];
        if (seen >= 0) {
            found.first = seen;
            found.period = int(t) - seen;
            break;
        }
        seen = static_cast<std::int16_t>(t);
    }
    found.zero_at = seen_at[0];
    return found;
}

int most_different(const Generator &generator, int sc_prec) noexcept {
    return type_of(generator).most_different(generator, sc_prec);
}

std::pmr::string period_warning(const Config &config, const char *pool, std::pmr::memory_resource &memory) {
    std::size_t first = 0, count = 0;
    Vector<char> used(&memory);
    for (const GeneratorType *type : generator_types()) {
        if (type->cycle == nullptr) continue;
        // Pools have thousands of generators with few keys: one of each tells of all where the cycle is the longest.
        std::bitset<cycle_keys> longest;
        for (std::size_t g = 0; g < config.pool.size(); g++) {
            const Generator &generator = config.pool[g];
            if (generator.type != type->id || longest[type->cycle->key(generator)]) continue;
            const Repetition found = repetition(generator, config.sc_prec);
            if (!repeats_early(generator, config.sc_prec, found)) {
                longest[type->cycle->key(generator)] = true;
                continue;
            }
            if (used.empty()) used = in_use(config, memory);
            if (used[g] == 0) continue;
            if (count++ == 0 || g < first) first = g;
        }
    }
    if (count == 0) return std::pmr::string(&memory);
    return period_warning(config.pool[first], config.sc_prec, pool, first, count - 1, memory);
}

std::pmr::string period_warning(const Generator &generator, int sc_prec, const char *pool, std::size_t index,
                                std::size_t others, std::pmr::memory_resource &memory) {
    const Cycle *cycle = type_of(generator).cycle;
    if (cycle == nullptr) return std::pmr::string(&memory);
    const Repetition found = repetition(generator, sc_prec);
    if (!repeats_early(generator, sc_prec, found)) return std::pmr::string(&memory);
    const CycleText about = cycle->text(generator);
    char from[48] = "", more[64] = "";
    if (found.first > 0) std::snprintf(from, sizeof from, " from draw %d on", found.first);
    if (others > 0) std::snprintf(more, sizeof more, "; %zu more of the generators repeat early", others);
    char sentence[400];
    std::snprintf(sentence, sizeof sentence,
                  "%s[%zu], %s, repeats after %d draws (period %d%s), %s of %d bits after %d%s%s", pool, index,
                  about.generator, found.different(), found.period, from, cycle->best, sc_prec,
                  most_different(generator, sc_prec), about.hint, more);
    return {sentence, &memory};
}

} // namespace scmp::streams
