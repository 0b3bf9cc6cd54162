// Counts boundaries that a caller gives, on the CPU.
#include <algorithm>

#include "product/boundaries.h"
#include "product/cpu.h"
#include "product/sinks.h"
#include "tensor/copy.h"

namespace scmp::product::cpu {
namespace {

// Boundaries become codes: an index into the ascending list of boundaries that occur, with the sign.
struct Codes {
    Buffer<std::int16_t> codes;
    Vector<std::uint16_t> boundaries;

    Codes(const BoundaryOperand &operand, const char *name, int rng_levels, std::span<const std::uint16_t> levels,
          std::pmr::memory_resource &memory)
        : codes(memory, std::size_t(operand.boundary.count)), boundaries(&memory) {
        const Buffer<std::int32_t> values = integers_of<std::int32_t>(operand.boundary, memory);
        Vector<std::int16_t> code_of(std::size_t(rng_levels) + 1, 0, &memory);
        for (std::size_t i = 0; i < values.size(); i++) {
            check_boundary(values[i], i, rng_levels, name);
            code_of[std::size_t(values[i])] = 1;
        }
        boundaries = list_boundaries(code_of, levels, memory);
        for (std::size_t i = 0; i < values.size(); i++) codes[i] = code_of[std::size_t(values[i])];
        if (operand.has_sign) apply_signs(integers_of<std::int32_t>(operand.sign, memory), name);
    }

private:
    void apply_signs(const Buffer<std::int32_t> &signs, const char *name) {
        for (std::size_t i = 0; i < signs.size(); i++) {
            check_sign(signs[i], i, name);
            codes[i] = static_cast<std::int16_t>(codes[i] * signs[i]);
        }
    }
};

} // namespace

void count(Resources &resources, const CountSpec &call, const View &sums, const Work &work) {
    const streams::StreamShape &streams = call.spec.streams;
    const Vector<std::uint16_t> levels = call.spec.level_boundaries(call.spec.rule(call.segments.d), work.memory);
    const Codes a(call.a, "a", streams.rng_levels, levels, work.memory);
    const Codes b(call.b, "b", streams.rng_levels, levels, work.memory);
    const count::Kernel &kernel =
        resources.backend.kernel_for({a.boundaries.size(), b.boundaries.size(), call.has_sign(), streams.stoc_len});
    const count::PackedRight packed =
        count::pack_right(kernel, {b.codes.data(), call.batch, call.m, call.segments}, work);
    const count::Blocking blocking = count::blocking(kernel, call.batch, call.n, call.m, call.segments.d, work.threads);
    const auto tables = resources.tables.get({call.spec.config, streams, call.d_offset, call.table_d()}, a.boundaries,
                                             b.boundaries, {kernel, blocking.rows, call.products()});

    SumSink sink{call.accumulate ? integers_of<std::int64_t>(sums, work.memory)
                                 : Buffer<std::int64_t>(work.memory, std::size_t(sums.count)),
                 call.batch, call.n, call.m};
    if (!call.accumulate) std::fill_n(sink.sums.data(), sink.sums.size(), std::int64_t(0));
    if (call.segments.number() > 0) {
        const count::PackedLeft left =
            count::pack_left(kernel, blocking, *tables, {a.codes.data(), call.batch, call.n, call.segments}, work);
        count::run(kernel, blocking, left, packed, work, {emit_to<SumSink>, &sink});
    }
    if (sums.dtype == SCMP_DTYPE_I32) check_totals(sink.sums.span());
    write_view(sums, sink.sums.data());
}

} // namespace scmp::product::cpu
