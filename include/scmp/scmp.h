/*
 * libscmp - matrix products exactly as a stochastic-computing (SC) array would compute them, to the bit.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * This header is the public interface and its manual; scmp_model.h has what hardware designers need beyond it.
 * Contents:
 *
 *   0. How to read it: conventions that hold everywhere
 *   1. Version and limits
 *   2. Status codes, and which bad input has which
 *   3. Tensor views
 *   4. Contexts
 *   5. Generators and configurations
 *   6. The product: options, scmp_matmul, packed right operands
 *   7. SmoothQuant: calibration, scales, applying them
 *   8. The stages by themselves: ranges, quantize, count, dequantize
 *
 * The shortest program:
 *
 *   scmp_ctx *ctx = NULL;
 *   scmp_ctx_create(NULL, &ctx);
 *   scmp_tensor a = scmp_tensor_2d(SCMP_DTYPE_F32, act, N, D);
 *   scmp_tensor b = scmp_tensor_2d(SCMP_DTYPE_F32, weights, M, D);
 *   scmp_tensor y = scmp_tensor_2d(SCMP_DTYPE_F32, out, N, M);
 *   if (scmp_matmul(ctx, &a, &b, NULL, NULL, &y) != SCMP_OK)
 *       fprintf(stderr, "%s\n", scmp_last_error());
 *   scmp_ctx_destroy(&ctx);
 */
#ifndef SCMP_SCMP_H
#define SCMP_SCMP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef SCMP_API
#if defined(SCMP_STATIC) || !(defined(__GNUC__) || defined(__clang__))
#define SCMP_API
#else
#define SCMP_API __attribute__((visibility("default")))
#endif
#endif

/* A status says whether the outputs are there: compilers warn where a program drops it. */
#if (defined(__cplusplus) && __cplusplus >= 201703L) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)
#define SCMP_STATUS [[nodiscard]] SCMP_API scmp_status
#elif defined(__GNUC__) || defined(__clang__)
#define SCMP_STATUS SCMP_API __attribute__((warn_unused_result)) scmp_status
#else
#define SCMP_STATUS SCMP_API scmp_status
#endif

/* Enumerations are 32 bits wide in C++. In C they have the width of int, 32 bits on every platform of this library;
 * programs must not be compiled with -fshort-enums. */
#ifdef __cplusplus
#define SCMP_ENUM(name) enum name : int32_t
#else
#define SCMP_ENUM(name) enum name
#endif

/* ------------------------------------------------------------------------------------------------------------------
 * 0. How to read it
 *
 * "Spec" is the project's arithmetic specification (docs/semantics.md, version SCMP_SPEC_VERSION); "Spec 4" its
 * section 4. n, m, d index the rows of a, the rows of b and the inner dimension; N, M, D are their sizes, BH the number
 * of batch entries of 3-D operands. Left is a (activations), right is b (weights).
 *
 * The product is Y ~ a @ b.T: a is (N, D) and b is (M, D), or (BH, N, D) and (BH, M, D). The same call gives the same
 * bits on every backend, instruction set, thread count and memory layout, under any rounding mode or flush-to-zero
 * setting of the caller, before and after a fork. The library leaves the caller's floating-point environment as it was.
 *
 * Every function that can fail returns a scmp_status. On any error the outputs and the handles are as they were before
 * the call, and scmp_last_error() has a sentence with the numbers in it. Nothing prints, aborts or throws.
 *
 * Thread safety: functions without a handle may be called from any thread at any time. Each handle's type says who may
 * use it when. Two threads that each have a context of their own never wait for each other.
 *
 * Structs that begin with `size` may come from another version than the library. A program fills one with the struct's
 * _init function, which sets every member to its default and `size` to what the program's header has; then it sets the
 * members that it wants. Later versions add members at the end only, and a member that is 0 in all bits changes
 * nothing, so both ways work: an older program's struct is read and written as far as it goes, and a newer program's is
 * UNSUPPORTED only where it has set a member that the library does not know. A `size` that no version has is
 * INVALID_ARGUMENT. Arrays of such structs have entries of one size. scmp_tensor and scmp_element have no size: they
 * never change.
 *
 * Pointers: an output handle or struct pointer must not be NULL unless the parameter says so. No function keeps a
 * pointer to a caller's tensor, option struct or string after it has returned.
 *
 * Everything in this header is there since version 0.1 unless its comment names a later one.
 * ---------------------------------------------------------------------------------------------------------------- */

/* ------------------------------------------------------------------------------------------------------------------
 * 1. Version and limits
 * ---------------------------------------------------------------------------------------------------------------- */

/** Version of this header. The shared library's SONAME carries SCMP_VERSION_MAJOR. */
#define SCMP_VERSION_MAJOR 0
#define SCMP_VERSION_MINOR 2
#define SCMP_VERSION_PATCH 0

/** Version of the arithmetic specification that the numbers follow. Every file that the library writes carries it. */
#define SCMP_SPEC_VERSION 1

/** Version of the library that is running, "major.minor.patch"; static storage. */
SCMP_API const char *scmp_version(void);

/** Version of the library that is running as a number: major * 10000 + minor * 100 + patch. */
SCMP_API int32_t scmp_version_number(void);

/** Version of the arithmetic specification that the running library follows (SCMP_SPEC_VERSION when it was built). */
SCMP_API int32_t scmp_spec_version(void);

/* Limits (Spec 1). Each macro is also a function, for languages that read no C preprocessor. */
#define SCMP_MAX_RANK             8          /* dimensions of a tensor view */
#define SCMP_SC_PREC_MAX          10         /* bits of precision p, both modes */
#define SCMP_SC_PREC_MIN_BIPOLAR  2          /* below it q_max = 2^(p-1) - 1 would be 0 */
#define SCMP_SC_PREC_MIN_UNIPOLAR 1          /* q_max = 2^p - 1 */
#define SCMP_RNG_LEVELS_MAX       16384      /* grid size G; the least is 1. stoc_len is 1 .. 2^p */
#define SCMP_D_TIMES_L_MAX        2147483647 /* D * L at most, so that every sum fits an int32 */

SCMP_API int32_t scmp_max_rank(void);             /**< SCMP_MAX_RANK */
SCMP_API int32_t scmp_sc_prec_max(void);          /**< SCMP_SC_PREC_MAX */
SCMP_API int32_t scmp_sc_prec_min_bipolar(void);  /**< SCMP_SC_PREC_MIN_BIPOLAR */
SCMP_API int32_t scmp_sc_prec_min_unipolar(void); /**< SCMP_SC_PREC_MIN_UNIPOLAR */
SCMP_API int32_t scmp_rng_levels_max(void);       /**< SCMP_RNG_LEVELS_MAX */
SCMP_API int64_t scmp_d_times_l_max(void);        /**< SCMP_D_TIMES_L_MAX */

/** "Not given" for the options a caller may leave open: stoc_len, rng_levels, threads. */
#define SCMP_NOT_GIVEN (-1)

/** The value of SCMP_NOT_GIVEN. */
SCMP_API int32_t scmp_not_given(void);

/* ------------------------------------------------------------------------------------------------------------------
 * 2. Status codes
 * ---------------------------------------------------------------------------------------------------------------- */

/**
 * The outcome of a call. Values are pinned: they never change and are never reused.
 *
 * The status of each bad input:
 *
 * | input                                                                          | status             |
 * | ------------------------------------------------------------------------------ | ------------------ |
 * | a NULL where none is allowed, an unknown enumeration value, an option struct   | INVALID_ARGUMENT   |
 * |   that was not initialised, sc_prec, stoc_len, rng_levels, a group, a thread   |                    |
 * |   count, eps or a table index out of its range, a boundary outside 0..G,       |                    |
 * |   a sign outside -1..1                                                         |                    |
 * | alpha outside [0, 1], or NaN                                                   | INVALID_ALPHA      |
 * | two things that must have the same D and do not                                | D_MISMATCH         |
 * | smoothing scales that are not one-dimensional                                  | SCALES_NOT_1D      |
 * | smoothing scales that are not all positive and finite                          | INVALID_SCALES     |
 * | rank other than 2 or 3, ranks that differ, BH that differ, an output of another| INVALID_SHAPE      |
 * |   shape, a negative size, sizes or strides whose product overflows, D * L over |                    |
 * |   SCMP_D_TIMES_L_MAX                                                           |                    |
 * | a dtype that this argument cannot have                                         | INVALID_DTYPE      |
 * | NaN or infinity in an operand, before or after smoothing, or an f64 beyond f32 | NON_FINITE         |
 * | a configuration that breaks a rule of Spec 3: unknown key, generator type or   | INVALID_CONFIG     |
 * |   side, unknown preset,                                                        |                    |
 * |   even Sobol seed, LFSR seed 0, taps out of range, an entry missing for an     |                    |
 * |   inner index, sc_prec other than the call's                                   |                    |
 * | options that do not combine (per_head in 2-D or unipolar, chunk_d with         | UNSUPPORTED        |
 * |   anything but per_row, bipolar, 2-D, counts with 0 < chunk_d < D), a backend  |                    |
 * |   or instruction set that this build or machine lacks, a tensor on a device    |                    |
 * |   that the call cannot use                                                     |                    |
 * | an output that overlaps an input, or itself                                    | OVERLAP            |
 * | the allocator returned NULL                                                    | OUT_OF_MEMORY      |
 * | a GPU or its driver failed                                                     | DEVICE             |
 * | a file could not be opened, read or written                                    | IO                 |
 * | a file or JSON text that is truncated, corrupt or of another kind              | FORMAT             |
 * | the cancel callback said so                                                    | CANCELLED          |
 */
typedef SCMP_ENUM(scmp_status){
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
    SCMP_ERROR_INTERNAL = 17, /**< a defect in the library: please report it */
} scmp_status;

/** Name of a status as it stands in this header, "SCMP_ERROR_D_MISMATCH"; "SCMP_STATUS_UNKNOWN" for no status. */
SCMP_API const char *scmp_status_string(scmp_status status);

/**
 * One sentence about the last error of the calling thread: which argument, and with which numbers ("b has D = 383, a
 * has D = 384"). A call that succeeds leaves it as it was; before the first error it is "". The text stays valid until
 * the thread's next error.
 */
SCMP_API const char *scmp_last_error(void);

/**
 * The operating system's error number (errno) behind the last error of the calling thread, to be looked at beside its
 * sentence: that of the file or directory with IO, where the system refused it, or EISDIR for a directory and EINVAL
 * for anything else that is no regular file; 0 with other errors, and before the first (since version 0.2).
 */
SCMP_API int32_t scmp_last_errno(void);

/* ------------------------------------------------------------------------------------------------------------------
 * 3. Tensor views
 * ---------------------------------------------------------------------------------------------------------------- */

/** Element types. Operands are F32, F16 (IEEE binary16), BF16 (upper half of a binary32) or F64; others where named. */
typedef SCMP_ENUM(scmp_dtype){
    SCMP_DTYPE_F32 = 0, SCMP_DTYPE_F16 = 1, SCMP_DTYPE_BF16 = 2, SCMP_DTYPE_F64 = 3, SCMP_DTYPE_I8 = 4,
    SCMP_DTYPE_U8 = 5,  SCMP_DTYPE_I16 = 6, SCMP_DTYPE_I32 = 7,  SCMP_DTYPE_I64 = 8,
} scmp_dtype;

/** Bytes of one element; 0 for no dtype. */
SCMP_API size_t scmp_dtype_size(scmp_dtype dtype);

/** Name of a dtype, "f32"; "unknown" for no dtype. */
SCMP_API const char *scmp_dtype_name(scmp_dtype dtype);

/** The place of a tensor's memory: SCMP_DEVICE_CPU for host memory, SCMP_DEVICE_CUDA_0 + i for CUDA device i, i up to
 *  65534. Larger numbers are kept for devices of other kinds. */
#define SCMP_DEVICE_CPU    0
#define SCMP_DEVICE_CUDA_0 1

/**
 * A view of memory that the caller owns. Element [i, j, ...] is at data + (i * strides[0] + j * strides[1] + ...) *
 * scmp_dtype_size(dtype). Strides count elements and may be 0 (broadcast) or negative (data then points at element
 * [0, 0, ...], not at the lowest address). No alignment is asked of data. Where a dimension is 0, data may be NULL.
 *
 * Inputs may have any strides; the library reads them where they are, a few rows at a time. The elements of an output
 * must not overlap one another. Column-major arrays are views with swapped strides, not swapped operands: left and
 * right have different sequences.
 *
 * Views are passed and returned by value, so this struct has no size of its own and never changes: what later versions
 * may need stands in the reserved members. Initialise it with zeros, or with the functions below.
 */
typedef struct scmp_tensor {
    void *data;                     /**< address of element [0, 0, ...] */
    scmp_dtype dtype;               /**< type of the elements */
    int32_t device;                 /**< SCMP_DEVICE_CPU, or SCMP_DEVICE_CUDA_0 + i */
    int32_t rank;                   /**< number of dimensions, 0 .. SCMP_MAX_RANK */
    int32_t reserved_flags;         /**< 0; others are UNSUPPORTED */
    int64_t shape[SCMP_MAX_RANK];   /**< sizes, outermost first */
    int64_t strides[SCMP_MAX_RANK]; /**< distances between neighbours, in elements */
    int64_t reserved[2];            /**< 0; others are UNSUPPORTED. For what types of less than a byte may need */
} scmp_tensor;

/**
 * Views of contiguous host memory in C order. `data` is const for the sake of inputs; the library writes only through
 * tensors that a function names as outputs. Nothing is checked here: the call that gets the view checks it.
 */
SCMP_API scmp_tensor scmp_tensor_0d(scmp_dtype dtype, const void *data);
SCMP_API scmp_tensor scmp_tensor_1d(scmp_dtype dtype, const void *data, int64_t d);
SCMP_API scmp_tensor scmp_tensor_2d(scmp_dtype dtype, const void *data, int64_t rows, int64_t d);
SCMP_API scmp_tensor scmp_tensor_3d(scmp_dtype dtype, const void *data, int64_t batch, int64_t rows, int64_t d);

/**
 * A contiguous host view of any rank in C order.
 * @param shape  `rank` sizes; for a rank outside 0 .. SCMP_MAX_RANK the view has rank -1, which every call refuses
 */
SCMP_API scmp_tensor scmp_tensor_nd(scmp_dtype dtype, const void *data, int32_t rank, const int64_t *shape);

/* ------------------------------------------------------------------------------------------------------------------
 * 4. Contexts
 * ---------------------------------------------------------------------------------------------------------------- */

/**
 * A context says where work runs and what it may use: backend, threads, memory, caches, callbacks. It belongs to one
 * thread at a time; different contexts are independent. No thread outlives the call that started it, so a context that
 * exists before a fork works in parent and child, unless another thread was using it just then: in the child that one
 * must be left alone, while statistics of it can be merged into those of another context. A CUDA context works in the
 * parent only (CUDA itself does not survive a fork: in the child its products are DEVICE errors, and it may be
 * destroyed).
 */
typedef struct scmp_ctx scmp_ctx;

/** The backends that a context may compute with. All give the same bits. */
typedef SCMP_ENUM(scmp_backend){
    SCMP_BACKEND_AUTO = 0,      /**< the fastest that this machine has; a GPU has to be asked for by name */
    SCMP_BACKEND_REFERENCE = 1, /**< the circuit, cycle by cycle, on one thread: slow and obviously right */
    SCMP_BACKEND_CPU = 2,       /**< count tables and vector code, threaded */
    SCMP_BACKEND_CUDA = 3,      /**< an NVIDIA GPU for products, and for what else has a tensor on it (sections 7, 8) */
} scmp_backend;

/** Name of a backend, "cpu"; "unknown" for none. */
SCMP_API const char *scmp_backend_name(scmp_backend backend);

/** 1 where a context with this backend can be created here and now, else 0. */
SCMP_API int32_t scmp_backend_available(scmp_backend backend);

/** Number of CUDA devices that this build can use on this machine; 0 without CUDA support, driver or device. */
SCMP_API int32_t scmp_cuda_device_count(void);

/** Instruction sets that the CPU backend has kernels for: how many, their names ("portable"), and whether this machine
 *  and its operating system run them. Index 0 is the portable one. A bad index gives "unknown" and 0. */
SCMP_API int32_t scmp_isa_count(void);
SCMP_API const char *scmp_isa_name(int32_t index);
SCMP_API int32_t scmp_isa_available(int32_t index);

/** Severity of a log line. */
typedef SCMP_ENUM(scmp_log_level){
    SCMP_LOG_WARNING = 0, /**< a probable mistake of the caller: scmp_config_warning, once a configuration */
    SCMP_LOG_INFO = 1,    /**< one line for each product: kernel, blocking, where the time went, memory */
    SCMP_LOG_DEBUG = 2,   /**< and one about its tables and the cache */
} scmp_log_level;

/** Memory for everything a context allocates (but threads' own state), from the calling thread only. `alloc` returns
 * memory of at least `size` bytes aligned to `alignment` (a power of two, at most 64), or NULL, which the call turns
 * into SCMP_ERROR_OUT_OF_MEMORY. `free` gets back exactly what alloc was asked for. */
typedef void *(*scmp_alloc_fn)(void *user, size_t size, size_t alignment);
typedef void (*scmp_free_fn)(void *user, void *ptr, size_t size, size_t alignment);

/** A line of text without a newline, valid during the callback. Called from the calling thread only. */
typedef void (*scmp_log_fn)(void *user, scmp_log_level level, const char *message);

/** Share of the current call that is done, 0 .. 1, never falling. Called from the calling thread only. */
typedef void (*scmp_progress_fn)(void *user, double fraction);

/** Called now and then from the calling thread; non-zero ends the call with SCMP_ERROR_CANCELLED. While it is set,
 *  products stage their result in one buffer of the output's size, so that a cancelled call leaves the output alone. A
 *  CUDA product can be cancelled until it begins to write its result. */
typedef int32_t (*scmp_cancel_fn)(void *user);

/** The options of a context. Grows only at its end; fill it with scmp_ctx_options_init first. */
typedef struct scmp_ctx_options {
    size_t size;               /**< sizeof(scmp_ctx_options), set by _init */
    scmp_backend backend;      /**< default SCMP_BACKEND_AUTO */
    int32_t device;            /**< CUDA backend: index of the context's own device; default 0 */
    int32_t threads;           /**< 1 .. 1024; default SCMP_NOT_GIVEN: as many as the process may run on */
    scmp_log_level log_level;  /**< lines up to this level are logged; default SCMP_LOG_WARNING */
    uint64_t cache_bytes;      /**< most memory that cached sequences and count tables keep, and most that the working
                                    memory of calls keeps for the next ones; likewise again on each GPU that is used;
                                    default 256 MiB */
    scmp_alloc_fn alloc;       /**< default NULL: operator new; alloc and free come together */
    scmp_free_fn free;         /**< default NULL */
    void *allocator_user;      /**< handed to alloc and free; they outlive every handle made with the context */
    scmp_log_fn log;           /**< default NULL: no log */
    void *log_user;            /**< handed to log */
    scmp_progress_fn progress; /**< default NULL */
    void *progress_user;       /**< handed to progress */
    scmp_cancel_fn cancelled;  /**< default NULL */
    void *cancelled_user;      /**< handed to cancelled */
    const char *isa;    /**< CPU kernels: the name of an instruction set (scmp_isa_name), "" for the library's own
                             choice; default NULL: what the environment variable SCMP_CPU names when the context
                             is created, else the library's choice, the fastest that this machine runs. It
                             changes speed, never numbers. Since version 0.2 */
    const char *kernel; /**< CUDA backend: the count kernel for all products that it can do, rows, bytes, bits or
                             wgmma, "" for the library's own choice; default NULL: what SCMP_CUDA_KERNEL names,
                             else the library's choice. It changes speed, never numbers. Since version 0.2 */
} scmp_ctx_options;

/** Fills `options` with the defaults. NULL is ignored. @param size  sizeof(scmp_ctx_options) of the program, which
 *  scmp_ctx_options_init hands in */
SCMP_API void scmp_ctx_options_init_sized(scmp_ctx_options *options, size_t size);
static inline void scmp_ctx_options_init(scmp_ctx_options *options) {
    scmp_ctx_options_init_sized(options, sizeof *options);
}

/**
 * Creates a context.
 * @param options  NULL for the defaults
 * @param out      gets the handle; unchanged on error
 * @return INVALID_ARGUMENT; UNSUPPORTED where the backend, the instruction set or the CUDA kernel is not to be had
 * here; OUT_OF_MEMORY; DEVICE
 */
SCMP_STATUS scmp_ctx_create(const scmp_ctx_options *options, scmp_ctx **out);

/** Destroys a context and sets the pointer to NULL. NULL and a pointer to NULL are ignored. Calibrations made with the
 *  context must be gone before; configurations and packed operands may live on. Work that is still on a stream goes on,
 *  and its errors are lost: scmp_ctx_synchronize reports them before. */
SCMP_API void scmp_ctx_destroy(scmp_ctx **ctx);

/** Number of threads that products of this context use; 0 for NULL. */
SCMP_API int32_t scmp_ctx_threads(const scmp_ctx *ctx);

/** Sets the number of threads, 1 .. 1024, or SCMP_NOT_GIVEN for as many as the process may run on. */
SCMP_STATUS scmp_ctx_set_threads(scmp_ctx *ctx, int32_t threads);

/** The backend that AUTO became; SCMP_BACKEND_AUTO for NULL. */
SCMP_API scmp_backend scmp_ctx_backend(const scmp_ctx *ctx);

/** Name of the instruction set that the context's kernels use, "portable"; "unknown" for NULL. */
SCMP_API const char *scmp_ctx_isa(const scmp_ctx *ctx);

/** Bytes that cached sequences and tables hold now, on GPUs as well; 0 for NULL. */
SCMP_API uint64_t scmp_ctx_cache_bytes(const scmp_ctx *ctx);

/** Number of table sets made so far (cache misses); 0 for NULL. Two equal calls in a row raise it once. */
SCMP_API uint64_t scmp_ctx_cache_misses(const scmp_ctx *ctx);

/** Drops every cached sequence and table; their memory is kept for the next ones. Results never depend on it. NULL is
 *  ignored. */
SCMP_API void scmp_ctx_clear_cache(scmp_ctx *ctx);

/** Gives the working memory that was kept for the next calls back to the allocator, and on GPUs to the system what no
 *  stream still uses. NULL is ignored. */
SCMP_API void scmp_ctx_trim(scmp_ctx *ctx);

/*
 * CUDA contexts: where a product runs, what it waits for, and whose memory it takes.
 *
 * Device. Each tensor of a product (a, b, y, counts) is in host memory or on a GPU, all that are on a GPU on the same
 * one (else UNSUPPORTED). That GPU computes; where there is none, or a packed operand says otherwise, the context's own
 * device. Other devices are opened when an operand on them first occurs. The calling thread's current device is the
 * same after a call as before it, also after an error.
 *
 * Waiting. Where every tensor is on the GPU the call only puts work on the stream and returns: it does not wait, nor
 * copy between host and device, with two exceptions, each once for equal calls in a row: the first product with a
 * configuration, stream length and D copies its count tables there, and one with new smoothing scales (which are always
 * in host memory) copies those; both are kept, up to cache_bytes, until scmp_ctx_clear_cache. The results are complete
 * once the stream has come that far. An error in the operands' values is found only then: the call returned
 * SCMP_OK, its outputs stay as they were, and scmp_ctx_synchronize reports it.
 *
 * Where any tensor is in host memory the call waits: operands in host memory are copied to the GPU first, what is not
 * finite is the call's own error, and results for host memory are copied back last. Results for the GPU are complete
 * once the stream has come that far, in this case too. scmp_packed_create always waits.
 *
 * Memory. Working memory comes from a pool of the context on each GPU, in the order of the stream; up to cache_bytes of
 * what the pool gets back stay there for the next calls. A workspace takes the pool's place. Running out of either is
 * OUT_OF_MEMORY before anything was written, and leaves context, outputs and device as they were. A GPU that fails in
 * the middle of its work (DEVICE) may leave any output half written.
 */

/**
 * The stream of the context's own device that later products go to; other devices use their default streams. What goes
 * to it comes after what the context has put on the one before, without a wait in the host. Both must exist at
 * that moment, and the last one until the context is destroyed or has another.
 * @param stream  a cudaStream_t; NULL (as at first): the default stream, which waits for the work of other streams
 * @return UNSUPPORTED where the context's backend is not CUDA; DEVICE, with the stream as it was
 */
SCMP_STATUS scmp_ctx_set_cuda_stream(scmp_ctx *ctx, void *stream);

/**
 * Device memory that later calls on the context's own device take their working memory from, all of it. Calls on one
 * stream share it one after another; it must stay until the stream has come past the last of them. What outlives calls
 * is not in it: count tables, smoothing scales, packed operands.
 * @param memory  of the context's own device; NULL (as at first): the context's pool
 * @param bytes   its size, 0 where memory is NULL. How much a call needs: scmp_report's bytes_device, of the same call
 *                with or without a workspace. A call that needs more is OUT_OF_MEMORY with both numbers
 * @return INVALID_ARGUMENT where one of memory and bytes is 0 and the other is not; UNSUPPORTED where the context's
 *         backend is not CUDA
 */
SCMP_STATUS scmp_ctx_set_cuda_workspace(scmp_ctx *ctx, void *memory, uint64_t bytes);

/**
 * Waits until the GPUs have done what the context's calls put on their streams, and reports the first error of theirs
 * that no call has reported. It reports an error once, and drops the later ones. Contexts of other backends have
 * nothing to wait for.
 * @return NON_FINITE, with which operand of which call since the last synchronization; DEVICE; always SCMP_OK where the
 *         context's backend is not CUDA
 */
SCMP_STATUS scmp_ctx_synchronize(scmp_ctx *ctx);

/**
 * A 128-bit hash of a tensor's contents, to see whether they have changed: since version 0.2. It is of the elements'
 * bytes in C order alone: strides, and where the memory is, make no difference; shape and dtype are for the caller to
 * compare. The same on every backend, instruction set and thread count; of machines with the same byte order.
 *
 * XXH3 (128 bits, seed 0) of the bytes where there are at most 262,144; else of the hashes of all pieces of 262,144
 * bytes (the last may be shorter), one behind the other in xxHash's canonical form, with the number of all bytes as
 * seed. Two tensors with different bytes have the same hash by chance only, 1 in 2^128; it is no cryptographic hash.
 * @param t     any dtype, in host memory or on the context's device
 * @param hash  output, 2 numbers: the low and the high 64 bits
 * @return INVALID_ARGUMENT, INVALID_SHAPE, UNSUPPORTED, OUT_OF_MEMORY, DEVICE, CANCELLED
 */
SCMP_STATUS scmp_tensor_hash(scmp_ctx *ctx, const scmp_tensor *t, uint64_t *hash);

/* ------------------------------------------------------------------------------------------------------------------
 * 5. Generators and configurations (Spec 3 and 7)
 * ---------------------------------------------------------------------------------------------------------------- */

/** Sides of the product. Left (q in configuration files) enables right (k). */
typedef SCMP_ENUM(scmp_side){SCMP_SIDE_LEFT = 0, SCMP_SIDE_RIGHT = 1} scmp_side;

/** Kinds of number sequences. */
typedef SCMP_ENUM(scmp_generator_type){
    SCMP_GENERATOR_SOBOL = 0, /**< one Sobol dimension in Gray-code order (Antonov and Saleev, 1979) */
    SCMP_GENERATOR_LFSR =
        1, /**< Fibonacci LFSR, right-shifting, period 2^p - 1 with maximal taps, or 2^p (lfsr_zero_state) */
    SCMP_GENERATOR_MT19937 = 2, /**< CPython's random.Random(seed).randint(0, 2^p - 1), that is MT19937 */
} scmp_generator_type;

/** Per inner index xor mask on the draws, the same on both sides (Spec 3, "Scramble"). */
typedef SCMP_ENUM(scmp_scramble){
    SCMP_SCRAMBLE_NOT_GIVEN = 0,      /**< the configuration's mode, or bitrev where it has none */
    SCMP_SCRAMBLE_BITREV = 1,         /**< mask = bit reversal of d mod 2^p; not on a full stream on the full grid */
    SCMP_SCRAMBLE_COUNTER = 2,        /**< mask = d mod 2^p; not on a full stream on the full grid */
    SCMP_SCRAMBLE_OFF = 3,            /**< no mask */
    SCMP_SCRAMBLE_ALWAYS_BITREV = 4,  /**< as bitrev, in every case */
    SCMP_SCRAMBLE_ALWAYS_COUNTER = 5, /**< as counter, in every case */
} scmp_scramble;

/** Name of a scramble mode as files and the command line spell it, "always_bitrev"; "unknown" for none. */
SCMP_API const char *scmp_scramble_name(scmp_scramble scramble);

/** One generator of a pool. Grows only at its end; fill it with scmp_generator_init first. */
typedef struct scmp_generator {
    size_t size;                 /**< sizeof(scmp_generator), set by _init */
    scmp_generator_type type;    /**< default SCMP_GENERATOR_SOBOL */
    scmp_side sobol_side;        /**< Sobol without seeds: whose default seeds; default SCMP_SIDE_LEFT */
    const uint32_t *sobol_seeds; /**< Sobol: p odd numbers m_i < 2^(i+1), m_0 = 1; default NULL: the side's */
    int32_t sobol_seed_count;    /**< length of sobol_seeds; must equal p where they are given */
    uint32_t sobol_start;        /**< Sobol: state before the first draw, 0 .. 2^p - 1; default 0 */
    uint64_t seed;            /**< LFSR: 1 .. 2^p - 1, or from 0 with lfsr_zero_state, no default; true_random: absolute
                                   value of the seed */
    const int32_t *lfsr_taps; /**< LFSR: distinct bit positions 0 .. p-1 from the LSB; default NULL: the width's */
    int32_t lfsr_tap_count;   /**< length of lfsr_taps */
    int32_t lfsr_zero_state;  /**< LFSR, non-zero: state 0 is inserted between 1 and 2^(p-1), which makes the period of
                                   maximal taps 2^p (de Bruijn; Model 5); default 0 */
} scmp_generator;

/** Fills `generator` with the defaults: the default left Sobol. NULL is ignored. @param size  sizeof(scmp_generator) of
 * the program, which scmp_generator_init hands in */
SCMP_API void scmp_generator_init_sized(scmp_generator *generator, size_t size);
static inline void scmp_generator_init(scmp_generator *generator) {
    scmp_generator_init_sized(generator, sizeof *generator);
}

/** An element, that is one inner index on one side: the generator that it uses, and how (permutation first, then
 *  complement). Elements stand in arrays, so this struct has no size of its own and never changes: initialise it with
 *  zeros. */
typedef struct scmp_element {
    int32_t generator;          /**< index into the pool */
    int32_t complement;         /**< non-zero: r becomes 2^p - 1 - r */
    const int32_t *permutation; /**< NULL, or p numbers: out bit i = in bit permutation[i] */
    int64_t reserved[2];        /**< 0; others are UNSUPPORTED */
} scmp_element;

/** A configuration as data. Grows only at its end; fill it with scmp_config_desc_init first. */
typedef struct scmp_config_desc {
    size_t size;                      /**< sizeof(scmp_config_desc), set by _init */
    int32_t sc_prec;                  /**< the p that it is for; default 8 */
    const scmp_generator *generators; /**< the pool */
    size_t generator_count;           /**< its length */
    const scmp_element *left;         /**< one element for each inner index of the left side */
    size_t left_count;                /**< its length; entries beyond a product's D are ignored */
    const scmp_element *right;        /**< likewise, right side */
    size_t right_count;               /**< its length */
    int32_t uniform;                  /**< non-zero: left[0] and right[0] serve every inner index; default 0 */
    scmp_scramble scramble;           /**< the mode where a call gives none; default SCMP_SCRAMBLE_NOT_GIVEN */
} scmp_config_desc;

/** Fills `desc` with the defaults: an empty pool for p = 8. NULL is ignored. @param size  sizeof(scmp_config_desc) of
 * the program, which scmp_config_desc_init hands in */
SCMP_API void scmp_config_desc_init_sized(scmp_config_desc *desc, size_t size);
static inline void scmp_config_desc_init(scmp_config_desc *desc) {
    scmp_config_desc_init_sized(desc, sizeof *desc);
}

/** A configuration: the generator, permutation and complement of each inner index on each side. Immutable: any number
 * of threads and contexts may use one at the same time. It does not need the context it was made with to live on. */
typedef struct scmp_config scmp_config;

/**
 * A named configuration: sobol_simple (the default of every call), sobol_antithetic, sobol_altseed, lfsr_default,
 * sobol_unbiased, sobol_tuned (sc_prec 4 .. 10 only). It serves any D.
 * @return INVALID_ARGUMENT for sc_prec; INVALID_CONFIG for an unknown name, or one not defined at this sc_prec
 */
SCMP_STATUS scmp_config_create_named(scmp_ctx *ctx, const char *name, int32_t sc_prec, scmp_config **out);

/** Number of named configurations, and their names in the order of the list above; "unknown" for a bad index. */
SCMP_API int32_t scmp_config_name_count(void);
SCMP_API const char *scmp_config_name(int32_t index);

/**
 * A configuration from JSON text: the dictionary of Spec 3 (rng_pool, sng, scramble_mode), or an object that has it
 * under "config" beside a "metadata" of any kind. Small temporaries of the parser come from operator new.
 * @param text    UTF-8, not necessarily terminated
 * @param length  its bytes, without a terminating 0: all of them are JSON, and blanks around it
 * @return FORMAT where it is not JSON (a zero byte, a byte order mark, or anything but blanks behind the text is none),
 *         or has a key twice in an object; INVALID_CONFIG where it breaks a rule, naming the entry
 */
SCMP_STATUS scmp_config_create_json(scmp_ctx *ctx, const char *text, size_t length, int32_t sc_prec, scmp_config **out);

/** A configuration from data (see scmp_config_desc). @return INVALID_ARGUMENT or INVALID_CONFIG, naming the entry */
SCMP_STATUS scmp_config_create(scmp_ctx *ctx, const scmp_config_desc *desc, scmp_config **out);

/** Destroys a configuration and sets the pointer to NULL. NULL and a pointer to NULL are ignored. */
SCMP_API void scmp_config_destroy(scmp_config **config);

/**
 * Writes a configuration as JSON for the first `d` inner indices, such that scmp_config_create_json reads it back.
 * @param buffer    gets the text and a terminating 0 where `capacity` is enough, otherwise is left alone; may be NULL
 *                  where capacity is 0
 * @param needed    gets the number of bytes with the terminating 0, whatever the capacity
 * @return INVALID_ARGUMENT where 0 < capacity < *needed; INVALID_CONFIG where it has fewer than d entries
 */
SCMP_STATUS scmp_config_to_json(scmp_ctx *ctx, const scmp_config *config, int64_t d, char *buffer, size_t capacity,
                                size_t *needed);

/** The sc_prec that a configuration is for; 0 for NULL. */
SCMP_API int32_t scmp_config_sc_prec(const scmp_config *config);

/** Number of inner indices that a configuration serves: INT64_MAX for a uniform one; 0 for NULL. */
SCMP_API int64_t scmp_config_d_max(const scmp_config *config);

/** A sentence about a probable mistake in a configuration: a generator in use that repeats before its type must (an
 *  LFSR before 2^p - 1 draws, or before 2^p with lfsr_zero_state), with its period. "" where there is none, and for
 *  NULL. A context with a log callback logs it when it makes the configuration or first uses it. Valid as long as the
 *  configuration. Since version 0.2. */
SCMP_API const char *scmp_config_warning(const scmp_config *config);

/* ------------------------------------------------------------------------------------------------------------------
 * 6. The product
 * ---------------------------------------------------------------------------------------------------------------- */

/** The elements that share one quantization range (Spec 4, "Scopes"). */
typedef SCMP_ENUM(scmp_granularity){
    SCMP_GRANULARITY_PER_ROW = 0,    /**< each row, or group of rows (group_a, group_b), of each batch entry */
    SCMP_GRANULARITY_PER_TENSOR = 1, /**< the whole operand, batches included */
    SCMP_GRANULARITY_PER_HEAD = 2,   /**< each batch entry; bipolar and 3-D only */
} scmp_granularity;

/** How signed numbers become streams. */
typedef SCMP_ENUM(scmp_mode){
    SCMP_MODE_BIPOLAR = 0,  /**< sign and magnitude, q in -q_max .. q_max, q_max = 2^(p-1) - 1 */
    SCMP_MODE_UNIPOLAR = 1, /**< zero point, q in 0 .. q_max, q_max = 2^p - 1 */
} scmp_mode;

/** Names as the command line spells them, "per_row", "bipolar"; "unknown" for none. */
SCMP_API const char *scmp_granularity_name(scmp_granularity granularity);
SCMP_API const char *scmp_mode_name(scmp_mode mode);

/** A report of what a product did. Filled on success only. Grows only at its end; fill it with scmp_report_init first.
 */
typedef struct scmp_report {
    size_t size;            /**< sizeof(scmp_report), set by _init */
    int32_t stoc_len;       /**< L as resolved */
    int32_t rng_levels;     /**< G as resolved */
    scmp_scramble scramble; /**< as resolved: never NOT_GIVEN */
    int32_t scrambled;      /**< 1 where the masks were applied at this L and G */
    int32_t q_max;          /**< largest level */
    int32_t tables;         /**< number of different count tables over the inner indices */
    scmp_backend backend;   /**< the backend that counted */
    int32_t threads;        /**< threads that the product could use */
    const char *isa;        /**< instruction set of its kernels; static storage */
    const char *kernel;     /**< name of the count kernel; static storage */
    double ms_quantize;     /**< milliseconds: reading, smoothing, ranges and quantization of both operands */
    double ms_tables;       /**< sequences and count tables, 0 when cached */
    double ms_pack;         /**< laying out the right operand */
    double ms_count;        /**< counting */
    double ms_dequantize;   /**< from sums to values, and writing them; of what threads do side by side, their mean */
    double ms_total;        /**< the whole call; of a CUDA product that does not wait: until all is on the stream */
    uint64_t bytes_peak;   /**< most memory held at once from the context's allocator during the call, with what is kept
                                from the last ones */
    int32_t panel_columns; /**< blocking: rows of b in a panel, the layout that the kernel reads */
    int32_t workers;       /**< threads that had something to count */
    int64_t task_rows;     /**< rows of a in a task */
    int64_t task_columns;  /**< rows of b in a task: of one panel, or of several */
    int64_t tasks;         /**< number of tasks */
    uint64_t bytes_device; /**< CUDA: working memory that the call needed on its device; a workspace of so many bytes,
                                aligned to 256, is enough for the same call */
} scmp_report;

/** Fills `report` with zeros and its size. NULL is ignored. @param size  sizeof(scmp_report) of the program, which
 *  scmp_report_init hands in */
SCMP_API void scmp_report_init_sized(scmp_report *report, size_t size);
static inline void scmp_report_init(scmp_report *report) {
    scmp_report_init_sized(report, sizeof *report);
}

/**
 * The options of a product and of its stages (Spec 1). Grows only at its end; fill it with scmp_matmul_options_init
 * first. Where a function takes a pointer to options, NULL means the defaults.
 */
typedef struct scmp_matmul_options {
    size_t size;                  /**< sizeof(scmp_matmul_options), set by _init */
    scmp_granularity granularity; /**< default SCMP_GRANULARITY_PER_ROW */
    scmp_mode mode;               /**< default SCMP_MODE_BIPOLAR */
    int32_t sc_prec;              /**< precision p in bits; default 8 */
    int32_t stoc_len;             /**< stream length L in cycles, 1 .. 2^p; default SCMP_NOT_GIVEN: 2^p */
    int32_t rng_levels;           /**< grid size G, 1 .. 2^14; default SCMP_NOT_GIVEN: 2^p */
    scmp_scramble scramble;       /**< default SCMP_SCRAMBLE_NOT_GIVEN: the configuration's, else bitrev */
    int64_t chunk_d;              /**< > 0: own scales for every chunk_d inner indices (per_row, bipolar, 2-D only),
                                       summed in f32 in ascending order; default 0: none */
    int64_t group_a;              /**< per_row: rows of a that share a scale, at least 1; default 1 */
    int64_t group_b;              /**< per_row: rows of b that share a scale, at least 1; default 1 */
    const scmp_config *config;    /**< generators; default NULL: sobol_simple */
    const scmp_tensor *smooth;    /**< SmoothQuant scales s, (D,), any float dtype, positive and finite: the product of
                                       a/s and b*s, not rounded to 16 bits in between (Spec 6); default NULL: none */
} scmp_matmul_options;

/** Fills `options` with the defaults. NULL is ignored. @param size  sizeof(scmp_matmul_options) of the program, which
 *  scmp_matmul_options_init hands in */
SCMP_API void scmp_matmul_options_init_sized(scmp_matmul_options *options, size_t size);
static inline void scmp_matmul_options_init(scmp_matmul_options *options) {
    scmp_matmul_options_init_sized(options, sizeof *options);
}

/** The further outputs of one call of a product, beside its options. Where a function takes a pointer to it, NULL means
 *  none of them. Grows only at its end; fill it with scmp_call_init first. Since version 0.2. */
typedef struct scmp_call {
    size_t size;               /**< sizeof(scmp_call), set by _init */
    const scmp_tensor *counts; /**< output: the integer sums S, I32 or I64, of the shape of Y; default NULL: not wanted.
                                    Not together with 0 < chunk_d < D */
    scmp_report *report;       /**< output: what the product did; default NULL: not wanted */
} scmp_call;

/** Fills `call` with its size and NULLs. NULL is ignored. @param size  sizeof(scmp_call) of the program, which
 *  scmp_call_init hands in. Since version 0.2. */
SCMP_API void scmp_call_init_sized(scmp_call *call, size_t size);
static inline void scmp_call_init(scmp_call *call) {
    scmp_call_init_sized(call, sizeof *call);
}

/**
 * Y ~ a @ b.T on the array (Spec 2 to 7): smooth, quantize, count, dequantize.
 *
 * @param a        (N, D) or (BH, N, D); F32, F16, BF16 or F64; finite
 * @param b        (M, D) or (BH, M, D); likewise, of the rank of a
 * @param options  NULL for the defaults
 * @param call     further outputs; NULL for none
 * @param y        output, F32, (N, M) or (BH, N, M); NULL where only call->counts is wanted
 * @return INVALID_ARGUMENT, D_MISMATCH, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE, SCALES_NOT_1D, INVALID_SCALES,
 *         INVALID_CONFIG, UNSUPPORTED, OVERLAP, OUT_OF_MEMORY, DEVICE, CANCELLED
 *
 * With a CUDA context, a, b, y and call->counts may each be in host memory or on a GPU; options->smooth is in host
 * memory. Where all of them are on a GPU the call does not wait, and NON_FINITE comes from scmp_ctx_synchronize: see
 * section 4, "CUDA contexts". Device memory beyond operands and results: 2 bytes an element of a and b, scales (24
 * bytes a scope), 4 bytes an element of Y where the inner dimension is shared out among blocks (small products), 8 with
 * 0 < chunk_d < D, and at most about 64 MiB of count tables.
 *
 * A dimension may be 0: the result is empty, or all +0.0 where only D is 0. Memory beyond the output: the quantized
 * operands (1 or 2 bytes an element), the count tables, and per thread a few blocks (docs/performance.md, "Memory").
 */
SCMP_STATUS scmp_matmul(scmp_ctx *ctx, const scmp_tensor *a, const scmp_tensor *b, const scmp_matmul_options *options,
                        const scmp_call *call, const scmp_tensor *y);

/** A right operand, smoothed, quantized and laid out once for many products. Immutable: any number of threads may use
 *  one at the same time, each with its own context of the same backend and instruction set. It does not need the
 *  context or the configuration it was made with to live on. One that a CUDA context makes is on the GPU that b is on,
 *  or the context's own, and products with it run there. */
typedef struct scmp_packed scmp_packed;

/**
 * Packs b under `options`, which every product with it then uses. With a CUDA context b may be on a GPU; the call waits
 * until it has been read.
 * @return as scmp_matmul
 */
SCMP_STATUS scmp_packed_create(scmp_ctx *ctx, const scmp_tensor *b, const scmp_matmul_options *options,
                               scmp_packed **out);

/** Destroys a packed operand and sets the pointer to NULL. NULL and a pointer to NULL are ignored. One on a GPU waits
 *  for all the work on that GPU, since any stream may still use it. */
SCMP_API void scmp_packed_destroy(scmp_packed **packed);

/** Bytes that a packed operand holds, on a GPU as well; 0 for NULL. */
SCMP_API uint64_t scmp_packed_bytes(const scmp_packed *packed);

/** The shape of the operand that was packed, as a view without data (rank, shape, dtype F32); rank -1 for NULL. */
SCMP_API scmp_tensor scmp_packed_shape(const scmp_packed *packed);

/**
 * The product with a packed right operand: exactly scmp_matmul with the operand and options that were packed.
 * @param call  further outputs; NULL for none
 * @param y     as for scmp_matmul
 * @return as scmp_matmul; INVALID_ARGUMENT where `packed` was made for another backend or instruction set
 */
SCMP_STATUS scmp_matmul_packed(scmp_ctx *ctx, const scmp_tensor *a, const scmp_packed *packed, const scmp_call *call,
                               const scmp_tensor *y);

/* ------------------------------------------------------------------------------------------------------------------
 * 7. SmoothQuant (Spec 6; Xiao et al., "SmoothQuant", ICML 2023)
 *
 * With a CUDA context each tensor of this section and the next may be in host memory or in that of the context's own
 * device. Where all of a call are in host memory the CPU does the work, as without a GPU. Else the device does it, on
 * the context's stream, with the same bits and the same errors, and the call waits for it: outputs are complete when it
 * returns. It copies
 *   - operands and results with as many elements as the work has (x, out, boundary, sign, sums, y and the like) that
 *     are in host memory, to the device and back;
 *   - to the host what has one number a row, an inner index or a scope (row_mask, scales, act, smooth, ranges that are
 *     given, and scale, zero_point and row_sum where they are inputs), and back where it is computed there (act, scales
 *     of scmp_smooth_scales): a call with nothing else on the device stays on the CPU;
 *   - x to the host, where a value is not finite, to say which one.
 * Overlaps are looked for on one device: others have other memory.
 * A call with a tensor on the device, of a calibration too, uses the context as a product does: only the thread that
 * has the context may make it.
 * ---------------------------------------------------------------------------------------------------------------- */

/** Activation statistics: the absolute maximum of each inner index over everything observed. Belongs to one thread at a
 *  time, and to its context, which must outlive it. */
typedef struct scmp_calib scmp_calib;

/** eps of Spec 6 where a function takes none: the floor of maxima and scales. */
#define SCMP_SMOOTH_EPS 1e-5

/** The value of SCMP_SMOOTH_EPS. */
SCMP_API double scmp_smooth_eps(void);

/**
 * Empty statistics over `d` inner indices.
 * @param dtype  F32, or F64, which keeps F64 observations exactly
 * @return INVALID_SHAPE for d < 0; INVALID_DTYPE for another dtype
 */
SCMP_STATUS scmp_calib_create(scmp_ctx *ctx, int64_t d, scmp_dtype dtype, scmp_calib **out);

/** Destroys statistics and sets the pointer to NULL. NULL and a pointer to NULL are ignored. */
SCMP_API void scmp_calib_destroy(scmp_calib **calib);

/**
 * Takes in activations: max[d] = max(max[d], |x[..., d]|).
 * @param x         (..., D), rank 1 or more, any float dtype, finite (masked-out rows too)
 * @param row_mask  U8 or I8 of x's leading shape, rows with 0 do not count; NULL: every row counts
 * @return D_MISMATCH; INVALID_SHAPE for rank 0 or a mask of another shape; INVALID_DTYPE; NON_FINITE (an F64 beyond F32
 *         in F32 statistics too); CANCELLED
 *
 * Statistics are in host memory: the D maxima of an x on the device come back.
 */
SCMP_STATUS scmp_calib_observe(scmp_calib *calib, const scmp_tensor *x, const scmp_tensor *row_mask);

/** Takes in other statistics of the same D: maxima are combined, rows added. Merging is associative and commutative.
 *  `from` may be of another context and dtype (F64 into F32 rounds to nearest). @return D_MISMATCH; NON_FINITE */
SCMP_STATUS scmp_calib_merge(scmp_calib *calib, const scmp_calib *from);

/** Writes the maxima. @param act (D,), F32, F16, BF16 or F64, one rounding each; F16 and BF16 saturate. @return
 *  D_MISMATCH, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE (F64 statistics beyond an F32 act) */
SCMP_STATUS scmp_calib_act_scales(const scmp_calib *calib, const scmp_tensor *act);

/** Number of rows that counted so far; 0 for NULL. */
SCMP_API uint64_t scmp_calib_rows(const scmp_calib *calib);

/** D of the statistics; 0 for NULL. */
SCMP_API int64_t scmp_calib_d(const scmp_calib *calib);

/** F32 or F64; F32 for NULL. */
SCMP_API scmp_dtype scmp_calib_dtype(const scmp_calib *calib);

/**
 * Writes statistics to a file, all or nothing: a temporary file beside it is renamed over it once it is on disk. Where
 * `path` is a symbolic link, what it leads to is written. A file that was there leaves its permissions to the new one,
 * and its owner and group where the process may give them.
 *
 * The format is safetensors: 8 bytes little-endian header length, a JSON header, the data. One tensor "act_scales",
 * F32 or F64, (D,). "__metadata__" has strings: "format" = "scmp-calib", "format_version" = "1", "spec_version",
 * "library_version", "rows" (decimal), "checksum" = 16 hexadecimal digits of 64-bit FNV-1a over the dtype's name
 * ("F32"), the decimal rows, a zero byte after each, and the data bytes. Further strings may stand beside them.
 * @return IO
 */
SCMP_STATUS scmp_calib_save(const scmp_calib *calib, const char *path);

/**
 * Reads statistics back.
 * @param d  the D that they must have, or SCMP_NOT_GIVEN for any
 * @return IO; FORMAT for a file that is truncated, corrupt, of another kind or a later version, or that safetensors
 *         forbids (a key twice, blanks before the header, bytes that belong to no tensor); D_MISMATCH
 */
SCMP_STATUS scmp_calib_load(scmp_ctx *ctx, const char *path, int64_t d, scmp_calib **out);

/**
 * Smoothing scales with eps = SCMP_SMOOTH_EPS: s[d] = max(act[d], eps)^alpha / max(wmax[d], eps)^(1 - alpha), at
 * least eps. The working type is f64 where the statistics or a weight are F64, else f32.
 * @param weights       `weight_count` views (M_i, D), or (BH, M_i, D), of the weights that share this input; wmax is
 *                      the maximum over all of them
 * @param weight_count  at least 1
 * @param alpha         0 (everything stays in the activations) .. 1 (everything moves into the weights)
 * @param scales        output (D,), F32, F16, BF16 or F64: one rounding from the working type; where that gives 0 or
 *                      infinity, the nearest positive finite number of the type
 * @return INVALID_ALPHA, D_MISMATCH, SCALES_NOT_1D, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE, OVERLAP
 *
 * The maxima of weights on the device are found there; the scales are computed on the CPU, wherever `scales` is.
 */
SCMP_STATUS scmp_smooth_scales(const scmp_calib *calib, const scmp_tensor *weights, size_t weight_count, double alpha,
                               const scmp_tensor *scales);

/** As scmp_smooth_scales, from activation maxima as an array (D,), finite and not negative, and with eps > 0 given. */
SCMP_STATUS scmp_smooth_scales_from(scmp_ctx *ctx, const scmp_tensor *act, const scmp_tensor *weights,
                                    size_t weight_count, double alpha, double eps, const scmp_tensor *scales);

/**
 * x / s along the last axis: the activation's half of smoothing. True division in f64 where x or s is F64, else in f32,
 * then one rounding to the type of `out`. A result beyond it saturates at the largest finite number where `out` is F16
 * or BF16, and is NON_FINITE where it is F32 or F64, as in a product with `smooth`.
 * @param x       (..., D), rank 1 or more, any float dtype, finite
 * @param scales  (D,), any float dtype, positive and finite
 * @param out     of x's shape, any float dtype; may be x itself (same data, dtype and strides)
 * @return D_MISMATCH, SCALES_NOT_1D, INVALID_SCALES, INVALID_SHAPE, INVALID_DTYPE, NON_FINITE, OVERLAP
 */
SCMP_STATUS scmp_smooth_activation(scmp_ctx *ctx, const scmp_tensor *x, const scmp_tensor *scales,
                                   const scmp_tensor *out);

/** x * s along the last axis: the weight's half of smoothing. Otherwise as scmp_smooth_activation. */
SCMP_STATUS scmp_smooth_weight(scmp_ctx *ctx, const scmp_tensor *x, const scmp_tensor *scales, const scmp_tensor *out);

/* ------------------------------------------------------------------------------------------------------------------
 * 8. The stages by themselves
 *
 * scmp_matmul is exactly: ranges, quantize each operand, count, dequantize. A caller who wants to put something in
 * between (static ranges, an inner dimension split over machines, counts from a simulator) calls them one by one. They
 * take the options of the product: sc_prec, granularity, mode, rng_levels, chunk_d, group_a or group_b by side, and
 * smooth, through which the operand is read.
 *
 * "Scale shape" is the shape of per-scope numbers: () for per_tensor, (rows,) or (BH, rows) for per_row (the rows of a
 * group repeat its number), (BH,) for per_head, (chunks, rows) where 0 < chunk_d < D.
 *
 * With a CUDA context tensors, smooth too, may be on its device, and the calls wait for it: see section 7.
 * ---------------------------------------------------------------------------------------------------------------- */

/** One quantized operand: arrays that the caller owns. Each may be NULL: not wanted as an output, or as an input not
 *  needed by the stage. Grows only at its end; fill it with scmp_quantized_init first. */
typedef struct scmp_quantized {
    size_t size;                 /**< sizeof(scmp_quantized), set by _init */
    const scmp_tensor *level;    /**< |q| (bipolar) or q (unipolar), 0 .. q_max; of x's shape, U8 (p <= 8), I16, I32 */
    const scmp_tensor *boundary; /**< 0 .. G; of x's shape, I16 or I32 (I16 holds every allowed G) */
    const scmp_tensor *sign;     /**< -1, 0 or 1; of x's shape, I8; bipolar only */
    const scmp_tensor *scale;    /**< of the scale shape; F64 for per_tensor, F32 otherwise (F64 holds both) */
    const scmp_tensor *zero_point; /**< of the scale shape; F32 or F64; unipolar only */
    const scmp_tensor *row_sum;    /**< sum of q over each row, (rows,) or (BH, rows); F32 (rounded), I32 or I64 (exact,
                                        so that parts of a row can be added); unipolar only */
} scmp_quantized;

/** Fills `quantized` with its size and NULLs. NULL is ignored. @param size  sizeof(scmp_quantized) of the program,
 * which scmp_quantized_init hands in */
SCMP_API void scmp_quantized_init_sized(scmp_quantized *quantized, size_t size);
static inline void scmp_quantized_init(scmp_quantized *quantized) {
    scmp_quantized_init_sized(quantized, sizeof *quantized);
}

/** The scale shape of an operand under `options`, as a contiguous view without data, dtype F64 for per_tensor and F32
 *  otherwise. Only the shape of x is read, wherever it is. @return INVALID_ARGUMENT, INVALID_SHAPE, UNSUPPORTED */
SCMP_STATUS scmp_scale_shape(const scmp_tensor *x, scmp_side side, const scmp_matmul_options *options,
                             scmp_tensor *out);

/**
 * Ranges of an operand's scopes.
 * @param x       (rows, D) or (BH, rows, D)
 * @param ranges  output, F32, of the scale shape with one more axis of 2: minimum and maximum of the scope; an empty
 *                scope has (+inf, -inf), so that ranges of parts combine by minimum and maximum
 */
SCMP_STATUS scmp_ranges(scmp_ctx *ctx, const scmp_tensor *x, scmp_side side, const scmp_matmul_options *options,
                        const scmp_tensor *ranges);

/**
 * Quantizes an operand (Spec 4, rules B1 to U2 by granularity and mode).
 * @param x       (rows, D) or (BH, rows, D)
 * @param ranges  NULL: the operand's own; else F32 as scmp_ranges writes them (static calibration, or ranges combined
 *                over machines): finite with minimum <= maximum, or (+inf, -inf). Bipolar uses the larger magnitude.
 *                Values beyond the range saturate.
 * @param out     the arrays that are not NULL are written
 */
SCMP_STATUS scmp_quantize(scmp_ctx *ctx, const scmp_tensor *x, scmp_side side, const scmp_matmul_options *options,
                          const scmp_tensor *ranges, const scmp_quantized *out);

/**
 * Integer sums of quantized operands (Spec 2): S[n][m] = sum over d of signs times C_d(xa, xb).
 * @param a, b        boundary, (N, D) and (M, D) or with BH, values 0 .. G (need not be those of any level); sign, or
 *                    NULL where all are positive; the rest is not read
 * @param d_offset    >= 0: inner index 0 of these operands is d_offset of configuration and masks, so that a long D can
 *                    be split into parts whose sums add up; must be 0 while 0 < chunk_d < D (indices restart in each
 * chunk)
 * @param accumulate  non-zero: add to what `sums` holds, which must then be initialised
 * @param sums        output, I32 or I64, (N, M) or (BH, N, M); while 0 < chunk_d < D: (chunks, N, M)
 * @return INVALID_ARGUMENT also where a total does not fit I32
 *
 * The device counts up to 1024 different boundaries a side (0 included, and all of the levels' where no other occurs).
 * Beyond that, and to say which boundary or sign is wrong, everything is copied to the host, and the CPU counts.
 */
SCMP_STATUS scmp_count(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                       const scmp_matmul_options *options, int64_t d_offset, int32_t accumulate,
                       const scmp_tensor *sums);

/**
 * From integer sums to values (Spec 5).
 * @param sums  I32 or I64, as scmp_count writes them
 * @param a, b  scale, and for unipolar zero_point and row_sum, of the whole D; the rest is not read
 * @param d     the whole D
 * @param y     output, F32, (N, M) or (BH, N, M)
 */
SCMP_STATUS scmp_dequantize(scmp_ctx *ctx, const scmp_tensor *sums, const scmp_quantized *a, const scmp_quantized *b,
                            int64_t d, const scmp_matmul_options *options, const scmp_tensor *y);

#ifdef __cplusplus
}
#endif

#endif /* SCMP_SCMP_H */
