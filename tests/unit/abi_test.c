/* What programs rely on beside the layout, which bindings have a generated test of: defaults, names, limits, and calls
 * from C99. That the header compiles is a test as well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scmp/scmp.h"

#define PIN(value, number) assert_int_equal((long long)(value), (long long)(number))

static void limits(void **state) {
    (void)state;
    PIN(SCMP_MAX_RANK, 8);
    PIN(SCMP_SC_PREC_MAX, 10);
    PIN(SCMP_SC_PREC_MIN_BIPOLAR, 2);
    PIN(SCMP_SC_PREC_MIN_UNIPOLAR, 1);
    PIN(SCMP_RNG_LEVELS_MAX, 16384);
    PIN(SCMP_D_TIMES_L_MAX, 2147483647);
    PIN(SCMP_SPEC_VERSION, 1);

    /* Each is a function, too. */
    PIN(scmp_max_rank(), SCMP_MAX_RANK);
    PIN(scmp_sc_prec_max(), SCMP_SC_PREC_MAX);
    PIN(scmp_sc_prec_min_bipolar(), SCMP_SC_PREC_MIN_BIPOLAR);
    PIN(scmp_sc_prec_min_unipolar(), SCMP_SC_PREC_MIN_UNIPOLAR);
    PIN(scmp_rng_levels_max(), SCMP_RNG_LEVELS_MAX);
    PIN(scmp_d_times_l_max(), SCMP_D_TIMES_L_MAX);
    PIN(scmp_not_given(), SCMP_NOT_GIVEN);
    PIN(scmp_spec_version(), SCMP_SPEC_VERSION);
    assert_true(scmp_smooth_eps() == SCMP_SMOOTH_EPS);
    PIN(scmp_version_number(), SCMP_VERSION_MAJOR * 10000 + SCMP_VERSION_MINOR * 100 + SCMP_VERSION_PATCH);
}

static void defaults(void **state) {
    scmp_ctx_options ctx;
    scmp_generator generator;
    scmp_config_desc desc;
    scmp_report report;
    scmp_matmul_options options;
    scmp_quantized quantized;
    (void)state;

    memset(&ctx, 0xa5, sizeof ctx);
    scmp_ctx_options_init(&ctx);
    PIN(ctx.size, sizeof ctx);
    PIN(ctx.backend, SCMP_BACKEND_AUTO);
    PIN(ctx.device, 0);
    PIN(ctx.threads, SCMP_NOT_GIVEN);
    PIN(ctx.cache_bytes, 256 << 20);
    assert_true(ctx.alloc == NULL && ctx.free == NULL && ctx.log == NULL);
    assert_true(ctx.progress == NULL && ctx.cancelled == NULL);
    PIN(ctx.log_level, SCMP_LOG_WARNING);

    memset(&generator, 0xa5, sizeof generator);
    scmp_generator_init(&generator);
    PIN(generator.size, sizeof generator);
    PIN(generator.type, SCMP_GENERATOR_SOBOL);
    PIN(generator.sobol_side, SCMP_SIDE_LEFT);
    PIN(generator.sobol_start, 0);
    PIN(generator.seed, 0);
    assert_null(generator.sobol_seeds);
    assert_null(generator.lfsr_taps);
    PIN(generator.lfsr_zero_state, 0);

    memset(&desc, 0xa5, sizeof desc);
    scmp_config_desc_init(&desc);
    PIN(desc.size, sizeof desc);
    PIN(desc.sc_prec, 8);
    PIN(desc.generator_count, 0);
    PIN(desc.uniform, 0);
    PIN(desc.scramble, SCMP_SCRAMBLE_NOT_GIVEN);

    memset(&report, 0xa5, sizeof report);
    scmp_report_init(&report);
    PIN(report.size, sizeof report);
    PIN(report.stoc_len, 0);
    PIN(report.bytes_peak, 0);
    PIN(report.bytes_device, 0);
    assert_true(report.ms_total == 0);

    memset(&options, 0xa5, sizeof options);
    scmp_matmul_options_init(&options);
    PIN(options.size, sizeof options);
    PIN(options.granularity, SCMP_GRANULARITY_PER_ROW);
    PIN(options.mode, SCMP_MODE_BIPOLAR);
    PIN(options.sc_prec, 8);
    PIN(options.stoc_len, SCMP_NOT_GIVEN);
    PIN(options.rng_levels, SCMP_NOT_GIVEN);
    PIN(options.chunk_d, 0);
    PIN(options.group_a, 1);
    PIN(options.group_b, 1);
    PIN(options.scramble, SCMP_SCRAMBLE_NOT_GIVEN);
    assert_null(options.config);
    assert_null(options.smooth);

    memset(&quantized, 0xa5, sizeof quantized);
    scmp_quantized_init(&quantized);
    PIN(quantized.size, sizeof quantized);
    assert_null(quantized.level);
    assert_null(quantized.row_sum);
}

static void names(void **state) {
    (void)state;
    assert_string_equal(scmp_dtype_name(SCMP_DTYPE_F32), "f32");
    assert_string_equal(scmp_dtype_name(SCMP_DTYPE_F16), "f16");
    assert_string_equal(scmp_dtype_name(SCMP_DTYPE_BF16), "bf16");
    assert_string_equal(scmp_dtype_name(SCMP_DTYPE_F64), "f64");
    assert_string_equal(scmp_dtype_name(SCMP_DTYPE_I8), "i8");
    assert_string_equal(scmp_dtype_name(SCMP_DTYPE_U8), "u8");
    assert_string_equal(scmp_dtype_name(SCMP_DTYPE_I16), "i16");
    assert_string_equal(scmp_dtype_name(SCMP_DTYPE_I32), "i32");
    assert_string_equal(scmp_dtype_name(SCMP_DTYPE_I64), "i64");
    assert_string_equal(scmp_dtype_name((scmp_dtype)9), "unknown");
    PIN(scmp_dtype_size(SCMP_DTYPE_F32), 4);
    PIN(scmp_dtype_size(SCMP_DTYPE_F16), 2);
    PIN(scmp_dtype_size(SCMP_DTYPE_BF16), 2);
    PIN(scmp_dtype_size(SCMP_DTYPE_F64), 8);
    PIN(scmp_dtype_size(SCMP_DTYPE_I8), 1);
    PIN(scmp_dtype_size(SCMP_DTYPE_U8), 1);
    PIN(scmp_dtype_size(SCMP_DTYPE_I16), 2);
    PIN(scmp_dtype_size(SCMP_DTYPE_I32), 4);
    PIN(scmp_dtype_size(SCMP_DTYPE_I64), 8);
    PIN(scmp_dtype_size((scmp_dtype)-1), 0);
    assert_string_equal(scmp_backend_name(SCMP_BACKEND_AUTO), "auto");
    assert_string_equal(scmp_backend_name(SCMP_BACKEND_REFERENCE), "reference");
    assert_string_equal(scmp_backend_name(SCMP_BACKEND_CPU), "cpu");
    assert_string_equal(scmp_backend_name(SCMP_BACKEND_CUDA), "cuda");
    assert_string_equal(scmp_backend_name((scmp_backend)4), "unknown");
    assert_string_equal(scmp_scramble_name(SCMP_SCRAMBLE_BITREV), "bitrev");
    assert_string_equal(scmp_scramble_name(SCMP_SCRAMBLE_COUNTER), "counter");
    assert_string_equal(scmp_scramble_name(SCMP_SCRAMBLE_OFF), "off");
    assert_string_equal(scmp_scramble_name(SCMP_SCRAMBLE_ALWAYS_BITREV), "always_bitrev");
    assert_string_equal(scmp_scramble_name(SCMP_SCRAMBLE_ALWAYS_COUNTER), "always_counter");
    assert_string_equal(scmp_scramble_name((scmp_scramble)6), "unknown");
    assert_string_equal(scmp_granularity_name(SCMP_GRANULARITY_PER_ROW), "per_row");
    assert_string_equal(scmp_granularity_name(SCMP_GRANULARITY_PER_TENSOR), "per_tensor");
    assert_string_equal(scmp_granularity_name(SCMP_GRANULARITY_PER_HEAD), "per_head");
    assert_string_equal(scmp_granularity_name((scmp_granularity)3), "unknown");
    assert_string_equal(scmp_mode_name(SCMP_MODE_BIPOLAR), "bipolar");
    assert_string_equal(scmp_mode_name(SCMP_MODE_UNIPOLAR), "unipolar");
    assert_string_equal(scmp_mode_name((scmp_mode)2), "unknown");
}

static void views(void **state) {
    const float data[24] = {0};
    const int64_t sizes[4] = {2, 3, 2, 2};
    scmp_tensor view = scmp_tensor_0d(SCMP_DTYPE_F64, data);
    (void)state;
    PIN(view.rank, 0);
    PIN(view.dtype, SCMP_DTYPE_F64);
    PIN(view.device, SCMP_DEVICE_CPU);
    assert_true(view.data == data);
    view = scmp_tensor_1d(SCMP_DTYPE_I8, data, 7);
    PIN(view.rank, 1);
    PIN(view.shape[0], 7);
    PIN(view.strides[0], 1);
    view = scmp_tensor_2d(SCMP_DTYPE_F32, data, 4, 6);
    PIN(view.rank, 2);
    PIN(view.shape[0], 4);
    PIN(view.shape[1], 6);
    PIN(view.strides[0], 6);
    PIN(view.strides[1], 1);
    view = scmp_tensor_3d(SCMP_DTYPE_F32, data, 2, 4, 3);
    PIN(view.rank, 3);
    PIN(view.shape[0], 2);
    PIN(view.shape[2], 3);
    PIN(view.strides[0], 12);
    PIN(view.strides[1], 3);
    PIN(view.strides[2], 1);
    view = scmp_tensor_nd(SCMP_DTYPE_F32, data, 4, sizes);
    PIN(view.rank, 4);
    PIN(view.strides[0], 12);
    PIN(view.strides[1], 4);
    PIN(view.strides[2], 2);
    PIN(view.strides[3], 1);
    PIN(scmp_tensor_nd(SCMP_DTYPE_F32, data, 9, sizes).rank, -1);
    PIN(scmp_tensor_nd(SCMP_DTYPE_F32, data, -1, sizes).rank, -1);
}

/* The ten lines that a C program begins with. */
static void smallest_program(void **state) {
    const float act[2] = {1, -1}, weights[4] = {1, 1, -2, 2};
    float out[2] = {7, 7};
    scmp_ctx *ctx = NULL;
    scmp_tensor a = scmp_tensor_2d(SCMP_DTYPE_F32, act, 1, 2), b = scmp_tensor_2d(SCMP_DTYPE_F32, weights, 2, 2);
    scmp_tensor y = scmp_tensor_2d(SCMP_DTYPE_F32, out, 1, 2);
    (void)state;
    PIN(scmp_ctx_create(NULL, &ctx), SCMP_OK);
    PIN(scmp_matmul(ctx, &a, &b, NULL, NULL, &y), SCMP_OK);
    PIN(scmp_ctx_synchronize(ctx), SCMP_OK);
    assert_true(out[0] == 0);
    assert_true(out[1] < -3 && out[1] > -5);
    scmp_ctx_destroy(&ctx);
    assert_null(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits), cmocka_unit_test(defaults),         cmocka_unit_test(names),
        cmocka_unit_test(views),  cmocka_unit_test(smallest_program),
    };
    return cmocka_run_group_tests_name("abi", tests, NULL, NULL);
}
