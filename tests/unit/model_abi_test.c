/* What programs rely on of scmp_model.h beside the layout: defaults, names, and calls from C99. That the header
 * compiles is a test as well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scmp/scmp_model.h"

#define PIN(value, number) assert_int_equal((long long)(value), (long long)(number))

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
        cmocka_unit_test(defaults),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests_name("model abi", tests, NULL, NULL);
}
