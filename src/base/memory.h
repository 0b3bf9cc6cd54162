// Memory from the caller's allocator: a std::pmr resource that counts and may keep large blocks for the next call, and
// an aligned buffer that is not zeroed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory_resource>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "scmp/scmp.h"

namespace scmp {

// The caller's callbacks; default: operator new.
struct Allocator {
    scmp_alloc_fn alloc = nullptr;
    scmp_free_fn free = nullptr;
    void *user = nullptr;

    // Throws std::bad_alloc where the callback returns NULL.
    void *allocate(std::size_t size, std::size_t alignment) const;
    void release(void *pointer, std::size_t size, std::size_t alignment) const noexcept;
};

// Counts what is held and the most that was held at once. Used by one thread at a time: workers get their memory from
// the calling thread before they start.
//
// Allocators give large blocks back to the system, and having the pages of a new one mapped costs more than quantizing
// what is written there. So up to `reserve` bytes of large blocks stay here, idle, and serve later requests. They count
// as held; they are given back when several calls in a row had no use for them, when the allocator has no more, and at
// the end.
class Memory final : public std::pmr::memory_resource {
public:
    explicit Memory(const Allocator &allocator, std::uint64_t reserve = 0) noexcept
        : allocator_(allocator), reserve_(reserve) {}
    ~Memory() override { release_idle(0); }
    Memory(const Memory &) = delete;
    Memory &operator=(const Memory &) = delete;

    const Allocator &allocator() const noexcept { return allocator_; }
    std::uint64_t bytes() const noexcept { return bytes_; } // held from the allocator, idle or not
    std::uint64_t peak() const noexcept { return peak_; }
    // Begins to look for another peak, and gives back what the last calls had no use for.
    void begin_call() noexcept;
    // Gives back the blocks that have been idle for so many calls; 0: all that are idle.
    void release_idle(int calls) noexcept;

private:
    // A large block, in use or idle. No data: a free place.
    struct Block {
        void *data = nullptr;
        std::size_t size = 0;
        bool idle = false;
        int idle_calls = 0;
    };

    void *allocate_new(std::size_t size, std::size_t alignment);
    void release(void *pointer, std::size_t size, std::size_t alignment) noexcept;
    Block *idle_block(std::size_t size) noexcept;
    void give_back(Block &block) noexcept;
    void *do_allocate(std::size_t size, std::size_t alignment) override;
    void do_deallocate(void *pointer, std::size_t size, std::size_t alignment) override;
    bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override { return this == &other; }

    Allocator allocator_;
    std::uint64_t reserve_;
    std::array<Block, 16> blocks_{}; // a product has fewer; what finds no place is not kept
    std::uint64_t idle_bytes_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t peak_ = 0;
};

template <class T> using Vector = std::pmr::vector<T>;

// `count` elements of a trivial type, aligned to a cache line, not initialised.
template <class T> class Buffer {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    static constexpr std::size_t alignment = 64;

    Buffer() = default;
    Buffer(std::pmr::memory_resource &memory, std::size_t count) : memory_(&memory), count_(count) {
        if (count > std::numeric_limits<std::size_t>::max() / 2 / sizeof(T)) throw std::bad_alloc();
        if (count > 0) data_ = static_cast<T *>(memory.allocate(count * sizeof(T), alignment));
    }
    Buffer(Buffer &&other) noexcept
        : memory_(other.memory_), data_(std::exchange(other.data_, nullptr)), count_(std::exchange(other.count_, 0)) {}
    Buffer &operator=(Buffer &&other) noexcept {
        std::swap(memory_, other.memory_);
        std::swap(data_, other.data_);
        std::swap(count_, other.count_);
        return *this;
    }
    ~Buffer() {
        if (data_ != nullptr) memory_->deallocate(data_, count_ * sizeof(T), alignment);
    }

    T *data() noexcept { return data_; }
    const T *data() const noexcept { return data_; }
    std::size_t size() const noexcept { return count_; }
    T &operator[](std::size_t i) noexcept { return data_[i]; }
    const T &operator[](std::size_t i) const noexcept { return data_[i]; }
    std::span<T> span() noexcept { return {data_, count_}; }
    std::span<const T> span() const noexcept { return {data_, count_}; }

private:
    std::pmr::memory_resource *memory_ = nullptr;
    T *data_ = nullptr;
    std::size_t count_ = 0;
};

} // namespace scmp
