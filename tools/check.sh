# ./run check, sourced: the slower checks. Each ends with status 0, with 77 where it cannot be done here, or says what
# is wrong.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2046,SC2048,SC2086,SC2154 # split lists; variables of run and steps.sh

all_checks='format commits compilers emulated tidy meson tsan fuzz valgrind abi mutants'

check_format() {
    try 'clang-format' tools/format.sh --check
}

# Commits since the last release, or since COMMITS_SINCE.
check_commits() {
    tools/subjects.sh ${COMMITS_SINCE:-}
}

check_compilers() (
    logs=
    for compilers in 'gcc g++' 'clang clang++'; do
        CC=${compilers% *} CXX=${compilers#* } werror=-Dwerror=true
        step "configure with $CC" configure "build/$CC" -Dbench=disabled
        build_tests "build with $CC, no warnings" "build/$CC"
        run_tests "build/$CC" '' "$CC"
    done
    python3 tests/summary.py $logs
)

# Processors that lack instruction sets, and a system that does not save their registers: what is lacking is not chosen
# and not executed.
check_emulated() (
    [ "$(uname -m)" = x86_64 ] || { echo 'emulated: skipped, the emulated processors are x86-64' >&2; exit 77; }
    build_release tests
    build_tests 'compile the tests' build
    for processor in Nehalem Haswell Haswell,-xsave; do
        step "dispatch on $processor" qemu-x86_64 -cpu $processor build/tests/kernels/dispatch_test
        step "kernels on $processor" qemu-x86_64 -cpu $processor build/tests/kernels/kernels_test --quick \
            --filter 'numbers of rows'
        step "scmp on $processor" qemu-x86_64 -cpu $processor build/scmp info
    done
    # shellcheck disable=SC2016 # the inner shell's
    step 'avx2 on Nehalem is an error' sh -c '! SCMP_CPU=avx2 qemu-x86_64 -cpu Nehalem build/scmp info \
        >build/log/nehalem 2>&1 && grep "UNSUPPORTED.*avx2" build/log/nehalem'
)

check_tidy() (
    CC=clang CXX=clang++
    step 'configure for clang-tidy' configure build/tidy -Dfuzz=enabled -Db_sanitize=address -Db_lundef=false
    try 'clang-tidy (many minutes)' ninja -C build/tidy tidy
)

# The newest Meson, in an environment of its own.
check_meson() (
    python_environment
    step 'get the newest Meson' build/venv/bin/python -m pip install -q \
        --disable-pip-version-check --upgrade meson
    PATH=$PWD/build/venv/bin:$PATH
    step "configure with Meson $(meson --version)" configure build/newest-meson -Dbench=disabled
    step 'build with it' ninja -C build/newest-meson product
    logs=
    export SCMP_TEST_WHOLE_SUBPROJECT=yes
    run_tests build/newest-meson install newest-meson --timeout-multiplier 10
    python3 tests/summary.py $logs
)

check_tsan() {
    step 'configure with TSan' configure build/tsan $sanitize_options -Db_sanitize=thread
    build_tests 'build with TSan' build/tsan
    logs=
    run_tests build/tsan '' tsan
    python3 tests/summary.py $logs
}

fuzz_seconds=${FUZZ_SECONDS:-20}

# fuzzed FILE: what libFuzzer did, in one line.
fuzzed() {
    awk '/ cov: / { for (i = 1; i < NF; i++) if ($i == "cov:" || $i == "ft:") found[$i] = $(i + 1) }
        /^stat::number_of_executed_units/ { runs = $2 }
        /^stat::average_exec_per_sec/ { rate = $2 }
        /^stat::slowest_unit_time_sec/ { slowest = $2 }
        END { printf "    %d inputs, %d a second, the slowest %d s; %d edges, %d features\n", runs, rate, slowest,
                  found["cov:"], found["ft:"] }' "$1" >&2
}

# Work of an input is bounded, well below a second: the limit is for machines on which nothing gets on.
check_fuzz() (
    CC=clang CXX=clang++
    step 'configure the fuzzers' configure build/fuzz $sanitize_options -Dfuzz=enabled -Dtests=disabled -Dcli=enabled \
        -Dcuda=disabled -Db_sanitize=address,undefined \
        '-Dcpp_args=-fsanitize=fuzzer-no-link -fno-sanitize-recover=all'
    step 'build the fuzzers' ninja -C build/fuzz fuzzers
    export ASAN_OPTIONS=allocator_may_return_null=1
    mkdir -p build/findings
    for fuzzer in build/fuzz/tests/fuzz/fuzz_*[!.p]; do
        name=${fuzzer##*/fuzz_}
        corpus=build/corpus/$name
        mkdir -p "$corpus"
        case $name in
        config) seeds=$(echo tests/golden/*/config.json) ;;
        npy) seeds=$(find tests/golden -name '*.npy' -size -2) ;;
        *) seeds= ;;
        esac
        for seed in $seeds; do cp "$seed" "$corpus/$(echo "$seed" | tr / -)"; done
        step "fuzz $name for $fuzz_seconds s" "$fuzzer" -max_total_time=$fuzz_seconds -timeout=120 -rss_limit_mb=2048 \
            -max_len=4096 -len_control=0 -print_final_stats=1 -artifact_prefix="build/findings/$name-" "$corpus" \
            "tests/fuzz/corpus/$name"
        fuzzed "$log"
    done
)

# Undefined values, which no sanitizer of gcc sees.
check_valgrind() (
    step 'configure for valgrind' configure build/valgrind -Dbuildtype=debugoptimized -Dbench=disabled
    build_tests 'build for valgrind' build/valgrind
    try 'valgrind' meson test -C build/valgrind --no-rebuild --setup valgrind --suite valgrind
)

# What a program that was linked with a release would miss (tests/abi).
check_abi() {
    step 'configure with debugging information' configure build/abi -Dbuildtype=debugoptimized -Dtests=disabled \
        -Dbench=disabled -Dcli=disabled -Dcuda=disabled
    step 'build libscmp' ninja -C build/abi product
    try 'abidiff with the descriptions of releases' tools/abi.sh build/abi/src/libscmp.so
}

# Small changes of the sources, each of which a test must find (tools/mutate).
check_mutants() {
    need $rtl_packages $(command -v cargo >/dev/null || echo "$rust_packages")
    python_environment
    $(debian_python) tools/mutate/mutate.py "$@"
}

# run_checks NAME...: all of them where none is named.
run_checks() {
    bad='' passed=0 skipped=''
    for name in ${*:-$all_checks}; do
        case " $all_checks " in *" $name "*) ;; *) echo "no check is called $name: $all_checks" >&2; exit 2 ;; esac
        status=0
        (check_$name) || status=$?
        case $status in
        0) passed=$((passed + 1)) ;;
        77) skipped="$skipped $name" ;;
        *) bad="$bad $name" ;;
        esac
    done
    echo "checks: $passed passed${skipped:+, skipped:$skipped}${bad:+, failed:$bad}"
    [ -z "$bad" ]
}
