// mt19937_64 is the same everywhere; the distributions of the standard library are not, so these are written out.
#include "support/random.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace test {

std::uint64_t run_seed() {
    static const std::uint64_t seed = [] {
        const char *given = std::getenv("SCMP_TEST_SEED");
        const std::uint64_t chosen = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
        std::printf("seed: SCMP_TEST_SEED=%llu\n", static_cast<unsigned long long>(chosen));
        std::fflush(stdout);
        return chosen;
    }();
    return seed;
}

Random::Random(const std::string &name, std::uint64_t seed)
    : text_("SCMP_TEST_SEED=" + std::to_string(seed) + " " + name) {
    std::uint64_t mixed = 14695981039346656037u ^ seed;
    for (const char c : name) mixed = (mixed ^ std::uint64_t(static_cast<unsigned char>(c))) * 1099511628211u;
    bits_.seed(mixed);
}

std::int64_t Random::whole(std::int64_t least, std::int64_t most) {
    // The remainder's bias is below 2^-40 for the ranges of tests.
    return least + std::int64_t(bits_() % (std::uint64_t(most - least) + 1));
}

double Random::real() {
    return std::ldexp(double(bits_() >> 11), -53);
}

double Random::normal() {
    const double angle = 6.283185307179586 * real();
    return std::sqrt(-2 * std::log(1 - real())) * std::cos(angle);
}

} // namespace test
