// What the opaque handles of the public header hold.
#pragma once

#include <array>
#include <atomic>
#include <memory_resource>
#include <string>
#include <utility>

#include "api/table_cache.h"
#include "backend/backend.h"
#include "base/handle.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "cuda/host/gpu.h"
#include "streams/config.h"

struct scmp_ctx {
    scmp_ctx(const scmp::Allocator &allocator, const scmp_ctx_options &given, const scmp::Backend &chosen, int count)
        : memory(allocator, given.cache_bytes), options(given), backend(chosen), threads(count),
          gpu(memory, given.cache_bytes), tables(memory, given.cache_bytes) {}

    scmp::Monitor monitor() const {
        return {options.progress, options.progress_user, options.cancelled, options.cancelled_user};
    }
    int worker_threads() const { return backend.threaded ? threads : 1; }
    // Where calls without an operand on a GPU may find tensors besides host memory.
    std::int32_t tensor_device() const { return gpu ? SCMP_DEVICE_CUDA_0 + gpu->index : SCMP_DEVICE_CPU; }
    // sobol_simple for this width, made when it is first asked for.
    const scmp::api::ConfigRef &default_config(int sc_prec);
    // Says what a configuration's warning is, once for each configuration.
    void warn(const scmp_config &config) noexcept;
    void warn(const char *sentence) const noexcept;

    scmp::Memory memory;
    scmp_ctx_options options;
    const scmp::Backend backend;
    int threads;
    scmp::cuda::Gpus gpu; // products run on one of them where there are some
    scmp::api::TableCache tables;
    std::array<scmp::api::ConfigRef, SCMP_SC_PREC_MAX + 1> default_configs;
    std::array<std::size_t, 64> warned{}; // the last configurations that a warning was about, by identity
    std::size_t warnings = 0;
};

struct scmp_config {
    explicit scmp_config(const scmp::Allocator &allocator) : memory(allocator), config(memory), warning(&memory) {}

    scmp::Memory memory;
    mutable std::atomic<int> references{1};
    scmp::streams::Config config;
    std::pmr::string warning; // "" where there is nothing to say
    std::size_t identity = 0; // where there is a warning: the same for configurations that are the same
};

namespace scmp::api {

// Gives up one reference; the last one destroys. NULL is ignored.
void release_config(const scmp_config *config) noexcept;

} // namespace scmp::api
