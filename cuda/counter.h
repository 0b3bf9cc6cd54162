// Counts a product's levels on a GPU: expands count tables, as many as fit at a time, and launches the count kernel.
#pragma once

#include <cstdint>

#include "base/work.h"
#include "count/engine.h"
#include "cuda/count.h"
#include "cuda/device.h"
#include "streams/table.h"

namespace scmp::cuda {

// What there is to count.
struct CountJob {
    const std::int16_t *a, *b; // on the device: signed codes (batch, n, d) and (batch, m, d)
    std::int64_t batch, n, m, d;
    count::Segments segments;
    const streams::CountTables *tables; // of the longest segment
};

// Inner indices d0 .. d1 of a segment, whose tables fit at the same time: those of pairs[first_slot ...].
struct Part {
    std::int64_t d0, d1;
    std::int64_t first_slot, slots;
};

// Which pair of sequences has its table in which place, while the parts of a segment take turns.
struct Slots {
    explicit Slots(std::pmr::memory_resource &memory) : parts(&memory), of_d(&memory), pairs(&memory) {}

    Vector<Part> parts;
    Vector<std::int32_t> of_d;  // by inner index: the slot within its part
    Vector<std::int32_t> pairs; // part after part
};

// Throws UNSUPPORTED where there are more levels than the kernels have room for.
void check_codes(const streams::CountTables &tables);

// What counting with tables needs on the device: made once for all calls with them (cuda/kept.h).
struct TableArrays {
    TableArrays(const Device &device, const streams::CountTables &tables, std::pmr::memory_resource &memory);
    std::uint64_t bytes() const noexcept {
        return of_d.bytes() + pairs.bytes() + row_of_code.bytes() + ones_of_row.bytes() + first_code.bytes() +
               expanded.bytes();
    }

    Slots slots;
    DeviceBuffer<std::int32_t> of_d, pairs; // of slots
    DeviceBuffer<std::uint16_t> row_of_code, ones_of_row;
    DeviceBuffer<std::int16_t> first_code;
    DeviceBuffer<std::uint16_t> expanded; // (slots, max_rows, right codes) of the only part; empty where there are more
};

class Counter {
public:
    Counter(const Device &device, const CountJob &job, const TableArrays &arrays);

    const char *kernel() const;

    // Whether one launch has the whole sums of every tile: then write() does it all.
    bool writes() const;
    // Writes what the sums give. `results` says where; its `sums` are not looked at.
    void write(const ValuesArgs &results) const;

    // Adds the sums (batch, n, m) of a segment.
    void add(std::int64_t segment, std::int32_t *sums);

private:
    int codes() const { return static_cast<int>(job_.tables->right_codes()); }
    std::int64_t split_d(std::int64_t d) const;
    const std::uint16_t *expanded(const Part &part);
    void launch(const Part &part, std::int64_t d1, std::int64_t begin, CountArgs &args) const;

    const Device &device_;
    CountJob job_;
    const TableArrays &arrays_;
    int rows_;
    DeviceBuffer<std::uint16_t> expanded_; // of the part at hand, where parts take turns
    const Part *expanded_part_ = nullptr;
};

} // namespace scmp::cuda
