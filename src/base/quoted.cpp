// Cuts names from outside, and replaces what is not printable.
#include "base/quoted.h"

#include <algorithm>
#include <cstddef>

namespace scmp {

Quoted::Quoted(std::string_view name) noexcept {
    constexpr std::size_t room = sizeof text - 4;
    const std::size_t length = std::min(name.size(), room);
    char *end = std::transform(name.begin(), name.begin() + std::ptrdiff_t(length), text,
                               [](char c) { return c >= ' ' && c <= '~' ? c : '?'; });
    if (name.size() > room) end = std::fill_n(end, 3, '.');
    *end = '\0';
}

} // namespace scmp
