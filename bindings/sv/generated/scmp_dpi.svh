// The C interface of libscmp in SystemVerilog: a test bench calls the library that ran the network.
//
// Written by bindings/generator/generate.py from the headers in include/scmp: change those, then run it again.
// SPDX-License-Identifier: Apache-2.0
//
// Compile scmp_dpi.c, which is beside this file, into the simulation, and link the library:
//
//     $ dpi=$(pkg-config --variable=dpidir scmp)
//     $ verilator --binary -I$dpi bench.sv $dpi/scmp_dpi.c -CFLAGS "$(pkg-config --cflags scmp)" \
//           -LDFLAGS "$(pkg-config --libs scmp)"
//
// What is what:
//   * Names are those of C, with an underscore behind where that is a keyword here. Numbers have C's widths; a status
//     or another enumeration is an int, whose values have C's names; `const char *` is a string.
//   * A handle or a pointer to a struct is a chandle. What C writes through a pointer is an inout: after an error it is
//     what it was before the call.
//   * scmp_NAME_new() makes a struct NAME in memory, with the library's defaults, scmp_NAME_set_FIELD and
//     scmp_NAME_get_FIELD are its fields, and scmp_dpi_free ends it. A field that points elsewhere keeps the chandle,
//     so that must live as long. A null chandle and an index out of range are ignored; there is 0 to get.
//   * A tensor is made by scmp_tensor_new_1d .. _4d: contiguous memory of its own behind the view, all 0.
//     scmp_tensor_get and _set are its elements, numbered in C order, the last dimension running fastest;
//     scmp_tensor_load and _store copy whole int arrays. Its data (scmp_tensor_get_data) serves where C takes a pointer
//     to numbers.
//   * scmp_last_error() says in a sentence what was wrong.
//
// One call a statement: of two in one expression Verilator makes both, whatever && or || needs, and the second first.
//
// Simulators make the DPI calls of one thread one after another; a context belongs to one thread at a time.
//
// A C file that includes scmp.h must not include the prototypes that the simulator writes for these imports: to it
// every chandle is a void *.
`ifndef SCMP_DPI_SVH
`define SCMP_DPI_SVH
package scmp_dpi;
    localparam string SCMP_HEADER_VERSION = "0.2.0";

    // --- Constants

    // Version of this header. The shared library's SONAME carries SCMP_VERSION_MAJOR.
    localparam int SCMP_VERSION_MAJOR = 0;

    // Version of this header. The shared library's SONAME carries SCMP_VERSION_MAJOR.
    localparam int SCMP_VERSION_MINOR = 2;

    // Version of this header. The shared library's SONAME carries SCMP_VERSION_MAJOR.
    localparam int SCMP_VERSION_PATCH = 0;

    // Version of the arithmetic specification that the numbers follow. Every file that the library writes carries
    // it.
    localparam int SCMP_SPEC_VERSION = 1;

    // dimensions of a tensor view
    localparam int SCMP_MAX_RANK = 8;

    // bits of precision p, both modes
    localparam int SCMP_SC_PREC_MAX = 10;

    // below it q_max = 2^(p-1) - 1 would be 0
    localparam int SCMP_SC_PREC_MIN_BIPOLAR = 2;

    // q_max = 2^p - 1
    localparam int SCMP_SC_PREC_MIN_UNIPOLAR = 1;

    // grid size G; the least is 1. stoc_len is 1 .. 2^p
    localparam int SCMP_RNG_LEVELS_MAX = 16384;

    // D * L at most, so that every sum fits an int32
    localparam int SCMP_D_TIMES_L_MAX = 2147483647;

    // "Not given" for the options a caller may leave open: stoc_len, rng_levels, threads.
    localparam int SCMP_NOT_GIVEN = -1;

    // The place of a tensor's memory: SCMP_DEVICE_CPU for host memory, SCMP_DEVICE_CUDA_0 + i for CUDA device i, i
    // up to 65534. Larger numbers are kept for devices of other kinds.
    localparam int SCMP_DEVICE_CPU = 0;

    // The place of a tensor's memory: SCMP_DEVICE_CPU for host memory, SCMP_DEVICE_CUDA_0 + i for CUDA device i, i
    // up to 65534. Larger numbers are kept for devices of other kinds.
    localparam int SCMP_DEVICE_CUDA_0 = 1;

    // eps of Spec 6 where a function takes none: the floor of maxima and scales.
    localparam real SCMP_SMOOTH_EPS = 1e-05;

    // Widest counter of an accumulator, in bits.
    localparam int SCMP_ACCUMULATOR_WIDTH_MAX = 32;

    // --- Enumerations

    // The outcome of a call. Values are pinned: they never change and are never reused.
    //
    // The status of each bad input:
    //
    // | input                                                                          | status             |
    // | ------------------------------------------------------------------------------ | ------------------ |
    // | a NULL where none is allowed, an unknown enumeration value, an option struct   | INVALID_ARGUMENT   |
    // |   that was not initialised, sc_prec, stoc_len, rng_levels, a group, a thread   |                    |
    // |   count, eps or a table index out of its range, a boundary outside 0..G,       |                    |
    // |   a sign outside -1..1                                                         |                    |
    // | alpha outside [0, 1], or NaN                                                   | INVALID_ALPHA      |
    // | two things that must have the same D and do not                                | D_MISMATCH         |
    // | smoothing scales that are not one-dimensional                                  | SCALES_NOT_1D      |
    // | smoothing scales that are not all positive and finite                          | INVALID_SCALES     |
    // | rank other than 2 or 3, ranks that differ, BH that differ, an output of another| INVALID_SHAPE      |
    // |   shape, a negative size, sizes or strides whose product overflows, D * L over |                    |
    // |   SCMP_D_TIMES_L_MAX                                                           |                    |
    // | a dtype that this argument cannot have                                         | INVALID_DTYPE      |
    // | NaN or infinity in an operand, before or after smoothing, or an f64 beyond f32 | NON_FINITE         |
    // | a configuration that breaks a rule of Spec 3: unknown key, generator type or   | INVALID_CONFIG     |
    // |   side, unknown preset,                                                        |                    |
    // |   even Sobol seed, LFSR seed 0, taps out of range, an entry missing for an     |                    |
    // |   inner index, sc_prec other than the call's                                   |                    |
    // | options that do not combine (per_head in 2-D or unipolar, chunk_d with         | UNSUPPORTED        |
    // |   anything but per_row, bipolar, 2-D, counts with 0 < chunk_d < D), a backend  |                    |
    // |   or instruction set that this build or machine lacks, a tensor on a device    |                    |
    // |   that the call cannot use                                                     |                    |
    // | an output that overlaps an input, or itself                                    | OVERLAP            |
    // | the allocator returned NULL                                                    | OUT_OF_MEMORY      |
    // | a GPU or its driver failed                                                     | DEVICE             |
    // | a file could not be opened, read or written                                    | IO                 |
    // | a file or JSON text that is truncated, corrupt or of another kind              | FORMAT             |
    // | the cancel callback said so                                                    | CANCELLED          |
    //
    // Since 0.1.
    typedef enum int {
        SCMP_OK = 0,
        SCMP_ERROR_INVALID_ARGUMENT = 1,
        SCMP_ERROR_INVALID_ALPHA = 2,
        SCMP_ERROR_D_MISMATCH = 3,
        SCMP_ERROR_SCALES_NOT_1D = 4,
        SCMP_ERROR_INVALID_SHAPE = 5,
        SCMP_ERROR_INVALID_DTYPE = 6,
        SCMP_ERROR_NON_FINITE = 7,
        SCMP_ERROR_INVALID_CONFIG = 8,
        SCMP_ERROR_UNSUPPORTED = 9,
        SCMP_ERROR_OUT_OF_MEMORY = 10,
        SCMP_ERROR_DEVICE = 11,
        SCMP_ERROR_IO = 12,
        SCMP_ERROR_FORMAT = 13,
        SCMP_ERROR_CANCELLED = 14,
        SCMP_ERROR_INVALID_SCALES = 15,
        SCMP_ERROR_OVERLAP = 16,
        // a defect in the library: please report it
        SCMP_ERROR_INTERNAL = 17
    } scmp_status;

    // Element types. Operands are F32, F16 (IEEE binary16), BF16 (upper half of a binary32) or F64; others where
    // named.
    //
    // Since 0.1.
    typedef enum int {
        SCMP_DTYPE_F32 = 0,
        SCMP_DTYPE_F16 = 1,
        SCMP_DTYPE_BF16 = 2,
        SCMP_DTYPE_F64 = 3,
        SCMP_DTYPE_I8 = 4,
        SCMP_DTYPE_U8 = 5,
        SCMP_DTYPE_I16 = 6,
        SCMP_DTYPE_I32 = 7,
        SCMP_DTYPE_I64 = 8
    } scmp_dtype;

    // The backends that a context may compute with. All give the same bits.
    //
    // Since 0.1.
    typedef enum int {
        // the fastest that this machine has; a GPU has to be asked for by name
        SCMP_BACKEND_AUTO = 0,
        // the circuit, cycle by cycle, on one thread: slow and obviously right
        SCMP_BACKEND_REFERENCE = 1,
        // count tables and vector code, threaded
        SCMP_BACKEND_CPU = 2,
        // an NVIDIA GPU for products, and for what else has a tensor on it (sections 7, 8)
        SCMP_BACKEND_CUDA = 3
    } scmp_backend;

    // Severity of a log line.
    //
    // Since 0.1.
    typedef enum int {
        // a probable mistake of the caller: scmp_config_warning, once a configuration
        SCMP_LOG_WARNING = 0,
        // one line for each product: kernel, blocking, where the time went, memory
        SCMP_LOG_INFO = 1,
        // and one about its tables and the cache
        SCMP_LOG_DEBUG = 2
    } scmp_log_level;

    // Sides of the product. Left (q in configuration files) enables right (k).
    //
    // Since 0.1.
    typedef enum int {
        SCMP_SIDE_LEFT = 0,
        SCMP_SIDE_RIGHT = 1
    } scmp_side;

    // Kinds of number sequences.
    //
    // Since 0.1.
    typedef enum int {
        // one Sobol dimension in Gray-code order (Antonov and Saleev, 1979)
        SCMP_GENERATOR_SOBOL = 0,
        SCMP_GENERATOR_LFSR = 1,
        // CPython's random.Random(seed).randint(0, 2^p - 1), that is MT19937
        SCMP_GENERATOR_MT19937 = 2
    } scmp_generator_type;

    // Per inner index xor mask on the draws, the same on both sides (Spec 3, "Scramble").
    //
    // Since 0.1.
    typedef enum int {
        // the configuration's mode, or bitrev where it has none
        SCMP_SCRAMBLE_NOT_GIVEN = 0,
        // mask = bit reversal of d mod 2^p; not on a full stream on the full grid
        SCMP_SCRAMBLE_BITREV = 1,
        // mask = d mod 2^p; not on a full stream on the full grid
        SCMP_SCRAMBLE_COUNTER = 2,
        // no mask
        SCMP_SCRAMBLE_OFF = 3,
        // as bitrev, in every case
        SCMP_SCRAMBLE_ALWAYS_BITREV = 4,
        // as counter, in every case
        SCMP_SCRAMBLE_ALWAYS_COUNTER = 5
    } scmp_scramble;

    // The elements that share one quantization range (Spec 4, "Scopes").
    //
    // Since 0.1.
    typedef enum int {
        // each row, or group of rows (group_a, group_b), of each batch entry
        SCMP_GRANULARITY_PER_ROW = 0,
        // the whole operand, batches included
        SCMP_GRANULARITY_PER_TENSOR = 1,
        // each batch entry; bipolar and 3-D only
        SCMP_GRANULARITY_PER_HEAD = 2
    } scmp_granularity;

    // How signed numbers become streams.
    //
    // Since 0.1.
    typedef enum int {
        // sign and magnitude, q in -q_max .. q_max, q_max = 2^(p-1) - 1
        SCMP_MODE_BIPOLAR = 0,
        // zero point, q in 0 .. q_max, q_max = 2^p - 1
        SCMP_MODE_UNIPOLAR = 1
    } scmp_mode;

    // The arrays of scmp_trace by number.
    //
    // Since 0.1.
    typedef enum int {
        SCMP_SIGNAL_NONE = 0,
        SCMP_SIGNAL_LEFT_DRAW = 1,
        SCMP_SIGNAL_LEFT_BIT = 2,
        SCMP_SIGNAL_RIGHT_POSITION = 3,
        SCMP_SIGNAL_RIGHT_DRAW = 4,
        SCMP_SIGNAL_RIGHT_BIT = 5,
        SCMP_SIGNAL_AND_BIT = 6,
        SCMP_SIGNAL_PARTIAL = 7,
        SCMP_SIGNAL_SIGN = 8,
        SCMP_SIGNAL_COUNT = 9,
        SCMP_SIGNAL_SUM = 10
    } scmp_signal;

    // The places that an accumulator's counters may have.
    //
    // Since 0.1.
    typedef enum int {
        SCMP_ACCUMULATOR_PER_INDEX = 0,
        // one signed up/down counter; inner indices one after another, L cycles each
        SCMP_ACCUMULATOR_PER_OUTPUT = 1,
        // exact signed counts meet pairwise; each level of adders has a width
        SCMP_ACCUMULATOR_ADDER_TREE = 2
    } scmp_accumulator_place;

    // The ways of a counter with a number beyond its range.
    //
    // Since 0.1.
    typedef enum int {
        // the number loses its upper bits
        SCMP_OVERFLOW_WRAP = 0,
        // the number becomes the nearest one of the range
        SCMP_OVERFLOW_SATURATE = 1
    } scmp_overflow;

    // The kinds of findings of lint.
    //
    // Since 0.1.
    typedef enum int {
        // both sides of an inner index draw the same numbers; index: the first such
        SCMP_LINT_SAME_GENERATOR = 1,
        // two of the pool are the same (type, seeds, taps); index: the second
        SCMP_LINT_EQUAL_GENERATORS = 2,
        // an LFSR without lfsr_zero_state comes to state 0, where it stays; index: of the pool
        SCMP_LINT_ZERO_STATE = 3,
        // a generator shows a number twice within L draws; index: of the pool
        SCMP_LINT_REPEATED_STATES = 4,
        // an LFSR's period is below 2^p - 1, or 2^p with lfsr_zero_state; index: of the pool
        SCMP_LINT_NOT_MAXIMAL = 5,
        // L is more than a generator's period; index: of the pool
        SCMP_LINT_BEYOND_PERIOD = 6,
        // there are more inner indices than scramble masks; index: the first repeated
        SCMP_LINT_MASKS_REPEAT = 7,
        // the first number of a side, or of both, is 0: one sentence for left alone, right alone and both, with the bias
        // that comes of it; index: the first inner index
        SCMP_LINT_FIRST_DRAW_ZERO = 8
    } scmp_lint_code;

    // --- Tensors, files and memory of scmp_dpi.c

    // Ends a struct or tensor that a scmp_..._new function made. Handles have a destroy function.
    import "DPI-C" function void scmp_dpi_free(input chandle memory);

    // A tensor in host memory, all 0; null where there is no such dtype, a negative size or no memory.
    import "DPI-C" function chandle scmp_tensor_new_1d(input int dtype, input longint d);
    import "DPI-C" function chandle scmp_tensor_new_2d(input int dtype, input longint rows, input longint d);
    import "DPI-C" function chandle scmp_tensor_new_3d(
        input int dtype,
        input longint batch,
        input longint rows,
        input longint d
    );
    import "DPI-C" function chandle scmp_tensor_new_4d(
        input int dtype,
        input longint n,
        input longint m,
        input longint d,
        input longint cycles
    );

    // Number of elements of such a tensor; 0 for null.
    import "DPI-C" function longint scmp_tensor_size(input chandle tensor);

    // An element of an integer tensor. One that is not there, or of a float tensor, is the least longint, -2^63.
    import "DPI-C" function longint scmp_tensor_get(input chandle tensor, input longint index);

    // Writes an element of an integer tensor, or of F32 or F64. INVALID_ARGUMENT where there is no such element,
    // INVALID_DTYPE for F16 and BF16.
    import "DPI-C" function int scmp_tensor_set(input chandle tensor, input longint index, input longint value);

    // An element as a real: F32, F64 or an integer; NaN where it is not there, and for F16 and BF16.
    import "DPI-C" function real scmp_tensor_get_real(input chandle tensor, input longint index);

    // Writes an element of an F32 or F64 tensor. Otherwise as scmp_tensor_set.
    import "DPI-C" function int scmp_tensor_set_real(input chandle tensor, input longint index, input real value);

    // Copies a whole int array into an integer tensor. INVALID_SHAPE where it has not as many elements.
    import "DPI-C" function int scmp_tensor_load(input chandle tensor, input int values[]);

    // Copies a whole integer tensor into an int array. Likewise.
    import "DPI-C" function int scmp_tensor_store(input chandle tensor, output int values[]);

    // A configuration as scmp_config_to_json writes it, valid until the next call; "" on error.
    import "DPI-C" function string scmp_config_json(input chandle ctx, input chandle config_, input longint d);

    // scmp_trace_csv into a file. IO where it cannot be written.
    import "DPI-C" function int scmp_trace_csv_file(
        input chandle ctx,
        input chandle a,
        input chandle b,
        input chandle options,
        input longint d_offset,
        input string path
    );

    // scmp_trace_vcd into a file. IO where it cannot be written.
    import "DPI-C" function int scmp_trace_vcd_file(
        input chandle ctx,
        input chandle a,
        input chandle b,
        input chandle options,
        input longint d_offset,
        input string path
    );

    // --- Structs

    // A view of memory that the caller owns. Element [i, j, ...] is at data + (i * strides[0] + j * strides[1] +
    // ...) * scmp_dtype_size(dtype). Strides count elements and may be 0 (broadcast) or negative (data then points
    // at element [0, 0, ...], not at the lowest address). No alignment is asked of data. Where a dimension is 0,
    // data may be NULL.
    //
    // Inputs may have any strides; the library reads them where they are, a few rows at a time. The elements of an
    // output must not overlap one another. Column-major arrays are views with swapped strides, not swapped operands:
    // left and right have different sequences.
    //
    // Views are passed and returned by value, so this struct has no size of its own and never changes: what later
    // versions may need stands in the reserved members. Initialise it with zeros, or with the functions below.
    //
    // Since 0.1.

    // data: address of element [0, 0, ...]
    import "DPI-C" function void scmp_tensor_set_data(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_tensor_get_data(input chandle s);
    // dtype: type of the elements
    import "DPI-C" function void scmp_tensor_set_dtype(input chandle s, input int value);
    import "DPI-C" function int scmp_tensor_get_dtype(input chandle s);
    // device: SCMP_DEVICE_CPU, or SCMP_DEVICE_CUDA_0 + i
    import "DPI-C" function void scmp_tensor_set_device(input chandle s, input int value);
    import "DPI-C" function int scmp_tensor_get_device(input chandle s);
    // rank: number of dimensions, 0 .. SCMP_MAX_RANK
    import "DPI-C" function void scmp_tensor_set_rank(input chandle s, input int value);
    import "DPI-C" function int scmp_tensor_get_rank(input chandle s);
    // reserved_flags: 0; others are UNSUPPORTED
    import "DPI-C" function void scmp_tensor_set_reserved_flags(input chandle s, input int value);
    import "DPI-C" function int scmp_tensor_get_reserved_flags(input chandle s);
    // shape: sizes, outermost first
    import "DPI-C" function void scmp_tensor_set_shape(input chandle s, input int index, input longint value);
    import "DPI-C" function longint scmp_tensor_get_shape(input chandle s, input int index);
    // strides: distances between neighbours, in elements
    import "DPI-C" function void scmp_tensor_set_strides(input chandle s, input int index, input longint value);
    import "DPI-C" function longint scmp_tensor_get_strides(input chandle s, input int index);
    // reserved: 0; others are UNSUPPORTED. For what types of less than a byte may need
    import "DPI-C" function void scmp_tensor_set_reserved(input chandle s, input int index, input longint value);
    import "DPI-C" function longint scmp_tensor_get_reserved(input chandle s, input int index);

    // The options of a context. Grows only at its end; fill it with scmp_ctx_options_init first.
    //
    // Since 0.1.
    import "DPI-C" function chandle scmp_ctx_options_new();
    // backend: default SCMP_BACKEND_AUTO
    import "DPI-C" function void scmp_ctx_options_set_backend(input chandle s, input int value);
    import "DPI-C" function int scmp_ctx_options_get_backend(input chandle s);
    // device: CUDA backend: index of the context's own device; default 0
    import "DPI-C" function void scmp_ctx_options_set_device(input chandle s, input int value);
    import "DPI-C" function int scmp_ctx_options_get_device(input chandle s);
    // threads: 1 .. 1024; default SCMP_NOT_GIVEN: as many as the process may run on
    import "DPI-C" function void scmp_ctx_options_set_threads(input chandle s, input int value);
    import "DPI-C" function int scmp_ctx_options_get_threads(input chandle s);
    // log_level: lines up to this level are logged; default SCMP_LOG_WARNING
    import "DPI-C" function void scmp_ctx_options_set_log_level(input chandle s, input int value);
    import "DPI-C" function int scmp_ctx_options_get_log_level(input chandle s);
    // cache_bytes: most memory that cached sequences and count tables keep, and most that the working memory of
    // calls keeps for the next ones; likewise again on each GPU that is used; default 256 MiB
    import "DPI-C" function void scmp_ctx_options_set_cache_bytes(input chandle s, input longint unsigned value);
    import "DPI-C" function longint unsigned scmp_ctx_options_get_cache_bytes(input chandle s);
    // allocator_user: handed to alloc and free; they outlive every handle made with the context
    import "DPI-C" function void scmp_ctx_options_set_allocator_user(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_ctx_options_get_allocator_user(input chandle s);
    // log_user: handed to log
    import "DPI-C" function void scmp_ctx_options_set_log_user(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_ctx_options_get_log_user(input chandle s);
    // progress_user: handed to progress
    import "DPI-C" function void scmp_ctx_options_set_progress_user(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_ctx_options_get_progress_user(input chandle s);
    // cancelled_user: handed to cancelled
    import "DPI-C" function void scmp_ctx_options_set_cancelled_user(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_ctx_options_get_cancelled_user(input chandle s);
    // isa: CPU kernels: the name of an instruction set (scmp_isa_name), "" for the library's own choice; default
    // NULL: what the environment variable SCMP_CPU names when the context is created, else the library's choice, the
    // fastest that this machine runs. It changes speed, never numbers. Since version 0.2
    import "DPI-C" function string scmp_ctx_options_get_isa(input chandle s);
    // kernel: CUDA backend: the count kernel for all products that it can do, rows, bytes, bits or wgmma, "" for the
    // library's own choice; default NULL: what SCMP_CUDA_KERNEL names, else the library's choice. It changes speed,
    // never numbers. Since version 0.2
    import "DPI-C" function string scmp_ctx_options_get_kernel(input chandle s);

    // One generator of a pool. Grows only at its end; fill it with scmp_generator_init first.
    //
    // Since 0.1.
    import "DPI-C" function chandle scmp_generator_new();
    // type: default SCMP_GENERATOR_SOBOL
    import "DPI-C" function void scmp_generator_set_type(input chandle s, input int value);
    import "DPI-C" function int scmp_generator_get_type(input chandle s);
    // sobol_side: Sobol without seeds: whose default seeds; default SCMP_SIDE_LEFT
    import "DPI-C" function void scmp_generator_set_sobol_side(input chandle s, input int value);
    import "DPI-C" function int scmp_generator_get_sobol_side(input chandle s);
    // sobol_seeds: Sobol: p odd numbers m_i < 2^(i+1), m_0 = 1; default NULL: the side's
    import "DPI-C" function void scmp_generator_set_sobol_seeds(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_generator_get_sobol_seeds(input chandle s);
    // sobol_seed_count: length of sobol_seeds; must equal p where they are given
    import "DPI-C" function void scmp_generator_set_sobol_seed_count(input chandle s, input int value);
    import "DPI-C" function int scmp_generator_get_sobol_seed_count(input chandle s);
    // sobol_start: Sobol: state before the first draw, 0 .. 2^p - 1; default 0
    import "DPI-C" function void scmp_generator_set_sobol_start(input chandle s, input int unsigned value);
    import "DPI-C" function int unsigned scmp_generator_get_sobol_start(input chandle s);
    // seed: LFSR: 1 .. 2^p - 1, or from 0 with lfsr_zero_state, no default; true_random: absolute value of the seed
    import "DPI-C" function void scmp_generator_set_seed(input chandle s, input longint unsigned value);
    import "DPI-C" function longint unsigned scmp_generator_get_seed(input chandle s);
    // lfsr_taps: LFSR: distinct bit positions 0 .. p-1 from the LSB; default NULL: the width's
    import "DPI-C" function void scmp_generator_set_lfsr_taps(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_generator_get_lfsr_taps(input chandle s);
    // lfsr_tap_count: length of lfsr_taps
    import "DPI-C" function void scmp_generator_set_lfsr_tap_count(input chandle s, input int value);
    import "DPI-C" function int scmp_generator_get_lfsr_tap_count(input chandle s);
    // lfsr_zero_state: LFSR, non-zero: state 0 is inserted between 1 and 2^(p-1), which makes the period of maximal
    // taps 2^p (de Bruijn; Model 5); default 0
    import "DPI-C" function void scmp_generator_set_lfsr_zero_state(input chandle s, input int value);
    import "DPI-C" function int scmp_generator_get_lfsr_zero_state(input chandle s);

    // An element, that is one inner index on one side: the generator that it uses, and how (permutation first, then
    // complement). Elements stand in arrays, so this struct has no size of its own and never changes: initialise it
    // with zeros.
    //
    // Since 0.1.
    import "DPI-C" function chandle scmp_element_new();
    // generator: index into the pool
    import "DPI-C" function void scmp_element_set_generator(input chandle s, input int value);
    import "DPI-C" function int scmp_element_get_generator(input chandle s);
    // complement: non-zero: r becomes 2^p - 1 - r
    import "DPI-C" function void scmp_element_set_complement(input chandle s, input int value);
    import "DPI-C" function int scmp_element_get_complement(input chandle s);
    // permutation: NULL, or p numbers: out bit i = in bit permutation[i]
    import "DPI-C" function void scmp_element_set_permutation(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_element_get_permutation(input chandle s);
    // reserved: 0; others are UNSUPPORTED
    import "DPI-C" function void scmp_element_set_reserved(input chandle s, input int index, input longint value);
    import "DPI-C" function longint scmp_element_get_reserved(input chandle s, input int index);

    // A configuration as data. Grows only at its end; fill it with scmp_config_desc_init first.
    //
    // Since 0.1.
    import "DPI-C" function chandle scmp_config_desc_new();
    // sc_prec: the p that it is for; default 8
    import "DPI-C" function void scmp_config_desc_set_sc_prec(input chandle s, input int value);
    import "DPI-C" function int scmp_config_desc_get_sc_prec(input chandle s);
    // generators: the pool
    import "DPI-C" function void scmp_config_desc_set_generators(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_config_desc_get_generators(input chandle s);
    // generator_count: its length
    import "DPI-C" function void scmp_config_desc_set_generator_count(input chandle s, input longint unsigned value);
    import "DPI-C" function longint unsigned scmp_config_desc_get_generator_count(input chandle s);
    // left: one element for each inner index of the left side
    import "DPI-C" function void scmp_config_desc_set_left(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_config_desc_get_left(input chandle s);
    // left_count: its length; entries beyond a product's D are ignored
    import "DPI-C" function void scmp_config_desc_set_left_count(input chandle s, input longint unsigned value);
    import "DPI-C" function longint unsigned scmp_config_desc_get_left_count(input chandle s);
    // right: likewise, right side
    import "DPI-C" function void scmp_config_desc_set_right(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_config_desc_get_right(input chandle s);
    // right_count: its length
    import "DPI-C" function void scmp_config_desc_set_right_count(input chandle s, input longint unsigned value);
    import "DPI-C" function longint unsigned scmp_config_desc_get_right_count(input chandle s);
    // uniform: non-zero: left[0] and right[0] serve every inner index; default 0
    import "DPI-C" function void scmp_config_desc_set_uniform(input chandle s, input int value);
    import "DPI-C" function int scmp_config_desc_get_uniform(input chandle s);
    // scramble: the mode where a call gives none; default SCMP_SCRAMBLE_NOT_GIVEN
    import "DPI-C" function void scmp_config_desc_set_scramble(input chandle s, input int value);
    import "DPI-C" function int scmp_config_desc_get_scramble(input chandle s);

    // A report of what a product did. Filled on success only. Grows only at its end; fill it with scmp_report_init
    // first.
    //
    // Since 0.1.
    import "DPI-C" function chandle scmp_report_new();
    // stoc_len: L as resolved
    import "DPI-C" function void scmp_report_set_stoc_len(input chandle s, input int value);
    import "DPI-C" function int scmp_report_get_stoc_len(input chandle s);
    // rng_levels: G as resolved
    import "DPI-C" function void scmp_report_set_rng_levels(input chandle s, input int value);
    import "DPI-C" function int scmp_report_get_rng_levels(input chandle s);
    // scramble: as resolved: never NOT_GIVEN
    import "DPI-C" function void scmp_report_set_scramble(input chandle s, input int value);
    import "DPI-C" function int scmp_report_get_scramble(input chandle s);
    // scrambled: 1 where the masks were applied at this L and G
    import "DPI-C" function void scmp_report_set_scrambled(input chandle s, input int value);
    import "DPI-C" function int scmp_report_get_scrambled(input chandle s);
    // q_max: largest level
    import "DPI-C" function void scmp_report_set_q_max(input chandle s, input int value);
    import "DPI-C" function int scmp_report_get_q_max(input chandle s);
    // tables: number of different count tables over the inner indices
    import "DPI-C" function void scmp_report_set_tables(input chandle s, input int value);
    import "DPI-C" function int scmp_report_get_tables(input chandle s);
    // backend: the backend that counted
    import "DPI-C" function void scmp_report_set_backend(input chandle s, input int value);
    import "DPI-C" function int scmp_report_get_backend(input chandle s);
    // threads: threads that the product could use
    import "DPI-C" function void scmp_report_set_threads(input chandle s, input int value);
    import "DPI-C" function int scmp_report_get_threads(input chandle s);
    // isa: instruction set of its kernels; static storage
    import "DPI-C" function string scmp_report_get_isa(input chandle s);
    // kernel: name of the count kernel; static storage
    import "DPI-C" function string scmp_report_get_kernel(input chandle s);
    // ms_quantize: milliseconds: reading, smoothing, ranges and quantization of both operands
    import "DPI-C" function void scmp_report_set_ms_quantize(input chandle s, input real value);
    import "DPI-C" function real scmp_report_get_ms_quantize(input chandle s);
    // ms_tables: sequences and count tables, 0 when cached
    import "DPI-C" function void scmp_report_set_ms_tables(input chandle s, input real value);
    import "DPI-C" function real scmp_report_get_ms_tables(input chandle s);
    // ms_pack: laying out the right operand
    import "DPI-C" function void scmp_report_set_ms_pack(input chandle s, input real value);
    import "DPI-C" function real scmp_report_get_ms_pack(input chandle s);
    // ms_count: counting
    import "DPI-C" function void scmp_report_set_ms_count(input chandle s, input real value);
    import "DPI-C" function real scmp_report_get_ms_count(input chandle s);
    // ms_dequantize: from sums to values, and writing them; of what threads do side by side, their mean
    import "DPI-C" function void scmp_report_set_ms_dequantize(input chandle s, input real value);
    import "DPI-C" function real scmp_report_get_ms_dequantize(input chandle s);
    // ms_total: the whole call; of a CUDA product that does not wait: until all is on the stream
    import "DPI-C" function void scmp_report_set_ms_total(input chandle s, input real value);
    import "DPI-C" function real scmp_report_get_ms_total(input chandle s);
    // bytes_peak: most memory held at once from the context's allocator during the call, with what is kept from the
    // last ones
    import "DPI-C" function void scmp_report_set_bytes_peak(input chandle s, input longint unsigned value);
    import "DPI-C" function longint unsigned scmp_report_get_bytes_peak(input chandle s);
    // panel_columns: blocking: rows of b in a panel, the layout that the kernel reads
    import "DPI-C" function void scmp_report_set_panel_columns(input chandle s, input int value);
    import "DPI-C" function int scmp_report_get_panel_columns(input chandle s);
    // workers: threads that had something to count
    import "DPI-C" function void scmp_report_set_workers(input chandle s, input int value);
    import "DPI-C" function int scmp_report_get_workers(input chandle s);
    // task_rows: rows of a in a task
    import "DPI-C" function void scmp_report_set_task_rows(input chandle s, input longint value);
    import "DPI-C" function longint scmp_report_get_task_rows(input chandle s);
    // task_columns: rows of b in a task: of one panel, or of several
    import "DPI-C" function void scmp_report_set_task_columns(input chandle s, input longint value);
    import "DPI-C" function longint scmp_report_get_task_columns(input chandle s);
    // tasks: number of tasks
    import "DPI-C" function void scmp_report_set_tasks(input chandle s, input longint value);
    import "DPI-C" function longint scmp_report_get_tasks(input chandle s);
    // bytes_device: CUDA: working memory that the call needed on its device; a workspace of so many bytes, aligned
    // to 256, is enough for the same call
    import "DPI-C" function void scmp_report_set_bytes_device(input chandle s, input longint unsigned value);
    import "DPI-C" function longint unsigned scmp_report_get_bytes_device(input chandle s);

    // The options of a product and of its stages (Spec 1). Grows only at its end; fill it with
    // scmp_matmul_options_init first. Where a function takes a pointer to options, NULL means the defaults.
    //
    // Since 0.1.
    import "DPI-C" function chandle scmp_matmul_options_new();
    // granularity: default SCMP_GRANULARITY_PER_ROW
    import "DPI-C" function void scmp_matmul_options_set_granularity(input chandle s, input int value);
    import "DPI-C" function int scmp_matmul_options_get_granularity(input chandle s);
    // mode: default SCMP_MODE_BIPOLAR
    import "DPI-C" function void scmp_matmul_options_set_mode(input chandle s, input int value);
    import "DPI-C" function int scmp_matmul_options_get_mode(input chandle s);
    // sc_prec: precision p in bits; default 8
    import "DPI-C" function void scmp_matmul_options_set_sc_prec(input chandle s, input int value);
    import "DPI-C" function int scmp_matmul_options_get_sc_prec(input chandle s);
    // stoc_len: stream length L in cycles, 1 .. 2^p; default SCMP_NOT_GIVEN: 2^p
    import "DPI-C" function void scmp_matmul_options_set_stoc_len(input chandle s, input int value);
    import "DPI-C" function int scmp_matmul_options_get_stoc_len(input chandle s);
    // rng_levels: grid size G, 1 .. 2^14; default SCMP_NOT_GIVEN: 2^p
    import "DPI-C" function void scmp_matmul_options_set_rng_levels(input chandle s, input int value);
    import "DPI-C" function int scmp_matmul_options_get_rng_levels(input chandle s);
    // scramble: default SCMP_SCRAMBLE_NOT_GIVEN: the configuration's, else bitrev
    import "DPI-C" function void scmp_matmul_options_set_scramble(input chandle s, input int value);
    import "DPI-C" function int scmp_matmul_options_get_scramble(input chandle s);
    // chunk_d: > 0: own scales for every chunk_d inner indices (per_row, bipolar, 2-D only), summed in f32 in
    // ascending order; default 0: none
    import "DPI-C" function void scmp_matmul_options_set_chunk_d(input chandle s, input longint value);
    import "DPI-C" function longint scmp_matmul_options_get_chunk_d(input chandle s);
    // group_a: per_row: rows of a that share a scale, at least 1; default 1
    import "DPI-C" function void scmp_matmul_options_set_group_a(input chandle s, input longint value);
    import "DPI-C" function longint scmp_matmul_options_get_group_a(input chandle s);
    // group_b: per_row: rows of b that share a scale, at least 1; default 1
    import "DPI-C" function void scmp_matmul_options_set_group_b(input chandle s, input longint value);
    import "DPI-C" function longint scmp_matmul_options_get_group_b(input chandle s);
    // config: generators; default NULL: sobol_simple
    import "DPI-C" function void scmp_matmul_options_set_config(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_matmul_options_get_config(input chandle s);
    // smooth: SmoothQuant scales s, (D,), any float dtype, positive and finite: the product of a/s and b*s, not
    // rounded to 16 bits in between (Spec 6); default NULL: none
    import "DPI-C" function void scmp_matmul_options_set_smooth(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_matmul_options_get_smooth(input chandle s);

    // The further outputs of one call of a product, beside its options. Where a function takes a pointer to it, NULL
    // means none of them. Grows only at its end; fill it with scmp_call_init first. Since version 0.2.
    //
    // Since 0.2.
    import "DPI-C" function chandle scmp_call_new();
    // counts: output: the integer sums S, I32 or I64, of the shape of Y; default NULL: not wanted. Not together with
    // 0 < chunk_d < D
    import "DPI-C" function void scmp_call_set_counts(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_call_get_counts(input chandle s);
    // report: output: what the product did; default NULL: not wanted
    import "DPI-C" function void scmp_call_set_report(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_call_get_report(input chandle s);

    // One quantized operand: arrays that the caller owns. Each may be NULL: not wanted as an output, or as an input
    // not needed by the stage. Grows only at its end; fill it with scmp_quantized_init first.
    //
    // Since 0.1.
    import "DPI-C" function chandle scmp_quantized_new();
    // level: |q| (bipolar) or q (unipolar), 0 .. q_max; of x's shape, U8 (p <= 8), I16, I32
    import "DPI-C" function void scmp_quantized_set_level(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_quantized_get_level(input chandle s);
    // boundary: 0 .. G; of x's shape, I16 or I32 (I16 holds every allowed G)
    import "DPI-C" function void scmp_quantized_set_boundary(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_quantized_get_boundary(input chandle s);
    // sign: -1, 0 or 1; of x's shape, I8; bipolar only
    import "DPI-C" function void scmp_quantized_set_sign(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_quantized_get_sign(input chandle s);
    // scale: of the scale shape; F64 for per_tensor, F32 otherwise (F64 holds both)
    import "DPI-C" function void scmp_quantized_set_scale(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_quantized_get_scale(input chandle s);
    // zero_point: of the scale shape; F32 or F64; unipolar only
    import "DPI-C" function void scmp_quantized_set_zero_point(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_quantized_get_zero_point(input chandle s);
    // row_sum: sum of q over each row, (rows,) or (BH, rows); F32 (rounded), I32 or I64 (exact, so that parts of a
    // row can be added); unipolar only
    import "DPI-C" function void scmp_quantized_set_row_sum(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_quantized_get_row_sum(input chandle s);

    // Arrays of a trace. Each may be NULL: not wanted, or not observed. What does not depend on m (or on n) has no
    // such axis. Grows only at its end; fill it with scmp_trace_init first.
    //
    // Since 0.1.
    import "DPI-C" function chandle scmp_trace_new();
    // left_draw: (D, L), I16 or I32: draws after permutation, complement, scramble, rescale
    import "DPI-C" function void scmp_trace_set_left_draw(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_trace_get_left_draw(input chandle s);
    // left_bit: (N, D, L), U8 or I8: 1 where left_draw < boundary of a; enables the right
    import "DPI-C" function void scmp_trace_set_left_bit(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_trace_get_left_bit(input chandle s);
    // right_position: (N, D, L), I16 or I32: enabled cycles before this one
    import "DPI-C" function void scmp_trace_set_right_position(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_trace_get_right_position(input chandle s);
    // right_draw: (N, D, L), I16 or I32: the right generator's draw of that number
    import "DPI-C" function void scmp_trace_set_right_draw(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_trace_get_right_draw(input chandle s);
    // right_bit: (N, M, D, L), U8 or I8: 1 where right_draw < boundary of b
    import "DPI-C" function void scmp_trace_set_right_bit(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_trace_get_right_bit(input chandle s);
    // and_bit: (N, M, D, L), U8 or I8: left_bit and right_bit
    import "DPI-C" function void scmp_trace_set_and_bit(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_trace_get_and_bit(input chandle s);
    // partial: (N, M, D, L), I16 or I32: and_bits in cycles 0 .. t
    import "DPI-C" function void scmp_trace_set_partial(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_trace_get_partial(input chandle s);
    // sign: (N, M, D), I8: sign of a times sign of b
    import "DPI-C" function void scmp_trace_set_sign(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_trace_get_sign(input chandle s);
    // count: (N, M, D), I16 or I32: C of Spec 2, partial after the last cycle
    import "DPI-C" function void scmp_trace_set_count(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_trace_get_count(input chandle s);
    // sum: (N, M), I32 or I64: signs times counts over all d, as scmp_count gives it
    import "DPI-C" function void scmp_trace_set_sum(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_trace_get_sum(input chandle s);

    // The first difference between an observed trace and the model's. Grows only at its end; fill it with
    // scmp_divergence_init first.
    //
    // Since 0.1.
    import "DPI-C" function chandle scmp_divergence_new();
    // signal: which array differs; SCMP_SIGNAL_NONE: none does, and the rest is -1 and 0
    import "DPI-C" function void scmp_divergence_set_signal(input chandle s, input int value);
    import "DPI-C" function int scmp_divergence_get_signal(input chandle s);
    // n: the output and inner index (without d_offset) where it was found; d is -1 for sum
    import "DPI-C" function void scmp_divergence_set_n(input chandle s, input longint value);
    import "DPI-C" function longint scmp_divergence_get_n(input chandle s);
    // m: the output and inner index (without d_offset) where it was found; d is -1 for sum
    import "DPI-C" function void scmp_divergence_set_m(input chandle s, input longint value);
    import "DPI-C" function longint scmp_divergence_get_m(input chandle s);
    // d: the output and inner index (without d_offset) where it was found; d is -1 for sum
    import "DPI-C" function void scmp_divergence_set_d(input chandle s, input longint value);
    import "DPI-C" function longint scmp_divergence_get_d(input chandle s);
    // cycle: -1 for sign, count and sum, which have no cycle
    import "DPI-C" function void scmp_divergence_set_cycle(input chandle s, input longint value);
    import "DPI-C" function longint scmp_divergence_get_cycle(input chandle s);
    // expected: what the model has there
    import "DPI-C" function void scmp_divergence_set_expected(input chandle s, input longint value);
    import "DPI-C" function longint scmp_divergence_get_expected(input chandle s);
    // observed: what was given
    import "DPI-C" function void scmp_divergence_set_observed(input chandle s, input longint value);
    import "DPI-C" function longint scmp_divergence_get_observed(input chandle s);

    // An accumulator. Grows only at its end; fill it with scmp_accumulator_init first.
    //
    // Since 0.1.
    import "DPI-C" function chandle scmp_accumulator_new();
    // place: default SCMP_ACCUMULATOR_PER_OUTPUT
    import "DPI-C" function void scmp_accumulator_set_place(input chandle s, input int value);
    import "DPI-C" function int scmp_accumulator_get_place(input chandle s);
    // overflow: default SCMP_OVERFLOW_WRAP
    import "DPI-C" function void scmp_accumulator_set_overflow(input chandle s, input int value);
    import "DPI-C" function int scmp_accumulator_get_overflow(input chandle s);
    // width: bits, 1 .. SCMP_ACCUMULATOR_WIDTH_MAX; signed counters are two's complement, so that 1 bit holds -1 and
    // 0; default 32, in which nothing overflows
    import "DPI-C" function void scmp_accumulator_set_width(input chandle s, input int value);
    import "DPI-C" function int scmp_accumulator_get_width(input chandle s);
    // growth: adder tree: level l has width + growth * l bits, 0 or more; default 0
    import "DPI-C" function void scmp_accumulator_set_growth(input chandle s, input int value);
    import "DPI-C" function int scmp_accumulator_get_growth(input chandle s);

    // How far counts C_d(x, y) are from x * y * L / G^2, in ones. Grows only at its end; fill it with
    // scmp_table_error_init first.
    //
    // Since 0.1.
    import "DPI-C" function chandle scmp_table_error_new();
    // mean_abs: mean of |error|
    import "DPI-C" function void scmp_table_error_set_mean_abs(input chandle s, input real value);
    import "DPI-C" function real scmp_table_error_get_mean_abs(input chandle s);
    // max_abs: largest |error|
    import "DPI-C" function void scmp_table_error_set_max_abs(input chandle s, input real value);
    import "DPI-C" function real scmp_table_error_get_max_abs(input chandle s);
    // rms: root of the mean of error^2
    import "DPI-C" function void scmp_table_error_set_rms(input chandle s, input real value);
    import "DPI-C" function real scmp_table_error_get_rms(input chandle s);
    // bias: mean of error: what does not average out over the inner indices
    import "DPI-C" function void scmp_table_error_set_bias(input chandle s, input real value);
    import "DPI-C" function real scmp_table_error_get_bias(input chandle s);
    // max_d: where the largest is first: inner index (d_offset added), ...
    import "DPI-C" function void scmp_table_error_set_max_d(input chandle s, input longint value);
    import "DPI-C" function longint scmp_table_error_get_max_d(input chandle s);
    // max_x: ... boundary of a ...
    import "DPI-C" function void scmp_table_error_set_max_x(input chandle s, input int value);
    import "DPI-C" function int scmp_table_error_get_max_x(input chandle s);
    // max_y: ... and of b
    import "DPI-C" function void scmp_table_error_set_max_y(input chandle s, input int value);
    import "DPI-C" function int scmp_table_error_get_max_y(input chandle s);

    // The weights of errors of count tables, over X boundaries of a and Y of b. Grows only at its end; fill it with
    // scmp_score_weights_init first.
    //
    // Since 0.1.
    import "DPI-C" function chandle scmp_score_weights_new();
    // x: (X,), I16 or I32, boundaries 0 .. G of a, ascending; NULL: all of 0 .. G
    import "DPI-C" function void scmp_score_weights_set_x(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_score_weights_get_x(input chandle s);
    // y: (Y,), likewise of b
    import "DPI-C" function void scmp_score_weights_set_y(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_score_weights_get_y(input chandle s);
    // target: (X, Y), any float dtype: what the count should be; NULL: x * y * L / G^2
    import "DPI-C" function void scmp_score_weights_set_target(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_score_weights_get_target(input chandle s);
    // square: (X, Y), any float dtype, none negative: weights of error^2; NULL: all 1
    import "DPI-C" function void scmp_score_weights_set_square(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_score_weights_get_square(input chandle s);
    // sum: (T, X, Y), any float dtype and sign: weights of T sums of errors; NULL: none, T = 0
    import "DPI-C" function void scmp_score_weights_set_sum(input chandle s, input chandle value);
    import "DPI-C" function chandle scmp_score_weights_get_sum(input chandle s);

    // --- Functions

    // Version of the library that is running, "major.minor.patch"; static storage.
    //
    // Since 0.1.
    import "DPI-C" function string scmp_version();

    // Version of the library that is running as a number: major * 10000 + minor * 100 + patch.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_version_number();

    // Version of the arithmetic specification that the running library follows (SCMP_SPEC_VERSION when it was
    // built).
    //
    // Since 0.1.
    import "DPI-C" function int scmp_spec_version();

    // SCMP_MAX_RANK
    //
    // Since 0.1.
    import "DPI-C" function int scmp_max_rank();

    // SCMP_SC_PREC_MAX
    //
    // Since 0.1.
    import "DPI-C" function int scmp_sc_prec_max();

    // SCMP_SC_PREC_MIN_BIPOLAR
    //
    // Since 0.1.
    import "DPI-C" function int scmp_sc_prec_min_bipolar();

    // SCMP_SC_PREC_MIN_UNIPOLAR
    //
    // Since 0.1.
    import "DPI-C" function int scmp_sc_prec_min_unipolar();

    // SCMP_RNG_LEVELS_MAX
    //
    // Since 0.1.
    import "DPI-C" function int scmp_rng_levels_max();

    // SCMP_D_TIMES_L_MAX
    //
    // Since 0.1.
    import "DPI-C" function longint scmp_d_times_l_max();

    // The value of SCMP_NOT_GIVEN.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_not_given();

    // Name of a status as it stands in this header, "SCMP_ERROR_D_MISMATCH"; "SCMP_STATUS_UNKNOWN" for no status.
    //
    // Since 0.1.
    import "DPI-C" function string scmp_status_string(input int status);

    // One sentence about the last error of the calling thread: which argument, and with which numbers ("b has D =
    // 383, a has D = 384"). A call that succeeds leaves it as it was; before the first error it is "". The text
    // stays valid until the thread's next error.
    //
    // Since 0.1.
    import "DPI-C" function string scmp_last_error();

    // The operating system's error number (errno) behind the last error of the calling thread, to be looked at
    // beside its sentence: that of the file or directory with IO, where the system refused it, or EISDIR for a
    // directory and EINVAL for anything else that is no regular file; 0 with other errors, and before the first
    // (since version 0.2).
    //
    // Since 0.2.
    import "DPI-C" function int scmp_last_errno();

    // Bytes of one element; 0 for no dtype.
    //
    // Since 0.1.
    import "DPI-C" function longint unsigned scmp_dtype_size(input int dtype);

    // Name of a dtype, "f32"; "unknown" for no dtype.
    //
    // Since 0.1.
    import "DPI-C" function string scmp_dtype_name(input int dtype);

    // scmp_tensor_0d() is not here: it gives a struct by value.

    // scmp_tensor_1d() is not here: it gives a struct by value.

    // scmp_tensor_2d() is not here: it gives a struct by value.

    // scmp_tensor_3d() is not here: it gives a struct by value.

    // scmp_tensor_nd() is not here: it gives a struct by value.

    // Name of a backend, "cpu"; "unknown" for none.
    //
    // Since 0.1.
    import "DPI-C" function string scmp_backend_name(input int backend);

    // 1 where a context with this backend can be created here and now, else 0.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_backend_available(input int backend);

    // Number of CUDA devices that this build can use on this machine; 0 without CUDA support, driver or device.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_cuda_device_count();

    // Instruction sets that the CPU backend has kernels for: how many, their names ("portable"), and whether this
    // machine and its operating system run them. Index 0 is the portable one. A bad index gives "unknown" and 0.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_isa_count();

    // Instruction sets that the CPU backend has kernels for: how many, their names ("portable"), and whether this
    // machine and its operating system run them. Index 0 is the portable one. A bad index gives "unknown" and 0.
    //
    // Since 0.1.
    import "DPI-C" function string scmp_isa_name(input int index);

    // Instruction sets that the CPU backend has kernels for: how many, their names ("portable"), and whether this
    // machine and its operating system run them. Index 0 is the portable one. A bad index gives "unknown" and 0.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_isa_available(input int index);

    // Fills `options` with the defaults. NULL is ignored.
    //
    // Parameters:
    //
    // * size: sizeof(scmp_ctx_options) of the program, which scmp_ctx_options_init hands in
    //
    // Since 0.1.
    import "DPI-C" function void scmp_ctx_options_init_sized(input chandle options, input longint unsigned size);

    // Creates a context.
    //
    // Parameters:
    //
    // * options: NULL for the defaults
    // * out: gets the handle; unchanged on error
    //
    // Returns:
    //
    // INVALID_ARGUMENT; UNSUPPORTED where the backend, the instruction set or the CUDA kernel is not to be had here;
    // OUT_OF_MEMORY; DEVICE
    //
    // Since 0.1.
    import "DPI-C" function int scmp_ctx_create(input chandle options, inout chandle out);

    // Destroys a context and sets the pointer to NULL. NULL and a pointer to NULL are ignored. Calibrations made
    // with the context must be gone before; configurations and packed operands may live on. Work that is still on a
    // stream goes on, and its errors are lost: scmp_ctx_synchronize reports them before.
    //
    // Since 0.1.
    import "DPI-C" function void scmp_ctx_destroy(inout chandle ctx);

    // Number of threads that products of this context use; 0 for NULL.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_ctx_threads(input chandle ctx);

    // Sets the number of threads, 1 .. 1024, or SCMP_NOT_GIVEN for as many as the process may run on.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_ctx_set_threads(input chandle ctx, input int threads);

    // The backend that AUTO became; SCMP_BACKEND_AUTO for NULL.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_ctx_backend(input chandle ctx);

    // Name of the instruction set that the context's kernels use, "portable"; "unknown" for NULL.
    //
    // Since 0.1.
    import "DPI-C" function string scmp_ctx_isa(input chandle ctx);

    // Bytes that cached sequences and tables hold now, on GPUs as well; 0 for NULL.
    //
    // Since 0.1.
    import "DPI-C" function longint unsigned scmp_ctx_cache_bytes(input chandle ctx);

    // Number of table sets made so far (cache misses); 0 for NULL. Two equal calls in a row raise it once.
    //
    // Since 0.1.
    import "DPI-C" function longint unsigned scmp_ctx_cache_misses(input chandle ctx);

    // Drops every cached sequence and table; their memory is kept for the next ones. Results never depend on it.
    // NULL is ignored.
    //
    // Since 0.1.
    import "DPI-C" function void scmp_ctx_clear_cache(input chandle ctx);

    // Gives the working memory that was kept for the next calls back to the allocator, and on GPUs to the system
    // what no stream still uses. NULL is ignored.
    //
    // Since 0.1.
    import "DPI-C" function void scmp_ctx_trim(input chandle ctx);

    // The stream of the context's own device that later products go to; other devices use their default streams.
    // What goes to it comes after what the context has put on the one before, without a wait in the host. Both must
    // exist at that moment, and the last one until the context is destroyed or has another.
    //
    // Parameters:
    //
    // * stream: a cudaStream_t; NULL (as at first): the default stream, which waits for the work of other streams
    //
    // Returns:
    //
    // UNSUPPORTED where the context's backend is not CUDA; DEVICE, with the stream as it was
    //
    // Since 0.1.
    import "DPI-C" function int scmp_ctx_set_cuda_stream(input chandle ctx, input chandle stream);

    // Device memory that later calls on the context's own device take their working memory from, all of it. Calls on
    // one stream share it one after another; it must stay until the stream has come past the last of them. What
    // outlives calls is not in it: count tables, smoothing scales, packed operands.
    //
    // Parameters:
    //
    // * memory: of the context's own device; NULL (as at first): the context's pool
    // * bytes: its size, 0 where memory is NULL. How much a call needs: scmp_report's bytes_device, of the same call
    //   with or without a workspace. A call that needs more is OUT_OF_MEMORY with both numbers
    //
    // Returns:
    //
    // INVALID_ARGUMENT where one of memory and bytes is 0 and the other is not; UNSUPPORTED where the context's
    // backend is not CUDA
    //
    // Since 0.1.
    import "DPI-C" function int scmp_ctx_set_cuda_workspace(
        input chandle ctx,
        input chandle memory,
        input longint unsigned bytes
    );

    // Waits until the GPUs have done what the context's calls put on their streams, and reports the first error of
    // theirs that no call has reported. It reports an error once, and drops the later ones. Contexts of other
    // backends have nothing to wait for.
    //
    // Returns:
    //
    // NON_FINITE, with which operand of which call since the last synchronization; DEVICE; always SCMP_OK where the
    // context's backend is not CUDA
    //
    // Since 0.1.
    import "DPI-C" function int scmp_ctx_synchronize(input chandle ctx);

    // A 128-bit hash of a tensor's contents, to see whether they have changed: since version 0.2. It is of the
    // elements' bytes in C order alone: strides, and where the memory is, make no difference; shape and dtype are
    // for the caller to compare. The same on every backend, instruction set and thread count; of machines with the
    // same byte order.
    //
    // XXH3 (128 bits, seed 0) of the bytes where there are at most 262,144; else of the hashes of all pieces of
    // 262,144 bytes (the last may be shorter), one behind the other in xxHash's canonical form, with the number of
    // all bytes as seed. Two tensors with different bytes have the same hash by chance only, 1 in 2^128; it is no
    // cryptographic hash.
    //
    // Parameters:
    //
    // * t: any dtype, in host memory or on the context's device
    // * hash: output, 2 numbers: the low and the high 64 bits
    //
    // Returns:
    //
    // INVALID_ARGUMENT, INVALID_SHAPE, UNSUPPORTED, OUT_OF_MEMORY, DEVICE, CANCELLED
    //
    // Since 0.2.
    import "DPI-C" function int scmp_tensor_hash(input chandle ctx, input chandle t, inout longint unsigned hash);

    // Name of a scramble mode as files and the command line spell it, "always_bitrev"; "unknown" for none.
    //
    // Since 0.1.
    import "DPI-C" function string scmp_scramble_name(input int scramble);

    // Fills `generator` with the defaults: the default left Sobol. NULL is ignored.
    //
    // Parameters:
    //
    // * size: sizeof(scmp_generator) of the program, which scmp_generator_init hands in
    //
    // Since 0.1.
    import "DPI-C" function void scmp_generator_init_sized(input chandle generator, input longint unsigned size);

    // Fills `desc` with the defaults: an empty pool for p = 8. NULL is ignored.
    //
    // Parameters:
    //
    // * size: sizeof(scmp_config_desc) of the program, which scmp_config_desc_init hands in
    //
    // Since 0.1.
    import "DPI-C" function void scmp_config_desc_init_sized(input chandle desc, input longint unsigned size);

    // A named configuration: sobol_simple (the default of every call), sobol_antithetic, sobol_altseed,
    // lfsr_default, sobol_unbiased, sobol_tuned (sc_prec 4 .. 10 only). It serves any D.
    //
    // Returns:
    //
    // INVALID_ARGUMENT for sc_prec; INVALID_CONFIG for an unknown name, or one not defined at this sc_prec
    //
    // Since 0.1.
    import "DPI-C" function int scmp_config_create_named(
        input chandle ctx,
        input string name,
        input int sc_prec,
        inout chandle out
    );

    // Number of named configurations, and their names in the order of the list above; "unknown" for a bad index.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_config_name_count();

    // Number of named configurations, and their names in the order of the list above; "unknown" for a bad index.
    //
    // Since 0.1.
    import "DPI-C" function string scmp_config_name(input int index);

    // A configuration from JSON text: the dictionary of Spec 3 (rng_pool, sng, scramble_mode), or an object that has
    // it under "config" beside a "metadata" of any kind. Small temporaries of the parser come from operator new.
    //
    // Parameters:
    //
    // * text: UTF-8, not necessarily terminated
    // * length: its bytes, without a terminating 0: all of them are JSON, and blanks around it
    //
    // Returns:
    //
    // FORMAT where it is not JSON (a zero byte, a byte order mark, or anything but blanks behind the text is none),
    // or has a key twice in an object; INVALID_CONFIG where it breaks a rule, naming the entry
    //
    // Since 0.1.
    import "DPI-C" function int scmp_config_create_json(
        input chandle ctx,
        input string text,
        input longint unsigned length,
        input int sc_prec,
        inout chandle out
    );

    // A configuration from data (see scmp_config_desc).
    //
    // Returns:
    //
    // INVALID_ARGUMENT or INVALID_CONFIG, naming the entry
    //
    // Since 0.1.
    import "DPI-C" function int scmp_config_create(input chandle ctx, input chandle desc, inout chandle out);

    // Destroys a configuration and sets the pointer to NULL. NULL and a pointer to NULL are ignored.
    //
    // Since 0.1.
    import "DPI-C" function void scmp_config_destroy(inout chandle config_);

    // Writes a configuration as JSON for the first `d` inner indices, such that scmp_config_create_json reads it
    // back.
    //
    // Parameters:
    //
    // * buffer: gets the text and a terminating 0 where `capacity` is enough, otherwise is left alone; may be NULL
    //   where capacity is 0
    // * needed: gets the number of bytes with the terminating 0, whatever the capacity
    //
    // Returns:
    //
    // INVALID_ARGUMENT where 0 < capacity < *needed; INVALID_CONFIG where it has fewer than d entries
    //
    // Since 0.1.
    import "DPI-C" function int scmp_config_to_json(
        input chandle ctx,
        input chandle config_,
        input longint d,
        input chandle buffer,
        input longint unsigned capacity,
        inout longint unsigned needed
    );

    // The sc_prec that a configuration is for; 0 for NULL.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_config_sc_prec(input chandle config_);

    // Number of inner indices that a configuration serves: INT64_MAX for a uniform one; 0 for NULL.
    //
    // Since 0.1.
    import "DPI-C" function longint scmp_config_d_max(input chandle config_);

    // A sentence about a probable mistake in a configuration: a generator in use that repeats before its type must
    // (an LFSR before 2^p - 1 draws, or before 2^p with lfsr_zero_state), with its period. "" where there is none,
    // and for NULL. A context with a log callback logs it when it makes the configuration or first uses it. Valid as
    // long as the configuration. Since version 0.2.
    //
    // Since 0.2.
    import "DPI-C" function string scmp_config_warning(input chandle config_);

    // Names as the command line spells them, "per_row", "bipolar"; "unknown" for none.
    //
    // Since 0.1.
    import "DPI-C" function string scmp_granularity_name(input int granularity);

    // Names as the command line spells them, "per_row", "bipolar"; "unknown" for none.
    //
    // Since 0.1.
    import "DPI-C" function string scmp_mode_name(input int mode);

    // Fills `report` with zeros and its size. NULL is ignored.
    //
    // Parameters:
    //
    // * size: sizeof(scmp_report) of the program, which scmp_report_init hands in
    //
    // Since 0.1.
    import "DPI-C" function void scmp_report_init_sized(input chandle report, input longint unsigned size);

    // Fills `options` with the defaults. NULL is ignored.
    //
    // Parameters:
    //
    // * size: sizeof(scmp_matmul_options) of the program, which scmp_matmul_options_init hands in
    //
    // Since 0.1.
    import "DPI-C" function void scmp_matmul_options_init_sized(input chandle options, input longint unsigned size);

    // Fills `call` with its size and NULLs. NULL is ignored.
    //
    // Parameters:
    //
    // * size: sizeof(scmp_call) of the program, which scmp_call_init hands in. Since version 0.2.
    //
    // Since 0.1.
    import "DPI-C" function void scmp_call_init_sized(input chandle call, input longint unsigned size);

    // Y ~ a @ b.T on the array (Spec 2 to 7): smooth, quantize, count, dequantize.
    //
    // With a CUDA context, a, b, y and call->counts may each be in host memory or on a GPU; options->smooth is in
    // host memory. Where all of them are on a GPU the call does not wait, and NON_FINITE comes from
    // scmp_ctx_synchronize: see section 4, "CUDA contexts". Device memory beyond operands and results: 2 bytes an
    // element of a and b, scales (24 bytes a scope), 4 bytes an element of Y where the inner dimension is shared out
    // among blocks (small products), 8 with 0 < chunk_d < D, and at most about 64 MiB of count tables.
    //
    // A dimension may be 0: the result is empty, or all +0.0 where only D is 0. Memory beyond the output: the
    // quantized operands (1 or 2 bytes an element), the count tables, and per thread a few blocks
    // (docs/performance.md, "Memory").
    //
    // Parameters:
    //
    // * a: (N, D) or (BH, N, D); F32, F16, BF16 or F64; finite
    // * b: (M, D) or (BH, M, D); likewise, of the rank of a
    // * options: NULL for the defaults
    // * call: further outputs; NULL for none
    // * y: output, F32, (N, M) or (BH, N, M); NULL where only call->counts is wanted
    //
    // Returns:
    //
    // INVALID_ARGUMENT, D_MISMATCH, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE, SCALES_NOT_1D, INVALID_SCALES,
    // INVALID_CONFIG, UNSUPPORTED, OVERLAP, OUT_OF_MEMORY, DEVICE, CANCELLED
    //
    // Since 0.1.
    import "DPI-C" function int scmp_matmul(
        input chandle ctx,
        input chandle a,
        input chandle b,
        input chandle options,
        input chandle call,
        input chandle y
    );

    // Packs b under `options`, which every product with it then uses. With a CUDA context b may be on a GPU; the
    // call waits until it has been read.
    //
    // Returns:
    //
    // as scmp_matmul
    //
    // Since 0.1.
    import "DPI-C" function int scmp_packed_create(
        input chandle ctx,
        input chandle b,
        input chandle options,
        inout chandle out
    );

    // Destroys a packed operand and sets the pointer to NULL. NULL and a pointer to NULL are ignored. One on a GPU
    // waits for all the work on that GPU, since any stream may still use it.
    //
    // Since 0.1.
    import "DPI-C" function void scmp_packed_destroy(inout chandle packed_);

    // Bytes that a packed operand holds, on a GPU as well; 0 for NULL.
    //
    // Since 0.1.
    import "DPI-C" function longint unsigned scmp_packed_bytes(input chandle packed_);

    // scmp_packed_shape() is not here: it gives a struct by value.

    // The product with a packed right operand: exactly scmp_matmul with the operand and options that were packed.
    //
    // Parameters:
    //
    // * call: further outputs; NULL for none
    // * y: as for scmp_matmul
    //
    // Returns:
    //
    // as scmp_matmul; INVALID_ARGUMENT where `packed` was made for another backend or instruction set
    //
    // Since 0.1.
    import "DPI-C" function int scmp_matmul_packed(
        input chandle ctx,
        input chandle a,
        input chandle packed_,
        input chandle call,
        input chandle y
    );

    // The value of SCMP_SMOOTH_EPS.
    //
    // Since 0.1.
    import "DPI-C" function real scmp_smooth_eps();

    // Empty statistics over `d` inner indices.
    //
    // Parameters:
    //
    // * dtype: F32, or F64, which keeps F64 observations exactly
    //
    // Returns:
    //
    // INVALID_SHAPE for d < 0; INVALID_DTYPE for another dtype
    //
    // Since 0.1.
    import "DPI-C" function int scmp_calib_create(
        input chandle ctx,
        input longint d,
        input int dtype,
        inout chandle out
    );

    // Destroys statistics and sets the pointer to NULL. NULL and a pointer to NULL are ignored.
    //
    // Since 0.1.
    import "DPI-C" function void scmp_calib_destroy(inout chandle calib);

    // Takes in activations: max[d] = max(max[d], |x[..., d]|).
    //
    // Statistics are in host memory: the D maxima of an x on the device come back.
    //
    // Parameters:
    //
    // * x: (..., D), rank 1 or more, any float dtype, finite (masked-out rows too)
    // * row_mask: U8 or I8 of x's leading shape, rows with 0 do not count; NULL: every row counts
    //
    // Returns:
    //
    // D_MISMATCH; INVALID_SHAPE for rank 0 or a mask of another shape; INVALID_DTYPE; NON_FINITE (an F64 beyond F32
    // in F32 statistics too); CANCELLED
    //
    // Since 0.1.
    import "DPI-C" function int scmp_calib_observe(input chandle calib, input chandle x, input chandle row_mask);

    // Takes in other statistics of the same D: maxima are combined, rows added. Merging is associative and
    // commutative. `from` may be of another context and dtype (F64 into F32 rounds to nearest).
    //
    // Returns:
    //
    // D_MISMATCH; NON_FINITE
    //
    // Since 0.1.
    import "DPI-C" function int scmp_calib_merge(input chandle calib, input chandle from);

    // Writes the maxima.
    //
    // Parameters:
    //
    // * act: (D,), F32, F16, BF16 or F64, one rounding each; F16 and BF16 saturate.
    //
    // Returns:
    //
    // D_MISMATCH, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE (F64 statistics beyond an F32 act)
    //
    // Since 0.1.
    import "DPI-C" function int scmp_calib_act_scales(input chandle calib, input chandle act);

    // Number of rows that counted so far; 0 for NULL.
    //
    // Since 0.1.
    import "DPI-C" function longint unsigned scmp_calib_rows(input chandle calib);

    // D of the statistics; 0 for NULL.
    //
    // Since 0.1.
    import "DPI-C" function longint scmp_calib_d(input chandle calib);

    // F32 or F64; F32 for NULL.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_calib_dtype(input chandle calib);

    // Writes statistics to a file, all or nothing: a temporary file beside it is renamed over it once it is on disk.
    // Where `path` is a symbolic link, what it leads to is written. A file that was there leaves its permissions to
    // the new one, and its owner and group where the process may give them.
    //
    // The format is safetensors: 8 bytes little-endian header length, a JSON header, the data. One tensor
    // "act_scales", F32 or F64, (D,). "__metadata__" has strings: "format" = "scmp-calib", "format_version" = "1",
    // "spec_version", "library_version", "rows" (decimal), "checksum" = 16 hexadecimal digits of 64-bit FNV-1a over
    // the dtype's name ("F32"), the decimal rows, a zero byte after each, and the data bytes. Further strings may
    // stand beside them.
    //
    // Returns:
    //
    // IO
    //
    // Since 0.1.
    import "DPI-C" function int scmp_calib_save(input chandle calib, input string path);

    // Reads statistics back.
    //
    // Parameters:
    //
    // * d: the D that they must have, or SCMP_NOT_GIVEN for any
    //
    // Returns:
    //
    // IO; FORMAT for a file that is truncated, corrupt, of another kind or a later version, or that safetensors
    // forbids (a key twice, blanks before the header, bytes that belong to no tensor); D_MISMATCH
    //
    // Since 0.1.
    import "DPI-C" function int scmp_calib_load(
        input chandle ctx,
        input string path,
        input longint d,
        inout chandle out
    );

    // Smoothing scales with eps = SCMP_SMOOTH_EPS: s[d] = max(act[d], eps)^alpha / max(wmax[d], eps)^(1 - alpha), at
    // least eps. The working type is f64 where the statistics or a weight are F64, else f32.
    //
    // The maxima of weights on the device are found there; the scales are computed on the CPU, wherever `scales` is.
    //
    // Parameters:
    //
    // * weights: `weight_count` views (M_i, D), or (BH, M_i, D), of the weights that share this input; wmax is the
    //   maximum over all of them
    // * weight_count: at least 1
    // * alpha: 0 (everything stays in the activations) .. 1 (everything moves into the weights)
    // * scales: output (D,), F32, F16, BF16 or F64: one rounding from the working type; where that gives 0 or
    //   infinity, the nearest positive finite number of the type
    //
    // Returns:
    //
    // INVALID_ALPHA, D_MISMATCH, SCALES_NOT_1D, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE, OVERLAP
    //
    // Since 0.1.
    import "DPI-C" function int scmp_smooth_scales(
        input chandle calib,
        input chandle weights,
        input longint unsigned weight_count,
        input real alpha,
        input chandle scales
    );

    // As scmp_smooth_scales, from activation maxima as an array (D,), finite and not negative, and with eps > 0
    // given.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_smooth_scales_from(
        input chandle ctx,
        input chandle act,
        input chandle weights,
        input longint unsigned weight_count,
        input real alpha,
        input real eps,
        input chandle scales
    );

    // x / s along the last axis: the activation's half of smoothing. True division in f64 where x or s is F64, else
    // in f32, then one rounding to the type of `out`. A result beyond it saturates at the largest finite number
    // where `out` is F16 or BF16, and is NON_FINITE where it is F32 or F64, as in a product with `smooth`.
    //
    // Parameters:
    //
    // * x: (..., D), rank 1 or more, any float dtype, finite
    // * scales: (D,), any float dtype, positive and finite
    // * out: of x's shape, any float dtype; may be x itself (same data, dtype and strides)
    //
    // Returns:
    //
    // D_MISMATCH, SCALES_NOT_1D, INVALID_SCALES, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE, OVERLAP
    //
    // Since 0.1.
    import "DPI-C" function int scmp_smooth_activation(
        input chandle ctx,
        input chandle x,
        input chandle scales,
        input chandle out
    );

    // x * s along the last axis: the weight's half of smoothing. Otherwise as scmp_smooth_activation.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_smooth_weight(
        input chandle ctx,
        input chandle x,
        input chandle scales,
        input chandle out
    );

    // Fills `quantized` with its size and NULLs. NULL is ignored.
    //
    // Parameters:
    //
    // * size: sizeof(scmp_quantized) of the program, which scmp_quantized_init hands in
    //
    // Since 0.1.
    import "DPI-C" function void scmp_quantized_init_sized(input chandle quantized, input longint unsigned size);

    // The scale shape of an operand under `options`, as a contiguous view without data, dtype F64 for per_tensor and
    // F32 otherwise. Only the shape of x is read, wherever it is.
    //
    // Returns:
    //
    // INVALID_ARGUMENT, INVALID_SHAPE, UNSUPPORTED
    //
    // Since 0.1.
    import "DPI-C" function int scmp_scale_shape(
        input chandle x,
        input int side,
        input chandle options,
        input chandle out
    );

    // Ranges of an operand's scopes.
    //
    // Parameters:
    //
    // * x: (rows, D) or (BH, rows, D)
    // * ranges: output, F32, of the scale shape with one more axis of 2: minimum and maximum of the scope; an empty
    //   scope has (+inf, -inf), so that ranges of parts combine by minimum and maximum
    //
    // Since 0.1.
    import "DPI-C" function int scmp_ranges(
        input chandle ctx,
        input chandle x,
        input int side,
        input chandle options,
        input chandle ranges
    );

    // Quantizes an operand (Spec 4, rules B1 to U2 by granularity and mode).
    //
    // Parameters:
    //
    // * x: (rows, D) or (BH, rows, D)
    // * ranges: NULL: the operand's own; else F32 as scmp_ranges writes them (static calibration, or ranges combined
    //   over machines): finite with minimum <= maximum, or (+inf, -inf). Bipolar uses the larger magnitude. Values
    //   beyond the range saturate.
    // * out: the arrays that are not NULL are written
    //
    // Since 0.1.
    import "DPI-C" function int scmp_quantize(
        input chandle ctx,
        input chandle x,
        input int side,
        input chandle options,
        input chandle ranges,
        input chandle out
    );

    // Integer sums of quantized operands (Spec 2): S[n][m] = sum over d of signs times C_d(xa, xb).
    //
    // The device counts up to 1024 different boundaries a side (0 included, and all of the levels' where no other
    // occurs). Beyond that, and to say which boundary or sign is wrong, everything is copied to the host, and the
    // CPU counts.
    //
    // Parameters:
    //
    // * a: boundary, (N, D) and (M, D) or with BH, values 0 .. G (need not be those of any level); sign, or NULL
    //   where all are positive; the rest is not read
    // * b: boundary, (N, D) and (M, D) or with BH, values 0 .. G (need not be those of any level); sign, or NULL
    //   where all are positive; the rest is not read
    // * d_offset: >= 0: inner index 0 of these operands is d_offset of configuration and masks, so that a long D can
    //   be split into parts whose sums add up; must be 0 while 0 < chunk_d < D (indices restart in each chunk)
    // * accumulate: non-zero: add to what `sums` holds, which must then be initialised
    // * sums: output, I32 or I64, (N, M) or (BH, N, M); while 0 < chunk_d < D: (chunks, N, M)
    //
    // Returns:
    //
    // INVALID_ARGUMENT also where a total does not fit I32
    //
    // Since 0.1.
    import "DPI-C" function int scmp_count(
        input chandle ctx,
        input chandle a,
        input chandle b,
        input chandle options,
        input longint d_offset,
        input int accumulate,
        input chandle sums
    );

    // From integer sums to values (Spec 5).
    //
    // Parameters:
    //
    // * sums: I32 or I64, as scmp_count writes them
    // * a: scale, and for unipolar zero_point and row_sum, of the whole D; the rest is not read
    // * b: scale, and for unipolar zero_point and row_sum, of the whole D; the rest is not read
    // * d: the whole D
    // * y: output, F32, (N, M) or (BH, N, M)
    //
    // Since 0.1.
    import "DPI-C" function int scmp_dequantize(
        input chandle ctx,
        input chandle sums,
        input chandle a,
        input chandle b,
        input longint d,
        input chandle options,
        input chandle y
    );

    // Fills `trace` with its size and NULLs. NULL is ignored.
    //
    // Parameters:
    //
    // * size: sizeof(scmp_trace) of the program, which scmp_trace_init hands in
    //
    // Since 0.1.
    import "DPI-C" function void scmp_trace_init_sized(input chandle trace, input longint unsigned size);

    // Name of a signal as the struct, CSV and VCD files spell it, "and_bit"; "none"; "unknown" for no signal.
    //
    // Since 0.1.
    import "DPI-C" function string scmp_signal_name(input int signal);

    // Writes the trace of all outputs of a and b as arrays. Memory beyond the outputs grows with (N + M) * D and L.
    //
    // Parameters:
    //
    // * out: the arrays that are not NULL are written
    //
    // Since 0.1.
    import "DPI-C" function int scmp_trace_arrays(
        input chandle ctx,
        input chandle a,
        input chandle b,
        input chandle options,
        input longint d_offset,
        input chandle out
    );

    // scmp_trace_csv() is not here: it takes a callback.

    // scmp_trace_vcd() is not here: it takes a callback.

    // Fills `divergence` with its size and "none". NULL is ignored.
    //
    // Parameters:
    //
    // * size: sizeof(scmp_divergence) of the program, which scmp_divergence_init hands in
    //
    // Since 0.1.
    import "DPI-C" function void scmp_divergence_init_sized(input chandle divergence, input longint unsigned size);

    // Compares observed arrays with the trace, and reports the first difference: outputs in ascending order of n,
    // then m; of each the inner indices, of each sign, then the cycles, in a cycle the signals in the order of
    // scmp_signal, then count; after all inner indices sum. Arrays without an axis m (or n) are looked at with the
    // first m (n).
    //
    // Parameters:
    //
    // * observed: inputs of the shapes and dtypes that scmp_trace_arrays writes; NULL: not compared
    // * out: gets the first difference
    //
    // Since 0.1.
    import "DPI-C" function int scmp_trace_compare(
        input chandle ctx,
        input chandle a,
        input chandle b,
        input chandle options,
        input longint d_offset,
        input chandle observed,
        input chandle out
    );

    // The integer sums after each of some numbers of cycles.
    //
    // Parameters:
    //
    // * cycles: (T,), I16 or I32, T at least 1, values 0 .. L in any order
    // * sums: output, I32 or I64, (T, N, M) or (T, BH, N, M); with c = L what scmp_count gives
    //
    // Returns:
    //
    // also CANCELLED
    //
    // Since 0.1.
    import "DPI-C" function int scmp_progressive_counts(
        input chandle ctx,
        input chandle a,
        input chandle b,
        input chandle options,
        input longint d_offset,
        input chandle cycles,
        input chandle sums
    );

    // For each output the fewest of some numbers of cycles from which on it stays near a value: the least c of the
    // list such that for it and for every later c of the list |S_c * L - target * c| <= tolerance * c, S_c the sum
    // after c cycles; in f64, each operation rounded once. That is: extrapolated to L cycles, the sum is off by
    // `tolerance` ones at most.
    //
    // Parameters:
    //
    // * cycles: (T,), I16 or I32, T at least 1, ascending, values 1 .. L
    // * target: F32 or F64, (N, M) or (BH, N, M), finite, in ones of a full stream: the exact product, say; NULL:
    //   the sum after L cycles (one more product where L is not in the list)
    // * tolerance: finite, at least 0
    // * out: output, I16 or I32, of the shape of target: the number of cycles, or -1 where there is none
    //
    // Returns:
    //
    // also NON_FINITE for target; CANCELLED
    //
    // Since 0.1.
    import "DPI-C" function int scmp_cycles_to_tolerance(
        input chandle ctx,
        input chandle a,
        input chandle b,
        input chandle options,
        input longint d_offset,
        input chandle cycles,
        input chandle target,
        input real tolerance,
        input chandle out
    );

    // The value of SCMP_ACCUMULATOR_WIDTH_MAX.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_accumulator_width_max();

    // Fills `accumulator` with the defaults. NULL is ignored.
    //
    // Parameters:
    //
    // * size: sizeof(scmp_accumulator) of the program, which scmp_accumulator_init hands in
    //
    // Since 0.1.
    import "DPI-C" function void scmp_accumulator_init_sized(input chandle accumulator, input longint unsigned size);

    // Levels of the adder tree over `d` inner indices, the leaves' included: 1 + ceil(log2 d), or 1 for d < 2.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_adder_tree_levels(input longint d);

    // The numbers that the array's accumulators hold in the end.
    //
    // An overflow is a step whose exact result is outside the range of its counter: for per_index and per_output an
    // AND bit that is counted, for the tree a number that enters a level. In the tree, level 0 takes the signed
    // counts of the inner indices; level l takes the sums of neighbours of level l - 1 (0 and 1, 2 and 3, ...; a
    // last one alone is passed on).
    //
    // Parameters:
    //
    // * accumulator: NULL for the defaults
    // * sums: output, I32 or I64, (N, M); wide enough counters give scmp_count's
    // * overflows: output, I32 or I64, (N, M): overflows on the way to each; NULL: not wanted
    // * level_overflows: output, I64, (scmp_adder_tree_levels(D),): overflows of each level over all outputs; adder
    //   tree only (UNSUPPORTED); NULL: not wanted
    //
    // Returns:
    //
    // INVALID_ARGUMENT also where a number of overflows does not fit I32
    //
    // Since 0.1.
    import "DPI-C" function int scmp_accumulate(
        input chandle ctx,
        input chandle a,
        input chandle b,
        input chandle options,
        input longint d_offset,
        input chandle accumulator,
        input chandle sums,
        input chandle overflows,
        input chandle level_overflows
    );

    // The least width at which no counter overflows on these operands (SCMP_OVERFLOW_WRAP or SCMP_OVERFLOW_SATURATE:
    // the same).
    //
    // Parameters:
    //
    // * accumulator: place and growth are read; NULL for the defaults
    // * width: gets the bits, at least 1
    //
    // Since 0.1.
    import "DPI-C" function int scmp_accumulator_width(
        input chandle ctx,
        input chandle a,
        input chandle b,
        input chandle options,
        input longint d_offset,
        input chandle accumulator,
        inout int width
    );

    // The least width at which no counter overflows on any operands of `d` inner indices, whatever the generators:
    // full boundaries of one sign reach it.
    //
    // Returns:
    //
    // INVALID_ARGUMENT; INVALID_SHAPE for d < 0 or d * L over SCMP_D_TIMES_L_MAX
    //
    // Since 0.1.
    import "DPI-C" function int scmp_accumulator_width_any(
        input chandle options,
        input longint d,
        input chandle accumulator,
        inout int width
    );

    // OR: in each cycle a group counts one up if any of its AND bits with sign 1 is set, and one down if any with
    // sign -1 is (two wires a group, one of each sign). Not linear: ones that meet in a cycle are lost. group = 1 is
    // scmp_count.
    //
    // Parameters:
    //
    // * group: at least 1
    // * sums: output, I32 or I64, (N, M)
    //
    // Since 0.1.
    import "DPI-C" function int scmp_count_or(
        input chandle ctx,
        input chandle a,
        input chandle b,
        input chandle options,
        input longint d_offset,
        input longint group,
        input chandle sums
    );

    // MUX, scaled addition (Gaines, "Stochastic computing systems", 1969): in each cycle one inner index of every
    // group is selected, and its AND bit counted with its sign. An estimate of the exact sum is `group` times the
    // result.
    //
    // Parameters:
    //
    // * group: 1 .. 2^31 - 1
    // * select: (L,), I16 or I32: which of a group, 0 .. group - 1, in each cycle, the same for all groups; a place
    //   that the last group lacks counts nothing. NULL: cycle t selects t mod group
    // * sums: output, I32 or I64, (N, M)
    //
    // Since 0.1.
    import "DPI-C" function int scmp_count_mux(
        input chandle ctx,
        input chandle a,
        input chandle b,
        input chandle options,
        input longint d_offset,
        input longint group,
        input chandle select,
        input chandle sums
    );

    // Stochastic cross-correlation of the two streams that meet at the AND gate of inner index `d`: 1 where ones
    // overlap as much as they can, -1 where as little as they can, 0 where as independent streams would, and where
    // one is constant (Alaghi and Hayes, "Exploiting correlation in stochastic circuit design", ICCD 2013). The left
    // stream is the enable; the right one is the right bit of section 1, held while it is not enabled.
    //
    // Parameters:
    //
    // * x: (X,) and (Y,), I16 or I32, boundaries 0 .. G; NULL: all of 0 .. G
    // * y: (X,) and (Y,), I16 or I32, boundaries 0 .. G; NULL: all of 0 .. G
    // * out: output, F32 or F64, (X, Y)
    //
    // Since 0.1.
    import "DPI-C" function int scmp_stream_correlation(
        input chandle ctx,
        input chandle options,
        input longint d,
        input chandle x,
        input chandle y,
        input chandle out
    );

    // Fills `error` with zeros and its size. NULL is ignored.
    //
    // Parameters:
    //
    // * size: sizeof(scmp_table_error) of the program, which scmp_table_error_init hands in
    //
    // Since 0.1.
    import "DPI-C" function void scmp_table_error_init_sized(input chandle error, input longint unsigned size);

    // The error of the count tables of the inner indices d_offset .. d_offset + d - 1, over all pairs of some
    // boundaries.
    //
    // Parameters:
    //
    // * d: at least 1, each index has the same weight
    // * x: (X,) and (Y,), I16 or I32, at least one boundary 0 .. G; NULL: all of 0 .. G
    // * y: (X,) and (Y,), I16 or I32, at least one boundary 0 .. G; NULL: all of 0 .. G
    // * x_weight: (X,) and (Y,), any float dtype, I32 or I64, finite, none negative, not all 0: a pair's weight is
    //   the product of the two, a histogram of the operands', say; NULL: all alike. Pairs of weight 0 do not count
    //   for max_abs
    // * y_weight: (X,) and (Y,), any float dtype, I32 or I64, finite, none negative, not all 0: a pair's weight is
    //   the product of the two, a histogram of the operands', say; NULL: all alike. Pairs of weight 0 do not count
    //   for max_abs
    // * out: gets the numbers, f64 arithmetic
    //
    // Returns:
    //
    // also NON_FINITE
    //
    // Since 0.1.
    import "DPI-C" function int scmp_count_table_error(
        input chandle ctx,
        input chandle options,
        input longint d_offset,
        input longint d,
        input chandle x,
        input chandle y,
        input chandle x_weight,
        input chandle y_weight,
        input chandle out
    );

    // Fills `weights` with its size and NULLs. NULL is ignored.
    //
    // Parameters:
    //
    // * size: sizeof(scmp_score_weights) of the program, which scmp_score_weights_init hands in
    //
    // Since 0.1.
    import "DPI-C" function void scmp_score_weights_init_sized(input chandle weights, input longint unsigned size);

    // Scores many generators for the right side at once, for a search: with each in place of the right generator of
    // inner index `d` (whose permutation, complement and mask stay), error is count - target, and
    //
    // squares[i] = sum over x, y of square[x][y] * error^2, sums[i][t] = sum over x, y of sum[t][x][y] * error
    //
    // in f64; the same numbers on every machine. A candidate of 8 bits takes microseconds.
    //
    // Parameters:
    //
    // * candidates: `count` generators, each filled with scmp_generator_init first
    // * weights: NULL: all boundaries alike
    // * squares: output, F32 or F64, (count,)
    // * sums: output, F32 or F64, (count, T); NULL: not wanted
    //
    // Returns:
    //
    // INVALID_CONFIG also for a candidate that breaks a rule of Spec 3; also NON_FINITE for weights
    //
    // Since 0.1.
    import "DPI-C" function int scmp_score_generators(
        input chandle ctx,
        input chandle options,
        input longint d,
        input chandle candidates,
        input longint unsigned count,
        input chandle weights,
        input chandle squares,
        input chandle sums
    );

    // Star discrepancy on the grid of the sequence that one side of inner index `d` sees (Niederreiter, "Random
    // number generation and quasi-Monte Carlo methods", 1992, 2.1): the largest | #{t < L : r[t] < x} / L - x / G |
    // over x = 0 .. G; on the left that is the largest error of a stream's density.
    //
    // Parameters:
    //
    // * out: gets the number, 0 .. 1
    //
    // Since 0.1.
    import "DPI-C" function int scmp_sequence_discrepancy(
        input chandle ctx,
        input chandle options,
        input int side,
        input longint d,
        inout real out
    );

    // Name of a finding, "same_generator"; "unknown" for none.
    //
    // Since 0.1.
    import "DPI-C" function string scmp_lint_name(input int code);

    // scmp_lint() is not here: it takes a callback.

    // The default Sobol seeds of a side (Spec 3).
    //
    // Parameters:
    //
    // * seeds: gets sc_prec numbers.
    //
    // Returns:
    //
    // INVALID_ARGUMENT
    //
    // Since 0.1.
    import "DPI-C" function int scmp_sobol_seeds(input int side, input int sc_prec, input chandle seeds);

    // Number of maximal-length tap sets of an LFSR of this width; 0 for width 1 and for a width out of range.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_lfsr_tap_set_count(input int sc_prec);

    // One maximal-length tap set in the canonical order of Spec 3; index 0 is the default.
    //
    // Parameters:
    //
    // * taps: gets at most sc_prec positions, descending
    // * count: gets how many
    //
    // Returns:
    //
    // INVALID_ARGUMENT for a width or index out of range
    //
    // Since 0.1.
    import "DPI-C" function int scmp_lfsr_tap_set(
        input int sc_prec,
        input int index,
        input chandle taps,
        inout int count
    );

    // The first draws of one generator, without permutation, complement, scramble or rescale.
    //
    // Parameters:
    //
    // * out: (T,), I16 or I32, T at most 2^sc_prec
    //
    // Returns:
    //
    // INVALID_ARGUMENT, INVALID_CONFIG, INVALID_SHAPE, INVALID_DTYPE
    //
    // Since 0.1.
    import "DPI-C" function int scmp_generator_draws(
        input chandle ctx,
        input chandle generator,
        input int sc_prec,
        input chandle out
    );

    // The draws that the circuit of inner index `d` sees on one side: after permutation, complement, scramble and
    // rescale.
    //
    // Parameters:
    //
    // * out: (L,), I16 or I32
    //
    // Since 0.1.
    import "DPI-C" function int scmp_sequence(
        input chandle ctx,
        input chandle options,
        input int side,
        input longint d,
        input chandle out
    );

    // mask[d] of a scramble mode: what is xored into draws where it applies; 0 for off, for a negative d and for a
    // width out of range; NOT_GIVEN counts as bitrev.
    //
    // Since 0.1.
    import "DPI-C" function int unsigned scmp_scramble_mask(input int scramble, input longint d, input int sc_prec);

    // 1 where the mode applies its masks at this stream length and grid (Spec 3), else 0.
    //
    // Since 0.1.
    import "DPI-C" function int scmp_scramble_applies(
        input int scramble,
        input int sc_prec,
        input int stoc_len,
        input int rng_levels
    );

    // floor(draw * rng_levels / 2^sc_prec): the rescale of a draw where rng_levels != 2^sc_prec (Spec 3).
    //
    // Since 0.1.
    import "DPI-C" function int unsigned scmp_rescale(input int unsigned draw, input int sc_prec, input int rng_levels);

    // The boundaries of the levels 0 .. q_max (Spec 4), by the rule that the options imply for an operand without
    // chunks, or with them where chunk_d > 0.
    //
    // Parameters:
    //
    // * out: (q_max + 1,), I16 or I32
    //
    // Since 0.1.
    import "DPI-C" function int scmp_level_boundaries(input chandle options, input chandle out);

    // The count table of inner index `d`: out[i][j] = C_d(x[i], y[j]).
    //
    // Parameters:
    //
    // * x: (X,) and (Y,), I16 or I32, boundaries 0 .. G; NULL: all of 0 .. G
    // * y: (X,) and (Y,), I16 or I32, boundaries 0 .. G; NULL: all of 0 .. G
    // * out: (X, Y), I16 or I32
    //
    // Since 0.1.
    import "DPI-C" function int scmp_count_table(
        input chandle ctx,
        input chandle options,
        input longint d,
        input chandle x,
        input chandle y,
        input chandle out
    );

    // Finds the inner indices that share a count table: there is 1 table where every index is alike, at most 2^p
    // under scramble of one pair of generators.
    //
    // Parameters:
    //
    // * d: number of inner indices
    // * index: output (d,), I32: the table of each; NULL: not wanted
    // * table_count: gets the number of different tables
    //
    // Since 0.1.
    import "DPI-C" function int scmp_table_index(
        input chandle ctx,
        input chandle options,
        input longint d,
        input chandle index,
        inout int table_count
    );
endpackage
`endif
