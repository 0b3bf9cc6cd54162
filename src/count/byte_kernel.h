// The vector kernels: counts as bytes, signed and added in pairs of inner indices.
//
// What they cope with: L <= 256; signed codes up to 127, or unsigned ones up to 255. Then a code fits a byte (sign in
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
// some of the terms is bounded by D * L <= 2^31 - 1, which is checked at the door (Spec 1).
//
// Where the counts come from is the method: by lookup (byte_lookup.h) where there is a 128-entry byte shuffle; else
// from level rows (byte_rows.h), which takes enough rows of a to pay for them; for few rows by lookups of words
// (byte_words.h) where there is a 64-entry shuffle of those, or from tables of the rows of a (byte_few.h). All but
// level rows need prepared tables; where these exceed the cache, level rows serve.
#pragma once

#include "count/byte_few.h"
#include "count/byte_lookup.h"
#include "count/byte_rows.h"
#include "count/byte_words.h"

namespace scmp::count {
namespace {

template <class V> struct ByteKernel {
    using P = Panel<V>;
    using Rows = LevelRows<V>;
    static constexpr std::size_t near_bytes = std::size_t(1) << 18;

    // With many rows of a, lookups are faster only of bytes, and only while the tables stay in near caches.
    static bool looks_up(const streams::CountTables &tables, std::int64_t rows) {
        return rows < V::lookup_below || (V::lookup == Method::bytes && prepared_bytes(tables) <= near_bytes);
    }
    // A byte of a table takes as long to make as a lookup saves on four products, and more where level rows would serve
    // few rows of a.
    static bool wants_prepared(const streams::CountTables &tables, std::int64_t rows, double products) {
        return looks_up(tables, rows) && double(prepared_bytes(tables)) <= products * (0.25 + 48.0 / double(rows));
    }
    static std::size_t prepared_bytes(const streams::CountTables &tables) {
        return std::size_t(tables.pairs()) * Rows::table_bytes(tables);
    }
    static Method method(const Plan &plan) {
        const streams::CountTables &tables = *plan.tables;
        return looks_up(tables, plan.rows) && tables.prepared_for == &V::kernel() ? V::lookup : Method::level_rows;
    }
    // A table of few rows of a serves all panels of a task.
    static std::int64_t panels_together(std::int64_t rows) {
        return V::lookup == Method::few_rows && rows < V::lookup_below ? 4096 / P::columns : 1;
    }

    static std::size_t left_bytes(const Plan &plan, std::int64_t d) {
        switch (method(plan)) {
        case Method::bytes:
            return LeftRows<Turned<block_d>>::bytes(*plan.tables, plan.rows, d);
        case Method::words:
            return LeftRows<Flipped>::bytes(*plan.tables, plan.rows, d);
        case Method::level_rows:
            return LeftRows<Turned<slab_d>>::bytes(*plan.tables, plan.rows, d);
        case Method::few_rows:
            break;
        }
        return 0;
    }
    static void pack_left(const Plan &plan, const std::int16_t *a, std::int64_t a_stride, std::int64_t rows,
                          std::int64_t d, std::byte *left) {
        const streams::CountTables &tables = *plan.tables;
        const int table_shift = __builtin_ctzll(Rows::table_row(tables));
        switch (method(plan)) {
        case Method::bytes:
            return pack_left_rows<Turned<block_d>>(tables, a, a_stride, rows, d, table_shift, left);
        case Method::words:
            return pack_left_rows<Flipped>(tables, a, a_stride, rows, d, table_shift, left);
        case Method::level_rows:
            return pack_left_rows<Turned<slab_d>>(tables, a, a_stride, rows, d, __builtin_ctz(P::width), left);
        case Method::few_rows:
            break;
        }
    }

    static std::size_t scratch_bytes(const Plan &plan) {
        switch (method(plan)) {
        case Method::bytes:
            return Lookup<V>::scratch_bytes;
        case Method::words:
            return WordLookup<V>::scratch_bytes;
        case Method::few_rows:
            return FewRows<V>::scratch_bytes(plan);
        case Method::level_rows:
            break;
        }
        return Rows::scratch_bytes(plan);
    }

    // Calls count(task, panel, its sums) for each panel of a task.
    template <class Count> static void for_panels(const Task &task, Count count) {
        for (std::int64_t p = 0; p < task.panels; p++)
            count(task, reinterpret_cast<const std::uint8_t *>(task.panel + std::size_t(p) * task.panel_stride),
                  task.sums + p * task.rows * P::columns);
    }
    template <bool is_signed> static void count_panels(const Task &task) {
        if (method(task.plan) == Method::level_rows)
            for_panels(task, Rows::template count_panel<is_signed>);
        else if constexpr (V::lookup == Method::bytes)
            for_panels(task, Lookup<V>::template count_panel<is_signed>);
        else if constexpr (V::lookup == Method::words)
            for_panels(task, WordLookup<V>::template count_panel<is_signed>);
        else
            FewRows<V>::template count<is_signed>(task);
    }

    // Whether codes have signs follows from how many there are: more than 128 right codes fit a byte only without.
    static void count(const Task &task) {
        if (task.plan.tables->right_codes() <= 128)
            count_panels<true>(task);
        else
            count_panels<false>(task);
    }

    static bool fits(const Demand &demand) {
        const std::size_t most = demand.is_signed ? 128 : 256;
        return demand.stoc_len <= 256 && demand.left_codes <= most && demand.right_codes <= most;
    }
};

template <class V> constexpr Kernel byte_kernel() {
    using K = ByteKernel<V>;
    return {
        .name = V::name,
        .columns = K::P::columns,
        .max_rows = V::max_rows,
        .min_rows = 64,
        .task_products = std::int64_t(1) << 30,
        .fits = K::fits,
        .panel_bytes = K::P::bytes,
        .pack = K::P::pack,
        .panels_together = K::panels_together,
        .wants_prepared = K::wants_prepared,
        .prepared_bytes = K::prepared_bytes,
        .prepare = K::Rows::prepare,
        .left_bytes = K::left_bytes,
        .pack_left = K::pack_left,
        .method = [](const Plan &plan) { return K::method(plan) == V::lookup ? V::lookup_name : V::level_rows_name; },
        .scratch_bytes = K::scratch_bytes,
        .count = K::count,
    };
}

} // namespace
} // namespace scmp::count
