// The stages by themselves on a GPU, for tensors in its memory or, copied, in the host's: calibration, smoothing,
// ranges, quantization, counting given boundaries, dequantization. Where no tensor of a call is on the device, the
// CPU's slot does it. All of them wait for the device before they return.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>

#include "product/resources.h"
#include "product/stages.h"

namespace scmp::cuda {

using product::Resources;

// The slots of src/backend/backend.h under their names there. What the device finds wrong is looked for in a copy, and
// thrown with its place.
Buffer<std::byte> fetch(Resources &resources, const View &view, std::pmr::memory_resource &memory);
void store(Resources &resources, const View &view, const std::byte *elements);
void ranges(Resources &resources, const quantize::OperandSpec &x, const View &out, const Work &work);
void quantize(Resources &resources, const quantize::OperandSpec &x, std::span<const quantize::Range> given,
              std::span<const std::uint16_t> boundaries, const product::QuantizedViews &out, const Work &work);
void count(Resources &resources, const product::CountSpec &spec, const View &sums, const Work &work);
void dequantize(Resources &resources, const product::DequantizeSpec &spec, const View &sums, const View &y,
                const Work &work);
void smooth(Resources &resources, const product::SmoothSpec &spec, const View &out, const Work &work);
void maxima(Resources &resources, const product::MaximaSpec &spec, const Work &work);

} // namespace scmp::cuda
