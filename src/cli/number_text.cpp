// Integers as text; see number_text.h.
#include "number_text.h"

#include <algorithm>
#include <bit>
#include <charconv>

namespace cli {
namespace {

std::int64_t element(const Array &array, std::size_t i) {
    return array.view.dtype == SCMP_DTYPE_I8 ? array.as<std::int8_t>()[i] : array.as<std::int32_t>()[i];
}

std::string comment_text(const char *mark, const std::vector<std::string> &comment) {
    std::string out;
    for (const std::string &line : comment) out += mark + line + '\n';
    return out;
}

void append_hex(std::string &out, std::int64_t value, int bits) {
    char hex[16];
    const std::uint64_t mask = ~std::uint64_t(0) >> (64 - bits);
    const auto end = std::to_chars(hex, hex + sizeof hex, std::uint64_t(value) & mask, 16).ptr;
    const auto length = std::size_t(end - hex), digits = std::size_t(bits + 3) / 4;
    out.append(digits - length, '0').append(hex, length) += '\n';
}

} // namespace

int bits_for(std::int64_t largest) {
    return std::max(int(std::bit_width(std::uint64_t(largest))), 1);
}

std::string memh_text(const Array &array, int bits, const std::vector<std::string> &comment) {
    std::string out = comment_text("// ", comment);
    for (std::size_t i = 0; i < element_count(array.view); i++) append_hex(out, element(array, i), bits);
    return out;
}

std::string csv_text(const Array &array, const std::string &axes, const std::vector<std::string> &comment) {
    std::string out = comment_text("# ", comment) + axes + ",value\n";
    const auto shape = shape_of(array.view);
    std::vector<std::int64_t> index(shape.size(), 0);
    for (std::size_t i = 0; i < element_count(array.view); i++) {
        for (const std::int64_t place : index) out += std::to_string(place) + ',';
        out += std::to_string(element(array, i)) + '\n';
        for (std::size_t axis = shape.size(); axis-- > 0 && ++index[axis] == shape[axis];) index[axis] = 0;
    }
    return out;
}

} // namespace cli
