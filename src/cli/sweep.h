// The measurements of scmp sweep.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accuracy.h"

namespace cli {

struct Measurement {
    std::int32_t stoc_len = 0;
    Errors errors;
    double ms = 0; // the whole product
};

// One way to make streams, at every length.
struct Variant {
    std::string streams; // name of the configuration
    std::vector<Measurement> measurements;
};

// The products that share one quantization: the same levels, and the error that no stream can undo.
struct Group {
    std::string granularity;
    bool smoothed = false;
    Errors exact; // of the exact product of the quantized operands
    std::vector<Variant> variants;
};

struct Sweep {
    std::string title;
    std::vector<std::string> facts;      // operands, options, machine: one sentence each
    std::vector<std::int32_t> stoc_lens; // ascending
    std::vector<Group> groups;           // by granularity, without smoothing before with
};

// The best measurement at the longest stream, in a sentence; nothing where nothing was measured.
std::string conclusion(const Sweep &sweep);

// Numbers of tables are "" where there is none (NaN), and "inf" or "-inf" where they are infinite.

// A number with so many significant digits, as people write it: "0.0123", "1.2e-05".
std::string number(double value, int digits);

// A number with so many decimals, or fewer where there are many digits before the point.
std::string fixed(double value, int decimals);

// "1.23e-04": as wide for every number.
std::string scientific(double value);

// "4.6%"
std::string percent(double value);

std::string csv_report(const Sweep &sweep);   // one line for each measurement, and for each exact product
std::string table_report(const Sweep &sweep); // for a terminal
std::string html_report(const Sweep &sweep);  // one self-contained page

} // namespace cli
