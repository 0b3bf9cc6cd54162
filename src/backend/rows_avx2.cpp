// Row functions for AVX2 (Haswell, Zen and later).
#include "backend/row_loops.h"
#include "tensor/row_loops.h"

namespace scmp {

constinit const RowFunctions avx2_rows = row_loops::row_functions(row_loops::row_access);

} // namespace scmp
