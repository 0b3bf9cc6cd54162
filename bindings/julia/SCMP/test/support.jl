# What the tests share: test cases as lines of TAP, .npy files, JSON, bits.

const ROOT = normpath(joinpath(@__DIR__, "..", "..", "..", ".."))
const GOLDEN = joinpath(ROOT, "tests", "golden")
const MINILM = joinpath(ROOT, "tests", "data", "minilm")

"Where lines of TAP go; what else is printed, by @testset or by a case, goes to the standard error."
const TAP = stdout
redirect_stdout(stderr)

"What came of each case: whether it passed."
const RESULTS = Bool[]

"""
    case(name) do ... end

A test case, where its name has the word that was asked for in it.
"""
function case(body, name)
    occursin(WORD, name) || return nothing
    problem = ""
    try
        @testset "$name" begin
            body()
        end
    catch failed
        failed isa Test.TestSetException || rethrow()
        problem = join(map(string, failed.errors_and_fails), "\n")
    end
    push!(RESULTS, isempty(problem))
    println(TAP, isempty(problem) ? "ok " : "not ok ", length(RESULTS), " - ", replace(name, "#" => ""))
    foreach(line -> println(TAP, "# ", line), split(problem, "\n"; keepempty = false))
    return nothing
end

"An array of a .npy file (C order) with its dimensions in the file's order: a view of what was read, not a copy."
function read_npy(path)
    bytes = read(path)
    header = String(bytes[11:10+bytes[9]+256*Int(bytes[10])])
    T = Dict("f2" => Float16, "f4" => Float32, "f8" => Float64, "i1" => Int8, "i2" => Int16, "i4" => Int32,
             "i8" => Int64)[match(r"'descr': '[<|](\w+)'", header)[1]]
    occursin("'fortran_order': False", header) || error("$path is in Fortran order")
    shape = match(r"'shape': \(([^)]*)\)", header)[1]
    sizes = Tuple(parse(Int, m.match) for m in eachmatch(r"\d+", shape))
    data = collect(reinterpret(T, bytes[11+length(header):end]))
    length(sizes) == 1 && return data
    return PermutedDimsArray(reshape(data, reverse(sizes)), ntuple(k -> length(sizes) + 1 - k, length(sizes)))
end

"Just enough of JSON for the golden vectors' list."
function read_json(text)
    value, _ = json_value(text, 1)
    return value
end

skip_space(text, i) = something(findnext(!isspace, text, i), lastindex(text) + 1)

function json_value(text, i)
    i = skip_space(text, i)
    text[i] == '{' && return json_list(json_pair, Dict{String, Any}(), text, i, '}')
    text[i] == '[' && return json_list(json_value, Any[], text, i, ']')
    if text[i] == '"'
        stop = findnext('"', text, i + 1)
        return text[i+1:prevind(text, stop)], stop + 1
    end
    word = match(r"[-+.\w]+", text, i).match
    known = Dict("true" => true, "false" => false, "null" => nothing)
    return get(() -> something(tryparse(Int, word), tryparse(Float64, word)), known, word), i + length(word)
end

function json_pair(text, i)
    key, i = json_value(text, i)
    value, i = json_value(text, skip_space(text, i) + 1) # behind the colon
    return key => value, i
end

function json_list(item, list, text, i, closing)
    i = skip_space(text, i + 1)
    while text[i] != closing
        value, i = item(text, i)
        push!(list, value)
        i = skip_space(text, i)
        text[i] == ',' && (i = skip_space(text, i + 1))
    end
    return list, i + 1
end

bits(x::AbstractArray{Float32}) = reinterpret.(UInt32, x)
bits(x::AbstractArray{Float64}) = reinterpret.(UInt64, x)

"As docs/semantics.md compares: any NaN is any NaN, all else is bits."
same_bits(x, y) = size(x) == size(y) && all(map((a, b) -> a === b || isnan(a) && isnan(b), x, y))
