// A number generator of either kind, so that its surroundings need not tell which.
// SPDX-License-Identifier: Apache-2.0
module scmp_generator #(
    parameter int P = 8,
    parameter int KIND = 0,                    // 0 Sobol, 1 LFSR: as scmp_generator_type
    parameter bit [99:0] SEEDS = {10{10'd1}},  // Sobol: see scmp_sobol
    parameter bit [9:0] TAPS = 0,              // LFSR: see scmp_lfsr
    parameter bit [9:0] FIRST = 0,             // the first draw: start of a Sobol generator, seed of an LFSR
    parameter bit ZERO_STATE = 0               // LFSR: see scmp_lfsr
) (
    input logic clk,
    input logic restart,
    input logic enable,
    output logic [P-1:0] draw
);
    generate
        if (KIND == 0) begin : sobol
            scmp_sobol #(.P(P), .SEEDS(SEEDS), .START(FIRST)) generator (.*);
        end else begin : lfsr
            scmp_lfsr #(.P(P), .TAPS(TAPS), .SEED(FIRST), .ZERO_STATE(ZERO_STATE)) generator (.*);
        end
    endgenerate
endmodule
