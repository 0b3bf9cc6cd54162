# Contexts: where work runs and what it may use; one from a pool where the caller names none.

const BACKENDS = (auto = LibSCMP.SCMP_BACKEND_AUTO, reference = LibSCMP.SCMP_BACKEND_REFERENCE,
                  cpu = LibSCMP.SCMP_BACKEND_CPU, cuda = LibSCMP.SCMP_BACKEND_CUDA)
const LOG_LEVELS = (warning = LibSCMP.SCMP_LOG_WARNING, info = LibSCMP.SCMP_LOG_INFO, debug = LibSCMP.SCMP_LOG_DEBUG)

"The caller's functions, and what one of them threw: no exception may pass through C."
mutable struct Callbacks
    cancelled::Any
    progress::Any
    log::Any
    raised::Any
end

"Runs a caller's function; what it throws ends the call, and is thrown there."
function guarded(f, callbacks::Callbacks)
    callbacks.raised === nothing || return nothing
    try
        return f()
    catch problem
        callbacks.raised = problem
        return nothing
    end
end

callbacks_of(user) = unsafe_pointer_to_objref(user)::Callbacks

function on_cancelled(user::Ptr{Cvoid})::Int32
    callbacks = callbacks_of(user)
    answer = callbacks.cancelled === nothing ? false : guarded(() -> callbacks.cancelled()::Bool, callbacks)
    return callbacks.raised !== nothing || answer === true
end

function on_progress(user::Ptr{Cvoid}, fraction::Float64)::Cvoid
    callbacks = callbacks_of(user)
    guarded(() -> callbacks.progress(fraction), callbacks)
    return nothing
end

function on_log(user::Ptr{Cvoid}, level::Int32, message::Cstring)::Cvoid
    callbacks = callbacks_of(user)
    guarded(() -> callbacks.log(keys(LOG_LEVELS)[level + 1], unsafe_string(message)), callbacks)
    return nothing
end

"The handle of statistics that live in a context. The context frees it: a finalizer may run inside any call of it."
mutable struct Statistics
    handle::Ptr{scmp_calib}
    unused::Bool
end

"""
    Context(; backend = :auto, device = 0, threads = nothing, cache_bytes = nothing,
            progress = nothing, cancelled = nothing, log = nothing, log_level = :warning)

Where products run and what they may use. Every function takes one from a pool where it is given none, so a program
needs a context only to choose. Tasks that share one take turns; tasks without never wait for each other. `close` frees
it at once, otherwise the garbage collector does.

* `backend`: `:auto` (the fastest here), `:reference` (the circuit, cycle by cycle), `:cpu` or `:cuda` (on `device`).
* `threads`: 1 to 1024, of the library's own; `nothing`: as many as the process may run on.
* `cache_bytes`: most memory that cached sequences and count tables keep; `nothing`: 256 MiB.
* `progress(fraction)`: called with the share of the current call that is done, 0 to 1.
* `cancelled()`: asked now and then; `true` ends the call with SCMP_ERROR_CANCELLED.
* `log(level, text)`: called with lines up to `log_level`: `:warning`, `:info`, `:debug`.

What these functions throw ends the call and is thrown there. They may not use the context that calls them. A copy is
another context with the same options.
"""
mutable struct Context
    handle::Ptr{scmp_ctx}
    lock::ReentrantLock
    busy::Bool
    statistics::Vector{Statistics}
    callbacks::Callbacks
    options::NamedTuple # as given

    function Context(; backend = :auto, device = 0, threads = nothing, cache_bytes = nothing,
                     progress = nothing, cancelled = nothing, log = nothing, log_level = :warning)
        callbacks = Callbacks(cancelled, progress, log, nothing)
        user = pointer_from_objref(callbacks)
        options = with(initialised(scmp_ctx_options)[]; backend = named("backend", backend, BACKENDS),
                       device = integer(Int32, "device", device), threads = given("threads", threads),
                       log_level = named("log_level", log_level, LOG_LEVELS))
        if cache_bytes !== nothing
            options = with(options; cache_bytes = integer(UInt64, "cache_bytes", cache_bytes))
        end
        if cancelled !== nothing || progress !== nothing || log !== nothing
            asked = @cfunction(on_cancelled, Int32, (Ptr{Cvoid},))
            options = with(options; cancelled = asked, cancelled_user = user)
        end
        if progress !== nothing
            told = @cfunction(on_progress, Cvoid, (Ptr{Cvoid}, Cdouble))
            options = with(options; progress = told, progress_user = user)
        end
        if log !== nothing
            told = @cfunction(on_log, Cvoid, (Ptr{Cvoid}, Int32, Cstring))
            options = with(options; log = told, log_user = user)
        end
        handle = Ref{Ptr{scmp_ctx}}(C_NULL)
        GC.@preserve callbacks check(LibSCMP.scmp_ctx_create(Ref(options), handle))
        as_given = (backend = backend, device = device, threads = threads, cache_bytes = cache_bytes,
                    progress = progress, cancelled = cancelled, log = log, log_level = log_level)
        return finalizer(destroy, new(handle[], ReentrantLock(), false, Statistics[], callbacks, as_given))
    end
end

"The options of a context that is open."
options_of(context) = isopen(context) ? context.options : invalid("the context is closed")

Base.copy(context::Context) = Context(; options_of(context)...)
Base.deepcopy_internal(context::Context, made::IdDict) = deep(() -> copy(context), context, made)

Serialization.serialize(s::AbstractSerializer, context::Context) = saved(() -> options_of(context), s, context)
Serialization.deserialize(s::AbstractSerializer, ::Type{Context}) = restored(options -> Context(; options...), s)

function destroy(context::Context)
    foreach(destroy, context.statistics)
    empty!(context.statistics)
    handle = Ref(context.handle)
    LibSCMP.scmp_ctx_destroy(handle)
    context.handle = handle[]
    return nothing
end

function destroy(statistics::Statistics)
    handle = Ref(statistics.handle)
    LibSCMP.scmp_calib_destroy(handle)
    statistics.handle = handle[]
    return nothing
end

not_busy(context) =
    context.busy && invalid("the context is in use: a callback may not use the context that calls it")

"""
    call(f, context)

Runs `f(handle) -> status` while nobody else uses the context, and throws what went wrong. Without a context it takes
one from the pool.
"""
function call(f, context::Context)
    lock(context.lock) do
        not_busy(context)
        context.handle == C_NULL && invalid("the context is closed")
        sweep(context)
        context.callbacks.raised = nothing
        task = current_task()
        sticky = task.sticky
        context.busy = true
        task.sticky = true # a callback may switch tasks, and the call has to go on in its thread
        try
            status = f(context.handle)
            context.callbacks.raised === nothing || throw(context.callbacks.raised)
            check(status)
        finally
            context.busy = false
            task.sticky = sticky
        end
    end
end

const POOL = Context[]
const POOL_LOCK = ReentrantLock()

function call(f, ::Nothing)
    found = lock(() -> isempty(POOL) ? nothing : pop!(POOL), POOL_LOCK)
    context = found === nothing ? Context() : found
    try
        return call(f, context)
    finally
        lock(() -> push!(POOL, context), POOL_LOCK)
    end
end

"Frees the statistics that nobody refers to any more."
function sweep(context::Context)
    any(entry -> entry.unused, context.statistics) || return nothing
    foreach(entry -> entry.unused && destroy(entry), context.statistics)
    filter!(entry -> !entry.unused, context.statistics)
    return nothing
end

"""
    close(context::Context)

Frees everything, the statistics that were made with it too. Packed weights and configurations live on.
"""
function Base.close(context::Context)
    lock(context.lock) do
        not_busy(context)
        destroy(context)
    end
end

Base.isopen(context::Context) = context.handle != C_NULL

function Base.show(io::IO, context::Context)
    isopen(context) || return print(io, "SCMP.Context, closed")
    backend = unsafe_string(LibSCMP.scmp_backend_name(LibSCMP.scmp_ctx_backend(context.handle)))
    isa, threads = unsafe_string(LibSCMP.scmp_ctx_isa(context.handle)), LibSCMP.scmp_ctx_threads(context.handle)
    print(io, "SCMP.Context, backend $backend, isa $isa, threads $threads")
end
