// Tensors out of the fuzzer's bytes: ordinary ones mostly, and every way of being wrong.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "call.h"

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

using Shape = std::vector<std::int64_t>;

// What a tensor's elements are: nothing (an output), whole numbers 0 .. most, -1 .. 1, reals of both signs, or reals
// above 0.
struct Fill {
    enum Kind { nothing, whole, sign, real, positive } kind = nothing;
    int most = 0;
};

// An element that is not special; 16-bit floats are cut off.
inline void store(std::uint8_t *to, scmp_dtype dtype, double value) {
    const auto f32 = static_cast<float>(value);
    const auto bits = std::bit_cast<std::uint32_t>(f32);
    const auto integer = static_cast<std::int64_t>(value);
    std::uint16_t half = 0;
    switch (dtype) {
    case SCMP_DTYPE_F64:
        std::memcpy(to, &value, sizeof value);
        break;
    case SCMP_DTYPE_F32:
        std::memcpy(to, &f32, sizeof f32);
        break;
    case SCMP_DTYPE_BF16:
        half = static_cast<std::uint16_t>(bits >> 16);
        std::memcpy(to, &half, sizeof half);
        break;
    case SCMP_DTYPE_F16:
        if (std::abs(f32) >= 0x1p-14f) // as normal numbers
            half = static_cast<std::uint16_t>((bits >> 16 & 0x8000) | ((bits >> 13 & 0x3ffff) - (112 << 10)));
        std::memcpy(to, &half, sizeof half);
        break;
    default:
        std::memcpy(to, &integer, scmp_dtype_size(dtype));
    }
}

// Of an element of a float type.
inline bool is_finite(const std::uint8_t *at, scmp_dtype dtype) {
    const std::size_t size = scmp_dtype_size(dtype);
    const std::uint64_t exponent = dtype == SCMP_DTYPE_F64   ? 0x7ff0000000000000
                                   : dtype == SCMP_DTYPE_F32 ? 0x7f800000
                                   : dtype == SCMP_DTYPE_F16 ? 0x7c00
                                                             : 0x7f80;
    std::uint64_t bits = 0; // little-endian
    std::memcpy(&bits, at, size);
    return (bits & exponent) != exponent;
}
inline bool is_positive(const std::uint8_t *at, scmp_dtype dtype) {
    const std::size_t size = scmp_dtype_size(dtype);
    return at[size - 1] < 0x80 && std::any_of(at, at + size, [](std::uint8_t byte) { return byte != 0; });
}

// A view over memory that holds exactly what its strides reach. Most are contiguous and of the dtype and shape that
// were asked for; one in a few is odd in some way.
class Tensor {
public:
    scmp_tensor view{};
    std::vector<std::uint8_t> memory;

    // One of the dtypes.
    Tensor(Bytes &bytes, std::initializer_list<scmp_dtype> dtypes, const Shape &shape, Fill fill = {}) {
        const std::uint8_t odd = bytes.byte(); // from 200 on strides, from 232 on anything
        view.dtype = bytes.any(dtypes);
        view.rank = static_cast<std::int32_t>(shape.size());
        std::fill_n(view.shape, SCMP_MAX_RANK, std::int64_t(1));
        std::copy(shape.begin(), shape.end(), view.shape);
        if (odd >= 232) make_odd(bytes);
        lay_out(bytes, odd >= 200);
        fill_in(bytes, fill, odd >= 232);
        if (odd == 255) view.data = nullptr;
        before_ = memory;
    }
    Tensor(const Tensor &) = delete;
    Tensor &operator=(const Tensor &) = delete;

    // One in a few is left out.
    const scmp_tensor *maybe(Bytes &bytes) const { return bytes.rarely(4) ? nullptr : &view; }

    // What holds of an output after a call; later calls may write it again.
    void written(scmp_status status) {
        if (status != SCMP_OK)
            require(memory == before_, "an error leaves the outputs as they were");
        else
            require_gaps();
        before_ = memory;
    }
    // What was there before: another call starts from the same.
    void put_back(const std::vector<std::uint8_t> &then) {
        std::copy(then.begin(), then.end(), memory.begin());
        before_ = memory;
    }
    // Calls visit(address) for each element in C order; there is none where no call can take the tensor.
    template <class Visit> void each(Visit visit) const {
        std::int64_t at[SCMP_MAX_RANK] = {};
        for (bool more = sound_ && !empty(); more;) {
            std::int64_t offset = below_;
            for (int axis = 0; axis < view.rank; axis++) offset += at[axis] * view.strides[axis];
            visit(memory.data() + shift_ + offset * element());
            int axis = view.rank - 1;
            while (axis >= 0 && ++at[axis] == view.shape[axis]) at[axis--] = 0;
            more = axis >= 0;
        }
    }
    // Of the type that the dtype has.
    template <class T> std::vector<T> elements() const {
        std::vector<T> all;
        each([&](const std::uint8_t *at) { std::memcpy(&all.emplace_back(), at, sizeof(T)); });
        return all;
    }
    bool empty() const {
        return std::any_of(view.shape, view.shape + std::clamp(view.rank, 0, SCMP_MAX_RANK),
                           [](std::int64_t size) { return size == 0; });
    }

private:
    std::vector<std::uint8_t> before_;
    std::int64_t below_ = 0; // elements before data
    std::int64_t shift_ = 0; // bytes before those: 1 where nothing is aligned
    bool sound_ = true;      // all elements are in memory
    static constexpr std::int64_t most_size = 1 << 20;

    std::int64_t element() const {
        return static_cast<std::int64_t>(std::max<std::size_t>(scmp_dtype_size(view.dtype), 1));
    }

    void make_odd(Bytes &bytes) {
        switch (bytes.byte() % 5) {
        case 0:
            view.dtype = static_cast<scmp_dtype>(bytes.number(-1, 9));
            break;
        case 1:
            view.device = bytes.any({1, -1, 2});
            break;
        case 2:
            view.rank = bytes.number(-1, 9);
            break;
        case 3:
            view.shape[bytes.byte() % SCMP_MAX_RANK] = bytes.any<std::int64_t>({0, 1, 2, -1, largest, largest / 2});
            break;
        default:
            break; // NaN and infinity, see fill_in
        }
    }

    // Strides, and memory for them. Sizes that no memory holds are refused before anything is read.
    void lay_out(Bytes &bytes, bool odd_strides) {
        std::int64_t contiguous = 1, above = 0;
        sound_ = view.rank >= 0 && view.rank <= SCMP_MAX_RANK;
        for (int axis = std::min(view.rank, SCMP_MAX_RANK) - 1; axis >= 0; axis--) {
            const std::int64_t size = view.shape[axis];
            view.strides[axis] = contiguous;
            if (odd_strides) view.strides[axis] = bytes.any<std::int64_t>({contiguous, -contiguous, 0, 1, 3, largest});
            if (size > most_size) view.strides[axis] = largest; // or a broadcast axis would be read for ever
            const bool overflows = view.strides[axis] == largest && size > 2;
            if (size < 0 || size > most_size || overflows) {
                sound_ = false;
                continue;
            }
            contiguous = std::min<std::int64_t>(contiguous * std::max<std::int64_t>(size, 1), 1 << 22);
            if (size < 2) continue;
            if (view.strides[axis] == largest) view.strides[axis] = 7;
            const std::int64_t reach = (size - 1) * view.strides[axis];
            (reach < 0 ? below_ : above) += std::abs(reach);
        }
        shift_ = odd_strides && bytes.byte() % 2 == 1 ? 1 : 0;
        const bool none = empty() && !odd_strides; // an empty array has no element at all
        memory.assign(static_cast<std::size_t>(none ? 0 : shift_ + (above + below_ + 1) * element()), 0xa5);
        view.data = memory.data() + (none ? 0 : shift_ + below_ * element());
    }

    void fill_in(Bytes &bytes, Fill fill, bool odd) {
        if (fill.kind == Fill::nothing || scmp_dtype_size(view.dtype) == 0 || memory.empty()) return;
        // Values of the bytes themselves, or many of a few.
        const bool own = bytes.byte() >= 160;
        std::uint32_t state = own ? 0 : bytes.byte() * 2654435761U;
        const auto next = [&]() -> std::uint8_t {
            if (own) return bytes.byte();
            state = state * 1664525U + 1013904223U;
            return static_cast<std::uint8_t>(state >> 24);
        };
        const auto count = (memory.size() - std::size_t(shift_)) / std::size_t(element());
        std::uint8_t *elements = memory.data() + shift_;
        for (std::size_t i = 0; i < count; i++) {
            double value = 0;
            switch (fill.kind) {
            case Fill::whole:
                value = (fill.most > 255 ? next() * 256 + next() : next()) % (fill.most + 1);
                break;
            case Fill::sign:
                value = next() % 3 - 1;
                break;
            case Fill::real:
                value = (next() - 128) * 0.03125;
                if (next() < 12) value *= 60;
                break;
            case Fill::positive:
                value = (next() + 1) * 0.015625;
                break;
            case Fill::nothing:
                break;
            }
            store(elements + i * std::size_t(element()), view.dtype, value);
        }
        if (!odd) return;
        // Some elements with any bits: NaN, infinity, subnormal numbers, whole ones beyond their range.
        for (int some = bytes.byte() % 4; some > 0; some--) {
            const std::size_t at = bytes.byte() % count * std::size_t(element());
            for (std::size_t k = 0; k < std::size_t(element()); k++)
                elements[at + k] = bytes.any<std::uint8_t>({0, 1, 255, 127});
        }
    }

    // Bytes between the elements of an output belong to others.
    void require_gaps() const {
        std::vector<bool> ours(memory.size());
        each([&](const std::uint8_t *at) { std::fill_n(ours.begin() + (at - memory.data()), element(), true); });
        for (std::size_t i = 0; i < memory.size(); i++)
            require(ours[i] || memory[i] == before_[i], "nothing between an output's elements is written");
    }
};
