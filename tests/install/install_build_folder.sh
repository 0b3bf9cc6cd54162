#!/bin/sh
# The library without an installation: linked out of the build folder, through its own pkg-config file, and as a part of
# another project. TAP.
# Arguments: source directory, build directory, cuda|no-cuda; environment: MESON, CC, CXX.
set -u
source=$1 build=$(cd "$2" && pwd) cuda=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
. "$source/tests/support/tap.sh"
. "$source/tests/support/clean.sh"
program=$source/tests/install/program.c
option=$([ "$cuda" = cuda ] && echo auto || echo disabled)

# What ./run build leaves in build/ is linked with as it lies there.
linked_with_a_run_path() {
    $CC "$program" -I"$build/include" -L"$build" -lscmp -Wl,-rpath,"$build" -o "$scratch/program" && "$scratch/program"
}

pkg() {
    PKG_CONFIG_PATH="$build/meson-uninstalled" pkg-config "$@"
}
uninstalled_shared() {
    eval "$CC \"\$program\" $(pkg --cflags --libs scmp) -o \"\$scratch/program\"" &&
        LD_LIBRARY_PATH=$build/src "$scratch/program"
}
uninstalled_static() {
    flags=$(pkg --static --cflags --libs scmp | sed 's/-lscmp/-l:libscmp.a/')
    eval "$CC \"\$program\" $flags -o \"\$scratch/program\"" && "$scratch/program"
}
uninstalled_places() {
    eval "set -- $(pkg --variable=rtldir scmp) $(pkg --variable=dpidir scmp)" # written for a shell, too
    [ $# = 2 ] && [ -f "$1/scmp_array.sv" ] && [ -f "$2/scmp_dpi.svh" ]
}

# project FOLDER OPTIONS: a C project, strict about itself, that takes libscmp as a subproject.
project() {
    mkdir -p "$1/subprojects" && ln -s "$source" "$1/subprojects/scmp" && cp "$program" "$1/user.c" &&
        cat >"$1/meson.build" <<END
project('user', 'c', default_options: ['werror=true', 'warning_level=3', 'c_std=c99'])
scmp = dependency('scmp', fallback: 'scmp'$2)
assert(scmp.type_name() == 'internal', 'libscmp is not the subproject')
executable('user', 'user.c', dependencies: scmp)
END
}

# A copy that is installed is not taken for it.
configured() {
    "$MESON" setup "$1/build" "$1" --force-fallback-for=scmp "-Dscmp:cuda=$option" >"$scratch/setup.log" 2>&1 ||
        { tail -n 30 "$scratch/setup.log"; return 1; }
    ! grep -i '^[a-z| ]*warning' "$scratch/setup.log"
}

# The library and the user's program; what configures only is not compiled here, but the user's own file is.
takes_the_library_alone() {
    project "$1" "$2" && configured "$1" || return
    "$MESON" introspect "$1/build" --targets | tr '{' '\n' | sed -n 's/^"name": "\([^"]*\)".*/\1/p' | sort \
        >"$scratch/got"
    grep -xE 'user|scmp' "$scratch/got" | sort -u | tr '\n' ' ' | grep -x 'scmp user ' &&
        ! grep -vE '^(user|product|cuda_kernels|scmp(_.*)?)$' "$scratch/got" || { cat "$scratch/got"; return 1; }
    "$MESON" introspect "$1/build" --tests | grep -x '\[\]' || { echo 'it has tests'; return 1; }
    ninja -C "$1/build" user.p/user.c.o || return
    [ -z "${SCMP_TEST_WHOLE_SUBPROJECT:-}" ] || { ninja -C "$1/build" && "$1/build/user"; } # ./run check meson
}
as_a_subproject() {
    takes_the_library_alone "$scratch/their project" ''
}
as_a_subproject_with_options() {
    takes_the_library_alone "$scratch/other" ", default_options: ['cli=disabled', 'tests=disabled', 'bench=disabled']"
}
from_cpp17() {
    project "$scratch/cpp" '' && mv "$scratch/cpp/user.c" "$scratch/cpp/user.cpp" &&
        sed -i "s/'c', /'cpp', /; s/c_std=c99/cpp_std=c++17/; s/user\.c'/user.cpp'/" "$scratch/cpp/meson.build" &&
        configured "$scratch/cpp" && ninja -C "$scratch/cpp/build" user.p/user.cpp.o || return
    # Each keeps its own standard, and what is an error to the one is none to the other.
    commands=$(ninja -C "$scratch/cpp/build" -t commands)
    echo "$commands" | grep 'user\.cpp' | grep -e '-std=c++17' | grep -e '-Werror' || return
    ! echo "$commands" | grep 'api_matmul.cpp' | grep -e '-Werror\|-std=c++17'
}

if [ -e "$build/libscmp.so" ]; then
    case_ '-Lbuild and a run path' linked_with_a_run_path
else
    skip '-Lbuild and a run path' 'not a folder that ./run build has left'
fi
case $build in
*[\'\"\$\#]*)
    skip "the build folder's pkg-config file" "Meson escapes spaces, not all that is in $build"
    ;;
*)
    case_ "the build folder's pkg-config file, shared" uninstalled_shared
    case_ "the build folder's pkg-config file, archive" uninstalled_static
    case_ "the build folder's pkg-config file knows RTL and DPI" uninstalled_places
    ;;
esac
case_ 'a subproject, in a path with a space' as_a_subproject
case_ 'a subproject, with options' as_a_subproject_with_options
case_ 'a subproject of a C++17 project' from_cpp17
echo "1..$number"
