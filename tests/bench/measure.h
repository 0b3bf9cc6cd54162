// What the benchmark measures of a product, beside sgemm and the gather loop, on one core in this process.
#pragma once

#include <cstdint>
#include <string>

#include "cases.h"
#include "race.h"

// Giga-products per second: medians over rounds in which all were measured in turn.
struct Measured {
    double gmacs = 0;        // end to end; 0: not measured
    double packed_gmacs = 0; // the right operand packed before
    double sgemm_gmacs = 0;
    double gather_gmacs = 0; // the loop alone, operands already quantized: kinder to it than to the library
    scmp_report report, packed_report;
    std::uint64_t packed_bytes = 0;
};

// Throws std::runtime_error with a sentence where something failed, or where the gather loop's sums are others.
Measured measure(scmp_ctx *ctx, const Case &product, const Effort &effort);

// sgemm alone.
double measure_sgemm(const Case &product, const Effort &effort);

// "oneDNN 2.6.3 AVX2", the set that it uses in this process.
std::string sgemm_name();
