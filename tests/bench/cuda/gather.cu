// See gather.h, where the code of a block is.
#include "gather.h"

#include "gather_kernel.h"

namespace {

// No phase waits for another one, so the barrier behind each costs next to nothing; there is one phase for a block.
__global__ void __launch_bounds__(scmp::cuda::threads) gather_kernel(const __grid_constant__ GatherArgs args) {
    gather_block(scmp::cuda::DeviceBlock(nullptr), args);
}

} // namespace

cudaError_t launch_gather(cudaStream_t stream, const GatherArgs &args) {
    const auto blocks = (args.batch * args.n * args.m + scmp::cuda::threads - 1) / scmp::cuda::threads;
    gather_kernel<<<static_cast<unsigned>(blocks), scmp::cuda::threads, 0, stream>>>(args);
    return cudaGetLastError();
}
