//! The constants, structs and functions of the headers.
//!
//! Written by bindings/generator/generate.py from the headers in include/scmp: change those, then run it again.

use std::marker::{PhantomData, PhantomPinned};
use std::os::raw::{c_char, c_void};

/// Version of the header that these declarations were written from.
pub const HEADER_VERSION: &str = "0.2.0";
/// Version of this header. The shared library's SONAME carries SCMP_VERSION_MAJOR.
///
/// Since 0.1.
pub const SCMP_VERSION_MAJOR: i32 = 0;
/// Version of this header. The shared library's SONAME carries SCMP_VERSION_MAJOR.
///
/// Since 0.1.
pub const SCMP_VERSION_MINOR: i32 = 2;
/// Version of this header. The shared library's SONAME carries SCMP_VERSION_MAJOR.
///
/// Since 0.1.
pub const SCMP_VERSION_PATCH: i32 = 0;
/// Version of the arithmetic specification that the numbers follow. Every file that the library writes carries it.
///
/// Since 0.1.
pub const SCMP_SPEC_VERSION: i32 = 1;
/// dimensions of a tensor view
///
/// Since 0.1.
pub const SCMP_MAX_RANK: i32 = 8;
/// bits of precision p, both modes
///
/// Since 0.1.
pub const SCMP_SC_PREC_MAX: i32 = 10;
/// below it q_max = 2^(p-1) - 1 would be 0
///
/// Since 0.1.
pub const SCMP_SC_PREC_MIN_BIPOLAR: i32 = 2;
/// q_max = 2^p - 1
///
/// Since 0.1.
pub const SCMP_SC_PREC_MIN_UNIPOLAR: i32 = 1;
/// grid size G; the least is 1. stoc_len is 1 .. 2^p
///
/// Since 0.1.
pub const SCMP_RNG_LEVELS_MAX: i32 = 16384;
/// D * L at most, so that every sum fits an int32
///
/// Since 0.1.
pub const SCMP_D_TIMES_L_MAX: i32 = 2147483647;
/// "Not given" for the options a caller may leave open: stoc_len, rng_levels, threads.
///
/// Since 0.1.
pub const SCMP_NOT_GIVEN: i32 = -1;
/// The place of a tensor's memory: SCMP_DEVICE_CPU for host memory, SCMP_DEVICE_CUDA_0 + i for CUDA device i, i up
/// to 65534. Larger numbers are kept for devices of other kinds.
///
/// Since 0.1.
pub const SCMP_DEVICE_CPU: i32 = 0;
/// The place of a tensor's memory: SCMP_DEVICE_CPU for host memory, SCMP_DEVICE_CUDA_0 + i for CUDA device i, i up
/// to 65534. Larger numbers are kept for devices of other kinds.
///
/// Since 0.1.
pub const SCMP_DEVICE_CUDA_0: i32 = 1;
/// eps of Spec 6 where a function takes none: the floor of maxima and scales.
///
/// Since 0.1.
pub const SCMP_SMOOTH_EPS: f64 = 1e-05;
/// Widest counter of an accumulator, in bits.
///
/// Since 0.1.
pub const SCMP_ACCUMULATOR_WIDTH_MAX: i32 = 32;

/// The outcome of a call. Values are pinned: they never change and are never reused.
///
/// The status of each bad input:
///
/// | input                                                                          | status             |
/// | ------------------------------------------------------------------------------ | ------------------ |
/// | a NULL where none is allowed, an unknown enumeration value, an option struct   | INVALID_ARGUMENT   |
/// |   that was not initialised, sc_prec, stoc_len, rng_levels, a group, a thread   |                    |
/// |   count, eps or a table index out of its range, a boundary outside 0..G,       |                    |
/// |   a sign outside -1..1                                                         |                    |
/// | alpha outside \[0, 1], or NaN                                                   | INVALID_ALPHA      |
/// | two things that must have the same D and do not                                | D_MISMATCH         |
/// | smoothing scales that are not one-dimensional                                  | SCALES_NOT_1D      |
/// | smoothing scales that are not all positive and finite                          | INVALID_SCALES     |
/// | rank other than 2 or 3, ranks that differ, BH that differ, an output of another| INVALID_SHAPE      |
/// |   shape, a negative size, sizes or strides whose product overflows, D * L over |                    |
/// |   SCMP_D_TIMES_L_MAX                                                           |                    |
/// | a dtype that this argument cannot have                                         | INVALID_DTYPE      |
/// | NaN or infinity in an operand, before or after smoothing, or an f64 beyond f32 | NON_FINITE         |
/// | a configuration that breaks a rule of Spec 3: unknown key, generator type or   | INVALID_CONFIG     |
/// |   side, unknown preset,                                                        |                    |
/// |   even Sobol seed, LFSR seed 0, taps out of range, an entry missing for an     |                    |
/// |   inner index, sc_prec other than the call's                                   |                    |
/// | options that do not combine (per_head in 2-D or unipolar, chunk_d with         | UNSUPPORTED        |
/// |   anything but per_row, bipolar, 2-D, counts with 0 < chunk_d < D), a backend  |                    |
/// |   or instruction set that this build or machine lacks, a tensor on a device    |                    |
/// |   that the call cannot use                                                     |                    |
/// | an output that overlaps an input, or itself                                    | OVERLAP            |
/// | the allocator returned NULL                                                    | OUT_OF_MEMORY      |
/// | a GPU or its driver failed                                                     | DEVICE             |
/// | a file could not be opened, read or written                                    | IO                 |
/// | a file or JSON text that is truncated, corrupt or of another kind              | FORMAT             |
/// | the cancel callback said so                                                    | CANCELLED          |
///
/// Since 0.1.
pub type scmp_status = i32;
/// See [`scmp_status`].
pub const SCMP_OK: scmp_status = 0;
/// See [`scmp_status`].
pub const SCMP_ERROR_INVALID_ARGUMENT: scmp_status = 1;
/// See [`scmp_status`].
pub const SCMP_ERROR_INVALID_ALPHA: scmp_status = 2;
/// See [`scmp_status`].
pub const SCMP_ERROR_D_MISMATCH: scmp_status = 3;
/// See [`scmp_status`].
pub const SCMP_ERROR_SCALES_NOT_1D: scmp_status = 4;
/// See [`scmp_status`].
pub const SCMP_ERROR_INVALID_SHAPE: scmp_status = 5;
/// See [`scmp_status`].
pub const SCMP_ERROR_INVALID_DTYPE: scmp_status = 6;
/// See [`scmp_status`].
pub const SCMP_ERROR_NON_FINITE: scmp_status = 7;
/// See [`scmp_status`].
pub const SCMP_ERROR_INVALID_CONFIG: scmp_status = 8;
/// See [`scmp_status`].
pub const SCMP_ERROR_UNSUPPORTED: scmp_status = 9;
/// See [`scmp_status`].
pub const SCMP_ERROR_OUT_OF_MEMORY: scmp_status = 10;
/// See [`scmp_status`].
pub const SCMP_ERROR_DEVICE: scmp_status = 11;
/// See [`scmp_status`].
pub const SCMP_ERROR_IO: scmp_status = 12;
/// See [`scmp_status`].
pub const SCMP_ERROR_FORMAT: scmp_status = 13;
/// See [`scmp_status`].
pub const SCMP_ERROR_CANCELLED: scmp_status = 14;
/// See [`scmp_status`].
pub const SCMP_ERROR_INVALID_SCALES: scmp_status = 15;
/// See [`scmp_status`].
pub const SCMP_ERROR_OVERLAP: scmp_status = 16;
/// a defect in the library: please report it
pub const SCMP_ERROR_INTERNAL: scmp_status = 17;

/// Element types. Operands are F32, F16 (IEEE binary16), BF16 (upper half of a binary32) or F64; others where
/// named.
///
/// Since 0.1.
pub type scmp_dtype = i32;
/// See [`scmp_dtype`].
pub const SCMP_DTYPE_F32: scmp_dtype = 0;
/// See [`scmp_dtype`].
pub const SCMP_DTYPE_F16: scmp_dtype = 1;
/// See [`scmp_dtype`].
pub const SCMP_DTYPE_BF16: scmp_dtype = 2;
/// See [`scmp_dtype`].
pub const SCMP_DTYPE_F64: scmp_dtype = 3;
/// See [`scmp_dtype`].
pub const SCMP_DTYPE_I8: scmp_dtype = 4;
/// See [`scmp_dtype`].
pub const SCMP_DTYPE_U8: scmp_dtype = 5;
/// See [`scmp_dtype`].
pub const SCMP_DTYPE_I16: scmp_dtype = 6;
/// See [`scmp_dtype`].
pub const SCMP_DTYPE_I32: scmp_dtype = 7;
/// See [`scmp_dtype`].
pub const SCMP_DTYPE_I64: scmp_dtype = 8;

/// The backends that a context may compute with. All give the same bits.
///
/// Since 0.1.
pub type scmp_backend = i32;
/// the fastest that this machine has; a GPU has to be asked for by name
pub const SCMP_BACKEND_AUTO: scmp_backend = 0;
/// the circuit, cycle by cycle, on one thread: slow and obviously right
pub const SCMP_BACKEND_REFERENCE: scmp_backend = 1;
/// count tables and vector code, threaded
pub const SCMP_BACKEND_CPU: scmp_backend = 2;
/// an NVIDIA GPU for products, and for what else has a tensor on it (sections 7, 8)
pub const SCMP_BACKEND_CUDA: scmp_backend = 3;

/// Severity of a log line.
///
/// Since 0.1.
pub type scmp_log_level = i32;
/// a probable mistake of the caller: scmp_config_warning, once a configuration
pub const SCMP_LOG_WARNING: scmp_log_level = 0;
/// one line for each product: kernel, blocking, where the time went, memory
pub const SCMP_LOG_INFO: scmp_log_level = 1;
/// and one about its tables and the cache
pub const SCMP_LOG_DEBUG: scmp_log_level = 2;

/// Sides of the product. Left (q in configuration files) enables right (k).
///
/// Since 0.1.
pub type scmp_side = i32;
/// See [`scmp_side`].
pub const SCMP_SIDE_LEFT: scmp_side = 0;
/// See [`scmp_side`].
pub const SCMP_SIDE_RIGHT: scmp_side = 1;

/// Kinds of number sequences.
///
/// Since 0.1.
pub type scmp_generator_type = i32;
/// one Sobol dimension in Gray-code order (Antonov and Saleev, 1979)
pub const SCMP_GENERATOR_SOBOL: scmp_generator_type = 0;
/// See [`scmp_generator_type`].
pub const SCMP_GENERATOR_LFSR: scmp_generator_type = 1;
/// CPython's random.Random(seed).randint(0, 2^p - 1), that is MT19937
pub const SCMP_GENERATOR_MT19937: scmp_generator_type = 2;

/// Per inner index xor mask on the draws, the same on both sides (Spec 3, "Scramble").
///
/// Since 0.1.
pub type scmp_scramble = i32;
/// the configuration's mode, or bitrev where it has none
pub const SCMP_SCRAMBLE_NOT_GIVEN: scmp_scramble = 0;
/// mask = bit reversal of d mod 2^p; not on a full stream on the full grid
pub const SCMP_SCRAMBLE_BITREV: scmp_scramble = 1;
/// mask = d mod 2^p; not on a full stream on the full grid
pub const SCMP_SCRAMBLE_COUNTER: scmp_scramble = 2;
/// no mask
pub const SCMP_SCRAMBLE_OFF: scmp_scramble = 3;
/// as bitrev, in every case
pub const SCMP_SCRAMBLE_ALWAYS_BITREV: scmp_scramble = 4;
/// as counter, in every case
pub const SCMP_SCRAMBLE_ALWAYS_COUNTER: scmp_scramble = 5;

/// The elements that share one quantization range (Spec 4, "Scopes").
///
/// Since 0.1.
pub type scmp_granularity = i32;
/// each row, or group of rows (group_a, group_b), of each batch entry
pub const SCMP_GRANULARITY_PER_ROW: scmp_granularity = 0;
/// the whole operand, batches included
pub const SCMP_GRANULARITY_PER_TENSOR: scmp_granularity = 1;
/// each batch entry; bipolar and 3-D only
pub const SCMP_GRANULARITY_PER_HEAD: scmp_granularity = 2;

/// How signed numbers become streams.
///
/// Since 0.1.
pub type scmp_mode = i32;
/// sign and magnitude, q in -q_max .. q_max, q_max = 2^(p-1) - 1
pub const SCMP_MODE_BIPOLAR: scmp_mode = 0;
/// zero point, q in 0 .. q_max, q_max = 2^p - 1
pub const SCMP_MODE_UNIPOLAR: scmp_mode = 1;

/// The arrays of scmp_trace by number.
///
/// Since 0.1.
pub type scmp_signal = i32;
/// See [`scmp_signal`].
pub const SCMP_SIGNAL_NONE: scmp_signal = 0;
/// See [`scmp_signal`].
pub const SCMP_SIGNAL_LEFT_DRAW: scmp_signal = 1;
/// See [`scmp_signal`].
pub const SCMP_SIGNAL_LEFT_BIT: scmp_signal = 2;
/// See [`scmp_signal`].
pub const SCMP_SIGNAL_RIGHT_POSITION: scmp_signal = 3;
/// See [`scmp_signal`].
pub const SCMP_SIGNAL_RIGHT_DRAW: scmp_signal = 4;
/// See [`scmp_signal`].
pub const SCMP_SIGNAL_RIGHT_BIT: scmp_signal = 5;
/// See [`scmp_signal`].
pub const SCMP_SIGNAL_AND_BIT: scmp_signal = 6;
/// See [`scmp_signal`].
pub const SCMP_SIGNAL_PARTIAL: scmp_signal = 7;
/// See [`scmp_signal`].
pub const SCMP_SIGNAL_SIGN: scmp_signal = 8;
/// See [`scmp_signal`].
pub const SCMP_SIGNAL_COUNT: scmp_signal = 9;
/// See [`scmp_signal`].
pub const SCMP_SIGNAL_SUM: scmp_signal = 10;

/// The places that an accumulator's counters may have.
///
/// Since 0.1.
pub type scmp_accumulator_place = i32;
/// See [`scmp_accumulator_place`].
pub const SCMP_ACCUMULATOR_PER_INDEX: scmp_accumulator_place = 0;
/// one signed up/down counter; inner indices one after another, L cycles each
pub const SCMP_ACCUMULATOR_PER_OUTPUT: scmp_accumulator_place = 1;
/// exact signed counts meet pairwise; each level of adders has a width
pub const SCMP_ACCUMULATOR_ADDER_TREE: scmp_accumulator_place = 2;

/// The ways of a counter with a number beyond its range.
///
/// Since 0.1.
pub type scmp_overflow = i32;
/// the number loses its upper bits
pub const SCMP_OVERFLOW_WRAP: scmp_overflow = 0;
/// the number becomes the nearest one of the range
pub const SCMP_OVERFLOW_SATURATE: scmp_overflow = 1;

/// The kinds of findings of lint.
///
/// Since 0.1.
pub type scmp_lint_code = i32;
/// both sides of an inner index draw the same numbers; index: the first such
pub const SCMP_LINT_SAME_GENERATOR: scmp_lint_code = 1;
/// two of the pool are the same (type, seeds, taps); index: the second
pub const SCMP_LINT_EQUAL_GENERATORS: scmp_lint_code = 2;
/// an LFSR without lfsr_zero_state comes to state 0, where it stays; index: of the pool
pub const SCMP_LINT_ZERO_STATE: scmp_lint_code = 3;
/// a generator shows a number twice within L draws; index: of the pool
pub const SCMP_LINT_REPEATED_STATES: scmp_lint_code = 4;
/// an LFSR's period is below 2^p - 1, or 2^p with lfsr_zero_state; index: of the pool
pub const SCMP_LINT_NOT_MAXIMAL: scmp_lint_code = 5;
/// L is more than a generator's period; index: of the pool
pub const SCMP_LINT_BEYOND_PERIOD: scmp_lint_code = 6;
/// there are more inner indices than scramble masks; index: the first repeated
pub const SCMP_LINT_MASKS_REPEAT: scmp_lint_code = 7;
/// the first number of a side, or of both, is 0: one sentence for left alone, right alone and both, with the bias
/// that comes of it; index: the first inner index
pub const SCMP_LINT_FIRST_DRAW_ZERO: scmp_lint_code = 8;

/// A context says where work runs and what it may use: backend, threads, memory, caches, callbacks. It belongs to
/// one thread at a time; different contexts are independent. No thread outlives the call that started it, so a
/// context that exists before a fork works in parent and child, unless another thread was using it just then: in
/// the child that one must be left alone, while statistics of it can be merged into those of another context. A
/// CUDA context works in the parent only (CUDA itself does not survive a fork: in the child its products are DEVICE
/// errors, and it may be destroyed).
///
/// Since 0.1.
#[repr(C)]
pub struct scmp_ctx {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// A configuration: the generator, permutation and complement of each inner index on each side. Immutable: any
/// number of threads and contexts may use one at the same time. It does not need the context it was made with to
/// live on.
///
/// Since 0.1.
#[repr(C)]
pub struct scmp_config {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// A right operand, smoothed, quantized and laid out once for many products. Immutable: any number of threads may
/// use one at the same time, each with its own context of the same backend and instruction set. It does not need
/// the context or the configuration it was made with to live on. One that a CUDA context makes is on the GPU that b
/// is on, or the context's own, and products with it run there.
///
/// Since 0.1.
#[repr(C)]
pub struct scmp_packed {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// Activation statistics: the absolute maximum of each inner index over everything observed. Belongs to one thread
/// at a time, and to its context, which must outlive it.
///
/// Since 0.1.
#[repr(C)]
pub struct scmp_calib {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// Memory for everything a context allocates (but threads' own state), from the calling thread only. `alloc`
/// returns memory of at least `size` bytes aligned to `alignment` (a power of two, at most 64), or NULL, which the
/// call turns into SCMP_ERROR_OUT_OF_MEMORY. `free` gets back exactly what alloc was asked for.
///
/// Since 0.1.
pub type scmp_alloc_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, size: usize, alignment: usize) -> *mut c_void>;

/// Memory for everything a context allocates (but threads' own state), from the calling thread only. `alloc`
/// returns memory of at least `size` bytes aligned to `alignment` (a power of two, at most 64), or NULL, which the
/// call turns into SCMP_ERROR_OUT_OF_MEMORY. `free` gets back exactly what alloc was asked for.
///
/// Since 0.1.
pub type scmp_free_fn = Option<
    unsafe extern "C" fn(user: *mut c_void, ptr: *mut c_void, size: usize, alignment: usize),
>;

/// A line of text without a newline, valid during the callback. Called from the calling thread only.
///
/// Since 0.1.
pub type scmp_log_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, level: scmp_log_level, message: *const c_char)>;

/// Share of the current call that is done, 0 .. 1, never falling. Called from the calling thread only.
///
/// Since 0.1.
pub type scmp_progress_fn = Option<unsafe extern "C" fn(user: *mut c_void, fraction: f64)>;

/// Called now and then from the calling thread; non-zero ends the call with SCMP_ERROR_CANCELLED. While it is set,
/// products stage their result in one buffer of the output's size, so that a cancelled call leaves the output
/// alone. A CUDA product can be cancelled until it begins to write its result.
///
/// Since 0.1.
pub type scmp_cancel_fn = Option<unsafe extern "C" fn(user: *mut c_void) -> i32>;

/// Takes the next `length` bytes of a text, valid during the callback. Called from the calling thread only;
/// non-zero ends the call with IO.
///
/// Since 0.1.
pub type scmp_write_fn =
    Option<unsafe extern "C" fn(user: *mut c_void, text: *const c_char, length: usize) -> i32>;

/// Takes a finding: what it is, where (see scmp_lint_code), and a sentence with the numbers, valid during the
/// callback.
///
/// Since 0.1.
pub type scmp_lint_fn = Option<
    unsafe extern "C" fn(
        user: *mut c_void,
        code: scmp_lint_code,
        index: i64,
        sentence: *const c_char,
    ),
>;

/// A view of memory that the caller owns. Element \[i, j, ...] is at data + (i * strides\[0] + j * strides\[1] + ...)
/// \* scmp_dtype_size(dtype). Strides count elements and may be 0 (broadcast) or negative (data then points at
/// element \[0, 0, ...], not at the lowest address). No alignment is asked of data. Where a dimension is 0, data may
/// be NULL.
///
/// Inputs may have any strides; the library reads them where they are, a few rows at a time. The elements of an
/// output must not overlap one another. Column-major arrays are views with swapped strides, not swapped operands:
/// left and right have different sequences.
///
/// Views are passed and returned by value, so this struct has no size of its own and never changes: what later
/// versions may need stands in the reserved members. Initialise it with zeros, or with the functions below.
///
/// Since 0.1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scmp_tensor {
    /// address of element \[0, 0, ...]
    pub data: *mut c_void,
    /// type of the elements
    pub dtype: scmp_dtype,
    /// SCMP_DEVICE_CPU, or SCMP_DEVICE_CUDA_0 + i
    pub device: i32,
    /// number of dimensions, 0 .. SCMP_MAX_RANK
    pub rank: i32,
    /// 0; others are UNSUPPORTED
    pub reserved_flags: i32,
    /// sizes, outermost first
    pub shape: [i64; 8],
    /// distances between neighbours, in elements
    pub strides: [i64; 8],
    /// 0; others are UNSUPPORTED. For what types of less than a byte may need
    pub reserved: [i64; 2],
}

/// The options of a context. Grows only at its end; fill it with scmp_ctx_options_init first.
///
/// Since 0.1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scmp_ctx_options {
    /// sizeof(scmp_ctx_options), set by _init
    pub size: usize,
    /// default SCMP_BACKEND_AUTO
    pub backend: scmp_backend,
    /// CUDA backend: index of the context's own device; default 0
    pub device: i32,
    /// 1 .. 1024; default SCMP_NOT_GIVEN: as many as the process may run on
    pub threads: i32,
    /// lines up to this level are logged; default SCMP_LOG_WARNING
    pub log_level: scmp_log_level,
    /// most memory that cached sequences and count tables keep, and most that the working memory of calls keeps for the
    /// next ones; likewise again on each GPU that is used; default 256 MiB
    pub cache_bytes: u64,
    /// default NULL: operator new; alloc and free come together
    pub alloc: scmp_alloc_fn,
    /// default NULL
    pub free: scmp_free_fn,
    /// handed to alloc and free; they outlive every handle made with the context
    pub allocator_user: *mut c_void,
    /// default NULL: no log
    pub log: scmp_log_fn,
    /// handed to log
    pub log_user: *mut c_void,
    /// default NULL
    pub progress: scmp_progress_fn,
    /// handed to progress
    pub progress_user: *mut c_void,
    /// default NULL
    pub cancelled: scmp_cancel_fn,
    /// handed to cancelled
    pub cancelled_user: *mut c_void,
    /// CPU kernels: the name of an instruction set (scmp_isa_name), "" for the library's own choice; default NULL: what
    /// the environment variable SCMP_CPU names when the context is created, else the library's choice, the fastest that
    /// this machine runs. It changes speed, never numbers. Since version 0.2
    pub isa: *const c_char,
    /// CUDA backend: the count kernel for all products that it can do, rows, bytes, bits or wgmma, "" for the library's
    /// own choice; default NULL: what SCMP_CUDA_KERNEL names, else the library's choice. It changes speed, never
    /// numbers. Since version 0.2
    pub kernel: *const c_char,
}

/// One generator of a pool. Grows only at its end; fill it with scmp_generator_init first.
///
/// Since 0.1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scmp_generator {
    /// sizeof(scmp_generator), set by _init
    pub size: usize,
    /// default SCMP_GENERATOR_SOBOL
    pub r#type: scmp_generator_type,
    /// Sobol without seeds: whose default seeds; default SCMP_SIDE_LEFT
    pub sobol_side: scmp_side,
    /// Sobol: p odd numbers m_i < 2^(i+1), m_0 = 1; default NULL: the side's
    pub sobol_seeds: *const u32,
    /// length of sobol_seeds; must equal p where they are given
    pub sobol_seed_count: i32,
    /// Sobol: state before the first draw, 0 .. 2^p - 1; default 0
    pub sobol_start: u32,
    /// LFSR: 1 .. 2^p - 1, or from 0 with lfsr_zero_state, no default; true_random: absolute value of the seed
    pub seed: u64,
    /// LFSR: distinct bit positions 0 .. p-1 from the LSB; default NULL: the width's
    pub lfsr_taps: *const i32,
    /// length of lfsr_taps
    pub lfsr_tap_count: i32,
    /// LFSR, non-zero: state 0 is inserted between 1 and 2^(p-1), which makes the period of maximal taps 2^p (de
    /// Bruijn; Model 5); default 0
    pub lfsr_zero_state: i32,
}

/// An element, that is one inner index on one side: the generator that it uses, and how (permutation first, then
/// complement). Elements stand in arrays, so this struct has no size of its own and never changes: initialise it
/// with zeros.
///
/// Since 0.1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scmp_element {
    /// index into the pool
    pub generator: i32,
    /// non-zero: r becomes 2^p - 1 - r
    pub complement: i32,
    /// NULL, or p numbers: out bit i = in bit permutation\[i]
    pub permutation: *const i32,
    /// 0; others are UNSUPPORTED
    pub reserved: [i64; 2],
}

/// A configuration as data. Grows only at its end; fill it with scmp_config_desc_init first.
///
/// Since 0.1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scmp_config_desc {
    /// sizeof(scmp_config_desc), set by _init
    pub size: usize,
    /// the p that it is for; default 8
    pub sc_prec: i32,
    /// the pool
    pub generators: *const scmp_generator,
    /// its length
    pub generator_count: usize,
    /// one element for each inner index of the left side
    pub left: *const scmp_element,
    /// its length; entries beyond a product's D are ignored
    pub left_count: usize,
    /// likewise, right side
    pub right: *const scmp_element,
    /// its length
    pub right_count: usize,
    /// non-zero: left\[0] and right\[0] serve every inner index; default 0
    pub uniform: i32,
    /// the mode where a call gives none; default SCMP_SCRAMBLE_NOT_GIVEN
    pub scramble: scmp_scramble,
}

/// A report of what a product did. Filled on success only. Grows only at its end; fill it with scmp_report_init
/// first.
///
/// Since 0.1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scmp_report {
    /// sizeof(scmp_report), set by _init
    pub size: usize,
    /// L as resolved
    pub stoc_len: i32,
    /// G as resolved
    pub rng_levels: i32,
    /// as resolved: never NOT_GIVEN
    pub scramble: scmp_scramble,
    /// 1 where the masks were applied at this L and G
    pub scrambled: i32,
    /// largest level
    pub q_max: i32,
    /// number of different count tables over the inner indices
    pub tables: i32,
    /// the backend that counted
    pub backend: scmp_backend,
    /// threads that the product could use
    pub threads: i32,
    /// instruction set of its kernels; static storage
    pub isa: *const c_char,
    /// name of the count kernel; static storage
    pub kernel: *const c_char,
    /// milliseconds: reading, smoothing, ranges and quantization of both operands
    pub ms_quantize: f64,
    /// sequences and count tables, 0 when cached
    pub ms_tables: f64,
    /// laying out the right operand
    pub ms_pack: f64,
    /// counting
    pub ms_count: f64,
    /// from sums to values, and writing them; of what threads do side by side, their mean
    pub ms_dequantize: f64,
    /// the whole call; of a CUDA product that does not wait: until all is on the stream
    pub ms_total: f64,
    /// most memory held at once from the context's allocator during the call, with what is kept from the last ones
    pub bytes_peak: u64,
    /// blocking: rows of b in a panel, the layout that the kernel reads
    pub panel_columns: i32,
    /// threads that had something to count
    pub workers: i32,
    /// rows of a in a task
    pub task_rows: i64,
    /// rows of b in a task: of one panel, or of several
    pub task_columns: i64,
    /// number of tasks
    pub tasks: i64,
    /// CUDA: working memory that the call needed on its device; a workspace of so many bytes, aligned to 256, is enough
    /// for the same call
    pub bytes_device: u64,
}

/// The options of a product and of its stages (Spec 1). Grows only at its end; fill it with
/// scmp_matmul_options_init first. Where a function takes a pointer to options, NULL means the defaults.
///
/// Since 0.1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scmp_matmul_options {
    /// sizeof(scmp_matmul_options), set by _init
    pub size: usize,
    /// default SCMP_GRANULARITY_PER_ROW
    pub granularity: scmp_granularity,
    /// default SCMP_MODE_BIPOLAR
    pub mode: scmp_mode,
    /// precision p in bits; default 8
    pub sc_prec: i32,
    /// stream length L in cycles, 1 .. 2^p; default SCMP_NOT_GIVEN: 2^p
    pub stoc_len: i32,
    /// grid size G, 1 .. 2^14; default SCMP_NOT_GIVEN: 2^p
    pub rng_levels: i32,
    /// default SCMP_SCRAMBLE_NOT_GIVEN: the configuration's, else bitrev
    pub scramble: scmp_scramble,
    /// \> 0: own scales for every chunk_d inner indices (per_row, bipolar, 2-D only), summed in f32 in ascending order;
    /// default 0: none
    pub chunk_d: i64,
    /// per_row: rows of a that share a scale, at least 1; default 1
    pub group_a: i64,
    /// per_row: rows of b that share a scale, at least 1; default 1
    pub group_b: i64,
    /// generators; default NULL: sobol_simple
    pub config: *const scmp_config,
    /// SmoothQuant scales s, (D,), any float dtype, positive and finite: the product of a/s and b*s, not rounded to 16
    /// bits in between (Spec 6); default NULL: none
    pub smooth: *const scmp_tensor,
}

/// The further outputs of one call of a product, beside its options. Where a function takes a pointer to it, NULL
/// means none of them. Grows only at its end; fill it with scmp_call_init first. Since version 0.2.
///
/// Since 0.2.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scmp_call {
    /// sizeof(scmp_call), set by _init
    pub size: usize,
    /// output: the integer sums S, I32 or I64, of the shape of Y; default NULL: not wanted. Not together with 0 <
    /// chunk_d < D
    pub counts: *const scmp_tensor,
    /// output: what the product did; default NULL: not wanted
    pub report: *mut scmp_report,
}

/// One quantized operand: arrays that the caller owns. Each may be NULL: not wanted as an output, or as an input
/// not needed by the stage. Grows only at its end; fill it with scmp_quantized_init first.
///
/// Since 0.1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scmp_quantized {
    /// sizeof(scmp_quantized), set by _init
    pub size: usize,
    /// |q| (bipolar) or q (unipolar), 0 .. q_max; of x's shape, U8 (p <= 8), I16, I32
    pub level: *const scmp_tensor,
    /// 0 .. G; of x's shape, I16 or I32 (I16 holds every allowed G)
    pub boundary: *const scmp_tensor,
    /// -1, 0 or 1; of x's shape, I8; bipolar only
    pub sign: *const scmp_tensor,
    /// of the scale shape; F64 for per_tensor, F32 otherwise (F64 holds both)
    pub scale: *const scmp_tensor,
    /// of the scale shape; F32 or F64; unipolar only
    pub zero_point: *const scmp_tensor,
    /// sum of q over each row, (rows,) or (BH, rows); F32 (rounded), I32 or I64 (exact, so that parts of a row can be
    /// added); unipolar only
    pub row_sum: *const scmp_tensor,
}

/// Arrays of a trace. Each may be NULL: not wanted, or not observed. What does not depend on m (or on n) has no
/// such axis. Grows only at its end; fill it with scmp_trace_init first.
///
/// Since 0.1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scmp_trace {
    /// sizeof(scmp_trace), set by _init
    pub size: usize,
    /// (D, L), I16 or I32: draws after permutation, complement, scramble, rescale
    pub left_draw: *const scmp_tensor,
    /// (N, D, L), U8 or I8: 1 where left_draw < boundary of a; enables the right
    pub left_bit: *const scmp_tensor,
    /// (N, D, L), I16 or I32: enabled cycles before this one
    pub right_position: *const scmp_tensor,
    /// (N, D, L), I16 or I32: the right generator's draw of that number
    pub right_draw: *const scmp_tensor,
    /// (N, M, D, L), U8 or I8: 1 where right_draw < boundary of b
    pub right_bit: *const scmp_tensor,
    /// (N, M, D, L), U8 or I8: left_bit and right_bit
    pub and_bit: *const scmp_tensor,
    /// (N, M, D, L), I16 or I32: and_bits in cycles 0 .. t
    pub partial: *const scmp_tensor,
    /// (N, M, D), I8: sign of a times sign of b
    pub sign: *const scmp_tensor,
    /// (N, M, D), I16 or I32: C of Spec 2, partial after the last cycle
    pub count: *const scmp_tensor,
    /// (N, M), I32 or I64: signs times counts over all d, as scmp_count gives it
    pub sum: *const scmp_tensor,
}

/// The first difference between an observed trace and the model's. Grows only at its end; fill it with
/// scmp_divergence_init first.
///
/// Since 0.1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scmp_divergence {
    /// sizeof(scmp_divergence), set by _init
    pub size: usize,
    /// which array differs; SCMP_SIGNAL_NONE: none does, and the rest is -1 and 0
    pub signal: scmp_signal,
    /// the output and inner index (without d_offset) where it was found; d is -1 for sum
    pub n: i64,
    /// the output and inner index (without d_offset) where it was found; d is -1 for sum
    pub m: i64,
    /// the output and inner index (without d_offset) where it was found; d is -1 for sum
    pub d: i64,
    /// -1 for sign, count and sum, which have no cycle
    pub cycle: i64,
    /// what the model has there
    pub expected: i64,
    /// what was given
    pub observed: i64,
}

/// An accumulator. Grows only at its end; fill it with scmp_accumulator_init first.
///
/// Since 0.1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scmp_accumulator {
    /// sizeof(scmp_accumulator), set by _init
    pub size: usize,
    /// default SCMP_ACCUMULATOR_PER_OUTPUT
    pub place: scmp_accumulator_place,
    /// default SCMP_OVERFLOW_WRAP
    pub overflow: scmp_overflow,
    /// bits, 1 .. SCMP_ACCUMULATOR_WIDTH_MAX; signed counters are two's complement, so that 1 bit holds -1 and 0;
    /// default 32, in which nothing overflows
    pub width: i32,
    /// adder tree: level l has width + growth * l bits, 0 or more; default 0
    pub growth: i32,
}

/// How far counts C_d(x, y) are from x * y * L / G^2, in ones. Grows only at its end; fill it with
/// scmp_table_error_init first.
///
/// Since 0.1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scmp_table_error {
    /// sizeof(scmp_table_error), set by _init
    pub size: usize,
    /// mean of |error|
    pub mean_abs: f64,
    /// largest |error|
    pub max_abs: f64,
    /// root of the mean of error^2
    pub rms: f64,
    /// mean of error: what does not average out over the inner indices
    pub bias: f64,
    /// where the largest is first: inner index (d_offset added), ...
    pub max_d: i64,
    /// ... boundary of a ...
    pub max_x: i32,
    /// ... and of b
    pub max_y: i32,
}

/// The weights of errors of count tables, over X boundaries of a and Y of b. Grows only at its end; fill it with
/// scmp_score_weights_init first.
///
/// Since 0.1.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct scmp_score_weights {
    /// sizeof(scmp_score_weights), set by _init
    pub size: usize,
    /// (X,), I16 or I32, boundaries 0 .. G of a, ascending; NULL: all of 0 .. G
    pub x: *const scmp_tensor,
    /// (Y,), likewise of b
    pub y: *const scmp_tensor,
    /// (X, Y), any float dtype: what the count should be; NULL: x * y * L / G^2
    pub target: *const scmp_tensor,
    /// (X, Y), any float dtype, none negative: weights of error^2; NULL: all 1
    pub square: *const scmp_tensor,
    /// (T, X, Y), any float dtype and sign: weights of T sums of errors; NULL: none, T = 0
    pub sum: *const scmp_tensor,
}

extern "C" {
    /// Version of the library that is running, "major.minor.patch"; static storage.
    ///
    /// Since 0.1.
    pub fn scmp_version() -> *const c_char;

    /// Version of the library that is running as a number: major * 10000 + minor * 100 + patch.
    ///
    /// Since 0.1.
    pub fn scmp_version_number() -> i32;

    /// Version of the arithmetic specification that the running library follows (SCMP_SPEC_VERSION when it was built).
    ///
    /// Since 0.1.
    pub fn scmp_spec_version() -> i32;

    /// SCMP_MAX_RANK
    ///
    /// Since 0.1.
    pub fn scmp_max_rank() -> i32;

    /// SCMP_SC_PREC_MAX
    ///
    /// Since 0.1.
    pub fn scmp_sc_prec_max() -> i32;

    /// SCMP_SC_PREC_MIN_BIPOLAR
    ///
    /// Since 0.1.
    pub fn scmp_sc_prec_min_bipolar() -> i32;

    /// SCMP_SC_PREC_MIN_UNIPOLAR
    ///
    /// Since 0.1.
    pub fn scmp_sc_prec_min_unipolar() -> i32;

    /// SCMP_RNG_LEVELS_MAX
    ///
    /// Since 0.1.
    pub fn scmp_rng_levels_max() -> i32;

    /// SCMP_D_TIMES_L_MAX
    ///
    /// Since 0.1.
    pub fn scmp_d_times_l_max() -> i64;

    /// The value of SCMP_NOT_GIVEN.
    ///
    /// Since 0.1.
    pub fn scmp_not_given() -> i32;

    /// Name of a status as it stands in this header, "SCMP_ERROR_D_MISMATCH"; "SCMP_STATUS_UNKNOWN" for no status.
    ///
    /// Since 0.1.
    pub fn scmp_status_string(status: scmp_status) -> *const c_char;

    /// One sentence about the last error of the calling thread: which argument, and with which numbers ("b has D = 383,
    /// a has D = 384"). A call that succeeds leaves it as it was; before the first error it is "". The text stays valid
    /// until the thread's next error.
    ///
    /// Since 0.1.
    pub fn scmp_last_error() -> *const c_char;

    /// The operating system's error number (errno) behind the last error of the calling thread, to be looked at beside
    /// its sentence: that of the file or directory with IO, where the system refused it, or EISDIR for a directory and
    /// EINVAL for anything else that is no regular file; 0 with other errors, and before the first (since version 0.2).
    ///
    /// Since 0.2.
    pub fn scmp_last_errno() -> i32;

    /// Bytes of one element; 0 for no dtype.
    ///
    /// Since 0.1.
    pub fn scmp_dtype_size(dtype: scmp_dtype) -> usize;

    /// Name of a dtype, "f32"; "unknown" for no dtype.
    ///
    /// Since 0.1.
    pub fn scmp_dtype_name(dtype: scmp_dtype) -> *const c_char;

    /// Views of contiguous host memory in C order. `data` is const for the sake of inputs; the library writes only
    /// through tensors that a function names as outputs. Nothing is checked here: the call that gets the view checks
    /// it.
    ///
    /// Since 0.1.
    pub fn scmp_tensor_0d(dtype: scmp_dtype, data: *const c_void) -> scmp_tensor;

    /// Views of contiguous host memory in C order. `data` is const for the sake of inputs; the library writes only
    /// through tensors that a function names as outputs. Nothing is checked here: the call that gets the view checks
    /// it.
    ///
    /// Since 0.1.
    pub fn scmp_tensor_1d(dtype: scmp_dtype, data: *const c_void, d: i64) -> scmp_tensor;

    /// Views of contiguous host memory in C order. `data` is const for the sake of inputs; the library writes only
    /// through tensors that a function names as outputs. Nothing is checked here: the call that gets the view checks
    /// it.
    ///
    /// Since 0.1.
    pub fn scmp_tensor_2d(dtype: scmp_dtype, data: *const c_void, rows: i64, d: i64) -> scmp_tensor;

    /// Views of contiguous host memory in C order. `data` is const for the sake of inputs; the library writes only
    /// through tensors that a function names as outputs. Nothing is checked here: the call that gets the view checks
    /// it.
    ///
    /// Since 0.1.
    pub fn scmp_tensor_3d(
        dtype: scmp_dtype,
        data: *const c_void,
        batch: i64,
        rows: i64,
        d: i64,
    ) -> scmp_tensor;

    /// A contiguous host view of any rank in C order.
    ///
    /// # Parameters
    ///
    /// * `shape`: `rank` sizes; for a rank outside 0 .. SCMP_MAX_RANK the view has rank -1, which every call refuses
    ///
    /// Since 0.1.
    pub fn scmp_tensor_nd(
        dtype: scmp_dtype,
        data: *const c_void,
        rank: i32,
        shape: *const i64,
    ) -> scmp_tensor;

    /// Name of a backend, "cpu"; "unknown" for none.
    ///
    /// Since 0.1.
    pub fn scmp_backend_name(backend: scmp_backend) -> *const c_char;

    /// 1 where a context with this backend can be created here and now, else 0.
    ///
    /// Since 0.1.
    pub fn scmp_backend_available(backend: scmp_backend) -> i32;

    /// Number of CUDA devices that this build can use on this machine; 0 without CUDA support, driver or device.
    ///
    /// Since 0.1.
    pub fn scmp_cuda_device_count() -> i32;

    /// Instruction sets that the CPU backend has kernels for: how many, their names ("portable"), and whether this
    /// machine and its operating system run them. Index 0 is the portable one. A bad index gives "unknown" and 0.
    ///
    /// Since 0.1.
    pub fn scmp_isa_count() -> i32;

    /// Instruction sets that the CPU backend has kernels for: how many, their names ("portable"), and whether this
    /// machine and its operating system run them. Index 0 is the portable one. A bad index gives "unknown" and 0.
    ///
    /// Since 0.1.
    pub fn scmp_isa_name(index: i32) -> *const c_char;

    /// Instruction sets that the CPU backend has kernels for: how many, their names ("portable"), and whether this
    /// machine and its operating system run them. Index 0 is the portable one. A bad index gives "unknown" and 0.
    ///
    /// Since 0.1.
    pub fn scmp_isa_available(index: i32) -> i32;

    /// Fills `options` with the defaults. NULL is ignored.
    ///
    /// # Parameters
    ///
    /// * `size`: sizeof(scmp_ctx_options) of the program, which scmp_ctx_options_init hands in
    ///
    /// Since 0.1.
    pub fn scmp_ctx_options_init_sized(options: *mut scmp_ctx_options, size: usize);

    /// Creates a context.
    ///
    /// # Parameters
    ///
    /// * `options`: NULL for the defaults
    /// * `out`: gets the handle; unchanged on error
    ///
    /// # Returns
    ///
    /// INVALID_ARGUMENT; UNSUPPORTED where the backend, the instruction set or the CUDA kernel is not to be had here;
    /// OUT_OF_MEMORY; DEVICE
    ///
    /// Since 0.1.
    pub fn scmp_ctx_create(
        options: *const scmp_ctx_options,
        out: *mut *mut scmp_ctx,
    ) -> scmp_status;

    /// Destroys a context and sets the pointer to NULL. NULL and a pointer to NULL are ignored. Calibrations made with
    /// the context must be gone before; configurations and packed operands may live on. Work that is still on a stream
    /// goes on, and its errors are lost: scmp_ctx_synchronize reports them before.
    ///
    /// Since 0.1.
    pub fn scmp_ctx_destroy(ctx: *mut *mut scmp_ctx);

    /// Number of threads that products of this context use; 0 for NULL.
    ///
    /// Since 0.1.
    pub fn scmp_ctx_threads(ctx: *const scmp_ctx) -> i32;

    /// Sets the number of threads, 1 .. 1024, or SCMP_NOT_GIVEN for as many as the process may run on.
    ///
    /// Since 0.1.
    pub fn scmp_ctx_set_threads(ctx: *mut scmp_ctx, threads: i32) -> scmp_status;

    /// The backend that AUTO became; SCMP_BACKEND_AUTO for NULL.
    ///
    /// Since 0.1.
    pub fn scmp_ctx_backend(ctx: *const scmp_ctx) -> scmp_backend;

    /// Name of the instruction set that the context's kernels use, "portable"; "unknown" for NULL.
    ///
    /// Since 0.1.
    pub fn scmp_ctx_isa(ctx: *const scmp_ctx) -> *const c_char;

    /// Bytes that cached sequences and tables hold now, on GPUs as well; 0 for NULL.
    ///
    /// Since 0.1.
    pub fn scmp_ctx_cache_bytes(ctx: *const scmp_ctx) -> u64;

    /// Number of table sets made so far (cache misses); 0 for NULL. Two equal calls in a row raise it once.
    ///
    /// Since 0.1.
    pub fn scmp_ctx_cache_misses(ctx: *const scmp_ctx) -> u64;

    /// Drops every cached sequence and table; their memory is kept for the next ones. Results never depend on it. NULL
    /// is ignored.
    ///
    /// Since 0.1.
    pub fn scmp_ctx_clear_cache(ctx: *mut scmp_ctx);

    /// Gives the working memory that was kept for the next calls back to the allocator, and on GPUs to the system what
    /// no stream still uses. NULL is ignored.
    ///
    /// Since 0.1.
    pub fn scmp_ctx_trim(ctx: *mut scmp_ctx);

    /// The stream of the context's own device that later products go to; other devices use their default streams. What
    /// goes to it comes after what the context has put on the one before, without a wait in the host. Both must exist
    /// at that moment, and the last one until the context is destroyed or has another.
    ///
    /// # Parameters
    ///
    /// * `stream`: a cudaStream_t; NULL (as at first): the default stream, which waits for the work of other streams
    ///
    /// # Returns
    ///
    /// UNSUPPORTED where the context's backend is not CUDA; DEVICE, with the stream as it was
    ///
    /// Since 0.1.
    pub fn scmp_ctx_set_cuda_stream(ctx: *mut scmp_ctx, stream: *mut c_void) -> scmp_status;

    /// Device memory that later calls on the context's own device take their working memory from, all of it. Calls on
    /// one stream share it one after another; it must stay until the stream has come past the last of them. What
    /// outlives calls is not in it: count tables, smoothing scales, packed operands.
    ///
    /// # Parameters
    ///
    /// * `memory`: of the context's own device; NULL (as at first): the context's pool
    /// * `bytes`: its size, 0 where memory is NULL. How much a call needs: scmp_report's bytes_device, of the same call
    ///   with or without a workspace. A call that needs more is OUT_OF_MEMORY with both numbers
    ///
    /// # Returns
    ///
    /// INVALID_ARGUMENT where one of memory and bytes is 0 and the other is not; UNSUPPORTED where the context's
    /// backend is not CUDA
    ///
    /// Since 0.1.
    pub fn scmp_ctx_set_cuda_workspace(
        ctx: *mut scmp_ctx,
        memory: *mut c_void,
        bytes: u64,
    ) -> scmp_status;

    /// Waits until the GPUs have done what the context's calls put on their streams, and reports the first error of
    /// theirs that no call has reported. It reports an error once, and drops the later ones. Contexts of other backends
    /// have nothing to wait for.
    ///
    /// # Returns
    ///
    /// NON_FINITE, with which operand of which call since the last synchronization; DEVICE; always SCMP_OK where the
    /// context's backend is not CUDA
    ///
    /// Since 0.1.
    pub fn scmp_ctx_synchronize(ctx: *mut scmp_ctx) -> scmp_status;

    /// A 128-bit hash of a tensor's contents, to see whether they have changed: since version 0.2. It is of the
    /// elements' bytes in C order alone: strides, and where the memory is, make no difference; shape and dtype are for
    /// the caller to compare. The same on every backend, instruction set and thread count; of machines with the same
    /// byte order.
    ///
    /// XXH3 (128 bits, seed 0) of the bytes where there are at most 262,144; else of the hashes of all pieces of
    /// 262,144 bytes (the last may be shorter), one behind the other in xxHash's canonical form, with the number of all
    /// bytes as seed. Two tensors with different bytes have the same hash by chance only, 1 in 2^128; it is no
    /// cryptographic hash.
    ///
    /// # Parameters
    ///
    /// * `t`: any dtype, in host memory or on the context's device
    /// * `hash`: output, 2 numbers: the low and the high 64 bits
    ///
    /// # Returns
    ///
    /// INVALID_ARGUMENT, INVALID_SHAPE, UNSUPPORTED, OUT_OF_MEMORY, DEVICE, CANCELLED
    ///
    /// Since 0.2.
    pub fn scmp_tensor_hash(
        ctx: *mut scmp_ctx,
        t: *const scmp_tensor,
        hash: *mut u64,
    ) -> scmp_status;

    /// Name of a scramble mode as files and the command line spell it, "always_bitrev"; "unknown" for none.
    ///
    /// Since 0.1.
    pub fn scmp_scramble_name(scramble: scmp_scramble) -> *const c_char;

    /// Fills `generator` with the defaults: the default left Sobol. NULL is ignored.
    ///
    /// # Parameters
    ///
    /// * `size`: sizeof(scmp_generator) of the program, which scmp_generator_init hands in
    ///
    /// Since 0.1.
    pub fn scmp_generator_init_sized(generator: *mut scmp_generator, size: usize);

    /// Fills `desc` with the defaults: an empty pool for p = 8. NULL is ignored.
    ///
    /// # Parameters
    ///
    /// * `size`: sizeof(scmp_config_desc) of the program, which scmp_config_desc_init hands in
    ///
    /// Since 0.1.
    pub fn scmp_config_desc_init_sized(desc: *mut scmp_config_desc, size: usize);

    /// A named configuration: sobol_simple (the default of every call), sobol_antithetic, sobol_altseed, lfsr_default,
    /// sobol_unbiased, sobol_tuned (sc_prec 4 .. 10 only). It serves any D.
    ///
    /// # Returns
    ///
    /// INVALID_ARGUMENT for sc_prec; INVALID_CONFIG for an unknown name, or one not defined at this sc_prec
    ///
    /// Since 0.1.
    pub fn scmp_config_create_named(
        ctx: *mut scmp_ctx,
        name: *const c_char,
        sc_prec: i32,
        out: *mut *mut scmp_config,
    ) -> scmp_status;

    /// Number of named configurations, and their names in the order of the list above; "unknown" for a bad index.
    ///
    /// Since 0.1.
    pub fn scmp_config_name_count() -> i32;

    /// Number of named configurations, and their names in the order of the list above; "unknown" for a bad index.
    ///
    /// Since 0.1.
    pub fn scmp_config_name(index: i32) -> *const c_char;

    /// A configuration from JSON text: the dictionary of Spec 3 (rng_pool, sng, scramble_mode), or an object that has
    /// it under "config" beside a "metadata" of any kind. Small temporaries of the parser come from operator new.
    ///
    /// # Parameters
    ///
    /// * `text`: UTF-8, not necessarily terminated
    /// * `length`: its bytes, without a terminating 0: all of them are JSON, and blanks around it
    ///
    /// # Returns
    ///
    /// FORMAT where it is not JSON (a zero byte, a byte order mark, or anything but blanks behind the text is none), or
    /// has a key twice in an object; INVALID_CONFIG where it breaks a rule, naming the entry
    ///
    /// Since 0.1.
    pub fn scmp_config_create_json(
        ctx: *mut scmp_ctx,
        text: *const c_char,
        length: usize,
        sc_prec: i32,
        out: *mut *mut scmp_config,
    ) -> scmp_status;

    /// A configuration from data (see scmp_config_desc).
    ///
    /// # Returns
    ///
    /// INVALID_ARGUMENT or INVALID_CONFIG, naming the entry
    ///
    /// Since 0.1.
    pub fn scmp_config_create(
        ctx: *mut scmp_ctx,
        desc: *const scmp_config_desc,
        out: *mut *mut scmp_config,
    ) -> scmp_status;

    /// Destroys a configuration and sets the pointer to NULL. NULL and a pointer to NULL are ignored.
    ///
    /// Since 0.1.
    pub fn scmp_config_destroy(config: *mut *mut scmp_config);

    /// Writes a configuration as JSON for the first `d` inner indices, such that scmp_config_create_json reads it back.
    ///
    /// # Parameters
    ///
    /// * `buffer`: gets the text and a terminating 0 where `capacity` is enough, otherwise is left alone; may be NULL
    ///   where capacity is 0
    /// * `needed`: gets the number of bytes with the terminating 0, whatever the capacity
    ///
    /// # Returns
    ///
    /// INVALID_ARGUMENT where 0 < capacity < *needed; INVALID_CONFIG where it has fewer than d entries
    ///
    /// Since 0.1.
    pub fn scmp_config_to_json(
        ctx: *mut scmp_ctx,
        config: *const scmp_config,
        d: i64,
        buffer: *mut c_char,
        capacity: usize,
        needed: *mut usize,
    ) -> scmp_status;

    /// The sc_prec that a configuration is for; 0 for NULL.
    ///
    /// Since 0.1.
    pub fn scmp_config_sc_prec(config: *const scmp_config) -> i32;

    /// Number of inner indices that a configuration serves: INT64_MAX for a uniform one; 0 for NULL.
    ///
    /// Since 0.1.
    pub fn scmp_config_d_max(config: *const scmp_config) -> i64;

    /// A sentence about a probable mistake in a configuration: a generator in use that repeats before its type must (an
    /// LFSR before 2^p - 1 draws, or before 2^p with lfsr_zero_state), with its period. "" where there is none, and for
    /// NULL. A context with a log callback logs it when it makes the configuration or first uses it. Valid as long as
    /// the configuration. Since version 0.2.
    ///
    /// Since 0.2.
    pub fn scmp_config_warning(config: *const scmp_config) -> *const c_char;

    /// Names as the command line spells them, "per_row", "bipolar"; "unknown" for none.
    ///
    /// Since 0.1.
    pub fn scmp_granularity_name(granularity: scmp_granularity) -> *const c_char;

    /// Names as the command line spells them, "per_row", "bipolar"; "unknown" for none.
    ///
    /// Since 0.1.
    pub fn scmp_mode_name(mode: scmp_mode) -> *const c_char;

    /// Fills `report` with zeros and its size. NULL is ignored.
    ///
    /// # Parameters
    ///
    /// * `size`: sizeof(scmp_report) of the program, which scmp_report_init hands in
    ///
    /// Since 0.1.
    pub fn scmp_report_init_sized(report: *mut scmp_report, size: usize);

    /// Fills `options` with the defaults. NULL is ignored.
    ///
    /// # Parameters
    ///
    /// * `size`: sizeof(scmp_matmul_options) of the program, which scmp_matmul_options_init hands in
    ///
    /// Since 0.1.
    pub fn scmp_matmul_options_init_sized(options: *mut scmp_matmul_options, size: usize);

    /// Fills `call` with its size and NULLs. NULL is ignored.
    ///
    /// # Parameters
    ///
    /// * `size`: sizeof(scmp_call) of the program, which scmp_call_init hands in. Since version 0.2.
    ///
    /// Since 0.1.
    pub fn scmp_call_init_sized(call: *mut scmp_call, size: usize);

    /// Y ~ a @ b.T on the array (Spec 2 to 7): smooth, quantize, count, dequantize.
    ///
    /// With a CUDA context, a, b, y and call->counts may each be in host memory or on a GPU; options->smooth is in host
    /// memory. Where all of them are on a GPU the call does not wait, and NON_FINITE comes from scmp_ctx_synchronize:
    /// see section 4, "CUDA contexts". Device memory beyond operands and results: 2 bytes an element of a and b, scales
    /// (24 bytes a scope), 4 bytes an element of Y where the inner dimension is shared out among blocks (small
    /// products), 8 with 0 < chunk_d < D, and at most about 64 MiB of count tables.
    ///
    /// A dimension may be 0: the result is empty, or all +0.0 where only D is 0. Memory beyond the output: the
    /// quantized operands (1 or 2 bytes an element), the count tables, and per thread a few blocks
    /// (docs/performance.md, "Memory").
    ///
    /// # Parameters
    ///
    /// * `a`: (N, D) or (BH, N, D); F32, F16, BF16 or F64; finite
    /// * `b`: (M, D) or (BH, M, D); likewise, of the rank of a
    /// * `options`: NULL for the defaults
    /// * `call`: further outputs; NULL for none
    /// * `y`: output, F32, (N, M) or (BH, N, M); NULL where only call->counts is wanted
    ///
    /// # Returns
    ///
    /// INVALID_ARGUMENT, D_MISMATCH, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE, SCALES_NOT_1D, INVALID_SCALES,
    /// INVALID_CONFIG, UNSUPPORTED, OVERLAP, OUT_OF_MEMORY, DEVICE, CANCELLED
    ///
    /// Since 0.1.
    pub fn scmp_matmul(
        ctx: *mut scmp_ctx,
        a: *const scmp_tensor,
        b: *const scmp_tensor,
        options: *const scmp_matmul_options,
        call: *const scmp_call,
        y: *const scmp_tensor,
    ) -> scmp_status;

    /// Packs b under `options`, which every product with it then uses. With a CUDA context b may be on a GPU; the call
    /// waits until it has been read.
    ///
    /// # Returns
    ///
    /// as scmp_matmul
    ///
    /// Since 0.1.
    pub fn scmp_packed_create(
        ctx: *mut scmp_ctx,
        b: *const scmp_tensor,
        options: *const scmp_matmul_options,
        out: *mut *mut scmp_packed,
    ) -> scmp_status;

    /// Destroys a packed operand and sets the pointer to NULL. NULL and a pointer to NULL are ignored. One on a GPU
    /// waits for all the work on that GPU, since any stream may still use it.
    ///
    /// Since 0.1.
    pub fn scmp_packed_destroy(packed: *mut *mut scmp_packed);

    /// Bytes that a packed operand holds, on a GPU as well; 0 for NULL.
    ///
    /// Since 0.1.
    pub fn scmp_packed_bytes(packed: *const scmp_packed) -> u64;

    /// The shape of the operand that was packed, as a view without data (rank, shape, dtype F32); rank -1 for NULL.
    ///
    /// Since 0.1.
    pub fn scmp_packed_shape(packed: *const scmp_packed) -> scmp_tensor;

    /// The product with a packed right operand: exactly scmp_matmul with the operand and options that were packed.
    ///
    /// # Parameters
    ///
    /// * `call`: further outputs; NULL for none
    /// * `y`: as for scmp_matmul
    ///
    /// # Returns
    ///
    /// as scmp_matmul; INVALID_ARGUMENT where `packed` was made for another backend or instruction set
    ///
    /// Since 0.1.
    pub fn scmp_matmul_packed(
        ctx: *mut scmp_ctx,
        a: *const scmp_tensor,
        packed: *const scmp_packed,
        call: *const scmp_call,
        y: *const scmp_tensor,
    ) -> scmp_status;

    /// The value of SCMP_SMOOTH_EPS.
    ///
    /// Since 0.1.
    pub fn scmp_smooth_eps() -> f64;

    /// Empty statistics over `d` inner indices.
    ///
    /// # Parameters
    ///
    /// * `dtype`: F32, or F64, which keeps F64 observations exactly
    ///
    /// # Returns
    ///
    /// INVALID_SHAPE for d < 0; INVALID_DTYPE for another dtype
    ///
    /// Since 0.1.
    pub fn scmp_calib_create(
        ctx: *mut scmp_ctx,
        d: i64,
        dtype: scmp_dtype,
        out: *mut *mut scmp_calib,
    ) -> scmp_status;

    /// Destroys statistics and sets the pointer to NULL. NULL and a pointer to NULL are ignored.
    ///
    /// Since 0.1.
    pub fn scmp_calib_destroy(calib: *mut *mut scmp_calib);

    /// Takes in activations: max\[d] = max(max\[d], |x\[..., d]|).
    ///
    /// Statistics are in host memory: the D maxima of an x on the device come back.
    ///
    /// # Parameters
    ///
    /// * `x`: (..., D), rank 1 or more, any float dtype, finite (masked-out rows too)
    /// * `row_mask`: U8 or I8 of x's leading shape, rows with 0 do not count; NULL: every row counts
    ///
    /// # Returns
    ///
    /// D_MISMATCH; INVALID_SHAPE for rank 0 or a mask of another shape; INVALID_DTYPE; NON_FINITE (an F64 beyond F32 in
    /// F32 statistics too); CANCELLED
    ///
    /// Since 0.1.
    pub fn scmp_calib_observe(
        calib: *mut scmp_calib,
        x: *const scmp_tensor,
        row_mask: *const scmp_tensor,
    ) -> scmp_status;

    /// Takes in other statistics of the same D: maxima are combined, rows added. Merging is associative and
    /// commutative. `from` may be of another context and dtype (F64 into F32 rounds to nearest).
    ///
    /// # Returns
    ///
    /// D_MISMATCH; NON_FINITE
    ///
    /// Since 0.1.
    pub fn scmp_calib_merge(calib: *mut scmp_calib, from: *const scmp_calib) -> scmp_status;

    /// Writes the maxima.
    ///
    /// # Parameters
    ///
    /// * `act`: (D,), F32, F16, BF16 or F64, one rounding each; F16 and BF16 saturate.
    ///
    /// # Returns
    ///
    /// D_MISMATCH, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE (F64 statistics beyond an F32 act)
    ///
    /// Since 0.1.
    pub fn scmp_calib_act_scales(calib: *const scmp_calib, act: *const scmp_tensor) -> scmp_status;

    /// Number of rows that counted so far; 0 for NULL.
    ///
    /// Since 0.1.
    pub fn scmp_calib_rows(calib: *const scmp_calib) -> u64;

    /// D of the statistics; 0 for NULL.
    ///
    /// Since 0.1.
    pub fn scmp_calib_d(calib: *const scmp_calib) -> i64;

    /// F32 or F64; F32 for NULL.
    ///
    /// Since 0.1.
    pub fn scmp_calib_dtype(calib: *const scmp_calib) -> scmp_dtype;

    /// Writes statistics to a file, all or nothing: a temporary file beside it is renamed over it once it is on disk.
    /// Where `path` is a symbolic link, what it leads to is written. A file that was there leaves its permissions to
    /// the new one, and its owner and group where the process may give them.
    ///
    /// The format is safetensors: 8 bytes little-endian header length, a JSON header, the data. One tensor
    /// "act_scales", F32 or F64, (D,). "__metadata__" has strings: "format" = "scmp-calib", "format_version" = "1",
    /// "spec_version", "library_version", "rows" (decimal), "checksum" = 16 hexadecimal digits of 64-bit FNV-1a over
    /// the dtype's name ("F32"), the decimal rows, a zero byte after each, and the data bytes. Further strings may
    /// stand beside them.
    ///
    /// # Returns
    ///
    /// IO
    ///
    /// Since 0.1.
    pub fn scmp_calib_save(calib: *const scmp_calib, path: *const c_char) -> scmp_status;

    /// Reads statistics back.
    ///
    /// # Parameters
    ///
    /// * `d`: the D that they must have, or SCMP_NOT_GIVEN for any
    ///
    /// # Returns
    ///
    /// IO; FORMAT for a file that is truncated, corrupt, of another kind or a later version, or that safetensors
    /// forbids (a key twice, blanks before the header, bytes that belong to no tensor); D_MISMATCH
    ///
    /// Since 0.1.
    pub fn scmp_calib_load(
        ctx: *mut scmp_ctx,
        path: *const c_char,
        d: i64,
        out: *mut *mut scmp_calib,
    ) -> scmp_status;

    /// Smoothing scales with eps = SCMP_SMOOTH_EPS: s\[d] = max(act\[d], eps)^alpha / max(wmax\[d], eps)^(1 - alpha), at
    /// least eps. The working type is f64 where the statistics or a weight are F64, else f32.
    ///
    /// The maxima of weights on the device are found there; the scales are computed on the CPU, wherever `scales` is.
    ///
    /// # Parameters
    ///
    /// * `weights`: `weight_count` views (M_i, D), or (BH, M_i, D), of the weights that share this input; wmax is the
    ///   maximum over all of them
    /// * `weight_count`: at least 1
    /// * `alpha`: 0 (everything stays in the activations) .. 1 (everything moves into the weights)
    /// * `scales`: output (D,), F32, F16, BF16 or F64: one rounding from the working type; where that gives 0 or
    ///   infinity, the nearest positive finite number of the type
    ///
    /// # Returns
    ///
    /// INVALID_ALPHA, D_MISMATCH, SCALES_NOT_1D, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE, OVERLAP
    ///
    /// Since 0.1.
    pub fn scmp_smooth_scales(
        calib: *const scmp_calib,
        weights: *const scmp_tensor,
        weight_count: usize,
        alpha: f64,
        scales: *const scmp_tensor,
    ) -> scmp_status;

    /// As scmp_smooth_scales, from activation maxima as an array (D,), finite and not negative, and with eps > 0 given.
    ///
    /// Since 0.1.
    pub fn scmp_smooth_scales_from(
        ctx: *mut scmp_ctx,
        act: *const scmp_tensor,
        weights: *const scmp_tensor,
        weight_count: usize,
        alpha: f64,
        eps: f64,
        scales: *const scmp_tensor,
    ) -> scmp_status;

    /// x / s along the last axis: the activation's half of smoothing. True division in f64 where x or s is F64, else in
    /// f32, then one rounding to the type of `out`. A result beyond it saturates at the largest finite number where
    /// `out` is F16 or BF16, and is NON_FINITE where it is F32 or F64, as in a product with `smooth`.
    ///
    /// # Parameters
    ///
    /// * `x`: (..., D), rank 1 or more, any float dtype, finite
    /// * `scales`: (D,), any float dtype, positive and finite
    /// * `out`: of x's shape, any float dtype; may be x itself (same data, dtype and strides)
    ///
    /// # Returns
    ///
    /// D_MISMATCH, SCALES_NOT_1D, INVALID_SCALES, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE, OVERLAP
    ///
    /// Since 0.1.
    pub fn scmp_smooth_activation(
        ctx: *mut scmp_ctx,
        x: *const scmp_tensor,
        scales: *const scmp_tensor,
        out: *const scmp_tensor,
    ) -> scmp_status;

    /// x * s along the last axis: the weight's half of smoothing. Otherwise as scmp_smooth_activation.
    ///
    /// Since 0.1.
    pub fn scmp_smooth_weight(
        ctx: *mut scmp_ctx,
        x: *const scmp_tensor,
        scales: *const scmp_tensor,
        out: *const scmp_tensor,
    ) -> scmp_status;

    /// Fills `quantized` with its size and NULLs. NULL is ignored.
    ///
    /// # Parameters
    ///
    /// * `size`: sizeof(scmp_quantized) of the program, which scmp_quantized_init hands in
    ///
    /// Since 0.1.
    pub fn scmp_quantized_init_sized(quantized: *mut scmp_quantized, size: usize);

    /// The scale shape of an operand under `options`, as a contiguous view without data, dtype F64 for per_tensor and
    /// F32 otherwise. Only the shape of x is read, wherever it is.
    ///
    /// # Returns
    ///
    /// INVALID_ARGUMENT, INVALID_SHAPE, UNSUPPORTED
    ///
    /// Since 0.1.
    pub fn scmp_scale_shape(
        x: *const scmp_tensor,
        side: scmp_side,
        options: *const scmp_matmul_options,
        out: *mut scmp_tensor,
    ) -> scmp_status;

    /// Ranges of an operand's scopes.
    ///
    /// # Parameters
    ///
    /// * `x`: (rows, D) or (BH, rows, D)
    /// * `ranges`: output, F32, of the scale shape with one more axis of 2: minimum and maximum of the scope; an empty
    ///   scope has (+inf, -inf), so that ranges of parts combine by minimum and maximum
    ///
    /// Since 0.1.
    pub fn scmp_ranges(
        ctx: *mut scmp_ctx,
        x: *const scmp_tensor,
        side: scmp_side,
        options: *const scmp_matmul_options,
        ranges: *const scmp_tensor,
    ) -> scmp_status;

    /// Quantizes an operand (Spec 4, rules B1 to U2 by granularity and mode).
    ///
    /// # Parameters
    ///
    /// * `x`: (rows, D) or (BH, rows, D)
    /// * `ranges`: NULL: the operand's own; else F32 as scmp_ranges writes them (static calibration, or ranges combined
    ///   over machines): finite with minimum <= maximum, or (+inf, -inf). Bipolar uses the larger magnitude. Values
    ///   beyond the range saturate.
    /// * `out`: the arrays that are not NULL are written
    ///
    /// Since 0.1.
    pub fn scmp_quantize(
        ctx: *mut scmp_ctx,
        x: *const scmp_tensor,
        side: scmp_side,
        options: *const scmp_matmul_options,
        ranges: *const scmp_tensor,
        out: *const scmp_quantized,
    ) -> scmp_status;

    /// Integer sums of quantized operands (Spec 2): S\[n]\[m] = sum over d of signs times C_d(xa, xb).
    ///
    /// The device counts up to 1024 different boundaries a side (0 included, and all of the levels' where no other
    /// occurs). Beyond that, and to say which boundary or sign is wrong, everything is copied to the host, and the CPU
    /// counts.
    ///
    /// # Parameters
    ///
    /// * `a`: boundary, (N, D) and (M, D) or with BH, values 0 .. G (need not be those of any level); sign, or NULL
    ///   where all are positive; the rest is not read
    /// * `b`: boundary, (N, D) and (M, D) or with BH, values 0 .. G (need not be those of any level); sign, or NULL
    ///   where all are positive; the rest is not read
    /// * `d_offset`: >= 0: inner index 0 of these operands is d_offset of configuration and masks, so that a long D can
    ///   be split into parts whose sums add up; must be 0 while 0 < chunk_d < D (indices restart in each chunk)
    /// * `accumulate`: non-zero: add to what `sums` holds, which must then be initialised
    /// * `sums`: output, I32 or I64, (N, M) or (BH, N, M); while 0 < chunk_d < D: (chunks, N, M)
    ///
    /// # Returns
    ///
    /// INVALID_ARGUMENT also where a total does not fit I32
    ///
    /// Since 0.1.
    pub fn scmp_count(
        ctx: *mut scmp_ctx,
        a: *const scmp_quantized,
        b: *const scmp_quantized,
        options: *const scmp_matmul_options,
        d_offset: i64,
        accumulate: i32,
        sums: *const scmp_tensor,
    ) -> scmp_status;

    /// From integer sums to values (Spec 5).
    ///
    /// # Parameters
    ///
    /// * `sums`: I32 or I64, as scmp_count writes them
    /// * `a`: scale, and for unipolar zero_point and row_sum, of the whole D; the rest is not read
    /// * `b`: scale, and for unipolar zero_point and row_sum, of the whole D; the rest is not read
    /// * `d`: the whole D
    /// * `y`: output, F32, (N, M) or (BH, N, M)
    ///
    /// Since 0.1.
    pub fn scmp_dequantize(
        ctx: *mut scmp_ctx,
        sums: *const scmp_tensor,
        a: *const scmp_quantized,
        b: *const scmp_quantized,
        d: i64,
        options: *const scmp_matmul_options,
        y: *const scmp_tensor,
    ) -> scmp_status;

    /// Fills `trace` with its size and NULLs. NULL is ignored.
    ///
    /// # Parameters
    ///
    /// * `size`: sizeof(scmp_trace) of the program, which scmp_trace_init hands in
    ///
    /// Since 0.1.
    pub fn scmp_trace_init_sized(trace: *mut scmp_trace, size: usize);

    /// Name of a signal as the struct, CSV and VCD files spell it, "and_bit"; "none"; "unknown" for no signal.
    ///
    /// Since 0.1.
    pub fn scmp_signal_name(signal: scmp_signal) -> *const c_char;

    /// Writes the trace of all outputs of a and b as arrays. Memory beyond the outputs grows with (N + M) * D and L.
    ///
    /// # Parameters
    ///
    /// * `out`: the arrays that are not NULL are written
    ///
    /// Since 0.1.
    pub fn scmp_trace_arrays(
        ctx: *mut scmp_ctx,
        a: *const scmp_quantized,
        b: *const scmp_quantized,
        options: *const scmp_matmul_options,
        d_offset: i64,
        out: *const scmp_trace,
    ) -> scmp_status;

    /// Writes the trace as CSV: lines that begin with # and say what it is, a line of column names, then a line for
    /// each n, m, d and cycle, the last running fastest: n, m, d (d_offset added), cycle, and the signals from
    /// left_draw to sign as scmp_trace has them. Same call, same bytes.
    ///
    /// # Parameters
    ///
    /// * `write`: gets the text piece by piece
    /// * `user`: handed to write
    ///
    /// # Returns
    ///
    /// IO where write gave non-zero
    ///
    /// Since 0.1.
    pub fn scmp_trace_csv(
        ctx: *mut scmp_ctx,
        a: *const scmp_quantized,
        b: *const scmp_quantized,
        options: *const scmp_matmul_options,
        d_offset: i64,
        write: scmp_write_fn,
        user: *mut c_void,
    ) -> scmp_status;

    /// Writes the trace as a value change dump (IEEE 1364-2005, 18), which waveform viewers open. Scope `scmp` has
    /// `clk` and `cycle`; in it each output has a scope `n0_m0` with `sum`, the signed sum of the partial counts (32
    /// bits, two's complement), and in that each inner index a scope `d0` (d_offset added) with left_draw, left_bit,
    /// right_position, right_draw, right_bit, and_bit, partial and `sign` (2 bits, two's complement). Cycle t is the
    /// time from 10 t to 10 t + 10, in ns: clk rises at its beginning, and every signal has cycle t's value all through
    /// it, partial with its AND bit. Same call, same bytes. Parameters and errors as scmp_trace_csv.
    ///
    /// Since 0.1.
    pub fn scmp_trace_vcd(
        ctx: *mut scmp_ctx,
        a: *const scmp_quantized,
        b: *const scmp_quantized,
        options: *const scmp_matmul_options,
        d_offset: i64,
        write: scmp_write_fn,
        user: *mut c_void,
    ) -> scmp_status;

    /// Fills `divergence` with its size and "none". NULL is ignored.
    ///
    /// # Parameters
    ///
    /// * `size`: sizeof(scmp_divergence) of the program, which scmp_divergence_init hands in
    ///
    /// Since 0.1.
    pub fn scmp_divergence_init_sized(divergence: *mut scmp_divergence, size: usize);

    /// Compares observed arrays with the trace, and reports the first difference: outputs in ascending order of n, then
    /// m; of each the inner indices, of each sign, then the cycles, in a cycle the signals in the order of scmp_signal,
    /// then count; after all inner indices sum. Arrays without an axis m (or n) are looked at with the first m (n).
    ///
    /// # Parameters
    ///
    /// * `observed`: inputs of the shapes and dtypes that scmp_trace_arrays writes; NULL: not compared
    /// * `out`: gets the first difference
    ///
    /// Since 0.1.
    pub fn scmp_trace_compare(
        ctx: *mut scmp_ctx,
        a: *const scmp_quantized,
        b: *const scmp_quantized,
        options: *const scmp_matmul_options,
        d_offset: i64,
        observed: *const scmp_trace,
        out: *mut scmp_divergence,
    ) -> scmp_status;

    /// The integer sums after each of some numbers of cycles.
    ///
    /// # Parameters
    ///
    /// * `cycles`: (T,), I16 or I32, T at least 1, values 0 .. L in any order
    /// * `sums`: output, I32 or I64, (T, N, M) or (T, BH, N, M); with c = L what scmp_count gives
    ///
    /// # Returns
    ///
    /// also CANCELLED
    ///
    /// Since 0.1.
    pub fn scmp_progressive_counts(
        ctx: *mut scmp_ctx,
        a: *const scmp_quantized,
        b: *const scmp_quantized,
        options: *const scmp_matmul_options,
        d_offset: i64,
        cycles: *const scmp_tensor,
        sums: *const scmp_tensor,
    ) -> scmp_status;

    /// For each output the fewest of some numbers of cycles from which on it stays near a value: the least c of the
    /// list such that for it and for every later c of the list |S_c * L - target * c| <= tolerance * c, S_c the sum
    /// after c cycles; in f64, each operation rounded once. That is: extrapolated to L cycles, the sum is off by
    /// `tolerance` ones at most.
    ///
    /// # Parameters
    ///
    /// * `cycles`: (T,), I16 or I32, T at least 1, ascending, values 1 .. L
    /// * `target`: F32 or F64, (N, M) or (BH, N, M), finite, in ones of a full stream: the exact product, say; NULL:
    ///   the sum after L cycles (one more product where L is not in the list)
    /// * `tolerance`: finite, at least 0
    /// * `out`: output, I16 or I32, of the shape of target: the number of cycles, or -1 where there is none
    ///
    /// # Returns
    ///
    /// also NON_FINITE for target; CANCELLED
    ///
    /// Since 0.1.
    pub fn scmp_cycles_to_tolerance(
        ctx: *mut scmp_ctx,
        a: *const scmp_quantized,
        b: *const scmp_quantized,
        options: *const scmp_matmul_options,
        d_offset: i64,
        cycles: *const scmp_tensor,
        target: *const scmp_tensor,
        tolerance: f64,
        out: *const scmp_tensor,
    ) -> scmp_status;

    /// The value of SCMP_ACCUMULATOR_WIDTH_MAX.
    ///
    /// Since 0.1.
    pub fn scmp_accumulator_width_max() -> i32;

    /// Fills `accumulator` with the defaults. NULL is ignored.
    ///
    /// # Parameters
    ///
    /// * `size`: sizeof(scmp_accumulator) of the program, which scmp_accumulator_init hands in
    ///
    /// Since 0.1.
    pub fn scmp_accumulator_init_sized(accumulator: *mut scmp_accumulator, size: usize);

    /// Levels of the adder tree over `d` inner indices, the leaves' included: 1 + ceil(log2 d), or 1 for d < 2.
    ///
    /// Since 0.1.
    pub fn scmp_adder_tree_levels(d: i64) -> i32;

    /// The numbers that the array's accumulators hold in the end.
    ///
    /// An overflow is a step whose exact result is outside the range of its counter: for per_index and per_output an
    /// AND bit that is counted, for the tree a number that enters a level. In the tree, level 0 takes the signed counts
    /// of the inner indices; level l takes the sums of neighbours of level l - 1 (0 and 1, 2 and 3, ...; a last one
    /// alone is passed on).
    ///
    /// # Parameters
    ///
    /// * `accumulator`: NULL for the defaults
    /// * `sums`: output, I32 or I64, (N, M); wide enough counters give scmp_count's
    /// * `overflows`: output, I32 or I64, (N, M): overflows on the way to each; NULL: not wanted
    /// * `level_overflows`: output, I64, (scmp_adder_tree_levels(D),): overflows of each level over all outputs; adder
    ///   tree only (UNSUPPORTED); NULL: not wanted
    ///
    /// # Returns
    ///
    /// INVALID_ARGUMENT also where a number of overflows does not fit I32
    ///
    /// Since 0.1.
    pub fn scmp_accumulate(
        ctx: *mut scmp_ctx,
        a: *const scmp_quantized,
        b: *const scmp_quantized,
        options: *const scmp_matmul_options,
        d_offset: i64,
        accumulator: *const scmp_accumulator,
        sums: *const scmp_tensor,
        overflows: *const scmp_tensor,
        level_overflows: *const scmp_tensor,
    ) -> scmp_status;

    /// The least width at which no counter overflows on these operands (SCMP_OVERFLOW_WRAP or SCMP_OVERFLOW_SATURATE:
    /// the same).
    ///
    /// # Parameters
    ///
    /// * `accumulator`: place and growth are read; NULL for the defaults
    /// * `width`: gets the bits, at least 1
    ///
    /// Since 0.1.
    pub fn scmp_accumulator_width(
        ctx: *mut scmp_ctx,
        a: *const scmp_quantized,
        b: *const scmp_quantized,
        options: *const scmp_matmul_options,
        d_offset: i64,
        accumulator: *const scmp_accumulator,
        width: *mut i32,
    ) -> scmp_status;

    /// The least width at which no counter overflows on any operands of `d` inner indices, whatever the generators:
    /// full boundaries of one sign reach it.
    ///
    /// # Returns
    ///
    /// INVALID_ARGUMENT; INVALID_SHAPE for d < 0 or d * L over SCMP_D_TIMES_L_MAX
    ///
    /// Since 0.1.
    pub fn scmp_accumulator_width_any(
        options: *const scmp_matmul_options,
        d: i64,
        accumulator: *const scmp_accumulator,
        width: *mut i32,
    ) -> scmp_status;

    /// OR: in each cycle a group counts one up if any of its AND bits with sign 1 is set, and one down if any with sign
    /// -1 is (two wires a group, one of each sign). Not linear: ones that meet in a cycle are lost. group = 1 is
    /// scmp_count.
    ///
    /// # Parameters
    ///
    /// * `group`: at least 1
    /// * `sums`: output, I32 or I64, (N, M)
    ///
    /// Since 0.1.
    pub fn scmp_count_or(
        ctx: *mut scmp_ctx,
        a: *const scmp_quantized,
        b: *const scmp_quantized,
        options: *const scmp_matmul_options,
        d_offset: i64,
        group: i64,
        sums: *const scmp_tensor,
    ) -> scmp_status;

    /// MUX, scaled addition (Gaines, "Stochastic computing systems", 1969): in each cycle one inner index of every
    /// group is selected, and its AND bit counted with its sign. An estimate of the exact sum is `group` times the
    /// result.
    ///
    /// # Parameters
    ///
    /// * `group`: 1 .. 2^31 - 1
    /// * `select`: (L,), I16 or I32: which of a group, 0 .. group - 1, in each cycle, the same for all groups; a place
    ///   that the last group lacks counts nothing. NULL: cycle t selects t mod group
    /// * `sums`: output, I32 or I64, (N, M)
    ///
    /// Since 0.1.
    pub fn scmp_count_mux(
        ctx: *mut scmp_ctx,
        a: *const scmp_quantized,
        b: *const scmp_quantized,
        options: *const scmp_matmul_options,
        d_offset: i64,
        group: i64,
        select: *const scmp_tensor,
        sums: *const scmp_tensor,
    ) -> scmp_status;

    /// Stochastic cross-correlation of the two streams that meet at the AND gate of inner index `d`: 1 where ones
    /// overlap as much as they can, -1 where as little as they can, 0 where as independent streams would, and where one
    /// is constant (Alaghi and Hayes, "Exploiting correlation in stochastic circuit design", ICCD 2013). The left
    /// stream is the enable; the right one is the right bit of section 1, held while it is not enabled.
    ///
    /// # Parameters
    ///
    /// * `x`: (X,) and (Y,), I16 or I32, boundaries 0 .. G; NULL: all of 0 .. G
    /// * `y`: (X,) and (Y,), I16 or I32, boundaries 0 .. G; NULL: all of 0 .. G
    /// * `out`: output, F32 or F64, (X, Y)
    ///
    /// Since 0.1.
    pub fn scmp_stream_correlation(
        ctx: *mut scmp_ctx,
        options: *const scmp_matmul_options,
        d: i64,
        x: *const scmp_tensor,
        y: *const scmp_tensor,
        out: *const scmp_tensor,
    ) -> scmp_status;

    /// Fills `error` with zeros and its size. NULL is ignored.
    ///
    /// # Parameters
    ///
    /// * `size`: sizeof(scmp_table_error) of the program, which scmp_table_error_init hands in
    ///
    /// Since 0.1.
    pub fn scmp_table_error_init_sized(error: *mut scmp_table_error, size: usize);

    /// The error of the count tables of the inner indices d_offset .. d_offset + d - 1, over all pairs of some
    /// boundaries.
    ///
    /// # Parameters
    ///
    /// * `d`: at least 1, each index has the same weight
    /// * `x`: (X,) and (Y,), I16 or I32, at least one boundary 0 .. G; NULL: all of 0 .. G
    /// * `y`: (X,) and (Y,), I16 or I32, at least one boundary 0 .. G; NULL: all of 0 .. G
    /// * `x_weight`: (X,) and (Y,), any float dtype, I32 or I64, finite, none negative, not all 0: a pair's weight is
    ///   the product of the two, a histogram of the operands', say; NULL: all alike. Pairs of weight 0 do not count for
    ///   max_abs
    /// * `y_weight`: (X,) and (Y,), any float dtype, I32 or I64, finite, none negative, not all 0: a pair's weight is
    ///   the product of the two, a histogram of the operands', say; NULL: all alike. Pairs of weight 0 do not count for
    ///   max_abs
    /// * `out`: gets the numbers, f64 arithmetic
    ///
    /// # Returns
    ///
    /// also NON_FINITE
    ///
    /// Since 0.1.
    pub fn scmp_count_table_error(
        ctx: *mut scmp_ctx,
        options: *const scmp_matmul_options,
        d_offset: i64,
        d: i64,
        x: *const scmp_tensor,
        y: *const scmp_tensor,
        x_weight: *const scmp_tensor,
        y_weight: *const scmp_tensor,
        out: *mut scmp_table_error,
    ) -> scmp_status;

    /// Fills `weights` with its size and NULLs. NULL is ignored.
    ///
    /// # Parameters
    ///
    /// * `size`: sizeof(scmp_score_weights) of the program, which scmp_score_weights_init hands in
    ///
    /// Since 0.1.
    pub fn scmp_score_weights_init_sized(weights: *mut scmp_score_weights, size: usize);

    /// Scores many generators for the right side at once, for a search: with each in place of the right generator of
    /// inner index `d` (whose permutation, complement and mask stay), error is count - target, and
    ///
    /// squares\[i] = sum over x, y of square\[x]\[y] * error^2, sums\[i]\[t] = sum over x, y of sum\[t]\[x]\[y] * error
    ///
    /// in f64; the same numbers on every machine. A candidate of 8 bits takes microseconds.
    ///
    /// # Parameters
    ///
    /// * `candidates`: `count` generators, each filled with scmp_generator_init first
    /// * `weights`: NULL: all boundaries alike
    /// * `squares`: output, F32 or F64, (count,)
    /// * `sums`: output, F32 or F64, (count, T); NULL: not wanted
    ///
    /// # Returns
    ///
    /// INVALID_CONFIG also for a candidate that breaks a rule of Spec 3; also NON_FINITE for weights
    ///
    /// Since 0.1.
    pub fn scmp_score_generators(
        ctx: *mut scmp_ctx,
        options: *const scmp_matmul_options,
        d: i64,
        candidates: *const scmp_generator,
        count: usize,
        weights: *const scmp_score_weights,
        squares: *const scmp_tensor,
        sums: *const scmp_tensor,
    ) -> scmp_status;

    /// Star discrepancy on the grid of the sequence that one side of inner index `d` sees (Niederreiter, "Random number
    /// generation and quasi-Monte Carlo methods", 1992, 2.1): the largest | #{t < L : r\[t] < x} / L - x / G | over x =
    /// 0 .. G; on the left that is the largest error of a stream's density.
    ///
    /// # Parameters
    ///
    /// * `out`: gets the number, 0 .. 1
    ///
    /// Since 0.1.
    pub fn scmp_sequence_discrepancy(
        ctx: *mut scmp_ctx,
        options: *const scmp_matmul_options,
        side: scmp_side,
        d: i64,
        out: *mut f64,
    ) -> scmp_status;

    /// Name of a finding, "same_generator"; "unknown" for none.
    ///
    /// Since 0.1.
    pub fn scmp_lint_name(code: scmp_lint_code) -> *const c_char;

    /// Looks for usual mistakes in the sequences of the inner indices 0 .. d - 1 under `options`. Findings are no
    /// errors: the default configuration has some. They come in the order of the codes, then of the pool (first draws:
    /// left, right, both).
    ///
    /// # Parameters
    ///
    /// * `d`: at least 0
    /// * `found`: called from the calling thread for each finding; NULL: only counted
    /// * `user`: handed to found
    /// * `count`: gets the number of findings
    ///
    /// Since 0.1.
    pub fn scmp_lint(
        ctx: *mut scmp_ctx,
        options: *const scmp_matmul_options,
        d: i64,
        found: scmp_lint_fn,
        user: *mut c_void,
        count: *mut i32,
    ) -> scmp_status;

    /// The default Sobol seeds of a side (Spec 3).
    ///
    /// # Parameters
    ///
    /// * `seeds`: gets sc_prec numbers.
    ///
    /// # Returns
    ///
    /// INVALID_ARGUMENT
    ///
    /// Since 0.1.
    pub fn scmp_sobol_seeds(side: scmp_side, sc_prec: i32, seeds: *mut u32) -> scmp_status;

    /// Number of maximal-length tap sets of an LFSR of this width; 0 for width 1 and for a width out of range.
    ///
    /// Since 0.1.
    pub fn scmp_lfsr_tap_set_count(sc_prec: i32) -> i32;

    /// One maximal-length tap set in the canonical order of Spec 3; index 0 is the default.
    ///
    /// # Parameters
    ///
    /// * `taps`: gets at most sc_prec positions, descending
    /// * `count`: gets how many
    ///
    /// # Returns
    ///
    /// INVALID_ARGUMENT for a width or index out of range
    ///
    /// Since 0.1.
    pub fn scmp_lfsr_tap_set(
        sc_prec: i32,
        index: i32,
        taps: *mut i32,
        count: *mut i32,
    ) -> scmp_status;

    /// The first draws of one generator, without permutation, complement, scramble or rescale.
    ///
    /// # Parameters
    ///
    /// * `out`: (T,), I16 or I32, T at most 2^sc_prec
    ///
    /// # Returns
    ///
    /// INVALID_ARGUMENT, INVALID_CONFIG, INVALID_SHAPE, INVALID_DTYPE
    ///
    /// Since 0.1.
    pub fn scmp_generator_draws(
        ctx: *mut scmp_ctx,
        generator: *const scmp_generator,
        sc_prec: i32,
        out: *const scmp_tensor,
    ) -> scmp_status;

    /// The draws that the circuit of inner index `d` sees on one side: after permutation, complement, scramble and
    /// rescale.
    ///
    /// # Parameters
    ///
    /// * `out`: (L,), I16 or I32
    ///
    /// Since 0.1.
    pub fn scmp_sequence(
        ctx: *mut scmp_ctx,
        options: *const scmp_matmul_options,
        side: scmp_side,
        d: i64,
        out: *const scmp_tensor,
    ) -> scmp_status;

    /// mask\[d] of a scramble mode: what is xored into draws where it applies; 0 for off, for a negative d and for a
    /// width out of range; NOT_GIVEN counts as bitrev.
    ///
    /// Since 0.1.
    pub fn scmp_scramble_mask(scramble: scmp_scramble, d: i64, sc_prec: i32) -> u32;

    /// 1 where the mode applies its masks at this stream length and grid (Spec 3), else 0.
    ///
    /// Since 0.1.
    pub fn scmp_scramble_applies(
        scramble: scmp_scramble,
        sc_prec: i32,
        stoc_len: i32,
        rng_levels: i32,
    ) -> i32;

    /// floor(draw * rng_levels / 2^sc_prec): the rescale of a draw where rng_levels != 2^sc_prec (Spec 3).
    ///
    /// Since 0.1.
    pub fn scmp_rescale(draw: u32, sc_prec: i32, rng_levels: i32) -> u32;

    /// The boundaries of the levels 0 .. q_max (Spec 4), by the rule that the options imply for an operand without
    /// chunks, or with them where chunk_d > 0.
    ///
    /// # Parameters
    ///
    /// * `out`: (q_max + 1,), I16 or I32
    ///
    /// Since 0.1.
    pub fn scmp_level_boundaries(
        options: *const scmp_matmul_options,
        out: *const scmp_tensor,
    ) -> scmp_status;

    /// The count table of inner index `d`: out\[i]\[j] = C_d(x\[i], y\[j]).
    ///
    /// # Parameters
    ///
    /// * `x`: (X,) and (Y,), I16 or I32, boundaries 0 .. G; NULL: all of 0 .. G
    /// * `y`: (X,) and (Y,), I16 or I32, boundaries 0 .. G; NULL: all of 0 .. G
    /// * `out`: (X, Y), I16 or I32
    ///
    /// Since 0.1.
    pub fn scmp_count_table(
        ctx: *mut scmp_ctx,
        options: *const scmp_matmul_options,
        d: i64,
        x: *const scmp_tensor,
        y: *const scmp_tensor,
        out: *const scmp_tensor,
    ) -> scmp_status;

    /// Finds the inner indices that share a count table: there is 1 table where every index is alike, at most 2^p under
    /// scramble of one pair of generators.
    ///
    /// # Parameters
    ///
    /// * `d`: number of inner indices
    /// * `index`: output (d,), I32: the table of each; NULL: not wanted
    /// * `table_count`: gets the number of different tables
    ///
    /// Since 0.1.
    pub fn scmp_table_index(
        ctx: *mut scmp_ctx,
        options: *const scmp_matmul_options,
        d: i64,
        index: *const scmp_tensor,
        table_count: *mut i32,
    ) -> scmp_status;
}
