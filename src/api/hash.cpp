// The hash of a tensor's contents (section 4 of the header).
#include "tensor/hash.h"

#include "api/c_boundary.h"
#include "api/check.h"
#include "api/handles.h"
#include "product/host_copy.h"

using namespace scmp;
using namespace scmp::api;

extern "C" scmp_status scmp_tensor_hash(scmp_ctx *ctx, const scmp_tensor *t, uint64_t *hash) {
    return c_boundary([&] {
        require(ctx, "ctx");
        const View view = input(t, "t", ctx->resources.tensor_device());
        require(hash, "hash");
        const scmp_ctx_options &options = ctx->resources.options;
        // No progress: it is a small part of what a caller does.
        Monitor monitor(nullptr, nullptr, options.cancelled, options.cancelled_user);
        const product::HostCopy here(ctx->resources, view, ctx->memory);
        const auto found = contents_hash(here.view(), ctx->resources.work(monitor));
        hash[0] = found[0];
        hash[1] = found[1];
    });
}
