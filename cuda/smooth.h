// The two halves of smoothing on a GPU (Spec 6, "apply"), the code of one block.
#pragma once

#include "cuda/array.h"

namespace scmp::cuda {

// Looks for what is not finite where `out` has no data, else writes: outputs must be left alone where there is an
// error, and may be x itself.
struct SmoothArgs {
    static constexpr const char *what = "launching smoothing";

    Array x, out; // (..., d), of one shape
    std::int64_t d;
    Source::How how;
    bool wide;                // in f64, with s64, else in f32 with s32
    const float *s32;         // (d,)
    const double *s64;        // (d,)
    std::int32_t *non_finite; // set to 1 where a value of x is not finite
};

template <class T> SCMP_DEVICE void smooth_element(const SmoothArgs &args, const T *s, std::int64_t i) {
    const T value = real<T>(args.x.dtype, place(args.x, i));
    const T scale = s[divided(i, args.d).rest];
    set_real(args.out.dtype, place(args.out, i), args.how == Source::divided ? value / scale : value * scale);
}

template <class Block> SCMP_DEVICE void run_block(const Block &block, const SmoothArgs &args) {
    each_element(block, args.x.count, [&](std::int64_t i) {
        if (args.out.data == nullptr) {
            if (!is_finite(real<double>(args.x.dtype, place(args.x, i)))) *args.non_finite = 1; // all write the same
        } else if (args.wide) {
            smooth_element(args, args.s64, i);
        } else {
            smooth_element(args, args.s32, i);
        }
    });
}

} // namespace scmp::cuda
