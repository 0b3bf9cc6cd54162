// See gpu.h.
#include "gpu.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

int attribute(cudaDeviceAttr which) {
    int value = 0;
    check_cuda(cudaDeviceGetAttribute(&value, which, 0), "asking for an attribute");
    return value;
}

std::string version_text(int version) {
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

// What nvidia-smi says of the device that the runtime calls 0; empty where it says nothing.
std::string ask_nvidia_smi(const char *field) {
    std::array<char, 64> bus{};
    check_cuda(cudaDeviceGetPCIBusId(bus.data(), int(bus.size()), 0), "asking for the bus");
    const std::string command = std::string("nvidia-smi --format=csv,noheader,nounits --id=") + bus.data() +
                                " --query-gpu=" + field + " 2>/dev/null";
    const auto close = [](std::FILE *file) { pclose(file); };
    const std::unique_ptr<std::FILE, decltype(close)> answer(popen(command.c_str(), "r"), close);
    std::array<char, 128> line{};
    if (!answer || std::fgets(line.data(), int(line.size()), answer.get()) == nullptr) return "";
    const std::string text = line.data();
    return text.substr(0, text.find_last_not_of(" \n") + 1);
}

} // namespace

void check_cuda(cudaError_t error, const char *what) {
    if (error == cudaSuccess) return;
    cudaGetLastError();
    throw std::runtime_error(std::string(what) + ": " + cudaGetErrorString(error));
}

Machine open_machine() {
    int count = 0;
    if (cudaGetDeviceCount(&count) != cudaSuccess || count == 0) {
        cudaGetLastError();
        throw std::runtime_error("this machine has no CUDA device that the build can use");
    }
    check_cuda(cudaSetDevice(0), "choosing the device");
    cudaDeviceProp properties{};
    check_cuda(cudaGetDeviceProperties(&properties, 0), "asking for properties");
    int driver = 0, runtime = 0;
    check_cuda(cudaDriverGetVersion(&driver), "asking for the driver");
    check_cuda(cudaRuntimeGetVersion(&runtime), "asking for the runtime");
    Machine machine;
    machine.device = properties.name;
    machine.major = properties.major;
    machine.minor = properties.minor;
    machine.processors = properties.multiProcessorCount;
    machine.shared_bytes = properties.sharedMemPerBlockOptin;
    machine.driver = ask_nvidia_smi("driver_version");
    if (machine.driver.empty()) machine.driver = "unknown";
    machine.driver += ", CUDA " + version_text(driver);
    machine.runtime = "CUDA " + version_text(runtime);
    machine.clock_mhz = attribute(cudaDevAttrClockRate) / 1000;
    machine.memory_clock_mhz = attribute(cudaDevAttrMemoryClockRate) / 1000;
    machine.power_limit = ask_nvidia_smi("power.limit");
    return machine;
}

Stream::Stream() {
    check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "making a stream");
}

Stream::~Stream() {
    cudaStreamDestroy(stream_);
}

void Stream::wait() const {
    check_cuda(cudaStreamSynchronize(stream_), "waiting for the device");
}

DeviceClock::DeviceClock(const Stream &stream) : stream_(stream) {
    check_cuda(cudaEventCreate(&start_), "making an event");
    check_cuda(cudaEventCreate(&stop_), "making an event");
}

DeviceClock::~DeviceClock() {
    cudaEventDestroy(start_);
    cudaEventDestroy(stop_);
}

void DeviceClock::start() {
    check_cuda(cudaEventRecord(start_, stream_), "recording an event");
}

double DeviceClock::stop() {
    check_cuda(cudaEventRecord(stop_, stream_), "recording an event");
    check_cuda(cudaEventSynchronize(stop_), "waiting for the device");
    float ms = 0;
    check_cuda(cudaEventElapsedTime(&ms, start_, stop_), "reading events");
    return ms;
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

void *device_memory(std::size_t bytes) {
    void *memory = nullptr;
    if (bytes > 0) check_cuda(cudaMalloc(&memory, bytes), "allocating device memory");
    return memory;
}

void release_device_memory(void *memory) noexcept {
    cudaFree(memory);
}

void upload(void *to, const void *from, std::size_t bytes) {
    check_cuda(cudaMemcpy(to, from, bytes, cudaMemcpyHostToDevice), "copying to the device");
    check_cuda(cudaDeviceSynchronize(), "waiting for the device"); // streams of their own do not wait for copies
}

void download(void *to, const void *from, std::size_t bytes) {
    check_cuda(cudaDeviceSynchronize(), "waiting for the device");
    check_cuda(cudaMemcpy(to, from, bytes, cudaMemcpyDeviceToHost), "copying from the device");
}
