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
    scmp_dtype dtype = SCMP_DTYPE_F32;
    std::int64_t stride = 1;
};
struct OutputRun {
    std::byte *data = nullptr;
    scmp_dtype dtype = SCMP_DTYPE_F32;
    std::int64_t stride = 1;
};

// True where a row of `d` elements can be used where it is, as an array of T (float or double).
template <class T> bool in_place(const void *data, scmp_dtype dtype, std::int64_t stride, std::int64_t d) noexcept {
    constexpr scmp_dtype own = sizeof(T) == sizeof(double) ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32;
    return dtype == own && (stride == 1 || d <= 1) && reinterpret_cast<std::uintptr_t>(data) % alignof(T) == 0;
}

// Loops over rows of floats, compiled once for each instruction set (row_loops.h).
struct RowAccess {
    void (*read32)(const Run &run, const Smoothing &smoothing, std::int64_t d0, std::int64_t count, float *out);
    void (*read64)(const Run &run, const Smoothing &smoothing, std::int64_t d0, std::int64_t count, double *out);
    void (*write32)(const OutputRun &run, const float *values, std::int64_t count);
    void (*write64)(const OutputRun &run, const double *values, std::int64_t count);
    // True where all |values| are below the limit; NaN is not.
    bool (*below32)(const float *values, std::int64_t count, float limit);
    bool (*below64)(const double *values, std::int64_t count, double limit);

    void read(const Run &run, const Smoothing &smoothing, std::int64_t d0, std::int64_t count,
              float *out) const noexcept {
        read32(run, smoothing, d0, count, out);
    }
    void read(const Run &run, const Smoothing &smoothing, std::int64_t d0, std::int64_t count,
              double *out) const noexcept {
        read64(run, smoothing, d0, count, out);
    }
    void write(const OutputRun &run, const float *values, std::int64_t count) const noexcept {
        write32(run, values, count);
    }
    void write(const OutputRun &run, const double *values, std::int64_t count) const noexcept {
        write64(run, values, count);
    }
    bool below(const float *values, std::int64_t count, float limit) const noexcept {
        return below32(values, count, limit);
    }
    bool below(const double *values, std::int64_t count, double limit) const noexcept {
        return below64(values, count, limit);
    }
};
extern const RowAccess portable_access;

// The functions below are for work whose speed does not matter: they use portable_access.

// Elements d0 .. d0 + count - 1 of a row, where run.data is its element 0. To float: what an operand is to the product,
// f16 and bf16 widened, f64 and wide quotients rounded to nearest. To double: working values, not rounded to f32.
void read(const Run &run, const Smoothing &smoothing, std::int64_t d0, std::int64_t count, float *out) noexcept;
void read(const Run &run, const Smoothing &smoothing, std::int64_t d0, std::int64_t count, double *out) noexcept;

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

// The NaN and infinite values among elements in C order.
struct NonFinite {
    std::int64_t count = 0;
    std::int64_t first = -1; // index of the first, -1 where there is none
    double value = 0;        // the first
};

// True where all of `count` floats are finite.
bool all_finite(const float *values, std::int64_t count) noexcept;

// Looks through a view of a float dtype as smoothing leaves it. `as_f32`: an f64 that overflows f32 counts too; `value`
// is then still the f64.
NonFinite find_non_finite(const View &view, const Smoothing &smoothing, bool as_f32) noexcept;

// Throws NON_FINITE with how many there are, and the first and its place; `name` is what the sentence calls the view.
void require_finite(const View &view, const Smoothing &smoothing, bool as_f32, const char *name);

} // namespace scmp
