// Fills in a Device with the CUDA runtime. Memory comes from a stream-ordered pool, so that releasing it does not wait
// for the device.
#include "cuda/host/runtime.h"

#include <cstdlib>

#include "base/error.h"
#include "cuda/block/launch.h"
#include "cuda/host/backend.h"
#include "cuda/host/choice.h"
#include "cuda/kernels.h"

namespace scmp::cuda {
namespace {

// The runtime keeps an error for the next call that asks for it; the exception reports it already.
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

cudaMemPool_t pool_of(const Device &device) {
    return static_cast<cudaMemPool_t>(device.context);
}

void *allocate(const Device &device, std::size_t bytes) {
    void *memory = nullptr;
    check(cudaMallocFromPoolAsync(&memory, bytes, pool_of(device), stream_of(device)), "allocating memory", device);
    return memory;
}

void release(const Device &device, void *memory) noexcept {
    if (cudaFreeAsync(memory, stream_of(device)) != cudaSuccess) cudaGetLastError();
}

// Gives memory that no stream uses back at once.
void trim(const Device &device) noexcept {
    if (cudaMemPoolTrimTo(pool_of(device), 0) != cudaSuccess) cudaGetLastError();
}

// Memory that is still held goes back when it is released.
void close(const Device &device) noexcept {
    if (cudaMemPoolDestroy(pool_of(device)) != cudaSuccess) cudaGetLastError();
}

void *allocate_shared(const Device &device, std::size_t bytes) {
    const InUse in_use(device);
    void *memory = nullptr;
    check(cudaMalloc(&memory, bytes), "allocating memory", device);
    return memory;
}

// Any stream may have used it.
void release_shared(const Device &device, void *memory) noexcept {
    int previous = 0;
    if (cudaGetDevice(&previous) != cudaSuccess || cudaSetDevice(device.index) != cudaSuccess ||
        cudaDeviceSynchronize() != cudaSuccess || cudaFree(memory) != cudaSuccess)
        cudaGetLastError();
    restore(previous);
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

void follow(const Device &device, void *other_stream) {
    cudaEvent_t event = nullptr;
    check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "creating an event", device);
    cudaError_t error = cudaEventRecord(event, static_cast<cudaStream_t>(other_stream));
    if (error == cudaSuccess) error = cudaStreamWaitEvent(stream_of(device), event, 0);
    cudaEventDestroy(event); // the stream goes on waiting for what it marked
    check(error, "letting one stream wait for another", device);
}

cudaMemPool_t make_pool(const Device &device, std::uint64_t keep) {
    cudaMemPoolProps properties{};
    properties.allocType = cudaMemAllocationTypePinned;
    properties.location.type = cudaMemLocationTypeDevice;
    properties.location.id = device.index;
    cudaMemPool_t pool = nullptr;
    check(cudaMemPoolCreate(&pool, &properties), "creating a memory pool", device);
    const cudaError_t error = cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &keep);
    if (error != cudaSuccess) cudaMemPoolDestroy(pool);
    check(error, "telling a memory pool what to keep", device);
    return pool;
}

const char *name_of(const Launch &launch) {
    return std::visit([](const auto &args) { return args.what; }, launch);
}

Device open_like(const Device &device, int index) {
    std::uint64_t keep = 0;
    check(cudaMemPoolGetAttribute(pool_of(device), cudaMemPoolAttrReleaseThreshold, &keep),
          "asking a memory pool what it keeps", device);
    return open_device(index, keep);
}

} // namespace

// 0 where there is no driver or no device.
int device_count() noexcept {
    int count = 0;
    if (cudaGetDeviceCount(&count) == cudaSuccess) return count;
    cudaGetLastError();
    return 0;
}

Device open_device(int index, std::uint64_t keep) {
    const int count = device_count();
    if (index < 0 || index >= count)
        fail(SCMP_ERROR_UNSUPPORTED, "device = %d: this machine has %d CUDA devices that this build can use", index,
             count);
    Device device;
    device.index = index;
    int processors = 0, pools = 0, major = 0, minor = 0;
    check(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, index), "counting multiprocessors",
          device);
    check(cudaDeviceGetAttribute(&pools, cudaDevAttrMemoryPoolsSupported, index), "asking for memory pools", device);
    if (pools == 0) fail(SCMP_ERROR_UNSUPPORTED, "CUDA device %d has no stream-ordered memory", index);
    check(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, index), "asking what it computes", device);
    check(cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, index), "asking what it computes", device);
    device.full_grid = std::int64_t(processors) * 4;
    device.capability = 10 * major + minor;
    device.open = open_like;
    device.close = close;
    device.use = use;
    device.restore = restore;
    device.allocate = allocate;
    device.release = release;
    device.trim = trim;
    device.allocate_shared = allocate_shared;
    device.release_shared = release_shared;
    device.upload = upload;
    device.download = download;
    device.clear = clear;
    device.follow = follow;
    device.launch = [](const Device &d, Grid grid, const Launch &what) {
        check(launch(stream_of(d), grid, what), name_of(what), d);
    };
    device.wait = [](const Device &d) { check(cudaStreamSynchronize(stream_of(d)), "waiting for it", d); };
    device.context = make_pool(device, keep);
    return device;
}

} // namespace scmp::cuda

namespace scmp {

constinit const DeviceBackend cuda_backend = {
    .fill =
        [](Backend &cpu) {
            cuda::fill(cpu);
            cpu.slots.open = [](product::Resources &resources) {
                const scmp_ctx_options &options = resources.options;
                cuda::Device device = cuda::open_device(options.device, options.cache_bytes);
                cuda::force_method(device, named_choice("kernel", options.kernel, "SCMP_CUDA_KERNEL"));
                return cuda::state_of(resources, device);
            };
        },
    .device_count = cuda::device_count,
};

} // namespace scmp
