// Configurations: from names, JSON and data; generators' published constants.
#include <cstring>
#include <functional>
#include <string_view>

#include "api/c_boundary.h"
#include "api/handles.h"
#include "base/sized_struct.h"
#include "scmp/scmp_model.h"
#include "streams/config_rules.h"
#include "streams/lfsr.h"
#include "streams/period.h"
#include "streams/sobol.h"

namespace scmp::api {
namespace {

void check_prec(std::int32_t sc_prec) {
    if (sc_prec < 1 || sc_prec > SCMP_SC_PREC_MAX)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "sc_prec = %d is not in 1 .. %d", sc_prec, SCMP_SC_PREC_MAX);
}

// Identifies a configuration by its contents: a caller may make the same configuration for every call.
std::size_t identity_of(scmp_config &made) {
    const std::int64_t entries = made.config.uniform ? 1 : made.config.d_max();
    const std::pmr::string text = streams::config_to_json(made.config, entries, made.memory);
    const std::hash<std::string_view> hash;
    return hash(text) ^ hash(made.warning) ^ (made.config.uniform ? 1U : 0U);
}

// A configuration that `fill` fills, on its own memory; `pool` is what its writer calls the pool.
template <class Fill> void make_config(scmp_ctx *ctx, const char *pool, scmp_config **out, Fill &&fill) {
    require(ctx, "ctx");
    require(out, "out");
    PendingHandle<scmp_config> pending(ctx->memory.allocator());
    fill(pending->config);
    pending->warning = streams::period_warning(pending->config, pool, pending->memory);
    if (!pending->warning.empty()) pending->identity = identity_of(*pending);
    *out = pending.release();
    ctx->warn(**out);
}

} // namespace

} // namespace scmp::api

using namespace scmp;
using namespace scmp::api;

extern "C" {

scmp_status scmp_config_create_named(scmp_ctx *ctx, const char *name, int32_t sc_prec, scmp_config **out) {
    return c_boundary([&] {
        require(name, "name");
        check_prec(sc_prec);
        make_config(ctx, streams::c_names.pool, out,
                    [&](streams::Config &config) { streams::config_named(name, sc_prec, config); });
    });
}

int32_t scmp_config_name_count(void) {
    return streams::config_name_count();
}

const char *scmp_config_name(int32_t index) {
    return streams::config_name(index);
}

scmp_status scmp_config_create_json(scmp_ctx *ctx, const char *text, size_t length, int32_t sc_prec,
                                    scmp_config **out) {
    return c_boundary([&] {
        require(text, "text");
        check_prec(sc_prec);
        make_config(ctx, streams::json_names.pool, out, [&](streams::Config &config) {
            streams::config_from_json({text, length}, sc_prec, config);
        });
    });
}

scmp_status scmp_config_create(scmp_ctx *ctx, const scmp_config_desc *desc, scmp_config **out) {
    return c_boundary([&] {
        require(desc, "desc");
        scmp_config_desc all;
        read_sized(desc, "desc", all);
        check_prec(all.sc_prec);
        make_config(ctx, streams::c_names.pool, out,
                    [&](streams::Config &config) { streams::config_from_desc(all, config); });
    });
}

void scmp_config_destroy(scmp_config **config) {
    if (config != nullptr) streams::release_config(std::exchange(*config, nullptr));
}

scmp_status scmp_config_to_json(scmp_ctx *ctx, const scmp_config *config, int64_t d, char *buffer, size_t capacity,
                                size_t *needed) {
    return c_boundary([&] {
        require(ctx, "ctx");
        require(config, "config");
        require(needed, "needed");
        if (capacity > 0) require(buffer, "buffer");
        if (d < 0 || d > SCMP_D_TIMES_L_MAX)
            fail(SCMP_ERROR_INVALID_ARGUMENT, "d = %lld is outside 0 .. %d", ll(d), SCMP_D_TIMES_L_MAX);
        if (d > config->config.d_max())
            fail(SCMP_ERROR_INVALID_CONFIG, "the configuration has entries for %lld inner indices, %lld are asked for",
                 ll(config->config.d_max()), ll(d));
        const std::pmr::string text = streams::config_to_json(config->config, d, ctx->memory);
        if (capacity > 0 && capacity <= text.size())
            fail(SCMP_ERROR_INVALID_ARGUMENT, "capacity = %zu bytes, the text needs %zu", capacity, text.size() + 1);
        if (capacity > 0) std::memcpy(buffer, text.c_str(), text.size() + 1);
        *needed = text.size() + 1;
    });
}

int32_t scmp_config_sc_prec(const scmp_config *config) {
    return config == nullptr ? 0 : config->config.sc_prec;
}

int64_t scmp_config_d_max(const scmp_config *config) {
    return config == nullptr ? 0 : config->config.d_max();
}

const char *scmp_config_warning(const scmp_config *config) {
    return config == nullptr ? "" : config->warning.c_str();
}

scmp_status scmp_sobol_seeds(scmp_side side, int32_t sc_prec, uint32_t *seeds) {
    return c_boundary([&] {
        require(seeds, "seeds");
        check_prec(sc_prec);
        if (side != SCMP_SIDE_LEFT && side != SCMP_SIDE_RIGHT)
            fail(SCMP_ERROR_INVALID_ARGUMENT, "side = %d is not one of 0, 1", static_cast<int>(side));
        const auto all = streams::default_sobol_seeds(side, sc_prec);
        for (std::size_t i = 0; i < std::size_t(sc_prec); i++) seeds[i] = all[i];
    });
}

int32_t scmp_lfsr_tap_set_count(int32_t sc_prec) {
    return sc_prec < 1 || sc_prec > SCMP_SC_PREC_MAX ? 0 : streams::lfsr_tap_set_count(sc_prec);
}

scmp_status scmp_lfsr_tap_set(int32_t sc_prec, int32_t index, int32_t *taps, int32_t *count) {
    return c_boundary([&] {
        require(taps, "taps");
        require(count, "count");
        check_prec(sc_prec);
        const int sets = streams::lfsr_tap_set_count(sc_prec);
        if (index < 0 || index >= sets)
            fail(SCMP_ERROR_INVALID_ARGUMENT, "index = %d, width %d has %d maximal tap sets", index, sc_prec, sets);
        const std::uint16_t mask = streams::lfsr_tap_set(sc_prec, index);
        *count = 0;
        for (int bit = sc_prec - 1; bit >= 0; bit--)
            if ((mask >> bit & 1) != 0) taps[(*count)++] = bit;
    });
}

} // extern "C"
