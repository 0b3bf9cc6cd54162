// Arrays in a device's memory that equal calls share, so that they upload nothing: count tables and what belongs to
// them, smoothing scales. Least recently used out first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/memory.h"
#include "cuda/host/device.h"

namespace scmp::cuda {

// What it hands out is the caller's too: it lives until the last of them lets go, and is given back in the order of the
// stream, behind the launches that use it. Everything is used while the device is the current one.
class Kept {
public:
    // Keeps at most `limit` bytes of the device's memory; what is larger is the caller's alone. The device outlives it.
    Kept(const Device &device, Memory &memory, std::uint64_t limit)
        : device_(device), memory_(memory), limit_(limit), entries_(&memory) {}

    using Array = std::shared_ptr<const DeviceBuffer<std::byte>>;
    using Source = std::shared_ptr<const void>;

    // A copy of bytes in host memory, known by what they are.
    Array copy(const void *from, std::size_t bytes);
    // What belongs to something else, known by which that is and a number; NULL where it is not kept.
    Array find(const Source &of, int what) noexcept;
    void keep(const Source &of, int what, const Array &array);
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

// What equal calls have in common because it follows from `of`, which they share (count tables: api/table_cache.h does
// that): an array of `bytes` bytes that fill(memory) fills in by an upload or a launch, unless an earlier call has done
// so. `what` tells apart what belongs to the same `of`.
template <class Fill>
Kept::Array shared_array(const Device &device, const Kept::Source &of, int what, std::size_t bytes, Fill &&fill) {
    Kept::Array array = device.kept != nullptr ? device.kept->find(of, what) : nullptr;
    if (array) return array;
    array =
        device.kept != nullptr ? device.kept->make(bytes) : std::make_shared<DeviceBuffer<std::byte>>(device, bytes);
    fill(array->data());
    if (device.kept != nullptr) device.kept->keep(of, what, array);
    return array;
}

// Elements of such an array.
template <class T> T *elements(const Kept::Array &array) {
    return reinterpret_cast<T *>(array->data());
}

} // namespace scmp::cuda
