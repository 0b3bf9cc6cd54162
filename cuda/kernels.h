// Launches of the kernels, compiled by nvcc. Each returns what the runtime said, a cudaError_t.
#pragma once

#include <cuda_runtime_api.h>

#include "cuda/host/device.h"

namespace scmp::cuda {

cudaError_t launch_ranges(cudaStream_t stream, Grid grid, const RangesArgs &args);
cudaError_t launch_scales(cudaStream_t stream, Grid grid, const ScalesArgs &args);
cudaError_t launch_levels(cudaStream_t stream, Grid grid, const LevelsArgs &args);
cudaError_t launch_lines(cudaStream_t stream, Grid grid, const LinesArgs &args);
cudaError_t launch_table(cudaStream_t stream, Grid grid, const TableArgs &args);
cudaError_t launch_count(cudaStream_t stream, Grid grid, int tile_rows, const CountArgs &args);
cudaError_t launch_residuals(cudaStream_t stream, Grid grid, const ResidualsArgs &args);
cudaError_t launch_bytes(cudaStream_t stream, Grid grid, const BytesArgs &args);
cudaError_t launch_streams(cudaStream_t stream, Grid grid, const StreamsArgs &args);
cudaError_t launch_look_up8(cudaStream_t stream, Grid grid, const LookUpArgs<std::int8_t> &args);
cudaError_t launch_look_up16(cudaStream_t stream, Grid grid, const LookUpArgs<std::int16_t> &args);
cudaError_t launch_gemm(cudaStream_t stream, Grid grid, const GemmArgs &args);
cudaError_t launch_bits(cudaStream_t stream, Grid grid, int stream_bits, const BitsArgs &args);
cudaError_t launch_wgmma(cudaStream_t stream, Grid grid, int stream_bits, const BitsArgs &args);
cudaError_t launch_values(cudaStream_t stream, Grid grid, const ValuesArgs &args);
cudaError_t launch_stage(cudaStream_t stream, Grid grid, const StageArgs &args);

} // namespace scmp::cuda
