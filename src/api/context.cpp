// Contexts, and what this build and machine have.
#include <algorithm>
#include <cstdlib>

#include "api/c_boundary.h"
#include "api/handles.h"
#include "backend/backend.h"
#include "cuda/host/choice.h"
#include "cuda/host/runtime.h"

namespace scmp::api {
namespace {

int checked_threads(std::int32_t threads) {
    if (threads == SCMP_NOT_GIVEN) return available_threads();
    if (threads < 1 || threads > max_threads)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "threads = %d is not in 1 .. %d", threads, max_threads);
    return threads;
}

void check_options(const scmp_ctx_options &options) {
    if ((options.alloc == nullptr) != (options.free == nullptr))
        fail(SCMP_ERROR_INVALID_ARGUMENT, "alloc and free come together, %s is NULL",
             options.alloc == nullptr ? "alloc" : "free");
    if (options.log_level < SCMP_LOG_WARNING || options.log_level > SCMP_LOG_DEBUG)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "log_level = %d is not one of 0 .. %d", static_cast<int>(options.log_level),
             static_cast<int>(SCMP_LOG_DEBUG));
}

cuda::Gpu &gpu_of(scmp_ctx *ctx, const char *what) {
    require(ctx, "ctx");
    if (!ctx->gpu)
        fail(SCMP_ERROR_UNSUPPORTED, "the context runs backend %s, which has no %s", scmp_backend_name(ctx->backend.id),
             what);
    return ctx->gpu.own();
}

} // namespace
} // namespace scmp::api

using namespace scmp;
using namespace scmp::api;

const ConfigRef &scmp_ctx::default_config(int sc_prec) {
    ConfigRef &config = default_configs[std::size_t(sc_prec)];
    if (config.handle() == nullptr) {
        PendingHandle<scmp_config> pending(memory.allocator());
        streams::config_named("sobol_simple", sc_prec, pending->config);
        config = ConfigRef(&*pending);
        release_config(pending.release());
    }
    return config;
}

void scmp_ctx::warn(const char *sentence) const noexcept {
    if (options.log != nullptr) options.log(options.log_user, SCMP_LOG_WARNING, sentence);
}

void scmp_ctx::warn(const scmp_config &config) noexcept {
    if (config.warning.empty() || options.log == nullptr) return;
    if (std::find(warned.begin(), warned.end(), config.identity) != warned.end()) return;
    warned[warnings++ % warned.size()] = config.identity;
    warn(config.warning.c_str());
}

extern "C" {

scmp_status scmp_ctx_create(const scmp_ctx_options *options, scmp_ctx **out) {
    return c_boundary([&] {
        require(out, "out");
        scmp_ctx_options all;
        scmp_ctx_options_init(&all);
        copy_options(options, all, "scmp_ctx_options", "scmp_ctx_options_init");
        check_options(all);
        const int threads = checked_threads(all.threads);
        const char *isa = std::getenv("SCMP_CPU");
        const Backend backend = select_backend(all.backend, isa == nullptr ? "" : isa);
        PendingHandle<scmp_ctx> pending({all.alloc, all.free, all.allocator_user}, all, backend, threads);
        if (backend.id == SCMP_BACKEND_CUDA) {
            cuda::Device device = cuda::open_device(all.device, all.cache_bytes);
            cuda::force_method(device, std::getenv("SCMP_CUDA_KERNEL"));
            pending->gpu.set(device);
        }
        *out = pending.release();
    });
}

void scmp_ctx_destroy(scmp_ctx **ctx) {
    if (ctx == nullptr || *ctx == nullptr) return;
    destroy_handle(std::exchange(*ctx, nullptr));
}

int32_t scmp_ctx_threads(const scmp_ctx *ctx) {
    return ctx == nullptr ? 0 : ctx->worker_threads();
}

scmp_status scmp_ctx_set_threads(scmp_ctx *ctx, int32_t threads) {
    return c_boundary([&] {
        require(ctx, "ctx");
        ctx->threads = checked_threads(threads);
    });
}

scmp_backend scmp_ctx_backend(const scmp_ctx *ctx) {
    return ctx == nullptr ? SCMP_BACKEND_AUTO : ctx->backend.id;
}

const char *scmp_ctx_isa(const scmp_ctx *ctx) {
    return ctx == nullptr ? "unknown" : ctx->backend.isa;
}

uint64_t scmp_ctx_cache_bytes(const scmp_ctx *ctx) {
    return ctx == nullptr ? 0 : ctx->tables.bytes() + ctx->gpu.kept_bytes();
}

uint64_t scmp_ctx_cache_misses(const scmp_ctx *ctx) {
    return ctx == nullptr ? 0 : ctx->tables.misses();
}

void scmp_ctx_clear_cache(scmp_ctx *ctx) {
    if (ctx == nullptr) return;
    ctx->gpu.clear_kept();
    ctx->tables.clear();
}

void scmp_ctx_trim(scmp_ctx *ctx) {
    if (ctx == nullptr) return;
    ctx->gpu.trim();
    ctx->memory.release_idle(0);
}

int32_t scmp_backend_available(scmp_backend backend) {
    return backend_available(backend) ? 1 : 0;
}

int32_t scmp_cuda_device_count(void) {
    return cuda::device_count();
}

const char *scmp_cuda_status(void) {
    return cuda::status();
}

scmp_status scmp_ctx_set_cuda_stream(scmp_ctx *ctx, void *stream) {
    return c_boundary([&] { gpu_of(ctx, "stream").set_stream(stream); });
}

scmp_status scmp_ctx_set_cuda_workspace(scmp_ctx *ctx, void *memory, uint64_t bytes) {
    return c_boundary([&] {
        cuda::Gpu &gpu = gpu_of(ctx, "workspace");
        if ((memory == nullptr) != (bytes == 0))
            fail(SCMP_ERROR_INVALID_ARGUMENT, "memory is %s and bytes = %llu, both or neither must be 0",
                 memory == nullptr ? "NULL" : "not NULL", static_cast<unsigned long long>(bytes));
        gpu.working().set_block(memory, bytes);
    });
}

scmp_status scmp_ctx_synchronize(scmp_ctx *ctx) {
    return c_boundary([&] {
        require(ctx, "ctx");
        ctx->gpu.synchronize();
    });
}

int32_t scmp_isa_count(void) {
    return isa_count();
}

const char *scmp_isa_name(int32_t index) {
    return isa_name(index);
}

int32_t scmp_isa_available(int32_t index) {
    return isa_available(index) ? 1 : 0;
}

const char *scmp_isa_native_runs(int32_t index) {
    return isa_native_runs(index);
}

} // extern "C"
