// The GPUs of this machine, through the CUDA runtime; a build without CUDA has none (without_cuda.cpp).
#pragma once

#include "cuda/device.h"

namespace scmp::cuda {

// Whether the CUDA backend is part of this build.
bool in_build() noexcept;

// For scmp_cuda_status.
const char *status() noexcept;

// 0 without CUDA, driver or device.
int device_count() noexcept;

// Throws UNSUPPORTED where there is no such device, DEVICE.
Device open_device(int index);

} // namespace scmp::cuda
