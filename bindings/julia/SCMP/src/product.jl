# The product, and right operands that are packed once.

const GRANULARITIES = (per_row = LibSCMP.SCMP_GRANULARITY_PER_ROW, per_tensor = LibSCMP.SCMP_GRANULARITY_PER_TENSOR,
                       per_head = LibSCMP.SCMP_GRANULARITY_PER_HEAD)
const MODES = (bipolar = LibSCMP.SCMP_MODE_BIPOLAR, unipolar = LibSCMP.SCMP_MODE_UNIPOLAR)
const SCRAMBLES = (bitrev = LibSCMP.SCMP_SCRAMBLE_BITREV, counter = LibSCMP.SCMP_SCRAMBLE_COUNTER,
                   off = LibSCMP.SCMP_SCRAMBLE_OFF, always_bitrev = LibSCMP.SCMP_SCRAMBLE_ALWAYS_BITREV,
                   always_counter = LibSCMP.SCMP_SCRAMBLE_ALWAYS_COUNTER)

"""
    SCMP.report() -> Ref

For the keyword `report` of a product, which fills it: `r[].kernel` and the other fields of `SCMP.LibSCMP.scmp_report`.
"""
report() = initialised(scmp_report)

"Runs f(Ref(options)) while everything that the options point to is kept."
function with_options(f; granularity = :per_row, mode = :bipolar, sc_prec = 8, stoc_len = nothing, rng_levels = nothing,
                      halve = false, chunk_d = 0, group_a = 1, group_b = 1, scramble = nothing, config = nothing,
                      smooth = nothing)
    bits = integer(Int32, "sc_prec", sc_prec)
    generators = config_of(config, bits)
    scales = tensor(smooth)
    # Half of the full length and grid, where bipolar products are given neither.
    half = halve::Bool && mode === :bipolar && 0 < bits <= 10 ? Int32(1) << (bits - Int32(1)) : nothing
    defaults = initialised(scmp_matmul_options)
    GC.@preserve generators smooth scales begin
        options = with(defaults[];
                       granularity = named("granularity", granularity, GRANULARITIES),
                       mode = named("mode", mode, MODES),
                       sc_prec = bits,
                       stoc_len = given("stoc_len", something(stoc_len, half, Some(nothing))),
                       rng_levels = given("rng_levels", something(rng_levels, half, Some(nothing))),
                       chunk_d = integer(Int64, "chunk_d", chunk_d),
                       group_a = integer(Int64, "group_a", group_a),
                       group_b = integer(Int64, "group_b", group_b),
                       scramble = scramble === nothing ? LibSCMP.SCMP_SCRAMBLE_NOT_GIVEN :
                                  named("scramble", scramble, SCRAMBLES),
                       config = generators === nothing ? C_NULL : opened(generators),
                       smooth = address(scales))
        return f(Ref(options))
    end
end

"Runs f(Ref(call)) while the further outputs of a product are kept."
function with_outputs(f, counts, report)
    sums = tensor(counts)
    GC.@preserve counts sums report begin
        return f(Ref(with(initialised(scmp_call)[]; counts = address(sums),
                          report = report === nothing ? C_NULL : address(report))))
    end
end

"""
    sc_matmul!(y, a, b; counts = nothing, report = nothing, context = nothing, options...) -> y

As [`sc_matmul`](@ref), into `y` (Float32, any strides that do not overlap) and `counts` (Int32 or Int64, of the shape
of `y`: the integer sums). `y` may be `nothing` where only `counts` is wanted.
"""
function sc_matmul!(y::Union{Nothing, AbstractArray}, a::AbstractArray, b::AbstractArray; counts = nothing,
                    report = nothing, context = nothing, options...)
    ty, ta, tb = tensor(y), tensor(a), tensor(b)
    GC.@preserve y a b with_options(; options...) do chosen
        with_outputs(counts, report) do further
            call(handle -> LibSCMP.scmp_matmul(handle, ta, tb, chosen, further, ty), context)
        end
    end
    return y
end

"""
    sc_matmul(a, b; options...) -> Array{Float32}

The product as the array computes it: `a` is (N, D), **`b` is (M, D)**, the result (N, M), about `a * transpose(b)`. A
weight that is stored (D, M) is passed as `transpose(W)`: nothing is copied, strides tell the layout. With a batch:
(BH, N, D), (BH, M, D) and (BH, N, M).

# Options

* `granularity = :per_row`: what shares a quantization range; or `:per_tensor`, `:per_head`.
* `mode = :bipolar` or `:unipolar`.
* `sc_prec = 8`: precision in bits. `stoc_len`: stream length, 1 to 2^sc_prec, which is the default.
* `rng_levels`: grid size; default 2^sc_prec. `halve = true`: half of it, and of the stream, where they are not given.
* `chunk_d`: own scales for every so many inner indices. `group_a`, `group_b`: rows that share a scale.
* `scramble`: `:bitrev`, `:counter`, `:off`, `:always_bitrev`, `:always_counter`; default: the configuration's.
* `config`: a [`Config`](@ref), or the name of a preset (`preset_names()`).
* `smooth`: SmoothQuant scales (D,), see [`smooth_scales`](@ref).
* `counts`: an array for the integer sums. `report`: see `SCMP.report`.
* `context`: a [`Context`](@ref).
"""
function sc_matmul(a::AbstractArray, b::AbstractArray; options...)
    return sc_matmul!(Array{Float32}(undef, product_shape(size(a), size(b))), a, b; options...)
end

"The library refuses what does not fit; this is only what to allocate."
product_shape(a::Dims, b::Dims) =
    length(a) == length(b) && length(a) in (2, 3) ? (a[1:end-1]..., b[end-1]) : (0, 0)

"""
    sc_counts(a, b; options...) -> Array{Int32}

The integer sums of the product alone, to hold a circuit against. Options as for [`sc_matmul`](@ref).
"""
function sc_counts(a::AbstractArray, b::AbstractArray; options...)
    counts = Array{Int32}(undef, product_shape(size(a), size(b)))
    sc_matmul!(nothing, a, b; counts = counts, options...)
    return counts
end

"""
    PackedWeights(b; context = nothing, options...)

A right operand (M, D), or (BH, M, D), smoothed, quantized and laid out once for many products: `sc_matmul(a, packed)`.
The options are those of [`sc_matmul`](@ref). Immutable: any number of tasks may use one at the same time, and copies
share what was laid out. It cannot be serialized: what it holds is for this processor.
"""
mutable struct PackedWeights
    shared::Union{Nothing, Shared{scmp_packed}}

    PackedWeights(shared::Shared) = finalizer(release, new(shared))

    function PackedWeights(b::AbstractArray; context = nothing, options...)
        tb, handle = tensor(b), Ref{Ptr{scmp_packed}}(C_NULL)
        GC.@preserve b with_options(; options...) do chosen
            call(context -> LibSCMP.scmp_packed_create(context, tb, chosen, handle), context)
        end
        return PackedWeights(Shared(handle[]))
    end
end

function Base.copy(packed::PackedWeights)
    opened(packed)
    return PackedWeights(share(packed.shared))
end

Base.deepcopy_internal(packed::PackedWeights, made::IdDict) = deep(() -> copy(packed), packed, made)

Serialization.serialize(::AbstractSerializer, ::PackedWeights) =
    throw(ArgumentError("PackedWeights cannot be serialized, they are laid out for this processor: " *
                        "serialize the weight and the options"))

function Base.size(packed::PackedWeights)
    shape = GC.@preserve packed LibSCMP.scmp_packed_shape(opened(packed))
    return ntuple(k -> Int(shape.shape[k]), Int(shape.rank))
end

"""
    SCMP.bytes(packed) -> Int

Bytes that the packed operand holds.
"""
bytes(packed::PackedWeights) = Int(GC.@preserve packed LibSCMP.scmp_packed_bytes(opened(packed)))

Base.show(io::IO, packed::PackedWeights) =
    print(io, "SCMP.PackedWeights ", packed.shared === nothing ? "finalized" : size(packed))

"""
    sc_matmul(a, packed::PackedWeights; counts = nothing, report = nothing, context = nothing) -> Array{Float32}

The product with weights that were packed: the same bits as with the operand itself.
"""
sc_matmul(a::AbstractArray, packed::PackedWeights; options...) =
    sc_matmul!(Array{Float32}(undef, product_shape(size(a), size(packed))), a, packed; options...)

function sc_matmul!(y::Union{Nothing, AbstractArray}, a::AbstractArray, packed::PackedWeights; counts = nothing,
                    report = nothing, context = nothing)
    ty, ta = tensor(y), tensor(a)
    GC.@preserve y a packed with_outputs(counts, report) do further
        call(handle -> LibSCMP.scmp_matmul_packed(handle, ta, opened(packed), further, ty), context)
    end
    return y
end
