# The library's status codes as exceptions.

"""
    SCMPError(status, message)

What went wrong in the library: `status` is one of `SCMP.LibSCMP.SCMP_ERROR_...`, `message` the library's sentence with
the argument and the numbers in it. Outputs and handles are as they were before the call. Where the operating system
refused a file, `cause` is the `SystemError` with its `errnum`; else it is `nothing`.
"""
struct SCMPError <: Exception
    status::LibSCMP.scmp_status
    message::String
    cause::Union{Nothing, SystemError}
end

SCMPError(status, message) = SCMPError(status, message, nothing)

Base.showerror(io::IO, problem::SCMPError) =
    print(io, unsafe_string(LibSCMP.scmp_status_string(problem.status)), ": ", problem.message)

"Throws where a call of this thread failed. There may be no task switch between the two: the sentence is the thread's."
function check(status)
    status == LibSCMP.SCMP_OK && return nothing
    message, number = unsafe_string(LibSCMP.scmp_last_error()), LibSCMP.scmp_last_errno()
    throw(SCMPError(status, message, number == 0 ? nothing : SystemError(message, number)))
end

"An error that is seen here before the library would."
invalid(message, status = LibSCMP.SCMP_ERROR_INVALID_ARGUMENT) = throw(SCMPError(status, message))

"A number that fits the C type."
function integer(::Type{T}, name, value::Integer) where {T}
    typemin(T) <= value <= typemax(T) || invalid("$name = $value does not fit $(8 * sizeof(T)) bits")
    return T(value)
end

"A number for an option that may be left open. Negative ones mean SCMP_NOT_GIVEN, which no caller may mean."
given(name, ::Nothing) = LibSCMP.SCMP_NOT_GIVEN
given(name, value::Integer) =
    value < 0 ? invalid("$name = $value is negative") : integer(Int32, name, value)

"What a name of an enumeration stands for."
function named(name, value::Union{Symbol, AbstractString}, names::NamedTuple)
    symbol = Symbol(value)
    haskey(names, symbol) || invalid("$name = $value is not one of $(join(keys(names), ", "))")
    return names[symbol]
end
