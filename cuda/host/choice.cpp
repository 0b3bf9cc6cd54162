// The methods, what they need, and what is known of them.
#include "cuda/host/choice.h"

#include <bit>
#include <initializer_list>
#include <string>

#include "base/divide.h"
#include "base/error.h"
#include "cuda/block/bytes.h"
#include "cuda/block/count.h"
#include "cuda/block/matrix_tile.h"

namespace scmp::cuda {
namespace {

// Methods that have passed ./run test --cuda on a device of this compute capability (tests/cuda/RUNS.md): only they are
// taken unless one is forced.
struct Proven {
    CountMethod method;
    int capability;
};
constexpr std::initializer_list<Proven> proven = {};

bool is_proven(CountMethod method, int capability) {
    for (const Proven &p : proven)
        if (p.method == method && p.capability == capability) return true;
    return method == CountMethod::rows;
}

// The part of the tiles' area that is sums.
double filled(const CountShape &shape, int rows, int columns) {
    return double(shape.n) / double(round_up(shape.n, rows)) * double(shape.m) / double(round_up(shape.m, columns));
}

// An inner index costs a block of cuda/block/swar.h so many accesses of 128 bytes to shared memory and L1: a word of
// each code is read from a table and one is written, and each of 256 columns takes one and a quarter.
double swar_ceiling(int rows, const CountShape &shape) {
    return rows * swar_columns / (2.0 * shape.codes + 1.25 * swar_columns) * filled(shape, rows, swar_columns);
}

// Products of bits a clock that mma m16n8k256 does in a multiprocessor: measured on GH200; half of GA100's for the
// smaller chips, as their other matrix rates are.
double bit_rate(int capability) {
    return capability == 90 ? 17700 : capability == 80 ? 16384 : 8192;
}

} // namespace

const char *method_name(CountMethod method) {
    switch (method) {
    case CountMethod::bytes:
        return "bytes";
    case CountMethod::bits:
        return "bits";
    case CountMethod::wgmma:
        return "wgmma";
    case CountMethod::rows:
        break;
    }
    return "rows";
}

bool runs(CountMethod method, int capability) {
    switch (method) {
    case CountMethod::bytes: // mma m16n8k32
        return capability >= 80;
    case CountMethod::bits: // later ones emulate it
        return capability >= 80 && capability < 100;
    case CountMethod::wgmma: // code for sm_90a runs there only
        return capability == 90;
    case CountMethod::rows:
        break;
    }
    return true;
}

void force_method(Device &device, const NamedChoice &name) {
    device.forced.reset();
    if (name.value.empty()) return;
    std::string known;
    for (const CountMethod method : all_methods) {
        if (!runs(method, device.capability)) continue;
        if (name.value == method_name(method)) device.forced = method;
        known += (known.empty() ? "" : ", ") + std::string(method_name(method));
    }
    if (!device.forced)
        fail(SCMP_ERROR_UNSUPPORTED,
             "%s = %.*s is no count kernel of CUDA device %d, compute capability %d.%d, which has: %s", name.given_by,
             name.length(), name.value.data(), device.index, device.capability / 10, device.capability % 10,
             known.c_str());
}

double ceiling(CountMethod method, int capability, const CountShape &shape) {
    if (!runs(method, capability)) return 0;
    const double stream = std::bit_ceil(static_cast<unsigned>(shape.stoc_len < 16 ? 16 : shape.stoc_len));
    switch (method) {
    case CountMethod::bytes:
        if (shape.stoc_len > residual_stoc_len || shape.codes > swar_codes) return 0;
        return swar_ceiling(SwarBytes::rows, shape);
    case CountMethod::bits:
        return bit_rate(capability) / (stream + 14) * filled(shape, matrix_rows, matrix_columns);
    case CountMethod::wgmma:
        return 32768 / (stream + 16) * filled(shape, matrix_rows, matrix_columns);
    case CountMethod::rows:
        break;
    }
    const int rows = tile_rows(shape.n, shape.codes);
    if (rows == SwarCounts::rows) return swar_ceiling(rows, shape);
    // It takes as many writes and reads of single counts as the tile has, and a read for two products and one for a
    // code.
    const double accesses = 2.0 * rows / 32 * shape.codes + tile_columns * rows / 32.0;
    return rows * tile_columns / accesses * filled(shape, rows, tile_columns);
}

CountMethod choose(const Device &device, const CountShape &shape) {
    const auto ceiling_of = [&](CountMethod method) { return ceiling(method, device.capability, shape); };
    if (device.forced) return ceiling_of(*device.forced) > 0 ? *device.forced : CountMethod::rows;
    CountMethod best = CountMethod::rows;
    for (const CountMethod method : all_methods)
        if (is_proven(method, device.capability) && ceiling_of(method) > ceiling_of(best)) best = method;
    return best;
}

} // namespace scmp::cuda
