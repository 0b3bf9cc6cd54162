// The inside of a context: the memory, threads and backend that its calls work with, and what they keep for later ones.
#pragma once

#include <cstdint>
#include <memory>

#include "backend/backend.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/work.h"
#include "product/table_cache.h"

namespace scmp::product {

struct Resources {
    Resources(const Allocator &allocator, const scmp_ctx_options &given, const Backend &chosen, int count)
        : memory(allocator, given.cache_bytes), options(given), backend(chosen), threads(count),
          tables(memory, given.cache_bytes) {}
    Resources(const Resources &) = delete;
    Resources &operator=(const Resources &) = delete;

    // Progress and cancellation of one call.
    Monitor monitor() const {
        return {options.progress, options.progress_user, options.cancelled, options.cancelled_user};
    }
    int worker_threads() const { return backend.threaded ? threads : 1; }
    Work work(Monitor &monitor) { return {worker_threads(), monitor, memory}; }
    const Slots &slots() const noexcept { return backend.slots; }
    // The device on which calls may find tensors besides host memory, where no operand says which.
    std::int32_t tensor_device() const noexcept { return slots().tensor_device(*this); }

    Memory memory;
    scmp_ctx_options options;
    const Backend backend;
    int threads;
    TableCache tables;
    std::shared_ptr<void> state; // of the backend, made by its slot `open`
};

} // namespace scmp::product
