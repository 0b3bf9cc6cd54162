// Puts the stages of a product on a device one after another.
#include "cuda/host/product.h"

#include <optional>

#include "cuda/host/counter.h"
#include "cuda/host/operand.h"
#include "cuda/host/result.h"

namespace scmp::cuda {
namespace {

Flag flag_of(const Verdict &verdict, int operand) {
    return {&verdict.findings->non_finite[operand], verdict.call};
}

// Waits for the device, and throws NON_FINITE where the call's operands are not finite.
void require_finite_operands(const Device &device, const Verdict &verdict, const quantize::Source *a,
                             const quantize::Source *b) {
    std::int32_t found[2];
    device.download(device, found, verdict.findings->non_finite, sizeof found);
    if (a != nullptr && found[0] == verdict.call) fail_non_finite(*a);
    if (b != nullptr && found[1] == verdict.call) fail_non_finite(*b);
}

// What sums give; where they are, and where it goes, is left open.
ValuesArgs values_of(const Job &job, const Levels &a, const Levels &b) {
    return {.form = job.form,
            .c = dequantize::unit(job.by.q_max, job.stoc_len),
            .batch = job.scopes_a.batch,
            .n = job.scopes_a.rows,
            .m = job.scopes_b.rows,
            .d = job.scopes_a.d,
            .chunk = 0,
            .chunks = 1,
            .running = nullptr,
            .sums = nullptr,
            .scale_a = a.scales.data(),
            .scale_b = b.scales.data(),
            .row_sum_a = a.row_sum.data(),
            .row_sum_b = b.row_sum.data(),
            .y = {},
            .counts = {},
            .verdict = {}};
}

// Counts, and writes results segment by segment: the sums of each, then what they give.
void count_and_write(const Device &device, Counter *counter, std::int64_t segments, std::int32_t *sums,
                     ValuesArgs results) {
    const std::int64_t all = results.batch * results.n * results.m;
    results.sums = sums;
    results.chunks = std::max<std::int64_t>(segments, 1);
    for (results.chunk = 0; results.chunk < results.chunks; results.chunk++) {
        if (all > 0) device.clear(device, sums, std::size_t(all) * sizeof(std::int32_t));
        if (all > 0 && counter != nullptr) counter->add(results.chunk, sums);
        device.launch(device, grid_of(std::max<std::int64_t>(tiles_of(all, threads), 1), 0), results);
    }
}

} // namespace

Packed::Packed(Gpu &gpu, const quantize::Source &b, const quantize::Scopes &scopes, const Quantizing &by,
               const Work &work)
    : device(gpu.device()) {
    const InUse in_use(device);
    const Verdict verdict = gpu.begin_call();
    Levels made = placed(device, b, scopes, by, flag_of(verdict, 1), work, Owner::handle);
    quantize_operands(device, by, nullptr, &made);
    require_finite_operands(device, verdict, nullptr, &b);
    // What is left is of no stream and no context.
    made.place = {};
    made.smooth.reset();
    made.source = {};
    made.non_finite = {};
    levels = std::move(made);
    device.stream = nullptr;
    device.working = nullptr;
    device.kept = nullptr;
}

bool Job::waits() const {
    return !on_device(a.view) || (b && !on_device(b->view)) || (y != nullptr && !on_device(*y)) ||
           (counts != nullptr && !on_device(*counts));
}

const char *multiply(Gpu &gpu, const Job &job, const Work &work) {
    if (job.tables) check_codes(*job.tables);
    const Device &device = gpu.device();
    const InUse in_use(device);
    const Verdict verdict = gpu.begin_call();
    Levels a = placed(device, job.a, job.scopes_a, job.by, flag_of(verdict, 0), work);
    Levels given_b;
    if (job.b) given_b = placed(device, *job.b, job.scopes_b, job.by, flag_of(verdict, 1), work);
    const Levels &b = job.b ? given_b : job.packed->levels;

    ValuesArgs results = values_of(job, a, b);
    const std::int64_t all = results.batch * results.n * results.m;
    std::optional<Counter> counter;
    if (all > 0 && job.tables) {
        const CountJob count{a.q.data(),   b.q.data(), results.batch,
                             results.n,    results.m,  results.d,
                             job.segments, job.tables, quantize::is_bipolar(job.by.rule)};
        counter.emplace(device, count, work);
    }
    const bool together = counter && counter->writes();
    const std::int64_t segments = job.segments.number();
    const DeviceBuffer<std::int32_t> sums(device, together ? 0 : std::size_t(all));
    const DeviceBuffer<float> running(device, segments > 1 ? std::size_t(all) : 0);
    Target<float> y(device, job.y, SCMP_DTYPE_F32, work.memory);
    Target<std::int32_t> counts(device, job.counts, SCMP_DTYPE_I32, work.memory);
    results.running = running.data();
    results.y = y.output();
    results.counts = counts.output();

    quantize_operands(device, job.by, &a, job.b ? &given_b : nullptr);
    if (job.waits())
        require_finite_operands(device, verdict, &job.a, job.b ? &*job.b : nullptr);
    else
        results.verdict = verdict;
    work.monitor.check(0.2); // the last time: from here on results go to device memory
    if (together)
        counter->write(results);
    else
        count_and_write(device, counter ? &*counter : nullptr, segments, sums.data(), results);
    y.fetch();
    counts.fetch();
    y.write();
    counts.write();
    work.monitor.stop(1.0); // the whole call is done; too late to cancel
    return counter ? counter->kernel() : "";
}

} // namespace scmp::cuda
