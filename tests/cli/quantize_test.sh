#!/bin/sh
# Every file of "scmp quantize" in every mode and granularity, against the reference vectors. TAP.
# Arguments: the build directory; a part of the cases' names, to run only those.
. "$(dirname "$0")/harness.sh"

# files VECTOR FLAG...: exactly the files of the mode, each with the vector's numbers. Scales and zero points of a
# tensor are f64, others f32.
files() {
    vector=$golden/quantize/$1
    shift
    rm -f q.*
    quiet "$scmp" quantize "$vector/x.npy" -o q "$@" || return 1
    case " $* " in *" unipolar "*) wanted='boundary row_sum scale zp' ;; *) wanted='boundary scale sign' ;; esac
    [ "$(echo q.*)" = "$(for part in $wanted; do printf 'q.%s.npy ' $part; done | sed 's/ $//')" ] ||
        { echo "other files:" q.*; return 1; }
    for part in $wanted; do
        cmp q.$part.npy "$vector/$part.npy" || return 1
    done
}

case_ "quantize: unipolar per_row" \
    files U2_g1_p8_G256_ties --mode unipolar
case_ "quantize: unipolar per_row, a coarse grid, negative values" \
    files U2_g1_p8_G100_negative --mode unipolar --rng-levels 100
case_ "quantize: unipolar per_row in groups" \
    files U2_g4_p6_G64_mixedscale --mode unipolar --sc-prec 6 --group 4
case_ "quantize: unipolar per_tensor" \
    files U1_p8_G128_tiny --mode unipolar --granularity per_tensor --rng-levels 128
case_ "quantize: unipolar per_tensor, rows of zeros" \
    files U1_p4_G16_zerorows --mode unipolar --granularity per_tensor --sc-prec 4
case_ "quantize: bipolar per_row in groups" files B3_g3_p8_G256_outlier --group 3
case_ "quantize: bipolar per_tensor" files B1_p8_G256_normal --granularity per_tensor

echo "1..$number"
