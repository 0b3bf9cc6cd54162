/* A program and a library of different versions. One side has structs that are 32 bytes longer: LATER_PROGRAM or
 * LATER_LIBRARY says which; what the program sees is the same either way, to the byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scmp/scmp_model.h"

#if defined(LATER_PROGRAM) != defined(SCMP_GROWN)
#error "this program has the headers of the other version"
#endif

enum { N = 2, M = 3, D = 4 };
static const float a_values[N * D] = {1, -0.5F, 0.25F, 0, 0.75F, 1, -1, 0.125F};
static const float b_values[M * D] = {0.5F, 1, -1, 0.25F, 1, 1, 1, 1, -0.25F, 0, 0.5F, 1};
/* The product's integer sums with the default options. */
static const int32_t expected_sums[N * M] = {-65, 192, -31, 618, 223, -146};

/* A struct of the program between bytes that nobody may touch. */
#define GUARD 64
static unsigned char *guarded(size_t size) {
    unsigned char *block = (unsigned char *)malloc(size + GUARD); /* from malloc: ASan watches its end as well */
    assert_non_null(block);
    memset(block, 0xa5, size + GUARD);
    return block;
}
static void check_guard(const unsigned char *block, size_t size) {
    size_t i;
    for (i = 0; i < GUARD; i++) assert_int_equal(block[size + i], 0xa5);
}

/* What a program's _init does with its struct, and that all of it is set: padding and what the library does not know
 * are 0. */
#define INITIALISED(type, check)                                                                                       \
    do {                                                                                                               \
        unsigned char *block = guarded(sizeof(type));                                                                  \
        type *s = (type *)(void *)block;                                                                               \
        type again;                                                                                                    \
        memset(&again, 0x5a, sizeof again);                                                                            \
        type##_init(s);                                                                                                \
        type##_init(&again);                                                                                           \
        assert_int_equal(s->size, sizeof(type));                                                                       \
        assert_memory_equal(s, &again, sizeof(type));                                                                  \
        assert_true(check);                                                                                            \
        check_guard(block, sizeof(type));                                                                              \
        free(block);                                                                                                   \
        type##_init(NULL);                                                                                             \
    } while (0)

static void defaults(void **state) {
    (void)state;
    INITIALISED(scmp_ctx_options, s->threads == SCMP_NOT_GIVEN && s->cache_bytes == (uint64_t)256 << 20);
    INITIALISED(scmp_generator, s->type == SCMP_GENERATOR_SOBOL && s->lfsr_taps == NULL);
    INITIALISED(scmp_config_desc, s->sc_prec == 8 && s->generator_count == 0);
    INITIALISED(scmp_report, s->isa[0] == '\0' && s->ms_total == 0);
    INITIALISED(scmp_matmul_options, s->sc_prec == 8 && s->stoc_len == SCMP_NOT_GIVEN && s->group_b == 1);
    INITIALISED(scmp_call, s->counts == NULL && s->report == NULL);
    INITIALISED(scmp_quantized, s->boundary == NULL && s->row_sum == NULL);
    INITIALISED(scmp_trace, s->left_draw == NULL && s->sum == NULL);
    INITIALISED(scmp_divergence, s->signal == SCMP_SIGNAL_NONE && s->n == -1 && s->cycle == -1);
    INITIALISED(scmp_accumulator, s->place == SCMP_ACCUMULATOR_PER_OUTPUT && s->width == 32);
    INITIALISED(scmp_table_error, s->rms == 0 && s->max_y == 0);
    INITIALISED(scmp_score_weights, s->x == NULL && s->sum == NULL);
}

typedef struct {
    scmp_ctx *ctx;
    int16_t boundary_a[N * D], boundary_b[M * D];
    int8_t sign_a[N * D], sign_b[M * D];
    scmp_tensor a, b, ba, bb, sa, sb;
    scmp_quantized qa, qb;
} Fixture;

static int set_up(void **state) {
    Fixture *f = (Fixture *)calloc(1, sizeof *f);
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.threads = 1;
    assert_int_equal(scmp_ctx_create(&options, &f->ctx), SCMP_OK);
    assert_int_equal(scmp_ctx_threads(f->ctx), 1);
    f->a = scmp_tensor_2d(SCMP_DTYPE_F32, a_values, N, D);
    f->b = scmp_tensor_2d(SCMP_DTYPE_F32, b_values, M, D);
    f->ba = scmp_tensor_2d(SCMP_DTYPE_I16, f->boundary_a, N, D);
    f->bb = scmp_tensor_2d(SCMP_DTYPE_I16, f->boundary_b, M, D);
    f->sa = scmp_tensor_2d(SCMP_DTYPE_I8, f->sign_a, N, D);
    f->sb = scmp_tensor_2d(SCMP_DTYPE_I8, f->sign_b, M, D);
    scmp_quantized_init(&f->qa);
    scmp_quantized_init(&f->qb);
    f->qa.boundary = &f->ba, f->qa.sign = &f->sa;
    f->qb.boundary = &f->bb, f->qb.sign = &f->sb;
    assert_int_equal(scmp_quantize(f->ctx, &f->a, SCMP_SIDE_LEFT, NULL, NULL, &f->qa), SCMP_OK);
    assert_int_equal(scmp_quantize(f->ctx, &f->b, SCMP_SIDE_RIGHT, NULL, NULL, &f->qb), SCMP_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    Fixture *f = (Fixture *)*state;
    scmp_ctx_destroy(&f->ctx);
    free(f);
    return 0;
}

static void product_and_report(void **state) {
    Fixture *f = (Fixture *)*state;
    unsigned char *block = guarded(sizeof(scmp_report));
    scmp_report *report = (scmp_report *)(void *)block;
    int32_t sums[N * M] = {0};
    const scmp_tensor counts = scmp_tensor_2d(SCMP_DTYPE_I32, sums, N, M);
    scmp_matmul_options options;
    scmp_call call;
    scmp_report_init(report);
    scmp_matmul_options_init(&options);
    scmp_call_init(&call);
    call.counts = &counts;
    call.report = report;
    assert_int_equal(scmp_matmul(f->ctx, &f->a, &f->b, &options, &call, NULL), SCMP_OK);
    assert_memory_equal(sums, expected_sums, sizeof sums);
    assert_int_equal(report->size, sizeof *report);
    assert_int_equal(report->stoc_len, 256);
    assert_int_equal(report->q_max, 127);
    assert_int_equal(report->threads, 1);
    assert_int_equal(report->tasks, 1);
    check_guard(block, sizeof *report);
    free(block);
}

static void stages_and_traces(void **state) {
    Fixture *f = (Fixture *)*state;
    unsigned char *block = guarded(sizeof(scmp_divergence));
    scmp_divergence *first = (scmp_divergence *)(void *)block;
    int64_t sums[N * M] = {0};
    scmp_tensor sum = scmp_tensor_2d(SCMP_DTYPE_I64, sums, N, M);
    scmp_trace trace;
    int i;
    scmp_trace_init(&trace);
    trace.sum = &sum;
    assert_int_equal(scmp_trace_arrays(f->ctx, &f->qa, &f->qb, NULL, 0, &trace), SCMP_OK);
    for (i = 0; i < N * M; i++) assert_int_equal(sums[i], expected_sums[i]);
    sums[4] += 7;
    scmp_divergence_init(first);
    assert_int_equal(scmp_trace_compare(f->ctx, &f->qa, &f->qb, NULL, 0, &trace, first), SCMP_OK);
    assert_int_equal(first->size, sizeof *first);
    assert_int_equal(first->signal, SCMP_SIGNAL_SUM);
    assert_int_equal(first->n, 1);
    assert_int_equal(first->m, 1);
    assert_int_equal(first->expected, expected_sums[4]);
    assert_int_equal(first->observed, expected_sums[4] + 7);
    check_guard(block, sizeof *first);
    free(block);
}

static void accumulators(void **state) {
    Fixture *f = (Fixture *)*state;
    int32_t sums[N * M] = {0};
    const scmp_tensor sum = scmp_tensor_2d(SCMP_DTYPE_I32, sums, N, M);
    scmp_accumulator accumulator;
    scmp_accumulator_init(&accumulator);
    accumulator.overflow = SCMP_OVERFLOW_SATURATE;
    accumulator.width = 10; /* -512 .. 511: one sum does not fit */
    assert_int_equal(scmp_accumulate(f->ctx, &f->qa, &f->qb, NULL, 0, &accumulator, &sum, NULL, NULL), SCMP_OK);
    assert_int_equal(sums[0], expected_sums[0]);
    assert_int_equal(sums[3], 511);
    assert_int_equal(sums[4], expected_sums[4]);
}

/* Generators stand in arrays, as far apart as the program's header says. */
static void arrays_of_structs(void **state) {
    Fixture *f = (Fixture *)*state;
    scmp_generator generators[3];
    const scmp_element left = {0, 0, NULL, {0, 0}}, right = {2, 0, NULL, {0, 0}};
    scmp_config_desc desc;
    scmp_config *config = NULL;
    unsigned char *block = guarded(sizeof(scmp_table_error));
    scmp_table_error *error = (scmp_table_error *)(void *)block;
    scmp_matmul_options options;
    double squares[3];
    const scmp_tensor square = scmp_tensor_1d(SCMP_DTYPE_F64, squares, 3);
    int i;
    for (i = 0; i < 3; i++) scmp_generator_init(&generators[i]);
    generators[1].type = SCMP_GENERATOR_LFSR;
    generators[1].seed = 5;
    generators[2].sobol_side = SCMP_SIDE_RIGHT;
    scmp_config_desc_init(&desc);
    desc.generators = generators, desc.generator_count = 3;
    desc.left = &left, desc.left_count = 1;
    desc.right = &right, desc.right_count = 1;
    desc.uniform = 1;
    assert_int_equal(scmp_config_create(f->ctx, &desc, &config), SCMP_OK);
    scmp_matmul_options_init(&options);
    options.config = config;
    scmp_table_error_init(error);
    assert_int_equal(scmp_count_table_error(f->ctx, &options, 0, 1, NULL, NULL, NULL, NULL, error), SCMP_OK);
    assert_int_equal(error->size, sizeof *error);
    assert_true(error->max_abs > 0 && error->max_abs < 8);
    check_guard(block, sizeof *error);
    free(block);
    assert_int_equal(scmp_score_generators(f->ctx, &options, 0, generators, 3, NULL, &square, NULL), SCMP_OK);
    assert_true(squares[2] < squares[1]); /* the pair that is made for each other */
    generators[1].size += 8;
    assert_int_equal(scmp_score_generators(f->ctx, &options, 0, generators, 3, NULL, &square, NULL),
                     SCMP_ERROR_INVALID_ARGUMENT);
    scmp_config_destroy(&config);
}

/* No version of a struct has such a size. */
static void impossible_sizes(void **state) {
    Fixture *f = (Fixture *)*state;
    const size_t sizes[] = {0, 8, 4097, SIZE_MAX};
    float y[N * M] = {0};
    const scmp_tensor out = scmp_tensor_2d(SCMP_DTYPE_F32, y, N, M);
    scmp_matmul_options options;
    size_t i;
    scmp_matmul_options_init(&options);
    for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        options.size = sizes[i];
        assert_int_equal(scmp_matmul(f->ctx, &f->a, &f->b, &options, NULL, &out), SCMP_ERROR_INVALID_ARGUMENT);
        assert_non_null(strstr(scmp_last_error(), "scmp_matmul_options_init"));
    }
}

#ifdef LATER_PROGRAM
/* The first byte that the library does not know, and the last. */
static void unknown_members(void **state) {
    Fixture *f = (Fixture *)*state;
    float y[N * M] = {1, 2, 3, 4, 5, 6};
    const float before[N * M] = {1, 2, 3, 4, 5, 6};
    const scmp_tensor out = scmp_tensor_2d(SCMP_DTYPE_F32, y, N, M);
    scmp_matmul_options options;
    scmp_ctx_options ctx_options;
    scmp_ctx *ctx = NULL;
    size_t at[2] = {offsetof(scmp_matmul_options, grown), sizeof(scmp_matmul_options) - 1};
    int i;
    for (i = 0; i < 2; i++) {
        scmp_matmul_options_init(&options);
        ((unsigned char *)&options)[at[i]] = 1;
        assert_int_equal(scmp_matmul(f->ctx, &f->a, &f->b, &options, NULL, &out), SCMP_ERROR_UNSUPPORTED);
        assert_memory_equal(y, before, sizeof y);
    }
    assert_non_null(strstr(scmp_last_error(), "options is a scmp_matmul_options of "));
    scmp_matmul_options_init(&options);
    assert_int_equal(scmp_matmul(f->ctx, &f->a, &f->b, &options, NULL, &out), SCMP_OK);
    scmp_ctx_options_init(&ctx_options);
    ctx_options.grown[3] = 1;
    assert_int_equal(scmp_ctx_create(&ctx_options, &ctx), SCMP_ERROR_UNSUPPORTED);
    assert_null(ctx);
}
#endif

#ifdef LATER_LIBRARY
/* It knows 32 bytes that this program does not, and no more. */
static void the_library_is_later(void **state) {
    Fixture *f = (Fixture *)*state;
    float y[N * M] = {0};
    const scmp_tensor out = scmp_tensor_2d(SCMP_DTYPE_F32, y, N, M);
    struct {
        scmp_matmul_options options;
        unsigned char more[40];
    } larger;
    scmp_matmul_options_init_sized(&larger.options, sizeof larger);
    larger.more[31] = 1;
    assert_int_equal(scmp_matmul(f->ctx, &f->a, &f->b, &larger.options, NULL, &out), SCMP_OK);
    larger.more[32] = 1;
    assert_int_equal(scmp_matmul(f->ctx, &f->a, &f->b, &larger.options, NULL, &out), SCMP_ERROR_UNSUPPORTED);
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test_setup_teardown(product_and_report, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stages_and_traces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(accumulators, set_up, tear_down),
        cmocka_unit_test_setup_teardown(arrays_of_structs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(impossible_sizes, set_up, tear_down),
#ifdef LATER_PROGRAM
        cmocka_unit_test_setup_teardown(unknown_members, set_up, tear_down),
#endif
#ifdef LATER_LIBRARY
        cmocka_unit_test_setup_teardown(the_library_is_later, set_up, tear_down),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
