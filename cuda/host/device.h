// A GPU as products need it: memory, copies, and launches. runtime.cpp fills it in with the CUDA runtime; a test does
// so with loops on the host. No type of CUDA is in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace scmp::cuda {

struct Launch; // cuda/block/launch.h

// How counts are made: cuda/block/count.h, cuda/block/bytes.h, and cuda/block/bits.h by warps and by groups of warps.
enum class CountMethod : std::int32_t { rows, bytes, bits, wgmma };

struct Grid {
    std::int64_t blocks;
    std::size_t shared_bytes;
};

class WorkingMemory;
class DeviceCache;

// Everything happens in the order of the calls; only downloads are known to be done when they return, and what was
// called before them. Functions that may fail throw std::bad_alloc, or DEVICE with the runtime's words.
struct Device {
    int index = 0;
    void *stream = nullptr;            // that everything goes to; NULL: the default one, which waits for others
    std::int64_t full_grid = 1;        // blocks that keep all of it busy
    int capability = 0;                // 10 major + minor
    std::optional<CountMethod> forced; // for all products that it can do; cuda/host/choice.h
    std::size_t table_bytes = std::size_t(64) << 20; // that expanded count tables may take at a time
    void *context = nullptr;                         // of the code that filled it in
    WorkingMemory *working = nullptr;                // counts and places the memory of calls; NULL: the pool alone
    DeviceCache *cache = nullptr;                    // of arrays that calls share; NULL: nothing is cached

    // Another device of the same machine, filled in alike. Throws UNSUPPORTED where there is none.
    Device (*open)(const Device &device, int index) = nullptr;
    void (*close)(const Device &device) noexcept = nullptr;

    // Makes the device the thread's current one and returns which was; puts that back.
    int (*use)(const Device &device) = nullptr;
    void (*restore)(int previous) noexcept = nullptr;

    // Memory in the order of the stream, from a pool that keeps some of what it gets back; trim gives that to the
    // system.
    void *(*allocate)(const Device &device, std::size_t bytes) = nullptr;
    void (*release)(const Device &device, void *memory) noexcept = nullptr;
    void (*trim)(const Device &device) noexcept = nullptr;
    // Memory for any stream; it is released once the whole device is idle. The device need not be current.
    void *(*allocate_shared)(const Device &device, std::size_t bytes) = nullptr;
    void (*release_shared)(const Device &device, void *memory) noexcept = nullptr;

    void (*upload)(const Device &device, void *to, const void *from, std::size_t bytes) = nullptr;
    void (*download)(const Device &device, void *to, const void *from, std::size_t bytes) = nullptr;
    void (*clear)(const Device &device, void *to, std::size_t bytes) = nullptr;
    // Orders all later work behind the work that another stream has by now.
    void (*follow)(const Device &device, void *other_stream) = nullptr;

    // Runs the blocks of a grid with the launch's arguments.
    void (*launch)(const Device &device, Grid grid, const Launch &what) = nullptr;

    // Until everything before is done.
    void (*wait)(const Device &device) = nullptr;
};

// The device is the current one while this lives.
class InUse {
public:
    explicit InUse(const Device &device) : restore_(device.restore), previous_(device.use(device)) {}
    InUse(const InUse &) = delete;
    InUse &operator=(const InUse &) = delete;
    ~InUse() { restore_(previous_); }

private:
    void (*restore_)(int previous) noexcept;
    int previous_;
};

// The memory of calls, from the pool or from a block of the caller's. Either way it is laid out in a block: one piece
// behind another, and from the start again once none is held. So the peak of a call says how large a block must be for
// it, and calls that go to one stream may share a block.
class WorkingMemory {
public:
    static constexpr std::size_t alignment = 256; // of pieces

    // NULL: the pool.
    void set_block(void *block, std::uint64_t bytes) noexcept { block_ = block, bytes_ = bytes; }
    void begin_call() noexcept { peak_ = 0; }
    std::uint64_t peak() const noexcept { return peak_; }

    // Throws OUT_OF_MEMORY where the block is too small.
    void *allocate(const Device &device, std::size_t bytes);
    void release(const Device &device, void *memory) noexcept;

private:
    void *block_ = nullptr;
    std::uint64_t bytes_ = 0;
    std::uint64_t top_ = 0, peak_ = 0; // offsets into the block that there is, or might be
    std::int64_t held_ = 0;            // pieces
};

// Whose memory it is, which says where it comes from: a call's working memory, a context's pool, or neither, for what
// several contexts share and what outlives them.
enum class Owner { call, context, handle };

inline void *allocate(const Device &device, std::size_t bytes, Owner owner) {
    if (owner == Owner::handle) return device.allocate_shared(device, bytes);
    if (owner == Owner::call && device.working != nullptr) return device.working->allocate(device, bytes);
    return device.allocate(device, bytes);
}
inline void release(const Device &device, void *memory, Owner owner) noexcept {
    if (owner == Owner::handle)
        device.release_shared(device, memory);
    else if (owner == Owner::call && device.working != nullptr)
        device.working->release(device, memory);
    else
        device.release(device, memory);
}

// `count` elements in a device's memory, not initialised.
template <class T> class DeviceBuffer {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    DeviceBuffer() = default;
    DeviceBuffer(const Device &device, std::size_t count, Owner owner = Owner::call)
        : device_(&device), count_(count), owner_(owner) {
        if (count > std::numeric_limits<std::size_t>::max() / 2 / sizeof(T)) throw std::bad_alloc();
        if (count > 0) data_ = static_cast<T *>(allocate(device, bytes(), owner));
    }
    // A copy of what is in host memory.
    DeviceBuffer(const Device &device, const T *from, std::size_t count, Owner owner = Owner::call)
        : DeviceBuffer(device, count, owner) {
        if (count > 0) device.upload(device, data_, from, bytes());
    }
    DeviceBuffer(DeviceBuffer &&other) noexcept
        : device_(other.device_), data_(std::exchange(other.data_, nullptr)), count_(std::exchange(other.count_, 0)),
          owner_(other.owner_) {}
    DeviceBuffer &operator=(DeviceBuffer &&other) noexcept {
        std::swap(device_, other.device_);
        std::swap(data_, other.data_);
        std::swap(count_, other.count_);
        std::swap(owner_, other.owner_);
        return *this;
    }
    ~DeviceBuffer() {
        if (data_ != nullptr) release(*device_, data_, owner_);
    }

    T *data() const noexcept { return data_; }
    std::size_t bytes() const noexcept { return count_ * sizeof(T); }

private:
    const Device *device_ = nullptr;
    T *data_ = nullptr;
    std::size_t count_ = 0;
    Owner owner_ = Owner::call;
};

} // namespace scmp::cuda
