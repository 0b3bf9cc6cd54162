// CPython's random.Random(seed).randint(0, 2^p - 1), which is MT19937 (Spec 3).
#pragma once

#include "streams/generator_type.h"

namespace scmp::streams {

extern const GeneratorType mt19937_type;

} // namespace scmp::streams
