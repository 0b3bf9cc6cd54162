// Integer sums to values on a GPU (Spec 5), the code of one block.
#pragma once

#include "cuda/block/elements.h"
#include "cuda/block/non_finite.h"
#include "dequantize/dequantize.h"
#include "quantize/quantize.h"

namespace scmp::cuda {

// An output in device memory, (batch, n, m); data is NULL where it is not wanted. Strides in elements.
struct Output {
    unsigned char *data;
    scmp_dtype dtype;
    std::int64_t stride_batch, stride_n, stride_m;

    SCMP_DEVICE std::int64_t offset(std::int64_t batch, std::int64_t n, std::int64_t m) const {
        return batch * stride_batch + n * stride_n + m * stride_m;
    }
};

struct ValuesArgs {
    static constexpr const char *what = "launching values";

    dequantize::Form form;
    float c; // fl(f32(q_max^2) / f32(L))
    std::int64_t batch, n, m, d;
    std::int64_t chunk, chunks; // which chunk these sums are of, in ascending order, and how many there are, at least 1
    float *running;             // several chunks: (batch, n, m) what values have added up to, from 0
    const std::int32_t *sums;   // (batch, n, m)
    const quantize::ScopeScale *scale_a, *scale_b;
    const float *row_sum_a, *row_sum_b; // unipolar, by row
    Output y;                           // F32
    Output counts;                      // I32 or I64
    NonFiniteCall non_finite;           // whether anything may be written
};

// The value of one sum; `block` numbers batch entries, or chunks.
SCMP_DEVICE float value_of(const ValuesArgs &args, std::int64_t block, std::int64_t n, std::int64_t m,
                           std::int32_t sum) {
    using dequantize::Form;
    const auto s = static_cast<float>(sum);
    const bool by_row = args.form == Form::row_bipolar || args.form == Form::row_unipolar;
    const bool by_tensor = args.form == Form::tensor_bipolar || args.form == Form::tensor_unipolar;
    const quantize::ScopeScale &a = args.scale_a[by_row ? block * args.n + n : by_tensor ? 0 : block];
    const quantize::ScopeScale &b = args.scale_b[by_row ? block * args.m + m : by_tensor ? 0 : block];
    const auto sa = static_cast<float>(a.scale);
    const auto sb = static_cast<float>(b.scale);
    switch (args.form) {
    case Form::tensor_bipolar:
        return s * args.c * static_cast<float>(a.scale * b.scale);
    case Form::head_bipolar:
        return s * (args.c * (sa * sb));
    case Form::row_bipolar:
        return s * args.c * (sa * sb);
    case Form::tensor_unipolar: {
        const float left = -b.shift * args.row_sum_a[block * args.n + n];
        const float right = a.shift * args.row_sum_b[block * args.m + m];
        const float t = (left - right) + static_cast<float>(double(args.d) * a.zero_point * b.zero_point);
        return (s * args.c + t) * static_cast<float>(a.scale * b.scale);
    }
    case Form::row_unipolar: {
        const float left = -b.shift * args.row_sum_a[block * args.n + n];
        const float right = a.shift * args.row_sum_b[block * args.m + m];
        const float t = (left - right) + static_cast<float>(double(args.d) * double(a.shift)) * b.shift;
        return (s * args.c + t) * (sa * sb);
    }
    }
    return 0;
}

// Writes what one sum gives.
SCMP_DEVICE void write_result(const ValuesArgs &args, std::int64_t batch, std::int64_t n, std::int64_t m,
                              std::int32_t sum) {
    if (args.counts.data != nullptr) {
        const std::int64_t at = args.counts.offset(batch, n, m);
        if (args.counts.dtype == SCMP_DTYPE_I64)
            store(args.counts.data + at * 8, std::int64_t(sum));
        else
            store(args.counts.data + at * 4, sum);
    }
    if (args.y.data == nullptr) return;
    float value = value_of(args, batch + args.chunk, n, m, sum);
    if (args.running != nullptr) {
        float &running = args.running[(batch * args.n + n) * args.m + m];
        value = (args.chunk == 0 ? 0.0F : running) + value;
        running = value;
    }
    if (args.chunk + 1 == args.chunks) store(args.y.data + args.y.offset(batch, n, m) * 4, value);
}

template <class Block> SCMP_DEVICE void run_block(const Block &block, const ValuesArgs &args) {
    if (refused(block, args.non_finite)) return;
    const std::int64_t all = args.batch * args.n * args.m;
    for (std::int64_t first = block.index() * threads; first < all; first += block.count() * threads)
        block.each_thread([&](int t) {
            const std::int64_t i = first + t;
            if (i >= all) return;
            write_result(args, i / args.m / args.n, i / args.m % args.n, i % args.m, args.sums[i]);
        });
}

} // namespace scmp::cuda
