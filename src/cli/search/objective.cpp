// Operands as weights of count-table errors; see objective.h.
#include "objective.h"

#include <algorithm>
#include <cmath>

#include "../failure.h"
#include "../signals.h"
#include "ideal.h"
#include "scmp/scmp_model.h"

namespace cli::search {
namespace {

// The index of a row's scale for an inner index.
std::size_t scale_at(const scmp_matmul_options &options, const OperandPair &pair, int side, std::int64_t batch,
                     std::int64_t row, std::int64_t d) {
    return scale_index(options, pair.rows(side), batch, row, options.chunk_d > 0 ? d / options.chunk_d : 0);
}

// The weight of each level for each inner index: squares of scales, and scales with signs.
struct Histogram {
    std::vector<double> squares, signs; // (D, levels)

    Histogram(const scmp_matmul_options &options, const OperandPair &pair, int side, std::int64_t batch,
              std::int64_t levels)
        : squares(std::size_t(pair.d() * levels), 0), signs(squares) {
        const std::int64_t rows = pair.rows(side), d = pair.d();
        const Array &level = pair.level[side], &sign = pair.sign[side];
        for (std::int64_t row = 0; row < rows; row++)
            for (std::int64_t i = 0; i < d; i++) {
                const std::int64_t element = (batch * rows + row) * d + i;
                const double scale = pair.scale[side].as<double>()[scale_at(options, pair, side, batch, row, i)];
                const auto to = std::size_t(i * levels + level.as<std::int32_t>()[element]);
                squares[to] += scale * scale;
                signs[to] += sign.memory ? scale * sign.as<std::int8_t>()[element] : scale;
            }
    }
};

// out[x][y] += the sum over d of a[d][x] * b[d][y].
void add_products(const std::vector<double> &a, const std::vector<double> &b, std::int64_t d, std::int64_t levels,
                  std::vector<double> &out) {
    for (std::int64_t i = 0; i < d; i++) {
        check_cancelled();
        const double *left = a.data() + i * levels, *right = b.data() + i * levels;
        for (std::int64_t x = 0; x < levels; x++) {
            if (left[x] == 0) continue;
            double *row = out.data() + x * levels;
            for (std::int64_t y = 0; y < levels; y++) row[y] += left[x] * right[y];
        }
    }
}

// Makes the weights of one pair. An output's error is a sum over inner indices: its mean square is the sum of those of
// the terms, and of the products of different ones. Signs make the latter small but for the mean error over all
// outputs; without signs each row of a and of b has a mean error of its own, which a few rows stand for
// (docs/search.md).
class PairWeights {
public:
    PairWeights(const scmp_matmul_options &options, const OperandPair &pair)
        : options_(options), pair_(pair), ideal_(options), levels_(ideal_.levels()) {
        out_.square.assign(std::size_t(levels_ * levels_), 0);
        const std::int64_t batches = pair.batches();
        std::vector<double> all(out_.square.size(), 0);
        for (std::int64_t batch = 0; batch < batches; batch++) {
            const Histogram a(options, pair, 0, batch, levels_), b(options, pair, 1, batch, levels_);
            add_products(a.squares, b.squares, pair.d(), levels_, out_.square);
            std::vector<double> mean(out_.square.size(), 0);
            add_products(a.signs, b.signs, pair.d(), levels_, mean);
            for (std::size_t i = 0; i < all.size(); i++) all[i] += mean[i];
            if (options.mode == SCMP_MODE_UNIPOLAR) {
                add_rows(0, batch, batches, b.signs, {});
                add_rows(1, batch, batches, a.signs, mean);
            }
        }
        if (options.mode == SCMP_MODE_BIPOLAR) add(std::move(all), 1 / double(pair.exact.size()));
        scale();
    }

    LevelWeights take() { return std::move(out_); }

private:
    static constexpr std::int64_t sampled = 8;

    // The square of this sum of errors comes `times` times, but for the share of an inner index with itself.
    void add(std::vector<double> sum, double times) {
        const auto d = double(pair_.d());
        const double factor = std::sqrt(times * (d - 1) / d);
        for (double &weight : sum) weight *= factor;
        out_.sums.push_back(std::move(sum));
    }

    // The sampled rows of one side that are in this batch entry: the mean error of their outputs, less `mean` of all.
    void add_rows(int side, std::int64_t batch, std::int64_t batches, const std::vector<double> &other,
                  const std::vector<double> &mean) {
        const std::int64_t count = pair_.rows(side), outputs = pair_.rows(1 - side), all = batches * count;
        const std::int64_t taken = std::min(sampled, all), d = pair_.d();
        for (std::int64_t k = 0; k < taken; k++) {
            const std::int64_t row = (2 * k + 1) * all / (2 * taken);
            if (row / count != batch) continue;
            std::vector<double> sum(out_.square.size(), 0);
            for (std::size_t i = 0; i < mean.size(); i++) sum[i] = -mean[i] / double(count);
            for (std::int64_t i = 0; i < d; i++) {
                const std::int64_t level = pair_.level[side].as<std::int32_t>()[row * d + i];
                const double scale =
                    pair_.scale[side].as<double>()[scale_at(options_, pair_, side, batch, row % count, i)];
                for (std::int64_t q = 0; q < levels_; q++)
                    sum[std::size_t(side == 0 ? level * levels_ + q : q * levels_ + level)] +=
                        scale * other[std::size_t(i * levels_ + q)];
            }
            add(std::move(sum), double(all) / double(taken) / double(outputs));
        }
    }

    void scale() {
        double squares = 0;
        std::vector<double> errors(out_.sums.size(), 0);
        for (std::int64_t x = 0; x < levels_; x++)
            for (std::int64_t y = 0; y < levels_; y++) {
                const double error = std::round(ideal_(x, y)) - ideal_(x, y);
                const auto i = std::size_t(x * levels_ + y);
                squares += out_.square[i] * error * error;
                for (std::size_t t = 0; t < out_.sums.size(); t++) errors[t] += out_.sums[t][i] * error;
            }
        double nearest = squares;
        for (const double error : errors) nearest += error * error;
        if (!(nearest > 0 && std::isfinite(nearest)))
            fail(SCMP_ERROR_INVALID_ARGUMENT, pair_.name, ": nearest-integer counts have ",
                 nearest == 0 ? "no error" : "an error that is no finite number",
                 ", so that there is nothing to search for");
        for (double &weight : out_.square) weight /= nearest;
        for (std::vector<double> &sum : out_.sums)
            for (double &weight : sum) weight /= std::sqrt(nearest);
    }

    const scmp_matmul_options &options_;
    const OperandPair &pair_;
    Ideal ideal_;
    std::int64_t levels_;
    LevelWeights out_;
};

} // namespace

LevelWeights pair_weights(const scmp_matmul_options &options, const OperandPair &pair) {
    return PairWeights(options, pair).take();
}

double Weights::cost(double square_sum, const double *sums) const noexcept {
    double total = square_sum + square_offset;
    for (std::size_t t = 0; t < sum_offset.size(); t++) {
        const double error = sums[t] + sum_offset[t];
        total += error * error;
    }
    return total;
}

Weights by_boundary(const scmp_matmul_options &options, const LevelWeights &weights) {
    const std::vector<double> &square = weights.square;
    const std::vector<std::vector<double>> &sums = weights.sums;
    const Ideal ideal(options);
    const std::int64_t levels = ideal.levels();
    Array of_level = make_array(SCMP_DTYPE_I32, {levels});
    check(scmp_level_boundaries(&options, &of_level.view));
    Weights out;
    std::vector<std::size_t> place(std::size_t(levels), 0);
    for (std::int64_t q = 0; q < levels; q++) {
        const std::int32_t boundary = of_level.as<std::int32_t>()[q];
        if (out.boundary.empty() || out.boundary.back() != boundary) out.boundary.push_back(boundary);
        place[std::size_t(q)] = out.boundary.size() - 1;
    }
    const std::size_t size = out.boundary.size(), cells = size * size;
    out.square.assign(cells, 0);
    out.target.assign(cells, 0);
    out.sum.assign(cells * sums.size(), 0);
    out.sum_offset.assign(sums.size(), 0);
    std::vector<double> members(cells, 0), unweighted(cells, 0);
    const auto for_cells = [&](auto &&body) {
        for (std::int64_t x = 0; x < levels; x++)
            for (std::int64_t y = 0; y < levels; y++)
                body(std::size_t(x * levels + y), place[std::size_t(x)] * size + place[std::size_t(y)], ideal(x, y));
    };
    for_cells([&](std::size_t level, std::size_t cell, double target) {
        out.square[cell] += square[level];
        out.target[cell] += square[level] * target;
        members[cell]++;
        unweighted[cell] += target;
    });
    for (std::size_t cell = 0; cell < cells; cell++)
        out.target[cell] =
            out.square[cell] > 0 ? out.target[cell] / out.square[cell] : unweighted[cell] / members[cell];
    for_cells([&](std::size_t level, std::size_t cell, double target) {
        const double off = target - out.target[cell];
        out.square_offset += square[level] * off * off;
        for (std::size_t t = 0; t < sums.size(); t++) {
            out.sum[t * cells + cell] += sums[t][level];
            out.sum_offset[t] -= sums[t][level] * off;
        }
    });
    return out;
}

} // namespace cli::search
