// The two halves of smoothing on a GPU (Spec 6, "apply"), the code of one block.
#pragma once

#include "cuda/block/array.h"

namespace scmp::cuda {

// Looks for what is not finite, or writes: outputs must be left alone where there is an error, and may be x itself.
struct SmoothArgs {
    static constexpr const char *what = "launching smoothing";

    bool looks;   // else writes
    Array x, out; // (..., d), of one shape
    std::int64_t d;
    ElementSource::How how;
    bool wide;         // in f64, with s64, else in f32 with s32
    const float *s32;  // (d,)
    const double *s64; // (d,)
    Flag non_finite;   // raised where a value of x is not finite, or its result where `out` does not saturate
};

template <class T> SCMP_DEVICE void smooth_element(const SmoothArgs &args, const T *s, std::int64_t i) {
    const T value = real<T>(args.x.dtype, place(args.x, i));
    const T scale = s[divided(i, args.d).rest];
    const T smoothed = args.how == ElementSource::divided ? value / scale : value * scale;
    if (!args.looks) return set_real(args.out.dtype, place(args.out, i), smoothed);
    const bool saturates = args.out.size == 2;
    const bool finite =
        args.out.dtype == SCMP_DTYPE_F32 ? is_finite(static_cast<float>(smoothed)) : is_finite(smoothed);
    if (!is_finite(value) || !(saturates || finite)) args.non_finite.raise();
}

template <class Block> SCMP_DEVICE void run_block(const Block &block, const SmoothArgs &args) {
    each_element(block, args.x.count, [&](std::int64_t i) {
        if (args.wide)
            smooth_element(args, args.s64, i);
        else
            smooth_element(args, args.s32, i);
    });
}

} // namespace scmp::cuda
