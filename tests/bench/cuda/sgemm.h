// The float product that the library is compared with: cuBLAS where the build has found it.
#pragma once

#include <string>

#include "gpu.h"

class Sgemm {
public:
    explicit Sgemm(const Stream &stream);
    Sgemm(const Sgemm &) = delete;
    Sgemm &operator=(const Sgemm &) = delete;
    ~Sgemm();

    static bool available();
    // "cuBLAS 13.0.2", or why there is none.
    std::string name() const;
    std::string description() const;

    // y = a @ b.T of arrays in device memory, in fp32 without TF32.
    void multiply(const CudaProduct &product, const float *a, const float *b, float *y) const;

private:
    [[maybe_unused]] void *handle_ = nullptr; // cuBLAS's
};
