// A resolved product: its options, configuration, smoothing and outputs, and its operands under them. src/api makes
// these once; stages and backends only read them, and find nothing in them that they would have to check.
#pragma once

#include <cstdint>
#include <optional>

#include "count/engine.h"
#include "dequantize/dequantize.h"
#include "quantize/operand.h"
#include "scmp/scmp.h"
#include "smooth/scales.h"
#include "streams/sequence.h"
#include "streams/shared_config.h"
#include "tensor/view.h"

namespace scmp::product {

// The outputs of a product; either may be absent.
struct Outputs {
    std::optional<View> y;      // F32
    std::optional<View> counts; // I32 or I64
};

struct ProductSpec {
    scmp_granularity granularity;
    scmp_mode mode;
    int q_max;
    std::int64_t chunk_d; // as given, 0 for none
    std::int64_t group_a, group_b;
    streams::StreamShape streams;           // its scramble mode may be NOT_GIVEN until there is a configuration
    streams::ConfigRef config{};            // none where no streams are needed
    const smooth::Scales *smooth = nullptr; // owned by the caller that made the spec; NULL: none
    Outputs outputs{};                      // of a product
    std::int32_t device = SCMP_DEVICE_CPU;  // where tensors may be besides host memory
    bool observed = false;                  // the report will be read: dequantization gets a clock of its own

    bool bipolar() const noexcept { return mode == SCMP_MODE_BIPOLAR; }
    // True where an inner dimension of this size falls into several chunks.
    bool chunked(std::int64_t d) const noexcept { return chunk_d > 0 && chunk_d < d; }
    count::Segments segments(std::int64_t d) const noexcept { return {d, chunked(d) ? chunk_d : d}; }
    // Inner indices of the longest segment, which is what count tables must have.
    std::int64_t table_d(std::int64_t d) const noexcept { return chunked(d) ? chunk_d : d; }
    quantize::Rule rule(std::int64_t d) const noexcept;
    quantize::Scopes scopes(const View &view, scmp_side side) const noexcept;
    // How an operand of this type is smoothed while it is read on its side.
    Smoothing smoothing(scmp_side side, scmp_dtype operand) const noexcept;
    // A view of rank 2 or 3 as an operand; `name` is what error sentences call it.
    quantize::OperandSpec operand(const View &view, scmp_side side, const char *name) const noexcept;
    // The formula of Spec 5 by which sums become values.
    dequantize::Form form() const noexcept;
    // The product's demands on a kernel.
    count::Demand demand() const noexcept {
        return {std::size_t(q_max) + 1, std::size_t(q_max) + 1, bipolar(), streams.stoc_len};
    }
    // The boundaries of the levels 0 .. q_max under a rule.
    Vector<std::uint16_t> level_boundaries(quantize::Rule rule, std::pmr::memory_resource &memory) const;
};

} // namespace scmp::product
