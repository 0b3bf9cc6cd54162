// Arrays that own their memory, of every dtype: what tests make operands of, and compare.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "scmp/scmp.h"
#include "support/random.h"

namespace test {

using Shape = std::vector<std::int64_t>;

std::int64_t count_of(const Shape &shape);
std::string text(const Shape &shape);

// The values of 16-bit types, written independently of the library: one rounding to nearest even, no saturation.
double from_f16(std::uint16_t bits);
std::uint16_t to_f16(double value);
double from_bf16(std::uint16_t bits);
std::uint16_t to_bf16(double value);

// While one lives, views of arrays say that their memory is a device's: for devices whose memory is the host's.
class ViewsOn {
public:
    explicit ViewsOn(std::int32_t device) : before_(std::exchange(current, device)) {}
    ViewsOn(const ViewsOn &) = delete;
    ViewsOn &operator=(const ViewsOn &) = delete;
    ~ViewsOn() { current = before_; }

    static inline std::int32_t current = SCMP_DEVICE_CPU;

private:
    std::int32_t before_;
};

// Contiguous, C order. A default one has no elements (a rank of 0 alone would mean one).
struct Array {
    scmp_dtype dtype = SCMP_DTYPE_F32;
    Shape shape;
    std::vector<std::byte> bytes;

    Array() = default;
    Array(scmp_dtype of, Shape sizes);
    Array(scmp_dtype of, Shape sizes, const std::vector<double> &values);

    std::int64_t count() const { return std::int64_t(bytes.size() / scmp_dtype_size(dtype)); }
    bool absent() const { return shape.empty() && bytes.empty(); }
    scmp_tensor view() const {
        scmp_tensor tensor = scmp_tensor_nd(dtype, bytes.data(), std::int32_t(shape.size()), shape.data());
        tensor.device = ViewsOn::current;
        return tensor;
    }
    double get(std::int64_t i) const;
    void set(std::int64_t i, double value);
    std::int64_t whole(std::int64_t i) const; // integers beyond 2^53 too
    template <class T> T *as() { return reinterpret_cast<T *>(bytes.data()); }
    template <class T> const T *as() const { return reinterpret_cast<const T *>(bytes.data()); }
    bool operator==(const Array &other) const = default;
};

// Every byte 0xa5: what an output holds before a call, so that one byte written shows.
Array canary(scmp_dtype dtype, Shape shape);

Array converted(const Array &array, scmp_dtype dtype);
Array reshaped(Array array, Shape shape);
// Rows first .. first + count of axis `axis`.
Array slice(const Array &array, int axis, std::int64_t first, std::int64_t count);
Array swapped_last(const Array &array);

// Fails at the first element whose bits differ; any NaN equals any NaN. Shape and dtype must be the same.
void same(const Array &got, const Array &want, const std::string &what);
// Fails unless every byte is still the canary's.
void untouched(const Array &array, const std::string &what);
// Distance in units in the last place of f64 or f32, at most.
void close_in_ulps(const Array &got, const Array &want, int ulps, const std::string &what);

// The same values somewhere else: axes permuted, steps other than 1, reversed axes, NaN (or a canary) in the gaps.
struct Strided {
    Array storage;
    scmp_tensor view;
};
Strided strided(const Array &array, Random &random);
// A strided output full of canaries, and back: the elements. `gaps_untouched` fails where another byte was written.
Strided strided_canary(scmp_dtype dtype, const Shape &shape, Random &random);
Array gathered(const Strided &from);
void gaps_untouched(const Strided &output, const std::string &what);

} // namespace test
