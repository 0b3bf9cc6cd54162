// The common part of functions on quantized operands: their checks, and counting.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "api/check.h"
#include "api/resolve.h"
#include "product/boundaries.h"
#include "product/stages.h"
#include "tensor/copy.h"

namespace scmp::api {

using product::check_boundary;
using product::check_sign;

// A scale shape, and perhaps one more axis.
struct Shape {
    std::array<std::int64_t, 4> sizes{};
    std::size_t rank = 0;

    void add(std::int64_t size) { sizes[rank++] = size; }
    std::span<const std::int64_t> span() const { return {sizes.data(), rank}; }
};

// The struct of a caller. INVALID_ARGUMENT where it is NULL or was not initialised.
scmp_quantized read_quantized(const scmp_quantized *given, const char *name);

// Boundaries and signs of the operand "a" or "b", checked but for their values.
product::BoundaryOperand boundary_operand(const scmp_quantized *given, const char *name, std::int32_t device);

// The body of scmp_count.
void count_stage(scmp_ctx &ctx, const scmp_quantized *a_given, const scmp_quantized *b_given,
                 const scmp_matmul_options &options, std::int64_t d_offset, bool accumulate,
                 const scmp_tensor *sums_tensor);

} // namespace scmp::api
