# What the tests of the scmp program share: sourced with the build directory as its first argument, and perhaps a part
# of the names of the cases to run as its second. TAP.
# shellcheck shell=sh
set -u
# shellcheck disable=SC2034 # tap.sh's
only=${2:-}
scmp=$(cd "$1" && pwd)/src/cli/scmp
golden=$(cd "$(dirname "$0")/../golden" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
. "$(dirname "$0")/../support/tap.sh"
cd "$scratch" || exit 1
unset SCMP_CPU
# A sanitizer's word on an allocation that fails on purpose is not the program's.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}allocator_may_return_null=1"

# --- What commands do -------------------------------------------------------------------------------------------------

# fails CODE WHAT COMMAND...: the program exits with CODE and says one line. WHAT is a status, D_MISMATCH say, or a
# pattern of the sentence; the status stands in --json, for the verbs that have it.
fails() {
    code=$1 what=$2
    shift 2
    "$@" >fails.out 2>fails.err
    got=$?
    cat fails.err
    [ "$got" = "$code" ] || { echo "exit code $got, not $code: $*"; return 1; }
    [ "$(wc -l <fails.err)" = 1 ] || { echo "not one line: $*"; return 1; }
    grep -q '^scmp: .' fails.err && ! grep -q SCMP_ERROR fails.err || { echo "no plain sentence: $*"; return 1; }
    [ ! -s fails.out ] || { echo "standard output is not empty: $*"; return 1; }
    case $what in
    *[!A-Z0-9_]*) grep -q "$what" fails.err || { echo "not '$what': $*"; return 1; } ;;
    *)
        case " $* " in
        *" - "*) ;;
        "$scmp matmul "* | " $scmp matmul "* | " $scmp info "*)
            "$@" --json >fails.json 2>/dev/null
            grep -q "^  \"status\": \"SCMP_ERROR_$what\"," fails.json ||
                { cat fails.json; echo "not $what: $*"; return 1; }
            ;;
        esac
        ;;
    esac
    nothing_left
}

# What a failing command must not leave behind: its output, whole or in part.
nothing_left() {
    ls -A | grep -E '^bad(\.|$)|\.tmp$' && { echo "left behind"; return 1; }
    return 0
}

# quiet COMMAND...: succeeds without a word.
quiet() {
    "$@" >quiet.out 2>quiet.err || { cat quiet.err; return 1; }
    [ ! -s quiet.out ] && [ ! -s quiet.err ] || { echo "not silent: $*"; return 1; }
}

# Numbers of a .npy file (version 1, little-endian), one a line: TYPE is od's, "d4", "f8", ...
numbers() {
    header=$(od -An -j8 -N2 -tu2 "$2" | tr -d ' ')
    tail -c +$((header + 11)) "$2" | od -An -v -t"$1" -w"${1#?}" | tr -d ' '
}

# npy FILE HEADER: version 1, the header as given; the payload comes from standard input.
npy() {
    printf '\223NUMPY\001\000' >"$1"
    length=${#2}
    # shellcheck disable=SC2059 # two octal escapes
    printf "\\$(printf %03o $((length % 256)))\\$(printf %03o $((length / 256)))" >>"$1"
    printf %s "$2" >>"$1"
    cat >>"$1"
}
