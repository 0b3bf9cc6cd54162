#!/bin/sh
# Runs the verbs of the scmp program as a user would, and looks at values. TAP. Argument: the build directory.
. "$(dirname "$0")/harness.sh"

# --- Values -----------------------------------------------------------------------------------------------------------

# product CASE FLAG...: result and, where there is one sum per output, sums of a reference vector.
product() {
    name=$1
    shift
    set -- matmul "$golden/$name/a.npy" "$golden/$name/b.npy" "$@"
    [ ! -f "$golden/$name/s.npy" ] || set -- "$@" --smooth "$golden/$name/s.npy"
    [ ! -f "$golden/$name/config.json" ] || set -- "$@" --config "$golden/$name/config.json"
    quiet "$scmp" "$@" -o y.npy || return 1
    cmp y.npy "$golden/$name/y.npy" || return 1
    case " $* " in *" --chunk-d "*) return 0 ;; esac
    quiet "$scmp" "$@" --counts s.npy || return 1
    numbers d8 "$golden/$name/sum.npy" >wanted
    numbers d4 s.npy | cmp - wanted
}

for backend in cpu reference; do
    case_ "matmul: defaults, $backend" product headline_per_row_bipolar_2d --backend $backend
    case_ "matmul: per_tensor, unipolar, 3-D, $backend" \
        product headline_per_tensor_unipolar_3d --granularity per_tensor --mode unipolar --backend $backend
    case_ "matmul: per_head, short stream, $backend" \
        product len64_per_head --granularity per_head --stoc-len 64 --backend $backend
    case_ "matmul: chunks, $backend" product chunk_len64 --chunk-d 12 --stoc-len 64 --backend $backend
    case_ "matmul: configuration from a file, $backend" product config_lfsr_each --sc-prec 6 --backend $backend
    case_ "matmul: smoothing, halve, $backend" \
        product smooth_per_head_halve --granularity per_head --halve --backend $backend
done
case_ "matmul: row groups" product group_unipolar_3_4 --mode unipolar --group-a 3 --group-b 4
case_ "matmul: a grid that is no power of two" product grid100_len64_per_row --stoc-len 64 --rng-levels 100
case_ "matmul: scramble" product scramble_counter_len64 --stoc-len 64 --scramble counter
case_ "matmul: a start value and an explicit mask" \
    product added_start_02 --mode unipolar --scramble always_counter
case_ "matmul: true_random, one thread" product config_true_random --granularity per_head --threads 1

a=$golden/headline_per_row_bipolar_2d/a.npy b=$golden/headline_per_row_bipolar_2d/b.npy
y=$golden/headline_per_row_bipolar_2d/y.npy
to_pipe() { "$scmp" matmul "$a" "$b" -o - | cmp - "$y"; }
case_ "matmul: -o - writes the array to a pipe" to_pipe
from_pipe() { cat "$a" | "$scmp" matmul - "$b" -o y.npy && cmp y.npy "$y"; }
case_ "matmul: - reads an operand from a pipe" from_pipe
presets() {
    "$scmp" matmul "$a" "$b" -o y.npy --config sobol_simple && cmp y.npy "$y" || return 1
    for preset in sobol_antithetic sobol_altseed lfsr_default sobol_unbiased sobol_tuned; do
        quiet "$scmp" matmul "$a" "$b" -o other.npy --config $preset || return 1
        ! cmp -s y.npy other.npy || { echo "$preset is sobol_simple"; return 1; }
    done
}
case_ "matmul: presets by name" presets
json() {
    "$scmp" matmul "$a" "$b" -o y.npy --json --stoc-len 64 --threads 1 >json || return 1
    for part in '"stoc_len": 64' '"rng_levels": 256' '"granularity": "per_row"' '"scramble": "bitrev"' \
        '"scrambled": true' \
        '"backend": "cpu"' '"kernel": "' '"isa": "' '"threads": 1' '"quantize": ' '"count": ' '"spec_version": 1' \
        '"library_version": "'; do
        grep -qF "$part" json || { echo "no $part"; cat json; return 1; }
    done
}
case_ "matmul: --json says what was done" json

# A 2 x 3 operand in every form; the product with b23 is the same.
npy b23.npy "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }" <<END
$(printf '1234567890123456789012345' | head -c 23)
END
f4='\000\000\200\077\000\000\000\300\000\000\100\100\000\000\200\276\000\000\000\000\000\000\040\101' # 1 -2 3 -.25 0 10
forms() {
    # shellcheck disable=SC2059 # octal escapes
    printf "$f4" | npy f4.npy "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    printf '\077\200\000\000\300\000\000\000\100\100\000\000\276\200\000\000\000\000\000\000\101\040\000\000' |
        npy big.npy "{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }"
    printf '\000\000\200\077\000\000\200\276\000\000\000\300\000\000\000\000\000\000\100\100\000\000\040\101' |
        npy fortran.npy "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }"
    printf '\000\074\000\300\000\102\000\264\000\000\000\111' |
        npy f2.npy "{\"shape\":(2,3,),'fortran_order':False,'descr':\"<f2\"}"
    printf '%b' '\0000\0000\0000\0000\0000\0000\0360\0077' '\0000\0000\0000\0000\0000\0000\0000\0300' \
        '\0000\0000\0000\0000\0000\0000\0010\0100' '\0000\0000\0000\0000\0000\0000\0320\0277' \
        '\0000\0000\0000\0000\0000\0000\0000\0000' '\0000\0000\0000\0000\0000\0000\0044\0100' |
        npy f8.npy "{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 3L), }"
    # Versions 2 and 3 have four bytes of length.
    for version in 2 3; do
        # shellcheck disable=SC2059
        {
            printf '\223NUMPY'
            printf "\\00$version\\000"
            tail -c +9 f4.npy | head -c 2
            printf '\000\000'
            tail -c +11 f4.npy
        } >v$version.npy
    done
    quiet "$scmp" matmul f4.npy b23.npy -o first.npy || return 1
    for form in big fortran f2 f8 v2 v3; do
        quiet "$scmp" matmul $form.npy b23.npy -o y.npy && cmp y.npy first.npy || { echo $form; return 1; }
    done
}
case_ ".npy: byte orders, orders, float types, versions 1 to 3" forms

# sequence FILE FLAG...: a golden sequence, whatever integer type it is stored in.
sequence() {
    file=$golden/sequences/$1.npy
    shift
    quiet "$scmp" sequence -o r.npy "$@" || return 1
    type=$(head -c 64 "$file" | tr -cd '[:print:]' | sed "s/.*'descr': '[<|]\([iu][0-9]\)'.*/\1/; s/^i/d/")
    numbers "$type" "$file" >wanted
    numbers d4 r.npy | head -n "$(wc -l <wanted)" | cmp - wanted
}
case_ "sequence: default right Sobol" sequence sobol_right_p8 --type sobol --side right
case_ "sequence: Sobol with seeds" sequence sobol_custom3_p8 --type sobol --seed 1,3,5,11,25,7,85,99
case_ "sequence: LFSR, default taps" sequence lfsr_p10_seed125 --type lfsr --seed 125 --sc-prec 10
case_ "sequence: LFSR, taps in another order" sequence lfsr_p5_seed5 --type lfsr --seed 5 --sc-prec 5 --taps 0,2,1,4
case_ "sequence: true_random, a negative seed" sequence true_random_p5_seed-5 --type true_random --seed -5 --sc-prec 5
formats() {
    "$scmp" sequence -o - --type sobol --side right --stoc-len 3 --rng-levels 300 --complement --format memh >r.memh ||
        return 1
    grep -q '^// scmp [0-9.]*, specification 1$' r.memh || return 1
    grep -v '^//' r.memh | tr '\n' ' ' | grep -qx '12a 094 049 ' || { cat r.memh; return 1; }
    "$scmp" sequence -o - --type sobol --stoc-len 3 --format csv >r.csv || return 1
    grep -q '^# scmp [0-9.]*, specification 1$' r.csv || return 1
    grep -v '^#' r.csv | tr '\n' ' ' | grep -qx 'cycle,value 0,0 1,128 2,192 ' || { cat r.csv; return 1; }
    "$scmp" sequence -o r.npy --config sobol_tuned --side right && [ "$(numbers d4 r.npy | head -n 1)" = 212 ]
}
case_ "sequence: memh, csv, presets" formats
zero_state() {
    "$scmp" sequence -o - --type lfsr --seed 5 --sc-prec 4 --zero-state --format csv >r.csv || return 1
    grep -q '^# lfsr seed 5 with zero state, left side' r.csv || return 1
    tail -n 16 r.csv | cut -d , -f 2 | tr '\n' ' ' | grep -qx '5 10 13 6 3 9 4 2 1 0 8 12 14 15 7 11 ' ||
        { cat r.csv; return 1; }
    quiet "$scmp" sequence -o - --type lfsr --seed 0 --sc-prec 4 --format csv && return 1
    "$scmp" sequence -o - --type lfsr --seed 0 --sc-prec 4 --zero-state --format csv | tail -n 16 | head -n 2 |
        tr '\n' ' ' | grep -qx '0,0 1,8 '
}
case_ "sequence: LFSR with the zero state" zero_state

quantize() {
    "$scmp" quantize "$golden/quantize/$1/x.npy" -o q $2 || return 1
    for part in scale zp row_sum; do
        [ ! -f "$golden/quantize/$1/$part.npy" ] && [ ! -f q.$part.npy ] && continue
        cmp q.$part.npy "$golden/quantize/$1/$part.npy" || return 1
    done
    [ -f q.boundary.npy ] && { [ -f q.sign.npy ] || [ -f q.zp.npy ]; } || return 1
    rm -f q.*
}
case_ "quantize: per_row bipolar in groups" quantize B3_g3_p8_G256_outlier '--group 3'
case_ "quantize: per_tensor bipolar" quantize B1_p8_G256_normal '--granularity per_tensor'

smoothing() {
    in=$golden/smoothquant/f32_alpha0.5_outlier
    quiet "$scmp" calibrate "$in/a.npy" "$in/a2.npy" -o stats || return 1
    quiet "$scmp" calibrate "$in/a2.npy" -o part && quiet "$scmp" calibrate "$in/a.npy" --merge part -o merged ||
        return 1
    cmp stats merged || return 1
    quiet "$scmp" scales stats "$in/b.npy" -o s.npy --alpha 0.5 && cmp s.npy "$in/s.npy" || return 1
    quiet "$scmp" smooth "$in/a.npy" s.npy -o x.npy --side activation && cmp x.npy "$in/a_over_s.npy" || return 1
    quiet "$scmp" smooth "$in/b.npy" s.npy -o x.npy --side weight && cmp x.npy "$in/b_times_s.npy" || return 1
    "$scmp" scales stats "$in/b.npy" -o - | cmp - s.npy || return 1
    "$scmp" calibrate "$in/a.npy" "$in/a2.npy" -o - | cmp - stats &&
        "$scmp" calibrate - "$in/a2.npy" -o /dev/stdout <"$in/a.npy" | cmp - stats &&
        "$scmp" scales - "$in/b.npy" -o - <stats | cmp - s.npy &&
        cat stats | "$scmp" scales /dev/stdin "$in/b.npy" -o - | cmp - s.npy || return 1
    cat part | "$scmp" calibrate "$in/a.npy" --merge - -o merged && cmp stats merged || return 1
    head -c 100 stats | fails 1 'standard input' "$scmp" scales - "$in/b.npy" -o bad.npy || return 1
    quiet "$scmp" scales stats "$in/b.npy" -o h.npy --dtype f16 && head -c 64 h.npy | grep -aq '<f2' || return 1
    quiet "$scmp" scales stats "$in/b.npy" -o h.npy --dtype bf16 && head -c 64 h.npy | grep -aq '<f4'
}
case_ "calibrate, scales, smooth" smoothing

sweep() {
    quiet "$scmp" sweep "$a" "$b" -o r.html --csv r.csv --granularity per_row,per_tensor,per_head --stoc-len 32,256 \
        --title 'A <b> & c' || return 1
    [ "$(grep -c '<svg viewBox="0 0 4[0-9]* ' r.html)" -ge 3 ] || { echo "not three plots"; return 1; }
    grep -q 'A &lt;b&gt; &amp; c' r.html && grep -q 'scmp [0-9.]*, specification 1' r.html || return 1
    ! grep -Eiq 'https?:|<script|<link|@import|src=' r.html || { echo "the report loads something"; return 1; }
    [ "$(grep -vc '^#' r.csv)" = $((1 + 3 * (1 + 2 * 2))) ] || { cat r.csv; return 1; }
    grep -q '^per_row,no,sobol_tuned,256,' r.csv || return 1
    "$scmp" sweep "$a" "$b" --table --mode unipolar --config lfsr_default --stoc-len 64 >table || return 1
    grep -q 'lfsr_default' table
}
case_ "sweep: report, data, table" sweep
info() {
    "$scmp" info | grep -q 'reference, cpu (in use)' && "$scmp" info | grep -q 'run natively.*portable.* on Zen 5' &&
        "$scmp" info --json | grep -q '"spec_version": 1' &&
        "$scmp" --version | grep -qx 'scmp [0-9.]* (specification 1)'
}
case_ "info, --version" info
# One product for each instruction set that is there, its stages named and no longer than the whole.
verbose() {
    "$scmp" info --verbose --json >info.json && python3 - info.json <<'PY' || return 1
import json, sys
info = json.load(open(sys.argv[1]))
sets = [name for name, here in info['instruction_sets'].items() if here]
assert [product['isa'] for product in info['products']] == sets, info['products']
for product in info['products']:
    ms = product['ms']
    assert list(ms) == ['quantize', 'tables', 'pack', 'count', 'dequantize', 'total'], ms
    assert all(value >= 0 for value in ms.values()) and ms['dequantize'] > 0, ms
    assert sum(ms.values()) <= 2.001 * ms['total'], ms
    blocking = product['blocking']
    assert product['kernel'] and blocking['panel_columns'] > 0 and blocking['tasks'] >= blocking['workers'] > 0, product
PY
    "$scmp" info --verbose | grep -q 'kernel level_rows.*panels of [0-9]* rows of b, [0-9]* tasks' &&
        ! "$scmp" info | grep -q kernel
}
case_ "info --verbose" verbose

echo "1..$number"
