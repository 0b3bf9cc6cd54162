// A product's parameters as SystemVerilog, so that a test bench needs nothing but an export's own files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scmp/scmp.h"

namespace cli {

struct ExportShape {
    std::int64_t batch, n, m, d, tables; // batch 1 for 2-D operands
};

// The text of parameters.svh, after the comment lines. `config` is the JSON of the export, options are resolved.
std::string parameters_text(const ExportShape &shape, const scmp_matmul_options &options, const std::string &config,
                            const std::vector<std::string> &comment);

} // namespace cli
