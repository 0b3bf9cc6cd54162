// Any generators, configurations and questions about sequences and count tables: an error with a sentence and outputs
// as they were, or numbers that agree with one another.
#include "options.h"
#include "scmp/scmp_model.h"

namespace {

std::string to_json(scmp_ctx *ctx, const scmp_config *config, std::int64_t d) {
    std::size_t needed = 0;
    require(CALL(scmp_config_to_json, ctx, config, d, nullptr, 0, &needed) == SCMP_OK,
            "a configuration can be written");
    std::string text(needed, '\0');
    require(CALL(scmp_config_to_json, ctx, config, d, text.data(), needed, &needed) == SCMP_OK,
            "the size that was asked for is enough");
    text.pop_back();
    require(needed < 2 || CALL(scmp_config_to_json, ctx, config, d, text.data(), needed - 1, &needed) ==
                              SCMP_ERROR_INVALID_ARGUMENT,
            "and one byte less is not");
    return text;
}

std::vector<std::int32_t> sequence(scmp_ctx *ctx, const scmp_matmul_options &options, std::int64_t length,
                                   scmp_side side, std::int64_t d) {
    std::vector<std::int32_t> draws(static_cast<std::size_t>(length));
    const scmp_tensor out = scmp_tensor_1d(SCMP_DTYPE_I32, draws.data(), length);
    require(CALL(scmp_sequence, ctx, &options, side, d, &out) == SCMP_OK, "every entry has a sequence");
    return draws;
}

// A configuration is the same after it has been written and read.
void configurations(Bytes &bytes, const Engines &engines, const Options &given) {
    const int p = bytes.rarely(16) ? bytes.number(-1, 12) : given.options.sc_prec;
    Config made;
    if (made.make(engines.second.ctx, bytes, p) != SCMP_OK) return;
    engines.second.allowance.left = -1;
    const std::int64_t d = std::min<std::int64_t>(scmp_config_d_max(made), 20);
    scmp_ctx *ctx = engines.first.ctx;
    std::size_t needed = 7;
    if (scmp_config_d_max(made) < largest)
        require(CALL(scmp_config_to_json, ctx, made, d + 1, nullptr, 0, &needed) == SCMP_ERROR_INVALID_CONFIG &&
                    needed == 7,
                "more entries than there are cannot be written");
    const std::string text = to_json(ctx, made, d);
    scmp_config *read = nullptr;
    require(CALL(scmp_config_create_json, ctx, text.data(), text.size(), p, &read) == SCMP_OK,
            "what was written can be read");
    Config again;
    again.set(read);
    require(to_json(ctx, again, d) == text, "and is written alike");
    require((scmp_config_warning(again)[0] == '\0') == (scmp_config_warning(made)[0] == '\0'),
            "and is warned of alike");
    scmp_matmul_options options;
    scmp_matmul_options_init(&options);
    options.sc_prec = p;
    options.mode = SCMP_MODE_UNIPOLAR;
    const std::int64_t length = std::int64_t(1) << p, at = d > 0 ? bytes.byte() % d : 0;
    if (d == 0) return;
    for (const scmp_side side : {SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT}) {
        options.config = made;
        const std::vector<std::int32_t> draws = sequence(ctx, options, length, side, at);
        options.config = again;
        require(sequence(ctx, options, length, side, at) == draws, "and has the same sequences");
    }
}

void generators(Bytes &bytes, const Engines &engines) {
    const int p = bytes.rarely(16) ? bytes.number(-1, 12) : bytes.any({3, 1, 2, 4, 5, 6, 7, 8, 10, 9});
    Generator generator;
    generator.fill(bytes, p);
    const std::int64_t length = bytes.number(0, std::min(1 << width(p), 300)) + bytes.rarely(16);
    Tensor out(bytes, {SCMP_DTYPE_I16, SCMP_DTYPE_I32}, {length});
    const scmp_status status = engines.both(
        {&out}, [&](scmp_ctx *ctx) { return CALL(scmp_generator_draws, ctx, &generator.generator, p, &out.view); });
    if (status == SCMP_OK)
        out.each([&](const std::uint8_t *element) {
            std::int16_t draw = 0;
            std::memcpy(&draw, element, sizeof draw);
            require(draw >= 0 && draw < 1 << p, "draws have p bits");
        });

    std::uint32_t seeds[SCMP_SC_PREC_MAX + 1];
    std::fill_n(seeds, SCMP_SC_PREC_MAX + 1, 77U);
    const auto side = static_cast<scmp_side>(bytes.pick({0, 1, 2}));
    const int asked = bytes.number(-1, 12);
    const bool given = CALL(scmp_sobol_seeds, side, asked, bytes.rarely(32) ? nullptr : seeds) == SCMP_OK;
    for (int i = 0; i <= SCMP_SC_PREC_MAX; i++)
        require(given && i < asked ? seeds[i] % 2 == 1 && seeds[i] < 2U << i : seeds[i] == 77U,
                "a seed is odd and below 2^(i+1), and there are p");

    std::int32_t taps[SCMP_SC_PREC_MAX + 1], count = -7;
    const int index = bytes.number(-1, 20);
    const bool taken = CALL(scmp_lfsr_tap_set, asked, index, taps, &count) == SCMP_OK;
    require(taken == (index >= 0 && index < scmp_lfsr_tap_set_count(asked)),
            "there are as many tap sets as are counted");
    require(taken ? count > 0 && count <= asked : count == -7, "taps are at most p, and an error leaves the count");
}

void tables(Bytes &bytes, const Engines &engines, const Options &given) {
    const scmp_matmul_options &options = given.options;
    const auto d = bytes.pick<std::int64_t>({0, 1, 5, 40, 2000, -1, largest});
    const auto side = static_cast<scmp_side>(bytes.pick({0, 1, 1, 2}));
    Tensor draws(bytes, {SCMP_DTYPE_I16, SCMP_DTYPE_I32}, {given.length});
    engines.both({&draws}, [&](scmp_ctx *ctx) { return CALL(scmp_sequence, ctx, &options, side, d, &draws.view); });

    const std::int64_t rows = bytes.number(0, 6), columns = bytes.number(0, 6);
    const int most = given.grid;
    const Tensor x(bytes, {SCMP_DTYPE_I16, SCMP_DTYPE_I32}, {rows}, {Fill::whole, most});
    const Tensor y(bytes, {SCMP_DTYPE_I16, SCMP_DTYPE_I32}, {columns}, {Fill::whole, most});
    // All of a grid are asked for where there are few.
    const bool all = most <= 20 && bytes.byte() % 2 == 1;
    Tensor table(bytes, {SCMP_DTYPE_I16, SCMP_DTYPE_I32}, {all ? most + 1 : rows, all ? most + 1 : columns});
    const scmp_status status = engines.both({&table}, [&](scmp_ctx *ctx) {
        return CALL(scmp_count_table, ctx, &options, d, all ? nullptr : &x.view, all ? nullptr : &y.view, &table.view);
    });
    if (status == SCMP_OK)
        table.each([&](const std::uint8_t *element) {
            std::int16_t ones = 0;
            std::memcpy(&ones, element, sizeof ones);
            require(ones >= 0 && ones <= given.length, "a count is at most L");
        });

    const auto many = bytes.pick<std::int64_t>({7, 1, 0, 40, -1, largest});
    Tensor index(bytes, {SCMP_DTYPE_I32}, {std::clamp<std::int64_t>(many, 0, 40)});
    std::int32_t found = -7;
    const scmp_tensor *wanted = index.maybe(bytes);
    const scmp_status indexed = engines.both(
        {&index}, [&](scmp_ctx *ctx) { return CALL(scmp_table_index, ctx, &options, many, wanted, &found); });
    require(indexed == SCMP_OK || found == -7, "an error leaves the number of tables");
    if (indexed != SCMP_OK || wanted == nullptr) return;
    std::int32_t highest = -1;
    index.each([&](const std::uint8_t *element) {
        std::int32_t at = 0;
        std::memcpy(&at, element, sizeof at);
        require(at >= 0 && at <= highest + 1, "tables are numbered as they come");
        highest = std::max(highest, at);
    });
    require(highest + 1 == found || index.empty(), "and counted");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    Bytes bytes(data, size);
    const Engines engines(bytes);
    const Options given(bytes, 1, 9);
    switch (bytes.byte() % 3) {
    case 0:
        configurations(bytes, engines, given);
        break;
    case 1:
        generators(bytes, engines);
        break;
    default:
        tables(bytes, engines, given);
    }
    return 0;
}
