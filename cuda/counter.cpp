// Tables and launches of the count.
#include "cuda/counter.h"

#include <algorithm>

#include "base/error.h"
#include "cuda/operand.h"

namespace scmp::cuda {
namespace {

Slots slots_of(const streams::CountTables &tables, std::int64_t d, std::int64_t most,
               std::pmr::memory_resource &memory) {
    Slots slots(memory);
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

std::int64_t most_slots(const Device &device, const streams::CountTables &tables) {
    const std::size_t each = std::size_t(tables.max_rows) * tables.right_codes() * sizeof(std::uint16_t);
    return std::max<std::int64_t>(1, std::int64_t(device.table_bytes / each));
}

std::size_t table_elements(const streams::CountTables &tables, std::int64_t slots) {
    return std::size_t(slots) * std::size_t(tables.max_rows) * tables.right_codes();
}

// The tables of a part's slots, one after another.
void expand(const Device &device, const streams::CountTables &tables, const TableArrays &arrays, const Part &part,
            std::uint16_t *to) {
    device.table(device, grid_of(part.slots, 0),
                 {.pair_of_slot = arrays.pairs.data() + part.first_slot,
                  .slots = part.slots,
                  .stoc_len = tables.streams.stoc_len,
                  .max_rows = tables.max_rows,
                  .right_codes = static_cast<int>(tables.right_codes()),
                  .ones_of_row = arrays.ones_of_row.data(),
                  .first_code = arrays.first_code.data(),
                  .table = to});
}

template <class T> DeviceBuffer<T> copy(const Device &device, const T *from, std::size_t count) {
    return DeviceBuffer<T>(device, from, count, Owner::context);
}

} // namespace

void check_codes(const streams::CountTables &tables) {
    if (tables.right_codes() > std::size_t(most_codes))
        fail(SCMP_ERROR_UNSUPPORTED, "b has %zu levels, the GPU's count kernels have room for %d", tables.right_codes(),
             most_codes);
}

TableArrays::TableArrays(const Device &device, const streams::CountTables &tables, std::pmr::memory_resource &memory)
    : slots(slots_of(tables, tables.streams.d, most_slots(device, tables), memory)),
      of_d(copy(device, slots.of_d.data(), slots.of_d.size())),
      pairs(copy(device, slots.pairs.data(), slots.pairs.size())),
      row_of_code(copy(device, tables.row_of_code.data(), tables.row_of_code.size())),
      ones_of_row(copy(device, tables.ones_of_row.data(), tables.ones_of_row.size())),
      first_code(copy(device, tables.first_code.data(), tables.first_code.size())) {
    if (slots.parts.size() != 1) return;
    const Part &part = slots.parts.front();
    expanded = DeviceBuffer<std::uint16_t>(device, table_elements(tables, part.slots), Owner::context);
    expand(device, tables, *this, part, expanded.data());
}

Counter::Counter(const Device &device, const CountJob &job, const TableArrays &arrays)
    : device_(device), job_(job), arrays_(arrays), rows_(tile_rows(job.n, codes())) {
    if (arrays.slots.parts.size() == 1) return;
    std::int64_t most = 0;
    for (const Part &part : arrays.slots.parts) most = std::max(most, part.slots);
    expanded_ = DeviceBuffer<std::uint16_t>(device, table_elements(*job.tables, most));
}

const char *Counter::kernel() const {
    return rows_ == 64 ? "cuda_rows64" : rows_ == 32 ? "cuda_rows32" : "cuda_rows16";
}

bool Counter::writes() const {
    return arrays_.slots.parts.size() == 1 && job_.segments.number() == 1 && split_d(job_.d) >= job_.d;
}

void Counter::write(const ValuesArgs &results) const {
    CountArgs args{};
    args.values = results;
    args.table = arrays_.expanded.data();
    launch(arrays_.slots.parts.front(), job_.d, 0, args);
}

void Counter::add(std::int64_t segment, std::int32_t *sums) {
    const std::int64_t length = job_.segments.length(segment);
    for (const Part &part : arrays_.slots.parts) {
        if (part.d0 >= length) break;
        CountArgs args{};
        args.sums = sums;
        args.table = expanded(part);
        launch(part, std::min(part.d1, length), job_.segments.begin(segment), args);
    }
}

// The tables of a part; those of the only one stay from call to call.
const std::uint16_t *Counter::expanded(const Part &part) {
    if (expanded_.data() == nullptr) return arrays_.expanded.data();
    if (expanded_part_ != &part) expand(device_, *job_.tables, arrays_, part, expanded_.data());
    expanded_part_ = &part;
    return expanded_.data();
}

// How many of d inner indices one block counts. Few tiles leave most of a device idle: then several blocks share one.
std::int64_t Counter::split_d(std::int64_t d) const {
    const std::int64_t tiles = job_.batch * tiles_of(job_.n, rows_) * tiles_of(job_.m, tile_columns);
    const std::int64_t wanted = std::max<std::int64_t>(1, device_.full_grid / tiles);
    return tiles_of(tiles_of(d, wanted), tile_d) * tile_d;
}

// Fills in all but where tables are and where sums go.
void Counter::launch(const Part &part, std::int64_t d1, std::int64_t begin, CountArgs &args) const {
    args.a = job_.a + begin;
    args.b = job_.b + begin;
    args.batch = job_.batch;
    args.n = job_.n;
    args.m = job_.m;
    args.stride = job_.d;
    args.d0 = part.d0;
    args.d1 = d1;
    args.split_d = split_d(d1 - part.d0);
    args.splits = tiles_of(d1 - part.d0, args.split_d);
    args.slot_of_d = arrays_.of_d.data();
    args.pair_of_slot = arrays_.pairs.data() + part.first_slot;
    args.row_of_code = arrays_.row_of_code.data();
    args.left_codes = static_cast<int>(job_.tables->left_codes());
    args.right_codes = codes();
    args.max_rows = job_.tables->max_rows;
    const std::int64_t tiles = job_.batch * tiles_of(job_.n, rows_) * tiles_of(job_.m, tile_columns);
    const std::int64_t shared = rows_ == 64   ? CountTile<64>::bytes(codes())
                                : rows_ == 32 ? CountTile<32>::bytes(codes())
                                              : CountTile<16>::bytes(codes());
    device_.count(device_, grid_of(tiles * args.splits, std::size_t(shared)), rows_, args);
}

} // namespace scmp::cuda
