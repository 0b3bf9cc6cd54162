// AVX2 (Haswell, Zen and later): counts from level rows.
#include <immintrin.h>

#include "count/byte_few.h"
#include "count/byte_kernel.h"

namespace scmp::count {
namespace {

struct Avx2 {
    using Vec = __m256i;
    static constexpr int panel_vectors = 2;
    static constexpr int rows_together = 4; // vectors of level rows that are written at a time
    static constexpr const char *name = "bytes_avx2";
    static constexpr const char *lookup_name = "bytes_few_rows_avx2";
    static constexpr const char *level_rows_name = "bytes_level_rows_avx2";
    static constexpr bool looks_up_near = false;
    static constexpr std::int64_t lookup_below = 48;
    static constexpr int max_rows = 1024;
    static const Kernel &kernel() { return bytes_avx2_kernel; }

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
    // One more where the level reaches the threshold; the last time up to 255. Only signed bytes can be compared.
    static Vec comparable(Vec level) { return _mm256_xor_si256(level, set_bytes(128)); }
    static Vec threshold(std::uint8_t code) { return comparable(set_bytes(static_cast<std::uint8_t>(code - 1))); }
    static Vec count_from(Vec running, Vec level, Vec threshold) {
        return _mm256_sub_epi8(running, _mm256_cmpgt_epi8(level, threshold));
    }
    static Vec count_last(Vec running, Vec level, Vec threshold) {
        return _mm256_adds_epu8(running, _mm256_and_si256(_mm256_cmpgt_epi8(level, threshold), ones()));
    }
    static bool any(Vec v) { return _mm256_testz_si256(v, v) == 0; }
    // 1 where the code is at least the least one.
    static Vec at_least(Vec codes, std::uint8_t least) {
        return _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_max_epu8(codes, set_bytes(least)), codes), ones());
    }
    // Adds 16 words to 16 sums.
    static SCMP_INLINE void add_to_sums(Vec words, std::int32_t *sums) {
        const Vec low = _mm256_cvtepi16_epi32(_mm256_castsi256_si128(words));
        const Vec high = _mm256_cvtepi16_epi32(_mm256_extracti128_si256(words, 1));
        store(sums, _mm256_add_epi32(load(sums), low));
        store(sums + 8, _mm256_add_epi32(load(sums + 8), high));
    }
};

} // namespace

constinit const Kernel bytes_avx2_kernel = byte_kernel<Avx2, FewRows<Avx2>>();

} // namespace scmp::count
