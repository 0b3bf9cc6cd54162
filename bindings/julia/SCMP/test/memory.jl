# memory.jl close|collect: 10,000 rounds of create, use, destroy; destroyed by hand, or by the garbage collector.

using SCMP

resident() = parse(Int, split(read("/proc/self/statm", String))[2]) * 4

function rounds(count, how)
    x, json, lasting = rand(Float32, 4, 16), SCMP.json(Config(:lfsr_default), 16), Context()
    for round in 1:count
        context = Context(threads = 1)
        sc_matmul(x, x; config = Config(json = json), context = context)
        calibration = observe!(Calibration(16; context = context), x)
        observe!(Calibration(16; context = lasting), x) # its context outlives it, and frees it
        packed = PackedWeights(x; smooth = smooth_scales(calibration, x), context = context)
        sc_matmul(x, packed; context = context)
        try
            sc_matmul(x, view(x, :, 2:16); context = context)
        catch problem
            problem isa SCMPError || rethrow()
        end
        if how == "close"
            close(context)
            foreach(finalize, (calibration, packed))
        end
        round % 100 == 0 && GC.gc()
    end
end

rounds(2000, ARGS[1])
GC.gc()
const before = resident()
rounds(10_000, ARGS[1])
GC.gc()
println("grew by ", resident() - before, " KiB")
