// The array against the library, on the operands of an export (scmp export DIR A.npy B.npy), every signal in every
// cycle.
//
// docs/hardware.md has the command. +dir=DIR says where the export is; the sums are held against the exported ones,
// too.
// SPDX-License-Identifier: Apache-2.0
`include "scmp_dpi.svh"
/* verilator lint_off WIDTH */
module scmp_dpi_tb;
    import scmp_dpi::*;
    `include "parameters.svh"

    localparam int ROWS = N < 4 ? N : 4;
    localparam int COLUMNS = M < 4 ? M : 4;

    scmp_array_check #(
        .P(P), .L(L), .G(G), .N(ROWS), .M(COLUMNS), .D(D),
        .LEFT_KIND(LEFT_KIND), .LEFT_SEEDS(LEFT_SEEDS), .LEFT_TAPS(LEFT_TAPS), .LEFT_FIRST(LEFT_FIRST),
        .LEFT_ZERO_STATE(LEFT_ZERO_STATE), .LEFT_PERMUTATION(LEFT_PERMUTATION), .LEFT_COMPLEMENT(LEFT_COMPLEMENT),
        .RIGHT_KIND(RIGHT_KIND), .RIGHT_SEEDS(RIGHT_SEEDS), .RIGHT_TAPS(RIGHT_TAPS), .RIGHT_FIRST(RIGHT_FIRST),
        .RIGHT_ZERO_STATE(RIGHT_ZERO_STATE), .RIGHT_PERMUTATION(RIGHT_PERMUTATION), .RIGHT_COMPLEMENT(RIGHT_COMPLEMENT)
    ) check ();

    logic [15:0] a_boundary[0:BATCH*N*D-1], b_boundary[0:BATCH*M*D-1];
    logic [1:0] a_sign[0:BATCH*N*D-1], b_sign[0:BATCH*M*D-1];
    logic [31:0] expected[0:BATCH*N*M-1];

    string directory;
    chandle ctx, options;

    task automatic read_files();
        $readmemh({directory, "/a_boundary.memh"}, a_boundary);
        $readmemh({directory, "/b_boundary.memh"}, b_boundary);
        $readmemh({directory, "/sum.memh"}, expected);
        for (int i = 0; i < BATCH * N * D; i++) a_sign[i] = 1;
        for (int i = 0; i < BATCH * M * D; i++) b_sign[i] = 1;
        if (BIPOLAR) begin
            $readmemh({directory, "/a_sign.memh"}, a_sign);
            $readmemh({directory, "/b_sign.memh"}, b_sign);
        end
    endtask

    // The export's configuration and options.
    task automatic make_options();
        chandle config_;
        string text = "", line;
        int file;
        file = $fopen({directory, "/config.json"}, "r");
        if (file == 0) $fatal(1, "there is no %s/config.json", directory);
        while ($fgets(line, file) != 0) text = {text, line};
        $fclose(file);
        if (scmp_ctx_create(null, ctx) != SCMP_OK) $fatal(1, "%s", scmp_last_error());
        if (scmp_config_create_json(ctx, text, text.len(), P, config_) != SCMP_OK) $fatal(1, "%s", scmp_last_error());
        options = scmp_matmul_options_new();
        scmp_matmul_options_set_mode(options, BIPOLAR ? SCMP_MODE_BIPOLAR : SCMP_MODE_UNIPOLAR);
        scmp_matmul_options_set_sc_prec(options, P);
        scmp_matmul_options_set_stoc_len(options, L);
        scmp_matmul_options_set_rng_levels(options, G);
        scmp_matmul_options_set_scramble(options, SCRAMBLE);
        scmp_matmul_options_set_config(options, config_);
    endtask

    task automatic run_tile(input int batch, input int row, input int column);
        int failed;
        for (int i = 0; i < ROWS * D; i++) begin
            int at = (batch * N + row) * D + i;
            check.a_boundary[i] = row + i / D < N ? a_boundary[at] : 0;
            check.a_sign[i] = row + i / D < N ? $signed(a_sign[at]) : 0;
        end
        for (int i = 0; i < COLUMNS * D; i++) begin
            int at = (batch * M + column) * D + i;
            check.b_boundary[i] = column + i / D < M ? b_boundary[at] : 0;
            check.b_sign[i] = column + i / D < M ? $signed(b_sign[at]) : 0;
        end
        check.run(ctx, options, 0, failed);
        if (failed != 0) $fatal(1, "in the tile of output (%0d, %0d), batch entry %0d", row, column, batch);
        for (int o = 0; o < ROWS * COLUMNS; o++)
            if (row + o / COLUMNS < N && column + o % COLUMNS < M) begin
                int want = expected[(batch * N + row + o / COLUMNS) * M + column + o % COLUMNS];
                if (check.sum_of(o) != want)
                    $fatal(1, "output (%0d, %0d) is %0d, sum.memh has %0d", row + o / COLUMNS, column + o % COLUMNS,
                           check.sum_of(o), want);
            end
    endtask

    initial begin
        if (!UNIFORM) $fatal(1, "the reference RTL has no such generators: see config.json");
        if (CHUNK_D != 0) $fatal(1, "export each chunk as a product of its own");
        if (!$value$plusargs("dir=%s", directory)) directory = ".";
        read_files();
        make_options();
        for (int batch = 0; batch < BATCH; batch++)
            for (int row = 0; row < N; row += ROWS)
                for (int column = 0; column < M; column += COLUMNS) run_tile(batch, row, column);
        $display("%0d outputs of %0d inner indices and %0d cycles each: every signal is as libscmp %s has it",
                 BATCH * N * M, D, L, scmp_version());
        $finish;
    end
endmodule
/* verilator lint_on WIDTH */
