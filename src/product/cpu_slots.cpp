// The CPU's table of slots: its stages, and nothing that it would keep for a context, since it has no device.
#include "base/error.h"
#include "product/cpu.h"
#include "tensor/copy.h"

namespace scmp {
namespace {

using product::Resources;

[[noreturn]] void fail_without(const Resources &resources, const char *what) {
    fail(SCMP_ERROR_UNSUPPORTED, "the context runs backend %s, which has no %s", backend_name(resources.backend.id),
         what);
}

// The CPU chooses its kernel for each product.
std::shared_ptr<void> open(Resources &resources) {
    const char *kernel = resources.options.kernel;
    if (kernel != nullptr && *kernel != 0)
        fail(SCMP_ERROR_UNSUPPORTED, "kernel = %.32s is given, backend %s chooses its kernels itself", kernel,
             backend_name(resources.backend.id));
    return {};
}

} // namespace

constinit const Slots cpu_slots = {
    .open = open,
    .tensor_device = [](const Resources &) noexcept -> std::int32_t { return SCMP_DEVICE_CPU; },
    .set_stream = [](Resources &resources, void *) { fail_without(resources, "stream"); },
    .set_workspace = [](Resources &resources, void *, std::uint64_t) { fail_without(resources, "workspace"); },
    .synchronize = [](Resources &) {},
    .trim = [](Resources &) noexcept {},
    .cache_bytes = [](const Resources &) noexcept -> std::uint64_t { return 0; },
    .clear_cache = [](Resources &) noexcept {},
    .fetch = [](Resources &, const View &view,
                std::pmr::memory_resource &memory) { return contiguous_elements(view, memory); },
    .store = [](Resources &, const View &view, const std::byte *elements) { store_elements(view, elements); },
    .ranges = product::cpu::ranges,
    .quantize = product::cpu::quantize,
    .count = product::cpu::count,
    .dequantize = product::cpu::dequantize,
    .smooth = product::cpu::smooth,
    .maxima = product::cpu::maxima,
    .pack = product::cpu::pack,
    .product = product::cpu::multiply,
};

} // namespace scmp
