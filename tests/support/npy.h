// Reads the .npy files of the tests: version 1 or 2, little-endian, C order.
#pragma once

#include <string>

#include "support/array.h"

namespace test {

// f2, f4, f8, i1, u1, i2, i4, i8. Throws Failure with the path.
Array read_npy(const std::string &path);

// The whole file.
std::string read_text(const std::string &path);
void write_text(const std::string &path, const std::string &content);

// The folder of the test data: SCMP_TEST_DATA, or the folder that the build named (tests/ of the source tree).
std::string data_path(const std::string &name);

} // namespace test
