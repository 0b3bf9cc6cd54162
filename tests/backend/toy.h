// A backend made by following "Adding a backend" in CONTRIBUTING.md: it counts by the reference, and knows how often.
#pragma once

#include <cstdint>

#include "backend/backend.h"

namespace toy {

// What the backend keeps for a context.
struct State {
    std::int64_t counted = 0; // calls of its slot
};

// Overwrites the slots of a CPU table that it does itself.
void fill(scmp::Backend &cpu);

State &state_of(const scmp::product::Resources &resources);

} // namespace toy
