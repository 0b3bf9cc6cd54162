// A device of the CUDA backend on the host: its memory is the host's, its blocks are HostBlocks.
#pragma once

#include <cstddef>
#include <map>
#include <memory>

#include "cuda/device.h"
#include "support/random.h"

namespace test {

class HostDevice {
public:
    explicit HostDevice(const std::string &name) : random_(name) {}
    HostDevice(const HostDevice &) = delete;
    HostDevice &operator=(const HostDevice &) = delete;

    // Valid while this lives. Its limits are for the test to change.
    scmp::cuda::Device device(int index);

    std::size_t blocks_held() const { return memory_.size(); }
    std::int64_t allocations() const { return allocations_; }
    std::int64_t launches() const { return launches_; }
    bool in_use() const { return in_use_; }
    // From now on the allocation or launch with this number, counted from 0, fails; -1: none.
    void fail_allocation(std::int64_t number) { failing_allocation_ = number, allocations_ = 0; }
    void fail_launch(std::int64_t number) { failing_launch_ = number, launches_ = 0; }

private:
    struct Slots;

    Random random_;
    std::map<void *, std::unique_ptr<std::byte[]>> memory_;
    std::int64_t allocations_ = 0, launches_ = 0;
    std::int64_t failing_allocation_ = -1, failing_launch_ = -1;
    bool in_use_ = false;
};

} // namespace test
