// What a build without cuBLAS has in place of sgemm_cublas.cpp.
#include "sgemm.h"

#include <stdexcept>

Sgemm::Sgemm(const Stream &) {}
Sgemm::~Sgemm() = default;

bool Sgemm::available() {
    return false;
}

std::string Sgemm::name() const {
    return "none: the build found no cuBLAS beside nvcc";
}

std::string Sgemm::description() const {
    return name();
}

void Sgemm::multiply(const CudaProduct &, const float *, const float *, float *) const {
    throw std::logic_error("there is no sgemm");
}
