// What tests of the CUDA backend on the host share: contexts that count on a HostDevice, and operands on it.
#pragma once

#include "host_context.h"
#include "host_device.h"
#include "support/handles.h"
#include "support/product.h"
#include "support/test.h"

namespace test {

// A context whose products run on the device. `change` changes its options.
template <class Change> Ctx on(const scmp::cuda::Device &device, Change &&change) {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    change(options);
    return context_on(device, options);
}
inline Ctx on(const scmp::cuda::Device &device) {
    return on(device, [](scmp_ctx_options &) {});
}

inline scmp::cuda::Device any_device(HostDevice &host, Random &random) {
    scmp::cuda::Device device = host.device(static_cast<int>(random.whole(0, HostDevice::devices - 1)));
    device.full_grid = random.whole(1, 40);
    if (random.chance(40)) device.table_bytes = std::size_t(random.whole(0, 1 << 16));
    return device;
}

inline const Ctx &reference() {
    static const Ctx ctx = context({SCMP_BACKEND_REFERENCE, ""});
    return ctx;
}

// Per row, 8 bits, of values around 1.
inline Product product_of(const std::string &name, std::int64_t n, std::int64_t m, std::int64_t d) {
    Random random(name);
    Product product;
    product.a = Array(SCMP_DTYPE_F32, {n, d});
    product.b = Array(SCMP_DTYPE_F32, {m, d});
    for (Array *x : {&product.a, &product.b})
        for (std::int64_t i = 0; i < x->count(); i++) x->set(i, random.normal());
    return product;
}

constexpr Limits small_limits = {.rows = 9, .d = 40, .batch = 3, .most_prec = 8};

// What a test has to find in order when it is done with a device; no context has anything on it any more.
inline void check_left_alone(HostDevice &host) {
    check(host.blocks_held() == 0, "device memory is left over");
    check(!host.in_use(), "the current device is not restored");
    check(host.wrong().empty(), host.wrong());
}

// A product with operands, y and (where there can be) counts in a device's memory.
struct OnDevice {
    Product product;
    Array y, counts;
    std::int32_t device;

    OnDevice(Product of, int index)
        : product(std::move(of)), y(canary(SCMP_DTYPE_F32, product.y_shape())),
          counts(canary(SCMP_DTYPE_I64, product.y_shape())), device(SCMP_DEVICE_CUDA_0 + index) {}

    scmp_tensor view(const Array &array) const {
        scmp_tensor tensor = array.view();
        tensor.device = device;
        return tensor;
    }
    scmp_status multiply(scmp_ctx *ctx, const Resolved &resolved, scmp_report *report = nullptr) const {
        const scmp_tensor a = view(product.a), b = view(product.b), ty = view(y), tc = view(counts);
        const scmp_call call = call_with(product.chunked() ? nullptr : &tc, report);
        return scmp_matmul(ctx, &a, &b, resolved.get(), &call, &ty);
    }
    scmp_status multiply(scmp_ctx *ctx, scmp_report *report = nullptr) const {
        return multiply(ctx, Resolved(ctx, product), report);
    }
    scmp_status multiply(scmp_ctx *ctx, const scmp_packed *packed, scmp_report *report = nullptr) const {
        const scmp_tensor a = view(product.a), ty = view(y), tc = view(counts);
        const scmp_call call = call_with(product.chunked() ? nullptr : &tc, report);
        return scmp_matmul_packed(ctx, &a, packed, &call, &ty);
    }
    scmp_status pack(scmp_ctx *ctx, scmp_packed **packed) const {
        const Resolved resolved(ctx, product);
        const scmp_tensor b = view(product.b);
        return scmp_packed_create(ctx, &b, resolved.get(), packed);
    }
    void clear() {
        y = canary(SCMP_DTYPE_F32, product.y_shape());
        counts = canary(SCMP_DTYPE_I64, product.y_shape());
    }
    void is(const Result &want) const {
        same(y, want.y, "y");
        if (!product.chunked()) same(counts, want.sum, "counts");
    }
    void is_untouched() const {
        untouched(y, "y");
        untouched(counts, "counts");
    }
};

} // namespace test
