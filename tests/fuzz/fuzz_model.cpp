// Any operands, options and arguments for the functions of scmp_model.h: an error with a sentence and outputs as they
// were, or numbers that agree with one another and are the same on every engine.
#include <string>

#include "options.h"

namespace {

constexpr std::initializer_list<scmp_dtype> draws = {SCMP_DTYPE_I32, SCMP_DTYPE_I16},
                                            sums = {SCMP_DTYPE_I32, SCMP_DTYPE_I64};

struct Operand {
    Tensor boundary, sign;
    scmp_quantized quantized;

    Operand(Bytes &bytes, std::int64_t rows, std::int64_t d, int most)
        : boundary(bytes, draws, {rows, d}, {Fill::whole, most}),
          sign(bytes, {SCMP_DTYPE_I8}, {rows, d}, {Fill::sign}) {
        scmp_quantized_init(&quantized);
        quantized.boundary = &boundary.view;
        quantized.sign = sign.maybe(bytes);
        if (bytes.rarely(64)) quantized.size = bytes.byte() % sizeof quantized;
    }
    Operand(const Operand &) = delete;
    Operand &operator=(const Operand &) = delete;
};

// What all functions with operands take.
struct Product {
    const Operand &a, &b;
    const scmp_matmul_options *options;
    std::int64_t d_offset, n, m, d, length;
};

// The text of a trace, by a writer that may have had enough.
struct Text {
    std::string text;
    long pieces_left = -1;

    static std::int32_t append(void *user, const char *piece, std::size_t length) {
        auto &self = *static_cast<Text *>(user);
        if (self.pieces_left == 0) return 1;
        self.pieces_left -= self.pieces_left > 0;
        self.text.append(piece, length);
        return 0;
    }
};

void trace(Bytes &bytes, const Engines &engines, const Product &p) {
    Tensor left(bytes, draws, {p.d, p.length}), bits(bytes, {SCMP_DTYPE_U8, SCMP_DTYPE_I8}, {p.n, p.m, p.d, p.length});
    Tensor position(bytes, draws, {p.n, p.d, p.length}), partial(bytes, draws, {p.n, p.m, p.d, p.length});
    Tensor sign(bytes, {SCMP_DTYPE_I8}, {p.n, p.m, p.d}), sum(bytes, sums, {p.n, p.m});
    scmp_trace out;
    scmp_trace_init(&out);
    out.left_draw = left.maybe(bytes);
    out.and_bit = bits.maybe(bytes);
    out.right_position = position.maybe(bytes);
    out.partial = partial.maybe(bytes);
    out.sign = sign.maybe(bytes);
    out.sum = sum.maybe(bytes);
    if (bytes.rarely(64)) out.size = bytes.byte() % sizeof out;
    const scmp_status status = engines.both({&left, &bits, &position, &partial, &sign, &sum}, [&](scmp_ctx *ctx) {
        return CALL(scmp_trace_arrays, ctx, &p.a.quantized, &p.b.quantized, p.options, p.d_offset, &out);
    });
    // What was written is what is compared with, in any strides; one bit that is another shows.
    scmp_ctx *ctx = engines.first.ctx;
    const auto compare = [&](scmp_divergence &divergence) {
        scmp_divergence_init(&divergence);
        return CALL(scmp_trace_compare, ctx, &p.a.quantized, &p.b.quantized, p.options, p.d_offset, &out, &divergence);
    };
    scmp_divergence divergence;
    const scmp_status compared = compare(divergence);
    if (status == SCMP_OK) require(compared == SCMP_OK && divergence.signal == SCMP_SIGNAL_NONE, "a trace is itself");
    if (status == SCMP_OK && out.sum != nullptr && !sum.empty()) {
        std::vector<std::uint8_t *> elements;
        sum.each([&](const std::uint8_t *element) { elements.push_back(const_cast<std::uint8_t *>(element)); });
        *elements[bytes.byte() % elements.size()] ^= 1;
        require(compare(divergence) == SCMP_OK && divergence.signal == SCMP_SIGNAL_SUM, "a wrong sum is found");
    }
    Text text;
    text.pieces_left = bytes.rarely(8) ? bytes.byte() % 8 : -1;
    const auto write = bytes.rarely(64) ? nullptr : &Text::append;
    const bool csv = bytes.byte() % 2 == 0;
    const scmp_status written =
        csv ? CALL(scmp_trace_csv, ctx, &p.a.quantized, &p.b.quantized, p.options, p.d_offset, write, &text)
            : CALL(scmp_trace_vcd, ctx, &p.a.quantized, &p.b.quantized, p.options, p.d_offset, write, &text);
    if (status == SCMP_OK && write != nullptr)
        require(written == SCMP_OK || (written == SCMP_ERROR_IO && text.pieces_left == 0), "a trace has a text");
}

void cycles(Bytes &bytes, const Engines &engines, const Product &p) {
    const std::int64_t count = bytes.number(0, 3);
    const Tensor list(bytes, draws, {count}, {Fill::whole, int(p.length)});
    Tensor all(bytes, sums, {count, p.n, p.m});
    engines.both({&all}, [&](scmp_ctx *ctx) {
        return CALL(scmp_progressive_counts, ctx, &p.a.quantized, &p.b.quantized, p.options, p.d_offset, &list.view,
                    &all.view);
    });
    std::int16_t ascending[] = {1, 2, std::int16_t(p.length)};
    scmp_tensor in_order = scmp_tensor_1d(SCMP_DTYPE_I16, ascending, 3);
    const scmp_tensor *numbers = p.length < 3 || bytes.rarely(4) ? &list.view : &in_order;
    const Tensor target(bytes, {SCMP_DTYPE_F64, SCMP_DTYPE_F32}, {p.n, p.m}, {Fill::real});
    Tensor when(bytes, draws, {p.n, p.m});
    const scmp_tensor *near = target.maybe(bytes);
    const double tolerance = bytes.pick({1.0, 0.0, 9.0, -1.0, double(INFINITY), std::nan("")});
    engines.both({&when}, [&](scmp_ctx *ctx) {
        return CALL(scmp_cycles_to_tolerance, ctx, &p.a.quantized, &p.b.quantized, p.options, p.d_offset, numbers, near,
                    tolerance, &when.view);
    });
}

void accumulators(Bytes &bytes, const Engines &engines, const Product &p) {
    scmp_accumulator accumulator;
    scmp_accumulator_init(&accumulator);
    accumulator.place = bytes.any({SCMP_ACCUMULATOR_PER_OUTPUT, SCMP_ACCUMULATOR_PER_INDEX, SCMP_ACCUMULATOR_ADDER_TREE,
                                   static_cast<scmp_accumulator_place>(3)});
    accumulator.overflow =
        bytes.pick({SCMP_OVERFLOW_WRAP, SCMP_OVERFLOW_SATURATE, SCMP_OVERFLOW_SATURATE, static_cast<scmp_overflow>(2)});
    accumulator.width = bytes.pick({32, 1, 3, 5, 8, 0, 33});
    accumulator.growth = bytes.pick({0, 1, 32, 33, -1});
    if (bytes.rarely(64)) accumulator.size = bytes.byte() % sizeof accumulator;
    Tensor sum(bytes, sums, {p.n, p.m}), overflows(bytes, sums, {p.n, p.m});
    Tensor levels(bytes, {SCMP_DTYPE_I64}, {scmp_adder_tree_levels(p.d)});
    const scmp_tensor *beyond = overflows.maybe(bytes);
    const scmp_tensor *of_levels = accumulator.place == SCMP_ACCUMULATOR_ADDER_TREE ? levels.maybe(bytes) : nullptr;
    engines.both({&sum, &overflows, &levels}, [&](scmp_ctx *ctx) {
        return CALL(scmp_accumulate, ctx, &p.a.quantized, &p.b.quantized, p.options, p.d_offset, &accumulator,
                    &sum.view, beyond, of_levels);
    });
    std::int32_t width = -7, any = -7;
    const scmp_status given = engines.both({}, [&](scmp_ctx *ctx) {
        return CALL(scmp_accumulator_width, ctx, &p.a.quantized, &p.b.quantized, p.options, p.d_offset, &accumulator,
                    &width);
    });
    const scmp_status for_any = CALL(scmp_accumulator_width_any, p.options, p.d, &accumulator, &any);
    require((given == SCMP_OK) == (width != -7) && (for_any == SCMP_OK) == (any != -7),
            "an error leaves the width as it was");
    if (given == SCMP_OK && for_any == SCMP_OK) require(width <= any, "what is wide enough for all is for these");
}

void merging(Bytes &bytes, const Engines &engines, const Product &p) {
    const auto group = bytes.pick<std::int64_t>({2, 1, 3, 0, -1, largest, 2147483647});
    Tensor merged(bytes, sums, {p.n, p.m});
    const Tensor select(bytes, draws, {p.length}, {Fill::whole, 1});
    engines.both({&merged}, [&](scmp_ctx *ctx) {
        return CALL(scmp_count_or, ctx, &p.a.quantized, &p.b.quantized, p.options, p.d_offset, group, &merged.view);
    });
    const scmp_tensor *selected = select.maybe(bytes);
    engines.both({&merged}, [&](scmp_ctx *ctx) {
        return CALL(scmp_count_mux, ctx, &p.a.quantized, &p.b.quantized, p.options, p.d_offset, group, selected,
                    &merged.view);
    });
}

// Boundaries, ascending where they must be.
struct Boundaries {
    Tensor x;

    Boundaries(Bytes &bytes, std::int64_t count, int most) : x(bytes, {SCMP_DTYPE_I16}, {count}, {Fill::whole, most}) {
        if (x.memory.empty() || bytes.rarely(8) || x.view.strides[0] != 1 || x.view.dtype != SCMP_DTYPE_I16 ||
            x.view.data != x.memory.data())
            return;
        std::vector<std::int16_t> values(x.memory.size() / 2);
        std::memcpy(values.data(), x.memory.data(), values.size() * 2);
        std::sort(values.begin(), values.end());
        std::memcpy(x.memory.data(), values.data(), values.size() * 2);
    }
};

void scores(Bytes &bytes, const Engines &engines, const Options &given, std::int64_t d, int most) {
    const std::int64_t rows = bytes.number(0, 5), columns = bytes.number(0, 5), count = bytes.number(0, 3);
    const Boundaries x(bytes, rows, most), y(bytes, columns, most);
    const Tensor target(bytes, {SCMP_DTYPE_F64, SCMP_DTYPE_F32}, {rows, columns}, {Fill::real});
    const Tensor square(bytes, {SCMP_DTYPE_F32, SCMP_DTYPE_F64}, {rows, columns}, {Fill::positive});
    const Tensor sum(bytes, {SCMP_DTYPE_F64, SCMP_DTYPE_BF16}, {2, rows, columns}, {Fill::real});
    Tensor squares(bytes, {SCMP_DTYPE_F64, SCMP_DTYPE_F32}, {count}),
        errors(bytes, {SCMP_DTYPE_F64, SCMP_DTYPE_F32}, {count, 2});
    scmp_score_weights weights;
    scmp_score_weights_init(&weights);
    weights.x = x.x.maybe(bytes);
    weights.y = y.x.maybe(bytes);
    weights.target = target.maybe(bytes);
    weights.square = square.maybe(bytes);
    weights.sum = sum.maybe(bytes);
    if (bytes.rarely(64)) weights.size = bytes.byte() % sizeof weights;
    Generator generators[3];
    scmp_generator candidates[3];
    for (int i = 0; i < 3; i++) {
        generators[i].fill(bytes, given.options.sc_prec);
        candidates[i] = generators[i].generator;
    }
    const scmp_tensor *wanted = errors.maybe(bytes);
    engines.both({&squares, &errors}, [&](scmp_ctx *ctx) {
        return CALL(scmp_score_generators, ctx, &given.options, d, candidates, std::size_t(count), &weights,
                    &squares.view, wanted);
    });
}

void analysis(Bytes &bytes, const Engines &engines, Options &given) {
    // Whole tables of a grid are gone through, several times.
    const int most = std::min(given.grid, 300);
    if (given.grid > most) given.options.rng_levels = most;
    const auto d = bytes.pick<std::int64_t>({0, 2, 40, -1, largest});
    if (bytes.byte() % 2 == 0) {
        scores(bytes, engines, given, d, most);
        return;
    }
    const std::int64_t rows = bytes.number(0, 5), columns = bytes.number(0, 5);
    const Tensor x(bytes, draws, {rows}, {Fill::whole, most}), y(bytes, draws, {columns}, {Fill::whole, most});
    Tensor scc(bytes, {SCMP_DTYPE_F64, SCMP_DTYPE_F32}, {rows, columns});
    engines.both({&scc}, [&](scmp_ctx *ctx) {
        return CALL(scmp_stream_correlation, ctx, &given.options, d, &x.view, &y.view, &scc.view);
    });
    const Tensor x_weight(bytes, {SCMP_DTYPE_F64, SCMP_DTYPE_I32}, {rows}, {Fill::positive});
    const Tensor y_weight(bytes, {SCMP_DTYPE_F32, SCMP_DTYPE_I64}, {columns}, {Fill::whole, 3});
    scmp_table_error error;
    scmp_table_error_init(&error);
    error.mean_abs = -7;
    const scmp_tensor *by_x = x_weight.maybe(bytes), *by_y = y_weight.maybe(bytes);
    const int indices = bytes.number(0, 9);
    const scmp_status status = engines.both({}, [&](scmp_ctx *ctx) {
        return CALL(scmp_count_table_error, ctx, &given.options, d, indices, &x.view, &y.view, by_x, by_y, &error);
    });
    require((status == SCMP_OK) == (error.mean_abs >= 0), "an error leaves the numbers as they were");
    require(status != SCMP_OK || (error.mean_abs <= error.rms * (1 + 1e-9) && error.rms <= error.max_abs * (1 + 1e-9)),
            "a mean is at most the largest");
    double discrepancy = -7;
    const auto side = static_cast<scmp_side>(bytes.pick({0, 1, 2}));
    const scmp_status spread = engines.both(
        {}, [&](scmp_ctx *ctx) { return CALL(scmp_sequence_discrepancy, ctx, &given.options, side, d, &discrepancy); });
    require(spread == SCMP_OK ? discrepancy >= 0 && discrepancy <= 1 : discrepancy == -7, "a discrepancy is in 0 .. 1");
    std::int32_t told = 0, found = -7;
    const scmp_lint_fn look = [](void *user, scmp_lint_code code, std::int64_t, const char *sentence) {
        require(sentence[0] != '\0' && scmp_lint_name(code)[0] != 'u', "a finding has a sentence and a name");
        ++*static_cast<std::int32_t *>(user);
    };
    const scmp_status looked = CALL(scmp_lint, engines.first.ctx, &given.options, d, look, &told, &found);
    require(looked == SCMP_OK ? found == told : found == -7, "findings are counted");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    Bytes bytes(data, size);
    const Engines engines(bytes);
    const std::int64_t n = bytes.number(0, 3), m = bytes.number(0, 3), d = bytes.number(0, 4);
    Options given(bytes, 4 * n, d);
    const auto d_offset = bytes.pick<std::int64_t>({0, 1, 7, -1, largest});
    const std::uint8_t subject = bytes.byte() % 5;
    if (subject == 4) {
        analysis(bytes, engines, given);
        return 0;
    }
    const Operand a(bytes, n, d, given.grid), b(bytes, m, bytes.rarely(16) ? bytes.number(0, 4) : d, given.grid);
    const Product product{a, b, &given.options, d_offset, n, m, d, given.length};
    switch (subject) {
    case 0:
        trace(bytes, engines, product);
        break;
    case 1:
        cycles(bytes, engines, product);
        break;
    case 2:
        accumulators(bytes, engines, product);
        break;
    default:
        merging(bytes, engines, product);
    }
    return 0;
}
