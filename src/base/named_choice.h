// A choice among named things, and what it was given by, for the sentence where there is none of that name.
#pragma once

#include <cstdlib>
#include <string_view>

namespace scmp {

struct NamedChoice {
    const char *given_by = "";   // "isa", an option, or "SCMP_CPU", an environment variable
    std::string_view value = {}; // "" for the library's own choice
    bool is_option = false;      // not a variable, which is for contexts that can use it

    static constexpr int most = 32; // characters of the value that a sentence has
    int length() const noexcept { return static_cast<int>(value.substr(0, most).size()); }
};

// An option, or the environment variable that stands in for it where it is not given.
inline NamedChoice named_choice(const char *option, const char *given, const char *variable) {
    if (given != nullptr) return {option, given, true};
    const char *value = std::getenv(variable);
    return {variable, value == nullptr ? "" : value, false};
}

} // namespace scmp
