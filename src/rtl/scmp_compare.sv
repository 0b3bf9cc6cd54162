// The comparator that makes a stream of numbers a stream of bits: 1 where the number is below the boundary (Spec 2).
// SPDX-License-Identifier: Apache-2.0
module scmp_compare #(
    parameter int B = 9 // bits of number and boundary; the boundary may be the whole grid, 2^(B-1)
) (
    input logic [B-1:0] number,
    input logic [B-1:0] boundary,
    output logic stream
);
    assign stream = number < boundary;
endmodule
