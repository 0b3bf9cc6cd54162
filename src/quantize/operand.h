// Quantizes whole operands: scopes, their ranges, and the levels of every row (Spec 4).
#pragma once

#include <cstdint>

#include "base/divide.h"
#include "base/memory.h"
#include "base/work.h"
#include "quantize/quantize.h"
#include "tensor/row_access.h"

namespace scmp::quantize {

// The scopes of an operand, and where their numbers stand: the scale shape of the public header.
struct Scopes {
    ScopeKind kind = ScopeKind::row;
    std::int64_t batch = 1, rows = 0, d = 0;
    std::int64_t group = 1;   // row: rows of a batch entry that share a scope; each has an entry of its own
    std::int64_t chunk_d = 0; // chunk: inner indices of a scope

    std::int64_t chunks() const noexcept { return kind == ScopeKind::chunk ? ceil_divide(d, chunk_d) : 1; }
    std::int64_t entries() const noexcept;
    // Every row of every chunk is a scope of its own, so that ranges and levels take one pass.
    bool lines_are_scopes() const noexcept {
        return kind == ScopeKind::chunk || (kind == ScopeKind::row && group == 1);
    }
    std::int64_t entry(std::int64_t batch_index, std::int64_t row_index, std::int64_t chunk_index) const noexcept;
};

// An operand to read. `name` is what error sentences call it.
struct Source {
    View view;
    Smoothing smoothing;
    const char *name;
};

// How levels are found: a rule of Spec 4, and the highest level.
struct Quantizing {
    Rule rule = Rule::B3;
    int q_max = 0;
};

// An operand, its scopes and its rule: all that quantization needs to know.
struct OperandSpec {
    Source source;
    Scopes scopes;
    Quantizing by;
};

// The ranges of the scale shape's entries. Throws NON_FINITE.
Buffer<Range> ranges(const OperandSpec &x, const RowFunctions &functions, const Work &work);

struct Quantized {
    Scopes scopes;
    Rule rule = Rule::B3;
    Buffer<std::int16_t> q;       // (batch, rows, d) signed levels
    Buffer<double> scale;         // the scale shape's entries; f32 values but for the wide rules
    Buffer<double> zero_point;    // likewise; empty for bipolar
    Buffer<std::int64_t> row_sum; // (batch, rows); empty for bipolar
};

// `given` ranges, entry by entry, or NULL for the operand's own. Throws NON_FINITE.
Quantized quantize(const OperandSpec &x, const Range *given, const RowFunctions &functions, const Work &work);

} // namespace scmp::quantize
