// scmp_count: sums of boundaries that a caller gives, on the CPU or on the context's device.
#include <algorithm>
#include <memory>
#include <optional>

#include "api/c_boundary.h"
#include "api/places.h"
#include "api/product.h"
#include "api/stages.h"
#include "cuda/block/count.h"
#include "cuda/host/stages.h"

namespace scmp::api {
namespace {

// A call, checked.
struct CountCall {
    const BoundaryOperand &a, &b;
    const Numbers &numbers;
    const ConfigRef &config;
    std::int64_t d_offset, table_d;
    count::Segments segments;
    std::int64_t batch, n, m;
    bool accumulate;

    bool has_sign() const { return a.has_sign || b.has_sign; }
    double products() const { return double(batch) * double(n) * double(m) * double(segments.d); }
};

// The ascending list of boundaries that are marked, which begins with 0; their marks turn into their places in it.
// Where all that occur are boundaries of levels, those are the list, so that calls on other data find the same tables
// in the cache.
Vector<std::uint16_t> list_boundaries(Vector<std::int16_t> &marks, std::span<const std::uint16_t> levels,
                                      Memory &memory) {
    Vector<std::uint16_t> boundaries(&memory);
    marks[0] = 1;
    std::size_t left = std::size_t(std::count(marks.begin(), marks.end(), 1));
    for (std::size_t i = 0; i < levels.size(); i++)
        if (marks[levels[i]] == 1 && (i == 0 || levels[i] != levels[i - 1])) left--;
    if (left == 0)
        boundaries.assign(levels.begin(), levels.end());
    else
        for (std::size_t g = 0; g < marks.size(); g++)
            if (marks[g] == 1) boundaries.push_back(static_cast<std::uint16_t>(g));
    for (std::size_t c = boundaries.size(); c-- > 0;) marks[boundaries[c]] = static_cast<std::int16_t>(c);
    return boundaries;
}

// --- on the CPU -----------------------------------------------------------------------------------------------------

// Boundaries become codes: an index into the ascending list of boundaries that occur, with the sign.
struct Codes {
    Buffer<std::int16_t> codes;
    Vector<std::uint16_t> boundaries;

    Codes(const BoundaryOperand &operand, const char *name, int rng_levels, std::span<const std::uint16_t> levels,
          Memory &memory)
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

// Collects blocks of sums, (segments, batch, N, M), on top of what is there.
struct SumStage {
    Buffer<std::int64_t> sums;
    std::int64_t batch, n, m;

    static void take(void *context, const count::Block &block) {
        auto &stage = *static_cast<SumStage *>(context);
        for (std::int64_t r = 0; r < block.rows; r++) {
            const std::int64_t row = (block.segment * stage.batch + block.batch) * stage.n + block.n0 + r;
            std::int64_t *to = stage.sums.data() + row * stage.m + block.m0;
            for (std::int64_t c = 0; c < block.columns; c++) to[c] += block.sums[r * block.stride + c];
        }
    }
};

void check_totals(const Buffer<std::int64_t> &totals) {
    for (std::size_t i = 0; i < totals.size(); i++)
        if (totals[i] != static_cast<std::int32_t>(totals[i]))
            fail(SCMP_ERROR_INVALID_ARGUMENT, "the total %lld at index %zu of sums does not fit I32", ll(totals[i]), i);
}

void count_on_cpu(scmp_ctx &ctx, const CountCall &call, std::span<const std::uint16_t> levels, const View &sums) {
    const int rng_levels = call.numbers.streams.rng_levels;
    const Codes a(call.a, "a", rng_levels, levels, ctx.memory);
    const Codes b(call.b, "b", rng_levels, levels, ctx.memory);
    Monitor monitor = ctx.monitor();
    const Work work{ctx.worker_threads(), monitor, ctx.memory};
    const count::Kernel &kernel = ctx.backend.kernel_for(
        {a.boundaries.size(), b.boundaries.size(), call.has_sign(), call.numbers.streams.stoc_len});
    const count::PackedRight packed =
        count::pack_right(kernel, {b.codes.data(), call.batch, call.m, call.segments}, work);
    const count::Blocking blocking = count::blocking(kernel, call.batch, call.n, call.m, call.segments.d, work.threads);
    const auto tables = ctx.tables.get({call.config, call.numbers.streams, call.d_offset, call.table_d}, a.boundaries,
                                       b.boundaries, kernel, blocking.rows, call.products());

    SumStage stage{call.accumulate ? integers_of<std::int64_t>(sums, ctx.memory)
                                   : Buffer<std::int64_t>(ctx.memory, std::size_t(sums.count)),
                   call.batch, call.n, call.m};
    if (!call.accumulate) std::fill_n(stage.sums.data(), stage.sums.size(), std::int64_t(0));
    if (call.segments.number() > 0) {
        const count::PackedLeft left =
            count::pack_left(kernel, blocking, *tables, {a.codes.data(), call.batch, call.n, call.segments}, work);
        count::run(kernel, blocking, left, packed, work, {SumStage::take, &stage});
    }
    if (sums.dtype == SCMP_DTYPE_I32) check_totals(stage.sums);
    write_view(sums, stage.sums.data());
}

// --- on the device --------------------------------------------------------------------------------------------------

// Copies of operands and sums, and the CPU: for what the device's kernels do not count, and to find what is wrong.
void count_copies(scmp_ctx &ctx, const CountCall &call, std::span<const std::uint16_t> levels, const View &sums) {
    const OnHost boundary_a(ctx, call.a.boundary, ctx.memory), boundary_b(ctx, call.b.boundary, ctx.memory);
    BoundaryOperand a = call.a, b = call.b;
    a.boundary = boundary_a.view();
    b.boundary = boundary_b.view();
    std::optional<OnHost> sign_a, sign_b;
    if (a.has_sign) a.sign = sign_a.emplace(ctx, a.sign, ctx.memory).view();
    if (b.has_sign) b.sign = sign_b.emplace(ctx, b.sign, ctx.memory).view();
    const OutputOnHost here(ctx, sums, call.accumulate, ctx.memory);
    count_on_cpu(ctx,
                 {.a = a,
                  .b = b,
                  .numbers = call.numbers,
                  .config = call.config,
                  .d_offset = call.d_offset,
                  .table_d = call.table_d,
                  .segments = call.segments,
                  .batch = call.batch,
                  .n = call.n,
                  .m = call.m,
                  .accumulate = call.accumulate},
                 levels, here.view());
    here.commit();
}

// False where the CPU has to do it.
bool count_on_device(scmp_ctx &ctx, const CountCall &call, std::span<const std::uint16_t> levels, const View &sums) {
    const cuda::Device &gpu = gpu_of(ctx);
    const cuda::Stage stage(gpu);
    Monitor monitor = ctx.monitor();
    const Work work{ctx.worker_threads(), monitor, ctx.memory};
    const int rng_levels = call.numbers.streams.rng_levels;
    const auto codes_of = [&](const BoundaryOperand &x) {
        return cuda::Codes(gpu, x.boundary, x.has_sign ? &x.sign : nullptr, rng_levels, work);
    };
    cuda::Codes a = codes_of(call.a), b = codes_of(call.b);
    auto marks_a = a.marks(ctx.memory), marks_b = b.marks(ctx.memory);
    if (!marks_a || !marks_b) return false;
    const Vector<std::uint16_t> list_a = list_boundaries(*marks_a, levels, ctx.memory);
    const Vector<std::uint16_t> list_b = list_boundaries(*marks_b, levels, ctx.memory);
    if (std::max(list_a.size(), list_b.size()) > std::size_t(cuda::most_codes)) return false;
    a.encode(*marks_a);
    b.encode(*marks_b);
    std::shared_ptr<const streams::CountTables> tables; // the reference kernel wants no form of its own
    if (call.table_d > 0)
        tables = ctx.tables.get({call.config, call.numbers.streams, call.d_offset, call.table_d}, list_a, list_b,
                                count::reference_kernel, 1, 0.0);
    monitor.check(0.1);
    const auto counted = cuda::count(gpu, {a, b, call.batch, call.n, call.m, call.segments, tables, call.has_sign()},
                                     call.accumulate, sums, work);
    if (!counted) return true;
    const Buffer<std::byte> before =
        on_device(sums) ? cuda::fetched_elements(gpu, sums, ctx.memory) : cuda::packed_elements(sums, ctx.memory);
    Buffer<std::int64_t> totals(ctx.memory, counted->size());
    for (std::size_t i = 0; i < totals.size(); i++)
        totals[i] = std::int64_t((*counted)[i]) + load<std::int32_t>(before.data() + i * sizeof(std::int32_t));
    check_totals(totals);
    return true;
}

} // namespace

BoundaryOperand::BoundaryOperand(const scmp_quantized *quantized, const char *name, const char *boundary_name,
                                 const char *sign_name, std::int32_t device) {
    check_quantized(quantized, name);
    boundary = input(quantized->boundary, boundary_name, draw_types, device);
    check_matrix(boundary, boundary_name);
    has_sign = quantized->sign != nullptr;
    if (!has_sign) return;
    sign = input(quantized->sign, sign_name, {SCMP_DTYPE_I8}, device);
    check_shape(sign, sign_name, {boundary.shape.data(), std::size_t(boundary.rank)});
}

void check_boundary(std::int32_t value, std::size_t index, int rng_levels, const char *name) {
    if (value < 0 || value > rng_levels)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "%s.boundary has %d at index %zu, it must be in 0 .. %d", name, value, index,
             rng_levels);
}

void check_sign(std::int32_t value, std::size_t index, const char *name) {
    if (value < -1 || value > 1)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "%s.sign has %d at index %zu, it must be -1, 0 or 1", name, value, index);
}

void count_stage(scmp_ctx &ctx, const scmp_quantized *a_given, const scmp_quantized *b_given,
                 const scmp_matmul_options &options, std::int64_t d_offset, bool accumulate,
                 const scmp_tensor *sums_tensor) {
    Numbers numbers = resolve_numbers(options);
    const std::int32_t device = ctx.tensor_device();
    const BoundaryOperand a(a_given, "a", "a.boundary", "a.sign", device);
    const BoundaryOperand b(b_given, "b", "b.boundary", "b.sign", device);
    check_pair(a.boundary, b.boundary);
    numbers.check_rank(a.boundary.rank);
    const std::int64_t d = a.boundary.d();
    numbers.check_d(d);
    if (d_offset < 0) fail(SCMP_ERROR_INVALID_ARGUMENT, "d_offset = %lld is negative", ll(d_offset));
    if (d_offset > 0 && numbers.chunked(d))
        fail(SCMP_ERROR_UNSUPPORTED,
             "d_offset = %lld with 0 < chunk_d = %lld < D = %lld: indices restart in each chunk", ll(d_offset),
             ll(numbers.chunk_d), ll(d));
    const ConfigRef config = resolve_config(ctx, options, numbers);
    const count::Segments segments = numbers.segments(d);
    const std::int64_t table_d = std::min(d, segments.chunk);
    check_config_entries(config, d_offset, table_d);

    const std::int64_t batch = operand_of(a.boundary).batch;
    const std::int64_t n = operand_of(a.boundary).rows;
    const std::int64_t m = operand_of(b.boundary).rows;
    Shape shape;
    if (numbers.chunked(d)) shape.add(segments.number());
    if (a.boundary.rank == 3) shape.add(batch);
    shape.add(n);
    shape.add(m);
    const View sums = output(sums_tensor, "sums", sum_types, shape.span(), device);
    bool any_on_device = on_device(sums);
    for (const BoundaryOperand *x : {&a, &b}) {
        check_apart(sums, "sums", x->boundary, "a boundary");
        if (x->has_sign) check_apart(sums, "sums", x->sign, "a sign");
        any_on_device |= on_device(x->boundary) || (x->has_sign && on_device(x->sign));
    }

    const Vector<std::uint16_t> levels = level_boundaries(numbers, numbers.rule(d), ctx.memory);
    const CountCall call{.a = a,
                         .b = b,
                         .numbers = numbers,
                         .config = config,
                         .d_offset = d_offset,
                         .table_d = table_d,
                         .segments = segments,
                         .batch = batch,
                         .n = n,
                         .m = m,
                         .accumulate = accumulate};
    if (!any_on_device)
        count_on_cpu(ctx, call, levels, sums);
    else if (!count_on_device(ctx, call, levels, sums))
        count_copies(ctx, call, levels, sums);
}

} // namespace scmp::api
