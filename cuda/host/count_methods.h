// The ways to count on a GPU. Each uploads what it needs of a configuration, expands the tables of a part of the inner
// dimension, and launches its kernels for that part of a segment.
#pragma once

#include <cstdint>
#include <memory>

#include "base/work.h"
#include "count/engine.h"
#include "cuda/block/dequantize.h"
#include "cuda/block/tiling.h"
#include "cuda/host/device.h"
#include "cuda/host/device_cache.h"
#include "streams/table.h"

namespace scmp::cuda {

// The operands and tables of one count.
struct CountJob {
    const std::int16_t *a, *b; // on the device: signed codes (batch, n, d) and (batch, m, d)
    std::int64_t batch, n, m, d;
    count::Segments segments;
    std::shared_ptr<const streams::CountTables> tables; // of the longest segment
    bool negative;                                      // whether codes may be
};

// Inner indices d0 .. d1 of a segment, whose tables fit at the same time: those of pairs[first_slot ...].
struct Part {
    std::int64_t d0, d1;
    std::int64_t first_slot, slots;
};

// Table slots say which pair of sequences has its table in which place, while the parts of a segment take turns.
struct TableSlots {
    explicit TableSlots(std::pmr::memory_resource &memory) : parts(&memory), of_d(&memory), pairs(&memory) {}

    Vector<Part> parts;
    Vector<std::int32_t> of_d;  // by inner index: the slot within its part
    Vector<std::int32_t> pairs; // part after part
};
TableSlots table_slots_of(const streams::CountTables &tables, std::int64_t d, std::int64_t most,
                          std::pmr::memory_resource &memory);

// The plan of a count, for all methods.
struct CountPlan {
    CountPlan(const Device &on, const CountJob &what, CountMethod by, const Work &work);

    int codes() const { return static_cast<int>(job.tables->right_codes()); }
    std::int64_t most_slots() const;
    std::int64_t longest() const; // part

    // `bytes` bytes that follow from tables and method, which equal calls share: fill(memory) fills them in where no
    // earlier call has. `what` tells them apart.
    template <class Fill> DeviceCache::Array shared(int what, std::size_t bytes, Fill &&fill) const {
        constexpr int most_whats = 16;
        return shared_array(device, job.tables, static_cast<int>(method) * most_whats + what, bytes, fill);
    }
    template <class T> DeviceCache::Array upload(int what, const T *from, std::size_t count) const {
        return shared(what, count * sizeof(T), [&](std::byte *to) {
            if (count > 0) device.upload(device, to, from, count * sizeof(T));
        });
    }

    const Device &device;
    CountJob job;
    CountMethod method;
    std::pmr::memory_resource &memory;
    TableSlots slots;
    DeviceCache::Array of_d, pairs; // of the slots, on the device
};

// Tables of a part on the device: kept where all inner indices are one part, else made when it is the part's turn.
class PartTables {
public:
    PartTables() = default;
    // make(part, to) makes them.
    template <class Make> PartTables(const CountPlan &plan, int what, std::size_t bytes, Make &&make) {
        if (plan.slots.parts.size() == 1)
            kept_ = plan.shared(what, bytes, [&](std::byte *to) { make(plan.slots.parts.front(), to); });
        else
            in_turns_ = DeviceBuffer<std::byte>(plan.device, bytes);
    }
    template <class Make> std::byte *of(const Part &part, Make &&make) {
        if (kept_) return kept_->data();
        if (part_ != &part) make(part, in_turns_.data());
        part_ = &part;
        return in_turns_.data();
    }

private:
    DeviceCache::Array kept_;
    DeviceBuffer<std::byte> in_turns_;
    const Part *part_ = nullptr;
};

// A part of a segment.
struct PartOfSegment {
    const Part &part;
    std::int64_t begin; // of the segment
    std::int64_t d1;    // where the part ends in this segment
    std::int32_t *sums; // (batch, n, m), added to
};

// cuda/block/count.h
class CountByRows {
public:
    explicit CountByRows(const CountPlan &plan);
    const char *kernel() const;
    void count(const CountPlan &plan, const PartOfSegment &at);

    // True where one launch has the whole sums of every tile; then write() writes their values instead of adding them
    // to some: `results` says where, and its `sums` are not looked at.
    bool writes(const CountPlan &plan) const;
    void write(const CountPlan &plan, const ValuesArgs &results);

private:
    Tiling tiling(const CountPlan &plan, std::int64_t d0, std::int64_t d1) const;
    void expand(const CountPlan &plan, const Part &part, std::byte *to) const;
    void launch(const CountPlan &plan, const PartOfSegment &at, const ValuesArgs &results);

    int rows_;
    DeviceCache::Array row_of_code_, ones_of_row_, first_code_;
    PartTables tables_; // (slots, max_table_rows, table_stride)
};

// A table on the device that says what signed codes stand for, and what those of an operand do.
template <class T> struct LookedUp {
    DeviceCache::Array table; // (pairs, planes, 2 codes - 1)
    int codes = 0, planes = 0;
    DeviceBuffer<T> values; // (rows, planes, padded) of a part
};

// The product of what codes stand for, planes of bytes.
struct ByteProduct {
    LookedUp<std::int8_t> a, b;
};

// cuda/block/bytes.h
class CountByBytes {
public:
    explicit CountByBytes(const CountPlan &plan);
    const char *kernel() const { return "cuda_bytes128"; }
    void count(const CountPlan &plan, const PartOfSegment &at);

private:
    static std::size_t table_bytes(const CountPlan &plan);
    void expand(const CountPlan &plan, const Part &part, std::byte *to) const;

    DeviceCache::Array ones_of_row_, first_code_, u_, v_;
    PartTables tables_; // residuals, and behind them the largest of them
    LookedUp<std::int16_t> rows_;
    ByteProduct product_;
};

// cuda/block/bits.h, by warps or by groups
class CountByBits {
public:
    explicit CountByBits(const CountPlan &plan);
    const char *kernel() const;
    void count(const CountPlan &plan, const PartOfSegment &at);

    static int stream_bits(int stoc_len);

private:
    void expand(const CountPlan &plan, const Part &part, std::byte *to) const;

    int bits_;
    bool groups_;
    DeviceCache::Array first_code_;
    PartTables streams_;
    LookedUp<std::int16_t> ones_;
    ByteProduct corrections_; // no planes where no code is negative
};

} // namespace scmp::cuda
