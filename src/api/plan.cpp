// The rules of Spec 1 on options and their combinations.
#include "api/plan.h"

#include <algorithm>

#include "api/c_boundary.h"
#include "api/check.h"
#include "api/places.h"

namespace scmp::api {
namespace {

void check_enum(int value, int most, const char *name) {
    if (value < 0 || value > most)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "%s = %d is not one of 0 .. %d", name, value, most);
}

void check_between(std::int64_t value, std::int64_t least, std::int64_t most, const char *name) {
    if (value < least || value > most)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "%s = %lld is not in %lld .. %lld", name, ll(value), ll(least), ll(most));
}

// L or G: what was given, or 2^p, or half of that where `halve` acts (Spec 1).
int length_or_default(std::int32_t given, int full, bool halve) {
    if (given != SCMP_NOT_GIVEN) return given;
    return halve ? full / 2 : full;
}

void check_chunk_options(const scmp_matmul_options &options) {
    if (options.chunk_d <= 0) return;
    if (options.granularity != SCMP_GRANULARITY_PER_ROW)
        fail(SCMP_ERROR_UNSUPPORTED, "chunk_d = %lld goes with granularity per_row only, not %s", ll(options.chunk_d),
             scmp_granularity_name(options.granularity));
    if (options.mode != SCMP_MODE_BIPOLAR)
        fail(SCMP_ERROR_UNSUPPORTED, "chunk_d = %lld goes with mode bipolar only", ll(options.chunk_d));
}

} // namespace

scmp_matmul_options options_or_defaults(const scmp_matmul_options *options) {
    scmp_matmul_options all;
    scmp_matmul_options_init(&all);
    copy_options(options, all, "scmp_matmul_options", "scmp_matmul_options_init");
    return all;
}

Numbers resolve_numbers(const scmp_matmul_options &options) {
    check_enum(options.granularity, SCMP_GRANULARITY_PER_HEAD, "granularity");
    check_enum(options.mode, SCMP_MODE_UNIPOLAR, "mode");
    check_enum(options.scramble, SCMP_SCRAMBLE_ALWAYS_COUNTER, "scramble");
    const bool bipolar = options.mode == SCMP_MODE_BIPOLAR;
    const int least_prec = bipolar ? SCMP_SC_PREC_MIN_BIPOLAR : SCMP_SC_PREC_MIN_UNIPOLAR;
    check_between(options.sc_prec, least_prec, SCMP_SC_PREC_MAX, bipolar ? "sc_prec (bipolar)" : "sc_prec (unipolar)");
    const int full = 1 << options.sc_prec;
    if (options.stoc_len != SCMP_NOT_GIVEN) check_between(options.stoc_len, 1, full, "stoc_len");
    if (options.rng_levels != SCMP_NOT_GIVEN) check_between(options.rng_levels, 1, SCMP_RNG_LEVELS_MAX, "rng_levels");
    if (options.granularity == SCMP_GRANULARITY_PER_ROW && (options.group_a < 1 || options.group_b < 1))
        fail(SCMP_ERROR_INVALID_ARGUMENT, "group_a = %lld and group_b = %lld must be at least 1", ll(options.group_a),
             ll(options.group_b));
    if (options.granularity == SCMP_GRANULARITY_PER_HEAD && !bipolar)
        fail(SCMP_ERROR_UNSUPPORTED, "granularity per_head goes with mode bipolar only");
    check_chunk_options(options);

    const bool halve = bipolar && options.halve != 0;
    return {.granularity = options.granularity,
            .mode = options.mode,
            .q_max = bipolar ? full / 2 - 1 : full - 1,
            .chunk_d = std::max<std::int64_t>(options.chunk_d, 0),
            .group_a = options.group_a,
            .group_b = options.group_b,
            .streams = {.sc_prec = options.sc_prec,
                        .stoc_len = length_or_default(options.stoc_len, full, halve),
                        .rng_levels = length_or_default(options.rng_levels, full, halve),
                        .scramble = options.scramble}};
}

quantize::Rule Numbers::rule(std::int64_t d) const noexcept {
    if (granularity == SCMP_GRANULARITY_PER_TENSOR) return bipolar() ? quantize::Rule::B1 : quantize::Rule::U1;
    if (!bipolar()) return quantize::Rule::U2;
    return granularity == SCMP_GRANULARITY_PER_HEAD || chunked(d) ? quantize::Rule::B2 : quantize::Rule::B3;
}

quantize::Scopes Numbers::scopes(const View &view, scmp_side side) const noexcept {
    const Operand x = operand_of(view);
    quantize::Scopes scopes{.kind = quantize::Scopes::row, .batch = x.batch, .rows = x.rows, .d = x.d};
    if (granularity == SCMP_GRANULARITY_PER_TENSOR)
        scopes.kind = quantize::Scopes::tensor;
    else if (granularity == SCMP_GRANULARITY_PER_HEAD)
        scopes.kind = quantize::Scopes::head;
    else if (chunked(x.d)) {
        scopes.kind = quantize::Scopes::chunk;
        scopes.chunk_d = chunk_d;
    } else
        scopes.group = side == SCMP_SIDE_LEFT ? group_a : group_b;
    return scopes;
}

void Numbers::check_d(std::int64_t d) const {
    if (d > SCMP_D_TIMES_L_MAX / streams.stoc_len)
        fail(SCMP_ERROR_INVALID_SHAPE, "D = %lld times stoc_len = %d is more than %d, sums would not fit 32 bits",
             ll(d), streams.stoc_len, SCMP_D_TIMES_L_MAX);
}

void Numbers::check_rank(int rank) const {
    if (granularity == SCMP_GRANULARITY_PER_HEAD && rank != 3)
        fail(SCMP_ERROR_UNSUPPORTED, "granularity per_head needs 3-D operands, these have rank %d", rank);
    if (chunk_d > 0 && rank != 2)
        fail(SCMP_ERROR_UNSUPPORTED, "chunk_d = %lld needs 2-D operands, these have rank %d", ll(chunk_d), rank);
}

ConfigRef resolve_config(scmp_ctx &ctx, const scmp_matmul_options &options, Numbers &numbers) {
    const int sc_prec = numbers.streams.sc_prec;
    ConfigRef config(options.config);
    if (config.handle() == nullptr) config = ctx.default_config(sc_prec);
    if ((*config).sc_prec != sc_prec)
        fail(SCMP_ERROR_INVALID_CONFIG, "the configuration is for sc_prec = %d, the call has sc_prec = %d",
             (*config).sc_prec, sc_prec);
    ctx.warn(*config.handle());
    scmp_scramble &scramble = numbers.streams.scramble;
    if (scramble == SCMP_SCRAMBLE_NOT_GIVEN) scramble = (*config).scramble;
    if (scramble == SCMP_SCRAMBLE_NOT_GIVEN) scramble = SCMP_SCRAMBLE_BITREV;
    return config;
}

void check_config_entries(const ConfigRef &config, std::int64_t d_offset, std::int64_t d) {
    const std::int64_t entries = (*config).d_max();
    if (d > entries || d_offset > entries - d)
        fail(SCMP_ERROR_INVALID_CONFIG, "the configuration has entries for %lld inner indices, %lld + %lld are needed",
             ll(entries), ll(d_offset), ll(d));
}

SmoothScales read_smooth(const scmp_matmul_options &options, const View &x, const char *name, Memory &memory,
                         const scmp_ctx *ctx) {
    if (options.smooth == nullptr) return std::nullopt;
    if (ctx == nullptr) return smooth::read_scales(input(options.smooth, "smooth"), x.d(), name, memory);
    const View given = input(options.smooth, "smooth", ctx->tensor_device());
    return smooth::read_scales(OnHost(*ctx, given, memory).view(), x.d(), name, memory);
}

Smoothing smoothing_on(const SmoothScales &scales, scmp_side side, scmp_dtype operand) noexcept {
    if (!scales) return {};
    return scales->smoothing(side == SCMP_SIDE_LEFT ? Smoothing::divide : Smoothing::multiply, operand);
}

Vector<std::uint16_t> level_boundaries(const Numbers &numbers, quantize::Rule rule, Memory &memory) {
    Vector<std::uint16_t> boundaries(std::size_t(numbers.q_max) + 1, &memory);
    quantize::level_boundaries(rule, numbers.q_max, numbers.streams.rng_levels, boundaries);
    return boundaries;
}

std::shared_ptr<const streams::CountTables> level_tables(scmp_ctx &ctx, const Numbers &numbers, const ConfigRef &config,
                                                         quantize::Rule rule, const TableRequest &request) {
    check_config_entries(config, request.d_offset, request.d);
    const Vector<std::uint16_t> boundaries = level_boundaries(numbers, rule, ctx.memory);
    return ctx.tables.get({config, numbers.streams, request.d_offset, request.d}, boundaries, boundaries,
                          request.kernel, request.rows, request.products);
}

} // namespace scmp::api
