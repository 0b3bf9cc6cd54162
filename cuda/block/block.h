// The machine as the code of one thread block sees it, so that the same code runs on a GPU and, in tests, on the host.
//
// A kernel is a struct of arguments in the list of cuda/block/launch.h, with
//     static constexpr const char *what         its launch in error sentences
//     static constexpr int least_blocks         blocks that a multiprocessor must have room for; may be left out
//     run_block(block, args)                    the work of a block, a template over Block
//
// Code of a block is a sequence of phases: each_thread(body) calls body(t) for every thread t of the block and ends
// with a barrier, so within a phase no thread may read what another one writes. What a thread keeps from phase to phase
// is PerThread; what threads share is in shared(). A Block has
//     std::int64_t index(), count()             this block and the number of blocks
//     void *shared()                            shared memory, aligned to 16 bytes, not initialised
//     each_thread(body)                         a phase
//     each_lane(body)                           part of one: no barrier follows
//     barrier()                                 ends a phase of such parts
//     PerThread<T>(block)[t]                    T of thread t, value-initialised
//     add(int *to, int value)                   an atomic addition, modulo 2^32
//     raise(int *to, int value)                 an atomic maximum
// and multiplies matrices (cuda/block/mma.h), parts of a phase that a warp's lanes, or a group's, do together:
//     multiply_bytes, multiply_bits(sums, left, right)    sums += left * right, PerThread of WarpSums, ...
//     group_written(t)                                    thread t has written columns to shared memory
//     multiply_group_bits(sums, left, columns)            sums += left * columns, group_steps of them
//     multiplies_bits, multiplies_group_bits              whether it has multiply_bits; the two above
// tests/cuda/host_block.h has the host's.
#pragma once

#include <cstdint>

#include "cuda/block/mma.h"

namespace scmp::cuda {

constexpr int threads = 256; // of every block

// The same value, made here and kept: what follows from it is not computed ahead, say before a loop, where it would
// hold registers, and it is not computed anew where it is used.
template <class T> SCMP_DEVICE T held(T value) {
#if defined(__CUDA_ARCH__)
    if constexpr (sizeof(T) == 8)
        asm volatile("" : "+l"(value));
    else
        asm volatile("" : "+r"(value));
#endif
    return value;
}

// Before a loop over what a thread keeps in registers: those have no index that is known only when it runs. And before
// a loop that would take too many of them if several of its rounds ran at a time.
#if defined(__CUDACC__)
#define SCMP_UNROLL _Pragma("unroll")
#define SCMP_ROLLED _Pragma("unroll 1")
#else
#define SCMP_UNROLL
#define SCMP_ROLLED
#endif

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
    template <class Body> __device__ void each_lane(Body &&body) const { body(static_cast<int>(threadIdx.x)); }
    __device__ void barrier() const { __syncthreads(); }
    __device__ void add(std::int32_t *to, std::int32_t value) const { atomicAdd(to, value); }
    __device__ void raise(std::int32_t *to, std::int32_t value) const { atomicMax(to, value); }

    __device__ void multiply_bytes(PerThread<WarpSums> &sums, PerThread<WarpLeft> &left,
                                   PerThread<WarpRight> &right) const {
        SCMP_UNROLL
        for (int i = 0; i < warp_left; i++)
            for (int j = 0; j < warp_right; j++) cuda::multiply_bytes(sums[0].of[i][j], left[0].of[i], right[0].of[j]);
    }
#if defined(SCMP_BIT_MATRICES)
    static constexpr bool multiplies_bits = true;
    __device__ void multiply_bits(PerThread<WarpSums> &sums, PerThread<WarpLeft> &left,
                                  PerThread<WarpRight> &right) const {
        SCMP_UNROLL
        for (int i = 0; i < warp_left; i++)
            for (int j = 0; j < warp_right; j++) cuda::multiply_bits(sums[0].of[i][j], left[0].of[i], right[0].of[j]);
    }
#else
    static constexpr bool multiplies_bits = false;
#endif
#if defined(SCMP_GROUP_MATRICES)
    static constexpr bool multiplies_group_bits = true;
    __device__ void group_written(int) const {
        cuda::group_written();
    }
    __device__ void multiply_group_bits(PerThread<GroupSums> &sums, PerThread<GroupLeft> &left,
                                        const void *columns) const {
        const auto address = static_cast<std::uint32_t>(__cvta_generic_to_shared(columns));
        group_begin();
        SCMP_UNROLL
        for (int step = 0; step < group_steps; step++)
            cuda::multiply_group_bits(sums[0], left[0].of[step], group_descriptor(address + step * group_step_bytes));
        group_end();
    }
#else
    static constexpr bool multiplies_group_bits = false;
#endif

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
