// Measures the count kernels.
#pragma once

#include <string>

namespace kernels {

// One line for each kernel and task; those with `filter` in their line's name. What main() returns.
int bench(const std::string &filter);

} // namespace kernels
