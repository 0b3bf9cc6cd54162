// Activation statistics: the absolute maximum of each inner index over everything observed (Spec 6, "accumulate"), and
// their file.
#pragma once

#include <cstdint>
#include <memory_resource>

#include "base/memory.h"
#include "base/parallel.h"
#include "tensor/row_access.h"
#include "tensor/view.h"

namespace scmp::smooth {

// D as the length of an array of numbers; throws std::bad_alloc (not std::length_error) where no memory could hold it.
std::size_t array_length(std::int64_t d);

struct Calibration {
    // `size` inner indices, at least 0; kept in f64 or else in f32.
    Calibration(std::pmr::memory_resource &memory, std::int64_t size, bool in_f64);

    std::int64_t d;
    bool wide;
    std::uint64_t rows = 0; // that counted so far; stays at 2^64 - 1 once there
    Vector<float> max32;    // d maxima, +0.0 or more; empty where wide
    Vector<double> max64;   // likewise; empty where not wide
    scmp_dtype dtype() const noexcept { return wide ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32; }
    View act() const noexcept; // the maxima as a (D,) view, to read
};

// Slots of a backend, compiled once for each instruction set (row_loops.h): max[i] = max(max[i], |x[i]|). False where
// some x is not finite.
struct RowFunctions {
    const RowAccess *access;
    bool (*take32)(const float *x, std::int64_t count, float *max);
    bool (*take64)(const double *x, std::int64_t count, double *max);

    bool take(const float *x, std::int64_t count, float *max) const noexcept { return take32(x, count, max); }
    bool take(const double *x, std::int64_t count, double *max) const noexcept { return take64(x, count, max); }
};

// Takes in x (..., D), of rank 1 or more and any float dtype; rows where the mask, U8 or I8 of x's leading shape, is 0
// do not count, but must be finite all the same. `mask` may be NULL; `name` is what error sentences call x. All or
// nothing. The monitor is asked every few megabytes. Throws INVALID_SHAPE, INVALID_DTYPE, D_MISMATCH, NON_FINITE (after
// rounding to the statistics' type), CANCELLED.
void observe(Calibration &calibration, const View &x, const View *mask, const RowFunctions &functions, Monitor &monitor,
             const char *name = "x");

// Refuses what observe() refuses of x and its mask, but for values that are not finite.
void check_observation(const Calibration &calibration, const View &x, const View *mask, const char *name = "x");

// Takes in the maxima (D,) of so many rows that were looked at elsewhere, all or nothing. Throws NON_FINITE.
void take_maxima(Calibration &calibration, const View &maxima, std::uint64_t rows, const RowFunctions &functions,
                 const char *name = "x");

// Takes in other statistics, all or nothing. Throws D_MISMATCH, NON_FINITE (f64 maxima beyond f32).
void merge(Calibration &calibration, const Calibration &from, const RowFunctions &functions);

// Writes the maxima to (D,), rounded once to its type. Throws INVALID_SHAPE, INVALID_DTYPE, D_MISMATCH, NON_FINITE (f64
// maxima beyond f32).
void write_act(const Calibration &calibration, const View &out);

// Writes the file that scmp_calib_save documents, all or nothing. Throws IO.
void save(const Calibration &calibration, const char *path);

// Reads it back; `d` is the D that it must have, or SCMP_NOT_GIVEN. Throws IO, FORMAT, D_MISMATCH.
Calibration load(const char *path, std::int64_t d, std::pmr::memory_resource &memory);

} // namespace scmp::smooth
