// A whole product on a GPU: operands to the device, levels, tables, counts, values, and back.
#pragma once

#include "base/work.h"
#include "product/pipeline.h"

namespace scmp::cuda {

// The slots `pack` and `product` (src/backend/backend.h).
//
// Where everything is on the device, and the device has kept tables and smoothing scales from an earlier call, a
// product only puts work on the stream: what is not finite is found there, keeps results from being written, and waits
// for Gpu::synchronize. Else it throws NON_FINITE itself, before a result is written. Operands in host memory are
// copied to the device first (packed on the way where their strides ask for it), results for host memory are copied
// back last. Nothing that fails, fails after a result was written. Throws NON_FINITE, CANCELLED, DEVICE, OUT_OF_MEMORY,
// std::bad_alloc.
product::Packed pack(product::Resources &resources, const product::ProductSpec &spec, const quantize::OperandSpec &b,
                     scmp_report &report, const Work &work);
void multiply(product::Resources &resources, const product::ProductSpec &spec, const product::Operands &operands,
              scmp_report &report, const Work &work);

} // namespace scmp::cuda
