# Started with two threads by runtests.jl: products at the same time, with contexts of their own and one that is shared.

using SCMP, Random

const a, b = randn(MersenneTwister(3), Float32, 40, 96), randn(MersenneTwister(4), Float32, 50, 96)
const y, packed, shared = sc_matmul(a, b), PackedWeights(b), Context(threads = 1)

function work(number)
    statistics = Calibration(96)
    for round in 1:100
        sc_matmul(a, b) == sc_matmul(a, packed) == sc_matmul(a, b; context = shared) == y || return false
        observe!(observe!(statistics, a), b)
        observe!(Calibration(96; context = shared), a) # freed by the other thread as well
        round % 20 == number && GC.gc()
        wrong = try
            sc_matmul(a, b[:, 1:number])
            ""
        catch problem
            problem.message
        end
        occursin("b has D = $number,", wrong) || return false # its own thread's sentence
    end
    return act_scales(statistics) == vec(maximum(abs.([a; b]); dims = 1))
end

right = all(fetch.([Threads.@spawn(work(number)) for number in 1:4]))
println(Threads.nthreads(), " threads, ", right ? "all right" : "wrong")
