// How fast the GPU's own instructions are: what a kernel can hope for, measured before anything else.
#pragma once

#include <vector>

#include "gpu.h"

// Matrix instructions on 1 bit and on 8 bits, and reads of shared memory. Each is checked on operands of ones before it
// is timed on random ones, which cost more power. Throws where a sum is wrong.
std::vector<InstructionRate> measure_instructions(const Machine &machine, const Stream &stream);
