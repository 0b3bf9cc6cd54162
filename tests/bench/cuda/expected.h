// The CPU's result of a product, to compare a GPU's with bit for bit before it is timed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "operands.h"

// Consecutive rows of a.
struct Stretch {
    int first, count;
};

// All rows of small products, the first and the last few of large ones.
std::vector<Stretch> compared_stretches(const CudaProduct &product);

class Expected {
public:
    // Throws std::runtime_error where the library says no.
    Expected(scmp_ctx *cpu, const CudaProduct &product, const HostOperands &operands);

    // Throw std::runtime_error that names the first difference. y and sums are whole.
    void compare(const std::string &what, const std::vector<float> &y) const;
    void compare(const std::string &what, const std::vector<std::int32_t> &sums) const;

    std::int64_t rows() const; // that are compared

private:
    template <class T>
    void compare_all(const std::string &what, const std::vector<T> &expected, const std::vector<T> &got) const;

    CudaProduct product_;
    std::vector<Stretch> stretches_;
    std::vector<float> y_; // of the stretches, one after another
    std::vector<std::int32_t> sums_;
};
