// A small product on each instruction set of this machine, for scmp info --verbose.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace cli {

// The report of each, as it goes into the object of --json; and the same as text.
nlohmann::ordered_json probe_products();
std::string probe_text(const nlohmann::ordered_json &products);

} // namespace cli
