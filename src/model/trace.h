// Traces (Spec 2): rows of every wire over the cycles, as text for people and waveform viewers.
#pragma once

#include <array>
#include <cstdint>

#include "model/multiplier.h"
#include "scmp/scmp_model.h"

namespace scmp::model {

constexpr int cycle_signals = 7; // SCMP_SIGNAL_LEFT_DRAW .. SCMP_SIGNAL_PARTIAL

const char *signal_name(scmp_signal signal) noexcept;

// The wires of one multiplier over all cycles, one row for each signal.
class SignalRows {
public:
    SignalRows(int stoc_len, std::pmr::memory_resource &memory)
        : stoc_len_(stoc_len), values_(memory, std::size_t(stoc_len) * cycle_signals) {}

    void trace(Multiplier multiplier) noexcept;
    const std::int32_t *row(int signal) const noexcept {
        return values_.data() + std::size_t(signal - SCMP_SIGNAL_LEFT_DRAW) * std::size_t(stoc_len_);
    }
    std::int32_t count() const noexcept { return row(SCMP_SIGNAL_PARTIAL)[stoc_len_ - 1]; }

private:
    int stoc_len_;
    Buffer<std::int32_t> values_;
};

// A caller's function that takes text. Throws IO where it fails.
struct Writer {
    scmp_write_fn function;
    void *user;
};
void write_csv(const Operands &operands, Writer writer);
void write_vcd(const Operands &operands, Writer writer, std::pmr::memory_resource &memory);

} // namespace scmp::model
