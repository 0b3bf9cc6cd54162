// Launches the gather kernel.
#pragma once

#include <cuda_runtime_api.h>

struct GatherArgs;

cudaError_t launch_gather(cudaStream_t stream, const GatherArgs &args);
