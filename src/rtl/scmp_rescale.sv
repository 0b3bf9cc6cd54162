// From a draw of P bits to a number on the grid 0 .. G-1: floor(draw * G / 2^P) (Spec 3, "Rescale").
//
// A constant factor: wires where G is a power of two.
// SPDX-License-Identifier: Apache-2.0
module scmp_rescale #(
    parameter int P = 8,
    parameter int G = 256,
    parameter int B = $clog2(G + 1) // bits of a number or boundary: follows from G
) (
    input logic [P-1:0] draw,
    output logic [B-1:0] number
);
    localparam bit [P+B-1:0] FACTOR = (P + B)'(G);

    assign number = B'(({{B{1'b0}}, draw} * FACTOR) >> P);
endmodule
