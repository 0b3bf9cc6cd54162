#!/bin/sh
# The bar that a person at a terminal sees: the program runs behind a pseudo-terminal. TAP.
# Arguments: the build directory; a part of the cases' names, to run only those.
. "$(dirname "$0")/harness.sh"

# behind_terminal: a product that takes minutes, on standard error of a terminal, until its bar has been drawn with
# some cells full; then Ctrl-C. Prints what the terminal got, escapes visible.
behind_terminal() {
    python3 - "$scmp" <<'END'
import os, pty, signal, subprocess, sys

rows, d = 2000, 3000
with open("wide.npy", "wb") as file:  # f32 zeros: the cycle-by-cycle backend walks through every cycle all the same
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {d}), }}\n".encode()
    file.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(4 * rows * d))
mine, theirs = pty.openpty()
command = [sys.argv[1], "matmul", "wide.npy", "wide.npy", "-o", "bad.npy", "--backend", "reference"]
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started this may ignore it
child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs)
os.close(theirs)
seen, interrupted = b"", False
while True:
    try:
        some = os.read(mine, 4096)
    except OSError:  # the other end is closed
        break
    if not some:
        break
    seen += some
    if not interrupted and b"#." in seen and b" s left" in seen:
        child.send_signal(signal.SIGINT)
        interrupted = True
print(repr(seen.decode()))
sys.exit(0 if child.wait() == 1 and interrupted else 1)
END
}

bar() {
    behind_terminal >terminal.txt || { cat terminal.txt; return 1; }
    # Each drawing begins at the line's start and clears it; the label, 30 cells, per cent, what is left to wait.
    grep -qE '\\r\\x1b\[K[a-z]+ \[#+\.+\] +[0-9]+ %  [0-9]+ s left' terminal.txt || { cat terminal.txt; return 1; }
    cells=$(grep -oE '\[#+\.+\]' terminal.txt | head -n 1)
    [ ${#cells} = 32 ] || { echo "not 30 cells: $cells"; return 1; }
    # Filled cells and per cent agree, to one cell.
    grep -oE '\[#+\.+\] +[0-9]+ %' terminal.txt | tr -d '[].%' | while read -r full percent; do
        [ $((${#full} * 10 - percent * 3)) -ge -16 ] && [ $((${#full} * 10 - percent * 3)) -le 19 ] ||
            { echo "${#full} cells for $percent %"; exit 1; }
    done || return 1
    # The bar is gone before the program's last word.
    grep -q 's left\\r\\x1b\[Kscmp: ' terminal.txt || { cat terminal.txt; return 1; }
    nothing_left
}
case_ "progress: a bar on a terminal, gone at the end" bar

without_terminal() {
    "$scmp" matmul "$golden/headline_per_row_bipolar_2d/a.npy" "$golden/headline_per_row_bipolar_2d/b.npy" \
        -o y.npy 2>err.txt && [ ! -s err.txt ]
}
case_ "progress: nothing where standard error is no terminal" without_terminal

echo "1..$number"
