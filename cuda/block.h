// What the code of one thread block sees of the machine that runs it, so that the same code runs on a GPU and, in
// tests, on the host.
//
// Code of a block is a sequence of phases: each_thread(body) calls body(t) for every thread t of the block and ends
// with a barrier, so within a phase no thread may read what another one writes. What a thread keeps from phase to phase
// is PerThread; what threads share is in shared(). A Block has
//     std::int64_t index(), count()             this block and the number of blocks
//     void *shared()                            shared memory, aligned to 16 bytes, not initialised
//     each_thread(body)                         a phase
//     PerThread<T>(block)[t]                    T of thread t, value-initialised
//     add(int *to, int value)                   an atomic addition
// tests/cuda/host_block.h has the host's.
#pragma once

#include <cstdint>

#if defined(__CUDACC__)
#define SCMP_DEVICE __device__ inline
#else
#define SCMP_DEVICE inline
#endif

namespace scmp::cuda {

constexpr int threads = 256; // of every block

#if defined(__CUDACC__)
class DeviceBlock {
public:
    template <class T> class PerThread {
    public:
        __device__ explicit PerThread(const DeviceBlock &) {}
        __device__ T &operator[](int) { return value_; }

    private:
        T value_{};
    };

    __device__ explicit DeviceBlock(void *shared) : shared_(shared) {}
    __device__ std::int64_t index() const { return blockIdx.x; }
    __device__ std::int64_t count() const { return gridDim.x; }
    __device__ void *shared() const { return shared_; }
    template <class Body> __device__ void each_thread(Body &&body) const {
        body(static_cast<int>(threadIdx.x));
        __syncthreads();
    }
    __device__ void add(std::int32_t *to, std::int32_t value) const { atomicAdd(to, value); }

private:
    void *shared_;
};
#endif

// values[0] becomes the combination of all threads' values.
template <class Block, class T, class Combine> SCMP_DEVICE void reduce(const Block &block, T *values, Combine combine) {
    for (int half = threads / 2; half > 0; half /= 2)
        block.each_thread([&](int t) {
            if (t < half) values[t] = combine(values[t], values[t + half]);
        });
}

} // namespace scmp::cuda
