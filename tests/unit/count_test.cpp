// scmp_count beside the circuit written out: inner indices that start at an offset, and tables that a context keeps
// from one call to the next, which must be those of this call's offset, boundaries, streams and configuration.
#include <algorithm>

#include "scmp/scmp_model.h"
#include "support/handles.h"
#include "support/product.h"
#include "support/stages.h"
#include "support/test.h"

using namespace test;

namespace {

// A call, as small as it can be: one row of a, one row of b.
struct Call {
    std::vector<double> a, b; // boundaries
    std::int64_t d_offset = 0;
    scmp_matmul_options options = defaults();
};

std::int64_t counted(scmp_ctx *ctx, const Call &call) {
    const std::int64_t d = std::int64_t(call.a.size());
    const Array a(SCMP_DTYPE_I16, {1, d}, call.a), b(SCMP_DTYPE_I16, {1, d}, call.b);
    const scmp_tensor a_view = a.view(), b_view = b.view();
    scmp_quantized left, right;
    scmp_quantized_init(&left);
    scmp_quantized_init(&right);
    left.boundary = &a_view;
    right.boundary = &b_view;
    Array sums = canary(SCMP_DTYPE_I64, {1, 1});
    const scmp_tensor out = sums.view();
    ok(scmp_count(ctx, &left, &right, &call.options, call.d_offset, 0, &out), "scmp_count");
    return sums.whole(0);
}

std::vector<std::int64_t> sequence(scmp_ctx *ctx, const scmp_matmul_options &options, scmp_side side, std::int64_t d) {
    Array draws = canary(SCMP_DTYPE_I32, {options.stoc_len});
    const scmp_tensor out = draws.view();
    ok(scmp_sequence(ctx, &options, side, d, &out), "scmp_sequence");
    std::vector<std::int64_t> all;
    for (std::int64_t t = 0; t < draws.count(); t++) all.push_back(draws.whole(t));
    return all;
}

// The circuit of Spec 2, on the sequences of inner indices offset + d.
std::int64_t by_cycles(const Call &call) {
    const Ctx ctx = context(); // nothing is kept in it
    std::int64_t sum = 0;
    for (std::size_t d = 0; d < call.a.size(); d++) {
        const std::int64_t at = call.d_offset + std::int64_t(d);
        const auto left = sequence(ctx, call.options, SCMP_SIDE_LEFT, at);
        const auto right = sequence(ctx, call.options, SCMP_SIDE_RIGHT, at);
        std::size_t position = 0;
        for (const std::int64_t draw : left)
            if (double(draw) < call.a[d] && double(right[position++]) < call.b[d]) sum++;
    }
    return sum;
}

// A prefix, so that every inner index has a mask of its own. Boundaries that no level has, so that the lists of them
// are the call's and no level's.
Call usual() {
    Call call;
    call.a = {101, 37, 255, 9};
    call.b = {55, 201, 77, 143};
    call.options.stoc_len = 100;
    call.options.rng_levels = 256;
    return call;
}

void an_offset_is_where_indices_start() {
    for (const Engine &engine : engines())
        for (const char *config : {"", "lfsr_default"})
            for (const std::int64_t offset : {0, 1, 5, 255, 256, 300}) {
                Call call = usual();
                call.d_offset = offset;
                const Ctx ctx = context(engine);
                Config named;
                if (*config != 0) {
                    ok(scmp_config_create_named(ctx, config, 8, named.out()), "scmp_config_create_named");
                    call.options.config = named;
                }
                const std::int64_t got = counted(ctx, call), want = by_cycles(call);
                check(got == want, format("%s, %s, d_offset = %d: %d, the circuit has %d", engine.name().c_str(),
                                          config, int(offset), int(got), int(want)));
            }
}

// A configuration whose entries end serves the offsets that leave enough of them.
void an_offset_that_leaves_too_few_entries() {
    const Ctx ctx = context();
    const std::string entries = R"([{"rng_id": 0}, {"rng_id": 0}, {"rng_id": 0}, {"rng_id": 0}, {"rng_id": 0}])";
    const std::string text =
        R"({"rng_pool": [{"type": "sobol"}], "sng": {"q": )" + entries + R"(, "k": )" + entries + "}}";
    Config config;
    ok(scmp_config_create_json(ctx, text.data(), text.size(), 8, config.out()), "scmp_config_create_json");
    Call call = usual();
    call.options.config = config;
    for (call.d_offset = 0; call.d_offset <= 1; call.d_offset++)
        check(counted(ctx, call) == by_cycles(call), "an offset that leaves four entries");
    const Array a(SCMP_DTYPE_I16, {1, 4}, call.a);
    const scmp_tensor view = a.view();
    scmp_quantized both;
    scmp_quantized_init(&both);
    both.boundary = &view;
    for (const std::int64_t offset : {std::int64_t(2), std::int64_t(5), std::int64_t(1) << 40, INT64_MAX}) {
        const Array sums = canary(SCMP_DTYPE_I64, {1, 1});
        const scmp_tensor out = sums.view();
        fails(scmp_count(ctx, &both, &both, &call.options, offset, 0, &out), SCMP_ERROR_INVALID_CONFIG,
              {"5", std::to_string(offset)}, "an offset that leaves too few");
        untouched(sums, "sums");
    }
}

// Two calls in one context: the second must not be counted with what the first left there. Its sum is another one, so
// that a wrong table shows.
void counted_after(const Call &first, const Call &second) {
    const std::int64_t want = by_cycles(second);
    for (const Engine &engine : engines()) {
        const Ctx ctx = context(engine);
        check(counted(ctx, first) == by_cycles(first), engine.name() + ": the first call's sum is wrong");
        const std::int64_t got = counted(ctx, second);
        check(got == want, format("%s: %d with tables of the call before, the circuit has %d", engine.name().c_str(),
                                  int(got), int(want)));
        const std::uint64_t misses = scmp_ctx_cache_misses(ctx);
        check(misses == 2,
              format("%s: %d sets of tables for two calls that share none", engine.name().c_str(), int(misses)));
    }
}

template <class Change> void tables_are_kept_apart_by(Change &&change) {
    const Call first = usual();
    Call second = usual();
    change(second);
    counted_after(first, second);
    counted_after(second, first);
}

void tables_of_another_offset() {
    tables_are_kept_apart_by([](Call &call) { call.d_offset = 3; });
}
void tables_of_other_left_boundaries() {
    tables_are_kept_apart_by([](Call &call) { call.a = {111, 47, 251, 19}; });
}
void tables_of_other_right_boundaries() {
    tables_are_kept_apart_by([](Call &call) { call.b = {65, 211, 87, 153}; });
}
// The lists of boundaries are the same.
void tables_of_more_inner_indices() {
    tables_are_kept_apart_by([](Call &call) {
        call.a.push_back(37);
        call.b.push_back(201);
    });
}
void tables_of_another_length() {
    tables_are_kept_apart_by([](Call &call) { call.options.stoc_len = 60; });
}
void tables_of_another_grid() {
    tables_are_kept_apart_by([](Call &call) { call.options.rng_levels = 300; });
}
void tables_of_another_scramble() {
    tables_are_kept_apart_by([](Call &call) { call.options.scramble = SCMP_SCRAMBLE_COUNTER; });
}

void tables_of_another_configuration() {
    // The first one's pointer may come again, with another configuration behind it.
    const Ctx ctx = context();
    for (const char *name : {"lfsr_default", "sobol_antithetic", "sobol_altseed", "lfsr_default"}) {
        Config config;
        ok(scmp_config_create_named(ctx, name, 8, config.out()), "scmp_config_create_named");
        Call call = usual();
        call.options.config = config;
        const std::int64_t got = counted(ctx, call), want = by_cycles(call);
        check(got == want, format("%s: %d, the circuit has %d", name, int(got), int(want)));
    }
    check(scmp_ctx_cache_misses(ctx) == 3, "equal configurations do not share their tables");
}

// Inner indices whose elements differ in one thing alone do not share a table: each is counted by itself.
void elements_that_differ_in_one_thing() {
    const std::string elements = R"([{"rng_id": 0}, {"rng_id": 0, "complement": true},
        {"rng_id": 0, "scramble": [7, 6, 5, 4, 3, 2, 1, 0]}, {"rng_id": 0, "scramble": [1, 0, 2, 3, 4, 5, 6, 7]},
        {"rng_id": 1}, {"rng_id": 2}, {"rng_id": 3}, {"rng_id": 4}, {"rng_id": 5}, {"rng_id": 6}])";
    const std::string text =
        R"({"rng_pool": [{"type": "sobol"}, {"type": "sobol", "start": 77}, {"type": "sobol", "seed_type": "k"},
        {"type": "lfsr", "seed": 9}, {"type": "lfsr", "seed": 9, "zero_state": true}, {"type": "lfsr", "seed": 10},
        {"type": "true_random", "seed": 9}], "sng": {"q": )" +
        elements + R"(, "k": )" + elements + "}}";
    constexpr std::size_t count = 10;
    for (const Engine &engine : engines()) {
        const Ctx ctx = context(engine);
        Config config;
        ok(scmp_config_create_json(ctx, text.data(), text.size(), 8, config.out()), "scmp_config_create_json");
        for (const auto &[x, y] : {std::pair{1, 200}, {100, 100}, {100, 1}, {200, 10}})
            for (std::size_t d = 0; d < count; d++) {
                Call call;
                call.a = call.b = std::vector<double>(count, 0);
                call.a[d] = x;
                call.b[d] = y;
                call.options.config = config;
                call.options.stoc_len = call.options.rng_levels = 256;
                const std::int64_t got = counted(ctx, call), want = by_cycles(call);
                check(got == want, format("%s, element %d, boundaries %d and %d: %d, the circuit has %d",
                                          engine.name().c_str(), int(d), x, y, int(got), int(want)));
            }
    }
}

void equal_calls_share_tables() {
    for (const Engine &engine : engines()) {
        const Ctx ctx = context(engine);
        for (int i = 0; i < 3; i++) counted(ctx, usual());
        check(scmp_ctx_cache_misses(ctx) == 1, engine.name() + ": tables were made again for the same call");
    }
}

void counts_are_added_where_asked() {
    const Ctx ctx = context();
    const Call call = usual();
    const std::int64_t sum = by_cycles(call);
    const Array a(SCMP_DTYPE_I16, {1, 4}, call.a), b(SCMP_DTYPE_I16, {1, 4}, call.b);
    const scmp_tensor a_view = a.view(), b_view = b.view();
    scmp_quantized left, right;
    scmp_quantized_init(&left);
    scmp_quantized_init(&right);
    left.boundary = &a_view;
    right.boundary = &b_view;
    for (const scmp_dtype dtype : {SCMP_DTYPE_I32, SCMP_DTYPE_I64}) {
        Array sums(dtype, {1, 1}, {1000});
        const scmp_tensor out = sums.view();
        ok(scmp_count(ctx, &left, &right, &call.options, 0, 1, &out), "scmp_count, accumulating");
        check(sums.whole(0) == 1000 + sum, "a count on top of 1000");
        ok(scmp_count(ctx, &left, &right, &call.options, 0, 0, &out), "scmp_count");
        check(sums.whole(0) == sum, "a count in place of what was there");
    }
}

// All cycles of all inner indices: where kernels add in 16 bits, they must stop in time. A last row of boundaries that
// no level has keeps the tables small and so the steps long; enough rows for every way of counting.
void the_largest_counts_add_up() {
    for (const Engine &engine : engines())
        for (const std::int64_t d : {1, 16, 32, 33, 64, 65, 300})
            for (const int stoc_len : {1024, 256})
                for (const int sign : {1, -1})
                    for (const std::int64_t rows : {4, 40}) {
                        const Ctx ctx = context(engine);
                        scmp_matmul_options options = defaults();
                        options.sc_prec = stoc_len == 1024 ? 10 : 8;
                        Levels a, b;
                        std::vector<double> most(std::size_t(rows * d), stoc_len);
                        std::fill_n(most.end() - d, d, 1);
                        a.boundary = b.boundary = Array(SCMP_DTYPE_I16, {rows, d}, most);
                        a.sign = Array(SCMP_DTYPE_I8, {rows, d}, std::vector<double>(most.size(), sign));
                        b.sign = Array(SCMP_DTYPE_I8, {rows, d}, std::vector<double>(most.size(), 1));
                        const Array sums = count(ctx, a, b, options, {rows, rows});
                        for (std::int64_t n = 0; n + 1 < rows; n++)
                            for (std::int64_t m = 0; m + 1 < rows; m++)
                                check(sums.whole(n * rows + m) == sign * d * stoc_len,
                                      format("%s, D = %d, L = %d, sign %d: %d", engine.name().c_str(), int(d), stoc_len,
                                             sign, int(sums.whole(n * rows + m))));
                    }
}

} // namespace

int main(int argc, char **argv) {
    return run("count",
               {
                   {"an offset is where indices start", an_offset_is_where_indices_start},
                   {"an offset that leaves too few entries", an_offset_that_leaves_too_few_entries},
                   {"kept tables: another offset", tables_of_another_offset},
                   {"kept tables: other left boundaries", tables_of_other_left_boundaries},
                   {"kept tables: other right boundaries", tables_of_other_right_boundaries},
                   {"kept tables: more inner indices", tables_of_more_inner_indices},
                   {"kept tables: another length", tables_of_another_length},
                   {"kept tables: another grid", tables_of_another_grid},
                   {"kept tables: another scramble", tables_of_another_scramble},
                   {"kept tables: another configuration", tables_of_another_configuration},
                   {"elements that differ in one thing", elements_that_differ_in_one_thing},
                   {"kept tables: equal calls share them", equal_calls_share_tables},
                   {"counts are added where asked", counts_are_added_where_asked},
                   {"the largest counts add up", the_largest_counts_add_up},
               },
               argc, argv);
}
