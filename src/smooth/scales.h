// Smoothing scales: computed from statistics and weights, or read from an array that the caller gives (Spec 6).
#pragma once

#include <cstdint>
#include <functional>
#include <memory_resource>
#include <span>

#include "base/memory.h"
#include "smooth/calibration.h"
#include "tensor/row_access.h"
#include "tensor/view.h"

namespace scmp::smooth {

// Takes in a weight as observe() does, wherever it is.
using TakeWeight = std::function<void(Calibration &maxima, const View &weight, const char *name)>;

// The parameters that decide between act and weights.
struct ScaleRule {
    double alpha, eps;
};

// Computes s from act (D,), finite and not negative, and weights (M, D) or (BH, M, D), whose maxima are taken together,
// and writes it to `out` (D,), rounded once from the working type: f64 where act or a weight is f64, else f32. Where
// that gives 0 or infinity, the nearest positive finite number of both types stands instead. All or nothing. Throws
// INVALID_ALPHA, INVALID_ARGUMENT (eps, negative act), SCALES_NOT_1D (out), INVALID_SHAPE, INVALID_DTYPE, D_MISMATCH,
// NON_FINITE, whatever `take` throws. Overlaps are the caller's to check.
void compute_scales(const View &act, std::span<const View> weights, const ScaleRule &rule, const View &out,
                    std::pmr::memory_resource &memory, const TakeWeight &take);

// Scales to divide or multiply by, in both working types.
struct Scales {
    explicit Scales(std::pmr::memory_resource &memory) : s32(&memory), s64(&memory) {}

    bool wide = false; // given as f64, so that s32 is empty
    Vector<float> s32;
    Vector<double> s64;

    std::int64_t d() const noexcept { return std::ssize(s64); }
    // How an operand of type `x` is smoothed; valid while the scales live.
    Smoothing smoothing(Smoothing::How how, scmp_dtype x) const noexcept {
        return {how, wide || x == SCMP_DTYPE_F64, s32.data(), s64.data()};
    }
};

// Reads scales (D,) of any float dtype for operands of inner dimension `d`; `operand` is what error sentences call
// them. Throws SCALES_NOT_1D, INVALID_DTYPE, D_MISMATCH, INVALID_SCALES.
Scales read_scales(const View &view, std::int64_t d, const char *operand, std::pmr::memory_resource &memory);

} // namespace scmp::smooth
