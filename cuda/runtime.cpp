// Fills in a Device with the CUDA runtime. All memory comes from the device's stream-ordered pool, so that giving it
// back waits for nobody.
#include "cuda/runtime.h"

#include "base/error.h"
#include "cuda/count.h"
#include "cuda/dequantize.h"
#include "cuda/kernels.h"
#include "cuda/quantize.h"

namespace scmp::cuda {
namespace {

// The runtime keeps an error for whoever asks next; that one has been told.
void check(cudaError_t error, const char *what, const Device &device) {
    if (error == cudaSuccess) return;
    cudaGetLastError();
    if (error == cudaErrorMemoryAllocation) throw std::bad_alloc();
    fail(SCMP_ERROR_DEVICE, "CUDA device %d, %s: %s (%s)", device.index, what, cudaGetErrorString(error),
         cudaGetErrorName(error));
}

cudaStream_t stream_of(const Device &device) {
    return static_cast<cudaStream_t>(device.stream);
}

int use(const Device &device) {
    int previous = 0;
    check(cudaGetDevice(&previous), "asking for the current device", device);
    if (previous != device.index) check(cudaSetDevice(device.index), "making it the current one", device);
    return previous;
}

void restore(int previous) noexcept {
    int current = 0;
    if (cudaGetDevice(&current) != cudaSuccess || current != previous) cudaSetDevice(previous);
}

void *allocate(const Device &device, std::size_t bytes) {
    void *memory = nullptr;
    check(cudaMallocAsync(&memory, bytes, stream_of(device)), "allocating memory", device);
    return memory;
}

void upload(const Device &device, void *to, const void *from, std::size_t bytes) {
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream_of(device)), "copying to it", device);
}

void download(const Device &device, void *to, const void *from, std::size_t bytes) {
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, stream_of(device)), "copying from it", device);
    check(cudaStreamSynchronize(stream_of(device)), "waiting for it", device);
}

void clear(const Device &device, void *to, std::size_t bytes) {
    check(cudaMemsetAsync(to, 0, bytes, stream_of(device)), "clearing memory", device);
}

} // namespace

bool in_build() noexcept {
    return true;
}

// Names devices once there are some in tests/cuda/RUNS.md.
const char *status() noexcept {
    return "has run only on the host shim, on no device yet";
}

int device_count() noexcept {
    int count = 0;
    if (cudaGetDeviceCount(&count) == cudaSuccess) return count;
    cudaGetLastError();
    return 0;
}

Device open_device(int index) {
    const int count = device_count();
    if (index < 0 || index >= count)
        fail(SCMP_ERROR_UNSUPPORTED, "device = %d: this machine has %d CUDA devices that this build can use", index,
             count);
    Device device;
    device.index = index;
    int processors = 0, pools = 0;
    check(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, index), "counting multiprocessors",
          device);
    check(cudaDeviceGetAttribute(&pools, cudaDevAttrMemoryPoolsSupported, index), "asking for memory pools", device);
    if (pools == 0) fail(SCMP_ERROR_UNSUPPORTED, "CUDA device %d has no stream-ordered memory", index);
    device.full_grid = std::int64_t(processors) * 4;
    device.use = use;
    device.restore = restore;
    device.allocate = allocate;
    device.release = [](const Device &d, void *memory) noexcept {
        if (cudaFreeAsync(memory, stream_of(d)) != cudaSuccess) cudaGetLastError();
    };
    device.upload = upload;
    device.download = download;
    device.clear = clear;
    device.ranges = [](const Device &d, Grid grid, const RangesArgs &args) {
        check(launch_ranges(stream_of(d), grid, args), "launching ranges", d);
    };
    device.scales = [](const Device &d, Grid grid, const ScalesArgs &args) {
        check(launch_scales(stream_of(d), grid, args), "launching scales", d);
    };
    device.levels = [](const Device &d, Grid grid, const LevelsArgs &args) {
        check(launch_levels(stream_of(d), grid, args), "launching levels", d);
    };
    device.table = [](const Device &d, Grid grid, const TableArgs &args) {
        check(launch_table(stream_of(d), grid, args), "launching tables", d);
    };
    device.count = [](const Device &d, Grid grid, int tile_rows, const CountArgs &args) {
        check(launch_count(stream_of(d), grid, tile_rows, args), "launching the count", d);
    };
    device.values = [](const Device &d, Grid grid, const ValuesArgs &args) {
        check(launch_values(stream_of(d), grid, args), "launching values", d);
    };
    return device;
}

} // namespace scmp::cuda
