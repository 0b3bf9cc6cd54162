#!/bin/sh
# find.sh FOLDER: prints a Julia that works, the machine's or the one that debian.sh has put into FOLDER.
set -eu

# A Julia beside other libraries than it was built with runs until the first exception.
works() {
    command -v "$1" >/dev/null &&
        "$1" --startup-file=no -e 'VERSION < v"1.5" && exit(1); f() = error(); try f() catch end' >/dev/null 2>&1
}

for julia in julia "$1/julia"; do
    ! works "$julia" || { echo "$julia"; exit 0; }
done
exit 1
