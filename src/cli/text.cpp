// UTF-8, lines and likely words; see text.h.
#include "text.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

namespace cli {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd"; // U+FFFD

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// Bytes of the character at the front, 0 where there is none: no overlong form, no surrogate, nothing beyond U+10FFFF.
std::size_t character(std::string_view at) {
    const auto byte = [&](std::size_t i) { return i < at.size() ? static_cast<unsigned char>(at[i]) : 0U; };
    const unsigned first = byte(0), second = byte(1);
    if (first < 0x80) return 1;
    const std::size_t length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length == 0 || length > at.size()) return 0;
    if (!std::all_of(at.begin() + 1, at.begin() + std::ptrdiff_t(length), continues)) return 0;
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0)) return 0;
    if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second >= 0x90)) return 0;
    return length;
}

// Letters added, left out, changed, or two swapped.
std::size_t distance(const std::string &a, const std::string &b) {
    std::vector<std::size_t> before, last(b.size() + 1), row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t(0));
    for (std::size_t i = 1; i <= a.size(); i++) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); j++) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before = std::exchange(last, row);
    }
    return last.back();
}

// Case, hyphens and underscores are no difference.
std::string plain(const std::string &word) {
    std::string out;
    for (const char c : word)
        if (c != '-' && c != '_') out += char(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

} // namespace

std::string utf8(std::string_view bytes) {
    std::string out;
    while (!bytes.empty()) {
        const std::size_t length = character(bytes);
        out += length == 0 ? replacement : bytes.substr(0, length);
        bytes.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

std::string one_line(std::string_view bytes) {
    const std::string all = utf8(bytes);
    std::string out;
    for (std::string_view rest = all; !rest.empty();) {
        const std::string_view at = rest.substr(0, character(rest));
        const auto first = static_cast<unsigned char>(at[0]);
        const bool control =
            first < 0x20 || first == 0x7f || (first == 0xc2 && static_cast<unsigned char>(at[1]) < 0xa0);
        if (control || at == "\u2028" || at == "\u2029")
            out += ' ';
        else
            out += at;
        rest.remove_prefix(at.size());
    }
    return out;
}

std::size_t columns(std::string_view characters) {
    return std::size_t(std::count_if(characters.begin(), characters.end(), [](char c) { return !continues(c); }));
}

std::string joined(const std::vector<std::string> &words, const char *between) {
    std::string out;
    for (const std::string &word : words) out += (out.empty() ? "" : between) + word;
    return out;
}

std::string did_you_mean(const std::string &word, const std::vector<std::string> &known) {
    const std::string given = plain(word);
    const std::string *best = nullptr;
    std::size_t least = given.size() / 3 + 1; // a third of the letters may be wrong
    for (const std::string &candidate : known) {
        const std::string name = plain(candidate);
        const bool begun = given.size() >= 2 && name.starts_with(given);
        const std::size_t away = begun ? std::min<std::size_t>(distance(given, name), 1) : distance(given, name);
        if (away >= std::max<std::size_t>(name.size(), 1) || away >= least + (best == nullptr ? 1 : 0)) continue;
        best = &candidate;
        least = away;
    }
    return best == nullptr ? "" : "; did you mean " + *best + "?";
}

} // namespace cli
