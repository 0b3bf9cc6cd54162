// See scaling.h.
#include "scaling.h"

#include <list>

#include "operands.h"
#include "race.h"

namespace {

// A product with everything it needs, ready to run.
struct Runner {
    Runner(scmp_ctx *context, const Case &the_case, int thread_count)
        : ctx(context), product(the_case), threads(thread_count), operands(the_case),
          options(context, the_case), contestant{[this] { run(); }} {
        scmp_report_init(&report);
        check(scmp_ctx_set_threads(ctx, threads));
        scmp_call call;
        scmp_call_init(&call);
        call.report = &report;
        run(&call);
    }
    Runner(const Runner &) = delete;
    Runner &operator=(const Runner &) = delete;

    void run(const scmp_call *call = nullptr) {
        check(scmp_ctx_set_threads(ctx, threads));
        scmp_ctx_clear_cache(ctx);
        check(scmp_matmul(ctx, &operands.view_a, &operands.view_b, &options.all, call, &operands.view_y));
    }
    double gmacs() const { return products(product) / contestant.best() / 1e9; }

    scmp_ctx *ctx;
    Case product;
    int threads;
    Operands operands;
    Options options;
    scmp_report report;
    Contestant contestant;
};

void race_all(std::list<Runner> &runners, const Effort &effort) {
    std::vector<Contestant *> contestants;
    for (Runner &runner : runners) contestants.push_back(&runner.contestant);
    race(contestants, effort);
}

} // namespace

std::vector<ThreadPoint> measure_threads(scmp_ctx *ctx) {
    check(scmp_ctx_set_threads(ctx, SCMP_NOT_GIVEN));
    const int most = scmp_ctx_threads(ctx);
    std::vector<ThreadPoint> points;
    for (const int size : {1024, 2048}) {
        std::list<Runner> runners;
        for (int threads = 1; threads <= most; threads = threads < most && threads * 2 > most ? most : threads * 2)
            runners.emplace_back(ctx, Case{size, size, size}, threads);
        race_all(runners, {.clock = Clock::wall, .min_rounds = 25});
        for (const Runner &runner : runners)
            points.push_back({runner.product, runner.threads, runner.gmacs(), runner.gmacs() / runners.front().gmacs(),
                              runner.report});
    }
    return points;
}

std::vector<CutPoint> measure_cuts(scmp_ctx *ctx) {
    std::vector<CutPoint> points;
    for (const int size : {1024, 2048, 4096}) {
        std::list<Runner> runners;
        for (const int threads : {1, 64}) runners.emplace_back(ctx, Case{size, size, size}, threads);
        race_all(runners, {.min_rounds = 3, .seconds = 1});
        for (const Runner &runner : runners)
            points.push_back({runner.product, runner.threads, runner.gmacs(), runners.front().gmacs() / runner.gmacs(),
                              runner.report});
    }
    return points;
}

std::vector<SizePoint> measure_sizes(scmp_ctx *ctx) {
    std::vector<SizePoint> points;
    for (const char axis : {'N', 'M', 'D'}) {
        std::list<Runner> runners;
        for (const int size : {512, 1024, 2048, 4096})
            runners.emplace_back(
                ctx, Case{axis == 'N' ? size : 1024, axis == 'M' ? size : 1024, axis == 'D' ? size : 1024}, 1);
        race_all(runners, {.min_rounds = 7, .seconds = 3});
        double mean = 0;
        for (const Runner &runner : runners) mean += 1 / runner.gmacs() / double(runners.size());
        for (const Runner &runner : runners)
            points.push_back(
                {axis, runner.product, runner.gmacs(), 1 / runner.gmacs() / mean, runner.report.bytes_peak});
    }
    return points;
}
