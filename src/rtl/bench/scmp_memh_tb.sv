// The array against an export (scmp export DIR A.npy B.npy) and nothing else: no library is linked.
//
//     iverilog -g2012 -IDIR -o array_tb scmp_memh_tb.sv scmp_*.sv && ./array_tb +dir=DIR
//
// Every draw and bit of every cycle is held against the exported sequences and boundaries, every sum against the
// exported one. The first difference ends it, with a status of 1. Outputs are computed in tiles of ROWS x COLUMNS.
// SPDX-License-Identifier: Apache-2.0
module scmp_memh_tb;
    `include "parameters.svh"

    localparam int ROWS = N < 4 ? N : 4;
    localparam int COLUMNS = M < 4 ? M : 4;
    localparam int B = $clog2(G + 1);
    localparam int W = $clog2(D * L + 1) + 1;
    localparam int L_BITS = L > 1 ? $clog2(L) : 1;
    localparam int D_BITS = $clog2(D) > P ? $clog2(D) : P;

    // --- The exported files

    logic [15:0] a_boundary[0:BATCH*N*D-1], b_boundary[0:BATCH*M*D-1];
    logic [1:0] a_sign[0:BATCH*N*D-1], b_sign[0:BATCH*M*D-1];
    logic [31:0] expected[0:BATCH*N*M-1];
    logic [15:0] left_sequence[0:TABLES*L-1], right_sequence[0:TABLES*L-1];
    logic [15:0] table_index[0:D-1];

    task read_files;
        string directory;
        if (!$value$plusargs("dir=%s", directory)) directory = ".";
        $readmemh({directory, "/a_boundary.memh"}, a_boundary);
        $readmemh({directory, "/b_boundary.memh"}, b_boundary);
        $readmemh({directory, "/sum.memh"}, expected);
        $readmemh({directory, "/left_sequence.memh"}, left_sequence);
        $readmemh({directory, "/right_sequence.memh"}, right_sequence);
        $readmemh({directory, "/table_index.memh"}, table_index);
        for (int i = 0; i < BATCH * N * D; i++) a_sign[i] = 1;
        for (int i = 0; i < BATCH * M * D; i++) b_sign[i] = 1;
        if (BIPOLAR) begin
            $readmemh({directory, "/a_sign.memh"}, a_sign);
            $readmemh({directory, "/b_sign.memh"}, b_sign);
        end
    endtask

    // --- The array

    logic clk = 0, rst = 0, start = 0;
    logic busy, done;
    logic [ROWS*B-1:0] a_column;
    logic [ROWS-1:0] a_negative;
    logic [COLUMNS*B-1:0] b_column;
    logic [COLUMNS-1:0] b_negative;
    logic [ROWS*COLUMNS*W-1:0] sums;
    logic [D_BITS-1:0] d;
    logic [L_BITS-1:0] cycle;
    logic [B-1:0] left_draw;
    logic [ROWS-1:0] left_bit;
    logic [ROWS*B-1:0] right_draw;
    logic [ROWS*COLUMNS-1:0] right_bit, and_bit;

    scmp_array #(
        .P(P), .L(L), .G(G), .N(ROWS), .M(COLUMNS), .D(D),
        .LEFT_KIND(LEFT_KIND), .LEFT_SEEDS(LEFT_SEEDS), .LEFT_TAPS(LEFT_TAPS), .LEFT_FIRST(LEFT_FIRST),
        .LEFT_ZERO_STATE(LEFT_ZERO_STATE), .LEFT_PERMUTATION(LEFT_PERMUTATION), .LEFT_COMPLEMENT(LEFT_COMPLEMENT),
        .RIGHT_KIND(RIGHT_KIND), .RIGHT_SEEDS(RIGHT_SEEDS), .RIGHT_TAPS(RIGHT_TAPS), .RIGHT_FIRST(RIGHT_FIRST),
        .RIGHT_ZERO_STATE(RIGHT_ZERO_STATE), .RIGHT_PERMUTATION(RIGHT_PERMUTATION), .RIGHT_COMPLEMENT(RIGHT_COMPLEMENT)
    ) array (
        .clk(clk), .rst(rst), .start(start), .busy(busy), .done(done), .scramble(3'(SCRAMBLE)), .d_offset({P{1'b0}}),
        .a_boundary(a_column), .a_negative(a_negative), .b_boundary(b_column), .b_negative(b_negative), .sums(sums),
        .d(d), .cycle(cycle), .left_draw(left_draw), .left_bit(left_bit), .right_draw(right_draw),
        .right_bit(right_bit), .and_bit(and_bit)
    );

    // The tile's operands, column d after each clock; beyond the last row they are 0.
    int batch, row, column; // of the tile's first output
    always @(negedge clk) begin
        for (int n = 0; n < ROWS; n++) begin
            a_column[n*B +: B] <= row + n < N ? a_boundary[(batch*N + row + n)*D + d] : 0;
            a_negative[n] <= row + n < N && a_sign[(batch*N + row + n)*D + d] == 3;
        end
        for (int m = 0; m < COLUMNS; m++) begin
            b_column[m*B +: B] <= column + m < M ? b_boundary[(batch*M + column + m)*D + d] : 0;
            b_negative[m] <= column + m < M && b_sign[(batch*M + column + m)*D + d] == 3;
        end
    end

    // --- The comparison

    int position[0:ROWS-1]; // enabled cycles of this inner index before this one
    int now_d, now;

    task same(input string signal, input int n, input int m, input logic [31:0] observed, input logic [31:0] want);
        if (observed !== want)
            $fatal(1, "output (%0d, %0d), inner index %0d, cycle %0d: %s is %0d, expected %0d",
                   row + n, column + m, now_d, now, signal, $signed(observed), $signed(want));
    endtask

    task compare_cycle;
        int at, left, right, k;
        at = table_index[now_d] * L;
        left = left_sequence[at + now];
        same("left_draw", 0, 0, left_draw, left);
        for (int n = 0; n < ROWS; n++) begin
            same("left_bit", n, 0, left_bit[n], left < a_column[n*B +: B] ? 1 : 0);
            right = right_sequence[at + position[n]];
            same("right_draw", n, 0, right_draw[n*B +: B], right);
            for (int m = 0; m < COLUMNS; m++) begin
                k = right < b_column[m*B +: B] ? 1 : 0;
                same("right_bit", n, m, right_bit[n*COLUMNS + m], k);
                same("and_bit", n, m, and_bit[n*COLUMNS + m], left_bit[n] ? k : 0);
            end
            position[n] = position[n] + left_bit[n];
        end
    endtask

    task compare_sums;
        logic [W-1:0] sum;
        for (int n = 0; n < ROWS && row + n < N; n++)
            for (int m = 0; m < COLUMNS && column + m < M; m++) begin
                sum = sums[(n*COLUMNS + m)*W +: W];
                same("sum", n, m, $signed(sum), expected[(batch*N + row + n)*M + column + m]);
            end
    endtask

    task tick;
        #4 clk = 1;
        #5 clk = 0;
        #1;
    endtask

    task run_tile;
        start = 1;
        tick;
        start = 0;
        for (now_d = 0; now_d < D; now_d++) begin
            for (int n = 0; n < ROWS; n++) position[n] = 0;
            for (now = 0; now < L; now++) begin
                same("inner index", 0, 0, d, now_d);
                same("cycle", 0, 0, cycle, now);
                compare_cycle;
                tick;
            end
        end
        now_d = D - 1;
        now = L - 1;
        same("done", 0, 0, done, 1);
        compare_sums;
    endtask

    initial begin
        if (!UNIFORM) $fatal(1, "the reference RTL has no such generators: see config.json");
        if (CHUNK_D != 0) $fatal(1, "export each chunk as a product of its own");
        read_files;
        batch = 0;
        row = 0;
        column = 0;
        rst = 1;
        tick;
        rst = 0;
        for (batch = 0; batch < BATCH; batch++)
            for (row = 0; row < N; row = row + ROWS)
                for (column = 0; column < M; column = column + COLUMNS) run_tile;
        $display("%0d outputs of %0d inner indices and %0d cycles each: every draw, bit and sum is as exported",
                 BATCH * N * M, D, L);
        $finish;
    end
endmodule
