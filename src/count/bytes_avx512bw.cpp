// AVX-512 BW and VL (Skylake-X, Cascade Lake and later): counts from level rows.
#include "count/avx512.h"
#include "count/byte_words.h"

namespace scmp::count {
namespace {

struct Avx512Bw : Avx512 {
    static constexpr const char *name = "bytes_avx512bw";
    static constexpr const char *lookup_name = "bytes_word_lookup_avx512bw";
    static constexpr const char *level_rows_name = "bytes_level_rows_avx512bw";
    static constexpr bool looks_up_near = false;
    static constexpr std::int64_t lookup_below = 192;
    static constexpr int max_rows = 1024;
    static const Kernel &kernel() { return bytes_avx512bw_kernel; }

    static Vec set_words(std::int16_t value) { return _mm512_set1_epi16(value); }
    static Vec halved(Vec words) { return _mm512_srli_epi16(words, 1); }
    static Vec where_odd(Vec codes, Vec values) {
        return _mm512_maskz_mov_epi8(_mm512_test_epi8_mask(codes, ones()), values);
    }
    static Vec where_even(Vec codes, Vec values) {
        return _mm512_maskz_mov_epi8(_mm512_testn_epi8_mask(codes, ones()), values);
    }

    // 64 words by the lower six bits of each index. As with byte shuffles, the form that overwrites the indices.
    static SCMP_INLINE Vec shuffle(Vec low, Vec high, Vec words) {
#ifdef SCMP_SIMDE
        return _mm512_permutex2var_epi16(low, words, high);
#else
        asm("vpermi2w %2, %1, %0" : "+v"(words) : "v"(low), "v"(high));
        return words;
#endif
    }

    // Chooses by bit 6 of the index.
    static Vec chosen(Vec low, Vec high, Vec words) {
        return _mm512_mask_mov_epi16(low, _mm512_test_epi16_mask(words, _mm512_set1_epi16(64)), high);
    }
    template <int halves> using Table = ShuffledTable<Avx512Bw, halves>;
};

} // namespace

constinit const Kernel bytes_avx512bw_kernel = byte_kernel<Avx512Bw, WordLookup<Avx512Bw>>();

} // namespace scmp::count
