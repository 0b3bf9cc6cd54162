// A thread block of the CUDA backend on the host: its threads take turns, in another order in every phase, so that what
// one reads in the phase in which another writes shows. See cuda/block.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "cuda/block.h"
#include "support/random.h"

namespace test {

class HostBlock {
public:
    template <class T> class PerThread {
    public:
        explicit PerThread(const HostBlock &) : values_(scmp::cuda::threads) {}
        T &operator[](int t) { return values_[std::size_t(t)]; }

    private:
        std::vector<T> values_;
    };

    // Shared memory is exactly as large as the launch says, and full of anything.
    HostBlock(std::int64_t index, std::int64_t count, std::size_t shared_bytes, Random &random)
        : index_(index), count_(count), shared_(new std::byte[shared_bytes]), random_(random) {
        std::fill_n(shared_.get(), shared_bytes, std::byte(0xa5));
    }

    std::int64_t index() const { return index_; }
    std::int64_t count() const { return count_; }
    void *shared() const { return shared_.get(); }
    // Multiplying by an odd number permutes 0 .. threads - 1, a power of two.
    template <class Body> void each_thread(Body &&body) const {
        static_assert((scmp::cuda::threads & (scmp::cuda::threads - 1)) == 0);
        const auto step = static_cast<unsigned>(random_.whole(0, scmp::cuda::threads / 2 - 1)) * 2 + 1;
        const auto start = static_cast<unsigned>(random_.whole(0, scmp::cuda::threads - 1));
        for (unsigned i = 0; i < scmp::cuda::threads; i++)
            body(static_cast<int>((i * step + start) % scmp::cuda::threads));
    }
    void add(std::int32_t *to, std::int32_t value) const { *to += value; }

private:
    std::int64_t index_, count_;
    std::unique_ptr<std::byte[]> shared_;
    Random &random_;
};

} // namespace test
