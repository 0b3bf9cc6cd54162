// Contexts: threads, callbacks, reports, and the small functions that need no context at all.
#include <algorithm>
#include <thread>

#include "scmp/scmp_model.h"
#include "support/handles.h"
#include "support/product.h"
#include "support/test.h"

using namespace test;

namespace {

Product sample() {
    Random random("context");
    Product product;
    product.a = random_values(random, {37, 50});
    product.b = random_values(random, {29, 50});
    return product;
}

// What the callbacks of a context heard.
struct Heard {
    std::vector<std::string> lines;
    std::vector<scmp_log_level> levels;
    std::vector<double> progress;
    long polls = 0;
    std::thread::id thread = std::this_thread::get_id();
    bool elsewhere = false;

    void here() {
        if (std::this_thread::get_id() != thread) elsewhere = true;
    }
    static void log(void *user, scmp_log_level level, const char *message) {
        Heard &self = *static_cast<Heard *>(user);
        self.here();
        self.levels.push_back(level);
        self.lines.emplace_back(message);
    }
    static void progressed(void *user, double fraction) {
        Heard &self = *static_cast<Heard *>(user);
        self.here();
        self.progress.push_back(fraction);
    }
    static std::int32_t cancelled(void *user) {
        Heard &self = *static_cast<Heard *>(user);
        self.here();
        self.polls++;
        return 0;
    }
};

template <class Change> Ctx listening(Heard &heard, Change &&change) {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.threads = 2;
    options.log = Heard::log;
    options.progress = Heard::progressed;
    options.cancelled = Heard::cancelled;
    options.log_user = options.progress_user = options.cancelled_user = &heard;
    change(options);
    Ctx ctx;
    ok(scmp_ctx_create(&options, ctx.out()), "scmp_ctx_create");
    return ctx;
}

void threads() {
    const Ctx ctx = context(3);
    check(scmp_ctx_threads(ctx) == 3, "3 threads");
    ok(scmp_ctx_set_threads(ctx, 5), "scmp_ctx_set_threads");
    check(scmp_ctx_threads(ctx) == 5, "5 threads");
    ok(scmp_ctx_set_threads(ctx, SCMP_NOT_GIVEN), "as many as the process may run on");
    check(scmp_ctx_threads(ctx) >= 1 && scmp_ctx_threads(ctx) <= 1024, "a number of threads");
    const Ctx usual = [] {
        Ctx made;
        ok(scmp_ctx_create(nullptr, made.out()), "scmp_ctx_create with defaults");
        return made;
    }();
    check(scmp_ctx_threads(usual) == scmp_ctx_threads(ctx), "the default is another number of threads");
    // AUTO becomes something.
    const scmp_backend backend = scmp_ctx_backend(usual);
    check(backend != SCMP_BACKEND_AUTO && scmp_backend_available(backend) == 1, "AUTO became nothing available");
    check(scmp_backend_available(SCMP_BACKEND_REFERENCE) == 1 && scmp_backend_available(SCMP_BACKEND_CPU) == 1,
          "a backend that is always there is not");
    check(scmp_backend_available(scmp_backend(77)) == 0, "no backend is available");
    check((scmp_backend_available(SCMP_BACKEND_CUDA) != 0) == (scmp_cuda_device_count() > 0), "CUDA without a device");
}

void callbacks_change_nothing_and_stay_here() {
    const Ctx plain = context(2);
    const Product product = sample();
    const Result want = multiply(plain, product);
    Heard heard;
    const Ctx ctx = listening(heard, [](auto &options) { options.log_level = SCMP_LOG_DEBUG; });
    const Result got = multiply(ctx, product);
    same(got.y, want.y, "y with callbacks");
    same(got.sum, want.sum, "sum with callbacks");
    check(!heard.elsewhere, "a callback ran on another thread");
    check(!heard.progress.empty() && heard.polls > 0 && !heard.lines.empty(), "a callback was never called");
    check(std::is_sorted(heard.progress.begin(), heard.progress.end()), "progress fell");
    check(heard.progress.front() >= 0 && heard.progress.back() <= 1, "progress outside 0 .. 1");
    check(heard.progress.back() == 1, "progress does not end at 1");
}

void log_levels() {
    for (const auto level : {SCMP_LOG_WARNING, SCMP_LOG_INFO, SCMP_LOG_DEBUG}) {
        Heard heard;
        const Ctx ctx = listening(heard, [&](auto &options) { options.log_level = level; });
        multiply(ctx, sample());
        for (const scmp_log_level line : heard.levels)
            check(line <= level, "a line above the level that was asked for");
        for (const std::string &line : heard.lines)
            check(!line.empty() && line.find('\n') == std::string::npos, "an empty line, or one with a newline");
        const auto lines = std::count(heard.levels.begin(), heard.levels.end(), SCMP_LOG_INFO);
        check(lines == (level == SCMP_LOG_WARNING ? 0 : 1), std::to_string(lines) + " lines of INFO for one product");
        if (lines == 0) continue;
        for (const char *word : {"panel=", "task=", "tasks=", "workers=", "quantize ", "tables ", "pack ", "count ",
                                 "dequantize ", "total ", "peak "})
            check(heard.lines.front().find(word) != std::string::npos,
                  std::string(word) + " is not in: " + heard.lines.front());
    }
}

void reports() {
    const Ctx ctx = context(2);
    Product product = sample();
    scmp_report report;
    const auto run = [&] {
        scmp_report_init(&report);
        multiply(ctx, product, &report);
    };
    run();
    check(report.stoc_len == 256 && report.rng_levels == 256 && report.q_max == 127, "L, G, q_max");
    check(report.scramble == SCMP_SCRAMBLE_BITREV && report.scrambled == 0 && report.tables == 1,
          "no masks, one table");
    check(report.backend == SCMP_BACKEND_CPU && std::string(report.isa) == scmp_ctx_isa(ctx), "backend and isa");
    check(report.kernel != nullptr && report.kernel[0] != 0 && report.threads == 2, "kernel and threads");
    check(report.ms_total > 0 && report.ms_quantize >= 0 && report.ms_tables >= 0 && report.ms_count >= 0, "times");
    check(report.ms_quantize + report.ms_tables + report.ms_pack + report.ms_count + report.ms_dequantize <=
              report.ms_total * 1.01,
          "the parts take longer than the whole");
    check(report.bytes_peak > 0, "no memory");
    check(report.ms_dequantize > 0, "dequantization takes some time");
    check(report.panel_columns > 0 && report.task_rows > 0, "blocking");
    check(report.tasks >= report.workers && report.workers >= 1 && report.workers <= 2, "tasks and workers");

    product.options.stoc_len = product.options.rng_levels = 128;
    run();
    check(report.stoc_len == 128 && report.rng_levels == 128 && report.scrambled == 1, "halved, hence scrambled");
    check(report.tables == 50, "a table for each of 50 inner indices");
    product.options.stoc_len = 60;
    product.options.rng_levels = 99;
    run();
    check(report.stoc_len == 60 && report.rng_levels == 99, "what is given");
    product.options.mode = SCMP_MODE_UNIPOLAR;
    product.options.stoc_len = product.options.rng_levels = SCMP_NOT_GIVEN;
    run();
    check(report.stoc_len == 256 && report.rng_levels == 256 && report.q_max == 255, "unipolar");
    product.options.scramble = SCMP_SCRAMBLE_ALWAYS_COUNTER;
    run();
    check(report.scramble == SCMP_SCRAMBLE_ALWAYS_COUNTER && report.scrambled == 1, "always masks");
    product.options.scramble = SCMP_SCRAMBLE_OFF;
    product.options.stoc_len = 100;
    run();
    check(report.scrambled == 0 && report.tables == 1, "off means off");
}

void masks_and_rescale() {
    // Spec 3, written out.
    const auto reversed = [](std::uint32_t value, int bits) {
        std::uint32_t out = 0;
        for (int i = 0; i < bits; i++) out |= (value >> i & 1) << (bits - 1 - i);
        return out;
    };
    for (int p = 1; p <= SCMP_SC_PREC_MAX; p++) {
        const std::uint32_t full = 1U << p;
        for (std::int64_t d = 0; d < 2 * full + 3; d++) {
            const std::uint32_t low = std::uint32_t(d) % full;
            for (const auto mode : {SCMP_SCRAMBLE_NOT_GIVEN, SCMP_SCRAMBLE_BITREV, SCMP_SCRAMBLE_ALWAYS_BITREV})
                check(scmp_scramble_mask(mode, d, p) == reversed(low, p), "a bitrev mask");
            for (const auto mode : {SCMP_SCRAMBLE_COUNTER, SCMP_SCRAMBLE_ALWAYS_COUNTER})
                check(scmp_scramble_mask(mode, d, p) == low, "a counter mask");
            check(scmp_scramble_mask(SCMP_SCRAMBLE_OFF, d, p) == 0, "a mask of off");
        }
        for (const int grid : {1, 3, int(full) - 1, int(full), int(full) + 1, 16384})
            for (std::uint32_t draw = 0; draw < full; draw++)
                if (grid >= 1)
                    check(scmp_rescale(draw, p, grid) ==
                              std::uint32_t(std::uint64_t(draw) * std::uint64_t(grid) / full),
                          "a rescaled draw");
        // Where the masks apply: another grid, or a prefix; always in the always modes.
        const int size = int(full);
        for (const auto mode : {SCMP_SCRAMBLE_BITREV, SCMP_SCRAMBLE_COUNTER, SCMP_SCRAMBLE_NOT_GIVEN}) {
            check(scmp_scramble_applies(mode, p, size, size) == 0, "a full stream on the full grid");
            check(scmp_scramble_applies(mode, p, size - 1, size) == 1, "a prefix");
            check(scmp_scramble_applies(mode, p, size, size + 1) == 1, "a finer grid");
            check(scmp_scramble_applies(mode, p, size, size - 1) == 1, "a coarser grid");
        }
        check(scmp_scramble_applies(SCMP_SCRAMBLE_OFF, p, 1, 5) == 0, "off");
        check(scmp_scramble_applies(SCMP_SCRAMBLE_ALWAYS_BITREV, p, size, size) == 1, "always_bitrev");
        check(scmp_scramble_applies(SCMP_SCRAMBLE_ALWAYS_COUNTER, p, size, size) == 1, "always_counter");
    }
    check(scmp_scramble_mask(SCMP_SCRAMBLE_COUNTER, -1, 8) == 0, "the mask of a negative index");
    for (const int bad : {0, 11, -3})
        check(scmp_scramble_mask(SCMP_SCRAMBLE_COUNTER, 5, bad) == 0, "a mask of no width");
    for (const int bad : {0, 1, 11}) check(scmp_lfsr_tap_set_count(bad) == 0, "tap sets of no width");
}

void maximal_taps_are_maximal() {
    // The default taps of each width visit every number but 0 before they return.
    const Ctx ctx = context();
    for (int p = 2; p <= SCMP_SC_PREC_MAX; p++)
        for (std::int32_t set = 0; set < scmp_lfsr_tap_set_count(p); set++) {
            std::vector<std::int32_t> taps(std::size_t(p), 0);
            std::int32_t count = 0;
            ok(scmp_lfsr_tap_set(p, set, taps.data(), &count), "scmp_lfsr_tap_set");
            scmp_generator generator;
            scmp_generator_init(&generator);
            generator.type = SCMP_GENERATOR_LFSR;
            generator.seed = 1;
            generator.lfsr_taps = taps.data();
            generator.lfsr_tap_count = count;
            const std::int64_t full = std::int64_t(1) << p;
            Array draws = canary(SCMP_DTYPE_I32, {full});
            const scmp_tensor view = draws.view();
            ok(scmp_generator_draws(ctx, &generator, p, &view), "scmp_generator_draws");
            std::vector<bool> seen(std::size_t(full), false);
            for (std::int64_t i = 0; i + 1 < full; i++) {
                const std::int64_t draw = draws.whole(i);
                check(draw > 0 && draw < full && !seen[std::size_t(draw)], "a number comes twice, or 0");
                seen[std::size_t(draw)] = true;
            }
            check(draws.whole(full - 1) == draws.whole(0), "the last draw is not the first again");
        }
}

void version() {
    check(std::string(scmp_version()) == format("%d.%d.%d", SCMP_VERSION_MAJOR, SCMP_VERSION_MINOR, SCMP_VERSION_PATCH),
          std::string("the library says it is ") + scmp_version());
}

} // namespace

int main(int argc, char **argv) {
    return run("context",
               {
                   {"the version is the header's", version},
                   {"threads and backends", threads},
                   {"callbacks change nothing and stay on the calling thread", callbacks_change_nothing_and_stay_here},
                   {"log levels", log_levels},
                   {"reports say what was resolved", reports},
                   {"masks and rescale by their formulas", masks_and_rescale},
                   {"maximal taps are maximal", maximal_taps_are_maximal},
               },
               argc, argv);
}
