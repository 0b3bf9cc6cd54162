// What the fuzzers share: small numbers out of the fuzzer's bytes, and a way to stop it at a finding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <span>

// Takes numbers from the front; zeros when there is nothing left.
class Bytes {
public:
    Bytes(const std::uint8_t *data, std::size_t size) : rest_(data, size) {}

    std::uint8_t byte() {
        if (rest_.empty()) return 0;
        const std::uint8_t value = rest_.front();
        rest_ = rest_.subspan(1);
        return value;
    }
    // In first .. last.
    int number(int first, int last) { return first + (byte() | byte() << 8) % (last - first + 1); }
    // True once in `chance` times, and never where the bytes have ended.
    bool rarely(int chance) { return byte() > 255 - 256 / chance; }
    // One of several; all but the first, the ordinary one, are rare.
    template <class T> T pick(std::initializer_list<T> values) {
        const std::size_t i = byte();
        return i < 128 ? *values.begin() : values.begin()[i % values.size()];
    }
    // One of several, all alike.
    template <class T> T any(std::initializer_list<T> values) { return values.begin()[byte() % values.size()]; }
    std::span<const std::uint8_t> rest() const { return rest_; }

private:
    std::span<const std::uint8_t> rest_;
};

// A finding: libFuzzer keeps the input.
inline void require(bool condition, const char *what) {
    if (condition) return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}
