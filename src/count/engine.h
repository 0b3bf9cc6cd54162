// Runs a count kernel over whole operands: packing of the right one, blocking, work items, threads.
#pragma once

#include <cstdint>
#include <span>

#include "base/divide.h"
#include "base/memory.h"
#include "base/work.h"
#include "count/kernel.h"

namespace scmp::count {

// How the inner dimension falls into segments: one, or chunks of which the last may be short; none where D is 0.
struct Segments {
    std::int64_t d = 0;
    std::int64_t chunk = 0; // length of every segment but perhaps the last

    std::int64_t number() const noexcept { return d == 0 ? 0 : ceil_divide(d, chunk); }
    std::int64_t begin(std::int64_t segment) const noexcept { return segment * chunk; }
    std::int64_t length(std::int64_t segment) const noexcept {
        return begin(segment) + chunk <= d ? chunk : d - begin(segment);
    }
};

// An operand as signed codes: (batch, rows, d) contiguous.
struct Operand {
    const std::int16_t *codes;
    std::int64_t batch, rows;
    Segments segments; // of d
};

// A right operand in the panels of a kernel, by batch entry, segment and panel.
struct PackedRight {
    std::int64_t batch = 0, m = 0;
    Segments segments;
    int columns = 1; // of the kernel
    Buffer<std::byte> data;

    std::int64_t panels() const noexcept { return ceil_divide(m, columns); }
};

PackedRight pack_right(const Kernel &kernel, const Operand &b, const Work &work);

// How a product is cut into tasks.
struct Blocking {
    std::int64_t rows = 0;   // of a, in a task
    std::int64_t panels = 0; // of b, in a task
    std::int64_t items = 0;  // tasks over all segments of a block
    int workers = 1;         // threads that get a task
};
Blocking blocking(const Kernel &kernel, std::int64_t batch, std::int64_t n, std::int64_t m, std::int64_t d,
                  int threads);

// A left operand: its codes, and what the kernel made of them for tables, by batch entry, segment and block of rows.
struct PackedLeft {
    Operand a;
    Plan plan;
    Buffer<std::byte> data;

    std::int64_t row_blocks() const noexcept { return plan.rows == 0 ? 0 : ceil_divide(a.rows, plan.rows); }
};

// tables: of the longest segment; they must outlive what is packed.
PackedLeft pack_left(const Kernel &kernel, const Blocking &blocking, const streams::CountTables &tables,
                     const Operand &a, const Work &work);

// Sums of one block of the result over one segment.
struct Block {
    std::int64_t batch, segment;
    std::int64_t n0, rows, m0, columns;
    const std::int32_t *sums; // (rows, stride)
    std::int64_t stride;
    int worker;
};

// Takes the sums of blocks.
struct Emit {
    void (*function)(void *context, const Block &block);
    void *context;

    void operator()(const Block &block) const { function(context, block); }
};

// Calls `emit` for every block and, within a block, for its segments in ascending order, all on one worker. Where there
// are no segments it is called once for each block, with zeros and segment 0.
void run(const Kernel &kernel, const Blocking &blocking, const PackedLeft &left, const PackedRight &right,
         const Work &work, const Emit &emit);

} // namespace scmp::count
