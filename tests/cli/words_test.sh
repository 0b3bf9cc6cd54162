#!/bin/sh
# What the scmp program says about words that it cannot follow: one line, an exit code, a way on. TAP. Argument: the
# build directory.
. "$(dirname "$0")/harness.sh"
a=$golden/headline_per_row_bipolar_2d/a.npy b=$golden/headline_per_row_bipolar_2d/b.npy
# --- Errors -----------------------------------------------------------------------------------------------------------

usage() {
    for line in 'nonsense' 'matmul' 'matmul a' 'matmul a b' 'matmul a b -o bad.npy c' 'matmul a b -o - --json' \
        'matmul a b -o bad.npy --mode other' 'matmul a b -o bad.npy --stoc-len x' 'matmul a b -o bad.npy --stoc-len' \
        'matmul a b -o bad.npy --counts bad.npy' 'matmul a b -o - --counts -' 'matmul a b -o bad.npy --nonsense 1' \
        'matmul a b -o bad.npy --stoc-len 1 --stoc-len 2' 'matmul a b -o bad.npy --sc-prec 99999999999' \
        'matmul - - -o bad.npy' \
        'calibrate a' 'calibrate -o bad.st' 'scales s -o bad.npy' 'smooth a s -o bad.npy' 'quantize x' 'sweep a b' \
        'sequence -o bad.npy' 'sequence -o bad.npy --type sobol --config sobol_tuned' \
        'sequence -o bad.npy --type lfsr' \
        'sequence -o bad.npy --type sobol --taps 1' 'sequence -o bad.npy --type sobol --seed 1,x' \
        'scales - - -o bad.npy' \
        'help nonsense' 'help matmul search' '--nonsense'; do
        # shellcheck disable=SC2086 # words
        fails 2 INVALID_ARGUMENT "$scmp" $line || return 1
    done
    fails 2 'its value is empty' "$scmp" matmul a b -o "" --counts bad.npy &&
        fails 2 'standard output' "$scmp" matmul a b -o /dev/stdout --json
}
case_ "a wrong command line: one line, exit code 2" usage

missing() {
    for verb in 'matmul:A, B' 'calibrate:--output' 'scales:STATS, WEIGHT, --output' 'smooth:A, S, --output, --side' \
        'quantize:X, --output' 'sequence:--output' 'sweep:A, B' 'search:--output' 'export:DIR, A, B' 'verify:DIR'; do
        fails 2 "^scmp: ${verb%%:*} needs ${verb#*:} (see scmp ${verb%%:*} --help)\$" "$scmp" "${verb%%:*}" || return 1
    done
}
case_ "a verb alone: what it needs" missing

meant() {
    fails 2 "no verb 'matmull'; did you mean matmul?" "$scmp" matmull a b &&
        fails 2 'did you mean calibrate?' "$scmp" calibrat && fails 2 'did you mean export?' "$scmp" help exprt &&
        fails 2 'did you mean --stoc-len?' "$scmp" matmul a b --stoclen 99 &&
        fails 2 'did you mean --stoc-len?' "$scmp" matmul a b -o bad.npy --stoc_len=99 &&
        fails 2 'did you mean --granularity?' "$scmp" sweep a b --gran per_row &&
        fails 2 'did you mean --output?' "$scmp" calibrate a --outptu bad.st &&
        fails 2 'did you mean --json?' "$scmp" info --jsno && fails 2 'did you mean --version?' "$scmp" --versoin &&
        fails 2 'did you mean --stoc-len?' "$scmp" matmul a b -stoc-len 9 &&
        fails 2 'did you mean per_row?' "$scmp" matmul a b -o bad.npy --granularity per_rwo &&
        fails 2 'did you mean per_head?' "$scmp" sweep a b -o bad.html --granularity per_row,perhead &&
        fails 2 'did you mean bipolar?' "$scmp" quantize a -o bad --mode Bipolar &&
        fails 2 'did you mean lfsr?' "$scmp" sequence -o bad.npy --type lsfr --seed 1 &&
        fails 2 'did you mean memh?' "$scmp" export bad.dir a b --format mem &&
        fails 1 'did you mean sobol_tuned?' "$scmp" matmul "$a" "$b" -o bad.npy --config sobol-tuned || return 1
    fails 2 "'xyzzy' (see scmp --help)" "$scmp" xyzzy # nothing is close
}
case_ "typos: verbs, options and values that were meant" meant

help() {
    "$scmp" help >all && "$scmp" --help | cmp - all && "$scmp" -h | cmp - all || return 1
    "$scmp" >out 2>err && return 1
    "$scmp" 2>/dev/null
    [ $? = 2 ] && [ ! -s out ] && cmp err all || return 1
    for verb in '' matmul calibrate scales smooth quantize sequence search sweep export verify info; do
        "$scmp" $verb --help >help.out 2>help.err && [ -s help.out ] && [ ! -s help.err ] || return 1
        [ -z "$verb" ] || { "$scmp" help $verb | cmp - help.out && grep -q "^  $verb " all; } || return 1
        [ "$(awk '{ if (length > most) most = length } END { print most }' help.out)" -le 80 ] ||
            { awk 'length > 80' help.out; return 1; }
    done
    grep -q 'Exit codes: 0; 2 .*whatever the files hold' all
}
case_ "help: alone, of a verb, in 80 columns" help
version() { "$scmp" -V >v && "$scmp" --version | cmp - v && grep -qx 'scmp [0-9.]* (specification 1)' v; }
case_ "-V is --version" version

# With --json an error is an object on standard output, too.
json_errors() {
    "$scmp" matmul missing.npy "$b" -o bad.npy --json >out 2>err
    [ $? = 1 ] && [ "$(cat err)" = 'scmp: cannot open missing.npy: No such file or directory' ] || return 1
    python3 - out <<'PY' || return 1
import json, sys
assert json.load(open(sys.argv[1])) == {
    'status': 'SCMP_ERROR_IO', 'message': 'cannot open missing.npy: No such file or directory', 'exit_code': 1}
PY
    "$scmp" matmul "$a" "$b" --json --stoclen 5 >out 2>err
    [ $? = 2 ] && grep -q '"status": "SCMP_ERROR_INVALID_ARGUMENT"' out && grep -q '"exit_code": 2' out && nothing_left
}
case_ "errors under --json" json_errors

# bad CODE STATUS FLAG...: a product that is refused.
bad() {
    code=$1 status=$2
    shift 2
    fails "$code" "$status" "$scmp" matmul "$a" "$b" -o bad.npy "$@"
}
refused() {
    for flags in '--stoc-len 0' '--stoc-len -1' '--stoc-len 257' '--stoc-len 999' '--rng-levels 0' \
        '--rng-levels 16385' \
        '--sc-prec 0' '--sc-prec 1' '--sc-prec 11' '--group-a 0' '--group-b -1' '--chunk-d -1' '--threads 0' \
        '--threads -1' \
        '--threads 1025' '--halve --sc-prec 4 --stoc-len 17' '--sc-prec 4 --stoc-len 17'; do
        # shellcheck disable=SC2086
        bad 2 INVALID_ARGUMENT $flags || return 1
    done
    # The same whatever the files are, even none.
    fails 2 'stoc_len = 999' "$scmp" matmul missing.npy missing.npy -o bad.npy --stoc-len 999 &&
        bad 2 UNSUPPORTED --granularity per_head --mode unipolar && bad 2 UNSUPPORTED --chunk-d 2 --mode unipolar &&
        bad 2 UNSUPPORTED --chunk-d 2 --granularity per_tensor &&
        bad 2 INVALID_CONFIG --config sobol_tuned --sc-prec 3 || return 1
    # What depends on files or the machine.
    bad 1 UNSUPPORTED --granularity per_head && bad 1 UNSUPPORTED --chunk-d 4 --counts bad.sums.npy &&
        bad 1 INVALID_CONFIG --config no_such_preset && bad 1 SCALES_NOT_1D --smooth "$a" &&
        bad 1 IO --smooth missing.npy || return 1
    echo '{"rng_pool": [' >broken.json
    bad 1 FORMAT --config broken.json || return 1
    echo '{"rng_pool": [{"type": "lfsr", "seed": 0}], "sng": {"q": [], "k": []}}' >wrong.json
    bad 1 INVALID_CONFIG --config wrong.json || return 1
    fails 1 D_MISMATCH "$scmp" matmul "$a" "$golden/shape_d1/b.npy" -o bad.npy &&
        fails 1 INVALID_SHAPE "$scmp" matmul "$a" "$golden/shape_m1_3d/b.npy" -o bad.npy &&
        fails 1 IO "$scmp" matmul missing.npy "$b" -o bad.npy && fails 1 IO "$scmp" matmul . "$b" -o bad.npy &&
        fails 1 IO "$scmp" matmul "$a" "$b" -o missing/y.npy && fails 1 IO "$scmp" matmul "$a" "$b" -o . &&
        fails 1 IO "$scmp" matmul "$(printf 'two\nlines.npy')" "$b" -o bad.npy &&
        SCMP_CPU=none fails 1 UNSUPPORTED "$scmp" info
}
case_ "what the library refuses: 2 where no file could help, else 1, and no file" refused
no_cuda() {
    "$scmp" info --json | grep -q '"cuda_status": ".*not part of this build' || return 0
    bad 1 UNSUPPORTED --backend cuda && grep -q 'Dcuda=enabled.*nvcc' fails.err
}
case_ "--backend cuda in a build without says how to get it" no_cuda

other_verbs() {
    "$scmp" calibrate "$a" -o st || return 1
    for alpha in 1.5 -0.1 nan inf 1e999; do
        fails 2 alpha "$scmp" scales st "$b" -o bad.npy --alpha $alpha || return 1
    done
    fails 2 'alpha = 2' "$scmp" scales missing missing -o bad.npy --alpha 2 &&
        fails 2 eps "$scmp" scales st "$b" -o bad.npy --eps 0 &&
        fails 1 'D = ' "$scmp" scales st "$golden/shape_d1/b.npy" -o bad.npy &&
        fails 1 FORMAT "$scmp" scales "$a" "$b" -o bad.npy &&
        fails 1 'missing' "$scmp" scales missing "$b" -o bad.npy &&
        fails 1 'D = ' "$scmp" calibrate "$a" "$golden/shape_d1/a.npy" -o bad.st &&
        fails 1 rank "$scmp" smooth "$a" "$a" -o bad.npy --side weight &&
        fails 1 per_head "$scmp" quantize "$a" -o bad --granularity per_head &&
        fails 2 'stoc_len = 0' "$scmp" sequence -o bad.npy --type sobol --stoc-len 0 &&
        fails 2 seeds "$scmp" sequence -o bad.npy --type sobol --seed 1,2,1,1,1,1,1,1 &&
        fails 2 seed "$scmp" sequence -o bad.npy --type lfsr --seed 0 &&
        fails 2 taps "$scmp" sequence -o bad.npy --type lfsr --seed 1 --taps 0,8 &&
        fails 2 permutation "$scmp" sequence -o bad.npy --type sobol --permutation 0,1 &&
        fails 2 'stoc_len = 0' "$scmp" sweep "$a" "$b" -o bad.html --csv bad.csv --stoc-len 16,0 &&
        fails 2 per_head "$scmp" sweep "$a" "$b" -o bad.html --csv bad.csv --granularity per_head --mode unipolar &&
        fails 2 'stoc_len = 1000' "$scmp" export bad.dir "$a" "$b" --stoc-len 1000 &&
        fails 2 'rng_levels' "$scmp" quantize "$a" -o bad --rng-levels 99999
}
case_ "what the other verbs refuse" other_verbs

# Names of files begin with PREFIX: a folder alone would make hidden ones.
prefixes() {
    mkdir folder
    for prefix in folder/ . .. folder/. folder/.. ./ - ''; do
        fails 2 . "$scmp" quantize "$a" -o "$prefix" || return 1
    done
    [ -z "$(ls -A folder)" ] && quiet "$scmp" quantize "$a" -o folder/q &&
        [ "$(ls -A folder | tr '\n' ' ')" = 'q.boundary.npy q.scale.npy q.sign.npy ' ]
}
case_ "quantize: a folder is no beginning of names" prefixes

nothing_observed() {
    printf '' | npy empty.npy "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 33), }"
    fails 1 '0 rows' "$scmp" calibrate empty.npy -o bad.st &&
        fails 1 '0 rows' "$scmp" calibrate empty.npy empty.npy -o bad.st || return 1
    quiet "$scmp" calibrate "$a" -o some && quiet "$scmp" calibrate empty.npy "$a" -o both && cmp some both || return 1
    python3 - <<'PY' || return 1
import json, struct
def fnv(data):
    state = 0xcbf29ce484222325
    for byte in data: state = (state ^ byte) * 0x100000001b3 % 2**64
    return '%016x' % state
data = bytes(4 * 33)
header = {'__metadata__': {'format': 'scmp-calib', 'format_version': '1', 'spec_version': '1',
                           'library_version': '0.1.0',
                           'rows': '0', 'checksum': fnv(b'F32\0' + b'0\0' + data)},
          'act_scales': {'dtype': 'F32', 'shape': [33], 'data_offsets': [0, len(data)]}}
text = json.dumps(header).encode()
open('none', 'wb').write(struct.pack('<Q', len(text)) + text + data)
PY
    fails 1 '0 rows' "$scmp" scales none "$b" -o bad.npy && fails 1 '0 rows' "$scmp" calibrate --merge none -o bad.st &&
        quiet "$scmp" calibrate "$a" --merge none -o both && cmp some both
}
case_ "statistics of nothing are an error" nothing_observed

# with_infinity FILE: an f32 operand whose last value is infinite.
with_infinity() {
    head -c $(($(wc -c <"$1") - 4)) "$1" && printf '\000\000\200\177'
}
infinite_operands() {
    with_infinity "$a" >inf_a.npy
    with_infinity "$b" >inf_b.npy
    for verb in 'matmul -o bad.npy' 'sweep -o bad.html --stoc-len 16' 'export bad.folder' 'search -o bad.json'; do
        # shellcheck disable=SC2086 # a verb and its flags
        fails 1 finite "$scmp" $verb inf_a.npy "$b" && grep -q ': a has 1 of' fails.err &&
            fails 1 finite "$scmp" $verb "$a" inf_b.npy && grep -q ': b has 1 of' fails.err || return 1
    done
}
case_ "what is not finite is called by its operand's name" infinite_operands

echo "1..$number"
