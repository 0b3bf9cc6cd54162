// A whole product on a GPU: operands to the device, ranges, levels, tables, counts, values, and back.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/work.h"
#include "count/engine.h"
#include "cuda/device.h"
#include "dequantize/dequantize.h"
#include "quantize/operand.h"
#include "streams/table.h"
#include "tensor/view.h"

namespace scmp::cuda {

struct Job {
    quantize::Source a, b; // in host memory, or in the device's
    quantize::Scopes scopes_a, scopes_b;
    quantize::Rule rule;
    int q_max;
    int stoc_len;
    dequantize::Form form;
    count::Segments segments;
    const streams::CountTables *tables = nullptr; // of the longest segment; NULL where D is 0
    const View *y = nullptr;                      // F32, or NULL
    const View *counts = nullptr;                 // I32 or I64, or NULL
};

// Operands in host memory are copied to the device first (packed on the way where their strides ask for it), results
// for host memory are copied back last, so that an error before leaves them alone. Waits for the device once the ranges
// are known (what is not finite is an error), and for results in host memory; not for those in device memory. Returns
// the name of the count kernel; "" where there was nothing to count. Throws NON_FINITE, CANCELLED, DEVICE,
// std::bad_alloc.
const char *multiply(const Device &device, const Job &job, const Work &work);

} // namespace scmp::cuda
