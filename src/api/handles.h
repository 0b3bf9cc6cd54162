// The contents of the opaque handles of the public header.
#pragma once

#include <array>

#include "base/handle.h"
#include "base/memory.h"
#include "product/resources.h"
#include "streams/shared_config.h"

struct scmp_ctx {
    scmp_ctx(const scmp::Allocator &allocator, const scmp_ctx_options &given, const scmp::Backend &chosen, int count)
        : resources(allocator, given, chosen, count) {}

    // sobol_simple for this width, made when it is first asked for.
    const scmp::streams::ConfigRef &default_config(int sc_prec);
    // Says what a configuration's warning is, once for each configuration.
    void warn(const scmp_config &config) noexcept;
    void warn(const char *sentence) const noexcept;

    scmp::product::Resources resources;
    scmp::Memory &memory = resources.memory;
    std::array<scmp::streams::ConfigRef, SCMP_SC_PREC_MAX + 1> default_configs;
    std::array<std::size_t, 64> warned{}; // the last configurations that a warning was about, by identity
    std::size_t warnings = 0;
};

namespace scmp::api {

// Makes a context that runs a backend's table, and opens its devices. Tests hand in tables of their own.
void create_context(const scmp_ctx_options &options, const Backend &backend, scmp_ctx **out);

} // namespace scmp::api
