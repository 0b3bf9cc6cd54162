// Sign and magnitude: a bit of the product counts up or down. Nothing is needed for zero, whose boundary is 0.
// SPDX-License-Identifier: Apache-2.0
module scmp_sign (
    input logic a_negative,
    input logic b_negative,
    input logic and_bit,
    output logic up,
    output logic down
);
    wire negative = a_negative ^ b_negative;

    assign up = and_bit && !negative;
    assign down = and_bit && negative;
endmodule
