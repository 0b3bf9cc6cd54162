// Runs the stages of a product one after another.
#include "api/product.h"

#include <algorithm>
#include <cstdio>

#include "base/error.h"

namespace scmp::api {
namespace {

Buffer<float> to_float(const Buffer<double> &values, std::pmr::memory_resource &memory) {
    Buffer<float> out(memory, values.size());
    std::transform(values.data(), values.data() + values.size(), out.data(),
                   [](double value) { return static_cast<float>(value); });
    return out;
}

// Takes blocks of sums from the engine and writes what was asked for. With a cancel callback results are staged, so
// that a cancelled call leaves the outputs alone.
class Sink {
public:
    Sink(const scmp_ctx &ctx, const Numbers &numbers, const Factors &a, const Right &b, std::int64_t n,
         const Outputs &outputs, const count::Blocking &blocking, const Work &work)
        : numbers_(numbers), a_(a), b_(b), n_(n), row_(ctx.backend.rows.dequantize), chunked_(numbers.chunked(b.d)),
          columns_(b.kernel->columns), blocking_(blocking),
          // All rows of a task keep their values while chunks are added, otherwise one row at a time is enough.
          values_rows_(chunked_ ? blocking.rows * blocking.panels : 1) {
        if (outputs.y != nullptr) y_ = target(outputs.y, staged_y_, work);
        if (outputs.counts != nullptr) counts_ = target(outputs.counts, staged_counts_, work);
        direct_ = !chunked_ && in_place<float>(y_.to, y_.dtype, y_.stride_m, b.m);
        if (y_.to != nullptr && !direct_)
            values_ = Buffer<float>(work.memory, std::size_t(blocking.workers * values_rows_ * columns_));
    }

    void take(const count::Block &block) {
        const bool last = block.segment + 1 >= b_.packed.segments.number();
        const dequantize::Terms terms = terms_of(numbers_, a_, b_.factors, n_, b_.m, b_.d, block.batch, block.segment);
        for (std::int64_t r = 0; r < block.rows; r++) {
            const std::int32_t *sums = block.sums + r * block.stride;
            if (y_.to != nullptr && direct_) {
                row_(terms, block.n0 + r, block.m0, block.columns, sums, false,
                     reinterpret_cast<float *>(y_.run(block, r).data));
            } else if (y_.to != nullptr) {
                const std::int64_t row = chunked_ ? block.m0 / columns_ % blocking_.panels * blocking_.rows + r : 0;
                float *values = values_.data() + (block.worker * values_rows_ + row) * columns_;
                if (chunked_ && block.segment == 0) std::fill_n(values, columns_, 0.0F);
                row_(terms, block.n0 + r, block.m0, block.columns, sums, chunked_, values);
                if (last) write(y_.run(block, r), values, block.columns);
            }
            if (counts_.to != nullptr) write(counts_.run(block, r), sums, block.columns);
        }
    }

    // What was staged goes to the outputs.
    void commit() {
        if (staged_y_.size() > 0) write_view(*y_.view, staged_y_.data());
        if (staged_counts_.size() > 0) write_view(*counts_.view, staged_counts_.data());
    }

private:
    // Where blocks are written: the output itself or a contiguous stage, as (batch, N, M).
    struct Target {
        const View *view = nullptr; // the output
        std::byte *to = nullptr;
        scmp_dtype dtype = SCMP_DTYPE_F32;
        std::int64_t stride_batch = 0, stride_n = 0, stride_m = 1;

        OutputRun run(const count::Block &block, std::int64_t r) const noexcept {
            const std::int64_t at = block.batch * stride_batch + (block.n0 + r) * stride_n + block.m0 * stride_m;
            return {to + at * size_of(dtype), dtype, stride_m};
        }
    };

    template <class T> Target target(const View *view, Buffer<T> &stage, const Work &work) {
        if (!work.monitor.can_cancel() || view->count == 0) {
            const Operand out = operand_of(*view);
            return {view, view->data, view->dtype, out.stride_batch, out.stride_row, out.stride_d};
        }
        stage = Buffer<T>(work.memory, std::size_t(view->count));
        constexpr scmp_dtype dtype = std::is_same_v<T, float> ? SCMP_DTYPE_F32 : SCMP_DTYPE_I32;
        return {view, reinterpret_cast<std::byte *>(stage.data()), dtype, n_ * b_.m, b_.m, 1};
    }

    const Numbers &numbers_;
    const Factors &a_;
    const Right &b_;
    std::int64_t n_;
    dequantize::RowFunction row_;
    bool chunked_;
    std::int64_t columns_;
    count::Blocking blocking_;
    std::int64_t values_rows_;
    bool direct_ = false;  // sums become values in y itself
    Buffer<float> values_; // (workers, values_rows, columns); empty where direct
    Buffer<float> staged_y_;
    Buffer<std::int32_t> staged_counts_;
    Target y_, counts_;
};

// Hands blocks to the sink and keeps, for each worker, the milliseconds that it took.
class TimedSink {
public:
    TimedSink(Sink &sink, int workers, std::pmr::memory_resource &memory)
        : sink_(sink), clocks_(memory, std::size_t(workers)) {
        std::fill_n(clocks_.data(), clocks_.size(), Clock{0});
    }

    void take(const count::Block &block) {
        Stopwatch watch;
        sink_.take(block);
        clocks_[std::size_t(block.worker)].ms += watch.lap();
    }

    double mean() const noexcept {
        double sum = 0;
        for (const Clock &clock : clocks_.span()) sum += clock.ms;
        return sum / double(clocks_.size());
    }

private:
    struct alignas(Buffer<double>::alignment) Clock { // a cache line each
        double ms;
    };
    Sink &sink_;
    Buffer<Clock> clocks_;
};

template <class Receiver> void emit_to(void *receiver, const count::Block &block) {
    static_cast<Receiver *>(receiver)->take(block);
}

} // namespace

dequantize::Form form_of(const Numbers &numbers) {
    using dequantize::Form;
    switch (numbers.granularity) {
    case SCMP_GRANULARITY_PER_TENSOR:
        return numbers.bipolar() ? Form::tensor_bipolar : Form::tensor_unipolar;
    case SCMP_GRANULARITY_PER_HEAD:
        return Form::head_bipolar;
    default:
        return numbers.bipolar() ? Form::row_bipolar : Form::row_unipolar;
    }
}

Factors factors_of(const quantize::Quantized &operand, std::pmr::memory_resource &memory) {
    Factors factors;
    if (operand.scopes.kind == quantize::Scopes::tensor) {
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

dequantize::Terms terms_of(const Numbers &numbers, const Factors &a, const Factors &b, std::int64_t n, std::int64_t m,
                           std::int64_t d, std::int64_t batch, std::int64_t segment) {
    using dequantize::Form;
    // Entries of the scale shape: by batch entry, or by chunk (a batch has one entry there), then by row.
    const std::int64_t block = batch + segment;
    const auto rows_of = [](const Buffer<float> &list, std::int64_t first) {
        return list.size() == 0 ? nullptr : list.data() + first;
    };
    dequantize::Terms terms;
    terms.form = form_of(numbers);
    terms.c = dequantize::unit(numbers.q_max, numbers.streams.stoc_len);
    terms.row_sum_a = rows_of(a.row_sum, batch * n);
    terms.row_sum_b = rows_of(b.row_sum, batch * m);
    switch (terms.form) {
    case Form::tensor_bipolar:
    case Form::tensor_unipolar:
        terms.factor = dequantize::tensor_factor(a.tensor_scale, b.tensor_scale);
        terms.za = static_cast<float>(a.tensor_zero_point);
        terms.zb = static_cast<float>(b.tensor_zero_point);
        terms.d_term = dequantize::tensor_d_term(double(d), a.tensor_zero_point, b.tensor_zero_point);
        break;
    case Form::head_bipolar:
        terms.factor = dequantize::head_factor(terms.c, a.scale[std::size_t(batch)], b.scale[std::size_t(batch)]);
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

Right make_right(const scmp_ctx &ctx, const Numbers &numbers, const View &b, const SmoothScales &smooth,
                 const Work &work, scmp_report &report) {
    Stopwatch watch;
    const quantize::Scopes scopes = numbers.scopes(b, SCMP_SIDE_RIGHT);
    const quantize::Quantized levels =
        quantize::quantize({b, smoothing_on(smooth, SCMP_SIDE_RIGHT, b.dtype), "b"}, scopes, numbers.rule(scopes.d),
                           numbers.q_max, nullptr, ctx.backend.rows.quantize, work);
    Right right{.batch = scopes.batch,
                .m = scopes.rows,
                .d = scopes.d,
                .rank = b.rank,
                .factors = factors_of(levels, work.memory),
                .kernel = &ctx.backend.kernel_for(numbers.demand()),
                .packed = {}};
    report.ms_quantize += watch.lap();
    right.packed =
        count::pack_right(*right.kernel, {levels.q.data(), right.batch, right.m, numbers.segments(right.d)}, work);
    report.ms_pack += watch.lap();
    return right;
}

void multiply(scmp_ctx &ctx, const Numbers &numbers, const ConfigRef &config, const View &a, const SmoothScales &smooth,
              const Right &b, const Outputs &outputs, const Work &work, scmp_report &report) {
    Stopwatch watch;
    const quantize::Scopes scopes = numbers.scopes(a, SCMP_SIDE_LEFT);
    const quantize::Rule rule = numbers.rule(b.d);
    const quantize::Quantized levels =
        quantize::quantize({a, smoothing_on(smooth, SCMP_SIDE_LEFT, a.dtype), "a"}, scopes, rule, numbers.q_max,
                           nullptr, ctx.backend.rows.quantize, work);
    const Factors factors = factors_of(levels, work.memory);
    report.ms_quantize += watch.lap();

    const count::Kernel &kernel = *b.kernel;
    const count::Blocking blocking = count::blocking(kernel, b.batch, scopes.rows, b.m, b.d, work.threads);
    const auto tables = level_tables(ctx, numbers, config, rule,
                                     {0, std::min(b.d, b.packed.segments.chunk), kernel, blocking.rows,
                                      double(b.batch) * double(scopes.rows) * double(b.m) * double(b.d)});
    report.tables = tables->pairs();
    report.kernel = kernel.method({tables.get(), blocking.rows, blocking.panels});
    report.panel_columns = kernel.columns;
    report.workers = blocking.workers;
    report.task_rows = blocking.rows;
    report.task_columns = blocking.panels * kernel.columns;
    report.tasks = blocking.items;
    report.ms_tables += watch.lap();

    const count::PackedLeft left =
        count::pack_left(kernel, blocking, *tables, {levels.q.data(), b.batch, scopes.rows, b.packed.segments}, work);
    report.ms_pack += watch.lap();

    work.monitor.pass(0.2, 1.0);
    Sink sink(ctx, numbers, factors, b, scopes.rows, outputs, blocking, work);
    if (outputs.observed) {
        TimedSink timed(sink, blocking.workers, work.memory);
        count::run(kernel, blocking, left, b.packed, work, {emit_to<TimedSink>, &timed});
        report.ms_dequantize = timed.mean();
    } else {
        count::run(kernel, blocking, left, b.packed, work, {emit_to<Sink>, &sink});
    }
    report.ms_count = watch.lap() - report.ms_dequantize;
    sink.commit();
    report.ms_dequantize += watch.lap();
    work.monitor.stop(1.0); // the whole call is done; too late to cancel
}

cuda::Quantizing quantizing(const Numbers &numbers, std::int64_t d) {
    return {numbers.rule(d), numbers.q_max};
}

void multiply_on_gpu(scmp_ctx &ctx, cuda::Gpu &gpu, const Numbers &numbers, const ConfigRef &config, const View &a,
                     const GpuRight &b, const SmoothScales &smooth, const Outputs &outputs, const Work &work,
                     scmp_report &report) {
    Stopwatch watch;
    const std::int64_t d = a.d();
    cuda::Job job{.a = {a, smoothing_on(smooth, SCMP_SIDE_LEFT, a.dtype), "a"},
                  .b = std::nullopt,
                  .packed = b.packed,
                  .scopes_a = numbers.scopes(a, SCMP_SIDE_LEFT),
                  .scopes_b = b.packed != nullptr ? b.packed->levels.scopes : numbers.scopes(*b.given, SCMP_SIDE_RIGHT),
                  .by = quantizing(numbers, d),
                  .stoc_len = numbers.streams.stoc_len,
                  .form = form_of(numbers),
                  .segments = numbers.segments(d),
                  .tables = nullptr,
                  .y = outputs.y,
                  .counts = outputs.counts};
    if (b.given != nullptr)
        job.b = quantize::Source{*b.given, smoothing_on(smooth, SCMP_SIDE_RIGHT, b.given->dtype), "b"};
    if (d > 0) // the reference kernel wants no form of its own
        job.tables = level_tables(ctx, numbers, config, job.by.rule,
                                  {0, std::min(d, job.segments.chunk), count::reference_kernel, 1, 0.0});
    report.tables = job.tables ? job.tables->pairs() : 0;
    report.ms_tables = watch.lap();
    report.kernel = cuda::multiply(gpu, job, work);
    report.ms_count = watch.lap(); // all stages on the device: they are not told apart
    describe(ctx, numbers, report);
    report.workers = 1;
    report.backend = SCMP_BACKEND_CUDA;
    report.isa = "cuda";
    report.bytes_device = gpu.working().peak();
}

void describe(const scmp_ctx &ctx, const Numbers &numbers, scmp_report &report) {
    const streams::StreamShape &shape = numbers.streams;
    report.stoc_len = shape.stoc_len;
    report.rng_levels = shape.rng_levels;
    report.scramble = shape.scramble;
    report.scrambled =
        streams::scramble_applies(shape.scramble, shape.sc_prec, shape.stoc_len, shape.rng_levels) ? 1 : 0;
    report.q_max = numbers.q_max;
    report.backend = ctx.backend.id;
    report.isa = ctx.backend.isa;
    report.threads = ctx.worker_threads();
    report.bytes_peak = ctx.memory.peak();
}

bool logs_products(const scmp_ctx &ctx) {
    return ctx.options.log != nullptr && ctx.options.log_level >= SCMP_LOG_INFO;
}

void log_product(const scmp_ctx &ctx, const View &a, std::int64_t m, const scmp_report &report) {
    if (!logs_products(ctx)) return;
    const Operand left = operand_of(a);
    char line[512];
    std::snprintf(line, sizeof line,
                  "matmul BH=%lld N=%lld M=%lld D=%lld L=%d G=%d %s/%s %s panel=%d task=%lldx%lld tasks=%lld "
                  "workers=%d tables=%d: quantize %.3f ms, tables %.3f ms, pack %.3f ms, count %.3f ms, "
                  "dequantize %.3f ms, total %.3f ms, peak %llu bytes, on the device %llu bytes",
                  ll(left.batch), ll(left.rows), ll(m), ll(left.d), report.stoc_len, report.rng_levels,
                  scmp_backend_name(report.backend), report.isa, report.kernel, report.panel_columns,
                  ll(report.task_rows), ll(report.task_columns), ll(report.tasks), report.workers, report.tables,
                  report.ms_quantize, report.ms_tables, report.ms_pack, report.ms_count, report.ms_dequantize,
                  report.ms_total, static_cast<unsigned long long>(report.bytes_peak),
                  static_cast<unsigned long long>(report.bytes_device));
    ctx.options.log(ctx.options.log_user, SCMP_LOG_INFO, line);
    if (ctx.options.log_level < SCMP_LOG_DEBUG) return;
    std::snprintf(line, sizeof line, "tables: the cache holds %llu of %llu bytes, %llu sets were made so far",
                  static_cast<unsigned long long>(ctx.tables.bytes()),
                  static_cast<unsigned long long>(ctx.options.cache_bytes),
                  static_cast<unsigned long long>(ctx.tables.misses()));
    ctx.options.log(ctx.options.log_user, SCMP_LOG_DEBUG, line);
}

} // namespace scmp::api
