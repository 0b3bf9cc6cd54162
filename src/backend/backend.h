// A backend is a table of stage functions; this is the table, and the choice among those that there are.
//
// Every table is complete. The CPU's are made of two lists: the instruction sets with their row loops (isas.inc), and
// the count kernels (count/kernels.inc).
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "backend/row_functions.h"
#include "count/kernel.h"
#include "scmp/scmp.h"

namespace scmp {

struct Processor;

struct Backend {
    scmp_backend id;
    const char *isa; // "portable"; the reference has "none"
    bool threaded;
    RowFunctions rows;
    std::span<const count::Kernel *const> kernels; // the first that fits a product counts it; the last fits all

    const count::Kernel &kernel_for(const count::Demand &demand) const noexcept {
        const auto fits = [&](const count::Kernel *kernel) { return kernel->fits(demand); };
        return **std::find_if(kernels.begin(), kernels.end() - 1, fits);
    }
};

// The instruction sets of the CPU backend, slowest first; index 0 runs everywhere.
int isa_count();
const char *isa_name(int index);
bool isa_available(int index);
// Whether such a processor, under such an operating system, runs it.
bool isa_runs(int index, const Processor &processor);
// Processors that the project has run the instruction set's kernels on natively; "" where it has only been compiled, or
// run in an emulator or over SIMDe.
const char *isa_native_runs(int index);

bool backend_available(scmp_backend id);

// The table for a context. `isa` names an instruction set, "" for the fastest that runs here, or where `available` says
// so. Throws UNSUPPORTED, INVALID_ARGUMENT.
Backend select_backend(scmp_backend id, std::string_view isa, bool (*available)(int index) = isa_available);

} // namespace scmp
