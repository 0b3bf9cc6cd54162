// AVX2 (Haswell, Zen and later): counts from level rows.
#include <immintrin.h>

#define SCMP_LAMBDA __attribute__((always_inline))
#include "count/byte_kernel.h"

namespace scmp::count {
namespace {

struct Avx2 {
    using Vec = __m256i;
    static constexpr int rows_together = 1;
    static constexpr bool has_lookup = false;
    static const Kernel &kernel() { return avx2_kernel; }

    static Vec zero() { return _mm256_setzero_si256(); }
    static Vec ones() { return _mm256_set1_epi8(1); }
    static Vec load(const void *p) { return _mm256_loadu_si256(static_cast<const Vec *>(p)); }
    static void store(void *p, Vec v) { _mm256_storeu_si256(static_cast<Vec *>(p), v); }
    static Vec set_bytes(std::uint8_t value) { return _mm256_set1_epi8(static_cast<char>(value)); }
    static Vec unpack_low(Vec a, Vec b) { return _mm256_unpacklo_epi8(a, b); }
    static Vec unpack_high(Vec a, Vec b) { return _mm256_unpackhi_epi8(a, b); }
    static Vec multiply_add(Vec counts, Vec signs) { return _mm256_maddubs_epi16(counts, signs); }
    static Vec add_words(Vec a, Vec b) { return _mm256_add_epi16(a, b); }
    static Vec without_sign(Vec codes) { return _mm256_and_si256(codes, _mm256_set1_epi8(127)); }
    // 1, or -1 where a code's sign bit is set.
    static Vec signs(Vec codes) { return _mm256_or_si256(_mm256_cmpgt_epi8(zero(), codes), ones()); }
    // Four bytes at p, everywhere; signs turned by them.
    static Vec broadcast(const void *p) { return _mm256_broadcastd_epi32(_mm_loadu_si32(p)); }
    static Vec turned(Vec signs, Vec turn) { return _mm256_xor_si256(signs, turn); }
    // One more, up to 255, where the level reaches the threshold.
    static Vec count_from(Vec running, Vec level, Vec threshold) {
        const Vec reaches = _mm256_cmpeq_epi8(_mm256_max_epu8(level, threshold), level);
        return _mm256_adds_epu8(running, _mm256_and_si256(reaches, ones()));
    }
    // Adds 16 words to 16 sums.
    static SCMP_INLINE void add_to_sums(Vec words, std::int32_t *sums) {
        const Vec low = _mm256_cvtepi16_epi32(_mm256_castsi256_si128(words));
        const Vec high = _mm256_cvtepi16_epi32(_mm256_extracti128_si256(words, 1));
        store(sums, _mm256_add_epi32(load(sums), low));
        store(sums + 8, _mm256_add_epi32(load(sums + 8), high));
    }
    // One bit for each of 16 words that are all ones or all zeros.
    static std::uint32_t bits(Vec words) {
        const __m128i packed = _mm_packs_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
        return static_cast<std::uint32_t>(_mm_movemask_epi8(packed));
    }
    // Magnitudes of 16 codes, and which of them are negative.
    static std::uint32_t magnitudes(const std::int16_t *codes, std::uint16_t *out) {
        const Vec all = load(codes);
        store(out, _mm256_abs_epi16(all));
        return bits(_mm256_srai_epi16(all, 15));
    }
    // Bit i: the magnitude of codes[i] is at least least[i]; 16 of each.
    static std::uint32_t reaching(const std::int16_t *codes, const std::int16_t *least) {
        return ~bits(_mm256_cmpgt_epi16(load(least), _mm256_abs_epi16(load(codes)))) & 0xFFFF;
    }
};

} // namespace

constinit const Kernel avx2_kernel = byte_kernel<Avx2>("bytes_rows_128_avx2");

} // namespace scmp::count
