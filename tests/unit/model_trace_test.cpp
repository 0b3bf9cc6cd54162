// Traces (scmp_model.h, section 1) against the circuit written out: as arrays, as CSV, as VCD read back, and the first
// difference of observed wires.
#include <array>
#include <map>
#include <sstream>

#include "support/circuit.h"
#include "support/test.h"

using namespace test;

namespace {

constexpr int rounds = 40;

// All arrays of a trace, as canaries that a call fills.
struct Trace {
    std::array<Array, 11> arrays; // by signal
    std::array<scmp_tensor, 11> views;
    std::array<Strided, 11> strided_arrays;
    scmp_trace trace;

    // random: arrays somewhere else than in C order
    explicit Trace(const Circuit &c, Random *random = nullptr) {
        const Shape all = {c.n, c.m, c.d, c.stoc_len}, left = {c.n, c.d, c.stoc_len};
        const Shape multipliers = {c.n, c.m, c.d};
        const auto add = [&](scmp_signal signal, scmp_dtype dtype, const Shape &shape) {
            const auto i = std::size_t(signal);
            if (random != nullptr) {
                strided_arrays[i] = strided_canary(dtype, shape, *random);
                views[i] = strided_arrays[i].view;
            } else {
                arrays[i] = canary(dtype, shape);
                views[i] = arrays[i].view();
            }
        };
        add(SCMP_SIGNAL_LEFT_DRAW, SCMP_DTYPE_I32, {c.d, c.stoc_len});
        add(SCMP_SIGNAL_LEFT_BIT, SCMP_DTYPE_U8, left);
        add(SCMP_SIGNAL_RIGHT_POSITION, SCMP_DTYPE_I16, left);
        add(SCMP_SIGNAL_RIGHT_DRAW, SCMP_DTYPE_I16, left);
        add(SCMP_SIGNAL_RIGHT_BIT, SCMP_DTYPE_I8, all);
        add(SCMP_SIGNAL_AND_BIT, SCMP_DTYPE_U8, all);
        add(SCMP_SIGNAL_PARTIAL, SCMP_DTYPE_I32, all);
        add(SCMP_SIGNAL_SIGN, SCMP_DTYPE_I8, multipliers);
        add(SCMP_SIGNAL_COUNT, SCMP_DTYPE_I16, multipliers);
        add(SCMP_SIGNAL_SUM, SCMP_DTYPE_I64, {c.n, c.m});
        scmp_trace_init(&trace);
        const scmp_tensor **slots[] = {&trace.left_draw, &trace.left_bit, &trace.right_position, &trace.right_draw,
                                       &trace.right_bit, &trace.and_bit,  &trace.partial,        &trace.sign,
                                       &trace.count,     &trace.sum};
        for (std::size_t i = 0; i < 10; i++) *slots[i] = &views[i + 1];
    }
    Trace(const Trace &) = delete;

    double get(scmp_signal signal, std::int64_t i) const { return arrays[std::size_t(signal)].get(i); }
};

void equal(double got, double want, const char *what) {
    check(got == want, format("%s is %g, expected %g", what, got, want));
}

// Every element of a trace is what the circuit does.
void is_the_circuit(const Circuit &c, const Trace &t) {
    for (std::int64_t n = 0; n < c.n; n++)
        for (std::int64_t m = 0; m < c.m; m++)
            for (std::int64_t d = 0; d < c.d; d++) {
                const Wires w = c.wires(n, m, d);
                const std::int64_t multiplier = (n * c.m + m) * c.d + d;
                equal(t.get(SCMP_SIGNAL_SIGN, multiplier), w.sign, "sign");
                equal(t.get(SCMP_SIGNAL_COUNT, multiplier), w.count, "count");
                for (std::int64_t cycle = 0; cycle < c.stoc_len; cycle++) {
                    const auto i = std::size_t(cycle);
                    const std::int64_t left = (n * c.d + d) * c.stoc_len + cycle;
                    const std::int64_t all = multiplier * c.stoc_len + cycle;
                    equal(t.get(SCMP_SIGNAL_LEFT_DRAW, d * c.stoc_len + cycle), w.left_draw[i], "left_draw");
                    equal(t.get(SCMP_SIGNAL_LEFT_BIT, left), w.left_bit[i], "left_bit");
                    equal(t.get(SCMP_SIGNAL_RIGHT_POSITION, left), w.right_position[i], "right_position");
                    equal(t.get(SCMP_SIGNAL_RIGHT_DRAW, left), w.right_draw[i], "right_draw");
                    equal(t.get(SCMP_SIGNAL_RIGHT_BIT, all), w.right_bit[i], "right_bit");
                    equal(t.get(SCMP_SIGNAL_AND_BIT, all), w.and_bit[i], "and_bit");
                    equal(t.get(SCMP_SIGNAL_PARTIAL, all), w.partial[i], "partial");
                }
            }
}

void fill(scmp_ctx *ctx, const Circuit &c, Trace &t) {
    ok(scmp_trace_arrays(ctx, &c.a, &c.b, &c.options, c.d_offset, &t.trace), "scmp_trace_arrays");
}

template <class Body> void many(const char *name, Body &&body) {
    const Ctx ctx = context();
    for (int round = 0; round < rounds; round++) {
        Random random(format("%s %d", name, round));
        const Circuit circuit(ctx, random);
        within(circuit.about, [&] { body(ctx, circuit, random); });
    }
}

void arrays_are_the_circuit() {
    many("arrays", [](scmp_ctx *ctx, const Circuit &c, Random &random) {
        Trace t(c);
        fill(ctx, c, t);
        is_the_circuit(c, t);
        same(t.arrays[SCMP_SIGNAL_SUM], c.sums(ctx), "sum of the trace and of scmp_count");
        // Strided outputs have the same elements, and nothing beside them is written.
        Trace s(c, &random);
        fill(ctx, c, s);
        for (std::size_t i = 1; i < 11; i++) {
            same(gathered(s.strided_arrays[i]), t.arrays[i], scmp_signal_name(scmp_signal(i)));
            gaps_untouched(s.strided_arrays[i], scmp_signal_name(scmp_signal(i)));
        }
        // Each array alone.
        for (std::size_t i = 1; i < 11; i++) {
            Trace one(c);
            const scmp_tensor *view = &one.views[i];
            scmp_trace_init(&one.trace);
            const scmp_tensor **slots[] = {&one.trace.left_draw,  &one.trace.left_bit,  &one.trace.right_position,
                                           &one.trace.right_draw, &one.trace.right_bit, &one.trace.and_bit,
                                           &one.trace.partial,    &one.trace.sign,      &one.trace.count,
                                           &one.trace.sum};
            *slots[i - 1] = view;
            fill(ctx, c, one);
            same(one.arrays[i], t.arrays[i], scmp_signal_name(scmp_signal(i)));
        }
    });
}

// The product of a whole call: the counts of scmp_matmul are the trace's sums.
void sums_are_the_product() {
    const Ctx ctx = context();
    Random random("product");
    for (const scmp_mode mode : {SCMP_MODE_BIPOLAR, SCMP_MODE_UNIPOLAR}) {
        scmp_matmul_options options = defaults();
        options.mode = mode;
        options.stoc_len = 100;
        const Array x = random_values(random, {3, 11}), w = random_values(random, {5, 11});
        Levels x_levels = all_levels(x, SCMP_SIDE_LEFT, options), w_levels = all_levels(w, SCMP_SIDE_RIGHT, options);
        quantize(ctx, x, SCMP_SIDE_LEFT, options, nullptr, x_levels);
        quantize(ctx, w, SCMP_SIDE_RIGHT, options, nullptr, w_levels);
        const scmp_quantized a = x_levels.arrays(), b = w_levels.arrays();
        Array sum = canary(SCMP_DTYPE_I32, {3, 5}), counts = canary(SCMP_DTYPE_I32, {3, 5});
        const scmp_tensor sum_view = sum.view(), counts_view = counts.view(), xv = x.view(), wv = w.view();
        scmp_trace trace;
        scmp_trace_init(&trace);
        trace.sum = &sum_view;
        ok(scmp_trace_arrays(ctx, &a, &b, &options, 0, &trace), "scmp_trace_arrays");
        const scmp_call call = call_with(&counts_view);
        ok(scmp_matmul(ctx, &xv, &wv, &options, &call, nullptr), "scmp_matmul");
        same(sum, counts, "the trace's sums and the product's counts");
    }
}

// Blocks without elements are no error; what has elements is written.
void empty_blocks() {
    const Ctx ctx = context();
    const auto call = [&](std::int64_t n, std::int64_t m, std::int64_t d) {
        Levels al, bl;
        al.boundary = Array(SCMP_DTYPE_I16, {n, d});
        bl.boundary = Array(SCMP_DTYPE_I16, {m, d});
        const scmp_quantized a = al.arrays(), b = bl.arrays();
        Array draws = canary(SCMP_DTYPE_I32, {d, 256}), bits = canary(SCMP_DTYPE_U8, {n, d, 256}),
              sum = canary(SCMP_DTYPE_I32, {n, m});
        const scmp_tensor draws_view = draws.view(), bits_view = bits.view(), sum_view = sum.view();
        scmp_trace trace;
        scmp_trace_init(&trace);
        trace.left_draw = &draws_view;
        trace.left_bit = &bits_view;
        trace.sum = &sum_view;
        ok(scmp_trace_arrays(ctx, &a, &b, nullptr, 0, &trace), "scmp_trace_arrays");
        for (std::int64_t i = 0; i < bits.count(); i++) equal(bits.get(i), 0, "left_bit of the number 0");
        for (std::int64_t i = 0; i < sum.count(); i++) equal(sum.get(i), 0, "sum");
        if (d > 0) equal(draws.get(1), 128, "the second left draw"); // default Sobol: 0, 128, 192, ...
    };
    call(0, 2, 3);
    call(2, 0, 3);
    call(2, 2, 0);
    call(0, 0, 0);
}

// --- text ----------------------------------------------------------------------------------------------------------

std::int32_t append(void *user, const char *text, std::size_t length) {
    static_cast<std::string *>(user)->append(text, length);
    return 0;
}

void csv_is_the_circuit() {
    many("csv", [](scmp_ctx *ctx, const Circuit &c, Random &) {
        std::string got, again, want;
        ok(scmp_trace_csv(ctx, &c.a, &c.b, &c.options, c.d_offset, append, &got), "scmp_trace_csv");
        ok(scmp_trace_csv(ctx, &c.a, &c.b, &c.options, c.d_offset, append, &again), "scmp_trace_csv");
        check(got == again, "two calls differ");
        check(got.find(format("stoc_len %d, rng_levels %d", c.stoc_len, c.rng_levels)) != std::string::npos,
              "no such comment");
        want = "n,m,d,cycle,left_draw,left_bit,right_position,right_draw,right_bit,and_bit,partial,sign\n";
        for (std::int64_t n = 0; n < c.n; n++)
            for (std::int64_t m = 0; m < c.m; m++)
                for (std::int64_t d = 0; d < c.d; d++) {
                    const Wires w = c.wires(n, m, d);
                    for (std::size_t t = 0; t < std::size_t(c.stoc_len); t++)
                        want += format("%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d\n", int(n), int(m), int(c.d_offset + d),
                                       int(t), w.left_draw[t], w.left_bit[t], w.right_position[t], w.right_draw[t],
                                       w.right_bit[t], w.and_bit[t], w.partial[t], w.sign);
                }
        std::istringstream lines(got);
        std::string data;
        for (std::string line; std::getline(lines, line);)
            if (line[0] != '#') data += line + "\n";
        check(data == want, "the lines differ");
    });
}

// A reader of value change dumps: the value of each variable, by its path, at any time.
struct Dump {
    std::map<std::string, std::string> path_of;                   // by identifier
    std::map<std::string, int> width;                             // by path
    std::map<std::string, std::map<long, std::uint64_t>> changes; // by path, then time
    long end = -1;

    explicit Dump(const std::string &text) {
        std::istringstream words(text);
        std::string scope;
        for (std::string word; words >> word;) {
            if (word == "$scope") {
                std::string kind, name;
                words >> kind >> name;
                check(kind == "module", "scope of kind " + kind);
                scope += "/" + name;
                skip(words);
            } else if (word == "$upscope") {
                check(!scope.empty(), "$upscope without $scope");
                scope.resize(scope.rfind('/'));
                skip(words);
            } else if (word == "$var") {
                std::string kind, bits, id, name;
                words >> kind >> bits >> id >> name;
                check(kind == "wire", "variable of kind " + kind);
                check(path_of.emplace(id, scope + "/" + name).second, "an identifier is declared twice: " + id);
                width[scope + "/" + name] = std::stoi(bits);
                skip(words);
            } else if (word == "$enddefinitions") {
                check(scope.empty(), "definitions end inside " + scope);
                skip(words);
            } else if (word == "$dumpvars" || word == "$end") {
            } else if (word[0] == '$') {
                skip(words);
            } else if (word[0] == '#') {
                const long time = std::stol(word.substr(1));
                check(time > end, "time does not rise: " + word);
                end = time;
            } else if (word[0] == 'b') {
                std::string id;
                words >> id;
                change(id, std::stoull(word.substr(1), nullptr, 2), word.size() - 1);
            } else {
                change(word.substr(1), word[0] == '1', 1);
            }
        }
    }

    std::int64_t value(const std::string &path, long time) const {
        const auto &of = changes.at(path);
        const auto after = of.upper_bound(time);
        check(after != of.begin(), "no value yet: " + path);
        return std::int64_t(std::prev(after)->second);
    }
    std::int64_t signed_value(const std::string &path, long time) const {
        const std::int64_t bits = value(path, time), half = std::int64_t(1) << (width.at(path) - 1);
        return bits < half ? bits : bits - 2 * half;
    }

private:
    void change(const std::string &id, std::uint64_t value, std::size_t bits) {
        const auto path = path_of.find(id);
        check(path != path_of.end() && end >= 0, "a change of nothing: " + id);
        check(bits == std::size_t(width[path->second]), "width of " + path->second);
        changes[path->second][end] = value;
    }
    static void skip(std::istringstream &words) {
        for (std::string word; words >> word && word != "$end";) {
        }
    }
};

void vcd_is_the_circuit() {
    many("vcd", [](scmp_ctx *ctx, const Circuit &c, Random &) {
        std::string text, again;
        ok(scmp_trace_vcd(ctx, &c.a, &c.b, &c.options, c.d_offset, append, &text), "scmp_trace_vcd");
        ok(scmp_trace_vcd(ctx, &c.a, &c.b, &c.options, c.d_offset, append, &again), "scmp_trace_vcd");
        check(text == again, "two calls differ");
        const Dump dump(text);
        check(dump.end == 10L * c.stoc_len, "the dump ends at another time");
        for (int t = 0; t < c.stoc_len; t++) {
            equal(double(dump.value("/scmp/clk", 10L * t)), 1, "clk");
            equal(double(dump.value("/scmp/clk", 10L * t + 5)), 0, "clk");
            equal(double(dump.value("/scmp/cycle", 10L * t)), t, "cycle");
        }
        for (std::int64_t n = 0; n < c.n; n++)
            for (std::int64_t m = 0; m < c.m; m++) {
                const std::string output = format("/scmp/n%d_m%d/", int(n), int(m));
                std::vector<std::int64_t> sums(std::size_t(c.stoc_len), 0);
                for (std::int64_t d = 0; d < c.d; d++) {
                    const Wires w = c.wires(n, m, d);
                    const std::string at = output + format("d%d/", int(c.d_offset + d));
                    for (std::size_t t = 0; t < sums.size(); t++)
                        for (const long time : {10 * long(t), 10 * long(t) + 9}) {
                            const auto is = [&](const char *name, int want) {
                                equal(double(dump.value(at + name, time)), want, name);
                            };
                            is("left_draw", w.left_draw[t]);
                            is("left_bit", w.left_bit[t]);
                            is("right_position", w.right_position[t]);
                            is("right_draw", w.right_draw[t]);
                            is("right_bit", w.right_bit[t]);
                            is("and_bit", w.and_bit[t]);
                            is("partial", w.partial[t]);
                            equal(double(dump.signed_value(at + "sign", time)), w.sign, "sign");
                        }
                    for (std::size_t t = 0; t < sums.size(); t++) sums[t] += w.sign * w.partial[t];
                }
                for (std::size_t t = 0; t < sums.size(); t++)
                    equal(double(dump.signed_value(output + "sum", 10 * long(t))), double(sums[t]), "sum");
            }
    });
}

// --- the first difference ------------------------------------------------------------------------------------------

scmp_divergence compare(scmp_ctx *ctx, const Circuit &c, const Trace &t) {
    scmp_divergence first;
    scmp_divergence_init(&first);
    ok(scmp_trace_compare(ctx, &c.a, &c.b, &c.options, c.d_offset, &t.trace, &first), "scmp_trace_compare");
    return first;
}

void nothing_differs_from_itself() {
    many("same", [](scmp_ctx *ctx, const Circuit &c, Random &random) {
        Trace t(c, random.chance(50) ? &random : nullptr);
        fill(ctx, c, t);
        const scmp_divergence first = compare(ctx, c, t);
        check(first.signal == SCMP_SIGNAL_NONE && first.n == -1 && first.m == -1 && first.d == -1 &&
                  first.cycle == -1 && first.expected == 0 && first.observed == 0,
              std::string("a trace differs from itself in ") + scmp_signal_name(first.signal));
    });
}

// One element of one array is changed, later ones too: the first has its name, its place and both values.
void first_difference_is_named() {
    many("differs", [](scmp_ctx *ctx, const Circuit &c, Random &random) {
        for (int i = SCMP_SIGNAL_LEFT_DRAW; i <= SCMP_SIGNAL_SUM; i++) {
            Trace t(c);
            fill(ctx, c, t);
            const auto signal = scmp_signal(i);
            Array &array = t.arrays[std::size_t(i)];
            const std::int64_t at = random.whole(0, array.count() - 1);
            const double was = array.get(at), now = was == 1 ? 0 : 1;
            array.set(at, now);
            // Whether it comes later depends on the array's place in the order of outputs, so only within its own.
            if (at + 1 < array.count()) array.set(array.count() - 1, array.get(array.count() - 1) == 3 ? 2 : 3);
            const scmp_divergence first = compare(ctx, c, t);
            within(scmp_signal_name(signal), [&] {
                const std::int64_t cycles = i <= SCMP_SIGNAL_PARTIAL ? c.stoc_len : 1;
                const std::int64_t indices = i == SCMP_SIGNAL_SUM ? 1 : c.d;
                const std::int64_t row = at / cycles / indices; // of outputs, of rows of a, or 0
                const bool left_only = i >= SCMP_SIGNAL_LEFT_BIT && i <= SCMP_SIGNAL_RIGHT_DRAW;
                check(first.signal == signal, std::string("the signal is ") + scmp_signal_name(first.signal));
                equal(double(first.cycle), i <= SCMP_SIGNAL_PARTIAL ? double(at % cycles) : -1, "cycle");
                equal(double(first.d), i == SCMP_SIGNAL_SUM ? -1 : double(at / cycles % indices), "d");
                equal(double(first.n), double(left_only ? row : row / c.m), "n");
                equal(double(first.m), double(left_only ? 0 : row % c.m), "m");
                equal(double(first.expected), was, "expected");
                equal(double(first.observed), now, "observed");
            });
        }
    });
}

// Two arrays differ: the earlier cycle comes first, of one cycle the earlier signal, whatever the later arrays have.
void earlier_cycle_comes_first() {
    const Ctx ctx = context();
    Random random("earlier");
    for (int round = 0; round < rounds; round++) {
        const Circuit c(ctx, random);
        Trace t(c);
        fill(ctx, c, t);
        const std::int64_t early = random.whole(0, c.stoc_len - 1), late = random.whole(early, c.stoc_len - 1);
        Array &bits = t.arrays[SCMP_SIGNAL_AND_BIT], &draws = t.arrays[SCMP_SIGNAL_LEFT_DRAW];
        bits.set(early, 7);
        draws.set(late, -5);
        const scmp_divergence first = compare(ctx, c, t);
        const scmp_signal want = early < late ? SCMP_SIGNAL_AND_BIT : SCMP_SIGNAL_LEFT_DRAW;
        check(first.signal == want && first.cycle == early && first.observed == (early < late ? 7 : -5),
              c.about + ": the first difference is " + scmp_signal_name(first.signal));
    }
}

} // namespace

int main(int argc, char **argv) {
    return run("model trace",
               {{"arrays are the circuit, wherever they are", arrays_are_the_circuit},
                {"sums are the product's", sums_are_the_product},
                {"blocks without outputs or inner indices", empty_blocks},
                {"CSV is the circuit", csv_is_the_circuit},
                {"VCD, read back, is the circuit", vcd_is_the_circuit},
                {"nothing differs from itself", nothing_differs_from_itself},
                {"the first difference is named", first_difference_is_named},
                {"the earlier cycle comes first", earlier_cycle_comes_first}},
               argc, argv);
}
