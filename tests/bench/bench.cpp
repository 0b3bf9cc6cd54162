// Benchmarks of ./run bench: products per second for each instruction set, and how cost grows, as tables and as JSON.
//
// oneDNN and the library choose their kernels once in a process, so every instruction set has a child process of its
// own; the children write their measurements as JSON lines to a pipe. report.py makes the plot and the README's table
// of them.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <sched.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"
#include "passes.h"
#include "scaling.h"

namespace {

using Json = nlohmann::ordered_json;

// sgemm may use what the kernels beside it may use. The portable kernels are SSE2; oneDNN begins at SSE4.1.
const char *dnnl_limit(const std::string &isa) {
    static const std::map<std::string, const char *> limits = {
        {"portable", "SSE41"}, {"avx2", "AVX2"}, {"avx512bw", "AVX512_CORE"}, {"avx512vbmi", "AVX512_CORE_VNNI"}};
    const auto limit = limits.find(isa);
    return limit == limits.end() ? "ALL" : limit->second;
}

Effort effort(bool quick) {
    return quick ? Effort{.min_rounds = 3, .seconds = 0.25} : Effort{};
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

Json stages(const scmp_report &report) {
    return {{"quantize", report.ms_quantize}, {"tables", report.ms_tables},         {"pack", report.ms_pack},
            {"count", report.ms_count},       {"dequantize", report.ms_dequantize}, {"total", report.ms_total}};
}

Json measurement(const Case &product, const Measured &measured, bool prepacked) {
    const scmp_report &report = prepacked ? measured.packed_report : measured.report;
    const double gmacs = prepacked ? measured.packed_gmacs : measured.gmacs;
    Json json;
    json["bench"] = "matmul";
    json["shape"] = {product.n, product.m, product.d};
    json["stoc_len"] = report.stoc_len;
    json["rng_levels"] = report.rng_levels;
    json["granularity"] = scmp_granularity_name(product.granularity);
    json["mode"] = scmp_mode_name(product.mode);
    json["config"] = product.config.empty() ? "sobol_simple" : product.config;
    json["scramble"] = scmp_scramble_name(report.scramble);
    json["scrambled"] = report.scrambled != 0;
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
    json["bytes_peak"] = report.bytes_peak + (prepacked ? measured.packed_bytes : 0);
    json["ms"] = stages(report);
    return json;
}

Json measurement(const Pass &pass, const char *isa) {
    return {{"bench", "pass"},
            {"pass", pass.name},
            {"dtype", pass.dtype},
            {"isa", isa},
            {"threads", 1},
            {"bytes", pass.bytes},
            {"gbs", pass.gbs},
            {"memcpy_gbs", pass.memcpy_gbs},
            {"ratio_memcpy", pass.gbs / pass.memcpy_gbs}};
}

Json measurement(const ThreadPoint &point) {
    return {{"bench", "threads"},
            {"shape", {point.product.n, point.product.m, point.product.d}},
            {"stoc_len", point.product.stoc_len},
            {"isa", point.report.isa},
            {"threads", point.threads},
            {"workers", point.report.workers},
            {"tasks", point.report.tasks},
            {"gmacs", point.gmacs},
            {"speedup", point.speedup},
            {"bytes_peak", point.report.bytes_peak}};
}

Json measurement(const CutPoint &point, const char *isa) {
    return {{"bench", "cut"},
            {"shape", {point.product.n, point.product.m, point.product.d}},
            {"stoc_len", point.product.stoc_len},
            {"isa", isa},
            {"threads", point.threads},
            {"tasks", point.report.tasks},
            {"task_rows", point.report.task_rows},
            {"task_columns", point.report.task_columns},
            {"gmacs", point.gmacs},
            {"relative_cost", point.relative_cost},
            {"bytes_peak", point.report.bytes_peak}};
}

Json measurement(const SizePoint &point, const char *isa) {
    return {{"bench", "size"},
            {"axis", std::string(1, point.axis)},
            {"shape", {point.product.n, point.product.m, point.product.d}},
            {"stoc_len", point.product.stoc_len},
            {"isa", isa},
            {"threads", 1},
            {"gmacs", point.gmacs},
            {"relative_cost", point.relative_cost},
            {"bytes_peak", point.bytes_peak}};
}

void print_line(const Json &json) {
    std::cout << json.dump() << std::endl;
}

struct ContextDeleter {
    void operator()(scmp_ctx *ctx) const { scmp_ctx_destroy(&ctx); }
};
std::unique_ptr<scmp_ctx, ContextDeleter> one_thread() {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.backend = SCMP_BACKEND_CPU;
    options.threads = 1;
    scmp_ctx *ctx = nullptr;
    check(scmp_ctx_create(&options, &ctx));
    return std::unique_ptr<scmp_ctx, ContextDeleter>(ctx);
}

void child_matmul(bool quick) {
    pin_to_one_core();
    const auto ctx = one_thread();
    int number = 0;
    for (const Case &product : cases(quick)) {
        const Measured measured = measure(ctx.get(), product, effort(quick));
        for (const bool prepacked : {false, true}) {
            if (product.decode && !prepacked) continue;
            Json json = measurement(product, measured, prepacked);
            json["case"] = number;
            print_line(json);
        }
        number++;
    }
    for (const Pass &pass : measure_passes(ctx.get(), quick)) print_line(measurement(pass, scmp_ctx_isa(ctx.get())));
}

// sgemm as fast as it gets here; one line for each case.
void child_sgemm(bool quick) {
    pin_to_one_core();
    std::map<std::array<int, 3>, double> known;
    for (const Case &product : cases(quick)) {
        const std::array<int, 3> shape = {product.n, product.m, product.d};
        if (!known.contains(shape)) known[shape] = measure_sgemm(product, effort(quick));
        print_line({{"sgemm_gmacs", known[shape]}, {"sgemm", sgemm_name()}});
    }
}

void child_scaling() {
    const auto ctx = one_thread();
    for (const ThreadPoint &point : measure_threads(ctx.get())) print_line(measurement(point));
    pin_to_one_core();
    for (const CutPoint &point : measure_cuts(ctx.get())) print_line(measurement(point, scmp_ctx_isa(ctx.get())));
    for (const SizePoint &point : measure_sizes(ctx.get())) print_line(measurement(point, scmp_ctx_isa(ctx.get())));
}

// --- In the parent --------------------------------------------------------------------------------------------------

std::string shape_text(const Json &json) {
    std::ostringstream shape;
    shape << json["shape"][0] << " x " << json["shape"][1] << " x " << json["shape"][2];
    return shape.str();
}

// What is not the default is named.
std::string options_text(const Json &json) {
    std::string text;
    const auto add = [&](const std::string &word) { text += (text.empty() ? "" : " ") + word; };
    if (json["granularity"] != "per_row") add(json["granularity"]);
    if (json["mode"] != "bipolar") add(json["mode"]);
    if (json["config"] != "sobol_simple") add(json["config"]);
    if (json["rng_levels"] != 256) add("G=" + json["rng_levels"].dump());
    if (json["scrambled"]) add(json["scramble"]);
    if (json["scramble"] == "off") add("unscrambled");
    return text;
}

void print_header() {
    std::printf("%-18s %4s  %-24s %6s  %-10s %-6s %8s %8s %6s %6s %8s %6s %7s %8s\n", "N x M x D", "L", "options",
                "tables", "isa", "packed", "GMAC/s", "sgemm", "ratio", "best", "gather", "ratio", "default", "MiB");
}

void print_matmul(const Json &json) {
    const auto number = [&](const char *key) { return json.at(key).get<double>(); };
    std::printf("%-18s %4d  %-24s %6d  %-10s %-6s %8.2f %8.2f %6.2f %6.2f %8.2f %6.1f %7.2f %8.1f\n",
                shape_text(json).c_str(), json["stoc_len"].get<int>(), options_text(json).c_str(),
                json["tables"].get<int>(), json["isa"].get<std::string>().c_str(),
                json["prepacked"].get<bool>() ? "yes" : "no", number("gmacs"), number("sgemm_gmacs"),
                number("ratio_sgemm"), number("ratio_sgemm_best"), number("gather_gmacs"), number("ratio_gather"),
                number("ratio_default"), number("bytes_peak") / (1 << 20));
    std::fflush(stdout);
}

void print_legend(const std::string &best) {
    std::printf(
        "\n"
        "GMAC/s  products (N x M x D) per second on one core, float operands in, float result out\n"
        "packed  the right operand was quantized and laid out before\n"
        "sgemm   oneDNN's float product on the same core, limited to the row's instruction set; best: the ratio\n"
        "        to %s\n"
        "gather  one table lookup per product in a plain loop, operands already quantized\n"
        "default the ratio to the default options' figure for the same shape\n"
        "MiB     most memory that the product held, operands and result not counted\n",
        best.c_str());
}

void print_passes(const Json &measurements) {
    std::printf("\n%-10s %-18s %-5s %8s %8s %6s   passes over 64 MiB; GB/s counts bytes read and written\n", "isa",
                "pass", "dtype", "GB/s", "memcpy", "ratio");
    for (const Json &json : measurements) {
        if (json["bench"] != "pass") continue;
        std::printf("%-10s %-18s %-5s %8.1f %8.1f %6.2f\n", json["isa"].get<std::string>().c_str(),
                    json["pass"].get<std::string>().c_str(), json["dtype"].get<std::string>().c_str(),
                    json["gbs"].get<double>(), json["memcpy_gbs"].get<double>(), json["ratio_memcpy"].get<double>());
    }
}

void print_scaling(const Json &json) {
    std::printf("%-18s %-10s threads %2d  %8.2f GMAC/s ", shape_text(json).c_str(),
                json["isa"].get<std::string>().c_str(), json["threads"].get<int>(), json["gmacs"].get<double>());
    if (json["bench"] == "threads")
        std::printf("  %.2f times one thread", json["speedup"].get<double>());
    else if (json["bench"] == "cut")
        std::printf("  all on one core: %.3f of one thread's processor time", json["relative_cost"].get<double>());
    else
        std::printf("  a product costs %.3f of the mean over %s", json["relative_cost"].get<double>(),
                    json["axis"].get<std::string>().c_str());
    std::printf("  %.1f MiB\n", json["bytes_peak"].get<double>() / (1 << 20));
    std::fflush(stdout);
}

// Where the numbers were taken.
std::string processor() {
    std::ifstream file("/proc/cpuinfo");
    std::map<std::string, std::string> first;
    for (std::string line; std::getline(file, line) && !line.empty();) {
        const auto colon = line.find(':');
        if (colon == std::string::npos || colon + 2 > line.size()) continue;
        first[line.substr(0, line.find_last_not_of("\t ", colon - 1) + 1)] = line.substr(colon + 2);
    }
    if (first.empty()) return "unknown";
    return first["model name"] + " (family " + first["cpu family"] + ", model " + first["model"] + ")";
}

struct Child {
    const char *name;  // what follows --child
    std::string isa;   // SCMP_CPU; empty: left as it is
    const char *limit; // DNNL_MAX_CPU_ISA
    bool quick = false;
};

// Runs this program again under other limits, and gives its lines to `take` as they come.
void read_child(const Child &wanted, const std::function<void(Json)> &take) {
    std::vector<std::string> words = {"env", std::string("DNNL_MAX_CPU_ISA=") + wanted.limit, "OMP_NUM_THREADS=1"};
    if (!wanted.isa.empty()) words.push_back("SCMP_CPU=" + wanted.isa);
    words.insert(words.end(), {std::filesystem::read_symlink("/proc/self/exe").string(), "--child", wanted.name});
    if (wanted.quick) words.emplace_back("--quick");
    std::vector<char *> arguments;
    for (std::string &word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::runtime_error("pipe failed");
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execvp("env", arguments.data()); // oneDNN and the library read the variables
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
    if (status != 0) throw std::runtime_error(std::string("the child process '") + wanted.name + "' failed");
}

Json compare(bool quick) {
    std::vector<Json> best;
    std::map<std::string, double> usual; // by set, shape and packing: the first case of a shape has the defaults
    read_child({"sgemm", "", "ALL", quick}, [&](Json json) { best.push_back(std::move(json)); });
    print_header();
    Json measurements = Json::array();
    for (std::int32_t i = 0; i < scmp_isa_count(); i++) {
        if (scmp_isa_available(i) == 0) continue;
        const std::string isa = scmp_isa_name(i);
        read_child({"matmul", isa, dnnl_limit(isa), quick}, [&](Json json) {
            if (json["bench"] == "matmul") {
                const Json &unlimited = best.at(json["case"].get<std::size_t>());
                json.erase("case");
                json["sgemm_best"] = unlimited["sgemm"];
                json["ratio_sgemm_best"] = json["gmacs"].get<double>() / unlimited["sgemm_gmacs"].get<double>();
                const double gmacs = json["gmacs"];
                const std::string kind = isa + json["shape"].dump() + json["prepacked"].dump();
                json["ratio_default"] = gmacs / usual.emplace(kind, gmacs).first->second;
                print_matmul(json);
            }
            measurements.push_back(std::move(json));
        });
    }
    print_legend(best.at(0)["sgemm"].get<std::string>());
    print_passes(measurements);
    return measurements;
}

Json scaling() {
    Json measurements = Json::array();
    read_child({"scaling", "", "ALL"}, [&](Json json) {
        print_scaling(json);
        measurements.push_back(std::move(json));
    });
    return measurements;
}

void write(const std::string &path, Json measurements) {
    for (Json &json : measurements) {
        json["cpu"] = processor();
        json["compiler"] = SCMP_BENCH_COMPILER;
        json["library_version"] = scmp_version();
    }
    std::ofstream file(path);
    file << measurements.dump(1) << '\n';
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

int usage() {
    std::fprintf(stderr, "usage: bench [--quick] [--scaling] [--json FILE]\n");
    return 2;
}

} // namespace

int main(int argc, char **argv) try {
    bool quick = false, only_scaling = false;
    std::string child, json;
    for (int i = 1; i < argc; i++) {
        const std::string word = argv[i];
        if (word == "--quick")
            quick = true;
        else if (word == "--scaling")
            only_scaling = true;
        else if ((word == "--json" || word == "--child") && i + 1 < argc)
            (word == "--json" ? json : child) = argv[++i];
        else
            return usage();
    }
    if (child == "matmul") {
        child_matmul(quick);
    } else if (child == "sgemm") {
        child_sgemm(quick);
    } else if (child == "scaling") {
        child_scaling();
    } else if (!child.empty()) {
        return usage();
    } else {
        const Json measurements = only_scaling ? scaling() : compare(quick);
        if (!json.empty()) write(json, measurements);
    }
    return 0;
} catch (const std::exception &error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
}
