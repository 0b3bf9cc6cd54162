// Fetches from the device and brings back.
#include "product/host_copy.h"

namespace scmp::product {

HostCopy::HostCopy(Resources &resources, const View &view, std::pmr::memory_resource &memory) : view_(view) {
    if (!on_device(view)) return;
    copy_ = resources.slots().fetch(resources, view, memory);
    view_ = contiguous_like(view, copy_.data());
}

OutputHostCopy::OutputHostCopy(Resources &resources, const View &view, bool holds, std::pmr::memory_resource &memory)
    : resources_(resources), output_(view), view_(view) {
    if (!on_device(view)) return;
    copy_ = holds ? resources.slots().fetch(resources, view, memory) : Buffer<std::byte>(memory, bytes_of(view));
    view_ = contiguous_like(view, copy_.data());
}

void OutputHostCopy::commit() const {
    if (on_device(output_)) resources_.slots().store(resources_, output_, copy_.data());
}

} // namespace scmp::product
