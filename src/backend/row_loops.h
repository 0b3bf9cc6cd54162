// All row loops for one instruction set: that of the file that includes this, and has the loops of tensor/row_loops.h.
#pragma once

#include "backend/row_functions.h"
#include "dequantize/row_loops.h"
#include "quantize/row_loops.h"
#include "smooth/row_loops.h"

namespace scmp::row_loops {
namespace {

constexpr RowFunctions row_functions(const RowAccess &access) {
    return {
        .access = &access,
        .quantize = {&access, row_range, quantize_row},
        .dequantize = dequantize_row,
        .smooth = {&access, take_maxima<float>, take_maxima<double>},
    };
}

} // namespace
} // namespace scmp::row_loops
