// Puts the stages of a product on a device one after another.
#include "cuda/host/product.h"

#include <optional>

#include "cuda/host/backend.h"
#include "cuda/host/counter.h"
#include "cuda/host/operand.h"
#include "cuda/host/result.h"
#include "product/report.h"

namespace scmp::cuda {
namespace {

using product::Operands;
using product::ProductSpec;

// The type behind Packed::data: a right operand's levels, on a device, for any stream and longer than any context. It
// stays where it is made.
struct Right {
    Right(Gpu &gpu, const OperandSpec &b, const Work &work);
    Right(const Right &) = delete;
    Right &operator=(const Right &) = delete;

    Device device;
    Levels levels;
};

// Waits for the device, and throws NON_FINITE where the call's operands are not finite.
void require_finite_operands(const Device &device, const NonFiniteCall &non_finite, const quantize::Source *a,
                             const quantize::Source *b, std::pmr::memory_resource &memory) {
    std::int32_t found[2];
    device.download(device, found, non_finite.report->last_call, sizeof found);
    if (a != nullptr && found[0] == non_finite.call) fail_non_finite(device, *a, memory);
    if (b != nullptr && found[1] == non_finite.call) fail_non_finite(device, *b, memory);
}

// The values of sums; the places of sums and values are left open.
ValuesArgs values_of(const ProductSpec &spec, const Levels &a, const Levels &b) {
    return {.form = spec.form(),
            .c = dequantize::unit(spec.q_max, spec.streams.stoc_len),
            .batch = a.scopes.batch,
            .n = a.scopes.rows,
            .m = b.scopes.rows,
            .d = a.scopes.d,
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
            .non_finite = {}};
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

Right::Right(Gpu &gpu, const OperandSpec &b, const Work &work) : device(gpu.device()) {
    const InUse in_use(device);
    const NonFiniteCall non_finite = gpu.begin_call();
    Levels made = placed(device, b, non_finite.flag(1), work, Owner::handle);
    quantize_operands(device, b.by, nullptr, &made);
    require_finite_operands(device, non_finite, nullptr, &b.source, work.memory);
    // The rest belongs to no stream and no context.
    made.place = {};
    made.smooth.reset();
    made.source = {};
    made.non_finite = {};
    levels = std::move(made);
    device.stream = nullptr;
    device.working = nullptr;
    device.cache = nullptr;
}

// True where something is in host memory, so that the call has to wait for the device.
bool waits(const ProductSpec &spec, const Operands &x) {
    const product::Outputs &out = spec.outputs;
    return !on_device(x.a.source.view) || (x.b && !on_device(x.b->source.view)) || (out.y && !on_device(*out.y)) ||
           (out.counts && !on_device(*out.counts));
}

// Returns the name of the count kernel; "" where there was nothing to count. `tables`: NULL where D is 0.
const char *run(Gpu &gpu, const ProductSpec &spec, const Operands &x,
                const std::shared_ptr<const streams::CountTables> &tables, const Work &work) {
    if (tables) check_codes(*tables);
    const Device &device = gpu.device();
    const InUse in_use(device);
    const NonFiniteCall non_finite = gpu.begin_call();
    Levels a = placed(device, x.a, non_finite.flag(0), work);
    Levels given_b;
    if (x.b) given_b = placed(device, *x.b, non_finite.flag(1), work);
    const Levels &b = x.b ? given_b : static_cast<const Right *>(x.packed->data.get())->levels;

    ValuesArgs results = values_of(spec, a, b);
    const std::int64_t all = results.batch * results.n * results.m;
    const count::Segments segments = spec.segments(results.d);
    std::optional<Counter> counter;
    if (all > 0 && tables) {
        const CountJob count{a.q.data(), b.q.data(), results.batch, results.n,     results.m,
                             results.d,  segments,   tables,        spec.bipolar()};
        counter.emplace(device, count, work);
    }
    const bool together = counter && counter->writes();
    const DeviceBuffer<std::int32_t> sums(device, together ? 0 : std::size_t(all));
    const DeviceBuffer<float> running(device, segments.number() > 1 ? std::size_t(all) : 0);
    Target<float> y(device, spec.outputs.y ? &*spec.outputs.y : nullptr, SCMP_DTYPE_F32, work.memory);
    Target<std::int32_t> counts(device, spec.outputs.counts ? &*spec.outputs.counts : nullptr, SCMP_DTYPE_I32,
                                work.memory);
    results.running = running.data();
    results.y = y.output();
    results.counts = counts.output();

    quantize_operands(device, x.a.by, &a, x.b ? &given_b : nullptr);
    if (waits(spec, x))
        require_finite_operands(device, non_finite, &x.a.source, x.b ? &x.b->source : nullptr, work.memory);
    else
        results.non_finite = non_finite;
    work.monitor.check(0.2); // the last time: from here on results go to device memory
    if (together)
        counter->write(results);
    else
        count_and_write(device, counter ? &*counter : nullptr, segments.number(), sums.data(), results);
    y.fetch();
    counts.fetch();
    y.write();
    counts.write();
    work.monitor.stop(1.0); // the whole call is done; too late to cancel
    return counter ? counter->kernel() : "";
}

Gpu &gpu_for(product::Resources &resources, const ProductSpec &spec) {
    return gpus_of(resources).at(spec.device - SCMP_DEVICE_CUDA_0);
}

} // namespace

product::Packed pack(product::Resources &resources, const ProductSpec &spec, const OperandSpec &b, scmp_report &,
                     const Work &work) {
    const auto right =
        std::allocate_shared<Right>(std::pmr::polymorphic_allocator<>(&work.memory), gpu_for(resources, spec), b, work);
    return {.scopes = b.scopes, .device = spec.device, .device_bytes = right->levels.bytes(), .data = right};
}

void multiply(product::Resources &resources, const ProductSpec &spec, const Operands &operands, scmp_report &report,
              const Work &work) {
    product::Stopwatch watch;
    Gpu &gpu = gpu_for(resources, spec);
    const std::int64_t d = operands.a.scopes.d;
    std::shared_ptr<const streams::CountTables> tables;
    if (d > 0) tables = product::level_tables(resources, spec, d, {});
    report.tables = tables ? tables->pairs() : 0;
    report.ms_tables = watch.lap();
    report.kernel = run(gpu, spec, operands, tables, work);
    report.ms_count = watch.lap(); // all stages on the device: they are not told apart
    report.workers = 1;
    report.isa = "cuda";
    report.bytes_device = gpu.working().peak();
}

} // namespace scmp::cuda
