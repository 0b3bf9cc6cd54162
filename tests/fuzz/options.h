// Options and configurations out of the fuzzer's bytes, with work that is bounded.
#pragma once

#include <string>

#include "engines.h"
#include "scmp/scmp_model.h"

// A width of generators, where this is none the nearest.
inline int width(int sc_prec) {
    return sc_prec < 1 ? 1 : sc_prec > SCMP_SC_PREC_MAX ? SCMP_SC_PREC_MAX : sc_prec;
}

// One generator with what it points at.
struct Generator {
    scmp_generator generator;
    std::uint32_t seeds[SCMP_SC_PREC_MAX + 1];
    std::int32_t taps[SCMP_SC_PREC_MAX + 1];

    void fill(Bytes &bytes, int sc_prec) {
        scmp_generator_init(&generator);
        const int p = width(sc_prec);
        generator.type = bytes.any({SCMP_GENERATOR_SOBOL, SCMP_GENERATOR_SOBOL, SCMP_GENERATOR_LFSR,
                                    SCMP_GENERATOR_LFSR, SCMP_GENERATOR_MT19937});
        generator.sobol_side = bytes.any({SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT});
        for (int i = 0; i <= p; i++) seeds[i] = (bytes.byte() * 2U + 1) % (2U << i);
        for (int i = 0; i <= p; i++) taps[i] = p - 1 - i;
        if (generator.type == SCMP_GENERATOR_SOBOL) {
            if (bytes.byte() % 2 == 1) generator.sobol_seeds = seeds, generator.sobol_seed_count = p;
            generator.sobol_start = bytes.byte() % (1U << p);
        } else {
            generator.seed =
                generator.type == SCMP_GENERATOR_LFSR ? 1 + bytes.byte() % std::max((1U << p) - 1, 1U) : bytes.byte();
            generator.lfsr_zero_state = generator.type == SCMP_GENERATOR_LFSR && bytes.byte() % 4 == 1;
        }
        if (generator.type == SCMP_GENERATOR_LFSR && bytes.byte() % 2 == 1) {
            std::swap(taps[0], taps[bytes.byte() % p]); // distinct whatever is swapped
            std::swap(taps[1 % p], taps[bytes.byte() % p]);
            generator.lfsr_taps = taps;
            generator.lfsr_tap_count = 1 + bytes.byte() % p;
        }
        if (bytes.rarely(16)) make_odd(bytes, p);
    }

private:
    void make_odd(Bytes &bytes, int p) {
        switch (bytes.byte() % 9) {
        case 0:
            generator.type = bytes.any({static_cast<scmp_generator_type>(3), static_cast<scmp_generator_type>(-1)});
            break;
        case 1:
            generator.sobol_side = static_cast<scmp_side>(2);
            break;
        case 2:
            seeds[bytes.byte() % p] = bytes.byte();
            break;
        case 3:
            generator.sobol_seed_count = bytes.number(-1, p + 1);
            break;
        case 4:
            generator.sobol_start = 1U << p;
            break;
        case 5:
            generator.seed = bytes.any<std::uint64_t>({0, std::uint64_t(1) << p, ~std::uint64_t(0)});
            break;
        case 6:
            taps[bytes.byte() % p] = bytes.number(-1, p);
            break;
        case 7:
            generator.lfsr_tap_count = bytes.number(-1, p + 1);
            break;
        default:
            generator.size = bytes.byte() % sizeof generator;
        }
    }
};

// A configuration as data.
struct Description {
    scmp_config_desc desc;

    Description(Bytes &bytes, int sc_prec) {
        scmp_config_desc_init(&desc);
        desc.sc_prec = sc_prec;
        const int p = width(sc_prec);
        const int pool = 1 + bytes.byte() % 3;
        for (int i = 0; i < pool; i++) {
            generators_[i].fill(bytes, sc_prec);
            pool_[i] = generators_[i].generator;
        }
        for (int i = 0; i < p; i++) permutation_[i] = (i + p / 2) % p;
        desc.generators = pool_;
        desc.generator_count = std::size_t(pool);
        desc.left = left_;
        desc.left_count = fill(bytes, left_, pool);
        desc.right = right_;
        desc.right_count = fill(bytes, right_, pool);
        desc.uniform = bytes.byte() % 4 == 1;
        desc.scramble = static_cast<scmp_scramble>(bytes.byte() % 6);
        if (!bytes.rarely(16)) return;
        switch (bytes.byte() % 6) {
        case 0:
            desc.generators = nullptr;
            break;
        case 1:
            desc.left = nullptr;
            break;
        case 2:
            desc.scramble = static_cast<scmp_scramble>(bytes.number(-1, 6));
            break;
        case 3:
            desc.size = bytes.byte() % sizeof desc;
            break;
        case 4:
            permutation_[bytes.byte() % p] = bytes.number(-1, p);
            break;
        default:
            right_[0].generator = bytes.number(-1, 4);
        }
    }
    Description(const Description &) = delete;
    Description &operator=(const Description &) = delete;

private:
    static constexpr int most_entries = 10;
    Generator generators_[3];
    scmp_generator pool_[3];
    scmp_element left_[most_entries], right_[most_entries];
    std::int32_t permutation_[SCMP_SC_PREC_MAX];

    std::size_t fill(Bytes &bytes, scmp_element *side, int pool) {
        const int count = most_entries - bytes.byte() % (most_entries + 1);
        for (int i = 0; i < most_entries; i++) {
            const std::uint8_t how = i < 4 ? bytes.byte() : std::uint8_t(i);
            side[i] = {how % pool, how / 4 % 2, how / 8 % 2 == 1 ? permutation_ : nullptr, {}};
        }
        return std::size_t(count);
    }
};

// A configuration, or none.
class Config {
public:
    Config() = default;
    Config(const Config &) = delete;
    Config &operator=(const Config &) = delete;
    ~Config() { scmp_config_destroy(&config_); }

    operator const scmp_config *() const { return config_; }

    // Of any kind, by an engine that may be short of memory.
    scmp_status make(scmp_ctx *ctx, Bytes &bytes, int sc_prec) {
        scmp_status status = SCMP_OK;
        if (bytes.byte() % 2 == 0) {
            const int index = bytes.byte() % (scmp_config_name_count() + 1);
            status = CALL(scmp_config_create_named, ctx, scmp_config_name(index), sc_prec, &config_);
        } else {
            const Description description(bytes, sc_prec);
            status = CALL(scmp_config_create, ctx, &description.desc, &config_);
        }
        require((status == SCMP_OK) == (config_ != nullptr), "an error leaves the output as it was");
        return status;
    }
    void set(scmp_config *config) {
        scmp_config_destroy(&config_);
        config_ = config;
    }

private:
    scmp_config *config_ = nullptr;
};

// Options of a product whose operands have `rows` rows in all and inner dimension `d`, with what they point at.
class Options {
public:
    scmp_matmul_options options;
    Config config;
    // L and G, where the options are valid.
    std::int64_t length = 1;
    int grid = 1;

    Options(Bytes &bytes, std::int64_t rows, std::int64_t d) {
        scmp_matmul_options_init(&options);
        options.mode = bytes.any({SCMP_MODE_BIPOLAR, SCMP_MODE_UNIPOLAR});
        options.granularity =
            bytes.pick({SCMP_GRANULARITY_PER_ROW, SCMP_GRANULARITY_PER_TENSOR, SCMP_GRANULARITY_PER_HEAD});
        options.sc_prec = bytes.any({4, 3, 2, 5, 6, 7, 8, 10, 9, 1});
        const int p = options.sc_prec;
        const int length_byte = bytes.byte(), levels_byte = bytes.byte();
        if (length_byte >= 128) options.stoc_len = 1 + (length_byte * 8 + bytes.byte()) % (1 << p);
        if (levels_byte >= 128) options.rng_levels = 1 + (levels_byte * 256 + bytes.byte()) % 16384;
        if (bytes.rarely(4) && options.mode == SCMP_MODE_BIPOLAR)
            for (std::int32_t *open : {&options.stoc_len, &options.rng_levels})
                if (*open == SCMP_NOT_GIVEN) *open = 1 << (p - 1);
        options.chunk_d = bytes.pick<std::int64_t>({0, 0, 1, 2, 5, d, largest});
        options.group_a = bytes.pick<std::int64_t>({1, 2, 3, largest});
        options.group_b = bytes.pick<std::int64_t>({1, 2, 3, largest});
        options.scramble = static_cast<scmp_scramble>(bytes.byte() % 6);
        bound_work(rows, d);
        if (bytes.rarely(8)) make_odd(bytes);
        // The bits must not depend on the engine that made a configuration.
        if (bytes.byte() % 3 == 1) config.make(Engines::cpu().ctx, bytes, options.sc_prec);
        options.config = config;
    }
    Options(const Options &) = delete;
    Options &operator=(const Options &) = delete;

private:
    // Cycles of the reference backend, which counts blocks of 16 columns, and entries of count tables.
    void bound_work(std::int64_t rows, std::int64_t d) {
        const std::int64_t full = std::int64_t(1) << options.sc_prec;
        const std::int64_t most = std::min((std::int64_t(1) << 17) / std::max<std::int64_t>(rows * d * 16, 1),
                                           (std::int64_t(1) << 17) / (std::max<std::int64_t>(d, 1) << options.sc_prec));
        grid = options.rng_levels > 0 ? options.rng_levels : static_cast<int>(full);
        length = options.stoc_len > 0 ? options.stoc_len : full;
        if (length > most) options.stoc_len = static_cast<std::int32_t>(length = std::max<std::int64_t>(most, 1));
    }

    void make_odd(Bytes &bytes) {
        switch (bytes.byte() % 9) {
        case 0:
            options.mode = static_cast<scmp_mode>(2);
            break;
        case 1:
            options.granularity = static_cast<scmp_granularity>(bytes.any({3, -1}));
            break;
        case 2:
            options.sc_prec = bytes.any({0, 11, -1});
            break;
        case 3:
            options.stoc_len = bytes.any({0, -2, 1025, (1 << options.sc_prec) + 1});
            break;
        case 4:
            options.rng_levels = bytes.any({0, -2, 16385});
            break;
        case 5:
            options.chunk_d = -1;
            break;
        case 6:
            (bytes.byte() % 2 == 0 ? options.group_a : options.group_b) = bytes.any<std::int64_t>({0, -1});
            break;
        case 7:
            options.scramble = static_cast<scmp_scramble>(bytes.any({6, -1}));
            break;
        default:
            options.size = bytes.byte() % sizeof options;
        }
    }
};
