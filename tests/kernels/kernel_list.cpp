// Asks the dispatch for its kernels, and knows those over SIMDe by name.
#include "kernel_list.h"

#include <algorithm>

#include "backend/backend.h"

// The kernels that the build compiled over SIMDe, under names of their own: X(simde_avx2_kernel) X(...).
#ifndef SCMP_SIMDE_KERNELS
#define SCMP_SIMDE_KERNELS
#endif

namespace scmp::count {
#define X(kernel) extern const Kernel kernel;
SCMP_SIMDE_KERNELS
#undef X
} // namespace scmp::count

namespace kernels {

using namespace scmp;

std::vector<Listed> kernel_list() {
    std::vector<Listed> list;
    const auto add = [&](const std::string &isa, const count::Kernel *kernel, bool simulated) {
        const auto same = [&](const Listed &other) { return other.kernel == kernel; };
        if (kernel == nullptr || kernel == &count::reference_kernel || std::any_of(list.begin(), list.end(), same))
            return;
        list.push_back({isa + " " + kernel->name, kernel, simulated, isa});
    };
    for (int i = 0; i < isa_count(); i++)
        if (isa_available(i))
            for (const count::Kernel *kernel : select_backend(SCMP_BACKEND_CPU, isa_name(i)).kernels)
                add(isa_name(i), kernel, false);
        else
            list.push_back({std::string(isa_name(i)) + " natively", nullptr, false, isa_name(i)});
#define X(kernel) add("simde", &count::kernel, true);
    SCMP_SIMDE_KERNELS
#undef X
    return list;
}

} // namespace kernels
