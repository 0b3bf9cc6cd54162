// scmp info: versions, and what this build can use on this machine.
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "configs.h"
#include "failure.h"
#include "flags.h"
#include "handles.h"
#include "probe.h"
#include "report_json.h"
#include "verbs.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

// Processors on which the project has run and tested the kernels of an instruction set; "" where that was in an
// emulator or over SIMDe only.
std::string native_run(std::string_view isa) {
    constexpr std::pair<std::string_view, const char *> known[] = {
        {"portable", "Zen 5"},
#define SCMP_ISA(name, rows, flags, native_runs) {#name, native_runs},
#include "../backend/isas.inc"
    };
    for (const auto &[name, processors] : known)
        if (isa == name) return processors;
    return "";
}

// Why there is no CUDA context here, or what the project has run of the backend (tests/cuda/RUNS.md).
std::string cuda_status() {
    if (scmp_cuda_device_count() > 0) return "has run only on the host shim, on no device yet";
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.backend = SCMP_BACKEND_CUDA;
    Context ctx;
    return scmp_ctx_create(&options, ctx.out()) == SCMP_OK ? "can be used" : scmp_last_error();
}

// A context says what it would use; where SCMP_CPU names something else, that is the error to show.
Json collect() {
    Session session("info");
    Json out;
    out["version"] = scmp_version();
    out["spec_version"] = scmp_spec_version();
    out["backend"] = scmp_backend_name(scmp_ctx_backend(session.ctx()));
    out["isa"] = scmp_ctx_isa(session.ctx());
    out["threads"] = scmp_ctx_threads(session.ctx());
    for (const scmp_backend backend : {SCMP_BACKEND_REFERENCE, SCMP_BACKEND_CPU, SCMP_BACKEND_CUDA})
        out["backends"][scmp_backend_name(backend)] = scmp_backend_available(backend) != 0;
    for (std::int32_t i = 0; i < scmp_isa_count(); i++)
        out["instruction_sets"][scmp_isa_name(i)] = scmp_isa_available(i) != 0;
    for (std::int32_t i = 0; i < scmp_isa_count(); i++)
        out["native_runs"][scmp_isa_name(i)] = native_run(scmp_isa_name(i));
    out["cuda_devices"] = scmp_cuda_device_count();
    out["cuda_status"] = cuda_status();
    out["presets"] = preset_names();
    out["limits"] = {{"rank", scmp_max_rank()},
                     {"sc_prec_max", scmp_sc_prec_max()},
                     {"sc_prec_min_bipolar", scmp_sc_prec_min_bipolar()},
                     {"sc_prec_min_unipolar", scmp_sc_prec_min_unipolar()},
                     {"rng_levels_max", scmp_rng_levels_max()},
                     {"d_times_stoc_len_max", scmp_d_times_l_max()}};
    return out;
}

// "portable (in use), avx2, avx512bw (not on this machine)"
std::string list(const Json &candidates, const std::string &used) {
    std::vector<std::string> words;
    for (const auto &[name, available] : candidates.items())
        words.push_back(name + (name == used ? " (in use)" : available ? "" : " (not available)"));
    return joined(words);
}

// "portable, avx2 on Zen 5; neon nowhere": on which processors the project has run which kernels.
std::string native_runs(const Json &runs) {
    std::vector<std::pair<std::string, std::vector<std::string>>> places;
    for (const auto &[isa, place] : runs.items()) {
        const std::string where = place.get<std::string>().empty() ? "nowhere" : "on " + place.get<std::string>();
        if (places.empty() || places.back().first != where) places.push_back({where, {}});
        places.back().second.push_back(isa);
    }
    std::string out;
    for (const auto &[where, names] : places) out += (out.empty() ? "" : "; ") + joined(names) + " " + where;
    return out;
}

std::string readable(const Json &info) {
    const Json &limits = info["limits"];
    return text("scmp              ", info["version"].get<std::string>(), ", specification ", info["spec_version"],
                "\nbackends          ", list(info["backends"], info["backend"]), "\ninstruction sets  ",
                list(info["instruction_sets"], info["isa"]), "\nrun natively      ", native_runs(info["native_runs"]),
                "\nCUDA devices      ", info["cuda_devices"], "; ", info["cuda_status"].get<std::string>(),
                "\nthreads           ", info["threads"], "\npresets           ",
                joined(info["presets"].get<std::vector<std::string>>()), "\nlimits            sc_prec ",
                limits["sc_prec_min_bipolar"], "..", limits["sc_prec_max"], " bipolar, ",
                limits["sc_prec_min_unipolar"], "..", limits["sc_prec_max"],
                " unipolar; stoc_len 1..2^sc_prec; rng_levels 1..", limits["rng_levels_max"],
                ";\n                  D * stoc_len at most ", limits["d_times_stoc_len_max"], "\n");
}

} // namespace

void add_info(CLI::App &app, Action &action) {
    const auto json = std::make_shared<bool>(false);
    CLI::App &verb = *app.add_subcommand("info", "version, backends, instruction sets, devices, limits");
    const auto verbose = std::make_shared<bool>(false);
    verb.add_flag("--json", *json, "as one object");
    verb.add_flag("--verbose", *verbose,
                  "and a small product on each instruction set: kernel, blocking, where the time goes");
    verb.callback([json, verbose, &action] {
        action = [json, verbose] {
            Json info = collect();
            if (*verbose) info["products"] = probe_products();
            print(*json ? json_text(info) : readable(info) + (*verbose ? probe_text(info["products"]) : ""));
        };
    });
}

} // namespace cli
