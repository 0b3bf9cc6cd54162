// Checks of tensors that callers give: one place for each rule and its sentence.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>

#include "scmp/scmp.h"
#include "tensor/view.h"

namespace scmp::api {

// A tensor that must be there, in host memory, with sizes and strides that hold together.
View input(const scmp_tensor *tensor, const char *name, std::int32_t device = SCMP_DEVICE_CPU);

// An input with one of these element types (INVALID_DTYPE). `floats`: F32, F16, BF16, F64.
View input(const scmp_tensor *tensor, const char *name, std::initializer_list<scmp_dtype> dtypes,
           std::int32_t device = SCMP_DEVICE_CPU);
inline constexpr std::initializer_list<scmp_dtype> floats = {SCMP_DTYPE_F32, SCMP_DTYPE_F16, SCMP_DTYPE_BF16,
                                                             SCMP_DTYPE_F64};
inline constexpr std::initializer_list<scmp_dtype> sum_types = {SCMP_DTYPE_I32, SCMP_DTYPE_I64};
inline constexpr std::initializer_list<scmp_dtype> draw_types = {SCMP_DTYPE_I16, SCMP_DTYPE_I32};

// A product's operand: float, rank 2 or 3, small enough that sizes derived from it do not overflow.
View operand(const scmp_tensor *tensor, const char *name, std::int32_t device = SCMP_DEVICE_CPU);
void check_matrix(const View &view, const char *name);

// An output of this shape and one of these types whose elements do not overlap (INVALID_SHAPE, INVALID_DTYPE, OVERLAP).
View output(const scmp_tensor *tensor, const char *name, std::initializer_list<scmp_dtype> dtypes,
            std::span<const std::int64_t> shape, std::int32_t device = SCMP_DEVICE_CPU);
void check_shape(const View &view, const char *name, std::span<const std::int64_t> shape);
void check_dtype(const View &view, const char *name, std::initializer_list<scmp_dtype> dtypes);

// OVERLAP where an output shares memory with something else.
void check_apart(const View &out, const char *out_name, const View &other, const char *other_name);

// Ranks, BH and D of a and b (INVALID_SHAPE, D_MISMATCH).
void check_pair(const View &a, const View &b);

// "(2, 3, 4)" for error sentences.
struct ShapeText {
    explicit ShapeText(std::span<const std::int64_t> shape) noexcept;
    explicit ShapeText(const View &view) noexcept : ShapeText(std::span(view.shape.data(), std::size_t(view.rank))) {}
    char text[8 * 21 + 4];
};

} // namespace scmp::api
