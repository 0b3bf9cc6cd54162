// Benchmarks of ./run bench: products per second for each instruction set, as a table and as JSON.
//
// oneDNN and the library choose their kernels once in a process, so every instruction set has a child process of its
// own; the children write their rows as JSON lines to a pipe.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <sched.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

namespace {

using Json = nlohmann::ordered_json;

std::vector<Case> cases() {
    std::vector<Case> all;
    for (const int size : {128, 512, 1024}) {
        all.push_back({size, size, size, 64});
        all.push_back({size, size, size, 128, true});
        all.push_back({size, size, size, 256});
    }
    for (const int n : {1, 8}) {
        for (const int stoc_len : {64, 128, 256}) {
            Case product{n, 4096, 4096, stoc_len, stoc_len == 128};
            product.decode = true;
            all.push_back(product);
        }
    }
    // What the options change, at one size.
    all.push_back({512, 512, 512, 256, false, SCMP_PER_TENSOR});
    all.push_back({512, 512, 512, 256, false, SCMP_PER_ROW, SCMP_UNIPOLAR});
    all.push_back({512, 512, 512, 256, false, SCMP_PER_ROW, SCMP_BIPOLAR, SCMP_SCRAMBLE_ALWAYS_BITREV});
    all.push_back({512, 512, 512, 64, false, SCMP_PER_ROW, SCMP_BIPOLAR, SCMP_SCRAMBLE_OFF});
    return all;
}

// sgemm may use what the row's kernels may use. The portable kernels are SSE2; oneDNN begins at SSE4.1.
const char *dnnl_limit(const std::string &isa) {
    static const std::map<std::string, const char *> limits = {
        {"portable", "SSE41"}, {"avx2", "AVX2"}, {"avx512bw", "AVX512_CORE"}, {"avx512vbmi", "AVX512_CORE_VNNI"}};
    const auto limit = limits.find(isa);
    return limit == limits.end() ? "ALL" : limit->second;
}

// --- In a child -----------------------------------------------------------------------------------------------------

void pin_to_one_core() {
    cpu_set_t allowed, one;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) throw std::runtime_error("sched_getaffinity failed");
    int core = CPU_SETSIZE - 1; // the last one: interrupts favour the first
    while (core > 0 && !CPU_ISSET(core, &allowed)) core--;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0) throw std::runtime_error("sched_setaffinity failed");
}

Json row(const Case &product, const Measured &measured, double gmacs, bool prepacked) {
    const scmp_report &report = measured.report;
    Json json;
    json["bench"] = "matmul";
    json["shape"] = {product.n, product.m, product.d};
    json["stoc_len"] = report.stoc_len;
    json["rng_levels"] = report.rng_levels;
    json["granularity"] = scmp_granularity_name(product.granularity);
    json["mode"] = scmp_mode_name(product.mode);
    json["scramble"] = scmp_scramble_name(report.scramble);
    json["tables"] = report.tables;
    json["isa"] = report.isa;
    json["kernel"] = report.kernel;
    json["threads"] = report.threads;
    json["backend"] = scmp_backend_name(report.backend);
    json["prepacked"] = prepacked;
    json["gmacs"] = gmacs;
    json["sgemm_gmacs"] = measured.sgemm_gmacs;
    json["sgemm"] = sgemm_name();
    json["ratio_sgemm"] = gmacs / measured.sgemm_gmacs;
    json["gather_gmacs"] = measured.gather_gmacs;
    json["ratio_gather"] = gmacs / measured.gather_gmacs;
    json["bytes_peak"] = prepacked ? measured.packed_bytes + measured.packed_bytes_peak : report.bytes_peak;
    return json;
}

void print_line(const Json &json) {
    std::cout << json.dump() << std::endl;
}

void run_child(bool only_sgemm) {
    pin_to_one_core();
    if (only_sgemm) {
        for (const Case &product : cases())
            print_line({{"sgemm_gmacs", measure_sgemm(product)}, {"sgemm", sgemm_name()}});
        return;
    }
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.backend = SCMP_BACKEND_CPU;
    options.threads = 1;
    scmp_ctx *ctx = nullptr;
    if (scmp_ctx_create(&options, &ctx) != SCMP_OK) throw std::runtime_error(scmp_last_error());
    int number = 0;
    for (const Case &product : cases()) {
        const Measured measured = measure(ctx, product);
        Json whole = product.decode ? Json() : row(product, measured, measured.gmacs, false);
        Json packed = row(product, measured, measured.packed_gmacs, true);
        for (Json *json : {&whole, &packed}) {
            if (json->is_null()) continue;
            (*json)["case"] = number;
            print_line(*json);
        }
        number++;
    }
    scmp_ctx_destroy(&ctx);
}

// --- In the parent
// ----------------------------------------------------------------------------------------------------

void print_header() {
    std::printf("%-18s %4s %5s  %-10s %-8s %-13s %6s  %-10s %-6s %8s %8s %6s %6s %8s %6s\n", "N x M x D", "L", "G",
                "scales", "mode", "scramble", "tables", "isa", "packed", "GMAC/s", "sgemm", "ratio", "best", "gather",
                "ratio");
}

void print_row(const Json &json) {
    const auto text = [&](const char *key) { return json.at(key).get<std::string>(); };
    const auto number = [&](const char *key) { return json.at(key).get<double>(); };
    std::ostringstream shape;
    shape << json["shape"][0] << " x " << json["shape"][1] << " x " << json["shape"][2];
    std::printf("%-18s %4d %5d  %-10s %-8s %-13s %6d  %-10s %-6s %8.2f %8.2f %6.2f %6.2f %8.2f %6.1f\n",
                shape.str().c_str(), json["stoc_len"].get<int>(), json["rng_levels"].get<int>(),
                text("granularity").c_str(), text("mode").c_str(), text("scramble").c_str(), json["tables"].get<int>(),
                text("isa").c_str(), json["prepacked"].get<bool>() ? "yes" : "no", number("gmacs"),
                number("sgemm_gmacs"), number("ratio_sgemm"), number("ratio_sgemm_best"), number("gather_gmacs"),
                number("ratio_gather"));
    std::fflush(stdout);
}

void print_legend(const std::string &best) {
    std::printf(
        "\n"
        "GMAC/s  products (N x M x D) per second on one core, float operands in, float result out\n"
        "packed  the right operand was quantized and laid out before\n"
        "sgemm   oneDNN's float product on the same core, limited to the row's instruction set; best: the ratio\n"
        "        to %s\n"
        "gather  one table lookup per product in a plain loop, operands already quantized\n",
        best.c_str());
}

// Runs this program again under other limits, and gives its lines to `take` as they come.
template <class Take> void read_child(const std::string &isa, const char *limit, Take &&take) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::runtime_error("pipe failed");
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        setenv("SCMP_CPU", isa.empty() ? "portable" : isa.c_str(), 1);
        setenv("DNNL_MAX_CPU_ISA", limit, 1);
        setenv("OMP_NUM_THREADS", "1", 1);
        execl("/proc/self/exe", "bench", isa.empty() ? "--child-sgemm" : "--child", static_cast<char *>(nullptr));
        _exit(127);
    }
    close(ends[1]);
    std::FILE *lines = fdopen(ends[0], "r");
    char *line = nullptr;
    std::size_t capacity = 0;
    while (getline(&line, &capacity, lines) > 0) take(Json::parse(line));
    std::free(line);
    std::fclose(lines);
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) throw std::runtime_error("the child process for '" + isa + "' failed");
}

void run_parent(const char *json_path) {
    std::vector<Json> best;
    read_child("", "ALL", [&](const Json &json) { best.push_back(json); });
    print_header();
    Json rows = Json::array();
    for (std::int32_t i = 0; i < scmp_isa_count(); i++) {
        if (scmp_isa_available(i) == 0) continue;
        const std::string isa = scmp_isa_name(i);
        read_child(isa, dnnl_limit(isa), [&](Json json) {
            const Json &unlimited = best.at(json["case"].get<std::size_t>());
            json.erase("case");
            json["sgemm_best"] = unlimited["sgemm"];
            json["ratio_sgemm_best"] = json["gmacs"].get<double>() / unlimited["sgemm_gmacs"].get<double>();
            print_row(json);
            rows.push_back(std::move(json));
        });
    }
    print_legend(best.at(0)["sgemm"].get<std::string>());
    if (json_path == nullptr) return;
    std::ofstream file(json_path);
    file << rows.dump(1) << '\n';
    if (!file.flush()) throw std::runtime_error(std::string("cannot write ") + json_path);
}

} // namespace

int main(int argc, char **argv) try {
    if (argc == 2 && std::strcmp(argv[1], "--child") == 0) {
        run_child(false);
    } else if (argc == 2 && std::strcmp(argv[1], "--child-sgemm") == 0) {
        run_child(true);
    } else if (argc == 1) {
        run_parent(nullptr);
    } else if (argc == 3 && std::strcmp(argv[1], "--json") == 0) {
        run_parent(argv[2]);
    } else {
        std::fprintf(stderr, "usage: bench [--json FILE]\n");
        return 2;
    }
    return 0;
} catch (const std::exception &error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
}
