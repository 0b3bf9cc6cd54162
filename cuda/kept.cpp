// Looks arrays up, uploads what is missing, and keeps to the limit.
#include "cuda/kept.h"

#include <algorithm>
#include <cstring>

namespace scmp::cuda {

Kept::Array Kept::copy(const void *from, std::size_t bytes) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry &entry) {
        return entry.what < 0 && entry.content.size() == bytes &&
               (bytes == 0 || std::memcmp(entry.content.data(), from, bytes) == 0);
    });
    if (found != entries_.end()) {
        entries_.splice(entries_.begin(), entries_, found);
        return found->array;
    }
    Entry entry(memory_);
    entry.array = make(bytes);
    if (bytes > 0) device_.upload(device_, entry.array->data(), from, bytes);
    const auto *first = static_cast<const std::byte *>(from);
    entry.content.assign(first, first + bytes);
    Array array = entry.array;
    keep(std::move(entry));
    return array;
}

Kept::Array Kept::find(const Source &of, int what) noexcept {
    // What nobody has any more cannot be asked for again.
    entries_.remove_if([](const Entry &entry) { return entry.what >= 0 && entry.of.expired(); });
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry &entry) { return entry.what == what && entry.of.lock() == of; });
    if (found == entries_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found);
    return found->array;
}

void Kept::keep(const Source &of, int what, const Array &array) {
    Entry entry(memory_);
    entry.array = array;
    entry.of = of;
    entry.what = what;
    keep(std::move(entry));
}

Kept::Array Kept::make(std::size_t bytes) {
    return std::allocate_shared<DeviceBuffer<std::byte>>(std::pmr::polymorphic_allocator<>(&memory_), device_, bytes,
                                                         Owner::context);
}

std::uint64_t Kept::bytes() const noexcept {
    std::uint64_t total = 0;
    for (const Entry &entry : entries_) total += entry.array->bytes();
    return total;
}

void Kept::keep(Entry &&entry) {
    entries_.push_front(std::move(entry));
    while (!entries_.empty() && bytes() > limit_) entries_.pop_back();
}

} // namespace scmp::cuda
