// The CUDA backend's slots (src/backend/backend.h): products on a context's GPUs, and every stage that has a tensor on
// one. The CPU's slots do the rest.
#pragma once

#include <memory>

#include "backend/backend.h"
#include "cuda/host/gpu.h"
#include "product/resources.h"

namespace scmp::cuda {

// Overwrites the slots of a CPU table that GPUs do better: all but `open`, which runtime.cpp adds where there is the
// CUDA runtime, and tests where there is none.
void fill(Backend &cpu);

// The result of the slot `open` for a context whose own device this is.
std::shared_ptr<void> state_of(product::Resources &resources, const Device &own);

// The devices that a context of this backend keeps.
inline Gpus &gpus_of(const product::Resources &resources) {
    return *static_cast<Gpus *>(resources.state.get());
}

} // namespace scmp::cuda
