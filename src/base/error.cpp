// Formats error sentences into the exception itself.
#include "base/error.h"

#include <cstdio>

namespace scmp {

Error::Error(scmp_status status, int system_error, const char *format, std::va_list arguments) noexcept
    : status_(status), system_error_(system_error) {
    std::vsnprintf(text_, sizeof text_, format, arguments);
}

void fail(scmp_status status, const char *format, ...) {
    std::va_list arguments;
    va_start(arguments, format);
    Error error(status, 0, format, arguments);
    va_end(arguments);
    throw error;
}

void fail_system(int error_number, const char *format, ...) {
    std::va_list arguments;
    va_start(arguments, format);
    Error error(SCMP_ERROR_IO, error_number, format, arguments);
    va_end(arguments);
    throw error;
}

} // namespace scmp
