// Counters and adders of finite width (docs/model.md, section 2).
#include "model/accumulator.h"

#include <algorithm>
#include <bit>

#include "model/counts.h"

namespace scmp::model {
namespace {

// Numbers that a counter can hold.
struct Range {
    std::int64_t low, high;

    static Range up(int width) noexcept { return {0, (std::int64_t(1) << width) - 1}; }
    // A sum fits 32 bits, so more of them change nothing.
    static Range both_ways(std::int64_t width) noexcept {
        const std::int64_t half = std::int64_t(1) << (std::min<std::int64_t>(width, 40) - 1);
        return {-half, half - 1};
    }
    std::int64_t size() const noexcept { return high - low + 1; }
    bool holds(std::int64_t value) const noexcept { return low <= value && value <= high; }
    std::int64_t kept(std::int64_t value, scmp_overflow overflow) const noexcept {
        if (overflow == SCMP_OVERFLOW_SATURATE) return std::clamp(value, low, high);
        return low + ((value - low) & (size() - 1));
    }
};

// A counter after `steps` steps of one, up or down; each step that leaves the range is an overflow.
struct Counter {
    Range range;
    scmp_overflow overflow;
    std::int64_t value = 0, overflows = 0;

    void count(std::int64_t steps, bool down) noexcept {
        const std::int64_t room = down ? value - range.low : range.high - value;
        const std::int64_t beyond = std::max<std::int64_t>(steps - room, 0);
        // One that saturates stays at its end; one that wraps comes by every 2^width steps.
        overflows += overflow == SCMP_OVERFLOW_SATURATE ? beyond : (beyond + range.size() - 1) / range.size();
        value = range.kept(down ? value - steps : value + steps, overflow);
    }
};

int bits_up(std::int64_t most) noexcept {
    return std::max(int(std::bit_width(static_cast<std::uint64_t>(most))), 1);
}
int bits_both_ways(std::int64_t least, std::int64_t most) noexcept {
    const std::int64_t farthest = std::max(most, -1 - least); // v and -1 - v need the same bits
    return int(std::bit_width(static_cast<std::uint64_t>(std::max<std::int64_t>(farthest, 0)))) + 1;
}

// Accumulates one row of a; `counts` of an inner index come in the order of the rows of b.
class Row {
public:
    Row(const Operands &operands, const scmp_accumulator &accumulator, Accumulated &out,
        std::pmr::memory_resource &memory)
        : operands_(operands), accumulator_(accumulator), out_(out), row_counts_(operands, memory),
          counts_(memory, std::size_t(operands.m)), exact_(memory, std::size_t(operands.m)) {
        if (accumulator.place == SCMP_ACCUMULATOR_ADDER_TREE)
            leaves_ = Buffer<std::int32_t>(memory, std::size_t(operands.m * operands.d));
        nodes_ = Buffer<std::int64_t>(memory,
                                      accumulator.place == SCMP_ACCUMULATOR_ADDER_TREE ? std::size_t(operands.d) : 0);
        full_ = Buffer<std::int64_t>(memory, nodes_.size());
    }

    void accumulate(std::int64_t n) {
        std::fill_n(exact_.data(), exact_.size(), std::int64_t(0));
        for (std::int64_t d = 0; d < operands_.d; d++) {
            row_counts_.count(n, d, counts_.data());
            for (std::int64_t m = 0; m < operands_.m; m++) add(n, m, d, counts_[std::size_t(m)]);
        }
        if (accumulator_.place == SCMP_ACCUMULATOR_ADDER_TREE)
            for (std::int64_t m = 0; m < operands_.m; m++) add_up(n, m);
    }

private:
    void add(std::int64_t n, std::int64_t m, std::int64_t d, std::int32_t count) {
        const int sign = operands_.sign(n, m, d);
        const auto at = std::size_t(n * operands_.m + m);
        if (accumulator_.place == SCMP_ACCUMULATOR_PER_INDEX) {
            Counter counter{Range::up(accumulator_.width), accumulator_.overflow};
            counter.count(count, false);
            out_.sums[at] += sign * counter.value;
            out_.overflows[at] += counter.overflows;
            out_.width = std::max(out_.width, bits_up(count));
        } else if (accumulator_.place == SCMP_ACCUMULATOR_PER_OUTPUT) {
            Counter counter{Range::both_ways(accumulator_.width), accumulator_.overflow, out_.sums[at],
                            out_.overflows[at]};
            counter.count(sign == 0 ? 0 : count, sign < 0);
            out_.sums[at] = counter.value;
            out_.overflows[at] = counter.overflows;
            std::int64_t &exact = exact_[std::size_t(m)];
            exact += sign * count;
            out_.width = std::max(out_.width, bits_both_ways(std::min<std::int64_t>(exact, 0), exact));
        } else {
            leaves_[std::size_t(m * operands_.d + d)] = sign * count;
        }
    }

    void add_up(std::int64_t n, std::int64_t m) {
        const auto at = std::size_t(n * operands_.m + m);
        for (std::int64_t d = 0; d < operands_.d; d++)
            nodes_[std::size_t(d)] = full_[std::size_t(d)] = leaves_[std::size_t(m * operands_.d + d)];
        std::int64_t size = operands_.d;
        for (int level = 0; size > 0; level++) {
            enter(level, size, at);
            if (size == 1) break;
            for (Buffer<std::int64_t> *values : {&nodes_, &full_})
                for (std::int64_t i = 0; i < size; i += 2)
                    (*values)[std::size_t(i / 2)] =
                        (*values)[std::size_t(i)] + (i + 1 < size ? (*values)[std::size_t(i + 1)] : 0);
            size = (size + 1) / 2;
        }
        out_.sums[at] = operands_.d > 0 ? nodes_[0] : 0;
    }

    // `size` numbers enter the counters of a level.
    void enter(int level, std::int64_t size, std::size_t at) {
        const std::int64_t growth = std::int64_t(accumulator_.growth) * level;
        const Range range = Range::both_ways(accumulator_.width + growth);
        for (std::size_t i = 0; i < std::size_t(size); i++) {
            const auto needed =
                static_cast<int>(std::max<std::int64_t>(bits_both_ways(full_[i], full_[i]) - growth, 1));
            out_.width = std::max(out_.width, needed);
            if (range.holds(nodes_[i])) continue;
            nodes_[i] = range.kept(nodes_[i], accumulator_.overflow);
            out_.overflows[at]++;
            out_.level_overflows[std::size_t(level)]++;
        }
    }

    const Operands &operands_;
    const scmp_accumulator &accumulator_;
    Accumulated &out_;
    RowCounts row_counts_;
    Buffer<std::int32_t> counts_;       // (m,)
    Buffer<std::int64_t> exact_;        // (m,) sums so far, without overflows
    Buffer<std::int32_t> leaves_;       // (m, d) signed counts
    Buffer<std::int64_t> nodes_, full_; // (d,) numbers of a level, as they are and without overflows
};

} // namespace

int tree_levels(std::int64_t d) noexcept {
    return d < 2 ? 1 : 1 + int(std::bit_width(static_cast<std::uint64_t>(d - 1)));
}

Accumulated accumulate(const Operands &operands, const scmp_accumulator &accumulator,
                       std::pmr::memory_resource &memory) {
    Accumulated out;
    const auto outputs = std::size_t(operands.n * operands.m);
    out.sums = Buffer<std::int64_t>(memory, outputs);
    out.overflows = Buffer<std::int64_t>(memory, outputs);
    out.level_overflows = Buffer<std::int64_t>(memory, std::size_t(tree_levels(operands.d)));
    for (Buffer<std::int64_t> *values : {&out.sums, &out.overflows, &out.level_overflows})
        std::fill_n(values->data(), values->size(), std::int64_t(0));
    Row row(operands, accumulator, out, memory);
    for (std::int64_t n = 0; n < operands.n; n++) row.accumulate(n);
    return out;
}

int safe_width(const scmp_accumulator &accumulator, std::int64_t d, int stoc_len) noexcept {
    if (d == 0) return 1;
    if (accumulator.place == SCMP_ACCUMULATOR_PER_INDEX) return bits_up(stoc_len);
    if (accumulator.place == SCMP_ACCUMULATOR_PER_OUTPUT) return bits_both_ways(0, d * stoc_len);
    int width = 1;
    for (int level = 0; level < tree_levels(d); level++) {
        const std::int64_t leaves = std::min(std::int64_t(1) << level, d);
        const std::int64_t bits = bits_both_ways(0, leaves * stoc_len) - std::int64_t(accumulator.growth) * level;
        width = std::max(width, static_cast<int>(std::max<std::int64_t>(bits, 1)));
    }
    return width;
}

} // namespace scmp::model
