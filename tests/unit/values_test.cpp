// Numbers where one rounding, one order of operations or one tie decides, each with the value that the specification
// gives. Where random products meet such a place once in thousands, this meets it every time.
#include <cmath>

#include "scmp/scmp_model.h"
#include "support/handles.h"
#include "support/product.h"
#include "support/stages.h"
#include "support/test.h"

using namespace test;

namespace {

// --- Spec 5: unipolar terms beyond 2^24 -----------------------------------------------------------------------------

// One output of a unipolar product at 10 bits. Its integers are exact in f32 only up to 2^24, so that another order of
// the terms, a fused multiplication or scales applied one by one give other bits: worked out by hand in binary32, such
// that each of these shows in one of the rows.
struct Unipolar {
    std::int64_t d;
    int stoc_len;
    double sum, za, zb, ra, rb, sa, sb;
    float y;
};

float dequantized(const Engine &engine, const Unipolar &row, scmp_granularity granularity) {
    const Ctx ctx = context(engine);
    Product product;
    product.options.mode = SCMP_MODE_UNIPOLAR;
    product.options.granularity = granularity;
    product.options.sc_prec = 10;
    product.options.stoc_len = row.stoc_len;
    const bool tensor = granularity == SCMP_GRANULARITY_PER_TENSOR;
    const Shape scales = tensor ? Shape{} : Shape{1};
    const scmp_dtype dtype = tensor ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32;
    Levels a, b;
    a.scale = Array(dtype, scales, {row.sa});
    b.scale = Array(dtype, scales, {row.sb});
    a.zero_point = Array(SCMP_DTYPE_F32, scales, {row.za});
    b.zero_point = Array(SCMP_DTYPE_F32, scales, {row.zb});
    a.row_sum = Array(SCMP_DTYPE_I64, {1}, {row.ra});
    b.row_sum = Array(SCMP_DTYPE_I64, {1}, {row.rb});
    const Array sums(SCMP_DTYPE_I64, {1, 1}, {row.sum});
    return float(dequantize(ctx, sums, a, b, row.d, product.options, {1, 1}).get(0));
}

void unipolar_terms(const std::vector<Unipolar> &rows, scmp_granularity granularity) {
    for (const Engine &engine : engines())
        for (const Unipolar &row : rows) {
            const float y = dequantized(engine, row, granularity);
            check(y == row.y, format("%s, D = %lld: %a, not %a", engine.name().c_str(), static_cast<long long>(row.d),
                                     double(y), double(row.y)));
        }
}

void unipolar_terms_per_tensor() {
    unipolar_terms(
        {
            {22086, 1000, 19458054, 548, 558, 19943743, 16665640, 0x1.9972ce0f23d41p-11, 0x1.401bef162cad5p-14,
             0x1.989ce2p+8F},
            {294, 1024, 205719, 727, 255, 239412, 293219, 0x1.9e310997843d7p-12, 0x1.9a2f057b4a662p-12,
             -0x1.76ae9cp+0F},
            {40639, 1024, 3463992, 481, 249, 18833277, 6825633, 0x1.ac9e801247e1dp-11, 0x1.2c161f829480fp-12,
             0x1.96fcp+6F},
        },
        SCMP_GRANULARITY_PER_TENSOR);
}

void unipolar_terms_per_row() {
    unipolar_terms(
        {
            {1, 100, 1, 0, 0, 0, 0, 1, 1, 0x1.470a520000000p+13F}, // q_max^2 / L alone
            {52489, 1000, 31845460, 397, 531, 24444327, 49480694, 0x1.47d47ep-15, 0x1.ab1c9p-12, 0x1.76abd4p+7F},
            {347, 1024, 312327, 535, 527, 241582, 189718, 0x1.69b8c2p-14, 0x1.a4f1d6p-13, 0x1.a10c7cp+1F},
            {168, 1000, 117168, 413, 298, 110378, 130672, 0x1.73fe44p-13, 0x1.2248b8p-13, 0x1.62ba26p+0F},
        },
        SCMP_GRANULARITY_PER_ROW);
}

// --- Spec 4: boundaries of levels half way between two grid points --------------------------------------------------

std::int64_t boundary_of_level(scmp_granularity granularity, std::int32_t grid, std::int64_t level) {
    scmp_matmul_options options = defaults();
    options.mode = SCMP_MODE_UNIPOLAR;
    options.granularity = granularity;
    options.sc_prec = 10;
    options.rng_levels = grid;
    Array table = canary(SCMP_DTYPE_I32, {1024});
    const scmp_tensor view = table.view();
    ok(scmp_level_boundaries(&options, &view), "scmp_level_boundaries");
    return table.whole(level);
}

void ties_of_boundaries_go_to_even() {
    const struct {
        std::int32_t grid;
        std::int64_t level, boundary;
    } ties[] = {
        {8257, 1016, 8200},   // 8200.5
        {8537, 952, 7944},    // 7944.5
        {11350, 965, 10706},  // 10706.5
        {15812, 1000, 15456}, // 15456.5
        {8363, 1003, 8200},   // 8199.5
        {8549, 817, 6828},    // 6827.5
    };
    for (const auto &[grid, level, boundary] : ties) { // level * fl(G / q_max)
        const std::int64_t got = boundary_of_level(SCMP_GRANULARITY_PER_TENSOR, grid, level);
        check(got == boundary, format("G = %d, level %d: %d, not %d", grid, int(level), int(got), int(boundary)));
    }
}

// The other rule, fl(level * G) / q_max, is no tie there.
void boundaries_follow_their_rule() {
    check(boundary_of_level(SCMP_GRANULARITY_PER_TENSOR, 8257, 1016) == 8200, "per_tensor");
    check(boundary_of_level(SCMP_GRANULARITY_PER_ROW, 8257, 1016) == 8201, "per_row");
}

// --- Spec 4: what scopes become -------------------------------------------------------------------------------------

struct Scope {
    Array scale, zero_point, level;
};
Scope quantized(const std::vector<double> &values, scmp_mode mode, scmp_granularity granularity) {
    const Ctx ctx = context();
    scmp_matmul_options options = defaults();
    options.mode = mode;
    options.granularity = granularity;
    Shape shape = {1, std::int64_t(values.size())};
    if (granularity == SCMP_GRANULARITY_PER_HEAD) shape.insert(shape.begin(), 1);
    const Array x(SCMP_DTYPE_F32, shape, values);
    Levels levels = all_levels(x, SCMP_SIDE_LEFT, options);
    quantize(ctx, x, SCMP_SIDE_LEFT, options, nullptr, levels);
    return {levels.scale, levels.zero_point, levels.level};
}

// Ranges below 1e-5, and none at all, have that of 1e-5: as f64 where the rule works in f64, else as f32.
void the_floor_of_ranges() {
    for (const std::vector<double> &values : {std::vector<double>{0, 0, 0}, {9e-6, 0, 9e-6}}) {
        check(quantized(values, SCMP_MODE_BIPOLAR, SCMP_GRANULARITY_PER_TENSOR).scale.get(0) == 1e-5 / 127, "B1");
        check(quantized(values, SCMP_MODE_BIPOLAR, SCMP_GRANULARITY_PER_HEAD).scale.get(0) == double(1e-5F / 127.0F),
              "B2");
        check(quantized(values, SCMP_MODE_BIPOLAR, SCMP_GRANULARITY_PER_ROW).scale.get(0) == double(1e-5F / 127.0F),
              "B3");
        check(quantized(values, SCMP_MODE_UNIPOLAR, SCMP_GRANULARITY_PER_TENSOR).scale.get(0) == 1e-5 / 255, "U1");
        check(quantized(values, SCMP_MODE_UNIPOLAR, SCMP_GRANULARITY_PER_ROW).scale.get(0) == double(1e-5F / 255.0F),
              "U2");
    }
    check(quantized({2e-5, 0}, SCMP_MODE_BIPOLAR, SCMP_GRANULARITY_PER_ROW).scale.get(0) == double(2e-5F / 127.0F),
          "above the floor");
}

// A range of one value is not an empty one: its magnitude counts.
void one_value_alone() {
    check(quantized({-3, -3}, SCMP_MODE_BIPOLAR, SCMP_GRANULARITY_PER_ROW).scale.get(0) == double(3.0F / 127.0F), "B3");
    check(quantized({-3}, SCMP_MODE_BIPOLAR, SCMP_GRANULARITY_PER_TENSOR).scale.get(0) == 3.0 / 127, "B1");
    check(quantized({-3, -3}, SCMP_MODE_BIPOLAR, SCMP_GRANULARITY_PER_ROW).level.get(1) == 127,
          "its level is the largest");
    // The least value far from 0 and the largest near it.
    check(quantized({-3, 1}, SCMP_MODE_BIPOLAR, SCMP_GRANULARITY_PER_ROW).scale.get(0) == double(3.0F / 127.0F),
          "the negative end");
}

// From 0 to q_max, and never -0.0.
void zero_points() {
    for (const auto granularity : {SCMP_GRANULARITY_PER_TENSOR, SCMP_GRANULARITY_PER_ROW}) {
        const auto zero_point = [&](const std::vector<double> &values) {
            return quantized(values, SCMP_MODE_UNIPOLAR, granularity).zero_point.get(0);
        };
        check(zero_point({0, 1}) == 0 && !std::signbit(zero_point({0, 1})), "values from 0 on");
        check(zero_point({2, 3}) == 0 && !std::signbit(zero_point({2, 3})), "values above 0");
        check(zero_point({-3, -2}) == 255, "values below 0");
        check(zero_point({-1, 0}) == 255, "values up to 0");
        check(zero_point({-1, 254}) == 1, "one step below 0");
        check(zero_point({-0.5, 254.5}) == 0 && !std::signbit(zero_point({-0.5, 254.5})), "a tie, to even");
        check(zero_point({-1.5, 253.5}) == 2, "a tie, to even: up");
    }
}

// Half way between two levels: the even one. The scale is 1.
void ties_of_levels_go_to_even() {
    for (const auto granularity : {SCMP_GRANULARITY_PER_TENSOR, SCMP_GRANULARITY_PER_HEAD, SCMP_GRANULARITY_PER_ROW}) {
        const Array level = quantized({127, 0.5, 1.5, -2.5, 3.5, 126.5, -0.5}, SCMP_MODE_BIPOLAR, granularity).level;
        const double want[] = {127, 0, 2, 2, 4, 126, 0};
        for (int i = 0; i < 7; i++) check(level.get(i) == want[i], format("level %d is %g", i, level.get(i)));
    }
    for (const auto granularity : {SCMP_GRANULARITY_PER_TENSOR, SCMP_GRANULARITY_PER_ROW}) {
        const Array level = quantized({-1, 254, 0.5, 1.5, 2.5}, SCMP_MODE_UNIPOLAR, granularity).level;
        const double want[] = {0, 255, 2, 2, 4};
        for (int i = 0; i < 5; i++) check(level.get(i) == want[i], format("level %d is %g", i, level.get(i)));
    }
}

// One quotient and two products with a reciprocal, rounded in f64 and in f32, that fall on three sides of a tie.
void rules_divide_or_multiply() {
    const struct {
        double largest, x;
        int b1, b2, b3;
    } rows[] = {
        {0x1.36095cp+1, 0x1.cd649cp+0, 94, 95, 95}, {0x1.81d27p+1, 0x1.5a5414p-1, 28, 29, 28},
        {0x1.5c6cbcp+1, 0x1.e5999p+0, 89, 89, 88},  {0x1.b2790ap+0, 0x1.b2790ap-1, 63, 63, 64},
        {0x1.c8db9ap+1, 0x1.5ebccp+1, 98, 97, 98},  {0x1.832c1p+1, 0x1.27b6d2p+0, 49, 48, 48},
    };
    const Ctx ctx = context();
    for (const auto &[largest, x, b1, b2, b3] : rows) {
        const std::vector<double> values = {largest, x};
        check(quantized(values, SCMP_MODE_BIPOLAR, SCMP_GRANULARITY_PER_TENSOR).level.get(1) == b1,
              format("B1 of %a", x));
        check(quantized(values, SCMP_MODE_BIPOLAR, SCMP_GRANULARITY_PER_HEAD).level.get(1) == b2,
              format("B2 of %a", x));
        check(quantized(values, SCMP_MODE_BIPOLAR, SCMP_GRANULARITY_PER_ROW).level.get(1) == b3, format("B3 of %a", x));
        scmp_matmul_options options = defaults();
        options.chunk_d = 2;
        const Array chunks(SCMP_DTYPE_F32, {1, 4}, {largest, x, x, largest});
        Levels levels = all_levels(chunks, SCMP_SIDE_LEFT, options);
        quantize(ctx, chunks, SCMP_SIDE_LEFT, options, nullptr, levels);
        check(levels.level.get(1) == b2 && levels.level.get(2) == b2, format("B2 of chunks, %a", x));
        options.chunk_d = 4; // all of D: no chunks
        quantize(ctx, chunks, SCMP_SIDE_LEFT, options, nullptr, levels = all_levels(chunks, SCMP_SIDE_LEFT, options));
        check(levels.level.get(1) == b3, format("B3 where a chunk is all of D, %a", x));
    }
}

// Values beyond a range that the caller gives have its last levels.
void values_beyond_a_given_range() {
    const Array x(SCMP_DTYPE_F32, {1, 8}, {-5, 5, -1.02, 1.02, -0x1p100, 0x1p100, 1, 0.25});
    const Ctx ctx = context();
    for (const auto granularity : {SCMP_GRANULARITY_PER_TENSOR, SCMP_GRANULARITY_PER_ROW})
        for (const bool unipolar : {false, true}) {
            scmp_matmul_options options = defaults();
            options.granularity = granularity;
            if (unipolar) options.mode = SCMP_MODE_UNIPOLAR;
            const Array range(SCMP_DTYPE_F32, granularity == SCMP_GRANULARITY_PER_ROW ? Shape{1, 2} : Shape{2},
                              {unipolar ? 0.0 : -1.0, 1});
            Levels levels = all_levels(x, SCMP_SIDE_LEFT, options);
            quantize(ctx, x, SCMP_SIDE_LEFT, options, &range, levels);
            const double below = unipolar ? 0 : 127, above = unipolar ? 255 : 127;
            const double want[] = {below, above, below, above, below, above, above, unipolar ? 64.0 : 32.0};
            for (int i = 0; i < 8; i++)
                check(levels.level.get(i) == want[i], format("level %d is %g", i, levels.level.get(i)));
        }
}

// --- Spec 3: seeds --------------------------------------------------------------------------------------------------

// random.Random(seed).randint(0, 255) of CPython.
void seeds_of_more_than_32_bits() {
    const struct {
        std::uint64_t seed;
        std::vector<double> draws;
    } generators[] = {{5, {130, 183, 14, 238, 127, 26, 80, 57}},
                      {(std::uint64_t(1) << 40) + 5, {137, 14, 23, 84, 40, 68, 122, 70}}};
    const Ctx ctx = context();
    for (const auto &[seed, draws] : generators) {
        scmp_generator generator;
        scmp_generator_init(&generator);
        generator.type = SCMP_GENERATOR_MT19937;
        generator.seed = seed;
        Array got = canary(SCMP_DTYPE_I32, {8});
        const scmp_tensor out = got.view();
        ok(scmp_generator_draws(ctx, &generator, 8, &out), "scmp_generator_draws");
        same(got, Array(SCMP_DTYPE_I32, {8}, draws), "draws of seed " + std::to_string(seed));
        // In a configuration a negative seed means its absolute value.
        for (const char *sign : {"", "-"}) {
            const std::string text = R"({"rng_pool": [{"type": "true_random", "seed": )" + std::string(sign) +
                                     std::to_string(seed) +
                                     R"(}], "sng": {"q": [{"rng_id": 0}], "k": [{"rng_id": 0}]}})";
            Config config;
            ok(scmp_config_create_json(ctx, text.data(), text.size(), 8, config.out()), "scmp_config_create_json");
            scmp_matmul_options options = defaults();
            options.config = config;
            options.stoc_len = 8;
            options.scramble = SCMP_SCRAMBLE_OFF;
            ok(scmp_sequence(ctx, &options, SCMP_SIDE_LEFT, 0, &out), "scmp_sequence");
            same(got, Array(SCMP_DTYPE_I32, {8}, draws), sign + std::to_string(seed) + " in a configuration");
        }
    }
}

// --- Spec 6: alpha 0.5 is the correctly rounded square root ---------------------------------------------------------

void half_is_the_square_root() {
    // Roots of these doubles lie so near the middle of two numbers that pow(x, 0.5), right to 0.52 units, takes the
    // other one.
    const struct {
        double x, root;
    } roots[] = {
        {0x1.68c3fd3c81dc2p+1, 0x1.adc8043c6371ap+0},
        {0x1.c0510753ba5bbp+0, 0x1.52c699786a119p+0},
        {0x1.95b8a11b3b08p+1, 0x1.c7c5f3f1aee12p+0},
        {0x1.e7acc1ab5e947p+1, 0x1.f3b07d9ae15d7p+0},
    };
    const Ctx ctx = context();
    const Array weight(SCMP_DTYPE_F64, {1, 1}, {1});
    for (const auto &[x, root] : roots) {
        const Array act(SCMP_DTYPE_F64, {1}, {x});
        Array scale = canary(SCMP_DTYPE_F64, {1});
        const scmp_tensor in = act.view(), by = weight.view(), out = scale.view();
        ok(scmp_smooth_scales_from(ctx, &in, &by, 1, 0.5, SCMP_SMOOTH_EPS, &out), "scmp_smooth_scales_from");
        check(scale.get(0) == root, format("the root of %a is %a, not %a", x, scale.get(0), root));
    }
}

} // namespace

int main(int argc, char **argv) {
    return run("values",
               {
                   {"unipolar terms in the order of the specification, per_tensor", unipolar_terms_per_tensor},
                   {"unipolar terms in the order of the specification, per_row", unipolar_terms_per_row},
                   {"ties of boundaries go to even", ties_of_boundaries_go_to_even},
                   {"boundaries follow their rule", boundaries_follow_their_rule},
                   {"the floor of ranges", the_floor_of_ranges},
                   {"one value alone", one_value_alone},
                   {"zero points", zero_points},
                   {"ties of levels go to even", ties_of_levels_go_to_even},
                   {"rules divide or multiply", rules_divide_or_multiply},
                   {"values beyond a given range", values_beyond_a_given_range},
                   {"seeds of more than 32 bits", seeds_of_more_than_32_bits},
                   {"alpha 0.5 is the square root, not a power", half_is_the_square_root},
               },
               argc, argv);
}
