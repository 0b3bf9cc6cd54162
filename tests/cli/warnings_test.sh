#!/bin/sh
# What the scmp program says on standard error beside its results: generators that repeat before their type must. TAP.
# Argument: the build directory.
. "$(dirname "$0")/harness.sh"
minilm=$golden/../data/minilm
a=$minilm/eval_5_q.npy b=$minilm/weight_5_q.npy

# warns WORDS COMMAND...: succeeds with one line on standard error, a warning that has the words.
warns() {
    words=$1
    shift
    "$@" >warns.out 2>warns.err || { cat warns.err; return 1; }
    [ "$(wc -l <warns.err)" = 1 ] && grep -q "^scmp: warning: .*$words" warns.err ||
        { echo "not: $words"; cat warns.err; return 1; }
}

sequences() {
    # Taps 1 miss bit 0: 5, 2, 129, 64, 32, 16, 8, 4, 2.
    said='with taps 1 and seed 5, repeats after 8 draws (period 7 from draw 1 on)'
    warns "$said, maximal taps of 8 bits after 255; bit 0" \
        "$scmp" sequence --type lfsr --taps 1 --seed 5 -o s.npy || return 1
    [ "$(numbers d4 s.npy | head -n 9 | tr '\n' ' ')" = '5 2 129 64 32 16 8 4 2 ' ] || return 1
    warns 'repeats after 8 draws' "$scmp" sequence --type lfsr --taps 1 --seed 5 --format csv -o - || return 1
    [ "$(grep -vc '^#' warns.out)" = 257 ] || { cat warns.out; return 1; }
    # It comes to 0 and stays there: 8, 4, 2, 1, 0, 0.
    warns 'repeats after 5 draws (period 1 from draw 4 on), maximal taps of 4 bits after 15' \
        "$scmp" sequence --type lfsr --sc-prec 4 --taps 3 --seed 4 -o s.npy
    warns 'with taps 7,0 and seed 3, repeats after 63 draws (period 63), maximal taps of 8 bits after 255$' \
        "$scmp" sequence --type lfsr --taps 7,0 --seed 3 -o s.npy &&
        warns 'LFSR with zero state with taps 7,0 .* of 8 bits after 256$' \
            "$scmp" sequence --type lfsr --taps 7,0 --seed 3 --zero-state -o s.npy || return 1
    for flags in '--seed 5' '--seed 5 --zero-state' '--seed 0 --zero-state' '--seed 5 --taps 0,2,3,4' \
        '--seed 5 --stoc-len 256'; do
        # shellcheck disable=SC2086 # words
        quiet "$scmp" sequence --type lfsr $flags -o s.npy || { echo "$flags"; return 1; }
    done
    quiet "$scmp" sequence --type sobol --seed 1,3,5,15,31,63,127,255 -o s.npy &&
        quiet "$scmp" sequence --type true_random --seed 1 -o s.npy
}
case_ "warnings: sequence" sequences

# config TAPS [MORE]: a configuration with an LFSR on the right.
config() {
    entry() { seq 384 | sed "s/.*/{\"rng_id\": $1}/" | paste -sd, -; }
    pool='"rng_pool": [{"type": "sobol"}, {"type": "lfsr", "seed": 5, "taps": [%s]%s}]'
    printf "{$pool, "'"sng": {"q": [%s], "k": [%s]}}\n' \
        "$1" "${2:-}" "$(entry 0)" "$(entry 1)" >"config.json"
}
every_verb() {
    config 1
    words='rng_pool\[1\], an LFSR with taps 1 and seed 5, repeats after 8 draws'
    warns "$words" "$scmp" matmul "$a" "$b" --config config.json -o y.npy &&
        warns "$words" "$scmp" matmul "$a" "$b" --config config.json --stoc-len 8 -o y.npy &&
        warns "$words" "$scmp" sweep "$a" "$b" --config config.json --stoc-len 16 --stoc-len 32 --csv y.csv &&
        warns "$words" "$scmp" sequence --config config.json --side right -o s.npy &&
        warns "$words" "$scmp" export dir "$a" "$b" --config config.json --no-tables &&
        warns "$words" "$scmp" verify dir || return 1
    # Results are what they are: only standard error has the word.
    "$scmp" matmul "$a" "$b" --config config.json --json -o y.npy 2>err >out && [ "$(wc -l <err)" = 1 ] &&
        grep -q '"config": "config.json"' out || return 1
    config 4,3,2,0
    quiet "$scmp" matmul "$a" "$b" --config config.json -o y.npy && config 4,3,2,0 ', "zero_state": true' &&
        quiet "$scmp" matmul "$a" "$b" --config config.json -o y.npy &&
        quiet "$scmp" matmul "$a" "$b" --config lfsr_default -o y.npy
}
case_ "warnings: every verb that takes a configuration, once" every_verb

data_books() {
    said='taps counted from 1 of a left-shifting register, as XAPP 052 has them, are 8 - t here, 0,2,3,4'
    said="$said; XNOR feedback is the complement"
    "$scmp" sequence --type lfsr --taps 8,6,5,4 --seed 5 -o bad.npy 2>err && return 1
    [ "$(wc -l <err)" = 1 ] && grep -q "outside 0 .. 7: $said" err && nothing_left || { cat err; return 1; }
    config 8,6,5,4
    fails 1 INVALID_CONFIG "$scmp" matmul "$a" "$b" --config config.json -o bad.npy && grep -q "$said" fails.err
}
case_ "warnings: taps of data books are converted" data_books

echo "1..$number"
