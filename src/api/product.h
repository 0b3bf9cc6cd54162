// The product as a composition of stages: quantized operands in, sums and values out. Everything is checked before.
#pragma once

#include <chrono>
#include <cstdint>

#include "api/plan.h"
#include "count/engine.h"
#include "cuda/host/product.h"
#include "dequantize/dequantize.h"
#include "quantize/operand.h"

namespace scmp::api {

// By which formula of Spec 5 sums become values.
dequantize::Form form_of(const Numbers &numbers);

// What dequantization needs of one operand: f32 lists for the row forms, two f64 numbers for the tensor forms.
struct Factors {
    Buffer<float> scale, zero_point; // by entry of the scale shape; empty for per_tensor
    Buffer<float> row_sum;           // by row; empty for bipolar
    double tensor_scale = 0, tensor_zero_point = 0;
};
Factors factors_of(const quantize::Quantized &operand, std::pmr::memory_resource &memory);

// Where one batch entry and segment of a result gets its values from.
dequantize::Terms terms_of(const Numbers &numbers, const Factors &a, const Factors &b, std::int64_t n, std::int64_t m,
                           std::int64_t d, std::int64_t batch, std::int64_t segment);

// A right operand, ready to be multiplied with.
struct Right {
    std::int64_t batch = 1, m = 0, d = 0;
    int rank = 2;
    Factors factors;
    const count::Kernel *kernel = nullptr; // that it is packed for
    count::PackedRight packed;
};

// Milliseconds since construction or the last lap.
class Stopwatch {
public:
    double lap() noexcept {
        const auto now = std::chrono::steady_clock::now();
        const double ms = std::chrono::duration<double, std::milli>(now - start_).count();
        start_ = now;
        return ms;
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Smooths, quantizes and packs b. The milliseconds go to report's ms_quantize and ms_pack.
Right make_right(const scmp_ctx &ctx, const Numbers &numbers, const View &b, const SmoothScales &smooth,
                 const Work &work, scmp_report &report);

// The outputs of a product; either may be absent.
struct Outputs {
    const View *y = nullptr;
    const View *counts = nullptr;
    bool observed = false; // somebody will read the report: dequantization gets a clock of its own
};

// Smooths and quantizes a, counts, dequantizes, and fills in the report.
void multiply(scmp_ctx &ctx, const Numbers &numbers, const ConfigRef &config, const View &a, const SmoothScales &smooth,
              const Right &b, const Outputs &outputs, const Work &work, scmp_report &report);

// The whole product on one of the context's GPUs; b is a view, or packed there already. Fills in all of the report.
struct GpuRight {
    const View *given = nullptr;
    const cuda::Packed *packed = nullptr;
};
void multiply_on_gpu(scmp_ctx &ctx, cuda::Gpu &gpu, const Numbers &numbers, const ConfigRef &config, const View &a,
                     const GpuRight &b, const SmoothScales &smooth, const Outputs &outputs, const Work &work,
                     scmp_report &report);
cuda::Quantizing quantizing(const Numbers &numbers, std::int64_t d);

// The report's part that does not depend on time, and the log lines; of work on the CPU.
void describe(const scmp_ctx &ctx, const Numbers &numbers, scmp_report &report);
bool logs_products(const scmp_ctx &ctx);
void log_product(const scmp_ctx &ctx, const View &a, std::int64_t m, const scmp_report &report);

} // namespace scmp::api
