// The GPUs of this machine, through the CUDA runtime; in builds that have it.
#pragma once

#include "cuda/host/device.h"

namespace scmp::cuda {

// 0 without driver or device.
int device_count() noexcept;

// A device with a pool of its own, which keeps up to `keep` bytes of what it gets back. Its owner calls close,
// with the device current, or leaves the pool to the end of the process. Throws UNSUPPORTED where there is no such
// device, DEVICE.
Device open_device(int index, std::uint64_t keep = 0);

} // namespace scmp::cuda
