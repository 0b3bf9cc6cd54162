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

namespace scmp {
namespace {

struct Isa {
    const char *name;
    bool (*runs)(const Processor &processor);
    const RowFunctions *row_functions;
};

// Slowest first.
constexpr std::array isas = {
    Isa{"portable", [](const Processor &) { return true; }, &portable_rows},
#define SCMP_ISA(name, rows, flags, native_runs) Isa{#name, runs_##name, &rows##_rows},
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
        .row_functions = portable_rows,
        .kernels = only,
        .slots = cpu_slots,
    };
}

// Nothing is kept in a static variable: a fork while another thread makes it would leave the child waiting for that
// thread.
Backend isa_backend(std::size_t isa) {
    return {
        .id = SCMP_BACKEND_CPU,
        .isa = isas[isa].name,
        .threaded = true,
        .row_functions = *isas[isa].row_functions,
        .kernels = kernels_of(isa),
        .slots = cpu_slots,
    };
}

std::size_t fastest_isa(bool (*available)(int)) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < isas.size(); i++)
        if (available(static_cast<int>(i))) best = i;
    return best;
}

Backend cpu_backend(const NamedChoice &isa, bool (*available)(int)) {
    if (isa.value.empty()) return isa_backend(fastest_isa(available));
    for (std::size_t i = 0; i < isas.size(); i++) {
        if (isa.value != isas[i].name) continue;
        if (!available(static_cast<int>(i)))
            fail(SCMP_ERROR_UNSUPPORTED, "%s = %s, which this machine does not run", isa.given_by, isas[i].name);
        return isa_backend(i);
    }
    fail(SCMP_ERROR_UNSUPPORTED, "%s = %.*s is no instruction set of this build (the first is %s)", isa.given_by,
         isa.length(), isa.value.data(), isas[0].name);
}

// A backend that the interface names, by its number there.
struct Entry {
    const char *name;
    Backend (*table)(const NamedChoice &isa, bool (*available)(int)); // of the CPU, which does what the devices do not
    const DeviceBackend *devices = nullptr;                           // NULL: the table is all there is
    const char *missing = nullptr;                                    // what this build lacks of it; NULL: nothing
};

#if SCMP_WITH_CUDA
constexpr Entry cuda_entry{"cuda", cpu_backend, &cuda_backend};
#else
constexpr Entry cuda_entry{"cuda", cpu_backend, nullptr, "it needs one with -Dcuda=enabled, where nvcc is"};
#endif

// AUTO is the CPU: a GPU only where it is asked for, while it has not run on one (tests/cuda/RUNS.md).
constexpr std::array backends = {
    Entry{"auto", cpu_backend},
    Entry{"reference",
          [](const NamedChoice &isa, bool (*)(int)) {
              if (isa.is_option && !isa.value.empty())
                  fail(SCMP_ERROR_UNSUPPORTED, "%s = %.*s is given, backend reference has no instruction sets",
                       isa.given_by, isa.length(), isa.value.data());
              return reference_backend();
          }},
    Entry{"cpu", cpu_backend},
    cuda_entry,
};

// NULL where there is no such backend.
const Entry *entry_of(scmp_backend id) {
    const auto index = static_cast<std::size_t>(id);
    return index < backends.size() ? &backends[index] : nullptr;
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
    // A bit each; 0 until the processor has been asked, which takes a hypervisor some time. Two threads may ask at
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

const char *backend_name(scmp_backend id) {
    const Entry *entry = entry_of(id);
    return entry == nullptr ? "unknown" : entry->name;
}

bool backend_available(scmp_backend id) {
    const Entry *entry = entry_of(id);
    if (entry == nullptr || entry->missing != nullptr) return false;
    return entry->devices == nullptr || entry->devices->device_count() > 0;
}

int backend_devices(scmp_backend id) {
    const Entry *entry = entry_of(id);
    return entry == nullptr || entry->devices == nullptr ? 0 : entry->devices->device_count();
}

Backend select_backend(scmp_backend id, const NamedChoice &isa, bool (*available)(int)) {
    const Entry *entry = entry_of(id);
    if (entry == nullptr)
        fail(SCMP_ERROR_INVALID_ARGUMENT, "backend = %d is not one of 0 .. %d", static_cast<int>(id),
             static_cast<int>(backends.size()) - 1);
    if (entry->missing != nullptr)
        fail(SCMP_ERROR_UNSUPPORTED, "backend %s is not part of this build: %s", entry->name, entry->missing);
    if (!backend_available(id))
        fail(SCMP_ERROR_UNSUPPORTED, "backend %s: this machine has no device that this build can use", entry->name);
    Backend backend = entry->table(isa, available);
    if (entry->devices != nullptr) {
        backend.id = id;
        entry->devices->fill(backend);
    }
    return backend;
}

} // namespace scmp
