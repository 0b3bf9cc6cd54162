// The toy's slots.
#include "toy.h"

#include "base/error.h"
#include "product/resources.h"
#include "product/stages.h"

namespace toy {
namespace {

using scmp::product::Resources;

std::shared_ptr<void> open(Resources &resources) {
    return std::allocate_shared<State>(std::pmr::polymorphic_allocator<>(&resources.memory));
}

// Adding to what is there is left to the CPU, and more rows than fit are refused.
void count(Resources &resources, const scmp::product::CountSpec &spec, const scmp::View &sums, const scmp::Work &work) {
    if (spec.n > 1000) scmp::fail(SCMP_ERROR_UNSUPPORTED, "N = %lld, a toy has no more than 1000", scmp::ll(spec.n));
    if (!spec.accumulate) state_of(resources).counted++;
    scmp::cpu_slots.count(resources, spec, sums, work);
}

} // namespace

void fill(scmp::Backend &cpu) {
    cpu.slots.open = open;
    cpu.slots.count = count;
}

State &state_of(const Resources &resources) {
    return *static_cast<State *>(resources.state.get());
}

} // namespace toy
