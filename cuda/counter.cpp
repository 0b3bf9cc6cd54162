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

} // namespace

Counter::Counter(const Device &device, const CountJob &job, const Work &work)
    : device_(device), job_(job), slots_(slots_of(*job.tables, job.tables->streams.d, most_slots(), work.memory)),
      rows_(tile_rows(job.n, codes())) {
    const streams::CountTables &tables = *job.tables;
    of_d_ = copy(of_d, slots_.of_d.data(), slots_.of_d.size());
    pairs_ = copy(pairs, slots_.pairs.data(), slots_.pairs.size());
    row_of_code_ = copy(row_of_code, tables.row_of_code.data(), tables.row_of_code.size());
    ones_of_row_ = copy(ones_of_row, tables.ones_of_row.data(), tables.ones_of_row.size());
    first_code_ = copy(first_code, tables.first_code.data(), tables.first_code.size());
    std::int64_t most = 0;
    for (const Part &part : slots_.parts) most = std::max(most, part.slots);
    const auto elements_of_part = std::size_t(most * tables.max_rows * codes());
    if (slots_.parts.size() == 1)
        expanded_ =
            shared_array(device, job_.tables, expanded, elements_of_part * sizeof(std::uint16_t),
                         [&](std::byte *to) { expand(slots_.parts.front(), reinterpret_cast<std::uint16_t *>(to)); });
    else
        in_turns_ = DeviceBuffer<std::uint16_t>(device, elements_of_part);
}

void check_codes(const streams::CountTables &tables) {
    if (tables.right_codes() > std::size_t(most_codes))
        fail(SCMP_ERROR_UNSUPPORTED, "b has %zu levels, the GPU's count kernels have room for %d", tables.right_codes(),
             most_codes);
}

const char *Counter::kernel() const {
    return rows_ == 64 ? "cuda_rows64" : rows_ == 32 ? "cuda_rows32" : "cuda_rows16";
}

bool Counter::writes() const {
    return slots_.parts.size() == 1 && job_.segments.number() == 1 && split_d(job_.d) >= job_.d;
}

void Counter::write(const ValuesArgs &results) {
    count(slots_.parts.front(), job_.d, 0, nullptr, results);
}

// Tables that take turns are expanded when it is theirs.
void Counter::add(std::int64_t segment, std::int32_t *sums) {
    const std::int64_t length = job_.segments.length(segment);
    for (const Part &part : slots_.parts) {
        if (part.d0 >= length) break;
        if (!expanded_ && expanded_part_ != &part) expand(part, in_turns_.data());
        expanded_part_ = &part;
        count(part, std::min(part.d1, length), job_.segments.begin(segment), sums, {});
    }
}

std::int64_t Counter::most_slots() const {
    const std::size_t each = std::size_t(job_.tables->max_rows) * job_.tables->right_codes() * sizeof(std::uint16_t);
    return std::max<std::int64_t>(1, std::int64_t(device_.table_bytes / each));
}

// How many of d inner indices one block counts. Few tiles leave most of a device idle: then several blocks share one.
std::int64_t Counter::split_d(std::int64_t d) const {
    const std::int64_t tiles = job_.batch * tiles_of(job_.n, rows_) * tiles_of(job_.m, tile_columns);
    const std::int64_t wanted = std::max<std::int64_t>(1, device_.full_grid / tiles);
    return tiles_of(tiles_of(d, wanted), tile_d) * tile_d;
}

void Counter::expand(const Part &part, std::uint16_t *to) const {
    device_.table(device_, grid_of(part.slots, 0),
                  {.pair_of_slot = elements<std::int32_t>(pairs_) + part.first_slot,
                   .slots = part.slots,
                   .stoc_len = job_.tables->streams.stoc_len,
                   .max_rows = job_.tables->max_rows,
                   .right_codes = codes(),
                   .ones_of_row = elements<std::uint16_t>(ones_of_row_),
                   .first_code = elements<std::int16_t>(first_code_),
                   .table = to});
}

void Counter::count(const Part &part, std::int64_t d1, std::int64_t begin, std::int32_t *sums,
                    const ValuesArgs &results) const {
    const std::int64_t each = split_d(d1 - part.d0);
    const CountArgs args{.a = job_.a + begin,
                         .b = job_.b + begin,
                         .batch = job_.batch,
                         .n = job_.n,
                         .m = job_.m,
                         .stride = job_.d,
                         .d0 = part.d0,
                         .d1 = d1,
                         .splits = tiles_of(d1 - part.d0, each),
                         .split_d = each,
                         .slot_of_d = elements<std::int32_t>(of_d_),
                         .pair_of_slot = elements<std::int32_t>(pairs_) + part.first_slot,
                         .row_of_code = elements<std::uint16_t>(row_of_code_),
                         .table = expanded_ ? elements<std::uint16_t>(expanded_) : in_turns_.data(),
                         .left_codes = static_cast<int>(job_.tables->left_codes()),
                         .right_codes = codes(),
                         .max_rows = job_.tables->max_rows,
                         .sums = sums,
                         .values = results};
    const std::int64_t tiles = args.batch * tiles_of(args.n, rows_) * tiles_of(args.m, tile_columns);
    const std::int64_t shared = rows_ == 64   ? CountTile<64>::bytes(codes())
                                : rows_ == 32 ? CountTile<32>::bytes(codes())
                                              : CountTile<16>::bytes(codes());
    device_.count(device_, grid_of(tiles * args.splits, std::size_t(shared)), rows_, args);
}

} // namespace scmp::cuda
