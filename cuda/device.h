// What a product needs of a GPU: memory, copies, and the launch of each stage. runtime.cpp fills it in with the CUDA
// runtime; a test does so with loops on the host. No type of CUDA is in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>

namespace scmp::cuda {

struct RangesArgs;
struct ScalesArgs;
struct LevelsArgs;
struct TableArgs;
struct CountArgs;
struct ValuesArgs;

struct Grid {
    std::int64_t blocks;
    std::size_t shared_bytes;
};

// Everything happens in the order of the calls; only downloads are known to be done when they return. Functions
// that may fail throw std::bad_alloc, or DEVICE with the runtime's words.
struct Device {
    int index = 0;
    void *stream = nullptr;     // that everything goes to; NULL: the default one, which waits for others
    std::int64_t full_grid = 1; // blocks that keep all of it busy
    std::size_t table_bytes = std::size_t(64) << 20; // that expanded count tables may take at a time
    void *context = nullptr;                         // of whoever filled it in

    // Makes the device the thread's current one and returns which was; puts that back.
    int (*use)(const Device &device) = nullptr;
    void (*restore)(int previous) noexcept = nullptr;

    void *(*allocate)(const Device &device, std::size_t bytes) = nullptr;
    void (*release)(const Device &device, void *memory) noexcept = nullptr;
    void (*upload)(const Device &device, void *to, const void *from, std::size_t bytes) = nullptr;
    void (*download)(const Device &device, void *to, const void *from, std::size_t bytes) = nullptr;
    void (*clear)(const Device &device, void *to, std::size_t bytes) = nullptr;

    void (*ranges)(const Device &device, Grid grid, const RangesArgs &args) = nullptr;
    void (*scales)(const Device &device, Grid grid, const ScalesArgs &args) = nullptr;
    void (*levels)(const Device &device, Grid grid, const LevelsArgs &args) = nullptr;
    void (*table)(const Device &device, Grid grid, const TableArgs &args) = nullptr;
    void (*count)(const Device &device, Grid grid, int tile_rows, const CountArgs &args) = nullptr;
    void (*values)(const Device &device, Grid grid, const ValuesArgs &args) = nullptr;
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

// `count` elements in a device's memory, not initialised.
template <class T> class DeviceBuffer {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    DeviceBuffer() = default;
    DeviceBuffer(const Device &device, std::size_t count) : device_(&device) {
        if (count > std::numeric_limits<std::size_t>::max() / 2 / sizeof(T)) throw std::bad_alloc();
        if (count > 0) data_ = static_cast<T *>(device.allocate(device, count * sizeof(T)));
    }
    // A copy of what is in host memory.
    DeviceBuffer(const Device &device, const T *from, std::size_t count) : DeviceBuffer(device, count) {
        if (count > 0) device.upload(device, data_, from, count * sizeof(T));
    }
    DeviceBuffer(DeviceBuffer &&other) noexcept : device_(other.device_), data_(std::exchange(other.data_, nullptr)) {}
    DeviceBuffer &operator=(DeviceBuffer &&other) noexcept {
        std::swap(device_, other.device_);
        std::swap(data_, other.data_);
        return *this;
    }
    ~DeviceBuffer() {
        if (data_ != nullptr) device_->release(*device_, data_);
    }

    T *data() const noexcept { return data_; }

private:
    const Device *device_ = nullptr;
    T *data_ = nullptr;
};

} // namespace scmp::cuda
