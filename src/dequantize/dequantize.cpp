// The formulas of Spec 5, operation by operation.
#include "dequantize/dequantize.h"

namespace scmp::dequantize {
namespace {

template <class Value> void fill(std::int64_t columns, bool add, float *y, Value value) {
    if (add)
        for (std::int64_t i = 0; i < columns; i++) y[i] = y[i] + value(i);
    else
        for (std::int64_t i = 0; i < columns; i++) y[i] = value(i);
}

} // namespace

float unit(int q_max, int stoc_len) {
    return static_cast<float>(q_max * q_max) / static_cast<float>(stoc_len);
}

float tensor_factor(double scale_a, double scale_b) {
    return static_cast<float>(scale_a * scale_b);
}

float head_factor(float c, float scale_a, float scale_b) {
    return c * (scale_a * scale_b);
}

float tensor_d_term(double d, double za, double zb) {
    return static_cast<float>(d * za * zb);
}

void row(const Terms &terms, std::int64_t n, std::int64_t m0, std::int64_t columns, const std::int32_t *sums, bool add,
         float *y) {
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

} // namespace scmp::dequantize
