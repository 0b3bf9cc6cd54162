// The backends that this build has.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <span>

#include "backend/backend.h"
#include "backend/processor.h"
#include "base/error.h"
#include "cuda/host/runtime.h"

namespace scmp {
namespace {

struct Isa {
    const char *name;
    bool (*runs)(const Processor &processor);
    const RowFunctions *rows;
    const char *native_runs;
};

// Slowest first.
constexpr std::array isas = {
    Isa{"portable", [](const Processor &) { return true; }, &portable_rows, "Zen 5"},
#define SCMP_ISA(name, rows, flags, native_runs) Isa{#name, runs_##name, &rows##_rows, native_runs},
#include "backend/isas.inc"
};

// Does not compile for a name that is not in the list.
constexpr std::size_t isa_named(std::string_view name) {
    std::size_t i = 0;
    while (isas.at(i).name != name) i++;
    return i;
}

// The kernels of all instruction sets in the order in which they are tried, and the instruction set of each.
constexpr std::array kernels = {
#define SCMP_KERNEL(name, isa) &count::name##_kernel,
#include "count/kernels.inc"
    &count::portable_kernel,
};
constexpr std::array kernel_isas = {
#define SCMP_KERNEL(name, isa) isa_named(#isa),
#include "count/kernels.inc"
    isa_named("portable"),
};
static_assert(std::is_sorted(kernel_isas.begin(), kernel_isas.end(), std::greater()), "the fastest come first");

// A processor that runs an instruction set runs all slower ones: its kernels are those from the first of its own on.
std::span<const count::Kernel *const> kernels_of(std::size_t isa) {
    const auto first = std::find_if(kernel_isas.begin(), kernel_isas.end(), [&](std::size_t of) { return of <= isa; });
    return std::span(kernels).subspan(std::size_t(first - kernel_isas.begin()));
}

Backend reference_backend() {
    static constexpr std::array only = {&count::reference_kernel};
    return {
        .id = SCMP_BACKEND_REFERENCE,
        .isa = "none",
        .threaded = false,
        .rows = portable_rows,
        .kernels = only,
    };
}

// What the GPU does not do is done by the CPU: `id` tells the two apart. Nothing is kept in a static variable: a fork
// while another thread makes it would leave the child waiting for that thread.
Backend isa_backend(scmp_backend id, std::size_t isa) {
    return {
        .id = id,
        .isa = isas[isa].name,
        .threaded = true,
        .rows = *isas[isa].rows,
        .kernels = kernels_of(isa),
    };
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
