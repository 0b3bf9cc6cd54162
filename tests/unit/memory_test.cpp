// What a product holds beside its operands and its output: never more than the formula of docs/performance.md.
#include <algorithm>
#include <string>
#include <vector>

#include "support/handles.h"
#include "support/product.h"
#include "support/random.h"
#include "support/test.h"

using namespace test;

namespace {

struct Shape3 {
    std::int64_t bh, n, m, d; // bh 0: 2-D operands
};

struct Variant {
    const char *name;
    void (*set)(scmp_matmul_options &);
};

const Variant variants[] = {
    {"defaults", [](auto &) {}},
    {"halved: up to 128 tables", [](auto &o) { o.stoc_len = o.rng_levels = 128; }},
    {"unipolar", [](auto &o) { o.mode = SCMP_MODE_UNIPOLAR; }},
    {"unipolar, 256 tables", [](auto &o) { o.mode = SCMP_MODE_UNIPOLAR, o.scramble = SCMP_SCRAMBLE_ALWAYS_BITREV; }},
    {"per_tensor", [](auto &o) { o.granularity = SCMP_GRANULARITY_PER_TENSOR; }},
    {"10 bits", [](auto &o) { o.sc_prec = 10; }},
};

// The formula. `report` says how the product was cut.
struct Formula {
    std::uint64_t left, ordered, right, packed, tables, workers, small;

    std::uint64_t at_product() const { return left + ordered + tables + workers + small; }
    std::uint64_t total() const { return right + packed + at_product(); }
};

std::uint64_t round_up(std::int64_t value, std::int64_t step) {
    return std::uint64_t((value + step - 1) / step * step);
}

Formula formula(const Shape3 &shape, const scmp_matmul_options &options, const scmp_report &report) {
    const auto bh = std::uint64_t(std::max<std::int64_t>(shape.bh, 1));
    const auto n = std::uint64_t(shape.n), m = std::uint64_t(shape.m), d = std::uint64_t(shape.d);
    const auto rows = std::uint64_t(report.task_rows), columns = std::uint64_t(report.task_columns);
    const auto levels = std::uint64_t(report.q_max) + 1, length = std::uint64_t(report.stoc_len);
    const auto grid = std::uint64_t(report.rng_levels), pairs = std::uint64_t(report.tables);
    const bool bytes = std::string(report.kernel).rfind("bytes", 0) == 0;
    const std::uint64_t row_numbers = options.mode == SCMP_MODE_BIPOLAR ? 12 : 36;
    Formula f{};
    f.left = bh * n * (2 * d + row_numbers);
    f.right = bh * m * (2 * d + row_numbers);
    f.ordered = bytes ? bh * round_up(shape.n, report.task_rows) * round_up(shape.d, 64) * 13 / 2 : 0;
    f.packed = bh * (round_up(shape.m, report.panel_columns) * round_up(shape.d, bytes ? 8 : 1) * (bytes ? 1 : 2) +
                     m * row_numbers);
    f.tables = pairs * (6 * length + 4 * levels + 2 * levels * levels + 8) + 4 * d;
    f.workers = std::uint64_t(report.workers) * (columns * (4 * rows + 52) + 128 * rows +
                                                 std::max<std::uint64_t>(512 * levels, 256 << 10) + (16 << 10));
    // Lists by level and grid, a piece of a row for each thread that reads, ranges of rows, the context itself.
    f.small = 16 * (levels + grid) + std::uint64_t(report.threads) * 4 * (std::min<std::uint64_t>(d, 1 << 14) + 16) +
              8 * bh * std::max(n, m) + (16 << 10);
    return f;
}

struct Operands {
    std::vector<float> a, b, y;
    scmp_tensor view_a{}, view_b{}, view_y{};

    explicit Operands(const Shape3 &shape) {
        const std::int64_t bh = std::max<std::int64_t>(shape.bh, 1);
        Random random("memory");
        const auto fill = [&](std::vector<float> &values, std::int64_t count) {
            values.resize(std::size_t(count));
            for (float &value : values) value = float(random.whole(-1000, 1000)) / 256.0F;
        };
        fill(a, bh * shape.n * shape.d);
        fill(b, bh * shape.m * shape.d);
        y.resize(std::size_t(bh * shape.n * shape.m));
        const auto view = [&](std::vector<float> &values, std::int64_t rows, std::int64_t columns) {
            return shape.bh == 0 ? scmp_tensor_2d(SCMP_DTYPE_F32, values.data(), rows, columns)
                                 : scmp_tensor_3d(SCMP_DTYPE_F32, values.data(), shape.bh, rows, columns);
        };
        view_a = view(a, shape.n, shape.d), view_b = view(b, shape.m, shape.d), view_y = view(y, shape.n, shape.m);
    }
};

// Long, wide, high, deep, batched; the first three have outputs that dwarf their operands.
const Shape3 shapes[] = {{0, 2048, 2048, 4}, {0, 4096, 300, 3}, {0, 1, 8192, 2},   {0, 300, 257, 300},
                         {0, 1, 256, 4096},  {0, 70, 1, 1025},  {0, 8, 512, 1024}, {5, 66, 65, 33}};

void one(const Engine &engine, int threads, const Shape3 &shape, const Variant &variant) {
    Operands operands(shape);
    scmp_report report;
    scmp_report_init(&report);
    scmp_matmul_options options;
    scmp_matmul_options_init(&options);
    variant.set(options);
    const scmp_call call = call_with(nullptr, &report);
    const std::string about = engine.name() +
                              format(", %d threads, BH=%d N=%d M=%d D=%d, ", threads, int(shape.bh), int(shape.n),
                                     int(shape.m), int(shape.d)) +
                              variant.name;

    const Ctx ctx = context(engine, threads);
    ok(scmp_matmul(ctx, &operands.view_a, &operands.view_b, &options, &call, &operands.view_y), about);
    const Formula most = formula(shape, options, report);
    check(report.bytes_peak <= most.total(),
          about + format(": a peak of %llu bytes, the formula gives %llu", (unsigned long long)report.bytes_peak,
                         (unsigned long long)most.total()));

    // With the right operand packed before, its levels are never there.
    const Ctx other = context(engine, threads);
    Packed packed;
    ok(scmp_packed_create(other, &operands.view_b, &options, packed.out()), about);
    check(scmp_packed_bytes(packed) <= most.packed + most.small, about + ": the packed operand is too large");
    ok(scmp_matmul_packed(other, &operands.view_a, packed, &call, &operands.view_y), about);
    check(report.bytes_peak <= most.at_product(),
          about + format(", packed: a peak of %llu bytes", (unsigned long long)report.bytes_peak));
}

void within_the_formula() {
    for (const Engine &engine : engines()) {
        if (engine.backend != SCMP_BACKEND_CPU) continue; // the reference is for looking at, not for large operands
        for (const int threads : {1, 3})
            for (const Shape3 &shape : shapes)
                for (const Variant &variant : variants) one(engine, threads, shape, variant);
    }
}

std::uint64_t peak(const scmp_ctx_options &ctx_options, const Shape3 &shape) {
    Operands operands(shape);
    Ctx ctx;
    ok(scmp_ctx_create(&ctx_options, ctx.out()), "scmp_ctx_create");
    scmp_report report;
    scmp_report_init(&report);
    scmp_matmul_options options;
    scmp_matmul_options_init(&options);
    const scmp_call call = call_with(nullptr, &report);
    ok(scmp_matmul(ctx, &operands.view_a, &operands.view_b, &options, &call, &operands.view_y), "scmp_matmul");
    return report.bytes_peak;
}

// Four times the output, twice the operands: nothing of the size of the output is held; unless a product can be
// cancelled, which stages it.
void nothing_of_the_outputs_size() {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.threads = 1;
    const Shape3 small{0, 1024, 1024, 2}, large{0, 2048, 2048, 2};
    const std::uint64_t more = peak(options, large) - peak(options, small);
    check(more <= 1024 * (2 * 3 * 2 + 64 * 13 / 2 + 2 * (2 * 12 + 8)),
          format("%llu bytes more", (unsigned long long)more));
    const std::uint64_t plain = peak(options, large);
    options.cancelled = [](void *) -> std::int32_t { return 0; };
    check(peak(options, large) == plain + 4 * 2048 * 2048, "the stage of a product that can be cancelled");
}

} // namespace

int main(int argc, char **argv) {
    return run(
        "memory",
        {{"within the formula", within_the_formula}, {"nothing of the output's size", nothing_of_the_outputs_size}},
        argc, argv);
}
