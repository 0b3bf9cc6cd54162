// Analysis of a configuration (section 5 of scmp_model.h).
#include <algorithm>
#include <array>
#include <cmath>

#include "api/c_boundary.h"
#include "api/stages.h"
#include "api/stream_spec.h"
#include "base/sized_struct.h"
#include "model/analysis.h"
#include "model/lint.h"

namespace scmp::api {
namespace {

// Weights as given, divided by the largest so that no product of two overflows; all one where none are given.
Buffer<double> weights(const scmp_tensor *given, const char *name, std::size_t count, Memory &memory) {
    Buffer<double> values(memory, count);
    if (given == nullptr) {
        std::fill_n(values.data(), count, 1.0);
        return values;
    }
    const View view = input(
        given, name, {SCMP_DTYPE_F32, SCMP_DTYPE_F16, SCMP_DTYPE_BF16, SCMP_DTYPE_F64, SCMP_DTYPE_I32, SCMP_DTYPE_I64});
    const auto length = static_cast<std::int64_t>(count);
    check_shape(view, name, {&length, 1});
    if (view.dtype == SCMP_DTYPE_I32 || view.dtype == SCMP_DTYPE_I64) {
        const Buffer<std::int64_t> whole = integers_of<std::int64_t>(view, memory);
        std::copy_n(whole.data(), count, values.data());
    } else {
        require_finite(view, {}, false, name);
        values = floats_of<double>(view, memory);
    }
    double largest = 0;
    for (std::size_t i = 0; i < count; i++) {
        if (values[i] < 0) fail(SCMP_ERROR_INVALID_ARGUMENT, "%s[%zu] = %g is negative", name, i, values[i]);
        largest = std::max(largest, values[i]);
    }
    if (largest == 0) fail(SCMP_ERROR_INVALID_ARGUMENT, "all %zu numbers of %s are 0", count, name);
    for (double &value : values.span()) value /= largest;
    return values;
}

Vector<std::uint16_t> some_boundaries(const scmp_tensor *given, const char *name, int rng_levels, Memory &memory) {
    Vector<std::uint16_t> list = boundary_list(given, name, rng_levels, memory);
    if (list.empty()) fail(SCMP_ERROR_INVALID_SHAPE, "%s has shape (0,), it must have at least one boundary", name);
    return list;
}

model::Pair pair_of(const streams::StreamSet &set, int pair, int rng_levels) {
    const auto length = std::size_t(set.stoc_len);
    return {{set.left_of(pair), length}, {set.right_of(pair), length}, rng_levels};
}

scmp_table_error count_table_error(scmp_ctx &ctx, const ProductSpec &spec, std::int64_t d_offset, std::int64_t d,
                                   const model::Weighted &x, const model::Weighted &y) {
    const streams::StreamSet set = streams::stream_set(*spec.config, spec.streams, d_offset, d, ctx.memory);
    // Indices that share a table share its error.
    Vector<std::int64_t> first(std::size_t(set.pairs), -1, &ctx.memory), times(std::size_t(set.pairs), 0, &ctx.memory);
    for (std::int64_t i = 0; i < d; i++) {
        const auto pair = std::size_t(set.pair_of(i));
        if (times[pair]++ == 0) first[pair] = d_offset + i;
    }
    model::ErrorSums sums;
    for (std::size_t pair = 0; pair < times.size(); pair++)
        sums.add(model::table_error(pair_of(set, int(pair), spec.streams.rng_levels), first[pair], x, y, ctx.memory),
                 double(times[pair]));
    return {sizeof(scmp_table_error),
            sums.abs_error / sums.weight,
            sums.worst,
            std::sqrt(sums.square / sums.weight),
            sums.signed_error / sums.weight,
            sums.worst_d,
            sums.worst_x,
            sums.worst_y};
}

} // namespace
} // namespace scmp::api

using namespace scmp;
using namespace scmp::api;

extern "C" {

scmp_status scmp_stream_correlation(scmp_ctx *ctx, const scmp_matmul_options *options, int64_t d, const scmp_tensor *x,
                                    const scmp_tensor *y, const scmp_tensor *out) {
    return c_boundary([&] {
        const ProductSpec spec = stream_spec(ctx, options);
        check_index(d);
        check_config_entries(spec, d, 1);
        const int rng_levels = spec.streams.rng_levels;
        const Vector<std::uint16_t> rows = boundary_list(x, "x", rng_levels, ctx->memory);
        const Vector<std::uint16_t> columns = boundary_list(y, "y", rng_levels, ctx->memory);
        const std::array<std::int64_t, 2> shape = {std::ssize(rows), std::ssize(columns)};
        const View view = output(out, "out", {SCMP_DTYPE_F32, SCMP_DTYPE_F64}, shape);
        if (x != nullptr) check_apart(view, "out", input(x, "x"), "x");
        if (y != nullptr) check_apart(view, "out", input(y, "y"), "y");
        const streams::StreamSet set = streams::stream_set(*spec.config, spec.streams, d, 1, ctx->memory);
        Buffer<double> values(ctx->memory, std::size_t(view.count));
        model::correlation(pair_of(set, 0, rng_levels), rows, columns, values.data(), ctx->memory);
        write_view(view, values.data());
    });
}

void scmp_table_error_init_sized(scmp_table_error *error, size_t size) {
    init_sized(error, size, {});
}

scmp_status scmp_count_table_error(scmp_ctx *ctx, const scmp_matmul_options *options, int64_t d_offset, int64_t d,
                                   const scmp_tensor *x, const scmp_tensor *y, const scmp_tensor *x_weight,
                                   const scmp_tensor *y_weight, scmp_table_error *out) {
    return c_boundary([&] {
        const ProductSpec spec = stream_spec(ctx, options);
        require(out, "out");
        check_sized(out, "out");
        if (d_offset < 0) fail(SCMP_ERROR_INVALID_ARGUMENT, "d_offset = %lld is negative", ll(d_offset));
        if (d < 1) fail(SCMP_ERROR_INVALID_ARGUMENT, "d = %lld is not at least 1", ll(d));
        check_d(spec, d);
        check_config_entries(spec, d_offset, d);
        const int rng_levels = spec.streams.rng_levels;
        const Vector<std::uint16_t> rows = some_boundaries(x, "x", rng_levels, ctx->memory);
        const Vector<std::uint16_t> columns = some_boundaries(y, "y", rng_levels, ctx->memory);
        const Buffer<double> row_weights = weights(x_weight, "x_weight", rows.size(), ctx->memory);
        const Buffer<double> column_weights = weights(y_weight, "y_weight", columns.size(), ctx->memory);
        write_sized(out, count_table_error(*ctx, spec, d_offset, d, {rows, row_weights.span()},
                                           {columns, column_weights.span()}));
    });
}

scmp_status scmp_sequence_discrepancy(scmp_ctx *ctx, const scmp_matmul_options *options, scmp_side side, int64_t d,
                                      double *out) {
    return c_boundary([&] {
        const ProductSpec spec = stream_spec(ctx, options);
        check_index(d);
        check_side(side);
        require(out, "out");
        check_config_entries(spec, d, 1);
        const streams::StreamShape &shape = spec.streams;
        Buffer<std::uint16_t> draws(ctx->memory, std::size_t(shape.stoc_len));
        streams::sequence(*spec.config, shape, side, d, draws.span());
        *out = model::discrepancy(draws.span(), shape.rng_levels, ctx->memory);
    });
}

const char *scmp_lint_name(scmp_lint_code code) {
    return model::lint_name(code);
}

scmp_status scmp_lint(scmp_ctx *ctx, const scmp_matmul_options *options, int64_t d, scmp_lint_fn found, void *user,
                      int32_t *count) {
    return c_boundary([&] {
        const ProductSpec spec = stream_spec(ctx, options);
        require(count, "count");
        check_index(d);
        check_d(spec, d);
        check_config_entries(spec, 0, d);
        model::Findings findings{found, user};
        model::lint(*spec.config, spec.streams, d, findings, ctx->memory);
        *count = findings.count;
    });
}

} // extern "C"
