// What functions on quantized operands share: their checks, their elements, and counting.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "api/check.h"
#include "api/plan.h"
#include "tensor/rows.h"

namespace scmp::api {

// A scale shape, and perhaps one more axis.
struct Shape {
    std::array<std::int64_t, 4> sizes{};
    std::size_t rank = 0;

    void add(std::int64_t size) { sizes[rank++] = size; }
    std::span<const std::int64_t> span() const { return {sizes.data(), rank}; }
};

void check_quantized(const scmp_quantized *quantized, const char *name);

// Boundaries and signs of one operand.
struct BoundaryOperand {
    View boundary;
    View sign; // rank -1 where all are positive
    bool has_sign = false;

    BoundaryOperand(const scmp_quantized *quantized, const char *name, const char *boundary_name, const char *sign_name,
                    std::int32_t device = SCMP_DEVICE_CPU);
};

// INVALID_ARGUMENT for boundaries outside 0 .. G and signs outside -1 .. 1; `name` is the operand's.
void check_boundary(std::int32_t value, std::size_t index, int rng_levels, const char *name);
void check_sign(std::int32_t value, std::size_t index, const char *name);

// Every element of a view in C order.
template <class T> Buffer<T> integers_of(const View &view, Memory &memory) {
    Buffer<T> values(memory, std::size_t(view.count));
    Walk walk = row_walk(view);
    const std::int64_t d = view.d();
    for (std::int64_t row = 0, rows = view.count == 0 ? 0 : view.rows(); row < rows; row++, walk.next())
        read_integers({walk.address(), view.dtype, view.stride_d()}, d, values.data() + row * d);
    return values;
}

template <class T> Buffer<T> floats_of(const View &view, Memory &memory) {
    Buffer<T> values(memory, std::size_t(view.count));
    Walk walk = row_walk(view);
    const std::int64_t d = view.d();
    for (std::int64_t row = 0, rows = view.count == 0 ? 0 : view.rows(); row < rows; row++, walk.next())
        read({walk.address(), view.dtype, view.stride_d()}, {}, 0, d, values.data() + row * d);
    return values;
}

// The body of scmp_count.
void count_stage(scmp_ctx &ctx, const scmp_quantized *a_given, const scmp_quantized *b_given,
                 const scmp_matmul_options &options, std::int64_t d_offset, bool accumulate,
                 const scmp_tensor *sums_tensor);

} // namespace scmp::api
