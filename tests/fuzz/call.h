// Calls of the library as fuzzers make them: what is promised of every call, and a tally of how they ended.
#pragma once

#include <cstring>
#include <deque>
#include <string>

#include "bytes.h"
#include "scmp/scmp.h"

struct Tally {
    const char *name;
    long succeeded = 0, failed = 0;

    // Runs a call; the sentence of the last error is new after an error and stays after a success.
    template <class Call> scmp_status operator()(Call call) {
        const std::string before = scmp_last_error();
        const scmp_status status = call();
        require(status >= SCMP_OK && status < SCMP_ERROR_INTERNAL, "a status of the header's, and no defect");
        if (status == SCMP_OK)
            require(before == scmp_last_error(), "a success leaves the last sentence");
        else
            require(scmp_last_error()[0] != '\0', "an error has a sentence");
        ++(status == SCMP_OK ? succeeded : failed);
        return status;
    }
};

// One for each function, in the order of their first calls.
inline std::deque<Tally> &tallies() {
    static std::deque<Tally> all;
    return all;
}

inline Tally &tally_of(const char *name) {
    for (Tally &tally : tallies())
        if (std::strcmp(tally.name, name) == 0) return tally;
    return tallies().emplace_back(Tally{name});
}

// The status of a function of the library that can fail. Every such function is called by this name somewhere here:
// reach_test.py looks, and asks the replayed corpora for successes and errors of each.
#define CALL(function, ...)                                                                                            \
    [&] {                                                                                                              \
        static Tally &tally_here = tally_of(#function);                                                                \
        return tally_here([&] { return function(__VA_ARGS__); });                                                      \
    }()
