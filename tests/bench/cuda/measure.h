// What the CUDA benchmark measures of a product: the library, cuBLAS and the gather kernel in turn.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "expected.h"
#include "gpu.h"
#include "sgemm.h"

// The library, or a kernel that was asked for, has no answer for this: a measurement is left out, with the sentence.
struct LeftOut : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct CtxDeleter {
    void operator()(scmp_ctx *ctx) const { scmp_ctx_destroy(&ctx); }
};
using Ctx = std::unique_ptr<scmp_ctx, CtxDeleter>;

// A CUDA context whose products go to the stream. `kernel` is what SCMP_CUDA_KERNEL says while it is made; empty:
// nothing.
Ctx cuda_context(const Stream &stream, const std::string &kernel);
Ctx cpu_context();

class Bench {
public:
    Bench(const Stream &stream, bool quick) : stream_(stream), sgemm_(stream), cpu_(cpu_context()), quick_(quick) {}

    const Sgemm &sgemm() const { return sgemm_; }

    // Two results, the second with the right operand packed before, as they come; everything is compared with the CPU
    // before it is timed. `left_out` gets the part of the product that cannot be measured, and why. Throws LeftOut
    // where that is all of it, and std::runtime_error where a result is wrong.
    void measure(const CudaProduct &product, const std::string &kernel,
                 const std::function<void(const MatmulResult &)> &take,
                 const std::function<void(const std::string &, const std::string &)> &left_out);

private:
    const HostOperands &operands(const CudaProduct &product);

    const Stream &stream_;
    Sgemm sgemm_;
    Ctx cpu_;
    bool quick_;
    CudaProduct known_{}; // what operands_ are of
    std::unique_ptr<HostOperands> operands_;
};
