// Operands of the functions for hardware designers (scmp_model.h): checked like those of scmp_count.
#pragma once

#include <cstdint>

#include "api/stages.h"
#include "model/multiplier.h"
#include "scmp/scmp_model.h"

namespace scmp::api {

// Options, boundaries and signs of a call, resolved and checked, nothing read yet.
struct ModelCall {
    ModelCall(scmp_ctx *context_given, const scmp_quantized *a_given, const scmp_quantized *b_given,
              const scmp_matmul_options *options_given, std::int64_t offset);

    // 2-D operands, read. INVALID_SHAPE for others.
    model::Operands operands() const;
    // OVERLAP where an output shares memory with an operand.
    void check_apart_from_operands(const View &out, const char *name) const;

    scmp_ctx &ctx;
    scmp_matmul_options options;
    ProductSpec spec;
    product::BoundaryOperand a, b;
    std::int64_t d_offset, n, m, d;
};

// A plain integer list (T,) with T >= 1 and values least .. most.
Buffer<std::int32_t> cycle_list(const View &view, const char *name, int least, int most, Memory &memory);

// The place of an element of a view, as a row of its last axis or alone.
inline std::byte *element_at(const View &view, std::initializer_list<std::int64_t> index) noexcept {
    std::int64_t offset = 0;
    std::size_t axis = 0;
    for (const std::int64_t i : index) offset += i * view.strides[axis++];
    return view.data + offset * view.element_size();
}

} // namespace scmp::api
