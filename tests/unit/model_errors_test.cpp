// One row for each kind of bad input to the functions of scmp_model.h: its status, a sentence with the argument and the
// numbers, and every output as it was. What is wrong with operands is tried with every function that has some.
#include <limits>

#include "scmp/scmp_model.h"
#include "support/handles.h"
#include "support/product.h"
#include "support/stages.h"
#include "support/test.h"

using namespace test;

namespace {

// Valid arguments for every function: N = 4, M = 3, D = 6, L = 16. A row breaks one of them.
struct World {
    Ctx ctx = context();
    scmp_matmul_options options = defaults();
    Config config8, config2; // of another sc_prec; with entries for two inner indices
    Array a_array = Array(SCMP_DTYPE_I16, {4, 6}), b_array = Array(SCMP_DTYPE_I32, {3, 6});
    Array a_sign_array = Array(SCMP_DTYPE_I8, {4, 6}), b_sign_array = Array(SCMP_DTYPE_I8, {3, 6});
    scmp_tensor boundary_a = a_array.view(), boundary_b = b_array.view();
    scmp_tensor sign_a = a_sign_array.view(), sign_b = b_sign_array.view();
    scmp_quantized a, b;
    std::int64_t d_offset = 0;

    // Inputs and outputs of single functions.
    Array cycles_array = Array(SCMP_DTYPE_I16, {3}, {4, 8, 16}), target_array = Array(SCMP_DTYPE_F64, {4, 3});
    Array bits_array = canary(SCMP_DTYPE_U8, {4, 3, 6, 16}), sum_array = canary(SCMP_DTYPE_I32, {4, 3});
    Array sums_array = canary(SCMP_DTYPE_I32, {3, 4, 3}), out_array = canary(SCMP_DTYPE_I32, {4, 3});
    Array acc_array = canary(SCMP_DTYPE_I64, {4, 3}), overflow_array = canary(SCMP_DTYPE_I64, {4, 3}),
          level_array = canary(SCMP_DTYPE_I64, {4});
    scmp_tensor cycles = cycles_array.view(), target = target_array.view(), bits = bits_array.view();
    scmp_tensor sum = sum_array.view(), sums = sums_array.view(), out = out_array.view(), acc = acc_array.view();
    scmp_tensor overflows = overflow_array.view(), levels = level_array.view();
    scmp_trace trace;
    Array observed_array = Array(SCMP_DTYPE_U8, {4, 3, 6, 16});
    scmp_tensor observed_bits = observed_array.view();
    scmp_trace observed;
    scmp_divergence divergence;
    scmp_accumulator accumulator;
    Array points_array = Array(SCMP_DTYPE_I16, {3}, {0, 8, 16}), weights_array = Array(SCMP_DTYPE_F64, {3}, {1, 0, 2});
    Array scc_array = canary(SCMP_DTYPE_F64, {3, 3}), select_array = Array(SCMP_DTYPE_I16, {16});
    scmp_tensor points = points_array.view(), weights = weights_array.view(), scc = scc_array.view();
    scmp_tensor select = select_array.view();
    Array target3_array = Array(SCMP_DTYPE_F64, {3, 3}), square_array = Array(SCMP_DTYPE_F64, {3, 3});
    Array bias_array = Array(SCMP_DTYPE_F32, {2, 3, 3}), squares_array = canary(SCMP_DTYPE_F64, {2}),
          biases_array = canary(SCMP_DTYPE_F64, {2, 2});
    scmp_tensor target3 = target3_array.view(), square = square_array.view(), bias = bias_array.view();
    scmp_tensor squares = squares_array.view(), biases = biases_array.view();
    scmp_score_weights score_weights;
    scmp_generator candidates[2];
    scmp_table_error error;
    double discrepancy = 77;
    std::int64_t group = 2;
    double tolerance = 1;
    std::int32_t width = 12345;
    std::string text;
    std::int32_t write_result = 0;

    World() {
        options.sc_prec = 4;
        scmp_quantized_init(&a);
        scmp_quantized_init(&b);
        a.boundary = &boundary_a;
        b.boundary = &boundary_b;
        a.sign = &sign_a;
        b.sign = &sign_b;
        ok(scmp_config_create_named(ctx, "sobol_simple", 8, config8.out()), "config");
        const std::string two = R"({"rng_pool": [{"type": "sobol"}],
            "sng": {"q": [{"rng_id": 0}, {"rng_id": 0}], "k": [{"rng_id": 0}, {"rng_id": 0}]}})";
        ok(scmp_config_create_json(ctx, two.data(), two.size(), 4, config2.out()), "config");
        scmp_trace_init(&trace);
        trace.and_bit = &bits;
        trace.sum = &sum;
        scmp_trace_init(&observed);
        observed.and_bit = &observed_bits;
        scmp_divergence_init(&divergence);
        divergence.cycle = 77;
        scmp_accumulator_init(&accumulator);
        accumulator.place = SCMP_ACCUMULATOR_ADDER_TREE;
        scmp_table_error_init(&error);
        error.bias = 77;
        scmp_score_weights_init(&score_weights);
        score_weights.x = score_weights.y = &points;
        score_weights.target = &target3;
        score_weights.square = &square;
        score_weights.sum = &bias;
        for (scmp_generator &candidate : candidates) scmp_generator_init(&candidate);
    }
    World(const World &) = delete;

    static std::int32_t append(void *user, const char *text, std::size_t length) {
        World &w = *static_cast<World *>(user);
        w.text.append(text, length);
        return w.write_result;
    }

    void unchanged() const {
        for (const Array *array : {&bits_array, &sum_array, &sums_array, &out_array, &acc_array, &overflow_array,
                                   &level_array, &squares_array, &biases_array})
            untouched(*array, "an output of shape " + test::text(array->shape));
        check(divergence.cycle == 77 && width == 12345 && error.bias == 77 && discrepancy == 77, "a number changed");
    }
};

using Call = std::function<scmp_status(World &)>;

struct Row {
    std::string name;
    scmp_status status;
    std::vector<std::string> words;
    Call call;
};

struct Function {
    std::string name;
    Call call;
};

scmp_status arrays(World &w) {
    return scmp_trace_arrays(w.ctx, &w.a, &w.b, &w.options, w.d_offset, &w.trace);
}
scmp_status csv(World &w) {
    return scmp_trace_csv(w.ctx, &w.a, &w.b, &w.options, w.d_offset, World::append, &w);
}
scmp_status vcd(World &w) {
    return scmp_trace_vcd(w.ctx, &w.a, &w.b, &w.options, w.d_offset, World::append, &w);
}
scmp_status compare(World &w) {
    return scmp_trace_compare(w.ctx, &w.a, &w.b, &w.options, w.d_offset, &w.observed, &w.divergence);
}
scmp_status progressive(World &w) {
    return scmp_progressive_counts(w.ctx, &w.a, &w.b, &w.options, w.d_offset, &w.cycles, &w.sums);
}
scmp_status settle(World &w) {
    return scmp_cycles_to_tolerance(w.ctx, &w.a, &w.b, &w.options, w.d_offset, &w.cycles, &w.target, w.tolerance,
                                    &w.out);
}
scmp_status accumulate(World &w) {
    return scmp_accumulate(w.ctx, &w.a, &w.b, &w.options, w.d_offset, &w.accumulator, &w.acc, &w.overflows, &w.levels);
}
scmp_status width(World &w) {
    return scmp_accumulator_width(w.ctx, &w.a, &w.b, &w.options, w.d_offset, &w.accumulator, &w.width);
}

scmp_status merge_or(World &w) {
    return scmp_count_or(w.ctx, &w.a, &w.b, &w.options, w.d_offset, w.group, &w.acc);
}
scmp_status merge_mux(World &w) {
    return scmp_count_mux(w.ctx, &w.a, &w.b, &w.options, w.d_offset, w.group, &w.select, &w.acc);
}
scmp_status correlate(World &w) {
    return scmp_stream_correlation(w.ctx, &w.options, w.d_offset, &w.points, &w.points, &w.scc);
}
scmp_status measure(World &w) {
    return scmp_count_table_error(w.ctx, &w.options, w.d_offset, 6, &w.points, &w.points, &w.weights, &w.weights,
                                  &w.error);
}
scmp_status score(World &w) {
    return scmp_score_generators(w.ctx, &w.options, w.d_offset, w.candidates, 2, &w.score_weights, &w.squares,
                                 &w.biases);
}
scmp_status disperse(World &w) {
    return scmp_sequence_discrepancy(w.ctx, &w.options, SCMP_SIDE_LEFT, w.d_offset, &w.discrepancy);
}
scmp_status lint(World &w) {
    return scmp_lint(w.ctx, &w.options, 6, nullptr, nullptr, &w.width);
}

// Every function that has operands.
const std::vector<Function> functions = {
    {"trace_arrays", arrays},
    {"trace_csv", csv},
    {"trace_vcd", vcd},
    {"trace_compare", compare},
    {"progressive_counts", progressive},
    {"cycles_to_tolerance", settle},
    {"accumulate", accumulate},
    {"accumulator_width", width},
    {"count_or", merge_or},
    {"count_mux", merge_mux},
};

// What is wrong with operands or options, whatever the function.
struct Break {
    std::string name;
    scmp_status status;
    std::vector<std::string> words;
    std::function<void(World &)> change;
};

const std::vector<Break> breaks = {
    {"ctx", SCMP_ERROR_INVALID_ARGUMENT, {"ctx"}, [](World &w) { scmp_ctx_destroy(w.ctx.out()); }},
    {"a of size 0", SCMP_ERROR_INVALID_ARGUMENT, {"a", "scmp_quantized", "0"}, [](World &w) { w.a.size = 0; }},
    {"b of size 3", SCMP_ERROR_INVALID_ARGUMENT, {"b", "scmp_quantized", "3"}, [](World &w) { w.b.size = 3; }},
    {"no boundary", SCMP_ERROR_INVALID_ARGUMENT, {"a.boundary"}, [](World &w) { w.a.boundary = nullptr; }},
    {"boundary without data",
     SCMP_ERROR_INVALID_ARGUMENT,
     {"b.boundary"},
     [](World &w) { w.boundary_b.data = nullptr; }},
    {"float boundary",
     SCMP_ERROR_INVALID_DTYPE,
     {"a.boundary", "f32"},
     [](World &w) { w.boundary_a.dtype = SCMP_DTYPE_F32; }},
    {"boundary of rank 1", SCMP_ERROR_INVALID_SHAPE, {"a.boundary", "1"}, [](World &w) { w.boundary_a.rank = 1; }},
    {"ranks differ",
     SCMP_ERROR_INVALID_SHAPE,
     {"rank"},
     [](World &w) {
         w.b.sign = nullptr;
         w.boundary_b = scmp_tensor_3d(SCMP_DTYPE_I32, w.boundary_b.data, 1, 3, 6);
     }},
    {"boundary on a device",
     SCMP_ERROR_UNSUPPORTED,
     {"b.boundary", "device"},
     [](World &w) { w.boundary_b.device = 1; }},
    {"boundary beyond G",
     SCMP_ERROR_INVALID_ARGUMENT,
     {"a.boundary", "17", "16", "index 7"},
     [](World &w) { w.a_array.set(7, 17); }},
    {"negative boundary", SCMP_ERROR_INVALID_ARGUMENT, {"b.boundary", "-1"}, [](World &w) { w.b_array.set(2, -1); }},
    {"sign 2", SCMP_ERROR_INVALID_ARGUMENT, {"b.sign", "2"}, [](World &w) { w.b_sign_array.set(2, 2); }},
    {"sign of another shape",
     SCMP_ERROR_INVALID_SHAPE,
     {"a.sign", "(3, 6)", "(4, 6)"},
     [](World &w) { w.a.sign = &w.sign_b; }},
    {"sign of another type",
     SCMP_ERROR_INVALID_DTYPE,
     {"a.sign", "u8"},
     [](World &w) { w.sign_a.dtype = SCMP_DTYPE_U8; }},
    {"D differs",
     SCMP_ERROR_D_MISMATCH,
     {"5", "6"},
     [](World &w) {
         w.b.sign = nullptr;
         w.boundary_b.shape[1] = 5;
     }},
    {"d_offset", SCMP_ERROR_INVALID_ARGUMENT, {"d_offset", "-1"}, [](World &w) { w.d_offset = -1; }},
    {"options of size 0",
     SCMP_ERROR_INVALID_ARGUMENT,
     {"scmp_matmul_options", "0"},
     [](World &w) { w.options.size = 0; }},
    {"sc_prec 11", SCMP_ERROR_INVALID_ARGUMENT, {"sc_prec", "11"}, [](World &w) { w.options.sc_prec = 11; }},
    {"stoc_len 17", SCMP_ERROR_INVALID_ARGUMENT, {"stoc_len", "17"}, [](World &w) { w.options.stoc_len = 17; }},
    {"rng_levels 0", SCMP_ERROR_INVALID_ARGUMENT, {"rng_levels", "0"}, [](World &w) { w.options.rng_levels = 0; }},
    {"scramble 9",
     SCMP_ERROR_INVALID_ARGUMENT,
     {"scramble", "9"},
     [](World &w) { w.options.scramble = scmp_scramble(9); }},
    {"config of another width", SCMP_ERROR_INVALID_CONFIG, {"8", "4"}, [](World &w) { w.options.config = w.config8; }},
    {"config with too few entries",
     SCMP_ERROR_INVALID_CONFIG,
     {"2", "6"},
     [](World &w) { w.options.config = w.config2; }},
    {"chunks", SCMP_ERROR_UNSUPPORTED, {"chunk_d", "4", "6"}, [](World &w) { w.options.chunk_d = 4; }},
};

void operands() {
    for (const Function &function : functions)
        for (const Break &broken : breaks)
            within(function.name + ", " + broken.name, [&] {
                World w;
                broken.change(w);
                fails(function.call(w), broken.status, broken.words);
                w.unchanged();
                check(w.text.empty(), "text was written");
            });
}

// The same arguments, not broken, are fine: a row fails for what it breaks alone.
void nothing_broken() {
    for (const Function &function : functions) {
        World w;
        ok(function.call(w), function.name);
    }
}

const std::vector<Function> matrix_functions = {
    {"trace_arrays", arrays},   {"trace_csv", csv},           {"trace_vcd", vcd},     {"trace_compare", compare},
    {"accumulate", accumulate}, {"accumulator_width", width}, {"count_or", merge_or}, {"count_mux", merge_mux},
};

void batches() {
    for (const Function &function : matrix_functions) {
        World w;
        w.a.sign = w.b.sign = nullptr;
        w.boundary_a = scmp_tensor_3d(SCMP_DTYPE_I16, w.boundary_a.data, 1, 4, 6);
        w.boundary_b = scmp_tensor_3d(SCMP_DTYPE_I32, w.boundary_b.data, 1, 3, 6);
        const scmp_status status = function.call(w);
        // An output's shape may be found wrong first.
        check(status == SCMP_ERROR_INVALID_SHAPE, function.name + " takes a batch");
        w.unchanged();
    }
}

// Of the options, for functions without operands.
void options() {
    const std::vector<Function> plain = {{"correlation", correlate},
                                         {"table_error", measure},
                                         {"score", score},
                                         {"discrepancy", disperse},
                                         {"lint", lint}};
    for (const Function &function : plain) {
        {
            World w;
            ok(function.call(w), function.name);
        }
        for (const Break &broken : breaks) {
            // What is about operands or chunks does not concern them; one entry is enough for one index.
            const bool concerns = broken.name == "ctx" || broken.name.find("options") == 0 ||
                                  broken.name.find("sc_prec") == 0 || broken.name.find("stoc_len") == 0 ||
                                  broken.name.find("rng_levels") == 0 || broken.name.find("scramble") == 0 ||
                                  broken.name == "config of another width";
            if (!concerns) continue;
            within(function.name + ", " + broken.name, [&] {
                World w;
                broken.change(w);
                fails(function.call(w), broken.status, broken.words);
                w.unchanged();
            });
        }
    }
}

void rows(const std::vector<Row> &list) {
    for (const Row &row : list)
        within(row.name, [&] {
            World w;
            fails(row.call(w), row.status, row.words);
            w.unchanged();
        });
}

constexpr auto argument = SCMP_ERROR_INVALID_ARGUMENT;
constexpr auto shape = SCMP_ERROR_INVALID_SHAPE;
constexpr auto dtype = SCMP_ERROR_INVALID_DTYPE;
constexpr auto overlap = SCMP_ERROR_OVERLAP;

void traces() {
    // clang-format off
    rows({
        {"a NULL", argument, {"a"},
            [](World &w) { return scmp_trace_arrays(w.ctx, nullptr, &w.b, nullptr, 0, &w.trace); }},
        {"b NULL", argument, {"b"},
            [](World &w) { return scmp_trace_csv(w.ctx, &w.a, nullptr, nullptr, 0, World::append, &w); }},
        {"out NULL", argument, {"out"},
            [](World &w) { return scmp_trace_arrays(w.ctx, &w.a, &w.b, &w.options, 0, nullptr); }},
        {"trace of size 0", argument, {"scmp_trace", "0"}, [](World &w) { w.trace.size = 0; return arrays(w); }},
        {"observed of size 0", argument, {"scmp_trace", "0"}, [](World &w) { w.observed.size = 0; return compare(w); }},
        {"observed NULL", argument, {"observed"},
            [](World &w) { return scmp_trace_compare(w.ctx, &w.a, &w.b, &w.options, 0, nullptr, &w.divergence); }},
        {"divergence NULL", argument, {"out"},
            [](World &w) { return scmp_trace_compare(w.ctx, &w.a, &w.b, &w.options, 0, &w.observed, nullptr); }},
        {"divergence of size 0", argument, {"scmp_divergence", "0"},
            [](World &w) { w.divergence.size = 0; return compare(w); }},
        {"write NULL", argument, {"write"},
            [](World &w) { return scmp_trace_csv(w.ctx, &w.a, &w.b, &w.options, 0, nullptr, nullptr); }},
        {"write NULL, vcd", argument, {"write"},
            [](World &w) { return scmp_trace_vcd(w.ctx, &w.a, &w.b, &w.options, 0, nullptr, nullptr); }},
        {"write fails", SCMP_ERROR_IO, {"write", "5"}, [](World &w) { w.write_result = 5; return csv(w); }},
        {"write fails, vcd", SCMP_ERROR_IO, {"write", "-2"}, [](World &w) { w.write_result = -2; return vcd(w); }},
        {"and_bit of another shape", shape, {"and_bit", "(4, 3, 6, 15)", "(4, 3, 6, 16)"},
            [](World &w) { w.bits.shape[3] = 15; return arrays(w); }},
        {"and_bit of another type", dtype, {"and_bit", "i16"},
            [](World &w) { w.bits.dtype = SCMP_DTYPE_I16; return arrays(w); }},
        {"sum of another type", dtype, {"sum", "i16"},
            [](World &w) { w.sum.dtype = SCMP_DTYPE_I16; return arrays(w); }},
        {"and_bit overlaps itself", overlap, {"and_bit"}, [](World &w) { w.bits.strides[3] = 0; return arrays(w); }},
        {"sum overlaps and_bit", overlap, {"sum", "and_bit"},
            [](World &w) { w.sum.data = w.bits.data; return arrays(w); }},
        {"sum overlaps a", overlap, {"sum", "a.boundary"},
            [](World &w) { w.sum.data = w.boundary_a.data; return arrays(w); }},
        {"observed of another shape", shape, {"and_bit", "(4, 3, 5, 16)"},
            [](World &w) { w.observed_bits.shape[2] = 5; return compare(w); }},
        {"observed of another type", dtype, {"and_bit", "f32"},
            [](World &w) { w.observed_bits.dtype = SCMP_DTYPE_F32; return compare(w); }},
        {"observed without data", argument, {"and_bit"},
            [](World &w) { w.observed_bits.data = nullptr; return compare(w); }},
        {"more multipliers than can be", shape, {"2^48"}, [](World &w) {
            w.a.sign = w.b.sign = nullptr;
            w.boundary_a.shape[0] = w.boundary_b.shape[0] = std::int64_t(1) << 48;
            w.boundary_a.strides[0] = w.boundary_b.strides[0] = 0;
            w.boundary_a.shape[1] = w.boundary_b.shape[1] = 0;
            return vcd(w); }},
    });
    // clang-format on
}

void progressions() {
    // clang-format off
    rows({
        {"a NULL", argument, {"a"},
            [](World &w) { return scmp_progressive_counts(w.ctx, nullptr, &w.b, &w.options, 0, &w.cycles, &w.sums); }},
        {"cycles NULL", argument, {"cycles"},
            [](World &w) { return scmp_progressive_counts(w.ctx, &w.a, &w.b, &w.options, 0, nullptr, &w.sums); }},
        {"sums NULL", argument, {"sums"},
            [](World &w) { return scmp_progressive_counts(w.ctx, &w.a, &w.b, &w.options, 0, &w.cycles, nullptr); }},
        {"cycles beyond L", argument, {"cycles[2]", "17", "16"},
            [](World &w) { w.cycles_array.set(2, 17); return progressive(w); }},
        {"negative cycles", argument, {"cycles[0]", "-1"},
            [](World &w) { w.cycles_array.set(0, -1); return progressive(w); }},
        {"no cycles", shape, {"cycles", "(0,)"}, [](World &w) { w.cycles.shape[0] = 0; return progressive(w); }},
        {"cycles of rank 2", shape, {"cycles", "(3, 1)"},
            [](World &w) { w.cycles = scmp_tensor_2d(SCMP_DTYPE_I16, w.cycles.data, 3, 1); return progressive(w); }},
        {"cycles of another type", dtype, {"cycles", "f32"},
            [](World &w) { w.cycles.dtype = SCMP_DTYPE_F32; return progressive(w); }},
        {"sums of another shape", shape, {"sums", "(2, 4, 3)", "(3, 4, 3)"},
            [](World &w) { w.sums.shape[0] = 2; return progressive(w); }},
        {"sums of another type", dtype, {"sums", "f32"},
            [](World &w) { w.sums.dtype = SCMP_DTYPE_F32; return progressive(w); }},
        {"sums overlap b", overlap, {"sums", "b.boundary"},
            [](World &w) { w.sums.data = w.boundary_b.data; return progressive(w); }},
        {"sums overlap themselves", overlap, {"sums"}, [](World &w) { w.sums.strides[0] = 0; return progressive(w); }},
        {"tolerance negative", argument, {"tolerance", "-1"}, [](World &w) { w.tolerance = -1; return settle(w); }},
        {"tolerance NaN", argument, {"tolerance"},
            [](World &w) { w.tolerance = std::numeric_limits<double>::quiet_NaN(); return settle(w); }},
        {"tolerance infinite", argument, {"tolerance"},
            [](World &w) { w.tolerance = std::numeric_limits<double>::infinity(); return settle(w); }},
        {"cycles 0", argument, {"cycles[0]", "0"}, [](World &w) { w.cycles_array.set(0, 0); return settle(w); }},
        {"cycles do not ascend", argument, {"cycles[2]", "8"},
            [](World &w) { w.cycles_array.set(2, 8); return settle(w); }},
        {"target of another shape", shape, {"target", "(3, 3)"},
            [](World &w) { w.target.shape[0] = 3; return settle(w); }},
        {"target of another type", dtype, {"target", "i32"},
            [](World &w) { w.target.dtype = SCMP_DTYPE_I32; return settle(w); }},
        {"target not finite", SCMP_ERROR_NON_FINITE, {"target"},
            [](World &w) { w.target_array.set(5, std::numeric_limits<double>::infinity()); return settle(w); }},
        {"out of another shape", shape, {"out", "(4, 2)"}, [](World &w) { w.out.shape[1] = 2; return settle(w); }},
        {"out of another type", dtype, {"out", "i64"},
            [](World &w) { w.out.dtype = SCMP_DTYPE_I64; return settle(w); }},
        {"out overlaps target", overlap, {"out", "target"},
            [](World &w) { w.out.data = w.target.data; return settle(w); }},
        {"out NULL", argument, {"out"},
            [](World &w) { return scmp_cycles_to_tolerance(w.ctx, &w.a, &w.b, &w.options, 0, &w.cycles, &w.target, 1,
                nullptr); }},
    });
    // clang-format on
}

// A call that is cancelled leaves the output alone.
void cancelled() {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.cancelled = [](void *) -> std::int32_t { return 1; };
    World w;
    ok(scmp_ctx_create(&options, w.ctx.out()), "scmp_ctx_create");
    fails(progressive(w), SCMP_ERROR_CANCELLED);
    fails(settle(w), SCMP_ERROR_CANCELLED);
    w.unchanged();
}

void accumulators() {
    // clang-format off
    rows({
        {"a NULL", argument, {"a"},
            [](World &w) { return scmp_accumulate(w.ctx, nullptr, &w.b, &w.options, 0, nullptr, &w.acc, nullptr,
                nullptr); }},
        {"accumulator of size 0", argument, {"scmp_accumulator", "0"},
            [](World &w) { w.accumulator.size = 0; return accumulate(w); }},
        {"place 3", argument, {"place", "3"},
            [](World &w) { w.accumulator.place = scmp_accumulator_place(3); return accumulate(w); }},
        {"overflow -1", argument, {"overflow", "-1"},
            [](World &w) { w.accumulator.overflow = scmp_overflow(-1); return accumulate(w); }},
        {"width 0", argument, {"width", "0", "32"}, [](World &w) { w.accumulator.width = 0; return accumulate(w); }},
        {"width 33", argument, {"width", "33", "32"}, [](World &w) { w.accumulator.width = 33; return accumulate(w); }},
        {"growth -1", argument, {"growth", "-1"}, [](World &w) { w.accumulator.growth = -1; return accumulate(w); }},
        {"growth 33, width", argument, {"growth", "33"}, [](World &w) { w.accumulator.growth = 33; return width(w); }},
        {"sums NULL", argument, {"sums"},
            [](World &w) { return scmp_accumulate(w.ctx, &w.a, &w.b, &w.options, 0, nullptr, nullptr, nullptr, nullptr);
                }},
        {"sums of another shape", shape, {"sums", "(4, 2)", "(4, 3)"},
            [](World &w) { w.acc.shape[1] = 2; return accumulate(w); }},
        {"sums of another type", dtype, {"sums", "f64"},
            [](World &w) { w.acc.dtype = SCMP_DTYPE_F64; return accumulate(w); }},
        {"sums overlap themselves", overlap, {"sums"}, [](World &w) { w.acc.strides[0] = 0; return accumulate(w); }},
        {"overflows of another shape", shape, {"overflows", "(3, 3)"},
            [](World &w) { w.overflows.shape[0] = 3; return accumulate(w); }},
        {"overflows overlap sums", overlap, {"overflows", "sums"},
            [](World &w) { w.overflows.data = w.acc.data; return accumulate(w); }},
        {"levels of another shape", shape, {"level_overflows", "(3,)", "(4,)"},
            [](World &w) { w.levels.shape[0] = 3; return accumulate(w); }},
        {"levels of another type", dtype, {"level_overflows", "i32"},
            [](World &w) { w.levels.dtype = SCMP_DTYPE_I32; return accumulate(w); }},
        {"levels overlap overflows", overlap, {"level_overflows", "overflows"},
            [](World &w) { w.levels.data = w.overflows.data; return accumulate(w); }},
        {"levels without a tree", SCMP_ERROR_UNSUPPORTED, {"level_overflows", "1"},
            [](World &w) { w.accumulator.place = SCMP_ACCUMULATOR_PER_OUTPUT; return accumulate(w); }},
        {"width NULL", argument, {"width"},
            [](World &w) { return scmp_accumulator_width(w.ctx, &w.a, &w.b, &w.options, 0, nullptr, nullptr); }},
        {"any width NULL", argument, {"width"},
            [](World &) { return scmp_accumulator_width_any(nullptr, 6, nullptr, nullptr); }},
        {"any d -1", shape, {"-1"},
            [](World &w) { return scmp_accumulator_width_any(nullptr, -1, nullptr, &w.width); }},
        {"any d too large", shape, {"8388608", "256"},
            [](World &w) { return scmp_accumulator_width_any(nullptr, 8388608, nullptr, &w.width); }},
        {"any options", argument, {"scmp_matmul_options"},
            [](World &w) { w.options.size = 1; return scmp_accumulator_width_any(&w.options, 6, nullptr, &w.width); }},
        {"any accumulator", argument, {"width", "40"},
            [](World &w) { w.accumulator.width = 40;
                return scmp_accumulator_width_any(nullptr, 6, &w.accumulator, &w.width); }},
    });
    // clang-format on
}

void merges() {
    // clang-format off
    rows({
        {"or, group 0", argument, {"group", "0"}, [](World &w) { w.group = 0; return merge_or(w); }},
        {"mux, group -3", argument, {"group", "-3"}, [](World &w) { w.group = -3; return merge_mux(w); }},
        {"mux, group 2^31", argument, {"group", "2147483648", "2147483647"},
            [](World &w) { w.group = 2147483648; return merge_mux(w); }},
        {"or, sums NULL", argument, {"sums"},
            [](World &w) { return scmp_count_or(w.ctx, &w.a, &w.b, &w.options, 0, 1, nullptr); }},
        {"mux, sums NULL", argument, {"sums"},
            [](World &w) { return scmp_count_mux(w.ctx, &w.a, &w.b, &w.options, 0, 1, nullptr, nullptr); }},
        {"or, sums of another shape", shape, {"sums", "(4, 2)"},
            [](World &w) { w.acc.shape[1] = 2; return merge_or(w); }},
        {"mux, sums of another type", dtype, {"sums", "f32"},
            [](World &w) { w.acc.dtype = SCMP_DTYPE_F32; return merge_mux(w); }},
        {"or, sums overlap a", overlap, {"sums", "a.boundary"},
            [](World &w) { w.acc.data = w.boundary_a.data; return merge_or(w); }},
        {"mux, sums overlap select", overlap, {"sums", "select"},
            [](World &w) { w.select.data = w.acc.data; return merge_mux(w); }},
        {"mux, select of another length", shape, {"select", "(15,)", "(16,)"},
            [](World &w) { w.select.shape[0] = 15; return merge_mux(w); }},
        {"mux, select of another type", dtype, {"select", "u8"},
            [](World &w) { w.select.dtype = SCMP_DTYPE_U8; return merge_mux(w); }},
        {"mux, select beyond the group", argument, {"select[3]", "2", "0 .. 1"},
            [](World &w) { w.select_array.set(3, 2); return merge_mux(w); }},
    });
    // clang-format on
}

void analyses() {
    // clang-format off
    rows({
        {"correlation, d", argument, {"-1"}, [](World &w) { w.d_offset = -1; return correlate(w); }},
        {"correlation, out NULL", argument, {"out"},
            [](World &w) { return scmp_stream_correlation(w.ctx, &w.options, 0, nullptr, nullptr, nullptr); }},
        {"correlation, boundary", argument, {"x[1]", "17"},
            [](World &w) { w.points_array.set(1, 17); return correlate(w); }},
        {"correlation, shape", shape, {"out", "(3, 3)", "(3, 17)"},
            [](World &w) { return scmp_stream_correlation(w.ctx, &w.options, 0, &w.points, nullptr, &w.scc); }},
        {"correlation, dtype", dtype, {"out", "i64"},
            [](World &w) { w.scc.dtype = SCMP_DTYPE_I64; return correlate(w); }},
        {"correlation, overlap", overlap, {"out", "x"},
            [](World &w) { w.scc.data = w.points.data; return correlate(w); }},
        {"correlation, entries", SCMP_ERROR_INVALID_CONFIG, {"2"},
            [](World &w) { w.options.config = w.config2; w.d_offset = 2; return correlate(w); }},
        {"error, out NULL", argument, {"out"},
            [](World &w) { return scmp_count_table_error(w.ctx, &w.options, 0, 1, nullptr, nullptr, nullptr, nullptr,
                nullptr); }},
        {"error of size 0", argument, {"scmp_table_error", "0"}, [](World &w) { w.error.size = 0; return measure(w); }},
        {"error, d_offset", argument, {"d_offset", "-1"}, [](World &w) { w.d_offset = -1; return measure(w); }},
        {"error, d 0", argument, {"d = 0"},
            [](World &w) { return scmp_count_table_error(w.ctx, &w.options, 0, 0, nullptr, nullptr, nullptr, nullptr,
                &w.error); }},
        {"error, no boundary", shape, {"x", "(0,)"}, [](World &w) { w.points.shape[0] = 0; return measure(w); }},
        {"error, entries", SCMP_ERROR_INVALID_CONFIG, {"2", "6"},
            [](World &w) { w.options.config = w.config2; return measure(w); }},
        {"error, weight negative", argument, {"x_weight[1]", "-1"},
            [](World &w) { w.weights_array.set(1, -1); return measure(w); }},
        {"error, weights 0", argument, {"x_weight", "0"},
            [](World &w) { w.weights_array.set(0, 0); w.weights_array.set(2, 0); return measure(w); }},
        {"error, weight NaN", SCMP_ERROR_NON_FINITE, {"x_weight"},
            [](World &w) { w.weights_array.set(1, std::numeric_limits<double>::quiet_NaN()); return measure(w); }},
        {"error, weights of another shape", shape, {"x_weight", "(2,)", "(3,)"},
            [](World &w) { w.weights.shape[0] = 2; return measure(w); }},
        {"error, weights of another type", dtype, {"x_weight", "u8"},
            [](World &w) { w.weights.dtype = SCMP_DTYPE_U8; return measure(w); }},
        {"score, d", argument, {"-1"}, [](World &w) { w.d_offset = -1; return score(w); }},
        {"score, entries", SCMP_ERROR_INVALID_CONFIG, {"2"},
            [](World &w) { w.options.config = w.config2; w.d_offset = 2; return score(w); }},
        {"score, candidates NULL", argument, {"candidates"},
            [](World &w) { return scmp_score_generators(w.ctx, &w.options, 0, nullptr, 2, nullptr, &w.squares, nullptr);
                }},
        {"score, too many candidates", argument, {"count", "2147483648"},
            [](World &w) { return scmp_score_generators(w.ctx, &w.options, 0, w.candidates, std::size_t(1) << 31,
                nullptr, &w.squares, nullptr); }},
        {"score, a candidate of size 0", argument, {"generators[1]", "0"},
            [](World &w) { w.candidates[1].size = 0; return score(w); }},
        {"score, no candidate initialised", argument, {"generators[0]", "3"},
            [](World &w) { w.candidates[0].size = 3; return score(w); }},
        {"score, a candidate's start", SCMP_ERROR_INVALID_CONFIG, {"generators[1]", "16", "15"},
            [](World &w) { w.candidates[1].sobol_start = 16; return score(w); }},
        {"score, weights of size 0", argument, {"scmp_score_weights", "0"},
            [](World &w) { w.score_weights.size = 0; return score(w); }},
        {"score, boundary", argument, {"x[1]", "17"}, [](World &w) { w.points_array.set(1, 17); return score(w); }},
        {"score, boundaries do not ascend", argument, {"x[2]", "8"},
            [](World &w) { w.points_array.set(2, 8); return score(w); }},
        {"score, too many boundaries", shape, {"x", "18", "17"},
            [](World &w) { w.points.shape[0] = 18; return score(w); }},
        {"score, target of another shape", shape, {"target", "(3, 2)", "(3, 3)"},
            [](World &w) { w.target3.shape[1] = 2; return score(w); }},
        {"score, square of another type", dtype, {"square", "i32"},
            [](World &w) { w.square.dtype = SCMP_DTYPE_I32; return score(w); }},
        {"score, square negative", argument, {"square[1][2]", "-0.5"},
            [](World &w) { w.square_array.set(5, -0.5); return score(w); }},
        {"score, target not finite", SCMP_ERROR_NON_FINITE, {"target"},
            [](World &w) { w.target3_array.set(5, std::numeric_limits<double>::infinity()); return score(w); }},
        {"score, sum not finite", SCMP_ERROR_NON_FINITE, {"sum"},
            [](World &w) { w.bias_array.set(7, std::numeric_limits<double>::quiet_NaN()); return score(w); }},
        {"score, sum of another shape", shape, {"sum", "(2, 3, 2)", "(T, 3, 3)"},
            [](World &w) { w.bias.shape[2] = 2; return score(w); }},
        {"score, sum of rank 2", shape, {"sum", "(2, 3)"}, [](World &w) { w.bias.rank = 2; return score(w); }},
        {"score, too many sums", shape, {"2^27"},
            [](World &w) { w.bias.shape[0] = std::int64_t(1) << 40; w.bias.strides[0] = 0; return score(w); }},
        {"score, squares NULL", argument, {"squares"},
            [](World &w) { return scmp_score_generators(w.ctx, &w.options, 0, w.candidates, 2, nullptr, nullptr,
                nullptr); }},
        {"score, squares of another shape", shape, {"squares", "(1,)", "(2,)"},
            [](World &w) { w.squares.shape[0] = 1; return score(w); }},
        {"score, sums of another shape", shape, {"sums", "(2, 1)", "(2, 2)"},
            [](World &w) { w.biases.shape[1] = 1; return score(w); }},
        {"score, sums of another type", dtype, {"sums", "i64"},
            [](World &w) { w.biases.dtype = SCMP_DTYPE_I64; return score(w); }},
        {"score, sums overlap squares", overlap, {"sums", "squares"},
            [](World &w) { w.biases.data = w.squares.data; return score(w); }},
        {"score, squares overlap target", overlap, {"squares", "target"},
            [](World &w) { w.squares.data = w.target3.data; return score(w); }},
        {"discrepancy, side", argument, {"side", "2"},
            [](World &w) { return scmp_sequence_discrepancy(w.ctx, &w.options, scmp_side(2), 0, &w.discrepancy); }},
        {"discrepancy, d", argument, {"-1"}, [](World &w) { w.d_offset = -1; return disperse(w); }},
        {"discrepancy, out NULL", argument, {"out"},
            [](World &w) { return scmp_sequence_discrepancy(w.ctx, &w.options, SCMP_SIDE_LEFT, 0, nullptr); }},
        {"lint, count NULL", argument, {"count"},
            [](World &w) { return scmp_lint(w.ctx, &w.options, 6, nullptr, nullptr, nullptr); }},
        {"lint, d", argument, {"-1"},
            [](World &w) { return scmp_lint(w.ctx, &w.options, -1, nullptr, nullptr, &w.width); }},
        {"lint, D * L", shape, {"134217728", "16"},
            [](World &w) { return scmp_lint(w.ctx, &w.options, 134217728, nullptr, nullptr, &w.width); }},
        {"lint, entries", SCMP_ERROR_INVALID_CONFIG, {"2", "6"},
            [](World &w) { w.options.config = w.config2; return lint(w); }},
    });
    // clang-format on
}

// Functions that cannot fail take anything.
void tolerant() {
    scmp_trace_init(nullptr);
    scmp_divergence_init(nullptr);
    scmp_accumulator_init(nullptr);
    scmp_table_error_init(nullptr);
    scmp_score_weights_init(nullptr);
    check(std::string(scmp_lint_name(scmp_lint_code(0))) == "unknown", "name of no finding");
    check(std::string(scmp_lint_name(scmp_lint_code(-7))) == "unknown", "name of no finding");
    check(std::string(scmp_lint_name(scmp_lint_code(9))) == "unknown", "name of no finding");
    check(std::string(scmp_signal_name(scmp_signal(-1))) == "unknown", "name of no signal");
    check(std::string(scmp_signal_name(scmp_signal(11))) == "unknown", "name of no signal");
    check(std::string(scmp_signal_name(SCMP_SIGNAL_NONE)) == "none", "name of none");
    check(scmp_adder_tree_levels(-5) == 1, "levels of nothing");
    check(scmp_adder_tree_levels(std::numeric_limits<std::int64_t>::max()) == 64, "levels of the largest D");
}

} // namespace

int main(int argc, char **argv) {
    return run("model errors",
               {{"what is not broken works", nothing_broken},
                {"operands and options", operands},
                {"batches", batches},
                {"traces", traces},
                {"progressive precision", progressions},
                {"cancelled", cancelled},
                {"accumulators", accumulators},
                {"OR and MUX", merges},
                {"options of an analysis", options},
                {"analysis", analyses},
                {"what cannot fail", tolerant}},
               argc, argv);
}
