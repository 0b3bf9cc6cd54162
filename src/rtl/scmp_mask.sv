// The scramble mask of an inner index: what both sides xor into their draws (Spec 3, "Scramble").
//
// The modes 1 and 2 leave a full stream on the full grid alone; 4 and 5 are the same masks in every case.
// SPDX-License-Identifier: Apache-2.0
module scmp_mask #(
    parameter int P = 8,
    parameter int L = 256,
    parameter int G = 256
) (
    input logic [2:0] mode,  // 1 bitrev, 2 counter, 3 off, 4 always_bitrev, 5 always_counter: as scmp_scramble
    input logic [P-1:0] d,   // inner index modulo 2^P
    output logic [P-1:0] mask
);
    localparam bit PARTIAL = G != 2 ** P || L < 2 ** P;

    logic [P-1:0] reversed;
    generate
        for (genvar i = 0; i < P; i++) begin : wires
            assign reversed[i] = d[P-1-i];
        end
    endgenerate

    wire bitrev = mode == 4 || (mode == 1 && PARTIAL);
    wire counter = mode == 5 || (mode == 2 && PARTIAL);
    assign mask = bitrev ? reversed : counter ? d : {P{1'b0}};
endmodule
