// The allocator callbacks as a std::pmr resource.
#include "base/memory.h"

#include <algorithm>

namespace scmp {

void *Allocator::allocate(std::size_t size, std::size_t alignment) const {
    if (alloc == nullptr) return ::operator new(size, std::align_val_t(alignment));
    void *pointer = alloc(user, size, alignment);
    if (pointer == nullptr) throw std::bad_alloc();
    return pointer;
}

void Allocator::release(void *pointer, std::size_t size, std::size_t alignment) const noexcept {
    if (free == nullptr)
        ::operator delete(pointer, size, std::align_val_t(alignment));
    else
        free(user, pointer, size, alignment);
}

void *Memory::do_allocate(std::size_t size, std::size_t alignment) {
    void *pointer = allocator_.allocate(size, alignment);
    bytes_ += size;
    peak_ = std::max(peak_, bytes_);
    return pointer;
}

void Memory::do_deallocate(void *pointer, std::size_t size, std::size_t alignment) {
    allocator_.release(pointer, size, alignment);
    bytes_ -= size;
}

} // namespace scmp
