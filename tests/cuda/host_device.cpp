// Runs the blocks of a launch one after another, in any order, and in a grid of any size.
#include "host_device.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <numeric>

#include "base/error.h"
#include "cuda/block/bits.h"
#include "cuda/block/bytes.h"
#include "cuda/block/count.h"
#include "cuda/block/dequantize.h"
#include "cuda/block/gemm.h"
#include "cuda/block/quantize.h"
#include "cuda/block/stage_args.h"
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
    template <class Body> static void launch(const Device &device, Grid grid, Body &&body) {
        HostDevice &self = in_use(device);
        check(grid.blocks > 0 && grid.blocks < std::int64_t(1) << 31, "a grid that CUDA would refuse");
        check(grid.shared_bytes <= 48 * 1024, "more shared memory than every launch may have");
        if (self.launches_++ == self.failing_launch_)
            scmp::fail(SCMP_ERROR_DEVICE, "the launch with number %lld was to fail", scmp::ll(self.failing_launch_));
        self.launches_on_[std::size_t(device.index)]++;
        self.queue_.push_back([&self, grid, body = std::forward<Body>(body)] {
            const std::int64_t blocks = self.random_.chance(50) ? grid.blocks : self.random_.whole(1, grid.blocks);
            const std::int64_t first = self.random_.whole(0, blocks - 1);
            for (std::int64_t i = 0; i < blocks; i++)
                body(HostBlock((first + i) % blocks, blocks, grid.shared_bytes, self.random_));
        });
    }
    static void lines(const Device &device, Grid grid, const LinesArgs &args) {
        launch(device, grid, [args](const HostBlock &block) { lines_block(block, args); });
    }
    static void ranges(const Device &device, Grid grid, const RangesArgs &args) {
        launch(device, grid, [args](const HostBlock &block) { ranges_block(block, args); });
    }
    static void scales(const Device &device, Grid grid, const ScalesArgs &args) {
        launch(device, grid, [args](const HostBlock &block) { scales_block(block, args); });
    }
    static void levels(const Device &device, Grid grid, const LevelsArgs &args) {
        launch(device, grid, [args](const HostBlock &block) { levels_block(block, args); });
    }
    static void table(const Device &device, Grid grid, const TableArgs &args) {
        launch(device, grid, [args](const HostBlock &block) { table_block(block, args); });
    }
    static void count(const Device &device, Grid grid, int tile_rows, const CountArgs &args) {
        launch(device, grid, [tile_rows, args](const HostBlock &block) {
            if (tile_rows == 16)
                count_block<16>(block, args);
            else if (tile_rows == 32)
                count_block<32>(block, args);
            else
                packed_block<PackedCounts>(block, args);
        });
    }
    static void residuals(const Device &device, Grid grid, const ResidualsArgs &args) {
        launch(device, grid, [args](const HostBlock &block) { residuals_block(block, args); });
    }
    static void bytes(const Device &device, Grid grid, const BytesArgs &args) {
        launch(device, grid, [args](const HostBlock &block) { packed_block<PackedBytes>(block, args); });
    }
    static void streams(const Device &device, Grid grid, const StreamsArgs &args) {
        launch(device, grid, [args](const HostBlock &block) { streams_block(block, args); });
    }
    static void gemm(const Device &device, Grid grid, const GemmArgs &args) {
        launch(device, grid, [args](const HostBlock &block) { gemm_block(block, args); });
    }
    template <class T> static void look_up(const Device &device, Grid grid, const LookUpArgs<T> &args) {
        launch(device, grid, [args](const HostBlock &block) { look_up_block(block, args); });
    }
    template <class By> static void bits(const Device &device, Grid grid, int stream_bits, const BitsArgs &args) {
        launch(device, grid, [stream_bits, args](const HostBlock &block) {
            switch (stream_bits) {
            case 16:
                return bits_block<16, By>(block, args);
            case 32:
                return bits_block<32, By>(block, args);
            case 64:
                return bits_block<64, By>(block, args);
            case 128:
                return bits_block<128, By>(block, args);
            case 256:
                return bits_block<256, By>(block, args);
            case 512:
                return bits_block<512, By>(block, args);
            case 1024:
                return bits_block<1024, By>(block, args);
            default:
                fail(format("streams of %d bits", stream_bits));
            }
        });
    }
    static void values(const Device &device, Grid grid, const ValuesArgs &args) {
        launch(device, grid, [args](const HostBlock &block) { values_block(block, args); });
    }
    static void stage(const Device &device, Grid grid, const StageArgs &stage) {
        std::visit(
            [&](const auto &args) { launch(device, grid, [args](const HostBlock &block) { run_block(block, args); }); },
            stage.of);
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
    device.lines = Slots::lines;
    device.ranges = Slots::ranges;
    device.scales = Slots::scales;
    device.levels = Slots::levels;
    device.table = Slots::table;
    device.count = Slots::count;
    device.residuals = Slots::residuals;
    device.bytes = Slots::bytes;
    device.streams = Slots::streams;
    device.bits = Slots::bits<BitsByWarp>;
    device.wgmma = Slots::bits<BitsByGroup>;
    device.look_up8 = Slots::look_up<std::int8_t>;
    device.look_up16 = Slots::look_up<std::int16_t>;
    device.gemm = Slots::gemm;
    device.values = Slots::values;
    device.stage = Slots::stage;
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
