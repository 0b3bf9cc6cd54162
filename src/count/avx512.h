// 512-bit vectors for the byte kernel: what AVX-512 BW and VL have in all their generations.
#pragma once

#include <immintrin.h>

#include "count/byte_kernel.h"

namespace scmp::count {
namespace {

struct Avx512 {
    using Vec = __m512i;
    static constexpr int panel_vectors = 2;
    static constexpr int rows_together = 8; // vectors of level rows that are written at a time

    static Vec zero() { return _mm512_setzero_si512(); }
    static Vec ones() { return _mm512_set1_epi8(1); }
    static Vec load(const void *p) { return _mm512_loadu_si512(p); }
    static void store(void *p, Vec v) { _mm512_storeu_si512(p, v); }
    static Vec set_bytes(std::uint8_t value) { return _mm512_set1_epi8(static_cast<char>(value)); }
    static Vec unpack_low(Vec a, Vec b) { return _mm512_unpacklo_epi8(a, b); }
    static Vec unpack_high(Vec a, Vec b) { return _mm512_unpackhi_epi8(a, b); }
    static Vec multiply_add(Vec counts, Vec signs) { return _mm512_maddubs_epi16(counts, signs); }
    static Vec add_words(Vec a, Vec b) { return _mm512_add_epi16(a, b); }
    static Vec without_sign(Vec codes) { return _mm512_and_si512(codes, _mm512_set1_epi8(127)); }
    // 1, or -1 where a code's sign bit is set.
    static Vec signs(Vec codes) { return _mm512_mask_blend_epi8(_mm512_movepi8_mask(codes), ones(), set_bytes(255)); }
    // Four bytes at p, everywhere; signs turned by them.
    static Vec broadcast(const void *p) { return _mm512_broadcastd_epi32(_mm_loadu_si32(p)); }
    static Vec turned(Vec signs, Vec turn) { return _mm512_xor_si512(signs, turn); }
    // One more where the level reaches the threshold; the last time up to 255.
    static Vec comparable(Vec level) { return level; }
    static Vec threshold(std::uint8_t code) { return set_bytes(code); }
    static Vec count_from(Vec running, Vec level, Vec threshold) {
        return _mm512_mask_sub_epi8(running, _mm512_cmpge_epu8_mask(level, threshold), running, set_bytes(255));
    }
    static Vec count_last(Vec running, Vec level, Vec threshold) {
        return _mm512_mask_adds_epu8(running, _mm512_cmpge_epu8_mask(level, threshold), running, ones());
    }
    static bool any(Vec v) { return _mm512_test_epi8_mask(v, v) != 0; }
    // 1 where the code is at least the least one.
    static Vec at_least(Vec codes, std::uint8_t least) {
        return _mm512_maskz_mov_epi8(_mm512_cmpge_epu8_mask(codes, set_bytes(least)), ones());
    }
    // Adds 32 words to 32 sums.
    static SCMP_INLINE void add_to_sums(Vec words, std::int32_t *sums) {
        const Vec low = _mm512_cvtepi16_epi32(_mm512_castsi512_si256(words));
        const Vec high = _mm512_cvtepi16_epi32(_mm512_extracti64x4_epi64(words, 1));
        store(sums, _mm512_add_epi32(load(sums), low));
        store(sums + 16, _mm512_add_epi32(load(sums + 16), high));
    }
};

// A table row of 128 codes, or of 256, looked up by V's shuffle of two vectors.
template <class V, int halves> struct ShuffledTable {
    __m512i parts[2 * halves];

    SCMP_INLINE explicit ShuffledTable(const std::uint8_t *row) {
        unroll<2 * halves>([&](auto i) SCMP_LAMBDA { parts[i] = _mm512_loadu_si512(row + i * 64); });
    }
    SCMP_INLINE __m512i operator()(__m512i index) const {
        const __m512i low = V::shuffle(parts[0], parts[1], index);
        if constexpr (halves == 1) return low;
        return V::chosen(low, V::shuffle(parts[2 * halves - 2], parts[2 * halves - 1], index), index);
    }
};

} // namespace
} // namespace scmp::count
