// Tensors on a context's device for code that works in host memory: copies, both ways.
#pragma once

#include "product/resources.h"
#include "tensor/copy.h"

namespace scmp::product {

// An input: where it is, or a contiguous copy of what is on the device.
class HostCopy {
public:
    HostCopy(Resources &resources, const View &view, std::pmr::memory_resource &memory);
    const View &view() const { return view_; }

private:
    View view_;
    Buffer<std::byte> copy_;
};

// An output: where it is, or contiguous memory whose values commit() takes to the device.
class OutputHostCopy {
public:
    // `holds`: what is there is read, too.
    OutputHostCopy(Resources &resources, const View &view, bool holds, std::pmr::memory_resource &memory);
    const View &view() const { return view_; }
    void commit() const;

private:
    Resources &resources_;
    View output_, view_;
    Buffer<std::byte> copy_;
};

} // namespace scmp::product
