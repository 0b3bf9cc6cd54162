// The slots that a count kernel fills. A kernel computes sums for some rows of a against some panels of b.
//
// A panel is `columns` neighbouring rows of b over a segment of the inner dimension (all of it, or one chunk), in the
// kernel's own layout. Left levels are row-major; a kernel may have them in a form of its own as well, made once for
// all panels. Both are signed codes: sign times index into the tables' boundaries (in bipolar and unipolar products
// that is the level q itself). docs/glossary.md defines these words, and draws one panel and one task.
#pragma once

#include <cstddef>
#include <cstdint>

#include "streams/table.h"

namespace scmp::count {

// A plan is common to all tasks of a product: the tables of the segment (they may know more inner indices than it has),
// and the most rows of a and panels of b that a task gets.
struct Plan {
    const streams::CountTables *tables;
    std::int64_t rows;
    std::int64_t panels;
};

struct Task {
    Plan plan;
    const std::int16_t *a; // first row's first code of the segment
    std::int64_t a_stride; // from row to row
    const std::byte *left; // these rows as pack_left wrote them
    std::int64_t rows;
    const std::byte *panel; // the task's first panel
    std::size_t panel_stride;
    std::int64_t panels;
    std::int64_t d;     // inner indices of the segment
    std::int32_t *sums; // (panels, rows, columns), overwritten; columns beyond b's last row get anything
    std::byte *scratch; // scratch_bytes(), of this worker alone
};

// A product's demands on a kernel; known when a right operand is packed, before there are tables.
struct Demand {
    std::size_t left_codes, right_codes;
    bool is_signed;
    int stoc_len;
};

struct Kernel {
    const char *name;
    int columns;                // rows of b in a panel
    int max_rows, min_rows;     // rows of a in one task, where the product has as many
    std::int64_t task_products; // about the most products in one task: a call is cancelled between tasks

    bool (*fits)(const Demand &demand);
    std::size_t (*panel_bytes)(std::int64_t d);
    // q: `rows` <= columns rows of d codes, q_stride apart. Absent rows become code 0.
    void (*pack)(const std::int16_t *q, std::int64_t q_stride, std::int64_t rows, std::int64_t d, std::byte *panel);
    // Panels in a task of this many rows of a, where b has as many.
    std::int64_t (*task_panels)(std::int64_t rows);
    // Prepared tables are the counts in a form of the kernel's own, kept with the tables where the cache has room for
    // them; the kernel counts without them, too. prepare_pays says whether this many products, in tasks of this many
    // rows of a, are worth making them.
    bool (*prepare_pays)(const streams::CountTables &tables, std::int64_t rows, double products);
    std::size_t (*prepared_bytes)(const streams::CountTables &tables);
    void (*prepare)(const streams::CountTables &tables, std::byte *out);
    // The rows of one task in a form of the kernel's own, d inner indices; 0 bytes where the codes are enough.
    std::size_t (*left_bytes)(const Plan &plan, std::int64_t d);
    void (*pack_left)(const Plan &plan, const std::int16_t *a, std::int64_t a_stride, std::int64_t rows, std::int64_t d,
                      std::byte *left);
    const char *(*method)(const Plan &plan); // the name of the method that counts such tasks
    std::size_t (*scratch_bytes)(const Plan &plan);
    void (*count)(const Task &task);
};

extern const Kernel reference_kernel;
extern const Kernel portable_kernel;
#define SCMP_KERNEL(name, isa) extern const Kernel name##_kernel;
#include "count/kernels.inc"

} // namespace scmp::count
