// The matrix instructions that count kernels use, and the registers they take. What a lane must hold follows the PTX
// manual's figures; tests/cuda/host_mma.h has the same instructions for the host, written from the manual as well.
//
// An element is a bit (mma m16n8k256, wgmma m64n128k256: AND, then count) or a signed byte (mma m16n8k32): either way a
// row has 32 bytes, 8 words, in one step. With g = lane / 4 and i = lane % 4 a lane holds
//     left[r]   word i + 4 (r / 2) of row g + 8 (r % 2)
//     right[r]  word i + 4 r of column g
//     sum[r]    row g + 8 (r / 2), column 2 i + r % 2
// Sums wrap modulo 2^32.
#pragma once

#include <cstdint>

#if defined(__CUDACC__)
#define SCMP_DEVICE __device__ inline
#else
#define SCMP_DEVICE inline
#endif

// From sm_100 on the 1-bit instructions are emulated, so nothing that uses them is compiled there.
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 1000
#define SCMP_BIT_MATRICES 1
#endif
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
#define SCMP_GROUP_MATRICES 1
#endif

namespace scmp::cuda {

struct LeftFragment {
    std::uint32_t of[4];
};
struct RightFragment {
    std::uint32_t of[2];
};
struct SumFragment {
    std::int32_t of[4];
};

// The work of a warp at a time: 32 rows by 64 columns, sixteen instructions. Left registers may have to be made, so
// they are the fewer.
constexpr int warp_left = 2;
constexpr int warp_right = 8;
struct WarpLeft {
    LeftFragment of[warp_left];
};
struct WarpRight {
    RightFragment of[warp_right];
};
struct WarpSums {
    SumFragment of[warp_left][warp_right];
};

// The work of a group of four warps at a time: 64 rows, 16 of each warp, by 128 columns in shared memory, in
// `group_steps` instructions that follow one another along the inner dimension.
constexpr int group_right = 16;
constexpr int group_steps = 4;
struct GroupLeft {
    LeftFragment of[group_steps];
};
struct GroupSums {
    SumFragment of[group_right];
};

// Columns in shared memory, one step of a group: for each half of a step, four words of each column. Eight columns of a
// half are a core matrix, 128 bytes without a gap; cores of neighbouring columns follow one another.
constexpr std::uint32_t core_bytes = 128;
constexpr std::uint32_t half_bytes = group_right * core_bytes;
constexpr std::uint32_t group_step_bytes = 2 * half_bytes;

// The description of such columns for wgmma: their address in shared memory, the distance from core to core along the
// inner dimension and along columns, no swizzle.
SCMP_DEVICE std::uint64_t group_descriptor(std::uint32_t address) {
    const auto field = [](std::uint32_t bytes) { return std::uint64_t((bytes & 0x3ffffU) >> 4); };
    return field(address) | field(half_bytes) << 16 | field(core_bytes) << 32;
}

// The lowest `ones` bits; none below 0, all from 32 on.
SCMP_DEVICE std::uint32_t thermometer(std::int32_t ones) {
#if defined(__CUDA_ARCH__)
    std::uint32_t bits;
    asm("bmsk.clamp.b32 %0, 0, %1;" : "=r"(bits) : "r"(max(ones, 0)));
    return bits;
#else
    return ones <= 0 ? 0U : ones >= 32 ? ~0U : (1U << static_cast<unsigned>(ones)) - 1U;
#endif
}

#if defined(__CUDACC__)

__device__ inline void multiply_bytes(SumFragment &sum, const LeftFragment &left, const RightFragment &right) {
    asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
        "{%0, %1, %2, %3};"
        : "+r"(sum.of[0]), "+r"(sum.of[1]), "+r"(sum.of[2]), "+r"(sum.of[3])
        : "r"(left.of[0]), "r"(left.of[1]), "r"(left.of[2]), "r"(left.of[3]), "r"(right.of[0]), "r"(right.of[1]));
}

#if defined(SCMP_BIT_MATRICES)
__device__ inline void multiply_bits(SumFragment &sum, const LeftFragment &left, const RightFragment &right) {
    asm("mma.sync.aligned.m16n8k256.row.col.s32.b1.b1.s32.and.popc {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
        "{%0, %1, %2, %3};"
        : "+r"(sum.of[0]), "+r"(sum.of[1]), "+r"(sum.of[2]), "+r"(sum.of[3])
        : "r"(left.of[0]), "r"(left.of[1]), "r"(left.of[2]), "r"(left.of[3]), "r"(right.of[0]), "r"(right.of[1]));
}
#endif

#if defined(SCMP_GROUP_MATRICES)
// Asynchronous: see group_begin and group_end.
__device__ inline void multiply_group_bits(GroupSums &sum, const LeftFragment &left, std::uint64_t right) {
#define SCMP_SUM(i) "+r"(sum.of[i].of[0]), "+r"(sum.of[i].of[1]), "+r"(sum.of[i].of[2]), "+r"(sum.of[i].of[3])
    asm volatile("{\n"
                 ".reg .pred add;\n"
                 "setp.ne.b32 add, %69, 0;\n"
                 "wgmma.mma_async.sync.aligned.m64n128k256.s32.b1.b1.and.popc "
                 "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
                 "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, "
                 "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, "
                 "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63}, "
                 "{%64, %65, %66, %67}, %68, add;\n"
                 "}\n"
                 : SCMP_SUM(0), SCMP_SUM(1), SCMP_SUM(2), SCMP_SUM(3), SCMP_SUM(4), SCMP_SUM(5), SCMP_SUM(6),
                   SCMP_SUM(7), SCMP_SUM(8), SCMP_SUM(9), SCMP_SUM(10), SCMP_SUM(11), SCMP_SUM(12), SCMP_SUM(13),
                   SCMP_SUM(14), SCMP_SUM(15)
                 : "r"(left.of[0]), "r"(left.of[1]), "r"(left.of[2]), "r"(left.of[3]), "l"(right), "r"(1));
#undef SCMP_SUM
}
// Registers written so far are for the instructions that follow to read.
__device__ inline void group_begin() {
    asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}
// Waits for them; from here on registers and shared memory may be written again.
__device__ inline void group_end() {
    asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
    asm volatile("wgmma.wait_group.sync.aligned 0;" ::: "memory");
}
// Lets group instructions read what this thread wrote to shared memory, once a barrier has followed.
__device__ inline void group_written() {
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}
#endif

#endif

} // namespace scmp::cuda
