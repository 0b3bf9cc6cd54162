// See race.h.
#include "race.h"

#include <algorithm>
#include <ctime>

namespace {

constexpr std::size_t max_rounds = 25;
constexpr double round_seconds = 0.005; // at least, for each contestant

double now(Clock clock) {
    timespec time{};
    clock_gettime(clock == Clock::wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double seconds(Clock clock, const Contestant &contestant) {
    const double start = now(clock);
    for (int i = 0; i < contestant.repeats; i++) contestant.body();
    return (now(clock) - start) / contestant.repeats;
}

} // namespace

double Contestant::median() const {
    std::vector<double> values = times;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

double Contestant::best() const {
    return *std::min_element(times.begin(), times.end());
}

void race(const std::vector<Contestant *> &contestants, const Effort &effort) {
    for (Contestant *contestant : contestants) {
        const double once = seconds(effort.clock, *contestant); // warms up, too
        contestant->repeats = static_cast<int>(std::clamp(round_seconds / std::max(once, 1e-9), 1.0, 1000.0));
    }
    double spent = 0;
    for (std::size_t round = 0; round < max_rounds && (round < effort.min_rounds || spent < effort.seconds); round++)
        for (Contestant *contestant : contestants) {
            contestant->times.push_back(seconds(effort.clock, *contestant));
            spent += contestant->times.back() * contestant->repeats;
        }
}
