// See rows.h.
#include "rows.h"

#include <cstdarg>
#include <cstdio>

namespace {

// 1e9 products a second; null where nothing was measured.
Json rate(const CudaProduct &product, double ms) {
    return ms > 0 ? Json(products(product) / ms / 1e6) : Json();
}

Json time_or_null(double ms) {
    return ms > 0 ? Json(ms) : Json();
}

Json ratio(const Times &own, const Times &other) {
    return own.device_ms > 0 && other.device_ms > 0 ? Json(other.device_ms / own.device_ms) : Json();
}

std::string format(const char *text, ...) __attribute__((format(printf, 1, 2)));
std::string format(const char *text, ...) {
    char line[512];
    va_list values;
    va_start(values, text);
    std::vsnprintf(line, sizeof line, text, values);
    va_end(values);
    return line;
}

// A number of a row, or "-" where it is null or not there.
std::string cell(const Json &row, const char *key, int width, int decimals) {
    const auto found = row.find(key);
    if (found == row.end() || !found->is_number()) return format("%*s", width, "-");
    return format("%*.*f", width, decimals, found->get<double>());
}

} // namespace

Json machine_row(const Machine &machine) {
    Json row;
    row["bench"] = "device";
    row["shared_bytes"] = machine.shared_bytes;
    row["power_limit_w"] = machine.power_limit;
    add_machine(row, machine);
    return row;
}

void add_machine(Json &row, const Machine &machine) {
    row["device"] = machine.device;
    row["compute_capability"] = std::to_string(machine.major) + "." + std::to_string(machine.minor);
    row["multiprocessors"] = machine.processors;
    row["driver"] = machine.driver;
    row["runtime"] = machine.runtime;
    row["clock_mhz"] = machine.clock_mhz;
    row["memory_clock_mhz"] = machine.memory_clock_mhz;
    row["library_version"] = scmp_version();
}

Json instruction_row(const InstructionRate &rate) {
    Json row;
    row["bench"] = "instruction";
    row["name"] = rate.name;
    if (!rate.left_out.empty()) {
        row["left_out"] = rate.left_out;
        return row;
    }
    row[rate.reads ? "reads_per_clk_sm" : "mac_per_clk_sm"] = rate.per_clk_sm;
    row["tera_per_s"] = rate.tera_per_s;
    row["measured_mhz"] = rate.measured_mhz;
    return row;
}

Json matmul_row(const MatmulResult &result) {
    const scmp_report &report = result.report;
    Json row;
    row["bench"] = "matmul";
    row["shape"] = {result.product.n, result.product.m, result.product.d};
    row["batch"] = result.product.batch;
    row["stoc_len"] = report.stoc_len;
    row["rng_levels"] = report.rng_levels;
    row["granularity"] = scmp_granularity_name(SCMP_GRANULARITY_PER_ROW);
    row["mode"] = scmp_mode_name(SCMP_MODE_BIPOLAR);
    row["config"] = "sobol_simple";
    row["scramble"] = scmp_scramble_name(report.scramble);
    row["scrambled"] = report.scrambled != 0;
    row["tables"] = report.tables;
    row["isa"] = report.isa == nullptr ? "" : report.isa;
    row["kernel"] = report.kernel == nullptr ? "" : report.kernel;
    if (!result.forced.empty()) row["forced_kernel"] = result.forced;
    row["threads"] = report.threads;
    row["backend"] = scmp_backend_name(report.backend);
    row["prepacked"] = result.prepacked;
    row["gmacs"] = rate(result.product, result.own.device_ms);
    row["sgemm_gmacs"] = rate(result.product, result.sgemm.device_ms);
    row["sgemm"] = result.sgemm_name;
    row["ratio_sgemm"] = ratio(result.own, result.sgemm);
    row["gather_gmacs"] = rate(result.product, result.gather.device_ms);
    row["ratio_gather"] = ratio(result.own, result.gather);
    row["device_ms"] = time_or_null(result.own.device_ms);
    row["wall_ms"] = time_or_null(result.own.wall_ms);
    row["wall_gmacs"] = rate(result.product, result.own.wall_ms);
    row["cold_wall_ms"] = time_or_null(result.cold_wall_ms);
    row["sgemm_device_ms"] = time_or_null(result.sgemm.device_ms);
    row["sgemm_wall_ms"] = time_or_null(result.sgemm.wall_ms);
    row["gather_device_ms"] = time_or_null(result.gather.device_ms);
    row["bytes_peak"] = report.bytes_peak;
    row["bytes_device"] = report.bytes_device;
    row["compared_rows"] = result.compared_rows;
    return row;
}

std::string machine_text(const Machine &machine) {
    return format("%s, compute capability %d.%d, %d multiprocessors, at most %d MHz, memory %d MHz%s%s%s\n"
                  "driver %s; runtime %s; libscmp %s\n",
                  machine.device.c_str(), machine.major, machine.minor, machine.processors, machine.clock_mhz,
                  machine.memory_clock_mhz, machine.power_limit.empty() ? "" : ", ", machine.power_limit.c_str(),
                  machine.power_limit.empty() ? "" : " W", machine.driver.c_str(), machine.runtime.c_str(),
                  scmp_version());
}

std::string instruction_header() {
    return format("%-36s %14s %9s %9s\n", "instruction", "MAC/clk/SM", "T/s", "MHz");
}

std::string instruction_text(const Json &row) {
    const std::string name = row["name"];
    if (row.contains("left_out")) return format("%-36s %s\n", name.c_str(), row["left_out"].get<std::string>().c_str());
    const bool reads = row.contains("reads_per_clk_sm");
    return format("%-36s %s %s %s%s\n", name.c_str(),
                  cell(row, reads ? "reads_per_clk_sm" : "mac_per_clk_sm", 14, 1).c_str(),
                  cell(row, "tera_per_s", 9, 2).c_str(), cell(row, "measured_mhz", 9, 0).c_str(),
                  reads ? "  reads, not MACs" : "");
}

std::string matmul_header() {
    return format("%-24s %4s %-18s %-6s %9s %9s %9s %9s %6s %9s %7s %8s\n", "N x M x D", "L", "kernel", "packed",
                  "device ms", "wall ms", "GMAC/s", "sgemm", "ratio", "gather", "ratio", "MiB");
}

std::string matmul_text(const Json &row) {
    const CudaProduct product{row["batch"], row["shape"][0], row["shape"][1], row["shape"][2]};
    return format("%-24s %4d %-18s %-6s %s %s %s %s %s %s %s %8.1f\n", shape_text(product).c_str(),
                  row["stoc_len"].get<int>(), row["kernel"].get<std::string>().c_str(),
                  row["prepacked"].get<bool>() ? "yes" : "no", cell(row, "device_ms", 9, 4).c_str(),
                  cell(row, "wall_ms", 9, 4).c_str(), cell(row, "gmacs", 9, 1).c_str(),
                  cell(row, "sgemm_gmacs", 9, 1).c_str(), cell(row, "ratio_sgemm", 6, 3).c_str(),
                  cell(row, "gather_gmacs", 9, 1).c_str(), cell(row, "ratio_gather", 7, 1).c_str(),
                  row["bytes_device"].get<double>() / (1 << 20));
}

std::string legend(const std::string &sgemm_name) {
    return "\n"
           "device  milliseconds a call by events around calls that follow each other, operands and result in device\n"
           "        memory; wall: by the host's clock, from one call to the end of its work\n"
           "GMAC/s  products (N x M x D) per second of device time, float operands in, float result out, the "
           "context's\n"
           "        sequences and tables made before (cold_wall_ms in the JSON rows: made in the call)\n"
           "packed  the right operand was quantized and laid out before\n"
           "sgemm   " +
           sgemm_name +
           "\n"
           "gather  one table lookup per product, a thread for each output, operands already quantized\n"
           "MiB     working memory of a call on the device, operands and result not counted\n";
}
