// Fills in reports and writes the log's lines.
#include "product/report.h"

#include <cstdio>

#include "base/error.h"

namespace scmp::product {
namespace {

void log_product(const Resources &resources, const quantize::Scopes &a, std::int64_t m, const scmp_report &report) {
    const scmp_ctx_options &options = resources.options;
    char line[512];
    std::snprintf(line, sizeof line,
                  "matmul BH=%lld N=%lld M=%lld D=%lld L=%d G=%d %s/%s %s panel=%d task=%lldx%lld tasks=%lld "
                  "workers=%d tables=%d: quantize %.3f ms, tables %.3f ms, pack %.3f ms, count %.3f ms, "
                  "dequantize %.3f ms, total %.3f ms, peak %llu bytes, on the device %llu bytes",
                  ll(a.batch), ll(a.rows), ll(m), ll(a.d), report.stoc_len, report.rng_levels,
                  backend_name(report.backend), report.isa, report.kernel, report.panel_columns, ll(report.task_rows),
                  ll(report.task_columns), ll(report.tasks), report.workers, report.tables, report.ms_quantize,
                  report.ms_tables, report.ms_pack, report.ms_count, report.ms_dequantize, report.ms_total,
                  static_cast<unsigned long long>(report.bytes_peak),
                  static_cast<unsigned long long>(report.bytes_device));
    options.log(options.log_user, SCMP_LOG_INFO, line);
    if (options.log_level < SCMP_LOG_DEBUG) return;
    std::snprintf(line, sizeof line, "tables: the cache holds %llu of %llu bytes, %llu sets were made so far",
                  static_cast<unsigned long long>(resources.tables.bytes()),
                  static_cast<unsigned long long>(options.cache_bytes),
                  static_cast<unsigned long long>(resources.tables.misses()));
    options.log(options.log_user, SCMP_LOG_DEBUG, line);
}

} // namespace

void begin_report(const Resources &resources, const ProductSpec &spec, scmp_report &report) {
    const streams::StreamShape &shape = spec.streams;
    report.stoc_len = shape.stoc_len;
    report.rng_levels = shape.rng_levels;
    report.scramble = shape.scramble;
    report.scrambled =
        streams::scramble_applies(shape.scramble, shape.sc_prec, shape.stoc_len, shape.rng_levels) ? 1 : 0;
    report.q_max = spec.q_max;
    report.backend = resources.backend.id;
    report.isa = resources.backend.isa;
    report.threads = resources.worker_threads();
}

void finish_report(const Resources &resources, const quantize::Scopes &a, std::int64_t m, double ms_total,
                   scmp_report &report) {
    report.bytes_peak = resources.memory.peak();
    report.ms_total = ms_total;
    if (logs_products(resources)) log_product(resources, a, m, report);
}

bool logs_products(const Resources &resources) {
    return resources.options.log != nullptr && resources.options.log_level >= SCMP_LOG_INFO;
}

} // namespace scmp::product
