# Tasks, threads, memory, where the library is found, the worked example and the README's.

case("two tasks at the same time") do
    packed, shared = PackedWeights(B), Context(threads = 1)
    work() = all(1:20) do _
        right = sc_matmul(A, B) == sc_matmul(A, packed) == sc_matmul(A, B; context = shared) == Y
        yield()
        right
    end
    @test all(fetch.([@async(work()) for _ in 1:2]))
    # One that waits inside its call lets the other run; whoever shares the context waits.
    slow = Context(progress = _ -> yield())
    @test all(fetch.([@async(sc_matmul(A, B; context = slow) == Y) for _ in 1:4]))
end

case("two threads at the same time") do
    printed = run_julia(joinpath(@__DIR__, "threads.jl"); options = `--threads 2`)
    @test printed == "2 threads, all right\n"
end

case("ten thousand rounds leave memory flat") do
    for how in ("close", "collect")
        printed = run_julia(joinpath(@__DIR__, "memory.jl"), how)
        @test match(r"^grew by (-?\d+) KiB\n$", printed) !== nothing
        @test (how, parse(Int, something(match(r"-?\d+", printed), (match = "1000000",)).match) < 1024) == (how, true)
    end
end

case("the library is looked for in order") do
    where = joinpath(mktempdir(), "where.jl")
    write(where, "using SCMP; print(SCMP.library_path())")
    @test run_julia(where; environment = ("SCMP_LIBRARY" => SCMP.library_path(),)) == SCMP.library_path()
    for wrong in ("/no/where/libscmp.so", "libm.so.6")
        printed = run_julia(where; environment = ("SCMP_LIBRARY" => wrong,))
        @test occursin(wrong, printed) && occursin("ERROR", printed)
    end
    built = joinpath(ROOT, "build", "libscmp.so")
    isfile(built) && @test run_julia(where; environment = ("SCMP_LIBRARY" => nothing,)) == built
end

case("the worked example prints what every language prints") do
    printed = run_julia(joinpath(@__DIR__, "..", "examples", "example.jl"), MINILM)
    @test printed == read(joinpath(ROOT, "bindings", "example", "expected.txt"), String)
end

case("the example of the README") do
    readme = read(joinpath(ROOT, "README.md"), String)
    code = match(r"<!-- example: julia -->\n```julia\n(.*?)```"s, readme)[1]
    file = joinpath(mktempdir(), "readme.jl")
    same = "y == sc_matmul(a, permutedims(W); stoc_len = 128, smooth = s)"
    write(file, code, "print(typeof(y), size(y), ' ', $same)")
    @test run_julia(file) == "$(Matrix{Float32})(128, 64) true"
end

case("every exported name has its documentation") do
    for name in names(SCMP)
        @test (name, haskey(Base.Docs.meta(SCMP), Base.Docs.Binding(SCMP, name))) == (name, true)
    end
    written = Base.Docs.meta(SCMP)[Base.Docs.Binding(SCMP, :sc_matmul)].docs
    @test any(occursin("`b` is (M, D)", join(entry.text)) for entry in values(written))
end

case("Pkg.test works in a fresh depot, without a network") do
    depot = mktempdir()
    registry = mkpath(joinpath(depot, "registries", "Empty")) # Pkg would fetch one otherwise, whatever it needs
    write(joinpath(registry, "Registry.toml"), """
        name = "Empty"
        uuid = "00000000-0000-4000-8000-000000000001"
        repo = ""
        [packages]
        """)
    package = normpath(joinpath(@__DIR__, ".."))
    test = joinpath(depot, "test.jl")
    write(test, """
        using Pkg
        Pkg.develop(PackageSpec(path = $(repr(package))))
        Pkg.test("SCMP"; test_args = ["names and paths"])
        """)
    nowhere = "http://127.0.0.1:9"
    printed = run_julia(test; project = joinpath(depot, "project"),
                        environment = ("JULIA_DEPOT_PATH" => depot, "JULIA_LOAD_PATH" => nothing,
                                       "JULIA_PKG_SERVER" => "", "http_proxy" => nowhere, "https_proxy" => nowhere))
    @test occursin("Testing SCMP tests passed", printed) || printed
end
