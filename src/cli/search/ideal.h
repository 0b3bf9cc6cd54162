// The ideal count of two levels, which a search compares count tables with.
#pragma once

#include <cstdint>

#include "scmp/scmp.h"

namespace cli::search {

// Spec 4 and 5: a product of q_max and q_max is worth L ones.
class Ideal {
public:
    explicit Ideal(const scmp_matmul_options &options)
        : levels_(std::int64_t(1) << (options.sc_prec - (options.mode == SCMP_MODE_BIPOLAR ? 1 : 0))),
          length_(options.stoc_len) {}

    std::int64_t levels() const noexcept { return levels_; }
    double operator()(std::int64_t x, std::int64_t y) const noexcept {
        const auto largest = double(levels_ - 1);
        return double(x * y) * length_ / (largest * largest);
    }

private:
    std::int64_t levels_;
    double length_;
};

} // namespace cli::search
