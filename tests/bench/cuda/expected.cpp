// See expected.h.
#include "expected.h"

#include <cstring>
#include <stdexcept>

#include "../race.h"

namespace {

constexpr double most_compared = 4e9; // products
constexpr int edge_rows = 16;

} // namespace

std::vector<Stretch> compared_stretches(const CudaProduct &product) {
    if (products(product) <= most_compared || product.n <= 2 * edge_rows || product.batch > 1) return {{0, product.n}};
    return {{0, edge_rows}, {product.n - edge_rows, edge_rows}};
}

// A row of the result does not depend on other rows of a.
Expected::Expected(scmp_ctx *cpu, const CudaProduct &product, const HostOperands &operands)
    : product_(product), stretches_(compared_stretches(product)) {
    y_.resize(std::size_t(product.batch) * std::size_t(rows()) * std::size_t(product.m));
    sums_.resize(y_.size());
    std::size_t at = 0;
    for (const Stretch &stretch : stretches_) {
        const float *a_rows = operands.a.data() + std::ptrdiff_t(stretch.first) * product.d;
        const scmp_tensor a = matrix_view(product, SCMP_DTYPE_F32, a_rows, stretch.count, product.d);
        const scmp_tensor b = matrix_view(product, SCMP_DTYPE_F32, operands.b.data(), product.m, product.d);
        const scmp_tensor y = matrix_view(product, SCMP_DTYPE_F32, &y_[at], stretch.count, product.m);
        const scmp_tensor sums = matrix_view(product, SCMP_DTYPE_I32, &sums_[at], stretch.count, product.m);
        const scmp_matmul_options options = options_of(product);
        scmp_call call;
        scmp_call_init(&call);
        call.counts = &sums;
        check(scmp_matmul(cpu, &a, &b, &options, &call, &y));
        at += std::size_t(stretch.count) * std::size_t(product.m);
    }
}

void Expected::compare(const std::string &what, const std::vector<float> &y) const {
    compare_all(what, y_, y);
}

void Expected::compare(const std::string &what, const std::vector<std::int32_t> &sums) const {
    compare_all(what, sums_, sums);
}

std::int64_t Expected::rows() const {
    std::int64_t all = 0;
    for (const Stretch &stretch : stretches_) all += stretch.count;
    return all;
}

template <class T>
void Expected::compare_all(const std::string &what, const std::vector<T> &expected, const std::vector<T> &got) const {
    std::size_t at = 0;
    const auto m = std::size_t(product_.m);
    for (const Stretch &stretch : stretches_) {
        // With several batch entries there is one stretch, of everything.
        const std::size_t first = std::size_t(stretch.first) * m;
        const std::size_t count = std::size_t(product_.batch) * std::size_t(stretch.count) * m;
        for (std::size_t i = 0; i < count; i++, at++) {
            if (std::memcmp(&expected[at], &got[first + i], sizeof(T)) == 0) continue;
            throw std::runtime_error(what + ": row " + std::to_string((first + i) / m) + ", column " +
                                     std::to_string((first + i) % m) + " is " + std::to_string(got[first + i]) +
                                     ", the CPU has " + std::to_string(expected[at]));
        }
    }
}
