// Sums after fewer cycles (section 2 of scmp_model.h).
#include <algorithm>
#include <array>
#include <cmath>

#include "api/c_boundary.h"
#include "api/model_operands.h"

namespace scmp::api {
namespace {

// The use of masks depends on the stream length; those of the whole stream stay when fewer cycles are counted.
scmp_scramble fixed_scramble(const streams::StreamShape &shape) {
    if (!streams::scramble_applies(shape.scramble, shape.sc_prec, shape.stoc_len, shape.rng_levels))
        return SCMP_SCRAMBLE_OFF;
    const bool counter = shape.scramble == SCMP_SCRAMBLE_COUNTER || shape.scramble == SCMP_SCRAMBLE_ALWAYS_COUNTER;
    return counter ? SCMP_SCRAMBLE_ALWAYS_COUNTER : SCMP_SCRAMBLE_ALWAYS_BITREV;
}

// Products over the beginnings of the streams.
class Progressive {
public:
    Progressive(const ModelCall &call, const scmp_quantized *a, const scmp_quantized *b)
        : call_(call), a_(a), b_(b), options_(call.options) {
        options_.stoc_len = call.spec.streams.stoc_len;
        options_.rng_levels = call.spec.streams.rng_levels;
        options_.scramble = fixed_scramble(call.spec.streams);
        if (call.a.boundary.rank == 3) shape_[rank_++] = operand_of(call.a.boundary).batch;
        shape_[rank_++] = call.n;
        shape_[rank_++] = call.m;
    }

    // ([BH,] N, M)
    std::span<const std::int64_t> shape() const noexcept { return {shape_.data(), rank_}; }
    // Once an output of this shape is known to be sound.
    std::size_t outputs() const noexcept {
        std::size_t outputs = 1;
        for (const std::int64_t size : shape()) outputs *= std::size_t(size);
        return outputs;
    }

    void count(int cycles, std::int32_t *sums) {
        // No cycles, no ones; the call still checks the operands.
        options_.stoc_len = std::max(cycles, 1);
        const scmp_tensor out = scmp_tensor_nd(SCMP_DTYPE_I32, sums, std::int32_t(rank_), shape_.data());
        count_stage(call_.ctx, a_, b_, options_, call_.d_offset, false, &out);
        if (cycles == 0) std::fill_n(sums, outputs(), 0);
    }

private:
    const ModelCall &call_;
    const scmp_quantized *a_;
    const scmp_quantized *b_;
    scmp_matmul_options options_;
    std::array<std::int64_t, 3> shape_{};
    std::size_t rank_ = 0;
};

void progressive_counts(const ModelCall &call, const scmp_quantized *a, const scmp_quantized *b,
                        const scmp_tensor *cycles_given, const scmp_tensor *sums_given) {
    const View list = input(cycles_given, "cycles", draw_types);
    const Buffer<std::int32_t> cycles = cycle_list(list, "cycles", 0, call.spec.streams.stoc_len, call.ctx.memory);
    Progressive progressive(call, a, b);
    std::array<std::int64_t, 4> shape = {std::ssize(cycles.span())};
    std::copy(progressive.shape().begin(), progressive.shape().end(), shape.begin() + 1);
    const View sums = output(sums_given, "sums", sum_types, std::span(shape).first(progressive.shape().size() + 1));
    call.check_apart_from_operands(sums, "sums");
    check_apart(sums, "sums", list, "cycles");
    // All of it, so that a call that is cancelled leaves the output alone.
    Buffer<std::int32_t> staged(call.ctx.memory, std::size_t(sums.count));
    for (std::size_t i = 0; i < cycles.size(); i++)
        progressive.count(cycles[i], staged.data() + i * progressive.outputs());
    write_view(sums, staged.data());
}

Buffer<double> target_values(const scmp_tensor *given, const View &out, Progressive &progressive, int stoc_len,
                             Memory &memory) {
    if (given != nullptr) {
        const View target = input(given, "target", {SCMP_DTYPE_F32, SCMP_DTYPE_F64});
        check_shape(target, "target", progressive.shape());
        check_apart(out, "out", target, "target");
        require_finite(target, {}, false, "target");
        return floats_of<double>(target, memory);
    }
    Buffer<std::int32_t> sums(memory, progressive.outputs());
    progressive.count(stoc_len, sums.data());
    Buffer<double> values(memory, sums.size());
    std::copy_n(sums.data(), sums.size(), values.data());
    return values;
}

void cycles_to_tolerance(const ModelCall &call, const scmp_quantized *a, const scmp_quantized *b,
                         const scmp_tensor *cycles_given, const scmp_tensor *target_given, double tolerance,
                         const scmp_tensor *out_given) {
    const int stoc_len = call.spec.streams.stoc_len;
    Memory &memory = call.ctx.memory;
    if (!(tolerance >= 0) || std::isinf(tolerance))
        fail(SCMP_ERROR_INVALID_ARGUMENT, "tolerance = %g is not finite and at least 0", tolerance);
    const View list = input(cycles_given, "cycles", draw_types);
    const Buffer<std::int32_t> cycles = cycle_list(list, "cycles", 1, stoc_len, memory);
    for (std::size_t i = 1; i < cycles.size(); i++)
        if (cycles[i] <= cycles[i - 1])
            fail(SCMP_ERROR_INVALID_ARGUMENT, "cycles[%zu] = %d comes after %d: they must ascend", i, cycles[i],
                 cycles[i - 1]);
    Progressive progressive(call, a, b);
    const View out = output(out_given, "out", draw_types, progressive.shape());
    call.check_apart_from_operands(out, "out");
    check_apart(out, "out", list, "cycles");

    const Buffer<double> target = target_values(target_given, out, progressive, stoc_len, memory);
    Buffer<std::int32_t> sums(memory, progressive.outputs());
    Buffer<std::int32_t> settled(memory, progressive.outputs());
    std::fill_n(settled.data(), settled.size(), -1);
    for (const std::int32_t c : cycles.span()) {
        progressive.count(c, sums.data());
        for (std::size_t i = 0; i < sums.size(); i++) {
            const bool near = std::fabs(double(sums[i]) * stoc_len - target[i] * c) <= tolerance * c;
            if (!near)
                settled[i] = -1;
            else if (settled[i] < 0)
                settled[i] = c;
        }
    }
    write_view(out, settled.data());
}

} // namespace
} // namespace scmp::api

using namespace scmp;
using namespace scmp::api;

extern "C" {

scmp_status scmp_progressive_counts(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                                    const scmp_matmul_options *options, int64_t d_offset, const scmp_tensor *cycles,
                                    const scmp_tensor *sums) {
    return c_boundary([&] { progressive_counts(ModelCall(ctx, a, b, options, d_offset), a, b, cycles, sums); });
}

scmp_status scmp_cycles_to_tolerance(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                                     const scmp_matmul_options *options, int64_t d_offset, const scmp_tensor *cycles,
                                     const scmp_tensor *target, double tolerance, const scmp_tensor *out) {
    return c_boundary(
        [&] { cycles_to_tolerance(ModelCall(ctx, a, b, options, d_offset), a, b, cycles, target, tolerance, out); });
}

} // extern "C"
