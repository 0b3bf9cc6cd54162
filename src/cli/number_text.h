// Arrays of integers as text for test benches: for $readmemh, and as CSV.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "npy.h"

namespace cli {

// Bits of the largest number, at least one.
int bits_for(std::int64_t largest);

// Both begin with `comment`, a line each. The array is I8 or I32, in C order.

// A number a line, in as many hexadecimal digits as `bits` need; negative numbers are two's complement.
std::string memh_text(const Array &array, int bits, const std::vector<std::string> &comment);

// A number a line, behind its index along each axis. `axes`: their names, with commas.
std::string csv_text(const Array &array, const std::string &axes, const std::vector<std::string> &comment);

} // namespace cli
