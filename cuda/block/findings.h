// What is wrong with an operand is found on the device, in the middle of a call that nobody may be waiting for: how its
// kernels tell one another, and in the end the host.
#pragma once

#include <cstdint>

#include "cuda/block/block.h"

namespace scmp::cuda {

// One for each context and device, in the device's memory. Calls have numbers, from 1 on, so that nothing has to be
// cleared between them.
struct Findings {
    std::int32_t non_finite[2]; // by operand, a and b: the last call for which it had a value that is not finite
    std::int32_t kept_call;     // the first such call that nobody has been told about; 0: none
    std::int32_t kept[2];       // which operands it was
};

// Raised for a call by writing the call's mark. What one kernel raises the next ones see.
struct Flag {
    constexpr Flag() = default;
    constexpr Flag(std::int32_t *place, std::int32_t of_call = 1) : at(place), mark(of_call) {}

    SCMP_DEVICE void raise() const {
        if (at != nullptr) *at = mark; // whoever writes it writes the same
    }
    SCMP_DEVICE bool raised() const { return at != nullptr && *at == mark; }

    std::int32_t *at = nullptr; // NULL: of no interest
    std::int32_t mark = 1;
};

// Whether a call's results may be written.
struct Verdict {
    Findings *findings = nullptr; // NULL: somebody has looked before, they may
    std::int32_t call = 0;

    SCMP_DEVICE bool against(int operand) const { return findings->non_finite[operand] == call; }
    SCMP_DEVICE bool refuses() const { return findings != nullptr && (against(0) || against(1)); }
    SCMP_DEVICE void keep() const {
        if (findings->kept_call != 0) return;
        findings->kept_call = call;
        for (int i = 0; i < 2; i++) findings->kept[i] = against(i) ? 1 : 0;
    }
};

// What every kernel asks that writes results. Where it may not, the call is kept for scmp_ctx_synchronize.
template <class Block> SCMP_DEVICE bool refused(const Block &block, const Verdict &verdict) {
    if (!verdict.refuses()) return false;
    if (block.index() == 0)
        block.each_thread([&](int t) {
            if (t == 0) verdict.keep();
        });
    return true;
}

} // namespace scmp::cuda
