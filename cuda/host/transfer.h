// Tensors between host memory and a device's: inputs and outputs of stages may be in either.
//
// Everything here wants the device to be in use.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory_resource>

#include "base/memory.h"
#include "cuda/block/array.h"
#include "cuda/block/launch.h"
#include "cuda/host/device.h"
#include "tensor/copy.h"

namespace scmp::cuda {

constexpr std::int64_t most_blocks = std::int64_t(1) << 30; // blocks go on to further work by themselves

inline Grid grid_of(std::int64_t items, std::size_t shared_bytes) {
    return {std::min(items, most_blocks), shared_bytes};
}

// The grid for so many elements, a thread each; blocks go on to further ones by themselves.
Grid element_grid(std::int64_t count);

// Launches what has elements to work on.
template <class Args> void launch(const Device &device, std::int64_t count, const Args &args) {
    if (count > 0) device.launch(device, element_grid(count), args);
}

// A view whose data is on the device; the first `axes` of its axes only, where that is not all of them.
Array array_of(const View &view, const void *data, int axes = max_rank);
// An array of so many elements, one after another.
Array array_of(scmp_dtype dtype, const void *data, std::int64_t count);

// Elements of a view in device memory one after another in host memory. Waits.
Buffer<std::byte> fetched_elements(const Device &device, const View &view, std::pmr::memory_resource &memory);

// `packed` becomes the elements of a view in device memory. Waits.
void put_elements(const Device &device, const View &view, const std::byte *packed);

// A tensor as a stage on the device sees it: where it is, or a contiguous copy of what is in host memory.
class DeviceInput {
public:
    DeviceInput() = default;
    // An input. No view: no data.
    DeviceInput(const Device &device, const View *view, std::pmr::memory_resource &memory);

    const Array &array() const { return array_; }

protected:
    Array array_;
    DeviceBuffer<std::byte> copy_;
    Buffer<std::byte> host_; // lives as long, since a copy may begin to read it late
};

// An output likewise: what is for host memory is fetched, then written, so that an error in between leaves it alone.
class DeviceOutput : DeviceInput {
public:
    // `holds`: the stage reads what is there.
    DeviceOutput(const Device &device, const View *view, bool holds, std::pmr::memory_resource &memory);

    const Array &array() const { return array_; }
    void fetch();
    void write() const;

private:
    const Device &device_;
    const View *view_;
};

// A flag with its memory, lowered at first.
class DeviceFlag {
public:
    explicit DeviceFlag(const Device &device) : device_(device), value_(device, 1) {
        device.clear(device, value_.data(), sizeof(std::int32_t));
    }
    Flag flag() const { return {value_.data()}; }
    // Waits.
    bool raised() const {
        std::int32_t value = 0;
        device_.download(device_, &value, value_.data(), sizeof value);
        return value != 0;
    }

private:
    const Device &device_;
    DeviceBuffer<std::int32_t> value_;
};

} // namespace scmp::cuda
