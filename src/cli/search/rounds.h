// The rounds of a search: each goes its own way from its number alone, so that any number of threads finds the same.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "candidate.h"
#include "problem.h"

namespace cli::search {

// How many of the best are kept: the table's error ranks them, the product itself has the last word.
constexpr std::size_t most_found = 16;

struct Found {
    double cost = 0;
    Candidate candidate;

    bool operator<(const Found &other) const {
        return std::tie(cost, candidate) < std::tie(other.cost, other.candidate);
    }
};

// The best ones of both, best first; of those with the same cost, whose tables are alike, the first.
void merge(std::vector<Found> &into, const std::vector<Found> &from);

// The choices: seeds m_1 .. m_{seeds-1} and the start; later seeds have no part in L draws and stay 1.
struct Space {
    int sc_prec, seeds;

    explicit Space(const Problem &problem);
    // Seed i, or the start.
    int coordinates() const noexcept { return seeds; }
    std::uint32_t choices(int coordinate) const noexcept;
    std::uint64_t size() const noexcept;
    // Few enough that every candidate is looked at.
    bool small() const noexcept { return size() <= std::uint64_t(1) << 21; }
    Candidate first() const;
    void choose(Candidate &candidate, int coordinate, std::uint32_t choice) const noexcept;
};

// Scores candidates; one for each thread.
class Evaluator {
public:
    explicit Evaluator(const Problem &problem);

    std::vector<double> costs(std::span<const Candidate> candidates) { return score(candidates, rows_); }
    // The part of it that the first `draws` draws of the right generator decide, sums of errors left out.
    std::vector<double> costs_of_draws(std::span<const Candidate> candidates, int draws);
    std::uint64_t evaluations() const noexcept { return evaluations_; }

private:
    std::vector<double> score(std::span<const Candidate> candidates, std::int64_t rows);

    const Problem &problem_;
    Context context_;
    Config base_;
    scmp_matmul_options options_;
    std::int64_t rows_;
    std::vector<int> ones_; // of the left stream of each boundary
    std::uint64_t evaluations_ = 0;
};

struct Round {
    std::vector<Found> found;
    std::uint64_t evaluations = 0;
    bool finished = false;
};

// Round `number` of a search under `seed`. Not finished where `stop` came true meanwhile.
Round run_round(const Problem &problem, Evaluator &evaluator, std::uint64_t seed, std::uint64_t number,
                const std::atomic<bool> &stop);

// Rounds that a small space has; no end otherwise.
std::uint64_t round_count(const Space &space);

} // namespace cli::search
