// Makes the problem of a search; see problem.h.
#include "problem.h"

#include <algorithm>
#include <cmath>

#include "../failure.h"
#include "../options.h"
#include "../product.h"
#include "../sha256.h"
#include "ideal.h"

namespace cli::search {
namespace {

// A change of the rounds is another search: states of the one are none of the other.
constexpr int search_version = 1;

// L and G as a product of these options has them.
void resolve_lengths(scmp_ctx *ctx, scmp_matmul_options &options) {
    const bool heads = options.granularity == SCMP_GRANULARITY_PER_HEAD;
    const Array none =
        make_array(SCMP_DTYPE_F32, heads ? std::vector<std::int64_t>{1, 0, 1} : std::vector<std::int64_t>{0, 1});
    resolve(ctx, options, none.view, none.view);
    options.scramble = SCMP_SCRAMBLE_OFF;
}

} // namespace

Problem make_problem(scmp_ctx *ctx, const scmp_matmul_options &options, const std::vector<std::string> &operands,
                     const Advance &advance) {
    Problem problem{options, {}, {}, 0};
    resolve_lengths(ctx, problem.options);
    const Ideal ideal(problem.options);
    const auto cells = std::size_t(ideal.levels() * ideal.levels());
    LevelWeights all{std::vector<double>(cells, 0), {}};
    const double pairs = double(operands.size() / 2);
    for (std::size_t i = 0; i + 1 < operands.size(); i += 2) {
        const auto advance_pair = [&](double share) { advance((double(i / 2) + share) / pairs); };
        problem.pairs.push_back(read_pair(ctx, problem.options, operands[i], operands[i + 1], advance_pair));
        LevelWeights one = pair_weights(problem.options, problem.pairs.back());
        for (std::size_t cell = 0; cell < cells; cell++) all.square[cell] += one.square[cell] / pairs;
        for (std::vector<double> &sum : one.sums) {
            for (double &weight : sum) weight /= std::sqrt(pairs);
            all.sums.push_back(std::move(sum));
        }
    }
    if (operands.empty()) {
        double nearest = 0;
        for (std::int64_t x = 0; x < ideal.levels(); x++)
            for (std::int64_t y = 0; y < ideal.levels(); y++)
                nearest += std::pow(std::round(ideal(x, y)) - ideal(x, y), 2);
        if (nearest == 0)
            wrong_usage("nearest-integer counts have no error here, so that there is nothing to search for");
        std::fill(all.square.begin(), all.square.end(), 1 / nearest);
        problem.nearest_rms = std::sqrt(nearest / double(cells));
    }
    problem.weights = by_boundary(problem.options, all);
    return problem;
}

std::string checksum(const Problem &problem) {
    std::string all = text(search_version, ' ', scmp_spec_version(), ' ',
                           options_numbers(ProductOptions(problem.options), &Places::checksum));
    for (const OperandPair &pair : problem.pairs)
        all += ' ' + sha256(npy_text(pair.a)) + ' ' + sha256(npy_text(pair.b));
    return sha256(all);
}

double product_db(scmp_ctx *ctx, const Problem &problem, const scmp_config *config) {
    double total = 0;
    scmp_matmul_options options = problem.options;
    options.config = config;
    options.scramble = SCMP_SCRAMBLE_NOT_GIVEN;
    for (const OperandPair &pair : problem.pairs) {
        auto shape = shape_of(pair.a.view);
        shape.back() = pair.b.view.shape[pair.b.view.rank - 2];
        const Array y = make_array(SCMP_DTYPE_F32, shape);
        multiply(ctx, pair.a.view, pair.b.view, options, &y.view);
        total += compare(pair.exact, y.as<float>()).sqnr_db;
    }
    return total / double(problem.pairs.size());
}

} // namespace cli::search
