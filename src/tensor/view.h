// Views as the inside of the library sees them: checked once, then plain facts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "scmp/scmp.h"
#include "tensor/dtype.h"

namespace scmp {

constexpr int max_rank = SCMP_MAX_RANK;

// A scmp_tensor whose facts hold together: the sizes multiply without overflow (zeros counted as ones,
// so that no product of some of them overflows either), and every element has an address.
struct View {
    std::byte *data = nullptr; // element [0, 0, ...]; written through by outputs only
    scmp_dtype dtype = SCMP_DTYPE_F32;
    std::int32_t device = SCMP_DEVICE_CPU; // only code for that device may look at data elsewhere
    int rank = 0;
    std::int64_t count = 1;                                // number of elements
    std::array<std::int64_t, max_rank> shape{}, strides{}; // in elements

    std::int64_t element_size() const noexcept { return size_of(dtype); }
    // Last axis; for rank 0 that of a single element.
    std::int64_t d() const noexcept { return rank > 0 ? shape[static_cast<std::size_t>(rank - 1)] : 1; }
    std::int64_t stride_d() const noexcept { return rank > 0 ? strides[static_cast<std::size_t>(rank - 1)] : 1; }
    // Number of rows: the product of the leading sizes.
    std::int64_t rows() const noexcept;
    // Elements follow one another in C order.
    bool contiguous() const noexcept;
    bool same_shape(const View &other) const noexcept;
};

// Checks a tensor; `name` is what the error sentence calls it. Throws INVALID_ARGUMENT (unknown dtype, NULL data),
// INVALID_SHAPE (rank, negative size, overflow), UNSUPPORTED (neither in host memory nor on the one other device that
// the call can use).
View checked_view(const scmp_tensor &tensor, const char *name, std::int32_t device = SCMP_DEVICE_CPU);

// A contiguous view in C order. The sizes are known to be sound.
View contiguous_view(scmp_dtype dtype, const void *data, std::initializer_list<std::int64_t> shape);

// The addresses that a view may touch: [low, high). Empty views have low == high.
struct Extent {
    std::uintptr_t low = 0, high = 0;
};
Extent extent(const View &view) noexcept;

// True where two views have a byte in common (on one device: others have other memory), or two elements of one view.
// Exact for anything but contrived strides, where the search gives up and the answer is yes.
bool overlap(const View &a, const View &b) noexcept;
bool overlaps_itself(const View &view) noexcept;

// True where both views have the same memory, element by element, as an in-place output and its input have.
bool same_elements(const View &a, const View &b) noexcept;

// A matrix, or a batch of them: (rows, d) has batch = 1. Strides in elements.
struct Operand {
    const std::byte *data = nullptr;
    scmp_dtype dtype = SCMP_DTYPE_F32;
    std::int64_t batch = 1, rows = 0, d = 0;
    std::int64_t stride_batch = 0, stride_row = 0, stride_d = 1;

    const std::byte *row(std::int64_t b, std::int64_t r) const noexcept {
        return data + (b * stride_batch + r * stride_row) * size_of(dtype);
    }
};

// Makes an operand of a view of rank 2 or 3.
Operand operand_of(const View &view) noexcept;

// Walks over the first `axes` axes of a view in C order: `offset` counts elements from data.
class Walk {
public:
    Walk(const View &view, int axes) noexcept : view_(view), axes_(axes) {}

    std::int64_t offset() const noexcept { return offset_; }
    const std::byte *address() const noexcept { return view_.data + offset_ * view_.element_size(); }
    std::byte *address() noexcept { return view_.data + offset_ * view_.element_size(); }
    void next() noexcept {
        for (int axis = axes_ - 1; axis >= 0; --axis) {
            const auto i = static_cast<std::size_t>(axis);
            offset_ += view_.strides[i];
            if (++index_[i] < view_.shape[i]) return;
            offset_ -= view_.strides[i] * index_[i];
            index_[i] = 0;
        }
    }

private:
    const View &view_;
    int axes_;
    std::int64_t offset_ = 0;
    std::array<std::int64_t, max_rank> index_{};
};

// A walk over the rows of a view: all axes but the last.
inline Walk row_walk(const View &view) noexcept {
    return Walk(view, view.rank > 0 ? view.rank - 1 : 0);
}

} // namespace scmp
