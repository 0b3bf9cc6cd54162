// The frame of a C++ test program: cases that throw when something is wrong, run and reported by cmocka.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "scmp/scmp.h"

namespace test {

// The exception of a failing check. cmocka's own assertions jump over destructors, so they are left to the runner.
struct Failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// The exception of a case that cannot run here; the summary counts it and says why.
struct Skip : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Case {
    std::string name;
    std::function<void()> body;
};

// Runs the cases whose names contain argv[1] (all without it), and is what main() returns.
int run(const char *group, const std::vector<Case> &cases, int argc, char **argv);

std::string format(const char *text, ...) __attribute__((format(printf, 1, 2)));
[[noreturn]] void fail(const std::string &why);
inline void check(bool right, const std::string &otherwise) {
    if (!right) fail(otherwise);
}

// A call that must succeed, or end with a status and a sentence that contains all the words.
void ok(scmp_status status, const std::string &what = "");
void fails(scmp_status status, scmp_status expected, const std::vector<std::string> &words = {},
           const std::string &what = "");

// Runs `body`, and puts `where` before the text of its failure.
template <class Body> void within(const std::string &where, Body &&body) {
    try {
        body();
    } catch (const Failure &failure) {
        throw Failure(where + ": " + failure.what());
    }
}

} // namespace test
