// The state of a search after some rounds, and the file that it is continued from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rounds.h"

namespace cli::search {

struct State {
    std::string problem; // what is searched for, as a checksum
    std::uint64_t seed = 1, rounds = 0, evaluations = 0;
    std::vector<Found> best;
};

std::string state_text(const State &state);

// FORMAT where the text is no state of candidates of this width; `path` is for the sentence.
State parse_state(const std::string &path, const std::string &text, int sc_prec);

} // namespace cli::search
