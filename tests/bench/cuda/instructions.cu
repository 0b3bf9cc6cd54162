// Microbenchmarks of single instructions: one block on each multiprocessor repeats one of them on operands that stay
// where they are, and reads the multiprocessor's clock before and after.
#include <stdexcept>
#include <string>
#include <utility>

#include "instructions.h"

namespace {

struct RateArgs {
    std::uint32_t seed; // of the operands' bits; 0: all are set
    int rounds;
    long long *cycles;  // of each block
    std::int32_t *sums; // of each thread, over all of its accumulators
};

// The 1-bit instructions are there below sm_100; later ones emulate them. On sm_90a warpgroups have larger ones.
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ < 1000
#define HAS_B1
#endif
#if defined(__CUDA_ARCH_FEAT_SM90_ALL)
#define HAS_WGMMA
#endif

__device__ std::uint32_t operand_bits(const RateArgs &args, std::uint32_t index) {
    if (args.seed == 0) return 0xffffffffU;
    std::uint32_t bits = (threadIdx.x * 37U + index + args.seed) * 0x9e3779b9U;
    bits ^= bits >> 15;
    bits *= 0x85ebca6bU;
    return bits ^ bits >> 13;
}

// --- mma.sync: a warp multiplies 16 x K by 8 x K --------------------------------------------------------------------

constexpr int mma_threads = 512; // 4 warps on each quarter of a multiprocessor
constexpr int mma_chains = 4;    // sums that do not wait for each other
constexpr int mma_unrolled = 8;

struct MmaB1 {
    static constexpr int k = 256;
    static __device__ void add(std::int32_t (&c)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]) {
#if defined(HAS_B1)
        asm volatile("mma.sync.aligned.m16n8k256.row.col.s32.b1.b1.s32.and.popc "
                     "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                     : "+r"(c[0]), "+r"(c[1]), "+r"(c[2]), "+r"(c[3])
                     : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#endif
    }
};

struct MmaS8 {
    static constexpr int k = 32;
    static __device__ void add(std::int32_t (&c)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]) {
        asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 "
                     "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                     : "+r"(c[0]), "+r"(c[1]), "+r"(c[2]), "+r"(c[3])
                     : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
    }
};

template <class Mma> __global__ void __launch_bounds__(mma_threads, 1) mma_rate(const __grid_constant__ RateArgs args) {
    std::uint32_t a[4], b[2];
    for (int i = 0; i < 4; i++) a[i] = operand_bits(args, i);
    for (int i = 0; i < 2; i++) b[i] = operand_bits(args, 4 + i);
    std::int32_t sums[mma_chains][4] = {};
    __syncthreads();
    const long long start = clock64();
    for (int round = 0; round < args.rounds; round++) {
#pragma unroll
        for (int i = 0; i < mma_unrolled; i++)
#pragma unroll
            for (int chain = 0; chain < mma_chains; chain++) Mma::add(sums[chain], a, b);
    }
    __syncthreads();
    const long long stop = clock64();
    std::int32_t sum = 0;
    for (const auto &chain : sums)
        for (const std::int32_t value : chain) sum += value;
    args.sums[blockIdx.x * mma_threads + threadIdx.x] = sum;
    if (threadIdx.x == 0) args.cycles[blockIdx.x] = stop - start;
}

// --- wgmma: four warps multiply 64 x 256, in registers, by 128 x 256, in shared memory --------------------------

constexpr int wgmma_threads = 256; // two warpgroups
constexpr int wgmma_columns = 128;
constexpr int wgmma_unrolled = 8;

#if defined(HAS_WGMMA)
// Unswizzled: 8 rows of 16 bytes lie together; their next 16 bytes are 128 bytes further, the next 8 rows 256.
__device__ std::uint64_t wgmma_descriptor(const void *shared) {
    const std::uint64_t address = __cvta_generic_to_shared(shared);
    return (address & 0x3ffff) >> 4 | std::uint64_t(128 >> 4) << 16 | std::uint64_t(256 >> 4) << 32;
}

__device__ void wgmma(std::int32_t (&c)[64], const std::uint32_t (&a)[4], std::uint64_t b) {
#define SUMS(i)   "+r"(c[i]), "+r"(c[i + 1]), "+r"(c[i + 2]), "+r"(c[i + 3])
#define SUMS16(i) SUMS(i), SUMS(i + 4), SUMS(i + 8), SUMS(i + 12)
    asm volatile("wgmma.mma_async.sync.aligned.m64n128k256.s32.b1.b1.and.popc "
                 "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
                 "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, "
                 "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, "
                 "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63}, "
                 "{%64, %65, %66, %67}, %68, 1;"
                 : SUMS16(0), SUMS16(16), SUMS16(32), SUMS16(48)
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b));
#undef SUMS16
#undef SUMS
}
#endif

__global__ void __launch_bounds__(wgmma_threads, 1) wgmma_rate(const __grid_constant__ RateArgs args) {
#if defined(HAS_WGMMA)
    extern __shared__ __align__(128) std::uint32_t shared[];
    constexpr int words = wgmma_columns * 256 / 32;
    for (int i = int(threadIdx.x); i < words; i += wgmma_threads) shared[i] = operand_bits(args, 100 + i);
    // What threads wrote is to be seen by the matrix units.
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
    std::uint32_t a[4];
    for (int i = 0; i < 4; i++) a[i] = operand_bits(args, i);
    const std::uint64_t b = wgmma_descriptor(shared);
    std::int32_t sums[64] = {};
    __syncthreads();
    const long long start = clock64();
    for (int round = 0; round < args.rounds; round++) {
        asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
#pragma unroll
        for (int i = 0; i < wgmma_unrolled; i++) wgmma(sums, a, b);
        asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
        asm volatile("wgmma.wait_group.sync.aligned 0;" ::: "memory");
    }
    __syncthreads();
    const long long stop = clock64();
    std::int32_t sum = 0;
    for (const std::int32_t value : sums) sum += value;
    args.sums[blockIdx.x * wgmma_threads + threadIdx.x] = sum;
    if (threadIdx.x == 0) args.cycles[blockIdx.x] = stop - start;
#endif
}

// --- Reads of shared memory: neighbouring threads read neighbouring words ---------------------------------------

constexpr int read_threads = 1024;
constexpr int read_unrolled = 16;
constexpr int read_bytes = (read_threads + 32 * read_unrolled) * 4;

template <int Offset> __device__ std::int32_t read_word(std::uint32_t address) {
    std::int32_t word;
    asm volatile("ld.shared.s32 %0, [%1 + %2];" : "=r"(word) : "r"(address), "n"(Offset));
    return word;
}

template <int... Index>
__device__ std::int32_t read_words(std::uint32_t address, std::integer_sequence<int, Index...>) {
    return (... + read_word<Index * 128>(address));
}

__global__ void __launch_bounds__(read_threads, 1) read_rate(const __grid_constant__ RateArgs args) {
    extern __shared__ std::int32_t words[];
    for (int i = int(threadIdx.x); i < read_bytes / 4; i += read_threads) words[i] = 1;
    const auto address = static_cast<std::uint32_t>(__cvta_generic_to_shared(words + threadIdx.x));
    std::int32_t sum = 0;
    __syncthreads();
    const long long start = clock64();
    for (int round = 0; round < args.rounds; round++)
        sum += read_words(address, std::make_integer_sequence<int, read_unrolled>());
    __syncthreads();
    const long long stop = clock64();
    args.sums[blockIdx.x * read_threads + threadIdx.x] = sum;
    if (threadIdx.x == 0) args.cycles[blockIdx.x] = stop - start;
}

// --- The host's side ------------------------------------------------------------------------------------------------

struct Instruction {
    const char *name;
    void (*kernel)(RateArgs);
    int threads;
    double per_round;      // products, or reads, of a block
    std::int32_t expected; // a thread's sum of a round on ones
    bool reads = false;
};

class Rates {
public:
    Rates(const Machine &machine, const Stream &stream)
        : machine_(machine), stream_(stream), clock_(stream), cycles_(std::size_t(machine.processors)),
          sums_(std::size_t(machine.processors) * 1024) {}

    InstructionRate measure(const Instruction &instruction) {
        check_cuda(cudaFuncSetAttribute(reinterpret_cast<const void *>(instruction.kernel),
                                        cudaFuncAttributeMaxDynamicSharedMemorySize, int(machine_.shared_bytes)),
                   "asking for shared memory");
        check_sums(instruction);
        constexpr int rounds = 10000; // some milliseconds
        const double ms = median_ms(instruction, rounds);
        double cycles = 0;
        for (const long long of_block : cycles_.fetched()) cycles += double(of_block) / machine_.processors;
        const double each = instruction.per_round * rounds;
        return {.name = instruction.name,
                .reads = instruction.reads,
                .per_clk_sm = each / cycles,
                .tera_per_s = each * machine_.processors / ms / 1e9,
                .measured_mhz = cycles / ms / 1e3};
    }

private:
    // All the shared memory that a block may have, so that there is one block on each multiprocessor.
    void launch(const Instruction &instruction, std::uint32_t seed, int rounds) const {
        instruction.kernel<<<machine_.processors, instruction.threads, machine_.shared_bytes, stream_>>>(
            RateArgs{seed, rounds, cycles_.data(), sums_.data()});
        check_cuda(cudaGetLastError(), instruction.name);
    }

    void check_sums(const Instruction &instruction) const {
        constexpr int rounds = 3;
        launch(instruction, 0, rounds);
        const std::vector<std::int32_t> sums = sums_.fetched();
        for (std::size_t i = 0; i < std::size_t(machine_.processors) * std::size_t(instruction.threads); i++)
            if (sums[i] != rounds * instruction.expected)
                throw std::runtime_error(std::string(instruction.name) + ": the sum of thread " + std::to_string(i) +
                                         " is " + std::to_string(sums[i]) + ", not " +
                                         std::to_string(rounds * instruction.expected));
    }

    double median_ms(const Instruction &instruction, int rounds) {
        std::vector<double> times;
        launch(instruction, 1, rounds); // warms up
        for (int i = 0; i < 5; i++) {
            clock_.start();
            launch(instruction, 1, rounds);
            times.push_back(clock_.stop());
        }
        return median(times);
    }

    const Machine &machine_;
    const Stream &stream_;
    DeviceClock clock_;
    DeviceArray<long long> cycles_;
    DeviceArray<std::int32_t> sums_;
};

template <class Mma> Instruction mma_instruction(const char *name) {
    constexpr int each = mma_unrolled * mma_chains; // instructions of a warp in a round
    return {.name = name,
            .kernel = mma_rate<Mma>,
            .threads = mma_threads,
            .per_round = double(mma_threads) / 32 * each * 16 * 8 * Mma::k,
            .expected = each * 4 * Mma::k};
}

} // namespace

std::vector<InstructionRate> measure_instructions(const Machine &machine, const Stream &stream) {
    const Instruction b1 = mma_instruction<MmaB1>("mma.sync m16n8k256 b1 and.popc");
    const Instruction s8 = mma_instruction<MmaS8>("mma.sync m16n8k32 s8");
    const Instruction large = {.name = "wgmma m64n128k256 b1 and.popc",
                               .kernel = wgmma_rate,
                               .threads = wgmma_threads,
                               .per_round = 2.0 * wgmma_unrolled * 64 * wgmma_columns * 256,
                               .expected = wgmma_unrolled * 64 * 256};
    const Instruction reads = {.name = "ld.shared 32 bits",
                               .kernel = read_rate,
                               .threads = read_threads,
                               .per_round = double(read_threads) * read_unrolled,
                               .expected = read_unrolled,
                               .reads = true};
    Rates rates(machine, stream);
    std::vector<InstructionRate> all;
    if (machine.major < 10)
        all.push_back(rates.measure(b1));
    else
        all.push_back({.name = b1.name, .left_out = "left out: sm_100 and later emulate it"});
    all.push_back(rates.measure(s8));
    if (machine.major == 9 && machine.minor == 0)
        all.push_back(rates.measure(large));
    else
        all.push_back({.name = large.name, .left_out = "left out: only sm_90 has it"});
    all.push_back(rates.measure(reads));
    return all;
}
