// How objects behind opaque handles are made and destroyed: each lives in a block of the allocator that it was made
// with.
#pragma once

#include <new>
#include <utility>

#include "base/memory.h"

namespace scmp {

// The handle's first constructor argument is the allocator; its member `memory` remembers it.
template <class Handle, class... Arguments> Handle *make_handle(const Allocator &allocator, Arguments &&...arguments) {
    void *block = allocator.allocate(sizeof(Handle), alignof(Handle));
    try {
        return new (block) Handle(allocator, std::forward<Arguments>(arguments)...);
    } catch (...) {
        allocator.release(block, sizeof(Handle), alignof(Handle));
        throw;
    }
}

template <class Handle> void destroy_handle(Handle *handle) noexcept {
    const Allocator allocator = handle->memory.allocator();
    handle->~Handle();
    allocator.release(handle, sizeof(Handle), alignof(Handle));
}

// Owns a handle until the call that makes it succeeds.
template <class Handle> class PendingHandle {
public:
    template <class... Arguments>
    explicit PendingHandle(const Allocator &allocator, Arguments &&...arguments)
        : handle_(make_handle<Handle>(allocator, std::forward<Arguments>(arguments)...)) {}
    PendingHandle(const PendingHandle &) = delete;
    PendingHandle &operator=(const PendingHandle &) = delete;
    ~PendingHandle() {
        if (handle_ != nullptr) destroy_handle(handle_);
    }
    Handle *operator->() const noexcept { return handle_; }
    Handle &operator*() const noexcept { return *handle_; }
    Handle *release() noexcept { return std::exchange(handle_, nullptr); }

private:
    Handle *handle_;
};

} // namespace scmp
