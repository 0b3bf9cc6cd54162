// Tells a build whether nvcc works with the host compiler.
#include <cstdint>
#include <vector>

__global__ void kernel(std::int32_t *to) {
    *to = 1;
}

int blocks(const std::vector<int> &sizes) {
    return static_cast<int>(sizes.size());
}
