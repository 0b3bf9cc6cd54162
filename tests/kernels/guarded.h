// Memory that tells what is written or read outside of it: each piece ends at a page that nobody may touch and begins
// after another, and the few bytes that alignment leaves between are looked at when it goes.
#pragma once

#include <cstddef>
#include <map>
#include <memory_resource>
#include <string>
#include <vector>

namespace kernels {

// As a resource it serves the library's own buffers; a touched byte is remembered until `check` throws.
class GuardedMemory final : public std::pmr::memory_resource {
public:
    // Throws test::Failure where anything was written around a piece that is gone by now.
    void check();

private:
    void *do_allocate(std::size_t size, std::size_t alignment) override;
    void do_deallocate(void *pointer, std::size_t size, std::size_t alignment) override;
    bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override { return this == &other; }

    std::map<std::size_t, std::vector<void *>> free_; // pages of pieces that are gone, by how many bytes
    std::string damage_;
};

GuardedMemory &guarded_memory();

// `count` elements, all bytes poison.
template <class T> class Guarded {
public:
    Guarded(std::size_t count, unsigned char poison, std::size_t alignment = alignof(T))
        : count_(count), alignment_(alignment), data_(static_cast<T *>(guarded_memory().allocate(bytes(), alignment))) {
        fill(poison);
    }
    ~Guarded() { guarded_memory().deallocate(data_, bytes(), alignment_); }
    Guarded(const Guarded &) = delete;
    Guarded &operator=(const Guarded &) = delete;

    void fill(unsigned char poison) {
        for (std::size_t i = 0; i < bytes(); i++) reinterpret_cast<unsigned char *>(data_)[i] = poison;
    }
    T *data() { return data_; }
    std::size_t size() const { return count_; }
    std::size_t bytes() const { return count_ * sizeof(T); }
    T &operator[](std::size_t i) { return data_[i]; }
    std::vector<T> copy() const { return {data_, data_ + count_}; }

private:
    std::size_t count_, alignment_;
    T *data_;
};

} // namespace kernels
