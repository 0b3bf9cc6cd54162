// Tensors on a context's device for code that works in host memory: copies, both ways.
#pragma once

#include "api/handles.h"
#include "tensor/view.h"

namespace scmp::api {

// The device that calls of these stages work on; there is one where there are tensors on it.
inline const cuda::Device &gpu_of(const scmp_ctx &ctx) {
    return *ctx.gpu;
}

inline bool on_device(const View &view) {
    return view.device != SCMP_DEVICE_CPU;
}

// An input: where it is, or a contiguous copy of what is on the device.
class OnHost {
public:
    OnHost(const scmp_ctx &ctx, const View &view, std::pmr::memory_resource &memory);
    const View &view() const { return view_; }

private:
    View view_;
    Buffer<std::byte> copy_;
};

// An output: where it is, or contiguous memory whose values commit() takes to the device.
class OutputOnHost {
public:
    // `holds`: what is there is read, too.
    OutputOnHost(const scmp_ctx &ctx, const View &view, bool holds, std::pmr::memory_resource &memory);
    const View &view() const { return view_; }
    void commit() const;

private:
    const scmp_ctx &ctx_;
    View output_, view_;
    Buffer<std::byte> copy_;
};

} // namespace scmp::api
