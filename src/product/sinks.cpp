// Dequantizes, stages and writes blocks of sums.
#include "product/sinks.h"

#include <algorithm>
#include <type_traits>

#include "product/report.h"

namespace scmp::product {

Sink::Sink(const DequantizeSpec &by, dequantize::RowFunction row, const count::PackedRight &b,
           const count::Blocking &blocking, const Work &work)
    : by_(by), row_(row), segments_(b.segments.number()), chunked_(by.spec.chunked(by.d)), columns_(b.columns),
      blocking_(blocking),
      // All rows of a task keep their values while chunks are added, otherwise one row at a time is enough.
      values_rows_(chunked_ ? blocking.rows * blocking.panels : 1) {
    const Outputs &outputs = by.spec.outputs;
    if (outputs.y) y_ = target(*outputs.y, staged_y_, work);
    if (outputs.counts) counts_ = target(*outputs.counts, staged_counts_, work);
    direct_ = !chunked_ && in_place<float>(y_.to, y_.dtype, y_.stride_m, by.m);
    if (y_.to != nullptr && !direct_)
        values_ = Buffer<float>(work.memory, std::size_t(blocking.workers * values_rows_ * columns_));
}

template <class T> Sink::Target Sink::target(const View &view, Buffer<T> &stage, const Work &work) {
    if (!work.monitor.can_cancel() || view.count == 0) {
        const Operand out = operand_of(view);
        return {&view, view.data, view.dtype, out.stride_batch, out.stride_row, out.stride_d};
    }
    stage = Buffer<T>(work.memory, std::size_t(view.count));
    constexpr scmp_dtype dtype = std::is_same_v<T, float> ? SCMP_DTYPE_F32 : SCMP_DTYPE_I32;
    return {&view, reinterpret_cast<std::byte *>(stage.data()), dtype, by_.n * by_.m, by_.m, 1};
}

void Sink::take(const count::Block &block) {
    const bool last = block.segment + 1 >= segments_;
    const dequantize::Terms terms = by_.terms(block.batch, block.segment);
    for (std::int64_t r = 0; r < block.rows; r++) {
        const std::int32_t *sums = block.sums + r * block.stride;
        if (y_.to != nullptr && direct_) {
            row_(terms, {block.n0 + r, block.m0, block.columns}, sums, false,
                 reinterpret_cast<float *>(y_.run(block, r).data));
        } else if (y_.to != nullptr) {
            const std::int64_t row = chunked_ ? block.m0 / columns_ % blocking_.panels * blocking_.rows + r : 0;
            float *values = values_.data() + (block.worker * values_rows_ + row) * columns_;
            if (chunked_ && block.segment == 0) std::fill_n(values, columns_, 0.0F);
            row_(terms, {block.n0 + r, block.m0, block.columns}, sums, chunked_, values);
            if (last) write(y_.run(block, r), values, block.columns);
        }
        if (counts_.to != nullptr) write(counts_.run(block, r), sums, block.columns);
    }
}

void Sink::commit() {
    if (staged_y_.size() > 0) write_view(*y_.view, staged_y_.data());
    if (staged_counts_.size() > 0) write_view(*counts_.view, staged_counts_.data());
}

TimedSink::TimedSink(Sink &sink, int workers, std::pmr::memory_resource &memory)
    : sink_(sink), clocks_(memory, std::size_t(workers)) {
    std::fill_n(clocks_.data(), clocks_.size(), Clock{0});
}

void TimedSink::take(const count::Block &block) {
    Stopwatch watch;
    sink_.take(block);
    clocks_[std::size_t(block.worker)].ms += watch.lap();
}

double TimedSink::mean() const noexcept {
    double sum = 0;
    for (const Clock &clock : clocks_.span()) sum += clock.ms;
    return sum / double(clocks_.size());
}

void SumSink::take(const count::Block &block) {
    for (std::int64_t r = 0; r < block.rows; r++) {
        const std::int64_t row = (block.segment * batch + block.batch) * n + block.n0 + r;
        std::int64_t *to = sums.data() + row * m + block.m0;
        for (std::int64_t c = 0; c < block.columns; c++) to[c] += block.sums[r * block.stride + c];
    }
}

} // namespace scmp::product
