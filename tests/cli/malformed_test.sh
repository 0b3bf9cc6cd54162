#!/bin/sh
# Malformed .npy files: refused with a sentence, as a file and from a pipe. TAP. Argument: the build directory.
. "$(dirname "$0")/harness.sh"
a=$golden/headline_per_row_bipolar_2d/a.npy b=$golden/headline_per_row_bipolar_2d/b.npy

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
    for shape in '(99999999999, 99999999999)' '(4611686018427387904, 4)' '(9223372036854775807,)' \
        '(9223372036854775808,)' \
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

echo "1..$number"
