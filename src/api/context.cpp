// Contexts, and what this build and machine have.
#include <algorithm>

#include "api/c_boundary.h"
#include "api/handles.h"
#include "backend/backend.h"
#include "base/named_choice.h"
#include "base/sized_struct.h"

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

} // namespace

void create_context(const scmp_ctx_options &options, const Backend &backend, scmp_ctx **out) {
    check_options(options);
    const int threads = checked_threads(options.threads);
    PendingHandle<scmp_ctx> pending({options.alloc, options.free, options.allocator_user}, options, backend, threads);
    pending->resources.state = backend.slots.open(pending->resources);
    pending->resources.options.isa = pending->resources.options.kernel = nullptr; // the caller's strings
    *out = pending.release();
}

} // namespace scmp::api

using namespace scmp;
using namespace scmp::api;

const streams::ConfigRef &scmp_ctx::default_config(int sc_prec) {
    streams::ConfigRef &config = default_configs[std::size_t(sc_prec)];
    if (config.handle() == nullptr) {
        PendingHandle<scmp_config> pending(memory.allocator());
        streams::config_named("sobol_simple", sc_prec, pending->config);
        config = streams::ConfigRef(&*pending);
        streams::release_config(pending.release());
    }
    return config;
}

void scmp_ctx::warn(const char *sentence) const noexcept {
    const scmp_ctx_options &options = resources.options;
    if (options.log != nullptr) options.log(options.log_user, SCMP_LOG_WARNING, sentence);
}

void scmp_ctx::warn(const scmp_config &config) noexcept {
    if (config.warning.empty() || resources.options.log == nullptr) return;
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
        read_sized(options, "options", all);
        create_context(all, select_backend(all.backend, named_choice("isa", all.isa, "SCMP_CPU")), out);
    });
}

void scmp_ctx_destroy(scmp_ctx **ctx) {
    if (ctx == nullptr || *ctx == nullptr) return;
    destroy_handle(std::exchange(*ctx, nullptr));
}

int32_t scmp_ctx_threads(const scmp_ctx *ctx) {
    return ctx == nullptr ? 0 : ctx->resources.worker_threads();
}

scmp_status scmp_ctx_set_threads(scmp_ctx *ctx, int32_t threads) {
    return c_boundary([&] {
        require(ctx, "ctx");
        ctx->resources.threads = checked_threads(threads);
    });
}

scmp_backend scmp_ctx_backend(const scmp_ctx *ctx) {
    return ctx == nullptr ? SCMP_BACKEND_AUTO : ctx->resources.backend.id;
}

const char *scmp_ctx_isa(const scmp_ctx *ctx) {
    return ctx == nullptr ? "unknown" : ctx->resources.backend.isa;
}

uint64_t scmp_ctx_cache_bytes(const scmp_ctx *ctx) {
    if (ctx == nullptr) return 0;
    return ctx->resources.tables.bytes() + ctx->resources.slots().cache_bytes(ctx->resources);
}

uint64_t scmp_ctx_cache_misses(const scmp_ctx *ctx) {
    return ctx == nullptr ? 0 : ctx->resources.tables.misses();
}

void scmp_ctx_clear_cache(scmp_ctx *ctx) {
    if (ctx == nullptr) return;
    ctx->resources.slots().clear_cache(ctx->resources);
    ctx->resources.tables.clear();
}

void scmp_ctx_trim(scmp_ctx *ctx) {
    if (ctx == nullptr) return;
    ctx->resources.slots().trim(ctx->resources);
    ctx->memory.release_idle(0);
}

int32_t scmp_backend_available(scmp_backend backend) {
    return backend_available(backend) ? 1 : 0;
}

int32_t scmp_cuda_device_count(void) {
    return backend_devices(SCMP_BACKEND_CUDA);
}

scmp_status scmp_ctx_set_cuda_stream(scmp_ctx *ctx, void *stream) {
    return c_boundary([&] {
        require(ctx, "ctx");
        ctx->resources.slots().set_stream(ctx->resources, stream);
    });
}

scmp_status scmp_ctx_set_cuda_workspace(scmp_ctx *ctx, void *memory, uint64_t bytes) {
    return c_boundary([&] {
        require(ctx, "ctx");
        ctx->resources.slots().set_workspace(ctx->resources, memory, bytes);
    });
}

scmp_status scmp_ctx_synchronize(scmp_ctx *ctx) {
    return c_boundary([&] {
        require(ctx, "ctx");
        ctx->resources.slots().synchronize(ctx->resources);
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

} // extern "C"
