#!/bin/sh
# What is built is hardened: the loader and the kernel are told so, and the compiler's checks are in it. TAP.
# Arguments: build directory, tap.sh, the compiler's arguments that it took of those asked for, the files.
set -u
build=$(cd "$1" && pwd) tap=$2 arguments=$3
shift 3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# shellcheck source=../support/tap.sh
. "$tap"

[ "$(uname -m)" = x86_64 ] || { echo '1..0 # SKIP what is looked for is of x86-64'; exit 0; }
command -v readelf >/dev/null || { echo '1..0 # SKIP readelf is not installed (binutils)'; exit 0; }

# has FILE WHAT TEXT: what readelf prints of a file, and must not be without.
has() {
    readelf -W "$2" "$1" 2>&1 | grep -E -- "$3" || { echo "$1 has no $3"; return 1; }
}
lacks() {
    ! readelf -W "$2" "$1" 2>&1 | grep -E -- "$3" || { echo "$1 has $3"; return 1; }
}

relocations_are_read_only() {
    has "$1" --segments GNU_RELRO && has "$1" --dynamic 'BIND_NOW|FLAGS.*NOW' && lacks "$1" --dynamic TEXTREL
}
memory_is_written_or_executed() {
    has "$1" --segments 'GNU_STACK .* RW  ' && lacks "$1" --segments 'LOAD .* RWE '
}
has_position_independent_code() {
    has "$1" --file-header 'Type: *DYN'
}
says_shadow_stacks_are_fine() {
    has "$1" --notes 'SHSTK'
}
is_found_without_paths() {
    lacks "$1" --dynamic 'RPATH|RUNPATH'
}

# Each object's own note: the linker drops the property where one lacks it.
every_object_has_both_notes() {
    readelf -W --notes "$build/src/libscmp.a" 2>/dev/null | awk '
        /^File: / { if (file != "" && !both) { print file; bad = 1 } file = $0; both = 0; files++ }
        /IBT, SHSTK/ { both = 1 }
        END { if (!both) { print file; bad = 1 } print files + 0 " objects"; exit bad || files < 50 }'
}

# case_with ARGUMENT TEXT COMMAND...: a case where the compiler took that argument.
case_with() {
    argument=$1
    shift
    case " $arguments " in
    *" $argument "*) case_ "$@" ;;
    *) skip "$1" "this build is without $argument" ;;
    esac
}

for file; do
    name=$(basename "$file")
    case_ "$name: what the loader has written once is read-only" relocations_are_read_only "$build/$file"
    case_ "$name: no memory is both written and executed" memory_is_written_or_executed "$build/$file"
    case_ "$name: loaded anywhere" has_position_independent_code "$build/$file"
    case_with -fstack-protector-strong "$name: stack protector" has "$build/$file" --dyn-syms 'UND __stack_chk_fail'
    case_with -D_FORTIFY_SOURCE=2 "$name: FORTIFY" has "$build/$file" --dyn-syms 'UND __[a-z]*_chk(@| |$)'
    case_with -fcf-protection=full "$name: shadow stacks" says_shadow_stacks_are_fine "$build/$file"
    case_ "$name: no path of this machine" is_found_without_paths "$build/$file"
done
case_with -fcf-protection=full 'libscmp.a: shadow stacks and branch targets in every object' every_object_has_both_notes
echo "1..$number"
