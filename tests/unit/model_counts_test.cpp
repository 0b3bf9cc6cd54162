// Progressive precision and accumulators (scmp_model.h, sections 2 and 3) against the circuit written out.
#include <algorithm>
#include <cmath>

#include "support/circuit.h"
#include "support/test.h"

using namespace test;

namespace {

constexpr int rounds = 60;

template <class Body> void many(const char *name, Body &&body) {
    const Ctx ctx = context();
    for (int round = 0; round < rounds; round++) {
        Random random(format("%s %d", name, round));
        const Circuit circuit(ctx, random);
        within(circuit.about, [&] { body(ctx, circuit, random); });
    }
}

// Of one output, after some cycles.
std::int64_t sum_after(const Circuit &c, std::int64_t n, std::int64_t m, std::int64_t cycles) {
    std::int64_t sum = 0;
    for (std::int64_t d = 0; d < c.d; d++) {
        const Wires w = c.wires(n, m, d);
        for (std::int64_t t = 0; t < cycles; t++) sum += w.sign * w.and_bit[std::size_t(t)];
    }
    return sum;
}

// --- progressive precision -----------------------------------------------------------------------------------------

Array progressive(scmp_ctx *ctx, const Circuit &c, const Array &cycles, scmp_dtype dtype) {
    Array sums = canary(dtype, {cycles.count(), c.n, c.m});
    const scmp_tensor list = cycles.view(), out = sums.view();
    ok(scmp_progressive_counts(ctx, &c.a, &c.b, &c.options, c.d_offset, &list, &out), "scmp_progressive_counts");
    return sums;
}

void sums_after_cycles() {
    many("progressive", [](scmp_ctx *ctx, const Circuit &c, Random &random) {
        Array cycles(SCMP_DTYPE_I32, {random.whole(1, 6)});
        for (std::int64_t i = 0; i < cycles.count(); i++) cycles.set(i, double(random.whole(0, c.stoc_len)));
        cycles.set(0, c.stoc_len);
        const Array got = progressive(ctx, c, cycles, random.chance(50) ? SCMP_DTYPE_I32 : SCMP_DTYPE_I64);
        Array want(got.dtype, got.shape);
        for (std::int64_t i = 0; i < want.count(); i++)
            want.set(i, double(sum_after(c, i / c.m % c.n, i % c.m, cycles.whole(i / c.m / c.n))));
        same(got, want, "sums after cycles");
        same(reshaped(slice(converted(got, SCMP_DTYPE_I64), 0, 0, 1), {c.n, c.m}), c.sums(ctx),
             "sums after all cycles");
    });
}

// Batches, threads and the default options: the last entry is the product's counts.
void full_length_is_the_product() {
    const Ctx ctx = context(2);
    Random random("batch");
    scmp_matmul_options options = defaults();
    const Array x = random_values(random, {2, 30, 40}), w = random_values(random, {2, 20, 40});
    Levels x_levels = all_levels(x, SCMP_SIDE_LEFT, options), w_levels = all_levels(w, SCMP_SIDE_RIGHT, options);
    quantize(ctx, x, SCMP_SIDE_LEFT, options, nullptr, x_levels);
    quantize(ctx, w, SCMP_SIDE_RIGHT, options, nullptr, w_levels);
    const scmp_quantized a = x_levels.arrays(), b = w_levels.arrays();
    const Array cycles(SCMP_DTYPE_I16, {3}, {64, 0, 256});
    Array sums = canary(SCMP_DTYPE_I32, {3, 2, 30, 20}), counts = canary(SCMP_DTYPE_I32, {2, 30, 20});
    const scmp_tensor list = cycles.view(), out = sums.view(), cv = counts.view(), xv = x.view(), wv = w.view();
    ok(scmp_progressive_counts(ctx, &a, &b, &options, 0, &list, &out), "scmp_progressive_counts");
    const scmp_call call = call_with(&cv);
    ok(scmp_matmul(ctx, &xv, &wv, &options, &call, nullptr), "scmp_matmul");
    same(reshaped(slice(sums, 0, 2, 1), {2, 30, 20}), counts, "after all cycles");
    same(slice(sums, 0, 1, 1), Array(SCMP_DTYPE_I32, {1, 2, 30, 20}), "after none");
}

void settles_within_tolerance() {
    many("tolerance", [](scmp_ctx *ctx, const Circuit &c, Random &random) {
        std::vector<double> list;
        for (int t = 1; t <= c.stoc_len; t++)
            if (random.chance(30)) list.push_back(t);
        if (list.empty()) list.push_back(c.stoc_len);
        const Array cycles(SCMP_DTYPE_I16, {std::int64_t(list.size())}, list);
        const bool given = random.chance(50);
        const double tolerance = random.chance(20) ? 0 : 20 * random.real();
        Array target(SCMP_DTYPE_F64, {c.n, c.m}), out = canary(SCMP_DTYPE_I32, {c.n, c.m}),
                                                  want(SCMP_DTYPE_I32, {c.n, c.m});
        for (std::int64_t i = 0; i < target.count(); i++) {
            const std::int64_t full = sum_after(c, i / c.m, i % c.m, c.stoc_len);
            target.set(i, given ? double(full) + 10 * random.normal() : double(full));
            double settled = -1;
            for (auto t = list.rbegin(); t != list.rend(); ++t) {
                const double sum = double(sum_after(c, i / c.m, i % c.m, std::int64_t(*t)));
                if (std::fabs(sum * c.stoc_len - target.get(i) * *t) > tolerance * *t) break;
                settled = *t;
            }
            want.set(i, settled);
        }
        const scmp_tensor list_view = cycles.view(), target_view = target.view(), out_view = out.view();
        ok(scmp_cycles_to_tolerance(ctx, &c.a, &c.b, &c.options, c.d_offset, &list_view, given ? &target_view : nullptr,
                                    tolerance, &out_view),
           "scmp_cycles_to_tolerance");
        same(out, want, "cycles to tolerance");
    });
}

// --- accumulators --------------------------------------------------------------------------------------------------

// A counter of some bits, one step after the other.
struct Register {
    std::int64_t low, high, value = 0, overflows = 0;
    bool saturate;

    Register(int bits, bool has_sign, scmp_overflow overflow) : saturate(overflow == SCMP_OVERFLOW_SATURATE) {
        low = has_sign ? -(std::int64_t(1) << (bits - 1)) : 0;
        high = low + (std::int64_t(1) << bits) - 1;
    }
    void set(std::int64_t exact) {
        value = exact;
        if (low <= exact && exact <= high) return;
        overflows++;
        if (saturate) value = exact < low ? low : high;
        while (value < low) value += high - low + 1;
        while (value > high) value -= high - low + 1;
    }
};

struct Accumulated {
    std::int64_t sum = 0, overflows = 0;
    std::vector<std::int64_t> levels;
};

Accumulated accumulate(const Circuit &c, const scmp_accumulator &acc, std::int64_t n, std::int64_t m) {
    Accumulated out;
    Register whole(acc.width, true, acc.overflow);
    std::vector<std::int64_t> nodes;
    for (std::int64_t d = 0; d < c.d; d++) {
        const Wires w = c.wires(n, m, d);
        Register own(acc.width, false, acc.overflow);
        for (const int bit : w.and_bit) {
            if (bit == 0) continue;
            own.set(own.value + 1);
            if (w.sign != 0) whole.set(whole.value + w.sign);
        }
        nodes.push_back(w.sign * w.count);
        if (acc.place != SCMP_ACCUMULATOR_PER_INDEX) continue;
        out.sum += w.sign * own.value;
        out.overflows += own.overflows;
    }
    if (acc.place == SCMP_ACCUMULATOR_PER_OUTPUT) return {whole.value, whole.overflows, {}};
    if (acc.place == SCMP_ACCUMULATOR_PER_INDEX) return out;
    for (int level = 0;; level++) {
        out.levels.push_back(0);
        for (std::int64_t &node : nodes) {
            Register adder(std::min(acc.width + acc.growth * level, 50), true, acc.overflow);
            adder.set(node);
            node = adder.value;
            out.overflows += adder.overflows;
            out.levels.back() += adder.overflows;
        }
        if (nodes.size() == 1) break;
        std::vector<std::int64_t> next;
        for (std::size_t i = 0; i < nodes.size(); i += 2)
            next.push_back(nodes[i] + (i + 1 < nodes.size() ? nodes[i + 1] : 0));
        nodes = next;
    }
    out.sum = nodes[0];
    return out;
}

scmp_accumulator random_accumulator(Random &random) {
    scmp_accumulator acc;
    scmp_accumulator_init(&acc);
    acc.place = scmp_accumulator_place(random.whole(0, 2));
    acc.overflow = scmp_overflow(random.whole(0, 1));
    acc.width = std::int32_t(random.whole(1, 12));
    acc.growth = std::int32_t(random.whole(0, 2));
    return acc;
}

std::string text(const scmp_accumulator &acc) {
    return format("place %d, overflow %d, width %d, growth %d", acc.place, acc.overflow, acc.width, acc.growth);
}

struct Outputs {
    Array sums, overflows, levels;
};

Outputs call(scmp_ctx *ctx, const Circuit &c, const scmp_accumulator &acc) {
    Outputs out{canary(SCMP_DTYPE_I32, {c.n, c.m}), canary(SCMP_DTYPE_I64, {c.n, c.m}),
                canary(SCMP_DTYPE_I64, {scmp_adder_tree_levels(c.d)})};
    const scmp_tensor sums = out.sums.view(), overflows = out.overflows.view(), levels = out.levels.view();
    ok(scmp_accumulate(ctx, &c.a, &c.b, &c.options, c.d_offset, &acc, &sums, &overflows,
                       acc.place == SCMP_ACCUMULATOR_ADDER_TREE ? &levels : nullptr),
       "scmp_accumulate");
    return out;
}

void accumulators_are_registers() {
    many("accumulate", [](scmp_ctx *ctx, const Circuit &c, Random &random) {
        for (int i = 0; i < 10; i++) {
            const scmp_accumulator acc = random_accumulator(random);
            within(text(acc), [&] {
                const Outputs got = call(ctx, c, acc);
                Outputs want{Array(SCMP_DTYPE_I32, {c.n, c.m}), Array(SCMP_DTYPE_I64, {c.n, c.m}),
                             Array(SCMP_DTYPE_I64, {scmp_adder_tree_levels(c.d)})};
                for (std::int64_t o = 0; o < c.n * c.m; o++) {
                    const Accumulated one = accumulate(c, acc, o / c.m, o % c.m);
                    want.sums.set(o, double(one.sum));
                    want.overflows.set(o, double(one.overflows));
                    check(one.levels.empty() || std::int64_t(one.levels.size()) == want.levels.count(), "levels");
                    for (std::size_t l = 0; l < one.levels.size(); l++)
                        want.levels.set(std::int64_t(l), want.levels.get(std::int64_t(l)) + double(one.levels[l]));
                }
                same(got.sums, want.sums, "sums");
                same(got.overflows, want.overflows, "overflows");
                if (acc.place == SCMP_ACCUMULATOR_ADDER_TREE) same(got.levels, want.levels, "overflows of levels");
            });
        }
    });
}

// At the width that the library calls safe nothing overflows and the sums are exact; one bit less overflows somewhere.
void safe_widths() {
    many("width", [](scmp_ctx *ctx, const Circuit &c, Random &random) {
        scmp_accumulator acc = random_accumulator(random);
        std::int32_t width = 0, any = 0;
        ok(scmp_accumulator_width(ctx, &c.a, &c.b, &c.options, c.d_offset, &acc, &width), "scmp_accumulator_width");
        ok(scmp_accumulator_width_any(&c.options, c.d, &acc, &any), "scmp_accumulator_width_any");
        check(1 <= width && width <= any && any <= 32, format("widths %d and %d, %s", width, any, text(acc).c_str()));
        for (const std::int32_t safe : {width, any, 32}) {
            acc.width = safe;
            const Outputs out = call(ctx, c, acc);
            same(converted(out.sums, SCMP_DTYPE_I64), c.sums(ctx), "sums, " + text(acc));
            same(out.overflows, Array(SCMP_DTYPE_I64, {c.n, c.m}), "overflows, " + text(acc));
        }
        if (width == 1) return;
        acc.width = width - 1;
        const Outputs out = call(ctx, c, acc);
        double overflows = 0;
        for (std::int64_t i = 0; i < out.overflows.count(); i++) overflows += out.overflows.get(i);
        check(overflows > 0, "nothing overflows in a bit less, " + text(acc));
    });
}

// The widths that any operands need, reached by full boundaries, in numbers worked out by hand: L = 16, D = 5.
void widths_of_full_operands() {
    const Ctx ctx = context();
    scmp_matmul_options options = defaults();
    options.sc_prec = 4;
    Levels levels;
    levels.boundary = Array(SCMP_DTYPE_I16, {1, 5}, {16, 16, 16, 16, 16});
    const scmp_quantized full = levels.arrays();
    const struct {
        scmp_accumulator_place place;
        std::int32_t growth, width;
    } cases[] = {
        {SCMP_ACCUMULATOR_PER_INDEX, 0, 5},  // 16
        {SCMP_ACCUMULATOR_PER_OUTPUT, 0, 8}, // 80 and a sign
        {SCMP_ACCUMULATOR_ADDER_TREE, 0, 8}, // likewise, at level 3
        {SCMP_ACCUMULATOR_ADDER_TREE, 1, 6}, // 16 and a sign; 32 in 7, 64 in 8, 80 in 9 bits
        {SCMP_ACCUMULATOR_ADDER_TREE, 2, 6},
    };
    for (const auto &c : cases) {
        scmp_accumulator acc;
        scmp_accumulator_init(&acc);
        acc.place = c.place;
        acc.growth = c.growth;
        std::int32_t width = 0, any = 0;
        ok(scmp_accumulator_width(ctx, &full, &full, &options, 0, &acc, &width), "scmp_accumulator_width");
        ok(scmp_accumulator_width_any(&options, 5, &acc, &any), "scmp_accumulator_width_any");
        check(width == c.width && any == c.width, format("%s: %d and %d", text(acc).c_str(), width, any));
    }
    std::int32_t any = 0;
    ok(scmp_accumulator_width_any(&options, 0, nullptr, &any), "no inner index");
    check(any == 1, "width of nothing");
    ok(scmp_accumulator_width_any(&options, 134217727, nullptr, &any), "the largest D");
    check(any == 32, format("width %d of the largest D", any));
}

void tree_levels() {
    const std::int32_t want[] = {1, 1, 2, 3, 3, 4, 4, 4, 4, 5};
    for (std::int64_t d = 0; d < 10; d++) check(scmp_adder_tree_levels(d) == want[d], format("levels of %d", int(d)));
    check(scmp_accumulator_width_max() == SCMP_ACCUMULATOR_WIDTH_MAX, "width_max");
}

} // namespace

int main(int argc, char **argv) {
    return run("model counts",
               {{"sums after cycles", sums_after_cycles},
                {"all cycles are the product", full_length_is_the_product},
                {"cycles to tolerance", settles_within_tolerance},
                {"accumulators are registers", accumulators_are_registers},
                {"safe widths", safe_widths},
                {"widths of full operands", widths_of_full_operands},
                {"levels of the adder tree", tree_levels}},
               argc, argv);
}
