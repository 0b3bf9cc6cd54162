// What the benchmark measures: one product, beside sgemm and the gather loop, on one core in this process.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "scmp/scmp.h"

// A product to measure; what is left out is the library's default.
struct Case {
    int n, m, d;
    int stoc_len;
    bool halve = false;
    scmp_granularity granularity = SCMP_PER_ROW;
    scmp_mode mode = SCMP_BIPOLAR;
    scmp_scramble scramble = SCMP_SCRAMBLE_NOT_GIVEN;
    bool decode = false; // the right operand is always packed before
};

// Giga-products per second: medians over rounds in which all were measured in turn.
struct Measured {
    scmp_report report;
    double gmacs = 0;        // end to end; 0: not measured
    double packed_gmacs = 0; // the right operand packed before
    std::uint64_t packed_bytes = 0;
    std::uint64_t packed_bytes_peak = 0;
    double sgemm_gmacs = 0;
    double gather_gmacs = 0; // the loop alone, operands already quantized: kinder to it than to the library
};

// Throws std::runtime_error with a sentence where something failed, or where the gather loop's sums are others.
Measured measure(scmp_ctx *ctx, const Case &product);

// sgemm alone.
double measure_sgemm(const Case &product);

// "oneDNN 2.6.3 AVX2", the set that it uses in this process.
std::string sgemm_name();
