// Checks tensors that callers give, and answers which memory they touch.
#include "tensor/view.h"

#include <algorithm>
#include <limits>

#include "base/error.h"

namespace scmp {

namespace {

std::size_t index(int axis) {
    return static_cast<std::size_t>(axis);
}

void check_kind(const scmp_tensor &tensor, const char *name, std::int32_t device) {
    if (size_of(tensor.dtype) == 0)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "%s has dtype %d, which is none", name, static_cast<int>(tensor.dtype));
    if (tensor.device != SCMP_DEVICE_CPU && device != SCMP_DEVICE_CPU && tensor.device != device)
        fail(SCMP_ERROR_UNSUPPORTED, "%s is on device %d, this context takes host memory (device %d) and device %d",
             name, static_cast<int>(tensor.device), SCMP_DEVICE_CPU, static_cast<int>(device));
    if (tensor.device != SCMP_DEVICE_CPU && tensor.device != device)
        fail(SCMP_ERROR_UNSUPPORTED, "%s is on device %d, this call takes host memory (device %d) only", name,
             static_cast<int>(tensor.device), SCMP_DEVICE_CPU);
    if (tensor.reserved_flags != 0 || tensor.reserved[0] != 0 || tensor.reserved[1] != 0)
        fail(SCMP_ERROR_UNSUPPORTED,
             "%s has reserved members that are not 0 (%d, %lld, %lld): a newer library is needed", name,
             static_cast<int>(tensor.reserved_flags), ll(tensor.reserved[0]), ll(tensor.reserved[1]));
    if (tensor.rank < 0 || tensor.rank > max_rank)
        fail(SCMP_ERROR_INVALID_SHAPE, "%s has rank %d, which is not in 0..%d", name, static_cast<int>(tensor.rank),
             max_rank);
}

// Number of elements. Bytes, with zeros counted as ones, must fit an int64.
std::int64_t checked_count(const scmp_tensor &tensor, const char *name) {
    std::int64_t bytes = size_of(tensor.dtype), count = 1;
    for (int axis = 0; axis < tensor.rank; ++axis) {
        const std::int64_t size = tensor.shape[axis];
        if (size < 0)
            fail(SCMP_ERROR_INVALID_SHAPE, "%s has size %lld in dimension %d, sizes are not negative", name, ll(size),
                 axis);
        if (__builtin_mul_overflow(bytes, std::max<std::int64_t>(size, 1), &bytes))
            fail(SCMP_ERROR_INVALID_SHAPE, "%s: the product of its sizes overflows at dimension %d (size %lld)", name,
                 axis, ll(size));
        count *= size;
    }
    return count;
}

// Every element's offset from data, in bytes, fits an int64 and every address exists.
void check_reach(const View &view, const char *name) {
    std::int64_t below = 0, above = view.element_size();
    for (int axis = 0; axis < view.rank; ++axis) {
        std::int64_t reach = 0;
        const std::int64_t stride = view.strides[index(axis)];
        bool bad = __builtin_mul_overflow(view.shape[index(axis)] - 1, stride, &reach);
        bad = bad || __builtin_mul_overflow(reach, view.element_size(), &reach);
        std::int64_t &end = reach < 0 ? below : above;
        if (bad || __builtin_add_overflow(end, reach, &end) || end == std::numeric_limits<std::int64_t>::min())
            fail(SCMP_ERROR_INVALID_SHAPE, "%s: stride %lld overflows in dimension %d of size %lld", name, ll(stride),
                 axis, ll(view.shape[index(axis)]));
    }
    const auto address = reinterpret_cast<std::uintptr_t>(view.data);
    if (address < static_cast<std::uintptr_t>(-below) ||
        address > std::numeric_limits<std::uintptr_t>::max() - static_cast<std::uintptr_t>(above))
        fail(SCMP_ERROR_INVALID_SHAPE, "%s: its strides reach %lld bytes below and %lld above data, beyond memory",
             name, ll(-below), ll(above));
}

} // namespace

View checked_view(const scmp_tensor &tensor, const char *name, std::int32_t device) {
    check_kind(tensor, name, device);
    View view;
    view.device = tensor.device;
    view.dtype = tensor.dtype;
    view.rank = tensor.rank;
    view.count = checked_count(tensor, name);
    view.data = static_cast<std::byte *>(tensor.data);
    for (int axis = 0; axis < view.rank; ++axis) {
        view.shape[index(axis)] = tensor.shape[axis];
        // The stride of an axis with nothing to step to is of no consequence, whatever it is.
        view.strides[index(axis)] = view.count == 0 || tensor.shape[axis] == 1 ? 0 : tensor.strides[axis];
    }
    if (view.count == 0) return view;
    if (view.data == nullptr)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "%s has %lld elements, but its data is NULL", name, ll(view.count));
    check_reach(view, name);
    return view;
}

View contiguous_view(scmp_dtype dtype, const void *data, std::initializer_list<std::int64_t> shape) {
    View view;
    view.data = static_cast<std::byte *>(const_cast<void *>(data));
    view.dtype = dtype;
    view.rank = static_cast<int>(shape.size());
    std::copy(shape.begin(), shape.end(), view.shape.begin());
    for (int axis = view.rank - 1; axis >= 0; --axis) {
        view.strides[index(axis)] = view.count;
        view.count *= view.shape[index(axis)];
    }
    return view;
}

std::int64_t View::rows() const noexcept {
    std::int64_t product = 1;
    for (int axis = 0; axis < rank - 1; ++axis) product *= shape[index(axis)];
    return product;
}

bool View::contiguous() const noexcept {
    std::int64_t expected = 1;
    for (int axis = rank - 1; axis >= 0 && count > 0; --axis) {
        if (shape[index(axis)] > 1 && strides[index(axis)] != expected) return false;
        expected *= shape[index(axis)];
    }
    return true;
}

bool View::same_shape(const View &other) const noexcept {
    return rank == other.rank && std::equal(shape.begin(), shape.begin() + rank, other.shape.begin());
}

Extent extent(const View &view) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(view.data);
    if (view.count == 0) return {address, address};
    std::int64_t below = 0, above = 1;
    for (int axis = 0; axis < view.rank; ++axis) {
        const std::int64_t reach = (view.shape[index(axis)] - 1) * view.strides[index(axis)];
        (reach < 0 ? below : above) += reach;
    }
    return {address - static_cast<std::uintptr_t>(-below * view.element_size()),
            address + static_cast<std::uintptr_t>(above * view.element_size())};
}

namespace {

// A stride times its count is the reach of a checked view, below 2^63, so that sums of a few are far from overflow.
__extension__ typedef __int128 Wide;

// One unknown of the equation rest + sum of count_i * stride_i = 0: a count in low..high, stride > 0.
struct Step {
    Wide stride = 0, low = 0, high = 0;
};

class Equation {
public:
    // A count in low..high of steps of any sign; steps of one length are one unknown.
    void add(Wide stride, Wide low, Wide high) noexcept {
        if (stride == 0 || (low == 0 && high == 0)) return;
        if (stride < 0) {
            stride = -stride;
            std::swap(low, high);
            low = -low;
            high = -high;
        }
        for (int i = 0; i < size_; ++i)
            if (steps_[index(i)].stride == stride) {
                steps_[index(i)].low += low;
                steps_[index(i)].high += high;
                return;
            }
        steps_[index(size_++)] = {stride, low, high};
    }

    // True where `rest` plus the sum can be 0. Longest strides first, so that few counts leave a rest in reach of the
    // shorter ones: one or two in all usual layouts, hence the budget is never reached.
    bool solvable(Wide rest) noexcept {
        std::sort(steps_.begin(), steps_.begin() + size_,
                  [](const Step &a, const Step &b) { return a.stride > b.stride; });
        budget_ = 100000;
        return search(0, rest);
    }

private:
    static Wide floor_divide(Wide a, Wide b) noexcept { return a >= 0 ? a / b : -((-a + b - 1) / b); }

    bool search(int first, Wide rest) noexcept {
        if (first == size_) return rest == 0;
        Wide low = 0, high = 0; // of the sum of the shorter steps
        for (int i = first + 1; i < size_; ++i) {
            low += steps_[index(i)].low * steps_[index(i)].stride;
            high += steps_[index(i)].high * steps_[index(i)].stride;
        }
        const Step &step = steps_[index(first)];
        // Counts with -high <= rest + count * stride <= -low.
        const Wide from = std::max<Wide>(step.low, -floor_divide(rest + high, step.stride));
        const Wide to = std::min<Wide>(step.high, floor_divide(-low - rest, step.stride));
        for (Wide count = from; count <= to; ++count)
            if (--budget_ < 0 || search(first + 1, rest + count * step.stride)) return true;
        return false;
    }

    std::array<Step, 2 * max_rank + 2> steps_{};
    int size_ = 0;
    int budget_ = 0;
};

} // namespace

bool overlap(const View &a, const View &b) noexcept {
    const Extent ea = extent(a), eb = extent(b);
    if (a.device != b.device || a.count == 0 || b.count == 0 || ea.high <= eb.low || eb.high <= ea.low) return false;
    // Byte i of an element of a is byte j of one of b.
    Equation equation;
    for (int axis = 0; axis < a.rank; ++axis)
        equation.add(Wide(a.strides[index(axis)]) * a.element_size(), 0, a.shape[index(axis)] - 1);
    for (int axis = 0; axis < b.rank; ++axis)
        equation.add(-Wide(b.strides[index(axis)]) * b.element_size(), 0, b.shape[index(axis)] - 1);
    equation.add(1, 0, a.element_size() - 1);
    equation.add(-1, 0, b.element_size() - 1);
    return equation.solvable(Wide(reinterpret_cast<std::uintptr_t>(a.data)) - reinterpret_cast<std::uintptr_t>(b.data));
}

bool overlaps_itself(const View &view) noexcept {
    if (view.count < 2) return false;
    // Two elements at one place differ in some axis first; there, by symmetry, the difference is positive.
    for (int first = 0; first < view.rank; ++first) {
        const std::int64_t size = view.shape[index(first)], stride = view.strides[index(first)];
        if (size < 2) continue;
        if (stride == 0) return true;
        Equation equation;
        equation.add(stride, 0, size - 2);
        for (int axis = first + 1; axis < view.rank; ++axis)
            equation.add(view.strides[index(axis)], 1 - view.shape[index(axis)], view.shape[index(axis)] - 1);
        if (equation.solvable(stride)) return true;
    }
    return false;
}

bool same_elements(const View &a, const View &b) noexcept {
    return a.device == b.device && a.data == b.data && a.dtype == b.dtype && a.same_shape(b) &&
           std::equal(a.strides.begin(), a.strides.begin() + a.rank, b.strides.begin());
}

Operand operand_of(const View &view) noexcept {
    Operand operand;
    operand.data = view.data;
    operand.dtype = view.dtype;
    operand.d = view.d();
    operand.stride_d = view.stride_d();
    operand.rows = view.shape[index(view.rank - 2)];
    operand.stride_row = view.strides[index(view.rank - 2)];
    if (view.rank == 3) {
        operand.batch = view.shape[0];
        operand.stride_batch = view.strides[0];
    }
    return operand;
}

} // namespace scmp
