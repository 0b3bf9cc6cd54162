// The one way a call fails inside the library: an exception that carries a status and its sentence to the C boundary.
#pragma once

#include <cstdarg>
#include <exception>

#include "scmp/scmp.h"

namespace scmp {

// Holds its text in place, so that reporting an error never needs memory.
class Error : public std::exception {
public:
    Error(scmp_status status, int system_error, const char *format, std::va_list arguments) noexcept;

    scmp_status status() const noexcept { return status_; }
    int system_error() const noexcept { return system_error_; } // errno; 0 where the system had no part in it
    const char *what() const noexcept override { return text_; }

private:
    scmp_status status_;
    int system_error_;
    char text_[320];
};

// Throws an Error with a printf-style sentence: lower case, no full stop, with the numbers in it.
[[noreturn, gnu::format(printf, 2, 3)]] void fail(scmp_status status, const char *format, ...);

// The same with status IO, for an error number of the system.
[[noreturn, gnu::format(printf, 2, 3)]] void fail_system(int error_number, const char *format, ...);

// A printf argument for int64_t, whatever its type is called on this platform.
inline long long ll(long long value) {
    return value;
}

} // namespace scmp
