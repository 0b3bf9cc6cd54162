// Looks tables up, makes what is missing, and keeps to the limit.
#include "product/table_cache.h"

#include <algorithm>
#include <limits>

namespace scmp::product {

std::uint64_t TableCache::bytes() const noexcept {
    std::uint64_t total = 0;
    for (const Entry &entry : entries_) total += entry.tables->bytes();
    return total;
}

void TableCache::evict() noexcept {
    while (!entries_.empty() && bytes() > limit_) entries_.pop_back();
}

std::shared_ptr<const streams::CountTables> TableCache::get(const TableKey &key,
                                                            std::span<const std::uint16_t> left_boundary,
                                                            std::span<const std::uint16_t> right_boundary,
                                                            const TableUse &use) {
    double products = use.products;
    const auto same = [&](const Entry &entry) {
        const auto equal = [](std::span<const std::uint16_t> a, const streams::Boundaries &b) {
            return std::equal(a.begin(), a.end(), b.begin(), b.end());
        };
        return entry.key.d == key.d && entry.key.d_offset == key.d_offset && entry.key.shape == key.shape &&
               equal(left_boundary, entry.tables->left_boundary) &&
               equal(right_boundary, entry.tables->right_boundary) &&
               (entry.key.config.handle() == key.config.handle() || *entry.key.config == *key.config);
    };
    const auto found = std::find_if(entries_.begin(), entries_.end(), same);
    if (found != entries_.end()) {
        products = std::numeric_limits<double>::infinity(); // as many as will come
        entries_.splice(entries_.begin(), entries_, found);
    } else {
        auto tables = std::allocate_shared<streams::CountTables>(std::pmr::polymorphic_allocator<>(&memory_), memory_);
        streams::build_tables(*key.config, key.shape, {key.d_offset, key.d}, left_boundary, right_boundary, *tables);
        entries_.push_front({key, std::move(tables)});
        misses_++;
    }
    std::shared_ptr<streams::CountTables> tables = entries_.front().tables;
    if (tables->prepared_for != &use.kernel && tables->pairs() > 0 &&
        use.kernel.prepare_pays(*tables, use.rows, products)) {
        const std::size_t bytes = use.kernel.prepared_bytes(*tables);
        if (tables->bytes() - tables->prepared.size() + bytes <= limit_) {
            tables->prepared = Buffer<std::byte>(memory_, bytes);
            use.kernel.prepare(*tables, tables->prepared.data());
            tables->prepared_for = &use.kernel;
        }
    }
    evict();
    return tables;
}

} // namespace scmp::product
