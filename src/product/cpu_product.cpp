// Runs the stages of a product one after another on the CPU.
#include <algorithm>

#include "product/cpu.h"
#include "product/report.h"
#include "product/sinks.h"

namespace scmp::product::cpu {
namespace {

Right make_right(const Resources &resources, const ProductSpec &spec, const quantize::OperandSpec &b,
                 scmp_report &report, const Work &work) {
    Stopwatch watch;
    const quantize::Quantized levels = quantize::quantize(b, nullptr, resources.backend.row_functions.quantize, work);
    Right right{factors_of(levels, work.memory), &resources.backend.kernel_for(spec.demand()), {}};
    report.ms_quantize += watch.lap();
    right.panels = count::pack_right(*right.kernel,
                                     {levels.q.data(), b.scopes.batch, b.scopes.rows, spec.segments(b.scopes.d)}, work);
    report.ms_pack += watch.lap();
    return right;
}

void multiply_with(Resources &resources, const ProductSpec &spec, const quantize::OperandSpec &a, const Right &b,
                   scmp_report &report, const Work &work) {
    Stopwatch watch;
    const std::int64_t batch = a.scopes.batch, n = a.scopes.rows, d = a.scopes.d;
    const std::int64_t m = b.panels.m;
    const quantize::Quantized levels = quantize::quantize(a, nullptr, resources.backend.row_functions.quantize, work);
    const Factors factors = factors_of(levels, work.memory);
    report.ms_quantize += watch.lap();

    const count::Kernel &kernel = *b.kernel;
    const count::Blocking blocking = count::blocking(kernel, batch, n, m, d, work.threads);
    const auto tables =
        level_tables(resources, spec, d, {kernel, blocking.rows, double(batch) * double(n) * double(m) * double(d)});
    report.tables = tables->pairs();
    report.kernel = kernel.method({tables.get(), blocking.rows, blocking.panels});
    report.panel_columns = kernel.columns;
    report.workers = blocking.workers;
    report.task_rows = blocking.rows;
    report.task_columns = blocking.panels * kernel.columns;
    report.tasks = blocking.items;
    report.ms_tables += watch.lap();

    const count::PackedLeft left =
        count::pack_left(kernel, blocking, *tables, {levels.q.data(), batch, n, b.panels.segments}, work);
    report.ms_pack += watch.lap();

    work.monitor.pass(0.2, 1.0);
    const DequantizeSpec by{spec, factors, b.factors, batch, n, m, d};
    Sink sink(by, resources.backend.row_functions.dequantize, b.panels, blocking, work);
    if (spec.observed) {
        TimedSink timed(sink, blocking.workers, work.memory);
        count::run(kernel, blocking, left, b.panels, work, {emit_to<TimedSink>, &timed});
        report.ms_dequantize = timed.mean();
    } else {
        count::run(kernel, blocking, left, b.panels, work, {emit_to<Sink>, &sink});
    }
    report.ms_count = watch.lap() - report.ms_dequantize;
    sink.commit();
    report.ms_dequantize += watch.lap();
    work.monitor.stop(1.0); // the whole call is done; too late to cancel
}

} // namespace

Packed pack(Resources &resources, const ProductSpec &spec, const quantize::OperandSpec &b, scmp_report &report,
            const Work &work) {
    Right right = make_right(resources, spec, b, report, work);
    return {.scopes = b.scopes,
            .data = std::allocate_shared<Right>(std::pmr::polymorphic_allocator<>(&work.memory), std::move(right))};
}

void multiply(Resources &resources, const ProductSpec &spec, const Operands &operands, scmp_report &report,
              const Work &work) {
    if (operands.packed != nullptr) {
        work.monitor.pass(0.0, 0.2);
        multiply_with(resources, spec, operands.a, *static_cast<const Right *>(operands.packed->data.get()), report,
                      work);
        return;
    }
    work.monitor.pass(0.0, 0.1);
    const Right right = make_right(resources, spec, *operands.b, report, work);
    work.monitor.pass(0.1, 0.2);
    multiply_with(resources, spec, operands.a, right, report, work);
}

} // namespace scmp::product::cpu
