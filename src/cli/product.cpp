// Products as the verbs make them; see product.h.
#include "product.h"

#include "failure.h"
#include "npy.h"

namespace cli {

scmp_report multiply(scmp_ctx *ctx, const scmp_tensor &a, const scmp_tensor &b, const scmp_matmul_options &options,
                     const scmp_tensor *y, const scmp_tensor *counts) {
    scmp_report report;
    scmp_report_init(&report);
    scmp_call call;
    scmp_call_init(&call);
    call.counts = counts;
    call.report = &report;
    check(scmp_matmul(ctx, &a, &b, &options, &call, y));
    return report;
}

void resolve(scmp_matmul_options &options, const scmp_report &report) {
    options.stoc_len = report.stoc_len;
    options.rng_levels = report.rng_levels;
    options.scramble = report.scramble;
}

void resolve(scmp_ctx *ctx, scmp_matmul_options &options, scmp_tensor a, scmp_tensor b) {
    a.shape[a.rank - 2] = b.shape[b.rank - 2] = 0;
    auto shape = shape_of(a);
    shape.back() = 0;
    const Array y = make_array(SCMP_DTYPE_F32, shape);
    resolve(options, multiply(ctx, a, b, options, &y.view));
}

} // namespace cli
