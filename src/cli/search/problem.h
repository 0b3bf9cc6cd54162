// The problem of a search: options, pairs of operands, and the weights that they make.
#pragma once

#include <string>
#include <vector>

#include "objective.h"
#include "scmp/scmp_model.h"

namespace cli::search {

struct Problem {
    scmp_matmul_options options;    // resolved: stoc_len, rng_levels
    std::vector<OperandPair> pairs; // none: all levels alike
    Weights weights;
    double nearest_rms = 0; // without operands: root mean square error of nearest-integer counts, in ones

    int sc_prec() const noexcept { return options.sc_prec; }
};

// Names of files come in pairs, A then B. The quantized products and their bounds are made here.
Problem make_problem(scmp_ctx *ctx, const scmp_matmul_options &options, const std::vector<std::string> &operands,
                     const Advance &advance);

// Everything that the result depends on but seed and budget.
std::string checksum(const Problem &problem);

// Mean over the pairs of the SQNR in dB of the product under a configuration.
double product_db(scmp_ctx *ctx, const Problem &problem, const scmp_config *config);

} // namespace cli::search
