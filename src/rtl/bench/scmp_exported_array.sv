// scmp_array with the parameters of an export (scmp export DIR A.npy B.npy), for synthesis: N x M outputs as exported.
//
//     yosys -p "read_verilog -sv -IDIR scmp_*.sv bench/scmp_exported_array.sv; synth -flatten -top scmp_exported_array"
//
// The scramble mode is the exported one; inner index 0 is the export's.
// SPDX-License-Identifier: Apache-2.0
module scmp_exported_array (
    clk, rst, start, busy, done, a_boundary, a_negative, b_boundary, b_negative, sums, d
);
    `include "parameters.svh"

    localparam int B = $clog2(G + 1);
    localparam int W = $clog2(D * L + 1) + 1;
    localparam int D_BITS = $clog2(D) > P ? $clog2(D) : P;

    input logic clk;
    input logic rst;
    input logic start;
    output logic busy;
    output logic done;
    input logic [N*B-1:0] a_boundary; // what each port is, scmp_array says
    input logic [N-1:0] a_negative;
    input logic [M*B-1:0] b_boundary;
    input logic [M-1:0] b_negative;
    output logic [N*M*W-1:0] sums;
    output logic [D_BITS-1:0] d;

    scmp_array #(
        .P(P), .L(L), .G(G), .N(N), .M(M), .D(D),
        .LEFT_KIND(LEFT_KIND), .LEFT_SEEDS(LEFT_SEEDS), .LEFT_TAPS(LEFT_TAPS), .LEFT_FIRST(LEFT_FIRST),
        .LEFT_ZERO_STATE(LEFT_ZERO_STATE), .LEFT_PERMUTATION(LEFT_PERMUTATION), .LEFT_COMPLEMENT(LEFT_COMPLEMENT),
        .RIGHT_KIND(RIGHT_KIND), .RIGHT_SEEDS(RIGHT_SEEDS), .RIGHT_TAPS(RIGHT_TAPS), .RIGHT_FIRST(RIGHT_FIRST),
        .RIGHT_ZERO_STATE(RIGHT_ZERO_STATE), .RIGHT_PERMUTATION(RIGHT_PERMUTATION), .RIGHT_COMPLEMENT(RIGHT_COMPLEMENT)
    ) array (
        .clk(clk), .rst(rst), .start(start), .busy(busy), .done(done), .scramble(3'(SCRAMBLE)), .d_offset({P{1'b0}}),
        .a_boundary(a_boundary), .a_negative(a_negative), .b_boundary(b_boundary), .b_negative(b_negative),
        .sums(sums), .d(d)
    );

    // An export that scmp_array cannot have: this module is nowhere, and every tool says its name.
    generate
        if (UNIFORM == 0 || CHUNK_D != 0) begin : refused
            the_reference_RTL_has_no_such_generators refused ();
        end
    endgenerate
endmodule
