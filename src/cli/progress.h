// A bar on standard error, at a terminal, while a verb works.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "advance.h"
#include "handles.h"
#include "scmp/scmp.h"

namespace cli {

// A bar that appears when work takes longer than a moment, and goes when it is done. Nothing where standard error is no
// terminal.
class Progress {
public:
    explicit Progress(std::string label);
    Progress(const Progress &) = delete;
    Progress &operator=(const Progress &) = delete;
    ~Progress();

    void show(double fraction);

    // Sets the text before the bar.
    void label(std::string label) { label_ = std::move(label); }

    // The calls that follow are this share of the whole: show(0) stands at `from`, show(1) at `to`.
    void part(double from, double to) noexcept;

private:
    using Clock = std::chrono::steady_clock;

    std::string label_;
    Clock::time_point start_ = Clock::now(), last_ = start_;
    double from_ = 0, to_ = 1;
    bool enabled_, drawn_ = false;
};

// The flags that say where a verb works.
struct Machine {
    std::string backend; // "": the default
    int32_t threads = SCMP_NOT_GIVEN;
};

// A context with the bar and Ctrl-C tied to it, whose warnings are lines on standard error.
class Session {
public:
    explicit Session(const std::string &label, const Machine &machine = {});

    scmp_ctx *ctx() const noexcept { return context_.get(); }
    Progress &progress() noexcept { return progress_; }
    // Moves the bar.
    Advance advance() {
        return [this](double share) { progress_.show(share); };
    }

private:
    Progress progress_;
    Context context_;
};

} // namespace cli
