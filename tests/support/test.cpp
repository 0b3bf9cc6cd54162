// The only file that includes cmocka from C++: its macros (fail, skip) are names that others want.
#include "support/test.h"

#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>

extern "C" {
#include <cmocka.h>
}
#undef fail
#undef skip

namespace test {
namespace {

void run_case(void **state) {
    const Case &test = *static_cast<const Case *>(*state);
    // The text outlives the exception: cmocka leaves by longjmp, which must not jump over anything with a destructor.
    static char why[4096];
    why[0] = 0;
    enum { right, wrong, skipped } outcome = wrong;
    try {
        test.body();
        outcome = right;
    } catch (const Skip &skip) {
        std::snprintf(why, sizeof why, "%s", skip.what());
        outcome = skipped;
    } catch (const std::exception &error) {
        std::snprintf(why, sizeof why, "%s", error.what());
    }
    if (outcome == skipped) {
        print_message("skip: %s\n", why);
        _skip(__FILE__, __LINE__);
    }
    if (outcome == wrong) {
        print_error("%s: %s\n", test.name.c_str(), why);
        _fail(__FILE__, __LINE__);
    }
}

} // namespace

int run(const char *group, const std::vector<Case> &cases, int argc, char **argv) {
    const std::string wanted = argc > 1 ? argv[1] : "";
    std::vector<CMUnitTest> tests;
    for (const Case &test : cases)
        if (test.name.find(wanted) != std::string::npos)
            tests.push_back({test.name.c_str(), run_case, nullptr, nullptr, const_cast<Case *>(&test)});
    if (tests.empty()) {
        std::fprintf(stderr, "no test of %s has '%s' in its name\n", group, wanted.c_str());
        return 1;
    }
    return _cmocka_run_group_tests(group, tests.data(), tests.size(), nullptr, nullptr);
}

std::string format(const char *text, ...) {
    char buffer[2048];
    std::va_list arguments;
    va_start(arguments, text);
    std::vsnprintf(buffer, sizeof buffer, text, arguments);
    va_end(arguments);
    return buffer;
}

void fail(const std::string &why) {
    throw Failure(why);
}

void ok(scmp_status status, const std::string &what) {
    if (status != SCMP_OK) fail(what + " gave " + scmp_status_string(status) + ": " + scmp_last_error());
}

void fails(scmp_status status, scmp_status expected, const std::vector<std::string> &words, const std::string &what) {
    const std::string sentence = scmp_last_error();
    if (status != expected)
        fail(what + " gave " + scmp_status_string(status) + ", not " + scmp_status_string(expected) +
             (status == SCMP_OK ? "" : ": " + sentence));
    for (const std::string &word : words)
        if (sentence.find(word) == std::string::npos) fail(what + ": no '" + word + "' in the sentence: " + sentence);
}

} // namespace test
