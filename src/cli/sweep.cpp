// scmp sweep: error against stream length, for several ways to quantize and to make streams.
#include "sweep.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>

#include "configs.h"
#include "failure.h"
#include "files.h"
#include "flags.h"
#include "numbers.h"
#include "options.h"
#include "product.h"
#include "verbs.h"

namespace cli {
namespace {

struct Arguments {
    std::string a, b, html, csv, smooth, title;
    std::vector<std::string> stoc_lens, granularities, configs;
    ProductOptions product;
    MachineFlags machine;
    bool table = false;
};

// A way to make streams that takes part.
struct Streams {
    std::string name;
    Config config;
};

// Everything that a measurement needs, read once.
struct Setup {
    Array a, b, smooth;
    std::vector<double> reference; // a @ b.T in double precision, made after the rest
    std::vector<Streams> streams;
    std::vector<std::int32_t> stoc_lens;
    std::vector<std::string> granularities;
};

// Counts products and references, for the progress bar.
class Steps {
public:
    Steps(Progress &progress, std::size_t count) : progress_(progress), count_(double(count)) {}

    // Begins the next step.
    void next() {
        progress_.part(std::min(done_, count_) / count_, std::min(done_ + 1, count_) / count_);
        progress_.show(0);
        done_++;
    }

private:
    Progress &progress_;
    double count_, done_ = 0;
};

std::vector<Streams> load_streams(scmp_ctx *ctx, const Arguments &arguments, std::int32_t sc_prec) {
    std::vector<Streams> streams;
    for (const std::string &name : arguments.configs)
        streams.push_back({one_line(name), load_config(ctx, name, sc_prec)});
    if (!streams.empty()) return streams;
    streams.push_back({"sobol_simple", load_config(ctx, "sobol_simple", sc_prec)});
    // The tuned preset is made for some widths only.
    Config tuned;
    if (scmp_config_create_named(ctx, "sobol_tuned", sc_prec, tuned.out()) == SCMP_OK)
        streams.push_back({"sobol_tuned", std::move(tuned)});
    return streams;
}

std::vector<std::int32_t> stream_lengths(const Arguments &arguments, std::int32_t sc_prec) {
    std::vector<std::int32_t> lengths;
    for (const std::string &word : arguments.stoc_lens) {
        lengths.push_back(parse_number<std::int32_t>("--stoc-len", word));
        if (lengths.back() < 0) wrong_usage("--stoc-len: ", word, " is less than 0");
    }
    if (lengths.empty())
        for (std::int32_t p = std::min(4, sc_prec); p <= sc_prec; p++) lengths.push_back(1 << p);
    std::sort(lengths.begin(), lengths.end());
    lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
    return lengths;
}

// per_head needs a batch: a 2-D operand is a batch of one.
scmp_tensor as_batch(const scmp_tensor &view) {
    if (view.rank != 2) return view;
    scmp_tensor out = view;
    out.rank = 3;
    out.shape[0] = 1;
    out.strides[0] = 0;
    std::copy_n(view.shape, 2, out.shape + 1);
    std::copy_n(view.strides, 2, out.strides + 1);
    return out;
}

Group measure_group(Session &session, const Setup &setup, scmp_matmul_options options, Steps &steps) {
    const bool heads = options.granularity == SCMP_GRANULARITY_PER_HEAD;
    const scmp_tensor a = heads ? as_batch(setup.a.view) : setup.a.view;
    const scmp_tensor b = heads ? as_batch(setup.b.view) : setup.b.view;
    Group group;
    group.granularity = scmp_granularity_name(options.granularity);
    group.smoothed = options.smooth != nullptr;
    steps.next();
    group.exact = compare(setup.reference, quantized_product(session.ctx(), a, b, options, session.advance()));

    auto shape = shape_of(a);
    shape.back() = b.shape[b.rank - 2];
    const Array y = make_array(SCMP_DTYPE_F32, shape);
    for (const Streams &streams : setup.streams) {
        Variant variant{streams.name, {}};
        options.config = streams.config.get();
        for (const std::int32_t length : setup.stoc_lens) {
            steps.next();
            options.stoc_len = length;
            const scmp_report report = multiply(session.ctx(), a, b, options, &y.view);
            variant.measurements.push_back({length, compare(setup.reference, y.as<float>()), report.ms_total});
        }
        group.variants.push_back(std::move(variant));
    }
    return group;
}

// The checks that the library makes first in every call, before a double-precision product that takes longer.
void check_operands(const Setup &setup) {
    const scmp_tensor &a = setup.a.view, &b = setup.b.view;
    if (a.rank != b.rank || (a.rank != 2 && a.rank != 3) || (a.rank == 3 && a.shape[0] != b.shape[0]))
        fail(SCMP_ERROR_INVALID_SHAPE, "a has shape ", shape_text(a), ", b has shape ", shape_text(b),
             "; (N, D) and (M, D), or (BH, N, D) and (BH, M, D) are needed");
    if (a.shape[a.rank - 1] != b.shape[b.rank - 1])
        fail(SCMP_ERROR_D_MISMATCH, "b has D = ", b.shape[b.rank - 1], ", a has D = ", a.shape[a.rank - 1]);
}

Setup prepare(Session &session, const Arguments &arguments, const scmp_matmul_options &options) {
    Setup setup;
    setup.granularities = arguments.granularities;
    if (setup.granularities.empty()) setup.granularities = {scmp_granularity_name(SCMP_GRANULARITY_PER_ROW)};
    scmp_matmul_options tried = options;
    check_options(session.ctx(), tried); // sc_prec, before it says how long streams are
    setup.stoc_lens = stream_lengths(arguments, options.sc_prec);
    for (const std::string &granularity : setup.granularities)
        for (const std::int32_t length : setup.stoc_lens) {
            tried.granularity = granularity_named(granularity);
            tried.stoc_len = length;
            check_options(session.ctx(), tried);
        }
    setup.streams = load_streams(session.ctx(), arguments, options.sc_prec);
    setup.a = read_npy(arguments.a);
    setup.b = read_npy(arguments.b);
    if (!arguments.smooth.empty()) setup.smooth = read_npy(arguments.smooth);
    check_operands(setup);
    return setup;
}

std::string file_name(const std::string &path) {
    return one_line(std::filesystem::path(path).filename().string());
}

std::vector<std::string> facts(Session &session, const Arguments &arguments, const Setup &setup) {
    std::vector<std::string> out;
    out.push_back(text("A is ", file_name(arguments.a), " ", shape_text(setup.a.view), " ",
                       scmp_dtype_name(setup.a.view.dtype), ", B is ", file_name(arguments.b), " ",
                       shape_text(setup.b.view), " ", scmp_dtype_name(setup.b.view.dtype),
                       ". Errors are those of A @ B.T against the double-precision product."));
    std::string how = options_facts(arguments.product);
    if (!arguments.smooth.empty()) how += text("; smoothing scales from ", file_name(arguments.smooth));
    out.push_back(how + ".");
    const bool heads =
        std::find(setup.granularities.begin(), setup.granularities.end(), "per_head") != setup.granularities.end();
    if (heads && setup.a.view.rank == 2)
        out.emplace_back(
            "per_head takes the 2-D operands as a batch of one: the scopes of per_tensor, with its own rounding.");
    out.push_back(text("Times are for the whole product, from floats to floats, on backend ",
                       scmp_backend_name(scmp_ctx_backend(session.ctx())), " (", scmp_ctx_isa(session.ctx()), "), ",
                       scmp_ctx_threads(session.ctx()),
                       scmp_ctx_threads(session.ctx()) == 1 ? " thread." : " threads."));
    return out;
}

Sweep measure(Session &session, const Arguments &arguments) {
    scmp_matmul_options options = arguments.product.for_library();
    Setup setup = prepare(session, arguments, options);
    Sweep sweep;
    sweep.title =
        arguments.title.empty() ? file_name(arguments.a) + " x " + file_name(arguments.b) : one_line(arguments.title);
    sweep.facts = facts(session, arguments, setup);
    sweep.stoc_lens = setup.stoc_lens;
    const std::size_t smoothings = arguments.smooth.empty() ? 1 : 2;
    const std::size_t groups = setup.granularities.size() * smoothings;
    Steps steps(session.progress(), 1 + groups * (1 + setup.streams.size() * setup.stoc_lens.size()));
    steps.next();
    setup.reference = exact_product(widen(session.ctx(), setup.a.view, "a"), widen(session.ctx(), setup.b.view, "b"),
                                    session.advance());
    for (const std::string &granularity : setup.granularities)
        for (std::size_t smoothed = 0; smoothed < smoothings; smoothed++) {
            options.granularity = granularity_named(granularity);
            options.smooth = smoothed != 0 ? &setup.smooth.view : nullptr;
            sweep.groups.push_back(measure_group(session, setup, options, steps));
        }
    return sweep;
}

void run(const Arguments &arguments) {
    if (arguments.html.empty() && arguments.csv.empty() && !arguments.table)
        wrong_usage("-o is required (or --csv, or --table)");
    check_outputs({arguments.html, arguments.csv, arguments.table ? "-" : ""});
    check_words("--granularity", arguments.granularities, granularity_names());
    std::vector<std::string> inputs = arguments.configs;
    inputs.insert(inputs.end(), {arguments.a, arguments.b, arguments.smooth});
    check_inputs(inputs);
    Sweep sweep;
    std::vector<Output> outputs;
    {
        Session session("sweep", arguments.machine.machine());
        for (const std::string &path : {arguments.html, arguments.csv})
            if (!path.empty()) outputs.emplace_back(path);
        sweep = measure(session, arguments);
    }
    if (!arguments.html.empty()) outputs.front().write(html_report(sweep));
    if (!arguments.csv.empty()) outputs.back().write(csv_report(sweep));
    close(outputs);
    // An error here is one before anything has its name.
    if (arguments.table) print(table_report(sweep));
    commit(outputs);
}

} // namespace

void add_sweep(CLI::App &app, Action &action) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App &verb = *app.add_subcommand("sweep", "error against stream length: report, table, data");
    verb.add_option("A", arguments->a, "left operand (N, D) or (BH, N, D): f16, f32, f64")
        ->required()
        ->type_name(".npy");
    verb.add_option("B", arguments->b, "right operand (M, D) or (BH, M, D)")->required()->type_name(".npy");
    verb.add_option("-o,--output", arguments->html, "report: one HTML file that needs no network")
        ->type_name("REPORT.html");
    verb.add_option("--csv", arguments->csv, "the data")->type_name("FILE");
    verb.add_flag("--table", arguments->table, "print a table of the data");
    verb.add_option("--title", arguments->title, "heading of the report (default: the files' names)")
        ->type_name("TEXT");
    add_list(verb, "--stoc-len", arguments->stoc_lens, "stream lengths, with commas (default 16,32,... up to 2^p)")
        ->type_name("LIST");
    add_list(verb, "--granularity", arguments->granularities,
             "per_row (default), per_tensor, per_head, with commas; per_head takes 2-D operands as a batch of one")
        ->type_name("LIST");
    add_list(verb, "--config", arguments->configs,
             "generators, with commas: JSON files, or presets: " + joined(preset_names()) +
                 " (default: sobol_simple, and sobol_tuned where there is one)")
        ->type_name("LIST");
    verb.add_option("--smooth", arguments->smooth, "SmoothQuant scales (D,): every variant without and with them")
        ->type_name("S.npy");
    add_options(verb, verb_sweep, arguments->product);
    add_machine(verb, arguments->machine);
    verb.callback([arguments, &action] { action = [arguments] { run(*arguments); }; });
}

} // namespace cli
