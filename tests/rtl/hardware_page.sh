#!/bin/sh
# Runs the commands of docs/hardware.md against a fresh installation and compares what they print; the pictures. TAP.
# Arguments: source directory, build directory; environment: MESON.
#
# Installed is in /usr/local, and nothing is set, as for a user; where this machine does not let us (usr_local.sh), in a
# folder of its own, and what the README wants set for one is.
#
# In a block below <!-- commands --> a line that begins with "$ " is a command (goes on after a \ at its end), the
# others are what it prints, "..." standing for any text. A block below <!-- file: NAME --> is that file.
set -u
source=$1 build=$(cd "$2" && pwd)
. "$source/tests/support/clean.sh"
case ${TMPDIR:-} in *' '*) export TMPDIR=/tmp ;; esac # make and Yosys take a space for an end
page=$source/docs/hardware.md
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
. "$source/tests/support/tap.sh"
cd "$scratch" || exit 1
python=/usr/bin/python3
[ -x $python ] || python=$(command -v python3)

for tool in verilator iverilog yosys pkg-config; do
    command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is not installed"; exit 0; }
done
$python -c 'import numpy, torch' 2>/dev/null ||
    { echo "1..0 # SKIP $python has no PyTorch (Debian's python3-torch)"; exit 0; }

if [ "${3:-}" = in-usr-local ]; then
    "$MESON" install -C "$build" --no-rebuild >install.log 2>&1 ||
        { cat install.log; echo 'Bail out! meson install failed'; exit 1; }
    echo '# installed in /usr/local'
    export PATH="$scratch/bin:/usr/local/bin:/usr/bin:/bin"
else
    prefix=$("$MESON" introspect "$build" --buildoptions |
        python3 -c 'import json, sys; print(*[o["value"] for o in json.load(sys.stdin) if o["name"] == "prefix"])')
    case "$prefix:$MESON:$(command -v verilator):$(command -v iverilog):$(command -v yosys)" in
    /usr/local:*/usr/local/*) ;;
    /usr/local:*)
        if "$source/tests/support/usr_local.sh" true; then
            cd / && rm -rf "$scratch"
            exec "$source/tests/support/usr_local.sh" "$0" "$source" "$build" in-usr-local
        fi
        ;;
    esac
    "$MESON" install -C "$build" --no-rebuild --destdir "$scratch/tree" >install.log 2>&1 ||
        { cat install.log; echo 'Bail out! meson install failed'; exit 1; }
    echo '# installed in a folder of its own'
    pc=$(find tree -name scmp.pc)
    prefix=$(sed -n 's/^prefix=//p' "$pc")
    ln -s "$scratch/tree$prefix" own
    sed -i "s|^prefix=.*|prefix=$scratch/own|" "$pc"
    export PATH="$scratch/bin:$scratch/own/bin:$PATH" PKG_CONFIG_PATH="$scratch/own/lib/pkgconfig"
    export LD_LIBRARY_PATH="$scratch/own/lib"
fi
mkdir bin && ln -s "$python" bin/python3
export MAKEFLAGS='OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0' # of simulations that run for a moment
unset SCMP_CPU

# Files as they are, commands numbered: command.N, and wanted.N with what they print.
awk '
    /^<!-- file: .* -->$/ { file = $3; next }
    /^<!-- commands -->$/ { commands = 1; next }
    /^```/ && (file != "" || commands) { if (++fences == 2) { file = ""; commands = fences = more = 0 }; next }
    !fences { next }
    file != "" { print > file; next }
    /^\$ / { close(command); close(wanted); n++; command = "command." n; wanted = "wanted." n
             printf "" > wanted; print substr($0, 3) > command; more = /\\$/; next }
    more { print > command; more = /\\$/; next }
    { print > wanted }
    END { print n + 0 > "count" }
' "$page"
count=$(cat count)

# prints WANTED GOT: line by line, "..." standing for anything.
prints() {
    awk '
        function pattern(s) { gsub(/[][\\.^$*+?(){}|\/]/, "\\\\&", s); gsub(/\\\.\\\.\\\./, ".*", s); return "^" s "$" }
        NR == FNR { want[++wants] = pattern($0); next }
        { got++; if (got > wants || $0 !~ want[got]) bad = 1 }
        END { exit bad || got != wants }
    ' "$1" "$2"
}

# One shell runs all of them: what a command sets, the next one has.
mkdir work && mv layer.py work && cd work || exit 1
while [ "$number" -lt "$count" ]; do
    number=$((number + 1))
    status=0
    # shellcheck disable=SC1090 # a command of the page
    . "../command.$number" >"../got.$number" 2>&1 || status=$?
    text=$(head -n 1 "../command.$number" | cut -c 1-90 | tr '#' ' ')
    if [ $status = 0 ] && prints "../wanted.$number" "../got.$number"; then
        echo "ok $number - $text"
    else
        echo "not ok $number - $text"
        { echo "status $status; printed:"; tail -n 30 "../got.$number"; echo 'wanted:'; cat "../wanted.$number"; } |
            sed 's/^/# /'
    fi
done
cd ..

ten_commands() {
    sed -n '/^## Ten commands/,/^## What a mistake/p' "$page" | grep -c '^\$ ' | grep -x 10
}

trace_picture() {
    PYTHONPATH=$source/bindings/python SCMP_LIBRARY=$build/src/libscmp.so PYTHONDONTWRITEBYTECODE=1 \
        "$python" "$source/tests/rtl/trace_svg.py" >trace.svg && diff "$source/docs/trace.svg" trace.svg
}

# The last command 8 left: one sum of W bits for each of the exported N x M outputs.
netlist_has_the_exported_shape() {
    eval "$(sed -n 's/^localparam int \([NMDL]\) = \([0-9]*\);.*/\1=\2/p' work/array/parameters.svh)"
    W=1 states=$((D * L + 1))
    while [ "$states" -gt 1 ]; do states=$(((states + 1) / 2)) W=$((W + 1)); done
    grep -x "  output \[$((N * M * W - 1)):0\] sums;" work/netlist.v
}

case_ 'netlist.v is the exported array' netlist_has_the_exported_shape
case_ 'there are ten commands' ten_commands
case_ 'the picture of the trace is what the library gives' trace_picture
echo "1..$number"
