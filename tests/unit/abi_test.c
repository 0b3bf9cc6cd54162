/* What programs and bindings compiled against this header rely on, pinned: values of enumerations, sizes and offsets of
 * structs. Written in C99: that the header compiles is a test as well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scmp/scmp.h"

#define PIN(value, number) assert_int_equal((long long)(value), (long long)(number))

static void enumerations(void **state) {
    (void)state;
    PIN(SCMP_OK, 0);
    PIN(SCMP_ERROR_INVALID_ARGUMENT, 1);
    PIN(SCMP_ERROR_INVALID_ALPHA, 2);
    PIN(SCMP_ERROR_D_MISMATCH, 3);
    PIN(SCMP_ERROR_SCALES_NOT_1D, 4);
    PIN(SCMP_ERROR_INVALID_SHAPE, 5);
    PIN(SCMP_ERROR_INVALID_DTYPE, 6);
    PIN(SCMP_ERROR_NON_FINITE, 7);
    PIN(SCMP_ERROR_INVALID_CONFIG, 8);
    PIN(SCMP_ERROR_UNSUPPORTED, 9);
    PIN(SCMP_ERROR_OUT_OF_MEMORY, 10);
    PIN(SCMP_ERROR_DEVICE, 11);
    PIN(SCMP_ERROR_IO, 12);
    PIN(SCMP_ERROR_FORMAT, 13);
    PIN(SCMP_ERROR_CANCELLED, 14);
    PIN(SCMP_ERROR_INVALID_SCALES, 15);
    PIN(SCMP_ERROR_OVERLAP, 16);
    PIN(SCMP_ERROR_INTERNAL, 17);

    PIN(SCMP_DTYPE_F32, 0);
    PIN(SCMP_DTYPE_F16, 1);
    PIN(SCMP_DTYPE_BF16, 2);
    PIN(SCMP_DTYPE_F64, 3);
    PIN(SCMP_DTYPE_I8, 4);
    PIN(SCMP_DTYPE_U8, 5);
    PIN(SCMP_DTYPE_I16, 6);
    PIN(SCMP_DTYPE_I32, 7);
    PIN(SCMP_DTYPE_I64, 8);

    PIN(SCMP_DEVICE_CPU, 0);
    PIN(SCMP_DEVICE_CUDA_0, 1);
    PIN(SCMP_BACKEND_AUTO, 0);
    PIN(SCMP_BACKEND_REFERENCE, 1);
    PIN(SCMP_BACKEND_CPU, 2);
    PIN(SCMP_BACKEND_CUDA, 3);
    PIN(SCMP_LOG_WARNING, 0);
    PIN(SCMP_LOG_INFO, 1);
    PIN(SCMP_LOG_DEBUG, 2);
    PIN(SCMP_SIDE_LEFT, 0);
    PIN(SCMP_SIDE_RIGHT, 1);
    PIN(SCMP_GENERATOR_SOBOL, 0);
    PIN(SCMP_GENERATOR_LFSR, 1);
    PIN(SCMP_GENERATOR_MT19937, 2);
    PIN(SCMP_SCRAMBLE_NOT_GIVEN, 0);
    PIN(SCMP_SCRAMBLE_BITREV, 1);
    PIN(SCMP_SCRAMBLE_COUNTER, 2);
    PIN(SCMP_SCRAMBLE_OFF, 3);
    PIN(SCMP_SCRAMBLE_ALWAYS_BITREV, 4);
    PIN(SCMP_SCRAMBLE_ALWAYS_COUNTER, 5);
    PIN(SCMP_GRANULARITY_PER_ROW, 0);
    PIN(SCMP_GRANULARITY_PER_TENSOR, 1);
    PIN(SCMP_GRANULARITY_PER_HEAD, 2);
    PIN(SCMP_MODE_BIPOLAR, 0);
    PIN(SCMP_MODE_UNIPOLAR, 1);
    PIN(SCMP_NOT_GIVEN, -1);

    PIN(sizeof(scmp_status), 4);
    PIN(sizeof(scmp_dtype), 4);
    PIN(sizeof(scmp_backend), 4);
    PIN(sizeof(scmp_log_level), 4);
    PIN(sizeof(scmp_side), 4);
    PIN(sizeof(scmp_generator_type), 4);
    PIN(sizeof(scmp_scramble), 4);
    PIN(sizeof(scmp_granularity), 4);
    PIN(sizeof(scmp_mode), 4);
}

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

#if UINTPTR_MAX == 0xffffffffffffffffu

/* On every 64-bit platform that the library is for. */
static void structs(void **state) {
    (void)state;
    PIN(sizeof(scmp_tensor), 152);
    PIN(offsetof(scmp_tensor, data), 0);
    PIN(offsetof(scmp_tensor, dtype), 8);
    PIN(offsetof(scmp_tensor, device), 12);
    PIN(offsetof(scmp_tensor, rank), 16);
    PIN(offsetof(scmp_tensor, shape), 24);
    PIN(offsetof(scmp_tensor, strides), 88);

    PIN(sizeof(scmp_ctx_options), 112);
    PIN(offsetof(scmp_ctx_options, size), 0);
    PIN(offsetof(scmp_ctx_options, backend), 8);
    PIN(offsetof(scmp_ctx_options, device), 12);
    PIN(offsetof(scmp_ctx_options, threads), 16);
    PIN(offsetof(scmp_ctx_options, cache_bytes), 24);
    PIN(offsetof(scmp_ctx_options, alloc), 32);
    PIN(offsetof(scmp_ctx_options, free), 40);
    PIN(offsetof(scmp_ctx_options, allocator_user), 48);
    PIN(offsetof(scmp_ctx_options, log), 56);
    PIN(offsetof(scmp_ctx_options, log_user), 64);
    PIN(offsetof(scmp_ctx_options, log_level), 72);
    PIN(offsetof(scmp_ctx_options, progress), 80);
    PIN(offsetof(scmp_ctx_options, progress_user), 88);
    PIN(offsetof(scmp_ctx_options, cancelled), 96);
    PIN(offsetof(scmp_ctx_options, cancelled_user), 104);

    PIN(sizeof(scmp_generator), 56);
    PIN(offsetof(scmp_generator, type), 8);
    PIN(offsetof(scmp_generator, sobol_side), 12);
    PIN(offsetof(scmp_generator, sobol_seeds), 16);
    PIN(offsetof(scmp_generator, sobol_seed_count), 24);
    PIN(offsetof(scmp_generator, sobol_start), 28);
    PIN(offsetof(scmp_generator, seed), 32);
    PIN(offsetof(scmp_generator, lfsr_taps), 40);
    PIN(offsetof(scmp_generator, lfsr_tap_count), 48);
    PIN(offsetof(scmp_generator, lfsr_zero_state), 52);

    PIN(sizeof(scmp_element), 16);
    PIN(offsetof(scmp_element, generator), 0);
    PIN(offsetof(scmp_element, complement), 4);
    PIN(offsetof(scmp_element, permutation), 8);

    PIN(sizeof(scmp_config_desc), 72);
    PIN(offsetof(scmp_config_desc, sc_prec), 8);
    PIN(offsetof(scmp_config_desc, generators), 16);
    PIN(offsetof(scmp_config_desc, generator_count), 24);
    PIN(offsetof(scmp_config_desc, left), 32);
    PIN(offsetof(scmp_config_desc, left_count), 40);
    PIN(offsetof(scmp_config_desc, right), 48);
    PIN(offsetof(scmp_config_desc, right_count), 56);
    PIN(offsetof(scmp_config_desc, uniform), 64);
    PIN(offsetof(scmp_config_desc, scramble), 68);

    PIN(sizeof(scmp_report), 160);
    PIN(offsetof(scmp_report, stoc_len), 8);
    PIN(offsetof(scmp_report, rng_levels), 12);
    PIN(offsetof(scmp_report, scramble), 16);
    PIN(offsetof(scmp_report, scrambled), 20);
    PIN(offsetof(scmp_report, q_max), 24);
    PIN(offsetof(scmp_report, tables), 28);
    PIN(offsetof(scmp_report, backend), 32);
    PIN(offsetof(scmp_report, isa), 40);
    PIN(offsetof(scmp_report, kernel), 48);
    PIN(offsetof(scmp_report, threads), 56);
    PIN(offsetof(scmp_report, ms_quantize), 64);
    PIN(offsetof(scmp_report, ms_total), 104);
    PIN(offsetof(scmp_report, bytes_peak), 112);
    PIN(offsetof(scmp_report, panel_columns), 120);
    PIN(offsetof(scmp_report, workers), 124);
    PIN(offsetof(scmp_report, task_rows), 128);
    PIN(offsetof(scmp_report, task_columns), 136);
    PIN(offsetof(scmp_report, tasks), 144);
    PIN(offsetof(scmp_report, bytes_device), 152);

    PIN(sizeof(scmp_matmul_options), 96);
    PIN(offsetof(scmp_matmul_options, granularity), 8);
    PIN(offsetof(scmp_matmul_options, mode), 12);
    PIN(offsetof(scmp_matmul_options, sc_prec), 16);
    PIN(offsetof(scmp_matmul_options, stoc_len), 20);
    PIN(offsetof(scmp_matmul_options, rng_levels), 24);
    PIN(offsetof(scmp_matmul_options, halve), 28);
    PIN(offsetof(scmp_matmul_options, chunk_d), 32);
    PIN(offsetof(scmp_matmul_options, group_a), 40);
    PIN(offsetof(scmp_matmul_options, group_b), 48);
    PIN(offsetof(scmp_matmul_options, scramble), 56);
    PIN(offsetof(scmp_matmul_options, config), 64);
    PIN(offsetof(scmp_matmul_options, smooth), 72);
    PIN(offsetof(scmp_matmul_options, counts), 80);
    PIN(offsetof(scmp_matmul_options, report), 88);

    PIN(sizeof(scmp_quantized), 56);
    PIN(offsetof(scmp_quantized, level), 8);
    PIN(offsetof(scmp_quantized, boundary), 16);
    PIN(offsetof(scmp_quantized, sign), 24);
    PIN(offsetof(scmp_quantized, scale), 32);
    PIN(offsetof(scmp_quantized, zero_point), 40);
    PIN(offsetof(scmp_quantized, row_sum), 48);
}

#endif

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
    PIN(options.halve, 0);
    PIN(options.chunk_d, 0);
    PIN(options.group_a, 1);
    PIN(options.group_b, 1);
    PIN(options.scramble, SCMP_SCRAMBLE_NOT_GIVEN);
    assert_null(options.config);
    assert_null(options.smooth);
    assert_null(options.counts);
    assert_null(options.report);

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
    PIN(scmp_matmul(ctx, &a, &b, NULL, &y), SCMP_OK);
    PIN(scmp_ctx_synchronize(ctx), SCMP_OK);
    assert_true(out[0] == 0);
    assert_true(out[1] < -3 && out[1] > -5);
    scmp_ctx_destroy(&ctx);
    assert_null(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enumerations),
        cmocka_unit_test(limits),
#if UINTPTR_MAX == 0xffffffffffffffffu
        cmocka_unit_test(structs),
#endif
        cmocka_unit_test(defaults),
        cmocka_unit_test(names),
        cmocka_unit_test(views),
        cmocka_unit_test(smallest_program),
    };
    return cmocka_run_group_tests_name("abi", tests, NULL, NULL);
}
