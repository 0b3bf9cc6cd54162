// The common part of functions on sequences alone: a spec without operands, and lists of boundaries.
#pragma once

#include <cstdint>

#include "api/resolve.h"

namespace scmp::api {

// The spec that sequences depend on, with its configuration.
ProductSpec stream_spec(scmp_ctx *ctx, const scmp_matmul_options *given);

void check_index(std::int64_t d);
void check_side(scmp_side side);

// Boundaries given by the caller, or all of 0 .. G.
Vector<std::uint16_t> boundary_list(const scmp_tensor *tensor, const char *name, int rng_levels, Memory &memory);

} // namespace scmp::api
