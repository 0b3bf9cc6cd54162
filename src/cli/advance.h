// How work that takes long says how far it has come.
#pragma once

#include <functional>

namespace cli {

// Takes the share of the work that is done, 0 to 1.
using Advance = std::function<void(double share)>;

} // namespace cli
