// The arguments of stages that are called by themselves, on tensors that a caller gives.
#pragma once

#include <cstdint>

#include "product/factors.h"
#include "product/spec.h"
#include "smooth/calibration.h"
#include "smooth/scales.h"

namespace scmp::product {

// The arrays that are wanted of a quantized operand; NULL: not wanted.
struct QuantizedViews {
    const View *level, *boundary, *sign, *scale, *zero_point, *row_sum;
};

// Boundaries and signs of one operand, as a caller gives them.
struct BoundaryOperand {
    View boundary; // integers of rank 2 or 3
    View sign;     // I8, of the same shape
    bool has_sign = false;
};

// Sums of given boundaries, (segments, batch, n, m). The spec has a configuration.
struct CountSpec {
    const ProductSpec &spec;
    const BoundaryOperand &a, &b;
    std::int64_t batch, n, m;
    count::Segments segments;
    std::int64_t d_offset; // of the first inner index in the configuration
    bool accumulate;       // on top of what is in the output

    std::int64_t table_d() const noexcept { return spec.table_d(segments.d); }
    bool has_sign() const noexcept { return a.has_sign || b.has_sign; }
    double products() const noexcept { return double(batch) * double(n) * double(m) * double(segments.d); }
};

// x / s or x * s along the last axis.
struct SmoothSpec {
    const View &x;
    Smoothing::How how;
    const smooth::Scales &scales;
};

// Statistics that take in the maxima of x (..., D) over the rows that the mask, of its leading shape, lets count.
struct MaximaSpec {
    smooth::Calibration &statistics;
    const View &x;
    const View *mask; // NULL: all rows count
    const char *name; // of x in error sentences
};

} // namespace scmp::product
