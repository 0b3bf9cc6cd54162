#!/bin/sh
# Compares the binary interface of a library with the descriptions of releases in tests/abi/generated, or writes one:
#
#   tools/abi.sh LIBRARY            fails where a program of a release would miss something (abidiff)
#   tools/abi.sh --write LIBRARY    writes the description of the version that the header says (abidw)
#
# The library must have debugging information. Functions may be added, and what tests/abi/allowed.abignore says; the
# description of a version that is not released yet is written again when the interface changes.
set -eu
library=$(realpath -- "${2:-$1}")
cd -- "$(dirname -- "$0")/.."
include=$PWD/include
version=$(sed -n 's/^#define SCMP_VERSION_M[AI][JN]OR //p' include/scmp/scmp.h | paste -sd.)

describe() { # describe LIBRARY FILE
    abidw --no-corpus-path --no-comp-dir-path --no-show-locs --exported-interfaces-only --drop-private-types \
        --headers-dir "$include" --out-file "$2" "$1"
}

if [ "$1" = --write ]; then
    describe "$library" "tests/abi/generated/scmp-$version.abi"
    exit
fi
# members DESCRIPTION: each member of a struct with its place, which abidiff does not look at where a struct may grow.
members() {
    awk -F"'" '/<class-decl name=/ { struct = $2 }
        /<data-member / { place = $4 }
        /<var-decl name=/ && place != "" { print struct "." $2, "at bit", place; place = "" }' "$1" | sort
}

now=$(mktemp)
trap 'rm -f "$now" "$now.members"' EXIT
describe "$library" "$now"
status=0
for description in tests/abi/generated/scmp-*.abi; do
    abidiff --no-added-syms --suppressions tests/abi/allowed.abignore "$description" "$now" || status=$?
    members "$now" >"$now.members"
    if members "$description" | comm -23 - "$now.members" | grep .; then
        echo "these members of $description have gone or have moved"
        status=1
    fi
done
exit "$status"
