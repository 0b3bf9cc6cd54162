// The choice of a product's count method on a device.
#pragma once

#include <array>
#include <cstdint>

#include "base/named_choice.h"
#include "cuda/host/device.h"

namespace scmp::cuda {

inline constexpr std::array all_methods = {CountMethod::rows, CountMethod::bytes, CountMethod::bits,
                                           CountMethod::wgmma};

const char *method_name(CountMethod method);

// True where a device of this compute capability runs it.
bool runs(CountMethod method, int capability);

// All products that the named method can do take it; without a name the choice is free. Throws UNSUPPORTED where there
// is no such method, or the device does not run it.
void force_method(Device &device, const NamedChoice &name);

// The properties of a product that the choice depends on.
struct CountShape {
    std::int64_t n, m;
    int stoc_len, codes;
};

// Products a clock and multiprocessor that the method cannot exceed, docs/cuda.md says why; the part of its tiles that
// a small product leaves empty taken off. 0 where it does not run, or cannot do such a product.
double ceiling(CountMethod method, int capability, const CountShape &shape);

// The forced one, if it can do such a product; else the one with the highest ceiling among those that have been
// proven on a device of this kind, as rows are taken to be.
CountMethod choose(const Device &device, const CountShape &shape);

} // namespace scmp::cuda
