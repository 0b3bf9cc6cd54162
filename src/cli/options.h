// The options of a product as one table: flags and their help, JSON, manifests and checksums come from it. A new option
// is an entry in options.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "scmp/scmp.h"

namespace CLI {
class App;
}

namespace cli {

// The options that a command line or a manifest gives.
struct ProductOptions {
    scmp_matmul_options values; // the library's defaults where nothing is given
    bool halve = false;         // bipolar: 2^(p-1) for each of stoc_len and rng_levels that is not given
    std::string config, smooth; // files, or the name of a preset; "" where none is given

    ProductOptions() { scmp_matmul_options_init(&values); }
    explicit ProductOptions(const scmp_matmul_options &given) : values(given) {}

    // As the library takes them, but for the configuration and the smoothing scales.
    scmp_matmul_options for_library() const;
};

// The verbs that take some of the flags.
enum Verb : unsigned {
    verb_matmul = 1,
    verb_quantize = 2,
    verb_sequence = 4,
    verb_sweep = 8,
    verb_search = 16,
    verb_export = 32,
};

// The place of an option in each text that lists options: 1 is the first, 0 means that it is not there.
struct Places {
    int help = 0;
    int report = 0;   // of scmp matmul --json
    int manifest = 0; // of scmp export
    int found = 0;    // in the metadata of a configuration that scmp search writes
    int checksum = 0; // in what a state of scmp search belongs to
};

struct Option {
    using Json = nlohmann::ordered_json;

    std::string name; // the key in JSON; the flag is the same with dashes
    unsigned verbs;   // those that take the flag
    Places places;
    std::function<void(CLI::App &, const std::string &flag, ProductOptions &)> add_flag;
    std::function<Json(const ProductOptions &)> json;           // none: the option is in no JSON
    std::function<void(const Json &, ProductOptions &)> read;   // FORMAT where the value is none of the option
    std::function<std::int64_t(const ProductOptions &)> number; // its value, or its enumerator's
    // As a person writes it; "" where it goes without saying.
    std::function<std::string(const ProductOptions &)> fact = {};
};

const std::vector<Option> &option_table();

// The flags that a verb takes.
void add_options(CLI::App &app, Verb verb, ProductOptions &options);

// Refuses what no operands of any shape could be computed with, as wrong usage.
void check_options(scmp_ctx *ctx, const scmp_matmul_options &options);

// The options of a listing under their names, as in options_json(options, &Places::manifest), and the reverse.
nlohmann::ordered_json options_json(const ProductOptions &options, int Places::*listing);
ProductOptions options_from_json(const nlohmann::ordered_json &json, int Places::*listing);

// The numbers of a listing with blanks between them.
std::string options_numbers(const ProductOptions &options, int Places::*listing);

// "bipolar, 8 bits, chunks of 64"
std::string options_facts(const ProductOptions &options);

std::vector<std::string> granularity_names();
scmp_granularity granularity_named(const std::string &name);

} // namespace cli
