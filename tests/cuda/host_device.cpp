// Runs the blocks of a launch one after another, in any order, and in a grid of any size.
#include "host_device.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <numeric>

#include "base/error.h"
#include "cuda/count.h"
#include "cuda/dequantize.h"
#include "cuda/quantize.h"
#include "host_block.h"
#include "support/test.h"

namespace test {

using namespace scmp::cuda;

struct HostDevice::Slots {
    static HostDevice &host(const Device &device) { return *static_cast<HostDevice *>(device.context); }

    static HostDevice *current; // restore() is told nothing but a number

    static int use(const Device &device) {
        HostDevice &self = host(device);
        check(!self.in_use_, "the device is made the current one twice");
        self.in_use_ = true;
        current = &self;
        return 77;
    }
    static void restore(int previous) noexcept {
        if (previous == 77 && current != nullptr) current->in_use_ = false;
    }
    static void *allocate(const Device &device, std::size_t bytes) {
        HostDevice &self = host(device);
        check(self.in_use_ && bytes > 0, "memory of a device that is not in use, or none");
        if (self.allocations_++ == self.failing_allocation_) throw std::bad_alloc();
        auto block = std::make_unique<std::byte[]>(bytes);
        std::fill_n(block.get(), bytes, std::byte(0xa5));
        void *memory = block.get();
        self.memory_[memory] = std::move(block);
        return memory;
    }
    static void release(const Device &device, void *memory) noexcept { host(device).memory_.erase(memory); }
    static void copy(const Device &device, void *to, const void *from, std::size_t bytes) {
        check(host(device).in_use_, "a copy on a device that is not in use");
        std::memcpy(to, from, bytes);
    }
    static void clear(const Device &device, void *to, std::size_t bytes) {
        check(host(device).in_use_, "a device that is not in use");
        std::memset(to, 0, bytes);
    }

    // Blocks take on more work where there are fewer of them, so any grid gives the same.
    template <class Body> static void launch(const Device &device, Grid grid, Body &&body) {
        HostDevice &self = host(device);
        check(self.in_use_, "a launch on a device that is not in use");
        check(grid.blocks > 0 && grid.blocks < std::int64_t(1) << 31, "a grid that CUDA would refuse");
        check(grid.shared_bytes <= 48 * 1024, "more shared memory than every launch may have");
        if (self.launches_++ == self.failing_launch_)
            scmp::fail(SCMP_ERROR_DEVICE, "the launch with number %lld was to fail", scmp::ll(self.failing_launch_));
        const std::int64_t blocks = self.random_.chance(50) ? grid.blocks : self.random_.whole(1, grid.blocks);
        const std::int64_t first = self.random_.whole(0, blocks - 1);
        for (std::int64_t i = 0; i < blocks; i++)
            body(HostBlock((first + i) % blocks, blocks, grid.shared_bytes, self.random_));
    }
    static void ranges(const Device &device, Grid grid, const RangesArgs &args) {
        launch(device, grid, [&](const HostBlock &block) { ranges_block(block, args); });
    }
    static void scales(const Device &device, Grid grid, const ScalesArgs &args) {
        launch(device, grid, [&](const HostBlock &block) { scales_block(block, args); });
    }
    static void levels(const Device &device, Grid grid, const LevelsArgs &args) {
        launch(device, grid, [&](const HostBlock &block) { levels_block(block, args); });
    }
    static void table(const Device &device, Grid grid, const TableArgs &args) {
        launch(device, grid, [&](const HostBlock &block) { table_block(block, args); });
    }
    static void count(const Device &device, Grid grid, int tile_rows, const CountArgs &args) {
        launch(device, grid, [&](const HostBlock &block) {
            if (tile_rows == 16)
                count_block<16>(block, args);
            else if (tile_rows == 32)
                count_block<32>(block, args);
            else
                count_block<64>(block, args);
        });
    }
    static void values(const Device &device, Grid grid, const ValuesArgs &args) {
        launch(device, grid, [&](const HostBlock &block) { values_block(block, args); });
    }
};

HostDevice *HostDevice::Slots::current = nullptr;

Device HostDevice::device(int index) {
    Device device;
    device.index = index;
    device.context = this;
    device.use = Slots::use;
    device.restore = Slots::restore;
    device.allocate = Slots::allocate;
    device.release = Slots::release;
    device.upload = Slots::copy;
    device.download = Slots::copy;
    device.clear = Slots::clear;
    device.ranges = Slots::ranges;
    device.scales = Slots::scales;
    device.levels = Slots::levels;
    device.table = Slots::table;
    device.count = Slots::count;
    device.values = Slots::values;
    return device;
}

} // namespace test
