// The work of stages on one row at a time: the slots of a backend that are compiled once for each instruction set.
#pragma once

#include "dequantize/dequantize.h"
#include "quantize/quantize.h"
#include "smooth/calibration.h"
#include "tensor/row_access.h"

namespace scmp {

struct RowFunctions {
    const RowAccess *access;
    quantize::RowFunctions quantize;
    dequantize::RowFunction dequantize;
    smooth::RowFunctions smooth;
};

extern const RowFunctions portable_rows;
// NOLINTNEXTLINE(readability-redundant-declaration): two instruction sets may have the same row loops
#define SCMP_ISA(name, rows, flags, native_runs) extern const RowFunctions rows##_rows;
#include "backend/isas.inc"

} // namespace scmp
