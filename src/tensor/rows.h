// Reads pieces of rows into contiguous floats, smoothed on the way where asked (Spec "Operands" and 6), writes them
// back into strided outputs, and finds what is not finite.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tensor/view.h"

namespace scmp {

// x / s[d] or x * s[d] in the working type of Spec 6. `wide`, the working type is f64: s64 is read, which must be there
// for every f64 operand; else s32.
struct Smoothing {
    enum How { none, divide, multiply };
    How how = none;
    bool wide = false;
    const float *s32 = nullptr;
    const double *s64 = nullptr;
};

// A run of elements of any float dtype, `stride` elements apart.
struct Run {
    const std::byte *data = nullptr;
    scmp_dtype dtype = SCMP_F32;
    std::int64_t stride = 1;
};
struct OutputRun {
    std::byte *data = nullptr;
    scmp_dtype dtype = SCMP_F32;
    std::int64_t stride = 1;
};

// Elements d0 .. d0 + count - 1 of a row, where run.data is its element 0. To float: what an operand is to the product,
// f16 and bf16 widened, f64 and wide quotients rounded to nearest. To double: working values, not rounded to f32.
void read(const Run &run, const Smoothing &smoothing, std::int64_t d0, std::int64_t count, float *out) noexcept;
void read(const Run &run, const Smoothing &smoothing, std::int64_t d0, std::int64_t count, double *out) noexcept;

// The same of one row of an operand.
inline void read_row(const Operand &x, std::int64_t batch, std::int64_t row, const Smoothing &smoothing,
                     std::int64_t d0, std::int64_t count, float *out) noexcept {
    read({x.row(batch, row), x.dtype, x.stride_d}, smoothing, d0, count, out);
}

// Whether every row of an operand can be used where it is, as floats.
bool rows_in_place(const Operand &x, const Smoothing &smoothing) noexcept;

// A whole row: the operand's own memory where that is possible, else read into `scratch` (d floats; may be NULL where
// rows_in_place).
const float *row_or_copy(const Operand &x, std::int64_t batch, std::int64_t row, const Smoothing &smoothing,
                         float *scratch) noexcept;

// Elements of an integer dtype. They are known to fit.
void read_integers(const Run &run, std::int64_t count, std::int32_t *out) noexcept;
void read_integers(const Run &run, std::int64_t count, std::int64_t *out) noexcept;

// Floats to a float dtype, rounded once (R of Spec 6).
void write(const OutputRun &run, const float *values, std::int64_t count) noexcept;
void write(const OutputRun &run, const double *values, std::int64_t count) noexcept;
// Integers to an integer dtype that holds them, or rounded to F32 or F64.
void write(const OutputRun &run, const std::int32_t *values, std::int64_t count) noexcept;
void write(const OutputRun &run, const std::int64_t *values, std::int64_t count) noexcept;

// All values of one row after another in C order into a view of any rank.
void write_view(const View &view, const float *values) noexcept;
void write_view(const View &view, const double *values) noexcept;
void write_view(const View &view, const std::int32_t *values) noexcept;
void write_view(const View &view, const std::int64_t *values) noexcept;

// What is NaN or infinite among elements in C order.
struct NonFinite {
    std::int64_t count = 0;
    std::int64_t first = -1; // index of the first, -1 where there is none
    double value = 0;        // the first
};

// Whether all of `count` floats are finite.
bool all_finite(const float *values, std::int64_t count) noexcept;
bool all_finite(const double *values, std::int64_t count) noexcept;

// Looks through a view of a float dtype as smoothing leaves it. `as_f32`: an f64 that overflows f32 counts too; `value`
// is then still the f64.
NonFinite find_non_finite(const View &view, const Smoothing &smoothing, bool as_f32) noexcept;

// Throws NON_FINITE with how many there are, and the first and its place; `name` is what the sentence calls the view.
void require_finite(const View &view, const Smoothing &smoothing, bool as_f32, const char *name);

} // namespace scmp
