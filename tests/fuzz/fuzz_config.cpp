// Any bytes as a configuration's JSON: refused, or a configuration that survives being written and read again.
#include <string>
#include <vector>

#include "call.h"
#include "scmp/scmp_model.h"

namespace {

std::string to_json(scmp_ctx *ctx, const scmp_config *config, std::int64_t d) {
    std::size_t needed = 0;
    require(CALL(scmp_config_to_json, ctx, config, d, nullptr, 0, &needed) == SCMP_OK,
            "a configuration can be written");
    std::string text(needed, '\0');
    require(CALL(scmp_config_to_json, ctx, config, d, text.data(), text.size(), &needed) == SCMP_OK,
            "the size that was asked for is enough");
    text.pop_back();
    return text;
}

std::vector<std::int32_t> sequence(scmp_ctx *ctx, const scmp_config *config, scmp_side side, std::int64_t d) {
    scmp_matmul_options options;
    scmp_matmul_options_init(&options);
    options.sc_prec = scmp_config_sc_prec(config);
    options.config = config;
    std::vector<std::int32_t> draws(std::size_t{1} << options.sc_prec);
    const scmp_tensor out = scmp_tensor_1d(SCMP_DTYPE_I32, draws.data(), static_cast<std::int64_t>(draws.size()));
    require(CALL(scmp_sequence, ctx, &options, side, d, &out) == SCMP_OK, "every entry has a sequence");
    return draws;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    static scmp_ctx *ctx = [] {
        scmp_ctx *made = nullptr;
        require(CALL(scmp_ctx_create, nullptr, &made) == SCMP_OK, "a context can be created");
        return made;
    }();
    // The last byte picks the width, so that a file of JSON is an input as it is.
    const int sc_prec = size == 0 ? 8 : Bytes(data + size - 1, 1).pick({8, 1, 2, 4, 7, 10, 0, 11});
    scmp_config *config = nullptr;
    const scmp_status status =
        CALL(scmp_config_create_json, ctx, reinterpret_cast<const char *>(data), size, sc_prec, &config);
    if (status != SCMP_OK) {
        require(config == nullptr, "an error leaves the output as it was");
        require(status == SCMP_ERROR_FORMAT || status == SCMP_ERROR_INVALID_CONFIG ||
                    (status == SCMP_ERROR_INVALID_ARGUMENT && (sc_prec < 1 || sc_prec > 10)),
                "bad text is FORMAT or INVALID_CONFIG");
        return 0;
    }
    const std::int64_t d = scmp_config_d_max(config);
    if (d > 0) {
        const std::string written = to_json(ctx, config, d < 64 ? d : 64);
        scmp_config *again = nullptr;
        require(CALL(scmp_config_create_json, ctx, written.data(), written.size(), sc_prec, &again) == SCMP_OK,
                "what was written can be read");
        require(to_json(ctx, again, d < 64 ? d : 64) == written, "and is written alike");
        for (const scmp_side side : {SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT}) {
            require(sequence(ctx, config, side, 0) == sequence(ctx, again, side, 0), "and has the same sequences");
        }
        scmp_config_destroy(&again);
    }
    scmp_config_destroy(&config);
    return 0;
}
