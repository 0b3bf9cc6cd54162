// The manifest of an export: what verify needs to make the other files again.
#pragma once

#include <string>

#include "options.h"

namespace cli {

constexpr int export_version = 1;

struct Manifest {
    ProductOptions options;
    std::string file_format, library_version; // file_format: memh, csv or npy
    bool smooth = false, tables = true;
};

// FORMAT where the text is no manifest; `path` is for the sentence.
Manifest parse_manifest(const std::string &path, const std::string &content);

} // namespace cli
