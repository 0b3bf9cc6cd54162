// Operands as weights of count-table errors; see search_problem.h.
#include "search_problem.h"

#include <algorithm>
#include <cmath>

#include "accuracy.h"
#include "failure.h"

namespace cli {
namespace {

std::size_t at(const scmp_matmul_options &options, const OperandPair &pair, int side, std::int64_t batch,
               std::int64_t row, std::int64_t d) {
    const scmp_tensor &x = side == 0 ? pair.a.view : pair.b.view;
    return scale_index(options, x.shape[x.rank - 2], batch, row, options.chunk_d > 0 ? d / options.chunk_d : 0);
}

// The ideal count of two levels (Spec 4 and 5: a product of q_max and q_max is worth L ones).
class Ideal {
public:
    explicit Ideal(const scmp_matmul_options &options)
        : levels_((std::int64_t(1) << (options.sc_prec - (options.mode == SCMP_MODE_BIPOLAR ? 1 : 0)))),
          length_(options.stoc_len) {}

    std::int64_t levels() const noexcept { return levels_; }
    double operator()(std::int64_t x, std::int64_t y) const noexcept {
        const auto largest = double(levels_ - 1);
        return double(x * y) * length_ / (largest * largest);
    }

private:
    std::int64_t levels_;
    double length_;
};

// --- quantized operands --------------------------------------------------------------------------------------------

scmp_quantized views(OperandPair &pair, int side, bool bipolar) {
    scmp_quantized out;
    scmp_quantized_init(&out);
    out.scale = &pair.scale[side].view;
    out.zero_point = bipolar ? nullptr : &pair.zero_point[side].view;
    out.row_sum = bipolar ? nullptr : &pair.row_sum[side].view;
    return out;
}

void quantize(Session &session, const scmp_matmul_options &options, OperandPair &pair) {
    const bool bipolar = options.mode == SCMP_MODE_BIPOLAR;
    for (const int side : {0, 1}) {
        const scmp_tensor &x = side == 0 ? pair.a.view : pair.b.view;
        const scmp_side which = side == 0 ? SCMP_SIDE_LEFT : SCMP_SIDE_RIGHT;
        scmp_tensor scale_shape;
        check(scmp_scale_shape(&x, which, &options, &scale_shape));
        pair.level[side] = make_array(SCMP_DTYPE_I32, shape_of(x));
        pair.scale[side] = make_array(SCMP_DTYPE_F64, shape_of(scale_shape));
        if (bipolar) {
            pair.sign[side] = make_array(SCMP_DTYPE_I8, shape_of(x));
        } else {
            auto rows = shape_of(x);
            rows.pop_back();
            pair.zero_point[side] = make_array(SCMP_DTYPE_F64, shape_of(scale_shape));
            pair.row_sum[side] = make_array(SCMP_DTYPE_I64, rows);
        }
        scmp_quantized out = views(pair, side, bipolar);
        out.level = &pair.level[side].view;
        if (bipolar) out.sign = &pair.sign[side].view;
        check(scmp_quantize(session.ctx(), &x, which, &options, nullptr, &out), which == SCMP_SIDE_LEFT ? "a" : "b");
    }
}

// Levels with their signs.
std::vector<std::int32_t> signed_levels(const OperandPair &pair, int side) {
    const Array &level = pair.level[side], &sign = pair.sign[side];
    std::vector<std::int32_t> out(element_count(level.view));
    for (std::size_t i = 0; i < out.size(); i++)
        out[i] = level.as<std::int32_t>()[i] * (sign.memory ? sign.as<std::int8_t>()[i] : 1);
    return out;
}

// The product with the nearest integer to every ideal count in place of counts.
std::vector<float> nearest_product(Session &session, const scmp_matmul_options &options, OperandPair &pair) {
    const Ideal ideal(options);
    const std::int64_t levels = ideal.levels(), d = pair.d();
    std::vector<std::int32_t> count(std::size_t(levels * levels));
    for (std::int64_t x = 0; x < levels; x++)
        for (std::int64_t y = 0; y < levels; y++)
            count[std::size_t(x * levels + y)] = std::int32_t(std::lround(ideal(x, y)));
    const auto a = signed_levels(pair, 0), b = signed_levels(pair, 1);
    const std::int64_t batches = pair.a.view.rank == 3 ? pair.a.view.shape[0] : 1;
    const std::int64_t rows = pair.a.view.shape[pair.a.view.rank - 2],
                       columns = pair.b.view.shape[pair.b.view.rank - 2];
    const bool chunked = options.chunk_d > 0 && options.chunk_d < d;
    const std::int64_t chunk = chunked ? options.chunk_d : std::max<std::int64_t>(d, 1);
    auto shape = shape_of(pair.a.view);
    shape.back() = columns;
    const Array y = make_array(SCMP_DTYPE_F32, shape);
    if (chunked) shape.insert(shape.begin(), (d + chunk - 1) / chunk);
    const Array sums = make_array(SCMP_DTYPE_I64, shape);
    std::fill_n(sums.as<std::int64_t>(), element_count(sums.view), 0);
    for (std::int64_t n = 0; n < batches * rows; n++) {
        check_cancelled();
        session.progress().show(double(n) / double(batches * rows));
        for (std::int64_t m = 0; m < columns; m++) {
            const std::int32_t *left = a.data() + n * d, *right = b.data() + (n / rows * columns + m) * d;
            for (std::int64_t i = 0; i < d; i++) {
                const std::int64_t c = count[std::size_t(std::abs(left[i]) * levels + std::abs(right[i]))];
                sums.as<std::int64_t>()[(i / chunk * batches * rows + n) * columns + m] +=
                    (left[i] < 0) != (right[i] < 0) ? -c : c;
            }
        }
    }
    const bool bipolar = options.mode == SCMP_MODE_BIPOLAR;
    const scmp_quantized qa = views(pair, 0, bipolar), qb = views(pair, 1, bipolar);
    check(scmp_dequantize(session.ctx(), &sums.view, &qa, &qb, d, &options, &y.view));
    return {y.as<float>(), y.as<float>() + element_count(y.view)};
}

OperandPair read_pair(Session &session, const scmp_matmul_options &options, const std::string &a,
                      const std::string &b) {
    OperandPair pair;
    pair.name = a + " x " + b;
    pair.a = read_npy(a);
    pair.b = read_npy(b);
    const scmp_tensor &left = pair.a.view, &right = pair.b.view;
    if (left.rank != right.rank || (left.rank != 2 && left.rank != 3) ||
        (left.rank == 3 && left.shape[0] != right.shape[0]))
        fail(SCMP_ERROR_INVALID_SHAPE, a, " has shape ", shape_text(left), ", ", b, " has shape ", shape_text(right),
             "; (N, D) and (M, D), or (BH, N, D) and (BH, M, D) are needed");
    if (left.shape[left.rank - 1] != right.shape[right.rank - 1])
        fail(SCMP_ERROR_D_MISMATCH, b, " has D = ", right.shape[right.rank - 1], ", ", a, " has D = ", pair.d());
    quantize(session, options, pair);
    pair.exact = exact_product(session, widen(session, left, "a"), widen(session, right, "b"));
    pair.quantized_db = compare(pair.exact, quantized_product(session, left, right, options)).sqnr_db;
    pair.nearest_db = compare(pair.exact, nearest_product(session, options, pair).data()).sqnr_db;
    if (!std::isfinite(pair.nearest_db))
        fail(SCMP_ERROR_INVALID_ARGUMENT, pair.name, " has no error to make smaller: is an operand all zero?");
    return pair;
}

// --- weights -------------------------------------------------------------------------------------------------------

// For each inner index how much each level weighs: squares of scales, and scales with signs.
struct Histogram {
    std::vector<double> squares, signs; // (D, levels)

    Histogram(const scmp_matmul_options &options, const OperandPair &pair, int side, std::int64_t batch,
              std::int64_t levels)
        : squares(std::size_t(pair.d() * levels), 0), signs(squares) {
        const scmp_tensor &x = side == 0 ? pair.a.view : pair.b.view;
        const std::int64_t rows = x.shape[x.rank - 2], d = pair.d();
        const Array &level = pair.level[side], &sign = pair.sign[side];
        for (std::int64_t row = 0; row < rows; row++)
            for (std::int64_t i = 0; i < d; i++) {
                const std::int64_t element = (batch * rows + row) * d + i;
                const double scale = pair.scale[side].as<double>()[at(options, pair, side, batch, row, i)];
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

// Weights of one pair over levels, such that its nearest-integer counts cost 1. An output's error is a sum over inner
// indices: its mean square is the sum of those of the terms, and of the products of different ones. Signs make the
// latter small but for the mean error over all outputs; without signs each row of a and of b has a mean error of its
// own, which a few rows stand for (docs/search.md).
class LevelWeights {
public:
    std::vector<double> square;
    std::vector<std::vector<double>> sums; // each squared

    LevelWeights(const scmp_matmul_options &options, const OperandPair &pair)
        : options_(options), pair_(pair), ideal_(options), levels_(ideal_.levels()) {
        square.assign(std::size_t(levels_ * levels_), 0);
        const std::int64_t batches = pair.a.view.rank == 3 ? pair.a.view.shape[0] : 1;
        std::vector<double> all(square.size(), 0);
        for (std::int64_t batch = 0; batch < batches; batch++) {
            const Histogram a(options, pair, 0, batch, levels_), b(options, pair, 1, batch, levels_);
            add_products(a.squares, b.squares, pair.d(), levels_, square);
            std::vector<double> mean(square.size(), 0);
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

private:
    static constexpr std::int64_t sampled = 8;

    std::int64_t rows(int side) const noexcept {
        const scmp_tensor &x = side == 0 ? pair_.a.view : pair_.b.view;
        return x.shape[x.rank - 2];
    }

    // The square of this sum of errors comes `times` times, but for the share of an inner index with itself.
    void add(std::vector<double> sum, double times) {
        const auto d = double(pair_.d());
        const double factor = std::sqrt(times * (d - 1) / d);
        for (double &weight : sum) weight *= factor;
        sums.push_back(std::move(sum));
    }

    // The sampled rows of one side that are in this batch entry: the mean error of their outputs, less `mean` of all.
    void add_rows(int side, std::int64_t batch, std::int64_t batches, const std::vector<double> &other,
                  const std::vector<double> &mean) {
        const std::int64_t count = rows(side), outputs = rows(1 - side), all = batches * count;
        const std::int64_t taken = std::min(sampled, all), d = pair_.d();
        for (std::int64_t k = 0; k < taken; k++) {
            const std::int64_t row = (2 * k + 1) * all / (2 * taken);
            if (row / count != batch) continue;
            std::vector<double> sum(square.size(), 0);
            for (std::size_t i = 0; i < mean.size(); i++) sum[i] = -mean[i] / double(count);
            for (std::int64_t i = 0; i < d; i++) {
                const std::int64_t level = pair_.level[side].as<std::int32_t>()[row * d + i];
                const double scale = pair_.scale[side].as<double>()[at(options_, pair_, side, batch, row % count, i)];
                for (std::int64_t q = 0; q < levels_; q++)
                    sum[std::size_t(side == 0 ? level * levels_ + q : q * levels_ + level)] +=
                        scale * other[std::size_t(i * levels_ + q)];
            }
            add(std::move(sum), double(all) / double(taken) / double(outputs));
        }
    }

    void scale() {
        double squares = 0;
        std::vector<double> errors(sums.size(), 0);
        for (std::int64_t x = 0; x < levels_; x++)
            for (std::int64_t y = 0; y < levels_; y++) {
                const double error = std::round(ideal_(x, y)) - ideal_(x, y);
                const auto i = std::size_t(x * levels_ + y);
                squares += square[i] * error * error;
                for (std::size_t t = 0; t < sums.size(); t++) errors[t] += sums[t][i] * error;
            }
        double nearest = squares;
        for (const double error : errors) nearest += error * error;
        if (!(nearest > 0 && std::isfinite(nearest)))
            fail(SCMP_ERROR_INVALID_ARGUMENT, pair_.name, ": nearest-integer counts have ",
                 nearest == 0 ? "no error" : "an error that is no finite number",
                 ", so that there is nothing to search for");
        for (double &weight : square) weight /= nearest;
        for (std::vector<double> &sum : sums)
            for (double &weight : sum) weight /= std::sqrt(nearest);
    }

    const scmp_matmul_options &options_;
    const OperandPair &pair_;
    Ideal ideal_;
    std::int64_t levels_;
};

// From levels to boundaries, of which several levels may have the same.
Weights by_boundary(const scmp_matmul_options &options, const std::vector<double> &square,
                    const std::vector<std::vector<double>> &sums) {
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

// L and G as a product of these options has them.
void resolve(Session &session, scmp_matmul_options &options) {
    const Array a =
        make_array(SCMP_DTYPE_F32, options.granularity == SCMP_GRANULARITY_PER_HEAD ? std::vector<std::int64_t>{1, 0, 1}
                                                                                    : std::vector<std::int64_t>{0, 1});
    const Array y =
        make_array(SCMP_DTYPE_F32, options.granularity == SCMP_GRANULARITY_PER_HEAD ? std::vector<std::int64_t>{1, 0, 0}
                                                                                    : std::vector<std::int64_t>{0, 0});
    scmp_report report;
    scmp_report_init(&report);
    options.report = &report;
    check(scmp_matmul(session.ctx(), &a.view, &a.view, &options, &y.view));
    options.report = nullptr;
    options.stoc_len = report.stoc_len;
    options.rng_levels = report.rng_levels;
    options.halve = 0;
    options.scramble = SCMP_SCRAMBLE_OFF;
}

} // namespace

double Weights::cost(double square_sum, const double *sums) const noexcept {
    double total = square_sum + square_offset;
    for (std::size_t t = 0; t < sum_offset.size(); t++) {
        const double error = sums[t] + sum_offset[t];
        total += error * error;
    }
    return total;
}

Config search_config(scmp_ctx *ctx, std::int32_t sc_prec, const Candidate &candidate) {
    scmp_generator pool[2];
    for (scmp_generator &generator : pool) scmp_generator_init(&generator);
    pool[1].sobol_seeds = candidate.seeds.data();
    pool[1].sobol_seed_count = std::int32_t(candidate.seeds.size());
    pool[1].sobol_start = candidate.start;
    const scmp_element left{0, 0, nullptr}, right{1, 0, nullptr};
    scmp_config_desc desc;
    scmp_config_desc_init(&desc);
    desc.sc_prec = sc_prec;
    desc.generators = pool;
    desc.generator_count = 2;
    desc.left = &left;
    desc.right = &right;
    desc.left_count = desc.right_count = 1;
    desc.uniform = 1;
    desc.scramble = SCMP_SCRAMBLE_OFF;
    Config config;
    check(scmp_config_create(ctx, &desc, config.out()));
    return config;
}

Problem make_problem(Session &session, const scmp_matmul_options &options, const std::vector<std::string> &operands) {
    Problem problem{options, {}, {}, 0};
    resolve(session, problem.options);
    const Ideal ideal(problem.options);
    const auto cells = std::size_t(ideal.levels() * ideal.levels());
    std::vector<double> square(cells, 0);
    std::vector<std::vector<double>> sums;
    const double pairs = double(operands.size() / 2);
    for (std::size_t i = 0; i + 1 < operands.size(); i += 2) {
        session.progress().part(double(i / 2) / pairs, double(i / 2 + 1) / pairs);
        problem.pairs.push_back(read_pair(session, problem.options, operands[i], operands[i + 1]));
        LevelWeights of(problem.options, problem.pairs.back());
        for (std::size_t cell = 0; cell < cells; cell++) square[cell] += of.square[cell] / pairs;
        for (std::vector<double> &sum : of.sums) {
            for (double &weight : sum) weight /= std::sqrt(pairs);
            sums.push_back(std::move(sum));
        }
    }
    if (operands.empty()) {
        double nearest = 0;
        for (std::int64_t x = 0; x < ideal.levels(); x++)
            for (std::int64_t y = 0; y < ideal.levels(); y++)
                nearest += std::pow(std::round(ideal(x, y)) - ideal(x, y), 2);
        if (nearest == 0)
            wrong_usage("nearest-integer counts have no error here, so that there is nothing to search for");
        std::fill(square.begin(), square.end(), 1 / nearest);
        problem.nearest_rms = std::sqrt(nearest / double(cells));
    }
    problem.weights = by_boundary(problem.options, square, sums);
    return problem;
}

double product_db(Session &session, const Problem &problem, const scmp_config *config) {
    double total = 0;
    scmp_matmul_options options = problem.options;
    options.config = config;
    options.scramble = SCMP_SCRAMBLE_NOT_GIVEN;
    for (const OperandPair &pair : problem.pairs) {
        auto shape = shape_of(pair.a.view);
        shape.back() = pair.b.view.shape[pair.b.view.rank - 2];
        const Array y = make_array(SCMP_DTYPE_F32, shape);
        check(scmp_matmul(session.ctx(), &pair.a.view, &pair.b.view, &options, &y.view));
        total += compare(pair.exact, y.as<float>()).sqnr_db;
    }
    return total / double(problem.pairs.size());
}

} // namespace cli
