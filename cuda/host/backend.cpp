// Fills in the table.
#include "cuda/host/backend.h"

#include "base/error.h"
#include "cuda/host/product.h"
#include "cuda/host/stages.h"

namespace scmp::cuda {
namespace {

using product::Resources;

void set_workspace(Resources &resources, void *memory, std::uint64_t bytes) {
    if ((memory == nullptr) != (bytes == 0))
        fail(SCMP_ERROR_INVALID_ARGUMENT, "memory is %s and bytes = %llu, both or neither must be 0",
             memory == nullptr ? "NULL" : "not NULL", static_cast<unsigned long long>(bytes));
    gpus_of(resources).own().working().set_block(memory, bytes);
}

} // namespace

std::shared_ptr<void> state_of(Resources &resources, const Device &own) {
    const auto gpus = std::allocate_shared<Gpus>(std::pmr::polymorphic_allocator<>(&resources.memory), resources.memory,
                                                 resources.options.cache_bytes);
    gpus->set(own);
    return gpus;
}

void fill(Backend &cpu) {
    cpu.id = SCMP_BACKEND_CUDA;
    Slots &slots = cpu.slots;
    slots.tensor_device = [](const Resources &resources) noexcept -> std::int32_t {
        return SCMP_DEVICE_CUDA_0 + gpus_of(resources).own().device().index;
    };
    slots.set_stream = [](Resources &resources, void *stream) { gpus_of(resources).own().set_stream(stream); };
    slots.set_workspace = set_workspace;
    slots.synchronize = [](Resources &resources) { gpus_of(resources).synchronize(); };
    slots.trim = [](Resources &resources) noexcept { gpus_of(resources).trim(); };
    slots.cache_bytes = [](const Resources &resources) noexcept { return gpus_of(resources).cached_bytes(); };
    slots.clear_cache = [](Resources &resources) noexcept { gpus_of(resources).clear_cache(); };
    slots.fetch = fetch;
    slots.store = store;
    slots.ranges = ranges;
    slots.quantize = quantize;
    slots.count = count;
    slots.dequantize = dequantize;
    slots.smooth = smooth;
    slots.maxima = maxima;
    slots.pack = pack;
    slots.product = multiply;
}

} // namespace scmp::cuda
