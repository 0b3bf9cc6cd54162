// The kernels of the CUDA backend, one for each struct of arguments in cuda/block/launch.h: what a block does is in the
// headers there, which the host compiles too.
#include "cuda/kernels.h"

#include "cuda/block/launch.h"

namespace scmp::cuda {
namespace {

extern __shared__ __align__(16) unsigned char shared_memory[];

// Blocks that a multiprocessor must have room for; 0 leaves it to the compiler.
template <class Args> constexpr int least_blocks() {
    if constexpr (requires { Args::least_blocks; }) return Args::least_blocks;
    return 0;
}

template <class Args>
__global__ void __launch_bounds__(threads, least_blocks<Args>()) kernel(const __grid_constant__ Args args) {
    run_block(DeviceBlock(shared_memory), args);
}

} // namespace

// cudaLaunchKernel says itself what is wrong with a launch, and leaves an error of an earlier call alone.
cudaError_t launch(cudaStream_t stream, Grid grid, const Launch &what) {
    return std::visit(
        [&]<class Args>(Args args) {
            void *pointers[] = {&args};
            return cudaLaunchKernel(reinterpret_cast<const void *>(kernel<Args>),
                                    dim3(static_cast<unsigned>(grid.blocks)), dim3(threads), pointers,
                                    grid.shared_bytes, stream);
        },
        what);
}

} // namespace scmp::cuda
