// The factors of dequantization: scales, zero points, sums of rows, and how they meet sums of products (Spec 5).
#pragma once

#include <cstdint>

#include "base/memory.h"
#include "dequantize/dequantize.h"
#include "product/spec.h"
#include "quantize/operand.h"

namespace scmp::product {

// The factors of one operand: f32 lists for the row forms, two f64 numbers for the tensor forms.
struct Factors {
    Buffer<float> scale, zero_point; // by entry of the scale shape; empty for per_tensor
    Buffer<float> row_sum;           // by row; empty for bipolar
    double tensor_scale = 0, tensor_zero_point = 0;
};
Factors factors_of(const quantize::Quantized &operand, std::pmr::memory_resource &memory);

// How the sums of a product become values.
struct DequantizeSpec {
    const ProductSpec &spec;
    const Factors &a, &b;
    std::int64_t batch, n, m, d;

    // Chunks whose values add up; sums have as many, at least one.
    std::int64_t chunks() const noexcept { return spec.chunked(d) ? spec.segments(d).number() : 1; }
    // The terms that turn the sums of one batch entry and segment into values.
    dequantize::Terms terms(std::int64_t entry, std::int64_t segment) const;
};

} // namespace scmp::product
