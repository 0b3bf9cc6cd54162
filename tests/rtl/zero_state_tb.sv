// The LFSR with the inserted zero state goes through all 2^P states, the zero after 0...01, and begins again. The
// periods of the other one are in the traces that every_cycle_tb.sv compares.
module every_state #(
    parameter int P = 8
) (
    input logic clk,
    input logic restart
);
    logic [P-1:0] draw, last;
    logic [2**P-1:0] seen = 0;
    int draws = 0;

    scmp_lfsr #(.P(P), .SEED(2), .ZERO_STATE(1)) lfsr (.clk(clk), .restart(restart), .enable(1'b1), .draw(draw));

    always @(negedge clk)
        if (!restart && draws < 2 ** P) begin
            if (seen[draw] !== 0) $fatal(1, "P = %0d: draw %0d is %0d once more", P, draws, draw);
            if (draw == 0 && last != 1) $fatal(1, "P = %0d: 0 comes after %0d", P, last);
            seen[draw] <= 1;
            last <= draw;
            draws <= draws + 1;
        end else if (draws == 2 ** P) begin
            if (draw != 2) $fatal(1, "P = %0d: after all states comes %0d", P, draw);
            draws <= draws + 1;
        end
endmodule

module zero_state_tb;
    logic clk = 0, restart = 1;

    generate
        for (genvar p = 2; p <= 10; p++) begin : widths
            every_state #(.P(p)) check (.clk(clk), .restart(restart));
        end
    endgenerate

    initial begin
        for (int i = 0; i < 1030; i++) begin
            #5 clk = 1;
            #1 restart = 0;
            #4 clk = 0;
        end
        if (widths[2].check.draws != 5 || widths[10].check.draws != 1025) $fatal(1, "not all states were seen");
        $display("all states");
        $finish;
    end
endmodule
