// The products that ./run bench --cuda measures.
#pragma once

#include <string>
#include <vector>

struct CudaProduct {
    int batch, n, m, d; // batch 1: 2-D operands
    int stoc_len = 256;

    bool operator==(const CudaProduct &) const = default;
};

double products(const CudaProduct &product);
// "16 x 197 x 197 x 64", without the first where it is 1.
std::string shape_text(const CudaProduct &product);

// Stream lengths of 16 to 256 cycles; `quick`: two of them.
std::vector<int> stream_lengths(bool quick);

// Square, attention and decode shapes with each stream length.
std::vector<CudaProduct> cuda_products(bool quick);

// The product that every kernel computes.
std::vector<CudaProduct> kernel_products(bool quick);

// What SCMP_CUDA_KERNEL can ask for.
const std::vector<std::string> &cuda_kernels();
