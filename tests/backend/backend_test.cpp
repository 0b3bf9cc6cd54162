// The seam between products and backends: a toy backend runs everything, through its own slot where it has one and
// through the CPU's elsewhere, to the reference's bits; its errors come out as statuses.
#include "api/handles.h"
#include "product/pipeline.h"
#include "support/handles.h"
#include "support/product.h"
#include "support/stages.h"
#include "support/test.h"
#include "toy.h"

using namespace test;

namespace {

Ctx toy_context() {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    scmp::Backend table = scmp::select_backend(SCMP_BACKEND_REFERENCE);
    toy::fill(table);
    Ctx ctx;
    scmp::api::create_context(options, table, ctx.out());
    return ctx;
}

std::int64_t counted(scmp_ctx *ctx) {
    return toy::state_of(ctx->resources).counted;
}

void products_are_the_references() {
    const Ctx ctx = toy_context(), reference = context({SCMP_BACKEND_REFERENCE, ""});
    for (int i = 0; i < 100; i++) {
        Random random("toy " + std::to_string(i));
        const Product product = random_product(random);
        within(product.text(), [&] {
            const Result want = multiply(reference, product), got = multiply(ctx, product);
            same(got.y, want.y, "y");
            if (!product.chunked()) same(got.sum, want.sum, "counts");
        });
    }
    check(counted(ctx) == 0, "a product goes through the slot of a stage");
}

void its_own_slot_counts() {
    const Ctx ctx = toy_context(), reference = context({SCMP_BACKEND_REFERENCE, ""});
    for (int i = 0; i < 100; i++) {
        Random random("toy counts " + std::to_string(i));
        const Product product = random_product(random);
        within(product.text(), [&] {
            const Resolved resolved(ctx, product);
            Levels a = all_levels(product.a, SCMP_SIDE_LEFT, *resolved.get());
            Levels b = all_levels(product.b, SCMP_SIDE_RIGHT, *resolved.get());
            quantize(ctx, product.a, SCMP_SIDE_LEFT, *resolved.get(), nullptr, a);
            quantize(ctx, product.b, SCMP_SIDE_RIGHT, *resolved.get(), nullptr, b);
            const std::int64_t before = counted(ctx);
            const Array got = count(ctx, a, b, *resolved.get(), product.sum_shape());
            check(counted(ctx) == before + 1, "the toy's slot is not called once");
            same(got, count(reference, a, b, *resolved.get(), product.sum_shape()), "sums");
        });
    }
}

// Rows of a with all boundaries at 100, one row of b.
scmp_status count_rows(scmp_ctx *ctx, std::int64_t rows, bool accumulate, Array &sums) {
    const Array a(SCMP_DTYPE_I16, {rows, 1}, std::vector<double>(std::size_t(rows), 100)),
        b(SCMP_DTYPE_I16, {1, 1}, {200});
    const scmp_tensor a_view = a.view(), b_view = b.view(), out = sums.view();
    scmp_quantized left, right;
    scmp_quantized_init(&left);
    scmp_quantized_init(&right);
    left.boundary = &a_view;
    right.boundary = &b_view;
    return scmp_count(ctx, &left, &right, nullptr, 0, accumulate ? 1 : 0, &out);
}

void what_it_does_not_do_is_the_cpus() {
    const Ctx ctx = toy_context();
    Array sums(SCMP_DTYPE_I64, {3, 1}, {1000, 2000, 3000}), more = canary(SCMP_DTYPE_I64, {3, 1});
    ok(count_rows(ctx, 3, true, sums), "scmp_count, accumulated");
    check(counted(ctx) == 0, "the toy takes what it leaves to the CPU");
    ok(count_rows(ctx, 3, false, more), "scmp_count");
    check(counted(ctx) == 1, "the toy does not count");
    for (std::int64_t i = 0; i < 3; i++)
        check(sums.whole(i) == more.whole(i) + 1000 * (i + 1), format("row %lld is another sum", (long long)i));
}

void its_errors_are_statuses() {
    const Ctx ctx = toy_context();
    Array sums = canary(SCMP_DTYPE_I64, {1001, 1});
    fails(count_rows(ctx, 1001, false, sums), SCMP_ERROR_UNSUPPORTED, {"N = 1001", "a toy has no more than 1000"});
    untouched(sums, "sums");
    fails(scmp_ctx_set_cuda_stream(ctx, nullptr), SCMP_ERROR_UNSUPPORTED, {"reference", "no stream"});
    fails(scmp_ctx_set_cuda_workspace(ctx, nullptr, 0), SCMP_ERROR_UNSUPPORTED, {"reference", "no workspace"});
    ok(scmp_ctx_synchronize(ctx), "there is nothing to wait for");
}

// The CPU's slots for tensors on a device, which a backend has until it fills in its own.
void the_cpus_fetch_and_store_go_around() {
    const Ctx ctx = toy_context();
    scmp::product::Resources &resources = ctx.pointer->resources;
    check(resources.tensor_device() == SCMP_DEVICE_CPU, "the CPU has a device");
    const float from[6] = {1, 2, 3, 4, 5, 6};
    float to[6] = {};
    scmp::View view = scmp::contiguous_view(SCMP_DTYPE_F32, from, {3, 2});
    std::swap(view.shape[0], view.shape[1]);
    std::swap(view.strides[0], view.strides[1]); // (2, 3): 1 3 5, 2 4 6
    const auto elements = resources.slots().fetch(resources, view, resources.memory);
    resources.slots().store(resources, scmp::contiguous_view(SCMP_DTYPE_F32, to, {2, 3}), elements.data());
    const float want[6] = {1, 3, 5, 2, 4, 6};
    for (int i = 0; i < 6; i++) check(to[i] == want[i], format("element %d is %g", i, double(to[i])));
}

} // namespace

int main(int argc, char **argv) {
    return run("backend",
               {{"products are the reference's", products_are_the_references},
                {"its own slot counts", its_own_slot_counts},
                {"what it does not do is the CPU's", what_it_does_not_do_is_the_cpus},
                {"its errors are statuses", its_errors_are_statuses},
                {"the CPU's fetch and store go around", the_cpus_fetch_and_store_go_around}},
               argc, argv);
}
