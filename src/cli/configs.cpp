// Reads and writes configurations; see configs.h.
#include "configs.h"

#include <algorithm>

#include "failure.h"
#include "files.h"

namespace cli {
namespace {

// A configuration for 2^20 inner indices is about 100 MB.
constexpr std::size_t config_limit = std::size_t(1) << 30;

} // namespace

std::vector<std::string> preset_names() {
    std::vector<std::string> out;
    out.reserve(std::size_t(scmp_config_name_count()));
    for (std::int32_t i = 0; i < scmp_config_name_count(); i++) out.emplace_back(scmp_config_name(i));
    return out;
}

Config load_config(scmp_ctx *ctx, const std::string &name_or_file, std::int32_t sc_prec) {
    Config config;
    const auto presets = preset_names();
    if (std::find(presets.begin(), presets.end(), name_or_file) != presets.end()) {
        check_flags(scmp_config_create_named(ctx, name_or_file.c_str(), sc_prec, config.out()));
        return config;
    }
    std::string content;
    try {
        content = read_text(name_or_file, config_limit);
    } catch (const Failure &failure) {
        if (failure.status() != SCMP_ERROR_IO) throw;
        fail(SCMP_ERROR_INVALID_CONFIG, failure.what(), " (and no preset is called so; there are ", joined(presets),
             ")", did_you_mean(name_or_file, presets));
    }
    check(scmp_config_create_json(ctx, content.data(), content.size(), sc_prec, config.out()));
    return config;
}

std::string config_json(scmp_ctx *ctx, const scmp_config *config, std::int64_t entries) {
    std::size_t needed = 0;
    check(scmp_config_to_json(ctx, config, entries, nullptr, 0, &needed));
    std::string json(needed, '\0');
    check(scmp_config_to_json(ctx, config, entries, json.data(), needed, &needed));
    json.pop_back(); // the terminating 0
    return json;
}

} // namespace cli
