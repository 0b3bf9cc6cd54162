// What the CUDA benchmark has measured, as JSON and as lines to read. Nothing of CUDA is in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

#include "products.h"
#include "scmp/scmp.h"

using Json = nlohmann::ordered_json;

struct Machine {
    std::string device, driver, runtime, power_limit; // power_limit in watts; empty: not known
    int major = 0, minor = 0;                         // compute capability
    int processors = 0;
    std::size_t shared_bytes = 0; // that one block may have
    int clock_mhz = 0, memory_clock_mhz = 0;
};

struct InstructionRate {
    std::string name;
    std::string left_out{};  // a sentence where it was not measured
    bool reads = false;      // reads of shared memory, not products
    double per_clk_sm = 0;   // products or reads, by the multiprocessors' own counters
    double tera_per_s = 0;   // 1e12 of them a second on the whole device, by events
    double measured_mhz = 0; // the clock that follows from the two
};

// Milliseconds for a call; 0: not measured.
struct Times {
    double device_ms = 0; // by events around calls that follow each other
    double wall_ms = 0;   // by the host's clock, to the end of the stream's work
};

struct MatmulResult {
    CudaProduct product;
    bool prepacked = false;
    std::string forced{}; // SCMP_CUDA_KERNEL; empty: the library's choice
    Times own, sgemm, gather;
    double cold_wall_ms = 0; // with sequences and tables to be made first
    std::string sgemm_name;
    scmp_report report;
    std::int64_t compared_rows = 0; // of the result, bit for bit with the CPU's
};

Json machine_measurement(const Machine &machine);
Json instruction_measurement(const InstructionRate &rate);
Json matmul_measurement(const MatmulResult &result);

// Adds what every measurement of a run has.
void add_machine(Json &measurement, const Machine &machine);

std::string machine_text(const Machine &machine);
std::string instruction_header();
std::string instruction_text(const Json &measurement);
std::string matmul_header();
std::string matmul_text(const Json &measurement);
std::string legend(const std::string &sgemm_name);
