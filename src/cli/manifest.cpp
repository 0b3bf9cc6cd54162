// Reads the manifest of an export; see manifest.h.
#include "manifest.h"

#include <nlohmann/json.hpp>

#include "failure.h"
#include "json_file.h"

namespace cli {
Manifest parse_manifest(const std::string &path, const std::string &content) {
    try {
        const auto json = parse_json<nlohmann::ordered_json>(content);
        if (json.at("format") != "scmp-export" || json.at("format_version") != export_version)
            fail(SCMP_ERROR_FORMAT, "it is none of an export, or of a later version");
        Manifest manifest;
        manifest.options = options_from_json(json.at("options"), &Places::manifest);
        manifest.file_format = one_word_of(json.at("file_format"), "file_format", {"memh", "csv", "npy"});
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
