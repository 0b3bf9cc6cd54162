#!/bin/sh
# compare.sh EXPECTED COMMAND...: fails with the difference where a command does not print EXPECTED, byte for byte.
expected=$1
shift
"$@" | diff "$expected" - && echo "prints $(wc -l <"$expected") lines as expected"
