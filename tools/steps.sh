# What ./run and the scripts of tools/ share, sourced at the top of the repository: packages, steps with a log, builds
# and their tests.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2046,SC2048,SC2086 # lists of packages, options and names are meant to be split

# --- The machine ------------------------------------------------------------------------------------------------------

# need PACKAGE...: installs those that are missing.
need() {
    command -v dpkg-query >/dev/null || return 0 # not a Debian: meson says what it misses
    case $CC in *clang*) set -- "$@" clang libclang-rt-14-dev ;; esac
    missing=
    for package; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        as_root='sudo '
    else
        echo "Debian packages are missing, and you are neither root nor may use sudo. Let root type this line" \
            "(after apt-get update), then start ./run again:" >&2
        echo "apt-get install -y --no-install-recommends$missing"
        exit 2
    fi
    step "install$missing" apt_install $missing
}

apt_install() {
    ${as_root}apt-get -o DPkg::Lock::Timeout=300 update &&
        ${as_root}env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y \
            --no-install-recommends "$@"
}

# What root has built, others cannot build on.
check_writable() {
    if [ ! -w . ] && [ ! -d build ]; then
        echo "$PWD belongs to another user ($(stat -c %U .)), and nothing can be built in it: clone it yourself" >&2
        exit 2
    fi
    [ -d build ] || return 0
    foreign=$(find build -maxdepth 2 ! -type l ! -writable -print -quit 2>/dev/null)
    [ -n "$foreign" ] || return 0
    echo "$foreign belongs to another user ($(stat -c %U "$foreign")): as that user or root, remove $PWD/build or" \
        "type chown -R $(id -un) '$PWD/build', then start ./run again" >&2
    exit 2
}

# Files that root makes in a user's checkout become that user's, who goes on in the same build/.
give_to_owner() {
    [ "$(id -u)" = 0 ] && [ "$(stat -c %u .)" != 0 ] || return 0
    trap 'find . -xdev -uid 0 -exec chown -h "$(stat -c %u:%g .)" {} +' EXIT
}

# Removes what does not belong in a test: another library, kernel or package path than those under test, and a home that
# cannot be written.
test_environment() {
    unset SCMP_CPU SCMP_CUDA_KERNEL SCMP_LIBRARY SCMP_LIB_DIR SCMP_LINK SCMP_TEST_CASES SCMP_TEST_DATA
    unset CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS RUSTC_WRAPPER JULIA_LOAD_PATH JULIA_PROJECT PYTEST_ADDOPTS
    umask 022
    if [ ! -d "${HOME:-/nonexistent}" ] || [ ! -w "$HOME" ]; then
        HOME=$PWD/build/home
        mkdir -p "$HOME"
    fi
    export HOME
    [ -w "${TMPDIR:-/tmp}" ] || { echo "TMPDIR: '${TMPDIR:-/tmp}' is no folder that can be written" >&2; exit 2; }
}

# Starts ./run COMMAND again where the process that started it ignores or blocks what its children need: a child that
# ends (SIGCHLD), a pipe without a reader, any blocked signal. Ctrl-C and hangup stay as they were meant.
with_plain_signals() {
    [ -z "${SCMP_PLAIN_SIGNALS:-}" ] || return 0
    export SCMP_PLAIN_SIGNALS=yes
    exec python3 -c '
import os, signal, sys
for number in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ): # Python itself ignores the last two
    signal.signal(number, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_SETMASK, ())
os.execv(sys.argv[1], sys.argv[1:])' ./run "$@"
}

# --- Steps ------------------------------------------------------------------------------------------------------------

# try TEXT COMMAND...: runs a command quietly; its output is in build/log, and on the terminal where it fails.
try() {
    mkdir -p build/log
    log=build/log/$(printf %s "$1" | tr -cs 'a-zA-Z0-9.+' '-' | cut -c 1-60).txt
    printf '%s ... ' "$1" >&2
    shift
    if "$@" >"$log" 2>&1 </dev/null; then
        echo ok >&2
    else
        echo "FAILED, see $log" >&2
        tail -n 60 "$log" >&2
        return 1
    fi
}

# step TEXT COMMAND...: likewise, and there is no going on without it.
step() {
    try "$@" || exit 1
}

# --- Builds -----------------------------------------------------------------------------------------------------------

# In CI a warning is an error.
werror=
[ "${CI:-}" != true ] || werror=-Dwerror=true

# configure DIRECTORY OPTION...: sets a build directory up, or anew where compiler or options are others than last time.
configure() {
    directory=$1
    shift
    wanted="$CC $CXX $werror ${CFLAGS:-} ${CXXFLAGS:-} ${LDFLAGS:-} $*"
    if [ -f "$directory/build.ninja" ] && [ "$(cat "$directory/.options" 2>/dev/null)" = "$wanted" ]; then
        return 0
    fi
    case $directory in
    build) # holds the other build directories, which stay
        for old in build/*; do
            case $old in build/log | build/venv | build/corpus | build/findings | build/julia) continue ;; esac
            [ -f "$old/build.ninja" ] || rm -rf "$old"
        done
        ;;
    *) rm -rf "$directory" ;;
    esac
    meson setup "$directory" $werror "$@" && echo "$wanted" >"$directory/.options"
}

# build_tests TEXT DIRECTORY: what is installed, and all that tests run.
build_tests() {
    step "$1" ninja -C "$2" all meson-test-prereq
}

# test_names DIRECTORY WORDS: a build's tests with one of the words (a line each) in their name. Those of Python and
# Julia are programs of many cases, which look at the cases' names themselves.
test_names() {
    meson introspect --tests "$1" | python3 -c '
import json, sys
words = sys.argv[1].splitlines() or [""]
for test in json.load(sys.stdin):
    selects = any(suite.endswith((":python", ":julia")) for suite in test["suite"])
    if selects or any(word in test["name"] for word in words):
        print(test["name"])' "$2"
}

# run_tests DIRECTORY WORDS LABEL OPTION...: runs a build's tests with one of the words in their name; what came of them
# is in LABEL.json, and the summary reports what failed.
run_tests() {
    directory=$1 words=$2 label=$3
    shift 3
    names=$(test_names "$directory" "$words")
    [ -n "$names" ] || { echo "no test of the $label build has '$words' in its name" >&2; return 0; }
    rm -f "$directory/meson-logs/$label.json"
    mkdir -p build/log
    echo "run tests, $label" >&2
    SCMP_TEST_CASES=$words meson test -C "$directory" --no-rebuild --logbase "$label" "$@" $names \
        >"build/log/tests-$label.txt" 2>&1 </dev/null || true
    logs="$logs $label=$directory/meson-logs/$label.json"
}

# -Og: with sanitizers, gcc takes three times as long for -O2.
sanitize_options='-Doptimization=g -Ddebug=true -Db_ndebug=false -Db_lundef=false -Dbench=disabled'

# --- Python -----------------------------------------------------------------------------------------------------------

# Debian's own Python, which has its NumPy and PyTorch.
debian_python() {
    [ -x /usr/bin/python3 ] && echo /usr/bin/python3 || echo python3
}

# The environment that Python tools and tests run in, on top of Debian's.
make_python_environment() {
    $(debian_python) -m venv --clear --system-site-packages build/venv &&
        build/venv/bin/python -m pip install -q --disable-pip-version-check -r bindings/python/tests/requirements.txt &&
        cp bindings/python/tests/requirements.txt build/venv/
}

python_environment() {
    cmp -s bindings/python/tests/requirements.txt build/venv/requirements.txt ||
        step 'make the Python environment' make_python_environment
}
