// Numbers of the command line. Integers are decimal digits, with a minus sign where that can mean something: 010 is 10,
// and 0x10, 1e3, +1 and blanks are errors. Reals are decimal, may have an exponent, and are finite.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cli {

// Wrong usage in a sentence that begins with `name`. For all of the fixed-width integers from 32 bits on, and double;
// none below `least`.
template <class Number>
Number parse_number(const std::string &name, const std::string &word, std::optional<Number> least = {});

// Integers with commas between them.
template <class Number> std::vector<Number> parse_list(const std::string &name, const std::string &list);

// Words with commas between them; none is empty.
std::vector<std::string> parse_words(const std::string &name, const std::string &list);

} // namespace cli
