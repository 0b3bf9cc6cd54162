// scmp calibrate, scales and smooth: SmoothQuant (Spec 6) on files.
#include <cstring>
#include <memory>

#include "failure.h"
#include "files.h"
#include "flags.h"
#include "npy.h"
#include "signals.h"
#include "statistics.h"
#include "verbs.h"

namespace cli {
namespace {

// --- calibrate ------------------------------------------------------------------------------------------------------

struct CalibrateArguments {
    std::vector<std::string> activations, merge;
    std::string stats;
};

// Statistics start in F32 and go over to F64 with the first F64 values, which loses nothing: every F32 is an F64.
void make_room(scmp_ctx *ctx, Calibration &calib, std::int64_t d, scmp_dtype dtype) {
    const bool wide = dtype == SCMP_DTYPE_F64;
    if (calib && (!wide || scmp_calib_dtype(calib.get()) == SCMP_DTYPE_F64)) return;
    Calibration fresh;
    check(scmp_calib_create(ctx, calib ? scmp_calib_d(calib.get()) : d, wide ? SCMP_DTYPE_F64 : SCMP_DTYPE_F32,
                            fresh.out()));
    if (calib) check(scmp_calib_merge(fresh.get(), calib.get()));
    calib = std::move(fresh);
}

void observe(scmp_ctx *ctx, Calibration &calib, const std::string &path) {
    const Array x = read_npy(path);
    if (x.view.rank < 1) fail(SCMP_ERROR_INVALID_SHAPE, path, " has no dimension; activations are (..., D)");
    const std::int64_t d = x.view.shape[x.view.rank - 1];
    make_room(ctx, calib, d, x.view.dtype);
    if (d != scmp_calib_d(calib.get()))
        fail(SCMP_ERROR_D_MISMATCH, path, " has D = ", d, ", the statistics have D = ", scmp_calib_d(calib.get()));
    check(scmp_calib_observe(calib.get(), &x.view, nullptr));
}

// Maxima of nothing are 0, which says nothing about activations.
void check_rows(const Calibration &calib, const std::vector<std::string> &files) {
    if (scmp_calib_rows(calib.get()) == 0)
        fail(SCMP_ERROR_INVALID_SHAPE, joined(files), files.size() == 1 ? " has" : " have",
             " 0 rows: there are no statistics of nothing");
}

void calibrate(const CalibrateArguments &arguments) {
    if (arguments.activations.empty() && arguments.merge.empty()) wrong_usage("an activation file is required");
    std::vector<std::string> inputs = arguments.activations;
    inputs.insert(inputs.end(), arguments.merge.begin(), arguments.merge.end());
    check_inputs(inputs);
    Session session("calibrate");
    Calibration calib;
    const double files = double(arguments.activations.size());
    for (std::size_t i = 0; i < arguments.activations.size(); i++) {
        session.progress().part(double(i) / files, double(i + 1) / files);
        observe(session.ctx(), calib, arguments.activations[i]);
    }
    for (const std::string &path : arguments.merge) {
        const Calibration other =
            load_statistics(session.ctx(), path, calib ? scmp_calib_d(calib.get()) : SCMP_NOT_GIVEN);
        make_room(session.ctx(), calib, scmp_calib_d(other.get()), scmp_calib_dtype(other.get()));
        check(scmp_calib_merge(calib.get(), other.get()));
    }
    check_rows(calib, arguments.activations.empty() ? arguments.merge : arguments.activations);
    check_cancelled();
    save_statistics(calib, arguments.stats);
}

// --- scales ---------------------------------------------------------------------------------------------------------

struct ScalesArguments {
    std::string stats, scales, dtype = "f32";
    std::vector<std::string> weights;
    std::optional<double> alpha, eps;
};

constexpr double default_alpha = 0.5;

constexpr scmp_dtype float_types[] = {SCMP_DTYPE_F32, SCMP_DTYPE_F16, SCMP_DTYPE_BF16, SCMP_DTYPE_F64};

std::vector<std::string> float_type_names() {
    std::vector<std::string> names;
    for (const scmp_dtype dtype : float_types) names.emplace_back(scmp_dtype_name(dtype));
    return names;
}

// .npy has no bfloat16: its values as float32, which holds each exactly.
Array widened(const Array &bf16) {
    Array out = make_array(SCMP_DTYPE_F32, shape_of(bf16.view));
    for (std::size_t i = 0; i < element_count(bf16.view); i++) {
        const std::uint32_t bits = std::uint32_t(bf16.as<std::uint16_t>()[i]) << 16;
        std::memcpy(out.as<float>() + i, &bits, sizeof bits);
    }
    return out;
}

// The library's own ranges, before a file is read.
void check_parameters(const Session &session, double alpha, double eps) {
    const double one = 1;
    double scale = 0;
    const scmp_tensor act = scmp_tensor_1d(SCMP_DTYPE_F64, &one, 1),
                      weight = scmp_tensor_2d(SCMP_DTYPE_F64, &one, 1, 1);
    const scmp_tensor out = scmp_tensor_1d(SCMP_DTYPE_F64, &scale, 1);
    check_flags(scmp_smooth_scales_from(session.ctx(), &act, &weight, 1, alpha, eps, &out));
}

void make_scales(const ScalesArguments &arguments) {
    std::vector<std::string> inputs = arguments.weights;
    inputs.push_back(arguments.stats);
    check_inputs(inputs);
    Session session("scales");
    const double alpha = arguments.alpha.value_or(default_alpha), eps = arguments.eps.value_or(scmp_smooth_eps());
    check_parameters(session, alpha, eps);
    const Calibration calib = load_statistics(session.ctx(), arguments.stats, SCMP_NOT_GIVEN);
    check_rows(calib, {arguments.stats});
    const std::int64_t d = scmp_calib_d(calib.get());
    const Array act = make_array(scmp_calib_dtype(calib.get()), {d});
    check(scmp_calib_act_scales(calib.get(), &act.view));

    std::vector<Array> weights;
    std::vector<scmp_tensor> views;
    for (const std::string &path : arguments.weights) {
        weights.push_back(read_npy(path));
        views.push_back(weights.back().view);
    }
    scmp_dtype dtype = SCMP_DTYPE_F32;
    for (const scmp_dtype candidate : float_types)
        if (arguments.dtype == scmp_dtype_name(candidate)) dtype = candidate;
    Array scales = make_array(dtype, {d});
    check(scmp_smooth_scales_from(session.ctx(), &act.view, views.data(), views.size(), alpha, eps, &scales.view));
    if (dtype == SCMP_DTYPE_BF16) scales = widened(scales);
    Output out(arguments.scales);
    write_npy(out, scales);
    commit(std::move(out));
}

// --- smooth ---------------------------------------------------------------------------------------------------------

struct SmoothArguments {
    std::string operand, scales, result, side;
};

void smooth(const SmoothArguments &arguments) {
    check_inputs({arguments.operand, arguments.scales});
    Session session("smooth");
    const Array x = read_npy(arguments.operand), s = read_npy(arguments.scales);
    const Array result = make_array(x.view.dtype, shape_of(x.view));
    const auto apply = arguments.side == "weight" ? scmp_smooth_weight : scmp_smooth_activation;
    Output out(arguments.result);
    check(apply(session.ctx(), &x.view, &s.view, &result.view));
    write_npy(out, result);
    commit(std::move(out));
}

} // namespace

void add_calibrate(CLI::App &app, Action &action) {
    const auto arguments = std::make_shared<CalibrateArguments>();
    CLI::App &verb = *app.add_subcommand("calibrate", "activation statistics: the largest magnitudes");
    verb.add_option("ACT", arguments->activations, "activations (..., D); the first file says D")
        ->type_name(".npy ...");
    verb.add_option(
            "-o,--output", arguments->stats,
            "statistics, a safetensors file; in f64 where a file or merged statistics are f64, else in f32; - is "
            "standard output")
        ->required()
        ->type_name("STATS");
    verb.add_option("--merge", arguments->merge, "other statistics to take in; may be repeated")
        ->allow_extra_args(false)
        ->type_name("STATS");
    verb.callback([arguments, &action] { action = [arguments] { calibrate(*arguments); }; });
}

void add_scales(CLI::App &app, Action &action) {
    const auto arguments = std::make_shared<ScalesArguments>();
    CLI::App &verb = *app.add_subcommand("scales", "smoothing scales from statistics and weights");
    verb.add_option("STATS", arguments->stats, "what scmp calibrate wrote")->required()->type_name(" ");
    verb.add_option("WEIGHT", arguments->weights, "weights (M, D), all those that the scales are for")
        ->required()
        ->type_name(".npy ...");
    verb.add_option("-o,--output", arguments->scales, "scales (D,); - is standard output")
        ->required()
        ->type_name("S.npy");
    add_number(verb, "--alpha", arguments->alpha,
               text("0: ranges stay in the activations, 1: they move into the weights (default ", default_alpha, ")"))
        ->type_name("X");
    add_number(verb, "--eps", arguments->eps, text("floor of maxima and scales (default ", scmp_smooth_eps(), ")"))
        ->type_name("X");
    verb.add_option("--dtype", arguments->dtype,
                    joined(float_type_names()) + ": what scales are rounded to; bf16 is stored as f32 (default f32)")
        ->check(one_of(float_type_names()))
        ->type_name("TYPE");
    verb.callback([arguments, &action] { action = [arguments] { make_scales(*arguments); }; });
}

void add_smooth(CLI::App &app, Action &action) {
    const auto arguments = std::make_shared<SmoothArguments>();
    CLI::App &verb = *app.add_subcommand("smooth", "applies smoothing scales to an operand");
    verb.add_option("A", arguments->operand, "operand (..., D): f16, f32, f64")->required()->type_name(".npy");
    verb.add_option("S", arguments->scales, "scales (D,)")->required()->type_name(".npy");
    verb.add_option("-o,--output", arguments->result, "result; - is standard output")->required()->type_name("OUT.npy");
    verb.add_option("--side", arguments->side, "activation: A / s, weight: A * s")
        ->required()
        ->check(one_of({"activation", "weight"}))
        ->type_name("SIDE");
    verb.callback([arguments, &action] { action = [arguments] { smooth(*arguments); }; });
}

} // namespace cli
