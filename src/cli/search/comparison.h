// The result of a search, measured beside presets, nearest-integer counts, the exact product of levels.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "state.h"

namespace cli::search {

// One way to make counts.
struct Measured {
    std::string name;
    std::optional<double> cost; // the table's error; none: of no single table
    std::optional<double> db;   // mean SQNR of the products; none: without operands
};

struct Best {
    Candidate candidate;
    Measured measured;
};

// The best that was found. The table's error ranks the best few nearly; where there are operands their product decides,
// and the preset for this width takes part.
Best best_of(scmp_ctx *ctx, const Problem &problem, const State &state);

// Those that have one count table or a product to measure.
std::vector<Measured> measured_presets(scmp_ctx *ctx, const Problem &problem);

// The bound of every search.
std::vector<Measured> bounds(const Problem &problem);

} // namespace cli::search
