// A whole product on a GPU: operands to the device, levels, tables, counts, values, and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/work.h"
#include "count/engine.h"
#include "cuda/host/gpu.h"
#include "cuda/host/operand.h"
#include "dequantize/dequantize.h"
#include "quantize/operand.h"
#include "streams/table.h"
#include "tensor/view.h"

namespace scmp::cuda {

// A right operand's levels, on a device, for any stream and longer than any context. It stays where it is made.
struct Packed {
    Packed(Gpu &gpu, const quantize::Source &b, const quantize::Scopes &scopes, const Quantizing &by, const Work &work);
    Packed(const Packed &) = delete;
    Packed &operator=(const Packed &) = delete;

    Device device;
    Levels levels;
};

struct Job {
    quantize::Source a;                // in host memory, or in the device's
    std::optional<quantize::Source> b; // likewise
    const Packed *packed = nullptr;    // in place of b
    quantize::Scopes scopes_a, scopes_b;
    Quantizing by;
    int stoc_len;
    dequantize::Form form;
    count::Segments segments;
    std::shared_ptr<const streams::CountTables> tables; // of the longest segment; NULL where D is 0
    const View *y = nullptr;                            // F32, or NULL
    const View *counts = nullptr;                       // I32 or I64, or NULL

    // Whether something is in host memory, so that the call has to wait for the device.
    bool waits() const;
};

// Where everything is on the device, and the device has kept tables and smoothing scales from an earlier call, this
// only puts work on the stream: what is not finite is found there, keeps results from being written, and waits for
// Gpu::synchronize. Else it throws NON_FINITE itself, before a result is written. Operands in host memory are copied to
// the device first (packed on the way where their strides ask for it), results for host memory are copied back last.
// Nothing that fails, fails after a result was written. Returns the name of the count kernel; "" where there was
// nothing to count. Throws NON_FINITE, CANCELLED, DEVICE, OUT_OF_MEMORY, std::bad_alloc.
const char *multiply(Gpu &gpu, const Job &job, const Work &work);

} // namespace scmp::cuda
