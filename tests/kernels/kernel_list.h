// Every count kernel that there is: of every backend and instruction set, and over SIMDe.
#pragma once

#include <string>
#include <vector>

#include "count/kernel.h"

namespace kernels {

struct Listed {
    std::string name;                  // "avx2 bytes_avx2", "simde ..."
    const scmp::count::Kernel *kernel; // NULL where the machine lacks the instruction set
    bool simulated;                    // over SIMDe: slow
    std::string isa;
};

// The reference is what the others are compared with; it is not among them.
std::vector<Listed> kernel_list();

} // namespace kernels
