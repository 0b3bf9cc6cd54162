// Text from outside (names of files, titles) as part of what the program writes, which is UTF-8 whatever comes in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

// U+FFFD in place of each byte that is part of no character (RFC 3629); everything else as it is.
std::string utf8(std::string_view bytes);

// utf8(), with a blank for each control character and line separator: part of a line, and harmless to a terminal.
std::string one_line(std::string_view bytes);

// Columns that UTF-8 takes in a terminal, nearly: one for each character.
std::size_t columns(std::string_view characters);

// "a, b, c"
std::string joined(const std::vector<std::string> &words, const char *between = ", ");

// "; did you mean X?" where one of them is close enough to be meant, else "".
std::string did_you_mean(const std::string &word, const std::vector<std::string> &known);

} // namespace cli
