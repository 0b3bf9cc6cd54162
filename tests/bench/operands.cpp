// See operands.h.
#include "operands.h"

#include <array>

#include "race.h"

namespace {

std::size_t area(int rows, int columns) {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
}

// The default streams, the right one with its bits in another order.
scmp_config *permuted_config(scmp_ctx *ctx) {
    static constexpr std::array<std::int32_t, 8> permutation = {3, 6, 0, 5, 2, 7, 1, 4};
    std::array<scmp_generator, 2> generators;
    for (scmp_generator &generator : generators) scmp_generator_init(&generator);
    generators[1].sobol_side = SCMP_SIDE_RIGHT;
    const scmp_element left{0, 0, nullptr, {}}, right{1, 0, permutation.data(), {}};
    scmp_config_desc desc;
    scmp_config_desc_init(&desc);
    desc.generators = generators.data(), desc.generator_count = generators.size();
    desc.left = &left, desc.left_count = 1;
    desc.right = &right, desc.right_count = 1;
    desc.uniform = 1;
    scmp_config *config = nullptr;
    check(scmp_config_create(ctx, &desc, &config));
    return config;
}

} // namespace

// Four 16-bit numbers added: cheap, and close enough to a normal distribution.
std::vector<float> normal_numbers(std::size_t count, std::uint64_t seed) {
    std::vector<float> values(count);
    for (float &value : values) {
        seed = seed * 6364136223846793005U + 1442695040888963407U;
        std::uint64_t bits = (seed >> 29 ^ seed) * 0x9E3779B97F4A7C15U;
        bits ^= bits >> 32;
        std::int32_t sum = -2 * 65535;
        for (int i = 0; i < 4; i++) sum += static_cast<std::int32_t>(bits >> 16 * i & 0xFFFF);
        value = static_cast<float>(sum) * (1.0F / 37837.0F);
    }
    return values;
}

Operands::Operands(const Case &product)
    : a(normal_numbers(area(product.n, product.d), 1)), b(normal_numbers(area(product.m, product.d), 2)),
      y(area(product.n, product.m)), view_a(scmp_tensor_2d(SCMP_DTYPE_F32, a.data(), product.n, product.d)),
      view_b(scmp_tensor_2d(SCMP_DTYPE_F32, b.data(), product.m, product.d)),
      view_y(scmp_tensor_2d(SCMP_DTYPE_F32, y.data(), product.n, product.m)) {}

Options::Options(scmp_ctx *ctx, const Case &product) {
    scmp_matmul_options_init(&all);
    all.granularity = product.granularity;
    all.mode = product.mode;
    all.scramble = product.scramble;
    all.rng_levels = product.rng_levels;
    all.stoc_len = product.stoc_len;
    if (product.halve) all.stoc_len = all.rng_levels = 1 << (all.sc_prec - 1);
    if (product.config.empty()) return;
    scmp_config *raw = nullptr;
    if (product.config == "permuted")
        raw = permuted_config(ctx);
    else
        check(scmp_config_create_named(ctx, product.config.c_str(), 8, &raw));
    config.reset(raw);
    all.config = raw;
}
