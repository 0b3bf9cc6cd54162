// The steps from a draw to the number that is compared: permutation and complement, scramble mask, rescale (Spec 3).
// SPDX-License-Identifier: Apache-2.0
module scmp_number #(
    parameter int P = 8,
    parameter int G = 256,
    parameter bit [39:0] PERMUTATION = 40'h9876543210, // see scmp_permute
    parameter bit COMPLEMENT = 0,
    parameter int B = $clog2(G + 1)                    // follows from G
) (
    input logic [P-1:0] draw,
    input logic [P-1:0] mask,
    output logic [B-1:0] number
);
    logic [P-1:0] permuted;

    scmp_permute #(.P(P), .PERMUTATION(PERMUTATION), .COMPLEMENT(COMPLEMENT))
        permute (.draw(draw), .permuted(permuted));
    scmp_rescale #(.P(P), .G(G), .B(B)) rescale (.draw(permuted ^ mask), .number(number));
endmodule
