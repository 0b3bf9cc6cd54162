# Sizes and offsets of the structs are those of the C compiler: bindings/generated/layout_test.c asks it.
# Written by bindings/generator/generate.py from the headers in include/scmp: change those, then run it again.

@testset "layout of the structs" begin
    @test isbitstype(LibSCMP.scmp_tensor)
    @test sizeof(LibSCMP.scmp_tensor) == 168
    @test Base.datatype_alignment(LibSCMP.scmp_tensor) == 8
    @test [fieldoffset(LibSCMP.scmp_tensor, i) for i in 1:fieldcount(LibSCMP.scmp_tensor)] == [0, 8, 12, 16, 20, 24, 88, 152]
    @test isbitstype(LibSCMP.scmp_ctx_options)
    @test sizeof(LibSCMP.scmp_ctx_options) == 120
    @test Base.datatype_alignment(LibSCMP.scmp_ctx_options) == 8
    @test [fieldoffset(LibSCMP.scmp_ctx_options, i) for i in 1:fieldcount(LibSCMP.scmp_ctx_options)] == [0, 8, 12, 16, 20, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112]
    @test isbitstype(LibSCMP.scmp_generator)
    @test sizeof(LibSCMP.scmp_generator) == 56
    @test Base.datatype_alignment(LibSCMP.scmp_generator) == 8
    @test [fieldoffset(LibSCMP.scmp_generator, i) for i in 1:fieldcount(LibSCMP.scmp_generator)] == [0, 8, 12, 16, 24, 28, 32, 40, 48, 52]
    @test isbitstype(LibSCMP.scmp_element)
    @test sizeof(LibSCMP.scmp_element) == 32
    @test Base.datatype_alignment(LibSCMP.scmp_element) == 8
    @test [fieldoffset(LibSCMP.scmp_element, i) for i in 1:fieldcount(LibSCMP.scmp_element)] == [0, 4, 8, 16]
    @test isbitstype(LibSCMP.scmp_config_desc)
    @test sizeof(LibSCMP.scmp_config_desc) == 72
    @test Base.datatype_alignment(LibSCMP.scmp_config_desc) == 8
    @test [fieldoffset(LibSCMP.scmp_config_desc, i) for i in 1:fieldcount(LibSCMP.scmp_config_desc)] == [0, 8, 16, 24, 32, 40, 48, 56, 64, 68]
    @test isbitstype(LibSCMP.scmp_report)
    @test sizeof(LibSCMP.scmp_report) == 152
    @test Base.datatype_alignment(LibSCMP.scmp_report) == 8
    @test [fieldoffset(LibSCMP.scmp_report, i) for i in 1:fieldcount(LibSCMP.scmp_report)] == [0, 8, 12, 16, 20, 24, 28, 32, 36, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 116, 120, 128, 136, 144]
    @test isbitstype(LibSCMP.scmp_matmul_options)
    @test sizeof(LibSCMP.scmp_matmul_options) == 72
    @test Base.datatype_alignment(LibSCMP.scmp_matmul_options) == 8
    @test [fieldoffset(LibSCMP.scmp_matmul_options, i) for i in 1:fieldcount(LibSCMP.scmp_matmul_options)] == [0, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64]
    @test isbitstype(LibSCMP.scmp_call)
    @test sizeof(LibSCMP.scmp_call) == 24
    @test Base.datatype_alignment(LibSCMP.scmp_call) == 8
    @test [fieldoffset(LibSCMP.scmp_call, i) for i in 1:fieldcount(LibSCMP.scmp_call)] == [0, 8, 16]
    @test isbitstype(LibSCMP.scmp_quantized)
    @test sizeof(LibSCMP.scmp_quantized) == 56
    @test Base.datatype_alignment(LibSCMP.scmp_quantized) == 8
    @test [fieldoffset(LibSCMP.scmp_quantized, i) for i in 1:fieldcount(LibSCMP.scmp_quantized)] == [0, 8, 16, 24, 32, 40, 48]
    @test isbitstype(LibSCMP.scmp_trace)
    @test sizeof(LibSCMP.scmp_trace) == 88
    @test Base.datatype_alignment(LibSCMP.scmp_trace) == 8
    @test [fieldoffset(LibSCMP.scmp_trace, i) for i in 1:fieldcount(LibSCMP.scmp_trace)] == [0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80]
    @test isbitstype(LibSCMP.scmp_divergence)
    @test sizeof(LibSCMP.scmp_divergence) == 64
    @test Base.datatype_alignment(LibSCMP.scmp_divergence) == 8
    @test [fieldoffset(LibSCMP.scmp_divergence, i) for i in 1:fieldcount(LibSCMP.scmp_divergence)] == [0, 8, 16, 24, 32, 40, 48, 56]
    @test isbitstype(LibSCMP.scmp_accumulator)
    @test sizeof(LibSCMP.scmp_accumulator) == 24
    @test Base.datatype_alignment(LibSCMP.scmp_accumulator) == 8
    @test [fieldoffset(LibSCMP.scmp_accumulator, i) for i in 1:fieldcount(LibSCMP.scmp_accumulator)] == [0, 8, 12, 16, 20]
    @test isbitstype(LibSCMP.scmp_table_error)
    @test sizeof(LibSCMP.scmp_table_error) == 56
    @test Base.datatype_alignment(LibSCMP.scmp_table_error) == 8
    @test [fieldoffset(LibSCMP.scmp_table_error, i) for i in 1:fieldcount(LibSCMP.scmp_table_error)] == [0, 8, 16, 24, 32, 40, 48, 52]
    @test isbitstype(LibSCMP.scmp_score_weights)
    @test sizeof(LibSCMP.scmp_score_weights) == 48
    @test Base.datatype_alignment(LibSCMP.scmp_score_weights) == 8
    @test [fieldoffset(LibSCMP.scmp_score_weights, i) for i in 1:fieldcount(LibSCMP.scmp_score_weights)] == [0, 8, 16, 24, 32, 40]
end
