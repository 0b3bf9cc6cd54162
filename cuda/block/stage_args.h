// What one launch of a stage that is not part of a product is told. The function that a block runs is run_block().
#pragma once

#include <variant>

#include "cuda/block/calibrate.h"
#include "cuda/block/quantized.h"
#include "cuda/block/smooth.h"

namespace scmp::cuda {

struct StageArgs {
    std::variant<CopyArgs, MaximaArgs, SmoothArgs, QuantizedArgs, MarksArgs, CodesArgs, TotalsArgs, NarrowArgs> of;
};

} // namespace scmp::cuda
