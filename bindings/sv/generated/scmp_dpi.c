/*
 * What SystemVerilog's DPI cannot carry of the C interface, for scmp_dpi.svh, which says what each function is for:
 * structs, their fields, and tensors with memory of their own. Compiled with the test bench, as C or C++.
 *
 * Written by bindings/generator/generate.py from the headers in include/scmp: change those, then run it again.
 * This part is bindings/generator/scmp_dpi.c.in.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
/* clang-format off */
#include <scmp/scmp_model.h>
#include <svdpi.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- Memory ------------------------------------------------------------------------------------------------------ */

void scmp_dpi_free(void *memory) {
    free(memory);
}

/* --- Tensors: a view, and behind it in the same block its elements ------------------------------------------------ */

static int64_t element_count(const scmp_tensor *tensor) {
    int64_t count = 1;
    int32_t i;
    if (!tensor) return 0;
    for (i = 0; i < tensor->rank; i++) count *= tensor->shape[i];
    return count;
}

/* Bytes before the elements, which are then aligned for every dtype. */
static size_t head(void) {
    return (sizeof(scmp_tensor) + 15) / 16 * 16;
}

static void *new_tensor(int dtype, int32_t rank, const int64_t *shape) {
    size_t bytes = scmp_dtype_size((scmp_dtype)dtype);
    scmp_tensor *tensor;
    int32_t i;
    if (bytes == 0) return NULL;
    for (i = 0; i < rank; i++) {
        if (shape[i] < 0 || (shape[i] > 0 && bytes > (size_t)PTRDIFF_MAX / 2 / (size_t)shape[i])) return NULL;
        bytes *= (size_t)shape[i];
    }
    tensor = (scmp_tensor *)calloc(1, head() + bytes);
    if (tensor) *tensor = scmp_tensor_nd((scmp_dtype)dtype, (char *)tensor + head(), rank, shape);
    return tensor;
}

void *scmp_tensor_new_1d(int dtype, int64_t d) {
    return new_tensor(dtype, 1, &d);
}

void *scmp_tensor_new_2d(int dtype, int64_t rows, int64_t d) {
    int64_t shape[2];
    shape[0] = rows, shape[1] = d;
    return new_tensor(dtype, 2, shape);
}

void *scmp_tensor_new_3d(int dtype, int64_t batch, int64_t rows, int64_t d) {
    int64_t shape[3];
    shape[0] = batch, shape[1] = rows, shape[2] = d;
    return new_tensor(dtype, 3, shape);
}

void *scmp_tensor_new_4d(int dtype, int64_t n, int64_t m, int64_t d, int64_t cycles) {
    int64_t shape[4];
    shape[0] = n, shape[1] = m, shape[2] = d, shape[3] = cycles;
    return new_tensor(dtype, 4, shape);
}

int64_t scmp_tensor_size(void *tensor) {
    return element_count((const scmp_tensor *)tensor);
}

/* The address of an element, or NULL. */
static void *element(void *memory, int64_t index) {
    const scmp_tensor *tensor = (const scmp_tensor *)memory;
    if (index < 0 || index >= element_count(tensor)) return NULL;
    return (char *)tensor->data + (size_t)index * scmp_dtype_size(tensor->dtype);
}

int64_t scmp_tensor_get(void *tensor, int64_t index) {
    const void *at = element(tensor, index);
    if (!at) return INT64_MIN;
    switch (((const scmp_tensor *)tensor)->dtype) {
    case SCMP_DTYPE_I8: return *(const int8_t *)at;
    case SCMP_DTYPE_U8: return *(const uint8_t *)at;
    case SCMP_DTYPE_I16: return *(const int16_t *)at;
    case SCMP_DTYPE_I32: return *(const int32_t *)at;
    case SCMP_DTYPE_I64: return *(const int64_t *)at;
    default: return INT64_MIN;
    }
}

double scmp_tensor_get_real(void *tensor, int64_t index) {
    const void *at = element(tensor, index);
    if (!at) return (double)NAN;
    switch (((const scmp_tensor *)tensor)->dtype) {
    case SCMP_DTYPE_F32: return (double)*(const float *)at;
    case SCMP_DTYPE_F64: return *(const double *)at;
    case SCMP_DTYPE_F16:
    case SCMP_DTYPE_BF16: return (double)NAN;
    default: return (double)scmp_tensor_get(tensor, index);
    }
}

int scmp_tensor_set_real(void *tensor, int64_t index, double value) {
    void *at = element(tensor, index);
    if (!at) return SCMP_ERROR_INVALID_ARGUMENT;
    switch (((const scmp_tensor *)tensor)->dtype) {
    case SCMP_DTYPE_F32: *(float *)at = (float)value; return SCMP_OK;
    case SCMP_DTYPE_F64: *(double *)at = value; return SCMP_OK;
    default: return SCMP_ERROR_INVALID_DTYPE;
    }
}

int scmp_tensor_set(void *tensor, int64_t index, int64_t value) {
    void *at = element(tensor, index);
    if (!at) return SCMP_ERROR_INVALID_ARGUMENT;
    switch (((const scmp_tensor *)tensor)->dtype) {
    case SCMP_DTYPE_I8: *(int8_t *)at = (int8_t)value; return SCMP_OK;
    case SCMP_DTYPE_U8: *(uint8_t *)at = (uint8_t)value; return SCMP_OK;
    case SCMP_DTYPE_I16: *(int16_t *)at = (int16_t)value; return SCMP_OK;
    case SCMP_DTYPE_I32: *(int32_t *)at = (int32_t)value; return SCMP_OK;
    case SCMP_DTYPE_I64: *(int64_t *)at = value; return SCMP_OK;
    default: return scmp_tensor_set_real(tensor, index, (double)value);
    }
}

/* Element i of an open array of one dimension, whatever its bounds and direction are. */
static int *array_element(const svOpenArrayHandle values, int64_t i) {
    return (int *)svGetArrElemPtr1(values, svLow(values, 1) + (int)i);
}

int scmp_tensor_load(void *tensor, const svOpenArrayHandle values) {
    const int64_t count = svSize(values, 1);
    int64_t i;
    if (!tensor) return SCMP_ERROR_INVALID_ARGUMENT;
    if (count != element_count((const scmp_tensor *)tensor)) return SCMP_ERROR_INVALID_SHAPE;
    for (i = 0; i < count; i++) {
        const int status = scmp_tensor_set(tensor, i, *array_element(values, i));
        if (status != SCMP_OK) return status;
    }
    return SCMP_OK;
}

int scmp_tensor_store(void *tensor, const svOpenArrayHandle values) {
    const int64_t count = svSize(values, 1);
    int64_t i;
    if (!tensor) return SCMP_ERROR_INVALID_ARGUMENT;
    if (count != element_count((const scmp_tensor *)tensor)) return SCMP_ERROR_INVALID_SHAPE;
    for (i = 0; i < count; i++) *array_element(values, i) = (int)scmp_tensor_get(tensor, i);
    return SCMP_OK;
}

/* --- Texts -------------------------------------------------------------------------------------------------------- */

const char *scmp_config_json(void *ctx, void *config, int64_t d) {
    static char *text;
    scmp_ctx *const c = (scmp_ctx *)ctx;
    const scmp_config *const from = (const scmp_config *)config;
    size_t needed = 0;
    char *memory;
    if (scmp_config_to_json(c, from, d, NULL, 0, &needed) != SCMP_OK) return "";
    memory = (char *)realloc(text, needed);
    if (!memory) return "";
    text = memory;
    return scmp_config_to_json(c, from, d, text, needed, &needed) == SCMP_OK ? text : "";
}

static int32_t write_file(void *file, const char *text, size_t length) {
    return fwrite(text, 1, length, (FILE *)file) != length;
}

typedef scmp_status trace_writer(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                                 const scmp_matmul_options *options, int64_t d_offset, scmp_write_fn write, void *user);

static int trace_file(trace_writer *writer, void *ctx, void *a, void *b, void *options, int64_t d_offset,
                      const char *path) {
    FILE *file = fopen(path, "w");
    int status;
    if (!file) return SCMP_ERROR_IO;
    status = writer((scmp_ctx *)ctx, (const scmp_quantized *)a, (const scmp_quantized *)b,
                    (const scmp_matmul_options *)options, d_offset, write_file, file);
    if (fclose(file) != 0 && status == SCMP_OK) status = SCMP_ERROR_IO;
    return status;
}

int scmp_trace_csv_file(void *ctx, void *a, void *b, void *options, int64_t d_offset, const char *path) {
    return trace_file(scmp_trace_csv, ctx, a, b, options, d_offset, path);
}

int scmp_trace_vcd_file(void *ctx, void *a, void *b, void *options, int64_t d_offset, const char *path) {
    return trace_file(scmp_trace_vcd, ctx, a, b, options, d_offset, path);
}

/* --- Structs and their fields ------------------------------------------------------------------------------------- */

#define NEW(type, init) \
    void *type##_new(void) { \
        void (*const fill)(type *) = init; \
        type *s = (type *)calloc(1, sizeof(type)); \
        if (s && fill) fill(s); \
        return s; \
    }
#define FIELD(type, field, kind) \
    void type##_set_##field(void *s, kind value) { if (s) ((type *)s)->field = value; } \
    kind type##_get_##field(void *s) { return s ? ((type *)s)->field : 0; }
#define ENUM_FIELD(type, field, kind) \
    void type##_set_##field(void *s, int value) { if (s) ((type *)s)->field = (kind)value; } \
    int type##_get_##field(void *s) { return s ? (int)((type *)s)->field : 0; }
#define POINTER_FIELD(type, field, kind) \
    void type##_set_##field(void *s, void *value) { if (s) ((type *)s)->field = (kind)value; } \
    void *type##_get_##field(void *s) { return s ? (void *)((type *)s)->field : NULL; }
#define TEXT_FIELD(type, field) \
    const char *type##_get_##field(void *s) { return s && ((type *)s)->field ? ((type *)s)->field : ""; }
#define ARRAY_FIELD(type, field, kind, count) \
    void type##_set_##field(void *s, int index, kind value) { \
        if (s && index >= 0 && index < count) ((type *)s)->field[index] = value; \
    } \
    kind type##_get_##field(void *s, int index) { \
        return s && index >= 0 && index < count ? ((type *)s)->field[index] : 0; \
    }

POINTER_FIELD(scmp_tensor, data, void *)
ENUM_FIELD(scmp_tensor, dtype, scmp_dtype)
FIELD(scmp_tensor, device, int32_t)
FIELD(scmp_tensor, rank, int32_t)
FIELD(scmp_tensor, reserved_flags, int32_t)
ARRAY_FIELD(scmp_tensor, shape, int64_t, 8)
ARRAY_FIELD(scmp_tensor, strides, int64_t, 8)
ARRAY_FIELD(scmp_tensor, reserved, int64_t, 2)

NEW(scmp_ctx_options, scmp_ctx_options_init)
ENUM_FIELD(scmp_ctx_options, backend, scmp_backend)
FIELD(scmp_ctx_options, device, int32_t)
FIELD(scmp_ctx_options, threads, int32_t)
ENUM_FIELD(scmp_ctx_options, log_level, scmp_log_level)
FIELD(scmp_ctx_options, cache_bytes, uint64_t)
POINTER_FIELD(scmp_ctx_options, allocator_user, void *)
POINTER_FIELD(scmp_ctx_options, log_user, void *)
POINTER_FIELD(scmp_ctx_options, progress_user, void *)
POINTER_FIELD(scmp_ctx_options, cancelled_user, void *)
TEXT_FIELD(scmp_ctx_options, isa)
TEXT_FIELD(scmp_ctx_options, kernel)

NEW(scmp_generator, scmp_generator_init)
ENUM_FIELD(scmp_generator, type, scmp_generator_type)
ENUM_FIELD(scmp_generator, sobol_side, scmp_side)
POINTER_FIELD(scmp_generator, sobol_seeds, const uint32_t *)
FIELD(scmp_generator, sobol_seed_count, int32_t)
FIELD(scmp_generator, sobol_start, uint32_t)
FIELD(scmp_generator, seed, uint64_t)
POINTER_FIELD(scmp_generator, lfsr_taps, const int32_t *)
FIELD(scmp_generator, lfsr_tap_count, int32_t)
FIELD(scmp_generator, lfsr_zero_state, int32_t)

NEW(scmp_element, NULL)
FIELD(scmp_element, generator, int32_t)
FIELD(scmp_element, complement, int32_t)
POINTER_FIELD(scmp_element, permutation, const int32_t *)
ARRAY_FIELD(scmp_element, reserved, int64_t, 2)

NEW(scmp_config_desc, scmp_config_desc_init)
FIELD(scmp_config_desc, sc_prec, int32_t)
POINTER_FIELD(scmp_config_desc, generators, const scmp_generator *)
FIELD(scmp_config_desc, generator_count, size_t)
POINTER_FIELD(scmp_config_desc, left, const scmp_element *)
FIELD(scmp_config_desc, left_count, size_t)
POINTER_FIELD(scmp_config_desc, right, const scmp_element *)
FIELD(scmp_config_desc, right_count, size_t)
FIELD(scmp_config_desc, uniform, int32_t)
ENUM_FIELD(scmp_config_desc, scramble, scmp_scramble)

NEW(scmp_report, scmp_report_init)
FIELD(scmp_report, stoc_len, int32_t)
FIELD(scmp_report, rng_levels, int32_t)
ENUM_FIELD(scmp_report, scramble, scmp_scramble)
FIELD(scmp_report, scrambled, int32_t)
FIELD(scmp_report, q_max, int32_t)
FIELD(scmp_report, tables, int32_t)
ENUM_FIELD(scmp_report, backend, scmp_backend)
FIELD(scmp_report, threads, int32_t)
TEXT_FIELD(scmp_report, isa)
TEXT_FIELD(scmp_report, kernel)
FIELD(scmp_report, ms_quantize, double)
FIELD(scmp_report, ms_tables, double)
FIELD(scmp_report, ms_pack, double)
FIELD(scmp_report, ms_count, double)
FIELD(scmp_report, ms_dequantize, double)
FIELD(scmp_report, ms_total, double)
FIELD(scmp_report, bytes_peak, uint64_t)
FIELD(scmp_report, panel_columns, int32_t)
FIELD(scmp_report, workers, int32_t)
FIELD(scmp_report, task_rows, int64_t)
FIELD(scmp_report, task_columns, int64_t)
FIELD(scmp_report, tasks, int64_t)
FIELD(scmp_report, bytes_device, uint64_t)

NEW(scmp_matmul_options, scmp_matmul_options_init)
ENUM_FIELD(scmp_matmul_options, granularity, scmp_granularity)
ENUM_FIELD(scmp_matmul_options, mode, scmp_mode)
FIELD(scmp_matmul_options, sc_prec, int32_t)
FIELD(scmp_matmul_options, stoc_len, int32_t)
FIELD(scmp_matmul_options, rng_levels, int32_t)
ENUM_FIELD(scmp_matmul_options, scramble, scmp_scramble)
FIELD(scmp_matmul_options, chunk_d, int64_t)
FIELD(scmp_matmul_options, group_a, int64_t)
FIELD(scmp_matmul_options, group_b, int64_t)
POINTER_FIELD(scmp_matmul_options, config, const scmp_config *)
POINTER_FIELD(scmp_matmul_options, smooth, const scmp_tensor *)

NEW(scmp_call, scmp_call_init)
POINTER_FIELD(scmp_call, counts, const scmp_tensor *)
POINTER_FIELD(scmp_call, report, scmp_report *)

NEW(scmp_quantized, scmp_quantized_init)
POINTER_FIELD(scmp_quantized, level, const scmp_tensor *)
POINTER_FIELD(scmp_quantized, boundary, const scmp_tensor *)
POINTER_FIELD(scmp_quantized, sign, const scmp_tensor *)
POINTER_FIELD(scmp_quantized, scale, const scmp_tensor *)
POINTER_FIELD(scmp_quantized, zero_point, const scmp_tensor *)
POINTER_FIELD(scmp_quantized, row_sum, const scmp_tensor *)

NEW(scmp_trace, scmp_trace_init)
POINTER_FIELD(scmp_trace, left_draw, const scmp_tensor *)
POINTER_FIELD(scmp_trace, left_bit, const scmp_tensor *)
POINTER_FIELD(scmp_trace, right_position, const scmp_tensor *)
POINTER_FIELD(scmp_trace, right_draw, const scmp_tensor *)
POINTER_FIELD(scmp_trace, right_bit, const scmp_tensor *)
POINTER_FIELD(scmp_trace, and_bit, const scmp_tensor *)
POINTER_FIELD(scmp_trace, partial, const scmp_tensor *)
POINTER_FIELD(scmp_trace, sign, const scmp_tensor *)
POINTER_FIELD(scmp_trace, count, const scmp_tensor *)
POINTER_FIELD(scmp_trace, sum, const scmp_tensor *)

NEW(scmp_divergence, scmp_divergence_init)
ENUM_FIELD(scmp_divergence, signal, scmp_signal)
FIELD(scmp_divergence, n, int64_t)
FIELD(scmp_divergence, m, int64_t)
FIELD(scmp_divergence, d, int64_t)
FIELD(scmp_divergence, cycle, int64_t)
FIELD(scmp_divergence, expected, int64_t)
FIELD(scmp_divergence, observed, int64_t)

NEW(scmp_accumulator, scmp_accumulator_init)
ENUM_FIELD(scmp_accumulator, place, scmp_accumulator_place)
ENUM_FIELD(scmp_accumulator, overflow, scmp_overflow)
FIELD(scmp_accumulator, width, int32_t)
FIELD(scmp_accumulator, growth, int32_t)

NEW(scmp_table_error, scmp_table_error_init)
FIELD(scmp_table_error, mean_abs, double)
FIELD(scmp_table_error, max_abs, double)
FIELD(scmp_table_error, rms, double)
FIELD(scmp_table_error, bias, double)
FIELD(scmp_table_error, max_d, int64_t)
FIELD(scmp_table_error, max_x, int32_t)
FIELD(scmp_table_error, max_y, int32_t)

NEW(scmp_score_weights, scmp_score_weights_init)
POINTER_FIELD(scmp_score_weights, x, const scmp_tensor *)
POINTER_FIELD(scmp_score_weights, y, const scmp_tensor *)
POINTER_FIELD(scmp_score_weights, target, const scmp_tensor *)
POINTER_FIELD(scmp_score_weights, square, const scmp_tensor *)
POINTER_FIELD(scmp_score_weights, sum, const scmp_tensor *)

#ifdef __cplusplus
}
#endif
