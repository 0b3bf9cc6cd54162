// The arrays of an export: sequences and masks of the streams, count tables, quantized operands and the sums of a
// product.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "npy.h"

namespace cli {

// The product that is exported, with everything resolved.
struct ExportedProduct {
    scmp_tensor a, b;
    scmp_matmul_options options; // with configuration and smoothing scales
    bool tables;                 // whether count tables are wanted

    std::int64_t d() const noexcept { return a.shape[a.rank - 1]; }
    bool chunked() const noexcept { return options.chunk_d > 0 && options.chunk_d < d(); }
    // Inner indices that have sequences of their own: indices restart in each chunk.
    std::int64_t stream_d() const noexcept { return chunked() ? options.chunk_d : d(); }
    bool scrambled() const noexcept;
};

// One array to write, and how to read it.
struct ExportedArray {
    std::string name, axes, note;
    int bits; // of a number; negative ones are two's complement
    Array array;
};

struct ExportedArrays {
    std::vector<ExportedArray> list;
    std::int64_t tables = 0; // sequences that differ
};

ExportedArrays export_arrays(scmp_ctx *ctx, const ExportedProduct &product);

} // namespace cli
