// Puts the stages of a product on a device one after another.
#include "cuda/product.h"

#include <optional>

#include "cuda/count.h"
#include "cuda/counter.h"
#include "cuda/operand.h"
#include "cuda/result.h"

namespace scmp::cuda {

const char *multiply(const Device &device, const Job &job, const Work &work) {
    const InUse in_use(device);
    const DeviceBuffer<std::int32_t> non_finite(device, 2);
    device.clear(device, non_finite.data(), 2 * sizeof(std::int32_t));
    const Quantizing by{job.rule, job.q_max};
    Levels a = scaled(device, job.a, job.scopes_a, by, non_finite.data(), work);
    Levels b = scaled(device, job.b, job.scopes_b, by, non_finite.data() + 1, work);
    std::int32_t flags[2];
    device.download(device, flags, non_finite.data(), sizeof flags);
    require_finite_operand(flags[0], job.a);
    require_finite_operand(flags[1], job.b);
    work.monitor.check(0.2); // the last time: from here on results go to device memory

    const std::int64_t batch = job.scopes_a.batch;
    const std::int64_t n = job.scopes_a.rows;
    const std::int64_t m = job.scopes_b.rows;
    const std::int64_t all = batch * n * m;
    if (all == 0) return "";
    quantize_levels(device, by, a);
    quantize_levels(device, by, b);

    Target<float> y(device, job.y, SCMP_F32, work.memory);
    Target<std::int32_t> counts(device, job.counts, SCMP_I32, work.memory);
    const DeviceBuffer<std::int32_t> sums(device, std::size_t(all));
    std::optional<Counter> counter;
    if (job.tables != nullptr)
        counter.emplace(device, CountJob{a.q.data(), b.q.data(), batch, n, m, job.scopes_a.d, job.segments, job.tables},
                        work);
    const std::int64_t segments = job.segments.number();
    for (std::int64_t segment = 0; segment < std::max<std::int64_t>(segments, 1); segment++) {
        device.clear(device, sums.data(), std::size_t(all) * sizeof(std::int32_t));
        if (counter && segments > 0) counter->add(segment, sums.data());
        device.values(device, grid_of(tiles_of(all, threads), 0),
                      {.form = job.form,
                       .c = dequantize::unit(job.q_max, job.stoc_len),
                       .batch = batch,
                       .n = n,
                       .m = m,
                       .d = job.scopes_a.d,
                       .chunk = segment,
                       .chunked = segments > 1,
                       .sums = sums.data(),
                       .scale_a = a.scales.data(),
                       .scale_b = b.scales.data(),
                       .row_sum_a = a.row_sum.data(),
                       .row_sum_b = b.row_sum.data(),
                       .y = y.output(),
                       .counts = counts.output()});
    }
    y.fetch();
    counts.fetch();
    y.write();
    counts.write();
    work.monitor.stop(1.0); // the whole call is done; too late to cancel
    return counter ? counter->kernel() : "";
}

} // namespace scmp::cuda
