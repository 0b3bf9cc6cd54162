# C handles of what never changes: copies share one, and the last of them destroys it.

"A handle, and how many objects have it."
struct Shared{T}
    handle::Ptr{T}
    owners::Threads.Atomic{Int}

    Shared(handle::Ptr{T}) where {T} = new{T}(handle, Threads.Atomic{Int}(1))
end

"One more object has it."
function share(shared::Shared)
    Threads.atomic_add!(shared.owners, 1)
    return shared
end

"An object's part in it ends: the object is finalized."
function release(object)
    shared = object.shared
    object.shared = nothing
    shared === nothing || Threads.atomic_sub!(shared.owners, 1) > 1 || destroy(shared.handle)
    return nothing
end

"The handle. NULL would mean the default to the library, so it is never handed out."
function opened(object)
    shared = object.shared
    shared === nothing && invalid("the $(typeof(object)) has been finalized")
    return shared.handle
end

destroy(config::Ptr{scmp_config}) = LibSCMP.scmp_config_destroy(Ref(config))
destroy(packed::Ptr{scmp_packed}) = LibSCMP.scmp_packed_destroy(Ref(packed))

"A deep copy is made once for all places that have the original, as everywhere."
deep(f, original, made::IdDict) = haskey(made, original) ? made[original] : (made[original] = f())

"""
    saved(f, s, object)

Serializes an object as the value of f(): `Serialization` would save the address of its handle.
"""
function saved(f, s::AbstractSerializer, object)
    value = f() # before anything is written, since it may fail
    Serialization.serialize_cycle_header(s, object) && return nothing
    serialize(s, value)
    return nothing
end

"The object that f makes of the saved value."
function restored(f, s::AbstractSerializer)
    slot = pop!(s.pending_refs)
    object = f(deserialize(s))
    push!(s.pending_refs, slot)
    Serialization.deserialize_cycle(s, object)
    return object
end
