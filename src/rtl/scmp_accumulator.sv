// One output's up/down counter, two's complement. W = bits(D * L) + 1 never overflows (Model 2).
// SPDX-License-Identifier: Apache-2.0
module scmp_accumulator #(
    parameter int W = 18
) (
    input logic clk,
    input logic clear, // 0 in the next cycle; goes before up and down
    input logic up,
    input logic down,
    output logic [W-1:0] sum
);
    always_ff @(posedge clk)
        if (clear) sum <= 0;
        else if (up) sum <= sum + 1;
        else if (down) sum <= sum - 1;
endmodule
