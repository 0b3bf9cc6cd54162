// SHA-256 (FIPS 180-4) of a text.
#pragma once

#include <string>
#include <string_view>

namespace cli {

// 64 hexadecimal digits.
std::string sha256(std::string_view text);

} // namespace cli
