// The account of a product: the report, and the log's lines.
#pragma once

#include <chrono>
#include <cstdint>

#include "product/resources.h"
#include "product/spec.h"

namespace scmp::product {

// Milliseconds since construction or the last lap.
class Stopwatch {
public:
    double lap() noexcept {
        const auto now = std::chrono::steady_clock::now();
        const double ms = std::chrono::duration<double, std::milli>(now - start_).count();
        start_ = now;
        return ms;
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// The report as the spec and the context alone have it; the slots of the backend overwrite what they know better.
void begin_report(const Resources &resources, const ProductSpec &spec, scmp_report &report);

// The rest of it, once all is done, and the log's lines. Sizes are those of a and of b's rows.
void finish_report(const Resources &resources, const quantize::Scopes &a, std::int64_t m, double ms_total,
                   scmp_report &report);

bool logs_products(const Resources &resources);

} // namespace scmp::product
