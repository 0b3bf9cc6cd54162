// The launch of any kernel, compiled by nvcc.
#pragma once

#include <cuda_runtime_api.h>

#include "cuda/host/device.h"

namespace scmp::cuda {

// Returns what the runtime said.
cudaError_t launch(cudaStream_t stream, Grid grid, const Launch &what);

} // namespace scmp::cuda
