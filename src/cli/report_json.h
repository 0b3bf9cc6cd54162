// The report of a product, as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <scmp/scmp.h>

namespace cli {

// The text as the program prints it: indented, with a newline at the end.
std::string json_text(const nlohmann::ordered_json &json);

nlohmann::ordered_json blocking_json(const scmp_report &report);
// Milliseconds by stage.
nlohmann::ordered_json stages_json(const scmp_report &report);

} // namespace cli
