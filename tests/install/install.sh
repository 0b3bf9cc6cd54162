#!/bin/sh
# Installs below a prefix of its own, with a space in it, on a machine that says of its library folders what a bare
# Debian does, and does there what a user does: builds with pkg-config alone, runs, and looks at what the library
# exports and needs. Also compiles the README's example. TAP.
# Arguments: source directory, build directory, cli|no-cli, release|debug, cuda|no-cuda; environment: MESON, CC, CXX.
set -u
source=$1 build=$(cd "$2" && pwd) cli=$3 type=$4 cuda=$5
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
scratch=$tree
. "$source/tests/support/tap.sh"
. "$source/tests/support/clean.sh"
home="$tree/my home"
prefix=$home/scmp
lib=$prefix/lib
header=$prefix/include/scmp/scmp.h

pkg() {
    PKG_CONFIG_PATH=$lib/pkgconfig pkg-config "$@"
}

c_flags='-std=c99 -Wall -Wextra -Wpedantic -Werror'
cxx_flags='-std=c++11 -Wall -Wextra -Wpedantic -Werror'

# program LANGUAGE shared|archive|static SOURCE: builds a program and runs it.
program() {
    case $1 in
    c) compile="$CC $c_flags -x c" ;;
    c++) compile="$CXX $cxx_flags -x c++" ;;
    esac
    archive=$(pkg --static --libs scmp | sed "s|-lscmp|-l:libscmp.a|") # -lscmp alone prefers the shared library
    case $2 in
    shared) libs=$(pkg --libs scmp) ;;
    archive) libs=$archive ;;
    static) libs="-static $(pkg --static --libs scmp)" ;;
    esac
    rm -f "$tree/program"
    # The flags are written for a shell.
    eval "$compile $(pkg --cflags scmp) \"\$3\" -x none -o \"\$tree/program\" $libs" || return
    if [ "$2" = shared ]; then
        LD_LIBRARY_PATH=$lib "$tree/program"
    else
        ! readelf -d "$tree/program" | grep 'NEEDED.*libscmp' && "$tree/program"
    fi
}

macro() {
    sed -n "s/^#define SCMP_VERSION_$1 \([0-9]*\)$/\1/p" "$header"
}

soname_is_major_version() {
    readelf -d "$lib/libscmp.so" | grep "SONAME.*\[libscmp\.so\.$(macro MAJOR)\]"
}

pc_has_header_version() {
    [ "$(pkg --modversion scmp)" = "$(macro MAJOR).$(macro MINOR).$(macro PATCH)" ]
}

declared() {
    # shellcheck disable=SC2086
    $CC -E -P -DSCMP_API=@api@ -I"$prefix/include" -x c "$prefix/include/scmp/scmp_model.h" | tr '\n' ' ' |
        sed 's/__attribute__((warn_unused_result))//g; s/@api@/\n@api@/g' |
        sed -n 's/^@api@[^(]*[ *]\(scmp_[a-z0-9_]*\)(.*/\1/p' | sort -u
}

exported() {
    nm -D --defined-only "$lib/libscmp.so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u
}

exports_the_header() {
    declared >"$tree/declared"
    exported >"$tree/exported"
    [ "$(wc -l <"$tree/declared")" -gt 50 ] && diff "$tree/declared" "$tree/exported"
}

# Nothing prints, ends the process or fails an assertion. (std::terminate stays: noexcept refers to it.)
refers_to_nothing_that_prints_or_ends() {
    names='abort|exit|_exit|_Exit|quick_exit|atexit|printf|vprintf|puts|putchar|putc|perror|fprintf|vfprintf'
    names="$names|fputs|fputc|dprintf|vdprintf|stdout|stderr|stdin|__printf_chk|__vprintf_chk|__fprintf_chk"
    names="$names|__vfprintf_chk|syslog|_ZSt4cout|_ZSt4cerr|_ZSt4clog"
    [ "$type" = debug ] || names="$names|__assert_fail|_ZSt21__glibcxx_assert_failPKciS0_S0_"
    ! nm -D --undefined-only "$lib/libscmp.so" | awk '{ sub(/@.*/, "", $2); print $2 }' | grep -xE "$names"
}

needs_the_runtime_only() {
    ! readelf -d "$lib/libscmp.so" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' |
        grep -vE '^(libstdc\+\+|libgcc_s|libm|libc|libpthread|ld-linux.*)\.so'
}

# Code of one instruction set that the linker may share with everybody (templates, inline functions) would run on
# machines that lack it.
kernels_share_nothing() {
    nm -A --defined-only "$lib/libscmp.a" >"$tree/symbols" || return
    for name in count_portable backend_rows_portable; do # names as expected
        grep -E "libscmp\.a:$name" "$tree/symbols" >/dev/null || return
    done
    ! grep -E 'libscmp\.a:[^:]*(avx|sse|neon|sve)[^:]*:' "$tree/symbols" | grep -E ' [WVu] '
}

# A lock that another thread holds at a fork would leave the child waiting; C++ has one in each static variable of a
# function that is not constinit. What nvcc adds to its object is apart: CUDA does not outlive a fork anyway.
takes_no_lock() {
    locks='__cxa_guard_acquire|pthread_(mutex|rwlock|spin)_[a-z]*lock|pthread_cond_[a-z]*wait|pthread_once|call_once'
    nm -A --undefined-only "$lib/libscmp.a" >"$tree/undefined" || return
    ! grep -v ':cuda_kernels\.o:' "$tree/undefined" | grep -E " U ($locks)\$"
}

says_its_version() {
    "$prefix/bin/scmp" --version | grep -F "$(pkg --modversion scmp)" && "$prefix/bin/scmp" info
}

# installed PATH...: below the prefix, and not empty.
installed() {
    for path; do [ -s "$prefix/$path" ] || { echo "$path is not installed"; return 1; }; done
}

# The pages name each other as in the source tree.
all_pages_are_installed() {
    diff -r "$source/docs" "$prefix/share/doc/scmp/docs" &&
        installed share/doc/scmp/README.md share/doc/scmp/CHANGELOG.md share/doc/scmp/SECURITY.md
}

# What is compiled in besides the compiler's and the system's own, by the packages that the headers belong to.
licences_of_what_is_compiled_in() {
    command -v dpkg >/dev/null || return 0
    ninja -C "$build" -t deps | sed -n 's|^ *\(/usr/include/.*\)|\1|p' | sort -u >"$tree/headers"
    # shellcheck disable=SC2046 # many
    dpkg -S $(cat "$tree/headers") 2>/dev/null | sed 's/:.*//' | sort -u >"$tree/packages"
    while read -r package; do
        case $package in
        libc6-dev | linux-libc-dev | libstdc++-*-dev | libgcc-*-dev) ;;
        libcmocka-dev | libsimde-dev | libdnnl-dev) ;; # of tests and benchmarks, which are not installed
        nlohmann-json3-dev) grep -q '^nlohmann/json$' "$source/NOTICE" || { echo "$package"; return 1; } ;;
        libcli11-dev) grep -q '^CLI11$' "$source/NOTICE" || { echo "$package"; return 1; } ;;
        libxxhash-dev) grep -q '^xxHash$' "$source/NOTICE" || { echo "$package"; return 1; } ;;
        *) echo "NOTICE has no licence of $package"; return 1 ;;
        esac
    done <"$tree/packages"
    grep -q nlohmann-json3-dev "$tree/packages"
}

# block NAME: the fenced block below <!-- NAME --> in the README.
block() {
    [ -f "$source/README.md" ] || return 0
    awk -v mark="<!-- $1 -->" '
        $0 == mark { found = 1; next }
        found == 1 && /^```/ { found = 2; next }
        found == 2 && /^```/ { exit }
        found == 2 { print }' "$source/README.md"
}

example() {
    block "example: $1"
}

# The lines of an own folder, but for those that install.
own_folder() {
    block 'own folder' >"$tree/own.txt"
    grep -v '^meson ' "$tree/own.txt" >"$tree/own.sh"
    [ "$(grep -c '^meson ' "$tree/own.txt") $(grep -c example.c "$tree/own.sh")" = '2 1' ] || return
    (cd "$tree" && rm -f example && HOME=$home sh -eu own.sh && ./example)
}

cmake_finds_it() {
    mkdir -p "$tree/cmake" && cp "$source/tests/install/program.c" "$tree/cmake/example.c" &&
        cat >"$tree/cmake/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.18)
project(example C)
find_package(PkgConfig REQUIRED)
pkg_check_modules(scmp REQUIRED IMPORTED_TARGET scmp)
add_executable(example example.c)
target_link_libraries(example PkgConfig::scmp)
END
    PKG_CONFIG_PATH=$lib/pkgconfig cmake -S "$tree/cmake" -B "$tree/cmake/build" && cmake --build "$tree/cmake/build" &&
        "$tree/cmake/build/example"
}

# The crates by themselves, without a build folder around them.
cargo_finds_it() (
    cp -r "$source/bindings/rust" "$tree/crates" && cd "$tree/crates" || return
    export PKG_CONFIG_PATH="$lib/pkgconfig" CARGO_HOME="$tree/cargo" CARGO_TARGET_DIR="$tree/rust"
    cargo test --offline -p scmp-sys --test layout &&
        SCMP_LINK=shared LD_LIBRARY_PATH=$lib cargo test --offline -p scmp-sys --test layout
)

# Milliseconds are another number every time.
normalized() {
    sed -E 's/[0-9.]+ ms/N ms/g; s/("ms[a-z_]*"): *[0-9.e+-]+/\1: N/g; s/[ \t]+$//'
}

# Lines that start with "$ " are run where build/scmp and tests/ are; the others are what they print. A block without
# such lines is a script.
readme_commands() {
    mkdir -p "$tree/readme/build" &&
        ln -sfn "$prefix/bin/scmp" "$tree/readme/build/scmp" &&
        ln -sfn "$source/tests" "$tree/readme/tests" || return
    example sh >"$tree/example.txt"
    sed -n 's/^\$ //p' "$tree/example.txt" >"$tree/example.sh"
    if [ -s "$tree/example.sh" ]; then
        grep -v '^\$ ' "$tree/example.txt" | normalized >"$tree/example.wanted"
    else
        cp "$tree/example.txt" "$tree/example.sh"
    fi
    (cd "$tree/readme" && PATH="$prefix/bin:$PATH" sh -eu "$tree/example.sh") >"$tree/example.got" || return
    [ ! -f "$tree/example.wanted" ] || normalized <"$tree/example.got" | diff "$tree/example.wanted" -
}

# No dpkg-dev, from which Meson has Debian's folder; and the machine's cache is left alone.
mkdir "$tree/stubs"
printf '#!/bin/sh\nexit 1\n' >"$tree/stubs/dpkg-architecture"
printf '#!/bin/sh\necho "$@" >>"%s/ldconfig"\n' "$tree" >"$tree/stubs/ldconfig"
chmod +x "$tree/stubs/"*

# What is compiled is of the build under test.
install_() {
    PATH=$tree/stubs:$PATH "$MESON" setup "$tree/a build" "$source" --prefix "$prefix" -Dtests=disabled \
        -Dbench=disabled "-Dcli=$([ "$cli" = cli ] && echo enabled || echo disabled)" \
        "-Dcuda=$([ "$cuda" = cuda ] && echo enabled || echo disabled)" || return
    for file in "$build"/src/libscmp.*; do
        [ -d "$file" ] || cp -P "$file" "$tree/a build/src" || return
    done
    [ "$cli" = no-cli ] || cp "$build/src/cli/scmp" "$tree/a build/src/cli" || return
    "$MESON" install -C "$tree/a build" --no-rebuild
}
if ! install_ >"$tree/case.out" 2>&1; then
    tail -n 40 "$tree/case.out"
    echo 'Bail out! meson install failed'
    exit 1
fi
updates_the_cache() {
    if [ "$(id -u)" = 0 ]; then [ -e "$tree/ldconfig" ]; else [ ! -e "$tree/ldconfig" ]; fi
}

for language in c c++; do
    for form in shared archive static; do
        case_ "$language program, $form" program $language $form "$source/tests/install/program.c"
    done
done
case_ 'the SONAME is the major version of the header' soname_is_major_version
case_ 'the library is where pkg-config looks, whatever dpkg-dev says' installed lib/pkgconfig/scmp.pc lib/libscmp.so.0
case_ "the loader's cache is written anew where that is allowed" updates_the_cache
case_ 'licence and notices are installed' installed share/doc/scmp/LICENSE share/doc/scmp/NOTICE
case_ 'NOTICE has the licences of what is compiled in' licences_of_what_is_compiled_in
case_ 'all pages are installed' all_pages_are_installed
case_ 'scmp.pc has the version of the header' pc_has_header_version
case_ 'every function of the headers is exported, and nothing else' exports_the_header
case_ 'the library refers to nothing that prints or ends the process' refers_to_nothing_that_prints_or_ends
case_ 'the library needs the C++ runtime and libc only' needs_the_runtime_only
case_ 'kernels of an instruction set share no code with the rest' kernels_share_nothing
case_ 'the library takes no lock, not even of a static variable' takes_no_lock
if [ "$cli" = cli ]; then
    case_ 'the installed program says its version' says_its_version
else
    skip 'the installed program says its version' 'built without the scmp program'
fi

example c >"$tree/example.c"
if [ -s "$tree/example.c" ]; then
    case_ "the README's C example, shared" program c shared "$tree/example.c"
    case_ "the README's C example, archive" program c archive "$tree/example.c"
else
    skip "the README's C example" 'no README.md with <!-- example: c -->'
fi
case_ "the README's lines for a folder of one's own" own_folder
# Debian's Rust, as ./run takes it.
[ ! -x /usr/bin/cargo ] || PATH=/usr/bin:$PATH
if cargo --version >/dev/null 2>&1; then
    case_ 'a Rust program' cargo_finds_it
else
    skip 'a Rust program' 'cargo is not installed'
fi
if command -v cmake >/dev/null; then
    case_ 'a CMake project' cmake_finds_it
else
    skip 'a CMake project' 'cmake is not installed'
fi
if [ "$cli" = no-cli ]; then
    skip "the README's commands" 'built without the scmp program'
elif [ -n "$(example sh)" ]; then
    case_ "the README's commands" readme_commands
else
    skip "the README's commands" 'no README.md with <!-- example: sh -->'
fi
echo "1..$number"
