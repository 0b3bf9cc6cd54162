// Work items over threads that live no longer than the call, with progress and cancellation at the calling thread.
#pragma once

#include <cstdint>
#include <type_traits>

#include "scmp/scmp.h"

namespace scmp {

constexpr int max_threads = 1024;

// As many as the process may run on, 1 .. max_threads.
int available_threads() noexcept;

// Reports progress and asks whether to go on, on behalf of one call that may have several passes.
class Monitor {
public:
    Monitor() = default;
    Monitor(scmp_progress_fn progress, void *progress_user, scmp_cancel_fn cancelled, void *cancelled_user) noexcept
        : progress_(progress), progress_user_(progress_user), cancelled_(cancelled), cancelled_user_(cancelled_user) {}

    // The next pass covers this part of the whole call, 0 .. 1.
    void pass(double from, double to) noexcept { from_ = from, to_ = to; }
    // True where the caller wants to end; otherwise reports how much of the pass is done.
    bool stop(double share) noexcept;
    // Throws CANCELLED where the caller wants to end.
    void check(double share);
    bool can_cancel() const noexcept { return cancelled_ != nullptr; }

private:
    scmp_progress_fn progress_ = nullptr;
    void *progress_user_ = nullptr;
    scmp_cancel_fn cancelled_ = nullptr;
    void *cancelled_user_ = nullptr;
    double from_ = 0, to_ = 1, reported_ = -1;
};

using ItemFunction = void (*)(void *context, std::int64_t item, int worker);
void run_items(int threads, std::int64_t items, Monitor &monitor, ItemFunction function, void *context);

// Calls body(item, worker) once for each item 0 .. items, worker < min(threads, items). The body must not throw. Throws
// CANCELLED (some items are then undone). Where threads cannot be had, fewer do the work.
template <class Body> void parallel_for(int threads, std::int64_t items, Monitor &monitor, Body &&body) {
    using Plain = std::remove_reference_t<Body>;
    run_items(
        threads, items, monitor,
        [](void *context, std::int64_t item, int worker) { (*static_cast<Plain *>(context))(item, worker); }, &body);
}

} // namespace scmp
