// Walks a generator's draws until one comes again: at most 2^p of them.
#include "streams/period.h"

#include <array>
#include <bitset>
#include <cstdio>

#include "streams/sequence.h"

namespace scmp::streams {
namespace {

constexpr std::size_t most_draws = std::size_t(1) << max_prec;

bool repeats_early(const Generator &generator, int sc_prec, const Repetition &found) noexcept {
    return found.period > 0 && found.different() < most_different(generator, sc_prec);
}

// Taps of which an LFSR is known to be maximal: whatever its seed, all its states are one cycle. Pools have thousands
// of LFSRs with few sets of taps.
class Maximal {
public:
    bool knows(const Generator &generator) const noexcept { return known_[key(generator)]; }
    void add(const Generator &generator) noexcept { known_[key(generator)] = true; }

private:
    static std::size_t key(const Generator &generator) noexcept {
        return generator.lfsr_taps * std::size_t(2) + (generator.lfsr_zero_state ? 1 : 0);
    }
    std::bitset<2 * most_draws> known_;
};

Vector<char> in_use(const Config &config, std::pmr::memory_resource &memory) {
    Vector<char> used(config.pool.size(), 0, &memory);
    const std::int64_t entries = config.uniform ? 1 : config.d_max();
    for (const scmp_side side : {SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT})
        for (std::int64_t d = 0; d < entries; d++) used[std::size_t(config.element(side, d).generator)] = 1;
    return used;
}

// "7,5,4,3", from the highest position on.
struct TapsText {
    explicit TapsText(std::uint16_t taps) noexcept {
        std::size_t used = 0;
        for (int bit = max_prec - 1; bit >= 0; bit--)
            if ((taps >> bit & 1) != 0)
                used += std::size_t(std::snprintf(text + used, sizeof text - used, used > 0 ? ",%d" : "%d", bit));
    }
    char text[2 * max_prec] = "";
};

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
    const int full = 1 << sc_prec;
    switch (generator.type) {
    case SCMP_GENERATOR_SOBOL: // seeds are odd, so each new direction number has a bit that none before has
        return full;
    case SCMP_GENERATOR_LFSR:
        return generator.lfsr_zero_state ? full : full - 1;
    case SCMP_GENERATOR_MT19937:
        break;
    }
    return 0;
}

std::pmr::string period_warning(const Config &config, const char *pool, std::pmr::memory_resource &memory) {
    Maximal maximal;
    std::size_t first = 0, count = 0;
    Vector<char> used(&memory);
    for (std::size_t g = 0; g < config.pool.size(); g++) {
        const Generator &generator = config.pool[g];
        if (generator.type != SCMP_GENERATOR_LFSR || maximal.knows(generator)) continue;
        const Repetition found = repetition(generator, config.sc_prec);
        if (!repeats_early(generator, config.sc_prec, found)) {
            maximal.add(generator);
            continue;
        }
        if (used.empty()) used = in_use(config, memory);
        if (used[g] == 0) continue;
        if (count++ == 0) first = g;
    }
    if (count == 0) return std::pmr::string(&memory);
    return period_warning(config.pool[first], config.sc_prec, pool, first, count - 1, memory);
}

std::pmr::string period_warning(const Generator &generator, int sc_prec, const char *pool, std::size_t index,
                                std::size_t others, std::pmr::memory_resource &memory) {
    const Repetition found = repetition(generator, sc_prec);
    if (!repeats_early(generator, sc_prec, found)) return std::pmr::string(&memory);
    char from[48] = "", more[64] = "";
    if (found.first > 0) std::snprintf(from, sizeof from, " from draw %d on", found.first);
    if (others > 0) std::snprintf(more, sizeof more, "; %zu more of the generators repeat early", others);
    char sentence[320];
    std::snprintf(
        sentence, sizeof sentence,
        "%s[%zu], an LFSR%s with taps %s and seed %llu, repeats after %d draws (period %d%s), maximal taps of %d "
        "bits after %d%s%s",
        pool, index, generator.lfsr_zero_state ? " with zero state" : "", TapsText(generator.lfsr_taps).text,
        static_cast<unsigned long long>(generator.seed), found.different(), found.period, from, sc_prec,
        most_different(generator, sc_prec),
        (generator.lfsr_taps & 1) == 0 ? "; bit 0, which is shifted out, is not tapped" : "", more);
    return {sentence, &memory};
}

} // namespace scmp::streams
