// Counts a product's levels on a GPU: expands count tables, as many as fit at a time, and launches the count kernel.
#pragma once

#include <cstdint>

#include "base/work.h"
#include "count/engine.h"
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

class Counter {
public:
    Counter(const Device &device, const CountJob &job, const Work &work);

    const char *kernel() const;

    // Adds the sums (batch, n, m) of a segment.
    void add(std::int64_t segment, std::int32_t *sums);

private:
    template <class T> DeviceBuffer<T> copy(const T *from, std::size_t count) const {
        return DeviceBuffer<T>(device_, from, count);
    }
    int codes() const { return static_cast<int>(job_.tables->right_codes()); }
    std::int64_t most_slots() const;
    void expand(const Part &part);
    void count(const Part &part, std::int64_t d1, std::int64_t begin, std::int32_t *sums) const;

    const Device &device_;
    CountJob job_;
    Slots slots_;
    int rows_;
    DeviceBuffer<std::int32_t> of_d_, pairs_;
    DeviceBuffer<std::uint16_t> row_of_code_, ones_of_row_;
    DeviceBuffer<std::int16_t> first_code_;
    DeviceBuffer<std::uint16_t> expanded_; // (slots, max_rows, right codes) of the part at hand
    const Part *expanded_part_ = nullptr;
};

} // namespace scmp::cuda
