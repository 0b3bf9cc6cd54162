// Counts a product's levels on a GPU: expands count tables, as many as fit at a time, and launches the count kernel.
#pragma once

#include <cstdint>
#include <memory>

#include "base/work.h"
#include "count/engine.h"
#include "cuda/count.h"
#include "cuda/kept.h"
#include "streams/table.h"

namespace scmp::cuda {

// What there is to count.
struct CountJob {
    const std::int16_t *a, *b; // on the device: signed codes (batch, n, d) and (batch, m, d)
    std::int64_t batch, n, m, d;
    count::Segments segments;
    std::shared_ptr<const streams::CountTables> tables; // of the longest segment
};

// Throws UNSUPPORTED where there are more levels than the kernels have room for.
void check_codes(const streams::CountTables &tables);

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

    // Whether one launch has the whole sums of every tile: then write() does it all.
    bool writes() const;
    // Writes what the sums give; `results` says where, and its `sums` are not looked at.
    void write(const ValuesArgs &results);

    // Adds the sums (batch, n, m) of a segment.
    void add(std::int64_t segment, std::int32_t *sums);

private:
    // What it needs that follows from the tables, which calls have in common.
    enum What { of_d, pairs, row_of_code, ones_of_row, first_code, expanded };
    template <class T> Kept::Array copy(What what, const T *from, std::size_t count) const {
        return shared_array(device_, job_.tables, what, count * sizeof(T), [&](std::byte *to) {
            if (count > 0) device_.upload(device_, to, from, count * sizeof(T));
        });
    }
    int codes() const { return static_cast<int>(job_.tables->right_codes()); }
    std::int64_t most_slots() const;
    std::int64_t split_d(std::int64_t d) const;
    void expand(const Part &part, std::uint16_t *to) const;
    void count(const Part &part, std::int64_t d1, std::int64_t begin, std::int32_t *sums,
               const ValuesArgs &results) const;

    const Device &device_;
    CountJob job_;
    Slots slots_;
    int rows_;
    Kept::Array of_d_, pairs_, row_of_code_, ones_of_row_, first_code_;
    Kept::Array expanded_;                 // (slots, max_rows, right codes) of the only part
    DeviceBuffer<std::uint16_t> in_turns_; // of the part at hand, where there are several
    const Part *expanded_part_ = nullptr;
};

} // namespace scmp::cuda
