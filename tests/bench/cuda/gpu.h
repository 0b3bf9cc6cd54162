// The GPU that is measured: what it is called, and owners of its streams, events and memory. Everything throws
// std::runtime_error with the runtime's words.
#pragma once

#include <cstddef>
#include <vector>

#include <cuda_runtime_api.h>

#include "measurements.h"

void check_cuda(cudaError_t error, const char *what);

// Device 0, which is the first that CUDA_VISIBLE_DEVICES leaves.
Machine open_machine();

class Stream {
public:
    Stream();
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;
    ~Stream();
    operator cudaStream_t() const { return stream_; }
    void wait() const;

private:
    cudaStream_t stream_ = nullptr;
};

// Measures from start() to stop() on a stream.
class DeviceClock {
public:
    explicit DeviceClock(const Stream &stream);
    DeviceClock(const DeviceClock &) = delete;
    DeviceClock &operator=(const DeviceClock &) = delete;
    ~DeviceClock();
    void start();
    double stop(); // milliseconds; waits for the stream

private:
    const Stream &stream_;
    cudaEvent_t start_ = nullptr, stop_ = nullptr;
};

// Of at least one number.
double median(std::vector<double> values);

void *device_memory(std::size_t bytes);
void release_device_memory(void *memory) noexcept;
void upload(void *to, const void *from, std::size_t bytes);
void download(void *to, const void *from, std::size_t bytes);

// `count` elements in device memory.
template <class T> class DeviceArray {
public:
    explicit DeviceArray(std::size_t count)
        : count_(count), data_(static_cast<T *>(device_memory(count * sizeof(T)))) {}
    explicit DeviceArray(const std::vector<T> &from) : DeviceArray(from.size()) {
        upload(data_, from.data(), from.size() * sizeof(T));
    }
    DeviceArray(const DeviceArray &) = delete;
    DeviceArray &operator=(const DeviceArray &) = delete;
    ~DeviceArray() { release_device_memory(data_); }

    T *data() const { return data_; }
    std::vector<T> fetched() const {
        std::vector<T> out(count_);
        download(out.data(), data_, count_ * sizeof(T));
        return out;
    }

private:
    std::size_t count_;
    T *data_;
};
