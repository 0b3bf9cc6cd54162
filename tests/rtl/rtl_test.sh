#!/bin/sh
# The reference RTL through one tool: against the library (verilator), against exports (icarus), synthesized (yosys).
# TAP. Arguments: verilator|icarus|yosys, source directory, build directory, and perhaps a part of the cases' names, to
# run only those.
set -u
tool=$1
. "$2/tests/support/tap.sh"
. "$2/tests/support/clean.sh"
case ${TMPDIR:-} in *' '*) export TMPDIR=/tmp ;; esac # make and Yosys take a space for an end: no name has one
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
ln -s "$(cd "$2" && pwd)" "$scratch/source" && ln -s "$(cd "$3" && pwd)" "$scratch/build" && cd "$scratch" || exit 1
source=source
rtl=$source/src/rtl
dpi=$source/bindings/sv/generated
golden=$source/tests/golden
scmp=build/src/cli/scmp
# shellcheck disable=SC2034 # tap.sh's
only=${4:-}
unset SCMP_CPU

# needs PROGRAM PACKAGE: without it there is nothing to test.
needs() {
    command -v "$1" >/dev/null && return
    echo "1..0 # SKIP $1 is not installed (Debian's $2)"
    exit 0
}

# export_ DIRECTORY CASE FLAG...: an export of the operands of a reference vector.
export_() {
    directory=$1 operands=$golden/$2
    shift 2
    rm -rf "$directory"
    "$scmp" export "$directory" "$operands/a.npy" "$operands/b.npy" --no-tables "$@"
}

# mutate NAME FILE SED-EXPRESSION: a copy of the RTL in the folder NAME with one mistake in it.
mutate() {
    rm -rf "$1" && cp -r "$rtl" "$1" && chmod -R u+w "$1" && sed -i "$3" "$1/$2" &&
        ! cmp -s "$1/$2" "$rtl/$2" || { echo "nothing in $2 is changed by $3"; return 1; }
}

# names_the_place FILE: of a mismatch that is told.
names_the_place() {
    place='output \([0-9]+, [0-9]+\), inner index [0-9]+, cycle [0-9]+'
    grep -E "$place: [a-z_ ]+ is (-?[0-9]+|X), expected -?[0-9]+" "$1" || { cat "$1"; return 1; }
}

# --- Verilator: every signal in every cycle, through DPI -------------------------------------------------------------

# Without optimization, which here costs more than it gains, and as one file, whose headers are read once.
every_cycle() {
    verilator --binary --timing -j 2 --unroll-count 1 --output-split 0 --Mdir every --top-module every_cycle_tb \
        -MAKEFLAGS 'OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0' -I"$dpi" -y "$rtl" "$rtl/bench/scmp_golden.sv" \
        "$rtl/bench/scmp_array_check.sv" "$source/tests/rtl/trial.sv" "$source/tests/rtl/every_cycle_tb.sv" \
        "$dpi/scmp_dpi.c" -CFLAGS "-I../$source/include" -LDFLAGS "-L../build/src -lscmp" &&
        LD_LIBRARY_PATH=build/src every/Vevery_cycle_tb "+verilator+seed+$seed" >out &&
        grep '^1[0-9][0-9] runs, 0 failed$' out ||
        { cat out; return 1; }
}

# The files that the simulation has written: a product of 4 ones of 16 cycles, as in docs/trace.svg.
traces() {
    tail -n 1 trace.csv && tail -n 1 trace.csv | grep -E '^0,0,1,15,.*,4,1$' && grep '^\$enddefinitions' trace.vcd
}

# finds WHAT SIGNAL: the bench finds its own mutant, with this seed at that signal.
finds() {
    LD_LIBRARY_PATH=build/src every/Vevery_cycle_tb +verilator+seed+1 "+mutant=$1" >out || :
    grep '^1 runs, [1-9]' out && names_the_place out | grep ": $2 is"
}

# The C half of the imports, in the languages that simulators compile it as.
dpi_compiles() {
    svdpi=$(verilator --getenv VERILATOR_ROOT)/include/vltstd
    warnings="-Wall -Wextra -Wpedantic -Werror -I$source/include -I$svdpi -c $dpi/scmp_dpi.c -o dpi.o"
    # shellcheck disable=SC2086 # a list of flags
    ${CC:-cc} -std=c99 $warnings && ${CXX:-c++} -std=c++14 -x c++ $warnings
}

lint() {
    for file in "$rtl"/scmp_*.sv; do
        module=$(basename "$file" .sv)
        verilator --lint-only -Wall -y "$rtl" --top-module "$module" "$file" || return
    done
}

test_verilator() {
    needs verilator verilator
    seed=${SCMP_TEST_SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
    echo "# seed: SCMP_TEST_SEED=$seed"
    case_ 'every module is free of warnings' lint
    case_ 'scmp_dpi.c is C99 and C++' dpi_compiles
    case_ 'every signal, every cycle: Sobol and LFSR, all scramble modes, bipolar and unipolar' every_cycle
    case_ 'traces as files' traces
    case_ 'one bit of a direction vector is found' finds seeds right_draw
    case_ 'one tap is found' finds taps right_draw
    case_ 'an enable that is always on is found' finds enable and_bit
}

# --- Icarus Verilog: from exported files alone -----------------------------------------------------------------------

# simulate RTL EXPORT: what the bench says is in out.
simulate() {
    iverilog -g2012 -Wall -I"$2" -s scmp_memh_tb -o memh "$1/bench/scmp_memh_tb.sv" "$1"/scmp_*.sv >warnings 2>&1 &&
        [ ! -s warnings ] || { cat warnings; return 2; }
    ./memh "+dir=$2" >out 2>&1
}

# agrees CASE FLAG...
agrees() {
    export_ array "$@" && simulate "$rtl" array && grep 'every draw, bit and sum is as exported' out && return
    cat out
    return 1
}

# fails FILE SED-EXPRESSION FLAG...: with this mistake the bench ends with status 1 and says where.
fails() {
    mutate wrong "$1" "$2" || return
    shift 2
    export_ array headline_low_precision "$@" || return
    simulate wrong array
    [ $? = 1 ] || { echo 'the mistake is not found'; cat out; return 1; }
    names_the_place out
}

refuses() {
    export_ array config_true_random --config "$golden/config_true_random/config.json" || return
    simulate "$rtl" array
    [ $? = 1 ] && grep 'the reference RTL has no such generators' out
}

all_states() {
    iverilog -g2012 -Wall -s zero_state_tb -o states "$source/tests/rtl/zero_state_tb.sv" "$rtl"/scmp_*.sv && ./states |
        grep 'all states'
}

test_icarus() {
    needs iverilog iverilog
    case_ 'sums and bits of an export: default' agrees headline_low_precision --sc-prec 4
    case_ 'preset, short streams, edge tiles' agrees headline_short_stream --sc-prec 6 --stoc-len 40 \
        --config sobol_tuned
    case_ 'LFSR, unipolar, batched' agrees headline_per_row_bipolar_3d --sc-prec 4 --mode unipolar --config lfsr_default
    case_ 'complement, other grid, counter masks' agrees headline_per_row_bipolar_3d --sc-prec 3 --rng-levels 100 \
        --scramble counter --config sobol_antithetic
    case_ 'a full stream under masks' agrees headline_low_precision --sc-prec 5 --scramble always_bitrev
    case_ 'generators that the RTL has not are refused' refuses
    for mistake in \
        'scmp_sobol.sv:s/<< (P - 1 - i)/<< (P - 2 - i)/' \
        'scmp_sobol.sv:s/draw <= START/draw <= ~START/' \
        'scmp_multiplier.sv:s/run \&\& left_bit/run/' \
        'scmp_multiplier.sv:s/\.restart(restart)/.restart(1'"'b0"')/' \
        'scmp_compare.sv:s/number < boundary/number <= boundary/' \
        'scmp_mask.sv:s/bitrev ? reversed/bitrev ? d/' \
        'scmp_rescale.sv:s/>> P/>> (P + 1)/' \
        'scmp_sign.sv:s/a_negative ^ b_negative/a_negative | b_negative/' \
        'scmp_accumulator.sv:s/sum - 1/sum + 1/' \
        'scmp_sequencer.sv:s/clear || end_of_stream/clear/'; do
        case_ "a mistake is found: $mistake" fails "${mistake%%:*}" "${mistake#*:}" --sc-prec 4 --stoc-len 13
    done
    for mistake in \
        'scmp_lfsr.sv:s/TAPPED\[P-1:0\])/TAPPED[P-1:0] \& ~P'"'"'(1))/' \
        'scmp_lfsr.sv:s/{feedback, draw\[P-1:1\]}/{draw[P-2:0], feedback}/' \
        'scmp_permute.sv:s/draw\[FROM\]/draw[i]/'; do
        case_ "a mistake is found: $mistake" fails "${mistake%%:*}" "${mistake#*:}" --sc-prec 4 --config lfsr_default
    done
    case_ 'the LFSR with the inserted zero state goes through all states' all_states
}

# --- Yosys -----------------------------------------------------------------------------------------------------------

# Nothing is a latch or a loop, and nothing has more drivers than one or none: check -assert.
synthesized() {
    for file in "$rtl"/scmp_*.sv; do
        module=$(basename "$file" .sv)
        yosys -p "read_verilog -sv $rtl/scmp_*.sv; synth -flatten -top $module; check -assert" >yosys.log 2>&1 ||
            { tail yosys.log; return 1; }
        ! grep -iE 'warning|latch inferred|logic loop|\$_DLATCH' yosys.log || { echo "$module"; return 1; }
    done
}

# Every parameter of the export arrives at scmp_array as it is in parameters.svh.
exported() {
    export_ array headline_low_precision "$@" && yosys -p "read_verilog -sv -Iarray $rtl/scmp_*.sv \
        $rtl/bench/scmp_exported_array.sv; hierarchy -check -top scmp_exported_array; proc; check -assert" \
        >yosys.log 2>&1 || { cat yosys.log; return 1; }
    python3 "$source/tests/rtl/exported_parameters.py" array/parameters.svh yosys.log
}
exported_arrays() {
    exported --sc-prec 6 --stoc-len 32 --config sobol_tuned && exported --sc-prec 4 --config lfsr_default &&
        exported --sc-prec 3 --rng-levels 100 --config sobol_antithetic
}
not_exported() {
    export_ array config_true_random --config "$golden/config_true_random/config.json" || return
    yosys -p "read_verilog -sv -Iarray $rtl/scmp_*.sv $rtl/bench/scmp_exported_array.sv; \
        hierarchy -check -top scmp_exported_array" >yosys.log 2>&1 && { echo 'it is not refused'; return 1; }
    grep 'the_reference_RTL_has_no_such_generators' yosys.log
}

# The table in the README is what the script prints, where Yosys is the one that made it.
cells() {
    sed -n '/<!-- cells: begin -->/,/<!-- cells: end -->/ { /^|/p; }' "$source/README.md" >wanted
    sh "$rtl/cells.sh" | grep '^|' >got && [ -s wanted ] && diff wanted got
}

test_yosys() {
    needs yosys yosys
    case_ 'every module is synthesized, without latches, loops or warnings' synthesized
    case_ 'an exported array is synthesized with its own parameters' exported_arrays
    case_ 'an export that the RTL cannot have is refused' not_exported
    if yosys -V | grep -q '^Yosys 0\.23 '; then
        case_ "the README's cell counts are as counted" cells
    else
        number=$((number + 1))
        version=$(yosys -V | cut -d ' ' -f 1-2)
        echo "ok $number - the README's cell counts # SKIP they are of Yosys 0.23, this is $version"
    fi
}

test_"$tool"
echo "1..$number"
