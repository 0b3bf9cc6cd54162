// Tables and launches of the count methods.
#include "cuda/host/count_methods.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "base/divide.h"
#include "cuda/block/launch.h"
#include "cuda/host/operand.h"

namespace scmp::cuda {
namespace {

// The arrays that a method keeps on the device (CountPlan::shared).
enum What {
    slot_of_d,
    pair_of_slot,
    part_tables,
    row_of_code,
    ones_of_row,
    first_code,
    u_of_row,
    v_of_code,
    looked_up_left,
    product_left,
    product_right,
};

template <class T> DeviceCache::Array upload(const CountPlan &plan, What what, const Buffer<T> &from) {
    return plan.upload(what, from.data(), from.size());
}

std::size_t size_of(std::int64_t a, std::int64_t b, std::int64_t c = 1) {
    return std::size_t(a) * std::size_t(b) * std::size_t(c);
}

// Few tiles leave most of a device idle: then several blocks share one, each with a part of the inner dimension, a
// multiple of `step`.
Tiling tiling_of(const CountPlan &plan, std::int64_t d0, std::int64_t d1, int rows, int columns, std::int64_t step) {
    const CountJob &job = plan.job;
    Tiling tiling{job.batch, job.n, job.m, d0, d1, 1, d1 - d0};
    const std::int64_t wanted = std::max<std::int64_t>(1, plan.device.full_grid / tiling.tiles(rows, columns));
    tiling.split_d = round_up(ceil_divide(d1 - d0, wanted), step);
    tiling.splits = ceil_divide(d1 - d0, tiling.split_d);
    return tiling;
}

std::size_t slot_bytes(const CountJob &job, CountMethod method) {
    const streams::CountTables &tables = *job.tables;
    const auto codes = std::int64_t(tables.right_codes());
    switch (method) {
    case CountMethod::bytes:
        return size_of(2, tables.max_table_rows, residual_stride(int(codes)));
    case CountMethod::bits:
    case CountMethod::wgmma:
        return size_of(2 * codes - 1, CountByBits::stream_bits(tables.streams.stoc_len) / 8);
    case CountMethod::rows:
        break;
    }
    return size_of(tables.max_table_rows, table_stride(int(codes)), sizeof(std::uint16_t));
}

// --- looking up -----------------------------------------------------------------------------------------------------

// The size of a look-up: values of so many codes in planes, for rows of so many inner indices with what pads them.
struct LookUpSize {
    std::size_t codes;
    int planes;
    std::int64_t rows, padded;
};

// The table has value(pair, code, planes) of every signed code.
template <class T, class Value>
LookedUp<T> looked_up(const CountPlan &plan, What what, const LookUpSize &of, Value &&value) {
    const int planes = of.planes;
    LookedUp<T> out;
    out.codes = int(of.codes);
    out.planes = planes;
    const std::int64_t pairs = plan.job.tables->pairs();
    const std::int64_t signed_codes = 2 * std::int64_t(of.codes) - 1;
    const std::size_t size = size_of(pairs, planes, signed_codes);
    out.table = plan.shared(what, size * sizeof(T), [&](std::byte *to) {
        Buffer<T> table(plan.memory, size);
        for (std::int64_t pair = 0; pair < pairs; pair++)
            for (int code = 1 - out.codes; code < out.codes; code++) {
                T of_plane[4] = {};
                value(int(pair), code, of_plane);
                for (int plane = 0; plane < planes; plane++)
                    table[size_of(pair * planes + plane, signed_codes) + std::size_t(code + out.codes - 1)] =
                        of_plane[plane];
            }
        plan.device.upload(plan.device, to, table.data(), size * sizeof(T));
    });
    out.values = DeviceBuffer<T>(plan.device, size_of(of.rows, planes, of.padded));
    return out;
}

template <class T>
void look_up(const CountPlan &plan, LookedUp<T> &what, const std::int16_t *codes, std::int64_t rows,
             const PartOfSegment &at, std::int64_t padded) {
    const LookUpArgs<T> args{.codes = codes + at.begin,
                             .rows = rows,
                             .stride = plan.job.d,
                             .d0 = at.part.d0,
                             .d1 = at.d1,
                             .slot_of_d = elements<std::int32_t>(plan.of_d),
                             .pair_of_slot = elements<std::int32_t>(plan.pairs) + at.part.first_slot,
                             .table = elements<T>(what.table),
                             .number = what.codes,
                             .planes = what.planes,
                             .padded = padded,
                             .to = what.values.data()};
    plan.device.launch(plan.device, grid_of(rows, 0), args);
}

std::int64_t whole_units(std::int64_t bytes) {
    return round_up(bytes, unit_bytes);
}

template <class ValueA, class ValueB>
ByteProduct byte_product(const CountPlan &plan, int planes, ValueA &&value_a, ValueB &&value_b) {
    const CountJob &job = plan.job;
    const std::int64_t padded = whole_units(plan.longest());
    return {looked_up<std::int8_t>(plan, product_left, {job.tables->left_codes(), planes, job.batch * job.n, padded},
                                   value_a),
            looked_up<std::int8_t>(plan, product_right, {job.tables->right_codes(), planes, job.batch * job.m, padded},
                                   value_b)};
}

void add_product(const CountPlan &plan, ByteProduct &product, const PartOfSegment &at) {
    if (product.a.planes == 0) return;
    const CountJob &job = plan.job;
    const std::int64_t padded = whole_units(at.d1 - at.part.d0);
    look_up(plan, product.a, job.a, job.batch * job.n, at, padded);
    look_up(plan, product.b, job.b, job.batch * job.m, at, padded);
    const Tiling tiling =
        tiling_of(plan, 0, product.a.planes * padded, matrix_rows, matrix_columns, stage_units * unit_bytes);
    plan.device.launch(plan.device, grid_of(tiling.tiles(matrix_rows, matrix_columns), sizeof(GemmStage)),
                       GemmArgs{tiling, product.a.values.data(), product.b.values.data(), at.sums});
}

int left_ones(const streams::CountTables &tables, int pair, int code) {
    return tables.ones_of(pair)[tables.table_rows_of(pair)[code]];
}

// Ones of each right code's whole stream, pair after pair.
Buffer<std::uint16_t> right_ones(const CountPlan &plan) {
    const streams::CountTables &tables = *plan.job.tables;
    const std::size_t codes = tables.right_codes();
    Buffer<std::uint16_t> ones(plan.memory, size_of(tables.pairs(), std::int64_t(codes)));
    std::fill_n(ones.data(), ones.size(), std::uint16_t(0));
    for (int pair = 0; pair < tables.pairs(); pair++) {
        std::uint16_t *of_pair = &ones[std::size_t(pair) * codes];
        const std::int16_t *first = tables.first_codes_of(pair);
        for (int draw = 0; draw < tables.streams.stoc_len; draw++)
            if (std::size_t(first[draw]) < codes) of_pair[first[draw]]++;
        for (std::size_t code = 1; code < codes; code++)
            of_pair[code] = static_cast<std::uint16_t>(of_pair[code] + of_pair[code - 1]);
    }
    return ones;
}

// The kernel of tiles of so many rows, 16, 32 or 64.
Launch launch_of(int rows, const CountArgs &args) {
    if (rows == 16) return CountTileArgs<16>{args};
    if (rows == 32) return CountTileArgs<32>{args};
    return SwarCountArgs{args};
}
// The kernel of streams of so many bits, 16, 32 .. 1024.
template <class By, int Bits = 16> Launch launch_of(int stream_bits, const BitsArgs &args) {
    if constexpr (Bits < 1024)
        if (stream_bits > Bits) return launch_of<By, 2 * Bits>(stream_bits, args);
    return CountBitsArgs<Bits, By>{args};
}

template <class T> T with_sign(int code, int magnitude) {
    return static_cast<T>(code < 0 ? -magnitude : magnitude);
}

} // namespace

// --- parts ----------------------------------------------------------------------------------------------------------

TableSlots table_slots_of(const streams::CountTables &tables, std::int64_t d, std::int64_t most,
                          std::pmr::memory_resource &memory) {
    TableSlots slots(memory);
    Vector<std::int64_t> place(std::size_t(tables.pairs()), -1, &memory); // in `pairs`
    Part part{0, 0, 0, 0};
    for (std::int64_t i = 0; i < d; i++) {
        const int pair = tables.streams.pair_of(i);
        std::int64_t &at = place[std::size_t(pair)];
        if (at < part.first_slot) { // not in this part, or in none
            if (part.slots == most) {
                slots.parts.push_back(part);
                part = {i, i, part.first_slot + part.slots, 0};
            }
            at = part.first_slot + part.slots++;
            slots.pairs.push_back(pair);
        }
        slots.of_d.push_back(static_cast<std::int32_t>(at - part.first_slot));
        part.d1 = i + 1;
    }
    if (part.slots > 0) slots.parts.push_back(part);
    return slots;
}

CountPlan::CountPlan(const Device &on, const CountJob &what, CountMethod by, const Work &work)
    : device(on), job(what), method(by), memory(work.memory),
      slots(table_slots_of(*job.tables, job.tables->streams.d,
                           std::max<std::int64_t>(1, std::int64_t(device.table_bytes / slot_bytes(job, method))),
                           memory)),
      of_d(upload(slot_of_d, slots.of_d.data(), slots.of_d.size())),
      pairs(upload(pair_of_slot, slots.pairs.data(), slots.pairs.size())) {}

std::int64_t CountPlan::most_slots() const {
    std::int64_t most = 0;
    for (const Part &part : slots.parts) most = std::max(most, part.slots);
    return most;
}

std::int64_t CountPlan::longest() const {
    std::int64_t most = 0;
    for (const Part &part : slots.parts) most = std::max(most, part.d1 - part.d0);
    return most;
}

// --- rows -----------------------------------------------------------------------------------------------------------

CountByRows::CountByRows(const CountPlan &plan)
    : rows_(tile_rows(plan.job.n, plan.codes())), row_of_code_(upload(plan, row_of_code, plan.job.tables->row_of_code)),
      ones_of_row_(upload(plan, ones_of_row, plan.job.tables->ones_of_row)),
      first_code_(upload(plan, first_code, plan.job.tables->first_code)),
      tables_(plan, part_tables,
              size_of(plan.most_slots(), plan.job.tables->max_table_rows, table_stride(plan.codes())) *
                  sizeof(std::uint16_t),
              [&](const Part &part, std::byte *to) { expand(plan, part, to); }) {}

const char *CountByRows::kernel() const {
    return rows_ == 64 ? "cuda_rows64" : rows_ == 32 ? "cuda_rows32" : "cuda_rows16";
}

Tiling CountByRows::tiling(const CountPlan &plan, std::int64_t d0, std::int64_t d1) const {
    const bool swar = rows_ == SwarCounts::rows;
    return tiling_of(plan, d0, d1, rows_, swar ? swar_columns : tile_columns, swar ? swar_d : tile_d);
}

// The SWAR kernel has no registers to spare for what writing takes.
bool CountByRows::writes(const CountPlan &plan) const {
    return rows_ != SwarCounts::rows && plan.slots.parts.size() == 1 && plan.job.segments.number() == 1 &&
           tiling(plan, 0, plan.job.d).splits == 1;
}

void CountByRows::write(const CountPlan &plan, const ValuesArgs &results) {
    launch(plan, {plan.slots.parts.front(), 0, plan.job.d, nullptr}, results);
}

void CountByRows::count(const CountPlan &plan, const PartOfSegment &at) {
    launch(plan, at, {});
}

void CountByRows::expand(const CountPlan &plan, const Part &part, std::byte *to) const {
    plan.device.launch(plan.device, grid_of(part.slots, 0),
                       TableArgs{.pair_of_slot = elements<std::int32_t>(plan.pairs) + part.first_slot,
                                 .slots = part.slots,
                                 .stoc_len = plan.job.tables->streams.stoc_len,
                                 .max_table_rows = plan.job.tables->max_table_rows,
                                 .right_codes = plan.codes(),
                                 .ones_of_row = elements<std::uint16_t>(ones_of_row_),
                                 .first_code = elements<std::int16_t>(first_code_),
                                 .table = reinterpret_cast<std::uint16_t *>(to)});
}

void CountByRows::launch(const CountPlan &plan, const PartOfSegment &at, const ValuesArgs &results) {
    const bool swar = rows_ == SwarCounts::rows;
    const std::byte *tables = tables_.of(at.part, [&](const Part &part, std::byte *to) { expand(plan, part, to); });
    const Tiling tiles = tiling(plan, at.part.d0, at.d1);
    const std::int64_t shared = swar          ? SwarTile<SwarCounts::rows>::bytes(table_stride(plan.codes()))
                                : rows_ == 32 ? CountTile<32>::bytes(plan.codes())
                                              : CountTile<16>::bytes(plan.codes());
    const std::int64_t blocks = tiles.tiles(rows_, swar ? swar_columns : tile_columns);
    const CountArgs args{.tiling = tiles,
                         .a = plan.job.a + at.begin,
                         .b = plan.job.b + at.begin,
                         .stride = plan.job.d,
                         .slot_of_d = elements<std::int32_t>(plan.of_d),
                         .pair_of_slot = elements<std::int32_t>(plan.pairs) + at.part.first_slot,
                         .row_of_code = elements<std::uint16_t>(row_of_code_),
                         .table = reinterpret_cast<const std::uint16_t *>(tables),
                         .left_codes = static_cast<int>(plan.job.tables->left_codes()),
                         .right_codes = plan.codes(),
                         .max_table_rows = plan.job.tables->max_table_rows,
                         .stoc_len = plan.job.tables->streams.stoc_len,
                         .sums = at.sums,
                         .values = results};
    plan.device.launch(plan.device, grid_of(blocks, std::size_t(shared)), launch_of(rows_, args));
}

// --- bytes ----------------------------------------------------------------------------------------------------------

// Any u and v would do, their residuals are exact; these leave small ones.
CountByBytes::CountByBytes(const CountPlan &plan)
    : ones_of_row_(upload(plan, ones_of_row, plan.job.tables->ones_of_row)),
      first_code_(upload(plan, first_code, plan.job.tables->first_code)) {
    const CountJob &job = plan.job;
    const streams::CountTables &tables = *job.tables;
    const auto root = std::sqrt(float(tables.streams.stoc_len));
    const auto scaled = [&](int ones) { return static_cast<std::int8_t>(std::lround(float(ones) / root)); };
    const auto scaled_all = [&](What what, const Buffer<std::uint16_t> &ones) {
        Buffer<std::int8_t> out(plan.memory, ones.size());
        for (std::size_t i = 0; i < out.size(); i++) out[i] = scaled(ones[i]);
        return upload(plan, what, out);
    };
    const Buffer<std::uint16_t> ones_b = right_ones(plan);
    u_ = scaled_all(u_of_row, tables.ones_of_row);
    v_ = scaled_all(v_of_code, ones_b);
    tables_ = PartTables(plan, part_tables, table_bytes(plan) + sizeof(std::int32_t),
                         [&](const Part &part, std::byte *to) { expand(plan, part, to); });
    rows_ = looked_up<std::int16_t>(plan, looked_up_left, {tables.left_codes(), 1, job.batch * job.n, plan.longest()},
                                    [&](int pair, int code, std::int16_t *row) {
                                        *row = static_cast<std::int16_t>(tables.table_rows_of(pair)[std::abs(code)] +
                                                                         (code < 0 ? tables.max_table_rows : 0));
                                    });
    product_ = byte_product(
        plan, 1,
        [&](int pair, int code, std::int8_t *to) {
            *to = with_sign<std::int8_t>(code, scaled(left_ones(tables, pair, std::abs(code))));
        },
        [&](int pair, int code, std::int8_t *to) {
            const int ones = ones_b[size_of(pair, plan.codes()) + std::size_t(std::abs(code))];
            *to = with_sign<std::int8_t>(code, scaled(ones));
        });
}

// Whole words, as residual_stride is.
std::size_t CountByBytes::table_bytes(const CountPlan &plan) {
    return size_of(plan.most_slots(), 2 * plan.job.tables->max_table_rows, residual_stride(plan.codes()));
}

void CountByBytes::expand(const CountPlan &plan, const Part &part, std::byte *to) const {
    auto *largest = reinterpret_cast<std::int32_t *>(to + table_bytes(plan));
    plan.device.clear(plan.device, largest, sizeof *largest);
    plan.device.launch(plan.device, grid_of(part.slots, threads * sizeof(int)),
                       ResidualsArgs{.pair_of_slot = elements<std::int32_t>(plan.pairs) + part.first_slot,
                                     .slots = part.slots,
                                     .stoc_len = plan.job.tables->streams.stoc_len,
                                     .max_table_rows = plan.job.tables->max_table_rows,
                                     .right_codes = plan.codes(),
                                     .ones_of_row = elements<std::uint16_t>(ones_of_row_),
                                     .first_code = elements<std::int16_t>(first_code_),
                                     .u = elements<std::int8_t>(u_),
                                     .v = elements<std::int8_t>(v_),
                                     .table = reinterpret_cast<std::uint8_t *>(to),
                                     .largest = largest});
}

void CountByBytes::count(const CountPlan &plan, const PartOfSegment &at) {
    const CountJob &job = plan.job;
    const std::byte *tables = tables_.of(at.part, [&](const Part &part, std::byte *to) { expand(plan, part, to); });
    const std::int64_t length = at.d1 - at.part.d0;
    look_up(plan, rows_, job.a, job.batch * job.n, at, length);
    const Tiling tiling = tiling_of(plan, at.part.d0, at.d1, SwarBytes::rows, swar_columns, swar_d);
    plan.device.launch(plan.device,
                       grid_of(tiling.tiles(SwarBytes::rows, swar_columns),
                               std::size_t(SwarTile<SwarBytes::rows>::bytes(residual_stride(plan.codes())))),
                       BytesArgs{.tiling = tiling,
                                 .rows = rows_.values.data(),
                                 .rows_stride = length,
                                 .b = job.b + at.begin,
                                 .stride = job.d,
                                 .slot_of_d = elements<std::int32_t>(plan.of_d),
                                 .table = reinterpret_cast<const std::uint8_t *>(tables),
                                 .largest = reinterpret_cast<const std::int32_t *>(tables + table_bytes(plan)),
                                 .right_codes = plan.codes(),
                                 .max_table_rows = job.tables->max_table_rows,
                                 .sums = at.sums});
    add_product(plan, product_, at);
}

// --- bits -----------------------------------------------------------------------------------------------------------

int CountByBits::stream_bits(int stoc_len) {
    return std::max(16, static_cast<int>(std::bit_ceil(static_cast<unsigned>(stoc_len))));
}

// Numbers of ones up to 127 are bytes as they are; beyond, they have two digits of base 64.
CountByBits::CountByBits(const CountPlan &plan)
    : bits_(stream_bits(plan.job.tables->streams.stoc_len)), groups_(plan.method == CountMethod::wgmma),
      first_code_(upload(plan, first_code, plan.job.tables->first_code)),
      streams_(plan, part_tables, size_of(plan.most_slots(), 2 * plan.codes() - 1, bits_ / 8),
               [&](const Part &part, std::byte *to) { expand(plan, part, to); }) {
    const CountJob &job = plan.job;
    const streams::CountTables &tables = *job.tables;
    const int stoc_len = tables.streams.stoc_len;
    ones_ = looked_up<std::int16_t>(plan, looked_up_left, {tables.left_codes(), 1, job.batch * job.n, plan.longest()},
                                    [&](int pair, int code, std::int16_t *ones) {
                                        *ones = with_sign<std::int16_t>(code, left_ones(tables, pair, std::abs(code)));
                                    });
    if (!job.negative) return;
    const int base = stoc_len <= 127 ? 128 : 64;
    const int digits = stoc_len <= 127 ? 1 : 2;
    const Buffer<std::uint16_t> ones_b = right_ones(plan);
    corrections_ = byte_product(
        plan, 2 * digits,
        [&](int pair, int code, std::int8_t *to) { // |a'| in digits, [sa < 0] for each digit; no ones: no sign
            const int ones = left_ones(tables, pair, std::abs(code));
            const bool negative = code < 0 && ones > 0;
            const int complement = negative ? stoc_len - ones : ones;
            to[0] = static_cast<std::int8_t>(complement % base);
            to[digits] = negative ? 1 : 0;
            if (digits == 1) return;
            to[1] = static_cast<std::int8_t>(complement / base);
            to[3] = static_cast<std::int8_t>(negative ? base : 0);
        },
        [&](int pair, int code, std::int8_t *to) { // - [sb < 0] for each digit, - sb |R| in digits
            const int ones = ones_b[size_of(pair, plan.codes()) + std::size_t(std::abs(code))];
            to[0] = code < 0 ? -1 : 0;
            to[digits] = static_cast<std::int8_t>(code < 0 ? ones % base : -(ones % base));
            if (digits == 1) return;
            to[1] = static_cast<std::int8_t>(code < 0 ? -base : 0);
            to[3] = static_cast<std::int8_t>(code < 0 ? ones / base : -(ones / base));
        });
}

const char *CountByBits::kernel() const {
    static constexpr std::array warps = {"cuda_bits16",  "cuda_bits32",  "cuda_bits64",  "cuda_bits128",
                                         "cuda_bits256", "cuda_bits512", "cuda_bits1024"};
    static constexpr std::array groups = {"cuda_wgmma16",  "cuda_wgmma32",  "cuda_wgmma64",  "cuda_wgmma128",
                                          "cuda_wgmma256", "cuda_wgmma512", "cuda_wgmma1024"};
    const auto place = std::size_t(std::countr_zero(unsigned(bits_ / 16)));
    return groups_ ? groups[place] : warps[place];
}

void CountByBits::expand(const CountPlan &plan, const Part &part, std::byte *to) const {
    plan.device.launch(plan.device, grid_of(part.slots, 0),
                       StreamsArgs{.pair_of_slot = elements<std::int32_t>(plan.pairs) + part.first_slot,
                                   .slots = part.slots,
                                   .stoc_len = plan.job.tables->streams.stoc_len,
                                   .codes = plan.codes(),
                                   .bits = bits_,
                                   .first_code = elements<std::int16_t>(first_code_),
                                   .streams = reinterpret_cast<std::uint16_t *>(to)});
}

void CountByBits::count(const CountPlan &plan, const PartOfSegment &at) {
    const CountJob &job = plan.job;
    const std::byte *streams = streams_.of(at.part, [&](const Part &part, std::byte *to) { expand(plan, part, to); });
    const std::int64_t length = at.d1 - at.part.d0;
    look_up(plan, ones_, job.a, job.batch * job.n, at, length);
    const int stage_d = stage_units * 64 / bits_;
    const Tiling tiling = tiling_of(plan, at.part.d0, at.d1, matrix_rows, matrix_columns, stage_d);
    const BitsArgs args{.tiling = tiling,
                        .ones = ones_.values.data(),
                        .ones_stride = length,
                        .b = job.b + at.begin,
                        .stride = job.d,
                        .slot_of_d = elements<std::int32_t>(plan.of_d),
                        .streams = reinterpret_cast<const std::uint16_t *>(streams),
                        .codes = plan.codes(),
                        .sums = at.sums};
    plan.device.launch(plan.device, grid_of(tiling.tiles(matrix_rows, matrix_columns), bits_stage_bytes(bits_)),
                       groups_ ? launch_of<BitsByGroup>(bits_, args) : launch_of<BitsByWarp>(bits_, args));
    add_product(plan, corrections_, at);
}

} // namespace scmp::cuda
