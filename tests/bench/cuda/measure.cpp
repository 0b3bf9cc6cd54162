// See measure.h.
#include "measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "../race.h"
#include "gather.h"
#include "gather_kernel.h"

namespace {

struct PackedDeleter {
    void operator()(scmp_packed *packed) const { scmp_packed_destroy(&packed); }
};
using Packed = std::unique_ptr<scmp_packed, PackedDeleter>;

void check_call(scmp_status status) {
    if (status == SCMP_ERROR_UNSUPPORTED) throw LeftOut(scmp_last_error());
    check(status);
}

// --- Time -----------------------------------------------------------------------------------------------------------

// A body that puts work on the stream.
struct Entrant {
    std::function<void()> body;
    int repeats = 1;
    std::vector<double> device_ms{}, wall_ms{}; // of a call, one for each round

    Times times() const { return {median(device_ms), median(wall_ms)}; }
};

constexpr double round_ms = 5; // of an entrant, so that the clocks' grain does not matter
constexpr int most_rounds = 15;

double wall_ms_of(const Stream &stream, const std::function<void()> &body) {
    const auto start = std::chrono::steady_clock::now();
    body();
    stream.wait();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

// In turn, so that a slower phase of the machine meets each alike.
void race(const Stream &stream, const std::vector<Entrant *> &entrants, bool quick) {
    DeviceClock clock(stream);
    for (Entrant *entrant : entrants) {
        wall_ms_of(stream, entrant->body); // warms up
        const double once = wall_ms_of(stream, entrant->body);
        entrant->repeats = static_cast<int>(std::clamp(round_ms / std::max(once, 1e-3), 1.0, 200.0));
    }
    const double enough = quick ? 100 : 300;
    double spent = 0;
    for (int round = 0; round < most_rounds && (round < 5 || spent < enough * double(entrants.size())); round++)
        for (Entrant *entrant : entrants) {
            clock.start();
            for (int i = 0; i < entrant->repeats; i++) entrant->body();
            entrant->device_ms.push_back(clock.stop() / entrant->repeats);
            double wall = 0;
            for (int i = 0; i < entrant->repeats; i++) wall += wall_ms_of(stream, entrant->body);
            entrant->wall_ms.push_back(wall / entrant->repeats);
            spent += 2 * wall;
        }
}

// --- What takes part ------------------------------------------------------------------------------------------------

scmp_tensor on_device(scmp_tensor view) {
    view.device = SCMP_DEVICE_CUDA_0;
    return view;
}

// Operands and result in device memory.
struct DeviceOperands {
    DeviceOperands(const CudaProduct &product, const HostOperands &host)
        : a(host.a), b(host.b), y(std::size_t(product.batch) * std::size_t(product.n) * std::size_t(product.m)),
          view_a(on_device(matrix_view(product, SCMP_DTYPE_F32, a.data(), product.n, product.d))),
          view_b(on_device(matrix_view(product, SCMP_DTYPE_F32, b.data(), product.m, product.d))),
          view_y(on_device(matrix_view(product, SCMP_DTYPE_F32, y.data(), product.n, product.m))) {}

    DeviceArray<float> a, b, y;
    scmp_tensor view_a, view_b, view_y;
};

class Gather {
public:
    Gather(const CudaProduct &product, const GatherArrays &host)
        : a_(host.a), b_(host.b), table_(host.table), table_start_(host.table_start),
          sums_(std::size_t(product.batch) * std::size_t(product.n) * std::size_t(product.m)),
          args_{a_.data(), b_.data(),     product.batch,       product.n,   product.m,
                product.d, table_.data(), table_start_.data(), host.levels, sums_.data()} {}

    void launch(const Stream &stream) const { check_cuda(launch_gather(stream, args_), "the gather kernel"); }
    std::vector<std::int32_t> sums() const { return sums_.fetched(); }

private:
    DeviceArray<std::int8_t> a_, b_;
    DeviceArray<std::uint16_t> table_;
    DeviceArray<std::int32_t> table_start_, sums_;
    GatherArgs args_;
};

// A baseline that computes something else is no baseline: some entries against sums in f64.
void check_sgemm(const CudaProduct &product, const HostOperands &operands, const std::vector<float> &y) {
    for (std::size_t i = 0; i < 64; i++) {
        const std::size_t output = i * 2654435761U % y.size();
        const std::size_t row = output / std::size_t(product.m);
        const std::size_t b_row =
            row / std::size_t(product.n) * std::size_t(product.m) + output % std::size_t(product.m);
        double sum = 0, magnitude = 0;
        for (std::size_t d = 0; d < std::size_t(product.d); d++) {
            const double each =
                double(operands.a[row * std::size_t(product.d) + d]) * operands.b[b_row * std::size_t(product.d) + d];
            sum += each;
            magnitude += std::abs(each);
        }
        if (!(std::abs(y[output] - sum) <= magnitude * product.d * 0x1p-24))
            throw std::runtime_error("sgemm: entry " + std::to_string(output) + " is " + std::to_string(y[output]) +
                                     ", not " + std::to_string(sum));
    }
}

// Runs a product once into a y full of NaNs, and holds it against the CPU's. Says what it reported, and its memory.
template <class Call>
MatmulResult compared(scmp_ctx *ctx, const Stream &stream, const DeviceOperands &device, const Expected &expected,
                      const std::string &what, Call &&call) {
    MatmulResult result;
    scmp_report_init(&result.report);
    const std::size_t bytes = std::size_t(device.view_y.strides[0] * device.view_y.shape[0]) * sizeof(float);
    check_cuda(cudaMemsetAsync(device.y.data(), 0xff, bytes, stream), "clearing the result");
    stream.wait();
    check_call(call(&result.report));
    check_call(scmp_ctx_synchronize(ctx)); // has the last word on what the device met
    if (result.report.backend != SCMP_BACKEND_CUDA) throw LeftOut(what + " did not run on the device");
    expected.compare(what, device.y.fetched());
    result.compared_rows = expected.rows();
    return result;
}

} // namespace

Ctx cuda_context(const Stream &stream, const std::string &kernel) {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.backend = SCMP_BACKEND_CUDA;
    options.kernel = kernel.c_str();
    scmp_ctx *raw = nullptr;
    check_call(scmp_ctx_create(&options, &raw));
    Ctx ctx(raw);
    check_call(scmp_ctx_set_cuda_stream(raw, stream));
    return ctx;
}

Ctx cpu_context() {
    scmp_ctx_options options;
    scmp_ctx_options_init(&options);
    options.backend = SCMP_BACKEND_CPU;
    scmp_ctx *raw = nullptr;
    check(scmp_ctx_create(&options, &raw));
    return Ctx(raw);
}

const HostOperands &Bench::operands(const CudaProduct &product) {
    CudaProduct shape = product;
    shape.stoc_len = known_.stoc_len;
    if (!operands_ || !(shape == known_)) {
        operands_ = std::make_unique<HostOperands>(product);
        known_ = product;
    }
    return *operands_;
}

void Bench::measure(const CudaProduct &product, const std::string &kernel,
                    const std::function<void(const MatmulResult &)> &take,
                    const std::function<void(const std::string &, const std::string &)> &left_out) {
    const Ctx ctx = cuda_context(stream_, kernel);
    const HostOperands &host = operands(product);
    const Expected expected(cpu_.get(), product, host);
    const DeviceOperands device(product, host);
    const Gather gather(product, gather_arrays(cpu_.get(), product, host));
    const std::string what = shape_text(product) + ", L = " + std::to_string(product.stoc_len);

    gather.launch(stream_);
    expected.compare(what + ", gather", gather.sums());
    if (Sgemm::available()) {
        sgemm_.multiply(product, device.a.data(), device.b.data(), device.y.data());
        check_sgemm(product, host, device.y.fetched());
    }

    const scmp_matmul_options options = options_of(product);
    scmp_call call;
    scmp_call_init(&call);
    const auto multiply = [&](scmp_report *report) {
        call.report = report;
        return scmp_matmul(ctx.get(), &device.view_a, &device.view_b, &options, &call, &device.view_y);
    };
    MatmulResult whole = compared(ctx.get(), stream_, device, expected, what, multiply);
    Packed packed;
    MatmulResult prepacked;
    const auto multiply_packed = [&](scmp_report *report) {
        call.report = report;
        return scmp_matmul_packed(ctx.get(), &device.view_a, packed.get(), &call, &device.view_y);
    };
    try {
        scmp_packed *raw = nullptr;
        check_call(scmp_packed_create(ctx.get(), &device.view_b, &options, &raw));
        packed.reset(raw);
        prepacked = compared(ctx.get(), stream_, device, expected, what + ", packed", multiply_packed);
    } catch (const LeftOut &why) {
        packed.reset();
        left_out(", packed", why.what());
    }

    // No report is asked for while the clock runs.
    Entrant own{[&] { check(multiply(nullptr)); }};
    Entrant own_packed{[&] { check(multiply_packed(nullptr)); }};
    Entrant dense{[&] { sgemm_.multiply(product, device.a.data(), device.b.data(), device.y.data()); }};
    Entrant lookups{[&] { gather.launch(stream_); }};
    std::vector<Entrant *> entrants = {&own, &lookups};
    if (packed) entrants.push_back(&own_packed);
    if (Sgemm::available()) entrants.push_back(&dense);
    race(stream_, entrants, quick_);
    check(scmp_ctx_synchronize(ctx.get()));
    std::vector<double> cold;
    for (int i = 0; i < 5; i++) {
        scmp_ctx_clear_cache(ctx.get());
        cold.push_back(wall_ms_of(stream_, own.body));
    }

    const auto finish = [&](MatmulResult &result, const Entrant &entrant) {
        result.product = product;
        result.forced = kernel;
        result.own = entrant.times();
        result.gather = lookups.times();
        if (Sgemm::available()) result.sgemm = dense.times();
        result.sgemm_name = sgemm_.name();
        take(result);
    };
    whole.cold_wall_ms = median(cold);
    finish(whole, own);
    if (!packed) return;
    prepacked.prepacked = true;
    finish(prepacked, own_packed);
}
