// The parts of the CUDA benchmark that need no GPU: its command line, its products, the gather kernel's code on the
// host, the comparison with the CPU, and what it writes.
#include <algorithm>
#include <cmath>
#include <set>

#include "../arguments.h"
#include "../expected.h"
#include "../gather.h"
#include "../measurements.h"
#include "support/handles.h"
#include "support/test.h"
#include "tests/cuda/host_block.h"

using namespace test;

namespace {

void command_line() {
    check(parse_arguments({}).has_value(), "no words are a command line");
    const auto all = parse_arguments({"--json", "rows.json", "--quick"});
    check(all && all->quick && all->json == "rows.json", "--json FILE --quick is read otherwise");
    const std::vector<std::vector<std::string>> wrong = {{"--json"}, {"--json", ""}, {"--scaling"}, {"rows.json"}};
    for (const std::vector<std::string> &words : wrong)
        check(!parse_arguments(words), "'" + words[0] + "' should not be a command line");
}

void every_shape_with_every_length() {
    std::set<std::string> seen;
    for (const CudaProduct &product : cuda_products(false))
        seen.insert(shape_text(product) + " " + std::to_string(product.stoc_len));
    for (const char *shape :
         {"128 x 128 x 128", "1024 x 1024 x 1024", "4096 x 4096 x 4096", "16 x 197 x 197 x 64", "1 x 4096 x 4096",
          "2 x 4096 x 4096", "4 x 4096 x 4096", "8 x 4096 x 4096", "16 x 4096 x 4096"})
        for (const int stoc_len : {16, 32, 64, 128, 256})
            check(seen.contains(shape + format(" %d", stoc_len)), format("%s, L = %d is not there", shape, stoc_len));
    check(seen.size() == 45, format("%zu products instead of 45", seen.size()));
}

// The launch on the host: any grid, blocks and threads in any order.
std::vector<std::int32_t> gathered(const CudaProduct &product, const GatherArrays &arrays, Random &random) {
    std::vector<std::int32_t> sums(std::size_t(product.batch) * std::size_t(product.n) * std::size_t(product.m), -1);
    const GatherArgs args{arrays.a.data(), arrays.b.data(), product.batch,       product.n,
                          product.m,       product.d,       arrays.table.data(), arrays.table_start.data(),
                          arrays.levels,   sums.data()};
    const std::int64_t blocks = random.whole(1, 5);
    for (std::int64_t i = 0; i < blocks; i++) gather_block(HostBlock(i, blocks, 0, random), args);
    return sums;
}

void gather_kernel_gives_the_sums() {
    const Ctx cpu = context();
    for (int i = 0; i < 60; i++) {
        Random random("gather " + std::to_string(i));
        const auto size = [&](int most) { return int(random.whole(1, most)); };
        const int batch = random.chance(50) ? 1 : size(4);
        const CudaProduct product{batch, size(40), size(40), size(300), size(256)};
        within(format("seed 'gather %d', %s, L = %d", i, shape_text(product).c_str(), product.stoc_len), [&] {
            const HostOperands operands(product);
            const Expected expected(cpu, product, operands);
            try {
                expected.compare("gather", gathered(product, gather_arrays(cpu, product, operands), random));
            } catch (const std::runtime_error &error) {
                fail(error.what());
            }
        });
    }
}

std::vector<float> product_of(scmp_ctx *ctx, const CudaProduct &product, const HostOperands &operands) {
    std::vector<float> y(std::size_t(product.batch) * std::size_t(product.n) * std::size_t(product.m));
    const scmp_tensor a = matrix_view(product, SCMP_DTYPE_F32, operands.a.data(), product.n, product.d);
    const scmp_tensor b = matrix_view(product, SCMP_DTYPE_F32, operands.b.data(), product.m, product.d);
    const scmp_tensor view = matrix_view(product, SCMP_DTYPE_F32, y.data(), product.n, product.m);
    const scmp_matmul_options options = options_of(product);
    ok(scmp_matmul(ctx, &a, &b, &options, nullptr, &view));
    return y;
}

// One bit off, in a compared row, must be found and named; what is right must pass.
void wrong_results_are_found() {
    const Ctx cpu = context();
    // The second is large enough that only its first and last 16 rows are compared.
    for (const CudaProduct &product : {CudaProduct{3, 5, 7, 20, 64}, CudaProduct{1, 20000, 512, 400, 64}}) {
        const HostOperands operands(product);
        const Expected expected(cpu, product, operands);
        std::vector<float> y = product_of(cpu, product, operands);
        expected.compare("right", y);
        for (const std::size_t at : {std::size_t(0), y.size() - 1}) {
            const float right = y[at];
            y[at] = std::nextafter(right, 1e30F);
            std::string said;
            try {
                expected.compare("what it is", y);
            } catch (const std::runtime_error &error) {
                said = error.what();
            }
            const std::string place =
                format("row %zu, column %zu", at / std::size_t(product.m), at % std::size_t(product.m));
            check(said.find("what it is: " + place) == 0, format("said '%s', not %s", said.c_str(), place.c_str()));
            y[at] = right;
        }
    }
    const Expected of_rows(cpu, {1, 20000, 512, 400, 64}, HostOperands({1, 20000, 512, 400, 64}));
    check(of_rows.rows() == 32, format("%lld rows are compared", static_cast<long long>(of_rows.rows())));
}

MatmulResult some_result() {
    MatmulResult result;
    result.product = {16, 197, 197, 64, 32};
    result.own = {0.5, 0.75};
    result.sgemm = {0.25, 0.3};
    result.gather = {50, 51};
    result.sgemm_name = "cuBLAS 13.0.0";
    scmp_report_init(&result.report);
    result.report.stoc_len = 32, result.report.rng_levels = 256, result.report.scramble = SCMP_SCRAMBLE_BITREV;
    result.report.backend = SCMP_BACKEND_CUDA, result.report.isa = "cuda", result.report.kernel = "cuda_rows64";
    return result;
}

void near(const Json &measurement, const char *key, double value) {
    check(measurement.contains(key) && measurement[key].is_number() &&
              std::abs(measurement[key].get<double>() - value) <= 1e-9 * value,
          format("%s is %s, not %g", key, measurement.contains(key) ? measurement[key].dump().c_str() : "not there",
                 value));
}

void measurements_of_products() {
    MatmulResult result = some_result();
    Json measurement = matmul_measurement(result);
    const double count = 16.0 * 197 * 197 * 64;
    for (const char *key :
         {"bench", "shape", "stoc_len", "rng_levels", "granularity", "mode", "scramble", "tables", "isa", "threads",
          "backend", "gmacs", "sgemm_gmacs", "sgemm", "ratio_sgemm", "gather_gmacs", "ratio_gather", "bytes_peak"})
        check(measurement.contains(key), std::string(key) + " is not there");
    check(measurement["shape"] == Json({197, 197, 64}) && measurement["batch"] == 16 &&
              measurement["backend"] == "cuda",
          "shape or backend");
    near(measurement, "gmacs", count / 0.5e6);
    near(measurement, "wall_gmacs", count / 0.75e6);
    near(measurement, "ratio_sgemm", 0.5);
    near(measurement, "ratio_gather", 100);
    check(!measurement["prepacked"] && !measurement.contains("forced_kernel"), "it is neither packed nor forced");
    check(matmul_text(measurement).find("16 x 197 x 197 x 64        32 cuda_rows64") == 0,
          "the line is " + matmul_text(measurement));

    result.sgemm = {};
    result.sgemm_name = "none";
    result.forced = "rows";
    measurement = matmul_measurement(result);
    check(measurement["ratio_sgemm"].is_null() && measurement["sgemm_gmacs"].is_null(),
          "without cuBLAS there is no ratio");
    check(measurement["forced_kernel"] == "rows", "the kernel was forced");
    const std::string line = matmul_text(measurement);
    check(line.find(" - ") != std::string::npos && line.size() == matmul_text(matmul_measurement(some_result())).size(),
          "the columns move where one is missing: " + line);
}

void measurements_of_instructions_and_machine() {
    Json measurement =
        instruction_measurement({.name = "mma", .per_clk_sm = 1000, .tera_per_s = 200, .measured_mhz = 1900});
    check(measurement["bench"] == "instruction" && measurement["name"] == "mma",
          "the measurement is " + measurement.dump());
    near(measurement, "mac_per_clk_sm", 1000);
    check(!measurement.contains("reads_per_clk_sm"), "these are products");
    measurement =
        instruction_measurement({.name = "ld", .reads = true, .per_clk_sm = 32, .tera_per_s = 8, .measured_mhz = 1900});
    near(measurement, "reads_per_clk_sm", 32);
    check(instruction_text(measurement).find("32.0") != std::string::npos,
          "the line is " + instruction_text(measurement));
    measurement = instruction_measurement({.name = "wgmma", .left_out = "only sm_90 has it"});
    check(!measurement.contains("mac_per_clk_sm") &&
              instruction_text(measurement).find("only sm_90 has it") != std::string::npos,
          "the line is " + instruction_text(measurement));

    Machine machine;
    machine.device = "a GPU", machine.driver = "580.1, CUDA 13.0", machine.major = 9;
    measurement = machine_measurement(machine);
    check(measurement["bench"] == "device" && measurement["device"] == "a GPU" &&
              measurement["driver"] == "580.1, CUDA 13.0" && measurement["compute_capability"] == "9.0" &&
              measurement["library_version"] == scmp_version(),
          "the measurement is " + measurement.dump());
}

} // namespace

int main(int argc, char **argv) {
    return run("cuda_bench",
               {{"command line", command_line},
                {"every shape with every stream length", every_shape_with_every_length},
                {"the gather kernel gives the sums", gather_kernel_gives_the_sums},
                {"wrong results are found", wrong_results_are_found},
                {"measurements of products", measurements_of_products},
                {"measurements of instructions and machine", measurements_of_instructions_and_machine}},
               argc, argv);
}
