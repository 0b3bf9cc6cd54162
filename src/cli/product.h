// Products as the verbs make them: the one place that calls scmp_matmul.
#pragma once

#include "scmp/scmp.h"

namespace cli {

// y, counts: NULL where they are not wanted.
scmp_report multiply(scmp_ctx *ctx, const scmp_tensor &a, const scmp_tensor &b, const scmp_matmul_options &options,
                     const scmp_tensor *y, const scmp_tensor *counts = nullptr);

// The values that a product took for options that were left open.
void resolve(scmp_matmul_options &options, const scmp_report &report);

// The same before there is a product: of operands of these shapes, in which the number of rows does not matter.
void resolve(scmp_ctx *ctx, scmp_matmul_options &options, scmp_tensor a, scmp_tensor b);

} // namespace cli
