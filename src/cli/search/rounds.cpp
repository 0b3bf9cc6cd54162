// One round of a search; see rounds.h. A small space is gone through in blocks. In a large one a round builds a
// candidate seed by seed, greedily but for chance, goes down from it one coordinate at a time, and kicks what it found
// a few times (GRASP: Feo and Resende, "Greedy randomized adaptive search procedures", 1995).
#include "rounds.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>

#include "../failure.h"
#include "scmp/scmp_model.h"

namespace cli::search {
namespace {

constexpr std::uint64_t block = 4096;  // candidates of a round of a small space
constexpr std::uint64_t shortlist = 3; // of the greedy choices, from which chance takes one
constexpr int kicks = 6;

// Vigna's splitmix64, so that rounds with neighbouring numbers have nothing in common.
std::uint64_t mixed(std::uint64_t x) noexcept {
    x += 0x9E3779B97F4A7C15U;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9U;
    x = (x ^ x >> 27) * 0x94D049BB133111EBU;
    return x ^ x >> 31;
}

class Walk {
public:
    Walk(const Problem &problem, Evaluator &evaluator, std::uint64_t seed, std::uint64_t number,
         const std::atomic<bool> &stop)
        : space_(problem), evaluator_(evaluator), stop_(stop), engine_(mixed(seed ^ mixed(number))) {}

    Round run() {
        const std::uint64_t before = evaluator_.evaluations();
        Found best = down(greedy());
        for (int kick = 0; kick < kicks && !stop_; kick++) {
            Found other = best;
            for (int i = 0; i < 2; i++) {
                const int coordinate = int(below(std::uint64_t(space_.coordinates())));
                space_.choose(other.candidate, coordinate, std::uint32_t(below(space_.choices(coordinate))));
            }
            other = down(std::move(other.candidate));
            if (other.cost <= best.cost) best = std::move(other);
        }
        round_.evaluations = evaluator_.evaluations() - before;
        round_.finished = !stop_;
        return std::move(round_);
    }

private:
    // The same on every machine, which the distributions of the standard library are not; its bias is below 2^-50.
    std::uint64_t below(std::uint64_t count) { return engine_() % count; }

    // All candidates that differ in this coordinate at most; the index of each is its choice.
    std::vector<Candidate> line(const Candidate &candidate, int coordinate) const {
        std::vector<Candidate> all(space_.choices(coordinate), candidate);
        for (std::uint32_t choice = 0; choice < all.size(); choice++) space_.choose(all[choice], coordinate, choice);
        return all;
    }

    // Draws 0 .. 2^(i+1) - 1 depend on the start and the seeds up to m_i.
    Candidate greedy() {
        Candidate candidate = space_.first();
        candidate.start = std::uint32_t(below(space_.choices(0)));
        for (int i = 1; i < space_.seeds && !stop_; i++) {
            const std::vector<Candidate> all = line(candidate, i);
            const std::vector<double> costs = evaluator_.costs_of_draws(all, 2 << i);
            std::vector<std::size_t> order(all.size());
            std::iota(order.begin(), order.end(), std::size_t(0));
            std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return costs[a] < costs[b]; });
            candidate = all[order[below(std::min<std::uint64_t>(shortlist, order.size()))]];
        }
        return candidate;
    }

    // Takes the best of one line after another until none of them is better.
    Found down(Candidate candidate) {
        Found found{std::numeric_limits<double>::infinity(), std::move(candidate)};
        std::vector<int> order(std::size_t(space_.coordinates()));
        std::iota(order.begin(), order.end(), 0);
        for (std::size_t i = order.size(); i-- > 1;) std::swap(order[i], order[below(i + 1)]);
        for (std::size_t i = 0, unchanged = 0; unchanged < order.size() && !stop_; i = (i + 1) % order.size()) {
            const std::vector<Candidate> all = line(found.candidate, order[i]);
            const std::vector<double> costs = evaluator_.costs(all);
            const auto least = std::min_element(costs.begin(), costs.end());
            unchanged++;
            if (*least >= found.cost) continue;
            found = {*least, all[std::size_t(least - costs.begin())]};
            unchanged = 1;
        }
        merge(round_.found, {found});
        return found;
    }

    Space space_;
    Evaluator &evaluator_;
    const std::atomic<bool> &stop_;
    std::mt19937_64 engine_;
    Round round_;
};

Round run_block(const Problem &problem, Evaluator &evaluator, std::uint64_t number) {
    const Space space(problem);
    std::vector<Candidate> all;
    for (std::uint64_t i = number * block; i < std::min((number + 1) * block, space.size()); i++) {
        Candidate candidate = space.first();
        std::uint64_t rest = i;
        for (int coordinate = 0; coordinate < space.coordinates(); coordinate++) {
            space.choose(candidate, coordinate, std::uint32_t(rest % space.choices(coordinate)));
            rest /= space.choices(coordinate);
        }
        all.push_back(std::move(candidate));
    }
    Round round;
    const std::vector<double> costs = evaluator.costs(all);
    std::vector<Found> found;
    for (std::size_t i = 0; i < all.size(); i++) found.push_back({costs[i], std::move(all[i])});
    merge(round.found, found);
    round.evaluations = found.size();
    round.finished = true;
    return round;
}

} // namespace

void merge(std::vector<Found> &into, const std::vector<Found> &from) {
    into.insert(into.end(), from.begin(), from.end());
    std::sort(into.begin(), into.end());
    const auto alike = [](const Found &a, const Found &b) { return a.cost == b.cost; };
    into.erase(std::unique(into.begin(), into.end(), alike), into.end());
    if (into.size() > most_found) into.resize(most_found);
}

// Seed i is first used between draws 2^i - 1 and 2^i.
Space::Space(const Problem &problem) : sc_prec(problem.sc_prec()), seeds(1) {
    while (seeds < sc_prec && 1 << seeds < problem.options.stoc_len) seeds++;
}

std::uint32_t Space::choices(int coordinate) const noexcept {
    return 1U << (coordinate == 0 ? sc_prec : coordinate);
}

std::uint64_t Space::size() const noexcept {
    int bits = sc_prec;
    for (int i = 1; i < seeds; i++) bits += i;
    return std::uint64_t(1) << bits; // 55 at most
}

Candidate Space::first() const {
    return {std::vector<std::uint32_t>(std::size_t(sc_prec), 1), 0};
}

void Space::choose(Candidate &candidate, int coordinate, std::uint32_t choice) const noexcept {
    if (coordinate == 0)
        candidate.start = choice;
    else
        candidate.seeds[std::size_t(coordinate)] = 2 * choice + 1;
}

Evaluator::Evaluator(const Problem &problem)
    : problem_(problem), options_(problem.options), rows_(problem.weights.size()) {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.threads = 1;
    check(scmp_ctx_create(&options, context_.out()));
    base_ = config_of(context_.get(), problem.sc_prec(), Space(problem).first());
    options_.config = base_.get();
    const Array left = make_array(SCMP_DTYPE_I32, {options_.stoc_len});
    check(scmp_sequence(context_.get(), &options_, SCMP_SIDE_LEFT, 0, &left.view));
    const std::int32_t *draws = left.as<std::int32_t>();
    for (const std::int32_t boundary : problem.weights.boundary)
        ones_.push_back(
            int(std::count_if(draws, draws + options_.stoc_len, [&](auto draw) { return draw < boundary; })));
}

std::vector<double> Evaluator::costs_of_draws(std::span<const Candidate> candidates, int draws) {
    return score(candidates, std::upper_bound(ones_.begin(), ones_.end(), draws) - ones_.begin());
}

std::vector<double> Evaluator::score(std::span<const Candidate> candidates, std::int64_t rows) {
    const Weights &weights = problem_.weights;
    const std::int64_t size = weights.size();
    std::vector<scmp_generator> generators;
    generators.reserve(candidates.size());
    for (const Candidate &candidate : candidates) generators.push_back(generator_of(candidate));
    const auto count = std::int64_t(candidates.size()), width = std::int64_t(weights.sum_offset.size());
    const bool whole = rows == size, with_sums = whole && width > 0;
    const scmp_tensor x = scmp_tensor_1d(SCMP_DTYPE_I32, weights.boundary.data(), rows);
    const scmp_tensor y = scmp_tensor_1d(SCMP_DTYPE_I32, weights.boundary.data(), size);
    const scmp_tensor target = scmp_tensor_2d(SCMP_DTYPE_F64, weights.target.data(), rows, size);
    const scmp_tensor square = scmp_tensor_2d(SCMP_DTYPE_F64, weights.square.data(), rows, size);
    const scmp_tensor sum = scmp_tensor_3d(SCMP_DTYPE_F64, weights.sum.data(), width, size, size);
    scmp_score_weights given;
    scmp_score_weights_init(&given);
    given.x = &x;
    given.y = &y;
    given.target = &target;
    given.square = &square;
    if (with_sums) given.sum = &sum;
    std::vector<double> squares(candidates.size()), sums(candidates.size() * std::size_t(width));
    const scmp_tensor squares_view = scmp_tensor_1d(SCMP_DTYPE_F64, squares.data(), count);
    const scmp_tensor sums_view = scmp_tensor_2d(SCMP_DTYPE_F64, sums.data(), count, width);
    check(scmp_score_generators(context_.get(), &options_, 0, generators.data(), generators.size(), &given,
                                &squares_view, with_sums ? &sums_view : nullptr));
    evaluations_ += candidates.size();
    if (!whole) return squares;
    for (std::size_t i = 0; i < squares.size(); i++)
        squares[i] = weights.cost(squares[i], sums.data() + i * std::size_t(width));
    return squares;
}

Round run_round(const Problem &problem, Evaluator &evaluator, std::uint64_t seed, std::uint64_t number,
                const std::atomic<bool> &stop) {
    if (Space(problem).small()) return run_block(problem, evaluator, number);
    return Walk(problem, evaluator, seed, number, stop).run();
}

std::uint64_t round_count(const Space &space) {
    return space.small() ? (space.size() + block - 1) / block : std::numeric_limits<std::uint64_t>::max();
}

} // namespace cli::search
