// Pages from the system, with one out of bounds on each side.
#include "guarded.h"

#include <cstdint>
#include <cstring>
#include <new>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

#include "support/test.h"

namespace kernels {
namespace {

constexpr unsigned char canary = 0xC5;

std::size_t page() {
    static const auto size = std::size_t(sysconf(_SC_PAGESIZE));
    return size;
}

// How a piece lies in its pages: `before` bytes, the piece, `after` bytes that alignment needs.
struct Layout {
    std::size_t inner, before, after;
    Layout(std::size_t size, std::size_t alignment)
        : inner((size + page() - 1) / page() * page() + (size == 0 ? page() : 0)),
          before((inner - size) / alignment * alignment), after(inner - before - size) {}
};

// So many bytes between two pages out of bounds.
void *new_pages(std::size_t bytes) {
    void *all = mmap(nullptr, bytes + 2 * page(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) throw std::bad_alloc();
    void *inner = static_cast<unsigned char *>(all) + page();
    if (mprotect(inner, bytes, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
    return inner;
}

bool all_canary(const unsigned char *from, std::size_t count) {
    for (std::size_t i = 0; i < count; i++)
        if (from[i] != canary) return false;
    return true;
}

} // namespace

void *GuardedMemory::do_allocate(std::size_t size, std::size_t alignment) {
    const Layout layout(size, alignment);
    std::vector<void *> &free = free_[layout.inner];
    if (free.empty()) free.push_back(new_pages(layout.inner));
    auto *inner = static_cast<unsigned char *>(free.back());
    free.pop_back();
    std::memset(inner, canary, layout.before);
    std::memset(inner + layout.before + size, canary, layout.after);
    return inner + layout.before;
}

void GuardedMemory::do_deallocate(void *pointer, std::size_t size, std::size_t alignment) {
    const Layout layout(size, alignment);
    unsigned char *inner = static_cast<unsigned char *>(pointer) - layout.before;
    const char *where = !all_canary(inner, layout.before)                         ? "before the start"
                        : !all_canary(inner + layout.before + size, layout.after) ? "beyond the end"
                                                                                  : nullptr;
    if (where != nullptr) damage_ = test::format("wrote %s of a buffer of %zu bytes", where, size);
    free_[layout.inner].push_back(inner);
}

void GuardedMemory::check() {
    if (damage_.empty()) return;
    const std::string what = std::exchange(damage_, "");
    test::fail(what);
}

GuardedMemory &guarded_memory() {
    static GuardedMemory memory;
    return memory;
}

} // namespace kernels
