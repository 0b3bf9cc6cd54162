// The kernels of the CUDA backend: what a block does is in the headers, which the host compiles too.
#include "cuda/kernels.h"

#include "cuda/count.h"
#include "cuda/dequantize.h"
#include "cuda/quantize.h"
#include "cuda/stage_args.h"

namespace scmp::cuda {
namespace {

extern __shared__ __align__(16) unsigned char shared_memory[];

__global__ void __launch_bounds__(threads) ranges_kernel(const __grid_constant__ RangesArgs args) {
    ranges_block(DeviceBlock(shared_memory), args);
}
__global__ void __launch_bounds__(threads) scales_kernel(const __grid_constant__ ScalesArgs args) {
    scales_block(DeviceBlock(shared_memory), args);
}
__global__ void __launch_bounds__(threads) levels_kernel(const __grid_constant__ LevelsArgs args) {
    levels_block(DeviceBlock(shared_memory), args);
}
__global__ void __launch_bounds__(threads) lines_kernel(const __grid_constant__ LinesArgs args) {
    lines_block(DeviceBlock(shared_memory), args);
}
__global__ void __launch_bounds__(threads) table_kernel(const __grid_constant__ TableArgs args) {
    table_block(DeviceBlock(shared_memory), args);
}
template <int Rows> __global__ void __launch_bounds__(threads) count_kernel(const __grid_constant__ CountArgs args) {
    count_block<Rows>(DeviceBlock(shared_memory), args);
}
__global__ void __launch_bounds__(threads) values_kernel(const __grid_constant__ ValuesArgs args) {
    values_block(DeviceBlock(shared_memory), args);
}
template <class Args> __global__ void __launch_bounds__(threads) stage_kernel(const __grid_constant__ Args args) {
    run_block(DeviceBlock(shared_memory), args);
}

// cudaLaunchKernel says itself what is wrong with a launch, and leaves an earlier error of somebody else alone.
template <class Args> cudaError_t launch(void (*kernel)(Args), cudaStream_t stream, Grid grid, Args args) {
    void *pointers[] = {&args};
    return cudaLaunchKernel(reinterpret_cast<const void *>(kernel), dim3(static_cast<unsigned>(grid.blocks)),
                            dim3(threads), pointers, grid.shared_bytes, stream);
}

} // namespace

cudaError_t launch_ranges(cudaStream_t stream, Grid grid, const RangesArgs &args) {
    return launch(ranges_kernel, stream, grid, args);
}
cudaError_t launch_scales(cudaStream_t stream, Grid grid, const ScalesArgs &args) {
    return launch(scales_kernel, stream, grid, args);
}
cudaError_t launch_levels(cudaStream_t stream, Grid grid, const LevelsArgs &args) {
    return launch(levels_kernel, stream, grid, args);
}
cudaError_t launch_lines(cudaStream_t stream, Grid grid, const LinesArgs &args) {
    return launch(lines_kernel, stream, grid, args);
}
cudaError_t launch_table(cudaStream_t stream, Grid grid, const TableArgs &args) {
    return launch(table_kernel, stream, grid, args);
}
cudaError_t launch_count(cudaStream_t stream, Grid grid, int tile_rows, const CountArgs &args) {
    switch (tile_rows) {
    case 16:
        return launch(count_kernel<16>, stream, grid, args);
    case 32:
        return launch(count_kernel<32>, stream, grid, args);
    default:
        return launch(count_kernel<64>, stream, grid, args);
    }
}
cudaError_t launch_values(cudaStream_t stream, Grid grid, const ValuesArgs &args) {
    return launch(values_kernel, stream, grid, args);
}
cudaError_t launch_stage(cudaStream_t stream, Grid grid, const StageArgs &stage) {
    return std::visit([&](const auto &args) { return launch(stage_kernel, stream, grid, args); }, stage.of);
}

} // namespace scmp::cuda
