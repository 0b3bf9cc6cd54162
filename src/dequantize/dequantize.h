// Dequantization (Spec 5): integer sums to f32 values, one row at a time.
#pragma once

#include <cstdint>

namespace scmp::dequantize {

enum class Form { tensor_bipolar, row_bipolar, head_bipolar, tensor_unipolar, row_unipolar };

// The numbers that turn one batch entry's sums into values. Those that a form does not use stay as they are here.
struct Terms {
    Form form = Form::row_bipolar;
    float c = 0;                      // fl(f32(q_max^2) / f32(L))
    float factor = 0;                 // tensor forms: f32(sa * sb); head form: fl(c * fl(sa * sb))
    float za = 0, zb = 0;             // tensor_unipolar: zero points
    float d_term = 0;                 // tensor_unipolar: f32(D * za * zb)
    double d = 0;                     // row_unipolar: D
    const float *scale_a = nullptr;   // row forms, by n
    const float *scale_b = nullptr;   // row forms, by m
    const float *zero_a = nullptr;    // row_unipolar, by n
    const float *zero_b = nullptr;    // row_unipolar, by m
    const float *row_sum_a = nullptr; // unipolar, by n
    const float *row_sum_b = nullptr; // unipolar, by m
};

float unit(int q_max, int stoc_len);
float tensor_factor(double scale_a, double scale_b);
float head_factor(float c, float scale_a, float scale_b);
float tensor_d_term(double d, double za, double zb);

// A piece of a row of the result.
struct RowPart {
    std::int64_t n, m0, columns; // [n, m0 .. m0 + columns]
};

// Compiled once for each instruction set (row_loops.h): y[i] becomes the value of sums[i] at [n, m0 + i], i < columns;
// with `add`, that is added to y[i] (chunks).
using RowFunction = void (*)(const Terms &terms, const RowPart &at, const std::int32_t *sums, bool add, float *y);

} // namespace scmp::dequantize
