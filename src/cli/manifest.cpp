// Reads the manifest of an export; see manifest.h.
#include "manifest.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "failure.h"
#include "flags.h"
#include "json_file.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

std::string one_word_of(const Json &options, const char *key, const std::vector<std::string> &words) {
    auto word = options.at(key).get<std::string>();
    if (std::find(words.begin(), words.end(), word) == words.end())
        fail(SCMP_ERROR_FORMAT, key, " is none of ", joined(words));
    return word;
}

scmp_matmul_options read_options(const Json &options) {
    ProductFlags flags;
    flags.granularity = one_word_of(options, "granularity", granularity_names());
    flags.mode = one_word_of(options, "mode", mode_names());
    flags.scramble = one_word_of(options, "scramble", scramble_names());
    flags.sc_prec = whole<std::int32_t>(options.at("sc_prec"), "sc_prec");
    flags.stoc_len = whole<std::int32_t>(options.at("stoc_len"), "stoc_len");
    flags.rng_levels = whole<std::int32_t>(options.at("rng_levels"), "rng_levels");
    flags.chunk_d = whole<std::int64_t>(options.at("chunk_d"), "chunk_d");
    flags.group_a = whole<std::int64_t>(options.at("group_a"), "group_a");
    flags.group_b = whole<std::int64_t>(options.at("group_b"), "group_b");
    return flags.options();
}

} // namespace

Manifest parse_manifest(const std::string &path, const std::string &content) {
    try {
        const Json json = parse_json<Json>(content);
        if (json.at("format") != "scmp-export" || json.at("format_version") != export_version)
            fail(SCMP_ERROR_FORMAT, "it is none of an export, or of a later version");
        Manifest manifest;
        manifest.options = read_options(json.at("options"));
        manifest.file_format = one_word_of(json, "file_format", {"memh", "csv", "npy"});
        manifest.library_version = json.at("library_version").get<std::string>();
        manifest.smooth = json.at("smooth").get<bool>();
        manifest.tables = json.at("tables").get<bool>();
        return manifest;
    } catch (const nlohmann::json::exception &error) {
        fail(SCMP_ERROR_FORMAT, path, " is no manifest: ", one_line(error.what()));
    } catch (const Failure &failure) {
        fail(SCMP_ERROR_FORMAT, path, " is no manifest: ", failure.what());
    }
}

} // namespace cli
