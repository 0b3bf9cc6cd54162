/* What programs and bindings compiled against scmp_model.h rely on, pinned: values of enumerations, sizes and offsets
 * of structs, defaults. Written in C99: that the header compiles is a test as well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scmp/scmp_model.h"

#define PIN(value, number) assert_int_equal((long long)(value), (long long)(number))

static void enumerations(void **state) {
    (void)state;
    PIN(SCMP_SIGNAL_NONE, 0);
    PIN(SCMP_SIGNAL_LEFT_DRAW, 1);
    PIN(SCMP_SIGNAL_LEFT_BIT, 2);
    PIN(SCMP_SIGNAL_RIGHT_POSITION, 3);
    PIN(SCMP_SIGNAL_RIGHT_DRAW, 4);
    PIN(SCMP_SIGNAL_RIGHT_BIT, 5);
    PIN(SCMP_SIGNAL_AND_BIT, 6);
    PIN(SCMP_SIGNAL_PARTIAL, 7);
    PIN(SCMP_SIGNAL_SIGN, 8);
    PIN(SCMP_SIGNAL_COUNT, 9);
    PIN(SCMP_SIGNAL_SUM, 10);
    PIN(SCMP_ACCUMULATOR_PER_INDEX, 0);
    PIN(SCMP_ACCUMULATOR_PER_OUTPUT, 1);
    PIN(SCMP_ACCUMULATOR_ADDER_TREE, 2);
    PIN(SCMP_OVERFLOW_WRAP, 0);
    PIN(SCMP_OVERFLOW_SATURATE, 1);
    PIN(SCMP_ACCUMULATOR_WIDTH_MAX, 32);
    PIN(SCMP_LINT_SAME_GENERATOR, 1);
    PIN(SCMP_LINT_EQUAL_GENERATORS, 2);
    PIN(SCMP_LINT_ZERO_STATE, 3);
    PIN(SCMP_LINT_REPEATED_STATES, 4);
    PIN(SCMP_LINT_NOT_MAXIMAL, 5);
    PIN(SCMP_LINT_BEYOND_PERIOD, 6);
    PIN(SCMP_LINT_MASKS_REPEAT, 7);
    PIN(SCMP_LINT_FIRST_DRAW_ZERO, 8);
    PIN(sizeof(scmp_lint_code), 4);
    PIN(sizeof(scmp_signal), 4);
    PIN(sizeof(scmp_accumulator_place), 4);
    PIN(sizeof(scmp_overflow), 4);
}

#if UINTPTR_MAX == 0xffffffffffffffffu
static void structs(void **state) {
    (void)state;
    PIN(sizeof(scmp_trace), 88);
    PIN(offsetof(scmp_trace, left_draw), 8);
    PIN(offsetof(scmp_trace, left_bit), 16);
    PIN(offsetof(scmp_trace, right_position), 24);
    PIN(offsetof(scmp_trace, right_draw), 32);
    PIN(offsetof(scmp_trace, right_bit), 40);
    PIN(offsetof(scmp_trace, and_bit), 48);
    PIN(offsetof(scmp_trace, partial), 56);
    PIN(offsetof(scmp_trace, sign), 64);
    PIN(offsetof(scmp_trace, count), 72);
    PIN(offsetof(scmp_trace, sum), 80);

    PIN(sizeof(scmp_divergence), 64);
    PIN(offsetof(scmp_divergence, signal), 8);
    PIN(offsetof(scmp_divergence, n), 16);
    PIN(offsetof(scmp_divergence, m), 24);
    PIN(offsetof(scmp_divergence, d), 32);
    PIN(offsetof(scmp_divergence, cycle), 40);
    PIN(offsetof(scmp_divergence, expected), 48);
    PIN(offsetof(scmp_divergence, observed), 56);

    PIN(sizeof(scmp_accumulator), 24);
    PIN(offsetof(scmp_accumulator, place), 8);
    PIN(offsetof(scmp_accumulator, overflow), 12);
    PIN(offsetof(scmp_accumulator, width), 16);
    PIN(offsetof(scmp_accumulator, growth), 20);

    PIN(sizeof(scmp_table_error), 56);
    PIN(offsetof(scmp_table_error, mean_abs), 8);
    PIN(offsetof(scmp_table_error, max_abs), 16);
    PIN(offsetof(scmp_table_error, rms), 24);
    PIN(offsetof(scmp_table_error, bias), 32);
    PIN(offsetof(scmp_table_error, max_d), 40);
    PIN(offsetof(scmp_table_error, max_x), 48);
    PIN(offsetof(scmp_table_error, max_y), 52);

    PIN(sizeof(scmp_score_weights), 48);
    PIN(offsetof(scmp_score_weights, x), 8);
    PIN(offsetof(scmp_score_weights, y), 16);
    PIN(offsetof(scmp_score_weights, target), 24);
    PIN(offsetof(scmp_score_weights, square), 32);
    PIN(offsetof(scmp_score_weights, sum), 40);
}
#endif

static void defaults(void **state) {
    scmp_trace trace;
    scmp_divergence divergence;
    scmp_accumulator accumulator;
    scmp_table_error error;
    scmp_score_weights weights;
    (void)state;

    memset(&trace, 0xa5, sizeof trace);
    scmp_trace_init(&trace);
    PIN(trace.size, sizeof trace);
    assert_null(trace.left_draw);
    assert_null(trace.and_bit);
    assert_null(trace.sum);

    memset(&divergence, 0xa5, sizeof divergence);
    scmp_divergence_init(&divergence);
    PIN(divergence.size, sizeof divergence);
    PIN(divergence.signal, SCMP_SIGNAL_NONE);
    PIN(divergence.n, -1);
    PIN(divergence.cycle, -1);
    PIN(divergence.observed, 0);

    memset(&accumulator, 0xa5, sizeof accumulator);
    scmp_accumulator_init(&accumulator);
    PIN(accumulator.size, sizeof accumulator);
    PIN(accumulator.place, SCMP_ACCUMULATOR_PER_OUTPUT);
    PIN(accumulator.overflow, SCMP_OVERFLOW_WRAP);
    PIN(accumulator.width, 32);
    PIN(accumulator.growth, 0);

    memset(&error, 0xa5, sizeof error);
    scmp_table_error_init(&error);
    PIN(error.size, sizeof error);
    PIN(error.max_y, 0);
    assert_true(error.bias == 0);

    memset(&weights, 0xa5, sizeof weights);
    scmp_score_weights_init(&weights);
    PIN(weights.size, sizeof weights);
    assert_null(weights.x);
    assert_null(weights.sum);
}

static void names(void **state) {
    static const char *const want[] = {"none",    "left_draw", "left_bit", "right_position", "right_draw", "right_bit",
                                       "and_bit", "partial",   "sign",     "count",          "sum"};
    int signal;
    (void)state;
    for (signal = 0; signal < 11; signal++) assert_string_equal(scmp_signal_name((scmp_signal)signal), want[signal]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enumerations),
#if UINTPTR_MAX == 0xffffffffffffffffu
        cmocka_unit_test(structs),
#endif
        cmocka_unit_test(defaults),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests_name("model abi", tests, NULL, NULL);
}
