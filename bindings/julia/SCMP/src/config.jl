# Configurations: which generator, permutation and complement each inner index uses on each side.

"""
    Config(name; sc_prec = 8)
    Config(; json, sc_prec = 8)

A configuration of generators for products with this `sc_prec`: a preset (`preset_names()`), or JSON text as
docs/semantics.md, section 3, has it. Immutable: any number of tasks may use one at the same time. It can be copied and
serialized.
"""
mutable struct Config
    shared::Union{Nothing, Shared{scmp_config}}
    source::Pair{Symbol, String} # what it was made from: JSON of a preset would end at some D
    sc_prec::Int32

    Config(shared::Shared, source, sc_prec) = finalizer(release, new(shared, source, sc_prec))
end

Config(name::Union{Symbol, AbstractString}; sc_prec = 8) = Config(:name => String(name), sc_prec)
Config(; json::AbstractString, sc_prec = 8) = Config(:json => String(json), sc_prec)

function Config(source::Pair{Symbol, String}, sc_prec)
    (kind, text), bits, handle = source, integer(Int32, "sc_prec", sc_prec), Ref{Ptr{scmp_config}}(C_NULL)
    if kind === :name
        text in preset_names() ||
            invalid("no configuration is named \"$(plain_text(text))\", there are $(join(preset_names(), ", "))",
                    LibSCMP.SCMP_ERROR_INVALID_CONFIG)
        call(context -> LibSCMP.scmp_config_create_named(context, text, bits, handle), nothing)
    else
        call(context -> LibSCMP.scmp_config_create_json(context, text, sizeof(text), bits, handle), nothing)
    end
    config = Config(Shared(handle[]), source, bits)
    isempty(warning(config)) || @warn warning(config)
    return config
end

"""
    SCMP.warning(config) -> String

What was probably not meant, in one sentence: a generator in use that repeats before its type must, with its period;
`""` where there is nothing to say. `Config(json = text)` logs it.
"""
warning(config::Config) = GC.@preserve config unsafe_string(LibSCMP.scmp_config_warning(opened(config)))

"A zero byte is shown as such."
plain_text(name) = replace(name, '\0' => "\\0")

function Base.copy(config::Config)
    opened(config)
    return Config(share(config.shared), config.source, config.sc_prec)
end

Base.deepcopy_internal(config::Config, made::IdDict) = deep(() -> copy(config), config, made)

Serialization.serialize(s::AbstractSerializer, config::Config) =
    saved(() -> (opened(config); (config.source, config.sc_prec)), s, config)
Serialization.deserialize(s::AbstractSerializer, ::Type{Config}) = restored(made_from -> Config(made_from...), s)

"""
    SCMP.json(config, d) -> String

The configuration of the first `d` inner indices as JSON, which `Config(json = text)` reads back.
"""
function json(config::Config, d::Integer)
    count, needed = integer(Int64, "d", d), Ref{Csize_t}(0)
    write_to(buffer) = GC.@preserve config call(nothing) do context
        LibSCMP.scmp_config_to_json(context, opened(config), count, buffer, sizeof(buffer), needed)
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
