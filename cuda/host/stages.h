// The stages by themselves on a GPU, for tensors in its memory or, copied, in the host's: calibration, smoothing,
// ranges, quantization, counting given boundaries, dequantization. All of them wait for the device before they return.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/work.h"
#include "count/engine.h"
#include "cuda/host/device.h"
#include "cuda/host/operand.h"
#include "cuda/host/transfer.h"
#include "dequantize/dequantize.h"
#include "quantize/operand.h"
#include "streams/table.h"
#include "tensor/rows.h"
#include "tensor/view.h"

namespace scmp::cuda {

// The device is in use, and done with everything when this ends, after an error too: a caller may then give back its
// tensors, and nothing goes on with them.
class Stage {
public:
    explicit Stage(const Device &device) : device_(device), in_use_(device) {}
    Stage(const Stage &) = delete;
    Stage &operator=(const Stage &) = delete;
    ~Stage();

private:
    const Device &device_;
    InUse in_use_;
};

// Elements of a view in the device's memory one after another in the host's, and back.
Buffer<std::byte> fetch(const Device &device, const View &view, std::pmr::memory_resource &memory);
void put(const Device &device, const View &view, const std::byte *packed);

// The absolute maxima of x (..., D) by inner index over the rows that count, as (D,) of `dtype`, F32 or F64; nothing
// where a value of any row is not finite in that type. `mask`: one byte a row, in host memory; NULL: every row counts.
std::optional<Buffer<std::byte>> maxima(const Device &device, const View &x, const std::byte *mask, scmp_dtype dtype,
                                        std::pmr::memory_resource &memory);

// R(x / s) or R(x * s) along the last axis to `out`, which may be x itself. False where x has what is not finite, or
// the result where `out` is F32 or F64: then nothing is written.
bool apply(const Device &device, const View &x, const Smoothing &smoothing, const View &out,
           std::pmr::memory_resource &memory);

// Ranges of the scopes, (entries, 2) in C order, to `out`, F32. False where a value is not finite, as given or
// smoothed.
bool ranges(const Device &device, const quantize::Source &x, const quantize::Scopes &scopes, const Quantizing &by,
            const View &out, const Work &work);

// The arrays that are wanted of a quantized operand; NULL: not wanted.
struct QuantizedViews {
    const View *level, *boundary, *sign, *scale, *zero_point, *row_sum;
};

// `given`: what the ranges of the scopes became, by entry; empty: the operand's own ranges. False as for ranges.
bool quantize(const Device &device, const quantize::Source &x, const quantize::Scopes &scopes, const Quantizing &by,
              std::span<const quantize::ScopeScale> given, std::span<const std::uint16_t> boundaries,
              const QuantizedViews &out, const Work &work);

// Boundaries of an operand, with their signs, on their way to codes. Wants the device to be in use.
class Codes {
public:
    Codes(const Device &device, const View &boundary, const View *sign, int rng_levels, const Work &work);

    // By boundary, 0 .. rng_levels: 1 for those that occur. Nothing where a boundary is off the grid, or a sign is
    // none.
    std::optional<Vector<std::int16_t>> marks(std::pmr::memory_resource &memory) const;

    // Signed codes in C order; `code_of` by boundary.
    void encode(std::span<const std::int16_t> code_of);
    const std::int16_t *data() const { return codes_.data(); }

private:
    const Device &device_;
    Placed boundary_, sign_;
    DeviceBuffer<std::int32_t> marks_; // and behind them whether something is bad
    std::int32_t rng_levels_;
    DeviceBuffer<std::int16_t> code_of_, codes_;
};

// What to count: codes on the device, (batch, n, d) and (batch, m, d).
struct Counting {
    const Codes &a, &b;
    std::int64_t batch, n, m;
    count::Segments segments;
    std::shared_ptr<const streams::CountTables> tables; // of the longest segment; NULL where D is 0
    bool negative;                                      // whether codes may be
};

// Sums of each segment to `sums`, on top of what is there where `accumulate` says so. Where a total does not fit their
// type, nothing is written, and the sums that were to be added are returned. Wants the device to be in use.
std::optional<Buffer<std::int32_t>> count(const Device &device, const Counting &job, bool accumulate, const View &sums,
                                          const Work &work);

// What sums meet on their way to values, by entry of the scale shape and by row.
struct Meeting {
    std::span<const quantize::ScopeScale> scales;
    std::span<const float> row_sums; // unipolar only
};
struct Dequantizing {
    dequantize::Form form;
    float c; // dequantize::unit()
    std::int64_t batch, n, m, d;
    std::int64_t chunks; // of sums; values add up over them
    Meeting a, b;
};

// False where a sum is beyond what any product gives: then nothing is written.
bool dequantize_sums(const Device &device, const Dequantizing &by, const View &sums, const View &y, const Work &work);

} // namespace scmp::cuda
