//! Sizes and offsets of the structs are those of the C compiler: bindings/generated/layout_test.c has the
//! same numbers.
//!
//! Written by bindings/generator/generate.py from the headers in include/scmp: change those, then run it again.

use scmp_sys::*;
use std::mem::{align_of, size_of, MaybeUninit};

macro_rules! offset {
    ($kind:ty, $field:ident) => {{
        let place = MaybeUninit::<$kind>::uninit();
        let start = place.as_ptr();
        // SAFETY: takes the address of a field and reads nothing.
        let field = unsafe { std::ptr::addr_of!((*start).$field) };
        field as usize - start as usize
    }};
}

#[test]
fn scmp_tensor_is_laid_out_as_in_c() {
    assert_eq!(size_of::<scmp_tensor>(), 168);
    assert_eq!(align_of::<scmp_tensor>(), 8);
    assert_eq!(offset!(scmp_tensor, data), 0);
    assert_eq!(offset!(scmp_tensor, dtype), 8);
    assert_eq!(offset!(scmp_tensor, device), 12);
    assert_eq!(offset!(scmp_tensor, rank), 16);
    assert_eq!(offset!(scmp_tensor, reserved_flags), 20);
    assert_eq!(offset!(scmp_tensor, shape), 24);
    assert_eq!(offset!(scmp_tensor, strides), 88);
    assert_eq!(offset!(scmp_tensor, reserved), 152);
}

#[test]
fn scmp_ctx_options_is_laid_out_as_in_c() {
    assert_eq!(size_of::<scmp_ctx_options>(), 120);
    assert_eq!(align_of::<scmp_ctx_options>(), 8);
    assert_eq!(offset!(scmp_ctx_options, size), 0);
    assert_eq!(offset!(scmp_ctx_options, backend), 8);
    assert_eq!(offset!(scmp_ctx_options, device), 12);
    assert_eq!(offset!(scmp_ctx_options, threads), 16);
    assert_eq!(offset!(scmp_ctx_options, log_level), 20);
    assert_eq!(offset!(scmp_ctx_options, cache_bytes), 24);
    assert_eq!(offset!(scmp_ctx_options, alloc), 32);
    assert_eq!(offset!(scmp_ctx_options, free), 40);
    assert_eq!(offset!(scmp_ctx_options, allocator_user), 48);
    assert_eq!(offset!(scmp_ctx_options, log), 56);
    assert_eq!(offset!(scmp_ctx_options, log_user), 64);
    assert_eq!(offset!(scmp_ctx_options, progress), 72);
    assert_eq!(offset!(scmp_ctx_options, progress_user), 80);
    assert_eq!(offset!(scmp_ctx_options, cancelled), 88);
    assert_eq!(offset!(scmp_ctx_options, cancelled_user), 96);
    assert_eq!(offset!(scmp_ctx_options, isa), 104);
    assert_eq!(offset!(scmp_ctx_options, kernel), 112);
}

#[test]
fn scmp_generator_is_laid_out_as_in_c() {
    assert_eq!(size_of::<scmp_generator>(), 56);
    assert_eq!(align_of::<scmp_generator>(), 8);
    assert_eq!(offset!(scmp_generator, size), 0);
    assert_eq!(offset!(scmp_generator, r#type), 8);
    assert_eq!(offset!(scmp_generator, sobol_side), 12);
    assert_eq!(offset!(scmp_generator, sobol_seeds), 16);
    assert_eq!(offset!(scmp_generator, sobol_seed_count), 24);
    assert_eq!(offset!(scmp_generator, sobol_start), 28);
    assert_eq!(offset!(scmp_generator, seed), 32);
    assert_eq!(offset!(scmp_generator, lfsr_taps), 40);
    assert_eq!(offset!(scmp_generator, lfsr_tap_count), 48);
    assert_eq!(offset!(scmp_generator, lfsr_zero_state), 52);
}

#[test]
fn scmp_element_is_laid_out_as_in_c() {
    assert_eq!(size_of::<scmp_element>(), 32);
    assert_eq!(align_of::<scmp_element>(), 8);
    assert_eq!(offset!(scmp_element, generator), 0);
    assert_eq!(offset!(scmp_element, complement), 4);
    assert_eq!(offset!(scmp_element, permutation), 8);
    assert_eq!(offset!(scmp_element, reserved), 16);
}

#[test]
fn scmp_config_desc_is_laid_out_as_in_c() {
    assert_eq!(size_of::<scmp_config_desc>(), 72);
    assert_eq!(align_of::<scmp_config_desc>(), 8);
    assert_eq!(offset!(scmp_config_desc, size), 0);
    assert_eq!(offset!(scmp_config_desc, sc_prec), 8);
    assert_eq!(offset!(scmp_config_desc, generators), 16);
    assert_eq!(offset!(scmp_config_desc, generator_count), 24);
    assert_eq!(offset!(scmp_config_desc, left), 32);
    assert_eq!(offset!(scmp_config_desc, left_count), 40);
    assert_eq!(offset!(scmp_config_desc, right), 48);
    assert_eq!(offset!(scmp_config_desc, right_count), 56);
    assert_eq!(offset!(scmp_config_desc, uniform), 64);
    assert_eq!(offset!(scmp_config_desc, scramble), 68);
}

#[test]
fn scmp_report_is_laid_out_as_in_c() {
    assert_eq!(size_of::<scmp_report>(), 152);
    assert_eq!(align_of::<scmp_report>(), 8);
    assert_eq!(offset!(scmp_report, size), 0);
    assert_eq!(offset!(scmp_report, stoc_len), 8);
    assert_eq!(offset!(scmp_report, rng_levels), 12);
    assert_eq!(offset!(scmp_report, scramble), 16);
    assert_eq!(offset!(scmp_report, scrambled), 20);
    assert_eq!(offset!(scmp_report, q_max), 24);
    assert_eq!(offset!(scmp_report, tables), 28);
    assert_eq!(offset!(scmp_report, backend), 32);
    assert_eq!(offset!(scmp_report, threads), 36);
    assert_eq!(offset!(scmp_report, isa), 40);
    assert_eq!(offset!(scmp_report, kernel), 48);
    assert_eq!(offset!(scmp_report, ms_quantize), 56);
    assert_eq!(offset!(scmp_report, ms_tables), 64);
    assert_eq!(offset!(scmp_report, ms_pack), 72);
    assert_eq!(offset!(scmp_report, ms_count), 80);
    assert_eq!(offset!(scmp_report, ms_dequantize), 88);
    assert_eq!(offset!(scmp_report, ms_total), 96);
    assert_eq!(offset!(scmp_report, bytes_peak), 104);
    assert_eq!(offset!(scmp_report, panel_columns), 112);
    assert_eq!(offset!(scmp_report, workers), 116);
    assert_eq!(offset!(scmp_report, task_rows), 120);
    assert_eq!(offset!(scmp_report, task_columns), 128);
    assert_eq!(offset!(scmp_report, tasks), 136);
    assert_eq!(offset!(scmp_report, bytes_device), 144);
}

#[test]
fn scmp_matmul_options_is_laid_out_as_in_c() {
    assert_eq!(size_of::<scmp_matmul_options>(), 72);
    assert_eq!(align_of::<scmp_matmul_options>(), 8);
    assert_eq!(offset!(scmp_matmul_options, size), 0);
    assert_eq!(offset!(scmp_matmul_options, granularity), 8);
    assert_eq!(offset!(scmp_matmul_options, mode), 12);
    assert_eq!(offset!(scmp_matmul_options, sc_prec), 16);
    assert_eq!(offset!(scmp_matmul_options, stoc_len), 20);
    assert_eq!(offset!(scmp_matmul_options, rng_levels), 24);
    assert_eq!(offset!(scmp_matmul_options, scramble), 28);
    assert_eq!(offset!(scmp_matmul_options, chunk_d), 32);
    assert_eq!(offset!(scmp_matmul_options, group_a), 40);
    assert_eq!(offset!(scmp_matmul_options, group_b), 48);
    assert_eq!(offset!(scmp_matmul_options, config), 56);
    assert_eq!(offset!(scmp_matmul_options, smooth), 64);
}

#[test]
fn scmp_call_is_laid_out_as_in_c() {
    assert_eq!(size_of::<scmp_call>(), 24);
    assert_eq!(align_of::<scmp_call>(), 8);
    assert_eq!(offset!(scmp_call, size), 0);
    assert_eq!(offset!(scmp_call, counts), 8);
    assert_eq!(offset!(scmp_call, report), 16);
}

#[test]
fn scmp_quantized_is_laid_out_as_in_c() {
    assert_eq!(size_of::<scmp_quantized>(), 56);
    assert_eq!(align_of::<scmp_quantized>(), 8);
    assert_eq!(offset!(scmp_quantized, size), 0);
    assert_eq!(offset!(scmp_quantized, level), 8);
    assert_eq!(offset!(scmp_quantized, boundary), 16);
    assert_eq!(offset!(scmp_quantized, sign), 24);
    assert_eq!(offset!(scmp_quantized, scale), 32);
    assert_eq!(offset!(scmp_quantized, zero_point), 40);
    assert_eq!(offset!(scmp_quantized, row_sum), 48);
}

#[test]
fn scmp_trace_is_laid_out_as_in_c() {
    assert_eq!(size_of::<scmp_trace>(), 88);
    assert_eq!(align_of::<scmp_trace>(), 8);
    assert_eq!(offset!(scmp_trace, size), 0);
    assert_eq!(offset!(scmp_trace, left_draw), 8);
    assert_eq!(offset!(scmp_trace, left_bit), 16);
    assert_eq!(offset!(scmp_trace, right_position), 24);
    assert_eq!(offset!(scmp_trace, right_draw), 32);
    assert_eq!(offset!(scmp_trace, right_bit), 40);
    assert_eq!(offset!(scmp_trace, and_bit), 48);
    assert_eq!(offset!(scmp_trace, partial), 56);
    assert_eq!(offset!(scmp_trace, sign), 64);
    assert_eq!(offset!(scmp_trace, count), 72);
    assert_eq!(offset!(scmp_trace, sum), 80);
}

#[test]
fn scmp_divergence_is_laid_out_as_in_c() {
    assert_eq!(size_of::<scmp_divergence>(), 64);
    assert_eq!(align_of::<scmp_divergence>(), 8);
    assert_eq!(offset!(scmp_divergence, size), 0);
    assert_eq!(offset!(scmp_divergence, signal), 8);
    assert_eq!(offset!(scmp_divergence, n), 16);
    assert_eq!(offset!(scmp_divergence, m), 24);
    assert_eq!(offset!(scmp_divergence, d), 32);
    assert_eq!(offset!(scmp_divergence, cycle), 40);
    assert_eq!(offset!(scmp_divergence, expected), 48);
    assert_eq!(offset!(scmp_divergence, observed), 56);
}

#[test]
fn scmp_accumulator_is_laid_out_as_in_c() {
    assert_eq!(size_of::<scmp_accumulator>(), 24);
    assert_eq!(align_of::<scmp_accumulator>(), 8);
    assert_eq!(offset!(scmp_accumulator, size), 0);
    assert_eq!(offset!(scmp_accumulator, place), 8);
    assert_eq!(offset!(scmp_accumulator, overflow), 12);
    assert_eq!(offset!(scmp_accumulator, width), 16);
    assert_eq!(offset!(scmp_accumulator, growth), 20);
}

#[test]
fn scmp_table_error_is_laid_out_as_in_c() {
    assert_eq!(size_of::<scmp_table_error>(), 56);
    assert_eq!(align_of::<scmp_table_error>(), 8);
    assert_eq!(offset!(scmp_table_error, size), 0);
    assert_eq!(offset!(scmp_table_error, mean_abs), 8);
    assert_eq!(offset!(scmp_table_error, max_abs), 16);
    assert_eq!(offset!(scmp_table_error, rms), 24);
    assert_eq!(offset!(scmp_table_error, bias), 32);
    assert_eq!(offset!(scmp_table_error, max_d), 40);
    assert_eq!(offset!(scmp_table_error, max_x), 48);
    assert_eq!(offset!(scmp_table_error, max_y), 52);
}

#[test]
fn scmp_score_weights_is_laid_out_as_in_c() {
    assert_eq!(size_of::<scmp_score_weights>(), 48);
    assert_eq!(align_of::<scmp_score_weights>(), 8);
    assert_eq!(offset!(scmp_score_weights, size), 0);
    assert_eq!(offset!(scmp_score_weights, x), 8);
    assert_eq!(offset!(scmp_score_weights, y), 16);
    assert_eq!(offset!(scmp_score_weights, target), 24);
    assert_eq!(offset!(scmp_score_weights, square), 32);
    assert_eq!(offset!(scmp_score_weights, sum), 40);
}

#[test]
fn enumerations_are_32_bits_wide() {
    assert_eq!(size_of::<scmp_status>(), 4);
    assert_eq!(size_of::<scmp_dtype>(), 4);
    assert_eq!(size_of::<scmp_backend>(), 4);
    assert_eq!(size_of::<scmp_log_level>(), 4);
    assert_eq!(size_of::<scmp_side>(), 4);
    assert_eq!(size_of::<scmp_generator_type>(), 4);
    assert_eq!(size_of::<scmp_scramble>(), 4);
    assert_eq!(size_of::<scmp_granularity>(), 4);
    assert_eq!(size_of::<scmp_mode>(), 4);
    assert_eq!(size_of::<scmp_signal>(), 4);
    assert_eq!(size_of::<scmp_accumulator_place>(), 4);
    assert_eq!(size_of::<scmp_overflow>(), 4);
    assert_eq!(size_of::<scmp_lint_code>(), 4);
}
