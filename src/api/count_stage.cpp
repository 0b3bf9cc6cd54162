// scmp_count: checks a call, and has the context's backend count.
#include "api/stages.h"

#include "base/error.h"

namespace scmp::api {

product::BoundaryOperand boundary_operand(const scmp_quantized *given, const char *name, std::int32_t device) {
    const scmp_quantized quantized = read_quantized(given, name);
    const bool left = name[0] == 'a';
    product::BoundaryOperand x;
    x.boundary = input(quantized.boundary, left ? "a.boundary" : "b.boundary", draw_types, device);
    check_matrix(x.boundary, left ? "a.boundary" : "b.boundary");
    x.has_sign = quantized.sign != nullptr;
    if (!x.has_sign) return x;
    x.sign = input(quantized.sign, left ? "a.sign" : "b.sign", {SCMP_DTYPE_I8}, device);
    check_shape(x.sign, left ? "a.sign" : "b.sign", {x.boundary.shape.data(), std::size_t(x.boundary.rank)});
    return x;
}

void count_stage(scmp_ctx &ctx, const scmp_quantized *a_given, const scmp_quantized *b_given,
                 const scmp_matmul_options &options, std::int64_t d_offset, bool accumulate,
                 const scmp_tensor *sums_tensor) {
    ProductSpec spec = resolve_options(options);
    const std::int32_t device = ctx.resources.tensor_device();
    const product::BoundaryOperand a = boundary_operand(a_given, "a", device);
    const product::BoundaryOperand b = boundary_operand(b_given, "b", device);
    check_pair(a.boundary, b.boundary);
    check_rank(spec, a.boundary.rank);
    const std::int64_t d = a.boundary.d();
    check_d(spec, d);
    if (d_offset < 0) fail(SCMP_ERROR_INVALID_ARGUMENT, "d_offset = %lld is negative", ll(d_offset));
    if (d_offset > 0 && spec.chunked(d))
        fail(SCMP_ERROR_UNSUPPORTED,
             "d_offset = %lld with 0 < chunk_d = %lld < D = %lld: indices restart in each chunk", ll(d_offset),
             ll(spec.chunk_d), ll(d));
    resolve_config(ctx, options, spec);
    const count::Segments segments = spec.segments(d);
    check_config_entries(spec, d_offset, spec.table_d(d));

    const std::int64_t batch = operand_of(a.boundary).batch;
    const std::int64_t n = operand_of(a.boundary).rows;
    const std::int64_t m = operand_of(b.boundary).rows;
    Shape shape;
    if (spec.chunked(d)) shape.add(segments.number());
    if (a.boundary.rank == 3) shape.add(batch);
    shape.add(n);
    shape.add(m);
    const View sums = output(sums_tensor, "sums", sum_types, shape.span(), device);
    for (const product::BoundaryOperand *x : {&a, &b}) {
        check_apart(sums, "sums", x->boundary, "a boundary");
        if (x->has_sign) check_apart(sums, "sums", x->sign, "a sign");
    }

    product::Resources &resources = ctx.resources;
    Monitor monitor = resources.monitor();
    resources.slots().count(resources,
                            {.spec = spec,
                             .a = a,
                             .b = b,
                             .batch = batch,
                             .n = n,
                             .m = m,
                             .segments = segments,
                             .d_offset = d_offset,
                             .accumulate = accumulate},
                            sums, resources.work(monitor));
}

} // namespace scmp::api
