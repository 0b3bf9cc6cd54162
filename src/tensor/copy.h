// Copies of views in host memory, one element after another in C order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>

#include "base/memory.h"
#include "tensor/row_access.h"
#include "tensor/view.h"

namespace scmp {

inline bool on_device(const View &view) noexcept {
    return view.device != SCMP_DEVICE_CPU;
}

inline std::size_t bytes_of(const View &view) noexcept {
    return std::size_t(view.count * view.element_size());
}

// The elements of a view in host memory, one after another in C order, and back.
Buffer<std::byte> contiguous_elements(const View &view, std::pmr::memory_resource &memory);
void store_elements(const View &view, const std::byte *contiguous);

// A view of the same shape whose elements are one after another in host memory at `data`.
View contiguous_like(const View &view, std::byte *data) noexcept;

// Every element of a view of integers or floats, converted.
template <class T> Buffer<T> integers_of(const View &view, std::pmr::memory_resource &memory) {
    Buffer<T> values(memory, std::size_t(view.count));
    Walk walk = row_walk(view);
    const std::int64_t d = view.d();
    for (std::int64_t row = 0, rows = view.count == 0 ? 0 : view.rows(); row < rows; row++, walk.next())
        read_integers({walk.address(), view.dtype, view.stride_d()}, d, values.data() + row * d);
    return values;
}
template <class T> Buffer<T> floats_of(const View &view, std::pmr::memory_resource &memory) {
    Buffer<T> values(memory, std::size_t(view.count));
    Walk walk = row_walk(view);
    const std::int64_t d = view.d();
    for (std::int64_t row = 0, rows = view.count == 0 ? 0 : view.rows(); row < rows; row++, walk.next())
        read({walk.address(), view.dtype, view.stride_d()}, {}, 0, d, values.data() + row * d);
    return values;
}

} // namespace scmp
