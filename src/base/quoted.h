// A name from outside made fit for an error sentence: short, printable ASCII.
#pragma once

#include <string_view>

namespace scmp {

struct Quoted {
    explicit Quoted(std::string_view name) noexcept;
    char text[48];
};

} // namespace scmp
