// Elements of every dtype in and out by tensor/row_access.h, contiguous and strided, by values written out; those too
// that no public call happens to ask for.
#include <cmath>
#include <limits>

#include "base/memory.h"
#include "support/test.h"
#include "tensor/dtype.h"
#include "tensor/row_access.h"

using namespace scmp;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan_value = std::numeric_limits<float>::quiet_NaN();

// Elements `stride` apart, with bytes between them that must stay.
template <class T> struct Elements {
    std::vector<std::byte> bytes;
    std::int64_t stride;

    Elements(const std::vector<T> &values, std::int64_t step)
        : bytes(values.size() * std::size_t(step) * sizeof(T), std::byte(0xA5)), stride(step) {
        for (std::size_t i = 0; i < values.size(); i++) store(at(i), values[i]);
    }
    std::byte *at(std::size_t i) { return bytes.data() + i * std::size_t(stride) * sizeof(T); }
};

template <class To, class T>
void integers_are_read_as(scmp_dtype dtype, const std::vector<T> &values, const char *what) {
    for (const std::int64_t stride : {1, 3}) {
        Elements<T> from(values, stride);
        std::vector<To> out(values.size());
        read_integers({from.bytes.data(), dtype, stride}, std::int64_t(values.size()), out.data());
        for (std::size_t i = 0; i < values.size(); i++)
            test::check(out[i] == To(values[i]), test::format("%s[%zu], stride %d", what, i, int(stride)));
    }
}

void integers_in() {
    const std::vector<std::int8_t> i8 = {-128, -1, 0, 127};
    const std::vector<std::uint8_t> u8 = {0, 127, 128, 255};
    const std::vector<std::int16_t> i16 = {-32768, -1, 128, 32767};
    const std::vector<std::int32_t> i32 = {std::numeric_limits<std::int32_t>::min(), -1, 1 << 20,
                                           std::numeric_limits<std::int32_t>::max()};
    const std::vector<std::int64_t> i64 = {-(std::int64_t(1) << 31), -1, 5, (std::int64_t(1) << 31) - 1};
    integers_are_read_as<std::int32_t>(SCMP_DTYPE_I8, i8, "i8 as i32");
    integers_are_read_as<std::int64_t>(SCMP_DTYPE_I8, i8, "i8 as i64");
    integers_are_read_as<std::int32_t>(SCMP_DTYPE_U8, u8, "u8 as i32");
    integers_are_read_as<std::int64_t>(SCMP_DTYPE_U8, u8, "u8 as i64");
    integers_are_read_as<std::int32_t>(SCMP_DTYPE_I16, i16, "i16 as i32");
    integers_are_read_as<std::int64_t>(SCMP_DTYPE_I16, i16, "i16 as i64");
    integers_are_read_as<std::int32_t>(SCMP_DTYPE_I32, i32, "i32 as i32");
    integers_are_read_as<std::int64_t>(SCMP_DTYPE_I32, i32, "i32 as i64");
    integers_are_read_as<std::int32_t>(SCMP_DTYPE_I64, i64, "i64 as i32");
    integers_are_read_as<std::int64_t>(SCMP_DTYPE_I64, i64, "i64 as i64");
    integers_are_read_as<std::int64_t>(SCMP_DTYPE_I64, std::vector{std::numeric_limits<std::int64_t>::max()},
                                       "2^63 - 1");
}

// Integers, or floats rounded once, become exactly these elements, and nothing between them changes.
template <class From, class T>
void are_written_as(scmp_dtype dtype, const std::vector<From> &values, const std::vector<T> &wanted, const char *what) {
    for (const std::int64_t stride : {1, 2}) {
        Elements<T> got(std::vector<T>(values.size()), stride), want(wanted, stride);
        write(OutputRun{got.bytes.data(), dtype, stride}, values.data(), std::int64_t(values.size()));
        test::check(got.bytes == want.bytes, test::format("%s, stride %d", what, int(stride)));
    }
}

template <class From> void small_integers_out(const char *what) {
    const std::vector<From> values = {-3, 0, 1, 100};
    are_written_as<From, std::int8_t>(SCMP_DTYPE_I8, values, {-3, 0, 1, 100}, what);
    are_written_as<From, std::uint8_t>(SCMP_DTYPE_U8, {3, 0, 200, 255}, {3, 0, 200, 255}, what);
    are_written_as<From, std::int16_t>(SCMP_DTYPE_I16, values, {-3, 0, 1, 100}, what);
    are_written_as<From, std::int32_t>(SCMP_DTYPE_I32, values, {-3, 0, 1, 100}, what);
    are_written_as<From, std::int64_t>(SCMP_DTYPE_I64, values, {-3, 0, 1, 100}, what);
    are_written_as<From, float>(SCMP_DTYPE_F32, values, {-3, 0, 1, 100}, what);
    are_written_as<From, double>(SCMP_DTYPE_F64, values, {-3, 0, 1, 100}, what);
}

void integers_out() {
    small_integers_out<std::int32_t>("from i32");
    small_integers_out<std::int64_t>("from i64");
    // Beyond 2^24 and 2^53: to nearest, ties to even.
    are_written_as<std::int32_t, float>(SCMP_DTYPE_F32, {16777217, 16777219, -16777217},
                                        {16777216, 16777220, -16777216}, "i32 beyond 2^24");
    are_written_as<std::int64_t, float>(SCMP_DTYPE_F32, {16777217, 16777219, 33554434}, {16777216, 16777220, 33554432},
                                        "i64 beyond 2^24");
    are_written_as<std::int32_t, double>(SCMP_DTYPE_F64, {16777217, 2147483647}, {16777217, 2147483647}, "i32 to f64");
    const std::int64_t big = std::int64_t(1) << 53;
    are_written_as<std::int64_t, double>(SCMP_DTYPE_F64, {big + 1, big + 3}, {0x1p53, 0x1p53 + 4}, "i64 beyond 2^53");
    are_written_as<std::int64_t, std::int64_t>(SCMP_DTYPE_I64, {big + 1}, {big + 1}, "i64 to i64");
}

template <class From> std::uint16_t half(From x) {
    std::uint16_t bits = 0;
    write(OutputRun{reinterpret_cast<std::byte *>(&bits), SCMP_DTYPE_F16, 1}, &x, 1);
    return bits;
}
template <class From> std::uint16_t brain(From x) {
    std::uint16_t bits = 0;
    write(OutputRun{reinterpret_cast<std::byte *>(&bits), SCMP_DTYPE_BF16, 1}, &x, 1);
    return bits;
}

// Each turning point of the two 16-bit types, by its bits, from f32 and from f64.
void sixteen_bits_out() {
    struct Point {
        double x;
        std::uint16_t half, brain;
    };
    const std::vector<Point> points = {
        {0.0, 0x0000, 0x0000},
        {-0.0, 0x8000, 0x8000},
        {1.0, 0x3C00, 0x3F80},
        {-2.5, 0xC100, 0xC020},
        {1 + 0x1p-11, 0x3C00, 0x3F80},     // f16's tie, to even: down
        {1 + 0x3p-11, 0x3C02, 0x3F80},     // and up
        {1 + 0x1.008p-11, 0x3C01, 0x3F80}, // beyond the tie
        {1 + 0x1p-8, 0x3C04, 0x3F80},      // bf16's tie, down
        {1 + 0x3p-8, 0x3C0C, 0x3F82},      // and up
        {1 + 0x1.02p-8, 0x3C04, 0x3F81},   // beyond it
        {65504, 0x7BFF, 0x4780},           // f16's largest
        {65519, 0x7BFF, 0x4780},           // below the tie to 2^16
        {65520, 0x7BFF, 0x4780},           // infinite in IEEE: saturates
        {-1e30, 0xFBFF, 0xF14A},
        {0x1p-14, 0x0400, 0x3880},     // f16's least normal number
        {0x1p-24, 0x0001, 0x3380},     // its least subnormal
        {0x1p-25, 0x0000, 0x3300},     // the tie to 0
        {0x1.01p-25, 0x0001, 0x3300},  // beyond it; bf16: a tie, to even
        {0x3p-25, 0x0002, 0x33C0},     // a tie of subnormals, up
        {0x1.ffcp-15, 0x0400, 0x3880}, // rounds up into the normal numbers
        {-0x1p-26, 0x8000, 0xB280},    // a zero keeps its sign
        {0x1p-126, 0x0000, 0x0080},    // bf16's least normal number
        {0x1p-133, 0x0000, 0x0001},    // its least subnormal
        {0x1p-134, 0x0000, 0x0000},    // the tie to 0
        {0x3p-134, 0x0000, 0x0002},    // a tie, up
        {0x1.fep127, 0x7BFF, 0x7F7F},  // bf16's largest
        {0x1.ffp127, 0x7BFF, 0x7F7F},  // the tie to 2^128: saturates
    };
    for (const auto &[x, half_bits, brain_bits] : points) {
        test::check(half(x) == half_bits, test::format("f64 %a as f16 is %04x", x, half(x)));
        test::check(brain(x) == brain_bits, test::format("f64 %a as bf16 is %04x", x, brain(x)));
        const auto narrow = float(x); // exact for all of them
        test::check(half(narrow) == half_bits, test::format("f32 %a as f16 is %04x", x, half(narrow)));
        test::check(brain(narrow) == brain_bits, test::format("f32 %a as bf16 is %04x", x, brain(narrow)));
    }
    // Rounded once: by way of f32, these would meet a tie that they are not on.
    test::check(half(1 + 0x1p-11 + 0x1p-40) == 0x3C01, "f64 to f16 by way of f32");
    test::check(brain(1 + 0x1p-8 + 0x1p-40) == 0x3F81, "f64 to bf16 by way of f32");
    test::check(half(infinity) == 0x7BFF && half(-double(infinity)) == 0xFBFF, "an infinity saturates in f16");
    test::check(brain(infinity) == 0x7F7F && brain(-double(infinity)) == 0xFF7F, "an infinity saturates in bf16");
    test::check(half(nan_value) == 0x7E00 && half(double(nan_value)) == 0x7E00, "a NaN stays one in f16");
    test::check(brain(nan_value) == 0x7FC0 && brain(double(nan_value)) == 0x7FC0, "a NaN stays one in bf16");
    // 16 and more at once, where vectors do it.
    const std::vector<float> many(37, -1e30F);
    are_written_as<float, std::uint16_t>(SCMP_DTYPE_F16, many, std::vector<std::uint16_t>(37, 0xFBFF), "37 large ones");
}

template <class T> void halves_in(const char *what) {
    const struct {
        std::uint16_t bits;
        double value;
    } halves[] = {{0x0000, 0},       {0x8000, -0.0},         {0x0001, 0x1p-24}, {0x83FF, -0x1.ff8p-15},
                  {0x0400, 0x1p-14}, {0x3C01, 1.0009765625}, {0x7BFF, 65504},   {0xFBFF, -65504}};
    for (const auto &[bits, value] : halves)
        for (const int count : {1, 17}) { // one, and as many as a vector has
            const std::vector<std::uint16_t> from(std::size_t(count), bits);
            std::vector<T> out(from.size());
            read({reinterpret_cast<const std::byte *>(from.data()), SCMP_DTYPE_F16, 1}, {}, 0, count, out.data());
            for (const T got : out)
                test::check(got == T(value) && std::signbit(got) == std::signbit(value),
                            test::format("%s: f16 %04x is %a", what, bits, double(got)));
        }
    const std::uint16_t infinite[] = {0x7C00, 0xFC00, 0x7E00};
    T out[3];
    read({reinterpret_cast<const std::byte *>(infinite), SCMP_DTYPE_F16, 1}, {}, 0, 3, out);
    test::check(out[0] == T(infinity) && out[1] == T(-infinity) && std::isnan(out[2]), "f16 that are not finite");
}

// To float and to double, unsmoothed and smoothed with scales of either width, from every dtype.
template <class Out> void floats_in(const char *what) {
    halves_in<Out>(what);
    const float s32[] = {9, 4, 3};
    const double s64[] = {9, 4, 3};
    const std::uint16_t f16[] = {0x5640, 0x4900, 0x0001}, bf16[] = {0x42C8, 0x4120, 0xC000}; // 100 10 ..., 100 10 -2
    const float f32[] = {100, 10, -2.5F};
    const double f64[] = {100, 10, 1e300};
    const auto first_two = [&](const void *data, scmp_dtype dtype) {
        for (const bool wide : {false, true})
            for (const auto how : {Smoothing::none, Smoothing::divide, Smoothing::multiply}) {
                if (!wide && dtype == SCMP_DTYPE_F64) continue; // always in f64
                const Smoothing smoothing{how, wide, s32, s64};
                Out out[2] = {};
                read({static_cast<const std::byte *>(data), dtype, 1}, smoothing, 0, 2, out);
                const auto want = [&](double x, double s) {
                    const double smoothed = how == Smoothing::none ? x : how == Smoothing::divide ? x / s : x * s;
                    return wide || how == Smoothing::none ? Out(smoothed) : Out(float(smoothed));
                };
                for (int i = 0; i < 2; i++)
                    test::check(out[i] == want(i == 0 ? 100 : 10, s64[i]),
                                test::format("%s from %s, smoothing %d, wide %d: %a", what, dtype_name(dtype), int(how),
                                             wide, double(out[i])));
                // From an index on, the scale is that of the index.
                read({static_cast<const std::byte *>(data), dtype, 1}, smoothing, 1, 1, out);
                test::check(out[0] == want(10, 4), test::format("%s from %s at index 1", what, dtype_name(dtype)));
            }
    };
    first_two(f16, SCMP_DTYPE_F16);
    first_two(bf16, SCMP_DTYPE_BF16);
    first_two(f32, SCMP_DTYPE_F32);
    first_two(f64, SCMP_DTYPE_F64);
}

void floats_to_f32() {
    floats_in<float>("f32");
    const double beyond[] = {0x1.ffffffp127, 0x1.fffffefffffffp127, 1 + 0x1p-24, 1 + 0x3p-24, 0x1p-150};
    float out[5];
    read({reinterpret_cast<const std::byte *>(beyond), SCMP_DTYPE_F64, 1}, {}, 0, 5, out);
    test::check(std::isinf(out[0]) && out[1] == std::numeric_limits<float>::max(), "f64 at the end of f32");
    test::check(out[2] == 1 && out[3] == 1 + 0x1p-22F && out[4] == 0, "ties of f64 in f32");
}

void floats_to_f64() {
    floats_in<double>("f64");
}

void finite_or_not() {
    std::vector<float> values(40000, 1); // more than one block
    test::check(all_finite(values.data(), 40000) && all_finite(values.data(), 0), "all are finite");
    for (const float bad : {infinity, -infinity, nan_value})
        for (const std::size_t at : {0, 16383, 16384, 39999}) {
            values[at] = bad;
            test::check(!all_finite(values.data(), 40000), test::format("%g at %zu", double(bad), at));
            values[at] = 1;
        }
    values[7] = std::numeric_limits<float>::max();
    test::check(all_finite(values.data(), 40000), "the largest float is finite");
}

void memory_is_its_own() {
    const Allocator usual{nullptr, nullptr, nullptr};
    Memory one(usual), other(usual);
    const std::pmr::memory_resource &same = one;
    test::check(same == one && !(one == other), "memory that is equal to another's would be given back there");
    // So a vector that moves to another memory copies its elements.
    Vector<int> from({1, 2, 3}, &one);
    Vector<int> to(&other);
    to = std::move(from);
    test::check(to.size() == 3 && to[2] == 3 && other.bytes() >= 3 * sizeof(int), "elements stay in the first memory");
}

} // namespace

int main(int argc, char **argv) {
    return test::run("conversions",
                     {
                         {"integers in", integers_in},
                         {"integers out", integers_out},
                         {"16 bits out", sixteen_bits_out},
                         {"floats in, as f32", floats_to_f32},
                         {"floats in, as f64", floats_to_f64},
                         {"finite or not", finite_or_not},
                         {"memory is its own", memory_is_its_own},
                     },
                     argc, argv);
}
