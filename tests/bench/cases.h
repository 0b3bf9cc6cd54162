// The products that the benchmark measures.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scmp/scmp.h"

// A product to measure; what is left out is the library's default.
struct Case {
    int n, m, d;
    int stoc_len = 256;
    bool halve = false;
    std::string config{}; // a preset's name, or "permuted"; empty: the default
    scmp_granularity granularity = SCMP_GRANULARITY_PER_ROW;
    scmp_mode mode = SCMP_MODE_BIPOLAR;
    scmp_scramble scramble = SCMP_SCRAMBLE_NOT_GIVEN;
    int rng_levels = SCMP_NOT_GIVEN;
    bool decode = false; // the right operand is always packed before
};

double products(const Case &product);

// Shapes and stream lengths first, then what the options change at 1024 x 1024 x 1024. `quick`: the few that the README
// shows.
std::vector<Case> cases(bool quick);
