/*
 * libscmp for hardware designers - the array cycle by cycle, to hold RTL against, and what a search for generators
 * needs.
 *
 * This tier is experimental: its functions, structs and values may change in any release. The shared library exports it
 * under a version of its own, SCMP_EXPERIMENTAL, so that a program shows which tier it uses. scmp.h is the stable tier.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Contents:
 *
 *   0. What all of it has in common
 *   1. Traces: what every wire of a multiplier does, and where observed wires first differ
 *   2. Progressive precision: the sums after fewer cycles
 *   3. Accumulators of finite width
 *   4. Other accumulation: OR, MUX
 *   5. Analysis: correlation, errors of count tables, discrepancy, lint
 *   6. Sequences and count tables: draws, masks, boundaries, tap sets
 *
 * A test bench that has its operands' boundaries and signs (scmp_quantize) and a trace of its own:
 *
 *   scmp_trace observed;
 *   scmp_trace_init(&observed);
 *   observed.and_bit = &bits;                       // (N, M, D, L), U8, out of the simulator
 *   scmp_divergence first;
 *   scmp_divergence_init(&first);
 *   if (scmp_trace_compare(ctx, &a, &b, &options, 0, &observed, &first) == SCMP_OK && first.signal != SCMP_SIGNAL_NONE)
 *       printf("output (%lld, %lld), inner index %lld, cycle %lld: %s is %lld, expected %lld\n", ...);
 */
#ifndef SCMP_SCMP_MODEL_H
#define SCMP_SCMP_MODEL_H

#include "scmp/scmp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------------------------
 * 0. What all of it has in common
 *
 * Conventions, statuses, views, names (n, m, d, N, M, D, L, G) and thread safety are those of scmp.h; "Spec" is
 * docs/semantics.md, "Model" docs/model.md. Everything in this header is there since version 0.1 unless its comment
 * names a later one. Functions that take a context need it for themselves during the call. They work on the calling
 * thread alone unless they say otherwise, and ask no cancel callback.
 *
 * Operands `a` and `b` are quantized ones, as scmp_count takes them: boundary (N, D) and (M, D), I16 or I32, values
 * 0 .. G, and sign of the same shape, I8, -1 .. 1, or NULL where all are positive; the rest is not read. An element of
 * sign 0 is the number 0: its boundary counts as 0, whatever it is. They are 2-D unless a function says otherwise: a
 * batch entry is a view of its own, a block of outputs is views of some rows of a and b, and a part of the inner
 * dimension is views of some columns together with
 *
 *   d_offset  >= 0: inner index 0 of these operands is d_offset of configuration and masks
 *
 * `options` are those of a product, NULL for the defaults; read are mode, sc_prec, stoc_len, rng_levels, scramble
 * and config; granularity, chunk_d and groups as far as they must be valid. Where indices restart in chunks,
 * each chunk is a product of its own: 0 < chunk_d < D is UNSUPPORTED here, views of the chunk's columns with d_offset 0
 * do it.
 *
 * Errors that every function with operands has: INVALID_ARGUMENT (NULL, a struct that was not initialised, a boundary,
 * sign, option or d_offset out of its range), INVALID_SHAPE, INVALID_DTYPE, D_MISMATCH, INVALID_CONFIG, UNSUPPORTED,
 * OVERLAP (an output and an input, or two outputs), OUT_OF_MEMORY. Outputs are then as they were before the call. 2-D
 * operands have at most 2^48 multipliers, N * M * D (INVALID_SHAPE).
 * ---------------------------------------------------------------------------------------------------------------- */

/* ------------------------------------------------------------------------------------------------------------------
 * 1. Traces (Spec 2)
 *
 * In cycle t = 0 .. L-1 the multiplier of output (n, m) and inner index d compares the left draw ra[d][t] with a's
 * boundary: the left bit, which is the enable. The right generator has been enabled `right_position` times before this
 * cycle and shows its draw of that number, rb[d][right_position], whether it is enabled or not; the right bit says
 * whether that is below b's boundary. The AND bit is both, and `partial` counts the AND bits up to and with this cycle.
 * In the first cycle the position is 0; the position moves at the end of an enabled cycle.
 * ---------------------------------------------------------------------------------------------------------------- */

/** Arrays of a trace. Each may be NULL: not wanted, or not observed. What does not depend on m (or on n) has no such
 *  axis. Grows only at its end; fill it with scmp_trace_init first. */
typedef struct scmp_trace {
    size_t size;                  /**< sizeof(scmp_trace), set by _init */
    const scmp_tensor *left_draw; /**< (D, L), I16 or I32: draws after permutation, complement, scramble, rescale */
    const scmp_tensor *left_bit;  /**< (N, D, L), U8 or I8: 1 where left_draw < boundary of a; enables the right */
    const scmp_tensor *right_position; /**< (N, D, L), I16 or I32: enabled cycles before this one */
    const scmp_tensor *right_draw;     /**< (N, D, L), I16 or I32: the right generator's draw of that number */
    const scmp_tensor *right_bit;      /**< (N, M, D, L), U8 or I8: 1 where right_draw < boundary of b */
    const scmp_tensor *and_bit;        /**< (N, M, D, L), U8 or I8: left_bit and right_bit */
    const scmp_tensor *partial;        /**< (N, M, D, L), I16 or I32: and_bits in cycles 0 .. t */
    const scmp_tensor *sign;           /**< (N, M, D), I8: sign of a times sign of b */
    const scmp_tensor *count;          /**< (N, M, D), I16 or I32: C of Spec 2, partial after the last cycle */
    const scmp_tensor *sum;            /**< (N, M), I32 or I64: signs times counts over all d, as scmp_count gives it */
} scmp_trace;

/** Fills `trace` with its size and NULLs. NULL is ignored. @param size  sizeof(scmp_trace) of the program, which
 *  scmp_trace_init hands in */
SCMP_API void scmp_trace_init_sized(scmp_trace *trace, size_t size);
static inline void scmp_trace_init(scmp_trace *trace) {
    scmp_trace_init_sized(trace, sizeof *trace);
}

/** The arrays of scmp_trace by number. */
typedef SCMP_ENUM(scmp_signal){
    SCMP_SIGNAL_NONE = 0,       SCMP_SIGNAL_LEFT_DRAW = 1, SCMP_SIGNAL_LEFT_BIT = 2, SCMP_SIGNAL_RIGHT_POSITION = 3,
    SCMP_SIGNAL_RIGHT_DRAW = 4, SCMP_SIGNAL_RIGHT_BIT = 5, SCMP_SIGNAL_AND_BIT = 6,  SCMP_SIGNAL_PARTIAL = 7,
    SCMP_SIGNAL_SIGN = 8,       SCMP_SIGNAL_COUNT = 9,     SCMP_SIGNAL_SUM = 10,
} scmp_signal;

/** Name of a signal as the struct, CSV and VCD files spell it, "and_bit"; "none"; "unknown" for no signal. */
SCMP_API const char *scmp_signal_name(scmp_signal signal);

/**
 * Writes the trace of all outputs of a and b as arrays. Memory beyond the outputs grows with (N + M) * D and L.
 * @param out  the arrays that are not NULL are written
 */
SCMP_STATUS scmp_trace_arrays(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                              const scmp_matmul_options *options, int64_t d_offset, const scmp_trace *out);

/** Takes the next `length` bytes of a text, valid during the callback. Called from the calling thread only; non-zero
 *  ends the call with IO. */
typedef int32_t (*scmp_write_fn)(void *user, const char *text, size_t length);

/**
 * Writes the trace as CSV: lines that begin with # and say what it is, a line of column names, then a line for each n,
 * m, d and cycle, the last running fastest: n, m, d (d_offset added), cycle, and the signals from left_draw to sign as
 * scmp_trace has them. Same call, same bytes.
 * @param write  gets the text piece by piece
 * @param user   handed to write
 * @return IO where write gave non-zero
 */
SCMP_STATUS scmp_trace_csv(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                           const scmp_matmul_options *options, int64_t d_offset, scmp_write_fn write, void *user);

/**
 * Writes the trace as a value change dump (IEEE 1364-2005, 18), which waveform viewers open. Scope `scmp` has `clk` and
 * `cycle`; in it each output has a scope `n0_m0` with `sum`, the signed sum of the partial counts (32 bits, two's
 * complement), and in that each inner index a scope `d0` (d_offset added) with left_draw, left_bit, right_position,
 * right_draw, right_bit, and_bit, partial and `sign` (2 bits, two's complement). Cycle t is the time from 10 t to
 * 10 t + 10, in ns: clk rises at its beginning, and every signal has cycle t's value all through it, partial with its
 * AND bit. Same call, same bytes. Parameters and errors as scmp_trace_csv.
 */
SCMP_STATUS scmp_trace_vcd(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                           const scmp_matmul_options *options, int64_t d_offset, scmp_write_fn write, void *user);

/** The first difference between an observed trace and the model's. Grows only at its end; fill it with
 * scmp_divergence_init first. */
typedef struct scmp_divergence {
    size_t size;        /**< sizeof(scmp_divergence), set by _init */
    scmp_signal signal; /**< which array differs; SCMP_SIGNAL_NONE: none does, and the rest is -1 and 0 */
    int64_t n, m, d;    /**< the output and inner index (without d_offset) where it was found; d is -1 for sum */
    int64_t cycle;      /**< -1 for sign, count and sum, which have no cycle */
    int64_t expected;   /**< what the model has there */
    int64_t observed;   /**< what was given */
} scmp_divergence;

/** Fills `divergence` with its size and "none". NULL is ignored. @param size  sizeof(scmp_divergence) of the program,
 * which scmp_divergence_init hands in */
SCMP_API void scmp_divergence_init_sized(scmp_divergence *divergence, size_t size);
static inline void scmp_divergence_init(scmp_divergence *divergence) {
    scmp_divergence_init_sized(divergence, sizeof *divergence);
}

/**
 * Compares observed arrays with the trace, and reports the first difference: outputs in ascending order of n, then m;
 * of each the inner indices, of each sign, then the cycles, in a cycle the signals in the order of scmp_signal, then
 * count; after all inner indices sum. Arrays without an axis m (or n) are looked at with the first m (n).
 * @param observed  inputs of the shapes and dtypes that scmp_trace_arrays writes; NULL: not compared
 * @param out       gets the first difference
 */
SCMP_STATUS scmp_trace_compare(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                               const scmp_matmul_options *options, int64_t d_offset, const scmp_trace *observed,
                               scmp_divergence *out);

/* ------------------------------------------------------------------------------------------------------------------
 * 2. Progressive precision (Model 1)
 *
 * An array may be read before its streams have ended. After c cycles its sum is that of the first c cycles of the same
 * streams: L, and with it whether the masks apply, stays that of the options. Each entry of `cycles` costs one product
 * of the context's kernels and threads, and here the operands may have a batch, as in scmp_count.
 * ---------------------------------------------------------------------------------------------------------------- */

/**
 * The integer sums after each of some numbers of cycles.
 * @param cycles  (T,), I16 or I32, T at least 1, values 0 .. L in any order
 * @param sums    output, I32 or I64, (T, N, M) or (T, BH, N, M); with c = L what scmp_count gives
 * @return also CANCELLED
 */
SCMP_STATUS scmp_progressive_counts(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                                    const scmp_matmul_options *options, int64_t d_offset, const scmp_tensor *cycles,
                                    const scmp_tensor *sums);

/**
 * For each output the fewest of some numbers of cycles from which on it stays near a value: the least c of the list
 * such that for it and for every later c of the list |S_c * L - target * c| <= tolerance * c, S_c the sum after c
 * cycles; in f64, each operation rounded once. That is: extrapolated to L cycles, the sum is off by `tolerance` ones at
 * most.
 * @param cycles     (T,), I16 or I32, T at least 1, ascending, values 1 .. L
 * @param target     F32 or F64, (N, M) or (BH, N, M), finite, in ones of a full stream: the exact product, say; NULL:
 *                   the sum after L cycles (one more product where L is not in the list)
 * @param tolerance  finite, at least 0
 * @param out        output, I16 or I32, of the shape of target: the number of cycles, or -1 where there is none
 * @return also NON_FINITE for target; CANCELLED
 */
SCMP_STATUS scmp_cycles_to_tolerance(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                                     const scmp_matmul_options *options, int64_t d_offset, const scmp_tensor *cycles,
                                     const scmp_tensor *target, double tolerance, const scmp_tensor *out);

/* ------------------------------------------------------------------------------------------------------------------
 * 3. Accumulators of finite width (Model 2)
 * ---------------------------------------------------------------------------------------------------------------- */

/** The places that an accumulator's counters may have. */
typedef SCMP_ENUM(scmp_accumulator_place){
    SCMP_ACCUMULATOR_PER_INDEX =
        0, /**< each multiplier counts its AND bits up in an unsigned counter; the sum over d is exact */
    SCMP_ACCUMULATOR_PER_OUTPUT = 1, /**< one signed up/down counter; inner indices one after another, L cycles each */
    SCMP_ACCUMULATOR_ADDER_TREE = 2, /**< exact signed counts meet pairwise; each level of adders has a width */
} scmp_accumulator_place;

/** The ways of a counter with a number beyond its range. */
typedef SCMP_ENUM(scmp_overflow){
    SCMP_OVERFLOW_WRAP = 0,     /**< the number loses its upper bits */
    SCMP_OVERFLOW_SATURATE = 1, /**< the number becomes the nearest one of the range */
} scmp_overflow;

/** Widest counter of an accumulator, in bits. */
#define SCMP_ACCUMULATOR_WIDTH_MAX 32

/** The value of SCMP_ACCUMULATOR_WIDTH_MAX. */
SCMP_API int32_t scmp_accumulator_width_max(void);

/** An accumulator. Grows only at its end; fill it with scmp_accumulator_init first. */
typedef struct scmp_accumulator {
    size_t size;                  /**< sizeof(scmp_accumulator), set by _init */
    scmp_accumulator_place place; /**< default SCMP_ACCUMULATOR_PER_OUTPUT */
    scmp_overflow overflow;       /**< default SCMP_OVERFLOW_WRAP */
    int32_t width;                /**< bits, 1 .. SCMP_ACCUMULATOR_WIDTH_MAX; signed counters are two's complement, so
                                       that 1 bit holds -1 and 0; default 32, in which nothing overflows */
    int32_t growth;               /**< adder tree: level l has width + growth * l bits, 0 or more; default 0 */
} scmp_accumulator;

/** Fills `accumulator` with the defaults. NULL is ignored. @param size  sizeof(scmp_accumulator) of the program, which
 *  scmp_accumulator_init hands in */
SCMP_API void scmp_accumulator_init_sized(scmp_accumulator *accumulator, size_t size);
static inline void scmp_accumulator_init(scmp_accumulator *accumulator) {
    scmp_accumulator_init_sized(accumulator, sizeof *accumulator);
}

/** Levels of the adder tree over `d` inner indices, the leaves' included: 1 + ceil(log2 d), or 1 for d < 2. */
SCMP_API int32_t scmp_adder_tree_levels(int64_t d);

/**
 * The numbers that the array's accumulators hold in the end.
 *
 * An overflow is a step whose exact result is outside the range of its counter: for per_index and per_output an AND bit
 * that is counted, for the tree a number that enters a level. In the tree, level 0 takes the signed counts of the inner
 * indices; level l takes the sums of neighbours of level l - 1 (0 and 1, 2 and 3, ...; a last one alone is passed on).
 * @param accumulator      NULL for the defaults
 * @param sums             output, I32 or I64, (N, M); wide enough counters give scmp_count's
 * @param overflows        output, I32 or I64, (N, M): overflows on the way to each; NULL: not wanted
 * @param level_overflows  output, I64, (scmp_adder_tree_levels(D),): overflows of each level over all outputs; adder
 *                         tree only (UNSUPPORTED); NULL: not wanted
 * @return INVALID_ARGUMENT also where a number of overflows does not fit I32
 */
SCMP_STATUS scmp_accumulate(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                            const scmp_matmul_options *options, int64_t d_offset, const scmp_accumulator *accumulator,
                            const scmp_tensor *sums, const scmp_tensor *overflows, const scmp_tensor *level_overflows);

/**
 * The least width at which no counter overflows on these operands (SCMP_OVERFLOW_WRAP or SCMP_OVERFLOW_SATURATE: the
 * same).
 * @param accumulator  place and growth are read; NULL for the defaults
 * @param width        gets the bits, at least 1
 */
SCMP_STATUS scmp_accumulator_width(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                                   const scmp_matmul_options *options, int64_t d_offset,
                                   const scmp_accumulator *accumulator, int32_t *width);

/**
 * The least width at which no counter overflows on any operands of `d` inner indices, whatever the generators: full
 * boundaries of one sign reach it.
 * @return INVALID_ARGUMENT; INVALID_SHAPE for d < 0 or d * L over SCMP_D_TIMES_L_MAX
 */
SCMP_STATUS scmp_accumulator_width_any(const scmp_matmul_options *options, int64_t d,
                                       const scmp_accumulator *accumulator, int32_t *width);

/* ------------------------------------------------------------------------------------------------------------------
 * 4. Other accumulation (Model 3)
 *
 * Instead of counting every AND bit, an array may merge the streams of a group of neighbouring inner indices into one
 * and count that. Groups are 0 .. group - 1, group .. 2 group - 1, ...; the last may be short. They begin at index 0 of
 * these operands, whatever d_offset is.
 * ---------------------------------------------------------------------------------------------------------------- */

/**
 * OR: in each cycle a group counts one up if any of its AND bits with sign 1 is set, and one down if any with sign -1
 * is (two wires a group, one of each sign). Not linear: ones that meet in a cycle are lost. group = 1 is scmp_count.
 * @param group  at least 1
 * @param sums   output, I32 or I64, (N, M)
 */
SCMP_STATUS scmp_count_or(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                          const scmp_matmul_options *options, int64_t d_offset, int64_t group, const scmp_tensor *sums);

/**
 * MUX, scaled addition (Gaines, "Stochastic computing systems", 1969): in each cycle one inner index of every group is
 * selected, and its AND bit counted with its sign. An estimate of the exact sum is `group` times the result.
 * @param group   1 .. 2^31 - 1
 * @param select  (L,), I16 or I32: which of a group, 0 .. group - 1, in each cycle, the same for all groups; a place
 *                that the last group lacks counts nothing. NULL: cycle t selects t mod group
 * @param sums    output, I32 or I64, (N, M)
 */
SCMP_STATUS scmp_count_mux(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                           const scmp_matmul_options *options, int64_t d_offset, int64_t group,
                           const scmp_tensor *select, const scmp_tensor *sums);

/* ------------------------------------------------------------------------------------------------------------------
 * 5. Analysis of a configuration (Model 4)
 *
 * These functions read of the options what section 0 says. Errors: INVALID_ARGUMENT, INVALID_SHAPE,
 * INVALID_DTYPE, INVALID_CONFIG, OVERLAP, OUT_OF_MEMORY; of the options also UNSUPPORTED.
 * ---------------------------------------------------------------------------------------------------------------- */

/**
 * Stochastic cross-correlation of the two streams that meet at the AND gate of inner index `d`: 1 where ones overlap as
 * much as they can, -1 where as little as they can, 0 where as independent streams would, and where one is constant
 * (Alaghi and Hayes, "Exploiting correlation in stochastic circuit design", ICCD 2013). The left stream is the enable;
 * the right one is the right bit of section 1, held while it is not enabled.
 * @param x, y  (X,) and (Y,), I16 or I32, boundaries 0 .. G; NULL: all of 0 .. G
 * @param out   output, F32 or F64, (X, Y)
 */
SCMP_STATUS scmp_stream_correlation(scmp_ctx *ctx, const scmp_matmul_options *options, int64_t d, const scmp_tensor *x,
                                    const scmp_tensor *y, const scmp_tensor *out);

/** How far counts C_d(x, y) are from x * y * L / G^2, in ones. Grows only at its end; fill it with
 * scmp_table_error_init first. */
typedef struct scmp_table_error {
    size_t size;     /**< sizeof(scmp_table_error), set by _init */
    double mean_abs; /**< mean of |error| */
    double max_abs;  /**< largest |error| */
    double rms;      /**< root of the mean of error^2 */
    double bias;     /**< mean of error: what does not average out over the inner indices */
    int64_t max_d;   /**< where the largest is first: inner index (d_offset added), ... */
    int32_t max_x;   /**< ... boundary of a ... */
    int32_t max_y;   /**< ... and of b */
} scmp_table_error;

/** Fills `error` with zeros and its size. NULL is ignored. @param size  sizeof(scmp_table_error) of the program, which
 *  scmp_table_error_init hands in */
SCMP_API void scmp_table_error_init_sized(scmp_table_error *error, size_t size);
static inline void scmp_table_error_init(scmp_table_error *error) {
    scmp_table_error_init_sized(error, sizeof *error);
}

/**
 * The error of the count tables of the inner indices d_offset .. d_offset + d - 1, over all pairs of some boundaries.
 * @param d                    at least 1, each index has the same weight
 * @param x, y                 (X,) and (Y,), I16 or I32, at least one boundary 0 .. G; NULL: all of 0 .. G
 * @param x_weight, y_weight   (X,) and (Y,), any float dtype, I32 or I64, finite, none negative, not all 0: a pair's
 *                             weight is the product of the two, a histogram of the operands', say; NULL: all alike.
 *                             Pairs of weight 0 do not count for max_abs
 * @param out                  gets the numbers, f64 arithmetic
 * @return also NON_FINITE
 */
SCMP_STATUS scmp_count_table_error(scmp_ctx *ctx, const scmp_matmul_options *options, int64_t d_offset, int64_t d,
                                   const scmp_tensor *x, const scmp_tensor *y, const scmp_tensor *x_weight,
                                   const scmp_tensor *y_weight, scmp_table_error *out);

/** The weights of errors of count tables, over X boundaries of a and Y of b. Grows only at its end; fill it with
 *  scmp_score_weights_init first. */
typedef struct scmp_score_weights {
    size_t size;               /**< sizeof(scmp_score_weights), set by _init */
    const scmp_tensor *x;      /**< (X,), I16 or I32, boundaries 0 .. G of a, ascending; NULL: all of 0 .. G */
    const scmp_tensor *y;      /**< (Y,), likewise of b */
    const scmp_tensor *target; /**< (X, Y), any float dtype: what the count should be; NULL: x * y * L / G^2 */
    const scmp_tensor *square; /**< (X, Y), any float dtype, none negative: weights of error^2; NULL: all 1 */
    const scmp_tensor *sum; /**< (T, X, Y), any float dtype and sign: weights of T sums of errors; NULL: none, T = 0 */
} scmp_score_weights;

/** Fills `weights` with its size and NULLs. NULL is ignored. @param size  sizeof(scmp_score_weights) of the program,
 * which scmp_score_weights_init hands in */
SCMP_API void scmp_score_weights_init_sized(scmp_score_weights *weights, size_t size);
static inline void scmp_score_weights_init(scmp_score_weights *weights) {
    scmp_score_weights_init_sized(weights, sizeof *weights);
}

/**
 * Scores many generators for the right side at once, for a search: with each in place of the right generator of inner
 * index `d` (whose permutation, complement and mask stay), error is count - target, and
 *
 *   squares[i] = sum over x, y of square[x][y] * error^2,   sums[i][t] = sum over x, y of sum[t][x][y] * error
 *
 * in f64; the same numbers on every machine. A candidate of 8 bits takes microseconds.
 * @param candidates  `count` generators, each filled with scmp_generator_init first
 * @param weights     NULL: all boundaries alike
 * @param squares     output, F32 or F64, (count,)
 * @param sums        output, F32 or F64, (count, T); NULL: not wanted
 * @return INVALID_CONFIG also for a candidate that breaks a rule of Spec 3; also NON_FINITE for weights
 */
SCMP_STATUS scmp_score_generators(scmp_ctx *ctx, const scmp_matmul_options *options, int64_t d,
                                  const scmp_generator *candidates, size_t count, const scmp_score_weights *weights,
                                  const scmp_tensor *squares, const scmp_tensor *sums);

/**
 * Star discrepancy on the grid of the sequence that one side of inner index `d` sees (Niederreiter, "Random number
 * generation and quasi-Monte Carlo methods", 1992, 2.1): the largest | #{t < L : r[t] < x} / L - x / G | over x = 0 ..
 * G; on the left that is the largest error of a stream's density.
 * @param out  gets the number, 0 .. 1
 */
SCMP_STATUS scmp_sequence_discrepancy(scmp_ctx *ctx, const scmp_matmul_options *options, scmp_side side, int64_t d,
                                      double *out);

/** The kinds of findings of lint. */
typedef SCMP_ENUM(scmp_lint_code){
    SCMP_LINT_SAME_GENERATOR = 1,   /**< both sides of an inner index draw the same numbers; index: the first such */
    SCMP_LINT_EQUAL_GENERATORS = 2, /**< two of the pool are the same (type, seeds, taps); index: the second */
    SCMP_LINT_ZERO_STATE = 3,       /**< an LFSR without lfsr_zero_state comes to state 0, where it stays; index: of the
                                         pool */
    SCMP_LINT_REPEATED_STATES = 4,  /**< a generator shows a number twice within L draws; index: of the pool */
    SCMP_LINT_NOT_MAXIMAL = 5,      /**< an LFSR's period is below 2^p - 1, or 2^p with lfsr_zero_state; index: of the
                                         pool */
    SCMP_LINT_BEYOND_PERIOD = 6,    /**< L is more than a generator's period; index: of the pool */
    SCMP_LINT_MASKS_REPEAT = 7,     /**< there are more inner indices than scramble masks; index: the first repeated */
    SCMP_LINT_FIRST_DRAW_ZERO = 8, /**< the first number of a side, or of both, is 0: one sentence for left alone, right
                                        alone and both, with the bias that comes of it; index: the first inner index */
} scmp_lint_code;

/** Name of a finding, "same_generator"; "unknown" for none. */
SCMP_API const char *scmp_lint_name(scmp_lint_code code);

/** Takes a finding: what it is, where (see scmp_lint_code), and a sentence with the numbers, valid during the callback.
 */
typedef void (*scmp_lint_fn)(void *user, scmp_lint_code code, int64_t index, const char *sentence);

/**
 * Looks for usual mistakes in the sequences of the inner indices 0 .. d - 1 under `options`. Findings are no
 * errors: the default configuration has some. They come in the order of the codes, then of the pool (first draws: left,
 * right, both).
 * @param d      at least 0
 * @param found  called from the calling thread for each finding; NULL: only counted
 * @param user   handed to found
 * @param count  gets the number of findings
 */
SCMP_STATUS scmp_lint(scmp_ctx *ctx, const scmp_matmul_options *options, int64_t d, scmp_lint_fn found, void *user,
                      int32_t *count);

/* ------------------------------------------------------------------------------------------------------------------
 * 6. Sequences and count tables (Spec 3)
 *
 * These functions use the CPU with any context: tensors are in host memory, others are UNSUPPORTED.
 * ---------------------------------------------------------------------------------------------------------------- */

/** The default Sobol seeds of a side (Spec 3). @param seeds gets sc_prec numbers. @return INVALID_ARGUMENT */
SCMP_STATUS scmp_sobol_seeds(scmp_side side, int32_t sc_prec, uint32_t *seeds);

/** Number of maximal-length tap sets of an LFSR of this width; 0 for width 1 and for a width out of range. */
SCMP_API int32_t scmp_lfsr_tap_set_count(int32_t sc_prec);

/**
 * One maximal-length tap set in the canonical order of Spec 3; index 0 is the default.
 * @param taps   gets at most sc_prec positions, descending
 * @param count  gets how many
 * @return INVALID_ARGUMENT for a width or index out of range
 */
SCMP_STATUS scmp_lfsr_tap_set(int32_t sc_prec, int32_t index, int32_t *taps, int32_t *count);

/**
 * The first draws of one generator, without permutation, complement, scramble or rescale.
 * @param out  (T,), I16 or I32, T at most 2^sc_prec
 * @return INVALID_ARGUMENT, INVALID_CONFIG, INVALID_SHAPE, INVALID_DTYPE
 */
SCMP_STATUS scmp_generator_draws(scmp_ctx *ctx, const scmp_generator *generator, int32_t sc_prec,
                                 const scmp_tensor *out);

/**
 * The draws that the circuit of inner index `d` sees on one side: after permutation, complement, scramble and rescale.
 * @param out  (L,), I16 or I32
 */
SCMP_STATUS scmp_sequence(scmp_ctx *ctx, const scmp_matmul_options *options, scmp_side side, int64_t d,
                          const scmp_tensor *out);

/** mask[d] of a scramble mode: what is xored into draws where it applies; 0 for off, for a negative d and for a width
 *  out of range; NOT_GIVEN counts as bitrev. */
SCMP_API uint32_t scmp_scramble_mask(scmp_scramble scramble, int64_t d, int32_t sc_prec);

/** 1 where the mode applies its masks at this stream length and grid (Spec 3), else 0. */
SCMP_API int32_t scmp_scramble_applies(scmp_scramble scramble, int32_t sc_prec, int32_t stoc_len, int32_t rng_levels);

/** floor(draw * rng_levels / 2^sc_prec): the rescale of a draw where rng_levels != 2^sc_prec (Spec 3). */
SCMP_API uint32_t scmp_rescale(uint32_t draw, int32_t sc_prec, int32_t rng_levels);

/**
 * The boundaries of the levels 0 .. q_max (Spec 4), by the rule that the options imply for an operand without chunks,
 * or with them where chunk_d > 0.
 * @param out  (q_max + 1,), I16 or I32
 */
SCMP_STATUS scmp_level_boundaries(const scmp_matmul_options *options, const scmp_tensor *out);

/**
 * The count table of inner index `d`: out[i][j] = C_d(x[i], y[j]).
 * @param x, y  (X,) and (Y,), I16 or I32, boundaries 0 .. G; NULL: all of 0 .. G
 * @param out   (X, Y), I16 or I32
 */
SCMP_STATUS scmp_count_table(scmp_ctx *ctx, const scmp_matmul_options *options, int64_t d, const scmp_tensor *x,
                             const scmp_tensor *y, const scmp_tensor *out);

/**
 * Finds the inner indices that share a count table: there is 1 table where every index is alike, at most 2^p under
 * scramble of one pair of generators.
 * @param d            number of inner indices
 * @param index        output (d,), I32: the table of each; NULL: not wanted
 * @param table_count  gets the number of different tables
 */
SCMP_STATUS scmp_table_index(scmp_ctx *ctx, const scmp_matmul_options *options, int64_t d, const scmp_tensor *index,
                             int32_t *table_count);

#ifdef __cplusplus
}
#endif

#endif /* SCMP_SCMP_MODEL_H */
