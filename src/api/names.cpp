// Versions, limits, names of enumeration values, and the small structs that callers fill.
#include <algorithm>
#include <array>
#include <span>

#include "backend/backend.h"
#include "base/sized_struct.h"
#include "scmp/scmp.h"
#include "streams/config.h"
#include "tensor/dtype.h"

#define SCMP_TEXT_OF(x) #x
#define SCMP_TEXT(x)    SCMP_TEXT_OF(x)

namespace {

const char *name_of(int value, std::span<const char *const> names) {
    return value >= 0 && std::size_t(value) < names.size() ? names[std::size_t(value)] : "unknown";
}

} // namespace

extern "C" {

const char *scmp_version(void) {
    return SCMP_TEXT(SCMP_VERSION_MAJOR) "." SCMP_TEXT(SCMP_VERSION_MINOR) "." SCMP_TEXT(SCMP_VERSION_PATCH);
}

int32_t scmp_version_number(void) {
    return SCMP_VERSION_MAJOR * 10000 + SCMP_VERSION_MINOR * 100 + SCMP_VERSION_PATCH;
}

int32_t scmp_spec_version(void) {
    return SCMP_SPEC_VERSION;
}
int32_t scmp_max_rank(void) {
    return SCMP_MAX_RANK;
}
int32_t scmp_sc_prec_max(void) {
    return SCMP_SC_PREC_MAX;
}
int32_t scmp_sc_prec_min_bipolar(void) {
    return SCMP_SC_PREC_MIN_BIPOLAR;
}
int32_t scmp_sc_prec_min_unipolar(void) {
    return SCMP_SC_PREC_MIN_UNIPOLAR;
}
int32_t scmp_rng_levels_max(void) {
    return SCMP_RNG_LEVELS_MAX;
}
int64_t scmp_d_times_l_max(void) {
    return SCMP_D_TIMES_L_MAX;
}
int32_t scmp_not_given(void) {
    return SCMP_NOT_GIVEN;
}
double scmp_smooth_eps(void) {
    return SCMP_SMOOTH_EPS;
}

const char *scmp_status_string(scmp_status status) {
    static constexpr std::array names = {"SCMP_OK",
                                         "SCMP_ERROR_INVALID_ARGUMENT",
                                         "SCMP_ERROR_INVALID_ALPHA",
                                         "SCMP_ERROR_D_MISMATCH",
                                         "SCMP_ERROR_SCALES_NOT_1D",
                                         "SCMP_ERROR_INVALID_SHAPE",
                                         "SCMP_ERROR_INVALID_DTYPE",
                                         "SCMP_ERROR_NON_FINITE",
                                         "SCMP_ERROR_INVALID_CONFIG",
                                         "SCMP_ERROR_UNSUPPORTED",
                                         "SCMP_ERROR_OUT_OF_MEMORY",
                                         "SCMP_ERROR_DEVICE",
                                         "SCMP_ERROR_IO",
                                         "SCMP_ERROR_FORMAT",
                                         "SCMP_ERROR_CANCELLED",
                                         "SCMP_ERROR_INVALID_SCALES",
                                         "SCMP_ERROR_OVERLAP",
                                         "SCMP_ERROR_INTERNAL"};
    static_assert(names.size() == SCMP_ERROR_INTERNAL + 1);
    const char *name = name_of(status, names);
    return name[0] == 'u' ? "SCMP_STATUS_UNKNOWN" : name;
}

size_t scmp_dtype_size(scmp_dtype dtype) {
    return std::size_t(scmp::size_of(dtype));
}

const char *scmp_dtype_name(scmp_dtype dtype) {
    static constexpr std::array names = {"f32", "f16", "bf16", "f64", "i8", "u8", "i16", "i32", "i64"};
    return name_of(dtype, names);
}

const char *scmp_backend_name(scmp_backend backend) {
    return scmp::backend_name(backend);
}

const char *scmp_granularity_name(scmp_granularity granularity) {
    static constexpr std::array names = {"per_row", "per_tensor", "per_head"};
    return name_of(granularity, names);
}

const char *scmp_mode_name(scmp_mode mode) {
    static constexpr std::array names = {"bipolar", "unipolar"};
    return name_of(mode, names);
}

const char *scmp_scramble_name(scmp_scramble scramble) {
    return scmp::streams::scramble_name(scramble);
}

scmp_tensor scmp_tensor_nd(scmp_dtype dtype, const void *data, int32_t rank, const int64_t *shape) {
    scmp_tensor tensor{};
    tensor.data = const_cast<void *>(data);
    tensor.dtype = dtype;
    tensor.device = SCMP_DEVICE_CPU;
    tensor.rank = rank >= 0 && rank <= SCMP_MAX_RANK && (rank == 0 || shape != nullptr) ? rank : -1;
    uint64_t stride = 1; // may wrap where the sizes are nonsense, which every call then refuses
    for (int32_t axis = tensor.rank - 1; axis >= 0; axis--) {
        tensor.shape[axis] = shape[axis];
        tensor.strides[axis] = static_cast<int64_t>(stride);
        stride *= static_cast<uint64_t>(std::max<int64_t>(shape[axis], 1));
    }
    return tensor;
}

scmp_tensor scmp_tensor_0d(scmp_dtype dtype, const void *data) {
    return scmp_tensor_nd(dtype, data, 0, nullptr);
}

scmp_tensor scmp_tensor_1d(scmp_dtype dtype, const void *data, int64_t d) {
    return scmp_tensor_nd(dtype, data, 1, &d);
}

scmp_tensor scmp_tensor_2d(scmp_dtype dtype, const void *data, int64_t rows, int64_t d) {
    const std::array shape = {rows, d};
    return scmp_tensor_nd(dtype, data, 2, shape.data());
}

scmp_tensor scmp_tensor_3d(scmp_dtype dtype, const void *data, int64_t batch, int64_t rows, int64_t d) {
    const std::array shape = {batch, rows, d};
    return scmp_tensor_nd(dtype, data, 3, shape.data());
}

void scmp_ctx_options_init_sized(scmp_ctx_options *options, size_t size) {
    scmp_ctx_options defaults{};
    defaults.threads = SCMP_NOT_GIVEN;
    defaults.cache_bytes = uint64_t(256) << 20;
    scmp::init_sized(options, size, defaults);
}

void scmp_generator_init_sized(scmp_generator *generator, size_t size) {
    scmp::init_sized(generator, size, {});
}

void scmp_config_desc_init_sized(scmp_config_desc *desc, size_t size) {
    scmp_config_desc defaults{};
    defaults.sc_prec = 8;
    scmp::init_sized(desc, size, defaults);
}

void scmp_report_init_sized(scmp_report *report, size_t size) {
    scmp_report defaults{};
    defaults.isa = "";
    defaults.kernel = "";
    scmp::init_sized(report, size, defaults);
}

void scmp_matmul_options_init_sized(scmp_matmul_options *options, size_t size) {
    scmp_matmul_options defaults{};
    defaults.sc_prec = 8;
    defaults.stoc_len = SCMP_NOT_GIVEN;
    defaults.rng_levels = SCMP_NOT_GIVEN;
    defaults.group_a = 1;
    defaults.group_b = 1;
    scmp::init_sized(options, size, defaults);
}

void scmp_call_init_sized(scmp_call *call, size_t size) {
    scmp::init_sized(call, size, {});
}

void scmp_quantized_init_sized(scmp_quantized *quantized, size_t size) {
    scmp::init_sized(quantized, size, {});
}

} // extern "C"
