// How a verb fails: a status, one sentence, and the exit code that goes with them.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

#include "scmp/scmp.h"
#include "text.h"

namespace cli {

constexpr int exit_failed = 1;      // files or the machine are not as they should be
constexpr int exit_wrong_usage = 2; // the command line is wrong whatever the files hold

class Failure : public std::runtime_error {
public:
    Failure(scmp_status status, const std::string &sentence, int exit_code)
        : std::runtime_error(sentence), status_(status), exit_code_(exit_code) {}

    scmp_status status() const noexcept { return status_; }
    int exit_code() const noexcept { return exit_code_; }

private:
    scmp_status status_;
    int exit_code_;
};

// The parts one after the other, as `<<` writes them.
template <class... Parts> std::string text(const Parts &...parts) {
    std::ostringstream out;
    (out << ... << parts);
    return out.str();
}

template <class... Parts> [[noreturn]] void fail(scmp_status status, const Parts &...parts) {
    throw Failure(status, text(parts...), exit_failed);
}

// Fails for a command line that is wrong whatever the files hold.
template <class... Parts> [[noreturn]] void wrong_usage(const Parts &...parts) {
    throw Failure(SCMP_ERROR_INVALID_ARGUMENT, text(parts...), exit_wrong_usage);
}

// Lets a library call's error pass as a Failure.
inline void check(scmp_status status) {
    if (status != SCMP_OK) throw Failure(status, scmp_last_error(), exit_failed);
}

// The same where the call's parameter x is what the command line calls `operand`.
inline void check(scmp_status status, const char *operand) {
    if (status == SCMP_OK) return;
    std::string sentence = scmp_last_error();
    if (sentence.starts_with("x ")) sentence.replace(0, 1, operand);
    throw Failure(status, sentence, exit_failed);
}

// The same where all that the call was given stands on the command line.
inline void check_flags(scmp_status status) {
    const bool machine = status == SCMP_ERROR_OUT_OF_MEMORY || status == SCMP_ERROR_DEVICE || status == SCMP_ERROR_IO ||
                         status == SCMP_ERROR_CANCELLED || status == SCMP_ERROR_INTERNAL;
    if (status != SCMP_OK) throw Failure(status, scmp_last_error(), machine ? exit_failed : exit_wrong_usage);
}

} // namespace cli
