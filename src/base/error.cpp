// Formats error sentences into the exception itself.
#include "base/error.h"

#include <cstdio>

namespace scmp {

Error::Error(scmp_status status, const char *format, std::va_list arguments) noexcept : status_(status) {
    std::vsnprintf(text_, sizeof text_, format, arguments);
}

void fail(scmp_status status, const char *format, ...) {
    std::va_list arguments;
    va_start(arguments, format);
    Error error(status, format, arguments);
    va_end(arguments);
    throw error;
}

} // namespace scmp
