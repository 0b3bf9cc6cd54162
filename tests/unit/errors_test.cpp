// One row for each kind of bad input: its status, a sentence with the argument and the numbers, and everything that the
// call was given as it was. The rows follow the table at scmp_status in the header.
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>

#include "scmp/scmp_model.h"
#include "support/directory.h"
#include "support/handles.h"
#include "support/product.h"
#include "support/stages.h"
#include "support/test.h"

using namespace test;

namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

template <class T> T *sentinel() {
    return reinterpret_cast<T *>(std::uintptr_t(0x40));
}

Array counting(scmp_dtype dtype, Shape shape) {
    Array array(dtype, std::move(shape));
    for (std::int64_t i = 0; i < array.count(); i++) array.set(i, double(i % 7) - 3);
    return array;
}

// Valid arguments for every function: N = 4, M = 3, D = 6, BH = 2. A row breaks one of them.
struct World {
    // Inputs.
    Array a_array = counting(SCMP_DTYPE_F32, {4, 6}), b_array = counting(SCMP_DTYPE_F32, {3, 6});
    Array a3_array = counting(SCMP_DTYPE_F32, {2, 4, 6}), b3_array = counting(SCMP_DTYPE_F32, {2, 3, 6});
    Array smooth_array = Array(SCMP_DTYPE_F32, {6}, {1, 2, 0.5, 1, 4, 1}),
          act_array = Array(SCMP_DTYPE_F32, {6}, {1, 2, 3, 0, 5, 6});
    Array ranges_in_array = Array(SCMP_DTYPE_F32, {4, 2}, {-3, 3, -3, 3, -3, 3, -3, 3}),
          mask_array = Array(SCMP_DTYPE_U8, {4}, {1, 0, 1, 1});
    Array f64_array = counting(SCMP_DTYPE_F64, {4, 6}), points_array = Array(SCMP_DTYPE_I16, {3}, {0, 8, 256});
    // Outputs, full of canaries.
    Array y_array = canary(SCMP_DTYPE_F32, {4, 3}), y3_array = canary(SCMP_DTYPE_F32, {2, 4, 3}),
          counts_array = canary(SCMP_DTYPE_I32, {4, 3});
    Array scales_array = canary(SCMP_DTYPE_F32, {6}), out_array = canary(SCMP_DTYPE_F32, {4, 6}),
          ranges_array = canary(SCMP_DTYPE_F32, {4, 2});
    Array draws_array = canary(SCMP_DTYPE_I32, {256}), table_array = canary(SCMP_DTYPE_I32, {3, 3}),
          index_array = canary(SCMP_DTYPE_I32, {6});
    Array levels_array = canary(SCMP_DTYPE_I16, {128}), sums_array = canary(SCMP_DTYPE_I64, {4, 3});
    Array scale_array = canary(SCMP_DTYPE_F32, {4});
    // Views of them, which a row may break.
    scmp_tensor a = a_array.view(), b = b_array.view(), a3 = a3_array.view(), b3 = b3_array.view();
    scmp_tensor smooth = smooth_array.view(), act = act_array.view(), ranges_in = ranges_in_array.view();
    scmp_tensor mask = mask_array.view(), f64 = f64_array.view(), points = points_array.view();
    scmp_tensor y = y_array.view(), y3 = y3_array.view(), counts = counts_array.view(), scales = scales_array.view();
    scmp_tensor out = out_array.view(), ranges = ranges_array.view(), draws = draws_array.view();
    scmp_tensor table = table_array.view(), index = index_array.view(), levels = levels_array.view();
    scmp_tensor sums = sums_array.view(), scale = scale_array.view();

    Ctx ctx = context();
    scmp_matmul_options options = defaults();
    scmp_generator generator;
    scmp_element element{};
    scmp_config_desc desc;
    Calib calib, longer;
    Packed packed;
    Config config4;
    Levels a_levels = all_levels(a_array, SCMP_SIDE_LEFT, options),
           b_levels = all_levels(b_array, SCMP_SIDE_RIGHT, options);
    Levels a_unipolar, b_unipolar;
    Array sums_in;
    scmp_tensor sums_in_view;
    scmp_quantized qa, qb, qout;
    // Handles and numbers that a call may give.
    scmp_ctx *new_ctx = sentinel<scmp_ctx>();
    scmp_config *new_config = sentinel<scmp_config>();
    scmp_packed *new_packed = sentinel<scmp_packed>();
    scmp_calib *new_calib = sentinel<scmp_calib>();
    scmp_report report;
    scmp_call call;
    std::size_t needed = 12345;
    std::int32_t number = 12345;
    std::uint64_t hash[2] = {12345, 12345};
    std::uint32_t seeds[12];
    Array before;

    World() {
        scmp_generator_init(&generator);
        scmp_config_desc_init(&desc);
        desc.generators = &generator;
        desc.generator_count = 1;
        desc.left = desc.right = &element;
        desc.left_count = desc.right_count = 1;
        desc.uniform = 1;
        ok(scmp_calib_create(ctx, 6, SCMP_DTYPE_F32, calib.out()), "calib");
        ok(scmp_calib_observe(calib, &a, nullptr), "observe");
        ok(scmp_calib_create(ctx, 7, SCMP_DTYPE_F32, longer.out()), "calib");
        ok(scmp_packed_create(ctx, &b, nullptr, packed.out()), "packed");
        ok(scmp_config_create_named(ctx, "sobol_simple", 4, config4.out()), "config");
        quantize(ctx, a_array, SCMP_SIDE_LEFT, options, nullptr, a_levels);
        quantize(ctx, b_array, SCMP_SIDE_RIGHT, options, nullptr, b_levels);
        qa = a_levels.arrays();
        qb = b_levels.arrays();
        sums_in = count(ctx, a_levels, b_levels, options, {4, 3}, SCMP_DTYPE_I64);
        sums_in_view = sums_in.view();
        scmp_quantized_init(&qout);
        qout.scale = &scale;
        scmp_report_init(&report);
        scmp_call_init(&call);
        std::memset(seeds, 0x5a, sizeof seeds);
        before = maxima();
    }

    ~World() {
        // What a call that succeeded gave.
        if (new_ctx != sentinel<scmp_ctx>()) scmp_ctx_destroy(&new_ctx);
        if (new_config != sentinel<scmp_config>()) scmp_config_destroy(&new_config);
        if (new_packed != sentinel<scmp_packed>()) scmp_packed_destroy(&new_packed);
        if (new_calib != sentinel<scmp_calib>()) scmp_calib_destroy(&new_calib);
    }
    World(const World &) = delete;

    Array maxima() {
        Array now(SCMP_DTYPE_F32, {6});
        const scmp_tensor view = now.view();
        ok(scmp_calib_act_scales(calib, &view), "scmp_calib_act_scales");
        return now;
    }

    // Everything that is not an input to break is as it was.
    void unchanged() {
        for (const Array *array : {&y_array, &y3_array, &counts_array, &scales_array, &out_array, &ranges_array,
                                   &draws_array, &table_array, &index_array, &levels_array, &sums_array, &scale_array})
            untouched(*array, "an output of shape " + test::text(array->shape));
        check(new_ctx == sentinel<scmp_ctx>() && new_config == sentinel<scmp_config>() &&
                  new_packed == sentinel<scmp_packed>() && new_calib == sentinel<scmp_calib>(),
              "a handle changed");
        check(needed == 12345 && number == 12345 && hash[0] == 12345 && hash[1] == 12345, "a number changed");
        for (const std::uint32_t seed : seeds) check(seed == 0x5a5a5a5a, "seeds were written");
        same(maxima(), before, "statistics");
        check(scmp_calib_rows(calib) == 4 && scmp_calib_rows(longer) == 0, "rows of statistics");
        // The handles still work.
        Array fresh = canary(SCMP_DTYPE_F32, {4, 3}), packed_fresh = fresh;
        const Array good_a = counting(SCMP_DTYPE_F32, {4, 6}), good_b = counting(SCMP_DTYPE_F32, {3, 6});
        const scmp_tensor view_a = good_a.view(), view_b = good_b.view(), view = fresh.view(),
                          packed_view = packed_fresh.view();
        ok(scmp_matmul(ctx, &view_a, &view_b, nullptr, nullptr, &view), "a good product after the error");
        ok(scmp_matmul_packed(ctx, &view_a, packed, nullptr, &packed_view), "a good packed product");
        same(packed_fresh, fresh, "a good packed product");
    }
};

struct Row {
    std::string name;
    scmp_status status;
    std::vector<std::string> words;
    std::function<scmp_status(World &)> call;
};

scmp_status multiply(World &w) {
    return scmp_matmul(w.ctx, &w.a, &w.b, &w.options, &w.call, &w.y);
}

scmp_status multiply3(World &w) {
    return scmp_matmul(w.ctx, &w.a3, &w.b3, &w.options, nullptr, &w.y3);
}

scmp_status draw(World &w) {
    return scmp_generator_draws(w.ctx, &w.generator, 8, &w.draws);
}

scmp_status create_config(World &w) {
    return scmp_config_create(w.ctx, &w.desc, &w.new_config);
}

// --- Null pointers and structs that were not initialised ------------------------------------------------------------

std::vector<Row> pointers() {
    constexpr auto status = SCMP_ERROR_INVALID_ARGUMENT;
    // clang-format off
    return {
        {"matmul ctx", status, {"ctx"},
            [](World &w) { return scmp_matmul(nullptr, &w.a, &w.b, nullptr, nullptr, &w.y); }},
        {"matmul a", status, {"a"}, [](World &w) { return scmp_matmul(w.ctx, nullptr, &w.b, nullptr, nullptr, &w.y); }},
        {"matmul b", status, {"b"}, [](World &w) { return scmp_matmul(w.ctx, &w.a, nullptr, nullptr, nullptr, &w.y); }},
        {"matmul no output", status, {"y", "counts"},
            [](World &w) { return scmp_matmul(w.ctx, &w.a, &w.b, nullptr, nullptr, nullptr); }},
        {"matmul a.data", status, {"a"}, [](World &w) { w.a.data = nullptr; return multiply(w); }},
        {"matmul y.data", status, {"y"}, [](World &w) { w.y.data = nullptr; return multiply(w); }},
        {"packed_create b", status, {"b"},
            [](World &w) { return scmp_packed_create(w.ctx, nullptr, nullptr, &w.new_packed); }},
        {"packed_create out", status, {"out"},
            [](World &w) { return scmp_packed_create(w.ctx, &w.b, nullptr, nullptr); }},
        {"matmul_packed packed", status, {"packed"},
            [](World &w) { return scmp_matmul_packed(w.ctx, &w.a, nullptr, nullptr, &w.y); }},
        {"matmul_packed no output", status, {"y", "counts"},
         [](World &w) { return scmp_matmul_packed(w.ctx, &w.a, w.packed, nullptr, nullptr); }},
        {"ctx_create out", status, {"out"}, [](World &) { return scmp_ctx_create(nullptr, nullptr); }},
        {"ctx_set_threads ctx", status, {"ctx"}, [](World &) { return scmp_ctx_set_threads(nullptr, 1); }},
        {"ctx_set_cuda_stream ctx", status, {"ctx"},
            [](World &) { return scmp_ctx_set_cuda_stream(nullptr, nullptr); }},
        {"ctx_set_cuda_workspace ctx", status, {"ctx"},
            [](World &) { return scmp_ctx_set_cuda_workspace(nullptr, nullptr, 0); }},
        {"ctx_synchronize ctx", status, {"ctx"}, [](World &) { return scmp_ctx_synchronize(nullptr); }},
        {"config_create_named name", status, {"name"},
            [](World &w) { return scmp_config_create_named(w.ctx, nullptr, 8, &w.new_config); }},
        {"config_create_named out", status, {"out"},
            [](World &w) { return scmp_config_create_named(w.ctx, "sobol_simple", 8, nullptr); }},
        {"config_create_json text", status, {"text"},
            [](World &w) { return scmp_config_create_json(w.ctx, nullptr, 5, 8, &w.new_config); }},
        {"config_create desc", status, {"desc"},
            [](World &w) { return scmp_config_create(w.ctx, nullptr, &w.new_config); }},
        {"config_create generators", status, {"generators"},
         [](World &w) { w.desc.generators = nullptr; return scmp_config_create(w.ctx, &w.desc, &w.new_config); }},
        {"config_create left", status, {"left"},
            [](World &w) { w.desc.left = nullptr; return scmp_config_create(w.ctx, &w.desc, &w.new_config); }},
        {"config_to_json config", status, {"config"},
            [](World &w) { return scmp_config_to_json(w.ctx, nullptr, 1, nullptr, 0, &w.needed); }},
        {"config_to_json needed", status, {"needed"},
            [](World &w) { return scmp_config_to_json(w.ctx, w.config4, 1, nullptr, 0, nullptr); }},
        {"config_to_json buffer", status, {"buffer"},
            [](World &w) { return scmp_config_to_json(w.ctx, w.config4, 1, nullptr, 100000, &w.needed); }},
        {"sobol_seeds seeds", status, {"seeds"}, [](World &) { return scmp_sobol_seeds(SCMP_SIDE_LEFT, 8, nullptr); }},
        {"lfsr_tap_set taps", status, {"taps"}, [](World &w) { return scmp_lfsr_tap_set(8, 0, nullptr, &w.number); }},
        {"calib_create ctx", status, {"ctx"},
            [](World &w) { return scmp_calib_create(nullptr, 6, SCMP_DTYPE_F32, &w.new_calib); }},
        {"calib_create out", status, {"out"},
            [](World &w) { return scmp_calib_create(w.ctx, 6, SCMP_DTYPE_F32, nullptr); }},
        {"calib_observe calib", status, {"calib"}, [](World &w) { return scmp_calib_observe(nullptr, &w.a, nullptr); }},
        {"calib_observe x", status, {"x"}, [](World &w) { return scmp_calib_observe(w.calib, nullptr, nullptr); }},
        {"calib_merge from", status, {"from"}, [](World &w) { return scmp_calib_merge(w.calib, nullptr); }},
        {"calib_act_scales act", status, {"act"}, [](World &w) { return scmp_calib_act_scales(w.calib, nullptr); }},
        {"calib_save path", status, {"path"}, [](World &w) { return scmp_calib_save(w.calib, nullptr); }},
        {"calib_load path", status, {"path"},
            [](World &w) { return scmp_calib_load(w.ctx, nullptr, 6, &w.new_calib); }},
        {"smooth_scales calib", status, {"calib"},
            [](World &w) { return scmp_smooth_scales(nullptr, &w.b, 1, 0.5, &w.scales); }},
        {"smooth_scales weights", status, {"weights"},
            [](World &w) { return scmp_smooth_scales(w.calib, nullptr, 1, 0.5, &w.scales); }},
        {"smooth_scales none", status, {"weight_count", "0"},
            [](World &w) { return scmp_smooth_scales(w.calib, &w.b, 0, 0.5, &w.scales); }},
        {"smooth_scales scales", status, {"scales"},
            [](World &w) { return scmp_smooth_scales(w.calib, &w.b, 1, 0.5, nullptr); }},
        {"smooth_activation x", status, {"x"},
            [](World &w) { return scmp_smooth_activation(w.ctx, nullptr, &w.smooth, &w.out); }},
        {"smooth_activation scales", status, {"scales"},
            [](World &w) { return scmp_smooth_activation(w.ctx, &w.a, nullptr, &w.out); }},
        {"smooth_weight out", status, {"out"},
            [](World &w) { return scmp_smooth_weight(w.ctx, &w.a, &w.smooth, nullptr); }},
        {"tensor_hash ctx", status, {"ctx"}, [](World &w) { return scmp_tensor_hash(nullptr, &w.a, w.hash); }},
        {"tensor_hash t", status, {"t"}, [](World &w) { return scmp_tensor_hash(w.ctx, nullptr, w.hash); }},
        {"tensor_hash hash", status, {"hash"}, [](World &w) { return scmp_tensor_hash(w.ctx, &w.a, nullptr); }},
        {"tensor_hash data", status, {"t", "data"},
         [](World &w) { w.a.data = nullptr; return scmp_tensor_hash(w.ctx, &w.a, w.hash); }},
        {"tensor_hash dtype", status, {"t", "dtype"},
         [](World &w) { w.a.dtype = scmp_dtype(9); return scmp_tensor_hash(w.ctx, &w.a, w.hash); }},
        {"ranges ranges", status, {"ranges"},
            [](World &w) { return scmp_ranges(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, nullptr); }},
        {"scale_shape out", status, {"out"},
            [](World &w) { return scmp_scale_shape(&w.a, SCMP_SIDE_LEFT, nullptr, nullptr); }},
        {"quantize out", status, {"out"},
            [](World &w) { return scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, nullptr, nullptr); }},
        {"count a", status, {"a"}, [](World &w) { return scmp_count(w.ctx, nullptr, &w.qb, nullptr, 0, 0, &w.sums); }},
        {"count b.boundary", status, {"b", "boundary"},
         [](World &w) { w.qb.boundary = nullptr; return scmp_count(w.ctx, &w.qa, &w.qb, nullptr, 0, 0, &w.sums); }},
        {"count sums", status, {"sums"},
            [](World &w) { return scmp_count(w.ctx, &w.qa, &w.qb, nullptr, 0, 0, nullptr); }},
        {"dequantize sums", status, {"sums"},
            [](World &w) { return scmp_dequantize(w.ctx, nullptr, &w.qa, &w.qb, 6, nullptr, &w.y); }},
        {"dequantize a.scale", status, {"a", "scale"},
         [](World &w) { w.qa.scale = nullptr;
             return scmp_dequantize(w.ctx, &w.sums_in_view, &w.qa, &w.qb, 6, nullptr, &w.y); }},
        {"dequantize zero_point", status, {"zero_point"},
         [](World &w) { w.options.mode = SCMP_MODE_UNIPOLAR;
             return scmp_dequantize(w.ctx, &w.sums_in_view, &w.qa, &w.qb, 6, &w.options, &w.y); }},
        {"dequantize y", status, {"y"},
            [](World &w) { return scmp_dequantize(w.ctx, &w.sums_in_view, &w.qa, &w.qb, 6, nullptr, nullptr); }},
        {"generator_draws generator", status, {"generator"},
            [](World &w) { return scmp_generator_draws(w.ctx, nullptr, 8, &w.draws); }},
        {"sequence out", status, {"out"},
            [](World &w) { return scmp_sequence(w.ctx, nullptr, SCMP_SIDE_LEFT, 0, nullptr); }},
        {"count_table out", status, {"out"},
            [](World &w) { return scmp_count_table(w.ctx, nullptr, 0, nullptr, nullptr, nullptr); }},
        {"table_index table_count", status, {"table_count"},
            [](World &w) { return scmp_table_index(w.ctx, nullptr, 6, &w.index, nullptr); }},
        {"level_boundaries out", status, {"out"}, [](World &) { return scmp_level_boundaries(nullptr, nullptr); }},
        // Sizes of structs that no _init set.
        {"options of size 0", status, {"scmp_matmul_options", "0"},
            [](World &w) { w.options.size = 0; return multiply(w); }},
        {"options of size 3", status, {"scmp_matmul_options", "3"},
            [](World &w) { w.options.size = 3; return multiply(w); }},
        {"options of a later version", status, {"scmp_matmul_options", "100000"},
            [](World &w) { w.options.size = 100000; return multiply(w); }},
        {"report of size 0", status, {"scmp_report"},
            [](World &w) { w.report.size = 0; w.call.report = &w.report; return multiply(w); }},
        {"generator of size 0", status, {"generators", "size 0"},
         [](World &w) { w.generator.size = 0; return scmp_generator_draws(w.ctx, &w.generator, 8, &w.draws); }},
        {"desc of size 0", status, {"scmp_config_desc"},
            [](World &w) { w.desc.size = 0; return scmp_config_create(w.ctx, &w.desc, &w.new_config); }},
        {"generator of size 0 in a pool", status, {"generators", "size 0"},
         [](World &w) { w.generator.size = 0; return scmp_config_create(w.ctx, &w.desc, &w.new_config); }},
        {"quantized of size 0", status, {"scmp_quantized"},
         [](World &w) { w.qout.size = 0; return scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, nullptr, &w.qout);
             }},
        {"ctx options of size 0", status, {"scmp_ctx_options"},
         [](World &w) { scmp_ctx_options options; scmp_ctx_options_init(&options); options.size = 0;
             return scmp_ctx_create(&options, &w.new_ctx); }},
    };
    // clang-format on
}

// --- Numbers out of their ranges ------------------------------------------------------------------------------------

// Adds positive counts to a sum that is already the largest.
scmp_status total_beyond_i32(World &w) {
    Array full(SCMP_DTYPE_I32, {4, 3});
    full.set(8, 2147483647);
    const Array was = full;
    const scmp_tensor view = full.view();
    w.qa.sign = w.qb.sign = nullptr;
    const scmp_status status = scmp_count(w.ctx, &w.qa, &w.qb, nullptr, 0, 1, &view);
    same(full, was, "sums that would overflow");
    return status;
}

template <class Change> scmp_status create_ctx(World &w, Change &&change) {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    change(options);
    return scmp_ctx_create(&options, &w.new_ctx);
}

std::vector<Row> arguments() {
    constexpr auto status = SCMP_ERROR_INVALID_ARGUMENT;
    // clang-format off
    return {
        {"dtype 99", status, {"a", "99"}, [](World &w) { w.a.dtype = scmp_dtype(99); return multiply(w); }},
        {"output dtype -1", status, {"y", "-1"}, [](World &w) { w.y.dtype = scmp_dtype(-1); return multiply(w); }},
        {"device 1 of none", SCMP_ERROR_UNSUPPORTED, {"a", "device", "1"},
            [](World &w) { w.a.device = 1; return multiply(w); }},
        {"generator type 9", SCMP_ERROR_INVALID_CONFIG, {"type", "9"},
            [](World &w) { w.generator.type = scmp_generator_type(9); return draw(w); }},
        {"sobol side 5", SCMP_ERROR_INVALID_CONFIG, {"side", "5"},
            [](World &w) { w.generator.sobol_side = scmp_side(5); return create_config(w); }},
        {"desc scramble 9", status, {"scramble", "9"},
            [](World &w) { w.desc.scramble = scmp_scramble(9); return create_config(w); }},
        {"uniform of nothing", SCMP_ERROR_INVALID_CONFIG, {"left_count", "0"},
            [](World &w) { w.desc.left_count = 0; return create_config(w); }},
        {"act negative", status, {"act", "-1"},
         [](World &w) { w.act_array.set(2, -1);
             return scmp_smooth_scales_from(w.ctx, &w.act, &w.b, 1, 0.5, 1e-5, &w.scales); }},
        {"config_to_json d", status, {"-1"},
            [](World &w) { return scmp_config_to_json(w.ctx, w.config4, -1, nullptr, 0, &w.needed); }},
        {"table_index d", status, {"-1"},
            [](World &w) { return scmp_table_index(w.ctx, nullptr, -1, nullptr, &w.number); }},
        {"threads 0", status, {"threads", "0", "1024"},
            [](World &w) { return create_ctx(w, [](auto &o) { o.threads = 0; }); }},
        {"threads 1025", status, {"1025"}, [](World &w) { return create_ctx(w, [](auto &o) { o.threads = 1025; }); }},
        {"backend 99", status, {"backend", "99"},
            [](World &w) { return create_ctx(w, [](auto &o) { o.backend = scmp_backend(99); }); }},
        {"log_level 7", status, {"log_level", "7"},
            [](World &w) { return create_ctx(w, [](auto &o) { o.log_level = scmp_log_level(7); }); }},
        {"alloc alone", status, {"alloc", "free"},
         [](World &w) { return create_ctx(w,
             [](auto &o) { o.alloc = [](void *, std::size_t, std::size_t) -> void * { return nullptr; }; }); }},
        {"set_threads -5", status, {"threads", "-5"}, [](World &w) { return scmp_ctx_set_threads(w.ctx, -5); }},
        {"side 2", status, {"side", "2"},
            [](World &w) { return scmp_ranges(w.ctx, &w.a, scmp_side(2), nullptr, &w.ranges); }},
        {"sobol_seeds sc_prec", status, {"11"}, [](World &w) { return scmp_sobol_seeds(SCMP_SIDE_LEFT, 11, w.seeds); }},
        {"sobol_seeds side", status, {"side"}, [](World &w) { return scmp_sobol_seeds(scmp_side(-1), 8, w.seeds); }},
        {"lfsr_tap_set index", status, {"99"},
         [](World &w) { return scmp_lfsr_tap_set(8, 99, reinterpret_cast<std::int32_t *>(w.seeds), &w.number); }},
        {"lfsr_tap_set width 1", status, {"1"},
         [](World &w) { return scmp_lfsr_tap_set(1, 0, reinterpret_cast<std::int32_t *>(w.seeds), &w.number); }},
        {"eps 0", status, {"eps", "0"},
            [](World &w) { return scmp_smooth_scales_from(w.ctx, &w.act, &w.b, 1, 0.5, 0, &w.scales); }},
        {"eps NaN", status, {"eps"},
            [](World &w) { return scmp_smooth_scales_from(w.ctx, &w.act, &w.b, 1, 0.5, nan_value, &w.scales); }},
        {"eps infinite", status, {"eps"},
            [](World &w) { return scmp_smooth_scales_from(w.ctx, &w.act, &w.b, 1, 0.5, infinity, &w.scales); }},
        {"named sc_prec 0", status, {"sc_prec", "0"},
            [](World &w) { return scmp_config_create_named(w.ctx, "sobol_simple", 0, &w.new_config); }},
        {"named sc_prec 11", status, {"sc_prec", "11"},
            [](World &w) { return scmp_config_create_named(w.ctx, "sobol_simple", 11, &w.new_config); }},
        {"desc sc_prec 11", status, {"sc_prec", "11"},
         [](World &w) { w.desc.sc_prec = 11; return scmp_config_create(w.ctx, &w.desc, &w.new_config); }},
        {"draws sc_prec 0", status, {"sc_prec", "0"},
            [](World &w) { return scmp_generator_draws(w.ctx, &w.generator, 0, &w.draws); }},
        {"sequence d", status, {"d = -1"},
            [](World &w) { return scmp_sequence(w.ctx, nullptr, SCMP_SIDE_LEFT, -1, &w.draws); }},
        {"count_table d", status, {"d = -3"},
            [](World &w) { return scmp_count_table(w.ctx, nullptr, -3, &w.points, &w.points, &w.table); }},
        {"count_table boundary", status, {"257", "256"},
         [](World &w) { w.points_array.set(2, 257);
             return scmp_count_table(w.ctx, nullptr, 0, &w.points, &w.points, &w.table); }},
        {"count_table negative boundary", status, {"-1"},
         [](World &w) { w.points_array.set(0, -1);
             return scmp_count_table(w.ctx, nullptr, 0, nullptr, &w.points, &w.table); }},
        {"count boundary", status, {"a", "boundary", "300", "256"},
         [](World &w) { w.a_levels.boundary.set(7, 300); return scmp_count(w.ctx, &w.qa, &w.qb, nullptr, 0, 0, &w.sums);
             }},
        {"count negative boundary", status, {"b", "boundary", "-1"},
         [](World &w) { w.b_levels.boundary.set(2, -1); return scmp_count(w.ctx, &w.qa, &w.qb, nullptr, 0, 0, &w.sums);
             }},
        {"count sign", status, {"b", "sign", "2"},
         [](World &w) { w.b_levels.sign.set(3, 2); return scmp_count(w.ctx, &w.qa, &w.qb, nullptr, 0, 0, &w.sums); }},
        {"count d_offset", status, {"d_offset", "-1"},
            [](World &w) { return scmp_count(w.ctx, &w.qa, &w.qb, nullptr, -1, 0, &w.sums); }},
        {"count total", status, {"sums", "I32"}, total_beyond_i32},
        {"dequantize sums beyond 32 bits", status, {"sums", "2147483648", "5"},
         [](World &w) { Array sums(SCMP_DTYPE_I64, {4, 3}); sums.set(5, 2147483648.0);
             const scmp_tensor view = sums.view();
             return scmp_dequantize(w.ctx, &view, &w.qa, &w.qb, 6, nullptr, &w.y); }},
        {"ranges out of order", status, {"ranges", "3", "-3"},
         [](World &w) { w.ranges_in_array.set(0, 3); w.ranges_in_array.set(1, -3);
             return scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, &w.ranges_in, &w.qout); }},
        {"ranges NaN", status, {"ranges"},
         [](World &w) { w.ranges_in_array.set(5, nan_value);
             return scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, &w.ranges_in, &w.qout); }},
        {"ranges infinite", status, {"ranges"},
         [](World &w) { w.ranges_in_array.set(7, infinity);
             return scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, &w.ranges_in, &w.qout); }},
        {"packed for another backend", status, {"packed", "reference", "cpu"},
         [](World &w) { const Ctx other = context(Engine{SCMP_BACKEND_REFERENCE, ""});
             return scmp_matmul_packed(other, &w.a, w.packed, nullptr, &w.y); }},
    };
    // clang-format on
}

// --- Options, by every function that takes them ---------------------------------------------------------------------

struct BadOptions {
    const char *name;
    scmp_status status;
    std::vector<std::string> words;
    void (*change)(scmp_matmul_options &);
};

// clang-format off
const std::vector<BadOptions> bad_options = {
    {"granularity 9", SCMP_ERROR_INVALID_ARGUMENT, {"granularity", "9"},
        [](auto &o) { o.granularity = scmp_granularity(9); }},
    {"granularity -1", SCMP_ERROR_INVALID_ARGUMENT, {"granularity", "-1"},
        [](auto &o) { o.granularity = scmp_granularity(-1); }},
    {"mode 2", SCMP_ERROR_INVALID_ARGUMENT, {"mode", "2"}, [](auto &o) { o.mode = scmp_mode(2); }},
    {"scramble 6", SCMP_ERROR_INVALID_ARGUMENT, {"scramble", "6"}, [](auto &o) { o.scramble = scmp_scramble(6); }},
    {"sc_prec 1", SCMP_ERROR_INVALID_ARGUMENT, {"sc_prec", "1", "2"}, [](auto &o) { o.sc_prec = 1; }},
    {"sc_prec 11", SCMP_ERROR_INVALID_ARGUMENT, {"sc_prec", "11", "10"}, [](auto &o) { o.sc_prec = 11; }},
    {"sc_prec 0, unipolar", SCMP_ERROR_INVALID_ARGUMENT, {"sc_prec", "0", "1"},
        [](auto &o) { o.sc_prec = 0; o.mode = SCMP_MODE_UNIPOLAR; }},
    {"stoc_len 0", SCMP_ERROR_INVALID_ARGUMENT, {"stoc_len", "0", "256"}, [](auto &o) { o.stoc_len = 0; }},
    {"stoc_len 257", SCMP_ERROR_INVALID_ARGUMENT, {"stoc_len", "257", "256"}, [](auto &o) { o.stoc_len = 257; }},
    {"stoc_len -2", SCMP_ERROR_INVALID_ARGUMENT, {"stoc_len", "-2"}, [](auto &o) { o.stoc_len = -2; }},
    {"rng_levels 0", SCMP_ERROR_INVALID_ARGUMENT, {"rng_levels", "0", "16384"}, [](auto &o) { o.rng_levels = 0; }},
    {"rng_levels 16385", SCMP_ERROR_INVALID_ARGUMENT, {"rng_levels", "16385"}, [](auto &o) { o.rng_levels = 16385; }},
    {"group_a 0", SCMP_ERROR_INVALID_ARGUMENT, {"group_a", "0"}, [](auto &o) { o.group_a = 0; }},
    {"group_b -4", SCMP_ERROR_INVALID_ARGUMENT, {"group_b", "-4"}, [](auto &o) { o.group_b = -4; }},
    {"per_head unipolar", SCMP_ERROR_UNSUPPORTED, {"per_head", "bipolar"},
        [](auto &o) { o.granularity = SCMP_GRANULARITY_PER_HEAD; o.mode = SCMP_MODE_UNIPOLAR; }},
    {"chunk_d with per_tensor", SCMP_ERROR_UNSUPPORTED, {"chunk_d", "3", "per_row"},
        [](auto &o) { o.chunk_d = 3; o.granularity = SCMP_GRANULARITY_PER_TENSOR; }},
    {"chunk_d beyond D with per_head", SCMP_ERROR_UNSUPPORTED, {"chunk_d", "999", "per_row"},
     [](auto &o) { o.chunk_d = 999; o.granularity = SCMP_GRANULARITY_PER_HEAD; }},
    {"chunk_d unipolar", SCMP_ERROR_UNSUPPORTED, {"chunk_d", "3", "bipolar"},
        [](auto &o) { o.chunk_d = 3; o.mode = SCMP_MODE_UNIPOLAR; }},
};
// clang-format on

using Taker = std::pair<const char *, std::function<scmp_status(World &)>>;

// Every function that takes options.
// clang-format off
const std::vector<Taker> takers = {
    {"matmul", multiply},
    {"packed_create", [](World &w) { return scmp_packed_create(w.ctx, &w.b, &w.options, &w.new_packed); }},
    {"scale_shape", [](World &w) { return scmp_scale_shape(&w.a, SCMP_SIDE_LEFT, &w.options, &w.f64); }},
    {"ranges", [](World &w) { return scmp_ranges(w.ctx, &w.a, SCMP_SIDE_LEFT, &w.options, &w.ranges); }},
    {"quantize", [](World &w) { return scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, &w.options, nullptr, &w.qout); }},
    {"count", [](World &w) { return scmp_count(w.ctx, &w.qa, &w.qb, &w.options, 0, 0, &w.sums); }},
    {"dequantize", [](World &w) { return scmp_dequantize(w.ctx, &w.sums_in_view, &w.qa, &w.qb, 6, &w.options, &w.y); }},
    {"sequence", [](World &w) { return scmp_sequence(w.ctx, &w.options, SCMP_SIDE_LEFT, 0, &w.draws); }},
    {"count_table", [](World &w) { return scmp_count_table(w.ctx, &w.options, 0, &w.points, &w.points, &w.table); }},
    {"table_index", [](World &w) { return scmp_table_index(w.ctx, &w.options, 6, &w.index, &w.number); }},
    {"level_boundaries", [](World &w) { return scmp_level_boundaries(&w.options, &w.levels); }},
};
// clang-format on

std::vector<Row> options() {
    std::vector<Row> rows;
    for (const BadOptions &bad : bad_options)
        for (const auto &[function, call] : takers)
            rows.push_back({std::string(function) + " " + bad.name, bad.status, bad.words,
                            [change = bad.change, call = call](World &w) {
                                change(w.options);
                                return call(w);
                            }});
    return rows;
}

// --- Shapes, dtypes, D ----------------------------------------------------------------------------------------------

std::vector<Row> shapes() {
    constexpr auto status = SCMP_ERROR_INVALID_SHAPE;
    constexpr std::int64_t huge = std::int64_t(1) << 40;
    // clang-format off
    return {
        {"a of rank 1", status, {"a", "rank 1"},
            [](World &w) { w.a = scmp_tensor_1d(SCMP_DTYPE_F32, w.a.data, 6); return multiply(w); }},
        {"a of rank 4", status, {"a", "rank 4"},
         [](World &w) { const std::int64_t sizes[] = {1, 1, 4, 6};
             w.a = scmp_tensor_nd(SCMP_DTYPE_F32, w.a.data, 4, sizes); return multiply(w); }},
        {"a of rank 9", status, {"a", "9"}, [](World &w) { w.a.rank = 9; return multiply(w); }},
        {"a of rank -1", status, {"a", "-1"}, [](World &w) { w.a.rank = -1; return multiply(w); }},
        {"ranks differ", status, {"2", "3"},
            [](World &w) { return scmp_matmul(w.ctx, &w.a, &w.b3, nullptr, nullptr, &w.y); }},
        {"BH differ", status, {"BH = 2", "BH = 1"}, [](World &w) { w.b3.shape[0] = 1; return multiply3(w); }},
        {"y of another shape", status, {"y", "(3, 3)", "(4, 3)"},
            [](World &w) { w.y.shape[0] = 3; return multiply(w); }},
        {"y of another rank", status, {"y", "(2, 4, 3)", "(4, 3)"},
            [](World &w) { return scmp_matmul(w.ctx, &w.a, &w.b, nullptr, nullptr, &w.y3); }},
        {"counts of another shape", status, {"counts", "(4, 2)", "(4, 3)"},
         [](World &w) { w.counts.shape[1] = 2; w.call.counts = &w.counts; return multiply(w); }},
        {"a negative size", status, {"a", "-4"}, [](World &w) { w.a.shape[0] = -4; return multiply(w); }},
        {"sizes that overflow", status, {"a", "1099511627776"},
            [](World &w) { w.a.shape[0] = huge; w.a.shape[1] = huge; return multiply(w); }},
        {"strides that overflow", status, {"a"},
            [](World &w) { w.a.strides[0] = std::numeric_limits<std::int64_t>::max() / 2; return multiply(w); }},
        {"the least stride", status, {"a"},
            [](World &w) { w.a.strides[1] = std::numeric_limits<std::int64_t>::min(); return multiply(w); }},
        {"sizes that overflow beside a 0", status, {"a"},
         [](World &w) { w.a = scmp_tensor_3d(SCMP_DTYPE_F32, nullptr, 0, huge, huge);
             w.b = scmp_tensor_3d(SCMP_DTYPE_F32, nullptr, 0, 1, huge);
             w.y = scmp_tensor_3d(SCMP_DTYPE_F32, nullptr, 0, huge, 1); return multiply(w); }},
        {"D * L too large", status, {"8388608", "256", "2147483647"},
         [](World &w) { w.a.shape[1] = w.b.shape[1] = 8388608; w.a.strides[1] = w.b.strides[1] = 0; return multiply(w);
             }},
        {"packed D * L too large", status, {"8388608"},
         [](World &w) { w.b.shape[1] = 8388608; w.b.strides[1] = 0;
             return scmp_packed_create(w.ctx, &w.b, nullptr, &w.new_packed); }},
        {"packed and another rank", status, {"rank"},
            [](World &w) { return scmp_matmul_packed(w.ctx, &w.a3, w.packed, nullptr, &w.y3); }},
        {"calib_create d", status, {"-1"},
            [](World &w) { return scmp_calib_create(w.ctx, -1, SCMP_DTYPE_F32, &w.new_calib); }},
        {"observe rank 0", status, {"x", "rank 0"},
         [](World &w) { w.a = scmp_tensor_0d(SCMP_DTYPE_F32, w.a.data);
             return scmp_calib_observe(w.calib, &w.a, nullptr); }},
        {"observe mask", status, {"row_mask", "3", "4"},
            [](World &w) { w.mask.shape[0] = 3; return scmp_calib_observe(w.calib, &w.a, &w.mask); }},
        {"act_scales rank", status, {"act"}, [](World &w) { return scmp_calib_act_scales(w.calib, &w.out); }},
        {"weights of rank 1", status, {"weights", "rank 1"},
         [](World &w) { w.b = scmp_tensor_1d(SCMP_DTYPE_F32, w.b.data, 6);
             return scmp_smooth_scales(w.calib, &w.b, 1, 0.5, &w.scales); }},
        {"activation out", status, {"out", "12", "24"},
         [](World &w) { w.out.shape[0] = 2; return scmp_smooth_activation(w.ctx, &w.a, &w.smooth, &w.out); }},
        {"activation rank 0", status, {"x", "rank 0"},
         [](World &w) { w.a = scmp_tensor_0d(SCMP_DTYPE_F32, w.a.data);
             return scmp_smooth_activation(w.ctx, &w.a, &w.smooth, &w.out); }},
        {"ranges shape", status, {"ranges", "(4, 2)"},
         [](World &w) { w.ranges.shape[0] = 3; return scmp_ranges(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, &w.ranges); }},
        {"given ranges shape", status, {"ranges", "(4, 2)"},
         [](World &w) { w.ranges_in.shape[1] = 1;
             return scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, &w.ranges_in, &w.qout); }},
        {"scale shape", status, {"scale", "(4,)"},
         [](World &w) { w.scale.shape[0] = 3;
             return scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, nullptr, &w.qout); }},
        {"count sums shape", status, {"sums", "(4, 3)"},
         [](World &w) { w.sums.shape[1] = 2; return scmp_count(w.ctx, &w.qa, &w.qb, nullptr, 0, 0, &w.sums); }},
        {"dequantize sums of no chunks", status, {"sums"},
         [](World &w) { w.options.chunk_d = 2;
             return scmp_dequantize(w.ctx, &w.sums_in_view, &w.qa, &w.qb, 6, &w.options, &w.y); }},
        {"dequantize d", status, {"-6"},
            [](World &w) { return scmp_dequantize(w.ctx, &w.sums_in_view, &w.qa, &w.qb, -6, nullptr, &w.y); }},
        {"too many draws", status, {"256"},
            [](World &w) { w.draws.shape[0] = 257; return scmp_generator_draws(w.ctx, &w.generator, 8, &w.draws); }},
        {"draws of rank 2", status, {"(4, 4)", "256"},
         [](World &w) { w.draws = scmp_tensor_2d(SCMP_DTYPE_I32, w.draws.data, 4, 4);
             return scmp_generator_draws(w.ctx, &w.generator, 8, &w.draws); }},
        {"sequence of another length", status, {"(255,)", "(256,)"},
         [](World &w) { w.draws.shape[0] = 255; return scmp_sequence(w.ctx, nullptr, SCMP_SIDE_LEFT, 0, &w.draws); }},
        {"count_table shape", status, {"(3, 2)", "(3, 3)"},
         [](World &w) { w.table.shape[1] = 2;
             return scmp_count_table(w.ctx, nullptr, 0, &w.points, &w.points, &w.table); }},
        {"table_index shape", status, {"(5,)", "(6,)"},
         [](World &w) { w.index.shape[0] = 5; return scmp_table_index(w.ctx, nullptr, 6, &w.index, &w.number); }},
        {"level_boundaries shape", status, {"(127,)", "(128,)"},
         [](World &w) { w.levels.shape[0] = 127; return scmp_level_boundaries(nullptr, &w.levels); }},
    };
    // clang-format on
}

std::vector<Row> dtypes() {
    constexpr auto status = SCMP_ERROR_INVALID_DTYPE;
    // clang-format off
    return {
        {"a I32", status, {"a", "i32"}, [](World &w) { w.a.dtype = SCMP_DTYPE_I32; return multiply(w); }},
        {"b I8", status, {"b", "i8"}, [](World &w) { w.b.dtype = SCMP_DTYPE_I8; return multiply(w); }},
        {"y F16", status, {"y", "f16", "f32"}, [](World &w) { w.y.dtype = SCMP_DTYPE_F16; return multiply(w); }},
        {"counts F32", status, {"counts", "f32", "i32"},
         [](World &w) { w.counts.dtype = SCMP_DTYPE_F32; w.call.counts = &w.counts; return multiply(w); }},
        {"smooth I32", status, {"smooth", "i32"},
            [](World &w) { w.smooth.dtype = SCMP_DTYPE_I32; w.options.smooth = &w.smooth; return multiply(w); }},
        {"observe I16", status, {"x", "i16"},
            [](World &w) { w.a.dtype = SCMP_DTYPE_I16; return scmp_calib_observe(w.calib, &w.a, nullptr); }},
        {"mask I32", status, {"mask", "i32"},
         [](World &w) { w.mask = scmp_tensor_1d(SCMP_DTYPE_I32, w.a.data, 4);
             return scmp_calib_observe(w.calib, &w.a, &w.mask); }},
        {"calib F16", status, {"f16"},
            [](World &w) { return scmp_calib_create(w.ctx, 6, SCMP_DTYPE_F16, &w.new_calib); }},
        {"act_scales I32", status, {"act", "i32"},
            [](World &w) { w.scales.dtype = SCMP_DTYPE_I32; return scmp_calib_act_scales(w.calib, &w.scales); }},
        {"weights I8", status, {"weights", "i8"},
            [](World &w) { w.b.dtype = SCMP_DTYPE_I8; return scmp_smooth_scales(w.calib, &w.b, 1, 0.5, &w.scales); }},
        {"scales I32", status, {"scales", "i32"},
         [](World &w) { w.scales.dtype = SCMP_DTYPE_I32; return scmp_smooth_scales(w.calib, &w.b, 1, 0.5, &w.scales);
             }},
        {"out I32", status, {"out", "i32"},
            [](World &w) { w.out.dtype = SCMP_DTYPE_I32; return scmp_smooth_weight(w.ctx, &w.a, &w.smooth, &w.out); }},
        {"ranges F64", status, {"ranges", "f64"},
         [](World &w) { w.ranges.dtype = SCMP_DTYPE_F64;
             return scmp_ranges(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, &w.ranges); }},
        {"scale I32", status, {"scale", "i32"},
         [](World &w) { w.scale.dtype = SCMP_DTYPE_I32;
             return scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, nullptr, &w.qout); }},
        {"scale F32 per tensor", status, {"scale", "f32", "f64"},
         [](World &w) { w.options.granularity = SCMP_GRANULARITY_PER_TENSOR;
             w.scale = scmp_tensor_0d(SCMP_DTYPE_F32, w.scale.data);
             return scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, &w.options, nullptr, &w.qout); }},
        {"level U8 beyond 8 bits", status, {"level", "u8"},
         [](World &w) { w.options.sc_prec = 10; w.levels = scmp_tensor_2d(SCMP_DTYPE_U8, w.levels.data, 4, 6);
             w.qout.level = &w.levels;
             w.qout.scale = nullptr; return scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, &w.options, nullptr, &w.qout);
                 }},
        {"sums F64", status, {"sums", "f64"},
         [](World &w) { w.sums.dtype = SCMP_DTYPE_F64; return scmp_count(w.ctx, &w.qa, &w.qb, nullptr, 0, 0, &w.sums);
             }},
        {"draws F32", status, {"out", "f32"},
         [](World &w) { w.draws.dtype = SCMP_DTYPE_F32; return scmp_generator_draws(w.ctx, &w.generator, 8, &w.draws);
             }},
        {"points F32", status, {"x", "f32"},
         [](World &w) { w.points = scmp_tensor_1d(SCMP_DTYPE_F32, w.a.data, 3);
             return scmp_count_table(w.ctx, nullptr, 0, &w.points, nullptr, &w.table);
             }},
    };
    // clang-format on
}

std::vector<Row> d_mismatches() {
    constexpr auto status = SCMP_ERROR_D_MISMATCH;
    // clang-format off
    return {
        {"b", status, {"b has D = 5", "a has D = 6"}, [](World &w) { w.b.shape[1] = 5; return multiply(w); }},
        {"b in 3-D", status, {"b has D = 5", "a has D = 6"}, [](World &w) { w.b3.shape[2] = 5; return multiply3(w); }},
        {"smooth", status, {"smooth", "5", "6"},
            [](World &w) { w.smooth.shape[0] = 5; w.options.smooth = &w.smooth; return multiply(w); }},
        {"packed", status, {"6", "5"},
            [](World &w) { w.a.shape[1] = 5; return scmp_matmul_packed(w.ctx, &w.a, w.packed, nullptr, &w.y);
                }},
        {"packed smooth", status, {"smooth", "5", "6"},
         [](World &w) { w.smooth.shape[0] = 5; w.options.smooth = &w.smooth;
             return scmp_packed_create(w.ctx, &w.b, &w.options, &w.new_packed); }},
        {"observe", status, {"7", "6"}, [](World &w) { return scmp_calib_observe(w.longer, &w.a, nullptr); }},
        {"merge", status, {"7", "6"}, [](World &w) { return scmp_calib_merge(w.calib, w.longer); }},
        {"act_scales", status, {"7", "6"}, [](World &w) { return scmp_calib_act_scales(w.longer, &w.scales); }},
        {"weights", status, {"weights", "5", "6"},
            [](World &w) { w.b.shape[1] = 5; return scmp_smooth_scales(w.calib, &w.b, 1, 0.5, &w.scales); }},
        {"the second weight", status, {"weights[1]", "5", "6"},
         [](World &w) { scmp_tensor both[] = {w.b, w.b}; both[1].shape[1] = 5;
             return scmp_smooth_scales(w.calib, both, 2, 0.5, &w.scales); }},
        {"scales out", status, {"scales", "5", "6"},
         [](World &w) { w.scales.shape[0] = 5; return scmp_smooth_scales(w.calib, &w.b, 1, 0.5, &w.scales); }},
        {"activation", status, {"scales", "5", "6"},
         [](World &w) { w.smooth.shape[0] = 5; return scmp_smooth_activation(w.ctx, &w.a, &w.smooth, &w.out); }},
        {"weight", status, {"scales", "5", "6"},
            [](World &w) { w.smooth.shape[0] = 5; return scmp_smooth_weight(w.ctx, &w.b, &w.smooth, &w.out); }},
        {"count", status, {"5", "6"},
         [](World &w) { static scmp_tensor narrow; narrow = *w.qb.boundary; narrow.shape[1] = 5;
             w.qb.boundary = &narrow; w.qb.sign = nullptr;
             return scmp_count(w.ctx, &w.qa, &w.qb, nullptr, 0, 0, &w.sums); }},
    };
    // clang-format on
}

// --- Scales and alpha -----------------------------------------------------------------------------------------------

std::vector<Row> scales() {
    // clang-format off
    std::vector<Row> rows = {
        {"smooth of rank 2", SCMP_ERROR_SCALES_NOT_1D, {"smooth", "2"},
         [](World &w) { w.smooth = scmp_tensor_2d(SCMP_DTYPE_F32, w.smooth.data, 1, 6); w.options.smooth = &w.smooth;
             return multiply(w); }},
        {"smooth of rank 0", SCMP_ERROR_SCALES_NOT_1D, {"smooth", "0"},
         [](World &w) { w.smooth = scmp_tensor_0d(SCMP_DTYPE_F32, w.smooth.data); w.options.smooth = &w.smooth;
             return multiply(w); }},
        {"activation scales of rank 2", SCMP_ERROR_SCALES_NOT_1D, {"scales", "2"},
         [](World &w) { w.smooth = scmp_tensor_2d(SCMP_DTYPE_F32, w.smooth.data, 1, 6);
             return scmp_smooth_activation(w.ctx, &w.a, &w.smooth, &w.out); }},
        {"scales output of rank 2", SCMP_ERROR_SCALES_NOT_1D, {"scales", "2"},
         [](World &w) { w.scales = scmp_tensor_2d(SCMP_DTYPE_F32, w.scales.data, 1, 6);
             return scmp_smooth_scales(w.calib, &w.b, 1, 0.5, &w.scales); }},
    };
    // clang-format on
    for (const double bad : {0.0, -0.0, -1.5, nan_value, infinity}) {
        const std::string name = "scale " + std::to_string(bad);
        rows.push_back({"smooth with " + name, SCMP_ERROR_INVALID_SCALES, {"smooth", "4"}, [bad](World &w) {
                            w.smooth_array.set(4, bad);
                            w.options.smooth = &w.smooth;
                            return multiply(w);
                        }});
        rows.push_back({"activation with " + name, SCMP_ERROR_INVALID_SCALES, {"scales", "4"}, [bad](World &w) {
                            w.smooth_array.set(4, bad);
                            return scmp_smooth_activation(w.ctx, &w.a, &w.smooth, &w.out);
                        }});
        rows.push_back({"weight with " + name, SCMP_ERROR_INVALID_SCALES, {"scales", "0"}, [bad](World &w) {
                            w.smooth_array.set(0, bad);
                            return scmp_smooth_weight(w.ctx, &w.a, &w.smooth, &w.out);
                        }});
        rows.push_back({"packed with " + name, SCMP_ERROR_INVALID_SCALES, {"smooth", "5"}, [bad](World &w) {
                            w.smooth_array.set(5, bad);
                            w.options.smooth = &w.smooth;
                            return scmp_packed_create(w.ctx, &w.b, &w.options, &w.new_packed);
                        }});
    }
    for (const double bad : {-0.25, 1.25, nan_value, infinity, -infinity}) {
        const std::string digits = format("%g", bad);
        rows.push_back({"alpha " + digits, SCMP_ERROR_INVALID_ALPHA, {"alpha", digits}, [bad](World &w) {
                            return scmp_smooth_scales(w.calib, &w.b, 1, bad, &w.scales);
                        }});
        rows.push_back({"alpha from an array " + digits, SCMP_ERROR_INVALID_ALPHA, {"alpha", digits}, [bad](World &w) {
                            return scmp_smooth_scales_from(w.ctx, &w.act, &w.b, 1, bad, 1e-5, &w.scales);
                        }});
    }
    return rows;
}

// --- Values that are not finite -------------------------------------------------------------------------------------

std::vector<Row> values() {
    constexpr auto status = SCMP_ERROR_NON_FINITE;
    // clang-format off
    return {
        // The first index and how many.
        {"NaN in a", status, {"a", "3", "[1,2]"},
            [](World &w) { for (const int i : {8, 9, 23}) w.a_array.set(i, nan_value); return multiply(w); }},
        {"infinity in b", status, {"b", "2", "[0,5]"},
            [](World &w) { w.b_array.set(5, -infinity); w.b_array.set(6, infinity); return multiply(w); }},
        {"NaN in a3", status, {"a", "1", "[1,0,3]"},
            [](World &w) { w.a3_array.set(27, nan_value); return multiply3(w); }},
        {"an f64 beyond f32", status, {"a", "1"},
            [](World &w) { w.f64_array.set(3, 1e39); return scmp_matmul(w.ctx, &w.f64, &w.b, nullptr, nullptr, &w.y);
                }},
        {"an f64 beyond f32, smoothed back", status, {"a", "1"},
         [](World &w) { w.f64_array.set(4, 1e39); w.options.smooth = &w.smooth;
             return scmp_matmul(w.ctx, &w.f64, &w.b, &w.options, nullptr, &w.y); }},
        {"a after smoothing", status, {"a", "1"},
            [](World &w) { w.a_array.set(2, 3e38); w.options.smooth = &w.smooth; return multiply(w); }},
        {"b after smoothing", status, {"b", "1"},
            [](World &w) { w.b_array.set(4, 3e38); w.options.smooth = &w.smooth; return multiply(w); }},
        {"NaN with M = 0", status, {"a", "1"},
            [](World &w) { w.a_array.set(2, nan_value); w.b.shape[0] = w.y.shape[1] = 0; return multiply(w); }},
        {"NaN in b with N = 0", status, {"b", "1"},
         [](World &w) { w.b_array.set(2, nan_value); w.a.shape[0] = w.y.shape[0] = 0; return multiply(w); }},
        {"packing NaN", status, {"b", "1"},
         [](World &w) { w.b_array.set(2, nan_value); return scmp_packed_create(w.ctx, &w.b, nullptr, &w.new_packed); }},
        {"NaN against a packed operand", status, {"a", "1"},
         [](World &w) { w.a_array.set(2, nan_value);
             return scmp_matmul_packed(w.ctx, &w.a, w.packed, nullptr, &w.y); }},
        {"ranges of NaN", status, {"x", "1"},
         [](World &w) { w.a_array.set(2, nan_value);
             return scmp_ranges(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, &w.ranges); }},
        {"quantize NaN", status, {"x", "1"},
         [](World &w) { w.a_array.set(2, nan_value);
             return scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, nullptr, &w.qout); }},
        {"quantize NaN with ranges", status, {"x", "1"},
         [](World &w) { w.a_array.set(20, nan_value);
             return scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, &w.ranges_in, &w.qout); }},
        {"observe NaN", status, {"x", "1"},
            [](World &w) { w.a_array.set(23, nan_value); return scmp_calib_observe(w.calib, &w.a, nullptr); }},
        {"observe NaN in a masked row", status, {"x", "1"},
         [](World &w) { w.a_array.set(7, nan_value); return scmp_calib_observe(w.calib, &w.a, &w.mask); }},
        {"observe an f64 beyond f32", status, {"x", "1"},
         [](World &w) { w.f64_array.set(3, -1e39); return scmp_calib_observe(w.calib, &w.f64, nullptr); }},
        {"merge an f64 beyond f32", status, {},
         [](World &w) { Calib wide; ok(scmp_calib_create(w.ctx, 6, SCMP_DTYPE_F64, wide.out()), "calib");
             w.f64_array.set(3, -1e39);
             ok(scmp_calib_observe(wide, &w.f64, nullptr), "observe"); return scmp_calib_merge(w.calib, wide); }},
        {"weights NaN", status, {"weights", "1"},
         [](World &w) { w.b_array.set(5, nan_value); return scmp_smooth_scales(w.calib, &w.b, 1, 0.5, &w.scales); }},
        {"act NaN", status, {"act"},
         [](World &w) { w.act_array.set(5, nan_value);
             return scmp_smooth_scales_from(w.ctx, &w.act, &w.b, 1, 0.5, 1e-5, &w.scales); }},
        {"activation NaN", status, {"x", "1"},
         [](World &w) { w.a_array.set(5, nan_value); return scmp_smooth_activation(w.ctx, &w.a, &w.smooth, &w.out); }},
        {"weight infinity, in place", status, {"x", "1"},
         [](World &w) { w.a_array.set(23, infinity); const Array was = w.a_array;
             const scmp_status given = scmp_smooth_weight(w.ctx, &w.a, &w.smooth, &w.a);
                 same(w.a_array, was, "x in place"); return given; }},
    };
    // clang-format on
}

// --- Configurations -------------------------------------------------------------------------------------------------

std::vector<Row> configs() {
    constexpr auto status = SCMP_ERROR_INVALID_CONFIG;
    static const std::uint32_t even[] = {1, 1, 6, 1, 1, 1, 1, 1}, large[] = {1, 1, 1, 17, 1, 1, 1, 1},
                               first[] = {3, 1, 1, 1, 1, 1, 1, 1};
    static const std::int32_t far[] = {7, 8}, negative[] = {7, -1}, twice[] = {7, 0, 7};
    static const std::int32_t short_permutation[] = {0, 1, 2, 3, 4, 5, 6, 6},
                              far_permutation[] = {0, 1, 2, 3, 4, 5, 6, 8};
    // clang-format off
    std::vector<Row> rows = {
        {"an unknown name", status, {"sobol_sideways"},
            [](World &w) { return scmp_config_create_named(w.ctx, "sobol_sideways", 8, &w.new_config); }},
        {"tuned below its widths", status, {"sobol_tuned", "3"},
         [](World &w) { return scmp_config_create_named(w.ctx, "sobol_tuned", 3, &w.new_config); }},
        {"tuned far below its widths", status, {"sobol_tuned", "4 .. 10", "1"},
         [](World &w) { return scmp_config_create_named(w.ctx, "sobol_tuned", 1, &w.new_config); }},
        {"an LFSR of width 1", status, {"lfsr_default", "1"},
         [](World &w) { return scmp_config_create_named(w.ctx, "lfsr_default", 1, &w.new_config); }},
        {"another sc_prec than the call's", status, {"4", "8"},
            [](World &w) { w.options.config = w.config4; return multiply(w); }},
        {"packing with another sc_prec", status, {"4", "8"},
         [](World &w) { w.options.config = w.config4; return scmp_packed_create(w.ctx, &w.b, &w.options, &w.new_packed);
             }},
        {"a sequence with another sc_prec", status, {"4", "8"},
         [](World &w) { w.options.config = w.config4;
             return scmp_sequence(w.ctx, &w.options, SCMP_SIDE_LEFT, 0, &w.draws); }},
        {"entries missing for a d_offset", status, {"2"},
         [](World &w) { Config config; w.desc.uniform = 0;
             ok(scmp_config_create(w.ctx, &w.desc, config.out()), "config");
             w.options.config = config; return scmp_count(w.ctx, &w.qa, &w.qb, &w.options, 2, 0, &w.sums); }},
        {"a sequence beyond the entries", status, {"1"},
         [](World &w) { Config config; w.desc.uniform = 0;
             ok(scmp_config_create(w.ctx, &w.desc, config.out()), "config");
             w.options.config = config; return scmp_sequence(w.ctx, &w.options, SCMP_SIDE_LEFT, 1, &w.draws); }},
        {"JSON of more entries than there are", status, {"1", "2"},
         [](World &w) { Config config; w.desc.uniform = 0;
             ok(scmp_config_create(w.ctx, &w.desc, config.out()), "config");
             return scmp_config_to_json(w.ctx, config, 2, nullptr, 0, &w.needed); }},
        {"an element beyond the pool", status, {"1"},
            [](World &w) { w.element.generator = 1; return create_config(w); }},
        {"an element below the pool", status, {"-1"},
            [](World &w) { w.element.generator = -1; return create_config(w); }},
        {"a permutation with a number twice", status, {"6"},
            [](World &w) { w.element.permutation = short_permutation; return create_config(w); }},
        {"a permutation with a number too large", status, {"8"},
            [](World &w) { w.element.permutation = far_permutation; return create_config(w); }},
    };
    // clang-format on
    struct Generator {
        const char *name;
        std::vector<std::string> words;
        void (*change)(scmp_generator &);
    };
    // clang-format off
    const std::vector<Generator> generators = {
        {"an even seed", {"6"}, [](auto &g) { g.sobol_seeds = even; g.sobol_seed_count = 8; }},
        {"a seed too large", {"17"}, [](auto &g) { g.sobol_seeds = large; g.sobol_seed_count = 8; }},
        {"a first seed of 3", {"3"}, [](auto &g) { g.sobol_seeds = first; g.sobol_seed_count = 8; }},
        {"seven seeds", {"7", "8"}, [](auto &g) { g.sobol_seeds = large; g.sobol_seed_count = 7; }},
        {"start 256", {"256"}, [](auto &g) { g.sobol_start = 256; }},
        {"LFSR seed 0", {"seed", "0"}, [](auto &g) { g.type = SCMP_GENERATOR_LFSR; }},
        {"LFSR seed 256", {"seed", "256"}, [](auto &g) { g.type = SCMP_GENERATOR_LFSR; g.seed = 256; }},
        {"LFSR seed 256 with the zero state", {"seed", "256", "0 .. 255"},
            [](auto &g) { g.type = SCMP_GENERATOR_LFSR; g.seed = 256; g.lfsr_zero_state = 1; }},
        {"tap 8", {"tap", "8"},
            [](auto &g) { g.type = SCMP_GENERATOR_LFSR; g.seed = 1; g.lfsr_taps = far; g.lfsr_tap_count = 2; }},
        {"tap -1", {"tap", "-1"},
            [](auto &g) { g.type = SCMP_GENERATOR_LFSR; g.seed = 1; g.lfsr_taps = negative; g.lfsr_tap_count = 2; }},
        {"a tap twice", {"tap", "7"},
            [](auto &g) { g.type = SCMP_GENERATOR_LFSR; g.seed = 1; g.lfsr_taps = twice; g.lfsr_tap_count = 3; }},
    };
    // clang-format on
    for (const Generator &generator : generators) {
        rows.push_back({std::string("drawing with ") + generator.name, status, generator.words, [=](World &w) {
                            generator.change(w.generator);
                            return draw(w);
                        }});
        rows.push_back({std::string("a pool with ") + generator.name, status, generator.words, [=](World &w) {
                            generator.change(w.generator);
                            return create_config(w);
                        }});
    }
    return rows;
}

// --- Combinations and overlaps --------------------------------------------------------------------------------------

std::vector<Row> combinations() {
    constexpr auto status = SCMP_ERROR_UNSUPPORTED;
    // clang-format off
    std::vector<Row> rows = {
        {"per_head in 2-D", status, {"per_head", "2"},
            [](World &w) { w.options.granularity = SCMP_GRANULARITY_PER_HEAD; return multiply(w); }},
        {"per_head packed in 2-D", status, {"per_head", "2"},
         [](World &w) { w.options.granularity = SCMP_GRANULARITY_PER_HEAD;
             return scmp_packed_create(w.ctx, &w.b, &w.options, &w.new_packed); }},
        {"chunk_d in 3-D", status, {"chunk_d", "2", "3"}, [](World &w) { w.options.chunk_d = 2; return multiply3(w); }},
        {"chunk_d beyond D in 3-D", status, {"chunk_d", "99", "3"},
            [](World &w) { w.options.chunk_d = 99; return multiply3(w); }},
        {"counts in chunks", status, {"counts", "4", "6"},
            [](World &w) { w.options.chunk_d = 4; w.call.counts = &w.counts; return multiply(w); }},
        {"a stream of the CPU", status, {"cpu", "stream"},
            [](World &w) { return scmp_ctx_set_cuda_stream(w.ctx, nullptr); }},
        {"a workspace of the CPU", status, {"cpu", "workspace"},
            [](World &w) { return scmp_ctx_set_cuda_workspace(w.ctx, nullptr, 0); }},
        {"t on a GPU that the backend does not know", status, {"t", "device 1"},
         [](World &w) { w.a.device = SCMP_DEVICE_CUDA_0; return scmp_tensor_hash(w.ctx, &w.a, w.hash); }},
        {"a on a GPU that the backend does not know", status, {"a", "device 1"},
            [](World &w) { w.a.device = SCMP_DEVICE_CUDA_0; return multiply(w); }},
        {"d_offset in chunks", status, {"d_offset", "1", "4"},
         [](World &w) { w.options.chunk_d = 4; return scmp_count(w.ctx, &w.qa, &w.qb, &w.options, 1, 0, &w.sums); }},
    };
    // clang-format on
    if (scmp_backend_available(SCMP_BACKEND_CUDA) == 0)
        rows.push_back({"no CUDA", status, {"cuda"}, [](World &w) {
                            return create_ctx(w, [](auto &o) { o.backend = SCMP_BACKEND_CUDA; });
                        }});
    return rows;
}

std::vector<Row> overlaps() {
    constexpr auto status = SCMP_ERROR_OVERLAP;
    // clang-format off
    return {
        {"y on a", status, {"y", "a"},
         [](World &w) { const Array was = w.a_array; w.y.data = w.a.data; const scmp_status given = multiply(w);
             same(w.a_array, was, "a");
             return given; }},
        {"y inside b", status, {"y", "b"},
            [](World &w) { w.y.data = static_cast<float *>(w.b.data) + 6; return multiply(w); }},
        {"y on smooth", status, {"y", "smooth"},
            [](World &w) { w.y.data = w.smooth.data; w.options.smooth = &w.smooth; return multiply(w); }},
        {"y on itself", status, {"y"}, [](World &w) { w.y.strides[0] = 0; return multiply(w); }},
        {"y on itself by a short stride", status, {"y"}, [](World &w) { w.y.strides[0] = 2; return multiply(w); }},
        {"counts on y", status, {"counts", "y"},
            [](World &w) { w.counts.data = w.y.data; w.call.counts = &w.counts; return multiply(w); }},
        {"counts on a", status, {"counts", "a"},
            [](World &w) { w.counts.data = w.a.data; w.call.counts = &w.counts; return multiply(w); }},
        {"packed y on a", status, {"y", "a"},
         [](World &w) { w.y.data = w.a.data; return scmp_matmul_packed(w.ctx, &w.a, w.packed, nullptr, &w.y);
             }},
        {"activation shifted", status, {"out", "x"},
         [](World &w) { w.a.shape[0] = w.out.shape[0] = 3; w.out.data = static_cast<float *>(w.a.data) + 6;
             return scmp_smooth_activation(w.ctx, &w.a, &w.smooth, &w.out); }},
        {"activation in place with another dtype", status, {"out", "x"},
         [](World &w) { w.out = w.a; w.out.dtype = SCMP_DTYPE_F16;
             return scmp_smooth_activation(w.ctx, &w.a, &w.smooth, &w.out); }},
        {"activation on scales", status, {"out", "scales"},
         [](World &w) { w.a.shape[0] = w.out.shape[0] = 1; w.out.data = w.smooth.data;
             return scmp_smooth_activation(w.ctx, &w.a, &w.smooth, &w.out); }},
        {"weight on itself", status, {"out"},
            [](World &w) { w.out.strides[1] = 0; return scmp_smooth_weight(w.ctx, &w.a, &w.smooth, &w.out); }},
        {"in place on itself", status, {"out"},
            [](World &w) { w.a.strides[0] = 0; return scmp_smooth_weight(w.ctx, &w.a, &w.smooth, &w.a); }},
        {"scales on weights", status, {"scales", "weight"},
         [](World &w) { w.scales.data = w.b.data; return scmp_smooth_scales(w.calib, &w.b, 1, 0.5, &w.scales); }},
        {"scales on act", status, {"scales", "act"},
         [](World &w) { w.scales.data = w.act.data;
             return scmp_smooth_scales_from(w.ctx, &w.act, &w.b, 1, 0.5, 1e-5, &w.scales); }},
        {"ranges on x", status, {"ranges", "x"},
         [](World &w) { w.ranges.data = w.a.data; return scmp_ranges(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, &w.ranges);
             }},
        {"scale on x", status, {"scale"},
         [](World &w) { w.scale.data = w.a.data;
             return scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, nullptr, &w.qout); }},
        {"boundary on level", status, {"boundary", "level"},
         [](World &w) { w.levels = scmp_tensor_2d(SCMP_DTYPE_I16, w.levels.data, 4, 6);
             w.qout.level = w.qout.boundary = &w.levels;
             return scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, nullptr, &w.qout); }},
        {"sums on boundary", status, {"sums"},
         [](World &w) { w.sums = scmp_tensor_2d(SCMP_DTYPE_I32, w.qa.boundary->data, 4, 3);
             return scmp_count(w.ctx, &w.qa, &w.qb, nullptr, 0, 0, &w.sums); }},
        {"y on sums", status, {"y", "sums"},
         [](World &w) { w.y.data = w.sums_in.bytes.data();
             return scmp_dequantize(w.ctx, &w.sums_in_view, &w.qa, &w.qb, 6, nullptr, &w.y); }},
        {"table on points", status, {"out"},
         [](World &w) { w.table = scmp_tensor_2d(SCMP_DTYPE_I16, w.points.data, 3, 1); w.table.shape[1] = 1;
             scmp_tensor one = w.points;
             one.shape[0] = 1; return scmp_count_table(w.ctx, nullptr, 0, &w.points, &one, &w.table); }},
    };
    // clang-format on
}

void run_row(const Row &row) {
    World w;
    fails(row.call(w), row.status, row.words, row.name);
    // To read all sentences one after another.
    if (std::getenv("SCMP_TEST_SENTENCES") != nullptr) std::printf("    %s\n", scmp_last_error());
    w.unchanged();
}

// The same world with nothing broken: so each row fails for its one reason.
void nothing_broken() {
    for (const auto &[function, call] : takers) {
        World w;
        ok(call(w), function);
    }
    World w;
    ok(multiply3(w), "matmul in 3-D");
    ok(draw(w), "generator_draws");
    ok(create_config(w), "config_create");
    ok(scmp_smooth_scales(w.calib, &w.b, 1, 0.5, &w.scales), "smooth_scales");
    ok(scmp_smooth_scales_from(w.ctx, &w.act, &w.b, 1, 0.5, 1e-5, &w.scales), "smooth_scales_from");
    ok(scmp_smooth_activation(w.ctx, &w.a, &w.smooth, &w.out), "smooth_activation");
    ok(scmp_quantize(w.ctx, &w.a, SCMP_SIDE_LEFT, nullptr, &w.ranges_in, &w.qout), "quantize with ranges");
    ok(scmp_calib_observe(w.calib, &w.a, &w.mask), "observe with a mask");
    ok(scmp_matmul_packed(w.ctx, &w.a, w.packed, nullptr, &w.y), "matmul_packed");
    ok(scmp_ctx_synchronize(w.ctx), "ctx_synchronize");
}

void every_status_has_a_name() {
    const std::vector<std::pair<int, const char *>> names = {
        {0, "SCMP_OK"},
        {1, "SCMP_ERROR_INVALID_ARGUMENT"},
        {2, "SCMP_ERROR_INVALID_ALPHA"},
        {3, "SCMP_ERROR_D_MISMATCH"},
        {4, "SCMP_ERROR_SCALES_NOT_1D"},
        {5, "SCMP_ERROR_INVALID_SHAPE"},
        {6, "SCMP_ERROR_INVALID_DTYPE"},
        {7, "SCMP_ERROR_NON_FINITE"},
        {8, "SCMP_ERROR_INVALID_CONFIG"},
        {9, "SCMP_ERROR_UNSUPPORTED"},
        {10, "SCMP_ERROR_OUT_OF_MEMORY"},
        {11, "SCMP_ERROR_DEVICE"},
        {12, "SCMP_ERROR_IO"},
        {13, "SCMP_ERROR_FORMAT"},
        {14, "SCMP_ERROR_CANCELLED"},
        {15, "SCMP_ERROR_INVALID_SCALES"},
        {16, "SCMP_ERROR_OVERLAP"},
        {17, "SCMP_ERROR_INTERNAL"},
    };
    for (const auto &[value, name] : names) check(std::string(scmp_status_string(scmp_status(value))) == name, name);
    for (const int bad : {-1, 18, 1000})
        check(std::string(scmp_status_string(scmp_status(bad))) == "SCMP_STATUS_UNKNOWN", "no status");
}

void null_handles() {
    // What takes a handle without a status answers for NULL, and destroying nothing does nothing.
    scmp_ctx_destroy(nullptr);
    scmp_config_destroy(nullptr);
    scmp_packed_destroy(nullptr);
    scmp_calib_destroy(nullptr);
    scmp_ctx *ctx = nullptr;
    scmp_config *config = nullptr;
    scmp_packed *packed = nullptr;
    scmp_calib *calib = nullptr;
    scmp_ctx_destroy(&ctx);
    scmp_config_destroy(&config);
    scmp_packed_destroy(&packed);
    scmp_calib_destroy(&calib);
    scmp_ctx_options_init(nullptr);
    scmp_generator_init(nullptr);
    scmp_config_desc_init(nullptr);
    scmp_report_init(nullptr);
    scmp_matmul_options_init(nullptr);
    scmp_quantized_init(nullptr);
    scmp_ctx_clear_cache(nullptr);
    scmp_ctx_trim(nullptr);
    check(scmp_ctx_threads(nullptr) == 0 && scmp_ctx_cache_bytes(nullptr) == 0 && scmp_ctx_cache_misses(nullptr) == 0,
          "numbers of no context");
    check(scmp_ctx_backend(nullptr) == SCMP_BACKEND_AUTO && std::string(scmp_ctx_isa(nullptr)) == "unknown",
          "backend of no context");
    check(scmp_config_sc_prec(nullptr) == 0 && scmp_config_d_max(nullptr) == 0, "numbers of no configuration");
    check(scmp_config_warning(nullptr)[0] == 0, "a warning of no configuration");
    check(scmp_packed_bytes(nullptr) == 0 && scmp_packed_shape(nullptr).rank == -1, "numbers of no packed operand");
    check(scmp_calib_rows(nullptr) == 0 && scmp_calib_d(nullptr) == 0 && scmp_calib_dtype(nullptr) == SCMP_DTYPE_F32,
          "numbers of no statistics");
    // Destroying sets the pointer to NULL.
    ok(scmp_ctx_create(nullptr, &ctx), "scmp_ctx_create");
    ok(scmp_config_create_named(ctx, "sobol_simple", 8, &config), "scmp_config_create_named");
    ok(scmp_calib_create(ctx, 3, SCMP_DTYPE_F32, &calib), "scmp_calib_create");
    scmp_calib_destroy(&calib);
    scmp_config_destroy(&config);
    scmp_ctx_destroy(&ctx);
    check(ctx == nullptr && config == nullptr && calib == nullptr, "a pointer outlives its handle");
}

// What one engine has packed is another's for no other, whichever is the faster.
void packed_for_another_engine() {
    for (const Engine &maker : engines())
        for (const Engine &user : engines()) {
            World w;
            const Ctx first = context(maker), second = context(user);
            Packed packed;
            ok(scmp_packed_create(first, &w.b, nullptr, packed.out()), "scmp_packed_create");
            const scmp_status status = scmp_matmul_packed(second, &w.a, packed, nullptr, &w.y);
            const std::string what = maker.name() + " for " + user.name();
            if (maker.name() == user.name())
                ok(status, what);
            else
                fails(status, SCMP_ERROR_INVALID_ARGUMENT, {"packed"}, what);
            if (status != SCMP_OK) untouched(w.y_array, what);
        }
}

// A callback of a C++ program may throw what the library does not know; nothing of it passes the C boundary.
void exceptions_of_callbacks() {
    const auto refused = [](scmp_alloc_fn alloc, const std::vector<std::string> &words) {
        scmp_ctx_options options;
        scmp_ctx_options_init(&options);
        options.alloc = alloc;
        options.free = [](void *, void *pointer, size_t, size_t) { std::free(pointer); };
        scmp_ctx *ctx = sentinel<scmp_ctx>();
        fails(scmp_ctx_create(&options, &ctx), SCMP_ERROR_INTERNAL, words, "an allocator that throws");
        check(ctx == sentinel<scmp_ctx>(), "a handle after an error");
    };
    refused([](void *, size_t, size_t) -> void * { throw std::runtime_error("no memory of mine"); },
            {"libscmp", scmp_version(), "no memory of mine"});
    refused([](void *, size_t, size_t) -> void * { throw 5; }, {"libscmp", scmp_version(), "unknown type"});
    // bad_alloc and length_error say the same as NULL does; a sentence of the library's own passes as it is.
    const auto without_memory = [](scmp_alloc_fn alloc) {
        scmp_ctx_options options;
        scmp_ctx_options_init(&options);
        options.alloc = alloc;
        options.free = [](void *, void *pointer, size_t, size_t) { std::free(pointer); };
        scmp_ctx *ctx = nullptr;
        fails(scmp_ctx_create(&options, &ctx), SCMP_ERROR_OUT_OF_MEMORY, {"memory"}, "an allocator without memory");
    };
    without_memory([](void *, size_t, size_t) -> void * { return nullptr; });
    without_memory([](void *, size_t, size_t) -> void * { throw std::bad_alloc(); });
    without_memory([](void *, size_t, size_t) -> void * { throw std::length_error("long"); });
}

} // namespace

int main(int argc, char **argv) {
    std::vector<Case> cases = {{"nothing broken", nothing_broken},
                               {"every status has a name", every_status_has_a_name},
                               {"null handles", null_handles},
                               {"packed for another engine", packed_for_another_engine},
                               {"exceptions of callbacks", exceptions_of_callbacks}};
    const auto add = [&cases](const char *group, std::vector<Row> rows) {
        for (Row &row : rows) {
            const std::string name = std::string(group) + ": " + row.name;
            cases.push_back({name, [row = std::move(row)] { run_row(row); }});
        }
    };
    add("argument", pointers());
    add("argument", arguments());
    add("options", options());
    add("shape", shapes());
    add("dtype", dtypes());
    add("D", d_mismatches());
    add("scales", scales());
    add("value", values());
    add("config", configs());
    add("combination", combinations());
    add("overlap", overlaps());
    return run("errors", cases, argc, argv);
}
