#!/bin/sh
# The tests of the Julia package, as TAP: `test.sh SOURCE BUILD`. SCMP_TEST_CASES=WORD in the environment: those with
# WORD in their names.
set -eu
. "$1/tests/support/clean.sh"
unset JULIA_LOAD_PATH JULIA_PROJECT
julia=$("$1/bindings/julia/find.sh" "$2/julia") || {
    echo '1..0 # SKIP no Julia 1.5 or later here, and none to be had from Debian (build/log/julia.txt)'
    exit 0
}
cd "$1"
export JULIA_DEPOT_PATH="$2/julia/depot"
exec "$julia" --startup-file=no --project=bindings/julia/SCMP bindings/julia/SCMP/test/runtests.jl \
    "${SCMP_TEST_CASES:-}"
