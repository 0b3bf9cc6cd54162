// The Fibonacci LFSR, shifting right: bit 0 leaves, the feedback enters as bit P-1 (Spec 3).
//
// The draw is the register before the shift, so the first draw is the seed. With maximal taps the period is 2^P - 1.
// With ZERO_STATE the state 0 is inserted after 0...01, and the period is 2^P.
// SPDX-License-Identifier: Apache-2.0
module scmp_lfsr #(
    parameter int P = 8,                // bits of a draw, 2 .. 10
    parameter bit [9:0] TAPS = 0,       // bit i set: bit i is tapped; 0: the width's default taps
    parameter bit [9:0] SEED = 1,       // the first draw; 0 with ZERO_STATE only
    parameter bit ZERO_STATE = 0
) (
    input logic clk,
    input logic restart,                // the next cycle shows the seed; goes before enable
    input logic enable,                 // the next cycle shows the next draw
    output logic [P-1:0] draw
);
    localparam bit [9:0] TAPPED = TAPS != 0 ? TAPS
        : P == 2 ? 10'h3 : P == 3 ? 10'h5 : P == 4 ? 10'h9 : P == 5 ? 10'h17 : P == 6 ? 10'h21
        : P == 7 ? 10'h41 : P == 8 ? 10'h87 : P == 9 ? 10'h113 : 10'h213;

    wire zero_next = ZERO_STATE && draw[P-1:1] == 0;
    wire feedback = ^(draw & TAPPED[P-1:0]) ^ zero_next;

    always_ff @(posedge clk)
        if (restart) draw <= SEED[P-1:0];
        else if (enable) draw <= {feedback, draw[P-1:1]};
endmodule
