// Caches arrays in a device's memory that equal calls share, so that they upload nothing: count tables with what
// follows from them, and smoothing scales. The least recently used array goes first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/memory.h"
#include "cuda/host/device.h"

namespace scmp::cuda {

// An array that it hands out belongs to the caller, too: it lives until its last owner releases it, and is released in
// the order of the stream, behind the launches that use it. The device is the current one during every call.
class DeviceCache {
public:
    // Keeps at most `limit` bytes of the device's memory; a larger array is the caller's alone. The device outlives it.
    DeviceCache(const Device &device, Memory &memory, std::uint64_t limit)
        : device_(device), memory_(memory), limit_(limit), entries_(&memory) {}

    using Array = std::shared_ptr<const DeviceBuffer<std::byte>>;
    using Origin = std::shared_ptr<const void>;

    // A copy of bytes in host memory, found by their values.
    Array copy(const void *from, std::size_t bytes);
    // The array that was kept for an origin under this number; NULL where there is none.
    Array find(const Origin &of, int what) noexcept;
    void keep(const Origin &of, int what, const Array &array);
    Array make(std::size_t bytes);

    void clear() noexcept { entries_.clear(); }
    std::uint64_t bytes() const noexcept;

private:
    struct Entry {
        explicit Entry(std::pmr::memory_resource &memory) : content(&memory) {}

        Array array;
        Vector<std::byte> content; // of a copy
        std::weak_ptr<const void> of;
        int what = -1; // of a copy
    };
    using Entries = Vector<Entry>;
    void keep(Entry &&entry);
    Array used(Entries::iterator entry) noexcept;

    const Device &device_;
    Memory &memory_;
    std::uint64_t limit_;
    Entries entries_; // most recently used last
};

// An array of `bytes` bytes that follows from `of`, which equal calls share (count tables: api/table_cache.h does
// that). fill(memory) fills it in by an upload or a launch, unless an earlier call has done so. `what` tells apart the
// arrays of the same `of`.
template <class Fill>
DeviceCache::Array shared_array(const Device &device, const DeviceCache::Origin &of, int what, std::size_t bytes,
                                Fill &&fill) {
    DeviceCache::Array array = device.cache != nullptr ? device.cache->find(of, what) : nullptr;
    if (array) return array;
    array =
        device.cache != nullptr ? device.cache->make(bytes) : std::make_shared<DeviceBuffer<std::byte>>(device, bytes);
    fill(array->data());
    if (device.cache != nullptr) device.cache->keep(of, what, array);
    return array;
}

// Elements of such an array.
template <class T> T *elements(const DeviceCache::Array &array) {
    return reinterpret_cast<T *>(array->data());
}

} // namespace scmp::cuda
