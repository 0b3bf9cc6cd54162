// The wiring between a generator and what it serves: a permutation of the bits, then all of them inverted or not
// (Spec 3, "SNG"). Bit i of the output is bit PERMUTATION[i] of the input.
// SPDX-License-Identifier: Apache-2.0
module scmp_permute #(
    parameter int P = 8,
    parameter bit [39:0] PERMUTATION = 40'h9876543210, // ten numbers of four bits, that of output bit 0 lowest
    parameter bit COMPLEMENT = 0                       // 2^P - 1 - draw
) (
    input logic [P-1:0] draw,
    output logic [P-1:0] permuted
);
    generate
        for (genvar i = 0; i < P; i++) begin : wires
            localparam int FROM = {28'd0, PERMUTATION[4*i +: 4]};
            assign permuted[i] = draw[FROM] ^ COMPLEMENT;
        end
    endgenerate
endmodule
