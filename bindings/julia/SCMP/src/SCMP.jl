"""
Matrix products exactly as a stochastic-computing array would compute them, to the bit.

    using SCMP
    y = sc_matmul(a, b; stoc_len = 128)  # a (N, D), b (M, D): about a * transpose(b), a Matrix{Float32} (N, M)

**`b` is (M, D)**, in Julia as in every other language: one row for each output. A weight that is stored (D, M) is
passed as `transpose(W)`, which costs nothing: arrays, `transpose`, `PermutedDimsArray` and views with ranges are read
where they are, by their strides. Left and right have different number sequences, so operands may not be swapped to
please a layout.

Three-dimensional operands are (BH, N, D) and (BH, M, D). Where the batch is the last dimension of an array, as is usual
in Julia, pass `PermutedDimsArray(x, (3, 1, 2))`.

Elements are Float16, Float32, Float64, or bfloat16 (`SCMP.BFloat16`, or any type of that name with 16 bits). What goes
wrong is a [`SCMPError`](@ref). `SCMP.LibSCMP` is the C interface itself.
"""
module SCMP

import Libdl
import LinearAlgebra
import Serialization
using LinearAlgebra: Adjoint, Transpose
using Serialization: AbstractSerializer, deserialize, serialize

include("generated/LibSCMP.jl")

using .LibSCMP: scmp_calib, scmp_call, scmp_config, scmp_ctx, scmp_ctx_options, scmp_matmul_options, scmp_packed
using .LibSCMP: initialised, scmp_report, scmp_tensor, with

export Calibration, Config, Context, PackedWeights, SCMPError
export act_scales, observe!, preset_names, sc_counts, sc_matmul, sc_matmul!, smooth_activation, smooth_scales
export smooth_weight

include("library.jl")
include("errors.jl")
include("shared.jl")
include("tensor.jl")
include("context.jl")
include("config.jl")
include("product.jl")
include("smooth.jl")

__init__() = load_library()

end # module
