// A configuration behind its public handle, and the shares of it that contexts, packed operands and kept tables hold.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <utility>

#include "base/memory.h"
#include "streams/config.h"

struct scmp_config {
    explicit scmp_config(const scmp::Allocator &allocator) : memory(allocator), config(memory), warning(&memory) {}

    scmp::Memory memory;
    mutable std::atomic<int> references{1};
    scmp::streams::Config config;
    std::pmr::string warning; // "" where there is nothing to say
    std::size_t identity = 0; // where there is a warning: the same for configurations that are the same
};

namespace scmp::streams {

// Gives up one reference; the last one destroys. NULL is ignored.
void release_config(const scmp_config *config) noexcept;

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
    const Config &operator*() const noexcept { return config_->config; }

private:
    const scmp_config *config_ = nullptr;
};

} // namespace scmp::streams
