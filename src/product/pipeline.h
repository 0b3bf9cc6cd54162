// Products, as src/api calls them: what surrounds the backend's slots, and what a right operand is packed into.
//
// How a product flows through this room. src/api has checked the call and made a ProductSpec of it (spec.h).
//  1. multiply() reads the operands under the spec: each becomes an OperandSpec, a view with its smoothing, its scopes
//     and its rule. It begins the report and calls the slot `product` of the context's backend.
//  2. On the CPU (cpu_product.cpp) the slot quantizes and packs b, quantizes a, asks level_tables() for the count
//  tables
//     (table_cache.h keeps them), and runs the count engine, which hands blocks of sums to a Sink (sinks.h).
//  3. The sink has each block dequantized with the factors of both operands (factors.h), and writes the spec's outputs.
//  4. finish_report() writes the log's line.
// A packed operand is step 2 up to packing, done once by pack(). The stages that callers use one by one (stages.h) go
// from src/api to their slots directly. All of them work with the context's Resources (resources.h).
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

// The operands of a product: b as it is, or packed.
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
