// A product's parameters as SystemVerilog: shapes, options, and the generators where each side has one for all indices.
#include "export_parameters.h"

#include <optional>

#include <nlohmann/json.hpp>

#include "failure.h"
#include "generators.h"

namespace cli {
namespace {

using Json = nlohmann::json;

// One side's generator and wiring, by the parameters of scmp_array.
struct Side {
    RtlGenerator generator;
    int complement = 0;
    std::vector<std::uint32_t> permutation;
};

// Nothing where the RTL has no such generator, or indices differ.
std::optional<Side> read_side(const Json &config, const char *name) {
    const Json &elements = config.at("sng").at(name);
    if (elements.empty()) return std::nullopt;
    const Json &element = elements.at(0);
    for (const Json &other : elements)
        if (other != element) return std::nullopt;
    if (!has_only(element, {"rng_id", "scramble", "complement"})) return std::nullopt;
    const Json &entry = config.at("rng_pool").at(element.at("rng_id").get<std::size_t>());
    const GeneratorType *type = find_generator_type(entry.at("type").get<std::string>());
    const std::optional<RtlGenerator> generator = type == nullptr ? std::nullopt : type->rtl(entry);
    if (!generator) return std::nullopt;
    Side side;
    side.generator = *generator;
    side.complement = element.value("complement", false) ? 1 : 0;
    if (element.contains("scramble") && !element["scramble"].is_null())
        side.permutation = element["scramble"].get<std::vector<std::uint32_t>>();
    return side;
}

// "{10'd3, 10'd1}": fields of some bits, the first one lowest; ten of them, as scmp_array has.
std::string fields(const std::vector<std::uint32_t> &numbers, int bits, bool identity) {
    std::string out = "{";
    for (std::size_t i = 10; i-- > 0;) {
        const std::uint32_t number = i < numbers.size() ? numbers[i] : identity ? std::uint32_t(i) : 0;
        out += text(bits, "'d", number, i > 0 ? ", " : "}");
    }
    return out;
}

std::string side_text(const std::string &name, const Side &side) {
    const RtlGenerator &generator = side.generator;
    std::string out;
    const auto add = [&](const char *type, const char *what, const auto &value) {
        out += text("localparam ", type, " ", name, "_", what, " = ", value, ";\n");
    };
    add("int", "KIND", generator.kind);
    add("bit [99:0]", "SEEDS", fields(generator.seeds, 10, false));
    add("bit [9:0]", "TAPS", generator.taps);
    add("bit [9:0]", "FIRST", generator.first);
    add("bit", "ZERO_STATE", generator.zero_state);
    add("bit [39:0]", "PERMUTATION", fields(side.permutation, 4, true));
    add("bit", "COMPLEMENT", side.complement);
    return out;
}

} // namespace

std::string parameters_text(const ExportShape &shape, const scmp_matmul_options &options, const std::string &config,
                            const std::vector<std::string> &comment) {
    const Json json = Json::parse(config);
    const std::optional<Side> left = read_side(json, "q"), right = read_side(json, "k");
    const bool uniform = left && right;
    std::string out;
    for (const std::string &line : comment) out += "// " + line + '\n';
    const auto integer = [&](const char *name, std::int64_t value, const char *note) {
        out += text("localparam int ", name, " = ", value, ";", *note == 0 ? "" : " // ", note, "\n");
    };
    integer("P", options.sc_prec, "sc_prec");
    integer("L", options.stoc_len, "stoc_len");
    integer("G", options.rng_levels, "rng_levels");
    integer("BATCH", shape.batch, "1 for 2-D operands");
    integer("N", shape.n, "rows of a");
    integer("M", shape.m, "rows of b");
    integer("D", shape.d, "inner indices");
    integer("TABLES", shape.tables, "sequences that differ: rows of left_sequence and right_sequence");
    integer("CHUNK_D", options.chunk_d, "0: inner indices do not restart");
    integer("BIPOLAR", options.mode == SCMP_MODE_BIPOLAR ? 1 : 0, "1: there are files with signs");
    integer("SCRAMBLE", options.scramble, "1 bitrev, 2 counter, 3 off, 4 always_bitrev, 5 always_counter");
    integer("UNIFORM", uniform ? 1 : 0, "1: every inner index has these generators: see scmp_array");
    out += side_text("LEFT", uniform ? *left : Side{});
    out += side_text("RIGHT", uniform ? *right : Side{});
    return out;
}

} // namespace cli
