// Reports operands that are not finite. The device finds them in the middle of a call that may have returned already:
// it keeps the results of the call from being written, and records the call for the host.
#pragma once

#include <cstdint>

#include "cuda/block/flag.h"

namespace scmp::cuda {

// One for each context and device, in the device's memory. Calls have numbers, from 1 on, so that nothing has to be
// cleared between them.
struct NonFiniteReport {
    std::int32_t last_call[2];  // by operand, a and b: the last call for which it had a value that is not finite
    std::int32_t first_call;    // the first such call since the host cleared the report; 0: none
    std::int32_t of_operand[2]; // in that call: 1 for operands that were not finite
};

// One call's part in the report.
struct NonFiniteCall {
    NonFiniteReport *report = nullptr; // NULL: the operands are known to be finite
    std::int32_t call = 0;

    Flag flag(int operand) const { return {&report->last_call[operand], call}; }
    SCMP_DEVICE bool found(int operand) const { return report->last_call[operand] == call; }
    SCMP_DEVICE bool found_any() const { return report != nullptr && (found(0) || found(1)); }
    SCMP_DEVICE void record() const {
        if (report->first_call != 0) return;
        report->first_call = call;
        for (int i = 0; i < 2; i++) report->of_operand[i] = found(i) ? 1 : 0;
    }
};

// Every kernel that writes results asks this first. A call whose results must not be written is recorded for
// scmp_ctx_synchronize.
template <class Block> SCMP_DEVICE bool refused(const Block &block, const NonFiniteCall &call) {
    if (!call.found_any()) return false;
    if (block.index() == 0)
        block.each_thread([&](int t) {
            if (t == 0) call.record();
        });
    return true;
}

} // namespace scmp::cuda
