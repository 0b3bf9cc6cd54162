// The GPUs of a context: each with what the context keeps on it.
#pragma once

#include <cstdint>
#include <list>

#include "base/memory.h"
#include "cuda/block/non_finite.h"
#include "cuda/host/device.h"
#include "cuda/host/device_cache.h"

namespace scmp::cuda {

// One GPU of a context. The destructor and every method but begin_call make it the current device for themselves, where
// that matters.
class Gpu {
public:
    Gpu(const Device &opened, Memory &memory, std::uint64_t limit);
    Gpu(const Gpu &) = delete;
    Gpu &operator=(const Gpu &) = delete;
    ~Gpu();

    const Device &device() const noexcept { return device_; }
    WorkingMemory &working() noexcept { return working_; }
    const DeviceCache &cache() const noexcept { return cache_; }

    // Sends later work to this stream, behind the work of the last one.
    void set_stream(void *stream);
    // Numbers a call that begins: its part in the report. The device is the current one.
    NonFiniteCall begin_call();
    // Waits for all calls so far. Throws NON_FINITE for the first call that the report has, and clears the report;
    // DEVICE.
    void synchronize();
    void clear_cache() noexcept;
    void trim() noexcept;

private:
    Device device_;
    WorkingMemory working_;
    DeviceCache cache_;
    DeviceBuffer<NonFiniteReport> report_; // from the first call on
    std::int32_t call_ = 0;                // number of the last one
    std::int32_t synchronized_ = 0;        // the last one that synchronize waited for
};

// The context's own device, and those of operands that are elsewhere, opened when such an operand first occurs.
class Gpus {
public:
    Gpus(Memory &memory, std::uint64_t limit) : memory_(memory), limit_(limit), gpus_(&memory) {}

    // Sets the context's own device.
    void set(const Device &own);
    Gpu &own() noexcept { return gpus_.front(); }

    // Opens it where that has not happened yet. Throws UNSUPPORTED where there is no such device.
    Gpu &at(int index);

    void synchronize();
    void clear_cache() noexcept;
    void trim() noexcept;
    std::uint64_t cached_bytes() const noexcept;

private:
    Memory &memory_;
    std::uint64_t limit_;
    std::pmr::list<Gpu> gpus_; // own first
};

} // namespace scmp::cuda
