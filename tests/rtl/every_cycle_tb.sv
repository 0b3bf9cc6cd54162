// The reference RTL against the library in every cycle: p, L, G, both kinds of generators, permutations, complements.
//
// Without arguments every array must agree. +mutant=seeds or +mutant=taps runs an array in which one bit of that is
// wrong.
`include "scmp_dpi.svh"
/* verilator lint_off WIDTH */
module every_cycle_tb;
    import scmp_dpi::*;
    import scmp_golden_pkg::*;

    localparam bit [99:0] DEFAULT_RIGHT = {10'd1, 10'd1, 10'd255, 10'd41, 10'd1, 10'd9, {4{10'd1}}}; // of p = 8
    localparam bit [99:0] TUNED_8 = {20'd0, 10'd153, 10'd115, 10'd57, 10'd19, 10'd9, 10'd7, 10'd3, 10'd1};
    localparam bit [99:0] TUNED_4 = {60'd0, 10'd15, 10'd3, 10'd3, 10'd1};
    localparam bit [99:0] SEEDS_10 =
        {10'd701, 10'd333, 10'd201, 10'd99, 10'd41, 10'd29, 10'd11, 10'd5, 10'd3, 10'd1};

    // The least arrays, and the grids of one level and of many.
    trial #(.P(1), .N(1), .M(1), .D(3)) p1 ();
    trial #(.P(2), .L(3), .D(1)) p2 ();
    trial #(.P(3), .L(1), .RIGHT_SEEDS(100'({10'd7, 10'd3, 10'd1}))) one_cycle ();
    trial #(.P(5), .G(1)) one_level ();
    trial #(.P(5), .G(16384), .L(31), .RIGHT_SEEDS(DEFAULT_RIGHT)) largest_grid ();
    // Sobol: more inner indices than masks, presets, complement and permutation.
    trial #(.P(4), .D(20)) p4_wraps ();
    trial #(.P(4), .L(11), .RIGHT_SEEDS(TUNED_4), .RIGHT_FIRST(11)) p4_tuned ();
    trial #(.P(6), .L(20), .G(32), .RIGHT_COMPLEMENT(1), .LEFT_PERMUTATION(40'h9876_013425)) p6_short ();
    trial #(.P(8), .M(3), .RIGHT_SEEDS(DEFAULT_RIGHT)) p8_default ();
    trial #(.P(8), .L(64), .N(3), .RIGHT_SEEDS(TUNED_8), .RIGHT_FIRST(212)) p8_tuned ();
    trial #(.P(10), .L(77), .G(1000), .N(1), .LEFT_FIRST(512), .RIGHT_SEEDS(SEEDS_10)) p10_sobol ();
    // LFSRs: lfsr_default, both kinds together, a full stream, which repeats its first draw.
    trial #(.P(3), .D(9), .LEFT_KIND(1), .LEFT_FIRST(5), .RIGHT_KIND(1), .RIGHT_FIRST(1)) p3_lfsr ();
    trial #(
        .P(6), .LEFT_KIND(1), .LEFT_FIRST(1), .RIGHT_KIND(1), .RIGHT_FIRST(1), .RIGHT_PERMUTATION(40'h9876_012345)
    ) p6_lfsr ();
    trial #(.P(8), .L(100), .G(300), .LEFT_KIND(1), .LEFT_TAPS(10'h87), .LEFT_FIRST(125)) p8_mixed ();
    trial #(
        .P(10), .M(1), .D(2), .LEFT_KIND(1), .LEFT_TAPS(10'h213), .LEFT_FIRST(700),
        .RIGHT_KIND(1), .RIGHT_TAPS(10'h213), .RIGHT_FIRST(3), .RIGHT_COMPLEMENT(1)
    ) p10_lfsr ();
    // The inserted zero state, on one side as the first draw.
    trial #(
        .P(5), .LEFT_KIND(1), .LEFT_FIRST(0), .LEFT_ZERO_STATE(1), .RIGHT_KIND(1), .RIGHT_TAPS(10'h17), .RIGHT_FIRST(9),
        .RIGHT_ZERO_STATE(1)
    ) p5_zero_state ();
    // One bit of direction vector 2, one tap, and one enable, which is forced below.
    trial #(.P(6), .FLIP_SEEDS(100'd2 << 20)) seeds_mutant ();
    trial #(.P(6), .RIGHT_KIND(1), .RIGHT_FIRST(9), .FLIP_TAPS(10'h4)) taps_mutant ();

    chandle ctx;
    int runs = 0, failed, failures = 0;

    task automatic note();
        failures += failed;
    endtask

    // What passes through the imports beside what the trials use.
    task automatic try_dpi();
        chandle none = null, tensor, taps, report;
        int count = 7;
        int values[0:2], back[0:2];
        failed = 1;
        if (scmp_version() != SCMP_HEADER_VERSION || scmp_spec_version() != SCMP_SPEC_VERSION) return;
        if (scmp_config_create_named(ctx, "sobol", 8, none) != SCMP_ERROR_INVALID_CONFIG) return;
        if (none != null) return;
        if (scmp_last_error() == "") return;
        if (scmp_d_times_l_max() != 64'd2147483647 || scmp_smooth_eps() != 1e-5) return;
        taps = scmp_tensor_new_1d(SCMP_DTYPE_I32, 10);
        if (scmp_lfsr_tap_set(11, 0, scmp_tensor_get_data(taps), count) == SCMP_OK) return;
        if (count != 7) return;
        if (scmp_lfsr_tap_set(8, 0, scmp_tensor_get_data(taps), count) != SCMP_OK) return;
        if (count != 4) return;
        if (scmp_tensor_get(taps, 0) != 7 || scmp_tensor_get(taps, 3) != 0) return;
        if (scmp_tensor_get(taps, 10) != -64'sd9223372036854775808) return;
        tensor = scmp_tensor_new_1d(SCMP_DTYPE_F64, 3);
        if (scmp_tensor_set_real(tensor, 2, -0.125) != SCMP_OK) return;
        if (scmp_tensor_get_real(tensor, 2) != -0.125) return;
        if (scmp_tensor_set(tensor, 3, 1) != SCMP_ERROR_INVALID_ARGUMENT) return;
        if (scmp_tensor_new_1d(99, 1) != null || scmp_tensor_new_1d(SCMP_DTYPE_F64, -1) != null) return;
        scmp_dpi_free(tensor);
        tensor = scmp_tensor_new_1d(SCMP_DTYPE_I8, 3);
        values = '{-3, 100, 7};
        if (scmp_tensor_load(tensor, values) != SCMP_OK) return;
        if (scmp_tensor_store(tensor, back) != SCMP_OK) return;
        for (int i = 0; i < 3; i++) if (back[i] != values[i]) return;
        if (scmp_tensor_load(taps, values) != SCMP_ERROR_INVALID_SHAPE) return;
        report = scmp_report_new();
        if (scmp_report_get_backend(report) != 0 || scmp_report_get_kernel(report) != "") return;
        if (scmp_config_json(ctx, null, 1) != "") return;
        scmp_report_set_threads(null, 3);
        if (scmp_report_get_threads(null) != 0) return;
        if (scmp_tensor_get_shape(taps, 8) != 0) return;
        if (scmp_tensor_get_shape(taps, 0) != 10) return;
        scmp_dpi_free(tensor);
        scmp_dpi_free(taps);
        scmp_dpi_free(report);
        failed = 0;
    endtask

    // Texts and files of scmp_dpi.c: the test looks at trace.csv and trace.vcd.
    task automatic try_files();
        scmp_golden golden = new(1, 1, 1, 16);
        chandle a, b, options, config_, again;
        string text;
        failed = 1;
        golden.operand(SCMP_SIDE_LEFT, 0, 0, 10, 1);
        golden.operand(SCMP_SIDE_RIGHT, 0, 0, 7, -1);
        a = scmp_quantized_new();
        b = scmp_quantized_new();
        scmp_quantized_set_boundary(a, golden.boundary[SCMP_SIDE_LEFT]);
        scmp_quantized_set_boundary(b, golden.boundary[SCMP_SIDE_RIGHT]);
        if (scmp_config_create_named(ctx, "sobol_tuned", 4, config_) != SCMP_OK) return;
        text = scmp_config_json(ctx, config_, 2);
        if (scmp_config_create_json(ctx, text, text.len(), 4, again) != SCMP_OK) return;
        options = scmp_matmul_options_new();
        scmp_matmul_options_set_sc_prec(options, 4);
        scmp_matmul_options_set_config(options, again);
        if (scmp_trace_csv_file(ctx, a, b, options, 1, "trace.csv") != SCMP_OK) return;
        if (scmp_trace_vcd_file(ctx, a, b, options, 1, "trace.vcd") != SCMP_OK) return;
        if (scmp_trace_csv_file(ctx, a, b, options, 1, "no/such/folder.csv") != SCMP_ERROR_IO) return;
        if (scmp_trace_csv_file(ctx, a, null, options, 1, "empty.csv") != SCMP_ERROR_INVALID_ARGUMENT) return;
        golden.free();
        scmp_config_destroy(again);
        if (again != null) return;
        scmp_config_destroy(config_);
        scmp_dpi_free(options);
        scmp_dpi_free(a);
        scmp_dpi_free(b);
        failed = 0;
    endtask

    initial begin
        string mutant = "";
        if (scmp_ctx_create(null, ctx) != SCMP_OK) $fatal(1, "%s", scmp_last_error());
        if ($value$plusargs("mutant=%s", mutant)) begin
            if (mutant == "seeds") seeds_mutant.go(ctx, "seeds_mutant", runs, failures);
            else if (mutant == "taps") taps_mutant.go(ctx, "taps_mutant", runs, failures);
            else begin
                force p4_tuned.check.array.rows[1].multiplier.enable = 1;
                p4_tuned.go(ctx, "enable mutant", runs, failures);
            end
        end else begin
            try_dpi();
            if (failed != 0) $display("the imports: something is not as the library has it");
            note();
            try_files();
            if (failed != 0) $display("texts and files: something is not as the library has it");
            note();
            p1.go(ctx, "p1", runs, failed); note();
            p2.go(ctx, "p2", runs, failed); note();
            one_cycle.go(ctx, "one_cycle", runs, failed); note();
            one_level.go(ctx, "one_level", runs, failed); note();
            largest_grid.go(ctx, "largest_grid", runs, failed); note();
            p4_wraps.go(ctx, "p4_wraps", runs, failed); note();
            p4_tuned.go(ctx, "p4_tuned", runs, failed); note();
            p6_short.go(ctx, "p6_short", runs, failed); note();
            p8_default.go(ctx, "p8_default", runs, failed); note();
            p8_tuned.go(ctx, "p8_tuned", runs, failed); note();
            p10_sobol.go(ctx, "p10_sobol", runs, failed); note();
            p3_lfsr.go(ctx, "p3_lfsr", runs, failed); note();
            p6_lfsr.go(ctx, "p6_lfsr", runs, failed); note();
            p8_mixed.go(ctx, "p8_mixed", runs, failed); note();
            p10_lfsr.go(ctx, "p10_lfsr", runs, failed); note();
            p5_zero_state.go(ctx, "p5_zero_state", runs, failed); note();
        end
        scmp_ctx_destroy(ctx);
        $display("%0d runs, %0d failed", runs, failures);
        $finish;
    end
endmodule
