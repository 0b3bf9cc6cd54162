// Sinks take the count engine's blocks of sums: values and counts of a product, or totals that a caller adds up.
#pragma once

#include <cstdint>

#include "base/memory.h"
#include "base/work.h"
#include "count/engine.h"
#include "product/factors.h"
#include "tensor/row_access.h"

namespace scmp::product {

// Takes blocks of sums from the engine and writes the spec's outputs. With a cancel callback results are staged, so
// that a cancelled call leaves the outputs alone.
class Sink {
public:
    Sink(const DequantizeSpec &by, dequantize::RowFunction row, const count::PackedRight &b,
         const count::Blocking &blocking, const Work &work);

    void take(const count::Block &block);
    // Copies what was staged to the outputs.
    void commit();

private:
    // The target of blocks: the output itself or a contiguous stage, as (batch, N, M).
    struct Target {
        const View *view = nullptr; // the output
        std::byte *to = nullptr;
        scmp_dtype dtype = SCMP_DTYPE_F32;
        std::int64_t stride_batch = 0, stride_n = 0, stride_m = 1;

        OutputRun run(const count::Block &block, std::int64_t r) const noexcept {
            const std::int64_t at = block.batch * stride_batch + (block.n0 + r) * stride_n + block.m0 * stride_m;
            return {to + at * size_of(dtype), dtype, stride_m};
        }
    };
    template <class T> Target target(const View &view, Buffer<T> &stage, const Work &work);

    const DequantizeSpec &by_;
    dequantize::RowFunction row_;
    std::int64_t segments_;
    bool chunked_;
    std::int64_t columns_;
    count::Blocking blocking_;
    std::int64_t values_rows_;
    bool direct_ = false;  // sums become values in y itself
    Buffer<float> values_; // (workers, values_rows, columns); empty where direct
    Buffer<float> staged_y_;
    Buffer<std::int32_t> staged_counts_;
    Target y_, counts_;
};

// Hands blocks to the sink and keeps, for each worker, the milliseconds that it took.
class TimedSink {
public:
    TimedSink(Sink &sink, int workers, std::pmr::memory_resource &memory);

    void take(const count::Block &block);
    double mean() const noexcept;

private:
    struct alignas(Buffer<double>::alignment) Clock { // a cache line each
        double ms;
    };
    Sink &sink_;
    Buffer<Clock> clocks_;
};

// Collects blocks of sums, (segments, batch, N, M), on top of what is there.
struct SumSink {
    Buffer<std::int64_t> sums;
    std::int64_t batch, n, m;

    void take(const count::Block &block);
};

// The engine's way to call them.
template <class Receiver> void emit_to(void *receiver, const count::Block &block) {
    static_cast<Receiver *>(receiver)->take(block);
}

} // namespace scmp::product
