// scmp export and scmp verify: everything that a test bench needs to hold an array against a product, as files, and the
// same files made again and compared.
#include <algorithm>
#include <memory>

#include <nlohmann/json.hpp>

#include "configs.h"
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
#include "sha256.h"
#include "verbs.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t longest_file = std::size_t(1) << 34;
constexpr std::int64_t most_table_counts = std::int64_t(1) << 26;

struct Arguments {
    std::string directory, a, b, format = "memh";
    bool no_tables = false;
    ProductOptions product;
};

// What an export is made of: the product, with everything resolved.
struct Source {
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

// One array to write, and how to read it.
struct Item {
    std::string name, axes, note;
    int bits; // of a number; negative ones are two's complement
    Array array;
};

// --- the arrays ----------------------------------------------------------------------------------------------------

class Export {
public:
    Export(scmp_ctx *ctx, const Source &source) : ctx_(ctx), source_(source), options_(source.options) {
        check(
            scmp_config_create_json(ctx, source.config.data(), source.config.size(), options_.sc_prec, config_.out()));
        options_.config = config_.get();
        if (source.has_smooth) options_.smooth = &source.smooth.view;
        d_ = source.a.view.shape[source.a.view.rank - 1];
        if (chunked()) chunks_ = (d_ + options_.chunk_d - 1) / options_.chunk_d;
    }

    std::vector<File> files() {
        add_streams();
        add_operands();
        std::vector<File> out;
        for (const Item &item : items_) {
            const std::vector<std::string> comment = notes(item);
            const std::string &format = source_.format;
            out.push_back({item.name + "." + format,
                           format == "memh"  ? memh_text(item.array, item.bits, comment)
                           : format == "csv" ? csv_text(item.array, item.axes, comment)
                                             : npy_text(item.array),
                           {{"shape", shape_of(item.array.view)}, {"axes", item.axes}, {"bits", item.bits}}});
        }
        out.push_back({"config.json", source_.config, Json::object()});
        if (source_.format == "memh") out.push_back({"parameters.svh", parameters(), Json::object()});
        return out;
    }

private:
    bool chunked() const { return options_.chunk_d > 0 && options_.chunk_d < d_; }
    // Inner indices that have sequences of their own: indices restart in each chunk.
    std::int64_t stream_d() const { return chunked() ? options_.chunk_d : d_; }

    void add(std::string name, std::string axes, std::string note, int bits, Array array) {
        items_.push_back({std::move(name), std::move(axes), std::move(note), bits, std::move(array)});
    }

    void add_streams() {
        const std::int64_t d = stream_d();
        Array index = make_array(SCMP_DTYPE_I32, {d});
        std::int32_t tables = 0;
        check(scmp_table_index(ctx_, &options_, d, &index.view, &tables));
        tables_ = tables;
        std::vector<std::int64_t> first(std::size_t(tables), -1);
        for (std::int64_t i = d; i-- > 0;) first[std::size_t(index.as<std::int32_t>()[i])] = i;

        const int draw_bits = bits_for(options_.rng_levels - 1);
        for (const scmp_side side : {SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT}) {
            Array draws = make_array(SCMP_DTYPE_I32, {tables, options_.stoc_len});
            for (std::int32_t t = 0; t < tables; t++) {
                const scmp_tensor row = scmp_tensor_1d(
                    SCMP_DTYPE_I32, draws.as<std::int32_t>() + std::int64_t(t) * options_.stoc_len, options_.stoc_len);
                check(scmp_sequence(ctx_, &options_, side, first[std::size_t(t)], &row));
            }
            const char *note = side == SCMP_SIDE_LEFT
                                   ? "numbers that the left side compares with, one a cycle"
                                   : "numbers that the right side compares with, one an enabled cycle";
            add(side == SCMP_SIDE_LEFT ? "left_sequence" : "right_sequence", "table,draw", note, draw_bits,
                std::move(draws));
        }
        Array masks = make_array(SCMP_DTYPE_I32, {d});
        const bool applies = scrambled();
        for (std::int64_t i = 0; i < d; i++)
            masks.as<std::int32_t>()[i] =
                applies ? std::int32_t(scmp_scramble_mask(options_.scramble, i, options_.sc_prec)) : 0;
        add("mask", "d", "scramble mask, already in the sequences: number = rescale(draw xor mask)", options_.sc_prec,
            std::move(masks));
        const std::string restart = chunked() ? "; d restarts at 0 in each chunk" : "";
        add("table_index", "d", "row of left_sequence, right_sequence and table that inner index d uses" + restart,
            bits_for(std::max(tables - 1, 0)), std::move(index));
        add_tables(first);
    }

    void add_tables(const std::vector<std::int64_t> &first) {
        const std::int64_t levels =
            std::int64_t(options_.mode == SCMP_MODE_BIPOLAR ? 1 << (options_.sc_prec - 1) : 1 << options_.sc_prec);
        Array boundaries = make_array(SCMP_DTYPE_I32, {levels});
        check(scmp_level_boundaries(&options_, &boundaries.view));
        if (source_.tables) {
            const auto tables = std::int64_t(first.size());
            if (tables * levels * levels > most_table_counts)
                fail(SCMP_ERROR_INVALID_SHAPE, tables, " tables of ", levels, " x ", levels,
                     " counts are more than 2^26: export with --no-tables");
            Array table = make_array(SCMP_DTYPE_I32, {tables, levels, levels});
            for (std::int64_t t = 0; t < tables; t++) {
                const scmp_tensor one =
                    scmp_tensor_2d(SCMP_DTYPE_I32, table.as<std::int32_t>() + t * levels * levels, levels, levels);
                check(
                    scmp_count_table(ctx_, &options_, first[std::size_t(t)], &boundaries.view, &boundaries.view, &one));
            }
            add("table", "table,left_level,right_level", "counts of the multiplier for levels |q| of both sides",
                bits_for(options_.stoc_len), std::move(table));
        }
        add("level_boundary", "level", "boundary of each level |q|", bits_for(options_.rng_levels),
            std::move(boundaries));
    }

    void add_operands() {
        Array boundary[2], sign[2];
        scmp_quantized quantized[2];
        const bool bipolar = options_.mode == SCMP_MODE_BIPOLAR;
        for (const int side : {0, 1}) {
            const scmp_tensor &x = side == 0 ? source_.a.view : source_.b.view;
            scmp_quantized_init(&quantized[side]);
            boundary[side] = make_array(SCMP_DTYPE_I32, shape_of(x));
            quantized[side].boundary = &boundary[side].view;
            if (bipolar) {
                sign[side] = make_array(SCMP_DTYPE_I8, shape_of(x));
                quantized[side].sign = &sign[side].view;
            }
            check(scmp_quantize(ctx_, &x, side == 0 ? SCMP_SIDE_LEFT : SCMP_SIDE_RIGHT, &options_, nullptr,
                                &quantized[side]),
                  side == 0 ? "a" : "b");
        }
        auto shape = shape_of(source_.a.view);
        shape.back() = source_.b.view.shape[source_.b.view.rank - 2];
        const bool batched = shape.size() == 3;
        if (chunked()) shape.insert(shape.begin(), chunks_);
        Array sums = make_array(SCMP_DTYPE_I32, shape);
        check(scmp_count(ctx_, &quantized[0], &quantized[1], &options_, 0, 0, &sums.view));
        const std::string batch = batched ? "batch," : "";
        for (const int side : {0, 1}) {
            const std::string name = side == 0 ? "a" : "b", axes = batch + (side == 0 ? "n,d" : "m,d");
            add(name + "_boundary", axes, "threshold: the stream has a 1 where number < boundary",
                bits_for(options_.rng_levels), std::move(boundary[side]));
            if (bipolar) add(name + "_sign", axes, "-1, 0 or 1, two's complement", 2, std::move(sign[side]));
        }
        add("sum", (chunked() ? "chunk," : "") + batch + "n,m",
            "expected: sum over d of signs times counts, two's complement", 32, std::move(sums));
    }

    bool scrambled() const {
        return scmp_scramble_applies(options_.scramble, options_.sc_prec, options_.stoc_len, options_.rng_levels) != 0;
    }

    // What a test bench cannot read out of the other files.
    std::string parameters() const {
        const auto a = shape_of(source_.a.view), b = shape_of(source_.b.view);
        return parameters_text({a.size() == 3 ? a[0] : 1, a[a.size() - 2], b[b.size() - 2], d_, tables_}, options_,
                               source_.config,
                               {text("scmp export ", export_version, ", specification ", scmp_spec_version(),
                                     ": parameters, to be included in a module"),
                                "names and encodings are those of the reference RTL's module scmp_array"});
    }

    // What the numbers are, for a reader of the file alone.
    std::vector<std::string> notes(const Item &item) const {
        return {text("scmp export ", export_version, ", specification ", scmp_spec_version(), ": ", item.name),
                text(item.note),
                text("shape ", shape_text(item.array.view), ", axes ", item.axes, ", the last runs fastest; ",
                     item.bits, " bits a number"),
                text(scmp_mode_name(options_.mode), ", sc_prec ", options_.sc_prec, ", stoc_len ", options_.stoc_len,
                     ", rng_levels ", options_.rng_levels, ", scramble ", scmp_scramble_name(options_.scramble),
                     scrambled() ? ", applied" : ", not applied"),
                "cycle t: left bit = left_sequence[table_index[d]][t] < a_boundary; it enables the right generator",
                "right bit = right_sequence[table_index[d]][enabled cycles before t] < b_boundary",
                "count = cycles with left and right bit 1"};
    }

    scmp_ctx *ctx_;
    const Source &source_;
    scmp_matmul_options options_;
    Config config_;
    std::int64_t d_ = 0, chunks_ = 1, tables_ = 0;
    std::vector<Item> items_;
};

// --- the manifest --------------------------------------------------------------------------------------------------

std::string manifest_text(const Source &source, const std::vector<File> &files, const std::string &library_version) {
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

// What was left open becomes what a product of these operands would have: rows do not matter to it.
void resolve_source(scmp_ctx *ctx, Source &source, const scmp_config *config) {
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
    Source source;
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
    std::vector<File> files = Export(session.ctx(), source).files();
    // The operands themselves, so that verify can begin where this began.
    files.push_back({"a.npy", npy_text(source.a), Json::object()});
    files.push_back({"b.npy", npy_text(source.b), Json::object()});
    if (source.has_smooth) files.push_back({"smooth.npy", npy_text(source.smooth), Json::object()});
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
    Source source;
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
    std::vector<File> files = Export(session.ctx(), source).files();
    files.push_back({"a.npy", npy_text(source.a), Json::object()});
    files.push_back({"b.npy", npy_text(source.b), Json::object()});
    if (source.has_smooth) files.push_back({"smooth.npy", npy_text(source.smooth), Json::object()});
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
