// What a search minimises: pairs of operands as weights of count-table errors, and what a candidate does to the
// operands themselves. docs/search.md says why these weights.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "npy.h"
#include "progress.h"
#include "scmp/scmp_model.h"

namespace cli {

// A right Sobol generator.
struct Candidate {
    std::vector<std::uint32_t> seeds;
    std::uint32_t start = 0;

    bool operator<(const Candidate &other) const { return std::tie(seeds, start) < std::tie(other.seeds, other.start); }
};

// The default left Sobol, a candidate on the right, no scramble; for any D.
Config search_config(scmp_ctx *ctx, std::int32_t sc_prec, const Candidate &candidate);

// One left and one right operand, quantized, with the exact product.
struct OperandPair {
    std::string name;
    Array a, b;
    Array level[2], sign[2], scale[2], zero_point[2],
        row_sum[2];            // by side; zero_point, row_sum: unipolar, sign: bipolar
    std::vector<double> exact; // a @ b.T
    double nearest_db = 0;     // SQNR of nearest-integer counts
    double quantized_db = 0;   // and of the exact product of the quantized operands

    std::int64_t d() const noexcept { return a.view.shape[a.view.rank - 1]; }
};

// Weights over boundaries, as scmp_score_generators takes them; a cost of 1 is that of nearest-integer counts.
struct Weights {
    std::vector<std::int32_t> boundary; // ascending, those of the levels
    std::vector<double> target, square; // (boundaries, boundaries)
    std::vector<double> sum;            // (sums, boundaries, boundaries): each sum of errors is squared
    // What levels that share a boundary add to every candidate's sums.
    double square_offset = 0;
    std::vector<double> sum_offset;

    std::int64_t size() const noexcept { return std::int64_t(boundary.size()); }
    double cost(double square_sum, const double *sums) const noexcept;
};

struct Problem {
    scmp_matmul_options options;    // resolved: stoc_len, rng_levels
    std::vector<OperandPair> pairs; // none: all levels alike
    Weights weights;
    double nearest_rms = 0; // without operands: root mean square error of nearest-integer counts, in ones

    int sc_prec() const noexcept { return options.sc_prec; }
};

// Names come in pairs, A then B. The quantized products and their bounds are made here, with progress.
Problem make_problem(Session &session, const scmp_matmul_options &options, const std::vector<std::string> &operands);

// Mean over the pairs of the SQNR in dB of the product under a configuration.
double product_db(Session &session, const Problem &problem, const scmp_config *config);

} // namespace cli
