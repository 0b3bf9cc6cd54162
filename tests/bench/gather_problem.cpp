// See gather_problem.h.
#include "gather_problem.h"

#include <algorithm>

#include "race.h"
#include "scmp/scmp_model.h"

namespace {

void quantize(scmp_ctx *ctx, const scmp_tensor &x, scmp_side side, const scmp_matmul_options &options,
              std::vector<std::uint8_t> &level, std::vector<std::int8_t> &sign) {
    const auto count = static_cast<std::size_t>(x.shape[0] * x.shape[1]);
    level.resize(count);
    sign.assign(count, 1);
    const scmp_tensor level_view = scmp_tensor_2d(SCMP_DTYPE_U8, level.data(), x.shape[0], x.shape[1]);
    const scmp_tensor sign_view = scmp_tensor_2d(SCMP_DTYPE_I8, sign.data(), x.shape[0], x.shape[1]);
    scmp_quantized out;
    scmp_quantized_init(&out);
    out.level = &level_view;
    if (options.mode == SCMP_MODE_BIPOLAR) out.sign = &sign_view;
    check(scmp_quantize(ctx, &x, side, &options, nullptr, &out));
}

} // namespace

GatherProblem gather_problem(scmp_ctx *ctx, const scmp_tensor &a, const scmp_tensor &b,
                             const scmp_matmul_options &options) {
    GatherProblem problem;
    problem.n = static_cast<int>(a.shape[0]), problem.m = static_cast<int>(b.shape[0]);
    problem.d = static_cast<int>(a.shape[1]);
    quantize(ctx, a, SCMP_SIDE_LEFT, options, problem.level_a, problem.sign_a);
    quantize(ctx, b, SCMP_SIDE_RIGHT, options, problem.level_b, problem.sign_b);

    problem.levels = options.mode == SCMP_MODE_BIPOLAR ? 128 : 256;
    std::vector<std::int32_t> boundaries(static_cast<std::size_t>(problem.levels));
    const scmp_tensor boundary_view = scmp_tensor_1d(SCMP_DTYPE_I32, boundaries.data(), problem.levels);
    check(scmp_level_boundaries(&options, &boundary_view));

    std::vector<std::int32_t> index(static_cast<std::size_t>(problem.d));
    const scmp_tensor index_view = scmp_tensor_1d(SCMP_DTYPE_I32, index.data(), problem.d);
    std::int32_t tables = 0;
    check(scmp_table_index(ctx, &options, problem.d, &index_view, &tables));

    const auto size = static_cast<std::size_t>(problem.levels) * static_cast<std::size_t>(problem.levels);
    problem.table.assign(size * static_cast<std::size_t>(tables), -1);
    for (std::int32_t t = 0; t < tables; t++) {
        std::int32_t *entries = &problem.table[size * static_cast<std::size_t>(t)];
        const scmp_tensor table_view = scmp_tensor_2d(SCMP_DTYPE_I32, entries, problem.levels, problem.levels);
        const auto d = std::find(index.begin(), index.end(), t) - index.begin();
        check(scmp_count_table(ctx, &options, d, &boundary_view, &boundary_view, &table_view));
    }
    if (tables > 1) {
        for (const std::int32_t t : index) problem.table_start.push_back(t * static_cast<std::int32_t>(size));
    }
    return problem;
}
