// The memory and caches that a context keeps on its GPUs.
#include "cuda/host/gpu.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/divide.h"
#include "base/error.h"

namespace scmp::cuda {
namespace {

// Releases what cannot report a failure. Where the device cannot even be made the current one, nothing of it is left.
template <class Body> void quietly(const Device &device, Body &&body) noexcept {
    try {
        const InUse in_use(device);
        body();
    } catch (...) { // NOLINT(bugprone-empty-catch)
    }
}

} // namespace

// --- Working memory -------------------------------------------------------------------------------------------------

void *WorkingMemory::allocate(const Device &device, std::size_t bytes) {
    // The start of the block may have to be aligned, too.
    const unsigned long long skipped = (alignment - reinterpret_cast<std::uintptr_t>(block_) % alignment) % alignment;
    const unsigned long long end = top_ + round_up(bytes, alignment);
    if (block_ != nullptr && end + skipped > bytes_)
        fail(SCMP_ERROR_OUT_OF_MEMORY, "the CUDA workspace has %llu bytes, this call needs at least %llu",
             static_cast<unsigned long long>(bytes_), end + skipped);
    void *memory =
        block_ != nullptr ? static_cast<std::byte *>(block_) + skipped + top_ : device.allocate(device, bytes);
    top_ = end;
    peak_ = std::max(peak_, top_);
    held_++;
    return memory;
}

void WorkingMemory::release(const Device &device, void *memory) noexcept {
    if (block_ == nullptr) device.release(device, memory);
    if (--held_ == 0) top_ = 0;
}

// --- One GPU --------------------------------------------------------------------------------------------------------

Gpu::Gpu(const Device &opened, Memory &memory, std::uint64_t limit) : device_(opened), cache_(device_, memory, limit) {
    device_.working = &working_;
    device_.cache = &cache_;
}

Gpu::~Gpu() {
    quietly(device_, [&] {
        cache_.clear();
        report_ = {};
        device_.close(device_);
    });
}

void Gpu::set_stream(void *stream) {
    if (stream == device_.stream) return;
    Device changed = device_;
    changed.stream = stream;
    if (call_ > 0) { // else there is nothing to come after
        const InUse in_use(changed);
        changed.follow(changed, device_.stream);
    }
    device_.stream = stream;
}

NonFiniteCall Gpu::begin_call() {
    working_.begin_call();
    if (report_.data() == nullptr) {
        DeviceBuffer<NonFiniteReport> made(device_, 1, Owner::context);
        device_.clear(device_, made.data(), sizeof(NonFiniteReport));
        report_ = std::move(made);
    }
    if (call_ == std::numeric_limits<std::int32_t>::max()) { // numbers start again: old ones must not be met
        device_.clear(device_, report_.data(), sizeof(NonFiniteReport::last_call));
        call_ = synchronized_ = 0;
    }
    return {report_.data(), ++call_};
}

void Gpu::synchronize() {
    if (report_.data() == nullptr) return;
    const InUse in_use(device_);
    NonFiniteReport found{};
    device_.download(device_, &found, report_.data(), sizeof found);
    const std::int32_t before = std::exchange(synchronized_, call_);
    if (found.first_call == 0) return;
    device_.clear(device_, report_.data(), sizeof found);
    fail(SCMP_ERROR_NON_FINITE,
         "%s of call %d of the %d since the last synchronization has a value that is NaN or infinite, as given or "
         "once it is smoothed: its outputs were left alone, and so were those of later calls like it",
         found.of_operand[0] == 0   ? "b"
         : found.of_operand[1] == 0 ? "a"
                                    : "each of a and b",
         found.first_call - before, call_ - before);
}

void Gpu::clear_cache() noexcept {
    if (cache_.bytes() > 0) quietly(device_, [&] { cache_.clear(); });
}

void Gpu::trim() noexcept {
    quietly(device_, [&] { device_.trim(device_); });
}

// --- All of them ----------------------------------------------------------------------------------------------------

void Gpus::set(const Device &own) {
    gpus_.clear();
    gpus_.emplace_back(own, memory_, limit_);
}

Gpu &Gpus::at(int index) {
    for (Gpu &gpu : gpus_)
        if (gpu.device().index == index) return gpu;
    const Device &like = gpus_.front().device();
    Device opened = like.open(like, index);
    opened.forced = like.forced; // for products that it can do
    try {
        return gpus_.emplace_back(opened, memory_, limit_);
    } catch (...) {
        opened.close(opened);
        throw;
    }
}

// Every device is waited for, and the first error reported.
void Gpus::synchronize() {
    std::optional<Error> first;
    for (Gpu &gpu : gpus_) try {
            gpu.synchronize();
        } catch (const Error &error) {
            if (!first) first = error;
        }
    if (first) throw Error(*first);
}

void Gpus::clear_cache() noexcept {
    for (Gpu &gpu : gpus_) gpu.clear_cache();
}

void Gpus::trim() noexcept {
    for (Gpu &gpu : gpus_) gpu.trim();
}

std::uint64_t Gpus::cached_bytes() const noexcept {
    std::uint64_t total = 0;
    for (const Gpu &gpu : gpus_) total += gpu.cache().bytes();
    return total;
}

} // namespace scmp::cuda
