// The stages that go over an operand once or twice, in bytes per second, beside memcpy: they are to run at the memory's
// speed.
#pragma once

#include <string>
#include <vector>

#include "race.h"

struct Pass {
    std::string name;  // the function, without scmp_
    std::string dtype; // of the operand
    double bytes;      // read and written
    double gbs;        // of those, in 1e9 bytes per second
    double memcpy_gbs; // of a copy of the operand in the same rounds, its reads and writes counted alike
};

std::vector<Pass> measure_passes(scmp_ctx *ctx, bool quick);
