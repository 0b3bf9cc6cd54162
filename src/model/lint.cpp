// Looks at generators, pairs of elements, masks and first draws.
#include "model/lint.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>

#include "base/error.h"
#include "model/analysis.h"
#include "streams/generator_type.h"
#include "streams/period.h"

namespace scmp::model {
namespace {

using streams::Repetition;

class Linter {
public:
    Linter(const streams::Config &config, const streams::StreamShape &shape, std::int64_t d, Findings &findings,
           std::pmr::memory_resource &memory)
        : config_(config), shape_(shape), d_(d), findings_(findings), memory_(memory),
          used_(config.pool.size(), &memory), repetitions_(config.pool.size(), &memory) {
        // A uniform configuration has one element for all.
        const std::int64_t elements = config.uniform ? std::min<std::int64_t>(d, 1) : d;
        for (std::int64_t i = 0; i < elements; i++)
            for (const scmp_side side : {SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT})
                used_[std::size_t(config.element(side, i).generator)] = true;
        for (std::size_t g = 0; g < config.pool.size(); g++)
            if (used_[g]) repetitions_[g] = streams::repetition(config.pool[g], shape.sc_prec);
    }

    void run() {
        same_generator();
        equal_generators();
        zero_states();
        repeated_states();
        not_maximal();
        beyond_period();
        masks_repeat();
        first_draws();
    }

private:
    int full() const noexcept { return 1 << shape_.sc_prec; }

    // NULL where states are not draws, or cannot come again early.
    const streams::Cycle *cycle(std::size_t g) const noexcept { return streams::type_of(config_.pool[g]).cycle; }
    int most_different(std::size_t g) const noexcept {
        return streams::most_different(config_.pool[g], shape_.sc_prec);
    }

    template <class Body> void for_used(Body &&body) {
        for (std::size_t g = 0; g < used_.size(); g++)
            if (used_[g]) body(g, static_cast<long long>(g));
    }

    // Masks are the same on both sides, so they do not tell the sides apart.
    bool sides_agree(std::int64_t i) const {
        const streams::Element &left = config_.element(SCMP_SIDE_LEFT, i);
        const streams::Element &right = config_.element(SCMP_SIDE_RIGHT, i);
        return config_.pool[std::size_t(left.generator)] == config_.pool[std::size_t(right.generator)] &&
               left.complement == right.complement && left.permutation == right.permutation;
    }

    void same_generator() {
        std::int64_t first = -1, count = 0;
        if (config_.uniform && d_ > 0 && sides_agree(0)) first = 0, count = d_;
        for (std::int64_t i = 0; !config_.uniform && i < d_; i++) {
            if (!sides_agree(i)) continue;
            if (first < 0) first = i;
            count++;
        }
        if (count > 0)
            findings_.add(SCMP_LINT_SAME_GENERATOR, first,
                          "both sides draw the same numbers at %lld of %lld inner indices, first at %lld", ll(count),
                          ll(d_), ll(first));
    }

    void equal_generators() {
        for_used([&](std::size_t g, long long number) {
            for (std::size_t earlier = 0; earlier < g; earlier++)
                if (used_[earlier] && config_.pool[earlier] == config_.pool[g]) {
                    findings_.add(SCMP_LINT_EQUAL_GENERATORS, number, "generators %zu and %zu of the pool are the same",
                                  earlier, g);
                    return;
                }
        });
    }

    void zero_states() {
        for_used([&](std::size_t g, long long number) {
            // The longest cycle without one state is that without 0.
            if (cycle(g) != nullptr && repetitions_[g].zero_at >= 0 && most_different(g) < full())
                findings_.add(SCMP_LINT_ZERO_STATE, number,
                              "generator %zu, %s, comes to state 0 at draw %d and stays there", g, cycle(g)->noun,
                              repetitions_[g].zero_at);
        });
    }

    void repeated_states() {
        for_used([&](std::size_t g, long long number) {
            const Repetition &r = repetitions_[g];
            if (r.period > 0 && r.different() < shape_.stoc_len)
                findings_.add(
                    SCMP_LINT_REPEATED_STATES, number,
                    "generator %zu shows a number twice within stoc_len = %d draws, first draw %d again at %d", g,
                    shape_.stoc_len, r.first, r.different());
        });
    }

    void not_maximal() {
        for_used([&](std::size_t g, long long number) {
            const int period = repetitions_[g].period;
            const int most = most_different(g);
            if (cycle(g) != nullptr && period > 0 && period < most)
                findings_.add(SCMP_LINT_NOT_MAXIMAL, number, "generator %zu, %s, has period %d, %s have %d", g,
                              cycle(g)->noun, period, cycle(g)->best, most);
        });
    }

    void beyond_period() {
        for_used([&](std::size_t g, long long number) {
            const int period = repetitions_[g].period;
            if (cycle(g) != nullptr && period > 0 && shape_.stoc_len > period)
                findings_.add(SCMP_LINT_BEYOND_PERIOD, number,
                              "stoc_len = %d is more than generator %zu's period of %d", shape_.stoc_len, g, period);
        });
    }

    void masks_repeat() {
        if (!streams::scramble_applies(shape_.scramble, shape_.sc_prec, shape_.stoc_len, shape_.rng_levels)) return;
        if (d_ > full())
            findings_.add(SCMP_LINT_MASKS_REPEAT, full(),
                          "there are %d scramble masks for %lld inner indices: index %d has the mask of index 0",
                          full(), ll(d_), full());
    }

    // A stream whose first number is 0 begins with a one for every boundary but 0.
    void first_draws() {
        const streams::StreamSet set = streams::stream_set(config_, shape_, 0, d_, memory_);
        struct {
            std::int64_t first = -1, count = 0;
            int pair = 0;
        } kinds[3]; // left alone, right alone, both
        for (std::int64_t i = 0; i < d_; i++) {
            const int pair = set.pair_of(i);
            const bool left = set.left_of(pair)[0] == 0, right = set.right_of(pair)[0] == 0;
            if (!left && !right) continue;
            auto &kind = kinds[left && right ? 2 : right ? 1 : 0];
            if (kind.count++ == 0) kind.first = i, kind.pair = pair;
        }
        constexpr std::array<const char *, 3> sides = {"the left side", "the right side", "both sides"};
        for (std::size_t k = 0; k < sides.size(); k++) {
            if (kinds[k].count == 0) continue;
            const char *more = k == 2 ? "every pair of numbers but 0 counts at least one; " : "";
            findings_.add(
                SCMP_LINT_FIRST_DRAW_ZERO, kinds[k].first,
                "the first number of %s is 0 at %lld of %lld inner indices, first at %lld: %sthe mean error of "
                "that count table is %+.4f ones",
                sides[k], ll(kinds[k].count), ll(d_), ll(kinds[k].first), more, bias(set, kinds[k].pair));
        }
    }

    // Over all pairs of boundaries but 0.
    double bias(const streams::StreamSet &set, int pair) {
        const auto length = std::size_t(shape_.stoc_len);
        Vector<std::uint16_t> boundary(&memory_);
        for (int g = 1; g <= shape_.rng_levels; g++) boundary.push_back(static_cast<std::uint16_t>(g));
        const Vector<double> weight(boundary.size(), 1.0, &memory_);
        const Pair sequences{{set.left_of(pair), length}, {set.right_of(pair), length}, shape_.rng_levels};
        const ErrorSums sums = table_error(sequences, 0, {boundary, weight}, {boundary, weight}, memory_);
        return sums.signed_error / sums.weight;
    }

    const streams::Config &config_;
    const streams::StreamShape &shape_;
    std::int64_t d_;
    Findings &findings_;
    std::pmr::memory_resource &memory_;
    Vector<char> used_;              // generators of the pool that some index uses
    Vector<Repetition> repetitions_; // of each
};

} // namespace

void Findings::add(scmp_lint_code code, std::int64_t index, const char *format, ...) {
    count++;
    if (function == nullptr) return;
    char sentence[320];
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    function(user, code, index, sentence);
}

const char *lint_name(scmp_lint_code code) noexcept {
    static constexpr std::array<const char *, 9> names = {"unknown",       "same_generator",  "equal_generators",
                                                          "zero_state",    "repeated_states", "not_maximal",
                                                          "beyond_period", "masks_repeat",    "first_draw_zero"};
    const auto index = static_cast<std::size_t>(code);
    return index < names.size() ? names[index] : "unknown";
}

void lint(const streams::Config &config, const streams::StreamShape &shape, std::int64_t d, Findings &findings,
          std::pmr::memory_resource &memory) {
    Linter(config, shape, d, findings, memory).run();
}

} // namespace scmp::model
