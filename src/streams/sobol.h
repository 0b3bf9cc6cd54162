// Sobol generators, one dimension in Gray-code order (Spec 3).
#pragma once

#include "streams/generator_type.h"

namespace scmp::streams {

using SobolSeeds = std::array<std::uint16_t, max_prec>; // m_0 .. m_{p-1}, zeros behind them

extern const GeneratorType sobol_type;

Generator sobol_generator(const SobolSeeds &seeds, std::uint16_t start = 0);

// Default seeds of a side.
SobolSeeds default_sobol_seeds(scmp_side side, int sc_prec);

} // namespace scmp::streams
