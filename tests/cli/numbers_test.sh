#!/bin/sh
# Numbers of the command line: decimal everywhere, in their range, or an error that names the flag. TAP. Argument: the
# build directory.
. "$(dirname "$0")/harness.sh"
a=$golden/headline_per_row_bipolar_2d/a.npy b=$golden/headline_per_row_bipolar_2d/b.npy

# says KEY VALUE FLAG...: what --json has.
says() {
    key=$1 value=$2
    shift 2
    "$scmp" matmul "$a" "$b" -o y.npy --json "$@" >json || return 1
    grep -q "^ *\"$key\": $value,\$" json || { grep "\"$key\"" json; return 1; }
}
leading_zeros() {
    says stoc_len 10 --stoc-len 010 && says stoc_len 8 --stoc-len 08 && says stoc_len 9 --stoc-len=0009 &&
        says sc_prec 8 --sc-prec 08 && says rng_levels 100 --rng-levels 0100 && says chunk_d 12 --chunk-d 012 &&
        says group_a 3 --group-a 03 --group-b 010 && says threads 1 --threads 01 || return 1
    "$scmp" sweep "$a" "$b" --csv - --stoc-len 010,08 | grep -c ',sobol_simple,\(8\|10\),' | grep -qx 2 || return 1
    "$scmp" sequence -o one.npy --type sobol --seed 01,03,5,013,25,7,85,99 --start 010 --index 011 &&
        "$scmp" sequence -o two.npy --type sobol --seed 1,3,5,13,25,7,85,99 --start 10 --index 11 &&
        cmp one.npy two.npy || return 1
    "$scmp" sequence -o one.npy --type lfsr --seed 0125 --taps 07,05,04,03 &&
        "$scmp" sequence -o two.npy --type lfsr --seed 125 --taps 7,5,4,3 &&
        cmp one.npy two.npy || return 1
    "$scmp" sequence -o one.npy --type true_random --seed -010 --permutation 07,06,05,04,03,02,01,00 &&
        "$scmp" sequence -o two.npy --type true_random --seed -10 --permutation 7,6,5,4,3,2,1,0 &&
        cmp one.npy two.npy || return 1
    "$scmp" search --sc-prec 4 --seed 010 --entries 08 -o - >one.json &&
        "$scmp" search --sc-prec 4 --seed 10 --entries 8 -o - | cmp - one.json || return 1
    "$scmp" calibrate "$a" -o st && "$scmp" scales st "$b" -o one.npy --alpha 00.5 --eps 01e-05 &&
        "$scmp" scales st "$b" -o two.npy --alpha 0.5 --eps 1e-5 && cmp one.npy two.npy
}
case_ "leading zeros mean nothing" leading_zeros

# Every flag that takes a whole number, with a word that is none.
flags() {
    for word in 0x10 0X1 0b1 1e3 1.0 5. +5 ' 5' '5 ' 5_0 "5'0" ten '' 1- --5 '١'; do
        for flag in stoc-len sc-prec rng-levels chunk-d group-a group-b threads; do
            fails 2 "^scmp: --$flag: " "$scmp" matmul "$a" "$b" -o bad.npy --$flag "$word" || return 1
        done
        for flag in seed evaluations entries threads; do
            fails 2 "^scmp: --$flag: " "$scmp" search -o bad.json --$flag "$word" || return 1
        done
        for flag in start index; do
            fails 2 "^scmp: --$flag: " "$scmp" sequence -o bad.npy --type sobol --$flag "$word" || return 1
        done
        fails 2 '^scmp: --seed: ' "$scmp" sequence -o bad.npy --type lfsr --seed "$word" || return 1
        fails 2 '^scmp: --group: ' "$scmp" quantize "$a" -o bad --group "$word" || return 1
        fails 2 '^scmp: --stoc-len: ' "$scmp" sweep "$a" "$b" -o bad.html --stoc-len "16,$word" || return 1
        fails 2 '^scmp: --taps: ' "$scmp" sequence -o bad.npy --type lfsr --seed 1 --taps "0,$word" || return 1
        fails 2 '^scmp: --seed: ' "$scmp" sequence -o bad.npy --type sobol --seed "1,$word" || return 1
        fails 2 '^scmp: --permutation: ' "$scmp" sequence -o bad.npy --type sobol --permutation "$word,1" || return 1
    done
}
case_ "whole numbers are decimal digits" flags

reals() {
    "$scmp" calibrate "$a" -o st || return 1
    for word in nan NaN -nan inf infinity -inf 0x1p-1 1e400 1e-400 +0.5 ' 0.5' '0.5 ' 0,5 half '' 1e 1e+; do
        fails 2 '^scmp: --alpha: ' "$scmp" scales st "$b" -o bad.npy --alpha "$word" || return 1
        fails 2 '^scmp: --eps: ' "$scmp" scales st "$b" -o bad.npy --eps "$word" || return 1
        fails 2 '^scmp: --seconds: ' "$scmp" search -o bad.json --seconds "$word" || return 1
    done
    for word in .5 5e-1 0.50; do quiet "$scmp" scales st "$b" -o s.npy --alpha $word || return 1; done
}
case_ "reals are decimal and finite" reals

ranges() {
    for word in 99999999999 -99999999999 2147483648; do
        for flag in stoc-len sc-prec rng-levels threads; do
            fails 2 "^scmp: --$flag: $word is out of range" "$scmp" matmul "$a" "$b" -o bad.npy --$flag $word ||
                return 1
        done
        fails 2 "^scmp: --stoc-len: $word is out of range" "$scmp" sweep "$a" "$b" -o bad.html --stoc-len 8,$word ||
            return 1
        fails 2 "^scmp: --taps: $word is out of range" \
            "$scmp" sequence -o bad.npy --type lfsr --seed 1 --taps 0,$word || return 1
    done
    for flag in chunk-d group-a; do
        fails 2 "^scmp: --$flag: .* is out of range" "$scmp" matmul "$a" "$b" -o bad.npy --$flag 9223372036854775808 ||
            return 1
    done
    fails 2 '^scmp: --seed: .* is out of range, 0 to 18446744073709551615' \
        "$scmp" search -o bad.json --seed 18446744073709551616 &&
        fails 2 '^scmp: --start: .* is out of range' "$scmp" sequence -o bad.npy --type sobol --start 4294967296 ||
        return 1
    for line in 'matmul a b -o bad.npy --stoc-len -5' 'matmul a b -o bad.npy --chunk-d -1' \
        'matmul a b -o bad.npy --threads -1' \
        'search -o bad.json --seed -1' 'search -o bad.json --evaluations -1' 'search -o bad.json --entries -1' \
        'search -o bad.json --seconds -1' \
        'sequence -o bad.npy --type sobol --start -1' 'sequence -o bad.npy --type sobol --index -1' \
        'sequence -o bad.npy --type lfsr --seed -1' \
        'sweep a b -o bad.html --stoc-len 8,-8' 'search -o bad.json --seconds 0' 'search -o bad.json --entries 0'; do
        flag=${line% *}
        # shellcheck disable=SC2086 # words
        fails 2 "^scmp: ${flag##* }" "$scmp" $line || return 1
    done
    for list in 16,,8 ,16 16, ,; do
        fails 2 '^scmp: --stoc-len: ' "$scmp" sweep "$a" "$b" -o bad.html --stoc-len "$list" &&
            fails 2 '^scmp: --granularity: ' "$scmp" sweep "$a" "$b" -o bad.html --granularity "$list" || return 1
    done
}
case_ "numbers that do not fit, negative ones, lists with gaps" ranges

echo "1..$number"
