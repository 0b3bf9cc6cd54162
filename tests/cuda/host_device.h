// Devices of the CUDA backend on the host: their memory is the host's, their blocks are HostBlocks. As on a GPU nothing
// happens before somebody waits for it: launches, copies to a device and what is given back take their turn once
// something is downloaded.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "cuda/host/device.h"
#include "support/random.h"

namespace test {

class HostDevice {
public:
    static constexpr int devices = 4;

    explicit HostDevice(const std::string &name) : random_(name) {}
    HostDevice(const HostDevice &) = delete;
    HostDevice &operator=(const HostDevice &) = delete;

    // Valid while this lives. Its limits are for the test to change.
    scmp::cuda::Device device(int index);

    // Does what there is to do.
    void finish();

    // Pieces of memory that are held; shared: those of handles.
    std::size_t blocks_held();
    std::size_t shared_held();
    std::int64_t allocations() const { return allocations_; } // asked for
    std::int64_t launches() const { return launches_; }
    std::int64_t uploads() const { return uploads_; }
    std::int64_t downloads() const { return downloads_; } // the only call that waits
    int trims() const { return trims_; }
    int closed() const { return closed_; }
    const std::vector<void *> &followed() const { return followed_; }
    bool in_use() const { return current_ != nobody; }
    // Launches on a device so far.
    std::int64_t launches_on(int index) const { return launches_on_[std::size_t(index)]; }
    // Something that must not happen did, where it could not be said.
    const std::string &wrong() const { return wrong_; }
    // From now on the allocation, launch or download with this number, counted from 0, fails; -1: none.
    void fail_allocation(std::int64_t number) { failing_allocation_ = number, allocations_ = 0; }
    void fail_launch(std::int64_t number) { failing_launch_ = number, launches_ = 0; }
    void fail_download(std::int64_t number) { failing_download_ = number, downloads_ = 0; }

private:
    struct Slots;
    static constexpr int nobody = -1;
    struct Block {
        std::unique_ptr<std::byte[]> bytes;
        int device;
        bool shared;
    };

    Random random_;
    std::map<void *, Block> memory_;
    std::deque<std::function<void()>> queue_;
    std::int64_t allocations_ = 0, launches_ = 0, uploads_ = 0, downloads_ = 0;
    std::int64_t failing_allocation_ = -1, failing_launch_ = -1, failing_download_ = -1;
    std::int64_t launches_on_[devices] = {};
    int trims_ = 0, closed_ = 0;
    std::vector<void *> followed_;
    int current_ = nobody;
    std::string wrong_;
};

} // namespace test
