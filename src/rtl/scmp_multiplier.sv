// The enable-signal multiplier: the left stream enables the right generator (Spec 2).
//
// One left operand times M right ones. All M share the right generator, since it moves by the left stream alone; each
// has a comparator and an AND gate of its own. The generator moves at the end of an enabled cycle: in the cycle
// itself the right bit comes from the draw that is there already.
// SPDX-License-Identifier: Apache-2.0
module scmp_multiplier #(
    parameter int P = 8,
    parameter int G = 256,
    parameter int M = 1,
    parameter int KIND = 0,                            // the right generator: see scmp_generator
    parameter bit [99:0] SEEDS = {10{10'd1}},
    parameter bit [9:0] TAPS = 0,
    parameter bit [9:0] FIRST = 0,
    parameter bit ZERO_STATE = 0,
    parameter bit [39:0] PERMUTATION = 40'h9876543210, // see scmp_permute
    parameter bit COMPLEMENT = 0,
    parameter int B = $clog2(G + 1)                    // follows from G
) (
    input logic clk,
    input logic restart,                               // the next cycle is the first of an inner index
    input logic run,                                   // this cycle counts
    input logic [P-1:0] mask,
    input logic [B-1:0] left_number,                   // from the left generator, which may serve many multipliers
    input logic [B-1:0] left_boundary,
    input logic [M*B-1:0] right_boundary,
    output logic left_bit,
    output logic [B-1:0] right_number,
    output logic [M-1:0] right_bit,
    output logic [M-1:0] and_bit
);
    logic [P-1:0] draw;

    scmp_compare #(.B(B)) left (.number(left_number), .boundary(left_boundary), .stream(left_bit));

    wire enable = run && left_bit;
    scmp_generator #(.P(P), .KIND(KIND), .SEEDS(SEEDS), .TAPS(TAPS), .FIRST(FIRST), .ZERO_STATE(ZERO_STATE))
        generator (.clk(clk), .restart(restart), .enable(enable), .draw(draw));
    scmp_number #(.P(P), .G(G), .PERMUTATION(PERMUTATION), .COMPLEMENT(COMPLEMENT), .B(B))
        numbers (.draw(draw), .mask(mask), .number(right_number));

    generate
        for (genvar m = 0; m < M; m++) begin : columns
            scmp_compare #(.B(B))
                right (.number(right_number), .boundary(right_boundary[m*B +: B]), .stream(right_bit[m]));
        end
    endgenerate

    assign and_bit = {M{enable}} & right_bit;
endmodule
