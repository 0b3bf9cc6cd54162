// Checks and reads the operands of the functions for hardware designers.
#include "api/model_operands.h"

#include <algorithm>

#include "api/c_boundary.h"

namespace scmp::api {
namespace {

constexpr std::int64_t most_products = std::int64_t(1) << 48;

scmp_ctx &context(scmp_ctx *ctx) {
    require(ctx, "ctx");
    return *ctx;
}

// Boundaries of elements with a sign; those without are the number 0.
void read_operand(const product::BoundaryOperand &from, const char *name, int rng_levels, Memory &memory,
                  Buffer<std::uint16_t> &boundaries, Buffer<std::int8_t> &signs) {
    const Buffer<std::int32_t> values = integers_of<std::int32_t>(from.boundary, memory);
    boundaries = Buffer<std::uint16_t>(memory, values.size());
    signs = Buffer<std::int8_t>(memory, values.size());
    for (std::size_t i = 0; i < values.size(); i++) {
        check_boundary(values[i], i, rng_levels, name);
        boundaries[i] = static_cast<std::uint16_t>(values[i]);
        signs[i] = 1;
    }
    if (!from.has_sign) return;
    const Buffer<std::int32_t> given = integers_of<std::int32_t>(from.sign, memory);
    for (std::size_t i = 0; i < given.size(); i++) {
        check_sign(given[i], i, name);
        signs[i] = static_cast<std::int8_t>(given[i]);
        if (given[i] == 0) boundaries[i] = 0;
    }
}

} // namespace

ModelCall::ModelCall(scmp_ctx *context_given, const scmp_quantized *a_given, const scmp_quantized *b_given,
                     const scmp_matmul_options *options_given, std::int64_t offset)
    : ctx(context(context_given)), options(options_or_defaults(options_given)), spec(resolve_options(options)),
      a(boundary_operand(a_given, "a", SCMP_DEVICE_CPU)), b(boundary_operand(b_given, "b", SCMP_DEVICE_CPU)),
      d_offset(offset), n(operand_of(a.boundary).rows), m(operand_of(b.boundary).rows), d(a.boundary.d()) {
    check_pair(a.boundary, b.boundary);
    check_rank(spec, a.boundary.rank);
    check_d(spec, d);
    if (spec.chunked(d))
        fail(SCMP_ERROR_UNSUPPORTED, "0 < chunk_d = %lld < D = %lld: each chunk is a product of its own here",
             ll(spec.chunk_d), ll(d));
    if (d_offset < 0) fail(SCMP_ERROR_INVALID_ARGUMENT, "d_offset = %lld is negative", ll(d_offset));
    resolve_config(ctx, options, spec);
    check_config_entries(spec, d_offset, d);
}

model::Operands ModelCall::operands() const {
    if (a.boundary.rank != 2)
        fail(SCMP_ERROR_INVALID_SHAPE, "a.boundary has rank %d, it must be 2: a batch entry is a view of its own",
             a.boundary.rank);
    // m * d cannot overflow: b.boundary has so many elements.
    if (n > most_products / std::max<std::int64_t>(m, 1) / std::max<std::int64_t>(d, 1))
        fail(SCMP_ERROR_INVALID_SHAPE, "N = %lld, M = %lld and D = %lld are more than 2^48 multipliers", ll(n), ll(m),
             ll(d));
    model::Operands operands;
    operands.n = n;
    operands.m = m;
    operands.d = d;
    operands.d_offset = d_offset;
    operands.shape = spec.streams;
    read_operand(a, "a", spec.streams.rng_levels, ctx.memory, operands.a, operands.sign_a);
    read_operand(b, "b", spec.streams.rng_levels, ctx.memory, operands.b, operands.sign_b);
    operands.streams = streams::stream_set(*spec.config, spec.streams, d_offset, d, ctx.memory);
    return operands;
}

void ModelCall::check_apart_from_operands(const View &out, const char *name) const {
    check_apart(out, name, a.boundary, "a.boundary");
    check_apart(out, name, b.boundary, "b.boundary");
    if (a.has_sign) check_apart(out, name, a.sign, "a.sign");
    if (b.has_sign) check_apart(out, name, b.sign, "b.sign");
}

Buffer<std::int32_t> cycle_list(const View &view, const char *name, int least, int most, Memory &memory) {
    if (view.rank != 1 || view.count < 1)
        fail(SCMP_ERROR_INVALID_SHAPE, "%s has shape %s, it must be (T,) with T at least 1", name,
             ShapeText(view).text);
    Buffer<std::int32_t> values = integers_of<std::int32_t>(view, memory);
    for (std::size_t i = 0; i < values.size(); i++)
        if (values[i] < least || values[i] > most)
            fail(SCMP_ERROR_INVALID_ARGUMENT, "%s[%zu] = %d is not in %d .. %d", name, i, values[i], least, most);
    return values;
}

} // namespace scmp::api
