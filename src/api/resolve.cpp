// The rules of Spec 1 on options and their combinations.
#include "api/resolve.h"

#include <algorithm>

#include "api/c_boundary.h"
#include "api/check.h"
#include "base/sized_struct.h"
#include "product/host_copy.h"

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
    read_sized(options, "options", all);
    return all;
}

ProductSpec resolve_options(const scmp_matmul_options &options) {
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

    return {.granularity = options.granularity,
            .mode = options.mode,
            .q_max = bipolar ? full / 2 - 1 : full - 1,
            .chunk_d = std::max<std::int64_t>(options.chunk_d, 0),
            .group_a = options.group_a,
            .group_b = options.group_b,
            .streams = {.sc_prec = options.sc_prec,
                        .stoc_len = options.stoc_len == SCMP_NOT_GIVEN ? full : options.stoc_len,
                        .rng_levels = options.rng_levels == SCMP_NOT_GIVEN ? full : options.rng_levels,
                        .scramble = options.scramble}};
}

void check_d(const ProductSpec &spec, std::int64_t d) {
    const int stoc_len = spec.streams.stoc_len;
    if (d > SCMP_D_TIMES_L_MAX / stoc_len)
        fail(SCMP_ERROR_INVALID_SHAPE, "D = %lld times stoc_len = %d is more than %d, sums would not fit 32 bits",
             ll(d), stoc_len, SCMP_D_TIMES_L_MAX);
}

void check_rank(const ProductSpec &spec, int rank) {
    if (spec.granularity == SCMP_GRANULARITY_PER_HEAD && rank != 3)
        fail(SCMP_ERROR_UNSUPPORTED, "granularity per_head needs 3-D operands, these have rank %d", rank);
    if (spec.chunk_d > 0 && rank != 2)
        fail(SCMP_ERROR_UNSUPPORTED, "chunk_d = %lld needs 2-D operands, these have rank %d", ll(spec.chunk_d), rank);
}

void resolve_config(scmp_ctx &ctx, const scmp_matmul_options &options, ProductSpec &spec) {
    const int sc_prec = spec.streams.sc_prec;
    streams::ConfigRef config(options.config);
    if (config.handle() == nullptr) config = ctx.default_config(sc_prec);
    if ((*config).sc_prec != sc_prec)
        fail(SCMP_ERROR_INVALID_CONFIG, "the configuration is for sc_prec = %d, the call has sc_prec = %d",
             (*config).sc_prec, sc_prec);
    ctx.warn(*config.handle());
    scmp_scramble &scramble = spec.streams.scramble;
    if (scramble == SCMP_SCRAMBLE_NOT_GIVEN) scramble = (*config).scramble;
    if (scramble == SCMP_SCRAMBLE_NOT_GIVEN) scramble = SCMP_SCRAMBLE_BITREV;
    spec.config = std::move(config);
}

void check_config_entries(const ProductSpec &spec, std::int64_t d_offset, std::int64_t d) {
    const std::int64_t entries = (*spec.config).d_max();
    if (d > entries || d_offset > entries - d)
        fail(SCMP_ERROR_INVALID_CONFIG, "the configuration has entries for %lld inner indices, %lld + %lld are needed",
             ll(entries), ll(d_offset), ll(d));
}

std::optional<smooth::Scales> read_smooth(const scmp_matmul_options &options, const View &x, const char *name,
                                          Memory &memory, scmp_ctx *ctx) {
    if (options.smooth == nullptr) return std::nullopt;
    if (ctx == nullptr) return smooth::read_scales(input(options.smooth, "smooth"), x.d(), name, memory);
    const View given = input(options.smooth, "smooth", ctx->resources.tensor_device());
    return smooth::read_scales(product::HostCopy(ctx->resources, given, memory).view(), x.d(), name, memory);
}

} // namespace scmp::api
