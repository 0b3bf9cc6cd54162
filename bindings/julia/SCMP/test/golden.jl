# Every bit of the reference vectors.

function options_of(entry)
    options = Dict{Symbol, Any}(Symbol(name) => value for (name, value) in entry["params"])
    if haskey(options, :halve_bipolar_stoc_len)
        options[:halve] = pop!(options, :halve_bipolar_stoc_len)
    end
    files = entry["files"]
    if haskey(files, "s")
        options[:smooth] = read_npy(joinpath(GOLDEN, files["s"]))
    end
    if haskey(files, "config")
        json = read(joinpath(GOLDEN, files["config"]), String)
        options[:config] = Config(json = json, sc_prec = get(options, :sc_prec, 8))
    end
    return options
end

case("golden products, every bit") do
    entries = read_json(read(joinpath(GOLDEN, "manifest.json"), String))
    @test length(entries) > 100
    for entry in entries
        a, b, y, sum = (read_npy(joinpath(GOLDEN, entry["files"][key])) for key in ("a", "b", "y", "sum"))
        options = options_of(entry)
        product = sc_matmul(a, b; options...)
        @test (entry["name"], same_bits(product, y)) == (entry["name"], true)
        @test same_bits(sc_matmul(a, PackedWeights(b; options...)), y)
        size(sum) == size(y) || continue # sums of chunks are not to be had
        @test (entry["name"], sc_counts(a, b; options...) == sum) == (entry["name"], true)
    end
end

case("golden smoothing scales, every bit") do
    entries = read_json(read(joinpath(GOLDEN, "smoothquant", "index.json"), String))
    @test length(entries) > 5
    for entry in entries
        file(key) = read_npy(joinpath(GOLDEN, "smoothquant", entry["files"][key]))
        stored = Dict("f16" => Float16, "bf16" => SCMP.BFloat16, "f32" => Float32, "f64" => Float64)[entry["storage"]]
        working = stored == Float64 ? Float64 : Float32
        a, a2, b = (stored.(file(key)) for key in ("a", "a2", "b")) # those of 16 bits were widened for the file
        equal(x, y) = eltype(x) == stored && same_bits(working.(x), y)
        calibration = Calibration(size(b, 2); T = working)
        observe!(observe!(calibration, a), a2)
        s = smooth_scales(calibration, b; alpha = entry["alpha"], T = working)
        @test same_bits(act_scales(calibration; T = working), working.(file("act")))
        if stored != Float64 || entry["alpha"] in (0, 0.5, 1)
            @test (entry["name"], same_bits(s, file("s"))) == (entry["name"], true)
        else
            @test all(abs.(reinterpret.(Int64, s) .- reinterpret.(Int64, file("s"))) .<= 2)
        end
        @test equal(smooth_scales(calibration, b; alpha = entry["alpha"], T = stored), file("s_rounded")) ||
              !(entry["alpha"] in (0, 0.5, 1))
        @test equal(smooth_activation(a, file("s")), file("a_over_s"))
        @test equal(smooth_weight(b, file("s")), file("b_times_s"))
    end
end
