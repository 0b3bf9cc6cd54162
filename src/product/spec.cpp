// The consequences of a product's options: rules, scopes, forms (Spec 1, 4, 5).
#include "product/spec.h"

namespace scmp::product {

quantize::Rule ProductSpec::rule(std::int64_t d) const noexcept {
    if (granularity == SCMP_GRANULARITY_PER_TENSOR) return bipolar() ? quantize::Rule::B1 : quantize::Rule::U1;
    if (!bipolar()) return quantize::Rule::U2;
    return granularity == SCMP_GRANULARITY_PER_HEAD || chunked(d) ? quantize::Rule::B2 : quantize::Rule::B3;
}

quantize::Scopes ProductSpec::scopes(const View &view, scmp_side side) const noexcept {
    const Operand x = operand_of(view);
    quantize::Scopes scopes{.kind = quantize::ScopeKind::row, .batch = x.batch, .rows = x.rows, .d = x.d};
    if (granularity == SCMP_GRANULARITY_PER_TENSOR)
        scopes.kind = quantize::ScopeKind::tensor;
    else if (granularity == SCMP_GRANULARITY_PER_HEAD)
        scopes.kind = quantize::ScopeKind::head;
    else if (chunked(x.d)) {
        scopes.kind = quantize::ScopeKind::chunk;
        scopes.chunk_d = chunk_d;
    } else
        scopes.group = side == SCMP_SIDE_LEFT ? group_a : group_b;
    return scopes;
}

Smoothing ProductSpec::smoothing(scmp_side side, scmp_dtype operand) const noexcept {
    if (smooth == nullptr) return {};
    return smooth->smoothing(side == SCMP_SIDE_LEFT ? Smoothing::divide : Smoothing::multiply, operand);
}

quantize::OperandSpec ProductSpec::operand(const View &view, scmp_side side, const char *name) const noexcept {
    return {{view, smoothing(side, view.dtype), name}, scopes(view, side), {rule(view.d()), q_max}};
}

dequantize::Form ProductSpec::form() const noexcept {
    using dequantize::Form;
    switch (granularity) {
    case SCMP_GRANULARITY_PER_TENSOR:
        return bipolar() ? Form::tensor_bipolar : Form::tensor_unipolar;
    case SCMP_GRANULARITY_PER_HEAD:
        return Form::head_bipolar;
    default:
        return bipolar() ? Form::row_bipolar : Form::row_unipolar;
    }
}

Vector<std::uint16_t> ProductSpec::level_boundaries(quantize::Rule rule, std::pmr::memory_resource &memory) const {
    Vector<std::uint16_t> boundaries(std::size_t(q_max) + 1, &memory);
    quantize::level_boundaries(rule, q_max, streams.rng_levels, boundaries);
    return boundaries;
}

} // namespace scmp::product
