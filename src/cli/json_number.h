// Whole numbers of a JSON file.
#pragma once

#include <cstdint>
#include <limits>

#include <nlohmann/json.hpp>

#include "failure.h"

namespace cli {

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
