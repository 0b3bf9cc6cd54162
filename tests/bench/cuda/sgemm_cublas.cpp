// See sgemm.h.
#include "sgemm.h"

#include <cstdlib>
#include <stdexcept>

#include <cublas_v2.h>

namespace {

void check_cublas(cublasStatus_t status, const char *what) {
    if (status != CUBLAS_STATUS_SUCCESS)
        throw std::runtime_error(std::string(what) + ": " + cublasGetStatusString(status));
}

cublasHandle_t handle_of(void *handle) {
    return static_cast<cublasHandle_t>(handle);
}

int property(libraryPropertyType which) {
    int value = 0;
    check_cublas(cublasGetProperty(which, &value), "asking cuBLAS for its version");
    return value;
}

} // namespace

Sgemm::Sgemm(const Stream &stream) {
    if (const char *override = std::getenv("NVIDIA_TF32_OVERRIDE"); override != nullptr && *override != '0')
        throw std::runtime_error("NVIDIA_TF32_OVERRIDE is set: cuBLAS would not compute in fp32");
    cublasHandle_t handle = nullptr;
    check_cublas(cublasCreate(&handle), "starting cuBLAS");
    handle_ = handle;
    check_cublas(cublasSetStream(handle, stream), "giving cuBLAS a stream");
    check_cublas(cublasSetMathMode(handle, CUBLAS_DEFAULT_MATH), "asking cuBLAS for fp32");
}

Sgemm::~Sgemm() {
    if (handle_ != nullptr) cublasDestroy(handle_of(handle_));
}

bool Sgemm::available() {
    return true;
}

std::string Sgemm::name() const {
    return "cuBLAS " + std::to_string(property(MAJOR_VERSION)) + "." + std::to_string(property(MINOR_VERSION)) + "." +
           std::to_string(property(PATCH_LEVEL));
}

std::string Sgemm::description() const {
    return name() + ", cublasSgemm in CUBLAS_DEFAULT_MATH: fp32 throughout, no TF32";
}

// cuBLAS counts rows along columns: it sees b (d, m) and a (d, n), and is asked for b.T @ a, which is (m, n).
void Sgemm::multiply(const CudaProduct &product, const float *a, const float *b, float *y) const {
    const float one = 1, zero = 0;
    const auto [batch, n, m, d, stoc_len] = product;
    const long long each_a = static_cast<long long>(n) * d;
    const long long each_b = static_cast<long long>(m) * d;
    const long long each_y = static_cast<long long>(n) * m;
    if (batch == 1)
        check_cublas(cublasSgemm(handle_of(handle_), CUBLAS_OP_T, CUBLAS_OP_N, m, n, d, &one, b, d, a, d, &zero, y, m),
                     "cublasSgemm");
    else
        check_cublas(cublasSgemmStridedBatched(handle_of(handle_), CUBLAS_OP_T, CUBLAS_OP_N, m, n, d, &one, b, d,
                                               each_b, a, d, each_a, &zero, y, m, each_y, batch),
                     "cublasSgemmStridedBatched");
}
