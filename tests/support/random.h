// Random numbers of the tests: one seed a run, printed, and repeated with SCMP_TEST_SEED.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace test {

// The seed of this run: SCMP_TEST_SEED, or a new one. Printed on first use.
std::uint64_t run_seed();

// Same seed and name, same numbers, whatever ran before.
class Random {
public:
    explicit Random(const std::string &name) : Random(name, run_seed()) {}
    // The same numbers in every run, for measurements.
    Random(const std::string &name, std::uint64_t seed);

    // A whole number in least .. most.
    std::int64_t whole(std::int64_t least, std::int64_t most);
    bool chance(int percent) { return whole(1, 100) <= percent; }
    double real(); // 0 .. 1
    double normal();
    template <class T> const T &one_of(const std::vector<T> &values) {
        return values[std::size_t(whole(0, std::int64_t(values.size()) - 1))];
    }
    // "seed 17, name": what repeats the numbers.
    const std::string &text() const { return text_; }

private:
    std::string text_;
    std::mt19937_64 bits_;
};

} // namespace test
