// The boundary between C and C++: exceptions become status codes, and the floating-point environment is the library's
// inside and the caller's outside.
#pragma once

#include <new>
#include <stdexcept>
#include <utility>

#include "base/error.h"
#include "base/fp_environment.h"
#include "scmp/scmp.h"

namespace scmp::api {

// Keeps the sentence for scmp_last_error() and gives the status back.
scmp_status report(const Error &error) noexcept;
scmp_status report_out_of_memory() noexcept;
scmp_status report_internal(const char *what) noexcept;

template <class Body> scmp_status c_boundary(Body &&body) noexcept {
    const FpEnvironment environment;
    try {
        std::forward<Body>(body)();
        return SCMP_OK;
    } catch (const Error &error) {
        return report(error);
    } catch (const std::bad_alloc &) {
        return report_out_of_memory();
    } catch (const std::length_error &) { // more than a container can ever hold
        return report_out_of_memory();
    } catch (const std::exception &error) {
        return report_internal(error.what());
    } catch (...) {
        return report_internal("an exception of unknown type");
    }
}

// INVALID_ARGUMENT where a pointer is NULL.
void require(const void *pointer, const char *name);

} // namespace scmp::api
