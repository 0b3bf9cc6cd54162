// How the draws of a generator repeat, and what is to be said where they do so before the generator's type must.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <string>

#include "streams/config.h"

namespace scmp::streams {

// A repetition in the 2^p draws of a full stream: draw `first` comes again `period` draws later, and no draw comes
// again before.
struct Repetition {
    int first = 0, period = 0; // period 0: all 2^p are different
    int zero_at = -1;          // the first draw that is 0, -1: none before the repetition

    int different() const noexcept { return first + period; } // draws before the repetition
};
Repetition repetition(const Generator &generator, int sc_prec) noexcept;

// How many draws are all different at best, as the generator's type has it; 0 where they need not be.
int most_different(const Generator &generator, int sc_prec) noexcept;

// One sentence about the first generator that repeats before its type must, or "". Only generators that some element
// uses count; `pool` is what the writer of the configuration calls them.
std::pmr::string period_warning(const Config &config, const char *pool, std::pmr::memory_resource &memory);

// The same about one generator, `index` of the pool; `others` more in use do so, too.
std::pmr::string period_warning(const Generator &generator, int sc_prec, const char *pool, std::size_t index,
                                std::size_t others, std::pmr::memory_resource &memory);

} // namespace scmp::streams
