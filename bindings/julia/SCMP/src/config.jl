# Configurations: which generator, permutation and complement each inner index uses on each side.

"""
    Config(name; sc_prec = 8)
    Config(; json, sc_prec = 8)

A configuration of generators for products with this `sc_prec`: a preset (`preset_names()`), or JSON text as
docs/semantics.md, section 3, has it. Immutable: any number of tasks may use one at the same time.
"""
mutable struct Config
    handle::Ptr{scmp_config}

    Config(handle::Ptr{scmp_config}) = finalizer(destroy, new(handle))
end

function Config(name::Union{Symbol, AbstractString}; sc_prec = 8)
    text, bits, handle = plain_text(name), integer(Int32, "sc_prec", sc_prec), Ref{Ptr{scmp_config}}(C_NULL)
    call(context -> LibSCMP.scmp_config_create_named(context, text, bits, handle), nothing)
    return Config(handle[])
end

function Config(; json::AbstractString, sc_prec = 8)
    text, bits, handle = String(json), integer(Int32, "sc_prec", sc_prec), Ref{Ptr{scmp_config}}(C_NULL)
    call(context -> LibSCMP.scmp_config_create_json(context, text, sizeof(text), bits, handle), nothing)
    config = Config(handle[])
    isempty(warning(config)) || @warn warning(config)
    return config
end

"""
    SCMP.warning(config) -> String

What was probably not meant, in one sentence: a generator in use that repeats before its type must, with its period; `""`
where there is nothing to say. `Config(json = text)` logs it.
"""
warning(config::Config) = GC.@preserve config unsafe_string(LibSCMP.scmp_config_warning(config.handle))

"A zero inside ends a C string, so it becomes something that no name has."
plain_text(name) = replace(String(name), '\0' => "\\0")

function destroy(config::Config)
    handle = Ref(config.handle)
    LibSCMP.scmp_config_destroy(handle)
    config.handle = handle[]
    return nothing
end

"""
    SCMP.json(config, d) -> String

The configuration of the first `d` inner indices as JSON, which `Config(json = text)` reads back.
"""
function json(config::Config, d::Integer)
    count, needed = integer(Int64, "d", d), Ref{Csize_t}(0)
    write_to(buffer) = GC.@preserve config call(nothing) do context
        LibSCMP.scmp_config_to_json(context, config.handle, count, buffer, sizeof(buffer), needed)
    end
    write_to(UInt8[])
    buffer = Vector{UInt8}(undef, needed[])
    write_to(buffer)
    return String(buffer[1:end-1])
end

"The named configurations."
preset_names() = [unsafe_string(LibSCMP.scmp_config_name(index - 1)) for index in 1:LibSCMP.scmp_config_name_count()]

const PRESETS = Dict{Tuple{String, Int}, Config}()
const PRESETS_LOCK = ReentrantLock()

"The configuration of a call; presets are made once."
config_of(config::Union{Nothing, Config}, sc_prec) = config
config_of(name::Union{Symbol, AbstractString}, sc_prec) =
    lock(() -> get!(() -> Config(name; sc_prec = sc_prec), PRESETS, (String(name), Int(sc_prec))), PRESETS_LOCK)
