// The table of options; see options.h.
#include "options.h"

#include <algorithm>
#include <optional>

#include "configs.h"
#include "failure.h"
#include "flags.h"
#include "json_file.h"
#include "names.h"
#include "numbers.h"
#include "scmp/scmp_model.h"

namespace cli {
namespace {

using Json = Option::Json;

constexpr unsigned verbs_product = verb_matmul | verb_export;
constexpr unsigned verbs_quantization = verbs_product | verb_quantize | verb_sweep | verb_search;

// The texts of the help: about the option, and in place of its value.
struct Help {
    std::string about, value;
};

template <class Number>
Option number(const std::string &name, unsigned verbs, const Places &places, Number scmp_matmul_options::*member,
              const Help &help, std::optional<Number> least = {}) {
    Option option{name, verbs, places, {}, {}, {}, {}};
    option.add_flag = [=](CLI::App &app, const std::string &flag, ProductOptions &out) {
        const auto take = [=, &out](const CLI::results_t &words) {
            out.values.*member = parse_number<Number>(flag, words.at(0), least);
            return true;
        };
        app.add_option(flag, take, help.about)->type_name(help.value);
    };
    option.json = [=](const ProductOptions &options) { return Json(options.values.*member); };
    option.read = [=](const Json &value, ProductOptions &out) {
        out.values.*member = whole<Number>(value, name.c_str());
        // The library would read this number as "not given", where it knows that.
        if (std::is_same_v<Number, std::int32_t> && out.values.*member == SCMP_NOT_GIVEN)
            fail(SCMP_ERROR_INVALID_ARGUMENT, name, " is ", SCMP_NOT_GIVEN, ", which is out of its range");
    };
    option.number = [=](const ProductOptions &options) { return std::int64_t(options.values.*member); };
    return option;
}

// `first`: the first of the enumeration's values that can be given.
template <class Enumeration>
Option word(const std::string &name, unsigned verbs, const Places &places, Enumeration scmp_matmul_options::*member,
            NameOf<Enumeration> name_of, const Help &help, int first = 0) {
    Option option{name, verbs, places, {}, {}, {}, {}};
    option.add_flag = [=](CLI::App &app, const std::string &flag, ProductOptions &out) {
        const auto take = [=, &out](const CLI::results_t &words) {
            out.values.*member = named(words.at(0), name_of, first);
            return true;
        };
        app.add_option(flag, take, help.about)->check(one_of(names(name_of, first)))->type_name(help.value);
    };
    option.json = [=](const ProductOptions &options) { return Json(name_of(options.values.*member)); };
    option.read = [=](const Json &value, ProductOptions &out) {
        out.values.*member = named(one_word_of(value, name.c_str(), names(name_of, first)), name_of, first);
    };
    option.number = [=](const ProductOptions &options) { return std::int64_t(options.values.*member); };
    return option;
}

// A flag without a value, and a name of a file: both are the program's own, and no member of the library's options.
Option own_switch(const std::string &name, unsigned verbs, const Places &places, bool ProductOptions::*member,
                  const std::string &about) {
    Option option{name, verbs, places, {}, {}, {}, {}};
    option.add_flag = [=](CLI::App &app, const std::string &flag, ProductOptions &out) {
        app.add_flag(flag, out.*member, about);
    };
    option.json = [=](const ProductOptions &options) { return Json(options.*member); };
    return option;
}

Option own_file(const std::string &name, unsigned verbs, const Places &places, std::string ProductOptions::*member,
                const Help &help) {
    Option option{name, verbs, places, {}, {}, {}, {}};
    option.add_flag = [=](CLI::App &app, const std::string &flag, ProductOptions &out) {
        app.add_option(flag, out.*member, help.about)->type_name(help.value);
    };
    return option;
}

Option granularity() {
    return word("granularity", verbs_product | verb_quantize | verb_search,
                {.help = 1, .report = 1, .manifest = 1, .found = 2, .checksum = 5}, &scmp_matmul_options::granularity,
                scmp_granularity_name, {"what shares a scale: per_row (default), per_tensor, per_head", "G"});
}

Option mode() {
    Option option = word("mode", verbs_quantization, {.help = 5, .report = 2, .manifest = 2, .found = 1, .checksum = 4},
                         &scmp_matmul_options::mode, scmp_mode_name,
                         {"bipolar (sign and magnitude, default) or unipolar (zero point)", "MODE"});
    option.fact = [](const ProductOptions &options) { return scmp_mode_name(options.values.mode); };
    return option;
}

Option sc_prec() {
    Option option =
        number("sc_prec", verbs_quantization | verb_sequence,
               {.help = 2, .report = 3, .manifest = 3, .found = 3, .checksum = 1}, &scmp_matmul_options::sc_prec,
               {text("precision p in bits, ", scmp_sc_prec_min_bipolar(), "..", scmp_sc_prec_max(), ", unipolar from ",
                     scmp_sc_prec_min_unipolar(), " (default 8)"),
                "P"},
               {0});
    option.fact = [](const ProductOptions &options) { return text(options.values.sc_prec, " bits"); };
    return option;
}

Option stoc_len() {
    return number("stoc_len", verbs_product | verb_sequence | verb_search,
                  {.help = 4, .report = 4, .manifest = 4, .found = 4, .checksum = 2}, &scmp_matmul_options::stoc_len,
                  {"stream length in cycles, 1..2^p (default 2^p)", "L"}, {0});
}

Option rng_levels() {
    Option option =
        number("rng_levels", verbs_quantization | verb_sequence,
               {.help = 3, .report = 5, .manifest = 5, .found = 5, .checksum = 3}, &scmp_matmul_options::rng_levels,
               {text("grid size, 1..", SCMP_RNG_LEVELS_MAX, " (default 2^p)"), "G"}, {0});
    option.fact = [](const ProductOptions &options) {
        const std::int32_t levels = options.values.rng_levels;
        return levels == SCMP_NOT_GIVEN ? "" : text("grid of ", levels, " levels");
    };
    return option;
}

Option halve() {
    Option option = own_switch("halve", verbs_quantization, {.help = 7, .report = 6}, &ProductOptions::halve,
                               "bipolar: 2^(p-1) for each of --stoc-len and --rng-levels that is not given");
    option.fact = [](const ProductOptions &options) { return options.halve ? "halved" : ""; };
    return option;
}

Option chunk_d() {
    Option option = number("chunk_d", verbs_quantization, {.help = 6, .report = 7, .manifest = 7, .checksum = 6},
                           &scmp_matmul_options::chunk_d,
                           {"own scales for every C inner indices; per_row, bipolar, 2-D (default: none)", "C"}, {0});
    option.fact = [](const ProductOptions &options) {
        return options.values.chunk_d > 0 ? text("chunks of ", options.values.chunk_d) : "";
    };
    return option;
}

Option group_a() {
    Option option = number("group_a", verbs_product | verb_sweep | verb_search,
                           {.help = 8, .report = 8, .manifest = 8, .checksum = 7}, &scmp_matmul_options::group_a,
                           {"per_row: rows of A that share a scale (default 1)", "g"});
    // One phrase for both groups.
    option.fact = [](const ProductOptions &options) {
        const scmp_matmul_options &values = options.values;
        return values.group_a == 1 && values.group_b == 1
                   ? ""
                   : text("row groups of ", values.group_a, " and ", values.group_b);
    };
    return option;
}

Option group_b() {
    return number("group_b", verbs_product | verb_sweep | verb_search,
                  {.help = 9, .report = 9, .manifest = 9, .checksum = 8}, &scmp_matmul_options::group_b,
                  {"per_row: rows of B that share a scale (default 1)", "g"});
}

Option config() {
    return own_file(
        "config", verbs_product, {.help = 10}, &ProductOptions::config,
        {"generators: a JSON file, or a preset: " + joined(preset_names()) + " (default sobol_simple)", "NAME|FILE"});
}

Option scramble() {
    Option option = word("scramble", verbs_product | verb_sequence | verb_sweep,
                         {.help = 11, .report = 10, .manifest = 6}, &scmp_matmul_options::scramble, scmp_scramble_name,
                         {"xor mask by inner index: " + joined(names(scmp_scramble_name, SCMP_SCRAMBLE_BITREV)) +
                              " (default: the config's, else bitrev)",
                          "MODE"},
                         SCMP_SCRAMBLE_BITREV);
    option.fact = [](const ProductOptions &options) {
        const scmp_scramble mode = options.values.scramble;
        return mode == SCMP_SCRAMBLE_NOT_GIVEN ? "" : text("scramble ", scmp_scramble_name(mode));
    };
    return option;
}

Option smooth() {
    return own_file("smooth", verbs_product, {.help = 12}, &ProductOptions::smooth,
                    {"SmoothQuant scales (D,): the product of A/s and B*s", "S.npy"});
}

std::vector<const Option *> listed(int Places::*listing) {
    std::vector<const Option *> out;
    for (const Option &option : option_table())
        if (option.places.*listing > 0) out.push_back(&option);
    std::sort(out.begin(), out.end(), [=](auto *a, auto *b) { return a->places.*listing < b->places.*listing; });
    return out;
}

} // namespace

const std::vector<Option> &option_table() {
    static const std::vector<Option> table = {granularity(), mode(),    sc_prec(), stoc_len(), rng_levels(), halve(),
                                              chunk_d(),     group_a(), group_b(), config(),   scramble(),   smooth()};
    return table;
}

scmp_matmul_options ProductOptions::for_library() const {
    scmp_matmul_options out = values;
    // A precision out of its range is the library's to refuse.
    if (!halve || out.mode != SCMP_MODE_BIPOLAR || out.sc_prec < 1 || out.sc_prec > SCMP_SC_PREC_MAX) return out;
    for (std::int32_t *length : {&out.stoc_len, &out.rng_levels})
        if (*length == SCMP_NOT_GIVEN) *length = 1 << (out.sc_prec - 1);
    return out;
}

void add_options(CLI::App &app, Verb verb, ProductOptions &options) {
    for (const Option *option : listed(&Places::help)) {
        if ((option->verbs & verb) == 0) continue;
        std::string flag = "--" + option->name;
        std::replace(flag.begin(), flag.end(), '_', '-');
        option->add_flag(app, flag, options);
    }
}

void check_options(scmp_ctx *ctx, const scmp_matmul_options &options) {
    std::int32_t tables = 0;
    check_flags(scmp_table_index(ctx, &options, 1, nullptr, &tables));
    for (const scmp_side side : {SCMP_SIDE_LEFT, SCMP_SIDE_RIGHT}) {
        scmp_tensor scales;
        const float number = 0;
        const scmp_tensor matrix = scmp_tensor_2d(SCMP_DTYPE_F32, &number, 1, 1);
        const scmp_tensor batch = scmp_tensor_3d(SCMP_DTYPE_F32, &number, 1, 1, 1);
        // per_head is for batches, chunks are for matrices: it is wrong only where both are refused.
        if (scmp_scale_shape(&batch, side, &options, &scales) != SCMP_OK)
            check_flags(scmp_scale_shape(&matrix, side, &options, &scales));
    }
}

Json options_json(const ProductOptions &options, int Places::*listing) {
    Json out = Json::object();
    for (const Option *option : listed(listing)) out[option->name] = option->json(options);
    return out;
}

ProductOptions options_from_json(const Json &json, int Places::*listing) {
    ProductOptions out;
    for (const Option *option : listed(listing)) option->read(json.at(option->name), out);
    return out;
}

std::string options_numbers(const ProductOptions &options, int Places::*listing) {
    std::string out;
    for (const Option *option : listed(listing)) out += text(out.empty() ? "" : " ", option->number(options));
    return out;
}

std::string options_facts(const ProductOptions &options) {
    std::vector<std::string> facts;
    for (const Option &option : option_table())
        if (option.fact && !option.fact(options).empty()) facts.push_back(option.fact(options));
    return joined(facts);
}

std::vector<std::string> granularity_names() {
    return names(scmp_granularity_name);
}

scmp_granularity granularity_named(const std::string &name) {
    return named(name, scmp_granularity_name);
}

} // namespace cli
