// The same operands and tables as the library's for the gather loop, taken from the library's inspection functions.
#pragma once

#include "gather.h"
#include "scmp/scmp.h"

// Of 2-D operands at sc_prec 8.
GatherProblem gather_problem(scmp_ctx *ctx, const scmp_tensor &a, const scmp_tensor &b,
                             const scmp_matmul_options &options);
