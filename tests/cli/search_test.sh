#!/bin/sh
# Runs scmp search: what it finds, that it finds it again whatever the threads and interruptions, and what it refuses.
# TAP. Argument: the build directory.
. "$(dirname "$0")/harness.sh"
minilm=$golden/../data/minilm
a=$minilm/eval_5_q.npy b=$minilm/weight_5_q.npy

# value NAME: a number of the last search's table, its last column.
value() { sed -n "s/^$1  .* \([0-9.-]*\)$/\1/p" found.txt; }
# at_least X Y [SLACK]
at_least() {
    awk -v x="$1" -v y="$2" -v slack="${3:-0}" 'BEGIN { exit !(x + slack >= y) }' ||
        { echo "$1 < $2"; cat found.txt; return 1; }
}

# What is written is what was measured, and as good as the preset (within what 0.01 dB of rounding shows).
reaches() {
    bits=$1
    shift
    "$scmp" search "$a" "$b" --sc-prec "$bits" --threads 2 -o found.json "$@" >found.txt || return 1
    at_least "$(value found)" "$(value sobol_tuned)" 0.02 && at_least "$(value found)" "$(value sobol_simple)" 3 &&
        at_least "$(value 'nearest integer counts')" "$(value found)" || return 1
    quiet "$scmp" sweep "$a" "$b" --sc-prec "$bits" --config found.json --stoc-len $((1 << bits)) --csv found.csv ||
        return 1
    grep '^per_row,' found.csv | tail -n 1 >line
    awk -F , -v db="$(value found)" 'BEGIN { bad = 1 }
        { for (i = 1; i <= NF; i++) if ($i - db < 0.006 && db - $i < 0.006) bad = 0 }
        END { exit bad }' \
        line || { cat line found.txt; return 1; }
}
reaches_the_presets() { reaches 4 && reaches 5; }
case_ "search: small widths are gone through, and reach the presets" reaches_the_presets
reaches_by_chance() { reaches 7 --evaluations 60000; }
case_ "search: 7 bits reach the preset" reaches_by_chance

uniform() {
    "$scmp" search --sc-prec 4 -o found.json --entries 7 >found.txt || return 1
    grep -q '1024 evaluations, which are all that there are' found.txt &&
        at_least "$(value sobol_tuned)" "$(value found)" || return 1
    [ "$(grep -c '"rng_id": 1' found.json)" = 7 ] || return 1
    "$scmp" search --sc-prec 4 -o - | cmp - found.json && return 1 # other entries
    "$scmp" search --sc-prec 4 -o - --entries 7 | cmp - found.json
}
case_ "search: all levels alike" uniform

grids() {
    for flags in '--stoc-len 9 --sc-prec 5' '--rng-levels 20 --sc-prec 4' '--rng-levels 5 --sc-prec 4' \
        '--halve --sc-prec 5' \
        '--mode unipolar --sc-prec 4' '--granularity per_tensor --sc-prec 4' '--chunk-d 50 --sc-prec 4' \
        '--group-b 7 --sc-prec 4'; do
        # shellcheck disable=SC2086 # words
        "$scmp" search "$a" "$b" $flags --evaluations 30000 -o found.json >found.txt || return 1
        at_least "$(value found)" "$(value sobol_simple)" || { echo "$flags"; return 1; }
    done
    "$scmp" search "$minilm/attn_q_0.npy" "$minilm/attn_k_0.npy" --granularity per_head --sc-prec 4 -o found.json \
        >found.txt &&
        at_least "$(value found)" "$(value sobol_simple)"
}
case_ "search: lengths, grids, scopes, modes, batches" grids

again() {
    "$scmp" search "$a" "$b" --sc-prec 7 --evaluations 20000 --seed 5 --threads 1 -o one.json >one.txt &&
        "$scmp" search "$a" "$b" --sc-prec 7 --evaluations 20000 --seed 5 --threads 3 -o three.json >three.txt ||
        return 1
    cmp one.json three.json && cmp one.txt three.txt || return 1
    "$scmp" search "$a" "$b" --sc-prec 7 --evaluations 20000 --seed 6 -o other.json >other.txt &&
        ! cmp -s one.json other.json
}
case_ "search: the same seed finds the same with any number of threads" again

resumes() {
    rm -f state
    set -- search "$a" "$b" --sc-prec 7 --seed 5
    "$scmp" "$@" --evaluations 20000 -o whole.json >whole.txt || return 1
    for part in 1 7000 20000; do
        "$scmp" "$@" --evaluations $part --state state -o parts.json >parts.txt || return 1
    done
    cmp whole.json parts.json && cmp whole.txt parts.txt || return 1
    # Enough was done: nothing more is.
    cp state kept
    "$scmp" "$@" --evaluations 5000 --state state -o less.json >/dev/null && cmp state kept || return 1
    # Killed in the middle, without a chance to tidy up.
    rm -f state
    "$scmp" "$@" --seconds 60 --state state -o killed.json >/dev/null 2>&1 &
    pid=$!
    tries=0
    while [ ! -f state ] && [ $tries -lt 300 ]; do sleep 0.1; tries=$((tries + 1)); done
    kill -s KILL $pid
    wait $pid 2>/dev/null
    rm -f scmp-*.tmp
    [ -f state ] && [ ! -f killed.json ] || return 1
    done=$(sed -n 's/^ "evaluations": \([0-9]*\),$/\1/p' state)
    "$scmp" "$@" --evaluations $((done + 1)) --state state -o parts.json >parts.txt &&
        "$scmp" "$@" --evaluations $((done + 1)) -o whole.json >whole.txt && cmp whole.json parts.json &&
        cmp whole.txt parts.txt
}
case_ "search: an interrupted search finds what it would have found" resumes

interrupted() {
    rm -f state
    "$scmp" search "$a" "$b" --sc-prec 8 --seconds 60 --state state -o bad.json >out 2>err &
    pid=$!
    tries=0
    while [ ! -f state ] && [ $tries -lt 300 ]; do sleep 0.1; tries=$((tries + 1)); done
    kill -s INT $pid
    wait $pid
    [ $? = 1 ] && grep -q '^scmp: .*\(cancelled\|interrupted\)' err && nothing_left
}
case_ "search: Ctrl-C" interrupted

states() {
    rm -f state
    "$scmp" search --sc-prec 7 --evaluations 1 --state state -o found.json >/dev/null || return 1
    set -- search --sc-prec 7 --evaluations 1 --state state -o bad.json
    fails 1 'with --seed 1' "$scmp" "$@" --seed 2 && fails 1 'other operands or options' "$scmp" "$@" --stoc-len 64 &&
        fails 1 'other operands or options' "$scmp" search "$a" "$b" --sc-prec 7 --evaluations 1 --state state \
            -o bad.json || return 1
    cp state kept
    for edit in 's/scmp-search/other/' 's/"format_version": 1/"format_version": 2/' 's/"seed": 1/"seed": -1/' \
        's/"rounds": 1/"rounds": 0/' \
        's/"rounds": 1/"rounds": 1.5/' 's/"cost": /"cost": 1e999/' 's/"cost": /"price": /' '$d' \
        's/"start": /"start": 128/' \
        '0,/    1,/s//    2,/' '0,/    1,/s///' 's/"best": /"worst": /'; do
        sed "$edit" kept >state
        cmp -s state kept && { echo "changes nothing: $edit"; return 1; }
        fails 1 FORMAT "$scmp" "$@" || { echo "$edit"; return 1; }
    done
}
case_ "search: states of another kind" states

refuses() {
    for line in 'search' "search $a -o bad.json" 'search -o bad.json --seconds 0' 'search -o bad.json --evaluations 0' \
        'search -o bad.json --entries 0' 'search -o bad.json --state bad.json' 'search -o bad.json --state -' \
        'search -o bad.json --seed -1' 'search -o bad.json --evaluations -1' 'search -o bad.json --seconds x' \
        'search -o bad.json --config sobol_tuned'; do
        # shellcheck disable=SC2086 # words
        fails 2 INVALID_ARGUMENT "$scmp" $line || return 1
    done
    fails 2 sc_prec "$scmp" search -o bad.json --sc-prec 11 &&
        fails 2 'nothing to search for' "$scmp" search -o bad.json --sc-prec 2 &&
        fails 2 stoc_len "$scmp" search -o bad.json --stoc-len 300 &&
        fails 2 threads "$scmp" search -o bad.json --threads -1 &&
        fails 1 'D = ' "$scmp" search "$a" "$minilm/weight_0_mlp_down.npy" -o bad.json &&
        fails 1 shape "$scmp" search "$a" "$minilm/attn_k_0.npy" -o bad.json &&
        fails 1 per_head "$scmp" search "$a" "$b" --granularity per_head -o bad.json &&
        fails 1 'cannot open' "$scmp" search missing.npy "$b" -o bad.json &&
        fails 1 'cannot write missing' "$scmp" search --sc-prec 4 -o missing/bad.json &&
        fails 1 'cannot write missing' "$scmp" search --sc-prec 4 --state missing/state -o bad.json &&
        fails 1 'no regular file' "$scmp" search --sc-prec 4 --state . -o bad.json
}
case_ "search: what it refuses" refuses

echo "1..$number"
