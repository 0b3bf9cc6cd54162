#!/bin/sh
# Headers of .npy files that come near to being right: each is refused, as a file and from a pipe. TAP.
# Arguments: the build directory; a part of the cases' names, to run only those.
. "$(dirname "$0")/harness.sh"

# 1 -2 3 -.25 0 10
six='\000\000\200\077\000\000\000\300\000\000\100\100\000\000\200\276\000\000\000\000\000\000\040\101'
numbers_of_f4() {
    # shellcheck disable=SC2059 # octal escapes
    printf "$six"
}
numbers_of_f4 | npy good.npy "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"

# read_as: m.npy is read, and is the good one.
read_as() {
    quiet "$scmp" matmul m.npy good.npy -o y.npy && quiet "$scmp" matmul good.npy good.npy -o want.npy &&
        cmp y.npy want.npy
}
# refused STATUS
refused() {
    # shellcheck disable=SC2016 # the inner shell's
    fails 1 "$1" "$scmp" matmul m.npy good.npy -o bad.npy &&
        fails 1 "$1" sh -c 'cat m.npy | "$1" matmul - good.npy -o bad.npy' sh "$scmp"
}

# Only 1.0, 2.0 and 3.0 are known.
versions() {
    cp good.npy m.npy && read_as || return 1
    for minor in 001 002 377; do
        # shellcheck disable=SC2059
        { printf "\\223NUMPY\\001\\$minor"; tail -c +9 good.npy; } >m.npy && refused FORMAT ||
            { echo "1.$minor"; return 1; }
    done
    for major in 000 004 377; do
        # shellcheck disable=SC2059
        { printf "\\223NUMPY\\$major\\000"; tail -c +9 good.npy; } >m.npy && refused FORMAT ||
            { echo "$major.0"; return 1; }
    done
}
case_ ".npy: versions" versions

# All three keys, in any order, and no other; none twice.
keys() {
    descr="'descr': '<f4'" order="'fortran_order': False" shape="'shape': (2, 3)"
    for header in "{$order, $descr, $shape}" "{$shape,$descr,$order,}"; do
        numbers_of_f4 | npy m.npy "$header" && read_as || { echo "$header"; return 1; }
    done
    for header in "{$descr, $shape}" "{$order, $shape}" "{$descr, $order}" "{$descr, $order, $shape, 'x': 1}" \
        "{$descr, $order, $shape, $shape}" "{$descr, $order, $order, $shape}" "{$descr, $descr, $order, $shape}" \
        "{$descr, $order, $shape} {}" "{$descr $order, $shape}" "($descr, $order, $shape)" "{$descr, $order, $shape" \
        "{$descr, 'fortran_order': 0, $shape}" "{$descr, 'fortran_order': 'False', $shape}"; do
        numbers_of_f4 | npy m.npy "$header" && refused FORMAT || { echo "$header"; return 1; }
    done
}
case_ ".npy: keys" keys

# 4 * (2^62 + 6) bytes are 24 in 64 bits, as many as there are; 2^32 * 2^32 elements are none.
overflowing() {
    for shape in '(4611686018427387910,)' '(2, 4611686018427387907)' '(4611686018427387907, 2)' \
        '(4294967296, 4294967296)' '(9223372036854775807, 2)'; do
        numbers_of_f4 | npy m.npy "{'descr': '<f4', 'fortran_order': False, 'shape': $shape, }"
        refused FORMAT || { echo "$shape"; return 1; }
        : | npy m.npy "{'descr': '<f4', 'fortran_order': False, 'shape': $shape, }"
        refused FORMAT || { echo "$shape, without data"; return 1; }
    done
}
case_ ".npy: sizes whose product overflows" overflowing

# One element too few or too many for the shape.
lengths() {
    for shape in '(7,)' '(1, 7)' '(3, 3)' '(5,)' '(1, 5)' '(0, 3)' '(2, 0)'; do
        numbers_of_f4 | npy m.npy "{'descr': '<f4', 'fortran_order': False, 'shape': $shape, }"
        refused FORMAT || { echo "$shape"; return 1; }
    done
}
case_ ".npy: another number of elements" lengths

echo "1..$number"
