// Packs and unpacks elements.
#include "tensor/copy.h"

#include <cstring>

namespace scmp {
namespace {

// Calls body(address) for every element in C order.
template <class Body> void for_elements(const View &view, Body &&body) {
    const std::int64_t step = view.stride_d() * view.element_size();
    Walk walk = row_walk(view);
    for (std::int64_t row = 0, rows = view.count == 0 ? 0 : view.rows(); row < rows; row++, walk.next())
        for (std::int64_t d = 0; d < view.d(); d++) body(walk.address() + d * step);
}

} // namespace

Buffer<std::byte> contiguous_elements(const View &view, std::pmr::memory_resource &memory) {
    Buffer<std::byte> contiguous(memory, bytes_of(view));
    std::byte *to = contiguous.data();
    const auto size = std::size_t(view.element_size());
    for_elements(view, [&](const std::byte *from) {
        std::memcpy(to, from, size);
        to += size;
    });
    return contiguous;
}

void store_elements(const View &view, const std::byte *contiguous) {
    const auto size = std::size_t(view.element_size());
    for_elements(view, [&](std::byte *to) {
        std::memcpy(to, contiguous, size);
        contiguous += size;
    });
}

View contiguous_like(const View &view, std::byte *data) noexcept {
    View contiguous = view;
    contiguous.device = SCMP_DEVICE_CPU;
    contiguous.data = data;
    std::int64_t stride = 1;
    for (int axis = view.rank - 1; axis >= 0; axis--) {
        contiguous.strides[std::size_t(axis)] = stride;
        stride *= view.shape[std::size_t(axis)];
    }
    return contiguous;
}

} // namespace scmp
