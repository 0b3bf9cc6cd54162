// A backend is a table of slots, one for everything that a backend does; this is the table, and the choice among those
// that there are.
//
// How data flows. src/api checks a call and makes plain specs of it; src/product calls the slots of the context's
// table with them; a slot reads its operands through views and writes its outputs through views, or fails and leaves
// them alone:
//
//     api  ->  product (ProductSpec, tables, report)  ->  slot of the backend  ->  stages
//
// Every table is complete. The CPU's slots (cpu_slots, src/product/cpu_*.cpp) run the stages in host memory with the
// row functions and count kernels of the table that they are called through, so the reference and each instruction set
// differ in those alone; both come from lists, of instruction sets with their row loops (isas.inc) and of count kernels
// (count/kernels.inc). A backend with devices of its own starts as a copy of a CPU table, overwrites the slots that
// it does better, and calls cpu_slots for what it does not do; what it keeps for a context is Resources::state.
//
// Errors come in one way: a slot throws by fail(). The types of the arguments are in src/product.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "backend/row_functions.h"
#include "base/named_choice.h"
#include "base/work.h"
#include "count/kernel.h"
#include "quantize/operand.h"
#include "scmp/scmp.h"
#include "tensor/view.h"

namespace scmp::product {
struct Resources;      // product/resources.h
struct ProductSpec;    // product/spec.h
struct Operands;       // product/pipeline.h
struct Packed;         // product/pipeline.h
struct QuantizedViews; // product/stages.h, like the specs of stages
struct CountSpec;
struct DequantizeSpec;
struct SmoothSpec;
struct MaximaSpec;
} // namespace scmp::product

namespace scmp {

struct Processor;

// Slots may throw; where they do, outputs and the context are as they were. Views are in host memory or on the device
// that tensor_device names, those of a product on ProductSpec::device.
struct Slots {
    // --- what a context keeps ---
    // Opens the context's devices: what becomes Resources::state, NULL where nothing is kept. Throws UNSUPPORTED where
    // the device that the options name is not there.
    std::shared_ptr<void> (*open)(product::Resources &resources);
    // The device that tensors may be on besides host memory; SCMP_DEVICE_CPU: none.
    std::int32_t (*tensor_device)(const product::Resources &resources) noexcept;
    // The stream and the working memory that a caller gives. Throw UNSUPPORTED where the backend has none.
    void (*set_stream)(product::Resources &resources, void *stream);
    void (*set_workspace)(product::Resources &resources, void *memory, std::uint64_t bytes);
    // Waits for what calls have left to be done, and throws what they have found.
    void (*synchronize)(product::Resources &resources);
    // Gives memory that is kept but unused back to the system.
    void (*trim)(product::Resources &resources) noexcept;
    // Bytes that are kept for later calls besides Resources::tables.
    std::uint64_t (*cache_bytes)(const product::Resources &resources) noexcept;
    void (*clear_cache)(product::Resources &resources) noexcept;

    // --- tensors on a device ---
    // Elements in C order to host memory, and from there back.
    Buffer<std::byte> (*fetch)(product::Resources &resources, const View &view, std::pmr::memory_resource &memory);
    void (*store)(product::Resources &resources, const View &view, const std::byte *elements);

    // --- the stages by themselves ---
    // (entries, 2) f32 ranges of the operand's scopes to `out`.
    void (*ranges)(product::Resources &resources, const quantize::OperandSpec &x, const View &out, const Work &work);
    // Writes the arrays of a quantized operand that are wanted. `given`: its ranges, by entry; empty: those that it
    // has. `boundaries`: by level.
    void (*quantize)(product::Resources &resources, const quantize::OperandSpec &x,
                     std::span<const quantize::Range> given, std::span<const std::uint16_t> boundaries,
                     const product::QuantizedViews &out, const Work &work);
    // Sums of boundaries that a caller gives.
    void (*count)(product::Resources &resources, const product::CountSpec &spec, const View &sums, const Work &work);
    // Values of sums that a caller gives.
    void (*dequantize)(product::Resources &resources, const product::DequantizeSpec &spec, const View &sums,
                       const View &y, const Work &work);
    // x / s or x * s.
    void (*smooth)(product::Resources &resources, const product::SmoothSpec &spec, const View &out, const Work &work);
    // Takes a tensor into statistics.
    void (*maxima)(product::Resources &resources, const product::MaximaSpec &spec, const Work &work);

    // --- products ---
    // Smooths, quantizes and packs b, in memory that outlives the context. Adds milliseconds to the report.
    product::Packed (*pack)(product::Resources &resources, const product::ProductSpec &spec,
                            const quantize::OperandSpec &b, scmp_report &report, const Work &work);
    // The whole product to the spec's outputs. Fills in what of the report is about this product alone.
    void (*product)(product::Resources &resources, const product::ProductSpec &spec, const product::Operands &operands,
                    scmp_report &report, const Work &work);
};

extern const Slots cpu_slots; // product/cpu_slots.cpp

struct Backend {
    scmp_backend id;
    const char *isa; // of the CPU's row functions and kernels: "portable"; the reference has "none"
    bool threaded;
    RowFunctions row_functions;
    std::span<const count::Kernel *const> kernels; // the first that fits a product counts it; the last fits all
    Slots slots;

    const count::Kernel &kernel_for(const count::Demand &demand) const noexcept {
        const auto fits = [&](const count::Kernel *kernel) { return kernel->fits(demand); };
        return **std::find_if(kernels.begin(), kernels.end() - 1, fits);
    }
};

// A backend with devices, which is made of a CPU table.
struct DeviceBackend {
    void (*fill)(Backend &cpu); // overwrites its slots
    int (*device_count)() noexcept;
};
extern const DeviceBackend cuda_backend; // cuda/host/runtime.cpp; in builds that have it

// The instruction sets of the CPU backend, slowest first; index 0 runs everywhere.
int isa_count();
const char *isa_name(int index);
bool isa_available(int index);
// True where such a processor, under such an operating system, runs it.
bool isa_runs(int index, const Processor &processor);

// These know every backend that the interface names, whether or not it is part of this build.
const char *backend_name(scmp_backend id);
bool backend_available(scmp_backend id);
int backend_devices(scmp_backend id);

// The table for a context. `isa` chooses an instruction set, else it is the fastest that runs here, or where
// `available` says so. Throws UNSUPPORTED, INVALID_ARGUMENT.
Backend select_backend(scmp_backend id, const NamedChoice &isa = {}, bool (*available)(int index) = isa_available);

} // namespace scmp
