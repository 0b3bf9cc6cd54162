// Candidates as the library takes them; see candidate.h.
#include "candidate.h"

#include "../failure.h"

namespace cli::search {

scmp_generator generator_of(const Candidate &candidate) {
    scmp_generator generator;
    scmp_generator_init(&generator);
    generator.sobol_seeds = candidate.seeds.data();
    generator.sobol_seed_count = std::int32_t(candidate.seeds.size());
    generator.sobol_start = candidate.start;
    return generator;
}

Config config_of(scmp_ctx *ctx, std::int32_t sc_prec, const Candidate &candidate) {
    scmp_generator pool[2];
    scmp_generator_init(&pool[0]);
    pool[1] = generator_of(candidate);
    const scmp_element left{0, 0, nullptr, {}}, right{1, 0, nullptr, {}};
    scmp_config_desc desc;
    scmp_config_desc_init(&desc);
    desc.sc_prec = sc_prec;
    desc.generators = pool;
    desc.generator_count = 2;
    desc.left = &left;
    desc.right = &right;
    desc.left_count = desc.right_count = 1;
    desc.uniform = 1;
    desc.scramble = SCMP_SCRAMBLE_OFF;
    Config config;
    check(scmp_config_create(ctx, &desc, config.out()));
    return config;
}

} // namespace cli::search
