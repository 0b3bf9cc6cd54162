// Count tables that a context keeps: keyed by everything that changes them, least recently used out first.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <span>

#include "base/memory.h"
#include "count/kernel.h"
#include "streams/table.h"

struct scmp_config;

namespace scmp::api {

// A share of an immutable configuration, by the handle's reference count.
class ConfigRef {
public:
    ConfigRef() = default;
    explicit ConfigRef(const scmp_config *config) noexcept;
    ConfigRef(ConfigRef &&other) noexcept : config_(std::exchange(other.config_, nullptr)) {}
    ConfigRef(const ConfigRef &other) noexcept : ConfigRef(other.config_) {}
    ConfigRef &operator=(ConfigRef other) noexcept {
        std::swap(config_, other.config_);
        return *this;
    }
    ~ConfigRef();

    const scmp_config *handle() const noexcept { return config_; }
    const streams::Config &operator*() const noexcept;

private:
    const scmp_config *config_ = nullptr;
};

struct TableKey {
    ConfigRef config;
    streams::StreamShape shape;
    std::int64_t d_offset, d;
};

class TableCache {
public:
    TableCache(Memory &memory, std::uint64_t limit) : memory_(memory), limit_(limit), entries_(&memory) {}

    // The tables for this key, from the cache or made now, prepared for the kernel where that pays for so many products
    // in tasks of so many rows, or for tables that are used again, and keeps them within the limit. Tables larger than
    // the limit are the caller's alone.
    std::shared_ptr<const streams::CountTables> get(const TableKey &key, std::span<const std::uint16_t> left_boundary,
                                                    std::span<const std::uint16_t> right_boundary,
                                                    const count::Kernel &kernel, std::int64_t rows, double products);
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

} // namespace scmp::api
