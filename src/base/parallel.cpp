// A shared counter hands out work items; the calling thread works too and is the only one that calls back.
#include "base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <new>
#include <system_error>
#include <thread>

#include "base/error.h"
#include "base/fp_environment.h"

namespace scmp {

int available_threads() noexcept {
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return std::clamp(CPU_COUNT(&set), 1, max_threads);
#endif
    return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, max_threads);
}

bool Monitor::stop(double share) noexcept {
    if (cancelled_ != nullptr && cancelled_(cancelled_user_) != 0) return true;
    const double done = from_ + (to_ - from_) * share;
    if (progress_ != nullptr && done > reported_) {
        reported_ = done;
        progress_(progress_user_, done);
    }
    return false;
}

void Monitor::check(double share) {
    if (stop(share)) fail(SCMP_ERROR_CANCELLED, "the call was cancelled");
}

void run_items(int threads, std::int64_t items, Monitor &monitor, ItemFunction function, void *context) {
    if (threads <= 1 || items <= 1) {
        for (std::int64_t item = 0; item < items; item++) {
            monitor.check(double(item) / double(items));
            function(context, item, 0);
        }
        return;
    }

    std::atomic<std::int64_t> next{0};
    std::atomic<bool> stopped{false};
    const auto helper = [&](int worker) {
        const FpEnvironment environment;
        while (!stopped.load(std::memory_order_relaxed)) {
            const std::int64_t item = next.fetch_add(1, std::memory_order_relaxed);
            if (item >= items) return;
            function(context, item, worker);
        }
    };

    std::array<std::thread, max_threads> team;
    const int size = static_cast<int>(std::clamp<std::int64_t>(std::min<std::int64_t>(threads, items), 1, max_threads));
    int started = 1;
    try {
        for (; started < size; started++) team[std::size_t(started)] = std::thread(helper, started);
    } catch (const std::system_error &) { // no more threads to be had: those that are here do the work
    } catch (const std::bad_alloc &) {
    }

    for (;;) {
        const std::int64_t item = next.fetch_add(1, std::memory_order_relaxed);
        if (item >= items) break;
        if (monitor.stop(double(item) / double(items))) {
            stopped = true;
            break;
        }
        function(context, item, 0);
    }
    for (int worker = 1; worker < started; worker++) team[std::size_t(worker)].join();
    if (stopped) fail(SCMP_ERROR_CANCELLED, "the call was cancelled");
}

} // namespace scmp
