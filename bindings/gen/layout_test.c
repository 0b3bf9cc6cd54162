/*
 * The C compiler's layout of every struct is the one that the bindings were written with.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Written by bindings/gen/generate.py from the headers in include/scmp: change those, then run it again.
 */
/* clang-format off */
#include <scmp/scmp.h>

#include <stdio.h>

static int failed, count;

static void same(const char *what, size_t is, size_t expected) {
    const char *result = is == expected ? "ok" : "not ok";
    printf("%s %d - %s is %zu, the bindings have %zu\n", result, ++count, what, is, expected);
    failed += is != expected;
}

#define SIZE(type, n) same("size of " #type, sizeof(type), n)
#define ALIGNMENT(type, n) same("alignment of " #type, offsetof(struct { char c; type t; }, t), n)
#define OFFSET(type, field, n) same("offset of " #type "." #field, offsetof(type, field), n)
#define CONSTANT(name, n) same(#name, (size_t)(name), (size_t)(n))

int main(void) {
    SIZE(scmp_tensor, 152);
    ALIGNMENT(scmp_tensor, 8);
    OFFSET(scmp_tensor, data, 0);
    OFFSET(scmp_tensor, dtype, 8);
    OFFSET(scmp_tensor, device, 12);
    OFFSET(scmp_tensor, rank, 16);
    OFFSET(scmp_tensor, shape, 24);
    OFFSET(scmp_tensor, strides, 88);
    SIZE(scmp_ctx_options, 112);
    ALIGNMENT(scmp_ctx_options, 8);
    OFFSET(scmp_ctx_options, size, 0);
    OFFSET(scmp_ctx_options, backend, 8);
    OFFSET(scmp_ctx_options, device, 12);
    OFFSET(scmp_ctx_options, threads, 16);
    OFFSET(scmp_ctx_options, cache_bytes, 24);
    OFFSET(scmp_ctx_options, alloc, 32);
    OFFSET(scmp_ctx_options, free, 40);
    OFFSET(scmp_ctx_options, allocator_user, 48);
    OFFSET(scmp_ctx_options, log, 56);
    OFFSET(scmp_ctx_options, log_user, 64);
    OFFSET(scmp_ctx_options, log_level, 72);
    OFFSET(scmp_ctx_options, progress, 80);
    OFFSET(scmp_ctx_options, progress_user, 88);
    OFFSET(scmp_ctx_options, cancelled, 96);
    OFFSET(scmp_ctx_options, cancelled_user, 104);
    SIZE(scmp_generator, 56);
    ALIGNMENT(scmp_generator, 8);
    OFFSET(scmp_generator, size, 0);
    OFFSET(scmp_generator, type, 8);
    OFFSET(scmp_generator, sobol_side, 12);
    OFFSET(scmp_generator, sobol_seeds, 16);
    OFFSET(scmp_generator, sobol_seed_count, 24);
    OFFSET(scmp_generator, sobol_start, 28);
    OFFSET(scmp_generator, seed, 32);
    OFFSET(scmp_generator, lfsr_taps, 40);
    OFFSET(scmp_generator, lfsr_tap_count, 48);
    SIZE(scmp_element, 16);
    ALIGNMENT(scmp_element, 8);
    OFFSET(scmp_element, generator, 0);
    OFFSET(scmp_element, complement, 4);
    OFFSET(scmp_element, permutation, 8);
    SIZE(scmp_config_desc, 72);
    ALIGNMENT(scmp_config_desc, 8);
    OFFSET(scmp_config_desc, size, 0);
    OFFSET(scmp_config_desc, sc_prec, 8);
    OFFSET(scmp_config_desc, generators, 16);
    OFFSET(scmp_config_desc, generator_count, 24);
    OFFSET(scmp_config_desc, left, 32);
    OFFSET(scmp_config_desc, left_count, 40);
    OFFSET(scmp_config_desc, right, 48);
    OFFSET(scmp_config_desc, right_count, 56);
    OFFSET(scmp_config_desc, uniform, 64);
    OFFSET(scmp_config_desc, scramble, 68);
    SIZE(scmp_report, 152);
    ALIGNMENT(scmp_report, 8);
    OFFSET(scmp_report, size, 0);
    OFFSET(scmp_report, stoc_len, 8);
    OFFSET(scmp_report, rng_levels, 12);
    OFFSET(scmp_report, scramble, 16);
    OFFSET(scmp_report, scrambled, 20);
    OFFSET(scmp_report, q_max, 24);
    OFFSET(scmp_report, tables, 28);
    OFFSET(scmp_report, backend, 32);
    OFFSET(scmp_report, isa, 40);
    OFFSET(scmp_report, kernel, 48);
    OFFSET(scmp_report, threads, 56);
    OFFSET(scmp_report, ms_quantize, 64);
    OFFSET(scmp_report, ms_tables, 72);
    OFFSET(scmp_report, ms_pack, 80);
    OFFSET(scmp_report, ms_count, 88);
    OFFSET(scmp_report, ms_dequantize, 96);
    OFFSET(scmp_report, ms_total, 104);
    OFFSET(scmp_report, bytes_peak, 112);
    OFFSET(scmp_report, panel_columns, 120);
    OFFSET(scmp_report, workers, 124);
    OFFSET(scmp_report, task_rows, 128);
    OFFSET(scmp_report, task_columns, 136);
    OFFSET(scmp_report, tasks, 144);
    SIZE(scmp_matmul_options, 96);
    ALIGNMENT(scmp_matmul_options, 8);
    OFFSET(scmp_matmul_options, size, 0);
    OFFSET(scmp_matmul_options, granularity, 8);
    OFFSET(scmp_matmul_options, mode, 12);
    OFFSET(scmp_matmul_options, sc_prec, 16);
    OFFSET(scmp_matmul_options, stoc_len, 20);
    OFFSET(scmp_matmul_options, rng_levels, 24);
    OFFSET(scmp_matmul_options, halve, 28);
    OFFSET(scmp_matmul_options, chunk_d, 32);
    OFFSET(scmp_matmul_options, group_a, 40);
    OFFSET(scmp_matmul_options, group_b, 48);
    OFFSET(scmp_matmul_options, scramble, 56);
    OFFSET(scmp_matmul_options, config, 64);
    OFFSET(scmp_matmul_options, smooth, 72);
    OFFSET(scmp_matmul_options, counts, 80);
    OFFSET(scmp_matmul_options, report, 88);
    SIZE(scmp_quantized, 56);
    ALIGNMENT(scmp_quantized, 8);
    OFFSET(scmp_quantized, size, 0);
    OFFSET(scmp_quantized, level, 8);
    OFFSET(scmp_quantized, boundary, 16);
    OFFSET(scmp_quantized, sign, 24);
    OFFSET(scmp_quantized, scale, 32);
    OFFSET(scmp_quantized, zero_point, 40);
    OFFSET(scmp_quantized, row_sum, 48);
    SIZE(scmp_status, 4);
    CONSTANT(SCMP_OK, 0);
    CONSTANT(SCMP_ERROR_INVALID_ARGUMENT, 1);
    CONSTANT(SCMP_ERROR_INVALID_ALPHA, 2);
    CONSTANT(SCMP_ERROR_D_MISMATCH, 3);
    CONSTANT(SCMP_ERROR_SCALES_NOT_1D, 4);
    CONSTANT(SCMP_ERROR_INVALID_SHAPE, 5);
    CONSTANT(SCMP_ERROR_INVALID_DTYPE, 6);
    CONSTANT(SCMP_ERROR_NON_FINITE, 7);
    CONSTANT(SCMP_ERROR_INVALID_CONFIG, 8);
    CONSTANT(SCMP_ERROR_UNSUPPORTED, 9);
    CONSTANT(SCMP_ERROR_OUT_OF_MEMORY, 10);
    CONSTANT(SCMP_ERROR_DEVICE, 11);
    CONSTANT(SCMP_ERROR_IO, 12);
    CONSTANT(SCMP_ERROR_FORMAT, 13);
    CONSTANT(SCMP_ERROR_CANCELLED, 14);
    CONSTANT(SCMP_ERROR_INVALID_SCALES, 15);
    CONSTANT(SCMP_ERROR_OVERLAP, 16);
    CONSTANT(SCMP_ERROR_INTERNAL, 17);
    SIZE(scmp_dtype, 4);
    CONSTANT(SCMP_F32, 0);
    CONSTANT(SCMP_F16, 1);
    CONSTANT(SCMP_BF16, 2);
    CONSTANT(SCMP_F64, 3);
    CONSTANT(SCMP_I8, 4);
    CONSTANT(SCMP_U8, 5);
    CONSTANT(SCMP_I16, 6);
    CONSTANT(SCMP_I32, 7);
    CONSTANT(SCMP_I64, 8);
    SIZE(scmp_backend, 4);
    CONSTANT(SCMP_BACKEND_AUTO, 0);
    CONSTANT(SCMP_BACKEND_REFERENCE, 1);
    CONSTANT(SCMP_BACKEND_CPU, 2);
    CONSTANT(SCMP_BACKEND_CUDA, 3);
    SIZE(scmp_log_level, 4);
    CONSTANT(SCMP_LOG_WARNING, 0);
    CONSTANT(SCMP_LOG_INFO, 1);
    CONSTANT(SCMP_LOG_DEBUG, 2);
    SIZE(scmp_side, 4);
    CONSTANT(SCMP_LEFT, 0);
    CONSTANT(SCMP_RIGHT, 1);
    SIZE(scmp_generator_type, 4);
    CONSTANT(SCMP_SOBOL, 0);
    CONSTANT(SCMP_LFSR, 1);
    CONSTANT(SCMP_TRUE_RANDOM, 2);
    SIZE(scmp_scramble, 4);
    CONSTANT(SCMP_SCRAMBLE_NOT_GIVEN, 0);
    CONSTANT(SCMP_SCRAMBLE_BITREV, 1);
    CONSTANT(SCMP_SCRAMBLE_COUNTER, 2);
    CONSTANT(SCMP_SCRAMBLE_OFF, 3);
    CONSTANT(SCMP_SCRAMBLE_ALWAYS_BITREV, 4);
    CONSTANT(SCMP_SCRAMBLE_ALWAYS_COUNTER, 5);
    SIZE(scmp_granularity, 4);
    CONSTANT(SCMP_PER_ROW, 0);
    CONSTANT(SCMP_PER_TENSOR, 1);
    CONSTANT(SCMP_PER_HEAD, 2);
    SIZE(scmp_mode, 4);
    CONSTANT(SCMP_BIPOLAR, 0);
    CONSTANT(SCMP_UNIPOLAR, 1);
    CONSTANT(SCMP_VERSION_MAJOR, 0);
    CONSTANT(SCMP_VERSION_MINOR, 1);
    CONSTANT(SCMP_VERSION_PATCH, 0);
    CONSTANT(SCMP_SPEC_VERSION, 1);
    CONSTANT(SCMP_MAX_RANK, 8);
    CONSTANT(SCMP_SC_PREC_MAX, 10);
    CONSTANT(SCMP_SC_PREC_MIN_BIPOLAR, 2);
    CONSTANT(SCMP_SC_PREC_MIN_UNIPOLAR, 1);
    CONSTANT(SCMP_RNG_LEVELS_MAX, 16384);
    CONSTANT(SCMP_D_TIMES_L_MAX, 2147483647);
    CONSTANT(SCMP_NOT_GIVEN, -1);
    CONSTANT(SCMP_DEVICE_CPU, 0);
    CONSTANT(SCMP_DEVICE_CUDA_0, 1);
    printf("1..176\n");
    return failed != 0;
}
