// A product's parameters as SystemVerilog: shapes, options, and the generators where each side has one for all indices.
#include "export_parameters.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "failure.h"

namespace cli {
namespace {

using Json = nlohmann::json;

// One side's generator and wiring, by the parameters of scmp_array.
struct Side {
    int kind = 0, zero_state = 0, complement = 0; // kind: 0 Sobol, 1 LFSR
    std::vector<std::uint32_t> seeds, permutation;
    std::uint32_t taps = 0, first = 0;
};

bool has_keys_of(const Json &object, const std::vector<std::string> &known) {
    for (const auto &[key, value] : object.items())
        if (std::find(known.begin(), known.end(), key) == known.end()) return false;
    return true;
}

// Nothing where the RTL has no such generator, or indices differ.
std::optional<Side> read_side(const Json &config, const char *name) {
    const Json &elements = config.at("sng").at(name);
    if (elements.empty()) return std::nullopt;
    const Json &element = elements.at(0);
    for (const Json &other : elements)
        if (other != element) return std::nullopt;
    if (!has_keys_of(element, {"rng_id", "scramble", "complement"})) return std::nullopt;
    const Json &generator = config.at("rng_pool").at(element.at("rng_id").get<std::size_t>());
    Side side;
    side.complement = element.value("complement", false) ? 1 : 0;
    if (element.contains("scramble") && !element["scramble"].is_null())
        side.permutation = element["scramble"].get<std::vector<std::uint32_t>>();
    if (generator.at("type") == "sobol" && has_keys_of(generator, {"type", "seed", "start"})) {
        side.seeds = generator.at("seed").get<std::vector<std::uint32_t>>();
        side.first = generator.value("start", 0U);
        return side;
    }
    if (generator.at("type") == "lfsr" && has_keys_of(generator, {"type", "seed", "taps", "zero_state"})) {
        side.kind = 1;
        for (const std::uint32_t tap : generator.at("taps").get<std::vector<std::uint32_t>>()) side.taps |= 1U << tap;
        side.first = generator.at("seed").get<std::uint32_t>();
        side.zero_state = generator.value("zero_state", false) ? 1 : 0;
        return side;
    }
    return std::nullopt;
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
    std::string out;
    const auto add = [&](const char *type, const char *what, const auto &value) {
        out += text("localparam ", type, " ", name, "_", what, " = ", value, ";\n");
    };
    add("int", "KIND", side.kind);
    add("bit [99:0]", "SEEDS", fields(side.seeds, 10, false));
    add("bit [9:0]", "TAPS", side.taps);
    add("bit [9:0]", "FIRST", side.first);
    add("bit", "ZERO_STATE", side.zero_state);
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
