// Turns reports into JSON.
#include "report_json.h"

namespace cli {

using Json = nlohmann::ordered_json;

// Every text in it went through utf8(); what did not is still replaced and no exception.
std::string json_text(const Json &json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json blocking_json(const scmp_report &report) {
    return {{"panel_columns", report.panel_columns},
            {"task_rows", report.task_rows},
            {"task_columns", report.task_columns},
            {"tasks", report.tasks},
            {"workers", report.workers}};
}

Json stages_json(const scmp_report &report) {
    return {{"quantize", report.ms_quantize}, {"tables", report.ms_tables},         {"pack", report.ms_pack},
            {"count", report.ms_count},       {"dequantize", report.ms_dequantize}, {"total", report.ms_total}};
}

} // namespace cli
