// scmp export and scmp verify: everything that a test bench needs to hold an array against a product, as files, and the
// same files made again and compared.
#include <algorithm>
#include <memory>

#include <nlohmann/json.hpp>

#include "configs.h"
#include "export_arrays.h"
#include "export_parameters.h"
#include "failure.h"
#include "files.h"
#include "flags.h"
#include "folders.h"
#include "manifest.h"
#include "npy.h"
#include "number_text.h"
#include "options.h"
#include "product.h"
#include "scmp/scmp_model.h"
#include "sha256.h"
#include "verbs.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t longest_file = std::size_t(1) << 34;

struct Arguments {
    std::string directory, a, b, format = "memh";
    bool no_tables = false;
    ProductOptions product;
};

// The contents of an export: the product, with everything resolved.
struct ExportSource {
    Array a, b, smooth;
    bool has_smooth = false;
    scmp_matmul_options options;
    std::string config; // JSON
    std::string format;
    bool tables = true;
};

struct File {
    std::string name, content;
    Json entry; // of the manifest, without the checksum
};

// --- the files -----------------------------------------------------------------------------------------------------

// Says what the numbers are, to a reader of the file alone.
std::vector<std::string> notes(const ExportedProduct &product, const ExportedArray &item) {
    const scmp_matmul_options &options = product.options;
    return {text("scmp export ", export_version, ", specification ", scmp_spec_version(), ": ", item.name),
            item.note,
            text("shape ", shape_text(item.array.view), ", axes ", item.axes, ", the last runs fastest; ", item.bits,
                 " bits a number"),
            text(scmp_mode_name(options.mode), ", sc_prec ", options.sc_prec, ", stoc_len ", options.stoc_len,
                 ", rng_levels ", options.rng_levels, ", scramble ", scmp_scramble_name(options.scramble),
                 product.scrambled() ? ", applied" : ", not applied"),
            "cycle t: left bit = left_sequence[table_index[d]][t] < a_boundary; it enables the right generator",
            "right bit = right_sequence[table_index[d]][enabled cycles before t] < b_boundary",
            "count = cycles with left and right bit 1"};
}

std::string array_text(const std::string &format, const ExportedProduct &product, const ExportedArray &item) {
    if (format == "memh") return memh_text(item.array, item.bits, notes(product, item));
    if (format == "csv") return csv_text(item.array, item.axes, notes(product, item));
    return npy_text(item.array);
}

// The parameters that a test bench cannot read out of the other files.
std::string parameters(const ExportSource &source, const ExportedProduct &product, std::int64_t tables) {
    const auto a = shape_of(product.a), b = shape_of(product.b);
    return parameters_text({a.size() == 3 ? a[0] : 1, a[a.size() - 2], b[b.size() - 2], product.d(), tables},
                           product.options, source.config,
                           {text("scmp export ", export_version, ", specification ", scmp_spec_version(),
                                 ": parameters, to be included in a module"),
                            "names and encodings are those of the reference RTL's module scmp_array"});
}

// All but the manifest. The operands themselves are among them, so that verify can begin where export began.
std::vector<File> files_of(scmp_ctx *ctx, const ExportSource &source) {
    ExportedProduct product{source.a.view, source.b.view, source.options, source.tables};
    Config config;
    check(
        scmp_config_create_json(ctx, source.config.data(), source.config.size(), source.options.sc_prec, config.out()));
    product.options.config = config.get();
    if (source.has_smooth) product.options.smooth = &source.smooth.view;
    const ExportedArrays arrays = export_arrays(ctx, product);
    std::vector<File> files;
    for (const ExportedArray &item : arrays.list)
        files.push_back({item.name + "." + source.format,
                         array_text(source.format, product, item),
                         {{"shape", shape_of(item.array.view)}, {"axes", item.axes}, {"bits", item.bits}}});
    files.push_back({"config.json", source.config, Json::object()});
    if (source.format == "memh")
        files.push_back({"parameters.svh", parameters(source, product, arrays.tables), Json::object()});
    files.push_back({"a.npy", npy_text(source.a), Json::object()});
    files.push_back({"b.npy", npy_text(source.b), Json::object()});
    if (source.has_smooth) files.push_back({"smooth.npy", npy_text(source.smooth), Json::object()});
    return files;
}

// --- the manifest --------------------------------------------------------------------------------------------------

std::string manifest_text(const ExportSource &source, const std::vector<File> &files,
                          const std::string &library_version) {
    Json out;
    out["format"] = "scmp-export";
    out["format_version"] = export_version;
    out["library_version"] = library_version;
    out["spec_version"] = scmp_spec_version();
    out["file_format"] = source.format;
    out["options"] = options_json(ProductOptions(source.options), &Places::manifest);
    out["smooth"] = source.has_smooth;
    out["tables"] = source.tables;
    out["files"] = Json::object();
    for (const File &file : files) {
        Json entry = {{"bytes", file.content.size()}, {"sha256", sha256(file.content)}};
        entry.update(file.entry);
        out["files"][file.name] = std::move(entry);
    }
    return out.dump(2) + "\n";
}

// --- export --------------------------------------------------------------------------------------------------------

void check_operand(const Array &array, const char *name) {
    if (array.view.rank != 2 && array.view.rank != 3)
        fail(SCMP_ERROR_INVALID_SHAPE, name, " has shape ", shape_text(array.view), ", it must have rank 2 or 3");
}

// Options that were left open become what a product of these operands would have: rows do not matter to it.
void resolve_source(scmp_ctx *ctx, ExportSource &source, const scmp_config *config) {
    scmp_matmul_options &options = source.options;
    options.config = config;
    options.smooth = source.has_smooth ? &source.smooth.view : nullptr;
    resolve(ctx, options, source.a.view, source.b.view);
    options.smooth = nullptr;
    options.config = nullptr;
    const std::int64_t d = source.a.view.shape[source.a.view.rank - 1];
    if (options.chunk_d < 0 || options.chunk_d >= d) options.chunk_d = 0;

    source.config = config_json(ctx, config, options.chunk_d > 0 ? options.chunk_d : d) + '\n';
}

void run_export(const Arguments &arguments) {
    ExportSource source;
    source.options = arguments.product.for_library();
    source.format = arguments.format;
    source.tables = !arguments.no_tables;
    const std::string &config_name = arguments.product.config, &smooth = arguments.product.smooth;
    check_inputs({arguments.a, arguments.b, smooth, config_name});
    Session session("export");
    check_options(session.ctx(), source.options);
    source.a = read_npy(arguments.a);
    source.b = read_npy(arguments.b);
    check_operand(source.a, "A");
    check_operand(source.b, "B");
    if (!smooth.empty()) {
        source.smooth = read_npy(smooth);
        source.has_smooth = true;
    }
    const Config config =
        load_config(session.ctx(), config_name.empty() ? "sobol_simple" : config_name, source.options.sc_prec);
    resolve_source(session.ctx(), source, config.get());
    std::vector<File> files = files_of(session.ctx(), source);
    files.push_back({"manifest.json", manifest_text(source, files, scmp_version()), {}});

    Folders folders(arguments.directory); // goes after the outputs in it
    std::vector<Output> outputs;
    for (const File &file : files) {
        outputs.emplace_back(arguments.directory + "/" + file.name);
        outputs.back().write(file.content);
    }
    commit(outputs);
    folders.keep();
}

// --- verify --------------------------------------------------------------------------------------------------------

void compare(const std::string &path, const std::string &want) {
    const std::string got = read_text(path, longest_file);
    if (got == want) return;
    const auto at = std::mismatch(got.begin(), got.end(), want.begin(), want.end()).first - got.begin();
    const auto line = std::count(got.begin(), got.begin() + at, '\n') + 1;
    fail(SCMP_ERROR_FORMAT, path, " differs from what is computed, first in byte ", at, ", line ", line, " (",
         got.size(), " bytes, expected ", want.size(), ")");
}

void run_verify(const std::string &directory) {
    ExportSource source;
    Session session("verify");
    const std::string manifest_path = directory + "/manifest.json";
    const std::string content = read_text(manifest_path, std::size_t(1) << 20);
    const Manifest manifest = parse_manifest(manifest_path, content);
    source.options = manifest.options.values;
    source.format = manifest.file_format;
    source.has_smooth = manifest.smooth;
    source.tables = manifest.tables;
    source.a = read_npy(directory + "/a.npy");
    source.b = read_npy(directory + "/b.npy");
    check_operand(source.a, "a.npy");
    check_operand(source.b, "b.npy");
    if (source.has_smooth) source.smooth = read_npy(directory + "/smooth.npy");
    const std::string json = read_text(directory + "/config.json", longest_file);
    Config config;
    check(scmp_config_create_json(session.ctx(), json.data(), json.size(), source.options.sc_prec, config.out()));
    resolve_source(session.ctx(), source, config.get());
    const std::vector<File> files = files_of(session.ctx(), source);
    for (const File &file : files) compare(directory + "/" + file.name, file.content);
    compare(manifest_path, manifest_text(source, files, manifest.library_version));
    print(text(one_line(directory), ": ", files.size() + 1, " files are as computed\n"));
}

} // namespace

void add_export(CLI::App &app, Action &action) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App &verb = *app.add_subcommand("export", "a product as files for a test bench");
    verb.add_option("DIR", arguments->directory, "directory to write to; made where it is missing")
        ->required()
        ->type_name("");
    add_operands(verb, arguments->a, arguments->b);
    verb.add_option("--format", arguments->format, "memh (for $readmemh, default), csv, npy")
        ->check(one_of({"memh", "csv", "npy"}))
        ->type_name("FORMAT");
    add_options(verb, verb_export, arguments->product);
    verb.add_flag("--no-tables", arguments->no_tables, "leave the count tables out");
    verb.callback([arguments, &action] { action = [arguments] { run_export(*arguments); }; });
}

void add_verify(CLI::App &app, Action &action) {
    const auto directory = std::make_shared<std::string>();
    CLI::App &verb = *app.add_subcommand("verify", "makes the files of an export again and compares");
    verb.add_option("DIR", *directory, "what export wrote")->required()->type_name("");
    verb.callback([directory, &action] { action = [directory] { run_verify(*directory); }; });
}

} // namespace cli
