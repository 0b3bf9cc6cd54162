// An operand on a GPU: where its elements are, the scales of its scopes, its levels.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/work.h"
#include "cuda/device.h"
#include "cuda/quantize.h"
#include "quantize/operand.h"
#include "tensor/view.h"

namespace scmp::cuda {

constexpr std::int64_t most_blocks = std::int64_t(1) << 30; // blocks go on to further work by themselves

inline Grid grid_of(std::int64_t items, std::size_t shared_bytes) {
    return {std::min(items, most_blocks), shared_bytes};
}

inline bool on_device(const View &view) {
    return view.device != SCMP_DEVICE_CPU;
}

// An operand and what quantization makes of it.
struct Levels {
    quantize::Scopes scopes;
    DeviceBuffer<std::byte> copy; // empty where the operand is on the device
    DeviceBuffer<float> s32;
    DeviceBuffer<double> s64;
    Source source{};
    Lines lines{};
    ScopeKind kind{};
    DeviceBuffer<quantize::ScopeScale> scales;
    DeviceBuffer<std::int16_t> q; // (batch, rows, d) signed levels
    DeviceBuffer<float> row_sum;  // by row; unipolar only
};

// What rule of Spec 4 to quantize by.
struct Quantizing {
    quantize::Rule rule;
    int q_max;
};

// Places the operand (a copy where it is in host memory, packed on the way where its strides ask for it) and finds the
// scales of its scopes. *non_finite, on the device, becomes 1 where a value is not finite, as given or once smoothed.
Levels scaled(const Device &device, const quantize::Source &given, const quantize::Scopes &scopes, const Quantizing &by,
              std::int32_t *non_finite, const Work &work);

// Fills in q and row_sum.
void quantize_levels(const Device &device, const Quantizing &by, Levels &x);

// Throws NON_FINITE where the flag, once it is fetched, is set. The place of what is not finite is known where the
// operand is in host memory.
void require_finite_operand(std::int32_t non_finite, const quantize::Source &x);

} // namespace scmp::cuda
