// Options become a product's spec: every "not given" resolved, every combination checked, nothing left to ask.
#pragma once

#include <cstdint>
#include <optional>

#include "api/handles.h"
#include "product/spec.h"
#include "scmp/scmp.h"
#include "smooth/scales.h"
#include "tensor/view.h"

namespace scmp::api {

using product::ProductSpec;

// The options as given, or the defaults for NULL; INVALID_ARGUMENT where the struct was not initialised.
scmp_matmul_options options_or_defaults(const scmp_matmul_options *options);

// A spec without configuration, smoothing and outputs. Throws INVALID_ARGUMENT, UNSUPPORTED.
ProductSpec resolve_options(const scmp_matmul_options &options);

// Gives the spec the configuration of a call (the named default where none is given), and the scramble mode that it
// resolves. Throws INVALID_CONFIG.
void resolve_config(scmp_ctx &ctx, const scmp_matmul_options &options, ProductSpec &spec);

// INVALID_SHAPE where sums of so many inner indices would not fit.
void check_d(const ProductSpec &spec, std::int64_t d);
// UNSUPPORTED where options do not go with the rank of an operand.
void check_rank(const ProductSpec &spec, int rank);
// INVALID_CONFIG where the configuration has no entries for the inner indices d_offset .. d_offset + d.
void check_config_entries(const ProductSpec &spec, std::int64_t d_offset, std::int64_t d);

// Smoothing scales where a call has some; with `ctx` they may be on its device.
std::optional<smooth::Scales> read_smooth(const scmp_matmul_options &options, const View &x, const char *name,
                                          Memory &memory, scmp_ctx *ctx = nullptr);

} // namespace scmp::api
