// Counts a product's levels on a GPU: expands tables, as many as fit at a time, and launches the kernels of a method.
#pragma once

#include <cstdint>
#include <variant>

#include "cuda/host/count_methods.h"

namespace scmp::cuda {

// Throws UNSUPPORTED where there are more levels than the kernels have room for.
void check_codes(const streams::CountTables &tables);

class Counter {
public:
    Counter(const Device &device, const CountJob &job, const Work &work);

    // The name that reports have; lives as long as the program.
    const char *kernel() const;

    // True where one launch has the whole sums of every tile: then write() does it all.
    bool writes() const;
    // Writes the values of the sums; `results` says where, and its `sums` are not looked at.
    void write(const ValuesArgs &results);

    // Adds the sums (batch, n, m) of a segment.
    void add(std::int64_t segment, std::int32_t *sums);

private:
    using Method = std::variant<CountByRows, CountByBytes, CountByBits>;
    Method method_of() const;

    CountPlan plan_;
    Method method_;
};

} // namespace scmp::cuda
