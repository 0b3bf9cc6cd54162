// Arrays in a device's memory that equal calls share, so that they upload nothing: count tables and what belongs to
// them, smoothing scales. Least recently used out first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>

#include "base/memory.h"
#include "cuda/device.h"
#include "streams/table.h"

namespace scmp::cuda {

struct TableArrays;

// What it hands out is the caller's too: it lives until the last of them lets go, and is given back in the order of the
// stream, behind the launches that use it. Everything is used while the device is the current one.
class Kept {
public:
    // Keeps at most `limit` bytes of the device's memory; what is larger is the caller's alone. The device outlives it.
    Kept(const Device &device, Memory &memory, std::uint64_t limit)
        : device_(device), memory_(memory), limit_(limit), entries_(&memory) {}

    using Copy = std::shared_ptr<const DeviceBuffer<std::byte>>;
    using Arrays = std::shared_ptr<const TableArrays>;

    // The same bytes on the device.
    Copy copy(const void *from, std::size_t bytes);
    // What belongs to count tables, known by which they are: equal calls in a row have the same ones
    // (api/table_cache.h).
    Arrays arrays(const std::shared_ptr<const streams::CountTables> &tables);

    void clear() noexcept { entries_.clear(); }
    std::uint64_t bytes() const noexcept;

private:
    struct Entry {
        explicit Entry(std::pmr::memory_resource &memory) : content(&memory) {}

        Vector<std::byte> content; // of a copy
        Copy copy;
        std::weak_ptr<const streams::CountTables> tables;
        Arrays arrays;
        std::uint64_t bytes = 0;
    };
    void keep_within_limit() noexcept;

    const Device &device_;
    Memory &memory_;
    std::uint64_t limit_;
    std::pmr::list<Entry> entries_; // most recently used first
};

} // namespace scmp::cuda
