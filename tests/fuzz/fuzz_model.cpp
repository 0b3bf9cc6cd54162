// Any shapes, strides, types, boundaries, signs and options for the functions of scmp_model.h: an error with a sentence
// and outputs as they were, or numbers that agree with one another (AddressSanitizer watches every element).
#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "bytes.h"
#include "scmp/scmp_model.h"

namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

// A tensor over memory that holds what its strides reach; outputs keep what was there, to see that errors do.
struct Tensor {
    scmp_tensor view{};
    std::vector<std::uint8_t> memory, before;

    Tensor(Bytes &bytes, scmp_dtype dtype, std::initializer_list<std::int64_t> shape, int most = 0) {
        view.dtype = bytes.pick({dtype, dtype, dtype, SCMP_I16, SCMP_I8, SCMP_F32, static_cast<scmp_dtype>(99)});
        view.device = bytes.pick({0, 0, 0, 0, 0, 0, 1});
        view.rank = bytes.byte() < 250 ? static_cast<int>(shape.size()) : bytes.number(-1, 9);
        std::fill_n(view.shape, SCMP_MAX_RANK, std::int64_t(1));
        std::copy(shape.begin(), shape.end(), view.shape);
        std::int64_t contiguous = 1, below = 0, above = 0;
        for (int axis = std::min(view.rank, SCMP_MAX_RANK) - 1; axis >= 0; axis--) {
            if (bytes.byte() > 252) view.shape[axis] = bytes.pick<std::int64_t>({0, -1, largest, 3, 1000});
            const std::int64_t size = view.shape[axis];
            view.strides[axis] = bytes.byte() < 245 ? contiguous : bytes.pick<std::int64_t>({0, 1, -contiguous});
            const bool small = size >= 0 && size <= 100000 && contiguous < 1000000;
            contiguous *= small ? std::max<std::int64_t>(size, 1) : 1;
            if (!small) view.shape[axis] = view.strides[axis] = bytes.byte() < 128 ? largest : -1; // refused
            if (small && size > 0) (view.strides[axis] < 0 ? below : above) += (size - 1) * view.strides[axis];
        }
        const auto element = static_cast<std::int64_t>(std::max<std::size_t>(scmp_dtype_size(view.dtype), 1));
        memory.resize(static_cast<std::size_t>((above - below + 1) * element));
        for (std::size_t i = 0; most > 0 && i + std::size_t(element) <= memory.size(); i += std::size_t(element)) {
            // Small whole numbers, or a float of them.
            const int value = bytes.byte() < 254 ? bytes.byte() % (most + 1) : bytes.number(-3, 40000);
            const auto f32 = static_cast<float>(value);
            const double f64 = value;
            if (view.dtype == SCMP_F32)
                std::memcpy(&memory[i], &f32, 4);
            else if (view.dtype == SCMP_F64)
                std::memcpy(&memory[i], &f64, 8);
            else
                std::memcpy(&memory[i], &value, std::min<std::size_t>(std::size_t(element), 4));
        }
        view.data = bytes.byte() < 253 ? memory.data() - below * element : nullptr;
        before = memory;
    }

    // One in a few is left out.
    const scmp_tensor *maybe(Bytes &bytes) const { return bytes.byte() < 200 ? &view : nullptr; }
};

struct Operand {
    Tensor boundary, sign;
    scmp_quantized quantized;

    Operand(Bytes &bytes, std::int64_t rows, std::int64_t d, int most)
        : boundary(bytes, SCMP_I32, {rows, d}, most), sign(bytes, SCMP_I8, {rows, d}, 1) {
        scmp_quantized_init(&quantized);
        quantized.boundary = &boundary.view;
        quantized.sign = sign.maybe(bytes);
    }
};

scmp_matmul_options make_options(Bytes &bytes) {
    scmp_matmul_options options;
    scmp_matmul_options_init(&options);
    options.mode = static_cast<scmp_mode>(bytes.pick({0, 1, 1, 2}));
    options.sc_prec = bytes.pick({4, 3, 2, 1, 5, 6, 0, 11});
    options.stoc_len = bytes.byte() < 128 ? SCMP_NOT_GIVEN : bytes.number(-2, 40);
    options.rng_levels = bytes.byte() < 128 ? SCMP_NOT_GIVEN : bytes.number(-2, 60);
    options.halve = bytes.byte() & 1;
    options.chunk_d = bytes.pick<std::int64_t>({0, 0, 1, 9, -1, largest});
    options.scramble = static_cast<scmp_scramble>(bytes.number(0, 6));
    if (bytes.byte() == 255) options.size = bytes.byte();
    return options;
}

void checked(scmp_status status, std::initializer_list<const Tensor *> outputs) {
    require(status != SCMP_ERROR_INTERNAL, "no defect is reported");
    if (status == SCMP_OK) return;
    require(scmp_last_error()[0] != '\0', "an error has a sentence");
    for (const Tensor *output : outputs) require(output->memory == output->before, "an error leaves the outputs alone");
}

std::int32_t append(void *user, const char *text, std::size_t length) {
    static_cast<std::string *>(user)->append(text, length);
    return 0;
}

void trace(scmp_ctx *ctx, Bytes &bytes, const Operand &a, const Operand &b, const scmp_matmul_options &options,
           std::int64_t d_offset, std::int64_t n, std::int64_t m, std::int64_t d, std::int64_t length) {
    Tensor left(bytes, SCMP_I32, {d, length}), bits(bytes, SCMP_U8, {n, m, d, length}), sum(bytes, SCMP_I32, {n, m});
    scmp_trace out;
    scmp_trace_init(&out);
    out.left_draw = left.maybe(bytes);
    out.and_bit = bits.maybe(bytes);
    out.sum = sum.maybe(bytes);
    const scmp_status status = scmp_trace_arrays(ctx, &a.quantized, &b.quantized, &options, d_offset, &out);
    checked(status, {&left, &bits, &sum});
    // What was written is what is compared with, in any strides.
    scmp_divergence divergence;
    scmp_divergence_init(&divergence);
    const scmp_status compared =
        scmp_trace_compare(ctx, &a.quantized, &b.quantized, &options, d_offset, &out, &divergence);
    checked(compared, {});
    if (status == SCMP_OK) require(compared == SCMP_OK && divergence.signal == SCMP_SIGNAL_NONE, "a trace is itself");
    std::string text;
    checked(scmp_trace_csv(ctx, &a.quantized, &b.quantized, &options, d_offset, append, &text), {});
    checked(scmp_trace_vcd(ctx, &a.quantized, &b.quantized, &options, d_offset, append, &text), {});
}

void sums(scmp_ctx *ctx, Bytes &bytes, const Operand &a, const Operand &b, const scmp_matmul_options &options,
          std::int64_t d_offset, std::int64_t n, std::int64_t m, std::int64_t d, std::int64_t length) {
    const std::int64_t count = bytes.number(0, 3);
    Tensor cycles(bytes, SCMP_I16, {count}, int(length)), all(bytes, SCMP_I32, {count, n, m});
    checked(scmp_progressive_counts(ctx, &a.quantized, &b.quantized, &options, d_offset, &cycles.view, &all.view),
            {&all});
    Tensor target(bytes, SCMP_F64, {n, m}, 9), when(bytes, SCMP_I32, {n, m});
    checked(scmp_cycles_to_tolerance(ctx, &a.quantized, &b.quantized, &options, d_offset, &cycles.view,
                                     target.maybe(bytes), bytes.byte() - 1, &when.view),
            {&when});
    scmp_accumulator accumulator;
    scmp_accumulator_init(&accumulator);
    accumulator.place = static_cast<scmp_accumulator_place>(bytes.pick({0, 1, 2, 2, 3}));
    accumulator.overflow = static_cast<scmp_overflow>(bytes.pick({0, 1, 1, 2}));
    accumulator.width = bytes.pick({32, 1, 3, 5, 8, 0, 33});
    accumulator.growth = bytes.pick({0, 1, 32, 33, -1});
    Tensor sum(bytes, SCMP_I64, {n, m}), overflows(bytes, SCMP_I64, {n, m});
    Tensor levels(bytes, SCMP_I64, {scmp_adder_tree_levels(d)});
    checked(scmp_accumulate(ctx, &a.quantized, &b.quantized, &options, d_offset, &accumulator, &sum.view,
                            overflows.maybe(bytes), levels.maybe(bytes)),
            {&sum, &overflows, &levels});
    std::int32_t width = 0, any = 0;
    const scmp_status given =
        scmp_accumulator_width(ctx, &a.quantized, &b.quantized, &options, d_offset, &accumulator, &width);
    checked(given, {});
    const scmp_status for_any = scmp_accumulator_width_any(&options, d, &accumulator, &any);
    checked(for_any, {});
    if (given == SCMP_OK && for_any == SCMP_OK) require(width <= any, "what is wide enough for all is for these");
    const auto group = bytes.pick<std::int64_t>({2, 1, 3, 0, -1, largest, 2147483647});
    Tensor merged(bytes, SCMP_I32, {n, m}), select(bytes, SCMP_I16, {length}, 1);
    checked(scmp_count_or(ctx, &a.quantized, &b.quantized, &options, d_offset, group, &merged.view), {&merged});
    merged.before = merged.memory;
    checked(
        scmp_count_mux(ctx, &a.quantized, &b.quantized, &options, d_offset, group, select.maybe(bytes), &merged.view),
        {&merged});
}

void analysis(scmp_ctx *ctx, Bytes &bytes, const scmp_matmul_options &options, std::int64_t d, std::int64_t length) {
    const std::int64_t rows = bytes.number(0, 5), columns = bytes.number(0, 5), count = bytes.number(0, 3);
    Tensor x(bytes, SCMP_I16, {rows}, int(length)), y(bytes, SCMP_I16, {columns}, int(length));
    Tensor scc(bytes, SCMP_F64, {rows, columns});
    checked(scmp_stream_correlation(ctx, &options, d, x.maybe(bytes), y.maybe(bytes), &scc.view), {&scc});
    Tensor x_weight(bytes, SCMP_F64, {rows}, 3), y_weight(bytes, SCMP_F32, {columns}, 3);
    scmp_table_error error;
    scmp_table_error_init(&error);
    checked(scmp_count_table_error(ctx, &options, d, bytes.number(0, 9), x.maybe(bytes), y.maybe(bytes),
                                   x_weight.maybe(bytes), y_weight.maybe(bytes), &error),
            {});
    Tensor target(bytes, SCMP_F64, {rows, columns}, 9), square(bytes, SCMP_F32, {rows, columns}, 3);
    Tensor sum(bytes, SCMP_F64, {2, rows, columns}, 3);
    Tensor squares(bytes, SCMP_F64, {count}), errors(bytes, SCMP_F64, {count, 2});
    scmp_score_weights weights;
    scmp_score_weights_init(&weights);
    weights.x = x.maybe(bytes);
    weights.y = y.maybe(bytes);
    weights.target = target.maybe(bytes);
    weights.square = square.maybe(bytes);
    weights.sum = sum.maybe(bytes);
    std::vector<scmp_generator> candidates(3);
    std::vector<std::uint32_t> seeds = {1, 3, 5, 9, 17, 33, 65, 129, 257, 513};
    for (scmp_generator &candidate : candidates) {
        scmp_generator_init(&candidate);
        candidate.type = static_cast<scmp_generator_type>(bytes.pick({0, 1, 2, 3}));
        candidate.sobol_start = bytes.byte() % 20U;
        candidate.seed = bytes.byte() % 20U;
        candidate.lfsr_zero_state = bytes.byte() & 1;
        if (bytes.byte() > 200) candidate.sobol_seeds = seeds.data(), candidate.sobol_seed_count = bytes.number(-1, 11);
        if (bytes.byte() == 255) candidate.size = bytes.byte();
    }
    checked(scmp_score_generators(ctx, &options, d, candidates.data(), std::size_t(count), &weights, &squares.view,
                                  errors.maybe(bytes)),
            {&squares, &errors});
    double discrepancy = -1;
    checked(scmp_sequence_discrepancy(ctx, &options, static_cast<scmp_side>(bytes.pick({0, 1, 2})), d, &discrepancy),
            {});
    std::int32_t found = -1, again = -1;
    const scmp_lint_fn look = [](void *user, scmp_lint_code, std::int64_t, const char *sentence) {
        require(sentence[0] != '\0', "a finding has a sentence");
        ++*static_cast<std::int32_t *>(user);
    };
    again = 0;
    const scmp_status status = scmp_lint(ctx, &options, d, look, &again, &found);
    checked(status, {});
    if (status == SCMP_OK) require(found == again, "findings are counted");
}

// One LFSR a side with any taps, so that findings and repeated states come up.
scmp_config *make_config(scmp_ctx *ctx, Bytes &bytes, int sc_prec) {
    std::string json = R"({"rng_pool": [)";
    for (int i = 0; i < 2; i++)
        json += std::string(i == 0 ? "" : ", ") + R"({"type": "lfsr", "seed": )" + std::to_string(bytes.byte() % 16) +
                R"(, "taps": [)" + std::to_string(bytes.byte() % 4) + R"(], "zero_state": )" +
                ((bytes.byte() & 1) != 0 ? "true}" : "false}");
    json += R"(], "sng": {"q": [{"rng_id": 0}, {"rng_id": 1}, {"rng_id": 0}], "k": [{"rng_id": 1}, {"rng_id": 0},
        {"rng_id": 0, "complement": true}]}})";
    scmp_config *config = nullptr;
    scmp_config_create_json(ctx, json.data(), json.size(), sc_prec, &config);
    return config;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    static scmp_ctx *ctx = [] {
        scmp_ctx *made = nullptr;
        require(scmp_ctx_create(nullptr, &made) == SCMP_OK, "a context can be created");
        return made;
    }();
    Bytes bytes(data, size);
    scmp_matmul_options options = make_options(bytes);
    scmp_config *config = bytes.byte() > 128 ? make_config(ctx, bytes, options.sc_prec) : nullptr;
    options.config = config;
    const std::int64_t n = bytes.number(0, 3), m = bytes.number(0, 3), d = bytes.number(0, 4);
    const auto d_offset = bytes.pick<std::int64_t>({0, 1, 7, -1, largest});
    const bool known = options.sc_prec >= 1 && options.sc_prec <= 10;
    const std::int64_t full = known ? std::int64_t(1) << options.sc_prec : 16;
    const std::int64_t length = options.stoc_len > 0 ? options.stoc_len : full;
    switch (bytes.byte() % 3) {
    case 0: {
        const Operand a(bytes, n, d, int(full)), b(bytes, m, d, int(full));
        trace(ctx, bytes, a, b, options, d_offset, n, m, d, length);
        break;
    }
    case 1: {
        const Operand a(bytes, n, d, int(full)), b(bytes, m, d, int(full));
        sums(ctx, bytes, a, b, options, d_offset, n, m, d, length);
        break;
    }
    default:
        analysis(ctx, bytes, options, bytes.pick<std::int64_t>({0, 2, 40, -1, largest}), length);
    }
    scmp_config_destroy(&config);
    return 0;
}
