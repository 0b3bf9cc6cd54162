// See operands.h.
#include "operands.h"

#include <cstddef>
#include <cstdlib>

#include "../gather_problem.h"
#include "../operands.h"

namespace {

std::size_t volume(int batch, int rows, int columns) {
    return static_cast<std::size_t>(batch) * static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
}

} // namespace

HostOperands::HostOperands(const CudaProduct &product)
    : a(normal_numbers(volume(product.batch, product.n, product.d), 1)),
      b(normal_numbers(volume(product.batch, product.m, product.d), 2)) {}

scmp_tensor matrix_view(const CudaProduct &product, scmp_dtype dtype, const void *data, int rows, int columns) {
    if (product.batch == 1) return scmp_tensor_2d(dtype, data, rows, columns);
    return scmp_tensor_3d(dtype, data, product.batch, rows, columns);
}

scmp_matmul_options options_of(const CudaProduct &product) {
    scmp_matmul_options options;
    scmp_matmul_options_init(&options);
    options.stoc_len = product.stoc_len;
    return options;
}

GatherArrays gather_arrays(const GatherProblem &problem, const CudaProduct &product) {
    GatherArrays arrays;
    arrays.levels = problem.levels;
    arrays.table.assign(problem.table.begin(), problem.table.end());
    arrays.table_start = problem.table_start;
    if (arrays.table_start.empty()) arrays.table_start.assign(std::size_t(problem.d), 0);
    arrays.a.resize(problem.level_a.size());
    for (std::size_t i = 0; i < arrays.a.size(); i++)
        arrays.a[i] = static_cast<std::int8_t>(problem.level_a[i] * problem.sign_a[i]);
    arrays.b.resize(problem.level_b.size());
    const auto m = static_cast<std::size_t>(product.m);
    const auto d = static_cast<std::size_t>(product.d);
    for (std::size_t row = 0; row < arrays.b.size() / (d > 0 ? d : 1); row++)
        for (std::size_t i = 0; i < d; i++)
            arrays.b[row / m * m * d + i * m + row % m] =
                static_cast<std::int8_t>(problem.level_b[row * d + i] * problem.sign_b[row * d + i]);
    return arrays;
}

// A row's levels do not depend on other rows, so all batch entries' rows can be quantized as one operand.
GatherArrays gather_arrays(scmp_ctx *ctx, const CudaProduct &product, const HostOperands &operands) {
    const scmp_tensor a =
        scmp_tensor_2d(SCMP_DTYPE_F32, operands.a.data(), std::int64_t(product.batch) * product.n, product.d);
    const scmp_tensor b =
        scmp_tensor_2d(SCMP_DTYPE_F32, operands.b.data(), std::int64_t(product.batch) * product.m, product.d);
    return gather_arrays(gather_problem(ctx, a, b, options_of(product)), product);
}
