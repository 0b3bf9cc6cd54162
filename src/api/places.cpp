// Fetches from the device and brings back.
#include "api/places.h"

#include "cuda/host/stages.h"

namespace scmp::api {
namespace {

// The same shape, one element after another in host memory.
View packed_view(const View &view, std::byte *data) {
    View packed = view;
    packed.device = SCMP_DEVICE_CPU;
    packed.data = data;
    std::int64_t stride = 1;
    for (int axis = view.rank - 1; axis >= 0; axis--) {
        packed.strides[std::size_t(axis)] = stride;
        stride *= view.shape[std::size_t(axis)];
    }
    return packed;
}

} // namespace

OnHost::OnHost(const scmp_ctx &ctx, const View &view, std::pmr::memory_resource &memory) : view_(view) {
    if (!on_device(view)) return;
    copy_ = cuda::fetch(gpu_of(ctx), view, memory);
    view_ = packed_view(view, copy_.data());
}

OutputOnHost::OutputOnHost(const scmp_ctx &ctx, const View &view, bool holds, std::pmr::memory_resource &memory)
    : ctx_(ctx), output_(view), view_(view) {
    if (!on_device(view)) return;
    copy_ = holds ? cuda::fetch(gpu_of(ctx), view, memory)
                  : Buffer<std::byte>(memory, std::size_t(view.count * view.element_size()));
    view_ = packed_view(view, copy_.data());
}

void OutputOnHost::commit() const {
    if (on_device(output_)) cuda::put(gpu_of(ctx_), output_, copy_.data());
}

} // namespace scmp::api
