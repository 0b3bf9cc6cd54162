#!/bin/sh
# Runs the scmp program as a user would, and looks at values, exit codes, error lines and the files that are left. TAP.
# Argument: the build directory.
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
    for part in '"stoc_len": 64' '"rng_levels": 256' '"granularity": "per_row"' '"scramble": "bitrev"' '"scrambled": true' \
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
    printf '\000\000\000\000\000\000\360\077\000\000\000\000\000\000\000\300\000\000\000\000\000\000\010\100\000\000\000\000\000\000\320\277\000\000\000\000\000\000\000\000\000\000\000\000\000\000\044\100' |
        npy f8.npy "{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 3L), }"
    # Versions 2 and 3 have four bytes of length.
    for version in 2 3; do
        # shellcheck disable=SC2059
        { printf '\223NUMPY'; printf "\\00$version\\000"; tail -c +9 f4.npy | head -c 2; printf '\000\000'; tail -c +11 f4.npy; } >v$version.npy
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
    "$scmp" sequence -o - --type sobol --side right --stoc-len 3 --rng-levels 300 --complement --format memh >r.memh || return 1
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
    tail -n 16 r.csv | cut -d , -f 2 | tr '\n' ' ' | grep -qx '5 10 13 6 3 9 4 2 1 0 8 12 14 15 7 11 ' || { cat r.csv; return 1; }
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
    quiet "$scmp" calibrate $in/a.npy $in/a2.npy -o stats || return 1
    quiet "$scmp" calibrate $in/a2.npy -o part && quiet "$scmp" calibrate $in/a.npy --merge part -o merged || return 1
    cmp stats merged || return 1
    quiet "$scmp" scales stats $in/b.npy -o s.npy --alpha 0.5 && cmp s.npy $in/s.npy || return 1
    quiet "$scmp" smooth $in/a.npy s.npy -o x.npy --side activation && cmp x.npy $in/a_over_s.npy || return 1
    quiet "$scmp" smooth $in/b.npy s.npy -o x.npy --side weight && cmp x.npy $in/b_times_s.npy || return 1
    "$scmp" scales stats $in/b.npy -o - | cmp - s.npy || return 1
    quiet "$scmp" scales stats $in/b.npy -o h.npy --dtype f16 && head -c 64 h.npy | grep -aq '<f2' || return 1
    quiet "$scmp" scales stats $in/b.npy -o h.npy --dtype bf16 && head -c 64 h.npy | grep -aq '<f4'
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
    "$scmp" info | grep -q 'reference, cpu (in use)' && "$scmp" info | grep -q 'run natively.*portable.* on Zen 5' && "$scmp" info --json | grep -q '"spec_version": 1' &&
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
help() {
    for verb in '' matmul calibrate scales smooth quantize sequence search sweep export verify info; do
        "$scmp" $verb --help >help.out 2>help.err && [ -s help.out ] && [ ! -s help.err ] || return 1
    done
}
case_ "--help of every verb" help

# --- Errors -----------------------------------------------------------------------------------------------------------

usage() {
    for line in '' 'nonsense' 'matmul' 'matmul a' 'matmul a b' 'matmul a b -o bad.npy c' 'matmul a b -o - --json' \
        'matmul a b -o bad.npy --mode other' 'matmul a b -o bad.npy --stoc-len x' 'matmul a b -o bad.npy --stoc-len' \
        'matmul a b -o bad.npy --counts bad.npy' 'matmul a b -o - --counts -' 'matmul a b -o bad.npy --nonsense 1' \
        'matmul a b -o bad.npy --stoc-len 1 --stoc-len 2' 'matmul a b -o bad.npy --sc-prec 99999999999' \
        'calibrate a' 'calibrate -o bad.st' 'scales s -o bad.npy' 'smooth a s -o bad.npy' 'quantize x' 'sweep a b' \
        'sequence -o bad.npy' 'sequence -o bad.npy --type sobol --config sobol_tuned' 'sequence -o bad.npy --type lfsr' \
        'sequence -o bad.npy --type sobol --taps 1' 'sequence -o bad.npy --type sobol --seed 1,x'; do
        # shellcheck disable=SC2086 # words
        fails 2 INVALID_ARGUMENT "$scmp" $line || return 1
    done
}
case_ "a wrong command line: one line, exit code 2" usage

# bad STATUS FLAG...: a product that is refused.
bad() {
    status=$1
    shift
    fails 1 "$status" "$scmp" matmul "$a" "$b" -o bad.npy "$@"
}
refused() {
    for flags in '--stoc-len 0' '--stoc-len -1' '--stoc-len 257' '--rng-levels 0' '--rng-levels 16385' '--sc-prec 0' \
        '--sc-prec 11' '--group-a 0' '--threads 0'; do
        # shellcheck disable=SC2086
        bad INVALID_ARGUMENT $flags || return 1
    done
    bad UNSUPPORTED --granularity per_head && bad UNSUPPORTED --chunk-d 2 --mode unipolar &&
        bad UNSUPPORTED --chunk-d 4 --counts bad.sums.npy && bad INVALID_CONFIG --config no_such_preset &&
        bad INVALID_CONFIG --config sobol_tuned --sc-prec 3 && bad SCALES_NOT_1D --smooth "$a" &&
        bad IO --smooth missing.npy || return 1
    echo '{"rng_pool": [' >broken.json
    bad FORMAT --config broken.json || return 1
    echo '{"rng_pool": [{"type": "lfsr", "seed": 0}], "sng": {"q": [], "k": []}}' >wrong.json
    bad INVALID_CONFIG --config wrong.json || return 1
    fails 1 D_MISMATCH "$scmp" matmul "$a" "$golden/shape_d1/b.npy" -o bad.npy &&
        fails 1 INVALID_SHAPE "$scmp" matmul "$a" "$golden/shape_m1_3d/b.npy" -o bad.npy &&
        fails 1 IO "$scmp" matmul missing.npy "$b" -o bad.npy && fails 1 IO "$scmp" matmul . "$b" -o bad.npy &&
        fails 1 IO "$scmp" matmul "$a" "$b" -o missing/y.npy && fails 1 IO "$scmp" matmul "$a" "$b" -o . &&
        fails 1 IO "$scmp" matmul "$(printf 'two\nlines.npy')" "$b" -o bad.npy &&
        SCMP_CPU=none fails 1 UNSUPPORTED "$scmp" info
}
case_ "what the library refuses: one line, exit code 1, no file" refused
other_verbs() {
    "$scmp" calibrate "$a" -o st || return 1
    fails 1 INVALID_ALPHA "$scmp" scales st "$b" -o bad.npy --alpha 1.5 &&
        fails 1 INVALID_ALPHA "$scmp" scales st "$b" -o bad.npy --alpha nan &&
        fails 1 INVALID_ARGUMENT "$scmp" scales st "$b" -o bad.npy --eps 0 &&
        fails 1 D_MISMATCH "$scmp" scales st "$golden/shape_d1/b.npy" -o bad.npy &&
        fails 1 FORMAT "$scmp" scales "$a" "$b" -o bad.npy && fails 1 IO "$scmp" scales missing "$b" -o bad.npy &&
        fails 1 D_MISMATCH "$scmp" calibrate "$a" "$golden/shape_d1/a.npy" -o bad.st &&
        fails 1 SCALES_NOT_1D "$scmp" smooth "$a" "$a" -o bad.npy --side weight &&
        fails 1 UNSUPPORTED "$scmp" quantize "$a" -o bad --granularity per_head &&
        fails 1 INVALID_CONFIG "$scmp" sequence -o bad.npy --type sobol --seed 1,2,1,1,1,1,1,1 &&
        fails 1 INVALID_CONFIG "$scmp" sequence -o bad.npy --type lfsr --seed 0 &&
        fails 1 INVALID_CONFIG "$scmp" sequence -o bad.npy --type sobol --permutation 0,1 &&
        fails 1 INVALID_ARGUMENT "$scmp" sequence -o bad.npy --type sobol --stoc-len 0 &&
        fails 1 INVALID_ARGUMENT "$scmp" sweep "$a" "$b" -o bad.html --csv bad.csv --stoc-len 16,0 &&
        fails 1 UNSUPPORTED "$scmp" sweep "$a" "$b" -o bad.html --csv bad.csv --granularity per_head --mode unipolar
}
case_ "what the other verbs refuse" other_verbs
# with_infinity FILE: an f32 operand whose last value is infinite.
with_infinity() {
    head -c $(($(wc -c <"$1") - 4)) "$1" && printf '\000\000\200\177'
}
infinite_operands() {
    with_infinity "$a" >inf_a.npy
    with_infinity "$b" >inf_b.npy
    for verb in 'matmul -o bad.npy' 'sweep -o bad.html --stoc-len 16' 'export bad.folder' 'search -o bad.json'; do
        # shellcheck disable=SC2086 # a verb and its flags
        fails 1 NON_FINITE "$scmp" $verb inf_a.npy "$b" && grep -q ': a has 1 of' fails.err &&
            fails 1 NON_FINITE "$scmp" $verb "$a" inf_b.npy && grep -q ': b has 1 of' fails.err || return 1
    done
}
case_ "what is not finite is called by its operand's name" infinite_operands

# --- Malformed .npy files ---------------------------------------------------------------------------------------------

# broken STATUS: m.npy is refused, as a file and from a pipe.
broken() {
    fails 1 "$1" "$scmp" matmul m.npy "$b" -o bad.npy || return 1
    # shellcheck disable=SC2016
    fails 1 "$1" sh -c 'cat m.npy | "$1" matmul - "$2" -o bad.npy' sh "$scmp" "$b"
}
truncated() {
    size=$(wc -c <"$a")
    for length in 0 1 5 6 7 8 9 10 11 50 127 128 129 $((size - 1)); do
        head -c "$length" "$a" >m.npy && broken FORMAT || { echo "$length bytes"; return 1; }
    done
    { cat "$a"; printf x; } >m.npy && broken FORMAT
}
case_ ".npy: truncated anywhere, or too long" truncated
magic() {
    { printf 'PK'; tail -c +3 "$a"; } >m.npy && broken FORMAT || return 1
    for version in 000 004 377; do
        # shellcheck disable=SC2059
        { printf "\\223NUMPY\\$version\\000"; tail -c +9 "$a"; } >m.npy && broken FORMAT || return 1
    done
    # The header's length says more than there is, or less.
    { printf '\223NUMPY\001\000\377\377'; tail -c +11 "$a"; } >m.npy && broken FORMAT || return 1
    { printf '\223NUMPY\002\000\377\377\377\377'; tail -c +11 "$a"; } >m.npy && broken FORMAT || return 1
    { printf '\223NUMPY\001\000\040\000'; tail -c +11 "$a"; } >m.npy && broken FORMAT
}
case_ ".npy: wrong magic, version, header length" magic
# Asking for the memory that a header announces would be OUT_OF_MEMORY.
shapes() {
    for shape in '(99999999999, 99999999999)' '(4611686018427387904, 4)' '(9223372036854775807,)' '(9223372036854775808,)' \
        '(1000000000000, 7)' '(-1, 7)' '(2, 3' '(2 3)' '[2, 3]' '6' '(2.0, 3)' '(2,, 3)' '(True, 3)'; do
        printf 123456789012345678901234 | npy m.npy "{'descr': '<f4', 'fortran_order': False, 'shape': $shape, }"
        broken FORMAT || { echo "$shape"; return 1; }
    done
    printf 1234 | npy m.npy "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1, 1, 1, 1, 1, 1, 1), }"
    broken INVALID_SHAPE
}
case_ ".npy: absurd shapes" shapes
types() {
    for type in "'|O'" "'<c8'" "'<U3'" "'|V2'" "'<f16'" "''" "'<u4'" "[('x', '<f4')]"; do
        printf 123456789012345678901234 | npy m.npy "{'descr': $type, 'fortran_order': False, 'shape': (2, 3), }"
        broken INVALID_DTYPE || { echo "$type"; return 1; }
    done
    printf 123456 | npy m.npy "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3), }" && broken INVALID_DTYPE
}
case_ ".npy: object, structured and other dtypes" types
headers() {
    for header in '' '{' '{}' "{'descr': '<f4'}" "{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3)}" \
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} x" "{'descr' '<f4'}" "{'descr': '<f4" 'nonsense' \
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'more': 1}" "{'descr': '<f4', 'descr': '<f4'}"; do
        printf 123456789012345678901234 | npy m.npy "$header"
        broken FORMAT || { echo "$header"; return 1; }
    done
}
case_ ".npy: broken headers" headers

# --- Files and signals ------------------------------------------------------------------------------------------------

links() {
    echo old >target && ln -s target link || return 1
    quiet "$scmp" matmul "$a" "$b" -o link && [ -L link ] && cmp target "$y" || return 1
    quiet "$scmp" matmul "$a" "$b" -o /dev/null || return 1
    [ ! -c /dev/full ] || fails 1 IO "$scmp" matmul "$a" "$b" -o /dev/full
}
case_ "outputs: through a link, to a device, to a full one" links
keeps() {
    echo precious >y.npy
    fails 1 INVALID_ARGUMENT "$scmp" matmul "$a" "$b" -o y.npy --stoc-len 0 && grep -q precious y.npy
}
case_ "outputs: an error leaves the old file" keeps
closed_pipe() {
    { "$scmp" matmul big_a.npy big_a.npy -o - 2>pipe.err; echo $? >pipe.code; } | head -c 10 >/dev/null
    [ "$(cat pipe.code)" = 1 ] && grep -q '^scmp: SCMP_ERROR_IO: ' pipe.err
}
head -c $((512 * 1024 * 4)) /dev/zero | npy big_a.npy "{'descr': '<f4', 'fortran_order': False, 'shape': (512, 1024), }"
case_ "outputs: a pipe that nobody reads any more" closed_pipe

# interrupted SIGNAL ARGUMENT...: a signal in the middle of work.
interrupted() {
    signal=$1
    shift
    "$scmp" "$@" >interrupt.out 2>interrupt.err &
    pid=$!
    waited=0
    until ls | grep -q '\.tmp$' || [ $waited = 100 ]; do sleep 0.1 && waited=$((waited + 1)); done
    kill -s "$signal" $pid
    wait $pid
    code=$?
    cat interrupt.err
    [ $code = 1 ] && grep -q '^scmp: SCMP_ERROR_CANCELLED: ' interrupt.err && [ "$(wc -l <interrupt.err)" = 1 ] && nothing_left
}
case_ "Ctrl-C in a product leaves nothing" \
    interrupted INT matmul big_a.npy big_a.npy -o bad.npy --counts bad.s.npy --backend reference
case_ "SIGTERM in a sweep leaves nothing" \
    interrupted TERM sweep big_a.npy big_a.npy -o bad.html --csv bad.csv --backend reference
waiting() {
    mkfifo fifo || return 1
    sleep 20 >fifo &
    sleeper=$!
    "$scmp" matmul fifo "$b" -o bad.npy 2>interrupt.err &
    pid=$!
    sleep 0.5
    kill -s INT $pid
    wait $pid
    code=$?
    kill $sleeper
    [ $code = 1 ] && grep -q '^scmp: SCMP_ERROR_CANCELLED: ' interrupt.err && nothing_left
}
case_ "Ctrl-C while waiting for a pipe" waiting

# --- export and verify ------------------------------------------------------------------------------------------------

# exported CASE FLAG...: the sums of a reference vector, files that do not change, and checksums that hold.
exported() {
    name=$1
    shift
    rm -rf export again
    quiet "$scmp" export export "$golden/$name/a.npy" "$golden/$name/b.npy" --format npy "$@" &&
        quiet "$scmp" export again "$golden/$name/a.npy" "$golden/$name/b.npy" --format npy "$@" || return 1
    diff -r export again || { echo "two exports differ: $name"; return 1; }
    quiet "$scmp" matmul "$golden/$name/a.npy" "$golden/$name/b.npy" --counts counts.npy "$@" || return 1
    numbers d4 counts.npy >want
    numbers d4 export/sum.npy >got
    cmp want got || { echo "sums: $name"; return 1; }
    "$scmp" verify export || return 1
    for file in export/*; do
        [ "$file" = export/manifest.json ] || grep -qF "$(sha256sum "$file" | cut -c 1-64)" export/manifest.json ||
            { echo "no checksum of $file"; return 1; }
    done
}

exports() {
    exported headline_short_stream --stoc-len 64 && exported headline_per_row_bipolar_3d &&
        exported headline_per_tensor_unipolar_2d --mode unipolar --granularity per_tensor &&
        exported shape_d1 --config sobol_tuned --halve
}
case_ "export: sums, checksums, the same bytes again" exports

# One file of numbers and what its lines say.
export_text() {
    rm -rf export
    quiet "$scmp" export export "$golden/shape_1x1x1/a.npy" "$golden/shape_1x1x1/b.npy" --sc-prec 3 --stoc-len 6 \
        --scramble off || return 1
    printf '0\n4\n6\n2\n3\n7\n' >want
    grep -v '^//' export/left_sequence.memh >got
    diff want got || return 1
    grep -q '^// shape (1, 6), axes table,draw, the last runs fastest; 3 bits a number$' export/left_sequence.memh ||
        { head export/left_sequence.memh; return 1; }
    [ "$(grep -vc '^//' export/table.memh)" = 16 ] || return 1
    rm -rf export
    quiet "$scmp" export export "$a" "$b" --no-tables || return 1
    [ ! -e export/table.memh ] && "$scmp" verify export || return 1
    rm -rf export
    quiet "$scmp" export export "$golden/shape_1x1x1/a.npy" "$golden/shape_1x1x1/b.npy" --sc-prec 3 --stoc-len 6 \
        --scramble off --format csv || return 1
    [ "$(grep -v '^#' export/left_sequence.csv | sed -n 2,4p | tr '\n' ' ')" = '0,0,0 0,1,4 0,2,6 ' ] || return 1
    "$scmp" verify export
}
case_ "export: memh and csv" export_text

# parameters FILE FLAG...: an export's parameters.svh has these lines.
parameters() {
    wanted=$1
    shift
    rm -rf export
    quiet "$scmp" export export "$@" --no-tables || return 1
    for line in $wanted; do
        pattern=$(echo "$line" | sed 's/[][]/\\&/g')
        tr -d ' ' <export/parameters.svh | sed 's/;.*//' | grep -x "localparam$pattern" || { echo "no $line"; return 1; }
    done
}
export_parameters() {
    parameters 'intP=4 intL=6 intN=7 intM=8 intD=30 intBATCH=1 intSCRAMBLE=3 intBIPOLAR=0 intUNIFORM=1 intRIGHT_KIND=0
        bit[9:0]RIGHT_FIRST=11 bit[99:0]RIGHT_SEEDS={10.d0,10.d0,10.d0,10.d0,10.d0,10.d0,10.d15,10.d3,10.d3,10.d1}' \
        "$golden/config_mixed_chunk/a.npy" "$golden/config_mixed_chunk/b.npy" --sc-prec 4 --stoc-len 6 --mode unipolar \
        --config sobol_tuned &&
        parameters 'intBATCH=2 intUNIFORM=1 intLEFT_KIND=1 bit[9:0]LEFT_TAPS=135 bit[9:0]LEFT_FIRST=125
            bitLEFT_COMPLEMENT=0
            bit[39:0]RIGHT_PERMUTATION={4.d9,4.d8,4.d0,4.d1,4.d2,4.d3,4.d4,4.d5,4.d6,4.d7}' \
            "$golden/config_true_random/a.npy" "$golden/config_true_random/b.npy" --config lfsr_default &&
        parameters 'intUNIFORM=0 intCHUNK_D=12' "$golden/config_mixed_chunk/a.npy" "$golden/config_mixed_chunk/b.npy" \
            --sc-prec 6 --chunk-d 12 --config "$golden/config_mixed_chunk/config.json" &&
        parameters 'intUNIFORM=0' "$golden/config_lfsr_each/a.npy" "$golden/config_lfsr_each/b.npy" --sc-prec 6 \
            --config "$golden/config_lfsr_each/config.json"
}
case_ "export: parameters for SystemVerilog" export_parameters

chunked_export() {
    rm -rf export
    quiet "$scmp" export export "$golden/headline_chunk_d/a.npy" "$golden/headline_chunk_d/b.npy" --chunk-d 7 \
        --format csv || return 1
    grep -q '^chunk,n,m,value$' export/sum.csv && "$scmp" verify export
}
case_ "export: chunks" chunked_export

# A byte changed in any file, or a file gone, is found.
verifies() {
    rm -rf export
    quiet "$scmp" export export "$golden/len64_per_head/a.npy" "$golden/len64_per_head/b.npy" --granularity per_head ||
        return 1
    for file in export/*; do
        cp "$file" kept
        printf x >>"$file"
        fails 1 FORMAT "$scmp" verify export || { echo "longer: $file"; return 1; }
        rm "$file"
        fails 1 IO "$scmp" verify export || { echo "gone: $file"; return 1; }
        cp kept "$file"
    done
    sed -i '$s/^./f/' export/sum.memh
    fails 1 FORMAT "$scmp" verify export && grep -q 'sum.memh differs' fails.err
}
case_ "verify: any file changed or missing" verifies

bad_manifests() {
    rm -rf export
    quiet "$scmp" export export "$golden/shape_1x1x1/a.npy" "$golden/shape_1x1x1/b.npy" || return 1
    cp export/manifest.json kept
    for edit in 's/"scmp-export"/"other"/' 's/"format_version": 1/"format_version": 2/' 's/"memh"/"elf"/' \
        's/"sc_prec": 8/"sc_prec": "8"/' 's/"options"/"choices"/' 's/{/[/' 's/"stoc_len": 256/"stoc_len": 128/'; do
        sed "$edit" kept >export/manifest.json
        fails 1 FORMAT "$scmp" verify export || { echo "$edit"; return 1; }
    done
    sed 's/"sc_prec": 8/"sc_prec": 11/' kept >export/manifest.json
    fails 1 INVALID_ARGUMENT "$scmp" verify export || fails 1 INVALID_CONFIG "$scmp" verify export
}
case_ "verify: manifests of another kind" bad_manifests

export_refuses() {
    fails 1 IO "$scmp" export bad.dir missing.npy "$b" && fails 1 D_MISMATCH "$scmp" export bad.dir "$golden/shape_d1/a.npy" "$b" &&
        fails 1 INVALID_ARGUMENT "$scmp" export bad.dir "$a" "$b" --stoc-len 1000 &&
        fails 2 INVALID_ARGUMENT "$scmp" export bad.dir "$a" "$b" --format vhdl &&
        fails 2 INVALID_ARGUMENT "$scmp" export bad.dir "$a" && fails 1 IO "$scmp" verify missing &&
        fails 1 IO "$scmp" export /dev/null/x "$a" "$b"
}
case_ "export: what it refuses" export_refuses

echo "1..$number"
