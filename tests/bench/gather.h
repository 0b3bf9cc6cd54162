// The straightforward way to the sums: one table lookup for each product. The baseline that a kernel has to beat.
#pragma once

#include <cstdint>
#include <vector>

// Quantized operands and count tables indexed by levels, everything contiguous.
struct GatherProblem {
    int n = 0, m = 0, d = 0;
    std::vector<std::uint8_t> level_a, level_b;
    std::vector<std::int8_t> sign_a, sign_b;
    int levels = 0;                        // a table has levels x levels entries
    std::vector<std::int32_t> table;       // one table after the other
    std::vector<std::int32_t> table_start; // first entry of the table of each inner index; empty where one serves all
};

void gather_sums(const GatherProblem &problem, std::int32_t *sums);
