# runtests.jl [WORD]: runs the tests with WORD in their name and prints a line of TAP for each. They need no package but
# Julia's own. Memory and threads are tested in processes of their own.

using LinearAlgebra, Random, Serialization, Test
using SCMP
using SCMP: LibSCMP

const WORD = length(ARGS) > 0 ? ARGS[1] : ""

include("support.jl")

"What another Julia with this package prints, errors too."
function run_julia(file, arguments...; options = ``, environment = (), project = normpath(joinpath(@__DIR__, "..")))
    command = `$(Base.julia_cmd()) --startup-file=no --project=$project $options $file $arguments`
    printed = IOBuffer()
    withenv(environment...) do
        run(pipeline(ignorestatus(command); stdout = printed, stderr = printed))
    end
    return String(take!(printed))
end

include("golden.jl")
include("operands.jl")
include("errors.jl")
include("objects.jl")
include("copies.jl")
include("running.jl")

case(() -> include("generated/layout.jl"), "layout of the structs is the C compiler's")

println(TAP, "1..", length(RESULTS), isempty(RESULTS) ? " # SKIP not chosen" : "")
exit(all(RESULTS) ? 0 : 1)
