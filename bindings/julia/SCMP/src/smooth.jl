# SmoothQuant: activation statistics, scales, applying them.

"""
    Calibration(d; T = Float32, context = nothing)

The absolute maximum of each of `d` inner indices over everything observed, kept as Float32 or Float64.

    calibration = Calibration(768)
    foreach(x -> observe!(calibration, x), batches)
    s = smooth_scales(calibration, weight; alpha = 0.5)
    y = sc_matmul(a, weight; smooth = s)

`write(path, calibration)` saves it, `read(path, Calibration)` loads it, `merge!` takes in another. A copy has
statistics of its own, in the same context; a deep copy has its own context, too, and so has one that was serialized,
with the defaults.
"""
mutable struct Calibration
    context::Context
    statistics::Statistics

    function Calibration(create, context::Context)
        out, statistics = Ref{Ptr{scmp_calib}}(C_NULL), Statistics(C_NULL, false)
        call(context) do handle
            status = create(handle, out)
            statistics.handle = out[]
            status == LibSCMP.SCMP_OK && push!(context.statistics, statistics)
            return status
        end
        return finalizer(forget, new(context, statistics))
    end
end

function copy_in(context::Context, calibration::Calibration)
    kind = asked(LibSCMP.scmp_calib_dtype, calibration)
    empty = Calibration(length(calibration); T = kind == LibSCMP.SCMP_DTYPE_F64 ? Float64 : Float32, context = context)
    return merge!(empty, calibration)
end

Base.copy(calibration::Calibration) = copy_in(calibration.context, calibration)
Base.deepcopy_internal(calibration::Calibration, made::IdDict) =
    deep(() -> copy_in(Base.deepcopy_internal(calibration.context, made), calibration), calibration, made)

Serialization.serialize(s::AbstractSerializer, calibration::Calibration) = saved(s, calibration) do
    mktempdir() do folder
        path = joinpath(folder, "statistics")
        write(path, calibration)
        read(path)
    end
end

Serialization.deserialize(s::AbstractSerializer, ::Type{Calibration}) = restored(s) do bytes
    mktempdir() do folder
        path = joinpath(folder, "statistics")
        write(path, bytes)
        read(path, Calibration)
    end
end

forget(calibration::Calibration) = (calibration.statistics.unused = true; nothing)

own_context(context) = context === nothing ? Context() : context

function Calibration(d::Integer; T::Type = Float32, context = nothing)
    count, kind = integer(Int64, "d", d), dtype(T)
    return Calibration(own_context(context)) do handle, out
        LibSCMP.scmp_calib_create(handle, count, kind, out)
    end
end

"""
    read(path, Calibration; d = nothing, context = nothing)

Statistics from a file; `d`: the D that they must have.
"""
function Base.read(path::AbstractString, ::Type{Calibration}; d = nothing, context = nothing)
    count = d === nothing ? Int64(LibSCMP.SCMP_NOT_GIVEN) : integer(Int64, "d", d)
    d === nothing || count >= 0 || invalid("d = $d is negative")
    name = plain_path(path)
    return Calibration(own_context(context)) do handle, out
        LibSCMP.scmp_calib_load(handle, name, count, out)
    end
end

"Runs f(handle) as a call of the context that the statistics live in."
function call(f, calibration::Calibration)
    GC.@preserve calibration call(calibration.context) do _
        f(opened(calibration))
    end
end

function opened(calibration::Calibration)
    handle = calibration.statistics.handle
    handle == C_NULL && invalid("the calibration or its context is closed")
    return handle
end

function plain_path(path)
    occursin('\0', path) && invalid("the path has a zero in it", LibSCMP.SCMP_ERROR_IO)
    return path
end

"""
    observe!(calibration, x; mask = nothing) -> calibration

Takes in activations (..., D); rows whose `mask` (Bool or 8 bits, of the leading shape) is 0 do not count.
"""
function observe!(calibration::Calibration, x::AbstractArray; mask::Union{Nothing, AbstractArray} = nothing)
    tx, tm = tensor(x), tensor(mask)
    GC.@preserve x mask call(handle -> LibSCMP.scmp_calib_observe(handle, tx, tm), calibration)
    return calibration
end

"""
    merge!(calibration, other) -> calibration

Takes in other statistics of the same D.
"""
function Base.merge!(calibration::Calibration, other::Calibration)
    # A copy of the other's maxima and rows is not to be had, so both contexts are held; always in the same order.
    here, there = sort([calibration.context.lock, other.context.lock], by = objectid)
    lock(here) do
        lock(there) do
            not_busy(other.context)
            GC.@preserve other call(handle -> LibSCMP.scmp_calib_merge(handle, opened(other)), calibration)
        end
    end
    return calibration
end

"""
    act_scales(calibration; T = Float32) -> Vector{T}

The maxima, (D,).
"""
function act_scales(calibration::Calibration; T::Type = Float32)
    maxima = Vector{T}(undef, length(calibration))
    view = tensor(maxima)
    GC.@preserve maxima call(handle -> LibSCMP.scmp_calib_act_scales(handle, view), calibration)
    return maxima
end

function asked(f, calibration::Calibration)
    answer = Ref{Any}()
    call(calibration) do handle
        answer[] = f(handle)
        LibSCMP.SCMP_OK
    end
    return answer[]
end

"Number of inner indices."
Base.length(calibration::Calibration) = Int(asked(LibSCMP.scmp_calib_d, calibration))

"""
    SCMP.rows(calibration) -> Int

Number of rows that counted so far.
"""
rows(calibration::Calibration) = Int(asked(LibSCMP.scmp_calib_rows, calibration))

"""
    write(path, calibration)

Saves statistics as safetensors, all or nothing.
"""
function Base.write(path::AbstractString, calibration::Calibration)
    call(handle -> LibSCMP.scmp_calib_save(handle, plain_path(path)), calibration)
    return filesize(path)
end

function Base.show(io::IO, calibration::Calibration)
    calibration.statistics.handle == C_NULL && return print(io, "SCMP.Calibration, closed")
    print(io, "SCMP.Calibration, d = ", length(calibration), ", ", rows(calibration), " rows")
end

"""
    smooth_scales(calibration, weights; alpha = 0.5, T = Float32) -> Vector{T}

Smoothing scales (D,) for one weight (M, D), or a vector or tuple of weights that share this input. A weight that is
stored (D, M) is passed as `transpose(W)`. `alpha`: 0 leaves everything in the activations, 1 moves it into the weights.
"""
smooth_scales(calibration::Calibration, weight::AbstractArray; options...) =
    smooth_scales(calibration, (weight,); options...)
smooth_scales(calibration::Calibration, weights::AbstractVector{<:AbstractArray}; options...) =
    smooth_scales(calibration, Tuple(weights); options...)

function smooth_scales(calibration::Calibration, weights::Tuple{Vararg{AbstractArray}}; alpha::Real = 0.5,
                       T::Type = Float32)
    scales = Vector{T}(undef, length(calibration))
    views, out = scmp_tensor[tensor(weight)[] for weight in weights], tensor(scales)
    GC.@preserve weights scales call(calibration) do handle
        LibSCMP.scmp_smooth_scales(handle, views, length(views), alpha, out)
    end
    return scales
end

"""
    smooth_activation(x, scales; T = eltype(x), context = nothing) -> Array{T}

`x ./ scales` along the last dimension: the activation's half of smoothing, rounded once.
"""
smooth_activation(x::AbstractArray, scales::AbstractArray; options...) =
    smoothed(LibSCMP.scmp_smooth_activation, x, scales; options...)

"""
    smooth_weight(x, scales; T = eltype(x), context = nothing) -> Array{T}

`x .* scales` along the last dimension: the weight's half of smoothing, rounded once.
"""
smooth_weight(x::AbstractArray, scales::AbstractArray; options...) =
    smoothed(LibSCMP.scmp_smooth_weight, x, scales; options...)

function smoothed(f, x, scales; T::Type = eltype(x), context = nothing)
    out = Array{T}(undef, size(x))
    tx, ts, to = tensor(x), tensor(scales), tensor(out)
    GC.@preserve x scales out call(handle -> f(handle, tx, ts, to), context)
    return out
end
