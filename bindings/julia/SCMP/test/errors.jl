# Every status reaches the caller as a SCMPError with the sentence that names the argument.

"The status and the sentence of what f throws."
function refusal(f)
    try
        f()
    catch problem
        problem isa SCMPError || rethrow()
        return problem
    end
    return error("nothing was thrown")
end

case("every status reaches the caller") do
    x, b = ones(Float32, 3, 4), ones(Float32, 5, 4)
    x3, calibration, folder = ones(Float32, 2, 3, 4), Calibration(4), mktempdir()
    write(joinpath(folder, "garbage"), "no statistics")
    for (status, words, f) in [
        (LibSCMP.SCMP_ERROR_INVALID_ARGUMENT, "stoc_len", () -> sc_matmul(x, b; stoc_len = 300)),
        (LibSCMP.SCMP_ERROR_INVALID_ALPHA, "alpha", () -> smooth_scales(calibration, b; alpha = 1.5)),
        (LibSCMP.SCMP_ERROR_INVALID_ALPHA, "alpha", () -> smooth_scales(calibration, b; alpha = NaN)),
        (LibSCMP.SCMP_ERROR_D_MISMATCH, "D = 3", () -> sc_matmul(x, b[:, 1:3])),
        (LibSCMP.SCMP_ERROR_D_MISMATCH, "D", () -> observe!(calibration, ones(Float32, 2, 3))),
        (LibSCMP.SCMP_ERROR_SCALES_NOT_1D, "", () -> sc_matmul(x, b; smooth = ones(4, 1))),
        (LibSCMP.SCMP_ERROR_INVALID_SHAPE, "rank", () -> sc_matmul(x, x3)),
        (LibSCMP.SCMP_ERROR_INVALID_SHAPE, "rank", () -> sc_matmul(vec(x), vec(x))),
        (LibSCMP.SCMP_ERROR_INVALID_SHAPE, "y", () -> sc_matmul!(zeros(Float32, 5, 3), x, b)),
        (LibSCMP.SCMP_ERROR_INVALID_DTYPE, "", () -> sc_matmul(x, Int32.(b))),
        (LibSCMP.SCMP_ERROR_INVALID_DTYPE, "Complex", () -> sc_matmul(x, convert(Matrix{ComplexF32}, b))),
        (LibSCMP.SCMP_ERROR_NON_FINITE, "b", () -> sc_matmul(x, b .* NaN32)),
        (LibSCMP.SCMP_ERROR_INVALID_CONFIG, "sobol_best", () -> sc_matmul(x, b; config = :sobol_best)),
        (LibSCMP.SCMP_ERROR_INVALID_CONFIG, "rng_id", () ->
            Config(json = "{\"rng_pool\": [], \"sng\": {\"q\": [{\"rng_id\": 0}], \"k\": [{\"rng_id\": 0}]}}")),
        (LibSCMP.SCMP_ERROR_UNSUPPORTED, "per_head", () -> sc_matmul(x, b; granularity = :per_head)),
        (LibSCMP.SCMP_ERROR_OUT_OF_MEMORY, "", () -> Calibration(2^45)),
        (LibSCMP.SCMP_ERROR_IO, "nowhere", () -> read(joinpath(folder, "nowhere"), Calibration)),
        (LibSCMP.SCMP_ERROR_IO, "", () -> write(joinpath(folder, "no", "where"), calibration)),
        (LibSCMP.SCMP_ERROR_FORMAT, "", () -> read(joinpath(folder, "garbage"), Calibration)),
        (LibSCMP.SCMP_ERROR_FORMAT, "JSON", () -> Config(json = "{")),
        (LibSCMP.SCMP_ERROR_CANCELLED, "", () -> sc_matmul(x, b; context = Context(cancelled = () -> true))),
        (LibSCMP.SCMP_ERROR_INVALID_SCALES, "", () -> sc_matmul(x, b; smooth = zeros(4))),
        (LibSCMP.SCMP_ERROR_OVERLAP, "", () -> sc_matmul!(view(x, :, 1:3), x, ones(Float32, 3, 4))),
    ]
        problem = refusal(f)
        @test (problem.status, problem.message) == (status, problem.message)
        @test occursin(words, problem.message)
        @test length(problem.message) > 10
        @test occursin(unsafe_string(LibSCMP.scmp_status_string(status)), sprint(showerror, problem))
    end
    @test x == ones(3, 4)
end

# Nothing here can break a driver, or the library.
case("every status has an error") do
    @test SCMP.check(LibSCMP.SCMP_OK) === nothing
    for status in 1:17
        @test refusal(() -> SCMP.check(Int32(status))).status == status
    end
    @test occursin("SCMP_ERROR_DEVICE: words", sprint(showerror, SCMPError(LibSCMP.SCMP_ERROR_DEVICE, "words")))
    @test occursin("SCMP_STATUS_UNKNOWN", sprint(showerror, SCMPError(99, "words")))
end

case("arguments that do not fit the C types") do
    x = ones(Float32, 3, 4)
    for (words, options) in [
        "stoc_len" => (stoc_len = -1,), "stoc_len" => (stoc_len = 2^32 + 8,), "rng_levels" => (rng_levels = -1,),
        "sc_prec" => (sc_prec = 2^40,), "group_a" => (group_a = 0,), "chunk_d" => (chunk_d = big(2)^70,),
        "granularity" => (granularity = :per_column,), "mode" => (mode = "ternary",), "scramble" => (scramble = :xor,),
        "config" => (config = "nul\0byte",),
    ]
        problem = refusal(() -> sc_matmul(x, x; options...))
        @test occursin(words == "config" ? "nul" : words, problem.message)
    end
    @test occursin("threads", refusal(() -> Context(threads = 0)).message)
    @test occursin("threads", refusal(() -> Context(threads = -1)).message)
    @test occursin("backend", refusal(() -> Context(backend = :abacus)).message)
    @test occursin("cache_bytes", refusal(() -> Context(cache_bytes = -1)).message)
    @test_throws Exception sc_matmul(x, x; stoclen = 3)
    @test_throws Exception sc_matmul(x, x; stoc_len = 3.5)
    @test refusal(() -> read("zero\0inside", Calibration)).status == LibSCMP.SCMP_ERROR_IO
end

case("errors of files have the system's number") do
    folder = mktempdir()
    for (number, path) in (Libc.ENOENT => joinpath(folder, "no", "where"), Libc.EISDIR => folder,
                           Libc.ENOTDIR => "/dev/null/file", Libc.EINVAL => "/dev/null")
        for problem in (refusal(() -> read(path, Calibration)), refusal(() -> write(path, Calibration(4))))
            @test problem.status == LibSCMP.SCMP_ERROR_IO
            @test problem.cause isa SystemError && problem.cause.errnum == number
            @test occursin(path, problem.message)
        end
    end
    @test refusal(() -> Calibration(-1)).cause === nothing
end

case("names and paths with a zero byte") do
    folder = mktempdir()
    cd(folder) do
        for use in (() -> write("zero\0inside", Calibration(4)), () -> read("zero\0inside", Calibration),
                    () -> Config("sobol_simple\0"), () -> sc_matmul(A, B; config = "sobol_tuned\0"),
                    () -> sc_matmul(A, B; granularity = "per_row\0"), () -> Context(backend = "cpu\0"))
            @test_throws Union{SCMPError, ArgumentError} use()
        end
    end
    @test isempty(readdir(folder))
    name = joinpath(folder, String(UInt8[0x6e, 0xff, 0xfe])) # no UTF-8
    write(name, observe!(Calibration(33), A))
    @test SCMP.rows(read(name, Calibration)) == 9
    @test occursin("sobol_antithetic", refusal(() -> Config(:nope)).message)
end

case("an error leaves the output alone") do
    y, x = fill(NaN32, 3, 3), ones(Float32, 3, 4)
    refusal(() -> sc_matmul!(y, x, x .* Inf32))
    @test all(isnan, y)
end
