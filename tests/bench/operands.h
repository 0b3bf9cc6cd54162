// Operands of a product, and its options as the library takes them.
#pragma once

#include <memory>
#include <vector>

#include "cases.h"

// `count` numbers, about normally distributed, the same in every run.
std::vector<float> normal_numbers(std::size_t count, std::uint64_t seed);

struct Operands {
    explicit Operands(const Case &product);

    std::vector<float> a, b, y;
    scmp_tensor view_a, view_b, view_y;
};

struct ConfigDeleter {
    void operator()(scmp_config *config) const { scmp_config_destroy(&config); }
};

// The options point at the configuration: the two stay together.
struct Options {
    Options(scmp_ctx *ctx, const Case &product);

    std::unique_ptr<scmp_config, ConfigDeleter> config;
    scmp_matmul_options all;
};
