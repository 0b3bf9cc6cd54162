# The worked example in Julia (bindings/example/README.md): calibrate, smooth, multiply, compare with the float product.

using Printf, SCMP

const FOLDER = isempty(ARGS) ? "tests/data/minilm" : ARGS[1]

"A float16 file of (rows, columns) in C order, as a view: what was read is (columns, rows) to Julia."
function read_npy(name, rows, columns)
    bytes = read(joinpath(FOLDER, name * ".npy"))
    start = 10 + bytes[9] + 256 * Int(bytes[10])
    data = collect(reinterpret(Float16, bytes[start+1:start+2*rows*columns]))
    return transpose(reshape(data, columns, rows))
end

function float_product(a, b)
    r = zeros(size(a, 1), size(b, 1))
    for n in axes(a, 1), m in axes(b, 1), d in axes(a, 2)
        r[n, m] += Float64(a[n, d]) * Float64(b[m, d])
    end
    return r
end

"FNV-1a of an array as it lies in memory in C order."
function bits(x)
    hash = 0xcbf29ce484222325
    for byte in reinterpret(UInt8, vec(permutedims(x)))
        hash = xor(hash, byte) * 0x00000100000001b3
    end
    return string(hash; base = 16, pad = 16)
end

function db(v, r)
    signal = noise = 0.0
    for n in axes(r, 1), m in axes(r, 2)
        signal += r[n, m] * r[n, m]
        noise += (v[n, m] - r[n, m]) * (v[n, m] - r[n, m])
    end
    return 10 * log10(signal / noise)
end

function smoothing_scales(calib, b)
    all, rest = Calibration(384), Calibration(384)
    observe!(all, view(calib, 1:100, :))
    observe!(rest, view(calib, 101:256, :))
    merge!(all, rest)
    act = act_scales(all)
    println("calibrated on ", SCMP.rows(all), " rows")
    @printf("largest activation %.6f in channel %d\n", maximum(act), argmax(act) - 1)
    return smooth_scales(all, b; alpha = 0.5)
end

function main()
    calib, a = read_npy("calib_0_mlp_up", 256, 384), read_npy("eval_0_mlp_up", 128, 384)
    b = read_npy("weight_0_mlp_up", 384, 384)
    r = float_product(a, b)
    print("a ", size(a), ", b ", size(b), ", ")
    s = smoothing_scales(calib, b)
    @printf("scales %.6f to %.6f, bits %s\n", minimum(s), maximum(s), bits(s))

    z = same = nothing
    for stoc_len in (64, 128, 256)
        y = sc_matmul(a, b; stoc_len = stoc_len, config = :sobol_tuned)
        z = sc_matmul(a, b; stoc_len = stoc_len, config = :sobol_tuned, smooth = s)
        @printf("stoc_len %3d: %.4f dB, bits %s; ", stoc_len, db(y, r), bits(y))
        @printf("smoothed %.4f dB, bits %s\n", db(z, r), bits(z))
        if stoc_len == 128
            packed = PackedWeights(b; stoc_len = stoc_len, config = :sobol_tuned, smooth = s)
            same = sc_matmul(a, packed) == z
        end
    end
    println("packed: ", same ? "same" : "other", " bits")
    @printf("y[0][0..3] %.6f %.6f %.6f %.6f\n", z[1, 1:4]...)
    @printf("r[0][0..3] %.6f %.6f %.6f %.6f\n", r[1, 1:4]...)

    counts = sc_counts(a, b)
    @printf("counts %d to %d, bits %s\n", minimum(counts), maximum(counts), bits(counts))
    try
        sc_matmul(a, view(b, :, 1:383))
    catch problem
        println("error ", sprint(showerror, problem))
    end
end

main()
