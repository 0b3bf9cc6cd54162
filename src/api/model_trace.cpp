// Traces of multipliers (section 1 of scmp_model.h).
#include <algorithm>
#include <array>

#include "api/c_boundary.h"
#include "api/model_operands.h"
#include "base/sized_struct.h"
#include "model/trace.h"

namespace scmp::api {
namespace {

constexpr std::initializer_list<scmp_dtype> bit_types = {SCMP_DTYPE_U8, SCMP_DTYPE_I8};
constexpr std::initializer_list<scmp_dtype> sign_types = {SCMP_DTYPE_I8};

// The arrays of a trace that a caller has, by signal.
class TraceArrays {
public:
    enum Use { written, observed };

    TraceArrays(const scmp_trace *given, const char *name, const ModelCall &call, Use use) {
        require(given, name);
        scmp_trace trace;
        read_sized(given, name, trace);
        const std::int64_t n = call.n, m = call.m, d = call.d, length = call.spec.streams.stoc_len;
        const std::array<std::int64_t, 4> all = {n, m, d, length};
        const std::array<std::int64_t, 3> left = {n, d, length};
        const std::array<std::int64_t, 2> draws = {d, length};
        const auto add = [&](scmp_signal signal, const scmp_tensor *tensor, std::initializer_list<scmp_dtype> dtypes,
                             std::span<const std::int64_t> shape) {
            if (tensor == nullptr) return;
            const char *what = model::signal_name(signal);
            View &view = views_[std::size_t(signal)];
            if (use == written) {
                view = output(tensor, what, dtypes, shape);
                call.check_apart_from_operands(view, what);
                for (int other = 1; other < signal; other++)
                    if (const View *earlier = get(other))
                        check_apart(view, what, *earlier, model::signal_name(scmp_signal(other)));
            } else {
                view = input(tensor, what, dtypes);
                check_shape(view, what, shape);
            }
            there_[std::size_t(signal)] = true;
        };
        add(SCMP_SIGNAL_LEFT_DRAW, trace.left_draw, draw_types, draws);
        add(SCMP_SIGNAL_LEFT_BIT, trace.left_bit, bit_types, left);
        add(SCMP_SIGNAL_RIGHT_POSITION, trace.right_position, draw_types, left);
        add(SCMP_SIGNAL_RIGHT_DRAW, trace.right_draw, draw_types, left);
        add(SCMP_SIGNAL_RIGHT_BIT, trace.right_bit, bit_types, all);
        add(SCMP_SIGNAL_AND_BIT, trace.and_bit, bit_types, all);
        add(SCMP_SIGNAL_PARTIAL, trace.partial, draw_types, all);
        add(SCMP_SIGNAL_SIGN, trace.sign, sign_types, std::span(all).first(3));
        add(SCMP_SIGNAL_COUNT, trace.count, draw_types, std::span(all).first(3));
        add(SCMP_SIGNAL_SUM, trace.sum, sum_types, std::span(all).first(2));
    }

    // NULL where the caller has none.
    const View *get(int signal) const noexcept {
        return there_[std::size_t(signal)] ? &views_[std::size_t(signal)] : nullptr;
    }
    // The row over the cycles, or the element, that belongs to an output and inner index.
    std::byte *at(int signal, std::int64_t n, std::int64_t m, std::int64_t d) const noexcept {
        const View &view = views_[std::size_t(signal)];
        switch (signal) {
        case SCMP_SIGNAL_LEFT_DRAW:
            return element_at(view, {d});
        case SCMP_SIGNAL_LEFT_BIT:
        case SCMP_SIGNAL_RIGHT_POSITION:
        case SCMP_SIGNAL_RIGHT_DRAW:
            return element_at(view, {n, d});
        case SCMP_SIGNAL_SUM:
            return element_at(view, {n, m});
        default:
            return element_at(view, {n, m, d});
        }
    }

private:
    std::array<View, SCMP_SIGNAL_SUM + 1> views_{};
    std::array<bool, SCMP_SIGNAL_SUM + 1> there_{};
};

// --- arrays --------------------------------------------------------------------------------------------------------

class ArrayWriter {
public:
    ArrayWriter(const model::Operands &operands, const TraceArrays &arrays, Memory &memory)
        : operands_(operands), arrays_(arrays), rows_(operands.stoc_len(), memory) {}

    void write_all() {
        const model::Operands &x = operands_;
        for (std::int64_t d = 0; d < x.d; d++) {
            rows_.trace({x.streams, d, 0, 0});
            write_rows(SCMP_SIGNAL_LEFT_DRAW, SCMP_SIGNAL_LEFT_DRAW, 0, 0, d);
        }
        for (std::int64_t n = 0; n < x.n; n++)
            for (std::int64_t d = 0; d < x.d; d++) {
                rows_.trace({x.streams, d, x.left(n, d), 0});
                write_rows(SCMP_SIGNAL_LEFT_BIT, SCMP_SIGNAL_RIGHT_DRAW, n, 0, d);
            }
        for (std::int64_t n = 0; n < x.n; n++)
            for (std::int64_t m = 0; m < x.m; m++) write_output(n, m);
    }

private:
    void write_output(std::int64_t n, std::int64_t m) {
        std::int32_t sum = 0;
        for (std::int64_t d = 0; d < operands_.d; d++) {
            rows_.trace({operands_, n, m, d});
            write_rows(SCMP_SIGNAL_RIGHT_BIT, SCMP_SIGNAL_PARTIAL, n, m, d);
            const std::int32_t sign = operands_.sign(n, m, d);
            const std::int32_t count = rows_.count();
            write_values(SCMP_SIGNAL_SIGN, n, m, d, &sign, 1);
            write_values(SCMP_SIGNAL_COUNT, n, m, d, &count, 1);
            sum += sign * count;
        }
        write_values(SCMP_SIGNAL_SUM, n, m, 0, &sum, 1);
    }

    void write_rows(int first, int last, std::int64_t n, std::int64_t m, std::int64_t d) {
        for (int signal = first; signal <= last; signal++)
            write_values(signal, n, m, d, rows_.row(signal), operands_.stoc_len());
    }

    void write_values(int signal, std::int64_t n, std::int64_t m, std::int64_t d, const std::int32_t *values,
                      std::int64_t count) {
        const View *view = arrays_.get(signal);
        if (view != nullptr) write({arrays_.at(signal, n, m, d), view->dtype, view->stride_d()}, values, count);
    }

    const model::Operands &operands_;
    const TraceArrays &arrays_;
    model::SignalRows rows_;
};

// --- the first difference ------------------------------------------------------------------------------------------

class Comparison {
public:
    Comparison(const model::Operands &operands, const TraceArrays &observed, Memory &memory)
        : operands_(operands), observed_(observed), rows_(operands.stoc_len(), memory),
          given_(memory, std::size_t(operands.stoc_len())) {
        scmp_divergence_init(&first_);
    }

    scmp_divergence find() {
        for (std::int64_t n = 0; n < operands_.n; n++)
            for (std::int64_t m = 0; m < operands_.m; m++)
                if (differs(n, m)) return first_;
        return first_;
    }

private:
    bool differs(std::int64_t n, std::int64_t m) {
        std::int64_t sum = 0;
        for (std::int64_t d = 0; d < operands_.d; d++) {
            rows_.trace({operands_, n, m, d});
            const int sign = operands_.sign(n, m, d);
            sum += sign * rows_.count();
            if (value_differs(SCMP_SIGNAL_SIGN, n, m, d, sign) || rows_differ(n, m, d) ||
                value_differs(SCMP_SIGNAL_COUNT, n, m, d, rows_.count()))
                return true;
        }
        if (!value_differs(SCMP_SIGNAL_SUM, n, m, 0, sum)) return false;
        first_.d = -1;
        return true;
    }

    bool value_differs(scmp_signal signal, std::int64_t n, std::int64_t m, std::int64_t d, std::int64_t expected) {
        const View *view = observed_.get(signal);
        if (view == nullptr) return false;
        std::int64_t given = 0;
        read_integers({observed_.at(signal, n, m, d), view->dtype, 1}, 1, &given);
        if (given == expected) return false;
        first_ = {sizeof first_, signal, n, m, d, -1, expected, given};
        return true;
    }

    // Of all signals the one that differs in the earliest cycle.
    bool rows_differ(std::int64_t n, std::int64_t m, std::int64_t d) {
        std::ptrdiff_t earliest = operands_.stoc_len();
        for (int signal = SCMP_SIGNAL_LEFT_DRAW; signal <= SCMP_SIGNAL_PARTIAL; signal++) {
            const View *view = observed_.get(signal);
            if (view == nullptr) continue;
            read_integers({observed_.at(signal, n, m, d), view->dtype, view->stride_d()}, earliest, given_.data());
            const std::int32_t *expected = rows_.row(signal);
            const auto at = std::mismatch(expected, expected + earliest, given_.data()).first - expected;
            if (at == earliest) continue;
            earliest = at;
            first_ = {sizeof first_, scmp_signal(signal), n, m, d, at, expected[at], given_[std::size_t(at)]};
        }
        return earliest < operands_.stoc_len();
    }

    const model::Operands &operands_;
    const TraceArrays &observed_;
    model::SignalRows rows_;
    Buffer<std::int32_t> given_;
    scmp_divergence first_;
};

template <class Write>
scmp_status write_text(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                       const scmp_matmul_options *options, std::int64_t d_offset, scmp_write_fn function, void *user,
                       Write &&write) {
    return c_boundary([&] {
        const ModelCall call(ctx, a, b, options, d_offset);
        if (function == nullptr) fail(SCMP_ERROR_INVALID_ARGUMENT, "write is NULL");
        write(call.operands(), model::Writer{function, user});
    });
}

} // namespace
} // namespace scmp::api

using namespace scmp;
using namespace scmp::api;

extern "C" {

void scmp_trace_init_sized(scmp_trace *trace, size_t size) {
    init_sized(trace, size, {});
}

const char *scmp_signal_name(scmp_signal signal) {
    return model::signal_name(signal);
}

void scmp_divergence_init_sized(scmp_divergence *divergence, size_t size) {
    init_sized(divergence, size, {0, SCMP_SIGNAL_NONE, -1, -1, -1, -1, 0, 0});
}

scmp_status scmp_trace_arrays(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                              const scmp_matmul_options *options, int64_t d_offset, const scmp_trace *out) {
    return c_boundary([&] {
        const ModelCall call(ctx, a, b, options, d_offset);
        const TraceArrays arrays(out, "out", call, TraceArrays::written);
        const model::Operands operands = call.operands();
        ArrayWriter(operands, arrays, ctx->memory).write_all();
    });
}

scmp_status scmp_trace_csv(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                           const scmp_matmul_options *options, int64_t d_offset, scmp_write_fn write, void *user) {
    return write_text(ctx, a, b, options, d_offset, write, user,
                      [](const model::Operands &operands, model::Writer writer) { write_csv(operands, writer); });
}

scmp_status scmp_trace_vcd(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                           const scmp_matmul_options *options, int64_t d_offset, scmp_write_fn write, void *user) {
    return write_text(
        ctx, a, b, options, d_offset, write, user,
        [&](const model::Operands &operands, model::Writer writer) { write_vcd(operands, writer, ctx->memory); });
}

scmp_status scmp_trace_compare(scmp_ctx *ctx, const scmp_quantized *a, const scmp_quantized *b,
                               const scmp_matmul_options *options, int64_t d_offset, const scmp_trace *observed,
                               scmp_divergence *out) {
    return c_boundary([&] {
        const ModelCall call(ctx, a, b, options, d_offset);
        require(out, "out");
        check_sized(out, "out");
        const TraceArrays arrays(observed, "observed", call, TraceArrays::observed);
        const model::Operands operands = call.operands();
        write_sized(out, Comparison(operands, arrays, ctx->memory).find());
    });
}

} // extern "C"
