// Sequences and count tables as arrays (section 6 of scmp_model.h).
#include <algorithm>

#include "api/c_boundary.h"
#include "api/check.h"
#include "api/stream_spec.h"
#include "scmp/scmp_model.h"
#include "streams/config_rules.h"
#include "streams/period.h"

namespace scmp::api {
namespace {

void write_draws(const View &out, const Buffer<std::uint16_t> &draws, Memory &memory) {
    Buffer<std::int32_t> wide(memory, draws.size());
    std::copy_n(draws.data(), draws.size(), wide.data());
    write_view(out, wide.data());
}

// out[i][j] = #{ t < k(x[i]) : right[t] < y[j] }.
void write_count_table(const View &out, std::span<const std::uint16_t> left, std::span<const std::uint16_t> right,
                       std::span<const std::uint16_t> x, std::span<const std::uint16_t> y, Memory &memory) {
    Buffer<std::int32_t> counts(memory, x.size() * y.size());
    for (std::size_t i = 0; i < x.size(); i++) {
        const auto ones = std::count_if(left.begin(), left.end(), [&](std::uint16_t draw) { return draw < x[i]; });
        for (std::size_t j = 0; j < y.size(); j++)
            counts[i * y.size() + j] = static_cast<std::int32_t>(
                std::count_if(right.begin(), right.begin() + ones, [&](std::uint16_t draw) { return draw < y[j]; }));
    }
    write_view(out, counts.data());
}

} // namespace

void check_index(std::int64_t d) {
    if (d < 0) fail(SCMP_ERROR_INVALID_ARGUMENT, "inner index d = %lld is negative", ll(d));
}

void check_side(scmp_side side) {
    if (side != SCMP_SIDE_LEFT && side != SCMP_SIDE_RIGHT)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "side = %d is not one of 0, 1", static_cast<int>(side));
}

ProductSpec stream_spec(scmp_ctx *ctx, const scmp_matmul_options *given) {
    require(ctx, "ctx");
    const scmp_matmul_options options = options_or_defaults(given);
    ProductSpec spec = resolve_options(options);
    resolve_config(*ctx, options, spec);
    return spec;
}

Vector<std::uint16_t> boundary_list(const scmp_tensor *tensor, const char *name, int rng_levels, Memory &memory) {
    Vector<std::uint16_t> list(&memory);
    if (tensor == nullptr) {
        list.resize(std::size_t(rng_levels) + 1);
        for (std::size_t g = 0; g < list.size(); g++) list[g] = static_cast<std::uint16_t>(g);
        return list;
    }
    const View view = input(tensor, name, draw_types);
    if (view.rank != 1) fail(SCMP_ERROR_INVALID_SHAPE, "%s has rank %d, it must be 1", name, view.rank);
    Buffer<std::int32_t> values(memory, std::size_t(view.count));
    read_integers({view.data, view.dtype, view.stride_d()}, view.count, values.data());
    for (std::size_t i = 0; i < values.size(); i++) {
        if (values[i] < 0 || values[i] > rng_levels)
            fail(SCMP_ERROR_INVALID_ARGUMENT, "%s[%zu] = %d is not in 0 .. %d", name, i, values[i], rng_levels);
        list.push_back(static_cast<std::uint16_t>(values[i]));
    }
    return list;
}

} // namespace scmp::api

using namespace scmp;
using namespace scmp::api;

extern "C" {

scmp_status scmp_generator_draws(scmp_ctx *ctx, const scmp_generator *generator, int32_t sc_prec,
                                 const scmp_tensor *out) {
    return c_boundary([&] {
        require(ctx, "ctx");
        require(generator, "generator");
        if (sc_prec < 1 || sc_prec > SCMP_SC_PREC_MAX)
            fail(SCMP_ERROR_INVALID_ARGUMENT, "sc_prec = %d is not in 1 .. %d", sc_prec, SCMP_SC_PREC_MAX);
        const streams::Generator checked = streams::generator_from_array(generator, sc_prec, 0);
        const View view = input(out, "out", draw_types);
        const std::int64_t length = view.d();
        if (view.rank != 1 || length > (1 << sc_prec))
            fail(SCMP_ERROR_INVALID_SHAPE, "out has shape %s, it must be (T,) with T at most %d", ShapeText(view).text,
                 1 << sc_prec);
        output(out, "out", draw_types, {&length, 1});
        Buffer<std::uint16_t> draws(ctx->memory, std::size_t(length));
        streams::draw(checked, sc_prec, draws.span());
        const auto warning = streams::period_warning(checked, sc_prec, streams::c_names.pool, 0, 0, ctx->memory);
        write_draws(view, draws, ctx->memory);
        if (!warning.empty()) ctx->warn(warning.c_str());
    });
}

scmp_status scmp_sequence(scmp_ctx *ctx, const scmp_matmul_options *options, scmp_side side, int64_t d,
                          const scmp_tensor *out) {
    return c_boundary([&] {
        const ProductSpec spec = stream_spec(ctx, options);
        check_index(d);
        check_side(side);
        check_config_entries(spec, d, 1);
        const std::int64_t length = spec.streams.stoc_len;
        const View view = output(out, "out", draw_types, {&length, 1});
        Buffer<std::uint16_t> draws(ctx->memory, std::size_t(length));
        streams::sequence(*spec.config, spec.streams, side, d, draws.span());
        write_draws(view, draws, ctx->memory);
    });
}

uint32_t scmp_scramble_mask(scmp_scramble scramble, int64_t d, int32_t sc_prec) {
    if (d < 0 || sc_prec < 1 || sc_prec > SCMP_SC_PREC_MAX) return 0;
    return streams::scramble_mask(scramble == SCMP_SCRAMBLE_NOT_GIVEN ? SCMP_SCRAMBLE_BITREV : scramble, d, sc_prec);
}

int32_t scmp_scramble_applies(scmp_scramble scramble, int32_t sc_prec, int32_t stoc_len, int32_t rng_levels) {
    if (sc_prec < 1 || sc_prec > SCMP_SC_PREC_MAX) return 0;
    const scmp_scramble mode = scramble == SCMP_SCRAMBLE_NOT_GIVEN ? SCMP_SCRAMBLE_BITREV : scramble;
    return streams::scramble_applies(mode, sc_prec, stoc_len, rng_levels) ? 1 : 0;
}

uint32_t scmp_rescale(uint32_t draw, int32_t sc_prec, int32_t rng_levels) {
    if (sc_prec < 1 || sc_prec > SCMP_SC_PREC_MAX || rng_levels < 1) return 0;
    return streams::rescale(draw, sc_prec, rng_levels);
}

scmp_status scmp_level_boundaries(const scmp_matmul_options *options, const scmp_tensor *out) {
    return c_boundary([&] {
        const ProductSpec spec = resolve_options(options_or_defaults(options));
        const std::int64_t levels = spec.q_max + 1;
        const View view = output(out, "out", draw_types, {&levels, 1});
        // With chunks: the rule of an inner dimension that has several.
        const quantize::Rule rule = spec.rule(spec.chunk_d > 0 ? INT64_MAX : 0);
        std::array<std::uint16_t, 1 << SCMP_SC_PREC_MAX> boundaries;
        std::array<std::int32_t, 1 << SCMP_SC_PREC_MAX> wide;
        quantize::level_boundaries(rule, spec.q_max, spec.streams.rng_levels,
                                   std::span(boundaries).first(std::size_t(levels)));
        std::copy_n(boundaries.data(), levels, wide.data());
        write_view(view, wide.data());
    });
}

scmp_status scmp_count_table(scmp_ctx *ctx, const scmp_matmul_options *options, int64_t d, const scmp_tensor *x,
                             const scmp_tensor *y, const scmp_tensor *out) {
    return c_boundary([&] {
        const ProductSpec spec = stream_spec(ctx, options);
        check_index(d);
        check_config_entries(spec, d, 1);
        const streams::StreamShape &shape = spec.streams;
        const Vector<std::uint16_t> rows = boundary_list(x, "x", shape.rng_levels, ctx->memory);
        const Vector<std::uint16_t> columns = boundary_list(y, "y", shape.rng_levels, ctx->memory);
        const std::array<std::int64_t, 2> size = {std::ssize(rows), std::ssize(columns)};
        const View view = output(out, "out", draw_types, size);
        if (x != nullptr) check_apart(view, "out", input(x, "x"), "x");
        if (y != nullptr) check_apart(view, "out", input(y, "y"), "y");
        const auto length = std::size_t(shape.stoc_len);
        Buffer<std::uint16_t> left(ctx->memory, length);
        Buffer<std::uint16_t> right(ctx->memory, length);
        streams::sequence(*spec.config, shape, SCMP_SIDE_LEFT, d, left.span());
        streams::sequence(*spec.config, shape, SCMP_SIDE_RIGHT, d, right.span());
        write_count_table(view, left.span(), right.span(), rows, columns, ctx->memory);
    });
}

scmp_status scmp_table_index(scmp_ctx *ctx, const scmp_matmul_options *options, int64_t d, const scmp_tensor *index,
                             int32_t *table_count) {
    return c_boundary([&] {
        const ProductSpec spec = stream_spec(ctx, options);
        require(table_count, "table_count");
        check_index(d);
        check_d(spec, d);
        check_config_entries(spec, 0, d);
        View view;
        if (index != nullptr) view = output(index, "index", {SCMP_DTYPE_I32}, {&d, 1});
        const streams::StreamSet set = streams::stream_set(*spec.config, spec.streams, 0, d, ctx->memory);
        if (index != nullptr) {
            Buffer<std::int32_t> pairs(ctx->memory, std::size_t(d));
            for (std::int64_t i = 0; i < d; i++) pairs[std::size_t(i)] = set.pair_of(i);
            write_view(view, pairs.data());
        }
        *table_count = set.pairs;
    });
}

} // extern "C"
