# Any layout and element type: the same bits, no copy.

const A = randn(MersenneTwister(1), Float32, 9, 33)
const B = randn(MersenneTwister(2), Float32, 17, 33)
const Y = sc_matmul(A, B)

"The same elements in memory of another order, or with gaps between them."
function layouts(x)
    n, d = size(x)
    gaps = fill(NaN32, 2n + 3, 3d + 2)
    gaps[3:2:2n+1, 2:3:3d-1] = x
    return ["transpose" => transpose(permutedims(x)),
            "adjoint" => permutedims(x)',
            "permuted dimensions" => PermutedDimsArray(permutedims(x), (2, 1)),
            "view with steps" => view(gaps, 3:2:2n+1, 2:3:3d-1),
            "view backwards" => view(x[end:-1:1, end:-1:1], n:-1:1, d:-1:1),
            "view of a transpose" => view(transpose(permutedims(vcat(x, x))), n+1:2n, :),
            "transpose of a view" => transpose(view(permutedims(hcat(x, x)), d+1:2d, 1:n)),
            "slice of three dimensions" => view(cat(zero(x), x; dims = 3), :, :, 2),
            "reinterpreted" => reinterpret(Float32, reinterpret.(UInt32, x)),
            "reinterpreted view" => reinterpret(Float32, view(reinterpret.(UInt32, [x; x]), n+1:2n, :)),
            "reshaped" => reshape(vec(copy(x)), n, d)]
end

case("every layout gives the same bits") do
    for (name, a) in layouts(A), (other, b) in layouts(B)
        @test a == A && b == B
        @test (name, other, sc_matmul(a, b) == Y) == (name, other, true)
    end
end

case("layouts are read where they are") do
    for (name, a) in layouts(A)
        view = SCMP.tensor(a)[]
        root = a
        while parent(root) !== root
            root = parent(root)
        end
        inside = pointer(root) <= view.data < pointer(root) + sizeof(root)
        @test (name, inside) == (name, true)
        for i in (1, 9), d in (1, 20, 33) # exactly this element
            place = view.data + 4 * ((i - 1) * view.strides[1] + (d - 1) * view.strides[2])
            @test unsafe_load(Ptr{Float32}(place)) === A[i, d]
        end
    end
    packed = PackedWeights(transpose(permutedims(B)))
    @test sc_matmul(A, packed) == Y
    big = rand(Float32, 64, 2048)
    sc_matmul(A, B)
    into, right = zeros(Float32, 64, 64), transpose(rand(Float32, 2048, 64))
    sc_matmul!(into, big, right)
    @test (@allocated sc_matmul!(into, big, right)) < 50_000 # of 512 KiB each
end

case("a weight stored (D, M) is passed as transpose(W)") do
    W = permutedims(B) # (D, M)
    @test sc_matmul(A, transpose(W)) == Y
    @test_throws SCMPError sc_matmul(A, W)
    square = B[:, 1:17]
    @test sc_matmul(A[:, 1:17], square) != sc_matmul(A[:, 1:17], transpose(square))
end

case("outputs of any layout") do
    for into in (zeros(Float32, 9, 17), transpose(zeros(Float32, 17, 9)), view(zeros(Float32, 20, 40), 2:2:18, 3:2:35))
        @test sc_matmul!(into, A, B) === into
        @test into == Y
    end
    around = fill(NaN32, 11, 19)
    sc_matmul!(view(around, 2:10, 2:18), A, B)
    @test around[2:10, 2:18] == Y
    @test all(isnan, around[[1, 11], :]) && all(isnan, around[:, [1, 19]])
    counts = zeros(Int64, 9, 17)
    @test sc_matmul!(nothing, A, B; counts = counts) === nothing
    @test counts == sc_counts(A, B)
    @test eltype(sc_counts(A, B)) == Int32
    @test sc_matmul(A, B; counts = counts) == Y
end

case("element types") do
    for T in (Float16, Float64)
        a, b = T.(A), T.(B)
        @test sc_matmul(a, b) == sc_matmul(Float32.(a), Float32.(b))
        @test sc_matmul(a, B) == sc_matmul(Float32.(a), B)
    end
    fine = Float64.(A) .+ 1e-12
    @test sc_matmul(fine, B) == sc_matmul(Float32.(fine), B)
    @test_throws SCMPError sc_matmul(A .> 0, B)
    for T in (Int32, ComplexF32, Rational{Int32}, BigFloat)
        @test_throws SCMPError sc_matmul(T.(ones(2, 3)), ones(2, 3))
    end
end

case("bfloat16, by its bits") do
    a, b = SCMP.BFloat16.(A), SCMP.BFloat16.(B)
    @test sc_matmul(a, b) == sc_matmul(Float32.(a), Float32.(b))
    raw = UInt16.(reinterpret.(UInt32, A) .>> 16)
    cut = Float32.(reinterpret(SCMP.BFloat16, raw))
    @test reinterpret.(UInt32, cut) == UInt32.(raw) .<< 16
    @test sc_matmul(reinterpret(SCMP.BFloat16, raw), B) == sc_matmul(cut, B)
    @test sc_matmul(a, transpose(permutedims(b))) == sc_matmul(a, b)
    for (x, y) in (1f0 => 1f0, 1.00390625f0 => 1f0, 1.01171875f0 => 1.015625f0, -0f0 => -0f0, 3.4f38 => Inf32)
        @test Float32(SCMP.BFloat16(x)) === y # halves go to the even neighbour
    end
    @test isnan(Float32(SCMP.BFloat16(NaN32)))
end

case("batches") do
    a, b = randn(Float32, 3, 5, 12), randn(Float32, 3, 7, 12)
    y = sc_matmul(a, b)
    @test size(y) == (3, 5, 7)
    @test all(y[h, :, :] == sc_matmul(a[h, :, :], b[h, :, :]) for h in 1:3)
    batch_last = PermutedDimsArray(permutedims(a, (2, 3, 1)), (3, 1, 2))
    @test sc_matmul(batch_last, b) == y
    @test sc_matmul(a, b; granularity = :per_head) == sc_matmul(batch_last, b; granularity = "per_head")
end

case("empty dimensions") do
    @test sc_matmul(zeros(Float32, 2, 0), zeros(Float32, 3, 0)) == zeros(Float32, 2, 3)
    @test size(sc_matmul(zeros(Float32, 0, 4), ones(Float32, 3, 4))) == (0, 3)
    @test size(sc_matmul(view(A, 1:0, :), B)) == (0, 17)
end

case("what is no array in memory is refused") do
    @test_throws SCMPError sc_matmul(Diagonal(ones(Float32, 33)), B)
    @test_throws SCMPError sc_matmul(view(A, [1, 3, 2], :), B)
    @test sc_matmul(Array(view(A, [1, 3, 2], :)), B)[1, :] == sc_matmul(A[1:1, :], B)[1, :]
    @test_throws SCMPError sc_matmul(zeros(Float32, ntuple(k -> 1, 9)), B)
end
