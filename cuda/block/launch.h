// The list of kernels, each a struct of arguments as cuda/block/block.h describes it. cuda/kernels.cu compiles one
// kernel for every line, and tests/cuda/host_device.cpp runs its blocks on the host.
#pragma once

#include <cstdint>
#include <variant>

#include "cuda/block/bits.h"
#include "cuda/block/bytes.h"
#include "cuda/block/calibrate.h"
#include "cuda/block/count.h"
#include "cuda/block/gemm.h"
#include "cuda/block/quantize.h"
#include "cuda/block/quantized.h"
#include "cuda/block/smooth.h"

namespace scmp::cuda {

// clang-format off
using AnyArgs = std::variant<
    // operands
    RangesArgs,
    ScalesArgs,
    LevelsArgs,
    LinesArgs,
    // counts: by rows, by bytes, by bits
    TableArgs,
    CountTileArgs<16>,
    CountTileArgs<32>,
    SwarCountArgs,
    ResidualsArgs,
    BytesArgs,
    StreamsArgs,
    CountBitsArgs<16, BitsByWarp>,
    CountBitsArgs<32, BitsByWarp>,
    CountBitsArgs<64, BitsByWarp>,
    CountBitsArgs<128, BitsByWarp>,
    CountBitsArgs<256, BitsByWarp>,
    CountBitsArgs<512, BitsByWarp>,
    CountBitsArgs<1024, BitsByWarp>,
    CountBitsArgs<16, BitsByGroup>,
    CountBitsArgs<32, BitsByGroup>,
    CountBitsArgs<64, BitsByGroup>,
    CountBitsArgs<128, BitsByGroup>,
    CountBitsArgs<256, BitsByGroup>,
    CountBitsArgs<512, BitsByGroup>,
    CountBitsArgs<1024, BitsByGroup>,
    LookUpArgs<std::int8_t>,
    LookUpArgs<std::int16_t>,
    GemmArgs,
    // values
    ValuesArgs,
    // stages by themselves
    CopyArgs,
    MaximaArgs,
    SmoothArgs,
    QuantizedArgs,
    MarksArgs,
    CodesArgs,
    TotalsArgs,
    NarrowArgs>;
// clang-format on

struct Launch : AnyArgs {
    using AnyArgs::AnyArgs;
};

} // namespace scmp::cuda
