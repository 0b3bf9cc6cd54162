// Numbers of the command line; see numbers.h.
#include "numbers.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <type_traits>

#include "failure.h"

namespace cli {
namespace {

template <class Number> [[noreturn]] void fail_range(const std::string &name, const std::string &word) {
    using Limits = std::numeric_limits<Number>;
    wrong_usage(name, ": ", word, " is out of range, ", Limits::lowest(), " to ", Limits::max(), " can be given");
}

} // namespace

template <class Number>
Number parse_number(const std::string &name, const std::string &word, std::optional<Number> least) {
    Number value{};
    const char *const end = word.data() + word.size();
    const auto [next, error] = std::from_chars(word.data(), end, value);
    if constexpr (std::is_floating_point_v<Number>) {
        const bool known = error == std::errc() || error == std::errc::result_out_of_range;
        if (!known || next != end || (error == std::errc() && !std::isfinite(value)))
            wrong_usage(name, ": '", word, "' is no finite decimal number");
        if (error != std::errc()) wrong_usage(name, ": ", word, " is out of the range of a double");
    } else {
        if (std::is_unsigned_v<Number> && word.size() > 1 && word[0] == '-' &&
            word.find_first_not_of("0123456789", 1) == std::string::npos)
            wrong_usage(name, ": ", word, " is negative");
        if ((error != std::errc() && error != std::errc::result_out_of_range) || next != end)
            wrong_usage(name, ": '", word, "' is no whole decimal number");
        if (error != std::errc()) fail_range<Number>(name, word);
    }
    if (least && value < *least) wrong_usage(name, ": ", value, " is less than ", *least);
    return value;
}

std::vector<std::string> parse_words(const std::string &name, const std::string &list) {
    std::vector<std::string> out;
    for (std::size_t at = 0;;) {
        const std::size_t comma = list.find(',', at);
        out.push_back(list.substr(at, comma == std::string::npos ? comma : comma - at));
        if (out.back().empty()) wrong_usage(name, ": '", list, "' has nothing where an entry should be");
        if (comma == std::string::npos) return out;
        at = comma + 1;
    }
}

template <class Number> std::vector<Number> parse_list(const std::string &name, const std::string &list) {
    std::vector<Number> out;
    for (const std::string &word : parse_words(name, list)) out.push_back(parse_number<Number>(name, word));
    return out;
}

template std::int32_t parse_number(const std::string &, const std::string &, std::optional<std::int32_t>);
template std::int64_t parse_number(const std::string &, const std::string &, std::optional<std::int64_t>);
template std::uint32_t parse_number(const std::string &, const std::string &, std::optional<std::uint32_t>);
template std::uint64_t parse_number(const std::string &, const std::string &, std::optional<std::uint64_t>);
template double parse_number(const std::string &, const std::string &, std::optional<double>);
template std::vector<std::int32_t> parse_list(const std::string &, const std::string &);
template std::vector<std::uint32_t> parse_list(const std::string &, const std::string &);
template std::vector<std::uint64_t> parse_list(const std::string &, const std::string &);

} // namespace cli
