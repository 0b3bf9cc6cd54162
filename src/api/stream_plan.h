// What functions on sequences alone share: a plan without operands, and lists of boundaries.
#pragma once

#include <cstdint>

#include "api/plan.h"

namespace scmp::api {

// What sequences depend on.
struct StreamPlan {
    Numbers numbers;
    ConfigRef config;

    StreamPlan(scmp_ctx *ctx, const scmp_matmul_options *given);
};

void check_index(std::int64_t d);
void check_side(scmp_side side);

// Boundaries given by the caller, or all of 0 .. G.
Vector<std::uint16_t> boundary_list(const scmp_tensor *tensor, const char *name, int rng_levels, Memory &memory);

} // namespace scmp::api
