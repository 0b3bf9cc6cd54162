// The allocator callbacks as a std::pmr resource, and the blocks that it keeps.
#include "base/memory.h"

#include <algorithm>

#if defined(__SANITIZE_ADDRESS__)
#define SCMP_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SCMP_ADDRESS_SANITIZER
#endif
#endif
#ifdef SCMP_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

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

namespace {

constexpr std::size_t large = std::size_t(1) << 14;
constexpr std::size_t block_alignment = 64; // of every block that may be kept, so that it serves any request
constexpr int idle_calls_most = 8;

// Idle memory, and what a block has beyond the request, must not be touched: sanitized builds see to it.
void hide([[maybe_unused]] void *data, [[maybe_unused]] std::size_t size) noexcept {
#ifdef SCMP_ADDRESS_SANITIZER
    __asan_poison_memory_region(data, size);
#endif
}
void show([[maybe_unused]] void *data, [[maybe_unused]] std::size_t size) noexcept {
#ifdef SCMP_ADDRESS_SANITIZER
    __asan_unpoison_memory_region(data, size);
#endif
}

} // namespace

void *Memory::allocate_new(std::size_t size, std::size_t alignment) {
    void *pointer = nullptr;
    try {
        pointer = allocator_.allocate(size, alignment);
    } catch (const std::bad_alloc &) {
        if (idle_bytes_ == 0) throw;
        release_idle(0);
        pointer = allocator_.allocate(size, alignment);
    }
    bytes_ += size;
    peak_ = std::max(peak_, bytes_);
    return pointer;
}

void Memory::release(void *pointer, std::size_t size, std::size_t alignment) noexcept {
    allocator_.release(pointer, size, alignment);
    bytes_ -= size;
}

// The smallest idle block that fits without wasting more than a quarter of the request.
Memory::Block *Memory::idle_block(std::size_t size) noexcept {
    Block *best = nullptr;
    for (Block &block : blocks_)
        if (block.idle && block.size >= size && block.size - size <= size / 4 &&
            (best == nullptr || block.size < best->size))
            best = &block;
    return best;
}

void *Memory::do_allocate(std::size_t size, std::size_t alignment) {
    if (size < large || size > reserve_ || alignment > block_alignment) return allocate_new(size, alignment);
    if (Block *block = idle_block(size)) {
        *block = {.data = block->data, .size = block->size};
        idle_bytes_ -= block->size;
        show(block->data, size);
        return block->data;
    }
    const auto place = std::find_if(blocks_.begin(), blocks_.end(), [](const Block &b) { return b.data == nullptr; });
    void *data = allocate_new(size, block_alignment);
    if (place != blocks_.end()) *place = {.data = data, .size = size};
    return data;
}

void Memory::do_deallocate(void *pointer, std::size_t size, std::size_t alignment) {
    if (size < large || size > reserve_ || alignment > block_alignment) return release(pointer, size, alignment);
    const auto block = std::find_if(blocks_.begin(), blocks_.end(), [&](const Block &b) { return b.data == pointer; });
    if (block == blocks_.end()) return release(pointer, size, block_alignment);
    hide(block->data, block->size);
    block->idle = true;
    block->idle_calls = 0;
    idle_bytes_ += block->size;
    if (idle_bytes_ > reserve_) give_back(*block);
}

void Memory::give_back(Block &block) noexcept {
    show(block.data, block.size);
    release(block.data, block.size, block_alignment);
    idle_bytes_ -= block.size;
    block = {};
}

void Memory::release_idle(int calls) noexcept {
    for (Block &block : blocks_)
        if (block.idle && block.idle_calls >= calls) give_back(block);
}

void Memory::begin_call() noexcept {
    release_idle(idle_calls_most);
    for (Block &block : blocks_) block.idle_calls++;
    peak_ = bytes_;
}

} // namespace scmp
