// AVX-512 BW and VL (Skylake-X, Cascade Lake and later): counts from level rows.
#include "count/avx512.h"

namespace scmp::count {
namespace {

struct Avx512Bw : Avx512 {
    static constexpr bool has_lookup = false;
    static const Kernel &kernel() { return avx512bw_kernel; }
};

} // namespace

constinit const Kernel avx512bw_kernel = byte_kernel<Avx512Bw>("bytes_rows_256_avx512bw");

} // namespace scmp::count
