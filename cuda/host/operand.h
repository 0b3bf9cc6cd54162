// An operand on a GPU: where its elements are, the scales of its scopes, its levels.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/work.h"
#include "cuda/block/quantize.h"
#include "cuda/host/device.h"
#include "cuda/host/device_cache.h"
#include "cuda/host/transfer.h"
#include "quantize/operand.h"
#include "tensor/view.h"

namespace scmp::cuda {

// An operand and what quantization makes of it.
struct Levels {
    quantize::Scopes scopes;
    DeviceInput place;
    DeviceCache::Array smooth; // smoothing scales; NULL: none
    ElementSource source{};
    Lines lines{};
    Flag non_finite;
    DeviceBuffer<quantize::ScopeScale> scales;
    DeviceBuffer<std::int16_t> q; // (batch, rows, d) signed levels
    DeviceBuffer<float> row_sum;  // by row; unipolar only

    // The part that products need.
    std::uint64_t bytes() const { return scales.bytes() + q.bytes() + row_sum.bytes(); }
};

using quantize::OperandSpec;
using quantize::Quantizing;

// Places the operand (a copy where it is in host memory, packed on the way where its strides ask for it), and makes
// room for what quantization gives, `owner`'s. The flag, on the device, is raised once a value is found that is not
// finite, as given or once smoothed.
Levels placed(const Device &device, const OperandSpec &given, Flag non_finite, const Work &work,
              Owner owner = Owner::call);

// Fills in scales. `combined`, where it is not NULL, gets the ranges of the scopes.
void find_scales(const Device &device, const Quantizing &by, Levels &x, LineRange *combined = nullptr);

// Fills in q and row_sum. Levels are 0 where the flag is raised. `exact_sum`, where it is not NULL, gets the sums of
// rows as integers.
void quantize_levels(const Device &device, const Quantizing &by, Levels &x, std::int64_t *exact_sum = nullptr);

// Fills in everything, of both operands of a product or of one (the other is NULL), in as few launches as there can be:
// one, where every line is a scope.
void quantize_operands(const Device &device, const Quantizing &by, Levels *a, Levels *b);

// Throws NON_FINITE for an operand in which the device has found what is not finite, with its place, which is looked
// for in a copy where the operand is on the device.
[[noreturn]] void fail_non_finite(const Device &device, const quantize::Source &x, std::pmr::memory_resource &memory);

} // namespace scmp::cuda
