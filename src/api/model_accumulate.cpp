// Accumulators of finite width (section 3 of scmp_model.h).
#include "api/c_boundary.h"
#include "api/model_operands.h"
#include "base/sized_struct.h"
#include "model/accumulator.h"

namespace scmp::api {
namespace {

void check_range(std::int32_t value, int least, int most, const char *name) {
    if (value < least || value > most)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "%s = %d is not in %d .. %d", name, value, least, most);
}

scmp_accumulator accumulator_or_default(const scmp_accumulator *given) {
    scmp_accumulator accumulator;
    scmp_accumulator_init(&accumulator);
    read_sized(given, "accumulator", accumulator);
    check_range(accumulator.place, SCMP_ACCUMULATOR_PER_INDEX, SCMP_ACCUMULATOR_ADDER_TREE, "place");
    check_range(accumulator.overflow, SCMP_OVERFLOW_WRAP, SCMP_OVERFLOW_SATURATE, "overflow");
    check_range(accumulator.width, 1, SCMP_ACCUMULATOR_WIDTH_MAX, "width");
    check_range(accumulator.growth, 0, SCMP_ACCUMULATOR_WIDTH_MAX, "growth");
    return accumulator;
}

void accumulate(const ModelCall &call, const scmp_accumulator *given, const scmp_tensor *sums_given,
                const scmp_tensor *overflows_given, const scmp_tensor *levels_given) {
    const scmp_accumulator accumulator = accumulator_or_default(given);
    const std::array<std::int64_t, 2> shape = {call.n, call.m};
    const View sums = output(sums_given, "sums", sum_types, shape);
    call.check_apart_from_operands(sums, "sums");
    View overflows, levels;
    if (overflows_given != nullptr) {
        overflows = output(overflows_given, "overflows", sum_types, shape);
        call.check_apart_from_operands(overflows, "overflows");
        check_apart(overflows, "overflows", sums, "sums");
    }
    if (levels_given != nullptr) {
        if (accumulator.place != SCMP_ACCUMULATOR_ADDER_TREE)
            fail(SCMP_ERROR_UNSUPPORTED, "level_overflows is wanted, place = %d has no levels", int(accumulator.place));
        const std::int64_t count = model::tree_levels(call.d);
        levels = output(levels_given, "level_overflows", {SCMP_DTYPE_I64}, {&count, 1});
        call.check_apart_from_operands(levels, "level_overflows");
        check_apart(levels, "level_overflows", sums, "sums");
        if (overflows_given != nullptr) check_apart(levels, "level_overflows", overflows, "overflows");
    }
    const model::Accumulated result = model::accumulate(call.operands(), accumulator, call.ctx.memory);
    if (overflows_given != nullptr && overflows.dtype == SCMP_DTYPE_I32)
        for (std::size_t i = 0; i < result.overflows.size(); i++)
            if (result.overflows[i] > INT32_MAX)
                fail(SCMP_ERROR_INVALID_ARGUMENT, "%lld overflows at index %zu do not fit I32", ll(result.overflows[i]),
                     i);
    write_view(sums, result.sums.data());
    if (overflows_given != nullptr) write_view(overflows, result.overflows.data());
    if (levels_given != nullptr) write_view(levels, result.level_overflows.data());
}

} // namespace
} // namespace scmp::api

using namespace scmp;
using namespace scmp::api;

extern "C" {

int32_t scmp_accumulator_width_max(void) {
    return SCMP_ACCUMULATOR_WIDTH_MAX;
}

void scmp_accumulator_init_sized(scmp_accumulator *accumulator, size_t size) {
    init_sized(accumulator, size, {0, SCMP_ACCUMULATOR_PER_OUTPUT, SCMP_OVERFLOW_WRAP, 32, 0});
}

int32_t scmp_adder_tree_levels(int64_t d) {
    return model::tree_levels(d);
}

scmp_status scmp_accumulate(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                            const scmp_matmul_options *options, int64_t d_offset, const scmp_accumulator *accumulator,
                            const scmp_tensor *sums, const scmp_tensor *overflows, const scmp_tensor *level_overflows) {
    return c_boundary(
        [&] { accumulate(ModelCall(ctx, a, b, options, d_offset), accumulator, sums, overflows, level_overflows); });
}

scmp_status scmp_accumulator_width(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                                   const scmp_matmul_options *options, int64_t d_offset,
                                   const scmp_accumulator *accumulator, int32_t *width) {
    return c_boundary([&] {
        const ModelCall call(ctx, a, b, options, d_offset);
        scmp_accumulator given = accumulator_or_default(accumulator);
        require(width, "width");
        *width = model::accumulate(call.operands(), given, ctx->memory).width;
    });
}

scmp_status scmp_accumulator_width_any(const scmp_matmul_options *options, int64_t d,
                                       const scmp_accumulator *accumulator, int32_t *width) {
    return c_boundary([&] {
        const ProductSpec spec = resolve_options(options_or_defaults(options));
        const scmp_accumulator given = accumulator_or_default(accumulator);
        require(width, "width");
        if (d < 0) fail(SCMP_ERROR_INVALID_SHAPE, "d = %lld is negative", ll(d));
        check_d(spec, d);
        *width = model::safe_width(given, d, spec.streams.stoc_len);
    });
}

} // extern "C"
