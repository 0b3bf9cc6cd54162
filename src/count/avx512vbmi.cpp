// AVX-512 with VBMI (Ice Lake, Zen 4 and later): counts by 128-entry byte shuffles.
#include "count/avx512.h"

namespace scmp::count {
namespace {

struct Avx512Vbmi : Avx512 {
    static constexpr bool has_lookup = true;
    static const Kernel &kernel() { return avx512vbmi_kernel; }

    // Looks counts up by codes: 128 of them (the sign bit is of no consequence), or 256.
    template <int halves> struct Table {
        Vec parts[2 * halves];

        SCMP_INLINE void read(const std::uint8_t *row) {
            unroll<2 * halves>([&](auto i) SCMP_LAMBDA { parts[i] = load(row + i * 64); });
        }
        SCMP_INLINE Vec operator()(Vec codes) const {
            const Vec low = _mm512_permutex2var_epi8(parts[0], codes, parts[1]);
            if constexpr (halves == 1) return low;
            const Vec high = _mm512_permutex2var_epi8(parts[2 * halves - 2], codes, parts[2 * halves - 1]);
            return _mm512_mask_mov_epi8(low, _mm512_movepi8_mask(codes), high);
        }
    };
};

} // namespace

constinit const Kernel avx512vbmi_kernel = byte_kernel<Avx512Vbmi>("bytes_lookup_256_avx512vbmi");

} // namespace scmp::count
