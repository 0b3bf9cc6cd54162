// ./run bench --cuda: how fast the first GPU's instructions are, and the library on it beside cuBLAS and a plain gather
// kernel, as tables and as JSON.
#include <cstdio>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "arguments.h"
#include "instructions.h"
#include "measure.h"

namespace {

void print(const std::string &text) {
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

// Every measurement is on disk as soon as it is made, so that a run that is cut short leaves what it had.
class Measurements {
public:
    Measurements(std::string path, const Machine &machine) : path_(std::move(path)), machine_(machine) {}

    void add(Json measurement) {
        add_machine(measurement, machine_);
        measurements_.push_back(std::move(measurement));
        if (path_.empty()) return;
        std::ofstream file(path_);
        file << measurements_.dump(1) << '\n';
        if (!file.flush()) throw std::runtime_error("cannot write " + path_);
    }

private:
    std::string path_;
    const Machine &machine_;
    Json measurements_ = Json::array();
};

class Run {
public:
    Run(const Arguments &arguments, const Machine &machine)
        : quick_(arguments.quick), machine_(machine), measurements_(arguments.json, machine), bench_(stream_, quick_) {
        measurements_.add(machine_measurement(machine));
    }

    void instructions() {
        print("\n" + instruction_header());
        try_to("instructions", [&] {
            for (const InstructionRate &rate : measure_instructions(machine_, stream_)) {
                const Json measurement = instruction_measurement(rate);
                print(instruction_text(measurement));
                measurements_.add(measurement);
            }
        });
    }

    void matmuls() {
        print("\n" + matmul_header());
        for (const CudaProduct &product : cuda_products(quick_)) measure(product, "");
        for (const std::string &kernel : cuda_kernels()) {
            print("\nSCMP_CUDA_KERNEL=" + kernel + "\n");
            for (const CudaProduct &product : kernel_products(quick_)) measure(product, kernel);
        }
        print(legend(bench_.sgemm().description()));
    }

    int failures() const { return failures_; }

private:
    void measure(const CudaProduct &product, const std::string &kernel) {
        const std::string what = shape_text(product) + ", L = " + std::to_string(product.stoc_len);
        // A reason is given where it first appears, with what it is said of.
        const auto left_out = [&](const std::string &part, const std::string &why) {
            if (reasons_.insert(kernel + part + why).second) print("left out: " + what + part + ": " + why + "\n");
        };
        const auto take = [&](const MatmulResult &result) {
            const Json measurement = matmul_measurement(result);
            print(matmul_text(measurement));
            if (measurement["kernel"].get<std::string>().find(kernel) == std::string::npos)
                print("note: SCMP_CUDA_KERNEL=" + kernel + " was asked for\n");
            measurements_.add(measurement);
        };
        try_to(what, [&] {
            try {
                bench_.measure(product, kernel, take, left_out);
            } catch (const LeftOut &why) {
                left_out("", why.what());
            }
        });
    }

    // One failure does not take the other measurements along, unless it was the device's.
    template <class Body> void try_to(const std::string &what, Body &&body) {
        try {
            body();
        } catch (const std::exception &error) {
            failures_++;
            print("FAILED: " + what + ": " + error.what() + "\n");
            check_cuda(cudaDeviceSynchronize(), "going on after that");
        }
    }

    bool quick_;
    const Machine &machine_;
    Measurements measurements_;
    Stream stream_;
    Bench bench_;
    std::set<std::string> reasons_;
    int failures_ = 0;
};

} // namespace

int main(int argc, char **argv) try {
    const auto arguments = parse_arguments({argv + 1, argv + argc});
    if (!arguments) {
        std::fprintf(stderr, "usage: bench_cuda [--quick] [--json FILE]\n");
        return 2;
    }
    const Machine machine = open_machine();
    print(machine_text(machine));
    Run run(*arguments, machine);
    run.instructions();
    run.matmuls();
    if (run.failures() > 0) {
        std::fprintf(stderr, "bench: %d failures, see FAILED above\n", run.failures());
        return 1;
    }
    return 0;
} catch (const std::exception &error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
}
