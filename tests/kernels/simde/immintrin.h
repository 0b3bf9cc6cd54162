// Stands before the compiler's <immintrin.h> where a kernel is compiled over SIMDe: the same intrinsics in portable C,
// so that the kernel runs, slowly, on every machine. Below is what SIMDe 0.7.4 lacks, lane by lane.
#pragma once

// Not even the vectors that the machine has: nothing here depends on compiler flags.
#define SIMDE_NO_NATIVE
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <simde/x86/avx2.h>
#include <simde/x86/avx512.h>

namespace scmp_simde {
namespace {

// A vector as an array of its lanes, and back.
template <class T, std::size_t N> struct Lanes { T lane[N]; };
template <class T, class V> Lanes<T, sizeof(V) / sizeof(T)> lanes(V v) {
    Lanes<T, sizeof(V) / sizeof(T)> out;
    static_assert(sizeof out == sizeof v);
    std::memcpy(&out, &v, sizeof v);
    return out;
}
template <class V, class T, std::size_t N> V vector(const Lanes<T, N> &all) {
    V out;
    static_assert(sizeof out == sizeof all);
    std::memcpy(&out, &all, sizeof all);
    return out;
}

// Each lane of From as one of To, of which Out has as many.
template <class Out, class To, class From, class V> Out convert(V v) {
    const auto from = lanes<From>(v);
    Lanes<To, sizeof(Out) / sizeof(To)> to;
    static_assert(sizeof to.lane / sizeof(To) == sizeof from.lane / sizeof(From));
    for (std::size_t i = 0; i < sizeof to.lane / sizeof(To); i++) to.lane[i] = static_cast<To>(from.lane[i]);
    return vector<Out>(to);
}

// One bit for each lane of which `is` says so.
template <class Mask, class T, class V, class Is> Mask compare(V a, V b, Is is) {
    const auto x = lanes<T>(a), y = lanes<T>(b);
    Mask mask = 0;
    for (std::size_t i = 0; i < sizeof(V) / sizeof(T); i++)
        if (is(x.lane[i], y.lane[i])) mask = static_cast<Mask>(mask | Mask(1) << i);
    return mask;
}

// Touches only the lanes of the mask.
template <class T, class V, class Mask> V load(V otherwise, Mask mask, const void *from) {
    auto all = lanes<T>(otherwise);
    for (std::size_t i = 0; i < sizeof(V) / sizeof(T); i++)
        if (mask >> i & 1) std::memcpy(&all.lane[i], static_cast<const T *>(from) + i, sizeof(T));
    return vector<V>(all);
}
template <class T, class V, class Mask> void store(void *to, Mask mask, V v) {
    const auto all = lanes<T>(v);
    for (std::size_t i = 0; i < sizeof(V) / sizeof(T); i++)
        if (mask >> i & 1) std::memcpy(static_cast<T *>(to) + i, &all.lane[i], sizeof(T));
}

template <class T, class V, class F> V map(V v, F f) {
    auto all = lanes<T>(v);
    for (T &lane : all.lane) lane = static_cast<T>(f(lane));
    return vector<V>(all);
}

// 32-bit lanes within each group of four.
inline simde__m512i shuffle32(simde__m512i v, int order) {
    const auto from = lanes<std::int32_t>(v);
    auto to = from;
    for (int i = 0; i < 16; i++) to.lane[i] = from.lane[i / 4 * 4 + (order >> i % 4 * 2 & 3)];
    return vector<simde__m512i>(to);
}
inline std::int32_t sum32(simde__m512i v) {
    std::uint32_t sum = 0;
    for (const std::uint32_t lane : lanes<std::uint32_t>(v).lane) sum += lane;
    return static_cast<std::int32_t>(sum);
}

} // namespace
} // namespace scmp_simde

// Conversions.
#define _mm512_cvtepi16_epi32(v) scmp_simde::convert<simde__m512i, std::int32_t, std::int16_t>(v)
#define _mm512_cvtepu16_epi32(v) scmp_simde::convert<simde__m512i, std::int32_t, std::uint16_t>(v)
#define _mm512_cvtepi8_epi32(v)  scmp_simde::convert<simde__m512i, std::int32_t, std::int8_t>(v)
#define _mm512_cvtepu8_epi32(v)  scmp_simde::convert<simde__m512i, std::int32_t, std::uint8_t>(v)
#define _mm512_cvtepu8_epi16(v)  scmp_simde::convert<simde__m512i, std::int16_t, std::uint8_t>(v)
#define _mm512_cvtepi32_epi16(v) scmp_simde::convert<simde__m256i, std::int16_t, std::int32_t>(v)
#define _mm512_cvtepi32_epi8(v)  scmp_simde::convert<simde__m128i, std::int8_t, std::int32_t>(v)
#define _mm256_cvtepi16_epi8(v)  scmp_simde::convert<simde__m128i, std::int8_t, std::int16_t>(v)
#define _mm256_cvtepi32_epi16(v) scmp_simde::convert<simde__m128i, std::int16_t, std::int32_t>(v)

// Comparisons.
#define SCMP_SIMDE_COMPARE(mask, type, a, b, op)                                                                       \
    scmp_simde::compare<std::mask, std::type>(a, b, [](auto x, auto y) { return x op y; })
#define _mm256_cmpeq_epi16_mask(a, b) SCMP_SIMDE_COMPARE(uint16_t, int16_t, a, b, ==)
#define _mm256_cmpge_epi16_mask(a, b) SCMP_SIMDE_COMPARE(uint16_t, int16_t, a, b, >=)
#define _mm256_cmpgt_epi16_mask(a, b) SCMP_SIMDE_COMPARE(uint16_t, int16_t, a, b, >)
#define _mm256_cmplt_epi16_mask(a, b) SCMP_SIMDE_COMPARE(uint16_t, int16_t, a, b, <)
#define _mm512_cmpgt_epi16_mask(a, b) SCMP_SIMDE_COMPARE(uint32_t, int16_t, a, b, >)
#define _mm512_cmpeq_epu8_mask(a, b)  SCMP_SIMDE_COMPARE(uint64_t, uint8_t, a, b, ==)
#define _mm512_cmpneq_epu8_mask(a, b) SCMP_SIMDE_COMPARE(uint64_t, uint8_t, a, b, !=)
#define _mm512_cmpneq_epi8_mask(a, b) SCMP_SIMDE_COMPARE(uint64_t, uint8_t, a, b, !=)
#define _mm512_testn_epi8_mask(a, b)  (~SCMP_SIMDE_COMPARE(uint64_t, uint8_t, a, b, &))

// Loads and stores under a mask.
#define _mm512_mask_loadu_epi8(v, mask, p)   scmp_simde::load<std::uint8_t>(v, mask, p)
#define _mm512_mask_loadu_epi32(v, mask, p)  scmp_simde::load<std::uint32_t>(v, mask, p)
#define _mm512_maskz_loadu_epi8(mask, p)     scmp_simde::load<std::uint8_t>(simde_mm512_setzero_si512(), mask, p)
#define _mm512_maskz_loadu_epi16(mask, p)    scmp_simde::load<std::uint16_t>(simde_mm512_setzero_si512(), mask, p)
#define _mm512_maskz_loadu_epi32(mask, p)    scmp_simde::load<std::uint32_t>(simde_mm512_setzero_si512(), mask, p)
#define _mm256_maskz_loadu_epi8(mask, p)     scmp_simde::load<std::uint8_t>(simde_mm256_setzero_si256(), mask, p)
#define _mm256_maskz_loadu_epi16(mask, p)    scmp_simde::load<std::uint16_t>(simde_mm256_setzero_si256(), mask, p)
#define _mm256_maskz_loadu_epi32(mask, p)    scmp_simde::load<std::uint32_t>(simde_mm256_setzero_si256(), mask, p)
#define _mm_maskz_loadu_epi8(mask, p)        scmp_simde::load<std::uint8_t>(simde_mm_setzero_si128(), mask, p)
#define _mm512_mask_storeu_epi8(p, mask, v)  scmp_simde::store<std::uint8_t>(p, mask, v)
#define _mm512_mask_storeu_epi16(p, mask, v) scmp_simde::store<std::uint16_t>(p, mask, v)
#define _mm512_mask_storeu_epi32(p, mask, v) scmp_simde::store<std::uint32_t>(p, mask, v)
#define _mm256_mask_storeu_epi8(p, mask, v)  scmp_simde::store<std::uint8_t>(p, mask, v)
#define _mm256_mask_storeu_epi32(p, mask, v) scmp_simde::store<std::uint32_t>(p, mask, v)

// The rest.
#define _mm512_mask_sub_epi16(v, mask, a, b) simde_mm512_mask_mov_epi16(v, mask, simde_mm512_sub_epi16(a, b))
#define _mm512_srai_epi32(v, by)             scmp_simde::map<std::int32_t>(v, [&](auto x) { return x >> (by); })
#define _mm512_shuffle_epi32(v, order)       scmp_simde::shuffle32(v, order)
#define _mm512_reduce_add_epi32(v)           scmp_simde::sum32(v)
#define _mm512_undefined_epi32()             simde_mm512_setzero_si512()
#define _mm512_zextsi256_si512(v)            simde_mm512_inserti64x4(simde_mm512_setzero_si512(), v, 0)
#define _mm512_zextsi128_si512(v)            simde_mm512_inserti32x4(simde_mm512_setzero_si512(), v, 0)
#define _cvtmask64_u64(mask)                 (mask)
#define _cvtu64_mask64(mask)                 (mask)
#define _tzcnt_u32(x)                        ((x) == 0 ? 32U : static_cast<unsigned>(__builtin_ctz(x)))
#define _mm_popcnt_u64(x)                    __builtin_popcountll(x)
