// Row functions for what every machine runs.
#include "backend/row_loops.h"

namespace scmp {

constinit const RowFunctions portable_rows = row_loops::row_functions(portable_access);

} // namespace scmp
