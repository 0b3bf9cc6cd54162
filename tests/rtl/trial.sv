`include "scmp_dpi.svh"
/* verilator lint_off WIDTH */
// Configurations of one generator a side as JSON (Spec 3).
package configuration;
    // A list of numbers, "[1,3,5]": P fields of `width` bits each.
    function automatic string fields(input int p, input bit [99:0] values, input int width);
        string s = "[";
        for (int i = 0; i < p; i++)
            s = {s, i > 0 ? "," : "", $sformatf("%0d", (values >> (i * width)) & 100'((1 << width) - 1))};
        return {s, "]"};
    endfunction

    // Positions of the bits that are set.
    function automatic string positions(input int p, input bit [9:0] bits);
        string s = "";
        for (int i = 0; i < p; i++)
            if (bits[i]) s = {s, s == "" ? "" : ",", $sformatf("%0d", i)};
        return {"[", s, "]"};
    endfunction

    function automatic string generator(
        input int p, input int kind, input bit [99:0] seeds, input bit [9:0] taps, input bit [9:0] first,
        input bit zero_state
    );
        if (kind == 0)
            return {"{\"type\":\"sobol\",\"seed\":", fields(p, seeds, 10), $sformatf(",\"start\":%0d}", first)};
        return {"{\"type\":\"lfsr\",\"taps\":", positions(p, taps), $sformatf(",\"seed\":%0d", first),
                zero_state ? ",\"zero_state\":true}" : "}"};
    endfunction

    function automatic string elements(
        input int p, input int rng_id, input bit [39:0] permutation, input bit complement, input int count
    );
        string s = "";
        for (int i = 0; i < count; i++)
            s = {s, i > 0 ? "," : "", $sformatf("{\"rng_id\":%0d,\"scramble\":", rng_id), fields(p, permutation, 4),
                 ",\"complement\":", complement ? "true}" : "false}"};
        return {"[", s, "]"};
    endfunction
endpackage

// One array against the library: random operands, every scramble mode, bipolar and unipolar, two d_offsets.
//
// FLIP_SEEDS and FLIP_TAPS go into the array alone: what they change has to be found.
module trial #(
    parameter int P = 8,
    parameter int L = 2 ** P,
    parameter int G = 2 ** P,
    parameter int N = 2,
    parameter int M = 2,
    parameter int D = 5,
    parameter int LEFT_KIND = 0,
    parameter bit [99:0] LEFT_SEEDS = {10{10'd1}},
    parameter bit [9:0] LEFT_TAPS = 10'(1 << (P - 1)) | 1,
    parameter bit [9:0] LEFT_FIRST = 0,
    parameter bit LEFT_ZERO_STATE = 0,
    parameter bit [39:0] LEFT_PERMUTATION = 40'h9876543210,
    parameter bit LEFT_COMPLEMENT = 0,
    parameter int RIGHT_KIND = 0,
    parameter bit [99:0] RIGHT_SEEDS = {10{10'd1}},
    parameter bit [9:0] RIGHT_TAPS = 10'(1 << (P - 1)) | 1,
    parameter bit [9:0] RIGHT_FIRST = 0,
    parameter bit RIGHT_ZERO_STATE = 0,
    parameter bit [39:0] RIGHT_PERMUTATION = 40'h9876543210,
    parameter bit RIGHT_COMPLEMENT = 0,
    parameter bit [99:0] FLIP_SEEDS = 0,
    parameter bit [9:0] FLIP_TAPS = 0
);
    import scmp_dpi::*;
    import configuration::*;

    scmp_array_check #(
        .P(P), .L(L), .G(G), .N(N), .M(M), .D(D),
        .LEFT_KIND(LEFT_KIND), .LEFT_SEEDS(LEFT_SEEDS), .LEFT_TAPS(LEFT_TAPS), .LEFT_FIRST(LEFT_FIRST),
        .LEFT_ZERO_STATE(LEFT_ZERO_STATE), .LEFT_PERMUTATION(LEFT_PERMUTATION), .LEFT_COMPLEMENT(LEFT_COMPLEMENT),
        .RIGHT_KIND(RIGHT_KIND), .RIGHT_SEEDS(RIGHT_SEEDS ^ FLIP_SEEDS), .RIGHT_TAPS(RIGHT_TAPS ^ FLIP_TAPS),
        .RIGHT_FIRST(RIGHT_FIRST), .RIGHT_ZERO_STATE(RIGHT_ZERO_STATE),
        .RIGHT_PERMUTATION(RIGHT_PERMUTATION), .RIGHT_COMPLEMENT(RIGHT_COMPLEMENT)
    ) check ();

    function automatic string json(input int count);
        return {"{\"rng_pool\":[", generator(P, LEFT_KIND, LEFT_SEEDS, LEFT_TAPS, LEFT_FIRST, LEFT_ZERO_STATE), ",",
                generator(P, RIGHT_KIND, RIGHT_SEEDS, RIGHT_TAPS, RIGHT_FIRST, RIGHT_ZERO_STATE),
                "],\"sng\":{\"q\":", elements(P, 0, LEFT_PERMUTATION, LEFT_COMPLEMENT, count),
                ",\"k\":", elements(P, 1, RIGHT_PERMUTATION, RIGHT_COMPLEMENT, count), "}}"};
    endfunction

    // Boundaries of all sizes, 0 and the whole grid among them.
    function automatic int boundary();
        case ($urandom_range(7))
            0: return 0;
            1: return G;
            2: return $urandom_range(G, G / 2);
            default: return $urandom_range(G);
        endcase
    endfunction

    function automatic int sign(input bit bipolar);
        return bipolar ? int'($urandom_range(9)) % 3 - 1 : 1;
    endfunction

    task automatic go(input chandle ctx, input string name, inout int runs, output int failed);
        chandle options, config_;
        longint offset;
        string text = json(D + 3);
        int status = scmp_config_create_json(ctx, text, text.len(), P, config_);
        failed = 0;
        if (status != SCMP_OK) begin
            $display("%s: the configuration: %s: %s", name, scmp_last_error(), text);
            failed = 1;
            return;
        end
        options = scmp_matmul_options_new();
        scmp_matmul_options_set_sc_prec(options, P);
        scmp_matmul_options_set_stoc_len(options, L);
        scmp_matmul_options_set_rng_levels(options, G);
        scmp_matmul_options_set_config(options, config_);
        for (int mode = SCMP_SCRAMBLE_BITREV; mode <= SCMP_SCRAMBLE_ALWAYS_COUNTER && failed == 0; mode++)
            for (int bipolar = 0; bipolar <= (P > 1 ? 1 : 0) && failed == 0; bipolar++) begin
                for (int i = 0; i < N * D; i++) begin
                    check.a_boundary[i] = boundary();
                    check.a_sign[i] = sign(bipolar != 0);
                end
                for (int i = 0; i < M * D; i++) begin
                    check.b_boundary[i] = boundary();
                    check.b_sign[i] = sign(bipolar != 0);
                end
                offset = $urandom_range(3);
                scmp_matmul_options_set_scramble(options, mode);
                scmp_matmul_options_set_mode(options, bipolar != 0 ? SCMP_MODE_BIPOLAR : SCMP_MODE_UNIPOLAR);
                check.run(ctx, options, offset, failed);
                runs++;
                if (failed != 0)
                    $display("%s: scramble %s, %s, d_offset %0d", name, scmp_scramble_name(mode),
                             scmp_mode_name(scmp_matmul_options_get_mode(options)), offset);
            end
        scmp_dpi_free(options);
        scmp_config_destroy(config_);
    endtask
endmodule
