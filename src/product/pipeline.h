// Products, as src/api calls them: what surrounds the backend's slots, and what a right operand is packed into.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "product/report.h"
#include "product/resources.h"
#include "product/spec.h"
#include "quantize/operand.h"

namespace scmp::product {

// A right operand, ready to be multiplied with by the backend and instruction set that it was packed for.
struct Packed {
    quantize::Scopes scopes;               // of b
    std::int32_t device = SCMP_DEVICE_CPU; // where it is, and its products' tensors may be
    std::uint64_t device_bytes = 0;        // that it takes there
    std::shared_ptr<const void> data;      // its backend knows of what type
};

// What a product multiplies: b as it is, or packed.
struct Operands {
    quantize::OperandSpec a;
    std::optional<quantize::OperandSpec> b; // in place of `packed`
    const Packed *packed = nullptr;

    const quantize::Scopes &scopes_b() const noexcept { return packed != nullptr ? packed->scopes : b->scopes; }
};

// The count tables of D inner indices for all levels of the spec, from the context's cache.
std::shared_ptr<const streams::CountTables> level_tables(Resources &resources, const ProductSpec &spec, std::int64_t d,
                                                         const TableUse &use);

// Packs b in `memory`, which outlives the context.
Packed pack(Resources &resources, const ProductSpec &spec, const View &b, std::pmr::memory_resource &memory);

// Computes the spec's outputs; b is a view, or packed. Fills in the report; the watch has run since the call began.
struct RightOperand {
    const View *view = nullptr;
    const Packed *packed = nullptr;
};
void multiply(Resources &resources, const ProductSpec &spec, const View &a, const RightOperand &b, Stopwatch &watch,
              scmp_report &report);

} // namespace scmp::product
