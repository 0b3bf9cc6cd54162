// The edges: which shapes, options and codes every kernel is tried on.
#include <algorithm>

#include "backend/backend.h"
#include "sample.h"
#include "support/product.h"

namespace kernels {

using test::Random;

namespace {

bool few = false;

// Keeps every third of many in slow builds, and whatever costs the reference little in all.
bool wanted(std::size_t index, const Spec &spec) {
    return !few || (index % 3 == 0 && spec.cycles() < 2e7) || spec.cycles() < 5e5;
}

std::vector<Sample> make(const char *group, const std::vector<Spec> &specs) {
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < specs.size(); i++) {
        if (!wanted(i, specs[i])) continue;
        Random random(std::string("kernels/") + group + " " + std::to_string(i));
        samples.push_back(make_sample(specs[i], random));
    }
    return samples;
}

// Both modes at 8 bits with full streams; one table each.
Spec bipolar() {
    return {};
}
Spec unipolar() {
    Spec spec;
    spec.is_signed = false;
    return spec;
}
// As halve makes it: every inner index has a mask of its own.
Spec halved() {
    Spec spec;
    spec.stoc_len = spec.rng_levels = 128;
    return spec;
}
// Little work for the reference.
Spec narrow() {
    Spec spec;
    spec.p = 4;
    spec.stoc_len = spec.rng_levels = 16;
    spec.scramble = SCMP_SCRAMBLE_ALWAYS_BITREV;
    return spec;
}

const std::vector<Sample> &inner_dimensions() {
    static const std::vector<Sample> samples = [] {
        std::vector<Spec> specs;
        for (const std::int64_t d : {0,  1,  2,  3,  4,  5,  6,   7,   8,   9,   15,  16,  17,  31,
                                     32, 33, 63, 64, 65, 66, 127, 128, 129, 191, 193, 255, 256, 257})
            for (Spec spec : {bipolar(), unipolar(), halved(), narrow()}) {
                spec.d = d;
                spec.more_d = d % 4 == 0 ? 3 : 0;
                if (d == 0) spec.more_d = 1;
                spec.rows = d % 2 == 0 ? 1 : 2;
                spec.columns = d < 70 ? 256 : 130;
                specs.push_back(spec);
            }
        return make("inner", specs);
    }();
    return samples;
}

// The rows where some kernel starts another way of counting, or takes no more.
std::vector<std::int64_t> edge_rows() {
    std::vector<std::int64_t> rows = {1,  2,  3,  4,  5,  6,   7,   8,   9,   15,  16,  17, 31,
                                      32, 33, 47, 48, 49, 127, 128, 129, 191, 192, 193, 257};
    for (int i = 0; i < scmp::isa_count(); i++) {
        if (!scmp::isa_available(i)) continue;
        for (const scmp::count::Kernel *kernel :
             scmp::select_backend(SCMP_BACKEND_CPU, {"isa", scmp::isa_name(i)}).kernels)
            for (const std::int64_t edge : {kernel->min_rows, kernel->max_rows})
                for (const std::int64_t near : {edge - 1, edge, edge + 1}) rows.push_back(near);
    }
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    rows.erase(std::remove_if(rows.begin(), rows.end(), [](std::int64_t n) { return n < 1; }), rows.end());
    return rows;
}

const std::vector<Sample> &rows() {
    static const std::vector<Sample> samples = [] {
        std::vector<Spec> specs;
        for (const std::int64_t n : edge_rows())
            for (const std::int64_t d : {3, 70}) {
                Spec spec = narrow();
                spec.rows = n;
                spec.d = d;
                spec.columns = n > 100 ? 40 : 256;
                specs.push_back(spec);
                if (n > 40) continue;
                spec = d == 3 ? unipolar() : halved();
                spec.rows = n;
                spec.d = 5;
                specs.push_back(spec);
            }
        return make("rows", specs);
    }();
    return samples;
}

const std::vector<Sample> &columns() {
    static const std::vector<Sample> samples = [] {
        std::vector<Spec> specs;
        for (const std::int64_t m : {1, 2, 3, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 300})
            for (Spec spec : {bipolar(), unipolar(), narrow()}) {
                spec.columns = m;
                spec.d = m % 2 == 0 ? 7 : 66;
                if (m > 100) spec.d = 7;
                spec.rows = 1 + m % 3;
                specs.push_back(spec);
            }
        return make("columns", specs);
    }();
    return samples;
}

// 256 of 256 cycles count where both streams are all ones: more than a byte holds. Long sums of the largest counts.
const std::vector<Sample> &extremes() {
    static const std::vector<Sample> samples = [] {
        std::vector<Spec> specs;
        const std::vector<std::pair<Fill, Fill>> fills = {{Fill::most, Fill::most},         {Fill::least, Fill::most},
                                                          {Fill::most, Fill::least},        {Fill::least, Fill::least},
                                                          {Fill::extremes, Fill::extremes}, {Fill::extremes, Fill::any},
                                                          {Fill::any, Fill::extremes},      {Fill::zero, Fill::most},
                                                          {Fill::any, Fill::zero},          {Fill::small, Fill::small}};
        for (const auto &[a, b] : fills)
            for (Spec spec : {bipolar(), unipolar(), halved(), narrow()})
                for (const std::int64_t d : {2, 63, 64, 130, 1000}) {
                    spec.a = a;
                    spec.b = b;
                    spec.d = d;
                    spec.rows = d <= 64 ? 2 : 1;
                    spec.columns = d <= 64 ? 256 : 18;
                    specs.push_back(spec);
                }
        // Near full: one cycle less, one grid point more or less.
        for (const int cycles : {255, 256})
            for (const int grid : {255, 256, 257, 512, 1000})
                for (Spec spec : {bipolar(), unipolar()}) {
                    spec.stoc_len = cycles;
                    spec.rng_levels = grid;
                    spec.a = spec.b = Fill::extremes;
                    spec.d = 67;
                    spec.columns = 20;
                    specs.push_back(spec);
                }
        return make("extremes", specs);
    }();
    return samples;
}

// Lists of boundaries as scmp_count makes them out of whatever it is given: of any length, the two of different ones.
std::vector<std::uint16_t> any_boundaries(Random &random, std::size_t codes, int grid) {
    std::vector<std::uint16_t> all;
    for (int g = 1; g <= grid; g++) all.push_back(static_cast<std::uint16_t>(g));
    for (std::size_t i = 0; i + 1 < all.size(); i++)
        std::swap(all[i], all[std::size_t(random.whole(std::int64_t(i), std::int64_t(all.size()) - 1))]);
    all.resize(std::min(codes - 1, all.size()));
    all.push_back(0);
    std::sort(all.begin(), all.end());
    return all;
}

const std::vector<Sample> &code_lists() {
    static const std::vector<Sample> samples = [] {
        std::vector<Spec> specs;
        Random random("kernels/code lists");
        const std::vector<std::size_t> sizes = {1, 2, 3, 64, 127, 128, 129, 200, 255, 256};
        for (const std::size_t left : sizes)
            for (const std::size_t right : sizes) {
                Spec spec;
                spec.is_signed = left <= 128 && right <= 128 && random.chance(50);
                spec.rng_levels = int(random.one_of(std::vector{256, 256, 300, 1024}));
                spec.stoc_len = int(random.one_of(std::vector{256, 256, 255, 128, 37}));
                spec.left = any_boundaries(random, left, spec.rng_levels);
                spec.right = any_boundaries(random, right, spec.rng_levels);
                spec.rows = random.whole(1, 5);
                spec.columns = random.whole(1, 60);
                spec.d = random.whole(1, 70);
                if (random.chance(30)) spec.a = spec.b = Fill::extremes;
                specs.push_back(spec);
            }
        return make("code lists", specs);
    }();
    return samples;
}

// A configuration for the inner indices of a spec.
std::string any_config(Random &random, const Spec &spec) {
    std::vector<std::string> names = {"sobol_simple", "sobol_simple", "sobol_antithetic", "sobol_altseed"};
    if (spec.p >= 2) names.insert(names.end(), 2, "lfsr_default");
    if (spec.p >= 4) names.insert(names.end(), 2, "sobol_tuned");
    return random.chance(40) ? test::random_config(random, spec.p, spec.d + spec.more_d) : random.one_of(names);
}

const std::vector<Sample> &options() {
    static const std::vector<Sample> samples = [] {
        std::vector<Spec> specs;
        Random random("kernels/options");
        for (int i = 0; i < 300; i++) {
            Spec spec;
            spec.p = int(random.chance(40) ? 8 : random.whole(2, 10));
            const int full = 1 << spec.p;
            spec.is_signed = random.chance(60);
            spec.stoc_len = int(random.chance(50) ? full : random.whole(1, full));
            spec.rng_levels = random.chance(40)   ? full
                              : random.chance(50) ? 1 << random.whole(0, spec.p + 2)
                                                  : int(random.whole(1, random.chance(15) ? 16384 : 3 * full));
            spec.scramble = scmp_scramble(random.whole(SCMP_SCRAMBLE_BITREV, SCMP_SCRAMBLE_ALWAYS_COUNTER));
            spec.rows = random.whole(1, 9);
            spec.columns = random.chance(20) ? random.whole(1, 256) : random.whole(1, 40);
            spec.d = random.whole(1, 150);
            spec.more_d = random.chance(30) ? random.whole(1, 20) : 0;
            while (spec.cycles() > 4e6) (spec.d > 9 ? spec.d : spec.rows) /= 2;
            spec.rows = std::max<std::int64_t>(spec.rows, 1);
            const std::vector<Fill> fills = {Fill::any, Fill::any, Fill::any, Fill::small, Fill::extremes, Fill::most};
            spec.a = random.one_of(fills);
            spec.b = random.one_of(fills);
            spec.config = any_config(random, spec);
            specs.push_back(spec);
        }
        return make("options", specs);
    }();
    return samples;
}

// From one table to one for each of 2^p masks, and round again; elements that are all different.
const std::vector<Sample> &table_numbers() {
    static const std::vector<Sample> samples = [] {
        std::vector<Spec> specs;
        Random random("kernels/tables");
        for (const auto scramble : {SCMP_SCRAMBLE_BITREV, SCMP_SCRAMBLE_COUNTER, SCMP_SCRAMBLE_OFF,
                                    SCMP_SCRAMBLE_ALWAYS_BITREV, SCMP_SCRAMBLE_ALWAYS_COUNTER})
            for (Spec spec : {bipolar(), unipolar(), halved(), narrow()})
                for (const char *config : {"sobol_simple", "lfsr_default", ""}) {
                    spec.scramble = scramble;
                    spec.d = spec.p == 8 ? 270 : 40;
                    spec.rows = 2;
                    spec.columns = spec.p == 8 ? 7 : 140;
                    spec.config = *config != 0 ? config : test::random_config(random, spec.p, spec.d);
                    specs.push_back(spec);
                }
        return make("tables", specs);
    }();
    return samples;
}

} // namespace

const std::vector<Group> &groups() {
    static const std::vector<Group> all = {
        {"inner dimensions around the blocks", inner_dimensions},
        {"numbers of rows", rows},
        {"partial panels", columns},
        {"extreme codes, full counts", extremes},
        {"lists of codes of other lengths than the levels'", code_lists},
        {"one table to 2^p", table_numbers},
        {"any options", options},
    };
    return all;
}

void use_few_samples() {
    few = true;
}

} // namespace kernels
