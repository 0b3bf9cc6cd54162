// The formulas of Spec 5, operation by operation. Included by one file per instruction set; nothing here has external
// linkage, so that no code compiled for one instruction set can end up in another's.
#pragma once

#include <cstdint>

#include "dequantize/dequantize.h"

namespace scmp::row_loops {
namespace {

template <class Value>
[[gnu::always_inline]] inline void fill(std::int64_t columns, bool add, float *__restrict y, Value value) {
    if (add)
        for (std::int64_t i = 0; i < columns; i++) y[i] = y[i] + value(i);
    else
        for (std::int64_t i = 0; i < columns; i++) y[i] = value(i);
}

void dequantize_row(const dequantize::Terms &terms, const dequantize::RowPart &at, const std::int32_t *sums, bool add,
                    float *y) {
    using dequantize::Form;
    const std::int64_t n = at.n, m0 = at.m0, columns = at.columns;
    const float c = terms.c;
    const float factor = terms.factor;
    switch (terms.form) {
    case Form::tensor_bipolar:
        fill(columns, add, y, [=](std::int64_t i) { return static_cast<float>(sums[i]) * c * factor; });
        break;
    case Form::head_bipolar:
        fill(columns, add, y, [=](std::int64_t i) { return static_cast<float>(sums[i]) * factor; });
        break;
    case Form::row_bipolar: {
        const float sa = terms.scale_a[n];
        const float *sb = terms.scale_b + m0;
        fill(columns, add, y, [=](std::int64_t i) { return static_cast<float>(sums[i]) * c * (sa * sb[i]); });
        break;
    }
    case Form::tensor_unipolar: {
        const float left = -terms.zb * terms.row_sum_a[n];
        const float za = terms.za;
        const float d_term = terms.d_term;
        const float *rb = terms.row_sum_b + m0;
        fill(columns, add, y, [=](std::int64_t i) {
            const float t = (left - za * rb[i]) + d_term;
            return (static_cast<float>(sums[i]) * c + t) * factor;
        });
        break;
    }
    case Form::row_unipolar: {
        const float sa = terms.scale_a[n];
        const float za = terms.zero_a[n];
        const float ra = terms.row_sum_a[n];
        const auto d_za = static_cast<float>(terms.d * double(za));
        const float *sb = terms.scale_b + m0;
        const float *zb = terms.zero_b + m0;
        const float *rb = terms.row_sum_b + m0;
        fill(columns, add, y, [=](std::int64_t i) {
            const float t = (-zb[i] * ra - za * rb[i]) + d_za * zb[i];
            return (static_cast<float>(sums[i]) * c + t) * (sa * sb[i]);
        });
        break;
    }
    }
}

} // namespace
} // namespace scmp::row_loops
