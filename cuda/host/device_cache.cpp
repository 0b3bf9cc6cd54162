// Looks arrays up, uploads those that are missing, and stays below the limit.
#include "cuda/host/device_cache.h"

#include <algorithm>
#include <cstring>

namespace scmp::cuda {

DeviceCache::Array DeviceCache::copy(const void *from, std::size_t bytes) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry &entry) {
        return entry.what < 0 && entry.content.size() == bytes &&
               (bytes == 0 || std::memcmp(entry.content.data(), from, bytes) == 0);
    });
    if (found != entries_.end()) return used(found);
    Entry entry(memory_);
    entry.array = make(bytes);
    if (bytes > 0) device_.upload(device_, entry.array->data(), from, bytes);
    const auto *first = static_cast<const std::byte *>(from);
    entry.content.assign(first, first + bytes);
    Array array = entry.array;
    keep(std::move(entry));
    return array;
}

DeviceCache::Array DeviceCache::find(const Origin &of, int what) noexcept {
    // An array whose origin is gone cannot be asked for again.
    std::erase_if(entries_, [](const Entry &entry) { return entry.what >= 0 && entry.of.expired(); });
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry &entry) { return entry.what == what && entry.of.lock() == of; });
    return found == entries_.end() ? nullptr : used(found);
}

void DeviceCache::keep(const Origin &of, int what, const Array &array) {
    Entry entry(memory_);
    entry.array = array;
    entry.of = of;
    entry.what = what;
    keep(std::move(entry));
}

DeviceCache::Array DeviceCache::make(std::size_t bytes) {
    return std::allocate_shared<DeviceBuffer<std::byte>>(std::pmr::polymorphic_allocator<>(&memory_), device_, bytes,
                                                         Owner::context);
}

std::uint64_t DeviceCache::bytes() const noexcept {
    std::uint64_t total = 0;
    for (const Entry &entry : entries_) total += entry.array->bytes();
    return total;
}

void DeviceCache::keep(Entry &&entry) {
    entries_.push_back(std::move(entry));
    while (!entries_.empty() && bytes() > limit_) entries_.erase(entries_.begin());
}

DeviceCache::Array DeviceCache::used(Entries::iterator entry) noexcept {
    std::rotate(entry, entry + 1, entries_.end());
    return entries_.back().array;
}

} // namespace scmp::cuda
