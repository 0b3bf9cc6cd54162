# Arrays as views that the C interface understands. Nothing is copied: column-major order is strides like any other.

"""
    SCMP.BFloat16

The upper half of a Float32. It has no arithmetic: `SCMP.BFloat16(x::Float32)` rounds to nearest, `Float32(x)` widens,
and `reinterpret(SCMP.BFloat16, bits)` reads an array of UInt16. Operands may have Julia's or a package's BFloat16, too.
"""
primitive type BFloat16 16 end

Base.Float32(x::BFloat16) = reinterpret(Float32, UInt32(reinterpret(UInt16, x)) << 16)

function BFloat16(x::Float32)
    bits = reinterpret(UInt32, x)
    isnan(x) && return reinterpret(BFloat16, UInt16(bits >> 16) | 0x0040)
    return reinterpret(BFloat16, ((bits + 0x7fff + (bits >> 16 & 1)) >> 16) % UInt16)
end

LinearAlgebra.transpose(x::BFloat16) = x
LinearAlgebra.adjoint(x::BFloat16) = x

Base.show(io::IO, x::BFloat16) = print(io, "BFloat16(", Float32(x), ")")

dtype(::Type{Float32}) = LibSCMP.SCMP_DTYPE_F32
dtype(::Type{Float16}) = LibSCMP.SCMP_DTYPE_F16
dtype(::Type{Float64}) = LibSCMP.SCMP_DTYPE_F64
dtype(::Type{BFloat16}) = LibSCMP.SCMP_DTYPE_BF16
dtype(::Type{Int8}) = LibSCMP.SCMP_DTYPE_I8
dtype(::Type{UInt8}) = LibSCMP.SCMP_DTYPE_U8
dtype(::Type{Bool}) = LibSCMP.SCMP_DTYPE_U8
dtype(::Type{Int16}) = LibSCMP.SCMP_DTYPE_I16
dtype(::Type{Int32}) = LibSCMP.SCMP_DTYPE_I32
dtype(::Type{Int64}) = LibSCMP.SCMP_DTYPE_I64

function dtype(::Type{T}) where {T}
    isbitstype(T) && sizeof(T) == 2 && nameof(T) === :BFloat16 && return LibSCMP.SCMP_DTYPE_BF16
    return invalid("elements of type $T: they must be Float16, Float32, Float64 or bfloat16",
                   LibSCMP.SCMP_ERROR_INVALID_DTYPE)
end

"""
    strided(x) -> (pointer, strides)

Address of the first element, and distances in elements. Wrappers are taken apart here since not every version of Julia
knows the strides of each of them.
"""
strided(x::Array) = (pointer(x), strides(x))

# An adjoint of real numbers is a transpose.
function strided(x::Union{Transpose{<:Union{Real, BFloat16}}, Adjoint{<:Union{Real, BFloat16}}})
    start, s = strided(parent(x))
    return start, length(s) == 1 ? (0, s[1]) : reverse(s)
end

function strided(x::PermutedDimsArray{T, N, permutation}) where {T, N, permutation}
    start, s = strided(parent(x))
    return start, map(k -> s[k], permutation)
end

function strided(x::SubArray{T, N, P, <:Tuple{Vararg{Union{Integer, AbstractRange{<:Integer}}}}}) where {T, N, P}
    whole, indices = parent(x), parentindices(x)
    start, s = strided(whole)
    skipped = 0
    for (i, axis, stride) in zip(indices, axes(whole), s)
        skipped += (first(i) - first(axis)) * stride
    end
    kept = Tuple(step(i) * stride for (i, stride) in zip(indices, s) if !(i isa Integer))
    return start + skipped * sizeof(T), kept
end

function strided(x::Base.ReinterpretArray{T, N, S}) where {T, N, S}
    sizeof(T) == sizeof(S) && ndims(parent(x)) == N || return plain(x)
    start, s = strided(parent(x))
    return Ptr{T}(start), s
end

strided(x::AbstractArray) = plain(x)

"Any other array that says of itself where it is."
function plain(x::AbstractArray)
    place = try
        (pointer(x), strides(x))
    catch
        nothing
    end
    place !== nothing && place[1] isa Ptr && return place
    return invalid("a $(typeof(x)) is no array in memory: `Array(x)` makes one", LibSCMP.SCMP_ERROR_UNSUPPORTED)
end

padded(numbers) = ntuple(k -> k <= length(numbers) ? Int64(numbers[k]) : Int64(0), Int(LibSCMP.SCMP_MAX_RANK))

"""
    SCMP.tensor(x) -> Ref{scmp_tensor}

The view of an array for the C interface. Whoever uses it keeps `x` alive with `GC.@preserve`.
"""
function tensor(x::AbstractArray{T, N}) where {T, N}
    N <= LibSCMP.SCMP_MAX_RANK ||
        invalid("an array has rank $N, the most is $(LibSCMP.SCMP_MAX_RANK)", LibSCMP.SCMP_ERROR_INVALID_SHAPE)
    kind = dtype(T)
    place, distances = strided(x)
    return Ref(scmp_tensor(place, kind, LibSCMP.SCMP_DEVICE_CPU, N, 0, padded(size(x)), padded(distances), (0, 0)))
end

"NULL where there is no array."
tensor(::Nothing) = C_NULL

address(view::Ref) = Base.unsafe_convert(Ptr{eltype(view)}, view)
address(::Ptr) = C_NULL
