// Owners of the library's handles, and the engines (backend and instruction set) that this machine has.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scmp/scmp.h"

namespace test {

template <class T, void (*destroy)(T **)> struct Handle {
    T *pointer = nullptr;

    Handle() = default;
    Handle(Handle &&other) noexcept : pointer(std::exchange(other.pointer, nullptr)) {}
    Handle &operator=(Handle &&other) noexcept {
        std::swap(pointer, other.pointer);
        return *this;
    }
    ~Handle() { destroy(&pointer); }
    operator T *() const { return pointer; }
    // For a create function; what was held is destroyed.
    T **out() {
        destroy(&pointer);
        return &pointer;
    }
};

using Ctx = Handle<scmp_ctx, scmp_ctx_destroy>;
using Config = Handle<scmp_config, scmp_config_destroy>;
using Packed = Handle<scmp_packed, scmp_packed_destroy>;
using Calib = Handle<scmp_calib, scmp_calib_destroy>;

struct Engine {
    scmp_backend backend;
    std::string isa; // empty: the machine's best
    std::string name() const { return scmp_backend_name(backend) + (isa.empty() ? "" : "/" + isa); }
};

// The reference, the CPU with every instruction set that runs here, and CUDA where it is.
std::vector<Engine> engines();

// A context of that engine with so many threads.
Ctx context(const Engine &engine, int threads = 1);
// The CPU backend.
Ctx context(int threads = 1);

} // namespace test
