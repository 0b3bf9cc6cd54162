#!/bin/sh
# What the reference RTL costs in generic gates and flip-flops, as Yosys counts them: a Markdown table.
set -eu
cd "$(dirname "$0")"
case ${TMPDIR:-} in *' '*) export TMPDIR=/tmp ;; esac # Yosys passes names of files there to a shell
report=$(mktemp)
trap 'rm -f "$report"' EXIT

# count MODULE [PARAMETER VALUE]...: "combinational flip-flops" of a module, flattened.
count() {
    module=$1
    shift
    parameters=''
    while [ $# -gt 0 ]; do
        parameters="$parameters -chparam $1 $2"
        shift 2
    done
    yosys -p "read_verilog -sv scmp_*.sv; hierarchy -top $module $parameters; synth -flatten -top $module; stat" \
        >"$report" || { tail -n 5 "$report" >&2; echo failed; return; }
    awk '$1 ~ /^\$_/ { if ($1 ~ /DFF/) flops += $2; else gates += $2 }
            /^=== / { gates = flops = 0 }
            END { printf "%d + %d", gates, flops }' "$report"
}

# row TEXT MODULE PARAMETERS: with P = 4 and with P = 8, G = 2^P.
row() {
    text=$1 module=$2
    shift 2
    case $module in
    scmp_multiplier) p4='P 4 G 16' p8='P 8 G 256' ;;
    scmp_compare) p4='B 5' p8='B 9' ;;
    *) p4='P 4' p8='P 8' ;;
    esac
    # shellcheck disable=SC2086 # lists of parameters
    line="| $text | $(count "$module" $p4 "$@") | $(count "$module" $p8 "$@") |"
    case $line in *failed*) exit 1 ;; esac
    echo "$line"
}

echo '| gates + flip-flops | p = 4 | p = 8 |'
echo '| --- | --- | --- |'
row 'Sobol generator' scmp_sobol
row 'LFSR' scmp_lfsr
row 'comparator' scmp_compare
row 'multiplier with its own Sobol generator' scmp_multiplier
row 'multiplier with its own LFSR' scmp_multiplier KIND 1 FIRST 1
row 'eight multipliers that share a Sobol generator' scmp_multiplier M 8
row 'eight multipliers that share an LFSR' scmp_multiplier M 8 KIND 1 FIRST 1
