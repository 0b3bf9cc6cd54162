// Rounds on threads; see run.h.
#include "run.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "../failure.h"
#include "../signals.h"

namespace cli::search {
namespace {

using Clock = std::chrono::steady_clock;

// Threads that run rounds from a number on. They stop, and leave unfinished rounds, when the object goes.
class Workers {
public:
    Workers(const Problem &problem, std::uint64_t seed, std::uint64_t first, int threads)
        : problem_(problem), seed_(seed), end_(round_count(Space(problem))), next_(first), wanted_(first),
          most_ahead_(std::uint64_t(threads) * 16) {
        try {
            for (int i = 0; i < threads; i++) threads_.emplace_back([this] { work(); });
        } catch (...) {
            stop();
            throw;
        }
    }
    Workers(const Workers &) = delete;
    Workers &operator=(const Workers &) = delete;
    ~Workers() { stop(); }

    // The round of this number once it is finished; nothing after a moment without.
    std::optional<Round> take(std::uint64_t number) {
        using namespace std::chrono_literals;
        std::unique_lock lock(mutex_);
        wanted_ = number;
        changed_.notify_all();
        changed_.wait_for(lock, 50ms, [&] { return error_ || finished_.count(number) != 0; });
        if (error_) std::rethrow_exception(error_);
        const auto found = finished_.find(number);
        if (found == finished_.end()) return std::nullopt;
        Round round = std::move(found->second);
        finished_.erase(found);
        return round;
    }

private:
    void work() {
        try {
            Evaluator evaluator(problem_);
            for (std::optional<std::uint64_t> number = begin(); number; number = begin()) {
                Round round = run_round(problem_, evaluator, seed_, *number, stop_);
                if (!round.finished) return;
                const std::lock_guard lock(mutex_);
                finished_.emplace(*number, std::move(round));
                changed_.notify_all();
            }
        } catch (...) {
            const std::lock_guard lock(mutex_);
            error_ = std::current_exception();
            changed_.notify_all();
        }
    }

    // The next round, when it is not too far ahead of what is wanted; nothing where there is none.
    std::optional<std::uint64_t> begin() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stop_ || next_ - wanted_ < most_ahead_; });
        if (stop_ || next_ >= end_) return std::nullopt;
        return next_++;
    }

    void stop() {
        {
            const std::lock_guard lock(mutex_);
            stop_ = true;
            changed_.notify_all();
        }
        for (std::thread &thread : threads_) thread.join();
    }

    const Problem &problem_;
    std::uint64_t seed_, end_, next_, wanted_, most_ahead_;
    std::atomic<bool> stop_ = false;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::uint64_t, Round> finished_;
    std::exception_ptr error_;
    std::vector<std::thread> threads_;
};

} // namespace

void run_rounds(const Problem &problem, const Budget &budget, int threads, State &state, const Advance &done) {
    const std::uint64_t end = round_count(Space(problem));
    const auto begin = Clock::now();
    const auto share = [&] {
        double spent = Space(problem).small() ? double(state.rounds) / double(end) : 0;
        if (budget.evaluations) spent = std::max(spent, double(state.evaluations) / double(*budget.evaluations));
        if (budget.seconds)
            spent = std::max(spent, std::chrono::duration<double>(Clock::now() - begin).count() / *budget.seconds);
        return spent;
    };
    const auto spent = [&] {
        if (state.rounds >= end || (budget.evaluations && state.evaluations >= *budget.evaluations)) return true;
        return state.rounds > 0 && share() >= 1;
    };
    if (spent()) return;
    Workers workers(problem, state.seed, state.rounds, threads);
    while (!spent()) {
        check_cancelled();
        const std::optional<Round> round = workers.take(state.rounds);
        if (round) {
            merge(state.best, round->found);
            state.evaluations += round->evaluations;
            state.rounds++;
        }
        done(std::min(share(), 1.0));
    }
}

} // namespace cli::search
