#!/bin/sh
# The README's way in, as printed: meson install -C build, then its compile lines, with nothing set, where /usr/local is
# empty and the loader's cache does not know libscmp. TAP.
# Arguments: source directory, build directory, cli|no-cli; environment: MESON.
set -u
source=$1 build=$(cd "$2" && pwd) cli=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
. "$source/tests/support/tap.sh"
. "$source/tests/support/clean.sh"
unset CC CXX

skip_all() {
    echo "1..0 # SKIP $*"
    exit 0
}
prefix=$("$MESON" introspect "$build" --buildoptions | tr '{' '\n' |
    sed -n 's/.*"name": "prefix", "value": "\([^"]*\)".*/\1/p')
[ "$prefix" = /usr/local ] || skip_all "this build's prefix is '$prefix', not /usr/local"
for program in "$MESON" "$(command -v cc)" "$(command -v pkg-config)"; do
    case $program in
    '') skip_all 'cc and pkg-config are not both installed' ;;
    /usr/local/*) skip_all "$program would be out of reach" ;;
    esac
done
"$source/tests/support/usr_local.sh" true ||
    skip_all 'neither root nor user namespaces: /usr/local cannot be replaced for a moment'

# What a user's login shell has; the loader's folders are not in it after su.
PATH=/usr/local/bin:/usr/bin:/bin

# block NAME: the fenced block below <!-- NAME --> in the README.
block() {
    awk -v mark="<!-- $1 -->" '
        $0 == mark { found = 1; next }
        found == 1 && /^```/ { found = 2; next }
        found == 2 && /^```/ { exit }
        found == 2 { print }' "$source/README.md"
}
block 'example: c' >"$scratch/example.c"
block 'compile' >"$scratch/compile"

# How cc warns is not the README's.
# shellcheck disable=SC2016 # the inner shell's
installs_compiles_and_runs() {
    [ -s "$scratch/example.c" ] && grep -c '^cc ' "$scratch/compile" | grep -x 2 || return
    "$source/tests/support/usr_local.sh" sh -eu -c '
        meson=$1 build=$2 source=$3 cli=$4
        cd "$0"
        "$meson" install -C "$build" --no-rebuild >install.log || { cat install.log; exit 1; }
        grep "^cc " compile >lines
        while read -r line; do
            rm -f example
            eval "$line"
            ./example
            case $line in
            *--static*) ! readelf -d example | grep "NEEDED.*libscmp" ;;
            *) readelf -d example | grep "NEEDED.*libscmp" ;;
            esac
            ! readelf -d example | grep RPATH
        done <lines
        [ "$cli" = no-cli ] || scmp --version
        [ -d "$(pkg-config --variable=rtldir scmp)" ] && [ -d "$(pkg-config --variable=dpidir scmp)" ]
        ' "$scratch" "$MESON" "$build" "$source" "$cli"
}

case_ "the README's lines, with nothing set" installs_compiles_and_runs
[ ! -e /usr/local/include/scmp ] || echo '# (this machine has an installed libscmp, which was out of the way)'
echo "1..$number"
