// SmoothQuant (section 7 of the header): statistics, scales, applying them.
#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <optional>
#include <utility>

#include "api/c_boundary.h"
#include "api/check.h"
#include "api/handles.h"
#include "product/host_copy.h"
#include "product/stages.h"
#include "smooth/apply.h"
#include "smooth/calibration.h"
#include "smooth/scales.h"
#include "tensor/row_access.h"

struct scmp_calib {
    scmp_calib(const scmp::Allocator &allocator, scmp_ctx &owner, std::int64_t d, bool wide)
        : memory(allocator), ctx(owner), slots{{{memory, d, wide}, {memory, 0, wide}}} {}

    const scmp::smooth::Calibration &statistics() const noexcept { return *current; }

    // Statistics change by the one store at the end: a fork in the middle of a call leaves the child with what they
    // were before it or after it, and its own context may merge them.
    template <class Change> void change(Change &&make) {
        scmp::smooth::Calibration &next = slots[current == &slots[0] ? 1 : 0];
        next = statistics();
        std::forward<Change>(make)(next);
        current = &next;
    }

    scmp::Memory memory;
    scmp_ctx &ctx;
    std::array<scmp::smooth::Calibration, 2> slots;
    std::atomic<const scmp::smooth::Calibration *> current{&slots[0]};
};

namespace scmp::api {
namespace {

void check_d(std::int64_t d) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 64;
    if (d < 0 || d > most)
        fail(SCMP_ERROR_INVALID_SHAPE, "d = %lld is %s", ll(d), d < 0 ? "negative" : "beyond any memory");
}

void scales(scmp_ctx &ctx, Memory &memory, const View &act, const scmp_tensor *weights, std::size_t weight_count,
            double alpha, double eps, const scmp_tensor *out) {
    require(weights, "weights");
    if (weight_count == 0) fail(SCMP_ERROR_INVALID_ARGUMENT, "weight_count is 0, there must be at least one weight");
    const View to = input(out, "scales", ctx.resources.tensor_device());
    Vector<View> views(&memory);
    for (std::size_t i = 0; i < weight_count; i++)
        views.push_back(checked_view(weights[i], "a weight", ctx.resources.tensor_device()));
    if (overlaps_itself(to)) fail(SCMP_ERROR_OVERLAP, "elements of scales overlap one another");
    check_apart(to, "scales", act, "act");
    for (const View &view : views) check_apart(to, "scales", view, "a weight");
    product::Resources &resources = ctx.resources;
    Monitor monitor = resources.monitor();
    const Work work{resources.worker_threads(), monitor, memory};
    const product::OutputHostCopy to_here(resources, to, false, memory);
    smooth::compute_scales(product::HostCopy(resources, act, memory).view(), views, {alpha, eps}, to_here.view(),
                           memory, [&](smooth::Calibration &maxima, const View &weight, const char *name) {
                               resources.slots().maxima(resources, {maxima, weight, nullptr, name}, work);
                           });
    to_here.commit();
}

void apply(scmp_ctx *ctx, const scmp_tensor *x, const scmp_tensor *scales, Smoothing::How how, const scmp_tensor *out) {
    require(ctx, "ctx");
    const std::int32_t device = ctx->resources.tensor_device();
    const View from = input(x, "x", device);
    const View by = input(scales, "scales", device);
    const View to = input(out, "out", device);
    check_apart(to, "out", by, "scales");
    if (from.rank < 1) fail(SCMP_ERROR_INVALID_SHAPE, "x has rank 0, it must be at least 1");
    product::Resources &resources = ctx->resources;
    const smooth::Scales s =
        smooth::read_scales(product::HostCopy(resources, by, ctx->memory).view(), from.d(), "x", ctx->memory);
    Monitor monitor; // all or nothing, hence never cancelled
    resources.slots().smooth(resources, {from, how, s}, to, resources.work(monitor));
}

} // namespace
} // namespace scmp::api

using namespace scmp;
using namespace scmp::api;

extern "C" {

scmp_status scmp_calib_create(scmp_ctx *ctx, int64_t d, scmp_dtype dtype, scmp_calib **out) {
    return c_boundary([&] {
        require(ctx, "ctx");
        require(out, "out");
        check_d(d);
        if (dtype != SCMP_DTYPE_F32 && dtype != SCMP_DTYPE_F64)
            fail(SCMP_ERROR_INVALID_DTYPE, "dtype = %s, statistics are kept in f32 or f64", scmp_dtype_name(dtype));
        *out = make_handle<scmp_calib>(ctx->memory.allocator(), *ctx, d, dtype == SCMP_DTYPE_F64);
    });
}

void scmp_calib_destroy(scmp_calib **calib) {
    if (calib == nullptr || *calib == nullptr) return;
    destroy_handle(std::exchange(*calib, nullptr));
}

scmp_status scmp_calib_observe(scmp_calib *calib, const scmp_tensor *x, const scmp_tensor *row_mask) {
    return c_boundary([&] {
        require(calib, "calib");
        const std::int32_t device = calib->ctx.resources.tensor_device();
        const View view = input(x, "x", device);
        View mask;
        if (row_mask != nullptr) mask = input(row_mask, "row_mask", device);
        product::Resources &resources = calib->ctx.resources;
        Monitor monitor = resources.monitor();
        Memory memory(calib->memory.allocator());
        calib->change([&](smooth::Calibration &statistics) {
            resources.slots().maxima(resources, {statistics, view, row_mask == nullptr ? nullptr : &mask, "x"},
                                     {resources.worker_threads(), monitor, memory});
        });
    });
}

scmp_status scmp_calib_merge(scmp_calib *calib, const scmp_calib *from) {
    return c_boundary([&] {
        require(calib, "calib");
        require(from, "from");
        calib->change([&](smooth::Calibration &statistics) {
            smooth::merge(statistics, from->statistics(), calib->ctx.resources.backend.row_functions.smooth);
        });
    });
}

scmp_status scmp_calib_act_scales(const scmp_calib *calib, const scmp_tensor *act) {
    return c_boundary([&] {
        require(calib, "calib");
        const View out = input(act, "act", calib->ctx.resources.tensor_device());
        if (overlaps_itself(out)) fail(SCMP_ERROR_OVERLAP, "elements of act overlap one another");
        Memory memory(calib->memory.allocator());
        const product::OutputHostCopy here(calib->ctx.resources, out, false, memory);
        smooth::write_act(calib->statistics(), here.view());
        here.commit();
    });
}

uint64_t scmp_calib_rows(const scmp_calib *calib) {
    return calib == nullptr ? 0 : calib->statistics().rows;
}

int64_t scmp_calib_d(const scmp_calib *calib) {
    return calib == nullptr ? 0 : calib->statistics().d;
}

scmp_dtype scmp_calib_dtype(const scmp_calib *calib) {
    return calib == nullptr ? SCMP_DTYPE_F32 : calib->statistics().dtype();
}

scmp_status scmp_calib_save(const scmp_calib *calib, const char *path) {
    return c_boundary([&] {
        require(calib, "calib");
        require(path, "path");
        smooth::save(calib->statistics(), path);
    });
}

scmp_status scmp_calib_load(scmp_ctx *ctx, const char *path, int64_t d, scmp_calib **out) {
    return c_boundary([&] {
        require(ctx, "ctx");
        require(path, "path");
        require(out, "out");
        if (d != SCMP_NOT_GIVEN) check_d(d);
        PendingHandle<scmp_calib> pending(ctx->memory.allocator(), *ctx, 0, false);
        pending->change([&](smooth::Calibration &statistics) { statistics = smooth::load(path, d, pending->memory); });
        *out = pending.release();
    });
}

scmp_status scmp_smooth_scales(const scmp_calib *calib, const scmp_tensor *weights, size_t weight_count, double alpha,
                               const scmp_tensor *out) {
    return c_boundary([&] {
        require(calib, "calib");
        Memory memory(calib->memory.allocator());
        scales(calib->ctx, memory, calib->statistics().act(), weights, weight_count, alpha, SCMP_SMOOTH_EPS, out);
    });
}

scmp_status scmp_smooth_scales_from(scmp_ctx *ctx, const scmp_tensor *act, const scmp_tensor *weights,
                                    size_t weight_count, double alpha, double eps, const scmp_tensor *out) {
    return c_boundary([&] {
        require(ctx, "ctx");
        scales(*ctx, ctx->memory, input(act, "act", ctx->resources.tensor_device()), weights, weight_count, alpha, eps,
               out);
    });
}

scmp_status scmp_smooth_activation(scmp_ctx *ctx, const scmp_tensor *x, const scmp_tensor *scales,
                                   const scmp_tensor *out) {
    return c_boundary([&] { apply(ctx, x, scales, Smoothing::divide, out); });
}

scmp_status scmp_smooth_weight(scmp_ctx *ctx, const scmp_tensor *x, const scmp_tensor *scales, const scmp_tensor *out) {
    return c_boundary([&] { apply(ctx, x, scales, Smoothing::multiply, out); });
}

} // extern "C"
