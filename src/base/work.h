// The means that a call lends to a stage.
#pragma once

#include "base/memory.h"
#include "base/parallel.h"

namespace scmp {

struct Work {
    int threads;
    Monitor &monitor;
    std::pmr::memory_resource &memory;
};

} // namespace scmp
