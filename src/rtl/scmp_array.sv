// A slice of the array: N x M outputs, D inner indices one after another, L cycles each, and exact integer sums.
//
// There is one left generator, a right one for each row of a, and a comparator, AND gate and counter for each output.
// The array shows which inner index it is at; its surroundings hold column d of both operands at the ports in that
// same cycle. A cycle is one clock. start is one pulse; D * L cycles later done is, and the sums stay until the next
// start.
//
// The signals that a trace of the library (scmp_model.h, section 1) names are at the ports, to be observed; ports that
// are left open cost nothing.
// SPDX-License-Identifier: Apache-2.0
module scmp_array #(
    parameter int P = 8,                                     // precision in bits, 1 .. 10
    parameter int L = 2 ** P,                                // stream length in cycles, 1 .. 2^P
    parameter int G = 2 ** P,                                // grid of numbers and boundaries, 1 .. 2^14
    parameter int N = 2,                                     // rows of a
    parameter int M = 2,                                     // rows of b
    parameter int D = 64,                                    // inner indices
    parameter int LEFT_KIND = 0,                             // generators: see scmp_generator
    parameter bit [99:0] LEFT_SEEDS = {10{10'd1}},
    parameter bit [9:0] LEFT_TAPS = 0,
    parameter bit [9:0] LEFT_FIRST = 0,
    parameter bit LEFT_ZERO_STATE = 0,
    parameter bit [39:0] LEFT_PERMUTATION = 40'h9876543210,  // wiring: see scmp_permute
    parameter bit LEFT_COMPLEMENT = 0,
    parameter int RIGHT_KIND = 0,
    parameter bit [99:0] RIGHT_SEEDS =                       // the default right seeds of Spec 3, m_9 first
        {10'd1, 10'd1, P == 8 ? 10'd255 : 10'd1, 10'd41, 10'd1, 10'd9, {4{10'd1}}},
    parameter bit [9:0] RIGHT_TAPS = 0,
    parameter bit [9:0] RIGHT_FIRST = 0,
    parameter bit RIGHT_ZERO_STATE = 0,
    parameter bit [39:0] RIGHT_PERMUTATION = 40'h9876543210,
    parameter bit RIGHT_COMPLEMENT = 0,
    // These follow from the others:
    parameter int B = $clog2(G + 1),                         // bits of a number or boundary
    parameter int W = $clog2(D * L + 1) + 1,                 // bits of a sum
    parameter int L_BITS = L > 1 ? $clog2(L) : 1,
    parameter int D_BITS = $clog2(D) > P ? $clog2(D) : P
) (
    input logic clk,
    input logic rst,                                         // synchronous
    input logic start,
    output logic busy,
    output logic done,

    input logic [2:0] scramble,                              // mode: see scmp_mask
    input logic [P-1:0] d_offset,                            // inner index 0 is d_offset of the masks

    input logic [N*B-1:0] a_boundary,                        // column d of a: boundaries, row 0 lowest
    input logic [N-1:0] a_negative,                          //   and signs
    input logic [M*B-1:0] b_boundary,                        // likewise of b
    input logic [M-1:0] b_negative,
    output logic [N*M*W-1:0] sums,                           // output (n, m) is number n * M + m, two's complement

    output logic [D_BITS-1:0] d,
    output logic [L_BITS-1:0] cycle,
    output logic [B-1:0] left_draw,
    output logic [N-1:0] left_bit,
    output logic [N*B-1:0] right_draw,
    output logic [N*M-1:0] right_bit,
    output logic [N*M-1:0] and_bit
);
    logic clear, restart;
    logic [P-1:0] mask, draw;

    scmp_sequencer #(.L(L), .D(D), .L_BITS(L_BITS), .D_BITS(D_BITS)) sequencer (
        .clk(clk), .rst(rst), .start(start), .busy(busy), .done(done),
        .clear(clear), .restart(restart), .d(d), .cycle(cycle)
    );
    scmp_mask #(.P(P), .L(L), .G(G)) masks (.mode(scramble), .d(d[P-1:0] + d_offset), .mask(mask));

    scmp_generator #(
        .P(P), .KIND(LEFT_KIND), .SEEDS(LEFT_SEEDS), .TAPS(LEFT_TAPS), .FIRST(LEFT_FIRST), .ZERO_STATE(LEFT_ZERO_STATE)
    ) generator (.clk(clk), .restart(restart), .enable(busy), .draw(draw));
    scmp_number #(.P(P), .G(G), .PERMUTATION(LEFT_PERMUTATION), .COMPLEMENT(LEFT_COMPLEMENT), .B(B))
        numbers (.draw(draw), .mask(mask), .number(left_draw));

    generate
        for (genvar n = 0; n < N; n++) begin : rows
            scmp_multiplier #(
                .P(P), .G(G), .M(M), .KIND(RIGHT_KIND), .SEEDS(RIGHT_SEEDS), .TAPS(RIGHT_TAPS), .FIRST(RIGHT_FIRST),
                .ZERO_STATE(RIGHT_ZERO_STATE), .PERMUTATION(RIGHT_PERMUTATION), .COMPLEMENT(RIGHT_COMPLEMENT), .B(B)
            ) multiplier (
                .clk(clk), .restart(restart), .run(busy), .mask(mask), .left_number(left_draw),
                .left_boundary(a_boundary[n*B +: B]), .right_boundary(b_boundary), .left_bit(left_bit[n]),
                .right_number(right_draw[n*B +: B]), .right_bit(right_bit[n*M +: M]), .and_bit(and_bit[n*M +: M])
            );
            for (genvar m = 0; m < M; m++) begin : columns
                logic up, down;
                scmp_sign sign (
                    .a_negative(a_negative[n]), .b_negative(b_negative[m]), .and_bit(and_bit[n*M + m]),
                    .up(up), .down(down)
                );
                scmp_accumulator #(.W(W))
                    accumulator (.clk(clk), .clear(clear), .up(up), .down(down), .sum(sums[(n*M + m)*W +: W]));
            end
        end
    endgenerate
endmodule
