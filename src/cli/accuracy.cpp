// How far a product is from the exact one; see accuracy.h.
#include "accuracy.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "failure.h"
#include "signals.h"

namespace cli {
namespace {

std::vector<double> transposed(const double *values, std::int64_t rows, std::int64_t d) {
    std::vector<double> out(std::size_t(rows * d));
    for (std::int64_t m = 0; m < rows; m++)
        for (std::int64_t i = 0; i < d; i++) out[std::size_t(i * rows + m)] = values[m * d + i];
    return out;
}

// y[n][m] += the sum over inner indices first..last of a[n][d] * bt[d][m], with d ascending. `rows` are those of a,
// `columns` those of b; these are the shares `from` to `to` of all the work.
struct Product {
    const double *a, *bt;
    std::int64_t rows, columns, d;
    double *y;
};

void accumulate(const Product &p, std::int64_t first, std::int64_t last, const Advance &advance, double from,
                double to) {
    constexpr std::int64_t block = 4; // rows that share one pass over bt
    for (std::int64_t n = 0; n < p.rows; n += block) {
        check_cancelled();
        advance(from + (to - from) * double(n) / double(p.rows));
        const std::int64_t end = std::min(n + block, p.rows);
        for (std::int64_t i = first; i < last; i++)
            for (std::int64_t row = n; row < end; row++) {
                const double left = p.a[row * p.d + i];
                const double *right = p.bt + i * p.columns;
                double *out = p.y + row * p.columns;
                for (std::int64_t m = 0; m < p.columns; m++) out[m] += left * right[m];
            }
    }
}

// One operand after quantization.
struct Levels {
    Operand centred;           // signed levels, or levels less their zero point: integers
    std::vector<double> scale; // of the scale shape
};

std::int64_t chunk_size(const scmp_matmul_options &options, std::int64_t d) {
    return options.chunk_d > 0 ? std::min(options.chunk_d, std::max<std::int64_t>(d, 1)) : std::max<std::int64_t>(d, 1);
}

Levels quantized(scmp_ctx *ctx, const scmp_tensor &x, scmp_side side, const scmp_matmul_options &options) {
    scmp_tensor scale_shape;
    check(scmp_scale_shape(&x, side, &options, &scale_shape));
    const bool bipolar = options.mode == SCMP_MODE_BIPOLAR;
    const Array level = make_array(SCMP_DTYPE_I32, shape_of(x)), sign = make_array(SCMP_DTYPE_I8, shape_of(x));
    const Array scale = make_array(SCMP_DTYPE_F64, shape_of(scale_shape)),
                zero = make_array(SCMP_DTYPE_F64, shape_of(scale_shape));
    scmp_quantized out;
    scmp_quantized_init(&out);
    out.level = &level.view;
    out.scale = &scale.view;
    if (bipolar) out.sign = &sign.view;
    if (!bipolar) out.zero_point = &zero.view;
    check(scmp_quantize(ctx, &x, side, &options, nullptr, &out), side == SCMP_SIDE_LEFT ? "a" : "b");

    Levels levels;
    Operand &centred = levels.centred;
    centred.batch = x.rank == 3 ? x.shape[0] : 1;
    centred.rows = x.shape[x.rank - 2];
    centred.d = x.shape[x.rank - 1];
    centred.values.resize(element_count(x));
    levels.scale.assign(scale.as<double>(), scale.as<double>() + element_count(scale.view));
    const auto index_of_row = [&](std::size_t i) {
        const std::int64_t line = std::int64_t(i) / centred.d;
        return scale_index(options, centred.rows, line / centred.rows, line % centred.rows, 0);
    };
    for (std::size_t i = 0; i < centred.values.size(); i++) {
        const double value = level.as<std::int32_t>()[i];
        centred.values[i] = bipolar ? value * sign.as<std::int8_t>()[i] : value - zero.as<double>()[index_of_row(i)];
    }
    return levels;
}

// Sums of squares of numbers that are multiplied by a power of two first.
struct Energies {
    double reference = 0, error = 0;
    double largest = 0; // magnitude, before

    template <class Result> Energies(const std::vector<double> &exact, const Result &result, int exponent) {
        for (std::size_t i = 0; i < exact.size(); i++) {
            const double value = std::ldexp(exact[i], exponent);
            const double difference = std::ldexp(double(result[i]) - exact[i], exponent);
            reference += value * value;
            error += difference * difference;
            largest = std::max({largest, std::abs(exact[i]), std::abs(double(result[i]) - exact[i])});
        }
    }
    // Neither sum is beyond what a double holds, nor lost most of its digits below.
    bool fit() const noexcept {
        const auto good = [](double sum) { return sum == 0 || (sum > 1e-290 && std::isfinite(sum)); };
        return good(reference) && good(error) && (largest == 0 || reference > 0 || error > 0);
    }
};

template <class Result> Errors errors_of(const std::vector<double> &reference, const Result &result) {
    Energies energies(reference, result, 0);
    int exponent = 0;
    if (!energies.fit() && energies.largest > 0 && std::isfinite(energies.largest)) {
        exponent = -std::ilogb(energies.largest);
        energies = Energies(reference, result, exponent);
    }
    // 0/0 stays NaN, and is shown as nothing; so is the ratio of nothing to an error.
    Errors errors;
    errors.mse = std::ldexp(energies.error / double(reference.size()), -2 * exponent);
    errors.relative = std::sqrt(energies.error / energies.reference);
    errors.sqnr_db = energies.reference == 0 ? std::numeric_limits<double>::quiet_NaN()
                                             : 10 * std::log10(energies.reference / energies.error);
    return errors;
}

} // namespace

std::size_t scale_index(const scmp_matmul_options &options, std::int64_t rows, std::int64_t batch, std::int64_t row,
                        std::int64_t chunk) {
    if (options.granularity == SCMP_GRANULARITY_PER_TENSOR) return 0;
    if (options.granularity == SCMP_GRANULARITY_PER_HEAD) return std::size_t(batch);
    return std::size_t((batch + chunk) * rows + row); // chunks are for 2-D operands only
}

// Division by one widens: the library does it in the wider type of the two, exactly.
Operand widen(scmp_ctx *ctx, const scmp_tensor &view, const char *name) {
    if (view.rank != 2 && view.rank != 3)
        fail(SCMP_ERROR_INVALID_SHAPE, name, " has shape ", shape_text(view), ", two or three dimensions are needed");
    Operand out;
    out.batch = view.rank == 3 ? view.shape[0] : 1;
    out.rows = view.shape[view.rank - 2];
    out.d = view.shape[view.rank - 1];
    out.values.resize(element_count(view));
    const std::vector<double> ones(std::size_t(out.d), 1.0);
    const scmp_tensor scales = scmp_tensor_1d(SCMP_DTYPE_F64, ones.data(), out.d);
    const scmp_tensor target = scmp_tensor_nd(SCMP_DTYPE_F64, out.values.data(), view.rank, view.shape);
    check(scmp_smooth_activation(ctx, &view, &scales, &target), name);
    return out;
}

std::vector<double> exact_product(const Operand &a, const Operand &b, const Advance &advance) {
    std::vector<double> y(std::size_t(a.batch * a.rows * b.rows));
    for (std::int64_t batch = 0; batch < a.batch; batch++) {
        const auto bt = transposed(b.values.data() + batch * b.rows * b.d, b.rows, b.d);
        const Product product{a.values.data() + batch * a.rows * a.d, bt.data(), a.rows, b.rows, a.d,
                              y.data() + batch * a.rows * b.rows};
        accumulate(product, 0, a.d, advance, double(batch) / double(a.batch), double(batch + 1) / double(a.batch));
    }
    return y;
}

// Sums of levels are integers below 2^53 (levels below 2^10, D below 2^31): doubles hold them exactly.
std::vector<double> quantized_product(scmp_ctx *ctx, const scmp_tensor &a, const scmp_tensor &b,
                                      const scmp_matmul_options &options, const Advance &advance) {
    const Levels left = quantized(ctx, a, SCMP_SIDE_LEFT, options), right = quantized(ctx, b, SCMP_SIDE_RIGHT, options);
    const std::int64_t batches = left.centred.batch, n_count = left.centred.rows, m_count = right.centred.rows;
    const std::int64_t d = left.centred.d, chunk = chunk_size(options, d);
    std::vector<double> y(std::size_t(batches * n_count * m_count));
    std::vector<double> sums(std::size_t(n_count * m_count));
    for (std::int64_t batch = 0; batch < batches; batch++) {
        const auto bt = transposed(right.centred.values.data() + batch * m_count * d, m_count, d);
        const Product product{
            left.centred.values.data() + batch * n_count * d, bt.data(), n_count, m_count, d, sums.data()};
        for (std::int64_t first = 0; first < d; first += chunk) {
            const std::int64_t last = std::min(first + chunk, d);
            std::fill(sums.begin(), sums.end(), 0.0);
            const double all = double(batches) * double(d), before = double(batch) * double(d);
            accumulate(product, first, last, advance, (before + double(first)) / all, (before + double(last)) / all);
            for (std::int64_t n = 0; n < n_count; n++)
                for (std::int64_t m = 0; m < m_count; m++) {
                    const double sa = left.scale[scale_index(options, n_count, batch, n, first / chunk)];
                    const double sb = right.scale[scale_index(options, m_count, batch, m, first / chunk)];
                    y[std::size_t((batch * n_count + n) * m_count + m)] +=
                        sums[std::size_t(n * m_count + m)] * (sa * sb);
                }
        }
    }
    return y;
}

Errors compare(const std::vector<double> &reference, const std::vector<double> &result) {
    return errors_of(reference, result);
}

Errors compare(const std::vector<double> &reference, const float *result) {
    return errors_of(reference, result);
}

} // namespace cli
