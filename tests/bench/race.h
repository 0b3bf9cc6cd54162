// Times bodies against each other, in turn, so that a slower phase of the machine meets each alike.
#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "scmp/scmp.h"

// A body that is repeated within a round until the clock's grain does not matter.
struct Contestant {
    std::function<void()> body;
    int repeats = 1;
    std::vector<double> times{}; // seconds, one for each round

    double median() const;
    double best() const;
};

// What passes for time: the processor's, on which what other programs take of the core does not count, for one thread;
// the wall's for several.
enum class Clock { processor, wall };

// At least `min_rounds` rounds, and more while they took no longer than this together.
struct Effort {
    Clock clock = Clock::processor;
    std::size_t min_rounds = 5;
    double seconds = 0.6;
};
void race(const std::vector<Contestant *> &contestants, const Effort &effort);

// Throws where a call of the library failed.
inline void check(scmp_status status) {
    if (status != SCMP_OK) throw std::runtime_error(std::string(scmp_status_string(status)) + ": " + scmp_last_error());
}
