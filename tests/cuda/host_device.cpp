// Runs the blocks of a launch one after another, in any order, and in a grid of any size.
#include "host_device.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <numeric>

#include "base/error.h"
#include "cuda/block/launch.h"
#include "host_block.h"
#include "support/test.h"

namespace test {

using namespace scmp::cuda;

struct HostDevice::Slots {
    static HostDevice &host(const Device &device) { return *static_cast<HostDevice *>(device.context); }

    static HostDevice *current; // restore() is told nothing but a number

    static constexpr int before = 77; // the device that the caller has made the current one

    static HostDevice &in_use(const Device &device) {
        HostDevice &self = host(device);
        check(self.current_ == device.index,
              format("device %d is used, device %d is the current one", device.index, self.current_));
        return self;
    }

    static Device open(const Device &device, int index) {
        if (index < 0 || index >= devices)
            scmp::fail(SCMP_ERROR_UNSUPPORTED, "device = %d: this test has %d devices", index, devices);
        Device opened = host(device).device(index);
        opened.full_grid = device.full_grid;
        opened.table_bytes = device.table_bytes;
        return opened;
    }
    static void close(const Device &device) noexcept { host(device).closed_++; }
    static int use(const Device &device) {
        HostDevice &self = host(device);
        check(self.current_ == nobody, "a device is made the current one while another is");
        self.current_ = device.index;
        current = &self;
        return before;
    }
    static void restore(int previous) noexcept {
        if (previous == before && current != nullptr) current->current_ = nobody;
    }
    static void *allocate_block(const Device &device, std::size_t bytes, bool shared) {
        HostDevice &self = host(device);
        check(bytes > 0, "no memory is asked for");
        if (self.allocations_++ == self.failing_allocation_) throw std::bad_alloc();
        auto block = std::make_unique<std::byte[]>(bytes);
        std::fill_n(block.get(), bytes, std::byte(0xa5));
        void *memory = block.get();
        self.memory_[memory] = {std::move(block), device.index, shared};
        return memory;
    }
    static void *allocate(const Device &device, std::size_t bytes) {
        in_use(device);
        return allocate_block(device, bytes, false);
    }
    static void *allocate_shared(const Device &device, std::size_t bytes) {
        return allocate_block(device, bytes, true);
    }
    static void release_block(const Device &device, void *memory, bool shared) noexcept {
        HostDevice &self = host(device);
        const auto found = self.memory_.find(memory);
        if (found == self.memory_.end() || found->second.device != device.index || found->second.shared != shared)
            self.wrong_ = "memory is given back where it does not come from";
        self.queue_.push_back([&self, memory] { self.memory_.erase(memory); });
    }
    static void release(const Device &device, void *memory) noexcept {
        if (host(device).current_ != device.index) host(device).wrong_ = "memory of a device that is not in use";
        release_block(device, memory, false);
    }
    static void release_shared(const Device &device, void *memory) noexcept { release_block(device, memory, true); }
    static void trim(const Device &device) noexcept { host(device).trims_++; }

    static void upload(const Device &device, void *to, const void *from, std::size_t bytes) {
        HostDevice &self = in_use(device);
        self.uploads_++;
        const auto *first = static_cast<const std::byte *>(from);
        self.queue_.push_back([to, content = std::vector<std::byte>(first, first + bytes)] {
            std::memcpy(to, content.data(), content.size());
        });
    }
    static void download(const Device &device, void *to, const void *from, std::size_t bytes) {
        HostDevice &self = in_use(device);
        self.finish();
        if (self.downloads_++ == self.failing_download_)
            scmp::fail(SCMP_ERROR_DEVICE, "the download with number %lld was to fail",
                       scmp::ll(self.failing_download_));
        std::memcpy(to, from, bytes);
    }
    static void clear(const Device &device, void *to, std::size_t bytes) {
        in_use(device).queue_.push_back([to, bytes] { std::memset(to, 0, bytes); });
    }
    static void follow(const Device &device, void *other_stream) { in_use(device).followed_.push_back(other_stream); }

    // Blocks take on more work where there are fewer of them, so any grid gives the same.
    static void launch(const Device &device, Grid grid, const Launch &what) {
        HostDevice &self = in_use(device);
        check(grid.blocks > 0 && grid.blocks < std::int64_t(1) << 31, "a grid that CUDA would refuse");
        check(grid.shared_bytes <= 48 * 1024, "more shared memory than every launch may have");
        if (self.launches_++ == self.failing_launch_)
            scmp::fail(SCMP_ERROR_DEVICE, "the launch with number %lld was to fail", scmp::ll(self.failing_launch_));
        self.launches_on_[std::size_t(device.index)]++;
        self.queue_.push_back([&self, grid, what] {
            const std::int64_t blocks = self.random_.chance(50) ? grid.blocks : self.random_.whole(1, grid.blocks);
            const std::int64_t first = self.random_.whole(0, blocks - 1);
            for (std::int64_t i = 0; i < blocks; i++) {
                const HostBlock block((first + i) % blocks, blocks, grid.shared_bytes, self.random_);
                std::visit([&](const auto &args) { run_block(block, args); }, what);
            }
        });
    }
    static void wait(const Device &device) { in_use(device).finish(); }
};

HostDevice *HostDevice::Slots::current = nullptr;

Device HostDevice::device(int index) {
    Device device;
    device.index = index;
    device.context = this;
    device.capability = 90; // which runs every kernel
    device.open = Slots::open;
    device.close = Slots::close;
    device.use = Slots::use;
    device.restore = Slots::restore;
    device.allocate = Slots::allocate;
    device.release = Slots::release;
    device.trim = Slots::trim;
    device.allocate_shared = Slots::allocate_shared;
    device.release_shared = Slots::release_shared;
    device.upload = Slots::upload;
    device.download = Slots::download;
    device.clear = Slots::clear;
    device.follow = Slots::follow;
    device.launch = Slots::launch;
    device.wait = Slots::wait;
    return device;
}

void HostDevice::finish() {
    while (!queue_.empty()) {
        const std::function<void()> next = std::move(queue_.front());
        queue_.pop_front(); // whatever comes of it
        next();
    }
}

std::size_t HostDevice::blocks_held() {
    finish();
    return memory_.size();
}

std::size_t HostDevice::shared_held() {
    finish();
    std::size_t held = 0;
    for (const auto &[address, block] : memory_) held += block.shared ? 1 : 0;
    return held;
}

} // namespace test
