// Tables, codes and expected sums of one sample.
#include "sample.h"

#include <algorithm>

#include "guarded.h"
#include "quantize/quantize.h"
#include "support/test.h"

namespace kernels {

using namespace scmp;
using test::Random;

namespace {

std::vector<std::uint16_t> level_boundaries(const Spec &spec, Random &random) {
    using quantize::Rule;
    const int q_max = (1 << (spec.is_signed ? spec.p - 1 : spec.p)) - 1;
    const Rule rule =
        random.one_of(spec.is_signed ? std::vector{Rule::B1, Rule::B2, Rule::B3} : std::vector{Rule::U1, Rule::U2});
    std::vector<std::uint16_t> boundaries(std::size_t(q_max) + 1);
    quantize::level_boundaries(rule, q_max, spec.rng_levels, boundaries);
    return boundaries;
}

std::string describe(const Spec &spec, const streams::CountTables &tables, const Random &random) {
    const auto fill = [](Fill of) {
        return std::vector{"any", "small", "zero", "most", "least", "extremes"}[std::size_t(of)];
    };
    return test::format(
        "%s: p = %d, L = %d, G = %d, %s, %s codes %zu x %zu, tables %d for d = %lld + %lld, rows = %lld, "
        "columns = %lld, a %s, b %s, %.900s",
        random.text().c_str(), spec.p, spec.stoc_len, spec.rng_levels, scmp_scramble_name(spec.scramble),
        spec.is_signed ? "signed" : "unsigned", tables.left_codes(), tables.right_codes(), tables.pairs(),
        (long long)spec.d, (long long)spec.more_d, (long long)spec.rows, (long long)spec.columns, fill(spec.a),
        fill(spec.b), spec.config.c_str());
}

// The sums by the circuit, cycle by cycle.
std::vector<std::int32_t> reference_sums(const Sample &sample) {
    const count::Kernel &kernel = count::reference_kernel;
    const auto [rows, columns, d] = std::tuple{sample.spec.rows, sample.spec.columns, sample.spec.d};
    std::vector<std::int32_t> wanted(std::size_t(rows * columns)), sums(std::size_t(rows * kernel.columns));
    std::vector<std::byte> panel(kernel.panel_bytes(d)), scratch(kernel.scratch_bytes({sample.tables.get(), rows, 1}));
    for (std::int64_t m0 = 0; m0 < columns; m0 += kernel.columns) {
        const std::int64_t here = std::min<std::int64_t>(kernel.columns, columns - m0);
        kernel.pack(sample.b.data() + m0 * d, d, here, d, panel.data());
        kernel.count({.plan = {sample.tables.get(), rows, 1},
                      .a = sample.a.data(),
                      .a_stride = d,
                      .left = nullptr,
                      .rows = rows,
                      .panel = panel.data(),
                      .panel_stride = 0,
                      .panels = 1,
                      .d = d,
                      .sums = sums.data(),
                      .scratch = scratch.data()});
        for (std::int64_t n = 0; n < rows; n++)
            std::copy_n(&sums[std::size_t(n * kernel.columns)], here, wanted.begin() + n * columns + m0);
    }
    return wanted;
}

} // namespace

std::unique_ptr<streams::CountTables> make_tables(const Spec &spec, Random &random, std::pmr::memory_resource &memory) {
    streams::Config config(memory);
    if (spec.config.front() == '{')
        streams::config_from_json(spec.config, spec.p, config);
    else
        streams::config_named(spec.config, spec.p, config);
    const std::vector<std::uint16_t> levels = level_boundaries(spec, random);
    auto tables = std::make_unique<streams::CountTables>(memory);
    streams::build_tables(config, {spec.p, spec.stoc_len, spec.rng_levels, spec.scramble}, {0, spec.d + spec.more_d},
                          spec.left.empty() ? levels : spec.left, spec.right.empty() ? levels : spec.right, *tables);
    return tables;
}

std::vector<std::int16_t> make_codes(std::int64_t count, std::size_t codes, bool is_signed, Fill fill, Random &random) {
    const auto most = std::int64_t(codes) - 1;
    const auto any_sign = [&](std::int64_t code) { return is_signed && random.chance(50) ? -code : code; };
    std::vector<std::int16_t> out(static_cast<std::size_t>(count));
    std::generate(out.begin(), out.end(), [&] {
        std::int64_t code = 0;
        switch (fill) {
        case Fill::any:
            code = any_sign(random.whole(0, most));
            break;
        case Fill::small:
            code = any_sign(random.whole(0, std::min<std::int64_t>(most, 3)));
            break;
        case Fill::zero:
            break;
        case Fill::most:
            code = most;
            break;
        case Fill::least:
            code = is_signed ? -most : most;
            break;
        case Fill::extremes:
            code = random.chance(80) ? any_sign(most) : 0;
            break;
        }
        return static_cast<std::int16_t>(code);
    });
    return out;
}

Sample make_sample(const Spec &spec, Random &random) {
    Sample sample{.spec = spec,
                  .text = {},
                  .tables = make_tables(spec, random, guarded_memory()),
                  .a = {},
                  .b = {},
                  .wanted = {}};
    sample.text = describe(spec, *sample.tables, random);
    sample.a = make_codes(spec.rows * spec.d, sample.tables->left_codes(), spec.is_signed, spec.a, random);
    sample.b = make_codes(spec.columns * spec.d, sample.tables->right_codes(), spec.is_signed, spec.b, random);
    sample.wanted = reference_sums(sample);
    return sample;
}

} // namespace kernels
