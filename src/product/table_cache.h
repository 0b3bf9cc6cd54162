// Count tables that a context keeps: keyed by everything that changes them, least recently used out first.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <span>

#include "base/memory.h"
#include "count/kernel.h"
#include "streams/shared_config.h"
#include "streams/table.h"

namespace scmp::product {

struct TableKey {
    streams::ConfigRef config;
    streams::StreamShape shape;
    std::int64_t d_offset, d;
};

// The use that a call makes of tables: by a kernel, in tasks of `rows` rows of a, `products` products in all. The
// kernel decides from it whether prepared tables pay; for the reference kernel they never do.
struct TableUse {
    const count::Kernel &kernel = count::reference_kernel;
    std::int64_t rows = 1;
    double products = 0;
};

class TableCache {
public:
    TableCache(Memory &memory, std::uint64_t limit) : memory_(memory), limit_(limit), entries_(&memory) {}

    // The tables for this key, from the cache or made now, prepared for the kernel where that pays for this use, or
    // for tables that are used again, and keeps them within the limit. Tables larger than the limit are the caller's
    // alone.
    std::shared_ptr<const streams::CountTables> get(const TableKey &key, std::span<const std::uint16_t> left_boundary,
                                                    std::span<const std::uint16_t> right_boundary, const TableUse &use);
    void clear() noexcept { entries_.clear(); }
    std::uint64_t bytes() const noexcept;
    std::uint64_t misses() const noexcept { return misses_; }

private:
    struct Entry {
        TableKey key;
        std::shared_ptr<streams::CountTables> tables;
    };
    void evict() noexcept;

    Memory &memory_;
    std::uint64_t limit_;
    std::uint64_t misses_ = 0;
    std::pmr::list<Entry> entries_; // most recently used first
};

} // namespace scmp::product
