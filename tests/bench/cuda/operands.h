// Operands of a product in host memory, as the library and as the gather kernel take them.
#pragma once

#include <cstdint>
#include <vector>

#include "../gather.h"
#include "products.h"
#include "scmp/scmp.h"

struct HostOperands {
    explicit HostOperands(const CudaProduct &product);

    std::vector<float> a, b; // (batch, n, d), (batch, m, d)
};

// Of rank 2, or 3 where there is more than one batch entry.
scmp_tensor matrix_view(const CudaProduct &product, scmp_dtype dtype, const void *data, int rows, int columns);

scmp_matmul_options options_of(const CudaProduct &product);

// What the gather kernel reads; see GatherArgs.
struct GatherArrays {
    std::vector<std::int8_t> a, b;
    std::vector<std::uint16_t> table;
    std::vector<std::int32_t> table_start;
    int levels = 0;
};

// `problem` has the rows of all batch entries one after another.
GatherArrays gather_arrays(const GatherProblem &problem, const CudaProduct &product);
GatherArrays gather_arrays(scmp_ctx *ctx, const CudaProduct &product, const HostOperands &operands);
