// The two halves of smoothing: x / s for activations, x * s for weights (Spec 6, "apply").
#pragma once

#include "smooth/scales.h"
#include "tensor/view.h"

namespace scmp::smooth {

// Refuses what apply() refuses, but for values that are not finite.
void check_apply(const View &x, const Scales &scales, const View &out);

// Throws NON_FINITE where x is not finite, or is not once it is smoothed and rounded to `out`.
void check_values(const View &x, const Smoothing &smoothing, scmp_dtype out);

// Writes R(x / s) or R(x * s) along the last axis to `out`, which may be x itself (same_elements). x has rank 1 or more
// and must be finite, and the result, too, where `out` is f32 or f64; both are of any float dtype. All or nothing,
// hence never cancelled. Throws INVALID_SHAPE, INVALID_DTYPE, D_MISMATCH, NON_FINITE, OVERLAP.
void apply(const View &x, Smoothing::How how, const Scales &scales, const RowAccess &access, const View &out);

} // namespace scmp::smooth
