// The slots that a count kernel fills. A kernel computes sums for some rows of a against one panel of b.
//
// A panel is `columns` neighbouring rows of b over a segment of the inner dimension (all of it, or one chunk), in
// whatever layout the kernel likes. Left levels stay row-major. Both are signed codes: sign times index into the
// tables' boundaries (in bipolar and unipolar products that is the level q itself).
#pragma once

#include <cstddef>
#include <cstdint>

#include "streams/table.h"

namespace scmp::count {

struct Task {
    const streams::CountTables *tables; // of the segment; may know more inner indices than the segment has
    const std::int16_t *a;              // first row's first code of the segment
    std::int64_t a_stride;              // from row to row
    std::int64_t rows;
    const std::byte *panel;
    std::int64_t d;     // inner indices of the segment
    std::int32_t *sums; // (rows, columns), overwritten; columns beyond b's last row get anything
    std::byte *scratch; // scratch_bytes(), of this worker alone
};

// What a kernel must cope with; known when a right operand is packed, before there are tables.
struct Demand {
    std::size_t left_codes, right_codes;
    bool is_signed;
    int stoc_len;
};

struct Kernel {
    const char *name;
    int columns;                // rows of b in a panel
    int max_rows, min_rows;     // rows of a in one task, as far as the product has them
    std::int64_t task_products; // no more products in one task than about this, so that a call can be cancelled

    bool (*fits)(const Demand &demand);
    std::size_t (*panel_bytes)(std::int64_t d);
    // q: `rows` <= columns rows of d codes, q_stride apart. Absent rows become code 0.
    void (*pack)(const std::int16_t *q, std::int64_t q_stride, std::int64_t rows, std::int64_t d, std::byte *panel);
    // Tables in a form of the kernel's own, kept with the others in the cache where they fit; tasks of this many rows
    // are faster with them and must do without.
    bool (*wants_prepared)(std::int64_t rows);
    std::size_t (*prepared_bytes)(const streams::CountTables &tables);
    void (*prepare)(const streams::CountTables &tables, std::byte *out);
    std::size_t (*scratch_bytes)(const streams::CountTables &tables, std::int64_t rows);
    void (*count)(const Task &task);
};

extern const Kernel reference_kernel;
extern const Kernel portable_kernel;
extern const Kernel avx2_kernel;
extern const Kernel avx512bw_kernel;
extern const Kernel avx512vbmi_kernel;

} // namespace scmp::count
