// How cost grows: with threads, and with each dimension.
#pragma once

#include <string>
#include <vector>

#include "cases.h"

struct ThreadPoint {
    Case product;
    int threads;
    double gmacs;   // fastest round
    double speedup; // over one thread
    scmp_report report;
};
// 1 thread, 2, 4 ... and as many as the process may run on, at 1024 x 1024 x 1024 and larger.
std::vector<ThreadPoint> measure_threads(scmp_ctx *ctx);

struct CutPoint {
    Case product;
    int threads;
    double gmacs;
    double relative_cost; // processor time, over that of one thread
    scmp_report report;
};
// What cutting a product for 64 threads costs, and starting them: all of them on one core, in processor time.
std::vector<CutPoint> measure_cuts(scmp_ctx *ctx);

struct SizePoint {
    char axis; // N, M or D: the dimension that varies
    Case product;
    double gmacs;
    double relative_cost; // time of one product, over the mean of the axis
    std::uint64_t bytes_peak;
};
// N, M and D from 512 to 4096, the other two at 1024; one thread.
std::vector<SizePoint> measure_sizes(scmp_ctx *ctx);
