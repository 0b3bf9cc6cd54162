// See measurements.h.
#include "measurements.h"

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

// A number of a measurement, or "-" where it is null or not there.
std::string cell(const Json &measurement, const char *key, int width, int decimals) {
    const auto found = measurement.find(key);
    if (found == measurement.end() || !found->is_number()) return format("%*s", width, "-");
    return format("%*.*f", width, decimals, found->get<double>());
}

} // namespace

Json machine_measurement(const Machine &machine) {
    Json measurement;
    measurement["bench"] = "device";
    measurement["shared_bytes"] = machine.shared_bytes;
    measurement["power_limit_w"] = machine.power_limit;
    add_machine(measurement, machine);
    return measurement;
}

void add_machine(Json &measurement, const Machine &machine) {
    measurement["device"] = machine.device;
    measurement["compute_capability"] = std::to_string(machine.major) + "." + std::to_string(machine.minor);
    measurement["multiprocessors"] = machine.processors;
    measurement["driver"] = machine.driver;
    measurement["runtime"] = machine.runtime;
    measurement["clock_mhz"] = machine.clock_mhz;
    measurement["memory_clock_mhz"] = machine.memory_clock_mhz;
    measurement["library_version"] = scmp_version();
}

Json instruction_measurement(const InstructionRate &rate) {
    Json measurement;
    measurement["bench"] = "instruction";
    measurement["name"] = rate.name;
    if (!rate.left_out.empty()) {
        measurement["left_out"] = rate.left_out;
        return measurement;
    }
    measurement[rate.reads ? "reads_per_clk_sm" : "mac_per_clk_sm"] = rate.per_clk_sm;
    measurement["tera_per_s"] = rate.tera_per_s;
    measurement["measured_mhz"] = rate.measured_mhz;
    return measurement;
}

Json matmul_measurement(const MatmulResult &result) {
    const scmp_report &report = result.report;
    Json measurement;
    measurement["bench"] = "matmul";
    measurement["shape"] = {result.product.n, result.product.m, result.product.d};
    measurement["batch"] = result.product.batch;
    measurement["stoc_len"] = report.stoc_len;
    measurement["rng_levels"] = report.rng_levels;
    measurement["granularity"] = scmp_granularity_name(SCMP_GRANULARITY_PER_ROW);
    measurement["mode"] = scmp_mode_name(SCMP_MODE_BIPOLAR);
    measurement["config"] = "sobol_simple";
    measurement["scramble"] = scmp_scramble_name(report.scramble);
    measurement["scrambled"] = report.scrambled != 0;
    measurement["tables"] = report.tables;
    measurement["isa"] = report.isa == nullptr ? "" : report.isa;
    measurement["kernel"] = report.kernel == nullptr ? "" : report.kernel;
    if (!result.forced.empty()) measurement["forced_kernel"] = result.forced;
    measurement["threads"] = report.threads;
    measurement["backend"] = scmp_backend_name(report.backend);
    measurement["prepacked"] = result.prepacked;
    measurement["gmacs"] = rate(result.product, result.own.device_ms);
    measurement["sgemm_gmacs"] = rate(result.product, result.sgemm.device_ms);
    measurement["sgemm"] = result.sgemm_name;
    measurement["ratio_sgemm"] = ratio(result.own, result.sgemm);
    measurement["gather_gmacs"] = rate(result.product, result.gather.device_ms);
    measurement["ratio_gather"] = ratio(result.own, result.gather);
    measurement["device_ms"] = time_or_null(result.own.device_ms);
    measurement["wall_ms"] = time_or_null(result.own.wall_ms);
    measurement["wall_gmacs"] = rate(result.product, result.own.wall_ms);
    measurement["cold_wall_ms"] = time_or_null(result.cold_wall_ms);
    measurement["sgemm_device_ms"] = time_or_null(result.sgemm.device_ms);
    measurement["sgemm_wall_ms"] = time_or_null(result.sgemm.wall_ms);
    measurement["gather_device_ms"] = time_or_null(result.gather.device_ms);
    measurement["bytes_peak"] = report.bytes_peak;
    measurement["bytes_device"] = report.bytes_device;
    measurement["compared_rows"] = result.compared_rows;
    return measurement;
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

std::string instruction_text(const Json &measurement) {
    const std::string name = measurement["name"];
    if (measurement.contains("left_out"))
        return format("%-36s %s\n", name.c_str(), measurement["left_out"].get<std::string>().c_str());
    const bool reads = measurement.contains("reads_per_clk_sm");
    return format("%-36s %s %s %s%s\n", name.c_str(),
                  cell(measurement, reads ? "reads_per_clk_sm" : "mac_per_clk_sm", 14, 1).c_str(),
                  cell(measurement, "tera_per_s", 9, 2).c_str(), cell(measurement, "measured_mhz", 9, 0).c_str(),
                  reads ? "  reads, not MACs" : "");
}

std::string matmul_header() {
    return format("%-24s %4s %-18s %-6s %9s %9s %9s %9s %6s %9s %7s %8s\n", "N x M x D", "L", "kernel", "packed",
                  "device ms", "wall ms", "GMAC/s", "sgemm", "ratio", "gather", "ratio", "MiB");
}

std::string matmul_text(const Json &measurement) {
    const CudaProduct product{measurement["batch"], measurement["shape"][0], measurement["shape"][1],
                              measurement["shape"][2]};
    return format("%-24s %4d %-18s %-6s %s %s %s %s %s %s %s %8.1f\n", shape_text(product).c_str(),
                  measurement["stoc_len"].get<int>(), measurement["kernel"].get<std::string>().c_str(),
                  measurement["prepacked"].get<bool>() ? "yes" : "no", cell(measurement, "device_ms", 9, 4).c_str(),
                  cell(measurement, "wall_ms", 9, 4).c_str(), cell(measurement, "gmacs", 9, 1).c_str(),
                  cell(measurement, "sgemm_gmacs", 9, 1).c_str(), cell(measurement, "ratio_sgemm", 6, 3).c_str(),
                  cell(measurement, "gather_gmacs", 9, 1).c_str(), cell(measurement, "ratio_gather", 7, 1).c_str(),
                  measurement["bytes_device"].get<double>() / (1 << 20));
}

std::string legend(const std::string &sgemm_name) {
    return "\n"
           "device  milliseconds a call by events around calls that follow each other, operands and result in device\n"
           "        memory; wall: by the host's clock, from one call to the end of its work\n"
           "GMAC/s  products (N x M x D) per second of device time, float operands in, float result out, the "
           "context's\n"
           "        sequences and tables made before (cold_wall_ms in the JSON file: made in the call)\n"
           "packed  the right operand was quantized and laid out before\n"
           "sgemm   " +
           sgemm_name +
           "\n"
           "gather  one table lookup per product, a thread for each output, operands already quantized\n"
           "MiB     working memory of a call on the device, operands and result not counted\n";
}
