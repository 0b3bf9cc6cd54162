# Contexts, configurations, packed weights, calibration, smoothing.

case("options reach the library") do
    report = SCMP.report()
    y = sc_matmul(A, B; stoc_len = 100, rng_levels = 200, scramble = :counter, report = report)
    @test (report[].stoc_len, report[].rng_levels, report[].q_max) == (100, 200, 127)
    @test report[].scramble == LibSCMP.SCMP_SCRAMBLE_COUNTER
    @test !isempty(unsafe_string(report[].kernel))
    @test y != Y
    sc_matmul(A, B; halve = true, report = report)
    @test (report[].stoc_len, report[].rng_levels) == (128, 128)
    @test sc_matmul(A, B; group_a = 3, group_b = 4) != Y
    @test sc_matmul(A, B; chunk_d = 8) != Y
    @test sc_matmul(A, B; mode = :unipolar, granularity = :per_tensor) != Y
    @test sc_matmul(A, B; config = "sobol_simple") == Y
    @test sc_matmul(A, B; config = :sobol_tuned) == sc_matmul(A, B; config = Config(:sobol_tuned)) != Y
end

case("backends give the same bits") do
    for backend in (:reference, :cpu, :auto)
        context = Context(backend = backend, threads = 1, cache_bytes = 0)
        @test sc_matmul(A, B; context = context) == Y
        close(context)
        @test !isopen(context)
        close(context)
        @test_throws SCMPError sc_matmul(A, B; context = context)
        @test sprint(show, context) == "SCMP.Context, closed"
    end
    @test occursin("backend cpu", sprint(show, Context(threads = 3)))
    @test occursin("threads 3", sprint(show, Context(threads = 3)))
end

case("callbacks") do
    shares, lines = Float64[], Tuple{Symbol, String}[]
    context = Context(progress = x -> push!(shares, x), log = (level, text) -> push!(lines, (level, text)),
                      log_level = :info)
    @test sc_matmul(A, B; context = context) == Y
    @test issorted(shares) && last(shares) == 1
    @test !isempty(lines) && lines[1][1] == :info
    for context in (Context(progress = x -> throw(DomainError(x, "mine"))),
                    Context(cancelled = () -> throw(DomainError(0))),
                    Context(log = (level, text) -> throw(DomainError(text)), log_level = :debug))
        @test_throws DomainError sc_matmul(A, B; context = context)
    end
    used = Ref{Any}()
    inner = Context(progress = x -> used[](inner))
    for use in (c -> sc_matmul(A, B; context = c), close)
        used[] = use
        @test occursin("in use", refusal(() -> sc_matmul(A, B; context = inner)).message)
    end
    used[] = c -> (sc_matmul(A, B); yield(); GC.gc())
    @test sc_matmul(A, B; context = inner) == Y
end

case("configurations") do
    @test "sobol_simple" in preset_names() && "sobol_tuned" in preset_names()
    lfsr = Config("lfsr_default")
    text = SCMP.json(lfsr, 33)
    @test occursin("rng_pool", text)
    @test SCMP.json(Config(json = text), 33) == text
    @test sc_matmul(A, B; config = Config(json = text)) == sc_matmul(A, B; config = lfsr)
    @test_throws SCMPError sc_matmul(A, B; config = lfsr, sc_prec = 6)
    with_taps(taps) = """{"rng_pool": [{"type": "lfsr", "seed": 5, "taps": $taps}],
                          "sng": {"q": [{"rng_id": 0}], "k": [{"rng_id": 0}]}}"""
    bad = @test_logs (:warn, r"taps 1 and seed 5, repeats after 8 draws") Config(json = with_taps("[1]"))
    @test startswith(SCMP.warning(bad), "rng_pool[0], an LFSR with taps 1")
    @test SCMP.warning(@test_logs Config(json = with_taps("[4, 3, 2, 0]"))) == ""
    @test_throws SCMPError Config(json = with_taps("[1]") * "\0")
end

case("packed weights") do
    options = (stoc_len = 64, config = :sobol_tuned)
    packed = PackedWeights(transpose(permutedims(B)); options...)
    @test size(packed) == (17, 33)
    @test SCMP.bytes(packed) >= 17 * 33
    counts, report = zeros(Int32, 9, 17), SCMP.report()
    @test sc_matmul(A, packed; counts = counts, report = report) == sc_matmul(A, B; options...)
    @test counts == sc_counts(A, B; options...)
    @test report[].stoc_len == 64
    @test_throws SCMPError sc_matmul(A[:, 1:4], packed)
    y = zeros(Float32, 9, 17)
    @test sc_matmul!(y, A, packed) === y == sc_matmul(A, B; options...)
end

case("calibration") do
    all, rest, folder = Calibration(33), Calibration(33), mktempdir()
    @test observe!(all, A) === all
    observe!(rest, transpose(permutedims(B)); mask = [k <= 5 for k in 1:17])
    expected = vec(maximum(abs.([A; B[1:5, :]]); dims = 1))
    @test merge!(all, rest) === all
    @test act_scales(all) == expected
    @test act_scales(all; T = Float64) == expected
    @test (length(all), SCMP.rows(all)) == (33, 14)
    @test sprint(show, all) == "SCMP.Calibration, d = 33, 14 rows"
    path = joinpath(folder, "statistics.safetensors")
    @test write(path, all) == filesize(path) > 0
    loaded = read(path, Calibration)
    @test (act_scales(loaded), SCMP.rows(loaded)) == (expected, 14)
    @test refusal(() -> read(path, Calibration; d = 32)).status == LibSCMP.SCMP_ERROR_D_MISMATCH
    s = smooth_scales(all, B; alpha = 0.5)
    @test eltype(s) == Float32
    @test s == max.(sqrt.(expected) ./ sqrt.(vec(maximum(abs.(B); dims = 1))), 1f-5)
    @test s == smooth_scales(all, transpose(permutedims(B)))
    @test smooth_scales(all, [B, A]) == smooth_scales(all, (A, B)) == smooth_scales(all, [B; A])
    @test smooth_activation(A, s) == A ./ transpose(s)
    @test smooth_weight(B, s) == B .* transpose(s)
    @test eltype(smooth_weight(B, s; T = Float16)) == Float16
    @test sc_matmul(A, B; smooth = s) == sc_matmul(A ./ transpose(s), B .* transpose(s))
    @test sc_matmul(A, PackedWeights(B; smooth = s)) == sc_matmul(A, B; smooth = s)
end

case("statistics end with their context") do
    context = Context()
    calibration = observe!(Calibration(33; context = context), A)
    @test merge!(calibration, calibration) === calibration
    other = observe!(Calibration(33; context = context, T = Float64), B)
    @test SCMP.rows(merge!(calibration, other)) == 18 + 17
    close(context)
    for use in (length, SCMP.rows, act_scales, c -> observe!(c, A), c -> merge!(Calibration(33), c))
        @test occursin("closed", refusal(() -> use(calibration)).message)
    end
    @test sprint(show, calibration) == "SCMP.Calibration, closed"
end
