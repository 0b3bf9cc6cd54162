// Counts of single multipliers (Spec 2) for a row of a against all rows of b.
#pragma once

#include <cstdint>

#include "model/multiplier.h"

namespace scmp::model {

class RowCounts {
public:
    RowCounts(const Operands &operands, std::pmr::memory_resource &memory);

    // counts[m] = C_d(a[n][d], b[m][d])
    void count(std::int64_t n, std::int64_t d, std::int32_t *counts) noexcept;

private:
    const Operands &operands_;
    Buffer<std::uint16_t> below_; // right draws below each boundary, 0 .. G
};

} // namespace scmp::model
