// Contexts of the CUDA backend whose device is one of the host: the table that cuda/host fills in, with a slot `open`
// of the tests.
#pragma once

#include "api/handles.h"
#include "cuda/host/backend.h"
#include "support/handles.h"

namespace test {

inline Ctx context_on(const scmp::cuda::Device &device, const scmp_ctx_options &options) {
    static thread_local const scmp::cuda::Device *own; // which a slot cannot be handed
    own = &device;
    scmp::Backend backend = scmp::select_backend(SCMP_BACKEND_CPU);
    scmp::cuda::fill(backend);
    backend.slots.open = [](scmp::product::Resources &resources) { return scmp::cuda::state_of(resources, *own); };
    Ctx ctx;
    scmp::api::create_context(options, backend, ctx.out());
    return ctx;
}

// What a context of these keeps on its devices.
inline scmp::cuda::Gpus &gpus_of(scmp_ctx *ctx) {
    return scmp::cuda::gpus_of(ctx->resources);
}

} // namespace test
