// Configurations as the program reads and writes them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "handles.h"

namespace cli {

std::vector<std::string> preset_names();

// A preset by its name, or else the configuration in a JSON file.
Config load_config(scmp_ctx *ctx, const std::string &name_or_file, std::int32_t sc_prec);

// A configuration as JSON for its first `entries` inner indices.
std::string config_json(scmp_ctx *ctx, const scmp_config *config, std::int64_t entries);

} // namespace cli
