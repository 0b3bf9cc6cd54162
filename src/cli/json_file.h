// JSON files of the program's own: the whole text or an error, and their words and whole numbers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "failure.h"

namespace cli {

// Reads as strictly as the library does with configurations: nlohmann's parser takes a zero byte for the end of the
// text, skips a byte order mark, and of a key that is there twice keeps one.
template <class Json> Json parse_json(const std::string &content) {
    constexpr int deepest = 64;
    if (const std::size_t zero = content.find('\0'); zero != std::string::npos)
        fail(SCMP_ERROR_FORMAT, "it is not JSON: byte ", zero, " of ", content.size(), " is zero");
    if (content.starts_with("\xef\xbb\xbf"))
        fail(SCMP_ERROR_FORMAT, "it is not JSON: it begins with a byte order mark");
    std::vector<std::set<std::string>> keys; // of the objects that are open
    const auto look = [&](int depth, nlohmann::detail::parse_event_t event, const Json &parsed) {
        using Event = nlohmann::detail::parse_event_t;
        if ((event == Event::object_start || event == Event::array_start) && depth >= deepest)
            fail(SCMP_ERROR_FORMAT, "it is nested deeper than ", deepest, " levels");
        if (event == Event::object_start) keys.emplace_back();
        if (event == Event::object_end) keys.pop_back();
        if (event == Event::key && !keys.back().insert(parsed.template get<std::string>()).second) {
            std::string key = parsed.template get<std::string>().substr(0, 40);
            std::replace_if(
                key.begin(), key.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
            fail(SCMP_ERROR_FORMAT, "it has the key \"", key, "\" twice");
        }
        return true;
    };
    try {
        return Json::parse(content, look);
    } catch (const nlohmann::json::parse_error &error) {
        fail(SCMP_ERROR_FORMAT, "it is not JSON: error at byte ", error.byte, " of ", content.size());
    } catch (const nlohmann::json::out_of_range &) {
        fail(SCMP_ERROR_FORMAT, "it has a number that no double can hold");
    }
}

// One of some words.
template <class Json>
std::string one_word_of(const Json &value, const char *name, const std::vector<std::string> &words) {
    auto word = value.template get<std::string>();
    if (std::find(words.begin(), words.end(), word) == words.end())
        fail(SCMP_ERROR_FORMAT, name, " is none of ", joined(words));
    return word;
}

// A value as it is: a text or a fraction in place of a number is an error, and so is one that does not fit, which
// nlohmann's conversions do not ask for.
template <class Number, class Json> Number whole(const Json &value, const char *name) {
    const bool fits = value.is_number_unsigned()
                          ? value.template get<std::uint64_t>() <= std::uint64_t(std::numeric_limits<Number>::max())
                          : value.is_number_integer() && std::numeric_limits<Number>::is_signed &&
                                value.template get<std::int64_t>() >= std::int64_t(std::numeric_limits<Number>::min());
    if (!fits) fail(SCMP_ERROR_FORMAT, name, " is no whole number, or out of its range");
    return value.template get<Number>();
}

} // namespace cli
