// See measure.h.
#include "measure.h"

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <limits>
#include <memory>
#include <random>
#include <stdexcept>

#include <dnnl.h>

#include "gather.h"

namespace {

// Enough rounds for a median, and no more than this long once there are five. The slowest needs no more than three.
constexpr std::size_t min_rounds = 5, max_rounds = 25, gather_rounds = 3;
constexpr double seconds_per_case = 1.0;

void check(scmp_status status) {
    if (status != SCMP_OK) throw std::runtime_error(std::string(scmp_status_string(status)) + ": " + scmp_last_error());
}

std::size_t area(int rows, int columns) {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
}

// Operands and results, and views of them.
struct Operands {
    explicit Operands(const Case &product)
        : a(area(product.n, product.d)), b(area(product.m, product.d)), y(area(product.n, product.m)),
          y_sgemm(y.size()) {
        std::mt19937 random(1);
        std::normal_distribution<float> normal;
        for (float &value : a) value = normal(random);
        for (float &value : b) value = normal(random);
        view_a = scmp_tensor_2d(SCMP_F32, a.data(), product.n, product.d);
        view_b = scmp_tensor_2d(SCMP_F32, b.data(), product.m, product.d);
        view_y = scmp_tensor_2d(SCMP_F32, y.data(), product.n, product.m);
    }

    std::vector<float> a, b, y, y_sgemm;
    scmp_tensor view_a, view_b, view_y;
};

void sgemm(const Case &product, Operands &operands) {
    const dnnl_status_t status =
        dnnl_sgemm('N', 'T', product.n, product.m, product.d, 1.0F, operands.a.data(), product.d, operands.b.data(),
                   product.d, 0.0F, operands.y_sgemm.data(), product.m);
    if (status != dnnl_success) throw std::runtime_error("dnnl_sgemm failed");
}

scmp_matmul_options options_of(const Case &product) {
    scmp_matmul_options options;
    scmp_matmul_options_init(&options);
    options.granularity = product.granularity;
    options.mode = product.mode;
    options.scramble = product.scramble;
    options.halve = product.halve ? 1 : 0;
    if (!product.halve) options.stoc_len = product.stoc_len;
    return options;
}

void quantize(scmp_ctx *ctx, const scmp_tensor &x, scmp_side side, const scmp_matmul_options &options,
              std::vector<std::uint8_t> &level, std::vector<std::int8_t> &sign) {
    const auto count = static_cast<std::size_t>(x.shape[0] * x.shape[1]);
    level.resize(count);
    sign.assign(count, 1);
    const scmp_tensor level_view = scmp_tensor_2d(SCMP_U8, level.data(), x.shape[0], x.shape[1]);
    const scmp_tensor sign_view = scmp_tensor_2d(SCMP_I8, sign.data(), x.shape[0], x.shape[1]);
    scmp_quantized out;
    scmp_quantized_init(&out);
    out.level = &level_view;
    if (options.mode == SCMP_BIPOLAR) out.sign = &sign_view;
    check(scmp_quantize(ctx, &x, side, &options, nullptr, &out));
}

// The same operands and tables as the library's, taken from its inspection functions.
GatherProblem gather_problem(scmp_ctx *ctx, const Case &product, const Operands &operands) {
    const scmp_matmul_options options = options_of(product);
    GatherProblem problem;
    problem.n = product.n, problem.m = product.m, problem.d = product.d;
    quantize(ctx, operands.view_a, SCMP_LEFT, options, problem.level_a, problem.sign_a);
    quantize(ctx, operands.view_b, SCMP_RIGHT, options, problem.level_b, problem.sign_b);

    problem.levels = product.mode == SCMP_BIPOLAR ? 128 : 256;
    std::vector<std::int32_t> boundaries(static_cast<std::size_t>(problem.levels));
    const scmp_tensor boundary_view = scmp_tensor_1d(SCMP_I32, boundaries.data(), problem.levels);
    check(scmp_level_boundaries(&options, &boundary_view));

    std::vector<std::int32_t> index(static_cast<std::size_t>(product.d));
    const scmp_tensor index_view = scmp_tensor_1d(SCMP_I32, index.data(), product.d);
    std::int32_t tables = 0;
    check(scmp_table_index(ctx, &options, product.d, &index_view, &tables));

    const std::size_t size = area(problem.levels, problem.levels);
    problem.table.assign(size * static_cast<std::size_t>(tables), -1);
    for (std::int32_t t = 0; t < tables; t++) {
        std::int32_t *entries = &problem.table[size * static_cast<std::size_t>(t)];
        const scmp_tensor table_view = scmp_tensor_2d(SCMP_I32, entries, problem.levels, problem.levels);
        const auto d = std::find(index.begin(), index.end(), t) - index.begin();
        check(scmp_count_table(ctx, &options, d, &boundary_view, &boundary_view, &table_view));
    }
    if (tables > 1) {
        for (const std::int32_t t : index) problem.table_start.push_back(t * static_cast<std::int32_t>(size));
    }
    return problem;
}

// A baseline that computes something else is no baseline, and one whose tables were never written looks twice as fast.
void check_gather(scmp_ctx *ctx, const Case &product, const Operands &operands, const GatherProblem &problem) {
    std::vector<std::int32_t> wanted(operands.y.size()), sums(operands.y.size());
    const scmp_tensor view = scmp_tensor_2d(SCMP_I32, wanted.data(), product.n, product.m);
    scmp_matmul_options options = options_of(product);
    options.counts = &view;
    check(scmp_matmul(ctx, &operands.view_a, &operands.view_b, &options, nullptr));
    gather_sums(problem, sums.data());
    if (sums != wanted) throw std::runtime_error("the gather loop's sums are not the library's");
}

double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// One thread on one core: processor time is the time it takes, without what other programs take of the core.
double seconds(const std::function<void()> &body) {
    const double start = processor_seconds();
    body();
    return processor_seconds() - start;
}

// A body that is repeated within a round until the clock's grain does not matter.
struct Contestant {
    std::function<void()> body;
    std::size_t rounds = max_rounds;
    int repeats = 1;
    std::vector<double> times{};
};

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// Runs all in turn, round by round, so that a slower phase of the machine meets each alike.
void race(std::vector<Contestant *> contestants) {
    for (Contestant *contestant : contestants) {
        const double once = seconds(contestant->body); // warms up, too
        contestant->repeats = static_cast<int>(std::clamp(0.005 / std::max(once, 1e-9), 1.0, 1000.0));
    }
    double spent = 0;
    for (std::size_t round = 0; round < max_rounds && (round < min_rounds || spent < seconds_per_case); round++) {
        for (Contestant *contestant : contestants) {
            if (round >= contestant->rounds) continue;
            const double time = seconds([&] {
                for (int i = 0; i < contestant->repeats; i++) contestant->body();
            });
            contestant->times.push_back(time / contestant->repeats);
            spent += time;
        }
    }
}

double gmacs(const Case &product, const Contestant &contestant) {
    return double(product.n) * product.m * product.d / median(contestant.times) / 1e9;
}

struct PackedDeleter {
    void operator()(scmp_packed *packed) const { scmp_packed_destroy(&packed); }
};

} // namespace

Measured measure(scmp_ctx *ctx, const Case &product) {
    Operands operands(product);
    const GatherProblem problem = gather_problem(ctx, product, operands);
    check_gather(ctx, product, operands, problem);

    scmp_report report, packed_report;
    scmp_report_init(&report);
    scmp_report_init(&packed_report);
    scmp_matmul_options options = options_of(product);
    scmp_packed *raw = nullptr;
    check(scmp_packed_create(ctx, &operands.view_b, &options, &raw));
    const std::unique_ptr<scmp_packed, PackedDeleter> packed(raw);
    options.report = &report;
    std::vector<std::int32_t> sums(operands.y.size());

    Contestant whole{[&] {
        scmp_ctx_clear_cache(ctx); // so that tables are built every time
        check(scmp_matmul(ctx, &operands.view_a, &operands.view_b, &options, &operands.view_y));
    }};
    Contestant prepacked{[&] {
        check(scmp_matmul_packed(ctx, &operands.view_a, packed.get(), nullptr, &packed_report, &operands.view_y));
    }};
    Contestant dense{[&] { sgemm(product, operands); }};
    Contestant gather{[&] { gather_sums(problem, sums.data()); }, gather_rounds};
    std::vector<Contestant *> contestants = {&prepacked, &dense, &gather};
    if (!product.decode) contestants.push_back(&whole);
    race(contestants);

    Measured measured;
    measured.report = product.decode ? packed_report : report;
    if (!product.decode) measured.gmacs = gmacs(product, whole);
    measured.packed_gmacs = gmacs(product, prepacked);
    measured.packed_bytes = scmp_packed_bytes(packed.get());
    measured.packed_bytes_peak = packed_report.bytes_peak;
    measured.sgemm_gmacs = gmacs(product, dense);
    measured.gather_gmacs = gmacs(product, gather);
    return measured;
}

double measure_sgemm(const Case &product) {
    Operands operands(product);
    Contestant dense{[&] { sgemm(product, operands); }};
    race({&dense});
    return gmacs(product, dense);
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
