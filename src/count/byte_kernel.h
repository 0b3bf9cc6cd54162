// The vector kernels: counts as bytes, signed and added in pairs of inner indices.
//
// They take L <= 256; signed codes up to 127, or unsigned ones up to 255. Then a code fits a byte (sign in
// bit 7 where there are signs) and so does every count but 256 = C(x, y) where all 256 draws of both streams are ones.
// Tables and level rows hold min(C, 255); "full" pairs are found and added by themselves.
//
// The step. For inner indices i and i + 1 and one row of a: two vectors of counts, one byte for each column; their
// bytes interleaved, so that each 16-bit word has both counts of one column; multiplied by the two signs (+-1) and
// added as a pair (VPMADDUBSW); added to 16-bit sums. b's signs are interleaved once for all rows of a; a's two signs
// turn them by an xor with 0xFE, which takes 1 to -1 and back.
//
// Widths. A pair is at most 2 * 255 = 510 in magnitude. A block has at most 64 inner indices, 32 pairs: 32 * 510 =
// 16320 < 2^15 in 16 bits; with few rows (byte_few.h) 64 * 256 = 2^14. Blocks are added in 32 bits, where any sum of
// some of the terms is bounded by D * L <= 2^31 - 1, which is checked in src/api (Spec 1).
//
// The method says where the counts come from (Method in byte_panel.h; one file each). Every kernel has level rows
// (byte_rows.h), which take enough rows of a to pay for them, and one method of lookups in prepared tables: by bytes
// where there is a 128-entry byte shuffle (byte_lookup.h); by words where there is a 64-entry shuffle of those
// (byte_words.h), or in tables of the rows of a (byte_few.h), both for few rows. Where the prepared tables exceed the
// cache, level rows serve.
#pragma once

#include "count/byte_rows.h"

namespace scmp::count {
namespace {

template <class V, class Lookup> struct ByteKernel {
    using P = Panel<V>;
    using Rows = LevelRows<V>;
    static constexpr std::size_t near_bytes = std::size_t(1) << 18;

    // With many rows of a, lookups are faster only of bytes, and only while the tables stay in near caches.
    static bool looks_up(const streams::CountTables &tables, std::int64_t rows) {
        return rows < V::lookup_below || (V::looks_up_near && prepared_bytes(tables) <= near_bytes);
    }
    // A byte of a table takes as long to make as a lookup saves on four products, and more where level rows would serve
    // few rows of a.
    static bool prepare_pays(const streams::CountTables &tables, std::int64_t rows, double products) {
        return looks_up(tables, rows) && double(prepared_bytes(tables)) <= products * (0.25 + 48.0 / double(rows));
    }
    static std::size_t prepared_bytes(const streams::CountTables &tables) {
        return std::size_t(tables.pairs()) * Rows::table_bytes(tables);
    }
    static const Method &method(const Plan &plan) {
        const streams::CountTables &tables = *plan.tables;
        const bool prepared = tables.prepared_for == &V::kernel();
        return prepared && looks_up(tables, plan.rows) ? Lookup::method : Rows::method;
    }
    static std::int64_t task_panels(std::int64_t rows) {
        return rows < V::lookup_below ? Lookup::method.task_panels : Rows::method.task_panels;
    }

    static std::size_t left_bytes(const Plan &plan, std::int64_t d) { return method(plan).left_bytes(plan, d); }
    static void pack_left(const Plan &plan, const std::int16_t *a, std::int64_t a_stride, std::int64_t rows,
                          std::int64_t d, std::byte *left) {
        method(plan).pack_left(plan, a, a_stride, rows, d, left);
    }
    static const char *method_name(const Plan &plan) { return method(plan).name; }
    static std::size_t scratch_bytes(const Plan &plan) { return method(plan).scratch_bytes(plan); }
    static void count(const Task &task) { method(task.plan).count(task); }

    static bool fits(const Demand &demand) {
        const std::size_t most = demand.is_signed ? 128 : 256;
        return demand.stoc_len <= 256 && demand.left_codes <= most && demand.right_codes <= most;
    }
};

// The kernel of the vectors V whose lookups are those of the given method.
template <class V, class Lookup> constexpr Kernel byte_kernel() {
    using K = ByteKernel<V, Lookup>;
    return {
        .name = V::name,
        .columns = K::P::columns,
        .max_rows = V::max_rows,
        .min_rows = 64,
        .task_products = std::int64_t(1) << 30,
        .fits = K::fits,
        .panel_bytes = K::P::bytes,
        .pack = K::P::pack,
        .task_panels = K::task_panels,
        .prepare_pays = K::prepare_pays,
        .prepared_bytes = K::prepared_bytes,
        .prepare = K::Rows::prepare,
        .left_bytes = K::left_bytes,
        .pack_left = K::pack_left,
        .method = K::method_name,
        .scratch_bytes = K::scratch_bytes,
        .count = K::count,
    };
}

} // namespace
} // namespace scmp::count
