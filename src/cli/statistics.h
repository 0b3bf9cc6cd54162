// Activation statistics from and to what is no regular file, too: pipes and the standard streams.
#pragma once

#include <cstdint>
#include <string>

#include "handles.h"

namespace cli {

// `d`: the D that they must have, or SCMP_NOT_GIVEN.
Calibration load_statistics(scmp_ctx *ctx, const std::string &path, std::int64_t d);

void save_statistics(const Calibration &calib, const std::string &path);

} // namespace cli
