// Counts inner indices and, in each, the cycles of a stream: d and cycle are those of the cycle in which busy is 1.
// SPDX-License-Identifier: Apache-2.0
module scmp_sequencer #(
    parameter int L = 256,
    parameter int D = 64,
    parameter int L_BITS = 8,
    parameter int D_BITS = 8
) (
    input logic clk,
    input logic rst,              // synchronous
    input logic start,            // the next cycle is the first, unless busy
    output logic busy,
    output logic done,            // for one cycle: the sums are there
    output logic clear,           // at the end of this cycle: accumulators to 0
    output logic restart,         // at the end of this cycle: generators to their first draws
    output logic [D_BITS-1:0] d,
    output logic [L_BITS-1:0] cycle
);
    localparam bit [L_BITS-1:0] LAST_CYCLE = L_BITS'(L - 1);
    localparam bit [D_BITS-1:0] LAST_D = D_BITS'(D - 1);
    wire end_of_stream = busy && cycle == LAST_CYCLE;
    wire end_of_sum = end_of_stream && d == LAST_D;

    assign clear = start && !busy;
    assign restart = clear || end_of_stream;

    always_ff @(posedge clk)
        if (rst) begin
            busy <= 0;
            done <= 0;
            d <= 0;
            cycle <= 0;
        end else begin
            busy <= clear || (busy && !end_of_sum);
            done <= end_of_sum;
            if (end_of_stream) cycle <= 0;
            else if (busy) cycle <= cycle + 1;
            if (end_of_sum) d <= 0;
            else if (end_of_stream) d <= d + 1;
        end
endmodule
