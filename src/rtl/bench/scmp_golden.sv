// The library's trace of one product, for a test bench to hold an array of any make against, signal by signal.
//
//     scmp_golden golden = new(N, M, D, L);
//     golden.operand(SCMP_SIDE_LEFT, n, d, boundary, sign);             // all elements of both sides
//     if (golden.trace(ctx, options, d_offset) != SCMP_OK) ...
//     golden.same(SCMP_SIGNAL_LEFT_BIT, n, m, d, cycle, left_bit); // as often as there is something to compare
//     if (golden.differences != 0) ...
//     golden.free();
//
// options have sc_prec, stoc_len, rng_levels, mode, configuration and scramble mode of the product. Signals are those
// of scmp_trace (scmp_model.h, section 1). The first difference is printed, with the output (n, m), the inner index,
// the cycle, the signal and both values.
// SPDX-License-Identifier: Apache-2.0
`include "scmp_dpi.svh"
/* verilator lint_off WIDTH */
package scmp_golden_pkg;
    import scmp_dpi::*;

    class scmp_golden;
        int rows, columns, depth, cycles;      // N, M, D, L
        int differences;
        chandle boundary[0:1], sign[0:1];      // of both sides
        chandle expected[0:SCMP_SIGNAL_SUM];   // tensors by signal, null where it is not compared

        function new(input int n, input int m, input int d, input int l);
            rows = n;
            columns = m;
            depth = d;
            cycles = l;
            differences = 0;
            for (int side = 0; side < 2; side++) begin
                boundary[side] = scmp_tensor_new_2d(SCMP_DTYPE_I32, side == SCMP_SIDE_LEFT ? n : m, d);
                sign[side] = scmp_tensor_new_2d(SCMP_DTYPE_I8, side == SCMP_SIDE_LEFT ? n : m, d);
            end
            for (int s = 0; s <= SCMP_SIGNAL_SUM; s++) expected[s] = null;
            expected[SCMP_SIGNAL_LEFT_DRAW] = scmp_tensor_new_2d(SCMP_DTYPE_I32, d, l);
            expected[SCMP_SIGNAL_LEFT_BIT] = scmp_tensor_new_3d(SCMP_DTYPE_U8, n, d, l);
            expected[SCMP_SIGNAL_RIGHT_POSITION] = scmp_tensor_new_3d(SCMP_DTYPE_I32, n, d, l);
            expected[SCMP_SIGNAL_RIGHT_DRAW] = scmp_tensor_new_3d(SCMP_DTYPE_I32, n, d, l);
            expected[SCMP_SIGNAL_RIGHT_BIT] = scmp_tensor_new_4d(SCMP_DTYPE_U8, n, m, d, l);
            expected[SCMP_SIGNAL_AND_BIT] = scmp_tensor_new_4d(SCMP_DTYPE_U8, n, m, d, l);
            expected[SCMP_SIGNAL_PARTIAL] = scmp_tensor_new_4d(SCMP_DTYPE_I32, n, m, d, l);
            expected[SCMP_SIGNAL_SIGN] = scmp_tensor_new_3d(SCMP_DTYPE_I8, n, m, d);
            expected[SCMP_SIGNAL_COUNT] = scmp_tensor_new_3d(SCMP_DTYPE_I32, n, m, d);
            expected[SCMP_SIGNAL_SUM] = scmp_tensor_new_2d(SCMP_DTYPE_I64, n, m);
        endfunction

        // An element: its boundary, and -1, 0 or 1.
        function void operand(input int side, input int row, input int d, input int value, input int its_sign);
            int status;
            status = scmp_tensor_set(boundary[side], row * depth + d, value);
            status = scmp_tensor_set(sign[side], row * depth + d, its_sign);
        endfunction

        // Asks the library. The status; scmp_last_error() says what was wrong.
        function int trace(input chandle ctx, input chandle options, input longint d_offset);
            chandle a, b, arrays;
            a = scmp_quantized_new();
            b = scmp_quantized_new();
            scmp_quantized_set_boundary(a, boundary[SCMP_SIDE_LEFT]);
            scmp_quantized_set_sign(a, sign[SCMP_SIDE_LEFT]);
            scmp_quantized_set_boundary(b, boundary[SCMP_SIDE_RIGHT]);
            scmp_quantized_set_sign(b, sign[SCMP_SIDE_RIGHT]);
            arrays = scmp_trace_new();
            scmp_trace_set_left_draw(arrays, expected[SCMP_SIGNAL_LEFT_DRAW]);
            scmp_trace_set_left_bit(arrays, expected[SCMP_SIGNAL_LEFT_BIT]);
            scmp_trace_set_right_position(arrays, expected[SCMP_SIGNAL_RIGHT_POSITION]);
            scmp_trace_set_right_draw(arrays, expected[SCMP_SIGNAL_RIGHT_DRAW]);
            scmp_trace_set_right_bit(arrays, expected[SCMP_SIGNAL_RIGHT_BIT]);
            scmp_trace_set_and_bit(arrays, expected[SCMP_SIGNAL_AND_BIT]);
            scmp_trace_set_partial(arrays, expected[SCMP_SIGNAL_PARTIAL]);
            scmp_trace_set_sign(arrays, expected[SCMP_SIGNAL_SIGN]);
            scmp_trace_set_count(arrays, expected[SCMP_SIGNAL_COUNT]);
            scmp_trace_set_sum(arrays, expected[SCMP_SIGNAL_SUM]);
            trace = scmp_trace_arrays(ctx, a, b, options, d_offset, arrays);
            scmp_dpi_free(a);
            scmp_dpi_free(b);
            scmp_dpi_free(arrays);
        endfunction

        // The library's value there.
        function longint value_of(input int signal, input int n, input int m, input int d, input int cycle);
            longint place;
            case (signal)
                SCMP_SIGNAL_LEFT_DRAW: place = d * cycles + cycle;
                SCMP_SIGNAL_LEFT_BIT, SCMP_SIGNAL_RIGHT_POSITION, SCMP_SIGNAL_RIGHT_DRAW:
                    place = (n * depth + d) * cycles + cycle;
                SCMP_SIGNAL_SIGN, SCMP_SIGNAL_COUNT: place = (n * columns + m) * depth + d;
                SCMP_SIGNAL_SUM: place = n * columns + m;
                default: place = ((n * columns + m) * depth + d) * cycles + cycle;
            endcase
            return scmp_tensor_get(expected[signal], place);
        endfunction

        function void same(
            input int signal, input int n, input int m, input int d, input int cycle, input longint observed
        );
            longint want;
            want = value_of(signal, n, m, d, cycle);
            if (observed == want) return;
            if (differences == 0)
                $display("output (%0d, %0d), inner index %0d, cycle %0d: %s is %0d, expected %0d",
                         n, m, d, cycle, scmp_signal_name(signal), observed, want);
            differences++;
        endfunction

        function void free();
            for (int side = 0; side < 2; side++) begin
                scmp_dpi_free(boundary[side]);
                scmp_dpi_free(sign[side]);
            end
            for (int s = 0; s <= SCMP_SIGNAL_SUM; s++) scmp_dpi_free(expected[s]);
        endfunction
    endclass
endpackage
/* verilator lint_on WIDTH */
