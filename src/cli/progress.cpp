// The progress bar, and contexts tied to it; see progress.h.
#include "progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include <unistd.h>

#include "failure.h"
#include "flags.h"
#include "signals.h"

namespace cli {
Progress::Progress(std::string label) : label_(std::move(label)), enabled_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
    if (drawn_) std::fputs("\r\033[K", stderr);
}

void Progress::part(double from, double to) noexcept {
    from_ = from;
    to_ = to;
}

void Progress::show(double fraction) {
    using namespace std::chrono_literals;
    constexpr int width = 30;
    const auto now = Clock::now();
    if (!enabled_ || now - start_ < 400ms || now - last_ < 100ms) return;
    last_ = now;
    drawn_ = true;
    const double done = std::clamp(from_ + (to_ - from_) * fraction, 0.0, 1.0);
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const int filled = int(std::lround(done * width));
    std::fprintf(stderr, "\r\033[K%s [%s%s] %3d %%", label_.c_str(), std::string(std::size_t(filled), '#').c_str(),
                 std::string(std::size_t(width - filled), '.').c_str(), int(done * 100));
    if (done > 0.02) std::fprintf(stderr, "  %.0f s left", seconds * (1 - done) / done);
    std::fflush(stderr);
}

Session::Session(const std::string &label, const Machine &machine) : progress_(label) {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    if (!machine.backend.empty()) options.backend = backend_named(machine.backend);
    options.threads = machine.threads;
    options.progress = [](void *bar, double fraction) { static_cast<Progress *>(bar)->show(fraction); };
    options.progress_user = &progress_;
    options.cancelled = [](void *) -> int32_t { return cancelled() ? 1 : 0; };
    options.log = [](void *, scmp_log_level, const char *line) {
        std::fprintf(stderr, "scmp: warning: %s\n", one_line(line).c_str());
    };
    const scmp_status status = scmp_ctx_create(&options, context_.out());
    // Other than a backend or an instruction set that this machine lacks, a number of threads is wrong anywhere.
    if (status == SCMP_ERROR_INVALID_ARGUMENT) check_flags(status);
    check(status);
}

} // namespace cli
