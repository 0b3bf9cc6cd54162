// The last error of each thread, and the checks that every entry point begins with.
#include "api/c_boundary.h"

#include <cstdio>

namespace scmp::api {
namespace {

thread_local char last_error[320] = "";
thread_local int last_errno = 0;

scmp_status remember(scmp_status status, const char *text, int system_error = 0) noexcept {
    std::snprintf(last_error, sizeof last_error, "%s", text);
    last_errno = system_error;
    return status;
}

} // namespace

scmp_status report(const Error &error) noexcept {
    return remember(error.status(), error.what(), error.system_error());
}

scmp_status report_out_of_memory() noexcept {
    return remember(SCMP_ERROR_OUT_OF_MEMORY, "the allocator had no memory for this call");
}

scmp_status report_internal(const char *what) noexcept {
    std::snprintf(last_error, sizeof last_error, "a defect in libscmp %s: %s", scmp_version(), what);
    last_errno = 0;
    return SCMP_ERROR_INTERNAL;
}

void require(const void *pointer, const char *name) {
    if (pointer == nullptr) fail(SCMP_ERROR_INVALID_ARGUMENT, "%s is NULL", name);
}

} // namespace scmp::api

extern "C" const char *scmp_last_error(void) {
    return scmp::api::last_error;
}

extern "C" int32_t scmp_last_errno(void) {
    return scmp::api::last_errno;
}
