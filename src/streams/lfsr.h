// Fibonacci LFSRs that shift to the right (Spec 3; with the zero state: Model 5).
#pragma once

#include "streams/generator_type.h"

namespace scmp::streams {

extern const GeneratorType lfsr_type;

// Taps as a mask: bit i is set where position i from the LSB is tapped.
Generator lfsr_generator(std::uint64_t seed, std::uint16_t taps);

// Maximal-length tap sets of a width in the canonical order of Spec 3: how many, and the index-th; 0 for none.
int lfsr_tap_set_count(int sc_prec);
std::uint16_t lfsr_tap_set(int sc_prec, int index);

} // namespace scmp::streams
