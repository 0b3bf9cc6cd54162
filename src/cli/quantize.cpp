// scmp quantize: levels on the grid, signs, scales, zero points and row sums of one operand (Spec 4).
#include <memory>

#include "failure.h"
#include "files.h"
#include "flags.h"
#include "npy.h"
#include "options.h"
#include "verbs.h"

namespace cli {
namespace {

struct Arguments {
    std::string x, prefix;
    ProductOptions product;
    std::optional<std::int64_t> group;
};

void run(const Arguments &arguments) {
    if (arguments.prefix == "-") wrong_usage("several arrays are written: -o is the beginning of their names");
    const std::string last = arguments.prefix.substr(arguments.prefix.rfind('/') + 1); // npos + 1 is 0
    if (last.empty() || last == "." || last == "..")
        wrong_usage("-o is the beginning of names: ", arguments.prefix, " is a folder, ", arguments.prefix,
                    last.empty() ? "x" : "/x", " makes ", arguments.prefix, last.empty() ? "" : "/", "x.boundary.npy");
    scmp_matmul_options options = arguments.product.for_library();
    options.group_a = arguments.group.value_or(options.group_a);
    Session session("quantize");
    check_options(session.ctx(), options);
    const Array x = read_npy(arguments.x);
    scmp_tensor scale_shape;
    check(scmp_scale_shape(&x.view, SCMP_SIDE_LEFT, &options, &scale_shape));

    const auto shape = shape_of(x.view);
    const std::vector<std::int64_t> rows(shape.begin(), shape.end() - 1);
    const bool bipolar = options.mode == SCMP_MODE_BIPOLAR;
    const Array boundary = make_array(SCMP_DTYPE_I32, shape);
    const Array scale = make_array(scale_shape.dtype, shape_of(scale_shape));
    Array sign, zero_point, row_sum;
    scmp_quantized quantized;
    scmp_quantized_init(&quantized);
    quantized.boundary = &boundary.view;
    quantized.scale = &scale.view;
    std::vector<std::pair<const char *, const Array *>> files = {{".boundary.npy", &boundary}};
    if (bipolar) {
        sign = make_array(SCMP_DTYPE_I8, shape);
        quantized.sign = &sign.view;
        files.emplace_back(".sign.npy", &sign);
    }
    files.emplace_back(".scale.npy", &scale);
    if (!bipolar) {
        zero_point = make_array(scale_shape.dtype, shape_of(scale_shape));
        row_sum = make_array(SCMP_DTYPE_F32, rows);
        quantized.zero_point = &zero_point.view;
        quantized.row_sum = &row_sum.view;
        files.emplace_back(".zp.npy", &zero_point);
        files.emplace_back(".row_sum.npy", &row_sum);
    }
    std::vector<Output> outputs;
    outputs.reserve(files.size());
    for (const auto &file : files) outputs.emplace_back(arguments.prefix + file.first);
    check(scmp_quantize(session.ctx(), &x.view, SCMP_SIDE_LEFT, &options, nullptr, &quantized));
    for (std::size_t i = 0; i < files.size(); i++) write_npy(outputs[i], *files[i].second);
    commit(outputs);
}

} // namespace

void add_quantize(CLI::App &app, Action &action) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App &verb = *app.add_subcommand("quantize", "quantizes one operand as the product would");
    verb.add_option("X", arguments->x, "operand (rows, D) or (BH, rows, D): f16, f32, f64")
        ->required()
        ->type_name(".npy");
    verb.add_option(
            "-o,--output", arguments->prefix,
            "writes PREFIX.boundary.npy (int32) and PREFIX.scale.npy; bipolar: PREFIX.sign.npy (int8); unipolar: "
            "PREFIX.zp.npy, PREFIX.row_sum.npy. Scales are f64 per_tensor, else f32")
        ->required()
        ->type_name("PREFIX");
    add_options(verb, verb_quantize, arguments->product);
    add_number(verb, "--group", arguments->group, "per_row: rows that share a scale (default 1)")->type_name("g");
    verb.callback([arguments, &action] { action = [arguments] { run(*arguments); }; });
}

} // namespace cli
