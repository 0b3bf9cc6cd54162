// Enumeration values by the names that the library gives them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

template <class Enumeration> using NameOf = const char *(*)(Enumeration);

// The names of the values from `first` on; the library says where they end.
template <class Enumeration> std::vector<std::string> names(NameOf<Enumeration> name, int first = 0) {
    std::vector<std::string> out;
    for (int value = first; std::string_view(name(Enumeration(value))) != "unknown"; value++)
        out.emplace_back(name(Enumeration(value)));
    return out;
}

// The value of a word that was checked against names().
template <class Enumeration> Enumeration named(const std::string &word, NameOf<Enumeration> name, int first = 0) {
    int value = first;
    while (word != name(Enumeration(value)) && std::string_view(name(Enumeration(value))) != "unknown") value++;
    return Enumeration(value);
}

} // namespace cli
