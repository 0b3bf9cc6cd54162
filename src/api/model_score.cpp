// Scoring many right generators at once (section 5 of scmp_model.h).
#include <algorithm>
#include <array>

#include "api/c_boundary.h"
#include "api/stages.h"
#include "api/stream_spec.h"
#include "base/sized_struct.h"
#include "model/score.h"
#include "scmp/scmp_model.h"

namespace scmp::api {
namespace {

// Numbers of weights that one call holds: 1 GiB of them.
constexpr std::int64_t most_weights = std::int64_t(1) << 27;

struct Weights {
    Vector<std::uint16_t> x, y;
    Buffer<double> target, square, sum;
    std::int64_t sums = 0;

    Weights(const scmp_score_weights &given, const streams::StreamShape &shape, Memory &memory)
        : x(ascending(given.x, "x", shape.rng_levels, memory)), y(ascending(given.y, "y", shape.rng_levels, memory)) {
        const std::int64_t rows = std::ssize(x), columns = std::ssize(y);
        if (given.sum != nullptr) {
            const View view = input(given.sum, "sum", floats);
            if (view.rank != 3 || view.shape[1] != rows || view.shape[2] != columns)
                fail(SCMP_ERROR_INVALID_SHAPE, "sum has shape %s, it must be (T, %lld, %lld)", ShapeText(view).text,
                     ll(rows), ll(columns));
            sums = view.shape[0];
        }
        if (rows > 0 && columns > 0 && (sums > most_weights || (sums + 2) > most_weights / (rows * columns)))
            fail(SCMP_ERROR_INVALID_SHAPE, "%lld x %lld pairs of boundaries and %lld sums are more than 2^27 weights",
                 ll(rows), ll(columns), ll(sums));
        target = matrix(given.target, "target", memory);
        square = matrix(given.square, "square", memory);
        if (given.target == nullptr) ideal_counts(shape);
        if (given.square == nullptr) std::fill_n(square.data(), square.size(), 1.0);
        for (const double &weight : square.span())
            if (weight < 0)
                fail(SCMP_ERROR_INVALID_ARGUMENT, "square[%lld][%lld] = %g is negative",
                     ll((&weight - square.data()) / columns), ll((&weight - square.data()) % columns), weight);
        if (given.sum == nullptr) return;
        const View view = input(given.sum, "sum", floats);
        require_finite(view, {}, false, "sum");
        sum = floats_of<double>(view, memory);
    }

    model::ScoreWeights weights() const noexcept {
        return {x, y, target.span(), square.span(), sum.span(), std::size_t(sums)};
    }

private:
    static Vector<std::uint16_t> ascending(const scmp_tensor *given, const char *name, int rng_levels, Memory &memory) {
        if (given != nullptr && given->rank == 1 && given->shape[0] > std::int64_t(rng_levels) + 1)
            fail(SCMP_ERROR_INVALID_SHAPE, "%s has %lld boundaries, there are %d", name, ll(given->shape[0]),
                 rng_levels + 1);
        Vector<std::uint16_t> list = boundary_list(given, name, rng_levels, memory);
        for (std::size_t i = 1; i < list.size(); i++)
            if (list[i] <= list[i - 1])
                fail(SCMP_ERROR_INVALID_ARGUMENT, "%s[%zu] = %d does not ascend from %d", name, i, int(list[i]),
                     int(list[i - 1]));
        return list;
    }

    // Uninitialised where nothing is given.
    Buffer<double> matrix(const scmp_tensor *given, const char *name, Memory &memory) const {
        const std::array<std::int64_t, 2> shape = {std::ssize(x), std::ssize(y)};
        if (given == nullptr) return {memory, x.size() * y.size()};
        const View view = input(given, name, floats);
        check_shape(view, name, shape);
        require_finite(view, {}, false, name);
        return floats_of<double>(view, memory);
    }

    void ideal_counts(const streams::StreamShape &shape) noexcept {
        const double grid = shape.rng_levels, length = shape.stoc_len;
        double *out = target.data();
        for (const std::uint16_t left : x)
            // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): target has a place for each pair
            for (const std::uint16_t right : y) *out++ = double(left) * right * length / (grid * grid);
    }
};

// Outputs are written when every candidate was good.
struct Scores {
    Buffer<double> squares, sums;

    Scores(Memory &memory, std::size_t count, std::size_t width)
        : squares(memory, count), sums(memory, count * width) {}
};

} // namespace
} // namespace scmp::api

using namespace scmp;
using namespace scmp::api;

extern "C" {

void scmp_score_weights_init_sized(scmp_score_weights *weights, size_t size) {
    init_sized(weights, size, {});
}

scmp_status scmp_score_generators(scmp_ctx *ctx, const scmp_matmul_options *options, int64_t d,
                                  const scmp_generator *candidates, size_t count, const scmp_score_weights *weights,
                                  const scmp_tensor *squares, const scmp_tensor *sums) {
    return c_boundary([&] {
        const ProductSpec spec = stream_spec(ctx, options);
        const streams::StreamShape &shape = spec.streams;
        check_index(d);
        check_config_entries(spec, d, 1);
        if (count > SCMP_D_TIMES_L_MAX)
            fail(SCMP_ERROR_INVALID_ARGUMENT, "count = %zu is beyond %d", count, SCMP_D_TIMES_L_MAX);
        if (count > 0) require(candidates, "candidates");
        scmp_score_weights given;
        scmp_score_weights_init(&given);
        read_sized(weights, "weights", given);
        const Weights all(given, shape, ctx->memory);
        const std::array<std::int64_t, 2> size = {static_cast<std::int64_t>(count), all.sums};
        const View squares_view = output(squares, "squares", {SCMP_DTYPE_F32, SCMP_DTYPE_F64}, {size.data(), 1});
        View sums_view;
        if (sums != nullptr) {
            sums_view = output(sums, "sums", {SCMP_DTYPE_F32, SCMP_DTYPE_F64}, size);
            check_apart(sums_view, "sums", squares_view, "squares");
        }
        const struct {
            const char *name;
            const scmp_tensor *tensor;
        } inputs[] = {
            {"x", given.x}, {"y", given.y}, {"target", given.target}, {"square", given.square}, {"sum", given.sum}};
        for (const auto &[name, tensor] : inputs) {
            if (tensor == nullptr) continue;
            check_apart(squares_view, "squares", input(tensor, name), name);
            if (sums != nullptr) check_apart(sums_view, "sums", input(tensor, name), name);
        }

        Buffer<std::uint16_t> left(ctx->memory, std::size_t(shape.stoc_len)), right(ctx->memory, left.size());
        streams::sequence(*spec.config, shape, SCMP_SIDE_LEFT, d, left.span());
        model::Scorer scorer(left.span(), shape.rng_levels, all.weights(), ctx->memory);
        const auto width = std::size_t(all.sums);
        Scores scores(ctx->memory, count, width);
        const streams::Element &element = (*spec.config).element(SCMP_SIDE_RIGHT, d);
        for (std::size_t i = 0; i < count; i++) {
            const streams::Generator generator = streams::generator_from_array(candidates, shape.sc_prec, i);
            streams::sequence_of(generator, element, shape, d, right.span());
            scorer.score(right.span(), scores.squares[i], scores.sums.data() + i * width);
        }
        write_view(squares_view, scores.squares.data());
        if (sums != nullptr) write_view(sums_view, scores.sums.data());
    });
}

} // extern "C"
