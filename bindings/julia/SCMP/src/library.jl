# Finds the shared library: SCMP_LIBRARY, else the build folder of this checkout, else the system's.

const CHECKOUT = normpath(joinpath(@__DIR__, "..", "..", "..", ".."))

function library_path()
    named = get(ENV, "SCMP_LIBRARY", "")
    isempty(named) || return named
    if isfile(joinpath(CHECKOUT, "include", "scmp", "scmp.h"))
        for folder in ("build", joinpath("build", "src"))
            path = joinpath(CHECKOUT, folder, "libscmp.$(Libdl.dlext)")
            isfile(path) && return path
        end
    end
    return "libscmp.$(Libdl.dlext).$(LibSCMP.SCMP_VERSION_MAJOR)"
end

function load_library(path = library_path())
    try
        LibSCMP.load!(path)
    catch problem
        reason = sprint(showerror, problem)
        error("$path cannot be opened: run `./run build`, or name libscmp with SCMP_LIBRARY ($reason)")
    end
    # Structs may have grown between 0.1 and 0.2.
    major, minor = divrem(LibSCMP.scmp_version_number() ÷ 100, 100)
    wanted = LibSCMP.HEADER_VERSION
    (major, minor) == (wanted.major, wanted.minor) && return nothing
    error("$path is libscmp $major.$minor, this package needs $(wanted.major).$(wanted.minor)")
end
