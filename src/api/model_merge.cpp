// Other accumulation: OR and MUX (section 4 of scmp_model.h).
#include <array>

#include "api/c_boundary.h"
#include "api/model_operands.h"
#include "model/merge.h"

namespace scmp::api {
namespace {

View sums_of(const ModelCall &call, const scmp_tensor *given) {
    const std::array<std::int64_t, 2> shape = {call.n, call.m};
    const View sums = output(given, "sums", sum_types, shape);
    call.check_apart_from_operands(sums, "sums");
    return sums;
}

void check_group(std::int64_t group, std::int64_t most) {
    if (group < 1 || group > most)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "group = %lld is not in 1 .. %lld", ll(group), ll(most));
}

// The index of a group that each cycle counts: as given, or one after the other.
Buffer<std::int32_t> selection(const ModelCall &call, const scmp_tensor *given, std::int64_t group, const View &sums) {
    const std::int64_t length = call.spec.streams.stoc_len;
    Memory &memory = call.ctx.memory;
    if (given != nullptr) {
        const View view = input(given, "select", draw_types);
        check_shape(view, "select", {&length, 1});
        check_apart(sums, "sums", view, "select");
        return cycle_list(view, "select", 0, static_cast<int>(group - 1), memory);
    }
    Buffer<std::int32_t> select(memory, std::size_t(length));
    for (std::int64_t t = 0; t < length; t++) select[std::size_t(t)] = static_cast<std::int32_t>(t % group);
    return select;
}

} // namespace
} // namespace scmp::api

using namespace scmp;
using namespace scmp::api;

extern "C" {

scmp_status scmp_count_or(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                          const scmp_matmul_options *options, int64_t d_offset, int64_t group,
                          const scmp_tensor *sums) {
    return c_boundary([&] {
        const ModelCall call(ctx, a, b, options, d_offset);
        check_group(group, INT64_MAX);
        const View out = sums_of(call, sums);
        const model::Operands operands = call.operands();
        Buffer<std::int32_t> counts(ctx->memory, std::size_t(out.count));
        model::count_or(operands, group, counts.data(), ctx->memory);
        write_view(out, counts.data());
    });
}

scmp_status scmp_count_mux(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                           const scmp_matmul_options *options, int64_t d_offset, int64_t group,
                           const scmp_tensor *select, const scmp_tensor *sums) {
    return c_boundary([&] {
        const ModelCall call(ctx, a, b, options, d_offset);
        check_group(group, INT32_MAX);
        const View out = sums_of(call, sums);
        const Buffer<std::int32_t> chosen = selection(call, select, group, out);
        const model::Operands operands = call.operands();
        Buffer<std::int32_t> counts(ctx->memory, std::size_t(out.count));
        model::count_mux(operands, group, chosen.data(), counts.data(), ctx->memory);
        write_view(out, counts.data());
    });
}

} // extern "C"
