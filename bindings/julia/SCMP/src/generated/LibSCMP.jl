"""
The C interface of libscmp, as it stands in scmp.h: constants, structs and functions, nothing safe.

Written by bindings/generator/generate.py from the headers in include/scmp: change those, then run it again.
"""
module LibSCMP

import Libdl

const _handle = Ref{Ptr{Cvoid}}(C_NULL)

"""
    load!(path)

Opens the shared library; every function of this module then calls into it.
"""
function load!(path::AbstractString)
    # Not RTLD_DEEPBIND, the default: where Julia came with another unwinder than libgcc's (Debian's did), the library
    # would throw its C++ exceptions with one and catch them with the other.
    _handle[] = Libdl.dlopen(path, Libdl.RTLD_NOW | Libdl.RTLD_LOCAL)
    return nothing
end

_symbol(name::Symbol) =
    _handle[] == C_NULL ? error("libscmp is not loaded: call LibSCMP.load! first") : Libdl.dlsym(_handle[], name)

"""
    with(x; fields...)

A copy of a struct of this module with some fields replaced: `with(options; stoc_len = 128)`.
"""
function with(x::T; fields...) where {T}
    for name in keys(fields)
        name in fieldnames(T) || throw(ArgumentError("$T has no field $name"))
    end
    return T((get(fields, name, getfield(x, name)) for name in fieldnames(T))...)
end

"""
    initialised(T) -> Ref{T}

A struct of this module that begins with its size, with its defaults, as large as this module knows it.
"""
function initialised(::Type{T}) where {T}
    made = Ref{T}()
    ccall(_symbol(Symbol(nameof(T), :_init_sized)), Cvoid, (Ptr{T}, Csize_t), made, sizeof(T))
    return made
end

"Version of the header that these declarations were written from."
const HEADER_VERSION = v"0.2.0"

"""
    SCMP_VERSION_MAJOR

Version of this header. The shared library's SONAME carries SCMP_VERSION_MAJOR.

Since 0.1.
"""
const SCMP_VERSION_MAJOR = Int32(0)

"""
    SCMP_VERSION_MINOR

Version of this header. The shared library's SONAME carries SCMP_VERSION_MAJOR.

Since 0.1.
"""
const SCMP_VERSION_MINOR = Int32(2)

"""
    SCMP_VERSION_PATCH

Version of this header. The shared library's SONAME carries SCMP_VERSION_MAJOR.

Since 0.1.
"""
const SCMP_VERSION_PATCH = Int32(0)

"""
    SCMP_SPEC_VERSION

Version of the arithmetic specification that the numbers follow. Every file that the library writes carries it.

Since 0.1.
"""
const SCMP_SPEC_VERSION = Int32(1)

"""
    SCMP_MAX_RANK

dimensions of a tensor view

Since 0.1.
"""
const SCMP_MAX_RANK = Int32(8)

"""
    SCMP_SC_PREC_MAX

bits of precision p, both modes

Since 0.1.
"""
const SCMP_SC_PREC_MAX = Int32(10)

"""
    SCMP_SC_PREC_MIN_BIPOLAR

below it q_max = 2^(p-1) - 1 would be 0

Since 0.1.
"""
const SCMP_SC_PREC_MIN_BIPOLAR = Int32(2)

"""
    SCMP_SC_PREC_MIN_UNIPOLAR

q_max = 2^p - 1

Since 0.1.
"""
const SCMP_SC_PREC_MIN_UNIPOLAR = Int32(1)

"""
    SCMP_RNG_LEVELS_MAX

grid size G; the least is 1. stoc_len is 1 .. 2^p

Since 0.1.
"""
const SCMP_RNG_LEVELS_MAX = Int32(16384)

"""
    SCMP_D_TIMES_L_MAX

D * L at most, so that every sum fits an int32

Since 0.1.
"""
const SCMP_D_TIMES_L_MAX = Int32(2147483647)

"""
    SCMP_NOT_GIVEN

"Not given" for the options a caller may leave open: stoc_len, rng_levels, threads.

Since 0.1.
"""
const SCMP_NOT_GIVEN = Int32(-1)

"""
    SCMP_DEVICE_CPU

The place of a tensor's memory: SCMP_DEVICE_CPU for host memory, SCMP_DEVICE_CUDA_0 + i for CUDA device i, i up
to 65534. Larger numbers are kept for devices of other kinds.

Since 0.1.
"""
const SCMP_DEVICE_CPU = Int32(0)

"""
    SCMP_DEVICE_CUDA_0

The place of a tensor's memory: SCMP_DEVICE_CPU for host memory, SCMP_DEVICE_CUDA_0 + i for CUDA device i, i up
to 65534. Larger numbers are kept for devices of other kinds.

Since 0.1.
"""
const SCMP_DEVICE_CUDA_0 = Int32(1)

"""
    SCMP_SMOOTH_EPS

eps of Spec 6 where a function takes none: the floor of maxima and scales.

Since 0.1.
"""
const SCMP_SMOOTH_EPS = 1e-05

"""
    SCMP_ACCUMULATOR_WIDTH_MAX

Widest counter of an accumulator, in bits.

Since 0.1.
"""
const SCMP_ACCUMULATOR_WIDTH_MAX = Int32(32)

"""
    scmp_status

The outcome of a call. Values are pinned: they never change and are never reused.

The status of each bad input:

| input                                                                          | status             |
| ------------------------------------------------------------------------------ | ------------------ |
| a NULL where none is allowed, an unknown enumeration value, an option struct   | INVALID_ARGUMENT   |
|   that was not initialised, sc_prec, stoc_len, rng_levels, a group, a thread   |                    |
|   count, eps or a table index out of its range, a boundary outside 0..G,       |                    |
|   a sign outside -1..1                                                         |                    |
| alpha outside [0, 1], or NaN                                                   | INVALID_ALPHA      |
| two things that must have the same D and do not                                | D_MISMATCH         |
| smoothing scales that are not one-dimensional                                  | SCALES_NOT_1D      |
| smoothing scales that are not all positive and finite                          | INVALID_SCALES     |
| rank other than 2 or 3, ranks that differ, BH that differ, an output of another| INVALID_SHAPE      |
|   shape, a negative size, sizes or strides whose product overflows, D * L over |                    |
|   SCMP_D_TIMES_L_MAX                                                           |                    |
| a dtype that this argument cannot have                                         | INVALID_DTYPE      |
| NaN or infinity in an operand, before or after smoothing, or an f64 beyond f32 | NON_FINITE         |
| a configuration that breaks a rule of Spec 3: unknown key, generator type or   | INVALID_CONFIG     |
|   side, unknown preset,                                                        |                    |
|   even Sobol seed, LFSR seed 0, taps out of range, an entry missing for an     |                    |
|   inner index, sc_prec other than the call's                                   |                    |
| options that do not combine (per_head in 2-D or unipolar, chunk_d with         | UNSUPPORTED        |
|   anything but per_row, bipolar, 2-D, counts with 0 < chunk_d < D), a backend  |                    |
|   or instruction set that this build or machine lacks, a tensor on a device    |                    |
|   that the call cannot use                                                     |                    |
| an output that overlaps an input, or itself                                    | OVERLAP            |
| the allocator returned NULL                                                    | OUT_OF_MEMORY      |
| a GPU or its driver failed                                                     | DEVICE             |
| a file could not be opened, read or written                                    | IO                 |
| a file or JSON text that is truncated, corrupt or of another kind              | FORMAT             |
| the cancel callback said so                                                    | CANCELLED          |

Since 0.1.
"""
const scmp_status = Int32
const SCMP_OK = scmp_status(0)
const SCMP_ERROR_INVALID_ARGUMENT = scmp_status(1)
const SCMP_ERROR_INVALID_ALPHA = scmp_status(2)
const SCMP_ERROR_D_MISMATCH = scmp_status(3)
const SCMP_ERROR_SCALES_NOT_1D = scmp_status(4)
const SCMP_ERROR_INVALID_SHAPE = scmp_status(5)
const SCMP_ERROR_INVALID_DTYPE = scmp_status(6)
const SCMP_ERROR_NON_FINITE = scmp_status(7)
const SCMP_ERROR_INVALID_CONFIG = scmp_status(8)
const SCMP_ERROR_UNSUPPORTED = scmp_status(9)
const SCMP_ERROR_OUT_OF_MEMORY = scmp_status(10)
const SCMP_ERROR_DEVICE = scmp_status(11)
const SCMP_ERROR_IO = scmp_status(12)
const SCMP_ERROR_FORMAT = scmp_status(13)
const SCMP_ERROR_CANCELLED = scmp_status(14)
const SCMP_ERROR_INVALID_SCALES = scmp_status(15)
const SCMP_ERROR_OVERLAP = scmp_status(16)
const SCMP_ERROR_INTERNAL = scmp_status(17) # a defect in the library: please report it

"""
    scmp_dtype

Element types. Operands are F32, F16 (IEEE binary16), BF16 (upper half of a binary32) or F64; others where
named.

Since 0.1.
"""
const scmp_dtype = Int32
const SCMP_DTYPE_F32 = scmp_dtype(0)
const SCMP_DTYPE_F16 = scmp_dtype(1)
const SCMP_DTYPE_BF16 = scmp_dtype(2)
const SCMP_DTYPE_F64 = scmp_dtype(3)
const SCMP_DTYPE_I8 = scmp_dtype(4)
const SCMP_DTYPE_U8 = scmp_dtype(5)
const SCMP_DTYPE_I16 = scmp_dtype(6)
const SCMP_DTYPE_I32 = scmp_dtype(7)
const SCMP_DTYPE_I64 = scmp_dtype(8)

"""
    scmp_backend

The backends that a context may compute with. All give the same bits.

Since 0.1.
"""
const scmp_backend = Int32
const SCMP_BACKEND_AUTO = scmp_backend(0) # the fastest that this machine has; a GPU has to be asked for by name
const SCMP_BACKEND_REFERENCE = scmp_backend(1) # the circuit, cycle by cycle, on one thread: slow and obviously right
const SCMP_BACKEND_CPU = scmp_backend(2) # count tables and vector code, threaded
const SCMP_BACKEND_CUDA = scmp_backend(3) # an NVIDIA GPU for products, and for what else has a tensor on it (sections 7, 8)

"""
    scmp_log_level

Severity of a log line.

Since 0.1.
"""
const scmp_log_level = Int32
const SCMP_LOG_WARNING = scmp_log_level(0) # a probable mistake of the caller: scmp_config_warning, once a configuration
const SCMP_LOG_INFO = scmp_log_level(1) # one line for each product: kernel, blocking, where the time went, memory
const SCMP_LOG_DEBUG = scmp_log_level(2) # and one about its tables and the cache

"""
    scmp_side

Sides of the product. Left (q in configuration files) enables right (k).

Since 0.1.
"""
const scmp_side = Int32
const SCMP_SIDE_LEFT = scmp_side(0)
const SCMP_SIDE_RIGHT = scmp_side(1)

"""
    scmp_generator_type

Kinds of number sequences.

Since 0.1.
"""
const scmp_generator_type = Int32
const SCMP_GENERATOR_SOBOL = scmp_generator_type(0) # one Sobol dimension in Gray-code order (Antonov and Saleev, 1979)
const SCMP_GENERATOR_LFSR = scmp_generator_type(1)
const SCMP_GENERATOR_MT19937 = scmp_generator_type(2) # CPython's random.Random(seed).randint(0, 2^p - 1), that is MT19937

"""
    scmp_scramble

Per inner index xor mask on the draws, the same on both sides (Spec 3, "Scramble").

Since 0.1.
"""
const scmp_scramble = Int32
const SCMP_SCRAMBLE_NOT_GIVEN = scmp_scramble(0) # the configuration's mode, or bitrev where it has none
const SCMP_SCRAMBLE_BITREV = scmp_scramble(1) # mask = bit reversal of d mod 2^p; not on a full stream on the full grid
const SCMP_SCRAMBLE_COUNTER = scmp_scramble(2) # mask = d mod 2^p; not on a full stream on the full grid
const SCMP_SCRAMBLE_OFF = scmp_scramble(3) # no mask
const SCMP_SCRAMBLE_ALWAYS_BITREV = scmp_scramble(4) # as bitrev, in every case
const SCMP_SCRAMBLE_ALWAYS_COUNTER = scmp_scramble(5) # as counter, in every case

"""
    scmp_granularity

The elements that share one quantization range (Spec 4, "Scopes").

Since 0.1.
"""
const scmp_granularity = Int32
const SCMP_GRANULARITY_PER_ROW = scmp_granularity(0) # each row, or group of rows (group_a, group_b), of each batch entry
const SCMP_GRANULARITY_PER_TENSOR = scmp_granularity(1) # the whole operand, batches included
const SCMP_GRANULARITY_PER_HEAD = scmp_granularity(2) # each batch entry; bipolar and 3-D only

"""
    scmp_mode

How signed numbers become streams.

Since 0.1.
"""
const scmp_mode = Int32
const SCMP_MODE_BIPOLAR = scmp_mode(0) # sign and magnitude, q in -q_max .. q_max, q_max = 2^(p-1) - 1
const SCMP_MODE_UNIPOLAR = scmp_mode(1) # zero point, q in 0 .. q_max, q_max = 2^p - 1

"""
    scmp_signal

The arrays of scmp_trace by number.

Since 0.1.
"""
const scmp_signal = Int32
const SCMP_SIGNAL_NONE = scmp_signal(0)
const SCMP_SIGNAL_LEFT_DRAW = scmp_signal(1)
const SCMP_SIGNAL_LEFT_BIT = scmp_signal(2)
const SCMP_SIGNAL_RIGHT_POSITION = scmp_signal(3)
const SCMP_SIGNAL_RIGHT_DRAW = scmp_signal(4)
const SCMP_SIGNAL_RIGHT_BIT = scmp_signal(5)
const SCMP_SIGNAL_AND_BIT = scmp_signal(6)
const SCMP_SIGNAL_PARTIAL = scmp_signal(7)
const SCMP_SIGNAL_SIGN = scmp_signal(8)
const SCMP_SIGNAL_COUNT = scmp_signal(9)
const SCMP_SIGNAL_SUM = scmp_signal(10)

"""
    scmp_accumulator_place

The places that an accumulator's counters may have.

Since 0.1.
"""
const scmp_accumulator_place = Int32
const SCMP_ACCUMULATOR_PER_INDEX = scmp_accumulator_place(0)
const SCMP_ACCUMULATOR_PER_OUTPUT = scmp_accumulator_place(1) # one signed up/down counter; inner indices one after another, L cycles each
const SCMP_ACCUMULATOR_ADDER_TREE = scmp_accumulator_place(2) # exact signed counts meet pairwise; each level of adders has a width

"""
    scmp_overflow

The ways of a counter with a number beyond its range.

Since 0.1.
"""
const scmp_overflow = Int32
const SCMP_OVERFLOW_WRAP = scmp_overflow(0) # the number loses its upper bits
const SCMP_OVERFLOW_SATURATE = scmp_overflow(1) # the number becomes the nearest one of the range

"""
    scmp_lint_code

The kinds of findings of lint.

Since 0.1.
"""
const scmp_lint_code = Int32
const SCMP_LINT_SAME_GENERATOR = scmp_lint_code(1) # both sides of an inner index draw the same numbers; index: the first such
const SCMP_LINT_EQUAL_GENERATORS = scmp_lint_code(2) # two of the pool are the same (type, seeds, taps); index: the second
const SCMP_LINT_ZERO_STATE = scmp_lint_code(3) # an LFSR without lfsr_zero_state comes to state 0, where it stays; index: of the pool
const SCMP_LINT_REPEATED_STATES = scmp_lint_code(4) # a generator shows a number twice within L draws; index: of the pool
const SCMP_LINT_NOT_MAXIMAL = scmp_lint_code(5) # an LFSR's period is below 2^p - 1, or 2^p with lfsr_zero_state; index: of the pool
const SCMP_LINT_BEYOND_PERIOD = scmp_lint_code(6) # L is more than a generator's period; index: of the pool
const SCMP_LINT_MASKS_REPEAT = scmp_lint_code(7) # there are more inner indices than scramble masks; index: the first repeated
const SCMP_LINT_FIRST_DRAW_ZERO = scmp_lint_code(8) # the first number of a side, or of both, is 0: one sentence for left alone, right alone and both, with the bias that comes of it; index: the first inner index

"""
    scmp_ctx

A context says where work runs and what it may use: backend, threads, memory, caches, callbacks. It belongs to
one thread at a time; different contexts are independent. No thread outlives the call that started it, so a
context that exists before a fork works in parent and child, unless another thread was using it just then: in
the child that one must be left alone, while statistics of it can be merged into those of another context. A
CUDA context works in the parent only (CUDA itself does not survive a fork: in the child its products are DEVICE
errors, and it may be destroyed).

Since 0.1.
"""
mutable struct scmp_ctx end

"""
    scmp_config

A configuration: the generator, permutation and complement of each inner index on each side. Immutable: any
number of threads and contexts may use one at the same time. It does not need the context it was made with to
live on.

Since 0.1.
"""
mutable struct scmp_config end

"""
    scmp_packed

A right operand, smoothed, quantized and laid out once for many products. Immutable: any number of threads may
use one at the same time, each with its own context of the same backend and instruction set. It does not need
the context or the configuration it was made with to live on. One that a CUDA context makes is on the GPU that b
is on, or the context's own, and products with it run there.

Since 0.1.
"""
mutable struct scmp_packed end

"""
    scmp_calib

Activation statistics: the absolute maximum of each inner index over everything observed. Belongs to one thread
at a time, and to its context, which must outlive it.

Since 0.1.
"""
mutable struct scmp_calib end

"""
    scmp_alloc_fn: (user, size, alignment) -> void *

Memory for everything a context allocates (but threads' own state), from the calling thread only. `alloc`
returns memory of at least `size` bytes aligned to `alignment` (a power of two, at most 64), or NULL, which the
call turns into SCMP_ERROR_OUT_OF_MEMORY. `free` gets back exactly what alloc was asked for.

Since 0.1.

Make one with `@cfunction(f, Ptr{Cvoid}, (Ptr{Cvoid}, Csize_t, Csize_t))`.
"""
const scmp_alloc_fn = Ptr{Cvoid}

"""
    scmp_free_fn: (user, ptr, size, alignment) -> void

Memory for everything a context allocates (but threads' own state), from the calling thread only. `alloc`
returns memory of at least `size` bytes aligned to `alignment` (a power of two, at most 64), or NULL, which the
call turns into SCMP_ERROR_OUT_OF_MEMORY. `free` gets back exactly what alloc was asked for.

Since 0.1.

Make one with `@cfunction(f, Cvoid, (Ptr{Cvoid}, Ptr{Cvoid}, Csize_t, Csize_t))`.
"""
const scmp_free_fn = Ptr{Cvoid}

"""
    scmp_log_fn: (user, level, message) -> void

A line of text without a newline, valid during the callback. Called from the calling thread only.

Since 0.1.

Make one with `@cfunction(f, Cvoid, (Ptr{Cvoid}, scmp_log_level, Ptr{UInt8}))`.
"""
const scmp_log_fn = Ptr{Cvoid}

"""
    scmp_progress_fn: (user, fraction) -> void

Share of the current call that is done, 0 .. 1, never falling. Called from the calling thread only.

Since 0.1.

Make one with `@cfunction(f, Cvoid, (Ptr{Cvoid}, Cdouble))`.
"""
const scmp_progress_fn = Ptr{Cvoid}

"""
    scmp_cancel_fn: (user) -> int32_t

Called now and then from the calling thread; non-zero ends the call with SCMP_ERROR_CANCELLED. While it is set,
products stage their result in one buffer of the output's size, so that a cancelled call leaves the output
alone. A CUDA product can be cancelled until it begins to write its result.

Since 0.1.

Make one with `@cfunction(f, Int32, (Ptr{Cvoid}))`.
"""
const scmp_cancel_fn = Ptr{Cvoid}

"""
    scmp_write_fn: (user, text, length) -> int32_t

Takes the next `length` bytes of a text, valid during the callback. Called from the calling thread only;
non-zero ends the call with IO.

Since 0.1.

Make one with `@cfunction(f, Int32, (Ptr{Cvoid}, Ptr{UInt8}, Csize_t))`.
"""
const scmp_write_fn = Ptr{Cvoid}

"""
    scmp_lint_fn: (user, code, index, sentence) -> void

Takes a finding: what it is, where (see scmp_lint_code), and a sentence with the numbers, valid during the
callback.

Since 0.1.

Make one with `@cfunction(f, Cvoid, (Ptr{Cvoid}, scmp_lint_code, Int64, Ptr{UInt8}))`.
"""
const scmp_lint_fn = Ptr{Cvoid}

"""
    scmp_tensor

A view of memory that the caller owns. Element [i, j, ...] is at data + (i * strides[0] + j * strides[1] + ...)
\\* scmp_dtype_size(dtype). Strides count elements and may be 0 (broadcast) or negative (data then points at
element [0, 0, ...], not at the lowest address). No alignment is asked of data. Where a dimension is 0, data may
be NULL.

Inputs may have any strides; the library reads them where they are, a few rows at a time. The elements of an
output must not overlap one another. Column-major arrays are views with swapped strides, not swapped operands:
left and right have different sequences.

Views are passed and returned by value, so this struct has no size of its own and never changes: what later
versions may need stands in the reserved members. Initialise it with zeros, or with the functions below.

Since 0.1.

# Fields

* `data`: address of element [0, 0, ...]
* `dtype`: type of the elements
* `device`: SCMP_DEVICE_CPU, or SCMP_DEVICE_CUDA_0 + i
* `rank`: number of dimensions, 0 .. SCMP_MAX_RANK
* `reserved_flags`: 0; others are UNSUPPORTED
* `shape`: sizes, outermost first
* `strides`: distances between neighbours, in elements
* `reserved`: 0; others are UNSUPPORTED. For what types of less than a byte may need
"""
struct scmp_tensor
    data::Ptr{Cvoid}
    dtype::scmp_dtype
    device::Int32
    rank::Int32
    reserved_flags::Int32
    shape::NTuple{8, Int64}
    strides::NTuple{8, Int64}
    reserved::NTuple{2, Int64}
end

"""
    scmp_ctx_options

The options of a context. Grows only at its end; fill it with scmp_ctx_options_init first.

Since 0.1.

# Fields

* `size`: sizeof(scmp_ctx_options), set by _init
* `backend`: default SCMP_BACKEND_AUTO
* `device`: CUDA backend: index of the context's own device; default 0
* `threads`: 1 .. 1024; default SCMP_NOT_GIVEN: as many as the process may run on
* `log_level`: lines up to this level are logged; default SCMP_LOG_WARNING
* `cache_bytes`: most memory that cached sequences and count tables keep, and most that the working memory of
  calls keeps for the next ones; likewise again on each GPU that is used; default 256 MiB
* `alloc`: default NULL: operator new; alloc and free come together
* `free`: default NULL
* `allocator_user`: handed to alloc and free; they outlive every handle made with the context
* `log`: default NULL: no log
* `log_user`: handed to log
* `progress`: default NULL
* `progress_user`: handed to progress
* `cancelled`: default NULL
* `cancelled_user`: handed to cancelled
* `isa`: CPU kernels: the name of an instruction set (scmp_isa_name), "" for the library's own choice; default
  NULL: what the environment variable SCMP_CPU names when the context is created, else the library's choice, the
  fastest that this machine runs. It changes speed, never numbers. Since version 0.2
* `kernel`: CUDA backend: the count kernel for all products that it can do, rows, bytes, bits or wgmma, "" for
  the library's own choice; default NULL: what SCMP_CUDA_KERNEL names, else the library's choice. It changes
  speed, never numbers. Since version 0.2
"""
struct scmp_ctx_options
    size::Csize_t
    backend::scmp_backend
    device::Int32
    threads::Int32
    log_level::scmp_log_level
    cache_bytes::UInt64
    alloc::Ptr{Cvoid}
    free::Ptr{Cvoid}
    allocator_user::Ptr{Cvoid}
    log::Ptr{Cvoid}
    log_user::Ptr{Cvoid}
    progress::Ptr{Cvoid}
    progress_user::Ptr{Cvoid}
    cancelled::Ptr{Cvoid}
    cancelled_user::Ptr{Cvoid}
    isa::Ptr{UInt8}
    kernel::Ptr{UInt8}
end

"""
    scmp_generator

One generator of a pool. Grows only at its end; fill it with scmp_generator_init first.

Since 0.1.

# Fields

* `size`: sizeof(scmp_generator), set by _init
* `type`: default SCMP_GENERATOR_SOBOL
* `sobol_side`: Sobol without seeds: whose default seeds; default SCMP_SIDE_LEFT
* `sobol_seeds`: Sobol: p odd numbers m_i < 2^(i+1), m_0 = 1; default NULL: the side's
* `sobol_seed_count`: length of sobol_seeds; must equal p where they are given
* `sobol_start`: Sobol: state before the first draw, 0 .. 2^p - 1; default 0
* `seed`: LFSR: 1 .. 2^p - 1, or from 0 with lfsr_zero_state, no default; true_random: absolute value of the
  seed
* `lfsr_taps`: LFSR: distinct bit positions 0 .. p-1 from the LSB; default NULL: the width's
* `lfsr_tap_count`: length of lfsr_taps
* `lfsr_zero_state`: LFSR, non-zero: state 0 is inserted between 1 and 2^(p-1), which makes the period of
  maximal taps 2^p (de Bruijn; Model 5); default 0
"""
struct scmp_generator
    size::Csize_t
    type::scmp_generator_type
    sobol_side::scmp_side
    sobol_seeds::Ptr{UInt32}
    sobol_seed_count::Int32
    sobol_start::UInt32
    seed::UInt64
    lfsr_taps::Ptr{Int32}
    lfsr_tap_count::Int32
    lfsr_zero_state::Int32
end

"""
    scmp_element

An element, that is one inner index on one side: the generator that it uses, and how (permutation first, then
complement). Elements stand in arrays, so this struct has no size of its own and never changes: initialise it
with zeros.

Since 0.1.

# Fields

* `generator`: index into the pool
* `complement`: non-zero: r becomes 2^p - 1 - r
* `permutation`: NULL, or p numbers: out bit i = in bit permutation[i]
* `reserved`: 0; others are UNSUPPORTED
"""
struct scmp_element
    generator::Int32
    complement::Int32
    permutation::Ptr{Int32}
    reserved::NTuple{2, Int64}
end

"""
    scmp_config_desc

A configuration as data. Grows only at its end; fill it with scmp_config_desc_init first.

Since 0.1.

# Fields

* `size`: sizeof(scmp_config_desc), set by _init
* `sc_prec`: the p that it is for; default 8
* `generators`: the pool
* `generator_count`: its length
* `left`: one element for each inner index of the left side
* `left_count`: its length; entries beyond a product's D are ignored
* `right`: likewise, right side
* `right_count`: its length
* `uniform`: non-zero: left[0] and right[0] serve every inner index; default 0
* `scramble`: the mode where a call gives none; default SCMP_SCRAMBLE_NOT_GIVEN
"""
struct scmp_config_desc
    size::Csize_t
    sc_prec::Int32
    generators::Ptr{scmp_generator}
    generator_count::Csize_t
    left::Ptr{scmp_element}
    left_count::Csize_t
    right::Ptr{scmp_element}
    right_count::Csize_t
    uniform::Int32
    scramble::scmp_scramble
end

"""
    scmp_report

A report of what a product did. Filled on success only. Grows only at its end; fill it with scmp_report_init
first.

Since 0.1.

# Fields

* `size`: sizeof(scmp_report), set by _init
* `stoc_len`: L as resolved
* `rng_levels`: G as resolved
* `scramble`: as resolved: never NOT_GIVEN
* `scrambled`: 1 where the masks were applied at this L and G
* `q_max`: largest level
* `tables`: number of different count tables over the inner indices
* `backend`: the backend that counted
* `threads`: threads that the product could use
* `isa`: instruction set of its kernels; static storage
* `kernel`: name of the count kernel; static storage
* `ms_quantize`: milliseconds: reading, smoothing, ranges and quantization of both operands
* `ms_tables`: sequences and count tables, 0 when cached
* `ms_pack`: laying out the right operand
* `ms_count`: counting
* `ms_dequantize`: from sums to values, and writing them; of what threads do side by side, their mean
* `ms_total`: the whole call; of a CUDA product that does not wait: until all is on the stream
* `bytes_peak`: most memory held at once from the context's allocator during the call, with what is kept from
  the last ones
* `panel_columns`: blocking: rows of b in a panel, the layout that the kernel reads
* `workers`: threads that had something to count
* `task_rows`: rows of a in a task
* `task_columns`: rows of b in a task: of one panel, or of several
* `tasks`: number of tasks
* `bytes_device`: CUDA: working memory that the call needed on its device; a workspace of so many bytes, aligned
  to 256, is enough for the same call
"""
struct scmp_report
    size::Csize_t
    stoc_len::Int32
    rng_levels::Int32
    scramble::scmp_scramble
    scrambled::Int32
    q_max::Int32
    tables::Int32
    backend::scmp_backend
    threads::Int32
    isa::Ptr{UInt8}
    kernel::Ptr{UInt8}
    ms_quantize::Cdouble
    ms_tables::Cdouble
    ms_pack::Cdouble
    ms_count::Cdouble
    ms_dequantize::Cdouble
    ms_total::Cdouble
    bytes_peak::UInt64
    panel_columns::Int32
    workers::Int32
    task_rows::Int64
    task_columns::Int64
    tasks::Int64
    bytes_device::UInt64
end

"""
    scmp_matmul_options

The options of a product and of its stages (Spec 1). Grows only at its end; fill it with
scmp_matmul_options_init first. Where a function takes a pointer to options, NULL means the defaults.

Since 0.1.

# Fields

* `size`: sizeof(scmp_matmul_options), set by _init
* `granularity`: default SCMP_GRANULARITY_PER_ROW
* `mode`: default SCMP_MODE_BIPOLAR
* `sc_prec`: precision p in bits; default 8
* `stoc_len`: stream length L in cycles, 1 .. 2^p; default SCMP_NOT_GIVEN: 2^p
* `rng_levels`: grid size G, 1 .. 2^14; default SCMP_NOT_GIVEN: 2^p
* `scramble`: default SCMP_SCRAMBLE_NOT_GIVEN: the configuration's, else bitrev
* `chunk_d`: > 0: own scales for every chunk_d inner indices (per_row, bipolar, 2-D only), summed in f32 in
  ascending order; default 0: none
* `group_a`: per_row: rows of a that share a scale, at least 1; default 1
* `group_b`: per_row: rows of b that share a scale, at least 1; default 1
* `config`: generators; default NULL: sobol_simple
* `smooth`: SmoothQuant scales s, (D,), any float dtype, positive and finite: the product of a/s and b*s, not
  rounded to 16 bits in between (Spec 6); default NULL: none
"""
struct scmp_matmul_options
    size::Csize_t
    granularity::scmp_granularity
    mode::scmp_mode
    sc_prec::Int32
    stoc_len::Int32
    rng_levels::Int32
    scramble::scmp_scramble
    chunk_d::Int64
    group_a::Int64
    group_b::Int64
    config::Ptr{scmp_config}
    smooth::Ptr{scmp_tensor}
end

"""
    scmp_call

The further outputs of one call of a product, beside its options. Where a function takes a pointer to it, NULL
means none of them. Grows only at its end; fill it with scmp_call_init first. Since version 0.2.

Since 0.2.

# Fields

* `size`: sizeof(scmp_call), set by _init
* `counts`: output: the integer sums S, I32 or I64, of the shape of Y; default NULL: not wanted. Not together
  with 0 < chunk_d < D
* `report`: output: what the product did; default NULL: not wanted
"""
struct scmp_call
    size::Csize_t
    counts::Ptr{scmp_tensor}
    report::Ptr{scmp_report}
end

"""
    scmp_quantized

One quantized operand: arrays that the caller owns. Each may be NULL: not wanted as an output, or as an input
not needed by the stage. Grows only at its end; fill it with scmp_quantized_init first.

Since 0.1.

# Fields

* `size`: sizeof(scmp_quantized), set by _init
* `level`: |q| (bipolar) or q (unipolar), 0 .. q_max; of x's shape, U8 (p <= 8), I16, I32
* `boundary`: 0 .. G; of x's shape, I16 or I32 (I16 holds every allowed G)
* `sign`: -1, 0 or 1; of x's shape, I8; bipolar only
* `scale`: of the scale shape; F64 for per_tensor, F32 otherwise (F64 holds both)
* `zero_point`: of the scale shape; F32 or F64; unipolar only
* `row_sum`: sum of q over each row, (rows,) or (BH, rows); F32 (rounded), I32 or I64 (exact, so that parts of a
  row can be added); unipolar only
"""
struct scmp_quantized
    size::Csize_t
    level::Ptr{scmp_tensor}
    boundary::Ptr{scmp_tensor}
    sign::Ptr{scmp_tensor}
    scale::Ptr{scmp_tensor}
    zero_point::Ptr{scmp_tensor}
    row_sum::Ptr{scmp_tensor}
end

"""
    scmp_trace

Arrays of a trace. Each may be NULL: not wanted, or not observed. What does not depend on m (or on n) has no
such axis. Grows only at its end; fill it with scmp_trace_init first.

Since 0.1.

# Fields

* `size`: sizeof(scmp_trace), set by _init
* `left_draw`: (D, L), I16 or I32: draws after permutation, complement, scramble, rescale
* `left_bit`: (N, D, L), U8 or I8: 1 where left_draw < boundary of a; enables the right
* `right_position`: (N, D, L), I16 or I32: enabled cycles before this one
* `right_draw`: (N, D, L), I16 or I32: the right generator's draw of that number
* `right_bit`: (N, M, D, L), U8 or I8: 1 where right_draw < boundary of b
* `and_bit`: (N, M, D, L), U8 or I8: left_bit and right_bit
* `partial`: (N, M, D, L), I16 or I32: and_bits in cycles 0 .. t
* `sign`: (N, M, D), I8: sign of a times sign of b
* `count`: (N, M, D), I16 or I32: C of Spec 2, partial after the last cycle
* `sum`: (N, M), I32 or I64: signs times counts over all d, as scmp_count gives it
"""
struct scmp_trace
    size::Csize_t
    left_draw::Ptr{scmp_tensor}
    left_bit::Ptr{scmp_tensor}
    right_position::Ptr{scmp_tensor}
    right_draw::Ptr{scmp_tensor}
    right_bit::Ptr{scmp_tensor}
    and_bit::Ptr{scmp_tensor}
    partial::Ptr{scmp_tensor}
    sign::Ptr{scmp_tensor}
    count::Ptr{scmp_tensor}
    sum::Ptr{scmp_tensor}
end

"""
    scmp_divergence

The first difference between an observed trace and the model's. Grows only at its end; fill it with
scmp_divergence_init first.

Since 0.1.

# Fields

* `size`: sizeof(scmp_divergence), set by _init
* `signal`: which array differs; SCMP_SIGNAL_NONE: none does, and the rest is -1 and 0
* `n`: the output and inner index (without d_offset) where it was found; d is -1 for sum
* `m`: the output and inner index (without d_offset) where it was found; d is -1 for sum
* `d`: the output and inner index (without d_offset) where it was found; d is -1 for sum
* `cycle`: -1 for sign, count and sum, which have no cycle
* `expected`: what the model has there
* `observed`: what was given
"""
struct scmp_divergence
    size::Csize_t
    signal::scmp_signal
    n::Int64
    m::Int64
    d::Int64
    cycle::Int64
    expected::Int64
    observed::Int64
end

"""
    scmp_accumulator

An accumulator. Grows only at its end; fill it with scmp_accumulator_init first.

Since 0.1.

# Fields

* `size`: sizeof(scmp_accumulator), set by _init
* `place`: default SCMP_ACCUMULATOR_PER_OUTPUT
* `overflow`: default SCMP_OVERFLOW_WRAP
* `width`: bits, 1 .. SCMP_ACCUMULATOR_WIDTH_MAX; signed counters are two's complement, so that 1 bit holds -1
  and 0; default 32, in which nothing overflows
* `growth`: adder tree: level l has width + growth * l bits, 0 or more; default 0
"""
struct scmp_accumulator
    size::Csize_t
    place::scmp_accumulator_place
    overflow::scmp_overflow
    width::Int32
    growth::Int32
end

"""
    scmp_table_error

How far counts C_d(x, y) are from x * y * L / G^2, in ones. Grows only at its end; fill it with
scmp_table_error_init first.

Since 0.1.

# Fields

* `size`: sizeof(scmp_table_error), set by _init
* `mean_abs`: mean of |error|
* `max_abs`: largest |error|
* `rms`: root of the mean of error^2
* `bias`: mean of error: what does not average out over the inner indices
* `max_d`: where the largest is first: inner index (d_offset added), ...
* `max_x`: ... boundary of a ...
* `max_y`: ... and of b
"""
struct scmp_table_error
    size::Csize_t
    mean_abs::Cdouble
    max_abs::Cdouble
    rms::Cdouble
    bias::Cdouble
    max_d::Int64
    max_x::Int32
    max_y::Int32
end

"""
    scmp_score_weights

The weights of errors of count tables, over X boundaries of a and Y of b. Grows only at its end; fill it with
scmp_score_weights_init first.

Since 0.1.

# Fields

* `size`: sizeof(scmp_score_weights), set by _init
* `x`: (X,), I16 or I32, boundaries 0 .. G of a, ascending; NULL: all of 0 .. G
* `y`: (Y,), likewise of b
* `target`: (X, Y), any float dtype: what the count should be; NULL: x * y * L / G^2
* `square`: (X, Y), any float dtype, none negative: weights of error^2; NULL: all 1
* `sum`: (T, X, Y), any float dtype and sign: weights of T sums of errors; NULL: none, T = 0
"""
struct scmp_score_weights
    size::Csize_t
    x::Ptr{scmp_tensor}
    y::Ptr{scmp_tensor}
    target::Ptr{scmp_tensor}
    square::Ptr{scmp_tensor}
    sum::Ptr{scmp_tensor}
end

"""
    scmp_version() -> const char *

Version of the library that is running, "major.minor.patch"; static storage.

Since 0.1.
"""
scmp_version() =
    ccall(_symbol(:scmp_version), Cstring, ())

"""
    scmp_version_number() -> int32_t

Version of the library that is running as a number: major * 10000 + minor * 100 + patch.

Since 0.1.
"""
scmp_version_number() =
    ccall(_symbol(:scmp_version_number), Int32, ())

"""
    scmp_spec_version() -> int32_t

Version of the arithmetic specification that the running library follows (SCMP_SPEC_VERSION when it was built).

Since 0.1.
"""
scmp_spec_version() =
    ccall(_symbol(:scmp_spec_version), Int32, ())

"""
    scmp_max_rank() -> int32_t

SCMP_MAX_RANK

Since 0.1.
"""
scmp_max_rank() =
    ccall(_symbol(:scmp_max_rank), Int32, ())

"""
    scmp_sc_prec_max() -> int32_t

SCMP_SC_PREC_MAX

Since 0.1.
"""
scmp_sc_prec_max() =
    ccall(_symbol(:scmp_sc_prec_max), Int32, ())

"""
    scmp_sc_prec_min_bipolar() -> int32_t

SCMP_SC_PREC_MIN_BIPOLAR

Since 0.1.
"""
scmp_sc_prec_min_bipolar() =
    ccall(_symbol(:scmp_sc_prec_min_bipolar), Int32, ())

"""
    scmp_sc_prec_min_unipolar() -> int32_t

SCMP_SC_PREC_MIN_UNIPOLAR

Since 0.1.
"""
scmp_sc_prec_min_unipolar() =
    ccall(_symbol(:scmp_sc_prec_min_unipolar), Int32, ())

"""
    scmp_rng_levels_max() -> int32_t

SCMP_RNG_LEVELS_MAX

Since 0.1.
"""
scmp_rng_levels_max() =
    ccall(_symbol(:scmp_rng_levels_max), Int32, ())

"""
    scmp_d_times_l_max() -> int64_t

SCMP_D_TIMES_L_MAX

Since 0.1.
"""
scmp_d_times_l_max() =
    ccall(_symbol(:scmp_d_times_l_max), Int64, ())

"""
    scmp_not_given() -> int32_t

The value of SCMP_NOT_GIVEN.

Since 0.1.
"""
scmp_not_given() =
    ccall(_symbol(:scmp_not_given), Int32, ())

"""
    scmp_status_string(status) -> const char *

Name of a status as it stands in this header, "SCMP_ERROR_D_MISMATCH"; "SCMP_STATUS_UNKNOWN" for no status.

Since 0.1.
"""
scmp_status_string(status) =
    ccall(_symbol(:scmp_status_string), Cstring, (scmp_status,), status)

"""
    scmp_last_error() -> const char *

One sentence about the last error of the calling thread: which argument, and with which numbers ("b has D = 383,
a has D = 384"). A call that succeeds leaves it as it was; before the first error it is "". The text stays valid
until the thread's next error.

Since 0.1.
"""
scmp_last_error() =
    ccall(_symbol(:scmp_last_error), Cstring, ())

"""
    scmp_last_errno() -> int32_t

The operating system's error number (errno) behind the last error of the calling thread, to be looked at beside
its sentence: that of the file or directory with IO, where the system refused it, or EISDIR for a directory and
EINVAL for anything else that is no regular file; 0 with other errors, and before the first (since version 0.2).

Since 0.2.
"""
scmp_last_errno() =
    ccall(_symbol(:scmp_last_errno), Int32, ())

"""
    scmp_dtype_size(dtype) -> size_t

Bytes of one element; 0 for no dtype.

Since 0.1.
"""
scmp_dtype_size(dtype) =
    ccall(_symbol(:scmp_dtype_size), Csize_t, (scmp_dtype,), dtype)

"""
    scmp_dtype_name(dtype) -> const char *

Name of a dtype, "f32"; "unknown" for no dtype.

Since 0.1.
"""
scmp_dtype_name(dtype) =
    ccall(_symbol(:scmp_dtype_name), Cstring, (scmp_dtype,), dtype)

"""
    scmp_tensor_0d(dtype, data) -> scmp_tensor

Views of contiguous host memory in C order. `data` is const for the sake of inputs; the library writes only
through tensors that a function names as outputs. Nothing is checked here: the call that gets the view checks
it.

Since 0.1.
"""
scmp_tensor_0d(dtype, data) =
    ccall(_symbol(:scmp_tensor_0d), scmp_tensor, (scmp_dtype, Ptr{Cvoid}), dtype, data)

"""
    scmp_tensor_1d(dtype, data, d) -> scmp_tensor

Views of contiguous host memory in C order. `data` is const for the sake of inputs; the library writes only
through tensors that a function names as outputs. Nothing is checked here: the call that gets the view checks
it.

Since 0.1.
"""
scmp_tensor_1d(dtype, data, d) =
    ccall(_symbol(:scmp_tensor_1d), scmp_tensor, (scmp_dtype, Ptr{Cvoid}, Int64), dtype, data, d)

"""
    scmp_tensor_2d(dtype, data, rows, d) -> scmp_tensor

Views of contiguous host memory in C order. `data` is const for the sake of inputs; the library writes only
through tensors that a function names as outputs. Nothing is checked here: the call that gets the view checks
it.

Since 0.1.
"""
scmp_tensor_2d(dtype, data, rows, d) =
    ccall(_symbol(:scmp_tensor_2d), scmp_tensor, (scmp_dtype, Ptr{Cvoid}, Int64, Int64), dtype, data, rows, d)

"""
    scmp_tensor_3d(dtype, data, batch, rows, d) -> scmp_tensor

Views of contiguous host memory in C order. `data` is const for the sake of inputs; the library writes only
through tensors that a function names as outputs. Nothing is checked here: the call that gets the view checks
it.

Since 0.1.
"""
scmp_tensor_3d(dtype, data, batch, rows, d) =
    ccall(_symbol(:scmp_tensor_3d), scmp_tensor,
          (scmp_dtype, Ptr{Cvoid}, Int64, Int64, Int64),
          dtype, data, batch, rows, d)

"""
    scmp_tensor_nd(dtype, data, rank, shape) -> scmp_tensor

A contiguous host view of any rank in C order.

# Parameters

* `shape`: `rank` sizes; for a rank outside 0 .. SCMP_MAX_RANK the view has rank -1, which every call refuses

Since 0.1.
"""
scmp_tensor_nd(dtype, data, rank, shape) =
    ccall(_symbol(:scmp_tensor_nd), scmp_tensor, (scmp_dtype, Ptr{Cvoid}, Int32, Ptr{Int64}), dtype, data, rank, shape)

"""
    scmp_backend_name(backend) -> const char *

Name of a backend, "cpu"; "unknown" for none.

Since 0.1.
"""
scmp_backend_name(backend) =
    ccall(_symbol(:scmp_backend_name), Cstring, (scmp_backend,), backend)

"""
    scmp_backend_available(backend) -> int32_t

1 where a context with this backend can be created here and now, else 0.

Since 0.1.
"""
scmp_backend_available(backend) =
    ccall(_symbol(:scmp_backend_available), Int32, (scmp_backend,), backend)

"""
    scmp_cuda_device_count() -> int32_t

Number of CUDA devices that this build can use on this machine; 0 without CUDA support, driver or device.

Since 0.1.
"""
scmp_cuda_device_count() =
    ccall(_symbol(:scmp_cuda_device_count), Int32, ())

"""
    scmp_isa_count() -> int32_t

Instruction sets that the CPU backend has kernels for: how many, their names ("portable"), and whether this
machine and its operating system run them. Index 0 is the portable one. A bad index gives "unknown" and 0.

Since 0.1.
"""
scmp_isa_count() =
    ccall(_symbol(:scmp_isa_count), Int32, ())

"""
    scmp_isa_name(index) -> const char *

Instruction sets that the CPU backend has kernels for: how many, their names ("portable"), and whether this
machine and its operating system run them. Index 0 is the portable one. A bad index gives "unknown" and 0.

Since 0.1.
"""
scmp_isa_name(index) =
    ccall(_symbol(:scmp_isa_name), Cstring, (Int32,), index)

"""
    scmp_isa_available(index) -> int32_t

Instruction sets that the CPU backend has kernels for: how many, their names ("portable"), and whether this
machine and its operating system run them. Index 0 is the portable one. A bad index gives "unknown" and 0.

Since 0.1.
"""
scmp_isa_available(index) =
    ccall(_symbol(:scmp_isa_available), Int32, (Int32,), index)

"""
    scmp_ctx_options_init_sized(options, size) -> void

Fills `options` with the defaults. NULL is ignored.

# Parameters

* `size`: sizeof(scmp_ctx_options) of the program, which scmp_ctx_options_init hands in

Since 0.1.
"""
scmp_ctx_options_init_sized(options, size) =
    ccall(_symbol(:scmp_ctx_options_init_sized), Cvoid, (Ptr{scmp_ctx_options}, Csize_t), options, size)

"""
    scmp_ctx_create(options, out) -> scmp_status

Creates a context.

# Parameters

* `options`: NULL for the defaults
* `out`: gets the handle; unchanged on error

# Returns

INVALID_ARGUMENT; UNSUPPORTED where the backend, the instruction set or the CUDA kernel is not to be had here;
OUT_OF_MEMORY; DEVICE

Since 0.1.
"""
scmp_ctx_create(options, out) =
    ccall(_symbol(:scmp_ctx_create), scmp_status, (Ptr{scmp_ctx_options}, Ptr{Ptr{scmp_ctx}}), options, out)

"""
    scmp_ctx_destroy(ctx) -> void

Destroys a context and sets the pointer to NULL. NULL and a pointer to NULL are ignored. Calibrations made with
the context must be gone before; configurations and packed operands may live on. Work that is still on a stream
goes on, and its errors are lost: scmp_ctx_synchronize reports them before.

Since 0.1.
"""
scmp_ctx_destroy(ctx) =
    ccall(_symbol(:scmp_ctx_destroy), Cvoid, (Ptr{Ptr{scmp_ctx}},), ctx)

"""
    scmp_ctx_threads(ctx) -> int32_t

Number of threads that products of this context use; 0 for NULL.

Since 0.1.
"""
scmp_ctx_threads(ctx) =
    ccall(_symbol(:scmp_ctx_threads), Int32, (Ptr{scmp_ctx},), ctx)

"""
    scmp_ctx_set_threads(ctx, threads) -> scmp_status

Sets the number of threads, 1 .. 1024, or SCMP_NOT_GIVEN for as many as the process may run on.

Since 0.1.
"""
scmp_ctx_set_threads(ctx, threads) =
    ccall(_symbol(:scmp_ctx_set_threads), scmp_status, (Ptr{scmp_ctx}, Int32), ctx, threads)

"""
    scmp_ctx_backend(ctx) -> scmp_backend

The backend that AUTO became; SCMP_BACKEND_AUTO for NULL.

Since 0.1.
"""
scmp_ctx_backend(ctx) =
    ccall(_symbol(:scmp_ctx_backend), scmp_backend, (Ptr{scmp_ctx},), ctx)

"""
    scmp_ctx_isa(ctx) -> const char *

Name of the instruction set that the context's kernels use, "portable"; "unknown" for NULL.

Since 0.1.
"""
scmp_ctx_isa(ctx) =
    ccall(_symbol(:scmp_ctx_isa), Cstring, (Ptr{scmp_ctx},), ctx)

"""
    scmp_ctx_cache_bytes(ctx) -> uint64_t

Bytes that cached sequences and tables hold now, on GPUs as well; 0 for NULL.

Since 0.1.
"""
scmp_ctx_cache_bytes(ctx) =
    ccall(_symbol(:scmp_ctx_cache_bytes), UInt64, (Ptr{scmp_ctx},), ctx)

"""
    scmp_ctx_cache_misses(ctx) -> uint64_t

Number of table sets made so far (cache misses); 0 for NULL. Two equal calls in a row raise it once.

Since 0.1.
"""
scmp_ctx_cache_misses(ctx) =
    ccall(_symbol(:scmp_ctx_cache_misses), UInt64, (Ptr{scmp_ctx},), ctx)

"""
    scmp_ctx_clear_cache(ctx) -> void

Drops every cached sequence and table; their memory is kept for the next ones. Results never depend on it. NULL
is ignored.

Since 0.1.
"""
scmp_ctx_clear_cache(ctx) =
    ccall(_symbol(:scmp_ctx_clear_cache), Cvoid, (Ptr{scmp_ctx},), ctx)

"""
    scmp_ctx_trim(ctx) -> void

Gives the working memory that was kept for the next calls back to the allocator, and on GPUs to the system what
no stream still uses. NULL is ignored.

Since 0.1.
"""
scmp_ctx_trim(ctx) =
    ccall(_symbol(:scmp_ctx_trim), Cvoid, (Ptr{scmp_ctx},), ctx)

"""
    scmp_ctx_set_cuda_stream(ctx, stream) -> scmp_status

The stream of the context's own device that later products go to; other devices use their default streams. What
goes to it comes after what the context has put on the one before, without a wait in the host. Both must exist
at that moment, and the last one until the context is destroyed or has another.

# Parameters

* `stream`: a cudaStream_t; NULL (as at first): the default stream, which waits for the work of other streams

# Returns

UNSUPPORTED where the context's backend is not CUDA; DEVICE, with the stream as it was

Since 0.1.
"""
scmp_ctx_set_cuda_stream(ctx, stream) =
    ccall(_symbol(:scmp_ctx_set_cuda_stream), scmp_status, (Ptr{scmp_ctx}, Ptr{Cvoid}), ctx, stream)

"""
    scmp_ctx_set_cuda_workspace(ctx, memory, bytes) -> scmp_status

Device memory that later calls on the context's own device take their working memory from, all of it. Calls on
one stream share it one after another; it must stay until the stream has come past the last of them. What
outlives calls is not in it: count tables, smoothing scales, packed operands.

# Parameters

* `memory`: of the context's own device; NULL (as at first): the context's pool
* `bytes`: its size, 0 where memory is NULL. How much a call needs: scmp_report's bytes_device, of the same call
  with or without a workspace. A call that needs more is OUT_OF_MEMORY with both numbers

# Returns

INVALID_ARGUMENT where one of memory and bytes is 0 and the other is not; UNSUPPORTED where the context's
backend is not CUDA

Since 0.1.
"""
scmp_ctx_set_cuda_workspace(ctx, memory, bytes) =
    ccall(_symbol(:scmp_ctx_set_cuda_workspace), scmp_status, (Ptr{scmp_ctx}, Ptr{Cvoid}, UInt64), ctx, memory, bytes)

"""
    scmp_ctx_synchronize(ctx) -> scmp_status

Waits until the GPUs have done what the context's calls put on their streams, and reports the first error of
theirs that no call has reported. It reports an error once, and drops the later ones. Contexts of other backends
have nothing to wait for.

# Returns

NON_FINITE, with which operand of which call since the last synchronization; DEVICE; always SCMP_OK where the
context's backend is not CUDA

Since 0.1.
"""
scmp_ctx_synchronize(ctx) =
    ccall(_symbol(:scmp_ctx_synchronize), scmp_status, (Ptr{scmp_ctx},), ctx)

"""
    scmp_tensor_hash(ctx, t, hash) -> scmp_status

A 128-bit hash of a tensor's contents, to see whether they have changed: since version 0.2. It is of the
elements' bytes in C order alone: strides, and where the memory is, make no difference; shape and dtype are for
the caller to compare. The same on every backend, instruction set and thread count; of machines with the same
byte order.

XXH3 (128 bits, seed 0) of the bytes where there are at most 262,144; else of the hashes of all pieces of
262,144 bytes (the last may be shorter), one behind the other in xxHash's canonical form, with the number of all
bytes as seed. Two tensors with different bytes have the same hash by chance only, 1 in 2^128; it is no
cryptographic hash.

# Parameters

* `t`: any dtype, in host memory or on the context's device
* `hash`: output, 2 numbers: the low and the high 64 bits

# Returns

INVALID_ARGUMENT, INVALID_SHAPE, UNSUPPORTED, OUT_OF_MEMORY, DEVICE, CANCELLED

Since 0.2.
"""
scmp_tensor_hash(ctx, t, hash) =
    ccall(_symbol(:scmp_tensor_hash), scmp_status, (Ptr{scmp_ctx}, Ptr{scmp_tensor}, Ptr{UInt64}), ctx, t, hash)

"""
    scmp_scramble_name(scramble) -> const char *

Name of a scramble mode as files and the command line spell it, "always_bitrev"; "unknown" for none.

Since 0.1.
"""
scmp_scramble_name(scramble) =
    ccall(_symbol(:scmp_scramble_name), Cstring, (scmp_scramble,), scramble)

"""
    scmp_generator_init_sized(generator, size) -> void

Fills `generator` with the defaults: the default left Sobol. NULL is ignored.

# Parameters

* `size`: sizeof(scmp_generator) of the program, which scmp_generator_init hands in

Since 0.1.
"""
scmp_generator_init_sized(generator, size) =
    ccall(_symbol(:scmp_generator_init_sized), Cvoid, (Ptr{scmp_generator}, Csize_t), generator, size)

"""
    scmp_config_desc_init_sized(desc, size) -> void

Fills `desc` with the defaults: an empty pool for p = 8. NULL is ignored.

# Parameters

* `size`: sizeof(scmp_config_desc) of the program, which scmp_config_desc_init hands in

Since 0.1.
"""
scmp_config_desc_init_sized(desc, size) =
    ccall(_symbol(:scmp_config_desc_init_sized), Cvoid, (Ptr{scmp_config_desc}, Csize_t), desc, size)

"""
    scmp_config_create_named(ctx, name, sc_prec, out) -> scmp_status

A named configuration: sobol_simple (the default of every call), sobol_antithetic, sobol_altseed, lfsr_default,
sobol_unbiased, sobol_tuned (sc_prec 4 .. 10 only). It serves any D.

# Returns

INVALID_ARGUMENT for sc_prec; INVALID_CONFIG for an unknown name, or one not defined at this sc_prec

Since 0.1.
"""
scmp_config_create_named(ctx, name, sc_prec, out) =
    ccall(_symbol(:scmp_config_create_named), scmp_status,
          (Ptr{scmp_ctx}, Cstring, Int32, Ptr{Ptr{scmp_config}}),
          ctx, name, sc_prec, out)

"""
    scmp_config_name_count() -> int32_t

Number of named configurations, and their names in the order of the list above; "unknown" for a bad index.

Since 0.1.
"""
scmp_config_name_count() =
    ccall(_symbol(:scmp_config_name_count), Int32, ())

"""
    scmp_config_name(index) -> const char *

Number of named configurations, and their names in the order of the list above; "unknown" for a bad index.

Since 0.1.
"""
scmp_config_name(index) =
    ccall(_symbol(:scmp_config_name), Cstring, (Int32,), index)

"""
    scmp_config_create_json(ctx, text, length, sc_prec, out) -> scmp_status

A configuration from JSON text: the dictionary of Spec 3 (rng_pool, sng, scramble_mode), or an object that has
it under "config" beside a "metadata" of any kind. Small temporaries of the parser come from operator new.

# Parameters

* `text`: UTF-8, not necessarily terminated
* `length`: its bytes, without a terminating 0: all of them are JSON, and blanks around it

# Returns

FORMAT where it is not JSON (a zero byte, a byte order mark, or anything but blanks behind the text is none), or
has a key twice in an object; INVALID_CONFIG where it breaks a rule, naming the entry

Since 0.1.
"""
scmp_config_create_json(ctx, text, length, sc_prec, out) =
    ccall(_symbol(:scmp_config_create_json), scmp_status,
          (Ptr{scmp_ctx}, Ptr{UInt8}, Csize_t, Int32, Ptr{Ptr{scmp_config}}),
          ctx, text, length, sc_prec, out)

"""
    scmp_config_create(ctx, desc, out) -> scmp_status

A configuration from data (see scmp_config_desc).

# Returns

INVALID_ARGUMENT or INVALID_CONFIG, naming the entry

Since 0.1.
"""
scmp_config_create(ctx, desc, out) =
    ccall(_symbol(:scmp_config_create), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_config_desc}, Ptr{Ptr{scmp_config}}),
          ctx, desc, out)

"""
    scmp_config_destroy(config) -> void

Destroys a configuration and sets the pointer to NULL. NULL and a pointer to NULL are ignored.

Since 0.1.
"""
scmp_config_destroy(config) =
    ccall(_symbol(:scmp_config_destroy), Cvoid, (Ptr{Ptr{scmp_config}},), config)

"""
    scmp_config_to_json(ctx, config, d, buffer, capacity, needed) -> scmp_status

Writes a configuration as JSON for the first `d` inner indices, such that scmp_config_create_json reads it back.

# Parameters

* `buffer`: gets the text and a terminating 0 where `capacity` is enough, otherwise is left alone; may be NULL
  where capacity is 0
* `needed`: gets the number of bytes with the terminating 0, whatever the capacity

# Returns

INVALID_ARGUMENT where 0 < capacity < *needed; INVALID_CONFIG where it has fewer than d entries

Since 0.1.
"""
scmp_config_to_json(ctx, config, d, buffer, capacity, needed) =
    ccall(_symbol(:scmp_config_to_json), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_config}, Int64, Ptr{UInt8}, Csize_t, Ptr{Csize_t}),
          ctx, config, d, buffer, capacity, needed)

"""
    scmp_config_sc_prec(config) -> int32_t

The sc_prec that a configuration is for; 0 for NULL.

Since 0.1.
"""
scmp_config_sc_prec(config) =
    ccall(_symbol(:scmp_config_sc_prec), Int32, (Ptr{scmp_config},), config)

"""
    scmp_config_d_max(config) -> int64_t

Number of inner indices that a configuration serves: INT64_MAX for a uniform one; 0 for NULL.

Since 0.1.
"""
scmp_config_d_max(config) =
    ccall(_symbol(:scmp_config_d_max), Int64, (Ptr{scmp_config},), config)

"""
    scmp_config_warning(config) -> const char *

A sentence about a probable mistake in a configuration: a generator in use that repeats before its type must (an
LFSR before 2^p - 1 draws, or before 2^p with lfsr_zero_state), with its period. "" where there is none, and for
NULL. A context with a log callback logs it when it makes the configuration or first uses it. Valid as long as
the configuration. Since version 0.2.

Since 0.2.
"""
scmp_config_warning(config) =
    ccall(_symbol(:scmp_config_warning), Cstring, (Ptr{scmp_config},), config)

"""
    scmp_granularity_name(granularity) -> const char *

Names as the command line spells them, "per_row", "bipolar"; "unknown" for none.

Since 0.1.
"""
scmp_granularity_name(granularity) =
    ccall(_symbol(:scmp_granularity_name), Cstring, (scmp_granularity,), granularity)

"""
    scmp_mode_name(mode) -> const char *

Names as the command line spells them, "per_row", "bipolar"; "unknown" for none.

Since 0.1.
"""
scmp_mode_name(mode) =
    ccall(_symbol(:scmp_mode_name), Cstring, (scmp_mode,), mode)

"""
    scmp_report_init_sized(report, size) -> void

Fills `report` with zeros and its size. NULL is ignored.

# Parameters

* `size`: sizeof(scmp_report) of the program, which scmp_report_init hands in

Since 0.1.
"""
scmp_report_init_sized(report, size) =
    ccall(_symbol(:scmp_report_init_sized), Cvoid, (Ptr{scmp_report}, Csize_t), report, size)

"""
    scmp_matmul_options_init_sized(options, size) -> void

Fills `options` with the defaults. NULL is ignored.

# Parameters

* `size`: sizeof(scmp_matmul_options) of the program, which scmp_matmul_options_init hands in

Since 0.1.
"""
scmp_matmul_options_init_sized(options, size) =
    ccall(_symbol(:scmp_matmul_options_init_sized), Cvoid, (Ptr{scmp_matmul_options}, Csize_t), options, size)

"""
    scmp_call_init_sized(call, size) -> void

Fills `call` with its size and NULLs. NULL is ignored.

# Parameters

* `size`: sizeof(scmp_call) of the program, which scmp_call_init hands in. Since version 0.2.

Since 0.1.
"""
scmp_call_init_sized(call, size) =
    ccall(_symbol(:scmp_call_init_sized), Cvoid, (Ptr{scmp_call}, Csize_t), call, size)

"""
    scmp_matmul(ctx, a, b, options, call, y) -> scmp_status

Y ~ a @ b.T on the array (Spec 2 to 7): smooth, quantize, count, dequantize.

With a CUDA context, a, b, y and call->counts may each be in host memory or on a GPU; options->smooth is in host
memory. Where all of them are on a GPU the call does not wait, and NON_FINITE comes from scmp_ctx_synchronize:
see section 4, "CUDA contexts". Device memory beyond operands and results: 2 bytes an element of a and b, scales
(24 bytes a scope), 4 bytes an element of Y where the inner dimension is shared out among blocks (small
products), 8 with 0 < chunk_d < D, and at most about 64 MiB of count tables.

A dimension may be 0: the result is empty, or all +0.0 where only D is 0. Memory beyond the output: the
quantized operands (1 or 2 bytes an element), the count tables, and per thread a few blocks
(docs/performance.md, "Memory").

# Parameters

* `a`: (N, D) or (BH, N, D); F32, F16, BF16 or F64; finite
* `b`: (M, D) or (BH, M, D); likewise, of the rank of a
* `options`: NULL for the defaults
* `call`: further outputs; NULL for none
* `y`: output, F32, (N, M) or (BH, N, M); NULL where only call->counts is wanted

# Returns

INVALID_ARGUMENT, D_MISMATCH, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE, SCALES_NOT_1D, INVALID_SCALES,
INVALID_CONFIG, UNSUPPORTED, OVERLAP, OUT_OF_MEMORY, DEVICE, CANCELLED

Since 0.1.
"""
scmp_matmul(ctx, a, b, options, call, y) =
    ccall(_symbol(:scmp_matmul), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_tensor}, Ptr{scmp_tensor}, Ptr{scmp_matmul_options}, Ptr{scmp_call}, Ptr{scmp_tensor}),
          ctx, a, b, options, call, y)

"""
    scmp_packed_create(ctx, b, options, out) -> scmp_status

Packs b under `options`, which every product with it then uses. With a CUDA context b may be on a GPU; the call
waits until it has been read.

# Returns

as scmp_matmul

Since 0.1.
"""
scmp_packed_create(ctx, b, options, out) =
    ccall(_symbol(:scmp_packed_create), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_tensor}, Ptr{scmp_matmul_options}, Ptr{Ptr{scmp_packed}}),
          ctx, b, options, out)

"""
    scmp_packed_destroy(packed) -> void

Destroys a packed operand and sets the pointer to NULL. NULL and a pointer to NULL are ignored. One on a GPU
waits for all the work on that GPU, since any stream may still use it.

Since 0.1.
"""
scmp_packed_destroy(packed) =
    ccall(_symbol(:scmp_packed_destroy), Cvoid, (Ptr{Ptr{scmp_packed}},), packed)

"""
    scmp_packed_bytes(packed) -> uint64_t

Bytes that a packed operand holds, on a GPU as well; 0 for NULL.

Since 0.1.
"""
scmp_packed_bytes(packed) =
    ccall(_symbol(:scmp_packed_bytes), UInt64, (Ptr{scmp_packed},), packed)

"""
    scmp_packed_shape(packed) -> scmp_tensor

The shape of the operand that was packed, as a view without data (rank, shape, dtype F32); rank -1 for NULL.

Since 0.1.
"""
scmp_packed_shape(packed) =
    ccall(_symbol(:scmp_packed_shape), scmp_tensor, (Ptr{scmp_packed},), packed)

"""
    scmp_matmul_packed(ctx, a, packed, call, y) -> scmp_status

The product with a packed right operand: exactly scmp_matmul with the operand and options that were packed.

# Parameters

* `call`: further outputs; NULL for none
* `y`: as for scmp_matmul

# Returns

as scmp_matmul; INVALID_ARGUMENT where `packed` was made for another backend or instruction set

Since 0.1.
"""
scmp_matmul_packed(ctx, a, packed, call, y) =
    ccall(_symbol(:scmp_matmul_packed), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_tensor}, Ptr{scmp_packed}, Ptr{scmp_call}, Ptr{scmp_tensor}),
          ctx, a, packed, call, y)

"""
    scmp_smooth_eps() -> double

The value of SCMP_SMOOTH_EPS.

Since 0.1.
"""
scmp_smooth_eps() =
    ccall(_symbol(:scmp_smooth_eps), Cdouble, ())

"""
    scmp_calib_create(ctx, d, dtype, out) -> scmp_status

Empty statistics over `d` inner indices.

# Parameters

* `dtype`: F32, or F64, which keeps F64 observations exactly

# Returns

INVALID_SHAPE for d < 0; INVALID_DTYPE for another dtype

Since 0.1.
"""
scmp_calib_create(ctx, d, dtype, out) =
    ccall(_symbol(:scmp_calib_create), scmp_status,
          (Ptr{scmp_ctx}, Int64, scmp_dtype, Ptr{Ptr{scmp_calib}}),
          ctx, d, dtype, out)

"""
    scmp_calib_destroy(calib) -> void

Destroys statistics and sets the pointer to NULL. NULL and a pointer to NULL are ignored.

Since 0.1.
"""
scmp_calib_destroy(calib) =
    ccall(_symbol(:scmp_calib_destroy), Cvoid, (Ptr{Ptr{scmp_calib}},), calib)

"""
    scmp_calib_observe(calib, x, row_mask) -> scmp_status

Takes in activations: max[d] = max(max[d], |x[..., d]|).

Statistics are in host memory: the D maxima of an x on the device come back.

# Parameters

* `x`: (..., D), rank 1 or more, any float dtype, finite (masked-out rows too)
* `row_mask`: U8 or I8 of x's leading shape, rows with 0 do not count; NULL: every row counts

# Returns

D_MISMATCH; INVALID_SHAPE for rank 0 or a mask of another shape; INVALID_DTYPE; NON_FINITE (an F64 beyond F32 in
F32 statistics too); CANCELLED

Since 0.1.
"""
scmp_calib_observe(calib, x, row_mask) =
    ccall(_symbol(:scmp_calib_observe), scmp_status,
          (Ptr{scmp_calib}, Ptr{scmp_tensor}, Ptr{scmp_tensor}),
          calib, x, row_mask)

"""
    scmp_calib_merge(calib, from) -> scmp_status

Takes in other statistics of the same D: maxima are combined, rows added. Merging is associative and
commutative. `from` may be of another context and dtype (F64 into F32 rounds to nearest).

# Returns

D_MISMATCH; NON_FINITE

Since 0.1.
"""
scmp_calib_merge(calib, from) =
    ccall(_symbol(:scmp_calib_merge), scmp_status, (Ptr{scmp_calib}, Ptr{scmp_calib}), calib, from)

"""
    scmp_calib_act_scales(calib, act) -> scmp_status

Writes the maxima.

# Parameters

* `act`: (D,), F32, F16, BF16 or F64, one rounding each; F16 and BF16 saturate.

# Returns

D_MISMATCH, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE (F64 statistics beyond an F32 act)

Since 0.1.
"""
scmp_calib_act_scales(calib, act) =
    ccall(_symbol(:scmp_calib_act_scales), scmp_status, (Ptr{scmp_calib}, Ptr{scmp_tensor}), calib, act)

"""
    scmp_calib_rows(calib) -> uint64_t

Number of rows that counted so far; 0 for NULL.

Since 0.1.
"""
scmp_calib_rows(calib) =
    ccall(_symbol(:scmp_calib_rows), UInt64, (Ptr{scmp_calib},), calib)

"""
    scmp_calib_d(calib) -> int64_t

D of the statistics; 0 for NULL.

Since 0.1.
"""
scmp_calib_d(calib) =
    ccall(_symbol(:scmp_calib_d), Int64, (Ptr{scmp_calib},), calib)

"""
    scmp_calib_dtype(calib) -> scmp_dtype

F32 or F64; F32 for NULL.

Since 0.1.
"""
scmp_calib_dtype(calib) =
    ccall(_symbol(:scmp_calib_dtype), scmp_dtype, (Ptr{scmp_calib},), calib)

"""
    scmp_calib_save(calib, path) -> scmp_status

Writes statistics to a file, all or nothing: a temporary file beside it is renamed over it once it is on disk.
Where `path` is a symbolic link, what it leads to is written. A file that was there leaves its permissions to
the new one, and its owner and group where the process may give them.

The format is safetensors: 8 bytes little-endian header length, a JSON header, the data. One tensor
"act_scales", F32 or F64, (D,). "__metadata__" has strings: "format" = "scmp-calib", "format_version" = "1",
"spec_version", "library_version", "rows" (decimal), "checksum" = 16 hexadecimal digits of 64-bit FNV-1a over
the dtype's name ("F32"), the decimal rows, a zero byte after each, and the data bytes. Further strings may
stand beside them.

# Returns

IO

Since 0.1.
"""
scmp_calib_save(calib, path) =
    ccall(_symbol(:scmp_calib_save), scmp_status, (Ptr{scmp_calib}, Cstring), calib, path)

"""
    scmp_calib_load(ctx, path, d, out) -> scmp_status

Reads statistics back.

# Parameters

* `d`: the D that they must have, or SCMP_NOT_GIVEN for any

# Returns

IO; FORMAT for a file that is truncated, corrupt, of another kind or a later version, or that safetensors
forbids (a key twice, blanks before the header, bytes that belong to no tensor); D_MISMATCH

Since 0.1.
"""
scmp_calib_load(ctx, path, d, out) =
    ccall(_symbol(:scmp_calib_load), scmp_status,
          (Ptr{scmp_ctx}, Cstring, Int64, Ptr{Ptr{scmp_calib}}),
          ctx, path, d, out)

"""
    scmp_smooth_scales(calib, weights, weight_count, alpha, scales) -> scmp_status

Smoothing scales with eps = SCMP_SMOOTH_EPS: s[d] = max(act[d], eps)^alpha / max(wmax[d], eps)^(1 - alpha), at
least eps. The working type is f64 where the statistics or a weight are F64, else f32.

The maxima of weights on the device are found there; the scales are computed on the CPU, wherever `scales` is.

# Parameters

* `weights`: `weight_count` views (M_i, D), or (BH, M_i, D), of the weights that share this input; wmax is the
  maximum over all of them
* `weight_count`: at least 1
* `alpha`: 0 (everything stays in the activations) .. 1 (everything moves into the weights)
* `scales`: output (D,), F32, F16, BF16 or F64: one rounding from the working type; where that gives 0 or
  infinity, the nearest positive finite number of the type

# Returns

INVALID_ALPHA, D_MISMATCH, SCALES_NOT_1D, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE, OVERLAP

Since 0.1.
"""
scmp_smooth_scales(calib, weights, weight_count, alpha, scales) =
    ccall(_symbol(:scmp_smooth_scales), scmp_status,
          (Ptr{scmp_calib}, Ptr{scmp_tensor}, Csize_t, Cdouble, Ptr{scmp_tensor}),
          calib, weights, weight_count, alpha, scales)

"""
    scmp_smooth_scales_from(ctx, act, weights, weight_count, alpha, eps, scales) -> scmp_status

As scmp_smooth_scales, from activation maxima as an array (D,), finite and not negative, and with eps > 0 given.

Since 0.1.
"""
scmp_smooth_scales_from(ctx, act, weights, weight_count, alpha, eps, scales) =
    ccall(_symbol(:scmp_smooth_scales_from), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_tensor}, Ptr{scmp_tensor}, Csize_t, Cdouble, Cdouble, Ptr{scmp_tensor}),
          ctx, act, weights, weight_count, alpha, eps, scales)

"""
    scmp_smooth_activation(ctx, x, scales, out) -> scmp_status

x / s along the last axis: the activation's half of smoothing. True division in f64 where x or s is F64, else in
f32, then one rounding to the type of `out`. A result beyond it saturates at the largest finite number where
`out` is F16 or BF16, and is NON_FINITE where it is F32 or F64, as in a product with `smooth`.

# Parameters

* `x`: (..., D), rank 1 or more, any float dtype, finite
* `scales`: (D,), any float dtype, positive and finite
* `out`: of x's shape, any float dtype; may be x itself (same data, dtype and strides)

# Returns

D_MISMATCH, SCALES_NOT_1D, INVALID_SCALES, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE, OVERLAP

Since 0.1.
"""
scmp_smooth_activation(ctx, x, scales, out) =
    ccall(_symbol(:scmp_smooth_activation), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_tensor}, Ptr{scmp_tensor}, Ptr{scmp_tensor}),
          ctx, x, scales, out)

"""
    scmp_smooth_weight(ctx, x, scales, out) -> scmp_status

x * s along the last axis: the weight's half of smoothing. Otherwise as scmp_smooth_activation.

Since 0.1.
"""
scmp_smooth_weight(ctx, x, scales, out) =
    ccall(_symbol(:scmp_smooth_weight), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_tensor}, Ptr{scmp_tensor}, Ptr{scmp_tensor}),
          ctx, x, scales, out)

"""
    scmp_quantized_init_sized(quantized, size) -> void

Fills `quantized` with its size and NULLs. NULL is ignored.

# Parameters

* `size`: sizeof(scmp_quantized) of the program, which scmp_quantized_init hands in

Since 0.1.
"""
scmp_quantized_init_sized(quantized, size) =
    ccall(_symbol(:scmp_quantized_init_sized), Cvoid, (Ptr{scmp_quantized}, Csize_t), quantized, size)

"""
    scmp_scale_shape(x, side, options, out) -> scmp_status

The scale shape of an operand under `options`, as a contiguous view without data, dtype F64 for per_tensor and
F32 otherwise. Only the shape of x is read, wherever it is.

# Returns

INVALID_ARGUMENT, INVALID_SHAPE, UNSUPPORTED

Since 0.1.
"""
scmp_scale_shape(x, side, options, out) =
    ccall(_symbol(:scmp_scale_shape), scmp_status,
          (Ptr{scmp_tensor}, scmp_side, Ptr{scmp_matmul_options}, Ptr{scmp_tensor}),
          x, side, options, out)

"""
    scmp_ranges(ctx, x, side, options, ranges) -> scmp_status

Ranges of an operand's scopes.

# Parameters

* `x`: (rows, D) or (BH, rows, D)
* `ranges`: output, F32, of the scale shape with one more axis of 2: minimum and maximum of the scope; an empty
  scope has (+inf, -inf), so that ranges of parts combine by minimum and maximum

Since 0.1.
"""
scmp_ranges(ctx, x, side, options, ranges) =
    ccall(_symbol(:scmp_ranges), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_tensor}, scmp_side, Ptr{scmp_matmul_options}, Ptr{scmp_tensor}),
          ctx, x, side, options, ranges)

"""
    scmp_quantize(ctx, x, side, options, ranges, out) -> scmp_status

Quantizes an operand (Spec 4, rules B1 to U2 by granularity and mode).

# Parameters

* `x`: (rows, D) or (BH, rows, D)
* `ranges`: NULL: the operand's own; else F32 as scmp_ranges writes them (static calibration, or ranges combined
  over machines): finite with minimum <= maximum, or (+inf, -inf). Bipolar uses the larger magnitude. Values
  beyond the range saturate.
* `out`: the arrays that are not NULL are written

Since 0.1.
"""
scmp_quantize(ctx, x, side, options, ranges, out) =
    ccall(_symbol(:scmp_quantize), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_tensor}, scmp_side, Ptr{scmp_matmul_options}, Ptr{scmp_tensor}, Ptr{scmp_quantized}),
          ctx, x, side, options, ranges, out)

"""
    scmp_count(ctx, a, b, options, d_offset, accumulate, sums) -> scmp_status

Integer sums of quantized operands (Spec 2): S[n][m] = sum over d of signs times C_d(xa, xb).

The device counts up to 1024 different boundaries a side (0 included, and all of the levels' where no other
occurs). Beyond that, and to say which boundary or sign is wrong, everything is copied to the host, and the CPU
counts.

# Parameters

* `a`: boundary, (N, D) and (M, D) or with BH, values 0 .. G (need not be those of any level); sign, or NULL
  where all are positive; the rest is not read
* `b`: boundary, (N, D) and (M, D) or with BH, values 0 .. G (need not be those of any level); sign, or NULL
  where all are positive; the rest is not read
* `d_offset`: >= 0: inner index 0 of these operands is d_offset of configuration and masks, so that a long D can
  be split into parts whose sums add up; must be 0 while 0 < chunk_d < D (indices restart in each chunk)
* `accumulate`: non-zero: add to what `sums` holds, which must then be initialised
* `sums`: output, I32 or I64, (N, M) or (BH, N, M); while 0 < chunk_d < D: (chunks, N, M)

# Returns

INVALID_ARGUMENT also where a total does not fit I32

Since 0.1.
"""
scmp_count(ctx, a, b, options, d_offset, accumulate, sums) =
    ccall(_symbol(:scmp_count), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_quantized}, Ptr{scmp_quantized}, Ptr{scmp_matmul_options}, Int64, Int32, Ptr{scmp_tensor}),
          ctx, a, b, options, d_offset, accumulate, sums)

"""
    scmp_dequantize(ctx, sums, a, b, d, options, y) -> scmp_status

From integer sums to values (Spec 5).

# Parameters

* `sums`: I32 or I64, as scmp_count writes them
* `a`: scale, and for unipolar zero_point and row_sum, of the whole D; the rest is not read
* `b`: scale, and for unipolar zero_point and row_sum, of the whole D; the rest is not read
* `d`: the whole D
* `y`: output, F32, (N, M) or (BH, N, M)

Since 0.1.
"""
scmp_dequantize(ctx, sums, a, b, d, options, y) =
    ccall(_symbol(:scmp_dequantize), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_tensor}, Ptr{scmp_quantized}, Ptr{scmp_quantized}, Int64, Ptr{scmp_matmul_options}, Ptr{scmp_tensor}),
          ctx, sums, a, b, d, options, y)

"""
    scmp_trace_init_sized(trace, size) -> void

Fills `trace` with its size and NULLs. NULL is ignored.

# Parameters

* `size`: sizeof(scmp_trace) of the program, which scmp_trace_init hands in

Since 0.1.
"""
scmp_trace_init_sized(trace, size) =
    ccall(_symbol(:scmp_trace_init_sized), Cvoid, (Ptr{scmp_trace}, Csize_t), trace, size)

"""
    scmp_signal_name(signal) -> const char *

Name of a signal as the struct, CSV and VCD files spell it, "and_bit"; "none"; "unknown" for no signal.

Since 0.1.
"""
scmp_signal_name(signal) =
    ccall(_symbol(:scmp_signal_name), Cstring, (scmp_signal,), signal)

"""
    scmp_trace_arrays(ctx, a, b, options, d_offset, out) -> scmp_status

Writes the trace of all outputs of a and b as arrays. Memory beyond the outputs grows with (N + M) * D and L.

# Parameters

* `out`: the arrays that are not NULL are written

Since 0.1.
"""
scmp_trace_arrays(ctx, a, b, options, d_offset, out) =
    ccall(_symbol(:scmp_trace_arrays), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_quantized}, Ptr{scmp_quantized}, Ptr{scmp_matmul_options}, Int64, Ptr{scmp_trace}),
          ctx, a, b, options, d_offset, out)

"""
    scmp_trace_csv(ctx, a, b, options, d_offset, write, user) -> scmp_status

Writes the trace as CSV: lines that begin with # and say what it is, a line of column names, then a line for
each n, m, d and cycle, the last running fastest: n, m, d (d_offset added), cycle, and the signals from
left_draw to sign as scmp_trace has them. Same call, same bytes.

# Parameters

* `write`: gets the text piece by piece
* `user`: handed to write

# Returns

IO where write gave non-zero

Since 0.1.
"""
scmp_trace_csv(ctx, a, b, options, d_offset, write, user) =
    ccall(_symbol(:scmp_trace_csv), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_quantized}, Ptr{scmp_quantized}, Ptr{scmp_matmul_options}, Int64, Ptr{Cvoid}, Ptr{Cvoid}),
          ctx, a, b, options, d_offset, write, user)

"""
    scmp_trace_vcd(ctx, a, b, options, d_offset, write, user) -> scmp_status

Writes the trace as a value change dump (IEEE 1364-2005, 18), which waveform viewers open. Scope `scmp` has
`clk` and `cycle`; in it each output has a scope `n0_m0` with `sum`, the signed sum of the partial counts (32
bits, two's complement), and in that each inner index a scope `d0` (d_offset added) with left_draw, left_bit,
right_position, right_draw, right_bit, and_bit, partial and `sign` (2 bits, two's complement). Cycle t is the
time from 10 t to 10 t + 10, in ns: clk rises at its beginning, and every signal has cycle t's value all through
it, partial with its AND bit. Same call, same bytes. Parameters and errors as scmp_trace_csv.

Since 0.1.
"""
scmp_trace_vcd(ctx, a, b, options, d_offset, write, user) =
    ccall(_symbol(:scmp_trace_vcd), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_quantized}, Ptr{scmp_quantized}, Ptr{scmp_matmul_options}, Int64, Ptr{Cvoid}, Ptr{Cvoid}),
          ctx, a, b, options, d_offset, write, user)

"""
    scmp_divergence_init_sized(divergence, size) -> void

Fills `divergence` with its size and "none". NULL is ignored.

# Parameters

* `size`: sizeof(scmp_divergence) of the program, which scmp_divergence_init hands in

Since 0.1.
"""
scmp_divergence_init_sized(divergence, size) =
    ccall(_symbol(:scmp_divergence_init_sized), Cvoid, (Ptr{scmp_divergence}, Csize_t), divergence, size)

"""
    scmp_trace_compare(ctx, a, b, options, d_offset, observed, out) -> scmp_status

Compares observed arrays with the trace, and reports the first difference: outputs in ascending order of n, then
m; of each the inner indices, of each sign, then the cycles, in a cycle the signals in the order of scmp_signal,
then count; after all inner indices sum. Arrays without an axis m (or n) are looked at with the first m (n).

# Parameters

* `observed`: inputs of the shapes and dtypes that scmp_trace_arrays writes; NULL: not compared
* `out`: gets the first difference

Since 0.1.
"""
scmp_trace_compare(ctx, a, b, options, d_offset, observed, out) =
    ccall(_symbol(:scmp_trace_compare), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_quantized}, Ptr{scmp_quantized}, Ptr{scmp_matmul_options}, Int64, Ptr{scmp_trace}, Ptr{scmp_divergence}),
          ctx, a, b, options, d_offset, observed, out)

"""
    scmp_progressive_counts(ctx, a, b, options, d_offset, cycles, sums) -> scmp_status

The integer sums after each of some numbers of cycles.

# Parameters

* `cycles`: (T,), I16 or I32, T at least 1, values 0 .. L in any order
* `sums`: output, I32 or I64, (T, N, M) or (T, BH, N, M); with c = L what scmp_count gives

# Returns

also CANCELLED

Since 0.1.
"""
scmp_progressive_counts(ctx, a, b, options, d_offset, cycles, sums) =
    ccall(_symbol(:scmp_progressive_counts), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_quantized}, Ptr{scmp_quantized}, Ptr{scmp_matmul_options}, Int64, Ptr{scmp_tensor}, Ptr{scmp_tensor}),
          ctx, a, b, options, d_offset, cycles, sums)

"""
    scmp_cycles_to_tolerance(ctx, a, b, options, d_offset, cycles, target, tolerance, out) -> scmp_status

For each output the fewest of some numbers of cycles from which on it stays near a value: the least c of the
list such that for it and for every later c of the list |S_c * L - target * c| <= tolerance * c, S_c the sum
after c cycles; in f64, each operation rounded once. That is: extrapolated to L cycles, the sum is off by
`tolerance` ones at most.

# Parameters

* `cycles`: (T,), I16 or I32, T at least 1, ascending, values 1 .. L
* `target`: F32 or F64, (N, M) or (BH, N, M), finite, in ones of a full stream: the exact product, say; NULL:
  the sum after L cycles (one more product where L is not in the list)
* `tolerance`: finite, at least 0
* `out`: output, I16 or I32, of the shape of target: the number of cycles, or -1 where there is none

# Returns

also NON_FINITE for target; CANCELLED

Since 0.1.
"""
scmp_cycles_to_tolerance(ctx, a, b, options, d_offset, cycles, target, tolerance, out) =
    ccall(_symbol(:scmp_cycles_to_tolerance), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_quantized}, Ptr{scmp_quantized}, Ptr{scmp_matmul_options}, Int64, Ptr{scmp_tensor}, Ptr{scmp_tensor}, Cdouble, Ptr{scmp_tensor}),
          ctx, a, b, options, d_offset, cycles, target, tolerance, out)

"""
    scmp_accumulator_width_max() -> int32_t

The value of SCMP_ACCUMULATOR_WIDTH_MAX.

Since 0.1.
"""
scmp_accumulator_width_max() =
    ccall(_symbol(:scmp_accumulator_width_max), Int32, ())

"""
    scmp_accumulator_init_sized(accumulator, size) -> void

Fills `accumulator` with the defaults. NULL is ignored.

# Parameters

* `size`: sizeof(scmp_accumulator) of the program, which scmp_accumulator_init hands in

Since 0.1.
"""
scmp_accumulator_init_sized(accumulator, size) =
    ccall(_symbol(:scmp_accumulator_init_sized), Cvoid, (Ptr{scmp_accumulator}, Csize_t), accumulator, size)

"""
    scmp_adder_tree_levels(d) -> int32_t

Levels of the adder tree over `d` inner indices, the leaves' included: 1 + ceil(log2 d), or 1 for d < 2.

Since 0.1.
"""
scmp_adder_tree_levels(d) =
    ccall(_symbol(:scmp_adder_tree_levels), Int32, (Int64,), d)

"""
    scmp_accumulate(ctx, a, b, options, d_offset, accumulator, sums, overflows, level_overflows) -> scmp_status

The numbers that the array's accumulators hold in the end.

An overflow is a step whose exact result is outside the range of its counter: for per_index and per_output an
AND bit that is counted, for the tree a number that enters a level. In the tree, level 0 takes the signed counts
of the inner indices; level l takes the sums of neighbours of level l - 1 (0 and 1, 2 and 3, ...; a last one
alone is passed on).

# Parameters

* `accumulator`: NULL for the defaults
* `sums`: output, I32 or I64, (N, M); wide enough counters give scmp_count's
* `overflows`: output, I32 or I64, (N, M): overflows on the way to each; NULL: not wanted
* `level_overflows`: output, I64, (scmp_adder_tree_levels(D),): overflows of each level over all outputs; adder
  tree only (UNSUPPORTED); NULL: not wanted

# Returns

INVALID_ARGUMENT also where a number of overflows does not fit I32

Since 0.1.
"""
scmp_accumulate(ctx, a, b, options, d_offset, accumulator, sums, overflows, level_overflows) =
    ccall(_symbol(:scmp_accumulate), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_quantized}, Ptr{scmp_quantized}, Ptr{scmp_matmul_options}, Int64, Ptr{scmp_accumulator}, Ptr{scmp_tensor}, Ptr{scmp_tensor}, Ptr{scmp_tensor}),
          ctx, a, b, options, d_offset, accumulator, sums, overflows, level_overflows)

"""
    scmp_accumulator_width(ctx, a, b, options, d_offset, accumulator, width) -> scmp_status

The least width at which no counter overflows on these operands (SCMP_OVERFLOW_WRAP or SCMP_OVERFLOW_SATURATE:
the same).

# Parameters

* `accumulator`: place and growth are read; NULL for the defaults
* `width`: gets the bits, at least 1

Since 0.1.
"""
scmp_accumulator_width(ctx, a, b, options, d_offset, accumulator, width) =
    ccall(_symbol(:scmp_accumulator_width), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_quantized}, Ptr{scmp_quantized}, Ptr{scmp_matmul_options}, Int64, Ptr{scmp_accumulator}, Ptr{Int32}),
          ctx, a, b, options, d_offset, accumulator, width)

"""
    scmp_accumulator_width_any(options, d, accumulator, width) -> scmp_status

The least width at which no counter overflows on any operands of `d` inner indices, whatever the generators:
full boundaries of one sign reach it.

# Returns

INVALID_ARGUMENT; INVALID_SHAPE for d < 0 or d * L over SCMP_D_TIMES_L_MAX

Since 0.1.
"""
scmp_accumulator_width_any(options, d, accumulator, width) =
    ccall(_symbol(:scmp_accumulator_width_any), scmp_status,
          (Ptr{scmp_matmul_options}, Int64, Ptr{scmp_accumulator}, Ptr{Int32}),
          options, d, accumulator, width)

"""
    scmp_count_or(ctx, a, b, options, d_offset, group, sums) -> scmp_status

OR: in each cycle a group counts one up if any of its AND bits with sign 1 is set, and one down if any with sign
-1 is (two wires a group, one of each sign). Not linear: ones that meet in a cycle are lost. group = 1 is
scmp_count.

# Parameters

* `group`: at least 1
* `sums`: output, I32 or I64, (N, M)

Since 0.1.
"""
scmp_count_or(ctx, a, b, options, d_offset, group, sums) =
    ccall(_symbol(:scmp_count_or), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_quantized}, Ptr{scmp_quantized}, Ptr{scmp_matmul_options}, Int64, Int64, Ptr{scmp_tensor}),
          ctx, a, b, options, d_offset, group, sums)

"""
    scmp_count_mux(ctx, a, b, options, d_offset, group, select, sums) -> scmp_status

MUX, scaled addition (Gaines, "Stochastic computing systems", 1969): in each cycle one inner index of every
group is selected, and its AND bit counted with its sign. An estimate of the exact sum is `group` times the
result.

# Parameters

* `group`: 1 .. 2^31 - 1
* `select`: (L,), I16 or I32: which of a group, 0 .. group - 1, in each cycle, the same for all groups; a place
  that the last group lacks counts nothing. NULL: cycle t selects t mod group
* `sums`: output, I32 or I64, (N, M)

Since 0.1.
"""
scmp_count_mux(ctx, a, b, options, d_offset, group, select, sums) =
    ccall(_symbol(:scmp_count_mux), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_quantized}, Ptr{scmp_quantized}, Ptr{scmp_matmul_options}, Int64, Int64, Ptr{scmp_tensor}, Ptr{scmp_tensor}),
          ctx, a, b, options, d_offset, group, select, sums)

"""
    scmp_stream_correlation(ctx, options, d, x, y, out) -> scmp_status

Stochastic cross-correlation of the two streams that meet at the AND gate of inner index `d`: 1 where ones
overlap as much as they can, -1 where as little as they can, 0 where as independent streams would, and where one
is constant (Alaghi and Hayes, "Exploiting correlation in stochastic circuit design", ICCD 2013). The left
stream is the enable; the right one is the right bit of section 1, held while it is not enabled.

# Parameters

* `x`: (X,) and (Y,), I16 or I32, boundaries 0 .. G; NULL: all of 0 .. G
* `y`: (X,) and (Y,), I16 or I32, boundaries 0 .. G; NULL: all of 0 .. G
* `out`: output, F32 or F64, (X, Y)

Since 0.1.
"""
scmp_stream_correlation(ctx, options, d, x, y, out) =
    ccall(_symbol(:scmp_stream_correlation), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_matmul_options}, Int64, Ptr{scmp_tensor}, Ptr{scmp_tensor}, Ptr{scmp_tensor}),
          ctx, options, d, x, y, out)

"""
    scmp_table_error_init_sized(error, size) -> void

Fills `error` with zeros and its size. NULL is ignored.

# Parameters

* `size`: sizeof(scmp_table_error) of the program, which scmp_table_error_init hands in

Since 0.1.
"""
scmp_table_error_init_sized(error, size) =
    ccall(_symbol(:scmp_table_error_init_sized), Cvoid, (Ptr{scmp_table_error}, Csize_t), error, size)

"""
    scmp_count_table_error(ctx, options, d_offset, d, x, y, x_weight, y_weight, out) -> scmp_status

The error of the count tables of the inner indices d_offset .. d_offset + d - 1, over all pairs of some
boundaries.

# Parameters

* `d`: at least 1, each index has the same weight
* `x`: (X,) and (Y,), I16 or I32, at least one boundary 0 .. G; NULL: all of 0 .. G
* `y`: (X,) and (Y,), I16 or I32, at least one boundary 0 .. G; NULL: all of 0 .. G
* `x_weight`: (X,) and (Y,), any float dtype, I32 or I64, finite, none negative, not all 0: a pair's weight is
  the product of the two, a histogram of the operands', say; NULL: all alike. Pairs of weight 0 do not count for
  max_abs
* `y_weight`: (X,) and (Y,), any float dtype, I32 or I64, finite, none negative, not all 0: a pair's weight is
  the product of the two, a histogram of the operands', say; NULL: all alike. Pairs of weight 0 do not count for
  max_abs
* `out`: gets the numbers, f64 arithmetic

# Returns

also NON_FINITE

Since 0.1.
"""
scmp_count_table_error(ctx, options, d_offset, d, x, y, x_weight, y_weight, out) =
    ccall(_symbol(:scmp_count_table_error), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_matmul_options}, Int64, Int64, Ptr{scmp_tensor}, Ptr{scmp_tensor}, Ptr{scmp_tensor}, Ptr{scmp_tensor}, Ptr{scmp_table_error}),
          ctx, options, d_offset, d, x, y, x_weight, y_weight, out)

"""
    scmp_score_weights_init_sized(weights, size) -> void

Fills `weights` with its size and NULLs. NULL is ignored.

# Parameters

* `size`: sizeof(scmp_score_weights) of the program, which scmp_score_weights_init hands in

Since 0.1.
"""
scmp_score_weights_init_sized(weights, size) =
    ccall(_symbol(:scmp_score_weights_init_sized), Cvoid, (Ptr{scmp_score_weights}, Csize_t), weights, size)

"""
    scmp_score_generators(ctx, options, d, candidates, count, weights, squares, sums) -> scmp_status

Scores many generators for the right side at once, for a search: with each in place of the right generator of
inner index `d` (whose permutation, complement and mask stay), error is count - target, and

squares[i] = sum over x, y of square[x][y] * error^2, sums[i][t] = sum over x, y of sum[t][x][y] * error

in f64; the same numbers on every machine. A candidate of 8 bits takes microseconds.

# Parameters

* `candidates`: `count` generators, each filled with scmp_generator_init first
* `weights`: NULL: all boundaries alike
* `squares`: output, F32 or F64, (count,)
* `sums`: output, F32 or F64, (count, T); NULL: not wanted

# Returns

INVALID_CONFIG also for a candidate that breaks a rule of Spec 3; also NON_FINITE for weights

Since 0.1.
"""
scmp_score_generators(ctx, options, d, candidates, count, weights, squares, sums) =
    ccall(_symbol(:scmp_score_generators), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_matmul_options}, Int64, Ptr{scmp_generator}, Csize_t, Ptr{scmp_score_weights}, Ptr{scmp_tensor}, Ptr{scmp_tensor}),
          ctx, options, d, candidates, count, weights, squares, sums)

"""
    scmp_sequence_discrepancy(ctx, options, side, d, out) -> scmp_status

Star discrepancy on the grid of the sequence that one side of inner index `d` sees (Niederreiter, "Random number
generation and quasi-Monte Carlo methods", 1992, 2.1): the largest | #{t < L : r[t] < x} / L - x / G | over x =
0 .. G; on the left that is the largest error of a stream's density.

# Parameters

* `out`: gets the number, 0 .. 1

Since 0.1.
"""
scmp_sequence_discrepancy(ctx, options, side, d, out) =
    ccall(_symbol(:scmp_sequence_discrepancy), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_matmul_options}, scmp_side, Int64, Ptr{Cdouble}),
          ctx, options, side, d, out)

"""
    scmp_lint_name(code) -> const char *

Name of a finding, "same_generator"; "unknown" for none.

Since 0.1.
"""
scmp_lint_name(code) =
    ccall(_symbol(:scmp_lint_name), Cstring, (scmp_lint_code,), code)

"""
    scmp_lint(ctx, options, d, found, user, count) -> scmp_status

Looks for usual mistakes in the sequences of the inner indices 0 .. d - 1 under `options`. Findings are no
errors: the default configuration has some. They come in the order of the codes, then of the pool (first draws:
left, right, both).

# Parameters

* `d`: at least 0
* `found`: called from the calling thread for each finding; NULL: only counted
* `user`: handed to found
* `count`: gets the number of findings

Since 0.1.
"""
scmp_lint(ctx, options, d, found, user, count) =
    ccall(_symbol(:scmp_lint), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_matmul_options}, Int64, Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Int32}),
          ctx, options, d, found, user, count)

"""
    scmp_sobol_seeds(side, sc_prec, seeds) -> scmp_status

The default Sobol seeds of a side (Spec 3).

# Parameters

* `seeds`: gets sc_prec numbers.

# Returns

INVALID_ARGUMENT

Since 0.1.
"""
scmp_sobol_seeds(side, sc_prec, seeds) =
    ccall(_symbol(:scmp_sobol_seeds), scmp_status, (scmp_side, Int32, Ptr{UInt32}), side, sc_prec, seeds)

"""
    scmp_lfsr_tap_set_count(sc_prec) -> int32_t

Number of maximal-length tap sets of an LFSR of this width; 0 for width 1 and for a width out of range.

Since 0.1.
"""
scmp_lfsr_tap_set_count(sc_prec) =
    ccall(_symbol(:scmp_lfsr_tap_set_count), Int32, (Int32,), sc_prec)

"""
    scmp_lfsr_tap_set(sc_prec, index, taps, count) -> scmp_status

One maximal-length tap set in the canonical order of Spec 3; index 0 is the default.

# Parameters

* `taps`: gets at most sc_prec positions, descending
* `count`: gets how many

# Returns

INVALID_ARGUMENT for a width or index out of range

Since 0.1.
"""
scmp_lfsr_tap_set(sc_prec, index, taps, count) =
    ccall(_symbol(:scmp_lfsr_tap_set), scmp_status, (Int32, Int32, Ptr{Int32}, Ptr{Int32}), sc_prec, index, taps, count)

"""
    scmp_generator_draws(ctx, generator, sc_prec, out) -> scmp_status

The first draws of one generator, without permutation, complement, scramble or rescale.

# Parameters

* `out`: (T,), I16 or I32, T at most 2^sc_prec

# Returns

INVALID_ARGUMENT, INVALID_CONFIG, INVALID_SHAPE, INVALID_DTYPE

Since 0.1.
"""
scmp_generator_draws(ctx, generator, sc_prec, out) =
    ccall(_symbol(:scmp_generator_draws), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_generator}, Int32, Ptr{scmp_tensor}),
          ctx, generator, sc_prec, out)

"""
    scmp_sequence(ctx, options, side, d, out) -> scmp_status

The draws that the circuit of inner index `d` sees on one side: after permutation, complement, scramble and
rescale.

# Parameters

* `out`: (L,), I16 or I32

Since 0.1.
"""
scmp_sequence(ctx, options, side, d, out) =
    ccall(_symbol(:scmp_sequence), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_matmul_options}, scmp_side, Int64, Ptr{scmp_tensor}),
          ctx, options, side, d, out)

"""
    scmp_scramble_mask(scramble, d, sc_prec) -> uint32_t

mask[d] of a scramble mode: what is xored into draws where it applies; 0 for off, for a negative d and for a
width out of range; NOT_GIVEN counts as bitrev.

Since 0.1.
"""
scmp_scramble_mask(scramble, d, sc_prec) =
    ccall(_symbol(:scmp_scramble_mask), UInt32, (scmp_scramble, Int64, Int32), scramble, d, sc_prec)

"""
    scmp_scramble_applies(scramble, sc_prec, stoc_len, rng_levels) -> int32_t

1 where the mode applies its masks at this stream length and grid (Spec 3), else 0.

Since 0.1.
"""
scmp_scramble_applies(scramble, sc_prec, stoc_len, rng_levels) =
    ccall(_symbol(:scmp_scramble_applies), Int32,
          (scmp_scramble, Int32, Int32, Int32),
          scramble, sc_prec, stoc_len, rng_levels)

"""
    scmp_rescale(draw, sc_prec, rng_levels) -> uint32_t

floor(draw * rng_levels / 2^sc_prec): the rescale of a draw where rng_levels != 2^sc_prec (Spec 3).

Since 0.1.
"""
scmp_rescale(draw, sc_prec, rng_levels) =
    ccall(_symbol(:scmp_rescale), UInt32, (UInt32, Int32, Int32), draw, sc_prec, rng_levels)

"""
    scmp_level_boundaries(options, out) -> scmp_status

The boundaries of the levels 0 .. q_max (Spec 4), by the rule that the options imply for an operand without
chunks, or with them where chunk_d > 0.

# Parameters

* `out`: (q_max + 1,), I16 or I32

Since 0.1.
"""
scmp_level_boundaries(options, out) =
    ccall(_symbol(:scmp_level_boundaries), scmp_status, (Ptr{scmp_matmul_options}, Ptr{scmp_tensor}), options, out)

"""
    scmp_count_table(ctx, options, d, x, y, out) -> scmp_status

The count table of inner index `d`: out[i][j] = C_d(x[i], y[j]).

# Parameters

* `x`: (X,) and (Y,), I16 or I32, boundaries 0 .. G; NULL: all of 0 .. G
* `y`: (X,) and (Y,), I16 or I32, boundaries 0 .. G; NULL: all of 0 .. G
* `out`: (X, Y), I16 or I32

Since 0.1.
"""
scmp_count_table(ctx, options, d, x, y, out) =
    ccall(_symbol(:scmp_count_table), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_matmul_options}, Int64, Ptr{scmp_tensor}, Ptr{scmp_tensor}, Ptr{scmp_tensor}),
          ctx, options, d, x, y, out)

"""
    scmp_table_index(ctx, options, d, index, table_count) -> scmp_status

Finds the inner indices that share a count table: there is 1 table where every index is alike, at most 2^p under
scramble of one pair of generators.

# Parameters

* `d`: number of inner indices
* `index`: output (d,), I32: the table of each; NULL: not wanted
* `table_count`: gets the number of different tables

Since 0.1.
"""
scmp_table_index(ctx, options, d, index, table_count) =
    ccall(_symbol(:scmp_table_index), scmp_status,
          (Ptr{scmp_ctx}, Ptr{scmp_matmul_options}, Int64, Ptr{scmp_tensor}, Ptr{Int32}),
          ctx, options, d, index, table_count)

end # module
