// The slots as the CPU fills them (backend/backend.h), over the row functions and kernels of the context's table.
#pragma once

#include <cstdint>
#include <span>

#include "count/engine.h"
#include "product/factors.h"
#include "product/pipeline.h"
#include "product/stages.h"

namespace scmp::product::cpu {

// The type behind Packed::data.
struct Right {
    Factors factors;
    const count::Kernel *kernel = nullptr; // that the panels are for
    count::PackedRight panels;
};

// cpu_product.cpp
Packed pack(Resources &resources, const ProductSpec &spec, const quantize::OperandSpec &b, scmp_report &report,
            const Work &work);
void multiply(Resources &resources, const ProductSpec &spec, const Operands &operands, scmp_report &report,
              const Work &work);

// cpu_count.cpp
void count(Resources &resources, const CountSpec &spec, const View &sums, const Work &work);

// cpu_stages.cpp
void ranges(Resources &resources, const quantize::OperandSpec &x, const View &out, const Work &work);
void quantize(Resources &resources, const quantize::OperandSpec &x, std::span<const quantize::Range> given,
              std::span<const std::uint16_t> boundaries, const QuantizedViews &out, const Work &work);
void dequantize(Resources &resources, const DequantizeSpec &spec, const View &sums, const View &y, const Work &work);
void smooth(Resources &resources, const SmoothSpec &spec, const View &out, const Work &work);
void maxima(Resources &resources, const MaximaSpec &spec, const Work &work);

} // namespace scmp::product::cpu
