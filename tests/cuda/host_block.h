// A thread block of the CUDA backend on the host: its threads take turns, in another order in every phase, so that what
// one reads in the phase in which another writes shows. See cuda/block/block.h.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "cuda/block/block.h"
#include "host_mma.h"
#include "support/random.h"

namespace test {

class HostBlock {
public:
    static constexpr bool multiplies_bits = true, multiplies_group_bits = true;

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
    // A phase. Multiplying by an odd number permutes 0 .. threads - 1, a power of two.
    template <class Body> void each_thread(Body &&body) const {
        static_assert((scmp::cuda::threads & (scmp::cuda::threads - 1)) == 0);
        check(!open_, "a phase begins where no barrier has ended the one before");
        const auto step = static_cast<unsigned>(random_.whole(0, scmp::cuda::threads / 2 - 1)) * 2 + 1;
        const auto start = static_cast<unsigned>(random_.whole(0, scmp::cuda::threads - 1));
        for (unsigned i = 0; i < scmp::cuda::threads; i++)
            body(static_cast<int>((i * step + start) % scmp::cuda::threads));
    }
    template <class Body> void each_lane(Body &&body) const {
        open_ = false;
        each_thread(body);
        open_ = true;
    }
    void barrier() const { open_ = false; }
    void add(std::int32_t *to, std::int32_t value) const {
        *to = static_cast<std::int32_t>(static_cast<std::uint32_t>(*to) + static_cast<std::uint32_t>(value));
    }
    void raise(std::int32_t *to, std::int32_t value) const { *to = std::max(*to, value); }

    void multiply_bytes(PerThread<scmp::cuda::WarpSums> &sums, PerThread<scmp::cuda::WarpLeft> &left,
                        PerThread<scmp::cuda::WarpRight> &right) const {
        multiply(mma::bytes, sums, left, right);
    }
    void multiply_bits(PerThread<scmp::cuda::WarpSums> &sums, PerThread<scmp::cuda::WarpLeft> &left,
                       PerThread<scmp::cuda::WarpRight> &right) const {
        multiply(mma::bits, sums, left, right);
    }
    // Addresses in shared memory begin at 0 here.
    void group_written(int) const { group_written_++; }
    void multiply_group_bits(PerThread<scmp::cuda::GroupSums> &sums, PerThread<scmp::cuda::GroupLeft> &left,
                             const void *columns) const {
        check(group_written_ == scmp::cuda::threads, "columns of a group that not every thread has said it wrote");
        group_written_ = 0;
        const auto *shared = reinterpret_cast<const unsigned char *>(shared_.get());
        const auto address = static_cast<std::uint32_t>(static_cast<const unsigned char *>(columns) - shared);
        for (int first = 0; first < scmp::cuda::threads; first += 128)
            for (int step = 0; step < scmp::cuda::group_steps; step++)
                mma::multiply_group(
                    scmp::cuda::group_descriptor(address +
                                                 static_cast<std::uint32_t>(step) * scmp::cuda::group_step_bytes),
                    shared, [&](int lane, int j) -> auto & { return sums[first + lane].of[j]; },
                    [&](int lane) -> auto & { return left[first + lane].of[step]; });
    }

private:
    void multiply(const mma::Kind &kind, PerThread<scmp::cuda::WarpSums> &sums, PerThread<scmp::cuda::WarpLeft> &left,
                  PerThread<scmp::cuda::WarpRight> &right) const {
        for (int first = 0; first < scmp::cuda::threads; first += 32)
            for (int i = 0; i < scmp::cuda::warp_left; i++)
                for (int j = 0; j < scmp::cuda::warp_right; j++)
                    mma::multiply(
                        kind, [&](int lane) -> auto & { return sums[first + lane].of[i][j]; },
                        [&](int lane) -> auto & { return left[first + lane].of[i]; },
                        [&](int lane) -> auto & { return right[first + lane].of[j]; });
    }

    std::int64_t index_, count_;
    std::unique_ptr<std::byte[]> shared_;
    Random &random_;
    mutable bool open_ = false; // within a phase
    mutable int group_written_ = 0;
};

} // namespace test
