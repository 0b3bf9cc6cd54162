// The backends that this build has.
#include <array>
#include <atomic>
#include <cstdint>

#include "backend/backend.h"
#include "backend/processor.h"
#include "base/error.h"
#include "cuda/host/runtime.h"

namespace scmp {
namespace {

Backend reference_backend() {
    return {
        .id = SCMP_BACKEND_REFERENCE,
        .isa = "none",
        .threaded = false,
        .rows = portable_rows,
        .kernels = {&count::reference_kernel, &count::reference_kernel},
    };
}

Backend portable_backend() {
    Backend backend = reference_backend();
    backend.id = SCMP_BACKEND_CPU;
    backend.isa = "portable";
    backend.threaded = true;
    backend.kernels = {&count::portable_kernel, &count::portable_kernel};
    return backend;
}

#if defined(__x86_64__)
Backend x86_backend(const char *isa, const RowFunctions &rows, const count::Kernel &kernel) {
    Backend backend = portable_backend();
    backend.isa = isa;
    backend.rows = rows;
    backend.kernels[0] = &kernel;
    return backend;
}
#endif

struct Isa {
    const char *name;
    const char *native_runs; // "" until a test run of the kernels on such a processor has been seen
    bool (*runs)(const Processor &processor);
    Backend (*backend)();
};

// Slowest first.
constexpr std::array isas = {
    Isa{"portable", "Zen 5", [](const Processor &) { return true; }, portable_backend},
#if defined(__x86_64__)
    Isa{"avx2", "Zen 5", runs_avx2, [] { return x86_backend("avx2", avx2_rows, count::avx2_kernel); }},
    Isa{"avx512bw", "Zen 5", runs_avx512bw,
        [] { return x86_backend("avx512bw", avx512bw_rows, count::avx512bw_kernel); }},
    Isa{"avx512vbmi", "Zen 5", runs_avx512vbmi,
        [] { return x86_backend("avx512vbmi", avx512bw_rows, count::avx512vbmi_kernel); }},
#endif
};

// What the GPU does not do is done by the CPU: `id` tells the two apart. Nothing is kept in a static variable: a fork
// while another thread makes it would leave the child waiting for that thread.
Backend isa_backend(scmp_backend id, std::size_t isa) {
    Backend backend = isas[isa].backend();
    backend.id = id;
    return backend;
}

std::size_t fastest_isa(bool (*available)(int)) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < isas.size(); i++)
        if (available(static_cast<int>(i))) best = i;
    return best;
}

} // namespace

int isa_count() {
    return static_cast<int>(isas.size());
}

const char *isa_name(int index) {
    return index >= 0 && index < isa_count() ? isas[std::size_t(index)].name : "unknown";
}

bool isa_runs(int index, const Processor &processor) {
    return index >= 0 && index < isa_count() && isas[std::size_t(index)].runs(processor);
}

bool isa_available(int index) {
    // A bit each; 0 until somebody has asked the processor, which takes a hypervisor some time. Two threads may ask at
    // once, since a lock would leave the child of a fork waiting for a thread that it has not.
    static constinit std::atomic<std::uint32_t> known{0};
    std::uint32_t runs = known.load(std::memory_order_relaxed);
    if (runs == 0) {
        const Processor here = this_processor();
        for (int i = 0; i < isa_count(); i++) runs |= std::uint32_t(isa_runs(i, here)) << i;
        known.store(runs, std::memory_order_relaxed);
    }
    return index >= 0 && index < isa_count() && (runs >> index & 1U) != 0;
}

const char *isa_native_runs(int index) {
    return index >= 0 && index < isa_count() ? isas[std::size_t(index)].native_runs : "";
}

bool backend_available(scmp_backend id) {
    if (id == SCMP_BACKEND_CUDA) return cuda::device_count() > 0;
    return id == SCMP_BACKEND_AUTO || id == SCMP_BACKEND_REFERENCE || id == SCMP_BACKEND_CPU;
}

Backend select_backend(scmp_backend id, std::string_view isa, bool (*available)(int)) {
    switch (id) {
    case SCMP_BACKEND_REFERENCE:
        return reference_backend();
    case SCMP_BACKEND_CUDA:
        if (!cuda::in_build())
            fail(SCMP_ERROR_UNSUPPORTED,
                 "backend cuda is not part of this build: it needs one with -Dcuda=enabled, where nvcc is");
        if (cuda::device_count() == 0)
            fail(SCMP_ERROR_UNSUPPORTED, "backend cuda: this machine has no CUDA device that this build can use");
        break;
    case SCMP_BACKEND_AUTO: // the GPU only where it is asked for, while it has not run on one (tests/cuda/RUNS.md)
        id = SCMP_BACKEND_CPU;
        break;
    case SCMP_BACKEND_CPU:
        break;
    default:
        fail(SCMP_ERROR_INVALID_ARGUMENT, "backend = %d is not one of 0 .. 3", static_cast<int>(id));
    }
    if (isa.empty()) return isa_backend(id, fastest_isa(available));
    for (std::size_t i = 0; i < isas.size(); i++) {
        if (isa != isas[i].name) continue;
        if (!available(static_cast<int>(i)))
            fail(SCMP_ERROR_UNSUPPORTED, "SCMP_CPU = %s, which this machine does not run", isas[i].name);
        return isa_backend(id, i);
    }
    fail(SCMP_ERROR_UNSUPPORTED, "SCMP_CPU = %.*s is no instruction set of this build (the first is %s)",
         static_cast<int>(isa.substr(0, 32).size()), isa.data(), isas[0].name);
}

} // namespace scmp
