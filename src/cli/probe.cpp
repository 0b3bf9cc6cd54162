// Runs the product; see probe.h.
#include "probe.h"

#include <iomanip>
#include <sstream>
#include <vector>

#include "failure.h"
#include "handles.h"
#include "product.h"
#include "report_json.h"
#include "scmp/scmp.h"
#include "signals.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t size = 512; // N, M and D: milliseconds on each set
constexpr int rounds = 3;          // of which the fastest is shown: the first one touches new memory

// Numbers between -1 and 1 that are the same on every machine.
std::vector<float> operand(std::uint32_t seed) {
    std::vector<float> values(std::size_t(size * size));
    for (float &value : values) {
        seed = seed * 1664525 + 1013904223;
        value = static_cast<float>(static_cast<std::int32_t>(seed)) * 0x1p-31F;
    }
    return values;
}

// No progress bar and no Ctrl-C here: a product that can be cancelled stages its result, and that would be timed.
scmp_report fastest_product(const char *isa, const std::vector<float> &a, const std::vector<float> &b,
                            std::vector<float> &y) {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.backend = SCMP_BACKEND_CPU;
    options.isa = isa;
    Context ctx;
    check(scmp_ctx_create(&options, ctx.out()));
    const scmp_tensor view_a = scmp_tensor_2d(SCMP_DTYPE_F32, a.data(), size, size);
    const scmp_tensor view_b = scmp_tensor_2d(SCMP_DTYPE_F32, b.data(), size, size);
    const scmp_tensor view_y = scmp_tensor_2d(SCMP_DTYPE_F32, y.data(), size, size);
    scmp_report best;
    scmp_matmul_options product;
    scmp_matmul_options_init(&product);
    for (int round = 0; round < rounds; round++) {
        check_cancelled();
        scmp_ctx_clear_cache(ctx.get()); // so that tables are made every time
        const scmp_report report = multiply(ctx.get(), view_a, view_b, product, &view_y);
        if (round == 0 || report.ms_total < best.ms_total) best = report;
    }
    return best;
}

Json report_json(const scmp_report &report) {
    Json out;
    out["isa"] = report.isa;
    out["kernel"] = report.kernel;
    out["shape"] = {size, size, size};
    out["stoc_len"] = report.stoc_len;
    out["threads"] = report.threads;
    out["blocking"] = blocking_json(report);
    out["ms"] = stages_json(report);
    out["gmacs"] = double(size) * size * size / report.ms_total / 1e6;
    out["bytes_peak"] = report.bytes_peak;
    return out;
}

} // namespace

Json probe_products() {
    const std::vector<float> a = operand(1), b = operand(2);
    std::vector<float> y(std::size_t(size * size));
    Json products = Json::array();
    for (std::int32_t i = 0; i < scmp_isa_count(); i++)
        if (scmp_isa_available(i) != 0) products.push_back(report_json(fastest_product(scmp_isa_name(i), a, b, y)));
    return products;
}

std::string probe_text(const Json &products) {
    std::ostringstream out;
    out << "\na product of " << size << " x " << size << " x " << size << " on each instruction set, fastest of "
        << rounds << ", in ms:\n";
    for (const Json &product : products) {
        const Json &blocking = product["blocking"];
        out << "  " << product["isa"].get<std::string>() << ": kernel " << product["kernel"].get<std::string>()
            << ", panels of " << blocking["panel_columns"] << " rows of b, " << blocking["tasks"] << " tasks of "
            << blocking["task_rows"] << " rows of a and " << blocking["task_columns"] << " of b, workers "
            << blocking["workers"] << "\n   " << std::fixed;
        for (const auto &[stage, ms] : product["ms"].items())
            out << ' ' << stage << ' ' << std::setprecision(3) << ms.get<double>() << (stage == "total" ? ";" : ",");
        out << ' ' << std::setprecision(1) << product["gmacs"].get<double>() << " G products/s, peak "
            << double(product["bytes_peak"].get<std::uint64_t>()) / (1 << 20) << " MiB\n";
    }
    return out.str();
}

} // namespace cli
