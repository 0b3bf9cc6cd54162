// The Sobol generator: one dimension in Gray-code order, one draw for each enabled cycle (Spec 3).
//
// SEEDS holds the odd seeds m_i, ten bits each, m_0 in the lowest; direction vector i is m_i * 2^(P-1-i). Draw t + 1 is
// draw t xor the direction vector of the lowest 0 bit of t. After 2^P draws the sequence begins again.
// SPDX-License-Identifier: Apache-2.0
module scmp_sobol #(
    parameter int P = 8,                       // bits of a draw, 1 .. 10
    parameter bit [99:0] SEEDS = {10{10'd1}},
    parameter bit [9:0] START = 0              // the first draw
) (
    input logic clk,
    input logic restart,                       // the next cycle shows the first draw; goes before enable
    input logic enable,                        // the next cycle shows the next draw
    output logic [P-1:0] draw
);
    logic [P-1:0] t; // enabled cycles since restart

    function automatic logic [P-1:0] vector(input logic [P-1:0] position);
        vector = SEEDS[10*(P-1) +: P]; // all ones: back to the start
        for (int i = P - 1; i >= 0; i--)
            if (!position[i]) vector = SEEDS[10*i +: P] << (P - 1 - i);
    endfunction

    always_ff @(posedge clk)
        if (restart) begin
            t <= 0;
            draw <= START[P-1:0];
        end else if (enable) begin
            t <= t + 1;
            draw <= draw ^ vector(t);
        end
endmodule
