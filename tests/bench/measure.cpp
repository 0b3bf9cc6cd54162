// See measure.h.
#include "measure.h"

#include <algorithm>
#include <memory>

#include <dnnl.h>

#include "gather_problem.h"
#include "operands.h"

namespace {

// The plain loop costs the same for every row of a, so few will do.
constexpr double gather_products = 1 << 26;

int gather_rows(const Case &product) {
    const double rows = gather_products / (double(product.m) * product.d);
    return std::clamp(static_cast<int>(rows), 1, product.n);
}

void sgemm(const Case &product, const Operands &operands, std::vector<float> &y) {
    const dnnl_status_t status = dnnl_sgemm('N', 'T', product.n, product.m, product.d, 1.0F, operands.a.data(),
                                            product.d, operands.b.data(), product.d, 0.0F, y.data(), product.m);
    if (status != dnnl_success) throw std::runtime_error("dnnl_sgemm failed");
}

// A baseline that computes something else is no baseline, and one whose tables were never written looks twice as fast.
void check_gather(scmp_ctx *ctx, const Operands &operands, const scmp_matmul_options &options,
                  const GatherProblem &problem, std::vector<std::int32_t> &sums) {
    std::vector<std::int32_t> wanted(operands.y.size());
    const scmp_tensor view = scmp_tensor_2d(SCMP_DTYPE_I32, wanted.data(), operands.view_y.shape[0], problem.m);
    scmp_call call;
    scmp_call_init(&call);
    call.counts = &view;
    check(scmp_matmul(ctx, &operands.view_a, &operands.view_b, &options, &call, nullptr));
    gather_sums(problem, sums.data());
    if (!std::equal(sums.begin(), sums.end(), wanted.begin()))
        throw std::runtime_error("the gather loop's sums are not the library's");
}

struct PackedDeleter {
    void operator()(scmp_packed *packed) const { scmp_packed_destroy(&packed); }
};

template <class Run> scmp_report fastest_report(Run &&run) {
    scmp_report best, report;
    scmp_call call;
    scmp_call_init(&call);
    call.report = &report;
    for (int i = 0; i < 3; i++) {
        scmp_report_init(&report);
        run(&call);
        if (i == 0 || report.ms_total < best.ms_total) best = report;
    }
    return best;
}

double rate(double count, const Contestant &contestant) {
    return count / contestant.median() / 1e9;
}

} // namespace

Measured measure(scmp_ctx *ctx, const Case &product, const Effort &effort) {
    Operands operands(product);
    Options options(ctx, product);
    GatherProblem problem = gather_problem(ctx, operands.view_a, operands.view_b, options.all);
    problem.n = gather_rows(product);
    std::vector<std::int32_t> sums(static_cast<std::size_t>(problem.n) * static_cast<std::size_t>(problem.m));
    check_gather(ctx, operands, options.all, problem, sums);

    scmp_packed *raw = nullptr;
    check(scmp_packed_create(ctx, &operands.view_b, &options.all, &raw));
    const std::unique_ptr<scmp_packed, PackedDeleter> packed(raw);
    std::vector<float> y_sgemm(operands.y.size());

    // No report is asked for while the clock runs.
    const auto multiply = [&](const scmp_call *call) {
        scmp_ctx_clear_cache(ctx); // so that tables are built every time
        check(scmp_matmul(ctx, &operands.view_a, &operands.view_b, &options.all, call, &operands.view_y));
    };
    Contestant whole{[&] { multiply(nullptr); }};
    Contestant prepacked{[&] { check(scmp_matmul_packed(ctx, &operands.view_a, raw, nullptr, &operands.view_y)); }};
    Contestant dense{[&] { sgemm(product, operands, y_sgemm); }};
    Contestant gather{[&] { gather_sums(problem, sums.data()); }};
    std::vector<Contestant *> contestants = {&prepacked, &dense, &gather};
    if (!product.decode) contestants.push_back(&whole);
    race(contestants, effort);

    Measured measured;
    if (!product.decode) measured.gmacs = rate(products(product), whole);
    measured.packed_gmacs = rate(products(product), prepacked);
    measured.sgemm_gmacs = rate(products(product), dense);
    measured.gather_gmacs = rate(double(problem.n) * problem.m * problem.d, gather);
    measured.packed_bytes = scmp_packed_bytes(raw);
    // A few times more, for what the products say of themselves.
    measured.packed_report = fastest_report(
        [&](const scmp_call *call) { check(scmp_matmul_packed(ctx, &operands.view_a, raw, call, &operands.view_y)); });
    if (product.decode) return measured;
    measured.report = fastest_report(multiply);
    return measured;
}

double measure_sgemm(const Case &product, const Effort &effort) {
    const Operands operands(product);
    std::vector<float> y(operands.y.size());
    Contestant dense{[&] { sgemm(product, operands, y); }};
    race({&dense}, effort);
    return rate(products(product), dense);
}

std::string sgemm_name() {
    const dnnl_version_t *version = dnnl_version();
    std::string isa;
    switch (dnnl_get_effective_cpu_isa()) {
    case dnnl_cpu_isa_sse41:
        isa = "SSE41";
        break;
    case dnnl_cpu_isa_avx:
        isa = "AVX";
        break;
    case dnnl_cpu_isa_avx2:
        isa = "AVX2";
        break;
    case dnnl_cpu_isa_avx2_vnni:
        isa = "AVX2_VNNI";
        break;
    case dnnl_cpu_isa_avx512_core:
        isa = "AVX512_CORE";
        break;
    case dnnl_cpu_isa_avx512_core_vnni:
        isa = "AVX512_CORE_VNNI";
        break;
    case dnnl_cpu_isa_avx512_core_bf16:
        isa = "AVX512_CORE_BF16";
        break;
    case dnnl_cpu_isa_avx512_core_amx:
        isa = "AVX512_CORE_AMX";
        break;
    default:
        isa = "ISA " + std::to_string(static_cast<int>(dnnl_get_effective_cpu_isa()));
    }
    return "oneDNN " + std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
           std::to_string(version->patch) + " " + isa;
}
