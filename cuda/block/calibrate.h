// Absolute maxima of activations and weights on a GPU (Spec 6, "accumulate"), the code of one block.
#pragma once

#include "cuda/block/array.h"

namespace scmp::cuda {

// A block looks through some rows of 32 neighbouring inner indices: lanes of a warp take different indices, its warps
// different rows. What blocks find in their rows is combined by a second launch, for which the first one's maxima are
// rows.
struct MaximaArgs {
    static constexpr const char *what = "launching maxima";
    static constexpr int columns = 32;

    Array rows;            // element 0 of every row
    std::int64_t d;        // inner indices
    std::int64_t stride_d; // in elements
    Array mask;            // U8, by row: those with 0 do not count; no data: all count
    std::int64_t splits;   // parts that the rows are in
    std::int64_t split_rows;
    bool wide;       // the maxima are f64, else f32
    void *maxima;    // (splits, d), +0.0 or more
    Flag non_finite; // raised where a value, rounded to the type of the maxima, is not finite
};
inline std::int64_t column_tiles(std::int64_t d) {
    return (d + MaximaArgs::columns - 1) / MaximaArgs::columns;
}

template <class T, class Block>
SCMP_DEVICE void maxima_tile(const Block &block, const MaximaArgs &args, std::int64_t split, std::int64_t first) {
    constexpr int columns = MaximaArgs::columns;
    auto *found = static_cast<T *>(block.shared());
    const std::int64_t begin = split * args.split_rows;
    const std::int64_t end = begin + args.split_rows < args.rows.count ? begin + args.split_rows : args.rows.count;
    block.each_thread([&](int t) {
        const std::int64_t d = first + t % columns;
        T largest = 0;
        for (std::int64_t row = begin + t / columns; row < end && d < args.d; row += threads / columns) {
            const T value = real<T>(args.rows.dtype, place(args.rows, row) + d * args.stride_d * args.rows.size);
            if (!is_finite(value)) args.non_finite.raise();
            if (args.mask.data != nullptr && *place(args.mask, row) == 0) continue;
            const T magnitude = value < 0 ? -value : value;
            largest = magnitude > largest ? magnitude : largest;
        }
        found[t] = largest;
    });
    for (int half = threads / 2; half >= columns; half /= 2)
        block.each_thread([&](int t) {
            if (t < half && found[t + half] > found[t]) found[t] = found[t + half];
        });
    block.each_thread([&](int t) {
        if (t < columns && first + t < args.d) static_cast<T *>(args.maxima)[split * args.d + first + t] = found[t];
    });
}

template <class Block> SCMP_DEVICE void run_block(const Block &block, const MaximaArgs &args) {
    const std::int64_t tiles = (args.d + MaximaArgs::columns - 1) / MaximaArgs::columns;
    for (std::int64_t tile = block.index(); tile < tiles * args.splits; tile += block.count()) {
        if (args.wide)
            maxima_tile<double>(block, args, tile / tiles, tile % tiles * MaximaArgs::columns);
        else
            maxima_tile<float>(block, args, tile / tiles, tile % tiles * MaximaArgs::columns);
    }
}

} // namespace scmp::cuda
