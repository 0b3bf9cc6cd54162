#!/bin/sh
# ignored_status.sh INCLUDE c|cpp COMPILER...: a compiler warns where a program drops a status, and only there.
set -u
include=$1
case $2 in c) language='-x c -std=c99' ;; *) language='-x c++ -std=c++17' ;; esac
shift 2

# compiles BODY COMPILER...: whether a function with that in it has no warning.
compiles() {
    body=$1
    shift
    # shellcheck disable=SC2086 # several options
    printf '#include <scmp/scmp_model.h>\nint f(scmp_ctx *ctx);\nint f(scmp_ctx *ctx) { %s }\n' "$body" |
        "$@" $language -c -o /dev/null -Wall -Wextra -Wpedantic -Werror -I"$include" -
}

compiles 'return scmp_ctx_synchronize(ctx) == SCMP_OK;' "$@" || exit 1
for call in 'scmp_ctx_synchronize(ctx)' 'scmp_matmul(ctx, 0, 0, 0, 0, 0)' 'scmp_lint(ctx, 0, 0, 0, 0, 0)'; do
    if compiles "$call; return 0;" "$@" 2>/dev/null; then
        echo "no warning where the status of $call is dropped"
        exit 1
    fi
done
