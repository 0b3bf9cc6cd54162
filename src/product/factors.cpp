// Collects factors, and hands them to the formulas.
#include "product/factors.h"

#include <algorithm>

namespace scmp::product {
namespace {

Buffer<float> to_float(const Buffer<double> &values, std::pmr::memory_resource &memory) {
    Buffer<float> out(memory, values.size());
    std::transform(values.data(), values.data() + values.size(), out.data(),
                   [](double value) { return static_cast<float>(value); });
    return out;
}

} // namespace

Factors factors_of(const quantize::Quantized &operand, std::pmr::memory_resource &memory) {
    Factors factors;
    if (operand.scopes.kind == quantize::ScopeKind::tensor) {
        factors.tensor_scale = operand.scale[0];
        factors.tensor_zero_point = operand.zero_point.size() > 0 ? operand.zero_point[0] : 0.0;
    } else {
        factors.scale = to_float(operand.scale, memory);
        factors.zero_point = to_float(operand.zero_point, memory);
    }
    factors.row_sum = Buffer<float>(memory, operand.row_sum.size());
    std::transform(operand.row_sum.data(), operand.row_sum.data() + operand.row_sum.size(), factors.row_sum.data(),
                   [](std::int64_t sum) { return static_cast<float>(sum); });
    return factors;
}

dequantize::Terms DequantizeSpec::terms(std::int64_t entry, std::int64_t segment) const {
    using dequantize::Form;
    // Entries of the scale shape: by batch entry, or by chunk (a batch has one entry there), then by row.
    const std::int64_t block = entry + segment;
    const auto rows_of = [](const Buffer<float> &list, std::int64_t first) {
        return list.size() == 0 ? nullptr : list.data() + first;
    };
    dequantize::Terms terms;
    terms.form = spec.form();
    terms.c = dequantize::unit(spec.q_max, spec.streams.stoc_len);
    terms.row_sum_a = rows_of(a.row_sum, entry * n);
    terms.row_sum_b = rows_of(b.row_sum, entry * m);
    switch (terms.form) {
    case Form::tensor_bipolar:
    case Form::tensor_unipolar:
        terms.factor = dequantize::tensor_factor(a.tensor_scale, b.tensor_scale);
        terms.za = static_cast<float>(a.tensor_zero_point);
        terms.zb = static_cast<float>(b.tensor_zero_point);
        terms.d_term = dequantize::tensor_d_term(double(d), a.tensor_zero_point, b.tensor_zero_point);
        break;
    case Form::head_bipolar:
        terms.factor = dequantize::head_factor(terms.c, a.scale[std::size_t(entry)], b.scale[std::size_t(entry)]);
        break;
    case Form::row_bipolar:
    case Form::row_unipolar:
        terms.d = double(d);
        terms.scale_a = rows_of(a.scale, block * n);
        terms.scale_b = rows_of(b.scale, block * m);
        terms.zero_a = rows_of(a.zero_point, block * n);
        terms.zero_b = rows_of(b.zero_point, block * m);
        break;
    }
    return terms;
}

} // namespace scmp::product
