// The targets of a product's results.
#pragma once

#include "cuda/block/dequantize.h"
#include "cuda/host/operand.h"
#include "tensor/row_access.h"

namespace scmp::cuda {

// The target of one output's values: the output, or a contiguous copy on the device that is fetched at the end.
template <class T> class Target {
public:
    Target(const Device &device, const View *view, scmp_dtype dtype, std::pmr::memory_resource &memory)
        : device_(device), view_(view) {
        if (view == nullptr) return;
        const Operand out = operand_of(*view);
        if (on_device(*view)) {
            output_ = {reinterpret_cast<unsigned char *>(view->data), view->dtype, out.stride_batch, out.stride_row,
                       out.stride_d};
            return;
        }
        copy_ = DeviceBuffer<T>(device, std::size_t(view->count));
        fetched_ = Buffer<T>(memory, std::size_t(view->count));
        output_ = {reinterpret_cast<unsigned char *>(copy_.data()), dtype, out.rows * out.d, out.d, 1};
    }

    const Output &output() const { return output_; }

    void fetch() {
        if (copy_.data() == nullptr) return;
        device_.download(device_, fetched_.data(), copy_.data(), fetched_.size() * sizeof(T));
    }
    void write() const {
        if (fetched_.size() > 0) write_view(*view_, fetched_.data());
    }

private:
    const Device &device_;
    const View *view_;
    DeviceBuffer<T> copy_;
    Buffer<T> fetched_;
    Output output_{};
};

} // namespace scmp::cuda
