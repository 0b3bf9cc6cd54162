// Packs, copies and unpacks elements.
#include "cuda/host/transfer.h"

#include "base/divide.h"

namespace scmp::cuda {
Grid element_grid(std::int64_t count) {
    return grid_of(ceil_divide(count, threads), 0);
}

Array array_of(const View &view, const void *data, int axes) {
    Array array = array_of(view.dtype, data, 1);
    array.shape[0] = 1;
    array.strides[0] = 0;
    for (int axis = 0; axis < std::min(axes, view.rank); axis++) {
        const std::int64_t size = view.shape[std::size_t(axis)];
        const std::int64_t stride = view.strides[std::size_t(axis)];
        array.count *= size;
        if (size == 1) continue;
        std::int64_t &last_size = array.shape[array.axes - 1];
        std::int64_t &last_stride = array.strides[array.axes - 1];
        if (last_size == 1 || last_stride == size * stride) { // one axis in memory
            last_size *= size;
            last_stride = stride;
        } else {
            array.shape[array.axes] = size;
            array.strides[array.axes++] = stride;
        }
    }
    return array;
}

Array array_of(scmp_dtype dtype, const void *data, std::int64_t count) {
    Array array;
    array.data = static_cast<unsigned char *>(const_cast<void *>(data));
    array.dtype = dtype;
    array.size = static_cast<std::int32_t>(size_of(dtype));
    array.count = count;
    array.shape[0] = count;
    array.strides[0] = 1;
    return array;
}

Buffer<std::byte> fetched_elements(const Device &device, const View &view, std::pmr::memory_resource &memory) {
    Buffer<std::byte> fetched(memory, bytes_of(view));
    if (view.count == 0) return fetched;
    const std::byte *from = view.data;
    DeviceBuffer<std::byte> packed;
    if (!view.contiguous()) {
        packed = DeviceBuffer<std::byte>(device, fetched.size());
        launch(device, view.count,
               CopyArgs{array_of(view, view.data), array_of(view.dtype, packed.data(), view.count)});
        from = packed.data();
    }
    device.download(device, fetched.data(), from, fetched.size());
    return fetched;
}

void put_elements(const Device &device, const View &view, const std::byte *packed) {
    if (view.count == 0) return;
    if (view.contiguous()) {
        device.upload(device, view.data, packed, bytes_of(view));
    } else {
        const DeviceBuffer<std::byte> copy(device, packed, bytes_of(view));
        launch(device, view.count, CopyArgs{array_of(view.dtype, copy.data(), view.count), array_of(view, view.data)});
    }
    device.wait(device);
}

DeviceInput::DeviceInput(const Device &device, const View *view, std::pmr::memory_resource &memory) {
    if (view == nullptr) return;
    if (on_device(*view)) {
        array_ = array_of(*view, view->data);
        return;
    }
    const std::byte *from = view->data;
    if (!view->contiguous()) {
        host_ = contiguous_elements(*view, memory);
        from = host_.data();
    }
    copy_ = DeviceBuffer<std::byte>(device, from, bytes_of(*view));
    array_ = array_of(view->dtype, copy_.data(), view->count);
}

DeviceOutput::DeviceOutput(const Device &device, const View *view, bool holds, std::pmr::memory_resource &memory)
    : device_(device), view_(view) {
    if (view == nullptr) return;
    if (holds || on_device(*view)) {
        static_cast<DeviceInput &>(*this) = DeviceInput(device, view, memory);
    } else {
        copy_ = DeviceBuffer<std::byte>(device, bytes_of(*view));
        array_ = array_of(view->dtype, copy_.data(), view->count);
    }
    if (!on_device(*view) && host_.size() == 0) host_ = Buffer<std::byte>(memory, bytes_of(*view));
}

void DeviceOutput::fetch() {
    if (copy_.data() != nullptr) device_.download(device_, host_.data(), copy_.data(), host_.size());
}

void DeviceOutput::write() const {
    if (copy_.data() != nullptr) store_elements(*view_, host_.data());
}

} // namespace scmp::cuda
