// The GPUs of this machine, through the CUDA runtime; a build without CUDA has none (without_cuda.cpp).
#pragma once

#include "cuda/host/device.h"

namespace scmp::cuda {

// Whether the CUDA backend is part of this build.
bool in_build() noexcept;

// For scmp_cuda_status.
const char *status() noexcept;

// 0 without CUDA, driver or device.
int device_count() noexcept;

// A device with a pool of its own, which keeps up to `keep` bytes of what it gets back. Whoever opens it calls close,
// with the device current, or leaves the pool to the end of the process. Throws UNSUPPORTED where there is no such
// device, DEVICE.
Device open_device(int index, std::uint64_t keep = 0);

} // namespace scmp::cuda
