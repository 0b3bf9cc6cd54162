// Conversions, comparisons and memory layouts of test arrays.
#include "support/array.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "support/test.h"

namespace test {
namespace {

constexpr std::byte canary_byte{0xa5};

bool is_float(scmp_dtype dtype) {
    return dtype == SCMP_DTYPE_F32 || dtype == SCMP_DTYPE_F16 || dtype == SCMP_DTYPE_BF16 || dtype == SCMP_DTYPE_F64;
}

template <class T> T load(const std::byte *from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

template <class T> void store(std::byte *to, T value) {
    std::memcpy(to, &value, sizeof value);
}

double read(scmp_dtype dtype, const std::byte *from) {
    switch (dtype) {
    case SCMP_DTYPE_F32:
        return double(load<float>(from));
    case SCMP_DTYPE_F16:
        return from_f16(load<std::uint16_t>(from));
    case SCMP_DTYPE_BF16:
        return from_bf16(load<std::uint16_t>(from));
    case SCMP_DTYPE_F64:
        return load<double>(from);
    case SCMP_DTYPE_I8:
        return load<std::int8_t>(from);
    case SCMP_DTYPE_U8:
        return load<std::uint8_t>(from);
    case SCMP_DTYPE_I16:
        return load<std::int16_t>(from);
    case SCMP_DTYPE_I32:
        return load<std::int32_t>(from);
    case SCMP_DTYPE_I64:
        return double(load<std::int64_t>(from));
    }
    fail("no such dtype");
}

void write(scmp_dtype dtype, std::byte *to, double value) {
    switch (dtype) {
    case SCMP_DTYPE_F32:
        return store(to, float(value));
    case SCMP_DTYPE_F16:
        return store(to, to_f16(value));
    case SCMP_DTYPE_BF16:
        return store(to, to_bf16(value));
    case SCMP_DTYPE_F64:
        return store(to, value);
    case SCMP_DTYPE_I8:
        return store(to, std::int8_t(value));
    case SCMP_DTYPE_U8:
        return store(to, std::uint8_t(value));
    case SCMP_DTYPE_I16:
        return store(to, std::int16_t(value));
    case SCMP_DTYPE_I32:
        return store(to, std::int32_t(value));
    case SCMP_DTYPE_I64:
        return store(to, std::int64_t(value));
    }
    fail("no such dtype");
}

Shape index_of(std::int64_t flat, const Shape &shape) {
    Shape index(shape.size());
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        index[axis] = flat % shape[axis];
        flat /= shape[axis];
    }
    return index;
}

std::ptrdiff_t offset_of(const scmp_tensor &view, const Shape &index) {
    std::int64_t elements = 0;
    for (std::size_t axis = 0; axis < index.size(); axis++) elements += index[axis] * view.strides[axis];
    return std::ptrdiff_t(elements) * std::ptrdiff_t(scmp_dtype_size(view.dtype));
}

std::string bits_text(const Array &array, std::int64_t i) {
    const std::size_t size = scmp_dtype_size(array.dtype);
    std::uint64_t bits = 0;
    std::memcpy(&bits, array.bytes.data() + std::size_t(i) * size, size);
    if (!is_float(array.dtype)) return std::to_string(array.whole(i));
    return format("%.17g (0x%0*llx)", array.get(i), int(2 * size), static_cast<unsigned long long>(bits));
}

bool same_element(const Array &a, const Array &b, std::int64_t i) {
    const std::size_t size = scmp_dtype_size(a.dtype);
    const std::size_t at = std::size_t(i) * size;
    if (std::memcmp(a.bytes.data() + at, b.bytes.data() + at, size) == 0) return true;
    return is_float(a.dtype) && std::isnan(a.get(i)) && std::isnan(b.get(i));
}

void same_kind(const Array &got, const Array &want, const std::string &what) {
    if (got.absent() && want.absent()) return;
    check(got.dtype == want.dtype,
          what + ": dtype " + scmp_dtype_name(got.dtype) + ", not " + scmp_dtype_name(want.dtype));
    check(got.shape == want.shape, what + ": shape " + text(got.shape) + ", not " + text(want.shape));
}

// Rounds to a binary format with `digits` significant bits and least exponent `least` (of the last bit of a subnormal).
double rounded(double value, int digits, int least) {
    if (value == 0 || !std::isfinite(value)) return value;
    const int last = std::max(std::ilogb(value) - digits + 1, least);
    return std::ldexp(std::nearbyint(std::ldexp(value, -last)), last);
}

// A random layout: axes in any order, each with a step of its own, some reversed.
scmp_tensor random_layout(scmp_dtype dtype, const Shape &shape, Random &random, std::int64_t &elements,
                          std::int64_t &origin) {
    scmp_tensor view = scmp_tensor_nd(dtype, nullptr, std::int32_t(shape.size()), shape.data());
    std::vector<std::size_t> order(shape.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    for (std::size_t i = order.size(); i-- > 1;)
        std::swap(order[i], order[std::size_t(random.whole(0, std::int64_t(i)))]);
    std::int64_t step = random.whole(1, 3);
    origin = random.whole(0, 5);
    for (const std::size_t axis : order) {
        const std::int64_t length = std::max<std::int64_t>(shape[axis], 1);
        const bool backwards = random.chance(40);
        view.strides[axis] = backwards ? -step : step;
        if (backwards) origin += step * (length - 1);
        step = step * length + random.whole(0, 2);
    }
    elements = origin + step + random.whole(0, 5);
    for (const std::int64_t size : shape) elements += size; // room at the end
    return view;
}

} // namespace

std::int64_t count_of(const Shape &shape) {
    std::int64_t count = 1;
    for (const std::int64_t size : shape) count *= size;
    return count;
}

std::string text(const Shape &shape) {
    std::string all = "(";
    for (std::size_t i = 0; i < shape.size(); i++) all += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    return all + ")";
}

double from_f16(std::uint16_t bits) {
    const int exponent = (bits >> 10) & 31;
    const int fraction = bits & 1023;
    const double sign = (bits & 0x8000) != 0 ? -1 : 1;
    if (exponent == 31) return fraction != 0 ? std::numeric_limits<double>::quiet_NaN() : sign * HUGE_VAL;
    if (exponent == 0) return sign * std::ldexp(fraction, -24);
    return sign * std::ldexp(1024 + fraction, exponent - 25);
}

std::uint16_t to_f16(double value) {
    const std::uint16_t sign = std::signbit(value) ? 0x8000 : 0;
    if (std::isnan(value)) return 0x7e00;
    const double size = std::fabs(rounded(value, 11, -24));
    if (size > 65504) return std::uint16_t(sign | 0x7c00);
    if (size < std::ldexp(1, -14)) return std::uint16_t(sign | int(std::ldexp(size, 24)));
    const int exponent = std::ilogb(size);
    return std::uint16_t(sign | ((exponent + 15) << 10) | (int(std::ldexp(size, 10 - exponent)) - 1024));
}

double from_bf16(std::uint16_t bits) {
    return double(std::bit_cast<float>(std::uint32_t(bits) << 16));
}

std::uint16_t to_bf16(double value) {
    if (std::isnan(value)) return 0x7fc0;
    const float nearest = float(rounded(value, 8, -133));
    return std::uint16_t(std::bit_cast<std::uint32_t>(nearest) >> 16);
}

Array::Array(scmp_dtype of, Shape sizes)
    : dtype(of), shape(std::move(sizes)), bytes(std::size_t(count_of(shape)) * scmp_dtype_size(of)) {}

Array::Array(scmp_dtype of, Shape sizes, const std::vector<double> &values) : Array(of, std::move(sizes)) {
    check(std::int64_t(values.size()) == count(), "a test array has another number of values than its shape says");
    for (std::int64_t i = 0; i < count(); i++) set(i, values[std::size_t(i)]);
}

double Array::get(std::int64_t i) const {
    return read(dtype, bytes.data() + std::size_t(i) * scmp_dtype_size(dtype));
}

void Array::set(std::int64_t i, double value) {
    write(dtype, bytes.data() + std::size_t(i) * scmp_dtype_size(dtype), value);
}

std::int64_t Array::whole(std::int64_t i) const {
    return dtype == SCMP_DTYPE_I64 ? as<std::int64_t>()[i] : std::int64_t(get(i));
}

Array canary(scmp_dtype dtype, Shape shape) {
    Array array(dtype, std::move(shape));
    std::fill(array.bytes.begin(), array.bytes.end(), canary_byte);
    return array;
}

Array converted(const Array &array, scmp_dtype dtype) {
    if (array.absent()) return {};
    Array out(dtype, array.shape);
    for (std::int64_t i = 0; i < array.count(); i++) out.set(i, array.get(i));
    return out;
}

Array reshaped(Array array, Shape shape) {
    check(count_of(shape) == array.count(), "reshape of " + text(array.shape) + " to " + text(shape));
    array.shape = std::move(shape);
    return array;
}

Array slice(const Array &array, int axis, std::int64_t first, std::int64_t count) {
    Shape shape = array.shape;
    shape[std::size_t(axis)] = count;
    Array out(array.dtype, shape);
    const std::size_t size = scmp_dtype_size(array.dtype);
    scmp_tensor view = array.view();
    for (std::int64_t i = 0; i < out.count(); i++) {
        Shape index = index_of(i, shape);
        index[std::size_t(axis)] += first;
        std::memcpy(out.bytes.data() + std::size_t(i) * size, array.bytes.data() + offset_of(view, index), size);
    }
    return out;
}

Array swapped_last(const Array &array) {
    Shape shape = array.shape;
    std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
    scmp_tensor view = array.view();
    std::swap(view.strides[shape.size() - 1], view.strides[shape.size() - 2]);
    Array out(array.dtype, shape);
    const std::size_t size = scmp_dtype_size(array.dtype);
    for (std::int64_t i = 0; i < out.count(); i++)
        std::memcpy(out.bytes.data() + std::size_t(i) * size, array.bytes.data() + offset_of(view, index_of(i, shape)),
                    size);
    return out;
}

void same(const Array &got, const Array &want, const std::string &what) {
    same_kind(got, want, what);
    std::int64_t first = -1, differing = 0;
    for (std::int64_t i = 0; i < want.count(); i++)
        if (!same_element(got, want, i) && differing++ == 0) first = i;
    if (differing == 0) return;
    fail(format("%s: %lld of %lld elements differ, first at %s: got %s, want %s", what.c_str(),
                static_cast<long long>(differing), static_cast<long long>(want.count()),
                text(index_of(first, want.shape)).c_str(), bits_text(got, first).c_str(),
                bits_text(want, first).c_str()));
}

void untouched(const Array &array, const std::string &what) {
    for (std::size_t i = 0; i < array.bytes.size(); i++)
        if (array.bytes[i] != canary_byte) fail(what + " was written at byte " + std::to_string(i));
}

void close_in_ulps(const Array &got, const Array &want, int ulps, const std::string &what) {
    same_kind(got, want, what);
    for (std::int64_t i = 0; i < want.count(); i++) {
        // For numbers of one sign the distance of the bits is the distance in ulps.
        const std::int64_t distance = want.dtype == SCMP_DTYPE_F64
                                          ? got.as<std::int64_t>()[i] - want.as<std::int64_t>()[i]
                                          : std::int64_t(got.as<std::int32_t>()[i]) - want.as<std::int32_t>()[i];
        if (std::abs(distance) > ulps)
            fail(format("%s: at %lld got %s, want %s, more than %d ulps away", what.c_str(), static_cast<long long>(i),
                        bits_text(got, i).c_str(), bits_text(want, i).c_str(), ulps));
    }
}

Strided strided(const Array &array, Random &random) {
    std::int64_t elements = 0, origin = 0;
    Strided out;
    out.view = random_layout(array.dtype, array.shape, random, elements, origin);
    out.storage = Array(array.dtype, {elements});
    const std::size_t size = scmp_dtype_size(array.dtype);
    if (is_float(array.dtype))
        for (std::int64_t i = 0; i < elements; i++) out.storage.set(i, std::numeric_limits<double>::quiet_NaN());
    else
        out.storage = canary(array.dtype, {elements});
    std::byte *data = out.storage.bytes.data() + std::size_t(origin) * size;
    for (std::int64_t i = 0; i < array.count(); i++)
        std::memcpy(data + offset_of(out.view, index_of(i, array.shape)), array.bytes.data() + std::size_t(i) * size,
                    size);
    out.view.data = data;
    return out;
}

Strided strided_canary(scmp_dtype dtype, const Shape &shape, Random &random) {
    std::int64_t elements = 0, origin = 0;
    Strided out;
    out.view = random_layout(dtype, shape, random, elements, origin);
    out.storage = canary(dtype, {elements});
    out.view.data = out.storage.bytes.data() + std::size_t(origin) * scmp_dtype_size(dtype);
    return out;
}

Array gathered(const Strided &from) {
    const Shape shape(from.view.shape, from.view.shape + from.view.rank);
    Array out(from.view.dtype, shape);
    const std::size_t size = scmp_dtype_size(out.dtype);
    const std::byte *data = static_cast<const std::byte *>(from.view.data);
    for (std::int64_t i = 0; i < out.count(); i++)
        std::memcpy(out.bytes.data() + std::size_t(i) * size, data + offset_of(from.view, index_of(i, shape)), size);
    return out;
}

void gaps_untouched(const Strided &output, const std::string &what) {
    Array rest = output.storage;
    const Shape shape(output.view.shape, output.view.shape + output.view.rank);
    const std::size_t size = scmp_dtype_size(rest.dtype);
    std::byte *data =
        rest.bytes.data() + (static_cast<const std::byte *>(output.view.data) - output.storage.bytes.data());
    for (std::int64_t i = 0; i < count_of(shape); i++)
        std::memset(data + offset_of(output.view, index_of(i, shape)), int(canary_byte), size);
    untouched(rest, what + ", between its elements,");
}

} // namespace test
