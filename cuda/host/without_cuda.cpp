// What a build without CUDA has in place of runtime.cpp.
#include "base/error.h"
#include "cuda/host/runtime.h"

namespace scmp::cuda {

bool in_build() noexcept {
    return false;
}

const char *status() noexcept {
    return "not part of this build";
}

int device_count() noexcept {
    return 0;
}

Device open_device(int, std::uint64_t) {
    fail(SCMP_ERROR_UNSUPPORTED,
         "backend cuda is not part of this build: it needs one with -Dcuda=enabled, where nvcc is");
}

} // namespace scmp::cuda
