// A candidate of a search: the seeds and the start of a right Sobol generator.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "../handles.h"

namespace cli::search {

struct Candidate {
    std::vector<std::uint32_t> seeds;
    std::uint32_t start = 0;

    bool operator<(const Candidate &other) const { return std::tie(seeds, start) < std::tie(other.seeds, other.start); }
};

// The candidate as the library takes it; it points into the candidate.
scmp_generator generator_of(const Candidate &candidate);

// The default left Sobol, a candidate on the right, no scramble; for any D.
Config config_of(scmp_ctx *ctx, std::int32_t sc_prec, const Candidate &candidate);

} // namespace cli::search
