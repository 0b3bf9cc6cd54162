// The kernels of the CUDA backend: what a block does is in the headers, which the host compiles too.
#include "cuda/kernels.h"

#include "cuda/block/bits.h"
#include "cuda/block/bytes.h"
#include "cuda/block/count.h"
#include "cuda/block/dequantize.h"
#include "cuda/block/gemm.h"
#include "cuda/block/quantize.h"
#include "cuda/block/stage_args.h"

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
template <int Rows> __global__ void __launch_bounds__(threads, 2) count_kernel(const __grid_constant__ CountArgs args) {
    count_block<Rows>(DeviceBlock(shared_memory), args);
}
__global__ void __launch_bounds__(threads) residuals_kernel(const __grid_constant__ ResidualsArgs args) {
    residuals_block(DeviceBlock(shared_memory), args);
}
__global__ void __launch_bounds__(threads) streams_kernel(const __grid_constant__ StreamsArgs args) {
    streams_block(DeviceBlock(shared_memory), args);
}
__global__ void __launch_bounds__(threads, 2) packed_counts_kernel(const __grid_constant__ CountArgs args) {
    packed_block<PackedCounts>(DeviceBlock(shared_memory), args);
}
__global__ void __launch_bounds__(threads, 2) bytes_kernel(const __grid_constant__ BytesArgs args) {
    packed_block<PackedBytes>(DeviceBlock(shared_memory), args);
}
// Launched only where they have code (cuda/host/choice.cpp).
template <int Bits> __global__ void __launch_bounds__(threads, 2) bits_kernel(const __grid_constant__ BitsArgs args) {
#if defined(SCMP_BIT_MATRICES)
    bits_block<Bits, BitsByWarp>(DeviceBlock(shared_memory), args);
#endif
}
template <int Bits> __global__ void __launch_bounds__(threads, 2) wgmma_kernel(const __grid_constant__ BitsArgs args) {
#if defined(SCMP_GROUP_MATRICES)
    bits_block<Bits, BitsByGroup>(DeviceBlock(shared_memory), args);
#endif
}
template <class T>
__global__ void __launch_bounds__(threads) look_up_kernel(const __grid_constant__ LookUpArgs<T> args) {
    look_up_block(DeviceBlock(shared_memory), args);
}
__global__ void __launch_bounds__(threads, 2) gemm_kernel(const __grid_constant__ GemmArgs args) {
    gemm_block(DeviceBlock(shared_memory), args);
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

// 16, 32 .. 1024 bits of a stream.
template <class... Kernels> auto kernel_of_bits(int stream_bits, Kernels... kernels) {
    using Kernel = void (*)(BitsArgs);
    const Kernel all[] = {kernels...};
    int place = 0;
    while ((16 << place) < stream_bits) place++;
    return all[place];
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
        return launch(packed_counts_kernel, stream, grid, args);
    }
}
cudaError_t launch_residuals(cudaStream_t stream, Grid grid, const ResidualsArgs &args) {
    return launch(residuals_kernel, stream, grid, args);
}
cudaError_t launch_bytes(cudaStream_t stream, Grid grid, const BytesArgs &args) {
    return launch(bytes_kernel, stream, grid, args);
}
cudaError_t launch_streams(cudaStream_t stream, Grid grid, const StreamsArgs &args) {
    return launch(streams_kernel, stream, grid, args);
}
cudaError_t launch_look_up8(cudaStream_t stream, Grid grid, const LookUpArgs<std::int8_t> &args) {
    return launch(look_up_kernel<std::int8_t>, stream, grid, args);
}
cudaError_t launch_look_up16(cudaStream_t stream, Grid grid, const LookUpArgs<std::int16_t> &args) {
    return launch(look_up_kernel<std::int16_t>, stream, grid, args);
}
cudaError_t launch_gemm(cudaStream_t stream, Grid grid, const GemmArgs &args) {
    return launch(gemm_kernel, stream, grid, args);
}
cudaError_t launch_bits(cudaStream_t stream, Grid grid, int stream_bits, const BitsArgs &args) {
    return launch(kernel_of_bits(stream_bits, bits_kernel<16>, bits_kernel<32>, bits_kernel<64>, bits_kernel<128>,
                                 bits_kernel<256>, bits_kernel<512>, bits_kernel<1024>),
                  stream, grid, args);
}
cudaError_t launch_wgmma(cudaStream_t stream, Grid grid, int stream_bits, const BitsArgs &args) {
    return launch(kernel_of_bits(stream_bits, wgmma_kernel<16>, wgmma_kernel<32>, wgmma_kernel<64>, wgmma_kernel<128>,
                                 wgmma_kernel<256>, wgmma_kernel<512>, wgmma_kernel<1024>),
                  stream, grid, args);
}
cudaError_t launch_values(cudaStream_t stream, Grid grid, const ValuesArgs &args) {
    return launch(values_kernel, stream, grid, args);
}
cudaError_t launch_stage(cudaStream_t stream, Grid grid, const StageArgs &stage) {
    return std::visit([&](const auto &args) { return launch(stage_kernel, stream, grid, args); }, stage.of);
}

} // namespace scmp::cuda
