# What owns a C handle is copied and serialized, or refuses it: no copy computes anything but what the original does.

through_a_stream(x) = (io = IOBuffer(); serialize(io, x); deserialize(seekstart(io)))

const COPIES = (copy, deepcopy, through_a_stream, x -> deepcopy([x])[1], x -> through_a_stream((1, x, "end"))[2])

"A configuration with every field that there is."
const EVERY_FIELD = let left = ["{\"rng_id\": $(d % 3)}" for d in 1:33],
                        right = "{\"rng_id\": 3, \"scramble\": [7, 0, 6, 1, 5, 2, 4, 3], \"complement\": true}"
    """{"scramble_mode": "always_counter", "rng_pool": [{"type": "sobol", "seed_type": "k", "start": 77},
        {"type": "sobol", "seed": [1, 3, 7, 9, 3, 57, 1, 5], "start": 3},
        {"type": "lfsr", "seed": 0, "zero_state": true, "taps": [7, 5, 4, 3, 0]},
        {"type": "true_random", "seed": 12345}],
        "sng": {"q": [$(join(left, ", "))], "k": [$(join(fill(right, 33), ", "))]}}"""
end

case("copies of configurations") do
    for how in COPIES, make in (() -> Config(json = EVERY_FIELD), (() -> Config(name) for name in preset_names())...)
        original = make()
        y, packed, text = sc_matmul(A, B; config = original, stoc_len = 100), PackedWeights(B; config = original),
                          SCMP.json(original, 33)
        made = how(original)
        finalize(original)
        @test sc_matmul(A, B; config = made, stoc_len = 100) == y
        @test sc_matmul(A, PackedWeights(B; config = how(made))) == sc_matmul(A, packed)
        @test SCMP.json(made, 33) == text
    end
    @test sc_matmul(A, B; config = through_a_stream(Config(:lfsr_default; sc_prec = 6)), sc_prec = 6) ==
          sc_matmul(A, B; config = :lfsr_default, sc_prec = 6)
end

case("copies of packed weights") do
    y = sc_matmul(A, B; stoc_len = 64)
    original = PackedWeights(B; stoc_len = 64)
    made = (copy(original), deepcopy(original), deepcopy(Dict("w" => original))["w"])
    finalize(original)
    @test all(packed -> sc_matmul(A, packed) == y && size(packed) == size(B), made)
    @test_throws ArgumentError through_a_stream(made[1])
    finalize(made[1])
    finalize(made[1])
    @test sc_matmul(A, made[2]) == y
end

case("copies of statistics") do
    for how in COPIES, T in (Float32, Float64)
        original = observe!(Calibration(33; T = T), A ./ 3f0; mask = [k <= 5 for k in 1:9])
        act, scales = act_scales(original; T = T), smooth_scales(original, B)
        made = how(original)
        observe!(original, 100 .* A)
        finalize(original)
        GC.gc()
        @test (SCMP.rows(made), length(made)) == (5, 33)
        @test act_scales(made; T = T) == act
        @test smooth_scales(made, B) == scales
        @test SCMP.rows(observe!(made, A)) == 14
    end
    context = Context(backend = :reference)
    statistics, its = deepcopy((observe!(Calibration(33; context = context), A), context))
    close(context)
    @test SCMP.rows(statistics) == 9
    @test statistics.context === its
end

case("copies of contexts") do
    y = sc_matmul(A, B)
    for how in COPIES
        original = Context(backend = :reference, cache_bytes = 12345)
        made = how(original)
        close(original)
        @test occursin("backend reference", sprint(show, made))
        @test occursin("threads 3", sprint(show, how(Context(threads = 3))))
        @test sc_matmul(A, B; context = made) == y
    end
    shares = Float64[]
    sc_matmul(A, B; context = copy(Context(progress = share -> push!(shares, share))))
    @test last(shares) == 1
end

case("identity is kept") do
    originals = (Config(:sobol_tuned), PackedWeights(B), Calibration(33), Context())
    for original in originals, how in (deepcopy, through_a_stream)
        original isa PackedWeights && how === through_a_stream && continue
        one, other, rest = how(Any[original, original, "rest"])
        @test one === other !== original
        @test rest == "rest"
    end
end

case("what is closed or finalized is no default") do
    config, packed, statistics, context = Config(:sobol_tuned), PackedWeights(B), Calibration(33), Context()
    foreach(finalize, (config, packed, statistics))
    close(context)
    for use in (() -> sc_matmul(A, B; config = config), () -> PackedWeights(B; config = config),
                () -> SCMP.json(config, 3), () -> copy(config), () -> deepcopy(config), () -> through_a_stream(config),
                () -> sc_matmul(A, packed), () -> size(packed), () -> SCMP.bytes(packed), () -> copy(packed),
                () -> act_scales(statistics), () -> copy(statistics), () -> deepcopy(statistics),
                () -> through_a_stream(statistics), () -> smooth_scales(statistics, B),
                () -> sc_matmul(A, B; context = context), () -> copy(context), () -> deepcopy(context),
                () -> through_a_stream(context), () -> Calibration(33; context = context))
        @test occursin(r"closed|finalized", refusal(use).message)
    end
    @test sprint(show, packed) == "SCMP.PackedWeights finalized"
    context = Context()
    finalize(context)
    @test occursin("closed", refusal(() -> sc_matmul(A, B; context = context)).message)
end
