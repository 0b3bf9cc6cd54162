// The common part of the stages on a GPU: the device in use, and elements for a closer look in host memory.
#pragma once

#include "base/error.h"
#include "cuda/host/backend.h"
#include "cuda/host/device.h"
#include "cuda/host/transfer.h"

namespace scmp::cuda {

// The device is in use, and done with everything when this ends, after an error too: a caller may then give back its
// tensors, and nothing goes on with them.
class Stage {
public:
    explicit Stage(const Device &device) : device_(device), in_use_(device) {}
    Stage(const Stage &) = delete;
    Stage &operator=(const Stage &) = delete;
    ~Stage() {
        try {
            device_.wait(device_);
        } catch (...) { // there is an error already, or nothing to say
        }
    }

private:
    const Device &device_;
    InUse in_use_;
};

// The device that stages work on: tensors are on no other.
inline const Device &own_device(const product::Resources &resources) {
    return gpus_of(resources).own().device();
}

// Elements of a view wherever it is, one after another in host memory. Wants the device to be in use.
inline Buffer<std::byte> elements_of(const Device &device, const View &view, std::pmr::memory_resource &memory) {
    return on_device(view) ? fetched_elements(device, view, memory) : contiguous_elements(view, memory);
}
template <class T> Buffer<T> integers_on(const Device &device, const View &view, std::pmr::memory_resource &memory) {
    Buffer<std::byte> elements = elements_of(device, view, memory);
    return integers_of<T>(contiguous_like(view, elements.data()), memory);
}

// Fails where the device has found a value that a copy made later does not have.
[[noreturn]] inline void fail_changed(const char *name) {
    fail(SCMP_ERROR_INVALID_ARGUMENT, "%s changed while the call was reading it", name);
}

} // namespace scmp::cuda
