// Signals that end a program; see signals.h.
#include "signals.h"

#include <atomic>
#include <csignal>

#include "failure.h"

namespace cli {
namespace {

std::atomic<bool> signalled = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

void on_signal(int) {
    signalled = true;
}

void handle(int signal, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler; // no SA_RESTART: a read from a pipe returns, and notices
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
}

bool ignored(int signal) {
    struct sigaction action {};
    sigaction(signal, nullptr, &action);
    return action.sa_handler == SIG_IGN;
}

} // namespace

void catch_signals() {
    for (const int signal : {SIGINT, SIGTERM, SIGXCPU}) handle(signal, on_signal);
    for (const int signal : {SIGHUP, SIGQUIT})
        if (!ignored(signal)) handle(signal, on_signal); // nohup means it
    // Errors of write(), with a sentence.
    for (const int signal : {SIGPIPE, SIGXFSZ}) handle(signal, SIG_IGN);
}

bool cancelled() noexcept {
    return signalled;
}

void check_cancelled() {
    if (signalled) fail(SCMP_ERROR_CANCELLED, "interrupted by a signal; nothing was written");
}

} // namespace cli
