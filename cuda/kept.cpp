// Looks arrays up, uploads what is missing, and keeps to the limit.
#include "cuda/kept.h"

#include <algorithm>
#include <cstring>

#include "cuda/counter.h"

namespace scmp::cuda {

Kept::Copy Kept::copy(const void *from, std::size_t bytes) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry &entry) {
        return entry.copy && entry.content.size() == bytes && std::memcmp(entry.content.data(), from, bytes) == 0;
    });
    if (found != entries_.end()) {
        entries_.splice(entries_.begin(), entries_, found);
        return found->copy;
    }
    Entry entry(memory_);
    const auto *first = static_cast<const std::byte *>(from);
    entry.content.assign(first, first + bytes);
    entry.copy = std::allocate_shared<DeviceBuffer<std::byte>>(std::pmr::polymorphic_allocator<>(&memory_), device_,
                                                               first, bytes, Owner::context);
    entry.bytes = bytes;
    Copy copy = entry.copy;
    entries_.push_front(std::move(entry));
    keep_within_limit();
    return copy;
}

Kept::Arrays Kept::arrays(const std::shared_ptr<const streams::CountTables> &tables) {
    // Tables that nobody has any more cannot be asked for again.
    entries_.remove_if([](const Entry &entry) { return entry.arrays && entry.tables.expired(); });
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry &entry) { return entry.arrays && entry.tables.lock() == tables; });
    if (found != entries_.end()) {
        entries_.splice(entries_.begin(), entries_, found);
        return found->arrays;
    }
    Entry entry(memory_);
    entry.tables = tables;
    entry.arrays = std::allocate_shared<TableArrays>(std::pmr::polymorphic_allocator<>(&memory_), device_, *tables,
                                                     static_cast<std::pmr::memory_resource &>(memory_));
    entry.bytes = entry.arrays->bytes();
    Arrays arrays = entry.arrays;
    entries_.push_front(std::move(entry));
    keep_within_limit();
    return arrays;
}

std::uint64_t Kept::bytes() const noexcept {
    std::uint64_t total = 0;
    for (const Entry &entry : entries_) total += entry.bytes;
    return total;
}

void Kept::keep_within_limit() noexcept {
    while (!entries_.empty() && bytes() > limit_) entries_.pop_back();
}

} // namespace scmp::cuda
