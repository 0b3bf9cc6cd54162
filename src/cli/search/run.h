// Runs the rounds of a search on threads, and takes their results in the order of their numbers.
#pragma once

#include <cstdint>
#include <optional>

#include "state.h"

namespace cli::search {

struct Budget {
    std::optional<double> seconds;            // of this run
    std::optional<std::uint64_t> evaluations; // of the whole search
};

// Goes on from `state` until the budget is spent or there is nothing left. A round that has begun counts only when it
// is finished, and the first always is. With a budget of evaluations alone the result depends on nothing else: rounds
// are taken until theirs reach it. `done` is called after each with the share of the budget that is spent.
void run_rounds(const Problem &problem, const Budget &budget, int threads, State &state, const Advance &done);

} // namespace cli::search
