// scmp matmul: a product of two files.
#include <chrono>
#include <memory>

#include <nlohmann/json.hpp>

#include "configs.h"
#include "failure.h"
#include "files.h"
#include "flags.h"
#include "npy.h"
#include "options.h"
#include "product.h"
#include "report_json.h"
#include "verbs.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
    std::string a, b, y, counts;
    ProductOptions product;
    MachineFlags machine;
    bool json = false;
};

// Of the result: a's shape with b's rows last. The library has not seen the operands yet, so they may be anything.
std::vector<std::int64_t> result_shape(const scmp_tensor &a, const scmp_tensor &b) {
    auto shape = shape_of(a);
    if (shape.size() >= 2 && b.rank >= 2) shape.back() = b.shape[b.rank - 2];
    return shape;
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

Json file_json(const std::string &path) {
    return path.empty() ? Json() : Json(utf8(path));
}

Json options_json(ProductOptions options, const scmp_report &report) {
    resolve(options.values, report);
    Json out = cli::options_json(options, &Places::report);
    out["scrambled"] = report.scrambled != 0;
    out["config"] = options.config.empty() ? "sobol_simple" : utf8(options.config);
    out["smooth"] = file_json(options.smooth);
    out["q_max"] = report.q_max;
    return out;
}

Json operand_json(const std::string &path, const scmp_tensor &view) {
    return {{"file", utf8(path)}, {"shape", shape_of(view)}, {"dtype", scmp_dtype_name(view.dtype)}};
}

Json report_json(const scmp_report &report, double ms_read, double ms_write) {
    Json out;
    out["backend"] = scmp_backend_name(report.backend);
    out["isa"] = report.isa;
    out["kernel"] = report.kernel;
    out["tables"] = report.tables;
    out["threads"] = report.threads;
    out["blocking"] = blocking_json(report);
    out["ms"]["read"] = ms_read;
    out["ms"].update(stages_json(report));
    out["ms"]["write"] = ms_write;
    out["bytes_peak"] = report.bytes_peak;
    return out;
}

Json json_of(const Arguments &arguments, const scmp_report &report, const Array &a, const Array &b,
             const std::vector<std::int64_t> &shape) {
    Json out;
    out["library_version"] = scmp_version();
    out["spec_version"] = scmp_spec_version();
    out["a"] = operand_json(arguments.a, a.view);
    out["b"] = operand_json(arguments.b, b.view);
    out["y"] = {{"file", file_json(arguments.y)}, {"shape", shape}, {"dtype", "f32"}};
    out["counts"] = file_json(arguments.counts);
    out["options"] = options_json(arguments.product, report);
    return out;
}

void check_usage(const Arguments &arguments) {
    if (arguments.y.empty() && arguments.counts.empty()) wrong_usage("-o is required (or --counts)");
    check_outputs({arguments.y, arguments.counts, arguments.json ? "-" : ""});
    check_inputs({arguments.a, arguments.b, arguments.product.smooth, arguments.product.config});
}

void run(const Arguments &arguments) {
    check_usage(arguments);
    scmp_matmul_options options = arguments.product.for_library();
    Session session("matmul", arguments.machine.machine());
    check_options(session.ctx(), options);
    Config config;
    if (!arguments.product.config.empty())
        config = load_config(session.ctx(), arguments.product.config, options.sc_prec);
    options.config = config.get();

    auto start = std::chrono::steady_clock::now();
    const Array a = read_npy(arguments.a), b = read_npy(arguments.b);
    Array smooth, y, counts;
    if (!arguments.product.smooth.empty()) {
        smooth = read_npy(arguments.product.smooth);
        options.smooth = &smooth.view;
    }
    const double ms_read = milliseconds_since(start);

    const auto shape = result_shape(a.view, b.view);
    std::vector<Output> outputs;
    if (!arguments.counts.empty()) {
        counts = make_array(SCMP_DTYPE_I32, shape);
        outputs.emplace_back(arguments.counts);
    }
    if (!arguments.y.empty()) {
        y = make_array(SCMP_DTYPE_F32, shape);
        outputs.emplace_back(arguments.y);
    }
    const scmp_report report = multiply(session.ctx(), a.view, b.view, options, arguments.y.empty() ? nullptr : &y.view,
                                        arguments.counts.empty() ? nullptr : &counts.view);

    start = std::chrono::steady_clock::now();
    if (!arguments.counts.empty()) write_npy(outputs.front(), counts);
    if (!arguments.y.empty()) write_npy(outputs.back(), y);
    close(outputs);
    const double ms_write = milliseconds_since(start);
    // An error here is one before anything has its name.
    if (arguments.json) {
        Json out = json_of(arguments, report, a, b, shape);
        out.update(report_json(report, ms_read, ms_write));
        print(json_text(out));
    }
    commit(outputs);
}

} // namespace

void add_matmul(CLI::App &app, Action &action) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App &verb = *app.add_subcommand("matmul", "the product A @ B.T on the array");
    add_operands(verb, arguments->a, arguments->b);
    verb.add_option("-o,--output", arguments->y, "result, f32, (N, M) or (BH, N, M); - is standard output")
        ->type_name("Y.npy");
    verb.add_option("--counts", arguments->counts, "the integer sums, int32, of the result's shape")
        ->type_name("S.npy");
    add_options(verb, verb_matmul, arguments->product);
    add_machine(verb, arguments->machine);
    verb.add_flag("--json", arguments->json,
                  "print one object about the product, or the error; not together with -o -");
    verb.callback([arguments, &action] { action = [arguments] { run(*arguments); }; });
}

} // namespace cli
