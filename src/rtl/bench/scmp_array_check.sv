// Holds a scmp_array against the library, every signal in every cycle: for test benches, not for synthesis.
//
// A test bench puts operands into a_boundary .. b_sign and calls run, which prints the first difference
// (scmp_golden). To hold another array against the library, replace the instance of scmp_array.
// SPDX-License-Identifier: Apache-2.0
`include "scmp_dpi.svh"
/* verilator lint_off WIDTH */
module scmp_array_check #(
    parameter int P = 8,
    parameter int L = 2 ** P,
    parameter int G = 2 ** P,
    parameter int N = 2,
    parameter int M = 2,
    parameter int D = 64,
    parameter int LEFT_KIND = 0,
    parameter bit [99:0] LEFT_SEEDS = {10{10'd1}},
    parameter bit [9:0] LEFT_TAPS = 0,
    parameter bit [9:0] LEFT_FIRST = 0,
    parameter bit LEFT_ZERO_STATE = 0,
    parameter bit [39:0] LEFT_PERMUTATION = 40'h9876543210,
    parameter bit LEFT_COMPLEMENT = 0,
    parameter int RIGHT_KIND = 0,
    parameter bit [99:0] RIGHT_SEEDS = {10{10'd1}},
    parameter bit [9:0] RIGHT_TAPS = 0,
    parameter bit [9:0] RIGHT_FIRST = 0,
    parameter bit RIGHT_ZERO_STATE = 0,
    parameter bit [39:0] RIGHT_PERMUTATION = 40'h9876543210,
    parameter bit RIGHT_COMPLEMENT = 0
);
    import scmp_dpi::*;
    import scmp_golden_pkg::*;

    localparam int B = $clog2(G + 1);
    localparam int W = $clog2(D * L + 1) + 1;
    localparam int L_BITS = L > 1 ? $clog2(L) : 1;
    localparam int D_BITS = $clog2(D) > P ? $clog2(D) : P;

    // The operands, row by row: boundaries 0 .. G, signs -1, 0 or 1.
    int a_boundary[0:N*D-1], a_sign[0:N*D-1], b_boundary[0:M*D-1], b_sign[0:M*D-1];

    // --- The array, and its operands' columns at the ports

    logic clk = 0, rst = 0, start = 0;
    logic busy, done;
    logic [2:0] mode = 0, scramble = 0;
    logic [P-1:0] offset = 0, first_d = 0;
    logic [N*B-1:0] a_column;
    logic [N-1:0] a_negative;
    logic [M*B-1:0] b_column;
    logic [M-1:0] b_negative;
    logic [N*M*W-1:0] sums;
    logic [D_BITS-1:0] d;
    logic [L_BITS-1:0] cycle;
    logic [B-1:0] left_draw;
    logic [N-1:0] left_bit;
    logic [N*B-1:0] right_draw;
    logic [N*M-1:0] right_bit, and_bit;

    scmp_array #(
        .P(P), .L(L), .G(G), .N(N), .M(M), .D(D),
        .LEFT_KIND(LEFT_KIND), .LEFT_SEEDS(LEFT_SEEDS), .LEFT_TAPS(LEFT_TAPS), .LEFT_FIRST(LEFT_FIRST),
        .LEFT_ZERO_STATE(LEFT_ZERO_STATE), .LEFT_PERMUTATION(LEFT_PERMUTATION), .LEFT_COMPLEMENT(LEFT_COMPLEMENT),
        .RIGHT_KIND(RIGHT_KIND), .RIGHT_SEEDS(RIGHT_SEEDS), .RIGHT_TAPS(RIGHT_TAPS), .RIGHT_FIRST(RIGHT_FIRST),
        .RIGHT_ZERO_STATE(RIGHT_ZERO_STATE), .RIGHT_PERMUTATION(RIGHT_PERMUTATION), .RIGHT_COMPLEMENT(RIGHT_COMPLEMENT)
    ) array (
        .clk(clk), .rst(rst), .start(start), .busy(busy), .done(done), .scramble(scramble), .d_offset(first_d),
        .a_boundary(a_column), .a_negative(a_negative), .b_boundary(b_column), .b_negative(b_negative), .sums(sums),
        .d(d), .cycle(cycle), .left_draw(left_draw), .left_bit(left_bit), .right_draw(right_draw),
        .right_bit(right_bit), .and_bit(and_bit)
    );

    // The work of the array's surroundings: after each clock, column d of the operands. (Wires that follow from what a
    // task has written may be a step late in Verilator 5.006; at an edge nothing is.)
    always @(negedge clk) begin
        for (int n = 0; n < N; n++) begin
            a_column[n*B +: B] <= a_sign[n*D + d] == 0 ? 0 : a_boundary[n*D + d];
            a_negative[n] <= a_sign[n*D + d] < 0;
        end
        for (int m = 0; m < M; m++) begin
            b_column[m*B +: B] <= b_sign[m*D + d] == 0 ? 0 : b_boundary[m*D + d];
            b_negative[m] <= b_sign[m*D + d] < 0;
        end
        scramble <= mode;
        first_d <= offset;
    end

    task automatic tick();
        #4 clk = 1;
        #5 clk = 0;
        #1;
    endtask

    // --- The comparison

    scmp_golden golden;
    int position[0:N-1];     // enabled cycles of this inner index before this one
    int partial[0:N*M-1];    // AND bits of this inner index
    longint so_far[0:N*M-1]; // signed sum of the AND bits before this cycle

    function automatic longint sum_of(input int o);
        return 64'($signed(sums[o*W +: W]));
    endfunction

    // The values of the ports in this cycle.
    task automatic compare_cycle(input int now_d, input int now);
        for (int n = 0; n < N; n++) begin
            golden.same(SCMP_SIGNAL_LEFT_DRAW, n, 0, now_d, now, left_draw);
            golden.same(SCMP_SIGNAL_LEFT_BIT, n, 0, now_d, now, left_bit[n]);
            golden.same(SCMP_SIGNAL_RIGHT_POSITION, n, 0, now_d, now, position[n]);
            golden.same(SCMP_SIGNAL_RIGHT_DRAW, n, 0, now_d, now, right_draw[n*B +: B]);
            position[n] += left_bit[n];
            for (int m = 0; m < M; m++) begin
                int o = n * M + m;
                golden.same(SCMP_SIGNAL_RIGHT_BIT, n, m, now_d, now, right_bit[o]);
                golden.same(SCMP_SIGNAL_AND_BIT, n, m, now_d, now, and_bit[o]);
                partial[o] += and_bit[o];
                golden.same(SCMP_SIGNAL_PARTIAL, n, m, now_d, now, partial[o]);
                if (sum_of(o) != so_far[o]) begin
                    if (golden.differences == 0)
                        $display("output (%0d, %0d), inner index %0d, cycle %0d: the counter is %0d, expected %0d",
                                 n, m, now_d, now, sum_of(o), so_far[o]);
                    golden.differences++;
                end
                if (and_bit[o]) so_far[o] += golden.value_of(SCMP_SIGNAL_SIGN, n, m, now_d, 0);
            end
        end
        if (d != now_d || cycle != now || !busy || done) begin
            $display("inner index %0d, cycle %0d: the array says %0d and %0d, busy %0d, done %0d",
                     now_d, now, d, cycle, busy, done);
            golden.differences++;
        end
    endtask

    // One product of the operands; what golden.trace wants is in options. failed: 0, or a number of differences.
    task automatic run(input chandle ctx, input chandle options, input longint d_offset, output int failed);
        golden = new(N, M, D, L);
        for (int i = 0; i < N * D; i++) golden.operand(SCMP_SIDE_LEFT, i / D, i % D, a_boundary[i], a_sign[i]);
        for (int i = 0; i < M * D; i++) golden.operand(SCMP_SIDE_RIGHT, i / D, i % D, b_boundary[i], b_sign[i]);
        if (golden.trace(ctx, options, d_offset) != SCMP_OK) begin
            $display("the library: %s", scmp_last_error());
            golden.differences++;
        end
        mode = scmp_matmul_options_get_scramble(options);
        offset = d_offset;
        for (int o = 0; o < N * M; o++) so_far[o] = 0;
        rst = 1;
        tick();
        rst = 0;
        start = 1;
        tick();
        start = 0;
        for (int now_d = 0; now_d < D && golden.differences == 0; now_d++) begin
            for (int n = 0; n < N; n++) position[n] = 0;
            for (int o = 0; o < N * M; o++) partial[o] = 0;
            for (int now = 0; now < L && golden.differences == 0; now++) begin
                compare_cycle(now_d, now);
                tick();
            end
        end
        if (golden.differences == 0) begin
            for (int o = 0; o < N * M; o++) golden.same(SCMP_SIGNAL_SUM, o / M, o % M, D - 1, L - 1, sum_of(o));
            if (!done || busy) begin
                $display("after the last cycle done is %0d and busy %0d", done, busy);
                golden.differences++;
            end
        end
        failed = golden.differences;
        golden.free();
    endtask
endmodule
/* verilator lint_on WIDTH */
