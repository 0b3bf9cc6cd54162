// Row functions for AVX-512 BW and VL (Skylake-X, Cascade Lake and later).
#include "backend/row_loops.h"
#include "tensor/row_loops.h"

namespace scmp {

constinit const RowFunctions avx512bw_rows = row_loops::row_functions(row_loops::row_access);

} // namespace scmp
