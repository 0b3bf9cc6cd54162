// Tables and launches of the count.
#include "cuda/counter.h"

#include <algorithm>

#include "base/error.h"
#include "cuda/count.h"
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

} // namespace

Counter::Counter(const Device &device, const CountJob &job, const Work &work)
    : device_(device), job_(job), slots_(slots_of(*job.tables, job.tables->streams.d, most_slots(), work.memory)),
      rows_(tile_rows(job.n, codes())) {
    if (codes() > most_codes) fail(SCMP_ERROR_UNSUPPORTED, "%d levels are more than the GPU's %d", codes(), most_codes);
    const streams::CountTables &tables = *job.tables;
    of_d_ = copy(slots_.of_d.data(), slots_.of_d.size());
    pairs_ = copy(slots_.pairs.data(), slots_.pairs.size());
    row_of_code_ = copy(tables.row_of_code.data(), tables.row_of_code.size());
    ones_of_row_ = copy(tables.ones_of_row.data(), tables.ones_of_row.size());
    first_code_ = copy(tables.first_code.data(), tables.first_code.size());
    std::int64_t most = 0;
    for (const Part &part : slots_.parts) most = std::max(most, part.slots);
    expanded_ = DeviceBuffer<std::uint16_t>(device, std::size_t(most * tables.max_rows * codes()));
}

const char *Counter::kernel() const {
    return rows_ == 64 ? "cuda_rows64" : rows_ == 32 ? "cuda_rows32" : "cuda_rows16";
}

void Counter::add(std::int64_t segment, std::int32_t *sums) {
    const std::int64_t length = job_.segments.length(segment);
    for (const Part &part : slots_.parts) {
        if (part.d0 >= length) break;
        expand(part);
        count(part, std::min(part.d1, length), job_.segments.begin(segment), sums);
    }
}

std::int64_t Counter::most_slots() const {
    const std::size_t each = std::size_t(job_.tables->max_rows) * job_.tables->right_codes() * sizeof(std::uint16_t);
    return std::max<std::int64_t>(1, std::int64_t(device_.table_bytes / each));
}

// Tables of the only part stay from segment to segment.
void Counter::expand(const Part &part) {
    if (expanded_part_ == &part) return;
    expanded_part_ = &part;
    device_.table(device_, grid_of(part.slots, 0),
                  {.pair_of_slot = pairs_.data() + part.first_slot,
                   .slots = part.slots,
                   .stoc_len = job_.tables->streams.stoc_len,
                   .max_rows = job_.tables->max_rows,
                   .right_codes = codes(),
                   .ones_of_row = ones_of_row_.data(),
                   .first_code = first_code_.data(),
                   .table = expanded_.data()});
}

void Counter::count(const Part &part, std::int64_t d1, std::int64_t begin, std::int32_t *sums) const {
    CountArgs args{.a = job_.a + begin,
                   .b = job_.b + begin,
                   .batch = job_.batch,
                   .n = job_.n,
                   .m = job_.m,
                   .stride = job_.d,
                   .d0 = part.d0,
                   .d1 = d1,
                   .splits = 1,
                   .split_d = d1 - part.d0,
                   .slot_of_d = of_d_.data(),
                   .pair_of_slot = pairs_.data() + part.first_slot,
                   .row_of_code = row_of_code_.data(),
                   .table = expanded_.data(),
                   .left_codes = static_cast<int>(job_.tables->left_codes()),
                   .right_codes = codes(),
                   .max_rows = job_.tables->max_rows,
                   .sums = sums};
    // Few tiles leave most of a device idle: then several blocks share one, each with a part of the inner
    // dimension.
    const std::int64_t tiles = args.batch * tiles_of(args.n, rows_) * tiles_of(args.m, tile_columns);
    const std::int64_t wanted = std::max<std::int64_t>(1, device_.full_grid / tiles);
    args.split_d = tiles_of(tiles_of(args.split_d, wanted), tile_d) * tile_d;
    args.splits = tiles_of(d1 - part.d0, args.split_d);
    const std::int64_t shared = rows_ == 64   ? CountTile<64>::bytes(codes())
                                : rows_ == 32 ? CountTile<32>::bytes(codes())
                                              : CountTile<16>::bytes(codes());
    device_.count(device_, grid_of(tiles * args.splits, std::size_t(shared)), rows_, args);
}

} // namespace scmp::cuda
