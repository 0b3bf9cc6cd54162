// Options become a plan: every "not given" resolved, every combination checked, nothing left to ask.
#pragma once

#include <cstdint>
#include <optional>

#include "api/handles.h"
#include "count/engine.h"
#include "quantize/operand.h"
#include "scmp/scmp.h"
#include "smooth/scales.h"
#include "streams/sequence.h"
#include "tensor/view.h"

namespace scmp::api {

// What the numbers of a product depend on besides its operands. Plain values.
struct Numbers {
    scmp_granularity granularity;
    scmp_mode mode;
    int q_max;
    std::int64_t chunk_d; // as given, 0 for none
    std::int64_t group_a, group_b;
    streams::StreamShape streams; // scramble: the call's, may be NOT_GIVEN until a configuration resolves it

    bool bipolar() const noexcept { return mode == SCMP_MODE_BIPOLAR; }
    // Whether an inner dimension of this size falls into several chunks.
    bool chunked(std::int64_t d) const noexcept { return chunk_d > 0 && chunk_d < d; }
    count::Segments segments(std::int64_t d) const noexcept { return {d, chunked(d) ? chunk_d : d}; }
    quantize::Rule rule(std::int64_t d) const noexcept;
    quantize::Scopes scopes(const View &view, scmp_side side) const noexcept;
    // Where results of another inner dimension than this would not fit: INVALID_SHAPE.
    void check_d(std::int64_t d) const;
    // Combinations of options with the rank of an operand: UNSUPPORTED.
    void check_rank(int rank) const;
    // What a kernel must cope with.
    count::Demand demand() const noexcept {
        return {std::size_t(q_max) + 1, std::size_t(q_max) + 1, bipolar(), streams.stoc_len};
    }
};

// The options as given, or the defaults for NULL; INVALID_ARGUMENT where the struct was not initialised.
scmp_matmul_options options_or_defaults(const scmp_matmul_options *options);

// Throws INVALID_ARGUMENT, UNSUPPORTED.
Numbers resolve_numbers(const scmp_matmul_options &options);

// The configuration of a call (the named default where none is given), and the scramble mode that it resolves. Throws
// INVALID_CONFIG.
ConfigRef resolve_config(scmp_ctx &ctx, const scmp_matmul_options &options, Numbers &numbers);

// The count tables of `d` inner indices from `d_offset`. Throws INVALID_CONFIG where the configuration has too few
// entries.
struct TableRequest {
    std::int64_t d_offset, d;
    const count::Kernel &kernel; // that counts with them
    std::int64_t rows;           // of its tasks
    double products;             // in all
};
std::shared_ptr<const streams::CountTables> level_tables(scmp_ctx &ctx, const Numbers &numbers, const ConfigRef &config,
                                                         quantize::Rule rule, const TableRequest &request);
void check_config_entries(const ConfigRef &config, std::int64_t d_offset, std::int64_t d);

// Smoothing scales where a call has some, and how an operand of this type is then read on its side.
using SmoothScales = std::optional<smooth::Scales>;
// With `ctx` they may be on its device.
SmoothScales read_smooth(const scmp_matmul_options &options, const View &x, const char *name, Memory &memory,
                         const scmp_ctx *ctx = nullptr);
Smoothing smoothing_on(const SmoothScales &scales, scmp_side side, scmp_dtype operand) noexcept;

// The boundaries of a plan's levels.
Vector<std::uint16_t> level_boundaries(const Numbers &numbers, quantize::Rule rule, Memory &memory);

} // namespace scmp::api
