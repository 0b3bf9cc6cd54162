// Asks the dispatch for its kernels, and takes those over SIMDe from the list in src/count/kernels.inc.
#include "kernel_list.h"

#include <algorithm>

#include "backend/backend.h"

#ifdef SCMP_SIMDE // the build has compiled every kernel over it, under a name of its own
namespace scmp::count {
#define SCMP_KERNEL(name, isa) extern const Kernel simde_##name##_kernel;
#include "count/kernels.inc"
} // namespace scmp::count
#endif

namespace kernels {

using namespace scmp;

std::vector<Listed> kernel_list() {
    std::vector<Listed> list;
    const auto add = [&](const std::string &isa, const count::Kernel *kernel, bool simulated) {
        const auto same = [&](const Listed &other) { return other.kernel == kernel; };
        if (std::none_of(list.begin(), list.end(), same))
            list.push_back({isa + " " + kernel->name, kernel, simulated, isa});
    };
    for (int i = 0; i < isa_count(); i++)
        if (isa_available(i))
            for (const count::Kernel *kernel : select_backend(SCMP_BACKEND_CPU, {"isa", isa_name(i)}).kernels)
                add(isa_name(i), kernel, false);
        else
            list.push_back({std::string(isa_name(i)) + " natively", nullptr, false, isa_name(i)});
#ifdef SCMP_SIMDE
#define SCMP_KERNEL(name, isa) add("simde", &count::simde_##name##_kernel, true);
#include "count/kernels.inc"
#endif
    return list;
}

} // namespace kernels
