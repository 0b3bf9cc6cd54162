// AVX-512 with VBMI (Ice Lake, Zen 4 and later): counts by 128-entry byte shuffles.
#include "count/avx512.h"
#include "count/byte_lookup.h"

namespace scmp::count {
namespace {

struct Avx512Vbmi : Avx512 {
    static constexpr const char *name = "bytes_avx512vbmi";
    static constexpr const char *lookup_name = "bytes_lookup_avx512vbmi";
    static constexpr const char *level_rows_name = "bytes_level_rows_avx512vbmi";
    static constexpr bool looks_up_near = true;
    static constexpr std::int64_t lookup_below = 192;
    static constexpr int max_rows = 1024;
    static const Kernel &kernel() { return bytes_avx512vbmi_kernel; }

    // The counts of 128 codes; bit 7 of a code is of no consequence. The form that overwrites the codes suits the inner
    // loop, where a table row serves two vectors of them; gcc prefers the other one, and copies the rows.
    static SCMP_INLINE Vec shuffle(Vec low, Vec high, Vec codes) {
#ifdef SCMP_SIMDE
        return _mm512_permutex2var_epi8(low, codes, high);
#else
        asm("vpermi2b %2, %1, %0" : "+v"(codes) : "v"(low), "v"(high));
        return codes;
#endif
    }

    // Chooses by bit 7 of the code.
    static Vec chosen(Vec low, Vec high, Vec codes) {
        return _mm512_mask_mov_epi8(low, _mm512_movepi8_mask(codes), high);
    }
    template <int halves> using Table = ShuffledTable<Avx512Vbmi, halves>;
};

} // namespace

constinit const Kernel bytes_avx512vbmi_kernel = byte_kernel<Avx512Vbmi, ByteLookup<Avx512Vbmi>>();

} // namespace scmp::count
