// A record of what an x86 processor has and of what the operating system saves of it; which instruction sets that lets
// run is a function of the record alone.
#pragma once

#include <cstdint>

namespace scmp {

// Words of CPUID, and XCR0. Zeros where the processor does not have that leaf or register.
struct Processor {
    std::uint32_t leaf1_ecx = 0;
    std::uint32_t leaf7_ebx = 0, leaf7_ecx = 0;
    std::uint64_t xcr0 = 0;
};

// The record of the processor that this runs on.
Processor this_processor() noexcept;

namespace cpuid {
// Bit numbers of Intel's manual, volume 2, CPUID: leaf 1, and leaf 7 of subleaf 0.
constexpr int osxsave = 27, avx = 28;                                              // leaf 1, ECX
constexpr int avx2 = 5, avx512f = 16, avx512dq = 17, avx512bw = 30, avx512vl = 31; // leaf 7, EBX
constexpr int avx512vbmi = 1;                                                      // leaf 7, ECX
// Volume 1, XCR0: XMM and YMM; then also mask registers and both parts of ZMM.
constexpr std::uint64_t ymm_state = 0x6, zmm_state = 0xE6;
} // namespace cpuid

constexpr bool saves(const Processor &processor, std::uint64_t state) noexcept {
    return (processor.leaf1_ecx >> cpuid::osxsave & 1U) != 0 && (processor.xcr0 & state) == state;
}

constexpr bool runs_avx2(const Processor &processor) noexcept {
    return (processor.leaf1_ecx >> cpuid::avx & 1U) != 0 && (processor.leaf7_ebx >> cpuid::avx2 & 1U) != 0 &&
           saves(processor, cpuid::ymm_state);
}

// All parts of AVX-512 that the files of this name are compiled with.
constexpr bool runs_avx512bw(const Processor &processor) noexcept {
    constexpr std::uint32_t parts =
        1U << cpuid::avx512f | 1U << cpuid::avx512dq | 1U << cpuid::avx512bw | 1U << cpuid::avx512vl;
    return runs_avx2(processor) && (processor.leaf7_ebx & parts) == parts && saves(processor, cpuid::zmm_state);
}

constexpr bool runs_avx512vbmi(const Processor &processor) noexcept {
    return runs_avx512bw(processor) && (processor.leaf7_ecx >> cpuid::avx512vbmi & 1U) != 0;
}

} // namespace scmp
